"""The complaint's table, and the few queries of the desk; turns rows into cases and back."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Column, ForeignKey, Index, String, Table, and_, or_, select

from officer_app.base.errors import KnownError
from officer_app.base.handover import Contact
from officer_app.base.page import Page
from officer_app.casebook import cases, schema
from officer_app.casebook.cases import CaseHead
from officer_app.casebook.schema import Instant, accounted, sealed
from officer_app.casebook.transaction import Reading, Writing
from officer_app.complaints.clock import Clock
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
        name: msgspec.convert(body[name], kind) for name, kind in _FURTHER.items() if name in body
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


def shown(tx: Reading, heads: tuple[CaseHead, ...]) -> dict[str, dict[str, str]]:
    """Return name, e-mail and subject of the listed cases; those whose key was destroyed are left out."""
    wanted = [head.reference for head in heads]
    columns = (complaints.c.reference, complaints.c.version, complaints.c.shown)
    found: dict[str, dict[str, str]] = {}
    for row in tx.execute(select(*columns).where(complaints.c.reference.in_(wanted))).mappings():
        try:
            key = tx.key_for(row["reference"])
        except KnownError:
            continue
        place = (tx.vault.store, complaints.name, row["reference"], "shown", row["version"])
        found[row["reference"]] = key.open_json(bytes(row["shown"]), *place)
    return found


@dataclass(frozen=True)
class Standing:
    """What the list says of where a case stands, from clear columns: acknowledged or not, outcome, an unsent letter."""

    acknowledged: bool
    outcome: str
    unsent: str


def standing(tx: Reading, references: Sequence[str]) -> dict[str, Standing]:
    """Return where the listed cases stand."""
    notice = schema.notices
    waiting = select(notice.c.reference, notice.c.number).where(
        notice.c.reference.in_(references), notice.c.state == "issued"
    )
    unsent = {row.reference: row.number for row in tx.execute(waiting)}
    found = select(complaints.c.reference, complaints.c.acknowledged, complaints.c.outcome).where(
        complaints.c.reference.in_(references)
    )
    return {
        row.reference: Standing(row.acknowledged is not None, row.outcome or "", unsent.get(row.reference, ""))
        for row in tx.execute(found)
    }


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
        found = found.where(
            or_(case.c.opened < opened, and_(case.c.opened == opened, case.c.reference < reference))
        )  # fmt: skip
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
