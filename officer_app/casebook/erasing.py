"""One intent in the casebook before each chunk of an erasure and one result after it, and the ledger of the erased."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, func, insert, or_, select, update

from officer_app.base.erasure import Person, Scope
from officer_app.casebook import audit, schema
from officer_app.casebook.sealing import canonical
from officer_app.casebook.transaction import Reading, Writing, new_id

OPEN, DONE, UNDONE, UNKNOWN = "open", "done", "undone", "unknown"
BUSY = "is being erased now"
"""Why somebody is refused whom another open intent names."""
_BLOCK = 500
Marks = tuple[str | None, str | None]
"""The blind indexes of a person's key and e-mail."""
Counts = Mapping[str, Mapping[str, int]]
"""By table: how many rows were deleted and how many changed."""


@dataclass(frozen=True)
class Intent:
    """A chunk about to be erased; its `id` marks the rows in the shop."""

    id: str
    batch: str
    scope: Scope
    people: tuple[Person, ...]
    numbers: tuple[int, ...]
    """Each person's place in the list, by which their tombstone is found."""


@dataclass(frozen=True)
class Begun:
    """What became of a wish to erase: the intent (None: nobody is left), who was refused why, who is erased already."""

    intent: Intent | None
    refused: Mapping[str, str]
    already: tuple[str, ...]


@dataclass(frozen=True)
class Totals:
    """What a batch has erased so far, for the certificate; of `uncounted` persons the tables hold no rows."""

    persons: int
    chunks: int
    tables: Counts
    started: datetime | None
    ended: datetime | None
    digests: tuple[str, ...]
    uncounted: int = 0


def begin(tx: Writing, batch: str, scope: Scope, people: Sequence[Person]) -> Begun:
    """Write the intent to erase these people and its audit entry.

    Whoever is held by a case, or named by another open intent, is left out. Placing a hold takes the same lock (every
    writer does), so that a person is either held or being erased, never both.
    """
    key = new_id()
    marks = marks_of(tx, people)
    tx.insert(
        schema.erasures, id=key, reference=batch, scope=scope, state=OPEN, people=0, digest="", counts=None,
        started=tx.now, ended=None, sealed=None,
    )  # fmt: skip
    _bury(tx, key, marks)
    refused, already = _against(tx, key, batch, scope)
    left_out = {*refused, *already}
    numbers = tuple(number for number in range(len(people)) if number not in left_out)
    kept = tuple(people[number] for number in numbers)
    if left_out:
        tx.execute(delete(schema.tombstones).where(schema.tombstones.c.erasure == key, _numbered(left_out)))
    begun = Begun(
        Intent(key, batch, scope, kept, numbers) if kept else None,
        {people[number].id: why for number, why in refused.items()},
        tuple(people[number].id for number in already),
    )
    if not kept:
        tx.delete(schema.erasures, key, batch)
        audit.append(tx, "erasure refused", batch, {"refused": dict(begun.refused)}, scope=scope, people=len(people))
        return begun
    digest = digest_of(mark for number, mark in enumerate(marks) if number not in left_out)
    listed = [[p.id, p.key, p.email, p.phone, p.ground] for p in kept]
    tx.update(
        schema.erasures, key, people=len(kept), digest=digest, sealed={"people": listed, "numbers": list(numbers)},
    )  # fmt: skip
    more = {"erasure": key, "scope": scope, "people": len(kept), "list": digest}
    audit.append(tx, "erasure intent", batch, {"refused": dict(begun.refused)} if refused else None, **more)
    return begun


def marks_of(tx: Reading, people: Sequence[Person]) -> list[Marks]:
    """Return the keyed marks of these people."""
    customers = tx.blinds("customer", [person.key for person in people])
    return list(zip(customers, tx.blinds("email", [person.normal for person in people]), strict=True))


def digest_of(marks: Any) -> str:
    """Return the digest of a list of people by their marks; the order of the list does not count."""
    lines = sorted((customer or "", email or "") for customer, email in marks)
    return hashlib.sha256(canonical(lines)).hexdigest()


def _bury(tx: Writing, erasure: str, marks: Sequence[Marks]) -> None:
    if tx.connection.dialect.name == "sqlite":
        # As one statement, in which thousands of rows take a moment and let other threads work.
        tx.connection.exec_driver_sql(
            "INSERT INTO tombstones (erasure, number, customer, email) "
            "SELECT ?, key, value ->> 0, value ->> 1 FROM json_each(?)",
            (erasure, canonical(marks).decode()),
        )
        return
    named = [
        {"erasure": erasure, "number": number, "customer": customer, "email": email}
        for number, (customer, email) in enumerate(marks)
    ]
    tx.connection.execute(insert(schema.tombstones), named)


def _numbered(numbers: Collection[int]) -> Any:
    return schema.tombstones.c.number.in_(sorted(numbers))


def _against(tx: Writing, erasure: str, batch: str, scope: Scope) -> tuple[dict[int, str], list[int]]:
    """Return by number who may not be erased now and why, and who is erased already in this batch."""
    mine, hold, chunk = schema.tombstones, schema.holds, schema.erasures
    other = mine.alias()
    refused: dict[int, str] = {}
    already: set[int] = set()
    for name in ("customer", "email"):
        held = (
            select(mine.c.number, hold.c.reference)
            .join(hold, hold.c[name] == mine.c[name])
            .where(mine.c.erasure == erasure, hold.c.released.is_(None))
        )
        for number, reference in tx.execute(held):
            refused[number] = f"legal hold of {reference}"
        busy = (
            select(mine.c.number, chunk.c.state)
            .select_from(mine.join(other, other.c[name] == mine.c[name]).join(chunk, chunk.c.id == other.c.erasure))
            .where(
                mine.c.erasure == erasure,
                other.c.erasure != erasure,
                or_(
                    chunk.c.state == OPEN,
                    and_(chunk.c.state == DONE, chunk.c.reference == batch, chunk.c.scope == scope),
                ),
            )
        )
        if name == "email":  # an e-mail alone names a guest; an account of the same e-mail is somebody by its key
            busy = busy.where(mine.c.customer.is_(None), other.c.customer.is_(None))
        for number, state in tx.execute(busy):
            if state == OPEN:
                refused[number] = BUSY
            else:
                already.add(number)
    return refused, sorted(already - refused.keys())


def finish(
    tx: Writing, intent: Intent, erased: Collection[str], counts: Counts, *, unknown: Collection[str] = (),
    how: str = "", why: str = "",
) -> None:  # fmt: skip
    """Write the result of an intent and its audit entry: whose ids were erased, and how many rows of which table.

    The list is dropped; what stays of the erased are their marks. `how` says that a crash was resolved by looking,
    `why` what stopped the chunk.
    """
    table, chunk = schema.tombstones, schema.erasures
    done = set(erased)
    gone = [number for person, number in zip(intent.people, intent.numbers, strict=True) if person.id not in done]
    digest = tx.execute(select(chunk.c.digest).where(chunk.c.id == intent.id)).scalar_one()
    if gone:
        where = [table.c.erasure == intent.id]
        if erased:
            where.append(_numbered(gone))
        tx.execute(delete(table).where(*where))
        digest = digest_of(tx.execute(select(table.c.customer, table.c.email).where(table.c.erasure == intent.id)))
    state = DONE if erased else UNKNOWN if unknown else UNDONE
    # Not by `tx.update`, which would open the list once more, only for it to be dropped.
    rows = json.dumps({name: dict(values) for name, values in counts.items()}, sort_keys=True)
    told = None if how else rows  # who looks afterwards sees that they are erased, not how many rows it were
    new = {"state": state, "people": len(erased), "digest": digest, "ended": tx.now, "sealed": None, "counts": told}
    tx.execute(update(chunk).where(chunk.c.id == intent.id).values(version=chunk.c.version + 1, **new))
    tx.touch(chunk, intent.id, intent.batch)
    more: dict[str, Any] = {"erasure": intent.id, "scope": intent.scope, "state": state, "people": len(erased)}
    more |= {"list": digest, "rows": {name: dict(values) for name, values in counts.items()}}
    more |= {"unknown": len(unknown)} if unknown else {}
    more |= {"how": how} if how else {}
    more |= {"why": why} if why else {}
    audit.append(tx, "erasure result", intent.batch, None, **more)


def is_open(tx: Reading, intent: str) -> bool:
    """Return whether an intent has no result yet."""
    chunk = schema.erasures
    return tx.execute(select(chunk.c.id).where(chunk.c.id == intent, chunk.c.state == OPEN)).first() is not None


def open_intents(tx: Reading, batch: str, scope: Scope) -> tuple[Intent, ...]:
    """Return the intents whose result nobody knows yet: a crash left them."""
    table = schema.erasures
    found = tx.all(table, table.c.reference == batch, table.c.scope == scope, table.c.state == OPEN)
    return tuple(
        Intent(
            row["id"], batch, scope, tuple(Person(i, k, e, p, "", g) for i, k, e, p, g in row["sealed"]["people"]),
            tuple(row["sealed"]["numbers"]),
        )
        for row in found
    )  # fmt: skip


def totals(tx: Reading, batch: str, scope: Scope) -> Totals:
    """Return what a batch erased, over all its chunks."""
    table = schema.erasures
    found = (
        select(table.c.people, table.c.counts, table.c.started, table.c.ended, table.c.digest)
        .where(table.c.reference == batch, table.c.scope == scope, table.c.state == DONE)
        .order_by(table.c.started, table.c.id)
    )
    rows = tx.execute(found).all()
    tables: dict[str, dict[str, int]] = {}
    for row in rows:
        for name, values in json.loads(row.counts or "{}").items():
            for what, number in values.items():
                tables.setdefault(name, {}).setdefault(what, 0)
                tables[name][what] += number
    return Totals(
        persons=sum(row.people for row in rows),
        chunks=len(rows),
        tables=tables,
        started=min((row.started for row in rows), default=None),
        ended=max((row.ended for row in rows if row.ended), default=None),
        digests=tuple(row.digest for row in rows),
        uncounted=sum(row.people for row in rows if row.counts is None),
    )


def erased_at(
    tx: Reading, *, customer: str = "", email: str = "", scope: Scope = "account"
) -> tuple[str, datetime] | None:
    """Return in which batch and when a person was erased last, None when never; `email` is a normal form."""
    mark, chunk = schema.tombstones, schema.erasures
    tests = [
        mark.c[name] == blind
        for name, blind in (("customer", tx.blind("customer", customer)), ("email", tx.blind("email", email)))
        if blind
    ]
    if not tests:
        return None
    found = (
        select(chunk.c.reference, chunk.c.ended)
        .join(mark, mark.c.erasure == chunk.c.id)
        .where(or_(*tests), chunk.c.state == DONE, chunk.c.scope == scope)
        .order_by(chunk.c.ended.desc())
        .limit(1)
    )
    row = tx.execute(found).one_or_none()
    return None if row is None else (row.reference, row.ended)


def erased_among(
    tx: Reading, *, customers: Sequence[str] = (), emails: Sequence[str] = ()
) -> dict[str, tuple[str, datetime]]:
    """Return, by key or e-mail in normal form as given, in which batch and when an account was erased last."""
    mark, chunk = schema.tombstones, schema.erasures
    field, column, values = ("customer", mark.c.customer, customers) if customers else ("email", mark.c.email, emails)
    blind = {tx.blind(field, value): value for value in values}
    known = [one for one in blind if one]
    found: dict[str, tuple[str, datetime]] = {}
    for start in range(0, len(known), _BLOCK):
        asked = (
            select(column, chunk.c.reference, chunk.c.ended)
            .join(chunk, chunk.c.id == mark.c.erasure)
            .where(column.in_(known[start : start + _BLOCK]), chunk.c.state == DONE, chunk.c.scope == "account")
            .order_by(chunk.c.ended)
        )
        found |= {blind[row[0]]: (row[1], row[2]) for row in tx.execute(asked)}
    return found


def false_ledger(tx: Reading) -> tuple[str, ...]:
    """Return the chunks whose tombstones are not the ones that their audited digest names."""
    chunk, mark = schema.erasures, schema.tombstones
    wrong = []
    for row in tx.execute(select(chunk.c.id, chunk.c.digest, chunk.c.people).order_by(chunk.c.started)).all():
        marks = tx.execute(select(mark.c.customer, mark.c.email).where(mark.c.erasure == row.id)).all()
        if len(marks) != row.people or digest_of(marks) != row.digest:
            wrong.append(row.id)
    return tuple(wrong)


def marks_done(tx: Reading, batch: str, scope: Scope) -> list[Marks]:
    """Return the keyed marks of everybody whom a batch erased."""
    mark, chunk = schema.tombstones, schema.erasures
    asked = (
        select(mark.c.customer, mark.c.email)
        .join(chunk, chunk.c.id == mark.c.erasure)
        .where(chunk.c.reference == batch, chunk.c.scope == scope, chunk.c.state == DONE)
    )
    return [(customer, email) for customer, email in tx.execute(asked)]


def count(tx: Reading) -> int:
    """Return how many tombstones the ledger has."""
    mark, chunk = schema.tombstones, schema.erasures
    both = mark.join(chunk, chunk.c.id == mark.c.erasure)
    return int(tx.execute(select(func.count()).select_from(both).where(chunk.c.state == DONE)).scalar_one())
