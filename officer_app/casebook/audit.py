"""The audit: append-only, hash-chained, signed by who acted, in the same transaction as what it records."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert, select, update

from officer_app.base.errors import KnownError
from officer_app.casebook import schema
from officer_app.casebook.people import verifies
from officer_app.casebook.sealing import Tampered, bound, canonical
from officer_app.casebook.transaction import Reading, Writing, accounted_tables, key_column, row_digest

GENESIS = "0" * 64
_QUIET = ("view", "search", "print")


@dataclass(frozen=True)
class Entry:
    """One audit entry as a person reads it; `details` is None when its case key was destroyed."""

    seq: int
    at: datetime
    actor: str
    action: str
    reference: str | None
    details: dict[str, Any] | None
    hash: str


@dataclass(frozen=True)
class Verdict:
    """The result of a check: entries read, the head, and the first thing that is wrong ("" when nothing is)."""

    entries: int
    head: str
    broken: str = ""


def _leaf(body: bytes) -> str:
    return hashlib.sha256(b"\x00" + body).hexdigest()


def _signed(store: str, seq: int, prev: str, leaf: str) -> bytes:
    return bound("oa/ev/v1", store, seq, prev, leaf)


def append(
    tx: Writing, action: str, reference: str | None = None, details: dict[str, Any] | None = None, **more: Any
) -> str:
    """Write one entry for all rows touched so far of this case (or of none), and return its hash.

    `details` may hold personal data: it is sealed under the case's key, or the audit key where there is no case. `more`
    goes into the clear, signed part: ids, digests and numbers only.
    """
    head = schema.audit_head
    seq, prev = tx.execute(select(head.c.seq, head.c.hash).with_for_update()).one()
    seq += 1
    key = tx.key_for(reference) if reference else tx.vault.inner(tx.connection, "audit")
    blob = key.seal_json(details or {}, tx.vault.store, "audit", str(seq), "details", 1)
    body = canonical(
        {
            "seq": seq,
            "prev": prev,
            "at": tx.now.isoformat(),
            "actor": tx.actor.id,
            "roles": list(tx.actor.roles),
            "action": action,
            "reference": reference,
            "operation": tx.operation,
            "rows": tx.take_digests(reference),
            "details": hashlib.sha256(blob).hexdigest(),
            **({"more": more} if more else {}),
        }
    )
    leaf = _leaf(body)
    tx.execute(
        insert(schema.audit).values(
            seq=seq,
            prev=prev,
            hash=leaf,
            at=tx.now,
            actor=tx.actor.id,
            action=action,
            reference=reference,
            operation=tx.operation,
            body=body.decode(),
            details=blob,
            signature=tx.sign(_signed(tx.vault.store, seq, prev, leaf)),
        )
    )
    tx.execute(update(head).values(seq=seq, hash=leaf))
    tx.head = (seq, leaf)
    return leaf


def head(tx: Reading) -> tuple[int, str]:
    """Return the newest entry's number and hash."""
    row = tx.execute(select(schema.audit_head.c.seq, schema.audit_head.c.hash)).one()
    return int(row.seq), str(row.hash)


def hash_at(tx: Reading, seq: int) -> str | None:
    """Return the hash of one entry, or None when there is none."""
    if seq == 0:
        return GENESIS
    found: str | None = tx.execute(select(schema.audit.c.hash).where(schema.audit.c.seq == seq)).scalar_one_or_none()
    return found


# --- reading ---------------------------------------------------------------------------------------------------------


def _entry(tx: Reading, row: Any) -> Entry:
    details: dict[str, Any] | None = None
    try:
        key = tx.key_for(row.reference) if row.reference else tx.vault.inner(tx.connection, "audit")
        details = key.open_json(bytes(row.details), tx.vault.store, "audit", str(row.seq), "details", 1)
    except Tampered:
        raise
    except KnownError:
        details = None  # the case key was destroyed; the entry itself stays
    return Entry(row.seq, row.at, row.actor, row.action, row.reference, details, row.hash)


def timeline(tx: Reading, reference: str) -> tuple[Entry, ...]:
    """Return a case's entries, newest first, without views and prints."""
    table = schema.audit
    found = select(table).where(table.c.reference == reference, table.c.action.not_in(_QUIET))
    return tuple(_entry(tx, row) for row in tx.execute(found.order_by(table.c.seq.desc())))


def page(
    tx: Reading,
    *,
    reference: str | None = None,
    actor: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = 100,
) -> tuple[Entry, ...]:
    """Return entries newest first, by case, person and time; `before` is the last entry number of the page above."""
    table = schema.audit
    found: Select[Any] = select(table).order_by(table.c.seq.desc()).limit(limit)
    if reference:
        found = found.where(table.c.reference == reference)
    if actor:
        found = found.where(table.c.actor == actor)
    if since:
        found = found.where(table.c.at >= since)
    if until:
        found = found.where(table.c.at < until)
    if before:
        found = found.where(table.c.seq < before)
    return tuple(_entry(tx, row) for row in tx.execute(found))


# --- checking --------------------------------------------------------------------------------------------------------


def _chain_fault(row: Any, seq: int, prev: str, store: str, public: Callable[[str], tuple[bytes, ...]]) -> str:
    """Return what is wrong with one entry as a sentence, or ""."""
    name = f"Audit entry {seq}"
    if row.seq != seq:
        return f"{name} is missing."
    body = row.body.encode()
    fields = _fields(body)
    if fields is None or _leaf(body) != row.hash:
        return f"{name} was changed."
    clear = {
        "seq": row.seq, "prev": row.prev, "at": row.at.isoformat(), "actor": row.actor, "action": row.action,
        "reference": row.reference, "operation": row.operation,
        "details": hashlib.sha256(bytes(row.details)).hexdigest(),
    }  # fmt: skip
    if any(fields.get(key) != value for key, value in clear.items()):
        return f"{name} was changed."
    if row.prev != prev:
        return f"{name} does not follow the one before it."
    keys = public(row.actor)
    if not keys:
        return f"{name} was signed by somebody who is not in the casebook."
    signed = _signed(store, seq, prev, row.hash)
    return "" if any(verifies(key, bytes(row.signature), signed) for key in keys) else f"{name} has a wrong signature."


def _fields(body: bytes) -> dict[str, Any] | None:

    try:
        value = json.loads(body)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def verify(
    tx: Reading, public: Callable[[str], tuple[bytes, ...]], cancelled: Callable[[], bool] = lambda: False
) -> Verdict:
    """Check every entry and every accounted row, and name the first that is broken.

    `public` gives the Ed25519 public key of a person id from the signed records. Rows are compared with the digest of
    their newest entry: a row changed, removed or added by hand is named.
    """
    table = schema.audit
    expected: dict[tuple[str, str], tuple[str | None, int]] = {}
    prev, seq = GENESIS, 0
    for row in tx.execute(select(table).order_by(table.c.seq).execution_options(yield_per=500)):
        if cancelled():
            raise KnownError("The check was cancelled.")
        seq += 1
        fault = _chain_fault(row, seq, prev, tx.vault.store, public)
        if fault:
            return Verdict(seq, prev, fault)
        prev = row.hash
        for name, key, digest in (_fields(row.body.encode()) or {})["rows"]:
            expected[(name, key)] = (digest, seq)
    if (seq, prev) != head(tx):
        return Verdict(seq, prev, f"The audit ends at entry {seq}, but its head says otherwise: entries are missing.")
    return Verdict(seq, prev, _rows_fault(tx, expected))


def _rows_fault(tx: Reading, expected: dict[tuple[str, str], tuple[str | None, int]]) -> str:
    for table, key, row in _accounted_rows(tx):
        digest, seq = expected.pop((table.name, key), (None, 0))
        name = f"{table.name.replace('_', ' ')} row {key}"
        if digest is None:
            return f"No audit entry accounts for the {name}." if not seq else f"The {name} came back after entry {seq}."
        if row_digest(table, row) != digest:
            return f"The {name} was changed outside this program after audit entry {seq}."
    for (name, key), (digest, seq) in expected.items():
        if digest is not None:
            return f"The {name.replace('_', ' ')} row {key} of audit entry {seq} is missing."
    return ""


def _accounted_rows(tx: Reading) -> Iterator[tuple[Any, str, Any]]:
    for table in accounted_tables():
        found = select(table).order_by(key_column(table)).execution_options(yield_per=500)
        for row in tx.execute(found).mappings():
            yield table, row[key_column(table).name], row


def row_fault(tx: Reading, table: Any, key: str, reference: str) -> str:
    """Compare one row with the newest entry of its case; return a sentence when it was changed by hand, or ""."""
    audit = schema.audit
    found = select(audit.c.seq, audit.c.body).where(audit.c.reference == reference).order_by(audit.c.seq.desc())
    row = tx.execute(select(table).where(key_column(table) == key)).mappings().one_or_none()
    actual = row_digest(table, row) if row is not None else None
    for seq, body in tx.execute(found):
        for name, entry_key, digest in (_fields(body.encode()) or {})["rows"]:
            if (name, entry_key) == (table.name, key):
                return "" if digest == actual else f"{reference} was changed outside this program after entry {seq}."
    return f"No audit entry accounts for {reference}."
