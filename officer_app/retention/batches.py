"""The life of a batch until it is erased: frozen, looked at again, announced or not, approved, withdrawn."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from officer_app.base.change import Change
from officer_app.base.errors import Cancelled, KnownError
from officer_app.base.page import Page
from officer_app.casebook import audit, cases, issued
from officer_app.casebook.audit import Entry
from officer_app.casebook.book import Casebook
from officer_app.casebook.cases import CaseHead, Filter
from officer_app.casebook.evidence import Evidence
from officer_app.casebook.issued import Notice
from officer_app.casebook.people import may
from officer_app.casebook.transaction import Writing
from officer_app.policy.book import Book
from officer_app.retention import batch as rules
from officer_app.retention import marks, proof_records, records
from officer_app.retention.batch import GONE, MOST, WAITING, Batch, Counts, Limits
from officer_app.retention.looking import Looking
from officer_app.retention.old_orders import OldOrders
from officer_app.retention.queue import Queue
from officer_app.retention.records import DESK, Chosen, Member
from officer_app.retention.rules import FINDINGS, ORDERS, REASONS, Candidate, Mark
from officer_app.shop import addressees, standing

_LOOK = 500
"""Accounts of a batch that are looked at again whenever its file is opened; larger ones when the officer asks."""
_OF_FINDINGS = (*records.PENDING, "erased")
Cancel = Callable[[], bool]


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
    """Everything about one batch; `members` are the first of them, masked by the view."""

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


def never() -> bool:
    """Go on."""
    return False


class Batches:
    """What the desk does with batches before they are erased."""

    def __init__(
        self, book: Casebook, policy: Callable[[], Book], queue: Queue, old_orders: OldOrders,
        limits: Callable[[], tuple[int, float]],
    ) -> None:  # fmt: skip
        self._book, self._policy, self._queue, self._limits = book, policy, queue, limits
        self._old_orders, self._looking = old_orders, Looking(policy, queue)

    # --- freezing ---

    def freeze(self, chosen: Sequence[Candidate], cancelled: Cancel = never) -> Change:
        """Freeze accounts into one batch for each reason; who cannot be erased now stays on the list.

        KnownError when nobody can.
        """
        if len(chosen) > MOST:
            raise KnownError(
                f"At most {MOST:,} accounts go into one batch. Freeze that many, then freeze again: whoever is in a "
                "batch already is not chosen twice."
            )
        own = self._queue.own(cancelled)
        asked = [one.key for one in chosen if not one.guest and one.reason != ORDERS]
        found = self._looking.standing(asked, own, cancelled)
        old = [one.key for one in chosen if one.reason == ORDERS]
        orders = self._old_orders.of(old, own, cancelled) if old else {}
        groups: dict[str, list[Chosen]] = {}
        left: dict[str, int] = {}
        for one in chosen:
            if one.reason == ORDERS:
                ready = self._looking.buyer(orders.get(one.key))
            else:
                look = self._looking
                ready = look.guest(one, own) if one.guest else look.account(one, found.get(one.key), own)
            if isinstance(ready, str):
                left[ready] = left.get(ready, 0) + 1
            else:
                groups.setdefault(one.reason, []).append(ready)
        if cancelled():
            raise Cancelled
        if not groups:
            why = next(iter(left), "Choose at least one account.")
            raise KnownError(why)
        wanted = [reason for reason in (*REASONS, ORDERS) if reason in groups]
        references = [self._freeze(reason, groups[reason], cancelled) for reason in wanted]
        frozen = sum(map(len, groups.values()))
        verb = "is" if len(references) == 1 else "are"
        news = f"{' and '.join(references)} {verb} frozen with {rules.accounts(frozen)}."
        if left:
            news += f" Left out: {'; '.join(f'{number:,} ({why})' for why, number in left.items())}"
        return Change(DESK, tuple(references), news=news)

    def _freeze(self, reason: str, chosen: Sequence[Chosen], cancelled: Cancel) -> str:
        shop = self._queue.connected()
        chosen = self._with_phones(chosen, cancelled)
        people = [one.person for one in chosen]
        plan, effects = self._queue.preview(people, rules.scope_of(reason), cancelled)
        accounts, limits = standing.accounts(shop, cancelled=cancelled), Limits(*self._limits())
        with self._book.transaction("work") as tx:
            taken = records.named(tx, [one.key for one in people if one.key], [one.email for one in people])
            if taken:
                batch = next(iter(taken.values()))[0]
                raise KnownError(f"An account is in batch {batch} already. Press F5 and choose again.")
            year = tx.now.astimezone(self._policy().zone).year
            reference = cases.open_case(tx, DESK, reason, rules.FROZEN, year, assignee=tx.actor.id)
            count, digest = records.freeze(tx, reference, chosen)
            lately = records.unapproved_since(tx, tx.now - timedelta(days=rules.PERIOD))
            made = Batch(
                reference=reference, ground=reason, state=rules.FROZEN, frozen=tx.now, author=tx.actor.id,
                members=count, accounts=accounts, digest=digest, limits=limits, lately=lately, plan=plan,
                effects=effects,
                assignee=tx.actor.id,
            )  # fmt: skip
            records.add(tx, made)
            marks.put_into(tx, [one.mark for one in chosen if one.mark], reference)
            audit.append(tx, "batch frozen", reference, {"accounts": count, "reason": reason}, list=digest)
        return reference

    def _with_phones(self, chosen: Sequence[Chosen], cancelled: Cancel) -> list[Chosen]:
        """Return the people with phone and name: what is left of them afterwards is looked for by these too."""
        if any(one.person.ground == ORDERS for one in chosen):  # the account stays what it is; nobody is looked for
            return list(chosen)
        keys = [one.person.key for one in chosen if one.person.key]
        emails = [one.person.email for one in chosen if not one.person.key]
        known = addressees.of(self._queue.connected(), keys, emails, cancelled=cancelled)
        made = []
        for one in chosen:
            to = known.get(one.person.key or one.person.normal)
            person = one.person if to is None else replace(one.person, phone=to.phone, name=to.name)
            made.append(replace(one, person=person))
        return made

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
        """Return the batches whose erasure was begun and did not come to its end."""
        with self._book.reading() as tx:
            found = cases.page(tx, DESK, Filter(states=(rules.ERASING,)), sort="opened")
        return tuple(head.reference for head in found.rows)

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
            )

    # --- looking again ---

    def recheck(self, reference: str, cancelled: Cancel = never) -> int:
        """Take out whoever was active again, is gone, or has something against it now; return how many.

        Everybody's reason is recorded; without a change nothing is written.
        """
        own = self._queue.own(cancelled)
        out: dict[str, list[str]] = {}
        with self._book.reading() as tx:
            waiting = list(records.walk(tx, reference, records.PENDING))
            ground = records.get(tx, reference).ground
        for block in _blocks_of(waiting):
            keys = [one.person.key for one in block if one.person is not None and one.person.key]
            found = self._looking.standing(keys, own, cancelled) if ground != ORDERS else {}
            standing_marks = {mark.id for mark in (*own.by_key.values(), *own.guests)}
            orders = self._old_orders.of(keys, own, cancelled) if ground == ORDERS else {}
            for one in block:
                if ground == ORDERS:
                    why = self._looking.why_kept(one, orders)
                else:
                    why = self._looking.why_out(one, ground, found, standing_marks)
                if why:
                    out.setdefault(why, []).append(one.id)
        if not out:
            return 0
        with self._book.transaction("work", reference) as tx:
            for why, ids in out.items():
                self._leave(tx, ids, why)
            records.note_left(tx, reference)
            reasons = {why: len(ids) for why, ids in out.items()}
            audit.append(tx, "accounts left the batch", reference, {"reasons": reasons})
        return sum(map(len, out.values()))

    def _leave(self, tx: Writing, ids: Sequence[str], why: str) -> None:
        freed = [one.mark for one in (records.get_member(tx, key) for key in ids) if one.mark]
        records.mark(tx, ids, GONE, why)
        marks.put_into(tx, freed, None)

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
            records.mark(tx, [one.id for one in records.walk(tx, reference, records.PENDING)], GONE, "withdrawn")
            records.forget(tx, reference)
            records.save(tx, after)
            cases.drop_open_deadlines(tx, reference)
            audit.append(tx, "batch withdrawn", reference, {"reason": reason.strip()})
        return Change(DESK, (reference,), news=f"{reference} is withdrawn; its accounts are on the list again.")


def _blocks_of(found: Sequence[Member], size: int = 500) -> Iterable[Sequence[Member]]:
    return (found[at : at + size] for at in range(0, len(found), size))
