"""The disclosures' tables, and the few queries of the desk; turns rows into cases and back."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, select

from officer_app.base.errors import KnownError
from officer_app.base.person import comparable_name
from officer_app.casebook import cases
from officer_app.casebook.cases import CaseHead
from officer_app.casebook.schema import Instant, accounted, sealed
from officer_app.casebook.transaction import Reading, Writing, new_id
from officer_app.disclosures.demand import (
    CARRIER,
    CallBack,
    Changed,
    Choice,
    Clearance,
    Confirmation,
    Contact,
    Cooling,
    Demand,
    Disclosure,
    Frozen,
    HandOver,
    Item,
    Package,
    Refusal,
    Subject,
    Telling,
)

DESK = "disclosures"
WAITING = "clearance"
T = TypeVar("T")

disclosures: Table = accounted(
    "disclosures",
    Column("reference", String(32), ForeignKey("cases.reference"), primary_key=True),
    Column("received", Instant, nullable=False),
    Column("sort", String(16), nullable=False),
    Column("body_kind", String(40), nullable=False),
    Column("urgent", Integer, nullable=False),
    Column("acknowledged", Instant),
    Column("clarified", Instant),
    Column("outcome", String(24)),
    Column("released", Instant),
    Column("telling", String(16)),
    Column("told", Instant),
    Column("persons", Integer),
    sealed("shown"),  # what the register shows: agency, document, basis, scope, person
    sealed("body"),
    Index("disclosures_received", "received"),
)

contacts: Table = accounted(
    "disclosure_contacts",  # our own directory of bodies; only its numbers are called back
    Column("id", String(32), primary_key=True),
    Column("body_kind", String(40), nullable=False),
    Column("verified", Instant, nullable=False),
    Column("verified_by", String(32), nullable=False),
    Column("retired", Instant),
    sealed(),
)


def _plain(value: Any) -> Any:
    """Return what JSON can hold."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def _read(kind: type[T], values: Mapping[str, Any]) -> T:
    """Return a record of plain fields; instants, dates and tuples are read back by the field's declared type."""
    found: dict[str, Any] = {}
    for field in fields(kind):  # type: ignore[arg-type]  # only ever called with our dataclasses
        value, declared = values[field.name], str(field.type)
        if isinstance(value, str) and "datetime.datetime" in declared:
            value = datetime.fromisoformat(value)
        elif isinstance(value, str) and "datetime.date" in declared:
            value = date.fromisoformat(value)
        elif isinstance(value, list):
            value = tuple(_NESTED.get((kind.__name__, field.name), _tupled)(one) for one in value)
        found[field.name] = value
    return kind(**found)


def _tupled(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


_NESTED: dict[tuple[str, str], Callable[[Any], Any]] = {
    ("Choice", "items"): lambda values: _read(Item, values),
    ("Package", "files"): lambda values: _read(Frozen, values),
    ("Contact", "history"): lambda values: _read(Changed, values),
}


def _maybe(kind: type[T], values: Mapping[str, Any] | None) -> T | None:
    return None if values is None else _read(kind, values)


_PARTS = ("demand", "subject", "language", "channel", "papers", "calls", "confirmations", "choice", "clearance",
          "package", "release", "telling", "refusal", "cooling", "asked_buyer")  # fmt: skip


def _columns(case: Disclosure) -> dict[str, Any]:
    whole = asdict(case)
    demand = case.demand
    return {
        "received": case.received,
        "sort": demand.sort,
        "body_kind": demand.body,
        "urgent": int(demand.urgent),
        "acknowledged": case.acknowledged,
        "clarified": case.clarified,
        "outcome": case.outcome or None,
        "released": case.release.at if case.release else None,
        "telling": case.telling.decision if case.telling else None,
        "told": case.telling.told if case.telling else None,
        "persons": int(case.subject.linked),
        "shown": {
            "agency": demand.agency[:200],
            "document": demand.document[:200],
            "basis": demand.legal_basis[:200],
            "scope": list(demand.scope),
            "person": case.subject.name[:200],
        },
        "body": {part: _plain(whole[part]) for part in _PARTS},
    }


def add(tx: Writing, case: Disclosure) -> None:
    """Insert a new case's row."""
    tx.insert(disclosures, reference=case.reference, **_columns(case))
    _index(tx, case)


def save(tx: Writing, case: Disclosure) -> None:
    """Save a changed case: its row, its head and its person; Conflict when somebody saved it meanwhile."""
    waiting = WAITING if case.choice and not case.clearance and not case.refusal and case.closed is None else None
    cases.change(
        tx, case.reference, expected=case.version, kind=case.demand.sort, state=case.state, closed=case.closed,
        assignee=case.assignee, waiting_for=waiting,
    )  # fmt: skip
    tx.update(disclosures, case.reference, **_columns(case))
    _index(tx, case)


def _index(tx: Writing, case: Disclosure) -> None:
    customer = case.subject.customer if case.subject.linked else ""
    cases.index_person(tx, case.reference, "customer", customer=customer, email=case.subject.email)


def get(tx: Reading, reference: str) -> Disclosure:
    """Return one case; KnownError when there is none."""
    head = cases.head(tx, reference)
    row = tx.get(disclosures, reference)
    if row is None:
        raise KnownError(f"{reference} is not a disclosure. Check the reference.")
    body = row["body"]
    return Disclosure(
        reference=reference,
        state=head.state,
        opened=head.opened,
        received=row["received"],
        channel=body["channel"],
        demand=_read(Demand, body["demand"]),
        subject=_read(Subject, body["subject"]),
        language=body["language"],
        papers=tuple(body["papers"]),
        calls=tuple(_read(CallBack, each) for each in body["calls"]),
        confirmations=tuple(_read(Confirmation, each) for each in body["confirmations"]),
        choice=_maybe(Choice, body["choice"]),
        clearance=_maybe(Clearance, body["clearance"]),
        package=_maybe(Package, body["package"]),
        release=_maybe(HandOver, body["release"]),
        telling=_maybe(Telling, body["telling"]),
        refusal=_maybe(Refusal, body["refusal"]),
        cooling=_maybe(Cooling, body["cooling"]),
        asked_buyer=datetime.fromisoformat(body["asked_buyer"]) if body["asked_buyer"] else None,
        acknowledged=row["acknowledged"],
        clarified=row["clarified"],
        outcome=row["outcome"] or "",
        assignee=head.assignee,
        closed=head.closed,
        version=head.version,
    )


# --- the register ----------------------------------------------------------------------------------------------------

_CLEAR = ("received", "sort", "body_kind", "urgent", "outcome", "released", "telling", "told", "persons")
_EMPTY = {"agency": "", "document": "", "basis": "", "scope": [], "person": ""}


def shown(tx: Reading, heads: tuple[CaseHead, ...]) -> dict[str, dict[str, Any]]:
    """Return what the register shows of the listed cases; of those whose key was destroyed, the clear columns."""
    wanted = [head.reference for head in heads]
    columns = [disclosures.c[name] for name in ("reference", "version", "shown", *_CLEAR)]
    found: dict[str, dict[str, Any]] = {}
    for row in tx.execute(select(*columns).where(disclosures.c.reference.in_(wanted))).mappings():
        clear = {name: row[name] for name in _CLEAR}
        try:
            key = tx.key_for(row["reference"])
        except KnownError:
            found[row["reference"]] = {**clear, **_EMPTY}
            continue
        place = (tx.vault.store, disclosures.name, row["reference"], "shown", row["version"])
        found[row["reference"]] = {**clear, **key.open_json(bytes(row["shown"]), *place)}
    return found


def walk(
    tx: Reading, cancelled: Callable[[], bool], wanted: cases.Filter, block: int = 500
) -> Iterator[tuple[CaseHead, dict[str, Any]]]:
    """Yield every matching case with what the register shows, newest first; for searching and for the printed list."""
    after: Any = None
    while not cancelled():
        page = cases.page(tx, DESK, wanted, sort="opened", descending=True, after=after, limit=block)
        opened = shown(tx, page.rows)
        for head in page.rows:
            yield head, opened[head.reference]
        after = page.next
        if after is None:
            return


# --- the directory ---------------------------------------------------------------------------------------------------


_ENTRY = ("agency", "phone", "source", "address", "email", "contract", "until", "task", "certificate", "history")


def _entry(entry: Contact) -> dict[str, Any]:
    whole = asdict(entry)
    return {name: _plain(whole[name]) for name in _ENTRY}


def add_contact(tx: Writing, entry: Contact) -> str:
    """Insert a directory entry and return its id."""
    key = new_id()
    tx.insert(contacts, id=key, body_kind=entry.body, verified=tx.now, verified_by=tx.actor.id, retired=None,
              sealed=_entry(entry))  # fmt: skip
    return key


def save_contact(tx: Writing, entry: Contact) -> None:
    """Save a changed directory entry; call-backs made with it keep the number they went to."""
    tx.update(contacts, entry.id, body_kind=entry.body, verified=entry.verified, verified_by=entry.verified_by,
              retired=entry.retired, sealed=_entry(entry))  # fmt: skip


def contact(tx: Reading, key: str) -> Contact:
    """Return one directory entry."""
    row = tx.get(contacts, key)
    if row is None:
        raise KnownError("This entry is not in the directory. Add the body first.")
    return _contact(row)


def all_contacts(tx: Reading) -> tuple[Contact, ...]:
    """Return the directory, the newest entries first."""
    return tuple(_contact(row) for row in tx.all(contacts, order=contacts.c.verified.desc()))


def processor(tx: Reading, agency: str, now: datetime) -> Contact | None:
    """Return the processor of this name whose contract is in force, or None."""
    for one in all_contacts(tx):
        same = comparable_name(one.agency) == comparable_name(agency) != ""
        in_force = one.contract and (one.until is None or one.until >= now.date())
        if one.body == CARRIER and same and in_force and one.retired is None:
            return one
    return None


def _contact(row: Mapping[str, Any]) -> Contact:
    clear = {"id": row["id"], "body": row["body_kind"], "verified": row["verified"],
             "verified_by": row["verified_by"], "retired": row["retired"]}  # fmt: skip
    return _read(Contact, {**clear, **row["sealed"]})
