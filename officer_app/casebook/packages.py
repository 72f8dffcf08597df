"""Packages made of a hand-over: their bytes sealed, hashed, and never made again; their passphrases are not kept."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from officer_app.base.errors import KnownError
from officer_app.casebook import files
from officer_app.casebook.schema import packages
from officer_app.casebook.transaction import Reading, Writing, new_id


@dataclass(frozen=True)
class Packed:
    """One package: its form, name, size and SHA-256; the number of its passphrase letter; for whom it was made.

    `of` is the fingerprint of what it holds; `certificate` is the SHA-256 of the recipient's certificate, "" where a
    passphrase opens it.
    """

    id: str
    reference: str
    form: str
    made: datetime
    made_by: str
    letter: str
    signed: bool
    sha256: str
    size: int
    name: str
    recipient: str
    of: str
    certificate: str = ""


def put(
    tx: Writing, reference: str, form: str, name: str, content: bytes, *, recipient: str, of: str, letter: str = "",
    certificate: str = "", signed: bool = False,
) -> str:  # fmt: skip
    """Seal a package's bytes and return their SHA-256."""
    key = new_id()
    secret, count = files.put(tx, key, content)
    digest = hashlib.sha256(content).hexdigest()
    tx.insert(
        packages, id=key, reference=reference, form=form, made=tx.now, made_by=tx.actor.id, letter=letter or None,
        signed=int(signed), sha256=digest, size=len(content), chunks=count,
        sealed={"name": name, "recipient": recipient, "of": of, "certificate": certificate, "key": secret},
    )  # fmt: skip
    return digest


def of_case(tx: Reading, reference: str) -> tuple[Packed, ...]:
    """Return a case's packages, the newest first."""
    rows = tx.all(packages, packages.c.reference == reference, order=packages.c.made.desc())
    return tuple(_packed(row) for row in rows)


def _packed(row: dict[str, Any]) -> Packed:
    inside = row["sealed"]
    return Packed(
        row["id"], row["reference"], row["form"], row["made"], row["made_by"], row["letter"] or "",
        bool(row["signed"]), row["sha256"], row["size"], inside["name"], inside["recipient"], inside["of"],
        inside["certificate"],
    )  # fmt: skip


def read(tx: Reading, key: str) -> bytes:
    """Return the very bytes that were made."""
    row = tx.get(packages, key)
    if row is None:
        raise KnownError("This package is not in the casebook. Refresh the case.")
    return files.get(tx, key, row["sealed"]["key"], row["sha256"])
