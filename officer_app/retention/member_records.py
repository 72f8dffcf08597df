"""The tables of batches and of their members, what became of a member, and the check that nobody changed it by hand."""

import hashlib
from collections import Counter
from collections.abc import Sequence

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
    select,
    update,
)

from officer_app.base.erasure import Outcome
from officer_app.casebook import erasing, schema
from officer_app.casebook.schema import Instant, accounted, case_reference, sealed
from officer_app.casebook.transaction import Reading, Writing
from officer_app.retention.batch import WAITING, scope_of

_OPEN = ("failed", "unknown")

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
    Column("others", String(64), nullable=False),  # of the members that are neither waiting nor erased, and why
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
    row = tx.execute(select(batches.c.ground, batches.c.marks, batches.c.others)
                     .where(batches.c.reference == reference)).one_or_none()  # fmt: skip
    if row is None:
        return ""
    whole = f"{marks_digest(tx, reference)}{_others(tx, reference)}" == f"{row.marks}{row.others}"
    if whole and _erased(tx, reference) == Counter(erasing.marks_done(tx, reference, scope_of(row.ground))):
        return ""
    return f"The accounts of {reference} were changed outside this program. Restore a backup of the casebook."


def mark(tx: Writing, ids: Sequence[str], state: Outcome | str, reason: str = "") -> None:
    """Set the state of members of one batch by one statement; the caller writes the audit entry.

    Whoever is not simply erased is accounted for in the batch, so that no state and no reason can be set by hand.
    """
    if not ids:
        return
    reference = ids[0].rpartition("/")[0]
    told = state not in ("erased", WAITING) or _tried(tx, reference)
    tx.connection.execute(update(members).where(members.c.id.in_(ids)).values(state=state, reason=reason))
    if told:
        tx.update(batches, reference, others=_others(tx, reference))


def marks_digest(tx: Reading, reference: str) -> str:
    """Return the digest of which entry of the review list is behind which member."""
    asked = select(members.c.id, members.c.mark).where(members.c.reference == reference, members.c.mark.is_not(None))
    return _digest(sorted(tuple(row) for row in tx.execute(asked)))


def _others(tx: Reading, reference: str) -> str:
    asked = select(members.c.id, members.c.state, members.c.reason).where(
        members.c.reference == reference, (members.c.state.not_in((WAITING, "erased"))) | (members.c.reason != "")
    )
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
