"""Evidence: original mails, attachments and papers of a case, sealed, never changed."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from officer_app.base.errors import KnownError
from officer_app.casebook import files, schema
from officer_app.casebook.transaction import Reading, Writing, new_id


@dataclass(frozen=True)
class Evidence:
    """One piece: its cleaned display name, media type, size in bytes and SHA-256 of the original."""

    id: str
    reference: str
    name: str
    kind: str
    size: int
    sha256: str
    added: datetime
    added_by: str


def add(tx: Writing, reference: str, name: str, kind: str, content: bytes) -> str:
    """Seal a piece of evidence and return its id; `name` was cleaned by who took it in."""
    key = new_id()
    secret, count = files.put(tx, key, content)
    digest = hashlib.sha256(content).hexdigest()
    before = select(func.count()).select_from(schema.evidence).where(schema.evidence.c.reference == reference)
    place = tx.execute(before).scalar_one()
    tx.insert(
        schema.evidence, id=key, reference=reference, added=tx.now, size=len(content), chunks=count,
        sealed={"name": name, "kind": kind, "sha256": digest, "key": secret, "by": tx.actor.id,
                "place": place},
    )  # fmt: skip
    return key


def of_case(tx: Reading, reference: str) -> tuple[Evidence, ...]:
    """Return a case's evidence in the order it was added."""
    table = schema.evidence
    rows = sorted(tx.all(table, table.c.reference == reference), key=lambda row: int(row["sealed"]["place"]))
    return tuple(
        Evidence(row["id"], reference, row["sealed"]["name"], row["sealed"]["kind"], row["size"],
                 row["sealed"]["sha256"], row["added"], row["sealed"]["by"])
        for row in rows
    )  # fmt: skip


def read_of(tx: Reading, reference: str, key: str) -> bytes:
    """Return the original bytes of a piece that belongs to this case; KnownError when it does not."""
    row = tx.get(schema.evidence, key)
    if row is None or row["reference"] != reference:
        raise KnownError("This piece of evidence is not in the casebook under this case. Refresh the case.")
    return read(tx, key)


def read(tx: Reading, key: str) -> bytes:
    """Return the original bytes."""
    row = tx.get(schema.evidence, key)
    if row is None:
        raise KnownError("This piece of evidence is not in the casebook. Refresh the case.")
    return files.get(tx, key, row["sealed"]["key"], row["sealed"]["sha256"])
