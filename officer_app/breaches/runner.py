"""A print run at work: prints volume after volume, records each once it is whole, and writes the run's papers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from officer_app.breaches import incidents, papers, rules, run_records, runpapers
from officer_app.breaches.arrivals import Arrivals
from officer_app.breaches.parts import Made, Part, seal, task
from officer_app.breaches.runhold import Held
from officer_app.breaches.runjob import RunJob
from officer_app.casebook import audit, issued
from officer_app.casebook.book import Casebook
from officer_app.notices.run_workers import Engine, crew, spread
from officer_app.notices.volume import Job

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


class Runner:
    """Prints one run into a folder; `book` may be the casebook for this incident only, `packs` name the policy."""

    def __init__(self, book: Casebook, job: RunJob, reference: str, out: Path, packs: str, held: Held) -> None:
        self._book, self._job, self._reference, self._out, self._packs = book, job, reference, out, packs
        self._held = held

    def print(self, engine: Engine, progress: Progress, cancelled: Cancel) -> None:
        """Print what is not there yet, by as many hands as the engine has; each volume is recorded once it is whole."""
        job = self._job
        with self._book.reading() as tx:
            known = {row["volume"]: row for row in incidents.run_volumes(tx, job.run.number)}
        printing_job = job.printing(self._out, demo=self._book.demo)
        wording = job.texts.wording(job.list.kinds)
        arrivals = Arrivals(printing_job, job.run.number, remote=engine.remote)
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
                    key, sealed = seal(job.run.number, run_records.packed(tx, job.list.id, ((first, last),)))
                part = Part(job.run.number, first, last, job.token, wording, key, sealed)
                arrivals.hand_out(volume, ((first, last),), key)
                yield printing_job, volume, part

        progress(0, job.list.writable)
        missing = [volume for volume in range(1, job.volumes + 1) if volume not in known]
        with crew(engine, len(missing) * job.per_volume, job.volumes) as hands:
            for arrived in spread(hands, task(remote=engine.remote), tasks(), self._held.looking(cancelled)):
                made = arrivals.take(arrived)
                self._record(made)
                through += made.done.taken
                progress(through, job.list.writable)

    def _record(self, made: Made) -> None:
        """Record a printed volume; one that came out differently from before is marked, with both hashes."""
        job, reference = self._job, self._reference
        number, volume, file = job.run.number, made.done.volume, made.done.file
        first, last = job.range(volume)
        digest = file.sha256 if file else ""
        body = {
            "stopped": [[one.number, one.reason] for one in made.done.stopped],
            "files": {paper.file: paper.sha256 for paper in made.papers},
            "pages": [list(stretch) for stretch in made.pages], "folder": str(self._out),
        }  # fmt: skip
        letters = file.count if file else 0
        with self._book.transaction("print letters", reference) as tx:
            self._held.beat(tx)
            differs = incidents.put_volume(
                tx, reference, number, volume, first=first, last=last, letters=letters,
                pages=file.pages if file else 0, sha256=digest, body=body,
            )  # fmt: skip
            details = {"note": "it came out differently from before"} if differs else None
            audit.append(tx, "volume printed", reference, details, notice=number, volume=volume, sha256=digest,
                         letters=letters)  # fmt: skip

    def finish(self) -> Printed:
        """Write the papers of the run, issue its notice and return what was printed."""
        job, reference, out = self._job, self._reference, self._out
        number = job.run.number
        with self._book.reading() as tx:
            volumes = incidents.run_volumes(tx, number)
            stopped = {position(name): why for row in volumes for name, why in row["body"]["stopped"]}
            files, left = runpapers.put_all(tx, job, stopped, out)
        text = runpapers.manifest(job, reference, volumes, left, files, self._packs)
        papers.put_text(out / "manifest.json", text)
        letters = sum(row["letters"] for row in volumes)
        with self._book.transaction("print letters", reference) as tx:
            self._held.end(tx)
            digest = issued.issue(tx, number, text.encode(), keep=False, letters=letters)
            incidents.change_run(tx, number, finished=tx.now, stopped=left)
            incidents.save(tx, rules.printed(incidents.get(tx, reference)))
            audit.append(tx, "notice issued", reference, {"number": number}, notice=number, sha256=digest,
                         letters=letters)  # fmt: skip
        rebuilt = sum(row["rebuilt"] is not None for row in volumes)
        return Printed(reference, number, out, letters, len(volumes), left, rebuilt)


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
