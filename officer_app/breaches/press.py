"""Print runs: one notice number, letters in the frozen order, volume by volume, taken up again after a stop."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from officer_app.base.change import Change
from officer_app.base.errors import Cancelled, KnownError
from officer_app.breaches import incidents, papers, records, rules
from officer_app.breaches.approval import Approvals
from officer_app.breaches.duty import INDIVIDUALS, Approval
from officer_app.breaches.rules import AffectedList, Incident, Run
from officer_app.breaches.texts import Texts
from officer_app.casebook import audit, issued
from officer_app.casebook.book import Casebook
from officer_app.casebook.issued import Made
from officer_app.letters.issue import Letters
from officer_app.notices import run as printing
from officer_app.notices.document import Letterhead
from officer_app.policy.book import Book

PER_VOLUME = printing.PER_VOLUME
Progress = Callable[[int, int], None]
Cancel = Callable[[], bool]
_NO_ADDRESS = "no postal address"
_NO_ADDRESS_CURE = "Send the letter's text by e-mail."
_STOPPED_CURE = "Write this letter by hand, or freeze a supplement once the shop's data are mended."


@dataclass(frozen=True)
class Printed:
    """A finished run: its number, where the files lie, how many letters and volumes, who could not be written."""

    reference: str
    number: str
    folder: Path
    letters: int
    volumes: int
    not_written: int

    @property
    def news(self) -> str:
        """One sentence for the window."""
        left = f" {self.not_written:,} could not be written; they are listed beside." if self.not_written else ""
        return f"{self.number}: {self.letters:,} letters printed into {self.folder}.{left}"


@dataclass(frozen=True)
class _Job:
    """A run as it was fixed when it began; a resumed one prints the very same letters."""

    run: Run
    list: AffectedList
    texts: Texts
    footer: str
    per_volume: int

    @property
    def volumes(self) -> int:
        return -(-self.list.writable // self.per_volume)

    def range(self, volume: int) -> tuple[int, int]:
        return (volume - 1) * self.per_volume + 1, min(volume * self.per_volume, self.list.writable)


class Press:
    """Prints the letters of incidents."""

    def __init__(self, book: Casebook, policy: Callable[[], Book], letters: Letters, approvals: Approvals) -> None:
        self._book, self._policy, self._letters, self._approvals = book, policy, letters, approvals

    def print_letters(
        self,
        reference: str,
        out: Path,
        *,
        resume: bool | None = None,
        per_volume: int = PER_VOLUME,
        progress: Progress = lambda _done, _total: None,
        cancelled: Cancel = lambda: False,
    ) -> Printed:
        """Print the letters of the incident's next list into the folder `out`.

        An interrupted run goes on where it stopped: volumes that lie there whole are kept. `resume` says whether that
        is meant (None: as it comes). After Cancelled or KnownError only whole volumes are left.
        """
        with self._book.reading() as tx:
            case = incidents.get(tx, reference)
        self._refuse(case, resume)
        papers.folder(out)
        job = self._take_up(case, case.unfinished, out) if case.unfinished else self._begin(case, out, per_volume)
        work = out / f".{job.run.number}.part"
        try:
            with papers.refused(out):
                shutil.rmtree(work, ignore_errors=True)
                for volume in range(1, job.volumes + 1):
                    if cancelled():
                        raise Cancelled
                    self._volume(job, reference, volume, out, work, progress, cancelled)
        except Cancelled:
            raise Cancelled(f"Stopped. {job.run.number} keeps its whole volumes and can be taken up again.") from None
        finally:
            shutil.rmtree(work, ignore_errors=True)
        return self._finish(job, reference, out)

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

    # --- beginning and taking up ---

    def _texts(self, case: Incident, approval: Approval, head: Letterhead, day: date) -> Texts:
        draft = case.duty(INDIVIDUALS).letters
        assert draft is not None  # an approved draft exists
        around = self._approvals.around(approval)
        return Texts(case, draft, around, self._letters, head, day, self._letters.shop().country)

    def _begin(self, case: Incident, out: Path, per_volume: int) -> _Job:
        one, approval = case.unprinted, case.duty(INDIVIDUALS).approval
        assert one is not None and approval is not None  # or `can_print` would have said so
        head, footer = self._letters.shop().letterhead(), self._book.head_mark()
        day = self._book.clock().astimezone(self._policy().zone).date()
        texts = self._texts(case, approval, head, day)
        made = Made(
            kind="breach-customer", language=texts.default, title=texts.title, recipient=f"list {one.number}",
            text_version=texts.versions[texts.default][:20], pack_version=self._policy().version_text[:40],
        )  # fmt: skip
        body = {"date": day.isoformat(), "footer": footer, "head": msgspec.to_builtins(head), "texts": texts.versions,
                "approval": msgspec.to_builtins(approval), "folder": str(out)}  # fmt: skip
        with self._book.transaction("print letters", case.reference) as tx:
            if incidents.get(tx, case.reference).unfinished is not None:
                raise KnownError("Somebody else began to print these letters. Wait for that run, or take it up.")
            number = issued.reserve(tx, case.reference, made, day.year, approved_by=approval.by, letters=0)
            incidents.start_run(tx, number, case.reference, one, per_volume, **body)
            audit.append(tx, "print run begun", case.reference, {"list": one.number}, notice=number, list=one.id,
                         letters=one.writable)  # fmt: skip
        run = Run(number, one.id, one.writable, self._book.clock(), folder=str(out))
        return _Job(run, one, texts, footer, per_volume)

    def _take_up(self, case: Incident, run: Run, out: Path) -> _Job:
        with self._book.reading() as tx:
            row = incidents.run_row(tx, run.number)
        body = row["body"]
        approval = msgspec.convert(body["approval"], Approval)
        changed = approval.digest != rules.content_digest(case, case.duty(INDIVIDUALS))
        texts = self._texts(case, approval, msgspec.convert(body["head"], Letterhead), date.fromisoformat(body["date"]))
        if changed or texts.versions != body["texts"]:
            raise KnownError(f"The letters changed since {run.number} began. Give that run up, then print anew.")
        one = next(each for each in case.lists if each.id == run.list)
        with self._book.transaction("print letters", case.reference) as tx:
            incidents.change_run(tx, run.number, body={**body, "folder": str(out)})
            audit.append(tx, "print run taken up", case.reference, notice=run.number)
        return _Job(run, one, texts, body["footer"], row["per_volume"])

    # --- one volume ---

    def _volume(
        self, job: _Job, reference: str, volume: int, out: Path, work: Path, progress: Progress, cancelled: Cancel
    ) -> None:
        number, (first, last) = job.run.number, job.range(volume)
        path = out / f"{number}-{volume:04d}.pdf"
        with self._book.reading() as tx:
            known = {row["volume"]: row for row in incidents.run_volumes(tx, number)}.get(volume)
            if known is not None and known["sha256"] == (papers.digest(path) if known["letters"] else ""):
                progress(last, job.list.writable)
                return
            result = printing.print_run(
                job.texts.letters(number, records.people(tx, job.list.id, first, last)),
                work,
                name=f"{number}-{volume:04d}",
                total=last - first + 1,
                per_volume=last - first + 1,
                demo=self._book.demo,
                footer=job.footer,
                progress=lambda done, _total: progress(first - 1 + done, job.list.writable),
                cancelled=cancelled,
            )
        made = result.files[0] if result.files else None
        if made is not None:
            made.path.replace(path)
            papers.sync(out)
        stopped = [[each.number, each.reason] for each in result.stopped]
        digest = made.sha256 if made else ""
        with self._book.transaction("print letters", reference) as tx:
            incidents.put_volume(
                tx, reference, number, volume, first=first, last=last, letters=result.printed,
                pages=made.pages if made else 0, sha256=digest, body={"stopped": stopped},
            )  # fmt: skip
            audit.append(tx, "volume printed", reference, notice=number, volume=volume, sha256=digest,
                         letters=result.printed)  # fmt: skip

    # --- the end ---

    def _finish(self, job: _Job, reference: str, out: Path) -> Printed:
        number = job.run.number
        with self._book.reading() as tx:
            volumes = incidents.run_volumes(tx, number)
        stopped = {name: why for row in volumes for name, why in row["body"]["stopped"]}
        addresses = papers.put_csv(
            out / f"{number}-addresses.csv",
            ("letter", "name", "address", "postcode", "country", "language"),
            self._addresses(job, stopped),
        )
        left = papers.put_csv(
            out / f"{number}-not-written.csv",
            ("letter", "customer", "name", "e-mail", "language", "why", "what to do"),
            self._not_written(job, stopped),
        )
        letters = sum(row["letters"] for row in volumes)
        manifest = {
            "number": number,
            "incident": reference,
            "list": job.list.number,
            "list_sha256": job.list.digest,
            "persons": job.list.persons,
            "letters": letters,
            "not_written": left.lines,
            "texts": job.texts.versions,
            "packs": self._policy().version_text,
            "volumes": [_shown(number, row) for row in volumes],
            "files": [msgspec.to_builtins(addresses), msgspec.to_builtins(left)],
        }
        text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
        papers.put_text(out / "manifest.json", text)
        with self._book.transaction("print letters", reference) as tx:
            digest = issued.issue(tx, number, text.encode(), keep=False, letters=letters)
            incidents.change_run(tx, number, finished=tx.now, stopped=left.lines)
            incidents.save(tx, rules.printed(incidents.get(tx, reference)))
            audit.append(tx, "notice issued", reference, {"number": number}, notice=number, sha256=digest,
                         letters=letters)  # fmt: skip
        return Printed(reference, number, out, letters, len(volumes), left.lines)

    def _addresses(self, job: _Job, stopped: dict[str, str]) -> Iterator[tuple[Any, ...]]:
        with self._book.reading() as tx:
            for at, person in records.people(tx, job.list.id, 1, job.list.writable or None):
                number = f"{job.run.number}/{at:07d}"
                if person.writable and number not in stopped:
                    yield (number, person.name, ", ".join(person.lines), person.postcode, person.country,
                           job.texts.language(person.language))  # fmt: skip

    def _not_written(self, job: _Job, stopped: dict[str, str]) -> Iterator[tuple[Any, ...]]:
        with self._book.reading() as tx:
            for at, person in records.people(tx, job.list.id):
                number = f"{job.run.number}/{at:07d}"
                shown = (person.key, person.name, person.email, job.texts.language(person.language))
                if number in stopped:
                    yield (number, *shown, stopped[number], _STOPPED_CURE)
                elif not person.writable:
                    yield ("", *shown, _NO_ADDRESS, _NO_ADDRESS_CURE if person.email else _STOPPED_CURE)

    def open_volume(self, number: str, volume: int) -> bytes:
        """Return a print file from where it was saved, if it is still the very one; recorded as a print."""
        with self._book.reading() as tx:
            row = incidents.run_row(tx, number)
            known = {each["volume"]: each for each in incidents.run_volumes(tx, number)}.get(volume)
        path = Path(row["body"]["folder"]) / f"{number}-{volume:04d}.pdf"
        if known is None or papers.digest(path) not in (known["sha256"], known["rebuilt"]):
            raise KnownError(f"{path.name} is not in {path.parent} any more, or was changed. Look for another copy.")
        with self._book.transaction("view", row["reference"]) as tx:
            audit.append(tx, "print", row["reference"], notice=number, volume=volume)
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


def _shown(number: str, row: dict[str, Any]) -> dict[str, Any]:
    file = f"{number}-{row['volume']:04d}.pdf" if row["letters"] else ""
    return {"file": file, "first": row["first"], "last": row["last"], "letters": row["letters"], "pages": row["pages"],
            "sha256": row["sha256"]}  # fmt: skip
