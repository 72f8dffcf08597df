"""Some letters of a finished run printed once more: a range, the pages of a jam, failed or returned ones."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from officer_app.base.errors import Cancelled, KnownError
from officer_app.breaches import incidents, papers, run_records, spans
from officer_app.breaches.arrivals import Arrivals
from officer_app.breaches.papers import Paper
from officer_app.breaches.parts import Part, seal, task
from officer_app.breaches.press import Press
from officer_app.breaches.rules import Incident, Run
from officer_app.breaches.runhold import Held, held
from officer_app.breaches.runjob import RunJob, hold
from officer_app.breaches.runner import Cancel, Printed, Progress
from officer_app.breaches.spans import Spans
from officer_app.casebook import audit, lease
from officer_app.casebook.apart import apart
from officer_app.casebook.book import Casebook
from officer_app.casebook.transaction import Reading
from officer_app.notices.run_workers import Engine, crew, spread
from officer_app.notices.volume import Job

FAILED, RETURNED = "failed", "returned"
HINT = "Write failed, returned, numbers as 3, 7-20, volume:2, or pages:2:120-140 (pages of volume 2)."
_OF_VOLUME = re.compile(r"(volume|pages):(\d{1,6})(?::(.+))?")


@dataclass(frozen=True)
class Wanted:
    """Which letters are printed again: `kind` is numbers, volume, pages, failed or returned."""

    kind: str
    volume: int = 0
    spans: Spans = ()

    @classmethod
    def read(cls, text: str) -> "Wanted":
        """Return what somebody asked for in a line; KnownError says how to write it."""
        said = text.strip().casefold()
        if said in (FAILED, RETURNED):
            return cls(said)
        match = _OF_VOLUME.fullmatch(said.replace(" ", ""))
        try:
            if match is None:
                return cls("numbers", 0, spans.read(said))
            if (match[1] == "pages") != bool(match[3]):
                raise KnownError(HINT)
            return cls(match[1], int(match[2]), spans.read(match[3]) if match[3] else ())
        except KnownError:
            raise KnownError(HINT) from None


@dataclass(frozen=True)
class Place:
    """Where a copy goes: into the casebook of an incident and a folder, under a name; and who holds the run's lease."""

    book: Casebook
    reference: str
    out: Path
    name: str
    held: Held


class Again:
    """Prints letters of finished runs again; they keep their numbers."""

    def __init__(self, book: Casebook, press: Press) -> None:
        self._book, self._press = book, press

    def print_again(
        self,
        reference: str,
        wanted: Wanted,
        out: Path,
        *,
        number: str = "",
        engine: Engine = Engine(),  # noqa: B008  a frozen value
        progress: Progress = lambda _done, _total: None,
        cancelled: Cancel = lambda: False,
    ) -> Printed:
        """Print some letters of a finished run (the last one, when `number` is "") into a folder, under their numbers.

        They come from the frozen list and the approved text. KnownError and Cancelled leave no record of a copy; what
        lies in the folder then is replaced by the next one.
        """
        with self._book.reading() as tx:
            case = incidents.get(tx, reference)
            run = _finished(case, number)
            chosen = self._chosen(tx, run, wanted)
        job = self._press.jobs.again(case, run)
        engine.check()
        papers.folder(out)
        process = lease.this_process()
        with self._book.transaction("print letters", case.reference) as tx:
            hold(tx, case.reference, run.number, process)
            copy = run_records.next_copy(tx, run.number)
            audit.append(tx, "printing again begun", case.reference, notice=run.number)
        name = f"{run.number}-copy-{copy:02d}"
        try:
            with (
                apart(self._book, case.reference) as book,
                held(book, case.reference, run.number, process) as ours,
                papers.refused(out),
            ):
                papers.clear_halves(out, name)
                where = Place(book, case.reference, out, name, ours)
                return self._print(where, job, copy, chosen, wanted, engine, progress, cancelled)
        except Cancelled:
            raise Cancelled("Stopped. These letters are not recorded as printed again.") from None
        finally:
            lease.over(process)

    def _chosen(self, tx: Reading, run: Run, wanted: Wanted) -> Spans:
        known = run_records.letters(tx, run.number)
        everything = spans.joined((*known.printed, *known.failed))
        match wanted.kind:
            case "failed":
                found = known.failed
            case "returned":
                found = known.returned
            case "numbers":
                found = tuple(pair for span in wanted.spans for pair in spans.within(everything, *span))
            case _:
                found = _of_volume(tx, run, wanted)
        if not found:
            words = {"failed": "No letter of this run failed.", "returned": "No letter of this run came back."}
            raise KnownError(words.get(wanted.kind, f"{run.number} has no such letters. Check the numbers."))
        return spans.joined(found)

    def _print(
        self, where: Place, job: RunJob, copy: int, chosen: Spans, wanted: Wanted, engine: Engine, progress: Progress,
        cancelled: Cancel,
    ) -> Printed:  # fmt: skip
        book, reference, out = where.book, where.reference, where.out
        total, through = spans.size(chosen), 0
        parts = list(spans.pieces(chosen, job.per_volume))
        printing = replace(job.printing(out, demo=book.demo), name=where.name)
        wording = job.texts.wording(job.list.kinds)
        arrivals = Arrivals(printing, job.run.number, remote=engine.remote)

        def tasks() -> Iterator[tuple[Job, int, Part]]:
            for volume, only in enumerate(parts, 1):
                with book.reading() as tx:
                    key, sealed = seal(job.run.number, run_records.packed(tx, job.list.id, only))
                part = Part(job.run.number, only[0][0], only[-1][1], job.token, wording, key, sealed, only)
                arrivals.hand_out(volume, only, key)
                yield printing, volume, part

        files: list[Paper] = []
        lost: dict[int, str] = {}
        pages = 0
        with crew(engine, total, len(parts)) as hands:
            for arrived in spread(hands, task(remote=engine.remote), tasks(), where.held.looking(cancelled)):
                whole = arrivals.take(arrived)
                lost |= {int(one.number.rpartition("/")[2]): one.reason for one in whole.done.stopped}
                if whole.done.file is not None:
                    file = whole.done.file
                    files += [Paper(file.path.name, file.count, file.sha256), *whole.papers]
                    pages += file.pages
                through += whole.done.taken
                progress(through, total)
        printed = spans.without(chosen, spans.of(lost))
        count = spans.size(printed)
        if not count:
            raise KnownError(f"None of these letters can be printed: {next(iter(lost.values()))}")
        with book.transaction("print letters", reference) as tx:
            where.held.end(tx)
            run_records.add_copy(
                tx, reference, job.run.number, copy, letters=count, pages=pages, printed=list(printed),
                folder=str(out), wanted=wanted.kind, files={file.file: file.sha256 for file in files},
            )  # fmt: skip
            details = {"which": f"{wanted.kind}: {spans.shown(chosen)}"}
            audit.append(tx, "letters printed again", reference, details, notice=job.run.number, letters=count)
        return Printed(reference, job.run.number, out, count, len(parts), len(lost), again=True)


def _finished(case: Incident, number: str) -> Run:
    runs = [run for run in case.runs if run.finished and (not number or run.number == number.strip().upper())]
    if not runs:
        raise KnownError("Only letters of a finished run are printed again. Print them first, or go on with the run.")
    return runs[-1]


def _of_volume(tx: Reading, run: Run, wanted: Wanted) -> Spans:
    rows = {row["volume"]: row for row in incidents.run_volumes(tx, run.number)}
    row = rows.get(wanted.volume)
    if row is None:
        return ()
    if wanted.kind == "volume":
        return ((row["first"], row["last"]),)
    index = ((at, pages) for first, count, pages in row["body"]["pages"] for at in range(first, first + count))
    duplex = bool(incidents.run_row(tx, run.number)["body"]["duplex"])
    return spans.on_pages(index, wanted.spans, duplex=duplex)
