"""Print runs: one notice number, letters in the frozen order, begun, taken up again after a stop, and given up."""

from collections.abc import Callable
from pathlib import Path

from officer_app.base.change import Change
from officer_app.base.errors import Cancelled, KnownError
from officer_app.breaches import incidents, papers, records, rules
from officer_app.breaches.approval import Approvals
from officer_app.breaches.duty import INDIVIDUALS
from officer_app.breaches.rules import Incident
from officer_app.breaches.runhold import held
from officer_app.breaches.runjob import RunJobs, hold
from officer_app.breaches.runner import Cancel, Printed, Progress, Runner
from officer_app.casebook import audit, issued, lease
from officer_app.casebook.apart import apart
from officer_app.casebook.book import Casebook
from officer_app.letters.issue import Letters
from officer_app.notices import run as printing
from officer_app.notices.run_workers import Engine
from officer_app.notices.volume import Job
from officer_app.policy.book import Book

PER_VOLUME = printing.PER_VOLUME


class Press:
    """Prints the letters of incidents."""

    def __init__(self, book: Casebook, policy: Callable[[], Book], letters: Letters, approvals: Approvals) -> None:
        self._book, self._policy = book, policy
        self.jobs = RunJobs(book, policy, letters, approvals)

    def print_letters(
        self,
        reference: str,
        out: Path,
        *,
        resume: bool | None = None,
        per_volume: int = PER_VOLUME,
        duplex: bool = False,
        separate: bool = False,
        engine: Engine = Engine(),  # noqa: B008  a frozen value
        progress: Progress = lambda _done, _total: None,
        cancelled: Cancel = lambda: False,
    ) -> Printed:
        """Print the letters of the incident's next list into the folder `out`.

        With `duplex` every letter begins on an odd page; `separate` makes a ZIP with one PDF for each letter. An
        interrupted run goes on where it stopped, as it began, also into another folder: volumes that lie whole there or
        in their own folder are kept, and nobody else may go on with it meanwhile. `resume` says whether that is meant
        (None: as it comes). `engine` says who does the work. After Cancelled or KnownError only whole volumes are left.
        A lock of the window does not stop it.
        """
        with self._book.reading() as tx:
            case = incidents.get(tx, reference)
        self._refuse(case, resume)
        engine.check()
        papers.folder(out)
        packs = self._policy().version_text
        process = lease.this_process()
        if case.unfinished:
            job = self.jobs.take_up(case, case.unfinished, out, process)
        else:
            job = self.jobs.begin(case, out, per_volume, process, duplex=duplex, separate=separate)
        try:
            with (
                apart(self._book, reference) as book,
                held(book, reference, job.run.number, process) as ours,
                papers.refused(out),
            ):
                papers.clear_halves(out, job.run.number)
                runner = Runner(book, job, reference, out, packs, ours)
                runner.print(engine, progress, cancelled)
                return runner.finish()
        except Cancelled:
            raise Cancelled(f"Stopped. {job.run.number} keeps its whole volumes and can be taken up again.") from None
        finally:
            lease.over(process)

    def _refuse(self, case: Incident, resume: bool | None) -> None:
        if resume and case.unfinished is None:
            raise KnownError(f"No print run of {case.reference} was interrupted. Print it without resuming.")
        if resume is False and case.unfinished is not None:
            raise KnownError(f"{case.unfinished.number} was interrupted. Resume it, or give it up in the window.")
        if why := rules.can_print(case):
            raise KnownError(why)
        duty = case.duty(INDIVIDUALS)
        # a run that goes on prints the letters as they were approved; recording them as sent asks for the reason
        if case.unfinished is not None or duty.sent is not None:
            return
        if duty.late(self._book.clock()) and not duty.late_reason.strip():
            raise KnownError("The letters are late. Record the reason in the letters' draft; the register shows it.")

    # --- afterwards ---

    def open_volume(self, number: str, volume: int) -> bytes:
        """Return a print file from where it was saved, if it is still the very one; recorded as a print."""
        with self._book.reading() as tx:
            run = incidents.run_row(tx, number)
            row = {each["volume"]: each for each in incidents.run_volumes(tx, number)}.get(volume)
        folder = Path(row["body"]["folder"] if row else run["body"]["folder"])
        path = Job(folder, number, separate=run["body"]["separate"]).path(volume)
        if path.suffix == ".zip":
            raise KnownError(f"Volume {volume} is a ZIP of single letters. Open {path} with your file manager.")
        if row is None or papers.digest(path) not in (row["sha256"], row["rebuilt"]):
            raise KnownError(f"{path.name} is not in {path.parent} any more, or was changed. Look for another copy.")
        with self._book.transaction("view", run["reference"]) as tx:
            audit.append(tx, "print", run["reference"], notice=number, volume=volume)
        return path.read_bytes()

    def give_up_run(self, reference: str, reason: str) -> Change:
        """Void an interrupted print run; what it printed is to be destroyed."""
        if not reason.strip():
            raise KnownError("Say why the run is given up; its number stays in the register with the reason.")
        with self._book.transaction("work", reference) as tx:
            run = incidents.get(tx, reference).unfinished
            if run is None:
                raise KnownError("No print run was interrupted.")
            process = lease.this_process()
            hold(tx, reference, run.number, process)  # or somebody prints it still
            lease.give_back(tx, reference, run.number, process)
            issued.void(tx, run.number, reason.strip())
            incidents.change_run(tx, run.number, voided=tx.now)
            audit.append(tx, "notice void", reference, {"reason": reason.strip()}, notice=run.number)
        news = f"{run.number} is void. Destroy what it printed in {run.folder}."
        return Change(records.DESK, (reference,), news=news)
