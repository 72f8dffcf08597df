"""The life of a batch until it is erased: frozen, looked at again, announced or not, approved, withdrawn."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from officer_app.base.change import Change
from officer_app.base.erasure import Scope
from officer_app.base.errors import Cancelled, KnownError
from officer_app.base.page import Page
from officer_app.casebook import audit, cases, issued, lease
from officer_app.casebook.audit import Entry
from officer_app.casebook.book import Casebook
from officer_app.casebook.cases import CaseHead, Filter
from officer_app.casebook.evidence import Evidence
from officer_app.casebook.issued import Notice
from officer_app.casebook.people import may
from officer_app.casebook.transaction import Reading, Writing
from officer_app.policy.book import Book
from officer_app.retention import batch as rules
from officer_app.retention import marks, proof_records, records, sizes
from officer_app.retention.batch import GONE, WAITING, Batch, Counts
from officer_app.retention.freezing import Freezing
from officer_app.retention.looking import Looking
from officer_app.retention.old_orders import OldOrders
from officer_app.retention.queue import Queue
from officer_app.retention.records import DESK, Member
from officer_app.retention.rules import FINDINGS, ORDERS, Candidate, Mark
from officer_app.retention.sizes import MOST

_LOOK = 500
"""Accounts of a batch that are looked at again whenever its file is opened; larger ones when the officer asks."""
_OF_FINDINGS = (*records.PENDING, "erased")
Cancel = Callable[[], bool]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class BatchRow:
    """One line of the list of batches; no case key is opened for it."""

    reference: str
    ground: str
    state: str
    members: int
    frozen: datetime
    noticed: datetime | None
    due: datetime | None


@dataclass(frozen=True)
class BatchFile:
    """Everything about one batch; `members` are the first of them, masked by the view; `erasing` is who erases it."""

    batch: Batch
    counts: Counts
    members: tuple[Member, ...]
    reasons: Mapping[str, int]
    notices: tuple[Notice, ...]
    timeline: tuple[Entry, ...]
    names: Mapping[str, str]
    head: CaseHead
    findings: tuple[Mark, ...] = ()
    papers: tuple[Evidence, ...] = ()
    erasing: str = ""


def never() -> bool:
    """Go on."""
    return False


def quiet(_done: int, _total: int) -> None:
    """Tell nobody."""


class Batches:
    """What the desk does with batches before they are erased."""

    def __init__(
        self, book: Casebook, policy: Callable[[], Book], queue: Queue, old_orders: OldOrders,
        limits: Callable[[], tuple[int, float]],
    ) -> None:  # fmt: skip
        self._book, self._queue, self._old_orders = book, queue, old_orders
        self._looking, self._freezing = Looking(policy, queue), Freezing(book, policy, queue, old_orders, limits)

    # --- freezing ---

    def freeze(
        self, chosen: Iterable[Candidate], progress: Progress = quiet, cancelled: Cancel = never, most: int = MOST
    ) -> Change:
        """Freeze accounts, at most `most`, into one batch for each reason; who cannot be erased now stays on the list.

        KnownError when nobody can, or when there are more than one batch may hold.
        """
        if isinstance(chosen, Sequence) and len(chosen) > most:
            raise KnownError(sizes.too_many(most))
        return self._freezing.freeze(chosen, most, progress, cancelled)

    # --- reading ---

    def page(self, closed: bool, after: Any = None, limit: int = 100) -> Page[BatchRow]:
        """Return one page of the batches, the newest first."""
        with self._book.reading() as tx:
            found = cases.page(tx, DESK, Filter(open_only=not closed), sort="opened", descending=True, after=after,
                               limit=limit)  # fmt: skip
            rows = records.clear_rows(tx, [head.reference for head in found.rows])
        shown = tuple(
            BatchRow(head.reference, head.kind, head.state, rows[head.reference]["members"],
                     rows[head.reference]["frozen"], rows[head.reference]["noticed"], head.next_due)
            for head in found.rows if head.reference in rows
        )  # fmt: skip
        return Page(shown, found.next)

    def interrupted(self) -> tuple[str, ...]:
        """Return the batches whose erasure was begun, did not come to its end, and goes on in no window."""
        with self._book.reading() as tx:
            found = cases.page(tx, DESK, Filter(states=(rules.ERASING,)), sort="opened")
            begun = [(one.reference, rules.scope_of(one.kind)) for one in found.rows]
            return tuple(reference for reference, scope in begun if not _eraser(tx, reference, scope))

    def open(self, reference: str) -> BatchFile:
        """Return everything about a batch; looked at again first, and recorded as a view before anything is shown."""
        with self._book.reading() as tx:
            known = records.get(tx, reference)
        mine = may(self._book.actor, "work")
        if mine and known.state in (rules.FROZEN, rules.NOTICED) and known.members <= _LOOK and self._queue.can_ask:
            self.recheck(reference)
        with self._book.transaction("view", reference) as tx:
            audit.append(tx, "view", reference)
        return self.file(reference)

    def file(self, reference: str) -> BatchFile:
        """Return a batch as it stands, without recording it."""
        with self._book.reading() as tx:
            batch = records.get(tx, reference)
            behind = records.marks_of(tx, reference, _OF_FINDINGS)[:_LOOK] if batch.ground in FINDINGS else ()
            return BatchFile(
                batch,
                records.counts(tx, reference),
                records.of_batch(tx, reference, limit=200),
                records.reasons(tx, reference, (GONE, "skipped", "failed", "unknown")),
                issued.of_case(tx, reference),
                audit.timeline(tx, reference),
                self._book.directory().names(),
                cases.head(tx, reference),
                marks.some(tx, behind),
                proof_records.of_marks(tx, behind),
                _eraser(tx, reference, batch.scope),
            )

    # --- looking again ---

    def recheck(
        self, reference: str, cancelled: Cancel = never, progress: Progress = quiet, *, erasing: bool = False
    ) -> int:
        """Take out whoever was active again, is gone, or has something against it now; return how many.

        Everybody's reason is recorded; without a change nothing is written. While a batch is being erased nobody but
        the erasure itself (`erasing`) takes anybody out: whom the shop lost just now is gone because of it.
        """
        own = self._queue.own(cancelled)
        standing_marks = {mark.id for mark in (*own.by_key.values(), *own.guests)}
        out: dict[str, list[str]] = {}
        with self._book.reading() as tx:
            ground, total = records.get(tx, reference).ground, records.counts(tx, reference).pending
        done = 0
        for part in self.parts(reference, records.PENDING):
            people = [one.person for one in part if one.person is not None]
            keys, emails = [one.key for one in people if one.key], [one.email for one in people if not one.key]
            found = self._looking.standing(keys, own, cancelled) if ground != ORDERS else {}
            orders = self._old_orders.of(keys, own, cancelled, emails=emails) if ground == ORDERS else {}
            for one in part:
                if ground == ORDERS:
                    why = self._looking.why_kept(one, orders)
                else:
                    why = self._looking.why_out(one, ground, found, standing_marks)
                if why:
                    out.setdefault(why, []).append(one.id)
            if cancelled():
                raise Cancelled
            done += len(part)
            progress(done, total)
        if not out:
            return 0
        with self._book.transaction("work", reference) as tx:
            if not erasing and _eraser(tx, reference, records.get(tx, reference).scope):
                return 0
            left = set(records.ids_of(tx, reference, records.PENDING))  # an erasure may have begun and ended since
            out = {why: there for why, ids in out.items() if (there := [one for one in ids if one in left])}
            if not out:
                return 0
            for why, ids in out.items():
                self._leave(tx, ids, why)
            records.note_left(tx, reference)
            reasons = {why: len(ids) for why, ids in out.items()}
            audit.append(tx, "accounts left the batch", reference, {"reasons": reasons})
        return sum(map(len, out.values()))

    def parts(self, reference: str, states: Sequence[str]) -> Iterator[tuple[Member, ...]]:
        """Yield the members of these states in small parts, each read by itself: no transaction stays open."""
        after = ""
        while True:
            with self._book.reading() as tx:
                part = records.of_batch(tx, reference, states=states, after=after)
            if not part:
                return
            yield part
            after = part[-1].id

    def _leave(self, tx: Writing, ids: Sequence[str], why: str) -> None:
        freed = records.marks_by_member(tx, ids)
        records.mark(tx, ids, GONE, why)
        marks.put_into(tx, list(freed.values()), None)

    def take_out(self, reference: str, member: str, why: str) -> Change:
        """Take one account out of a batch, for a reason."""
        if not why.strip():
            raise KnownError("Say why the account is taken out; it stays in the file.")
        with self._book.transaction("work", reference) as tx:
            case = records.get(tx, reference)
            if case.state not in (rules.FROZEN, rules.NOTICED):
                raise KnownError(f"{reference} is {case.state}; nobody can be taken out any more.")
            if records.get_member(tx, member).state != WAITING:
                raise KnownError("This account left the batch already. Press F5.")
            self._leave(tx, [member], why.strip())
            records.note_left(tx, reference)
            audit.append(tx, "account taken out", reference, {"member": member, "why": why.strip()})
        return Change(DESK, (reference,), news="Taken out; the account is on the review list again.")

    # --- deciding ---

    def change(
        self, reference: str, version: int, action: str, step: Callable[[Batch, Writing], Batch],
        details: dict[str, Any] | None = None, news: str = "",
    ) -> Change:  # fmt: skip
        """Change a batch by one rule in one transaction."""
        with self._book.transaction("work", reference) as tx:
            case = replace(records.get(tx, reference), version=version)
            records.save(tx, step(case, tx))
            audit.append(tx, action, reference, details)
        return Change(DESK, (reference,), news=news)

    def unannounced(self, reference: str, reason: str, version: int) -> Change:
        """Decide that nobody is told beforehand, with a reason that stays in the file."""
        return self.change(reference, version, "not announced", lambda case, _tx: rules.unannounced(case, reason),
                           {"reason": reason}, "Recorded; nobody is told beforehand.")  # fmt: skip

    def withdraw(self, reference: str, reason: str, version: int) -> Change:
        """Undo a batch before anything was erased."""
        if not reason.strip():
            raise KnownError("Say why the batch is withdrawn.")
        with self._book.transaction("work", reference) as tx:
            case = replace(records.get(tx, reference), version=version)
            after = rules.withdraw(case, tx.now)
            marks.put_into(tx, records.marks_of(tx, reference, records.PENDING), None)
            records.mark(tx, records.ids_of(tx, reference, records.PENDING), GONE, "withdrawn")
            records.forget(tx, reference)
            records.save(tx, after)
            cases.drop_open_deadlines(tx, reference)
            audit.append(tx, "batch withdrawn", reference, {"reason": reason.strip()})
        return Change(DESK, (reference,), news=f"{reference} is withdrawn; its accounts are on the list again.")


def _eraser(tx: Reading, reference: str, scope: Scope) -> str:
    """Return who erases a batch now, in whichever window, "" when nobody does."""
    return lease.holder(tx, reference, scope)
