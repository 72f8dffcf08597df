"""The demo shop is the same for the same moment, lies before it, and holds every kind of person."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from officer_app.base.errors import KnownError
from officer_app.base.person import comparable_name, normal_email, normal_phone
from officer_app.demo import shop
from officer_app.shop import native

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def test_the_same_moment_gives_the_same_shop(tmp_path: Path) -> None:
    assert shop.rows(NOW, 300) == shop.rows(NOW, 300)
    shop.build(tmp_path / "shop.sqlite", NOW, 300)
    with closing(sqlite3.connect(tmp_path / "shop.sqlite")) as connection:
        for table, rows in shop.rows(NOW, 300).items():
            assert connection.execute(f"SELECT * FROM {table} ORDER BY id").fetchall() == rows
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_dates_move_with_now() -> None:
    later = NOW + timedelta(days=100)
    column = native.columns("customers").index("created_at")
    for early, late in zip(shop.rows(NOW, 50)["customers"], shop.rows(later, 50)["customers"], strict=True):
        moved = datetime.fromisoformat(late[column]) - datetime.fromisoformat(early[column])
        assert moved == timedelta(days=100)


def test_nothing_lies_in_the_future_and_normal_forms_are_normal() -> None:
    made = shop.rows(NOW, 1000)
    naive = NOW.replace(tzinfo=None).isoformat(" ")
    for table, rows in made.items():
        for name, kind in native.metadata.tables[table].columns.items():
            if str(kind.type) == "DATETIME":
                column = native.columns(table).index(name)
                assert all(row[column] is None or row[column] <= naive for row in rows), (table, name)
    for row in made["customers"]:
        person = dict(zip(native.columns("customers"), row, strict=True))
        assert person["email_normal"] == normal_email(person["email"])
        assert person["name_forward"] == comparable_name(f"{person['first_name']} {person['last_name']}")
        if person["phone_normal"] and person["country"] == "VN":
            assert person["phone_normal"] == normal_phone(person["phone"], "VN")
    emails = [row[2] for row in made["customers"]]
    assert len(set(emails)) == len(emails)


def test_every_story_is_there() -> None:
    made = shop.rows(NOW, 5000)
    people = [dict(zip(native.columns("customers"), row, strict=True)) for row in made["customers"]]
    assert len(people) == 5000
    states = {dict(zip(native.columns("orders"), row, strict=True))["state"] for row in made["orders"]}
    assert states == {"pending", "paid", "packed", "shipped", "returning", "delivered", "cancelled", "refunded"}
    assert sum(p["cancel_requested_at"] is not None for p in people) > 5
    assert sum(p["found_false"] for p in people) > 5
    assert sum(p["rule_breaking"] for p in people) > 3
    assert sum(p["is_staff"] for p in people) > 1
    assert sum(p["last_login_at"] is None for p in people) > 20
    assert sum(row[1] is None for row in made["orders"]) > 100
    assert any("<b>" in p["first_name"] for p in people)
    assert any(ord(ch) > 0xFFFF for p in people for ch in p["first_name"])


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "shop.sqlite"
    path.write_text("precious")
    with pytest.raises(KnownError, match="already a file"):
        shop.build(path, NOW, 10)
    assert path.read_text() == "precious"


def test_a_folder_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(KnownError, match="cannot be written"):
        shop.build(tmp_path / "none" / "shop.sqlite", NOW, 10)
