"""Erasing a batch in a native shop: exact, re-checked, with an intent and a result for each chunk."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from officer_app.base.clock import fixed
from officer_app.base.erasure import Person
from officer_app.base.errors import KnownError
from officer_app.casebook import audit, erasing, holds, schema
from officer_app.casebook.book import Casebook
from officer_app.retention.recheck import recheck
from officer_app.retention.run import Run
from officer_app.shop import erasure, native, profile
from officer_app.shop.address import Address
from officer_app.shop.connection import Shop, connect
from officer_app.shop.erasure import Eraser
from officer_app.shop.erasure_facts import OTHER_EMAIL, TAKEN
from officer_app.shop.erasure_plan import preview, until
from officer_app.shop.erasure_verify import verify
from tests import factory
from tests.retention import erasing as making
from tests.retention.erasing import CUTOFF, NOW, Listed, build, content, people

COUNT = 40


@dataclass
class Bench:
    """A casebook, a shop and its eraser."""

    book: Casebook
    shop: Shop
    eraser: Eraser
    file: Path

    def run(self, members: Listed, batch: str, **more: object) -> Run:
        """Return a run over the members."""
        return Run(self.book, self.eraser, members, batch=batch, cutoff=CUTOFF, **more)  # type: ignore[arg-type]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    book = factory.officer(tmp_path, fixed(NOW))
    file = build(tmp_path / "shop.sqlite", COUNT)
    shop = connect(Address("sqlite", path=str(file)), "", profile.load("native"))
    with closing(erasure.connect(shop, "", "")) as eraser:
        yield Bench(book, shop, eraser, file)
    shop.close()
    book.close()


def test_a_batch_erases_exactly_its_people(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("officer_app.retention.pace.SECONDS", 60.0)  # on a busy machine too all chunks are of seven
    before = content(bench.file)
    batch, members = making.batch(bench.book), Listed(people(*range(1, 21)))
    seen: list[int] = []
    result = bench.run(members, batch, most=7).run(seen.append)
    after = content(bench.file)
    assert result.stopped_by == ""
    assert result.erased == 16
    assert result.skipped == {
        "An order is still open.": 1,
        "There was a sign of life since the list was made.": 1,
        "This is a staff account.": 1,
        "A support ticket is open.": 1,
    }
    assert seen[-1] == 20
    left = {1, 2, 3, 4, *range(21, COUNT + 1)}
    for key, row in after["customers"].items():
        if key in left:
            assert row == before["customers"][key]
        else:
            assert row[1].startswith("erased-") and row[1] == row[2] and row[3] == "[erased]"
    for table in ("addresses", "logins"):
        assert {row[1] for row in after[table].values()} == left
        assert all(before[table][key] == row for key, row in after[table].items())
    assert {row[3] for row in after["newsletter"].values()} == {
        *(f"c{key}@example.vn" for key in left),
        *(f"guest{n}@example.org" for n in range(1, 6)),
    }
    for table in ("orders", "order_lines", "order_addresses", "payments"):
        assert after[table] == before[table]
    with bench.book.reading() as tx:
        entries = [(e.action, e.more) for e in reversed(audit.timeline(tx, batch))]
        assert erasing.totals(tx, batch, "account").tables["addresses"] == {"deleted": 32}
        assert erasing.totals(tx, batch, "account").persons == 16
        assert erasing.erased_at(tx, customer="7") is not None
        assert erasing.erased_at(tx, customer="1") is None
        assert erasing.false_ledger(tx) == ()
    actions = [action for action, _ in entries]
    assert actions.count("erasure intent") == actions.count("erasure result") == 3
    assert bench.book.verify().broken == ""


def test_a_second_run_does_nothing_more(bench: Bench) -> None:
    batch, members = making.batch(bench.book), Listed(people(*range(5, 15)))
    assert bench.run(members, batch).run().erased == 10
    before = content(bench.file)
    members.people = [*members.people, *people(*range(15, 17))]
    assert bench.run(members, batch).run().erased == 2
    after = content(bench.file)
    assert all(after["customers"][key] == before["customers"][key] for key in range(5, 15))


def test_guests_go_by_their_e_mail(bench: Bench) -> None:
    batch = making.batch(bench.book)
    members = Listed([Person("g1", "", "Guest1@Example.org"), Person("g2", "", "c9@example.vn")])
    result = bench.run(members, batch).run()
    assert (result.erased, dict(result.skipped)) == (1, {TAKEN: 1})
    after = content(bench.file)
    emails = {row[3] for row in after["newsletter"].values()}
    assert "guest1@example.org" not in emails and "guest2@example.org" in emails
    # An account of the same e-mail is somebody with a key of their own: nothing of it goes, and nobody says it did.
    assert "c9@example.vn" in emails
    assert after["customers"][9][1] == "c9@example.vn"
    assert 9 in {row[1] for row in after["tickets"].values()}


def test_an_address_that_somebody_else_took_over_is_theirs(bench: Bench) -> None:
    """Customer 10 was listed under an address that a new account uses by now."""
    with closing(sqlite3.connect(bench.file)) as db:
        db.execute("UPDATE customers SET email = 'new@example.vn', email_normal = 'new@example.vn' WHERE id = 10")
        db.execute("UPDATE customers SET email = 'c10@example.vn', email_normal = 'c10@example.vn' WHERE id = 11")
        db.commit()
    batch = making.batch(bench.book)
    result = bench.run(Listed(people(10)), batch).run()
    assert (result.erased, result.skipped) == (0, {OTHER_EMAIL: 1})  # looked at anew: it is not what was approved
    assert "c10@example.vn" in {row[3] for row in content(bench.file)["newsletter"].values()}


def test_the_check_sees_a_mark_of_the_erased_taken_away(bench: Bench) -> None:
    assert bench.run(Listed(people(10, 11)), making.batch(bench.book)).run().erased == 2
    assert bench.book.verify().broken == ""
    with bench.book.engine.begin() as connection:
        connection.execute(sa.delete(schema.tombstones).where(schema.tombstones.c.number == 0))
    assert "marks of the erased" in bench.book.verify().broken


def test_a_hold_keeps_a_person_and_an_intent_keeps_a_hold_away(bench: Bench) -> None:
    batch, members = making.batch(bench.book), Listed(people(10, 11))
    case = making.batch(bench.book)
    with bench.book.transaction("work") as tx:
        holds.place(tx, case, "a court asks for it", customer="10")
        audit.append(tx, "held", case)
    assert bench.run(members, batch).run().skipped == {f"legal hold of {case}": 1}
    assert members.outcomes(bench.book) == {"000010": "skipped", "000011": "erased"}
    with bench.book.transaction("work") as tx:
        erasing.begin(tx, batch, "account", people(12))
    with pytest.raises(KnownError, match="being erased now"), bench.book.transaction("work") as tx:
        holds.place(tx, case, "too late", email="C12@example.vn")


def test_later_the_orders_are_anonymised_by_a_plan_of_their_own(bench: Bench) -> None:
    batch, members = making.batch(bench.book), Listed(people(10, 11, ground=""))
    result = bench.run(members, batch, scope="orders").run()
    assert result.erased == 2
    after = content(bench.file)
    for key in (10, 11):
        assert after["order_addresses"][key][3] == "[erased]"
        assert after["orders"][key][1] is None and after["orders"][key][3] is None
        assert after["payments"][key][5] == "[erased]"
    assert after["order_addresses"][12][3] == "Hoa12 Trinh12"


def test_the_preview_counts_what_the_erasure_then_does(bench: Bench) -> None:
    batch, members = making.batch(bench.book), Listed(people(*range(5, 25)))
    plan = preview(bench.shop, members.people, "account")
    assert plan.people == 20
    assert {(line.table, line.action): line.rows for line in plan.lines} == {
        ("logins", "delete"): 20, ("newsletter", "delete"): 20, ("tickets", "change"): 20, ("addresses", "delete"): 40,
        ("orders", "keep"): 20, ("order_addresses", "keep"): 20, ("payments", "keep"): 20, ("customers", "change"): 20,
    }  # fmt: skip
    kept = next(line for line in plan.lines if line.table == "orders")
    assert (kept.reason, kept.until) == ("Invoices are kept for the tax authority.", date(2035, 12, 31))
    bench.run(members, batch).run()
    with bench.book.reading() as tx:
        done = erasing.totals(tx, batch, "account").tables
    verb = {"delete": "deleted", "change": "changed"}
    assert done == {line.table: {verb[line.action]: line.rows} for line in plan.lines if line.action != "keep"}
    assert verify(bench.shop, members.people, "account").clean


@pytest.mark.parametrize(
    ("newest", "keep_for", "expected"),
    [
        (date(2024, 2, 29), "10 years", date(2034, 12, 31)),
        (date(2024, 11, 30), "12 months", date(2025, 11, 30)),
        (date(2024, 11, 30), "3 months", date(2025, 2, 28)),
        (date(2024, 12, 31), "90 days", date(2025, 3, 31)),
        (date(2024, 12, 1), "1 month", date(2025, 1, 1)),
        (date(2024, 12, 31), "", None),
        (None, "10 years", None),
    ],
)
def test_kept_until(newest: date | None, keep_for: str, expected: date | None) -> None:
    assert until(newest, keep_for) == expected


def test_a_restored_backup_of_the_shop_is_found_out(bench: Bench) -> None:
    batch, members = making.batch(bench.book), Listed(people(5, 6, 7))
    backup = bench.file.with_suffix(".bak")
    shutil.copy(bench.file, backup)
    bench.run(members, batch).run()
    assert recheck(bench.book, bench.shop) == ()
    before = content(backup)["customers"]
    with closing(sqlite3.connect(bench.file)) as db:
        db.execute("DELETE FROM customers WHERE id IN (5, 6)")
        db.execute(f"INSERT INTO customers VALUES ({', '.join('?' * len(before[5]))})", before[5])
        # The same e-mail on another key: an old account that came back, and one who registered anew.
        old, new = list(before[6]), list(before[7])
        old[0], new[0] = 900, 901
        new[native.columns("customers").index("created_at")] = "2026-11-23 10:00:00"
        for row in (old, new):
            db.execute(f"INSERT INTO customers VALUES ({', '.join('?' * len(row))})", row)
        db.commit()
    assert [(one.key, one.batch) for one in recheck(bench.book, bench.shop)] == [("5", batch), ("900", batch)]


def test_what_another_table_holds_of_the_erased_is_left_over(bench: Bench) -> None:
    batch, members = making.batch(bench.book), Listed(people(5, 6, 7))
    with closing(sqlite3.connect(bench.file)) as db:
        db.execute("CREATE TABLE plugin_log (id INTEGER PRIMARY KEY, note TEXT, more TEXT)")
        notes = [("mail to <C5@Example.VN>", "x"), ("call 0900-000 006", ""), ("c9@example.vn", "+84 900000009"),
                 ("c55@example.vn", "")]  # fmt: skip
        db.executemany("INSERT INTO plugin_log (note, more) VALUES (?, ?)", notes)
        db.commit()
    bench.run(members, batch).run()
    found = verify(bench.shop, members.people, "account")
    assert not found.clean
    left = [(one.table, one.column, one.rows) for one in found.lines if one.state == "left"]
    assert left == [("plugin_log", "note", 2)]
    kept = {(one.table, one.column) for one in found.lines if one.state == "kept"}
    assert kept == {("orders", "email"), ("orders", "email_normal"), ("order_addresses", "phone"),
                    ("order_addresses", "phone_normal")}  # fmt: skip
    clean = {one.table for one in found.lines if one.state == "clean"}
    assert clean >= {"customers", "logins", "newsletter", "tickets"}
