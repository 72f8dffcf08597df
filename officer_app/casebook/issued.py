"""Issued notices: number reserved, issued, sent, void, withdrawn and replaced; never edited."""

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from officer_app.base.errors import KnownError
from officer_app.casebook import files, numbers, schema
from officer_app.casebook.sealing import Tampered
from officer_app.casebook.transaction import Reading, Writing
from officer_app.casebook.vault import Erased

RESERVED, ISSUED, SENT, VOID, WITHDRAWN = "reserved", "issued", "sent", "void", "withdrawn"
NOT_KEPT = "package-passphrase"
"""The kind of notice of which nothing is kept but its number and hash: who finds the casebook finds no passphrase."""
CHANNELS = ("e-mail", "post", "in person", "fax", "portal")
PUBLISHED = ("website", "app", "newspaper")
"""Where a public notice appears."""
FOR_THE_FILE = ("erasure-certificate",)
"""Kinds that go to nobody, so that nobody has to send them."""


@dataclass(frozen=True)
class Notice:
    """One entry of the register. `letters` counts the letters of a print run, 1 for a single notice."""

    number: str
    reference: str
    kind: str
    language: str
    state: str
    title: str
    recipient: str
    reserved: datetime
    issued: datetime | None
    issued_by: str | None
    approved_by: str | None
    sent: datetime | None
    sent_by: str | None
    channel: str | None
    letters: int
    sha256: str | None
    size: int | None
    kept: bool
    replaces: str | None
    reason: str | None


@dataclass(frozen=True)
class Made:
    """What a notice is made of: kind, language, title, recipient in one line, and the versions of text and packs."""

    kind: str
    language: str
    title: str
    recipient: str
    text_version: str
    pack_version: str
    replaces: str | None = None


def reserve(
    tx: Writing, reference: str, made: Made, year: int, *, approved_by: str | None = None, letters: int = 1
) -> str:
    """Reserve the next notice number before rendering, so that no number is ever given twice or lost.

    `letters` is 0 for a print run, which takes long and can be taken up again: it is never voided as abandoned.
    """
    number = numbers.take(tx, "notices", year)
    tx.insert(
        schema.notices, number=number, reference=reference, kind=made.kind, language=made.language, state=RESERVED,
        reserved=tx.now, issued=None, issued_by=None, approved_by=approved_by, sent=None, sent_by=None, channel=None,
        letters=letters, text_version=made.text_version, pack_version=made.pack_version, sha256=None, size=None,
        chunks=0, replaces=made.replaces, reason=None, sealed={"title": made.title, "recipient": made.recipient},
    )  # fmt: skip
    return number


def _state(tx: Reading, number: str, *allowed: str) -> dict[str, Any]:
    row = tx.get(schema.notices, number)
    if row is None:
        raise KnownError(f"There is no notice {number}. Check the number.")
    if row["state"] not in allowed:
        raise KnownError(f"Notice {number} is {row['state']}; this cannot be done with it any more.")
    return row


def issue(
    tx: Writing, number: str, pdf: bytes, *, keep: bool = True, letters: int = 1, sha256: str = "", text: str = ""
) -> str:
    """File the rendered bytes and the letter's plain text under the number; return the bytes' SHA-256.

    The bytes of a single notice are kept sealed; of a print run and of a passphrase's letter (`keep` false) only the
    hash is kept, and no text.
    """
    row = _state(tx, number, RESERVED)
    digest = sha256 or hashlib.sha256(pdf).hexdigest()
    inside, count = {**row["sealed"], "text": text if keep else ""}, 0
    if keep:
        inside["key"], count = files.put(tx, number, pdf)
    tx.update(schema.notices, number, state=ISSUED, issued=tx.now, issued_by=tx.actor.id, sha256=digest,
              size=len(pdf), chunks=count, letters=letters, sealed=inside)  # fmt: skip
    return digest


def void(tx: Writing, number: str, reason: str) -> None:
    """Leave a reserved number in the register as void, with its reason."""
    _state(tx, number, RESERVED)
    tx.update(schema.notices, number, state=VOID, reason=reason)


def send(tx: Writing, number: str, channel: str, at: datetime) -> None:
    """Record that an issued notice was sent: channel, time (aware), and by whom it is recorded."""
    row = _state(tx, number, ISSUED)
    _check_sending(tx, row, (*CHANNELS, *PUBLISHED), channel, at)
    tx.update(schema.notices, number, state=SENT, sent=at, sent_by=tx.actor.id, channel=channel)


def correct_sent(tx: Writing, number: str, channel: str, at: datetime) -> None:
    """Correct when and how a notice was sent; who recorded the sending stays, who corrects it is in the audit."""
    row = _state(tx, number, SENT)
    _check_sending(tx, row, PUBLISHED if row["channel"] in PUBLISHED else CHANNELS, channel, at)
    tx.update(schema.notices, number, sent=at, channel=channel)


def _check_sending(tx: Writing, row: Any, ways: tuple[str, ...], channel: str, at: datetime) -> None:
    if channel not in ways:
        raise KnownError(f"Choose how it was sent: {', '.join(PUBLISHED if ways == PUBLISHED else CHANNELS)}.")
    if at > tx.now:
        raise KnownError("The time of sending lies in the future. Enter when it was really sent.")
    if row["issued"] is not None and at.date() < row["issued"].date():
        raise KnownError("The notice was issued later than this time of sending. Check the date.")


def withdraw(tx: Writing, number: str, reason: str) -> None:
    """Withdraw a wrong notice; a replacement names it in `Made.replaces`."""
    _state(tx, number, ISSUED, SENT)
    if not reason.strip():
        raise KnownError("Say why the notice is withdrawn.")
    tx.update(schema.notices, number, state=WITHDRAWN, reason=reason.strip())


def _notice(tx: Reading, row: Mapping[Any, Any]) -> Notice:
    """Return a register entry; where the case's key was destroyed, title and recipient are gone and the rest stays."""
    inside: dict[str, Any] = {}
    with suppress(Erased):
        inside = tx.opened(schema.notices, row)["sealed"]
    shown = {name: row[name] for name in Notice.__annotations__ if name in row}
    return Notice(
        **shown, title=inside.get("title", ""), recipient=inside.get("recipient", ""), kept="key" in inside
    )  # fmt: skip


def of_case(tx: Reading, reference: str) -> tuple[Notice, ...]:
    """Return a case's notices, newest first."""
    table = schema.notices
    found = select(table).where(table.c.reference == reference).order_by(table.c.reserved.desc(), table.c.number.desc())
    return tuple(_notice(tx, row) for row in tx.execute(found).mappings())


def notice(tx: Reading, number: str) -> Notice:
    """Return one notice."""
    found = select(schema.notices).where(schema.notices.c.number == number)
    row = tx.execute(found).mappings().one_or_none()
    if row is None:
        raise KnownError(f"There is no notice {number}. Check the number.")
    return _notice(tx, row)


def pdf(tx: Reading, number: str) -> bytes:
    """Return the very bytes that were issued; KnownError when the notice keeps none."""
    row = tx.get(schema.notices, number)
    if row is None or row["sha256"] is None:
        raise KnownError(f"Notice {number} was never issued; there is nothing to show.")
    if "key" not in row["sealed"]:
        if row["kind"] == NOT_KEPT:
            raise KnownError(f"{number} carried a passphrase and is not kept. If it is lost, make a new package.")
        raise KnownError(f"Notice {number} is a print run; open its volumes where they were saved.")
    try:
        return files.get(tx, number, row["sealed"]["key"], row["sha256"])
    except Tampered:
        raise Tampered(f"The filed copy of {number} was damaged outside this program. Restore a backup.") from None


def reserved(tx: Reading) -> tuple[tuple[str, str, datetime], ...]:
    """Return (number, reference, since) of single notices reserved and neither issued nor void."""
    table = schema.notices
    found = select(table.c.number, table.c.reference, table.c.reserved).where(
        table.c.state == RESERVED, table.c.letters > 0
    )
    return tuple((row.number, row.reference, row.reserved) for row in tx.execute(found))


def text(tx: Reading, number: str) -> str:
    """Return the plain text of an issued notice, for the body of a mail."""
    row = tx.get(schema.notices, number)
    return "" if row is None else str(row["sealed"].get("text", ""))


def unsent(tx: Reading, limit: int = 200) -> tuple[tuple[str, str, str, datetime], ...]:
    """Return (number, reference, kind, issued) of notices issued but not sent, oldest first; for the due list."""
    table = schema.notices
    found = (
        select(table.c.number, table.c.reference, table.c.kind, table.c.issued)
        .where(table.c.state == ISSUED, table.c.kind.not_in(FOR_THE_FILE))
        .order_by(table.c.issued)
        .limit(limit)
    )
    return tuple((row.number, row.reference, row.kind, row.issued) for row in tx.execute(found))
