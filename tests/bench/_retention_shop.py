"""Builds the native shop of the retention benchmark by SQL alone, on each engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from officer_app.shop import native
from officer_app.shop.address import Address
from tests.servers import mariadb_with_tls, postgres
from tests.shop.conftest import maria_url, new_database

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Built:
    """A shop that was built: where it is, how to reach it by hand, and how many customers it has."""

    engine: str
    address: Address
    password: str
    url: sa.URL
    customers: int

    def eligible(self, count: int) -> list[int]:
        """Return that many accounts that nothing stands against, in the order of their keys."""
        asked = sa.text(
            "SELECT c.id FROM customers c WHERE c.id % 120 > 75 AND c.is_staff = :no AND NOT EXISTS (SELECT 1 FROM "
            "orders o WHERE o.customer_id = c.id AND (o.placed_at >= :cut OR o.state = 'paid')) ORDER BY c.id "
            "LIMIT :many"
        )
        engine = sa.create_engine(self.url)
        with engine.connect() as connection:
            bound = {"no": False, "cut": "2026-09-01 00:00:00", "many": count}
            found = list(connection.execute(asked, bound).scalars())
        engine.dispose()
        return found


@contextmanager
def built(engine: str, scale: float, folder: Path) -> Iterator[Built]:
    """Give the shop on its own server or in its own file."""
    customers, orders = int(2_000_000 * scale), int(3_000_000 * scale)
    if engine == "sqlite":
        path = folder / "shop.sqlite"
        url = sa.URL.create("sqlite", database=str(path))
        _fill(url, customers, orders)
        yield Built(engine, Address("sqlite", path=str(path)), "", url, customers)
    elif engine == "postgresql":
        with postgres() as server:
            url = new_database(server, "bench")
            _fill(url, customers, orders)
            address = Address("postgresql", host=str(url.query["host"]), database="bench", user=url.username or "")
            yield Built(engine, address, "", url, customers)
    else:
        with mariadb_with_tls() as maria:
            url = new_database(maria_url(maria), "bench")
            _fill(url, customers, orders)
            address = Address(
                "mysql", host=maria.host, port=maria.port, database="bench", user=maria.user, ca_file=str(maria.ca)
            )
            yield Built(engine, address, maria.password, url, customers)


def _fill(url: sa.URL, customers: int, orders: int) -> None:
    engine = sa.create_engine(url)
    dialect = engine.dialect.name
    kept = {table: list(table.indexes) for table in native.metadata.sorted_tables}
    with engine.begin() as connection:
        if dialect == "sqlite":
            connection.exec_driver_sql("PRAGMA synchronous = OFF")
        if dialect == "mysql":
            connection.exec_driver_sql("SET SESSION unique_checks = 0, SESSION foreign_key_checks = 0")
        for table, indexes in kept.items():
            table.indexes.clear()
            table.create(connection)
            table.indexes.update(indexes)
        for statement in _rows(dialect, customers, orders):
            # The servers' drivers read a lone % as a place for a value.
            connection.exec_driver_sql(statement if dialect == "sqlite" else statement.replace("%", "%%"))
        for indexes in kept.values():
            for index in indexes:
                index.create(connection)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if dialect == "mysql":
            names = ", ".join(table.name for table in kept)
            connection.exec_driver_sql(f"ANALYZE TABLE {names}").all()
        else:
            connection.exec_driver_sql("VACUUM ANALYZE" if dialect == "postgresql" else "ANALYZE")
    engine.dispose()


def _rows(dialect: str, customers: int, orders: int) -> Iterator[str]:
    """Yield the statements that fill the tables; half of the customers were silent for more than 60 days."""

    def some(count: int) -> tuple[str, str]:
        if dialect == "postgresql":
            return "", f"generate_series(1, {count}) AS n(i)"
        if dialect == "mysql":
            return "", f"(SELECT seq AS i FROM seq_1_to_{count}) n"
        return f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) ", "n"

    def text(*parts: str) -> str:
        return f"CONCAT({', '.join(parts)})" if dialect == "mysql" else " || ".join(parts)

    def ago(days: str) -> str:
        if dialect == "sqlite":
            return f"datetime('2026-11-23', '-' || ({days}) || ' days')"
        if dialect == "mysql":
            return f"TIMESTAMP('2026-11-23') - INTERVAL ({days}) DAY"
        return f"TIMESTAMP '2026-11-23' - ({days}) * INTERVAL '1 day'"

    no = "FALSE" if dialect != "sqlite" else "0"
    email = text("'c'", "i", "'@example.vn'")
    phone = text("'+849'", "(100000000 + i)")
    name = text("'hoa'", "(i % 997)", "' nguyen'", "(i % 31)")
    lead, numbers = some(customers)
    yield f"""INSERT INTO customers (id, email, email_normal, first_name, last_name, name_forward, name_backward,
        phone, phone_normal, country, created_at, last_login_at, password_hash, state, is_staff, found_false,
        rule_breaking, consent_email, consent_phone) {lead}SELECT i, {email}, {email}, {text("'Hoa'", "(i % 997)")},
        {text("'Nguyen'", "(i % 31)")}, {name}, {name}, {phone}, {phone}, 'VN', {ago("200 + i % 900")},
        {ago("i % 120")}, 'x', 'active', {no}, {no}, {no}, {no}, {no} FROM {numbers}"""
    yield f"""INSERT INTO addresses (id, customer_id, name, line1, city, postcode, country, phone, phone_normal,
        is_default) {lead}SELECT i, i, {text("'Hoa '", "i")}, {text("i", "' Le Loi'")}, 'Hue', '530000', 'VN', {phone},
        {phone}, {no} FROM {numbers}"""
    yield f"""INSERT INTO logins (id, customer_id, at, ip) {lead}SELECT i, i, {ago("i % 120")}, '10.0.0.1'
        FROM {numbers}"""
    lead, numbers = some(orders)
    theirs = text("'c'", f"(1 + i % {customers})", "'@example.vn'")
    yield f"""INSERT INTO orders (id, customer_id, number, email, email_normal, placed_at, state, payment_state,
        total_minor, currency) {lead}SELECT i, 1 + i % {customers}, {text("'S'", "i")}, {theirs}, {theirs},
        {ago("i % 700")}, CASE WHEN i % 50 = 1 THEN 'paid' ELSE 'delivered' END, 'paid', 100, 'VND' FROM {numbers}"""
    yield f"""INSERT INTO payments (id, order_id, customer_id, paid_at, method, payer_name) {lead}SELECT i, i,
        1 + i % {customers}, {ago("i % 700")}, 'card', {text("'Hoa '", "i")} FROM {numbers}"""
    lead, numbers = some(max(1, customers // 3))
    third = text("'c'", "(i * 3)", "'@example.vn'")
    yield f"""INSERT INTO newsletter (id, customer_id, email, email_normal, created_at, state) {lead}SELECT i, NULL,
        {third}, {third}, {ago("100")}, 'active' FROM {numbers}"""
    lead, numbers = some(max(1, customers // 10))
    tenth = text("'c'", "(i * 10)", "'@example.vn'")
    yield f"""INSERT INTO tickets (id, customer_id, email, email_normal, created_at, subject, state) {lead}SELECT i,
        i * 10, {tenth}, {tenth}, {ago("300")}, 'A question', 'closed' FROM {numbers}"""
