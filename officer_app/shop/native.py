"""The tables of the native shop: the demo's, and what the profile `native` describes."""

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

metadata = sa.MetaData()


def _exact(length: int) -> sa.types.TypeEngine[str]:
    """Return text that compares and sorts by its code points everywhere, so that an index serves a prefix."""
    return (
        sa.String(length)
        .with_variant(postgresql.VARCHAR(length, collation="C"), "postgresql")
        .with_variant(mysql.VARCHAR(length, collation="utf8mb4_bin"), "mysql", "mariadb")
    )


def _yes(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())


def _person() -> list[sa.Column[str]]:
    """Return the columns of a postal address."""
    return [
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("company", sa.String(200)),
        sa.Column("line1", sa.String(200), nullable=False),
        sa.Column("line2", sa.String(200)),
        sa.Column("city", sa.String(120), nullable=False),
        sa.Column("postcode", sa.String(20)),
        sa.Column("region", sa.String(120)),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("phone", sa.String(40)),
        sa.Column("phone_normal", _exact(20)),
    ]


customers = sa.Table(
    "customers",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite"), primary_key=True),
    sa.Column("email", sa.String(254)),
    sa.Column("email_normal", _exact(254), unique=True),
    sa.Column("first_name", sa.String(150), nullable=False),
    sa.Column("last_name", sa.String(150), nullable=False),
    sa.Column("name_forward", _exact(310), nullable=False, index=True),
    sa.Column("name_backward", _exact(310), nullable=False, index=True),
    sa.Column("phone", sa.String(40)),
    sa.Column("phone_normal", _exact(20), index=True),
    sa.Column("country", sa.String(2)),
    sa.Column("language", sa.String(5)),
    sa.Column("created_at", sa.DateTime, nullable=False, index=True),
    sa.Column("last_login_at", sa.DateTime, index=True),
    sa.Column("password_hash", sa.String(200), nullable=False, server_default=""),
    sa.Column("state", sa.String(20), nullable=False, server_default="active"),
    _yes("is_staff"),
    sa.Column("cancel_requested_at", sa.DateTime),
    _yes("found_false"),
    _yes("rule_breaking"),
    _yes("consent_email"),
    sa.Column("consent_email_at", sa.DateTime),
    _yes("consent_phone"),
    sa.Column("consent_phone_at", sa.DateTime),
)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite"), primary_key=True)


def _customer() -> sa.Column[int]:
    return sa.Column("customer_id", sa.ForeignKey("customers.id"), index=True)


def _order() -> sa.Column[int]:
    return sa.Column("order_id", sa.ForeignKey("orders.id"), index=True, nullable=False)


addresses = sa.Table(
    "addresses",
    metadata,
    _id(),
    _customer(),
    *_person(),
    _yes("is_default"),
    sa.Index("addresses_phone", "phone_normal"),
)
orders = sa.Table(
    "orders",
    metadata,
    _id(),
    _customer(),
    sa.Column("number", _exact(40), nullable=False, unique=True),
    sa.Column("email", sa.String(254)),
    sa.Column("email_normal", _exact(254)),
    sa.Column("placed_at", sa.DateTime, nullable=False, index=True),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("payment_state", sa.String(20), nullable=False),
    sa.Column("total_minor", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Index("orders_customer_placed", "customer_id", "placed_at"),
    sa.Index("orders_email_placed", "email_normal", "placed_at"),
)
order_lines = sa.Table(
    "order_lines",
    metadata,
    _id(),
    _order(),
    sa.Column("title", sa.String(200), nullable=False),
    sa.Column("quantity", sa.Integer, nullable=False),
    sa.Column("price_minor", sa.BigInteger, nullable=False),
)
order_addresses = sa.Table(
    "order_addresses", metadata, _id(), _order(), sa.Column("role", sa.String(10), nullable=False), *_person()
)
payments = sa.Table(
    "payments",
    metadata,
    _id(),
    _order(),
    _customer(),
    sa.Column("paid_at", sa.DateTime, nullable=False),
    sa.Column("method", sa.String(40), nullable=False),
    sa.Column("payer_name", sa.String(200)),
    sa.Index("payments_customer_paid", "customer_id", "paid_at"),
)
logins = sa.Table(
    "logins",
    metadata,
    _id(),
    _customer(),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("ip", sa.String(45)),
)
newsletter = sa.Table(
    "newsletter",
    metadata,
    _id(),
    _customer(),
    sa.Column("email", sa.String(254)),
    sa.Column("email_normal", _exact(254), index=True),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
)
tickets = sa.Table(
    "tickets",
    metadata,
    _id(),
    _customer(),
    sa.Column("email", sa.String(254)),
    sa.Column("email_normal", _exact(254)),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("subject", sa.String(200), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Index("tickets_customer_created", "customer_id", "created_at"),
    sa.Index("tickets_email_created", "email_normal", "created_at"),
)


def ddl() -> list[str]:
    """Return the statements that build the tables and their indexes in SQLite."""
    dialect = sqlite.dialect()
    statements: list[str] = []
    for table in metadata.sorted_tables:
        statements.append(str(CreateTable(table).compile(dialect=dialect)))
        statements += [str(CreateIndex(index).compile(dialect=dialect)) for index in sorted_indexes(table)]
    return statements


def sorted_indexes(table: sa.Table) -> list[sa.Index]:
    """Return a table's indexes in a fixed order."""
    return sorted(table.indexes, key=lambda index: str(index.name))


def columns(table: str) -> tuple[str, ...]:
    """Return the column names of a table in their order."""
    return tuple(metadata.tables[table].columns.keys())
