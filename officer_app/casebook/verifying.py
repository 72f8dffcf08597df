"""Checks a casebook from its first entry on: chain, signatures, who was who at the time, and every accounted row."""

import base64
import hashlib
import json
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, func, select

from officer_app.base.errors import Cancelled
from officer_app.casebook import audit, erasing, evidence, files, issued, schema, store
from officer_app.casebook.people import MANAGER, verifies
from officer_app.casebook.roster import Replay
from officer_app.casebook.sealing import Tampered, bound
from officer_app.casebook.transaction import Reading, accounted_tables, key_column, row_digest, stored_row
from officer_app.casebook.vault import Erased

_COUNTERSIGNATURE = {"by", "signature", "alone"}

Cancel = Callable[[], bool]


@dataclass(frozen=True)
class Verdict:
    """The result of a check: entries read, the head, and the first thing that is wrong ("" when nothing is)."""

    entries: int
    head: str
    broken: str = ""


@dataclass
class _Walk:
    """What is known after the entries read so far: the head, who is who, and each accounted row's newest digest."""

    replay: Replay
    seq: int = 0
    prev: str = audit.GENESIS
    rows: dict[tuple[str, str], tuple[str | None, int]] = field(default_factory=dict)


def verify(tx: Reading, root: str, cancelled: Cancel = lambda: False) -> Verdict:
    """Check every entry and every accounted row, and name the first that is broken.

    Rows are compared with the digest of their newest entry: a row changed, removed or added by hand is named. `root` is
    the pinned fingerprint of the first manager's signing key.
    """
    walk = _Walk(Replay(tx.vault.store, root))
    table = schema.audit
    found = select(*schema.stored(table)).order_by(table.c.seq).execution_options(yield_per=500)
    with tx.execute(found) as entries:
        for row in entries:
            if cancelled():
                raise Cancelled("The check was cancelled.")
            fault = _entry_fault(tx, row, walk)
            if fault:
                return Verdict(walk.seq + 1, walk.prev, fault)
    if (walk.seq, walk.prev) != audit.head(tx):
        text = f"The audit ends at entry {walk.seq}, but its head says otherwise: entries are missing."
        return Verdict(walk.seq, walk.prev, text)
    return Verdict(walk.seq, walk.prev, _fault(tx, walk.rows, cancelled))


# --- entries ---------------------------------------------------------------------------------------------------------


def fields_of(body: str) -> dict[str, Any] | None:
    """Return the clear, signed part of an entry, or None when it is none."""
    try:
        value = json.loads(body)
        rows = [(name, key, digest) for name, key, digest in value["rows"]]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return {**value, "rows": rows}


def _entry_fault(tx: Reading, row: Any, walk: _Walk) -> str:
    """Take in the next entry; return what is wrong with it as a sentence, or ""."""
    seq = walk.seq + 1
    name = f"Audit entry {seq}"
    if row.seq != seq:
        return f"{name} is missing."
    try:
        fields = fields_of(row.body)
        leaf = audit.leaf_of(row.body.encode())
        clear = {
            "seq": row.seq, "prev": row.prev, "at": row.at, "actor": row.actor, "action": row.action,
            "reference": row.reference, "operation": row.operation,
            "details": hashlib.sha256(bytes(row.details)).hexdigest(),
        }  # fmt: skip
        signature = bytes(row.signature)
    except (AttributeError, TypeError, ValueError):
        return f"{name} was changed."
    if fields is None or leaf != row.hash or any(fields.get(key, row) != value for key, value in clear.items()):
        return f"{name} was changed."
    if row.prev != walk.prev:
        return f"{name} does not follow the one before it."
    before = walk.replay.directory
    fault = _people_fault(tx, fields, walk)
    if fault:
        return fault
    known = before if before.seq else walk.replay.directory
    signer = known.signer(row.actor)
    if signer is None:
        return f"{name} was signed by somebody who had no access then."
    if not verifies(bytes.fromhex(signer[0]), signature, audit.signed_part(tx.vault.store, seq, row.prev, leaf)):
        return f"{name} has a wrong signature."
    if fields.get("roles") != list(signer[1]):
        return f"{name} claims a role that its author did not have then."
    for given in (fields.get("more") or {}).values():
        if isinstance(given, dict) and set(given) == _COUNTERSIGNATURE and not _countersigned(tx, fields, given, known):
            return f"{name} carries a second signature that is not a manager's."
    for table, key, digest in fields["rows"]:
        walk.rows[(table, key)] = (digest, seq)
    walk.seq, walk.prev = seq, leaf
    return ""


def _people_fault(tx: Reading, fields: dict[str, Any], walk: _Walk) -> str:
    """Follow the roster lines that an entry accounts for."""
    for table, key, digest in fields["rows"]:
        if table != schema.roster.name:
            continue
        row = stored_row(tx.connection, schema.roster, key)
        if row is None:
            return f"The roster row {key} of audit entry {fields['seq']} is missing."
        if row_digest(schema.roster, row) != digest:
            return f"The roster row {key} was changed outside this program after audit entry {fields['seq']}."
        fault = walk.replay.follow(row["id"], row["body"], bytes(row["signature"]))
        if fault:
            return fault
    return ""


def _countersigned(tx: Reading, fields: dict[str, Any], given: dict[str, Any], known: Any) -> bool:
    signer = known.signer(given["by"])
    message = bound("oa/cs/v1", tx.vault.store, fields["action"], fields["reference"] or "", fields["operation"])
    try:
        signature = base64.b64decode(given["signature"], validate=True)
    except (ValueError, TypeError):
        return False
    if (given["by"] == fields["actor"]) != (given["alone"] == "yes") or signer is None or MANAGER not in signer[1]:
        return False
    return verifies(bytes.fromhex(signer[0]), signature, message)


# --- rows ------------------------------------------------------------------------------------------------------------


def _fault(tx: Reading, expected: dict[tuple[str, str], tuple[str | None, int]], cancelled: Cancel) -> str:
    return _rows_fault(tx, expected, cancelled) or _files_fault(tx) or _ledger_fault(tx) or _kept_apart(tx)


def _rows_fault(tx: Reading, expected: dict[tuple[str, str], tuple[str | None, int]], cancelled: Cancel) -> str:
    with closing(_accounted_rows(tx)) as rows:
        for table, key, row in rows:
            if cancelled():
                raise Cancelled("The check was cancelled.")
            digest, seq = expected.pop((table.name, key), (None, 0))
            name = f"{table.name.replace('_', ' ')} row {key}"
            if digest is None and seq:
                return f"The {name} came back after entry {seq}."
            if digest is None:
                return f"No audit entry accounts for the {name}."
            if row_digest(table, row) != digest:
                return f"The {name} was changed outside this program after audit entry {seq}."
    for (table_name, key), (digest, seq) in expected.items():
        if digest is not None:
            return f"The {table_name.replace('_', ' ')} row {key} of audit entry {seq} is missing."
    return ""


def _accounted_rows(tx: Reading) -> Generator[tuple[Any, str, Any], None, None]:
    # As the database has them: a row has to be accounted for whether this program knows its table or not.
    for name, table in store.bare_tables(tx.connection).items():
        known = schema.metadata.tables.get(name)
        if known is not None and not known.info.get("accounted"):
            continue
        found = select(*schema.stored(table)).order_by(key_column(table)).execution_options(yield_per=500)
        with tx.execute(found) as rows:
            for row in rows.mappings():
                yield table, row[key_column(table).name], row


def _files_fault(tx: Reading) -> str:
    """Compare how many pieces each sealed file has with what its row says; the pieces seal themselves."""
    table = schema.chunks
    found = select(table.c.file, func.count(), func.max(table.c.number)).group_by(table.c.file)
    pieces = {file: (count, last + 1) for file, count, last in tx.execute(found)}
    for owner in _with_files():
        for key, count in tx.execute(select(key_column(owner), owner.c.chunks).where(owner.c.chunks > 0)):
            if pieces.pop(key, None) != (count, count):
                return f"The sealed file of the {owner.name} row {key} is missing or cut."
    return f"The sealed file {min(pieces)} belongs to nothing." if pieces else ""


def _ledger_fault(tx: Reading) -> str:
    """Hold the marks of the erased to the digests that the audit accounts for."""
    wrong = erasing.false_ledger(tx) if schema.tombstones.name in store.table_names(tx.connection) else ()
    return f"The marks of the erased in erasure {wrong[0]} were changed outside this program." if wrong else ""


def _kept_apart(tx: Reading) -> str:
    """Ask the tables that are not accounted row by row, but have a check of their own."""
    present = store.table_names(tx.connection)
    checks = [table.info["check"] for table in schema.metadata.tables.values()
              if "check" in table.info and table.name in present]  # fmt: skip
    return next((found for check in checks if (found := str(check(tx)))), "")


def _with_files() -> list[Table]:
    """Return the tables whose rows own a sealed file: its name is the row's key, `chunks` counts its pieces."""
    return [table for table in accounted_tables() if "chunks" in table.columns]


def _filed(tx: Reading, table: Table, row: dict[str, Any]) -> None:
    """Read the file of an opened row; Tampered when it is not what was filed."""
    own = {schema.evidence.name: evidence.read, schema.notices.name: issued.pdf}.get(table.name)
    key = row[key_column(table).name]
    if own is not None:
        own(tx, key)
    else:
        files.get(tx, key, row["sealed"]["key"], row.get("sha256") or row["sealed"]["sha256"])


def contents_fault(tx: Reading, progress: Callable[[int], None], cancelled: Cancel) -> str:
    """Open every sealed value and every sealed file; return what cannot be opened as a sentence, or ""."""
    done = 0
    present = store.table_names(tx.connection)
    for table in accounted_tables():
        if table.name not in present:
            continue
        with tx.execute(select(table).execution_options(yield_per=100)) as rows:
            for row in rows.mappings():
                done += 1
                progress(done)
                if cancelled():
                    raise Cancelled
                try:
                    opened = tx.opened(table, row)
                    if "chunks" in table.columns and row["chunks"]:
                        _filed(tx, table, opened)
                except Erased:
                    continue
                except Tampered as error:
                    return str(error)
    return ""


def case_fault(tx: Reading, reference: str) -> str:
    """Compare a case's rows with the newest entries about them; return a sentence when one was changed by hand, or "".

    Quick enough for every opening of a case: only this case's entries and rows are read.
    """
    newest: dict[tuple[str, str], tuple[str | None, int]] = {}
    found = select(schema.audit.c.seq, schema.audit.c.body).where(schema.audit.c.reference == reference)
    for seq, body in tx.execute(found.order_by(schema.audit.c.seq)):
        for name, key, digest in (fields_of(body) or {"rows": []})["rows"]:
            newest[(name, key)] = (digest, seq)
    told = f"{reference} was changed outside this program: run the audit check and restore a backup."
    for table in accounted_tables():
        if "reference" not in table.columns:
            continue
        for row in tx.execute(select(*schema.stored(table)).where(table.c.reference == reference)).mappings():
            if newest.pop((table.name, row[key_column(table).name]), (None, 0))[0] != row_digest(table, row):
                return told
    of_case = {table.name for table in accounted_tables() if "reference" in table.columns}
    missing = any(digest is not None for (name, _), (digest, _) in newest.items() if name in of_case)
    return told if missing else ""


def refuse_changed(tx: Reading, reference: str) -> None:
    """Refuse to open a case of which a row was changed, removed or added by hand."""
    if fault := case_fault(tx, reference):
        raise Tampered(fault)
