"""What who signs looks at and prints: any letter by name or number, and the letters of a run for a printer."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from officer_app.base.errors import Cancelled, KnownError
from officer_app.base.person import comparable_name
from officer_app.breaches import incidents, records, run_records, spans
from officer_app.breaches.notices import Notices
from officer_app.breaches.press import Press
from officer_app.breaches.rules import AffectedList, Incident, Run
from officer_app.breaches.runjob import RunJob
from officer_app.breaches.runner import Cancel, Progress
from officer_app.breaches.spans import Spans
from officer_app.breaches.texts import Texts
from officer_app.casebook import audit
from officer_app.casebook.apart import apart
from officer_app.casebook.book import Casebook
from officer_app.notices.document import Document
from officer_app.notices.faults import CannotPrint

MOST = 20
"""Letters that a search by name shows at once."""
SHEAF = 500
"""Letters that go to the printer in one piece."""


class Paper(Protocol):
    """What takes letters to a printer, or into a file; `piecewise` says that each piece is there once it was put."""

    piecewise: bool

    def put(self, content: bytes) -> None:
        """Print a PDF; KnownError when it is refused, Cancelled when somebody stopped it."""
        ...

    def finish(self) -> None:
        """Hand over what was put."""
        ...


@dataclass(frozen=True)
class Shown:
    """Letters found: how many fit the search, and those shown in one PDF."""

    found: int
    content: bytes


class Signing:
    """Shows and prints single letters, from the frozen list and the text that is or will be signed."""

    def __init__(self, book: Casebook, notices: Notices, press: Press) -> None:
        self._book, self._notices, self._press = book, notices, press

    def _texts(self, case: Incident, one: AffectedList) -> tuple[str, Texts]:
        """Return under which number a list's letters go out, "—" before that, and their text."""
        run = next((each for each in case.runs if each.list == one.id and each.finished), None)
        if run is None:
            return "—", self._notices.texts(case)
        return run.number, self._press.jobs.again(case, run).texts

    def find(
        self, reference: str, text: str, cancelled: Cancel = lambda: False,
        progress: Progress = lambda _done, _total: None,
    ) -> Shown:  # fmt: skip
        """Return the letters to a name, or the one with a number ("7", "N-2026-0042/0000007"); recorded as a view."""
        wanted = " ".join(text.split())
        if not wanted:
            raise KnownError("Enter a name, or the number of a letter.")
        with self._book.transaction("view", reference) as tx:
            case = incidents.get(tx, reference)
            audit.append(tx, "view", reference, {"letter": wanted})
        if not case.lists:
            raise KnownError("Freeze the list of affected customers first.")
        by_number = spans.number(wanted)
        found: list[Document] = []
        count = 0
        if by_number is None:
            for document in self._named(case, wanted, cancelled, progress):
                count += 1
                if len(found) < MOST:
                    found.append(document)
        else:
            found = self._numbered(case, *by_number)
            count = len(found)
        if not found:
            raise KnownError("No letter fits this. Try a part of the name, or the number alone.")
        return Shown(count, self._sheaf(found, "", duplex=False)[0])

    def _numbered(self, case: Incident, number: str, at: int) -> list[Document]:
        run = next((each for each in case.runs if each.number == number), None)
        # without the number of a run, the letters that are to be signed next, else the last ones
        chosen = next((one for one in case.lists if run is not None and one.id == run.list), None)
        one = chosen or case.unprinted or case.lists[-1]
        name, texts = self._texts(case, one)
        with self._book.reading() as tx:
            people = [person for _at, person in records.people(tx, one.id, at, at) if person.writable]
        return [texts.letter(f"{name}/{at:07d}" if name != "—" else name, person) for person in people]

    def _named(self, case: Incident, name: str, cancelled: Cancel, progress: Progress) -> Iterator[Document]:
        wanted, done = comparable_name(name), 0
        total = sum(one.writable for one in case.lists)
        for one in case.lists:
            number, texts = self._texts(case, one)
            with self._book.reading() as tx:
                for at, person in records.people(tx, one.id, 1, one.writable or None):
                    done += 1
                    if done % 1000 == 0:
                        progress(done, total)
                        if cancelled():
                            raise Cancelled
                    if person.writable and wanted in comparable_name(person.name):
                        yield texts.letter(f"{number}/{at:07d}" if number != "—" else number, person)

    def _sheaf(self, documents: list[Document], footer: str, *, duplex: bool) -> tuple[bytes, int]:
        from officer_app.notices.pdf_volume import Settings, Volume  # noqa: PLC0415  loads reportlab

        volume, left_out = Volume(Settings(footer), "letters", duplex=duplex, demo=self._book.demo), 0
        for document in documents:
            try:
                volume.add(document)
            except CannotPrint as fault:
                left_out += 1
                if left_out == len(documents):
                    raise KnownError(str(fault)) from None
        return volume.finish(), left_out

    def chosen(self, reference: str, number: str, which: str, volume: int, text: str) -> tuple[Run, Spans]:
        """Return a finished run and which of its letters are meant: "all", one "volume", or "numbers" ("3, 7-20")."""
        with self._book.reading() as tx:
            case = incidents.get(tx, reference)
            run = next((each for each in case.runs if each.number == number and each.finished), None)
            if run is None:
                raise KnownError("Print the letters into files first; they get their numbers there.")
            known = run_records.letters(tx, number)
            rows = incidents.run_volumes(tx, number)
        if which == "all":
            found = known.printed
        elif which == "volume":
            row = next((each for each in rows if each["volume"] == volume), None)
            found = spans.within(known.printed, row["first"], row["last"]) if row is not None else ()
        else:
            found = spans.joined(pair for span in spans.read(text) for pair in spans.within(known.printed, *span))
        if not found:
            raise KnownError(f"{number} has no such letters. Check the numbers.")
        return run, found

    def print_on(
        self, paper: Paper, reference: str, run: Run, wanted: Spans, progress: Progress = lambda _done, _total: None
    ) -> int:
        """Print letters on paper, piece by piece, and return how many; recorded as a print before anything leaves.

        What the paper raises, KnownError or Cancelled, is recorded with how many letters it had taken till then, and
        says which are left. A lock of the window does not stop it.
        """
        with self._book.transaction("print letters", reference) as tx:
            case = incidents.get(tx, reference)
            audit.append(tx, "print", reference, {"letters": spans.shown(wanted)}, notice=run.number)
        job = self._press.jobs.again(case, run)
        with apart(self._book, reference) as book:
            done, total = 0, spans.size(wanted)
            try:
                for count, content in self._sheaves(book, job, wanted):
                    paper.put(content)
                    done += count
                    progress(done, total)
                paper.finish()
            except KnownError as fault:
                taken = done if paper.piecewise else 0
                with book.transaction("print letters", reference) as tx:
                    audit.append(tx, "print stopped", reference, {"why": str(fault)}, notice=run.number, letters=taken)
                fault.args = (_rest(fault, wanted, taken),)
                raise
        return done

    def _sheaves(self, book: Casebook, job: RunJob, wanted: Spans) -> Iterator[tuple[int, bytes]]:
        """Yield how many letters each piece for the printer has, and the piece."""
        for part in spans.pieces(wanted, SHEAF):
            with book.reading() as tx:
                letters = [
                    job.texts.letter(f"{job.run.number}/{at:07d}", person)
                    for first, last in part
                    for at, person in records.people(tx, job.list.id, first, last)
                ]
            yield len(letters), self._sheaf(letters, job.footer, duplex=job.duplex)[0]


def _rest(fault: KnownError, wanted: Spans, taken: int) -> str:
    """Return what is said of letters that did not all reach the printer."""
    said = "Stopped." if isinstance(fault, Cancelled) else str(fault)
    if not taken:
        return f"{said} None of the letters is printed."
    rest = spans.shown(spans.joined(span for piece in list(spans.pieces(wanted, taken))[1:] for span in piece))
    return f"{said} {taken:,} letters went to the printer before; print {rest} next."
