"""Finding, reviewing and streaming in a native shop of 1,000,000 customers, against hand-written SQL.

OFFICER_APP_BENCH_CUSTOMERS changes the size. Goal: an exact match and a name page cost at most 20 ms more than the
raw statement, which is what building the question in Python costs; the other figures are printed to be compared.
"""

import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from officer_app.shop import affected, customers, native, profile, review
from officer_app.shop.address import Address
from officer_app.shop.affected import Filter
from officer_app.shop.connection import connect

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ROUNDS = 15

_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
_FIRST = "substr('An  Binh Chi Dung Ha  Hoa Lan Minh Nam Phuc', 1 + 4 * (i % 10), 4)"
_LAST = "substr('Nguyen Tran   Le     Pham   Hoang  ', 1 + 7 * (i % 5), 7)"


def build(path: Path, count: int) -> None:
    """Write a shop of `count` customers with half as many orders, by SQL alone."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA synchronous = OFF")
        tables = [statement for statement in native.ddl() if "CREATE TABLE" in statement]
        db.execute("BEGIN")
        for statement in tables:
            db.execute(statement)
        db.execute(
            f"""{_NUMBERS} INSERT INTO customers (id, email, email_normal, first_name, last_name, name_forward,
            name_backward, phone, phone_normal, country, created_at, last_login_at, password_hash)
            SELECT i, 'c' || i || '@example.vn', 'c' || i || '@example.vn', trim({_FIRST}) || i % 997, trim({_LAST}),
            lower(trim({_FIRST}) || i % 997 || ' ' || trim({_LAST})),
            lower(trim({_LAST}) || ' ' || trim({_FIRST}) || i % 997), '0' || (900000000 + i),
            '+84' || (900000000 + i), 'VN', datetime('2026-11-23', '-' || (100 + i % 1000) || ' days'),
            datetime('2026-11-23', '-' || (i % 120) || ' days'), 'x' FROM n""",
            (count,),
        )
        db.execute(
            f"""{_NUMBERS} INSERT INTO orders (id, customer_id, number, email, email_normal, placed_at, state,
            payment_state, total_minor, currency)
            SELECT i, iif(i % 20 = 0, NULL, i * 2), 'S' || i, iif(i % 20 = 0, 'g' || i || '@example.org', NULL),
            iif(i % 20 = 0, 'g' || i || '@example.org', NULL),
            datetime('2026-11-23', '-' || (i % 300) || ' days'),
            CASE WHEN i % 20 = 1 THEN 'paid' ELSE 'delivered' END, 'paid', 100, 'VND' FROM n""",
            (count // 2,),
        )
        db.execute(
            f"""{_NUMBERS} INSERT INTO addresses (id, customer_id, name, line1, city, postcode, country, is_default)
            SELECT i, i, 'Name ' || i, i || ' Le Loi', 'Hue', '530000', 'VN', 1 FROM n""",
            (count,),
        )
        for statement in native.ddl():
            if "CREATE TABLE" not in statement:
                db.execute(statement)
        db.execute("COMMIT")
        db.execute("ANALYZE")


def milliseconds(work: Callable[[], object]) -> float:
    """Return how long `work` took."""
    begin = time.perf_counter()
    work()
    return (time.perf_counter() - begin) * 1000


def paired(ours: Callable[[int], object], raw: Callable[[int], object]) -> tuple[float, float]:
    """Return the median of both, run in turns."""
    both = [(milliseconds(lambda r=r: ours(r)), milliseconds(lambda r=r: raw(r))) for r in range(ROUNDS)]  # type: ignore[misc]
    return statistics.median(a for a, _ in both[3:]), statistics.median(b for _, b in both[3:])


def run() -> dict[str, object]:
    """Return the figures in milliseconds and their ratios; `met` when all goals are reached."""
    count = int(os.environ.get("OFFICER_APP_BENCH_CUSTOMERS", "1000000"))
    result: dict[str, object] = {"customers": count}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shop.sqlite"
        result["build s"] = milliseconds(lambda: build(path, count)) / 1000
        with (
            closing(connect(Address("sqlite", path=str(path)), "", profile.load("native"), seconds=120)) as shop,
            closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as raw,
        ):
            met = True

            def key(number: int) -> int:
                return 1 + (number * 7919 * 131) % count

            exact, bare = paired(
                lambda r: customers.find(shop, f"c{key(r)}@example.vn"),
                lambda r: raw.execute(
                    "SELECT * FROM customers WHERE email_normal = ?", (f"c{key(r)}@example.vn",)
                ).fetchall(),
            )
            result |= {"exact e-mail ms": exact, "exact raw ms": bare}
            met = met and exact <= bare + 20
            named, bare = paired(
                lambda r: customers.find(shop, ("nguyen", "an", "pham h", "le")[r % 4]),
                lambda r: raw.execute(
                    "SELECT * FROM customers WHERE name_forward >= ? AND name_forward < ? "
                    "ORDER BY name_forward, id LIMIT 51",
                    (("nguyen", "an", "pham h", "le")[r % 4], ("nguyen", "an", "pham h", "le")[r % 4] + "\U0010ffff"),
                ).fetchall(),
            )
            result |= {"name page ms": named, "name raw ms": bare}
            met = met and named <= bare + 20
            cutoff = (NOW - timedelta(days=60)).replace(tzinfo=None).isoformat(" ")
            for place, start in (("first", 0), ("deep", int(count * 0.95))):
                paged, bare = paired(
                    lambda r, s=start: review.candidates(shop, now=NOW, after=(None, str(s + r)), limit=100),  # type: ignore[misc]
                    lambda r, s=start: raw.execute(  # type: ignore[misc]
                        """SELECT c.* FROM customers c WHERE c.id > ? AND (c.last_login_at IS NULL OR
                        c.last_login_at < ?) AND c.created_at < ? AND NOT EXISTS (SELECT 1 FROM orders o WHERE
                        o.customer_id = c.id AND o.placed_at >= ?) ORDER BY c.id LIMIT 101""",
                        (s + r, cutoff, cutoff, cutoff),
                    ).fetchall(),
                )
                result |= {f"review page {place} ms": paged, f"review page {place} raw ms": bare}
            result["review count s"] = milliseconds(lambda: review.count(shop, now=NOW)) / 1000
            result["affected count s"] = milliseconds(lambda: affected.count(shop, Filter())) / 1000
            some = min(100, count // 1000)
            taken = milliseconds(lambda: list(islice(affected.stream(shop, Filter()), some))) / 1000
            result["affected streamed per s"] = some * 1000 / taken
            result["met"] = met
    return result
