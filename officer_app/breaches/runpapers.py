"""The papers of a finished run: who cannot be written and what to do, the list for a mail merge, and the manifest."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from officer_app.base.errors import KnownError
from officer_app.breaches import papers, records
from officer_app.breaches.papers import Paper
from officer_app.breaches.person import Person
from officer_app.breaches.runjob import RunJob
from officer_app.breaches.spans import of
from officer_app.casebook.transaction import Reading
from officer_app.notices.document import Document, plain_text

_LEFT = ("letter", "customer", "name", "e-mail", "language", "why", "what to do")
_MERGE = ("letter", "e-mail", "name", "language", "salutation", "subject", "text")
_NO_ADDRESS = "no postal address"
_MAIL = "Send the letter's text by e-mail: the mail-merge list has name, address and text."
_BY_HAND = "Write this letter by hand, or freeze a supplement once the shop's data are mended."
_NO_WAY = "Neither address nor e-mail is known. Tell this customer in another way, or by a public notice."


def put_all(tx: Reading, job: RunJob, stopped: Mapping[int, str], out: Path) -> tuple[tuple[Paper, ...], int]:
    """Write the lists of a run; return their files, and how many persons get no letter."""
    number, merge = job.run.number, _Merge(job)
    left = papers.put_csv(out / f"{number}-not-written.csv", _LEFT, _not_written(tx, job, stopped, merge))
    if not merge.count:
        return (left,), left.lines
    mails = papers.put_csv(out / f"{number}-mail-merge.csv", _MERGE, merge.rows(tx))
    texts = [papers.put_text(out / name, text) for name, text in merge.texts.items()]
    return (left, mails, *texts), left.lines


class _Merge:
    """Who can only be written by e-mail, with a text for each distinct letter."""

    def __init__(self, job: RunJob) -> None:
        self._job = job
        self.count = 0
        self.texts: dict[str, str] = {}
        self._files: dict[int, str] = {}

    def cure(self, person: Person) -> str:
        """Return what is to be done for a person without an address, and count them when that is a mail."""
        if not person.email:
            return _NO_WAY
        try:
            self._job.texts.wording((person.kind,))
        except KnownError as fault:
            return str(fault)
        self.count += 1
        return _MAIL

    def rows(self, tx: Reading) -> Iterator[tuple[str, ...]]:
        """Yield a line for each of them."""
        job = self._job
        for at, person in records.people(tx, job.list.id, job.list.writable + 1):
            if self.cure(person) != _MAIL:
                continue
            series = job.texts.wording((person.kind,)).by_kind[person.kind]
            letter = series.letter(f"{job.run.number}/{at:07d}", (), addressee=person.name)
            file = self._files.get(id(series))
            if file is None:
                file = f"{job.run.number}-mail-{len(self._files) + 1}-{letter.language}.txt"
                self._files[id(series)] = file
                self.texts[file] = _text(letter)
            yield (letter.number, person.email, person.name, letter.language, letter.salutation, letter.subject, file)


def _text(letter: Document) -> str:
    """Return a letter as the text of a mail, without its subject and salutation, which the list has."""
    whole = plain_text(letter)
    for part in (letter.subject, letter.salutation):
        whole = whole.removeprefix(f"{part}\n\n")
    return whole


def _not_written(tx: Reading, job: RunJob, stopped: Mapping[int, str], merge: _Merge) -> Iterator[tuple[str, ...]]:
    for first, last in of(stopped):
        for at, person in records.people(tx, job.list.id, first, last):
            yield (f"{job.run.number}/{at:07d}", *_shown(job, person), stopped[at], _BY_HAND)
    if job.list.persons > job.list.writable:
        for _at, person in records.people(tx, job.list.id, job.list.writable + 1):
            yield ("", *_shown(job, person), _NO_ADDRESS, merge.cure(person))


def _shown(job: RunJob, person: Person) -> tuple[str, str, str, str]:
    return person.key, person.name, person.email, job.texts.language(person.language)


def manifest(job: RunJob, reference: str, rows: tuple[dict[str, Any], ...], left: int, files: tuple[Paper, ...],
             packs: str) -> str:  # fmt: skip
    """Return the manifest of a run as JSON: what was printed from which list and texts, and every file's hash."""
    facts = {
        "number": job.run.number,
        "incident": reference,
        "list": job.list.number,
        "list_sha256": job.list.digest,
        "persons": job.list.persons,
        "letters": sum(row["letters"] for row in rows),
        "not_written": left,
        "duplex": job.duplex,
        "texts": job.texts.versions,
        "packs": packs,
        "volumes": [_volume(job, row) for row in rows],
        "files": [msgspec.to_builtins(file) for file in files],
    }
    return json.dumps(facts, indent=2, ensure_ascii=False) + "\n"


def _volume(job: RunJob, row: dict[str, Any]) -> dict[str, Any]:
    folder = Path(row["body"]["folder"])
    file = job.printing(folder, demo=False).path(row["volume"]).name if row["letters"] else ""
    shown = {"file": file, "folder": str(folder), "first": row["first"], "last": row["last"],
             "letters": row["letters"], "pages": row["pages"], "sha256": row["sha256"]}  # fmt: skip
    if row["rebuilt"]:
        shown["rebuilt_sha256"] = row["rebuilt"]
    return shown | {"beside": row["body"]["files"]}
