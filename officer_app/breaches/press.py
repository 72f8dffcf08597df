"""Print runs: one notice number, letters in the frozen order, volume by volume, taken up again after a stop."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from officer_app.base.change import Change
from officer_app.base.errors import Cancelled, KnownError
from officer_app.breaches import incidents, papers, records, rules, run_records, runpapers
from officer_app.breaches.approval import Approvals
from officer_app.breaches.duty import INDIVIDUALS
from officer_app.breaches.parts import Made, Part, receive, seal, task
from officer_app.breaches.rules import Incident
from officer_app.breaches.runjob import RunJob, RunJobs
from officer_app.casebook import audit, issued
from officer_app.casebook.book import Casebook
from officer_app.letters.issue import Letters
from officer_app.notices import run as printing
from officer_app.notices.run_workers import Engine, crew, spread
from officer_app.notices.volume import Job
from officer_app.policy.book import Book

PER_VOLUME = printing.PER_VOLUME
Progress = Callable[[int, int], None]
Cancel = Callable[[], bool]


@dataclass(frozen=True)
class Printed:
    """A finished run: its number, where the files lie, how many letters and volumes, who could not be written."""

    reference: str
    number: str
    folder: Path
    letters: int
    volumes: int
    not_written: int
    rebuilt: int = 0
    again: bool = False

    @property
    def news(self) -> str:
        """One sentence for the window."""
        left = f" {self.not_written:,} could not be written; they are listed beside." if self.not_written else ""
        if self.rebuilt:
            left += f" {self.rebuilt:,} volumes came out differently from before; both hashes are on record."
        what = "letters printed again" if self.again else "letters printed"
        return f"{self.number}: {self.letters:,} {what} into {self.folder}.{left}"


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
        in their own folder are kept. `resume` says whether that is meant (None: as it comes). `engine` says who does
        the work. After Cancelled or KnownError only whole volumes are left.
        """
        with self._book.reading() as tx:
            case = incidents.get(tx, reference)
        self._refuse(case, resume)
        engine.check()
        papers.folder(out)
        if case.unfinished:
            job = self.jobs.take_up(case, case.unfinished, out)
        else:
            job = self.jobs.begin(case, out, per_volume, duplex=duplex, separate=separate)
        try:
            with papers.refused(out):
                papers.clear_halves(out, job.run.number)
                self._volumes(job, reference, out, engine, progress, cancelled)
                return self._finish(job, reference, out)
        except Cancelled:
            raise Cancelled(f"Stopped. {job.run.number} keeps its whole volumes and can be taken up again.") from None

    def _refuse(self, case: Incident, resume: bool | None) -> None:
        if resume and case.unfinished is None:
            raise KnownError(f"No print run of {case.reference} was interrupted. Print it without resuming.")
        if resume is False and case.unfinished is not None:
            raise KnownError(f"{case.unfinished.number} was interrupted. Resume it, or give it up in the window.")
        if why := rules.can_print(case):
            raise KnownError(why)
        duty = case.duty(INDIVIDUALS)
        if duty.sent is None and duty.late(self._book.clock()) and not duty.late_reason.strip():
            raise KnownError("The letters are late. Record the reason in the letters' draft; the register shows it.")

    # --- volumes ---

    def _volumes(
        self, job: RunJob, reference: str, out: Path, engine: Engine, progress: Progress, cancelled: Cancel
    ) -> None:
        """Print what is not there yet, by as many hands as the engine has; each volume is recorded once it is whole."""
        with self._book.reading() as tx:
            known = {row["volume"]: row for row in incidents.run_volumes(tx, job.run.number)}
        printing_job = job.printing(out, demo=self._book.demo)
        wording = job.texts.wording(job.list.kinds)
        keys: dict[int, bytes] = {}
        through = 0

        def tasks() -> Iterator[tuple[Job, int, Part]]:
            nonlocal through
            for volume in range(1, job.volumes + 1):
                first, last = job.range(volume)
                if volume in known and _whole(printing_job, known[volume]):
                    through += last - first + 1
                    progress(through, job.list.writable)
                    continue
                with self._book.reading() as tx:
                    keys[volume], sealed = seal(job.run.number, run_records.packed(tx, job.list.id, ((first, last),)))
                part = Part(job.run.number, first, last, job.token, wording, keys[volume], sealed)
                yield printing_job, volume, part

        progress(0, job.list.writable)
        missing = [volume for volume in range(1, job.volumes + 1) if volume not in known]
        with crew(engine, len(missing) * job.per_volume, job.volumes) as hands:
            for made in spread(hands, task(remote=engine.remote), tasks(), cancelled):
                volume = made.done.volume
                whole = receive(printing_job, volume, keys.pop(volume), made) if engine.remote else made
                self._record(job, reference, out, whole)
                through += made.done.taken
                progress(through, job.list.writable)

    def _record(self, job: RunJob, reference: str, out: Path, made: Made) -> None:
        """Record a printed volume; one that came out differently from before is marked, with both hashes."""
        number, volume, file = job.run.number, made.done.volume, made.done.file
        first, last = job.range(volume)
        digest = file.sha256 if file else ""
        body = {
            "stopped": [[one.number, one.reason] for one in made.done.stopped],
            "files": {paper.file: paper.sha256 for paper in made.papers},
            "pages": [list(stretch) for stretch in made.pages], "folder": str(out),
        }  # fmt: skip
        letters = file.count if file else 0
        with self._book.transaction("print letters", reference) as tx:
            differs = incidents.put_volume(
                tx, reference, number, volume, first=first, last=last, letters=letters,
                pages=file.pages if file else 0, sha256=digest, body=body,
            )  # fmt: skip
            details = {"note": "it came out differently from before"} if differs else None
            audit.append(tx, "volume printed", reference, details, notice=number, volume=volume, sha256=digest,
                         letters=letters)  # fmt: skip

    # --- the end ---

    def _finish(self, job: RunJob, reference: str, out: Path) -> Printed:
        number = job.run.number
        with self._book.reading() as tx:
            volumes = incidents.run_volumes(tx, number)
            stopped = {position(name): why for row in volumes for name, why in row["body"]["stopped"]}
            files, left = runpapers.put_all(tx, job, stopped, out)
        text = runpapers.manifest(job, reference, volumes, left, files, self._policy().version_text)
        papers.put_text(out / "manifest.json", text)
        letters = sum(row["letters"] for row in volumes)
        with self._book.transaction("print letters", reference) as tx:
            digest = issued.issue(tx, number, text.encode(), keep=False, letters=letters)
            incidents.change_run(tx, number, finished=tx.now, stopped=left)
            incidents.save(tx, rules.printed(incidents.get(tx, reference)))
            audit.append(tx, "notice issued", reference, {"number": number}, notice=number, sha256=digest,
                         letters=letters)  # fmt: skip
        rebuilt = sum(row["rebuilt"] is not None for row in volumes)
        return Printed(reference, number, out, letters, len(volumes), left, rebuilt)

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
            issued.void(tx, run.number, reason.strip())
            incidents.change_run(tx, run.number, voided=tx.now)
            audit.append(tx, "notice void", reference, {"reason": reason.strip()}, notice=run.number)
        news = f"{run.number} is void. Destroy what it printed in {run.folder}."
        return Change(records.DESK, (reference,), news=news)


def position(letter: str) -> int:
    """Return the number of a letter within its run."""
    return int(letter.rpartition("/")[2])


def _whole(job: Job, row: dict[str, Any]) -> bool:
    """Whether a recorded volume lies in this folder, or in the one it was printed into, with the very bytes."""
    for folder in dict.fromkeys((job.out, Path(row["body"]["folder"]))):
        here = replace(job, out=folder)
        wanted = {folder / name: digest for name, digest in row["body"]["files"].items()}
        if row["letters"]:
            wanted[here.path(row["volume"])] = row["rebuilt"] or row["sha256"]
        if all(papers.digest(path) == digest for path, digest in wanted.items()):
            return True
    return False
