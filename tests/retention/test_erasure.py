"""Erasing a batch in a native shop: exact, re-checked, with an intent and a result for each chunk."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from officer_app.base.clock import fixed
from officer_app.base.errors import KnownError
from officer_app.casebook import audit, erasing, holds
from officer_app.casebook.book import Casebook
from officer_app.retention.run import Run
from officer_app.shop import erasure, profile
from officer_app.shop.address import Address
from officer_app.shop.connection import Shop, connect
from officer_app.shop.erasure import Eraser
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


def test_a_batch_erases_exactly_its_people(bench: Bench) -> None:
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
    from officer_app.base.erasure import Person

    batch = making.batch(bench.book)
    members = Listed([Person("g1", "", "Guest1@Example.org"), Person("g2", "", "c9@example.vn")])
    assert bench.run(members, batch).run().erased == 2
    after = content(bench.file)
    emails = {row[3] for row in after["newsletter"].values()}
    assert "guest1@example.org" not in emails and "guest2@example.org" in emails
    # An account of the same e-mail is somebody with a key of their own, and what it owns stays.
    assert after["customers"][9][1] == "c9@example.vn"
    assert 9 in {row[1] for row in after["tickets"].values()}


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
