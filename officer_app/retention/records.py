"""The few queries about batches and their members; turns rows into batches and back."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import func, insert, or_, select, update

from officer_app.base import shapes
from officer_app.base.erasure import Person
from officer_app.base.errors import Cancelled, KnownError
from officer_app.base.person import normal_email
from officer_app.casebook import cases, schema
from officer_app.casebook.caseheads import CaseHead
from officer_app.casebook.transaction import Reading, Writing
from officer_app.retention.batch import CLOSED, GONE, WAITING, WITHDRAWN, Batch, Counts
from officer_app.retention.member_records import BLOCK, batches, mark, marks_digest, members, within
from officer_app.retention.rules import FINDINGS, ORDERS

__all__ = ["batches", "mark", "members"]

DESK = "retention"
PENDING = (WAITING, "failed", "unknown")
_CLEAR = ("ground", "frozen", "author", "members", "accounts", "digest", "noticed", "started", "ended", "checked",
          "certified")  # fmt: skip

@dataclass(frozen=True)
class Member:
    """One account of a batch; the personal part is empty once the batch is closed."""

    id: str
    state: str
    reason: str
    mark: str
    letter: str
    person: Person | None
    since: str = ""
    sign: str = ""


# --- batches ---------------------------------------------------------------------------------------------------------


def _row(batch: Batch) -> dict[str, Any]:
    whole = msgspec.to_builtins(batch)
    for name in ("reference", "state", "assignee", "closed", "version", *_CLEAR):
        whole.pop(name)
    return {**{name: getattr(batch, name) for name in _CLEAR}, "body": whole}


def add(tx: Writing, batch: Batch) -> None:
    """Insert a new batch's row; its case is open already, and its members are frozen."""
    tx.insert(batches, reference=batch.reference, marks=marks_digest(tx, batch.reference), others="",
              blocks="{}", **_row(batch))  # fmt: skip


def save(tx: Writing, batch: Batch) -> None:
    """Save a changed batch and its head; Conflict when somebody saved it meanwhile."""
    cases.change(tx, batch.reference, expected=batch.version, state=batch.state, closed=batch.closed,
                 assignee=batch.assignee)  # fmt: skip
    tx.update(batches, batch.reference, **_row(batch))


def get(tx: Reading, reference: str) -> Batch:
    """Return one batch; KnownError when there is none."""
    head = cases.head(tx, reference)
    row = tx.get(batches, reference)
    if row is None:
        raise KnownError(f"{reference} is no batch of accounts. Check the reference.")
    clear = {name: row[name] for name in _CLEAR}
    return shapes.convert({**row["body"], **{name: msgspec.to_builtins(value) for name, value in clear.items()},
                           "reference": reference, "state": head.state, "assignee": head.assignee,
                           "closed": msgspec.to_builtins(head.closed), "version": head.version}, Batch)  # fmt: skip


def unapproved_since(tx: Reading, since: datetime) -> int:
    """Return how many accounts the batches frozen since then have that neither a manager approved nor anybody withdrew.

    What always needs a manager is left out: it is none of the small batches that go without.
    """
    found = tx.execute(select(batches.c.reference).where(batches.c.frozen >= since, batches.c.ground.not_in(FINDINGS)))
    known = [get(tx, reference) for (reference,) in found.all()]
    return sum(one.members for one in known if one.approval is None and one.state != WITHDRAWN)


def closed_before(tx: Reading, desk: str, before: datetime, limit: int) -> tuple[CaseHead, ...]:
    """Return cases of a desk that were closed before an instant and can still be read, the oldest first."""
    case = schema.cases
    asked = select(case.c.reference).where(case.c.desk == desk, case.c.closed < before, case.c.case_key.is_not(None))
    found = tx.execute(asked.order_by(case.c.closed, case.c.reference).limit(limit)).scalars().all()
    return tuple(cases.head(tx, reference) for reference in found)


def clear_rows(tx: Reading, references: Sequence[str]) -> dict[str, Mapping[Any, Any]]:
    """Return ground, members and dates of batches by reference, without opening a case key."""
    columns = [batches.c[name] for name in ("reference", *_CLEAR)]
    asked = select(*columns).where(batches.c.reference.in_(references))
    return {row["reference"]: row for row in tx.execute(asked).mappings()}


# --- members ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Chosen:
    """An account to freeze: the person, the mark behind it, and what the list said of it."""

    person: Person
    mark: str
    since: str
    sign: str


def freeze(
    tx: Writing, reference: str, chosen: Sequence[Chosen], progress: Callable[[int, int], None],
    cancelled: Callable[[], bool],
) -> tuple[int, str]:  # fmt: skip
    """Seal the members and return their number and the digest of the frozen list."""
    whole, key = hashlib.sha256(), tx.key_for(reference)
    for at in range(0, len(chosen), BLOCK):
        part = chosen[at : at + BLOCK]
        customers = tx.blinds("customer", [one.person.key for one in part])
        emails = tx.blinds("email", [one.person.normal for one in part])
        rows = []
        for place, one, customer, email in zip(range(at + 1, len(chosen) + 1), part, customers, emails, strict=False):
            name = f"{reference}/{place:07d}"
            inside = {**msgspec.to_builtins(one.person), "id": name, "since": one.since, "sign": one.sign}
            whole.update(msgspec.json.encode(inside))
            rows.append(
                {
                    "id": name,
                    "reference": reference,
                    "place": place,
                    "state": WAITING,
                    "reason": "",
                    "mark": one.mark or None,
                    "customer": customer,
                    "email": email,
                    "letter": None,
                    "sealed": key.seal_json(inside, tx.vault.store, members.name, name, "sealed", 1),
                }
            )
        tx.connection.execute(insert(members), rows)
        if cancelled():
            raise Cancelled
        progress(at + len(part), len(chosen))
    return len(chosen), whole.hexdigest()


def note_left(tx: Writing, reference: str) -> None:
    """Keep in the batch, which the audit accounts for, who left it, so that nobody can be put back unseen."""
    row = tx.get(batches, reference)
    if row is not None:
        tx.update(batches, reference, body={**row["body"], "left": _left(tx, reference)})


def _left(tx: Reading, reference: str) -> str:
    asked = select(members.c.id).where(members.c.reference == reference, members.c.state == GONE)
    gone = tx.execute(asked.order_by(members.c.id)).scalars().all()
    return hashlib.sha256(" ".join(gone).encode()).hexdigest() if gone else ""


def as_frozen(tx: Reading, batch: Batch) -> bool:
    """Return whether the members are the very ones that were frozen, and whoever left is out still."""
    whole = hashlib.sha256()
    for one in walk(tx, batch.reference):
        inside = msgspec.to_builtins(one.person) if one.person is not None else {}
        whole.update(msgspec.json.encode({**inside, "since": one.since, "sign": one.sign}))
    return whole.hexdigest() == batch.digest and _left(tx, batch.reference) == batch.left


def _opened(tx: Reading, row: Mapping[Any, Any]) -> Member:
    person, since, sign = None, "", ""
    if row["sealed"] is not None:
        place = (tx.vault.store, members.name, row["id"], "sealed", 1)
        inside = tx.key_for(row["reference"]).open_json(bytes(row["sealed"]), *place)
        since, sign = inside.pop("since"), inside.pop("sign")
        person = shapes.convert(inside, Person)
    return Member(row["id"], row["state"], row["reason"], row["mark"] or "", row["letter"] or "", person, since, sign)


def of_batch(
    tx: Reading, reference: str, *, states: Sequence[str] = (), after: str = "", limit: int = 500
) -> tuple[Member, ...]:
    """Return a page of members in the order of the frozen list, of some states only where they are named."""
    # By the ids alone, which follow each other: by state, each page would sort all that are left.
    asked = select(members).where(*within(reference, after))
    if states:
        asked = asked.where(members.c.state.in_(states))
    rows = tx.execute(asked.order_by(members.c.id).limit(limit)).mappings().all()
    return tuple(_opened(tx, row) for row in rows)


def ids_of(tx: Reading, reference: str, states: Sequence[str]) -> tuple[str, ...]:
    """Return the ids of the members of these states."""
    asked = select(members.c.id).where(members.c.reference == reference, members.c.state.in_(states))
    return tuple(tx.execute(asked).scalars())


def walk(tx: Reading, reference: str, states: Sequence[str] = ()) -> Iterator[Member]:
    """Yield the members, in pages, in the order of the frozen list."""
    after = ""
    while page := of_batch(tx, reference, states=states, after=after):
        yield from page
        after = page[-1].id


def with_letters(tx: Reading, reference: str, states: Sequence[str]) -> tuple[Member, ...]:
    """Return the members of these states to whom a confirmation was written."""
    asked = select(members).where(members.c.reference == reference, members.c.state.in_(states), members.c.letter != "")
    return tuple(_opened(tx, row) for row in tx.execute(asked.order_by(members.c.id)).mappings())


def get_member(tx: Reading, key: str) -> Member:
    """Return one member; KnownError when there is none."""
    row = tx.execute(select(members).where(members.c.id == key)).mappings().one_or_none()
    if row is None:
        raise KnownError("This account is not in the batch. Press F5.")
    return _opened(tx, row)


def counts(tx: Reading, reference: str) -> Counts:
    """Return how many members are in each state."""
    asked = select(members.c.state, func.count()).where(members.c.reference == reference).group_by(members.c.state)
    return Counts({state: int(number) for state, number in tx.execute(asked)})


def reasons(tx: Reading, reference: str, states: Sequence[str]) -> dict[str, int]:
    """Return why members are in these states, and how many for each reason."""
    asked = select(members.c.reason, func.count()).where(members.c.reference == reference, members.c.state.in_(states))
    return {reason: int(number) for reason, number in tx.execute(asked.group_by(members.c.reason))}


def put_letters(tx: Writing, letters: Mapping[str, str]) -> None:
    """Note which notice confirms the erasure to a member."""
    for key, number in letters.items():
        tx.connection.execute(update(members).where(members.c.id == key).values(letter=number))


def marks_of(tx: Reading, reference: str, states: Sequence[str]) -> tuple[str, ...]:
    """Return the marks behind the members of these states."""
    asked = select(members.c.mark).where(
        members.c.reference == reference, members.c.state.in_(states), members.c.mark.is_not(None)
    )
    return tuple(tx.execute(asked).scalars())


def marks_by_member(tx: Reading, ids: Sequence[str]) -> dict[str, str]:
    """Return the mark behind each of these members that has one."""
    found: dict[str, str] = {}
    for at in range(0, len(ids), BLOCK):
        chosen = members.c.id.in_(ids[at : at + BLOCK])
        found |= dict(tx.execute(select(members.c.id, members.c.mark).where(chosen, members.c.mark.is_not(None))).all())
    return found


def forget(tx: Writing, reference: str) -> None:
    """Empty the personal part of all members; the blind indexes stay as tombstones of who was erased."""
    tx.connection.execute(update(members).where(members.c.reference == reference).values(sealed=None))
    kept = members.c.state == "erased"
    gone = update(members).where(members.c.reference == reference, ~kept).values(customer=None, email=None)
    tx.connection.execute(gone)


def named(
    tx: Reading, keys: Sequence[str] = (), emails: Sequence[str] = (), *, open_only: bool = True
) -> dict[str, tuple[str, ...]]:
    """Return, by customer key or e-mail as given, the batches in which the person is."""
    by_key: dict[Any, str] = {tx.blind("customer", key): key for key in keys}
    by_mail: dict[Any, str] = {tx.blind("email", normal_email(mail)): mail for mail in emails}
    wanted_keys, wanted_mails = [one for one in by_key if one], [one for one in by_mail if one]
    asked = (
        select(members.c.customer, members.c.email, members.c.reference)
        .join(schema.cases, schema.cases.c.reference == members.c.reference)
        .where(or_(members.c.customer.in_(wanted_keys), members.c.email.in_(wanted_mails)))
        .order_by(members.c.reference)
    )
    if open_only:
        over = (CLOSED, WITHDRAWN)
        asked = asked.where(schema.cases.c.state.not_in(over), members.c.state.not_in((GONE, "skipped")))
    found: dict[str, dict[str, None]] = {}
    for customer, email, reference in tx.execute(asked):
        for name in {by_key.get(customer), by_mail.get(email)} - {None}:
            found.setdefault(str(name), {})[reference] = None
    return {name: tuple(references) for name, references in found.items()}


def erased(tx: Reading, keys: Sequence[str]) -> frozenset[str]:
    """Return which of these accounts a batch erased: what the shop still shows of them names nobody any more."""
    by_key: dict[Any, str] = {tx.blind("customer", key): key for key in keys}
    asked = select(members.c.customer).where(members.c.customer.in_(list(by_key)), members.c.state == "erased")
    asked = asked.join(batches, batches.c.reference == members.c.reference).where(batches.c.ground != ORDERS)
    return frozenset(by_key[mark] for mark in tx.execute(asked).scalars())
