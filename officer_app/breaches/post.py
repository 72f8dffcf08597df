"""What the post took and brought back: print files posted, returned letters, and what became of each one."""

from dataclasses import dataclass
from datetime import datetime

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.breaches import incidents, records, run_records, spans
from officer_app.breaches.rules import Run
from officer_app.breaches.spans import Spans
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
    """Keeps what was posted and what came back of the runs of an incident."""

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

    def note_posted(self, reference: str, number: str, volumes: str, at: datetime, *, undo: bool = False) -> Change:
        """Note print files ("1-3, 5") of a run (the last, when `number` is "") as posted at an instant.

        With `undo` they are taken off again. Only a run that is not recorded as sent as a whole: that stays.
        """
        run, wanted = self._run(reference, number), spans.read(volumes)
        if run.sent is not None:
            raise KnownError(f"{run.number} is recorded as sent; all of its letters count as posted.")
        with self._book.transaction("work", reference) as tx:
            if at > tx.now or at.date() < run.started.astimezone(at.tzinfo).date():
                raise KnownError("Letters are posted after they were printed, and not in the future. Check the time.")
            rows = incidents.run_volumes(tx, run.number)
            there = spans.of(row["volume"] for row in rows)
            if strange := spans.without(wanted, there):
                raise KnownError(f"{run.number} has print files {spans.shown(there)}, not {spans.shown(strange)}.")
            known = run_records.letters(tx, run.number)
            chosen = [row for row in rows if spans.has(wanted, row["volume"])]
            letters = spans.joined(
                pair for row in chosen for pair in spans.within(known.printed, row["first"], row["last"])
            )
            before = spans.joined(pair for span in letters for pair in spans.within(known.posted, *span))
            fresh = before if undo else spans.without(letters, known.posted)
            if fresh:
                kind = run_records.NOT_POSTED if undo else run_records.POSTED
                run_records.note(tx, reference, run.number, kind, fresh, at.isoformat())
                what = "posted letters taken back" if undo else "letters posted"
                details = {"print files": spans.shown(wanted), "at": at.isoformat()}
                audit.append(tx, what, reference, details, notice=run.number, letters=spans.size(fresh))
        done = spans.without(known.posted, fresh) if undo else spans.joined((*known.posted, *fresh))
        left = spans.without(known.printed, done)
        return Change(records.DESK, (reference,), news=_posted_news(run, fresh, left, undo=undo))

    def status(self, reference: str, number: str, letter: int) -> Status:
        """Return what became of one letter of a run."""
        run = self._run(reference, number)
        with self._book.reading() as tx:
            known = run_records.letters(tx, run.number)
            entries = run_records.entries(tx, run.number, letter, run_records.RETURNED, run_records.TAKEN_BACK)
            noted = run_records.posted_at(tx, run.number, letter)
        printed = spans.has(known.printed, letter)
        posted = (noted or run.sent) if printed else None
        return Status(f"{run.number}/{letter:07d}", printed, posted, spans.has(known.returned, letter), entries)


def _posted_news(run: Run, fresh: Spans, left: Spans, *, undo: bool) -> str:
    said = f"{spans.size(fresh):,} letters {'taken off the posted ones' if undo else 'noted as posted'}."
    if left:
        return f"{said} {spans.size(left):,} letters of {run.number} are still to be posted."
    return f"{said} All letters of {run.number} are posted: record the run as sent, which meets the duty."


def _news(fresh: int, rest: int, strange: tuple[str, ...], *, undo: bool) -> str:
    said = f"{fresh:,} letters {'taken off the returned ones' if undo else 'noted as returned'}."
    if rest:
        said += f" {rest:,} were {'not among them' if undo else 'noted before'}."
    if strange:
        named = ", ".join(strange[:20]) + (f" and {len(strange) - 20:,} more" if len(strange) > 20 else "")
        said += f" Not of this run: {named}."
    return said
