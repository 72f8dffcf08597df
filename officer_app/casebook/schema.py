"""The casebook's MetaData, its column types, and the tables that belong to no desk."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    type_coerce,
)

from officer_app.base.errors import KnownError

_WIDTH = len("2026-11-28T18:30:00.000000Z")

metadata = MetaData()
"""Every table of the casebook; the desks' `records` add theirs to it."""


def instant_text(value: datetime) -> str:
    """Return an aware datetime as it is stored: fixed width, UTC, microseconds."""
    if value.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def read_instant(text: str | None) -> datetime | None:
    """Return the instant of `instant_text`, None of None; KnownError when it was not written by it."""
    if text is None:
        return None
    try:
        ours = len(text) == _WIDTH and text[10] == "T" and text[26] == "Z"
        return datetime.fromisoformat(text if ours else "")  # ten times as fast as strptime
    except (TypeError, ValueError):
        raise KnownError(
            "A date in this casebook was changed outside this program. Run the audit check and restore a backup."
        ) from None


class Instant(TypeDecorator[datetime]):
    """An aware datetime kept as fixed-width ISO 8601 UTC text, so that both databases sort and digest it alike."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else instant_text(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:  # noqa: ARG002
        return read_instant  # itself, without two calls around it: a list has several in each row


def stored(table: Table) -> list[ColumnElement[Any]]:
    """Return the table's columns as they stand in the database, so that what was changed by hand can still be read."""
    return [
        type_coerce(column, String).label(column.name) if isinstance(column.type, Instant) else column
        for column in table.columns
    ]


NO_DUE = datetime(9999, 12, 31, tzinfo=UTC)
"""What stands in `next_due` of a case with nothing due."""


def sealed(name: str = "sealed") -> Column[Any]:
    """Return a column whose plain value is a JSON object that never meets the table unsealed."""
    return Column(name, LargeBinary, info={"sealed": True})


def accounted(name: str, *columns: Any) -> Table:
    """Return a table whose every row is accounted for in the audit.

    It has a text primary key first; `reference` names the case whose key seals the row (none: the store's key), and
    `version` counts its saves.
    """
    return Table(name, metadata, *columns, Column("version", Integer, nullable=False), info={"accounted": True})


def case_reference(*, nullable: bool = False) -> Column[Any]:
    """Return the column that ties a row to its case."""
    return Column("reference", String(32), ForeignKey("cases.reference"), nullable=nullable)


store = accounted(
    "store",
    Column("id", String(32), primary_key=True),
    Column("created", Instant, nullable=False),
    Column("root", String(64), nullable=False),  # fingerprint of the first manager's signing key
    Column("demo", Integer, nullable=False),
    Column("kit_confirmed", Instant),
)

roster = accounted(
    "roster",  # who came, changed and left, recovery kits and key epochs: a signed, hash-chained line, never edited
    Column("id", String(12), primary_key=True),
    Column("body", Text, nullable=False),
    Column("signature", LargeBinary, nullable=False),
)

people = accounted(
    "people",  # what a person's passphrase opens; name, roles and public keys stand in the roster alone
    Column("id", String(32), primary_key=True),
    Column("kdf", Text, nullable=False),
    Column("private", LargeBinary, nullable=False),  # both private keys, sealed under the passphrase's key
)

store_keys = accounted(
    "store_keys",  # the store root key of an epoch, wrapped to one person or recovery kit
    Column("id", String(80), primary_key=True),
    Column("epoch", Integer, nullable=False),
    Column("holder", String(40), nullable=False),
    Column("holder_key", LargeBinary, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
)

inner_keys = accounted(
    "inner_keys",  # keys below the root that outlive an epoch: blind index, audit, settings
    Column("id", String(40), primary_key=True),
    Column("epoch", Integer, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
)

cases = accounted(
    "cases",
    Column("reference", String(32), primary_key=True),
    Column("desk", String(16), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("state", String(40), nullable=False),
    Column("opened", Instant, nullable=False),
    Column("closed", Instant),
    Column("assignee", String(32)),
    Column("waiting_for", String(40)),
    Column("next_due", Instant, nullable=False),  # the earliest deadline not met, else the end of time: it sorts last
    Column("case_key", LargeBinary),  # none once destroyed
    Column("key_epoch", Integer, nullable=False),
    Index("cases_due", "desk", "closed", "next_due", "reference"),
    Index("cases_opened", "desk", "opened", "reference"),
    Index("cases_assignee", "desk", "assignee", "next_due"),
)

case_deadlines = accounted(
    "case_deadlines",
    Column("id", String(32), primary_key=True),
    case_reference(),
    Column("duty", String(40), nullable=False),
    Column("rule", String(60), nullable=False),
    Column("pack", String(40), nullable=False),
    Column("pack_version", String(40), nullable=False),
    Column("source", Text, nullable=False),
    Column("rule_text", Text, nullable=False),  # the rule as it stood when the case was opened
    Column("asked", Text, nullable=False),  # what was asked of the rule, so that it can be computed anew
    Column("verified", Integer, nullable=False),
    Column("how", Text, nullable=False),
    Column("start", Instant, nullable=False),
    Column("due", Instant, nullable=False),
    Column("outer", Instant),
    Column("met", Instant),
    Index("deadlines_open", "met", "due"),
    Index("deadlines_case", "reference"),
)

case_people = accounted(
    "case_people",
    Column("id", String(32), primary_key=True),
    case_reference(),
    Column("role", String(24), nullable=False),
    Column("customer", String(32)),  # blind indexes, hex
    Column("email", String(32)),
    Column("plain", String(32)),  # the e-mail address without a "+tag"
    Column("phone", String(32)),
    Index("case_people_customer", "customer"),
    Index("case_people_email", "email"),
    Index("case_people_plain", "plain"),
    Index("case_people_phone", "phone"),
    Index("case_people_case", "reference"),
)

holds = accounted(
    "holds",
    Column("id", String(32), primary_key=True),
    case_reference(),
    Column("customer", String(32)),
    Column("email", String(32)),
    Column("placed", Instant, nullable=False),
    Column("released", Instant),
    sealed(),
    Index("holds_customer", "customer"),
    Index("holds_email", "email"),
)

evidence = accounted(
    "evidence",
    Column("id", String(32), primary_key=True),
    case_reference(),
    Column("added", Instant, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("chunks", Integer, nullable=False),
    sealed(),  # name, type, SHA-256, file key
    Index("evidence_case", "reference"),
)

# The sealed bytes of evidence and notices. Each chunk is bound to its file, place and end by the seal, and the file's
# digest stands in an accounted row, so that these rows need no digest of their own.
chunks = Table(
    "chunks",
    metadata,
    Column("file", String(40), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

numbers = accounted(
    "numbers",
    Column("id", String(12), primary_key=True),  # series and local year: "C-2026"
    Column("last", BigInteger, nullable=False),
)

notices = accounted(
    "notices",
    Column("number", String(24), primary_key=True),
    case_reference(),
    Column("kind", String(40), nullable=False),
    Column("language", String(8), nullable=False),
    Column("state", String(16), nullable=False),
    Column("reserved", Instant, nullable=False),
    Column("issued", Instant),
    Column("issued_by", String(32)),
    Column("approved_by", String(32)),
    Column("sent", Instant),
    Column("sent_by", String(32)),
    Column("channel", String(24)),
    Column("letters", Integer, nullable=False),
    Column("text_version", String(20), nullable=False),
    Column("pack_version", String(200), nullable=False),
    Column("sha256", String(64)),
    Column("size", BigInteger),
    Column("chunks", Integer, nullable=False),
    Column("replaces", String(24)),
    Column("reason", Text),
    sealed(),  # title, recipient, file key
    Index("notices_case", "reference"),
)

leases = accounted(
    "leases",  # who erases a batch, or prints a run, now; only one may
    Column("id", String(64), primary_key=True),  # case, and scope or run
    case_reference(),
    Column("holder", String(32), nullable=False),
    Column("process", String(200), nullable=False),
    Column("beat", Instant, nullable=False),
    Column("ended", Instant),
)

erasures = accounted(
    "erasures",  # one chunk of a batch: the intent before the shop is touched, and its result
    Column("id", String(32), primary_key=True),  # also marks the rows in the shop
    case_reference(),
    Column("scope", String(12), nullable=False),
    Column("state", String(12), nullable=False),
    Column("people", Integer, nullable=False),
    Column("digest", String(64), nullable=False),  # of the tombstones
    Column("counts", Text),
    Column("started", Instant, nullable=False),
    Column("ended", Instant),
    sealed(),  # the list, until the result is known
    Index("erasures_batch", "reference", "scope", "started"),
    Index("erasures_state", "state"),
)

# Who is named by an intent, and stays erased by it: keyed marks only. Their digest stands in the accounted row above.
tombstones = Table(
    "tombstones",
    metadata,
    Column("erasure", String(32), ForeignKey("erasures.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("customer", String(32)),
    Column("email", String(32)),
    Index("tombstones_customer", "customer"),
    Index("tombstones_email", "email"),
)

packages = accounted(
    "packages",  # made of a hand-over's files; of a passphrase letter nothing is kept but its number
    Column("id", String(32), primary_key=True),
    case_reference(),
    Column("form", String(16), nullable=False),
    Column("made", Instant, nullable=False),
    Column("made_by", String(32), nullable=False),
    Column("letter", String(24)),
    Column("signed", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("chunks", Integer, nullable=False),
    sealed(),  # name, recipient, fingerprint of the certificate, file key
    Index("packages_case", "reference"),
)

settings = accounted(
    "settings", Column("name", String(60), primary_key=True), Column("reference", String(32)), sealed()
)

drafts = Table(
    "drafts",
    metadata,
    Column("person", String(32), primary_key=True),
    Column("place", String(120), primary_key=True),
    Column("saved", Instant, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("prev", String(64), nullable=False, unique=True),
    Column("hash", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", String(32), nullable=False),
    Column("action", String(40), nullable=False),
    Column("reference", String(32)),
    Column("operation", String(32), nullable=False),
    Column("body", Text, nullable=False),
    Column("details", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    UniqueConstraint("operation", "reference", "seq", name="audit_operation"),
    Index("audit_case", "reference", "seq"),
    Index("audit_person", "actor", "seq"),
    Index("audit_at", "at"),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
)
