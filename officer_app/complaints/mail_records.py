"""The tables of a complaint's messages, links and lateness, and their few queries."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, Select, String, Table, select

from officer_app.base.errors import KnownError
from officer_app.base.person import normal_email
from officer_app.casebook import schema
from officer_app.casebook.schema import Instant, accounted, case_reference, sealed
from officer_app.casebook.transaction import Reading, Writing, new_id
from officer_app.complaints.matters import MERGED_INTO, Link, Said
from officer_app.complaints.rules import Requester
from officer_app.post import lookalike

messages: Table = accounted(
    "complaint_messages",
    Column("id", String(32), primary_key=True),
    case_reference(),
    Column("received", Instant, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("message", String(32)),  # blind indexes: the message-id, the sender, and what the sender looks like
    Column("sender", String(32)),
    Column("alike", String(32)),
    Column("content", String(32)),  # blind index of what the mail says, whatever its message-id
    Column("joined", Instant),  # when it was put to a case that was there already; none for what opened it
    Column("seen", Instant),
    Column("stranger", Integer, nullable=False),  # 1: not from the address of who opened the case
    sealed(),
    Index("complaint_messages_case", "reference", "seen"),
    Index("complaint_messages_message", "message", "content", unique=True),
    Index("complaint_messages_alike", "alike"),
    Index("complaint_messages_seen", "seen", "reference"),
)

links: Table = accounted(
    "complaint_links",
    Column("id", String(32), primary_key=True),
    case_reference(),
    Column("other", String(32), nullable=False),
    Column("relation", String(24), nullable=False),
    Column("made", Instant, nullable=False),
    Index("complaint_links_case", "reference"),
    Index("complaint_links_other", "other"),
)

lateness: Table = accounted(
    "complaint_lateness",
    Column("reference", String(32), ForeignKey("cases.reference"), primary_key=True),
    sealed(),
)

_FEW = 500
_CLEAR = ("id", "received", "channel", "seen", "stranger")


def _instant(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()


def add(tx: Writing, reference: str, said: Said, message: str = "", content: str = "") -> None:
    """Put a message to its case; `message` is the mail's message-id, `content` the digest of what it says."""
    inside = {name: value for name, value in asdict(said).items() if name not in _CLEAR}
    inside.update(sent=_instant(said.sent), delivered=_instant(said.delivered))
    tx.insert(
        messages, id=new_id(), reference=reference, received=said.received, channel=said.channel, seen=said.seen,
        joined=tx.now if said.how else None, stranger=int(said.stranger),
        message=tx.blind("message", message), content=tx.blind("content", content), sealed=inside,
        **_marks(tx, said.sender.email),
    )  # fmt: skip


def _marks(tx: Reading, email: str) -> dict[str, str | None]:
    normal = normal_email(email)
    return {"sender": tx.blind("email", normal), "alike": tx.blind("alike", lookalike.looks_like(email))}


def of_case(tx: Reading, reference: str) -> tuple[Said, ...]:
    """Return a case's messages in the order they came."""
    rows = tx.all(messages, messages.c.reference == reference, order=messages.c.received)
    return tuple(_said(row) for row in rows)


def _said(row: dict[str, Any]) -> Said:
    inside = dict(row["sealed"])
    sender = Requester(**inside.pop("sender"))
    sent, delivered = (inside.pop(name) for name in ("sent", "delivered"))
    files, warnings = (tuple(inside.pop(name)) for name in ("files", "warnings"))
    clear = {name: row[name] for name in _CLEAR} | {"stranger": bool(row["stranger"])}
    return Said(
        **clear, **inside, sender=sender, files=files, warnings=warnings,
        sent=None if sent is None else datetime.fromisoformat(sent),
        delivered=None if delivered is None else datetime.fromisoformat(delivered),
    )  # fmt: skip


def with_message(tx: Reading, ids: Sequence[str]) -> dict[str, str]:
    """Return by message-id the case that a mail belongs to."""
    marks = {mark: one for one in ids if (mark := tx.blind("message", one)) is not None}
    if not marks:
        return {}
    found = select(messages.c.message, messages.c.reference).where(messages.c.message.in_(marks))
    return {marks[row.message]: row.reference for row in tx.execute(found)}


def says_the_same(tx: Reading, message: str, content: str) -> bool:
    """Return whether a mail of this message-id was taken that says just this: ids are used twice by broken programs."""
    found = select(messages.c.id).where(
        messages.c.message == tx.blind("message", message), messages.c.content == tx.blind("content", content)
    )
    return tx.execute(found.limit(1)).scalar_one_or_none() is not None


def lookalikes(tx: Reading, email: str) -> tuple[str, ...]:
    """Return the cases of senders whose address looks like this one and is another."""
    marks = _marks(tx, email)
    if marks["alike"] is None:
        return ()
    found = (
        select(messages.c.reference)
        .where(messages.c.alike == marks["alike"], messages.c.sender != marks["sender"])
        .distinct()
        .order_by(messages.c.reference)
        .limit(5)
    )
    return tuple(tx.execute(found).scalars())


def unseen(tx: Reading, references: Sequence[str]) -> frozenset[str]:
    """Return those of the cases to which something came that no officer has opened yet."""
    few = all_unseen(tx)
    if len(few) < _FEW:  # mostly there are few in all, which is quicker to ask
        return frozenset(few) & frozenset(references)
    found = select(messages.c.reference).where(messages.c.reference.in_(references), messages.c.seen.is_(None))
    return frozenset(tx.execute(found).scalars())


def strange(tx: Reading, references: Collection[str]) -> frozenset[str]:
    """Return those of the cases to which somebody else than their requester wrote and no officer has read it yet."""
    if not references:
        return frozenset()
    found = select(messages.c.reference).where(
        messages.c.reference.in_(references), messages.c.seen.is_(None), messages.c.stranger == 1
    )
    return frozenset(tx.execute(found).scalars())


def all_unseen(tx: Reading, limit: int = _FEW) -> tuple[str, ...]:
    """Return all cases to which something came that no officer has opened yet, at most `limit`."""
    return tuple(tx.execute(_all_unseen(limit)).scalars())


@cache
def _all_unseen(limit: int) -> Select[Any]:
    """Return the query that goes with every page of the queue, built once."""
    found = select(messages.c.reference).where(messages.c.seen.is_(None)).distinct()
    return found.order_by(messages.c.reference).limit(limit)


def later_texts(tx: Reading, references: Sequence[str]) -> dict[str, str]:
    """Return the texts of what came later, by case; for a search."""
    found = select(messages.c.id, messages.c.reference, messages.c.version, messages.c.sealed).where(
        messages.c.reference.in_(references), messages.c.joined.is_not(None)
    )
    rows = tx.execute(found).all()
    keys = tx.vault.case_keys(tx.connection, tuple({row.reference for row in rows})) if rows else {}
    texts: dict[str, str] = {}
    for row in rows:
        key = keys.get(row.reference)
        if key is not None:
            inside = key.open_json(bytes(row.sealed), tx.vault.store, messages.name, row.id, "sealed", row.version)
            said = f"{inside['subject']}\n{inside['text']}"
            texts[row.reference] = f"{texts.get(row.reference, '')}\n{said}"
    return texts


def see(tx: Writing, reference: str) -> None:
    """Mark all messages of a case as opened by an officer."""
    found = select(messages.c.id).where(messages.c.reference == reference, messages.c.seen.is_(None))
    for key in tx.execute(found).scalars().all():
        tx.update(messages, key, seen=tx.now)


def move(tx: Writing, reference: str, target: str) -> None:
    """Copy a case's messages to another; each stays with its own case as well, sealed under that case's key."""
    for row in tx.all(messages, messages.c.reference == reference, order=messages.c.received):
        values = {**row, "id": new_id(), "reference": target, "message": None, "alike": None, "content": None}
        del values["version"]
        tx.insert(messages, **values)


# --- links -----------------------------------------------------------------------------------------------------------


def link(tx: Writing, reference: str, other: str, relation: str) -> None:
    """Note that a case has to do with another; the other side is noted on its own case."""
    tx.insert(links, id=new_id(), reference=reference, other=other, relation=relation, made=tx.now)


def unlink(tx: Writing, reference: str, other: str) -> None:
    """Forget that a case has to do with another."""
    asked = select(links.c.id).where(links.c.reference == reference, links.c.other == other)
    for key in tx.execute(asked).scalars().all():
        tx.delete(links, key, reference)


def links_of(tx: Reading, reference: str) -> tuple[Link, ...]:
    """Return the other cases that a case has to do with, oldest first."""
    found = select(links).where(links.c.reference == reference).order_by(links.c.made, links.c.other)
    return tuple(Link(row.other, row.relation, row.made) for row in tx.execute(found))


def merged(tx: Reading) -> frozenset[str]:
    """Return the cases that were merged into another one."""
    found = select(links.c.reference).where(links.c.relation == MERGED_INTO)
    return frozenset(tx.execute(found).scalars())


def current(tx: Reading, reference: str) -> str:
    """Return the case that goes on for this one: where it was merged into, at last."""
    seen = {reference}
    while True:
        found = select(links.c.other).where(links.c.reference == reference, links.c.relation == MERGED_INTO)
        further = tx.execute(found.order_by(links.c.made.desc()).limit(1)).scalar_one_or_none()
        if further is None or further in seen:
            return reference
        seen.add(further)
        reference = further


def exists(tx: Reading, reference: str) -> bool:
    """Return whether there is a complaint of this reference whose contents can still be read."""
    case = schema.cases
    found = select(case.c.reference).where(case.c.reference == reference, case.c.case_key.is_not(None))
    return tx.execute(found).scalar_one_or_none() is not None and reference.startswith("C-")


# --- lateness --------------------------------------------------------------------------------------------------------


def explain(tx: Writing, reference: str, reason: str) -> None:
    """Keep why an answer was late."""
    if not reason.strip():
        raise KnownError("Say why the answer was late.")
    if tx.get(lateness, reference) is None:
        tx.insert(lateness, reference=reference, sealed={"reason": reason.strip()})
    else:
        tx.update(lateness, reference, sealed={"reason": reason.strip()})


def explained(tx: Reading, references: Sequence[str]) -> dict[str, str]:
    """Return by case why its answer was late, where that was said and can still be read."""
    found = select(lateness.c.reference).where(lateness.c.reference.in_(references))
    said: dict[str, str] = {}
    for reference in tx.execute(found).scalars().all():
        if exists(tx, reference):
            row = tx.get(lateness, reference)
            said[reference] = "" if row is None else str(row["sealed"]["reason"])
    return said
