"""Erased accounts in a shop that django-oscar made: nothing of them is left, and the shop works on."""

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Hashable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from officer_app.base.erasure import Person
from officer_app.shop import erasure, guest_orders, order_review, order_trace, profile
from officer_app.shop.address import Address
from officer_app.shop.connection import Shop, connect
from officer_app.shop.erasure_verify import verify
from tests.shop.conftest import SITE

ORDER_TABLES = {"order_shippingaddress", "order_billingaddress", "order_ordernote"}


def ask_site(where: Path | Address, *words: str) -> Any:
    """Let the shop's own code do something."""
    if isinstance(where, Address):
        known = {"ENGINE": "django.db.backends.postgresql", "NAME": where.database, "USER": where.user}
        database = json.dumps(known | {"HOST": where.host})
    else:
        database = json.dumps({"ENGINE": "django.db.backends.sqlite3", "NAME": str(where)})
    done = subprocess.run(
        [sys.executable, SITE, database, *words], cwd=SITE.parent, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout) if done.stdout else None


@contextmanager
def by_hand(where: Path | Address) -> Iterator[sa.Connection]:
    """Give a connection that is not the program's."""
    if isinstance(where, Address):
        url = sa.URL.create("postgresql+psycopg", where.user, database=where.database, query={"host": where.host})
    else:
        url = sa.URL.create("sqlite", database=str(where))
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def content(where: Path | Address) -> dict[str, set[tuple[Any, ...]]]:
    """Return all rows of all tables."""
    with by_hand(where) as db:
        names = sa.inspect(db).get_table_names()
        found = {name: db.exec_driver_sql(f'SELECT * FROM "{name}"').all() for name in names}
    return {name: {tuple(map(_plain, row)) for row in rows} for name, rows in found.items()}


def _plain(value: Any) -> Any:
    return value if isinstance(value, Hashable) else json.dumps(value, sort_keys=True)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=(pytest.mark.server, pytest.mark.slow))])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | Address:
    """Give a shop that the test may change, on each engine."""
    if request.param == "sqlite":
        return Path(shutil.copy(request.getfixturevalue("oscar_sqlite"), tmp_path / "shop.sqlite"))
    made: Address = request.getfixturevalue("oscar_postgres")
    url = sa.URL.create("postgresql+psycopg", made.user, database="postgres", query={"host": made.host})
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE IF EXISTS oscar_erased WITH (FORCE)")
        connection.exec_driver_sql("CREATE DATABASE oscar_erased TEMPLATE oscar_shop")
    engine.dispose()
    return replace(made, database="oscar_erased")


def named(rows: dict[str, set[tuple[Any, ...]]], words: set[str]) -> dict[str, int]:
    """Return by table how many rows hold one of the words, whatever stands around it."""
    found: dict[str, int] = {}
    for table, lines in rows.items():
        for line in lines:
            text = " ".join(str(value) for value in line if isinstance(value, str)).lower()
            pieces = set(text.replace("@", " ").replace(".", " ").replace("<", " ").replace(">", " ").split())
            if pieces & words or any(piece.lstrip("-") in words for piece in text.replace("-", " -").split()):
                found[table] = found.get(table, 0) + 1
    return found


def test_nothing_of_the_erased_is_left_and_the_shop_works_on(
    place: Path | Address, trials: Callable[[int, int], int]
) -> None:
    count = trials(20, 500)
    path = place
    ask_site(path, "crowd", str(count + 10))
    before, worked = content(path), ask_site(path, "use")
    with by_hand(path) as db:
        asked = "SELECT id, username, email FROM auth_user WHERE lower(username) LIKE 'quyen%' ORDER BY id"
        rows = db.execute(sa.text(asked)).all()
    chosen, kept = rows[:count], rows[count:]
    people = [
        Person(f"{n:05}", str(key), email, f"+8491{n:07}", name) for n, (key, name, email) in enumerate(chosen)
    ]
    words = {word for n in range(count) for word in (f"quyen{n}zz", f"vuong{n}zz", f"pho{n}zz", f"+8491{n:07}")}
    assert len(named(before, words)) == 14
    with closing(opened(path)) as shop:
        assert not verify(shop, people, "account").clean
        erase(shop, people, "account")
        after = content(path)
        left = named(after, words)
        assert set(left) == ORDER_TABLES, left
        found = verify(shop, people, "account")
        assert found.clean
        assert {line.table for line in found.lines if line.state == "kept"} <= ORDER_TABLES
        with by_hand(path) as db:
            _only_theirs_changed(db, before, after, {key for key, *_ in chosen}, words)
        works = ask_site(path, "use")
        erased = {key for key, *_ in chosen}
        assert works["signed in"] == [key for key in worked["signed in"] if key not in erased]
        assert {key for key, *_ in kept} <= set(works["signed in"])
        assert works["orders"] == worked["orders"]
        assert len(works["all orders"]) == len(worked["all orders"])
        year = datetime.now(UTC) + timedelta(days=366)
        whose = {one.key for one in order_review.past(shop, year, limit=10_000).rows}
        assert whose >= {person.key for person in people}  # each ordered, and nothing is younger than next year
        assert order_review.erased(shop, whose) == {person.key for person in people}
        assert order_review.years(shop) == 10
        assert not order_review.past(shop, year - timedelta(days=366 * 30), limit=10_000).rows
        erase(shop, [replace(person, ground="orders", email="") for person in people], "orders", year)
        assert {one.key for one in order_review.past(shop, year, limit=10_000).rows} == whose - {p.key for p in people}
        assert named(content(path), words) == {}
        assert verify(shop, people, "orders").clean
        listed = ask_site(path, "use")["all orders"]
        assert len(listed) == len(worked["all orders"])
        assert all("False" not in line for line in listed), "the shop would write another search text"


def opened(where: Path | Address) -> Shop:
    """Connect the shop."""
    address = where if isinstance(where, Address) else Address("sqlite", path=str(where), profile="django-oscar")
    return connect(address, "", profile.load("django-oscar"))


def erase(shop: Shop, people: list[Person], scope: Any, cutoff: datetime | None = None) -> None:
    """Erase all in chunks."""
    with closing(erasure.connect(shop, shop.address.user, "")) as eraser:
        for start in range(0, len(people), 100):
            part = people[start : start + 100]
            done = eraser.erase(part, scope, f"{start:032x}", cutoff)
            assert len(done.done) == len(part), done.skipped


def test_old_orders_of_guests_go_by_their_email_however_it_is_written(place: Path | Address) -> None:
    """A guest's orders lose e-mail and address; those of somebody with an account go with the account only."""
    before = content(place)
    year = datetime.now(UTC) + timedelta(days=366)
    with closing(opened(place)) as shop:
        found = {one.email or one.key: one for one in guest_orders.page(shop, year).rows}
        asleep = {key for key, one in found.items() if not one.email}
        assert {email for email in found if "@" in email} == {"guest@example.org"}
        assert len(asleep) == 1
        guest = found["guest@example.org"]
        assert guest_orders.emails_of(shop, [guest.key]) == {guest.key: "guest@example.org"}
        assert not [one for one in guest_orders.page(shop, year - timedelta(days=366 * 2)).rows if one.email]
        people = [Person("1", "", guest.email, ground="orders"), Person("2", asleep.pop(), ground="orders")]
        rows = [row for theirs in order_trace.of(shop, people, "orders").values() for row in theirs.items()]
        noted = {name: [key for entity, keys in rows if entity == name for key in keys] for name, _keys in rows}
        assert {name: len(keys) for name, keys in noted.items()} == {"order": 2, "shipping": 2}
        assert order_trace.again(shop, noted, "orders")[1] == {"order_order": 2, "order_shippingaddress": 2}
        erase(shop, people, "orders", year)
        assert not any("@" in str(row) for row in content(place)["order_order"])
        found_lines = verify(shop, people, "orders", noted=[noted]).lines
        assert {(one.table, one.state, one.rows) for one in found_lines if one.rows} == {
            ("order_order", "clean", 2), ("order_shippingaddress", "clean", 2),
        }  # fmt: skip
        after = content(place)
        with by_hand(place) as db:
            db.execute(sa.text("UPDATE order_shippingaddress SET search_text = 'Gast' WHERE id = :id"),
                       {"id": int(noted["shipping"][0])})  # fmt: skip
        assert order_trace.again(shop, noted, "orders")[1] == {"order_order": 0, "order_shippingaddress": 1}
    changed = {table for table in before if before[table] != after[table]}
    assert changed == {"order_order", "order_shippingaddress"}
    assert len(before["order_order"] - after["order_order"]) == 2


OWNERS = {"user_id", "owner_id", "recipient_id", "sender_id"}


def _only_theirs_changed(
    db: sa.Connection, before: dict[str, set[tuple[Any, ...]]], after: dict[str, set[tuple[Any, ...]]],
    keys: set[int], words: set[str],
) -> None:  # fmt: skip
    """Every row that changed or went names the erased, or points to them; every other row is as it was."""
    for table, rows in before.items():
        columns = [str(column["name"]) for column in sa.inspect(db).get_columns(table)]
        owners = [number for number, name in enumerate(columns) if name in OWNERS]
        for row in rows - after[table]:
            assert named({table: {row}}, words) or any(row[number] in keys for number in owners), (table, row)
        for row in after[table] - rows:
            assert any(row[0] == old[0] for old in rows - after[table]), (table, row)


def test_a_shared_e_mail_is_left_to_who_stays(oscar_sqlite: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(oscar_sqlite, tmp_path / "shop.sqlite"))
    with closing(sqlite3.connect(path)) as db:
        product = db.execute("SELECT id FROM catalogue_product").fetchone()[0]
        db.execute(
            "INSERT INTO customer_productalert (email, key, status, product_id, date_created) VALUES (?, ?, ?, ?, ?)",
            ("Twin@example.com", "t", "Active", product, "2026-01-01 00:00:00"),
        )
        key = db.execute("SELECT id FROM auth_user WHERE username = 'twin2'").fetchone()[0]
        db.commit()
    person = Person("1", str(key), "twin@example.com")
    with closing(opened(path)) as shop:
        erase(shop, [person], "account")
        assert verify(shop, [person], "account").clean
    emails = {row[1] for row in content(path)["customer_productalert"]}
    assert "Twin@example.com" in emails


@pytest.mark.parametrize("scope", ["account", "orders"])
def test_erasing_twice_changes_no_more(oscar_sqlite: Path, tmp_path: Path, scope: str) -> None:
    path = Path(shutil.copy(oscar_sqlite, tmp_path / "shop.sqlite"))
    ask_site(path, "crowd", "3")
    with closing(sqlite3.connect(path)) as db:
        keys = [row[0] for row in db.execute("SELECT id FROM auth_user WHERE username LIKE 'quyen%'")]

    def people() -> list[Person]:
        """List them as they stand now: a list with their old e-mails would be refused once they are erased."""
        with closing(sqlite3.connect(path)) as db:
            found = {key: db.execute("SELECT email FROM auth_user WHERE id = ?", (key,)).fetchone() for key in keys}
        return [Person(str(key), str(key), email) for key, (email,) in found.items()]

    with closing(opened(path)) as shop:
        erase(shop, people(), scope)
        once = content(path)
        erase(shop, people(), scope)
    again = content(path)
    assert {t for t in once if once[t] != again[t]} <= {"auth_user"}
