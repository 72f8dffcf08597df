"""The casebook's own list of accounts to delete: who asked to cancel, and what was found with a second person."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Index, String, Table, or_, select

from officer_app.base.errors import KnownError
from officer_app.base.handover import ErasureAsked
from officer_app.base.person import normal_email
from officer_app.casebook.schema import Instant, accounted, sealed
from officer_app.casebook.transaction import Reading, Writing, new_id
from officer_app.retention.rules import ERASED, OPEN, TAKEN_BACK, Mark

MOST = 4_000
"""Marks on the review list at a time, the oldest first: each is a value bound into the shop's question."""

marks: Table = accounted(
    "retention_marks",
    Column("id", String(32), primary_key=True),
    Column("complaint", String(32)),  # the case that ended here, none for a finding of this desk
    Column("ground", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("asked", Instant, nullable=False),
    Column("made", Instant, nullable=False),
    Column("by", String(32), nullable=False),
    Column("confirmed", Instant),
    Column("batch", String(32)),
    Column("ended", Instant),
    Column("customer", String(32)),  # blind indexes
    Column("email", String(32)),
    sealed(),  # customer key, e-mail, reason, evidence, who confirmed; empty once it is over
    Index("retention_marks_state", "state", "made"),
    Index("retention_marks_complaint", "complaint"),
    Index("retention_marks_customer", "customer"),
    Index("retention_marks_email", "email"),
)


def _mark(tx: Reading, row: Any) -> Mark:
    values = tx.opened(marks, row)
    inside = values["sealed"] or {}
    return Mark(
        id=values["id"],
        ground=values["ground"],
        complaint=values["complaint"] or "",
        customer=inside.get("customer", ""),
        email=inside.get("email", ""),
        asked=values["asked"],
        by=values["by"],
        reason=inside.get("reason", ""),
        evidence=inside.get("evidence", ""),
        confirmed_by=inside.get("confirmed_by", ""),
        confirmed=values["confirmed"],
        state=values["state"],
        batch=values["batch"] or "",
        ended=values["ended"],
        kept=tuple(inside.get("kept", ())),
    )


def add(tx: Writing, asked: ErasureAsked, evidence: str = "") -> str:
    """Put a person on the list and return the mark's id; KnownError when they stand there for the same reason."""
    customer, email = tx.blind("customer", asked.customer), tx.blind("email", normal_email(asked.email))
    if not (customer or email):
        raise KnownError("Link the customer first, or enter an e-mail address: nobody can be found without either.")
    if asked.ground != "cancel" and not asked.reason.strip():
        raise KnownError("Say what was found and how.")
    same = [marks.c.customer == customer] if customer else [marks.c.email == email, marks.c.customer.is_(None)]
    known = select(marks.c.complaint).where(marks.c.state == OPEN, marks.c.ground == asked.ground, *same)
    for complaint in tx.execute(known).scalars():
        raise KnownError(f"This account is on the review list already{f', for {complaint}' if complaint else ''}.")
    if asked.complaint and of_complaint(tx, asked.complaint, only=OPEN) is not None:
        raise KnownError(f"{asked.complaint} was handed to the retention desk already.")
    key = new_id()
    inside = {"customer": asked.customer, "email": asked.email, "reason": asked.reason.strip(),
              "evidence": evidence.strip(), "confirmed_by": asked.confirmed_by}  # fmt: skip
    confirmed = tx.now if asked.confirmed_by else None
    tx.insert(marks, id=key, complaint=asked.complaint or None, ground=asked.ground, state=OPEN, asked=asked.asked,
              made=tx.now, by=tx.actor.id, confirmed=confirmed, batch=None, ended=None, customer=customer, email=email,
              sealed=inside)  # fmt: skip
    return key


def get(tx: Reading, key: str) -> Mark:
    """Return one mark; KnownError when there is none."""
    row = tx.execute(select(marks).where(marks.c.id == key)).mappings().one_or_none()
    if row is None:
        raise KnownError("This entry of the review list is gone. Press F5.")
    return _mark(tx, row)


def some(tx: Reading, keys: Sequence[str]) -> tuple[Mark, ...]:
    """Return these marks."""
    return tuple(_mark(tx, row) for row in tx.execute(select(marks).where(marks.c.id.in_(keys))).mappings())


def standing(tx: Reading) -> tuple[Mark, ...]:
    """Return the open marks, the oldest first, at most `MOST`."""
    asked = select(marks).where(marks.c.state == OPEN).order_by(marks.c.made, marks.c.id).limit(MOST)
    return tuple(_mark(tx, row) for row in tx.execute(asked).mappings())


def of_person(tx: Reading, customer: str, email: str = "") -> tuple[Mark, ...]:
    """Return the open marks of a person, by customer key or e-mail."""
    either = [column == mark for column, mark in (
        (marks.c.customer, tx.blind("customer", customer)), (marks.c.email, tx.blind("email", normal_email(email)))
    ) if mark]  # fmt: skip
    if not either:
        return ()
    asked = select(marks).where(marks.c.state == OPEN, or_(*either)).order_by(marks.c.made)
    return tuple(_mark(tx, row) for row in tx.execute(asked).mappings())


def of_complaint(tx: Reading, complaint: str, only: str = "") -> Mark | None:
    """Return the newest mark that a complaint led to, or None."""
    asked = select(marks).where(marks.c.complaint == complaint).order_by(marks.c.made.desc(), marks.c.id).limit(1)
    if only:
        asked = asked.where(marks.c.state == only)
    row = tx.execute(asked).mappings().one_or_none()
    return None if row is None else _mark(tx, row)


def confirm(tx: Writing, key: str, name: str) -> None:
    """Record that a second person confirmed a finding."""
    row = tx.get(marks, key)
    if row is None or row["state"] != OPEN:
        raise KnownError("This finding was taken back meanwhile. Press F5.")
    tx.update(marks, key, confirmed=tx.now, sealed={**row["sealed"], "confirmed_by": name})


def put_into(tx: Writing, keys: Sequence[str], batch: str | None) -> None:
    """Note in which batch these marks are, None when they left it."""
    for key in keys:
        tx.update(marks, key, batch=batch)


def take_back(tx: Writing, key: str) -> None:
    """Take a mark off the list and empty it of what it said; the person may be marked again."""
    row = tx.get(marks, key)
    if row is None or row["state"] != OPEN:
        raise KnownError("This entry is not on the review list any more. Press F5.")
    if row["batch"]:
        raise KnownError(f"The account is in batch {row['batch']}. Take it out of the batch first.")
    tx.update(marks, key, state=TAKEN_BACK, ended=tx.now, sealed={})


def erased(tx: Writing, key: str, kept: Sequence[str]) -> None:
    """Record that the account was erased: of the mark only what was kept and its clear columns stay."""
    row = tx.get(marks, key)
    if row is not None and row["state"] == OPEN:
        tx.update(marks, key, state=ERASED, ended=tx.now, sealed={"kept": list(kept)})
