"""The audit: append-only, hash-chained, signed by who acted, in the same transaction as what it records."""

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from officer_app.casebook import schema
from officer_app.casebook.sealing import Tampered, bound, canonical
from officer_app.casebook.transaction import Reading, Writing
from officer_app.casebook.vault import Erased

GENESIS = "0" * 64
CONTINUED = "restored casebook continued"
DESTROYED = "case key destroyed"
_QUIET = ("view", "search", "print")


@dataclass(frozen=True)
class Entry:
    """One audit entry as a person reads it; `details` is None when its case key was destroyed, `more` stays clear."""

    seq: int
    at: datetime
    actor: str
    action: str
    reference: str | None
    details: dict[str, Any] | None
    hash: str
    more: dict[str, Any] = field(default_factory=dict)


def leaf_of(body: bytes) -> str:
    """Return the hash of an entry's clear, signed part."""
    return hashlib.sha256(b"\x00" + body).hexdigest()


def signed_part(store: str, seq: int, prev: str, leaf: str) -> bytes:
    """Return the bytes that who acts signs."""
    return bound("oa/ev/v1", store, seq, prev, leaf)


def append(
    tx: Writing, action: str, reference: str | None = None, details: dict[str, Any] | None = None, **more: Any
) -> str:
    """Write one entry for all rows touched so far of this case (or of none), and return its hash.

    `details` may hold personal data: it is sealed under the case's key, or the audit key where there is no case. `more`
    goes into the clear, signed part: ids, digests and numbers only.
    """
    head = schema.audit_head
    found = select(head.c.seq, head.c.hash).where(head.c.id == 1).with_for_update()
    seq, prev = _head(tx.execute(found).one_or_none())
    seq += 1
    key = None
    if reference:
        # About a case whose key is gone, something may still be noted; it names nobody.
        with suppress(Erased):
            key = tx.key_for(reference)
    key = key or tx.vault.inner(tx.connection, "audit")
    blob = key.seal_json(details or {}, tx.vault.store, "audit", str(seq), "details", 1)
    body = canonical(
        {
            "seq": seq,
            "prev": prev,
            "at": schema.instant_text(tx.now),
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
    leaf = leaf_of(body)
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
            signature=tx.sign(signed_part(tx.vault.store, seq, prev, leaf)),
        )
    )
    tx.execute(update(head).values(seq=seq, hash=leaf))
    tx.head = (seq, leaf)
    return leaf


def _head(row: Any) -> tuple[int, str]:
    if row is None:
        raise Tampered("The head of the audit is missing. Do not use this casebook; restore a backup.")
    return int(row.seq), str(row.hash)


def head(tx: Reading) -> tuple[int, str]:
    """Return the newest entry's number and hash."""
    table = schema.audit_head
    return _head(tx.execute(select(table.c.seq, table.c.hash).where(table.c.id == 1)).one_or_none())


def destroyed_since(connection: Connection, seq: int) -> tuple[str, ...]:
    """Return the cases whose keys were destroyed after an entry."""
    table = schema.audit
    found = select(table.c.reference).where(table.c.seq > seq, table.c.action == DESTROYED)
    return tuple(connection.execute(found).scalars())


def hash_at(connection: Connection, seq: int) -> str | None:
    """Return the hash of one entry, or None when there is none."""
    if seq == 0:
        return GENESIS
    found = select(schema.audit.c.hash).where(schema.audit.c.seq == seq)
    return connection.execute(found).scalar_one_or_none()


# --- reading ---------------------------------------------------------------------------------------------------------


def _more(body: str) -> dict[str, Any]:
    try:
        more = json.loads(body)["more"]
    except (ValueError, TypeError, KeyError):  # none was written, or the entry was changed by hand: verify names it
        return {}
    return more if isinstance(more, dict) else {}


def _entry(tx: Reading, row: Any) -> Entry:
    place = (tx.vault.store, "audit", str(row.seq), "details", 1)
    try:
        key = tx.key_for(row.reference) if row.reference else tx.vault.inner(tx.connection, "audit")
        details: dict[str, Any] | None = key.open_json(bytes(row.details), *place)
    except Erased:
        try:  # noted after the key was destroyed
            details = tx.vault.inner(tx.connection, "audit").open_json(bytes(row.details), *place)
        except Tampered:
            details = None  # noted before; the entry itself stays
    return Entry(row.seq, row.at, row.actor, row.action, row.reference, details, row.hash, _more(row.body))


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
