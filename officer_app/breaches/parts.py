"""One volume of a print run as a task: what a worker gets, sealed under a key of that volume only, and gives back."""

import os
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

import msgspec

from officer_app.breaches.papers import Paper, csv_text
from officer_app.breaches.person import CHUNK, Person
from officer_app.breaches.spans import Spans, numbers
from officer_app.breaches.wording import Wording
from officer_app.casebook.sealing import Key
from officer_app.notices.document import Document
from officer_app.notices.volume import Done, Job
from officer_app.notices.volume_files import Folder, Memory, Shelf

HEAD = ("letter", "name", "address", "postcode", "country", "language")


@dataclass(frozen=True)
class Part:
    """The letters of one volume: `sealed` holds their persons by chunk, which `key` opens and nothing else.

    `texts` are packed with every part and unpacked once in a process: `token` tells those of one run from another's.
    """

    number: str
    first: int
    last: int
    token: str
    texts: Wording
    key: bytes
    sealed: tuple[tuple[int, bytes], ...]
    only: Spans = ()

    def people(self) -> Iterator[tuple[int, Person]]:
        """Yield position and person of each letter."""
        key, wanted = Key(self.key), frozenset(numbers(self.only))
        for chunk, blob in self.sealed:
            rows = _persons.decode(key.open(blob, "volume", self.number, "persons", chunk))["persons"]
            start = chunk * CHUNK + 1
            for at in range(max(self.first, start), min(self.last, start + len(rows) - 1) + 1):
                if not self.only or at in wanted:
                    yield at, Person.of(rows[at - start])


@dataclass(frozen=True)
class Made:
    """A volume that is through: what was printed, its files beside the letters, and how many pages each letter has.

    `pages` are stretches (first number, how many letters, pages of each) in the order of the file.
    """

    done: Done
    papers: tuple[Paper, ...] = ()
    pages: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True)
class Sent:
    """What another computer says of a volume, in plain data: `pages` are stretches as in `Made`.

    `stopped` are numbers and reasons of letters that could not be printed.
    """

    volume: int
    letters: int
    all_pages: int
    sha256: str
    stopped: tuple[tuple[str, str], ...]
    pages: tuple[tuple[int, int, int], ...]
    papers: tuple[Paper, ...]


Parcel = tuple[bytes, tuple[tuple[str, bytes], ...]]
"""`Sent` as msgpack, and the files themselves, each with its name and sealed."""


_persons = msgspec.json.Decoder(dict[str, list[list[object]]])


def seal(number: str, chunks: Iterable[tuple[int, bytes]]) -> tuple[bytes, tuple[tuple[int, bytes], ...]]:
    """Return a fresh key, and the chunks of a volume sealed under it."""
    secret = os.urandom(32)
    key = Key(secret)
    return secret, tuple((chunk, key.seal(plain, "volume", number, "persons", chunk)) for chunk, plain in chunks)


def print_part(job: Job, volume: int, part: Part) -> Made:
    """Print one volume into its folder: the task of a process on this computer."""
    return _print(job, volume, part, Folder())


def send_part(job: Job, volume: int, part: Part) -> Parcel:
    """Print one volume and give its files back sealed: the task of another computer, whose disk gets nothing."""
    shelf = Memory()
    made = _print(job, volume, part, shelf)
    key, file = Key(part.key), made.done.file
    stopped = tuple((letter.number, letter.reason) for letter in made.done.stopped)
    sent = Sent(volume, file.count if file else 0, file.pages if file else 0, file.sha256 if file else "", stopped,
                made.pages, made.papers)  # fmt: skip
    files = tuple((name, key.seal(data, "volume", job.name, "file", name)) for name, data in shelf.files.items())
    return msgspec.msgpack.encode(sent), files


def lists_of(job: Job, volume: int) -> tuple[Path, Path]:
    """Return where the address list of a volume goes, as a table and on paper."""
    stem = f"{job.name}-{volume:04d}-addresses"
    return job.out / f"{stem}.csv", job.out / f"{stem}.pdf"


def _print(job: Job, volume: int, part: Part, shelf: Shelf) -> Made:
    # the printing libraries are loaded by who prints, and not by who only asks for it
    from officer_app.notices.volume_press import press_of  # noqa: PLC0415

    texts = _known(part.token, part.texts)
    taken: list[tuple[Person, Document]] = []
    done = press_of(job).print(volume, _letters(part, texts, taken), shelf=shelf)
    if done.file is None:
        return Made(done)
    papers = _lists(job, volume, taken, done, shelf)
    if done.file.cover is not None:
        papers = (Paper(done.file.cover.name, 1, shelf.digest(done.file.cover)), *papers)
    pages = _stretches((int(letter.number.rpartition("/")[2]), letter.pages) for letter in done.file.letters)
    # the numbers of 5,000 letters take longer on their way back than to be told from these stretches
    return Made(replace(done, file=replace(done.file, letters=())), papers, pages)


def _letters(part: Part, texts: Wording, taken: list[tuple[Person, Document]]) -> Iterator[Document]:
    for at, person in part.people():
        letter = texts.letter(f"{part.number}/{at:07d}", person)
        taken.append((person, letter))
        yield letter


def _stretches(letters: Iterable[tuple[int, int]]) -> tuple[tuple[int, int, int], ...]:
    found: list[tuple[int, int, int]] = []
    for number, pages in letters:
        if found and (found[-1][0] + found[-1][1], found[-1][2]) == (number, pages):
            found[-1] = (found[-1][0], found[-1][1] + 1, pages)
        else:
            found.append((number, 1, pages))
    return tuple(found)


def _lists(
    job: Job, volume: int, taken: Sequence[tuple[Person, Document]], done: Done, shelf: Shelf
) -> tuple[Paper, ...]:
    """Write who is in a volume, as a table and on paper."""
    from officer_app.notices.volume_list import Entry, write_list  # noqa: PLC0415  loads what draws pages

    stopped = {letter.number for letter in done.stopped}
    there = [(person, letter) for person, letter in taken if letter.number not in stopped]
    table, paper = lists_of(job, volume)
    with shelf.put(table) as target:
        for piece in csv_text(HEAD, (_row(person, letter) for person, letter in there)):
            target.write(piece)
    entries = (Entry(letter.number, person.name, ", ".join(letter.recipient[1:])) for person, letter in there)
    with shelf.put(paper) as target:
        pages = write_list(target, entries, job.name, volume, there[0][1], count=len(there), demo=job.demo)
    return Paper(table.name, len(there), shelf.digest(table)), Paper(paper.name, pages, shelf.digest(paper))


def _row(person: Person, letter: Document) -> tuple[str, ...]:
    address = ", ".join(person.lines)
    return letter.number, person.name, address, person.postcode, person.country, letter.language


_TEXTS: OrderedDict[str, Wording] = OrderedDict()
_GUARD = Lock()


def _known(token: str, texts: Wording) -> Wording:
    """Return the texts of a run as this process first saw them: what was laid out for them is found by identity."""
    with _GUARD:
        while len(_TEXTS) >= 4 and token not in _TEXTS:
            _TEXTS.popitem(last=False)
        return _TEXTS.setdefault(token, texts)


def task(*, remote: bool) -> Callable[[Job, int, Part], Made | Parcel]:
    """Return the task for workers here, or on other computers."""
    return send_part if remote else print_part
