"""A print run as it was fixed when it began: the letters of every later volume and copy are made from it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from officer_app.base import shapes
from officer_app.base.errors import KnownError
from officer_app.breaches import incidents, rules
from officer_app.breaches.approval import Approvals
from officer_app.breaches.duty import INDIVIDUALS, Approval, LettersDraft
from officer_app.breaches.rules import AffectedList, Facts, Incident, Run
from officer_app.breaches.texts import Texts
from officer_app.casebook import audit, issued, lease
from officer_app.casebook.book import Casebook
from officer_app.casebook.issued import Made
from officer_app.casebook.transaction import Writing
from officer_app.letters.issue import Letters
from officer_app.notices.document import Letterhead
from officer_app.notices.volume import Job
from officer_app.policy.book import Book

MOST_PER_VOLUME = 20_000
"""Letters in a volume: a print file that can still be opened, and a worker that stays small."""


@dataclass(frozen=True)
class RunJob:
    """A run of one list; one that is taken up prints the very same letters."""

    run: Run
    list: AffectedList
    texts: Texts
    footer: str
    per_volume: int
    duplex: bool
    separate: bool

    @property
    def volumes(self) -> int:
        """How many volumes the run has."""
        return -(-self.list.writable // self.per_volume)

    def range(self, volume: int) -> tuple[int, int]:
        """Return the first and the last position of a volume."""
        return (volume - 1) * self.per_volume + 1, min(volume * self.per_volume, self.list.writable)

    def printing(self, out: Path, *, demo: bool) -> Job:
        """Return how its volumes are printed into a folder."""
        return Job(out, self.run.number, self.duplex, demo, self.footer, self.separate, covers=True)

    @property
    def token(self) -> str:
        """What tells the texts of this run from those of others."""
        return f"{self.run.number} {self.run.started.isoformat()} {self.footer} {self.texts.versions}"


class RunJobs:
    """Begins runs, and takes them up as they began."""

    def __init__(self, book: Casebook, policy: Callable[[], Book], letters: Letters, approvals: Approvals) -> None:
        self._book, self._policy, self._letters, self._approvals = book, policy, letters, approvals

    def _texts(self, case: Incident, body: dict[str, Any]) -> Texts:
        """Return the letters that a run's record makes, whatever was changed in the incident since."""
        draft, facts = shapes.convert(body["draft"], LettersDraft), shapes.convert(body["facts"], Facts)
        around = self._approvals.around(shapes.convert(body["approval"], Approval))
        around = replace(around, signed_by=body["signed"] or around.signed_by)
        head, day = shapes.convert(body["head"], Letterhead), date.fromisoformat(body["date"])
        return Texts(replace(case, facts=facts), draft, around, self._letters, head, day, body["home"])

    def begin(
        self, case: Incident, out: Path, per_volume: int, process: str, *, duplex: bool, separate: bool
    ) -> RunJob:
        """Reserve the number of a new run and fix what its letters are made from; `process` has its lease."""
        one, approval = case.unprinted, case.duty(INDIVIDUALS).approval
        assert one is not None and approval is not None  # or `can_print` would have said so
        if not 1 <= per_volume <= MOST_PER_VOLUME:
            raise KnownError(f"A volume has from 1 to {MOST_PER_VOLUME:,} letters. Choose a number between.")
        shop, footer = self._letters.shop(), self._book.head_mark()
        day = self._book.clock().astimezone(self._policy().zone).date()
        body: dict[str, Any] = {
            "date": day.isoformat(), "footer": footer, "head": msgspec.to_builtins(shop.letterhead()),
            "approval": msgspec.to_builtins(approval), "signed": self._approvals.around(approval).signed_by,
            "draft": msgspec.to_builtins(case.duty(INDIVIDUALS).letters), "facts": msgspec.to_builtins(case.facts),
            "home": shop.country, "folder": str(out), "duplex": duplex, "separate": separate,
        }  # fmt: skip
        texts = self._texts(case, body)
        texts.wording(one.kinds)  # what cannot be written is said before a number is used
        body["texts"] = texts.versions
        made = Made(
            kind="breach-customer", language=texts.default, title=texts.title, recipient=f"list {one.number}",
            text_version=texts.versions[texts.default][:20], pack_version=self._policy().version_text[:40],
        )  # fmt: skip
        with self._book.transaction("print letters", case.reference) as tx:
            if incidents.get(tx, case.reference).unfinished is not None:
                raise KnownError("Somebody else began to print these letters. Wait for that run, or take it up.")
            number = issued.reserve(tx, case.reference, made, day.year, approved_by=approval.by, letters=0)
            hold(tx, case.reference, number, process)
            incidents.start_run(tx, number, case.reference, one, per_volume, **body)
            audit.append(tx, "print run begun", case.reference, {"list": one.number}, notice=number, list=one.id,
                         letters=one.writable)  # fmt: skip
            run = Run(number, one.id, one.writable, tx.now, folder=str(out))
        return RunJob(run, one, texts, footer, per_volume, duplex, separate)

    def again(self, case: Incident, run: Run) -> RunJob:
        """Return a run as it began; KnownError when its letters could not be the same any more."""
        with self._book.reading() as tx:
            row = incidents.run_row(tx, run.number)
        return self._job(case, run, row)

    def take_up(self, case: Incident, run: Run, out: Path, process: str) -> RunJob:
        """Go on with a run, into this folder; KnownError when somebody else prints it now."""
        with self._book.reading() as tx:
            row = incidents.run_row(tx, run.number)
        job = self._job(case, run, row)
        with self._book.transaction("print letters", case.reference) as tx:
            hold(tx, case.reference, run.number, process)
            incidents.change_run(tx, run.number, body={**row["body"], "folder": str(out)})
            audit.append(tx, "print run taken up", case.reference, notice=run.number)
        return job

    def _job(self, case: Incident, run: Run, row: dict[str, Any]) -> RunJob:
        body = row["body"]
        approval = shapes.convert(body["approval"], Approval)
        changed = run.finished is None and approval.digest != rules.content_digest(case, case.duty(INDIVIDUALS))
        texts = self._texts(case, body)
        if changed or texts.versions != body["texts"]:
            then = "Give that run up, then print anew." if run.finished is None else "They cannot be printed again."
            raise KnownError(f"The letters changed since {run.number} began. {then}")
        one = next(each for each in case.lists if each.id == run.list)
        return RunJob(run, one, texts, body["footer"], row["per_volume"], body["duplex"], body["separate"])


def hold(tx: Writing, reference: str, number: str, process: str) -> None:
    """Take the lease of a run, so that no two print it; the caller writes the audit entry."""
    lease.take(tx, reference, number, process=process, doing=f"printing {number}")
