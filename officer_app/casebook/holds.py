"""Legal holds: any desk may hold a person; retention obeys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from officer_app.base.errors import KnownError
from officer_app.base.person import normal_email
from officer_app.casebook import schema
from officer_app.casebook.transaction import Reading, Writing, new_id


@dataclass(frozen=True)
class Hold:
    """A hold placed for a case, with its reason."""

    id: str
    reference: str
    reason: str
    placed: datetime
    released: datetime | None


def place(tx: Writing, reference: str, reason: str, *, customer: str = "", email: str = "") -> str:
    """Hold a person for a case and return the hold's id."""
    marks = {"customer": tx.blind("customer", customer), "email": tx.blind("email", normal_email(email))}
    if not any(marks.values()):
        raise KnownError("Link the person first: a hold needs a customer or an e-mail address.")
    if not reason.strip():
        raise KnownError("Say why this person's data must be kept.")
    if _being_erased(tx, marks):
        raise KnownError("This person is being erased now, so no hold can be placed. Look at the batch of the erasure.")
    key = new_id()
    inside = {"reason": reason.strip()}
    tx.insert(schema.holds, id=key, reference=reference, placed=tx.now, released=None, sealed=inside, **marks)
    return key


def _being_erased(tx: Writing, marks: Mapping[str, str | None]) -> bool:
    """Return whether an open intent names the person; writing an intent takes the same lock and looks for holds."""
    mark, chunk = schema.tombstones, schema.erasures
    named = [mark.c[name] == value for name, value in marks.items() if value]
    found = select(mark.c.number).join(chunk, chunk.c.id == mark.c.erasure).where(or_(*named), chunk.c.state == "open")
    return tx.execute(found.limit(1)).first() is not None


def release(tx: Writing, key: str) -> None:
    """Release a hold."""
    row = tx.get(schema.holds, key)
    if row is None or row["released"] is not None:
        raise KnownError("This hold was released already. Refresh the case.")
    tx.update(schema.holds, key, released=tx.now)


def of_case(tx: Reading, reference: str) -> tuple[Hold, ...]:
    """Return a case's holds."""
    table = schema.holds
    return tuple(
        Hold(row["id"], reference, row["sealed"]["reason"], row["placed"], row["released"])
        for row in tx.all(table, table.c.reference == reference, order=table.c.placed)
    )


def held(tx: Reading, customers: Sequence[str], emails: Sequence[str] = ()) -> dict[str, tuple[str, ...]]:
    """Return, by customer key or e-mail as given, the references of the cases that hold the person."""
    table = schema.holds
    by_customer: dict[Any, str] = {tx.blind("customer", key): key for key in customers}
    by_email: dict[Any, str] = {tx.blind("email", normal_email(text)): text for text in emails}
    found = select(table.c.customer, table.c.email, table.c.reference).where(
        table.c.released.is_(None),
        or_(table.c.customer.in_([m for m in by_customer if m]), table.c.email.in_([m for m in by_email if m])),
    )
    blocks: dict[str, tuple[str, ...]] = {}
    for customer, email, reference in tx.execute(found):
        for name in {by_customer.get(customer), by_email.get(email)} - {None}:
            assert name is not None
            blocks[name] = (*blocks.get(name, ()), reference)
    return blocks


def on_people_of(tx: Reading, reference: str) -> tuple[str, ...]:
    """Return the references of the cases that hold a person of this case."""
    table, person = schema.holds, schema.case_people
    named = or_(table.c.customer == person.c.customer, table.c.email == person.c.email)
    found = (
        select(table.c.reference)
        .join(person, named)
        .where(person.c.reference == reference, table.c.released.is_(None))
        .distinct()
        .order_by(table.c.reference)
    )
    return tuple(tx.execute(found).scalars())
