"""What the post brought back: letter numbers scanned or pasted, and what became of each letter of a run."""

from dataclasses import dataclass
from datetime import datetime

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.breaches import incidents, records, run_records, spans
from officer_app.breaches.rules import Run
from officer_app.casebook import audit
from officer_app.casebook.book import Casebook

MOST_PASTED = 2_000_000
"""Characters of one paste: some hundred thousand numbers."""


@dataclass(frozen=True)
class Noted:
    """What a paste of returned numbers came to; `strange` are none of the run's, `before` were noted already."""

    change: Change
    fresh: int
    before: int
    strange: tuple[str, ...]


@dataclass(frozen=True)
class Status:
    """What became of one letter: whether it was printed, when it was posted, and when and why it came back."""

    number: str
    printed: bool
    posted: datetime | None
    returned: bool
    entries: tuple[tuple[datetime, str, str], ...]


class Post:
    """Keeps what came back of the runs of an incident."""

    def __init__(self, book: Casebook) -> None:
        self._book = book

    def _run(self, reference: str, number: str) -> Run:
        with self._book.reading() as tx:
            runs = {run.number: run for run in incidents.get(tx, reference).runs if run.finished}
        found = runs.get(number.strip().upper()) if number else next(reversed(runs.values()), None)
        if found is None:
            raise KnownError("No letters of this incident were printed under that number. Check it.")
        return found

    def note_returned(self, reference: str, number: str, text: str, why: str, *, undo: bool = False) -> Noted:
        """Note letters that came back; `text` has their numbers in any form, `number` is the run (the last, when "").

        With `undo` they are taken off again, because they were noted by mistake. Numbers that are none of this run's
        printed letters change nothing and come back in `strange`.
        """
        if len(text) > MOST_PASTED:
            raise KnownError("This is too much at once. Paste the numbers in several parts.")
        run = self._run(reference, number)
        with self._book.transaction("work", reference) as tx:
            known = run_records.letters(tx, run.number)
            read = spans.pasted(text, run.number, known.printed)
            there = tuple(pair for span in read.numbers for pair in spans.within(known.returned, *span))
            fresh = there if undo else spans.without(read.numbers, known.returned)
            if fresh:
                kind = run_records.TAKEN_BACK if undo else run_records.RETURNED
                run_records.note(tx, reference, run.number, kind, fresh, why.strip())
                count = spans.size(fresh)
                what = "returned letters taken back" if undo else "letters returned"
                audit.append(tx, what, reference, {"why": why.strip()}, notice=run.number, letters=count)
        count, all_of_them = spans.size(fresh), spans.size(read.numbers)
        if not all_of_them:
            raise KnownError(f"None of this is the number of a printed letter of {run.number}. Scan the numbers anew.")
        change = Change(records.DESK, (reference,), news=_news(count, all_of_them - count, read.strange, undo=undo))
        return Noted(change, count, all_of_them - count, read.strange)

    def status(self, reference: str, number: str, letter: int) -> Status:
        """Return what became of one letter of a run."""
        run = self._run(reference, number)
        with self._book.reading() as tx:
            known = run_records.letters(tx, run.number)
            entries = run_records.reasons(tx, run.number, letter)
        printed = spans.has(known.printed, letter)
        posted = run.sent if printed else None
        return Status(f"{run.number}/{letter:07d}", printed, posted, spans.has(known.returned, letter), entries)


def _news(fresh: int, rest: int, strange: tuple[str, ...], *, undo: bool) -> str:
    said = f"{fresh:,} letters {'taken off the returned ones' if undo else 'noted as returned'}."
    if rest:
        said += f" {rest:,} were {'not among them' if undo else 'noted before'}."
    if strange:
        named = ", ".join(strange[:20]) + (f" and {len(strange) - 20:,} more" if len(strange) > 20 else "")
        said += f" Not of this run: {named}."
    return said
