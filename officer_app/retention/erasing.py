"""Carries a batch out: confirmations first, then the erasure, then the look into the shop, the certificate, the end."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from officer_app.base.change import Change
from officer_app.base.erasure import Outcome, Person
from officer_app.base.errors import KnownError
from officer_app.casebook import audit, cases, erasing, issued
from officer_app.casebook.book import Casebook
from officer_app.casebook.issued import Made
from officer_app.casebook.memory import state_folder
from officer_app.casebook.transaction import Reading, Writing
from officer_app.letters.issue import Letters
from officer_app.policy.book import Book
from officer_app.retention import batch as rules
from officer_app.retention import (
    certifying,
    letter,
    marks,
    member_records,
    proof_records,
    records,
    sizes,
    trace_records,
)
from officer_app.retention.announcing import Announcing
from officer_app.retention.batch import Batch, Found
from officer_app.retention.batches import Batches, Cancel, Progress, never, quiet
from officer_app.retention.certifying import Proof
from officer_app.retention.old_orders import OldOrders
from officer_app.retention.queue import Queue
from officer_app.retention.records import DESK, PENDING
from officer_app.retention.rules import ORDERS, but
from officer_app.retention.run import Run, RunResult
from officer_app.retention.tracing import Tracing
from officer_app.shop import erasure, erasure_verify

LOOKING = "Looking at everybody once more"
WRITING = "Writing the letters that confirm it"
NOTING = "Noting the rows, so that they can be checked afterwards"


class Credentials(Protocol):
    """Keeps the account that may erase; KnownError from `saved` while erasing is switched off.

    `limits` are the number and the share of all accounts (percent) above which a manager approves.
    """

    def saved(self) -> tuple[str, str]: ...
    def limits(self) -> tuple[int, float]: ...


class BatchMembers:
    """The members of one batch, as the erasure asks for them."""

    def __init__(self, reference: str) -> None:
        self._reference = reference

    def pending(self, tx: Reading, after: str, limit: int) -> Sequence[Person]:
        """Return members that are neither erased nor left out, by id from the one after `after`."""
        found = records.of_batch(tx, self._reference, states=PENDING, after=after, limit=limit)
        return [one.person for one in found if one.person is not None]

    def refused(self, tx: Writing, people: Sequence[Person]) -> Mapping[str, str]:
        """Return by id whom an open case stands against, or who was taken off the review list."""
        keys, emails = [one.key for one in people if one.key], [one.email for one in people if one.email]
        busy = cases.open_cases_by_customer(tx, keys, emails)
        own = records.marks_by_member(tx, [one.id for one in people])
        complaints = {known.id: known for known in marks.some(tx, list(own.values()))}
        found: dict[str, str] = {}
        for one in people:
            mark = complaints.get(own.get(one.id, ""))
            if one.id in own and (mark is None or not mark.stands):
                found[one.id] = "It was taken off the review list."
                continue
            against = but((*busy.get(one.key, ()), *busy.get(one.email, ())), mark.complaint if mark else "")
            if against:
                found[one.id] = f"open case {', '.join(against)}"
        return found

    def mark(self, tx: Writing, ids: Sequence[str], outcome: Outcome, reason: str = "") -> None:
        """Note what became of members; the audit entry follows in the same transaction."""
        records.mark(tx, ids, outcome, reason)


class Erasing:
    """Erases batches, proves it, and closes them."""

    def __init__(
        self,
        book: Casebook,
        policy: Callable[[], Book],
        letters: Letters,
        queue: Queue,
        old_orders: OldOrders,
        batches: Batches,
        announcing: Announcing,
        credentials: Credentials,
    ) -> None:
        self._book, self._policy, self._letters, self._queue = book, policy, letters, queue
        self._batches, self._announcing, self._credentials = batches, announcing, credentials
        self._old_orders, self._tracing = old_orders, Tracing(book, queue)

    def stop_file(self, reference: str) -> Path:
        """Return the file whose being there stops the erasure of a batch before its next chunk."""
        return state_folder() / f"stop-{reference}"

    # --- running ---

    def run(
        self, reference: str, typed: int | None, progress: Progress = quiet, cancelled: Cancel = never,
        backups: str = "", tell: Callable[[str], None] = lambda _why: None,
    ) -> Change:  # fmt: skip
        """Erase the accounts of a batch; `typed` is their number as the officer typed it, None to go on after a stop.

        Stopped, cut off or finished, everybody is erased whole or not at all, and running again goes on.
        `tell` hears why it waits, and "" when it goes on.
        """
        shop = self._queue.connected()
        user, password = self._credentials.saved()
        known = self._may_start(reference, typed)
        eraser = erasure.connect(shop, user, password)
        run = Run(
            self._book, eraser, BatchMembers(reference), batch=reference, scope=known.scope,
            cutoff=self._cutoff(known), stop_file=self.stop_file(reference), tell=tell,
        )  # fmt: skip
        try:
            # Taken before anybody is looked at again: to whoever looks while another window erases, all seem gone.
            run.begin()
            try:
                tell(LOOKING)
                run.look_back()  # first of all: to any other look, whom a crash left erased would seem gone
                total = self._prepare(reference, typed, backups, run.prepare, cancelled, tell)
            except BaseException as error:
                run.give_up(str(error) if isinstance(error, KnownError) else "")
                raise
            result = run.run(lambda done: progress(done, total), cancelled)
        finally:
            eraser.close()
        return self._ended(reference, result, cancelled)

    def _may_start(self, reference: str, typed: int | None) -> Batch:
        """Return the batch; KnownError when it cannot be erased now, before anything is written of it."""
        with self._book.reading() as tx:
            known, now = records.get(tx, reference), self._book.clock().astimezone(self._policy().zone)
            rules.start(known, records.counts(tx, reference), typed, now, "")
        return known

    def _prepare(
        self, reference: str, typed: int | None, backups: str, still: Callable[[], None], cancelled: Cancel,
        tell: Callable[[str], None],
    ) -> int:  # fmt: skip
        """Do what comes before the first chunk, and return how many are to be erased; `still` is called meanwhile."""
        self._batches.recheck(reference, cancelled, lambda _done, _total: still(), erasing=True)
        case, total = self._start(reference, typed, backups)
        tell(WRITING)
        self._announcing.write_confirmations(case, lambda _done, _total: still(), cancelled)
        tell(NOTING)
        self._tracing.note(case, cancelled, still)
        tell("")
        return total

    def _cutoff(self, case: Batch) -> datetime:
        """Return since when an account was silent, or before when an order was placed."""
        if case.ground == ORDERS:
            return self._old_orders.edge
        return self._queue.now - timedelta(days=self._queue.days)

    def _start(self, reference: str, typed: int | None, backups: str) -> tuple[Batch, int]:
        policy = self._policy()
        with self._book.transaction("work", reference) as tx:
            counts, known = records.counts(tx, reference), records.get(tx, reference)
            case = rules.start(known, counts, typed, tx.now.astimezone(policy.zone), tx.actor.name, backups)
            if not records.as_frozen(tx, known) or member_records.fault_of(tx, reference):
                raise KnownError(
                    f"The list of {reference} was changed outside this program. Withdraw it and run the audit check."
                )
            if not case.certificate:
                made = Made(letter.CERTIFICATE, self._tongue, "Certificate of deletion", "", "1",
                            policy.version_text[:200])  # fmt: skip
                year = tx.now.astimezone(policy.zone).year
                # Reserved now, because the confirmations name it, and not voided as abandoned (`letters` 0).
                case = replace(case, certificate=issued.reserve(tx, reference, made, year, letters=0))
            records.save(tx, case)
            cases.drop_open_deadlines(tx, reference)
            audit.append(tx, "erasure begun" if typed is not None else "erasure taken up", reference,
                         {"accounts": counts.pending}, list=case.digest)  # fmt: skip
        return case, counts.pending

    @property
    def _tongue(self) -> str:
        return letter.language(self._letters.shop().language, "en")

    def _ended(self, reference: str, result: RunResult, cancelled: Cancel) -> Change:
        with self._book.transaction("work", reference) as tx:
            case, counts = records.get(tx, reference), records.counts(tx, reference)
            over = not result.stopped_by and not counts.of(*PENDING)
            pending = sizes.counted(counts.pending, case.ground)
            why = result.stopped_by or (f"{pending} could not be erased." if not over else "")
            case = rules.finish(case, tx.now) if over else rules.stop(case, why)
            records.save(tx, case)
            kept = [line.reason or line.title for line in case.plan if line.action == "keep" and line.rows]
            for key in records.marks_of(tx, reference, ("erased",)):
                marks.erased(tx, key, kept)
            marks.put_into(tx, records.marks_of(tx, reference, ("skipped",)), None)
            details = {"erased": counts.of("erased"), "left out": dict(result.skipped), "stopped": why}
            audit.append(tx, "erasure ended" if over else "erasure stopped", reference, details)
        self._announcing.withdraw_unneeded(reference)
        left = sum(result.skipped.values())
        done = counts.of("erased")
        news = f"{sizes.accounts(done)} {'is' if done == 1 else 'are'} erased"
        if case.ground == ORDERS:
            news = f"The orders of {sizes.counted(done, ORDERS)} are anonymous"
        news += f", {left:,} were left out." if left else "."
        if not over:
            return Change(DESK, (reference,), news=f"{why} {news}")
        if not cancelled():
            self.check(reference, cancelled=cancelled)
        return Change(DESK, (reference,), news=news)

    # --- proving ---

    def check(
        self, reference: str, tell: Callable[[str], None] = lambda _table: None, cancelled: Cancel = never
    ) -> Change:
        """Look through the shop for anything that is left of the erased accounts; `tell` hears which table is read."""
        with self._book.reading() as tx:
            scope = records.get(tx, reference).scope
        people = (one.person for part in self._batches.parts(reference, ("erased",)) for one in part if one.person)
        seen = erasure_verify.verify(
            self._queue.connected(), people, scope, noted=self._tracing.noted(reference),
            since=self._old_orders.edge if scope == ORDERS else None, progress=tell, cancelled=cancelled,
        )  # fmt: skip
        lines = tuple(Found(str(one.table), str(one.column), one.state, one.rows, one.reason) for one in seen.lines)
        if scope == ORDERS and not self._tracing.whole(reference):  # then nothing is claimed of rows that were read
            lines = tuple(replace(one, rows=0) if one.state == "clean" else one for one in lines)
        with self._book.transaction("work", reference) as tx:
            case = rules.check(records.get(tx, reference), lines, tx.now)
            records.save(tx, case)
            left = [one.place for one in case.left_over]
            audit.append(tx, "shop checked", reference, {"left over": left, "columns": len(lines)})
        if left:
            news = f"Left over in {', '.join(left[:5])}. Ask who keeps this data, then check again."
        else:
            news = "The shop holds nothing of the erased accounts any more."
            if case.ground == ORDERS:
                rows = sum(one.rows for one in lines if one.state == "clean")
                news = f"{rows:,} rows were read again; nothing in them names these customers any more."
                if not rows:
                    news = ("No order that was to be made anonymous belongs to these accounts any more. The orders "
                            "themselves were not read again: nothing noted which they were.")  # fmt: skip
        return Change(DESK, (reference,), news=news)

    def certify(self, reference: str, backups: str) -> Change:
        """Issue the certificate; `backups` says until when backup copies may still hold the data."""
        with self._book.reading() as tx:
            known = records.get(tx, reference)
            case = replace(known, backups=backups.strip() or known.backups)
            totals = erasing.totals(tx, reference, known.scope)
            counts, names = records.counts(tx, reference), self._book.directory().names()
            left_out = records.reasons(tx, reference, ("skipped", rules.GONE))
            papers = proof_records.of_marks(tx, records.marks_of(tx, reference, ("erased",)))
        if case.checked is None:
            raise KnownError("Check the shop first; the certificate states what the check found.")
        around, tongue = self._announcing.around(), self._tongue
        titles = {line.table: line.title for line in case.plan}
        tables = [
            (certifying.title(table, titles.get(table, table), around, tongue), _VERBS[tongue][verb], f"{rows:,}")
            for table, done in totals.tables.items() for verb, rows in done.items()
        ]  # fmt: skip
        approval = case.approval
        proof = Proof(
            author=names.get(case.author, ""),
            approved=f"{approval.name}{', ' + approval.remark if approval.remark else ''}" if approval else "",
            executed=", ".join(case.executed),
            erased=counts.of("erased"),
            left_out=left_out,
            tables=tables,
            chunks=totals.chunks,
            digests=totals.digests,
            entry=self._book.head_mark(),
            papers=tuple(one.sha256 for one in papers),
            uncounted=totals.uncounted,
        )
        reasons = {entry.id: entry for entry in self._policy().retention.reasons}
        entry = reasons.get(case.ground)
        ground = entry.title_in(tongue) if entry is not None else certifying.ground(case.ground, tongue)
        made = certifying.certificate(case, proof, ground, self._queue.connected().profile_title, around, tongue)

        def save(tx: Writing, _number: str) -> None:
            known = replace(records.get(tx, reference), backups=case.backups)
            records.save(tx, rules.certify(known, tx.now))

        self._letters.issue(reference, made, save, number=case.certificate)
        return Change(DESK, (reference,), (case.certificate,), f"{case.certificate} is issued.")

    def close(self, reference: str, version: int) -> Change:
        """Close a batch: whom it concerned is forgotten, what was done stays in register, certificate and audit."""
        with self._book.transaction("work", reference) as tx:
            unsent = [one.number for one in issued.of_case(tx, reference)
                      if one.kind in letter.LETTERS and one.state == issued.ISSUED]  # fmt: skip
            if unsent:
                what = "1 letter is" if len(unsent) == 1 else f"{len(unsent):,} letters are"
                raise KnownError(f"{what} not sent yet. Send what waits, or withdraw it, first.")
            case = replace(records.get(tx, reference), version=version)
            records.save(tx, rules.close(case, tx.now))
            proof_records.drop(tx, records.marks_of(tx, reference, ("erased",)))
            records.forget(tx, reference)
            trace_records.drop(tx, reference)
            audit.append(tx, "batch closed", reference)
        return Change(DESK, (reference,), news=f"{reference} is closed; it names nobody any more.")


_VERBS = {
    "en": {"deleted": "deleted", "changed": "made anonymous"},
    "vi": {"deleted": "đã xóa", "changed": "đã ẩn danh"},
}
