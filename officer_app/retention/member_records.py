"""The tables of batches and of their members, what became of a member, and the check that nobody changed it by hand."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    func,
    select,
    update,
)

from officer_app.base.erasure import Outcome
from officer_app.casebook import erasing, schema
from officer_app.casebook.schema import Instant, accounted, case_reference, sealed
from officer_app.casebook.transaction import Reading, Writing
from officer_app.retention.batch import WAITING, scope_of

_OPEN = ("failed", "unknown")
BLOCK = 1000
"""Members that have one digest, and that are written by one statement: a batch's digests then cost what was changed."""

batches: Table = accounted(
    "retention_batches",
    Column("reference", String(32), ForeignKey("cases.reference"), primary_key=True),
    Column("ground", String(16), nullable=False),
    Column("frozen", Instant, nullable=False),
    Column("author", String(32), nullable=False),
    Column("members", BigInteger, nullable=False),
    Column("accounts", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),  # of the frozen list
    Column("marks", String(64), nullable=False),  # of the entries of the review list behind the members
    Column("others", String(64), nullable=False),  # the same as `blocks`, in one digest, of batches without any
    # Of the members that are neither waiting nor erased, and why, by the block of the list as JSON.
    Column("blocks", Text),
    Column("noticed", Instant),
    Column("started", Instant),
    Column("ended", Instant),
    Column("checked", Instant),
    Column("certified", Instant),
    sealed("body"),
)


def fault(tx: Reading) -> str:
    """Return the first batch whose members are not what the audit accounts for as a sentence, or ""."""
    for reference in tx.execute(select(batches.c.reference).order_by(batches.c.reference)).scalars().all():
        if found := fault_of(tx, reference):
            return found
    return ""


# Whom a batch concerns. Not accounted row by row: the frozen list, the entries behind it and who is neither waiting nor
# erased have digests in the batch, and who was erased stands in the marks of the chunks, which have digests too.
members: Table = Table(
    "retention_members",
    schema.metadata,
    Column("id", String(48), primary_key=True),  # reference and place
    case_reference(),
    Column("place", Integer, nullable=False),
    Column("state", String(12), nullable=False),
    Column("reason", Text, nullable=False),
    Column("mark", String(32)),
    Column("customer", String(32)),  # blind indexes
    Column("email", String(32)),
    Column("letter", String(24)),
    Column("sealed", LargeBinary),  # key, e-mail, phone, name, what it was listed for; empty once it is over
    Index("retention_members_batch", "reference", "state", "id"),
    Index("retention_members_customer", "customer"),
    Index("retention_members_email", "email"),
    info={"check": fault},
)


def fault_of(tx: Reading, reference: str) -> str:
    """Return what is wrong with a batch's members as a sentence, or "": a state, a reason or a mark set by hand."""
    row = tx.execute(select(batches.c.ground, batches.c.marks, batches.c.others, batches.c.blocks)
                     .where(batches.c.reference == reference)).one_or_none()  # fmt: skip
    if row is None:
        return ""
    others = _others(tx, reference) if row.blocks is None else _written(_blocks(tx, reference))
    known = row.others if row.blocks is None else row.blocks
    if marks_digest(tx, reference) == row.marks and others == known:
        erased = _erased(tx, reference)
        erased.subtract(erasing.marks_done(tx, reference, scope_of(row.ground)))
        if not any(erased.values()):
            return ""
    return f"The accounts of {reference} were changed outside this program. Restore a backup of the casebook."


def within(reference: str, after: str = "") -> tuple[Any, ...]:
    """Return the tests for the members of a batch after one of them, which the primary key answers in their order.

    The reference is tested so that no index is read for it: by state, each page would sort all members that are left.
    """
    first, last = after or f"{reference}/", f"{reference}/{'9' * 7}"
    return (func.coalesce(members.c.reference, "") == reference, members.c.id > first, members.c.id <= last)


def mark(tx: Writing, ids: Sequence[str], state: Outcome | str, reason: str = "") -> None:
    """Set the state of members of one batch, many by one statement; the caller writes the audit entry.

    Whoever is not simply erased is accounted for in the batch, so that no state and no reason can be set by hand.
    """
    if not ids:
        return
    reference = ids[0].rpartition("/")[0]
    told = state not in ("erased", WAITING) or _tried(tx, reference)
    for at in range(0, len(ids), BLOCK):
        chosen = members.c.id.in_(ids[at : at + BLOCK])
        tx.connection.execute(update(members).where(chosen).values(state=state, reason=reason))
    if not told:
        return
    known = tx.execute(select(batches.c.blocks).where(batches.c.reference == reference)).scalar_one()
    if known is None:
        tx.update(batches, reference, others=_others(tx, reference))
        return
    blocks: dict[str, str] = json.loads(known)
    for number in sorted({_block(key) for key in ids}):
        first, last = (f"{reference}/{place:07d}" for place in (number * BLOCK + 1, (number + 1) * BLOCK))
        part = _blocks(tx, reference, members.c.id >= first, members.c.id <= last)
        blocks = {**{name: one for name, one in blocks.items() if name != str(number)}, **part}
    tx.update(batches, reference, blocks=_written(blocks))


def _block(key: str) -> int:
    return (int(key.rpartition("/")[2]) - 1) // BLOCK


def _blocks(tx: Reading, reference: str, *where: Any) -> dict[str, str]:
    """Return the digest of each block of a batch that has members to account for."""
    by_block: dict[int, list[tuple[str, ...]]] = {}
    tests = (*within(reference), *where) if where else (members.c.reference == reference,)
    for row in tx.execute(select(members.c.id, members.c.state, members.c.reason).where(*tests, _told())):
        by_block.setdefault(_block(row.id), []).append(tuple(row))
    return {str(number): _digest(sorted(rows)) for number, rows in by_block.items()}


def _written(blocks: Mapping[str, str]) -> str:
    return json.dumps(blocks, sort_keys=True)


def _told() -> Any:
    """Return the test that a member is neither waiting nor simply erased."""
    return (members.c.state.not_in((WAITING, "erased"))) | (members.c.reason != "")


def marks_digest(tx: Reading, reference: str) -> str:
    """Return the digest of which entry of the review list is behind which member."""
    asked = select(members.c.id, members.c.mark).where(members.c.reference == reference, members.c.mark.is_not(None))
    return _digest(sorted(tuple(row) for row in tx.execute(asked)))


def _others(tx: Reading, reference: str) -> str:
    asked = select(members.c.id, members.c.state, members.c.reason).where(members.c.reference == reference, _told())
    return _digest(sorted(tuple(row) for row in tx.execute(asked)))


def _erased(tx: Reading, reference: str) -> Counter[tuple[str | None, str | None]]:
    asked = select(members.c.customer, members.c.email).where(
        members.c.reference == reference, members.c.state == "erased"
    )
    return Counter((customer, email) for customer, email in tx.execute(asked))


def _tried(tx: Reading, reference: str) -> bool:
    asked = select(members.c.id).where(members.c.reference == reference, members.c.state.in_(_OPEN)).limit(1)
    return tx.execute(asked).first() is not None


def _digest(rows: Sequence[tuple[str, ...]]) -> str:
    return hashlib.sha256(msgspec.json.encode(rows)).hexdigest() if rows else ""
