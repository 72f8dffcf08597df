"""Volumes on their way back: what another computer sends is checked to the last file before anything of it is kept."""

import hashlib
import re
from dataclasses import dataclass
from typing import Annotated

import msgspec

from officer_app.base import shapes
from officer_app.breaches import spans
from officer_app.breaches.papers import Paper
from officer_app.breaches.parts import Made, Sent, lists_of
from officer_app.breaches.spans import Spans
from officer_app.casebook.sealing import Key, Tampered
from officer_app.notices.volume import Done, Job, PrintFile, Stopped
from officer_app.notices.volume_files import whole

MOST_PAGES = 100
"""Pages of one letter that are still believed."""
_REASON = 500
_HASH = re.compile(r"[0-9a-f]{64}")
_STARTS = {".pdf": b"%PDF-", ".zip": b"PK\x03\x04", ".csv": b"\xef\xbb\xbf"}

_facts = shapes.decoder(Sent)
_Files = tuple[tuple[Annotated[str, msgspec.Meta(max_length=200)], bytes], ...]


@dataclass(frozen=True)
class _Awaited:
    letters: Spans
    key: bytes


class _Strange(Exception):
    """Something does not fit; its text says what."""


class Arrivals:
    """The volumes of a run that were handed out; `remote` says that they come from other computers."""

    def __init__(self, job: Job, number: str, *, remote: bool) -> None:
        self._job, self._number, self._remote = job, number, remote
        self._awaited: dict[int, _Awaited] = {}

    def hand_out(self, volume: int, letters: Spans, key: bytes) -> None:
        """Note that a volume of these letters was given to somebody, sealed under this key."""
        self._awaited[volume] = _Awaited(letters, key)

    def take(self, arrived: object) -> Made:
        """Return a volume that came back, its files in the run's folder.

        Tampered, and nothing of it is kept, when it is not whole or not what was asked for.
        """
        if not self._remote:
            assert isinstance(arrived, Made)  # our own processes write the files themselves
            self._awaited.pop(arrived.done.volume)
            return arrived
        try:
            made, contents = self._checked(arrived)
        except (_Strange, msgspec.MsgspecError, UnicodeError) as fault:
            why = str(fault) if isinstance(fault, _Strange) else "it cannot be read"
            raise Tampered(
                f"A computer of the cluster sent a wrong print file for {self._number}: {why}. Nothing of it was kept. "
                "Take that computer out, then take the run up again."
            ) from None
        self._awaited.pop(made.done.volume)
        main = self._job.path(made.done.volume).name
        # the letters come last, as they do in a folder: a volume counts once they are there
        for name, content in sorted(contents.items(), key=lambda file: file[0] == main):
            with whole(self._job.out / name) as target:
                target.write(content)
        return made

    def _checked(self, arrived: object) -> tuple[Made, dict[str, bytes]]:
        facts, sealed = shapes.convert(arrived, tuple[bytes, _Files])
        sent = _facts.decode(facts)
        awaited = self._awaited.get(sent.volume)
        if awaited is None:
            raise _Strange("it is no volume that was asked for")
        made = self._made(sent, awaited)
        hashes = {paper.file: paper.sha256 for paper in made.papers}
        if made.done.file is not None:
            hashes[made.done.file.path.name] = made.done.file.sha256
        names = [name for name, _blob in sealed]
        if sorted(names) != sorted(hashes):
            raise _Strange("it has other files than those of the volume")
        opener, contents = Key(awaited.key), {}
        for name, blob in sealed:
            try:
                contents[name] = opener.open(blob, "volume", self._job.name, "file", name)
            except Tampered:
                raise _Strange(f"{name} is not sealed with the key of this volume") from None
            if hashlib.sha256(contents[name]).hexdigest() != hashes[name]:
                raise _Strange(f"{name} has another hash than was said")
            if not contents[name].startswith(_STARTS[name[-4:]]):
                raise _Strange(f"{name} is not that kind of file")
        return made, contents

    def _made(self, sent: Sent, awaited: _Awaited) -> Made:
        """Return what was made in our own words; every letter asked for is printed, or said not to be, once."""
        job, volume = self._job, sent.volume
        stopped = [self._position(name) for name, _reason in sent.stopped]
        printed = [(first, first + count - 1) for first, count, _pages in sent.pages]
        wanted = spans.size(awaited.letters)
        # sizes before anything is counted letter by letter: a wrong number must not cost memory
        if not all(count > 0 and 0 < pages <= MOST_PAGES for _first, count, pages in sent.pages):
            raise _Strange("its pages are not those of letters")
        if sum(count for _first, count, _pages in sent.pages) + len(stopped) != wanted:
            raise _Strange("it has another number of letters")
        if spans.joined((*printed, *spans.of(stopped))) != awaited.letters or printed != sorted(printed):
            raise _Strange("it has other letters than those asked for")
        letters, least = wanted - len(stopped), sum(count * pages for _first, count, pages in sent.pages)
        if sent.letters != letters or not least <= sent.all_pages <= least + letters:
            raise _Strange("its counts do not fit each other")
        losses = tuple(Stopped(name, (), _said(reason)) for name, reason in sent.stopped)
        ends = tuple(f"{self._number}/{at:07d}" for at in (awaited.letters[0][0], awaited.letters[-1][1]))
        if not letters:
            if sent.papers or sent.sha256:
                raise _Strange("it has files without a letter")
            return Made(Done(volume, None, losses, ends[0], ends[1]))
        table, paper = lists_of(job, volume)
        names = {table.name, paper.name, *((job.cover(volume).name,) if job.covers else ())}
        if sorted(one.file for one in sent.papers) != sorted(names):
            raise _Strange("its lists are not all there")
        if not all(0 <= one.lines <= letters * MOST_PAGES for one in sent.papers):
            raise _Strange("its counts do not fit each other")
        if not all(map(_HASH.fullmatch, (sent.sha256, *(one.sha256 for one in sent.papers)))):
            raise _Strange("a hash is none")
        cover = job.cover(volume) if job.covers else None
        file = PrintFile(job.path(volume), sent.sha256, sent.all_pages, (), letters, volume, cover)
        papers = tuple(Paper(one.file, one.lines, one.sha256) for one in sent.papers)
        return Made(Done(volume, file, losses, ends[0], ends[1]), papers, sent.pages)

    def _position(self, name: str) -> int:
        number, _, at = name.rpartition("/")
        if number != self._number or not re.fullmatch(r"[0-9]{7,9}", at):
            raise _Strange("it names letters of something else")
        return int(at)


def _said(reason: str) -> str:
    """Return why a letter could not be printed, as one line that is no longer than it has to be."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in reason).split())[:_REASON]
