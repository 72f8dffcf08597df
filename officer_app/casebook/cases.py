"""What the cases of all desks share: head, deadlines, the index of people, the due list."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from officer_app.base.errors import KnownError
from officer_app.base.person import email_without_tag, normal_email, normal_phone
from officer_app.casebook import audit, numbers, schema
from officer_app.casebook.caseheads import CaseHead, DeadlineFacts, DueItem, Filter, StoredDeadline
from officer_app.casebook.caselist import as_head, count, head_columns, heads, page
from officer_app.casebook.transaction import Reading, Writing, new_id

__all__ = [
    "CaseHead",
    "DeadlineFacts",
    "DueItem",
    "Filter",
    "StoredDeadline",
    "change",
    "count",
    "deadlines",
    "destroy_key",
    "drop_open_deadlines",
    "due_counts",
    "due_list",
    "head",
    "heads",
    "index_person",
    "meet",
    "of_person",
    "open_case",
    "open_cases_by_customer",
    "open_counts",
    "open_deadlines",
    "page",
    "set_deadline",
]


def open_case(tx: Writing, desk: str, kind: str, state: str, year: int, *, assignee: str | None = None) -> str:
    """Open a case with its own key and return its reference; `year` is the shop's local year."""
    reference = numbers.take(tx, desk, year)
    key = tx.vault.make_case_key(reference)
    tx.insert(
        schema.cases, reference=reference, desk=desk, kind=kind, state=state, opened=tx.now, closed=None,
        assignee=assignee, waiting_for=None, next_due=schema.NO_DUE, case_key=key.wrapped, key_epoch=key.epoch,
    )  # fmt: skip
    return reference


def head(tx: Reading, reference: str) -> CaseHead:
    """Return a case's clear part; KnownError when there is no such case."""
    row = tx.execute(select(*head_columns()).where(schema.cases.c.reference == reference)).one_or_none()
    if row is None:
        raise KnownError(f"There is no case {reference}. Check the reference.")
    return as_head(row)


def change(tx: Writing, reference: str, *, expected: int | None = None, **values: Any) -> int:
    """Change clear fields (kind, state, closed, assignee, waiting_for) and return the new version.

    Conflict when the case was saved after version `expected` was read.
    """
    return tx.update(schema.cases, reference, expected=expected, **values)


# --- deadlines -------------------------------------------------------------------------------------------------------


def deadlines(tx: Reading, reference: str) -> tuple[StoredDeadline, ...]:
    """Return a case's deadlines, earliest first."""
    table = schema.case_deadlines
    found = select(table).where(table.c.reference == reference).order_by(table.c.due, table.c.duty)
    return tuple(_stored(row) for row in tx.execute(found).mappings())


def _stored(row: Mapping[Any, Any]) -> StoredDeadline:
    values = {name: row[name] for name in StoredDeadline.__annotations__}
    return StoredDeadline(**{**values, "verified": bool(row["verified"])})


def open_deadlines(tx: Reading) -> tuple[StoredDeadline, ...]:
    """Return every deadline that is not met, of every open case, earliest first."""
    table, case = schema.case_deadlines, schema.cases
    found = (
        select(table)
        .join(case, case.c.reference == table.c.reference)
        .where(table.c.met.is_(None), case.c.closed.is_(None))
        .order_by(table.c.due, table.c.reference)
    )
    return tuple(_stored(row) for row in tx.execute(found).mappings())


def set_deadline(tx: Writing, reference: str, deadline: DeadlineFacts) -> None:
    """Store a computed deadline; an open one of the same duty is replaced."""
    table = schema.case_deadlines
    names = "duty rule pack pack_version source rule_text asked how start due outer".split()  # noqa: SIM905  shorter
    values: dict[str, Any] = {name: getattr(deadline, name) for name in names}
    values["verified"] = int(deadline.verified)
    found = select(table.c.id).where(
        table.c.reference == reference, table.c.duty == deadline.duty, table.c.met.is_(None)
    )
    known = tx.execute(found).scalar_one_or_none()
    if known is None:
        tx.insert(table, id=new_id(), reference=reference, met=None, **values)
    else:
        tx.update(table, known, **values)
    _refresh_next_due(tx, reference)


def meet(tx: Writing, reference: str, *duties: str, at: datetime | None = None) -> bool:
    """Mark open deadlines of these duties as met (at `at`, else now); return whether there was one."""
    table = schema.case_deadlines
    found = select(table.c.id).where(table.c.reference == reference, table.c.duty.in_(duties), table.c.met.is_(None))
    rows = tx.execute(found).scalars().all()
    for key in rows:
        tx.update(table, key, met=at or tx.now)
    if rows:
        _refresh_next_due(tx, reference)
    return bool(rows)


def meet_again(tx: Writing, reference: str, duty: str, before: datetime, at: datetime) -> None:
    """Correct when a duty's deadline was met: `at`, and not `before`."""
    table = schema.case_deadlines
    found = select(table.c.id).where(table.c.reference == reference, table.c.duty == duty, table.c.met == before)
    for key in tx.execute(found).scalars().all():
        tx.update(table, key, met=at)


def drop_deadline(tx: Writing, reference: str, duty: str) -> None:
    """Remove one duty's deadline that was not met, when it was decided that the duty does not apply."""
    table = schema.case_deadlines
    found = select(table.c.id).where(table.c.reference == reference, table.c.duty == duty, table.c.met.is_(None))
    for key in tx.execute(found).scalars().all():
        tx.delete(table, key, reference)
    _refresh_next_due(tx, reference)


def drop_open_deadlines(tx: Writing, reference: str) -> None:
    """Remove the deadlines that were not met, when a case ends without them."""
    table = schema.case_deadlines
    found = select(table.c.id).where(table.c.reference == reference, table.c.met.is_(None))
    for key in tx.execute(found).scalars().all():
        tx.delete(table, key, reference)
    _refresh_next_due(tx, reference)


def _refresh_next_due(tx: Writing, reference: str) -> None:
    table = schema.case_deadlines
    found = select(func.min(table.c.due)).where(table.c.reference == reference, table.c.met.is_(None))
    soonest = tx.execute(found).scalar_one()
    tx.update(schema.cases, reference, next_due=soonest or schema.NO_DUE)


def due_list(tx: Reading, limit: int = 200) -> tuple[DueItem, ...]:
    """Return what is due over all desks, the most pressing first; no case key is opened for it."""
    deadline, case = schema.case_deadlines, schema.cases
    found = (
        select(case.c.reference, case.c.desk, case.c.kind, deadline.c.duty, deadline.c.due, deadline.c.outer,
               deadline.c.verified, deadline.c.how, deadline.c.source, deadline.c.pack)
        .join(case, case.c.reference == deadline.c.reference)
        .where(deadline.c.met.is_(None), case.c.closed.is_(None))
        .order_by(deadline.c.due, case.c.reference)
        .limit(limit)
    )  # fmt: skip
    return tuple(DueItem(**{**row, "verified": bool(row["verified"])}) for row in tx.execute(found).mappings())


def due_counts(tx: Reading) -> tuple[int, int]:
    """Return how many deadlines are open and how many of them overdue; for the lock screen, which shows no names."""
    deadline, case = schema.case_deadlines, schema.cases
    found = (
        select(func.count(), func.count().filter(deadline.c.due < tx.now))
        .select_from(deadline.join(case, case.c.reference == deadline.c.reference))
        .where(deadline.c.met.is_(None), case.c.closed.is_(None))
    )
    total, overdue = tx.execute(found).one()
    return int(total), int(overdue)


def open_counts(tx: Reading) -> dict[str, int]:
    """Return the number of open cases by desk."""
    case = schema.cases
    found = select(case.c.desk, func.count()).where(case.c.closed.is_(None)).group_by(case.c.desk)
    return dict(tx.execute(found).all())


# --- people ----------------------------------------------------------------------------------------------------------


def index_person(
    tx: Writing, reference: str, role: str, *, customer: str = "", email: str = "", phone: str = "", region: str = "VN"
) -> None:
    """Put a person of a case into the blind index, in place of an earlier one of the same role."""
    table = schema.case_people
    values: dict[str, Any] = {
        "customer": tx.blind("customer", customer),
        "email": tx.blind("email", normal_email(email)),
        "plain": tx.blind("email", email_without_tag(email)),
        "phone": tx.blind("phone", normal_phone(phone, region)) if phone else None,
    }
    found = select(table.c.id).where(table.c.reference == reference, table.c.role == role)
    known = tx.execute(found).scalar_one_or_none()
    if known is not None:
        tx.update(table, known, **values)
    elif any(values.values()):
        tx.insert(table, id=new_id(), reference=reference, role=role, **values)


def of_person(
    tx: Reading, *, customers: Sequence[str] = (), emails: Sequence[str] = (), phones: Sequence[str] = ()
) -> tuple[CaseHead, ...]:
    """Return every case in which a person appears, newest first, matched by blind index."""
    person = schema.case_people
    either = [
        person.c[name].in_(marks)
        for name, marks in (
            ("customer", [tx.blind("customer", key) for key in customers]),
            # "an@x" also finds who wrote as "an+shop@x", and the other way round.
            ("email", [tx.blind("email", form) for email in emails for form in _email_forms(email)]),
            ("plain", [tx.blind("email", normal_email(email)) for email in emails]),
            ("phone", [tx.blind("phone", normal_phone(phone)) for phone in phones]),
        )
        if any(marks)
    ]
    if not either:
        return ()
    found = (
        select(*head_columns())
        .where(schema.cases.c.reference.in_(select(person.c.reference).where(or_(*either))))
        .order_by(schema.cases.c.opened.desc())
    )
    return tuple(as_head(row) for row in tx.execute(found))


def _email_forms(email: str) -> set[str]:
    return {form for form in (normal_email(email), email_without_tag(email)) if form}


def open_cases_by_customer(
    tx: Reading, customers: Sequence[str], emails: Sequence[str] = ()
) -> dict[str, tuple[str, ...]]:
    """Return the references of open cases by customer key or e-mail as given, for retention's blocks."""
    person, case = schema.case_people, schema.cases
    by_customer = {tx.blind("customer", key): key for key in customers}
    by_email = {tx.blind("email", form): email for email in emails for form in _email_forms(email)}
    keys, mails = [mark for mark in by_customer if mark], [mark for mark in by_email if mark]
    found = (
        select(person.c.customer, person.c.email, person.c.plain, case.c.reference)
        .join(case, case.c.reference == person.c.reference)
        .where(case.c.closed.is_(None))
        .where(or_(person.c.customer.in_(keys), person.c.email.in_(mails), person.c.plain.in_(mails)))
        .order_by(case.c.reference)
    )
    blocks: dict[str, dict[str, None]] = {}
    for customer, email, plain, reference in tx.execute(found):
        for name in (by_customer.get(customer), by_email.get(email), by_email.get(plain)):
            if name is not None:
                blocks.setdefault(name, {})[reference] = None
    return {name: tuple(references) for name, references in blocks.items()}


# --- the end of a key ------------------------------------------------------------------------------------------------


def destroy_key(tx: Writing, reference: str) -> None:
    """Destroy a case's key and write the audit entry of it.

    Its contents and audit details become unreadable, the register and the chain stay. After the commit this computer
    remembers it, so that a restored backup does not bring the contents back; other windows forget the key.
    """
    known = head(tx, reference)
    tx.update(schema.cases, reference, case_key=None)
    tx.vault.forget_case(reference)
    tx.destroyed.append((reference, schema.instant_text(known.opened)))
    audit.append(tx, audit.DESTROYED, reference)
