"""The tables of uses and consents; turns rows into records and back."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, String, or_

from officer_app.base.errors import Conflict, KnownError
from officer_app.base.person import normal_email
from officer_app.casebook import files
from officer_app.casebook.schema import Instant, accounted, sealed
from officer_app.casebook.transaction import Reading, Writing, new_id
from officer_app.uses.rules import Consent, Proof, Use

uses = accounted(
    "uses",
    Column("id", String(32), primary_key=True),
    Column("purpose", String(60), nullable=False),
    Column("changed", Instant, nullable=False),
    Column("ended", Instant),
    sealed(),
)

consents = accounted(
    "consents",
    Column("id", String(32), primary_key=True),
    Column("purpose", String(60), nullable=False),
    Column("given", Instant, nullable=False),
    Column("withdrawn", Instant),
    Column("customer", String(32)),  # blind indexes, hex
    Column("email", String(32)),
    sealed(),
    Index("consents_customer", "customer"),
    Index("consents_email", "email"),
)

consent_proofs = accounted(
    "consent_proofs",
    Column("id", String(32), primary_key=True),
    Column("consent", String(32), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("chunks", Integer, nullable=False),
    sealed(),  # name, type, SHA-256, file key
    Index("consent_proofs_consent", "consent"),
)

_CLEAR = {"id", "purpose", "changed", "ended", "version", "given", "withdrawn", "proofs"}


def _inside(record: Use | Consent) -> dict[str, Any]:
    found = {key: value for key, value in asdict(record).items() if key not in _CLEAR}
    if isinstance(record, Consent):
        found["recorded"] = record.recorded.isoformat() if record.recorded else None
    return found


# --- uses ------------------------------------------------------------------------------------------------------------


def put_use(tx: Writing, use: Use) -> str:
    """Insert a use or save a changed one, and return its id; Conflict when somebody saved it meanwhile."""
    inside = _inside(replace(use, changed_by=tx.actor.id))
    if not use.id:
        key = new_id()
        tx.insert(uses, id=key, purpose=use.purpose, changed=tx.now, ended=None, sealed=inside)
        return key
    _expect(tx, use.id, use.version)
    tx.update(uses, use.id, changed=tx.now, ended=use.ended, sealed=inside)
    return use.id


def _expect(tx: Writing, key: str, version: int) -> None:
    row = tx.get(uses, key)
    if row is None:
        raise KnownError("This use is not in the register. Refresh the list.")
    if row["version"] != version:
        raise Conflict("Somebody else saved this meanwhile. Look at what they wrote, then change it again.")


def all_uses(tx: Reading) -> tuple[Use, ...]:
    """Return every use that has not ended, in the order it was first recorded."""
    rows = tx.all(uses, uses.c.ended.is_(None), order=uses.c.id)
    return tuple(sorted((_use(row) for row in rows), key=lambda one: one.title.casefold()))


def use(tx: Reading, key: str) -> Use:
    """Return one use."""
    row = tx.get(uses, key)
    if row is None:
        raise KnownError("This use is not in the register. Refresh the list.")
    return _use(row)


def _use(row: dict[str, Any]) -> Use:
    known = {field.name for field in fields(Use)}
    inside = {key: tuple(value) if isinstance(value, list) else value for key, value in row["sealed"].items()}
    clear = {key: row[key] for key in ("id", "purpose", "changed", "ended", "version")}
    return Use(**{key: value for key, value in {**inside, **clear}.items() if key in known})


# --- consents --------------------------------------------------------------------------------------------------------


def add_consent(tx: Writing, consent: Consent) -> str:
    """Insert a consent and return its id."""
    key = new_id()
    made = replace(consent, recorded=tx.now, recorded_by=tx.actor.id)
    tx.insert(
        consents, id=key, purpose=made.purpose, given=made.given, withdrawn=None,
        customer=tx.blind("customer", made.customer), email=tx.blind("email", normal_email(made.email)),
        sealed=_inside(made),
    )  # fmt: skip
    return key


def add_proof(tx: Writing, consent: str, name: str, kind: str, content: bytes) -> None:
    """Seal a paper that proves a consent."""
    key = new_id()
    secret, count = files.put(tx, key, content)
    inside = {"name": name, "kind": kind, "sha256": hashlib.sha256(content).hexdigest(), "key": secret}
    tx.insert(consent_proofs, id=key, consent=consent, size=len(content), chunks=count, sealed=inside)


def save_consent(tx: Writing, consent: Consent) -> None:
    """Save a consent's withdrawal; Conflict when somebody saved it meanwhile."""
    row = tx.get(consents, consent.id)
    if row is None or row["version"] != consent.version:
        raise Conflict("Somebody else saved this meanwhile. Refresh and look again.")
    tx.update(consents, consent.id, withdrawn=consent.withdrawn, sealed=_inside(consent))


def consent(tx: Reading, key: str) -> Consent:
    """Return one consent."""
    row = tx.get(consents, key)
    if row is None:
        raise KnownError("This consent is not recorded here. Refresh the page.")
    return _consent(tx, row)


def of_person(tx: Reading, customer: str, emails: Sequence[str]) -> tuple[Consent, ...]:
    """Return a person's consents by key or e-mail address, the newest first."""
    marks = [mark for mark in (tx.blind("email", normal_email(one)) for one in emails if one) if mark]
    tests: list[Any] = [consents.c.email.in_(marks)] if marks else []
    if customer:
        tests.append(consents.c.customer == tx.blind("customer", customer))
    if not tests:
        return ()
    return tuple(_consent(tx, row) for row in tx.all(consents, or_(*tests), order=consents.c.given.desc()))


def proof(tx: Reading, key: str) -> tuple[Proof, bytes]:
    """Return one paper of a consent with its bytes."""
    row = tx.get(consent_proofs, key)
    if row is None:
        raise KnownError("This paper is not filed here. Refresh the page.")
    found = _proof(row)
    return found, files.get(tx, key, row["sealed"]["key"], found.sha256)


def _proof(row: dict[str, Any]) -> Proof:
    inside = row["sealed"]
    return Proof(row["id"], inside["name"], inside["kind"], row["size"], inside["sha256"])


def _consent(tx: Reading, row: dict[str, Any]) -> Consent:
    known = {field.name for field in fields(Consent)}
    inside = dict(row["sealed"])
    inside["categories"] = tuple(inside["categories"])
    inside["recorded"] = datetime.fromisoformat(inside["recorded"]) if inside["recorded"] else None
    papers = tx.all(consent_proofs, consent_proofs.c.consent == row["id"], order=consent_proofs.c.id)
    clear = {key: row[key] for key in ("id", "purpose", "given", "withdrawn", "version")}
    clear["proofs"] = tuple(_proof(each) for each in papers)
    return Consent(**{key: value for key, value in {**inside, **clear}.items() if key in known})
