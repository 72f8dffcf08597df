"""The complaint's table, and the few queries of the desk; turns rows into cases and back."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Column, ForeignKey, Index, String, Table, and_, func, or_, select

from officer_app.base import shapes
from officer_app.base.errors import KnownError
from officer_app.base.handover import Contact
from officer_app.base.page import Page
from officer_app.casebook import cases, schema
from officer_app.casebook.caseheads import CaseHead, Filter
from officer_app.casebook.caselist import Order, as_head, rows_of
from officer_app.casebook.schema import Instant, accounted, sealed
from officer_app.casebook.sealing import Cells, Key
from officer_app.casebook.transaction import Reading, Writing
from officer_app.complaints.clock import Clock
from officer_app.complaints.figures import History
from officer_app.complaints.findings import Finding, Untrue
from officer_app.complaints.parties import Party
from officer_app.complaints.proof import Code
from officer_app.complaints.rights import Correction, Handed
from officer_app.complaints.rules import NOBODY, Complaint, Decision, IdentityCheck, Requester

DESK = "complaints"

complaints: Table = accounted(
    "complaints",
    Column("reference", String(32), ForeignKey("cases.reference"), primary_key=True),
    Column("received", Instant, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("acknowledged", Instant),
    Column("outcome", String(24)),
    Column("finding", String(24)),
    Column("incident", String(32)),
    Column("message", String(32)),  # blind index of the mail's message-id: the same mail is not taken twice
    sealed("shown"),  # what the list shows, kept small: name, e-mail, subject
    sealed("body"),
    Index("complaints_message", "message"),
    Index("complaints_received", "received"),
)


_FURTHER = {
    "findings": tuple[Finding, ...],
    "parties": tuple[Party, ...],
    "clock": Clock,
    "untrue": Untrue | None,
    "code": Code | None,
    "correction": Correction | None,
    "handed": Handed | None,
    "earlier": tuple[Decision, ...],
    "reopened": datetime | None,
    "checks": tuple[IdentityCheck, ...],
    "decision": Decision | None,
}
"""What stands in the sealed body under a name of its own, and what it is read back as."""


def _columns(tx: Reading, case: Complaint) -> dict[str, Any]:
    decision = case.decision
    return {
        "received": case.received,
        "channel": case.channel,
        "acknowledged": case.acknowledged,
        "outcome": decision.outcome if decision else None,
        "finding": (decision.finding or None) if decision else None,
        "incident": case.incident or None,
        "message": tx.blind("message", case.message),
        "shown": {"name": case.requester.name, "email": case.requester.email, "subject": case.subject},
        "body": {
            "requester": asdict(case.requester),
            "text": case.text,
            "language": case.language,
            "customer": case.customer,
            "warnings": list(case.warnings),
            "complete": case.complete,
            "message": case.message,
            "closing": case.closing,
            **{name: msgspec.to_builtins(getattr(case, name)) for name in _FURTHER},
        },
    }


def add(tx: Writing, case: Complaint) -> None:
    """Insert a new case's row."""
    tx.insert(complaints, reference=case.reference, **_columns(tx, case))
    _index(tx, case)


def save(tx: Writing, case: Complaint) -> None:
    """Save a changed case: its row, its head and its person; Conflict when somebody saved it meanwhile."""
    cases.change(
        tx, case.reference, expected=case.version, kind=case.kind, state=case.state, closed=case.closed,
        assignee=case.assignee, waiting_for=case.waiting_for,
    )  # fmt: skip
    tx.update(complaints, case.reference, **_columns(tx, case))
    _index(tx, case)


def _index(tx: Writing, case: Complaint) -> None:
    customer = case.customer if case.linked else ""
    who = case.requester
    cases.index_person(tx, case.reference, "complainant", customer=customer, email=who.email, phone=who.phone)


def get(tx: Reading, reference: str) -> Complaint:
    """Return one case; KnownError when there is none."""
    head = cases.head(tx, reference)
    row = tx.get(complaints, reference)
    if row is None:
        raise KnownError(f"{reference} is not a complaint. Check the reference.")
    body = row["body"]
    further: dict[str, Any] = {
        name: shapes.convert(body[name], kind) for name, kind in _FURTHER.items() if name in body
    }
    return Complaint(
        reference=reference,
        kind=head.kind,
        state=head.state,
        opened=head.opened,
        received=row["received"],
        channel=row["channel"],
        requester=Requester(**body["requester"]),
        subject=row["shown"]["subject"],
        text=body["text"],
        language=body["language"],
        customer=body["customer"],
        assignee=head.assignee,
        acknowledged=row["acknowledged"],
        warnings=tuple(body["warnings"]),
        complete=body["complete"],
        message=body["message"],
        incident=row["incident"] or "",
        closing=body["closing"],
        closed=head.closed,
        version=head.version,
        **further,
    )


@dataclass(frozen=True)
class Listed:
    """What the list says of a case beside its head; `name` is sealed, and None once the case's key was destroyed."""

    name: str | None = None
    acknowledged: bool = False
    outcome: str = ""
    unsent: str = ""


@cache
def _listed_columns() -> tuple[Any, ...]:
    notice, table = schema.notices, complaints
    unsent = select(func.min(notice.c.number)).where(
        notice.c.reference == table.c.reference, notice.c.state == "issued"
    )
    return (
        table.c.version.label("saved"), table.c.shown, table.c.outcome,
        table.c.acknowledged.is_not(None).label("done"), unsent.scalar_subquery().label("unsent"),
    )  # fmt: skip


def _listed(cells: Cells, row: Sequence[Any], key: Key | None) -> Listed:
    """Return what the list says of a row that begins with the reference and ends with `_listed_columns`."""
    saved, shown, outcome, done, unsent = row[-5:]
    name = None
    if key is not None:
        opened = cells.open_json(key, bytes(shown), row[0], saved)
        name = opened["name"] or opened["email"]
    return Listed(name, bool(done), outcome or "", unsent or "")


def listed(tx: Reading, references: Sequence[str]) -> dict[str, Listed]:
    """Return what the list says of these cases, in one query."""
    keys = tx.vault.case_keys(tx.connection, references, keep=True)
    found = select(complaints.c.reference, *_listed_columns()).where(complaints.c.reference.in_(references))
    cells = Cells(tx.vault.store, complaints.name, "shown")
    return {row[0]: _listed(cells, row, keys.get(row[0])) for row in tx.execute(found)}


def page(tx: Reading, wanted: Filter, order: Order) -> Page[tuple[CaseHead, Listed]]:
    """Return one page of the queue, each head with what the list says of it; one query as long as the keys are here."""
    rows, mark = rows_of(tx, DESK, wanted, order, complaints, _listed_columns())
    keys = tx.vault.case_keys(tx.connection, [row[0] for row in rows], keep=True)
    cells = Cells(tx.vault.store, complaints.name, "shown")
    return Page(tuple([(as_head(row), _listed(cells, row, keys.get(row[0]))) for row in rows]), mark)


def histories(tx: Reading, first: datetime, last: datetime, duties: Sequence[str]) -> tuple[History, ...]:
    """Return what the register says of the cases that were open or answered in a period; `duties` are the answering.

    From clear columns only: it outlives the destruction of a case's key.
    """
    case, deadline = schema.cases, schema.case_deadlines
    concerned = (
        case.c.desk == DESK,
        case.c.opened < last,
        or_(case.c.closed.is_(None), case.c.closed >= first),
    )
    found = (
        select(case.c.reference, case.c.kind, case.c.state, case.c.opened, case.c.closed, complaints.c.received,
               complaints.c.outcome, deadline.c.due, deadline.c.met)
        .join(complaints, complaints.c.reference == case.c.reference)
        .outerjoin(deadline, and_(deadline.c.reference == case.c.reference, deadline.c.duty.in_(duties)))
        .where(*concerned)
        .order_by(case.c.reference, deadline.c.due)
    )  # fmt: skip
    cases_found: dict[str, History] = {}
    for row in tx.execute(found):
        known = cases_found.get(row.reference) or History(
            row.reference, row.kind, row.state, row.opened, row.received, row.closed, row.outcome or ""
        )
        answers = known.answers if row.due is None else (*known.answers, (row.due, row.met))
        cases_found[row.reference] = replace(known, answers=answers)
    return tuple(cases_found.values())


def texts(tx: Reading, references: Sequence[str]) -> dict[str, tuple[dict[str, str], dict[str, Any]]]:
    """Return what is sealed in many cases, (what the list shows, the body); for a search that passes over all."""
    keys = tx.vault.case_keys(tx.connection, references)
    columns = (complaints.c.reference, complaints.c.version, complaints.c.shown, complaints.c.body)
    found: dict[str, tuple[dict[str, str], dict[str, Any]]] = {}
    for row in tx.execute(select(*columns).where(complaints.c.reference.in_(references))):
        key = keys.get(row.reference)
        if key is not None:
            place = (tx.vault.store, complaints.name, row.reference)
            shown = key.open_json(bytes(row.shown), *place, "shown", row.version)
            found[row.reference] = (shown, key.open_json(bytes(row.body), *place, "body", row.version))
    return found


def newest(tx: Reading, after: Any, block: int) -> Page[str]:
    """Return references of all cases of the desk, newest first, a block at a time; for a search."""
    case = schema.cases
    found = select(case.c.opened, case.c.reference).where(case.c.desk == DESK)
    if after is not None:
        opened, reference = after
        found = found.where(case.c.opened <= opened, or_(case.c.opened != opened, case.c.reference < reference))
    rows = tx.execute(found.order_by(case.c.opened.desc(), case.c.reference.desc()).limit(block)).all()
    references = tuple(row.reference for row in rows)
    return Page(references, (rows[-1].opened, rows[-1].reference) if len(rows) == block else None)


def contacts(tx: Reading, since: datetime) -> tuple[Contact, ...]:
    """Return who turned to the shop with a complaint or request received since an instant."""
    columns = (complaints.c.reference, complaints.c.version, complaints.c.received, complaints.c.body)
    found: list[Contact] = []
    for row in tx.execute(select(*columns).where(complaints.c.received >= since)).mappings():
        try:
            body = tx.opened(complaints, row)["body"]
        except KnownError:  # its key was destroyed
            continue
        customer = "" if body["customer"] == NOBODY else body["customer"]
        found.append(Contact(customer, body["requester"]["email"], row["received"]))
    return tuple(found)
