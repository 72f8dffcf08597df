"""While the shop erases one chunk the next is written down already: what becomes of that when it is not gone on to."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from officer_app.base.clock import fixed
from officer_app.base.erasure import Person, Scope
from officer_app.base.errors import KnownError
from officer_app.casebook import audit, erasing, holds, lease
from officer_app.casebook.book import Casebook
from officer_app.retention.ledger import LOST_LEASE
from officer_app.retention.run import STOPPED, Run, RunResult
from officer_app.shop import erasure, profile, unique
from officer_app.shop.address import Address
from officer_app.shop.connection import connect
from officer_app.shop.erasure import Erased, Eraser
from tests import factory
from tests.retention import erasing as making
from tests.retention.erasing import CUTOFF, NOW, Listed, build, content, people

GUEST = Person("g1", "", "guest1@example.org")


class Watched(Eraser):
    """An eraser that lets a test look in before each chunk."""

    def __init__(self, eraser: Eraser) -> None:
        super().__init__(eraser.shop, eraser._engine)
        self.before: Any = lambda _number: None
        self.chunks = 0

    def erase(self, people: Sequence[Person], scope: Scope, operation: str, cutoff: datetime | None = None) -> Erased:
        """Erase a chunk, once the test had its look."""
        self.chunks += 1
        self.before(self.chunks)
        return super().erase(people, scope, operation, cutoff)


@dataclass
class Desk:
    """A casebook whose clock can be put on, a shop of forty customers, and one batch."""

    book: Casebook
    eraser: Watched
    file: Path
    batch: str
    clock: list[timedelta]

    def run(self, members: Listed, **more: Any) -> RunResult:
        """Erase the batch in chunks of four."""
        cancelled = more.pop("cancelled", lambda: False)
        run = Run(self.book, self.eraser, members, batch=self.batch, cutoff=CUTOFF, most=4, **more)
        return run.run(cancelled=cancelled)

    def results(self) -> list[tuple[str, int, str]]:
        """Return state, people and why of the results, oldest first."""
        with self.book.reading() as tx:
            entries = audit.timeline(tx, self.batch)
            assert erasing.open_intents(tx, self.batch, "account") == ()
        return [
            (one.more["state"], one.more["people"], one.more.get("why", ""))
            for one in reversed(entries)
            if one.action == "erasure result"
        ]

    def intents(self) -> int:
        """Return how many intents there were."""
        with self.book.reading() as tx:
            return sum(one.action == "erasure intent" for one in audit.timeline(tx, self.batch))

    def hold(self, key: int) -> None:
        """Place a hold on a customer."""
        case = making.batch(self.book)
        with self.book.transaction("work") as tx:
            holds.place(tx, case, "a court asks for it", customer=str(key))
            audit.append(tx, "held", case)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr("officer_app.retention.pace.SECONDS", 60.0)  # on a busy machine too all chunks are of four
    file, clock = build(tmp_path / "shop.sqlite", 40), [timedelta()]
    shop = connect(Address("sqlite", path=str(file)), "", profile.load("native"))
    book = factory.officer(tmp_path, lambda: NOW + clock[-1])
    with closing(erasure.connect(shop, "", "")) as eraser:
        yield Desk(book, Watched(eraser), file, making.batch(book), clock)
    book.close()
    shop.close()


def erased(desk: Desk) -> set[int]:
    """Return the customers that the shop shows as erased."""
    return {key for key, row in content(desk.file)["customers"].items() if row[1].startswith("erased-")}


def test_each_chunk_has_one_intent_and_one_result(desk: Desk) -> None:
    assert desk.run(Listed(people(*range(5, 19)))).erased == 14
    assert desk.results() == [("done", 4, ""), ("done", 4, ""), ("done", 4, ""), ("done", 2, "")]
    assert desk.intents() == 4
    assert desk.book.verify().broken == ""


def test_what_was_written_ahead_is_taken_back_by_a_stop(desk: Desk) -> None:
    said = threading.Event()
    desk.eraser.before = lambda number: said.set() if number == 2 else None
    members = Listed(people(*range(5, 25)))
    assert desk.run(members, cancelled=said.is_set).stopped_by == STOPPED
    assert erased(desk) == set(range(5, 13))
    assert desk.results() == [("done", 4, ""), ("done", 4, ""), ("undone", 0, STOPPED)]
    desk.hold(13)  # who was written down ahead is not being erased any more
    result = desk.run(members)
    assert (result.erased, sum(result.skipped.values()), result.resolved) == (11, 1, 0)
    assert erased(desk) == {*range(5, 13), *range(14, 25)}
    assert desk.book.verify().broken == ""


def test_what_was_written_ahead_is_taken_back_when_the_shop_refuses_a_person(desk: Desk) -> None:
    with closing(sqlite3.connect(desk.file)) as db:
        db.execute(
            "CREATE TRIGGER never BEFORE UPDATE ON customers WHEN old.id = 7 BEGIN SELECT raise(ABORT, 'no'); END"
        )
        db.commit()
    members = Listed(people(*range(5, 25)))
    assert desk.run(members).stopped_by.startswith("Stopped at customer 7")
    assert erased(desk) == {5, 6}
    assert sum(number for state, number, _ in desk.results() if state == "done") == 2
    desk.hold(9)
    with closing(sqlite3.connect(desk.file)) as db:
        db.execute("DROP TRIGGER never")
        db.commit()
    assert desk.run(members).stopped_by == ""
    assert erased(desk) == set(range(5, 25)) - {9}
    assert desk.book.verify().broken == ""


def test_one_guest_in_two_chunks_is_erased_once(desk: Desk) -> None:
    """The second is neither refused nor erased again: their intent waits for the result of the first."""
    twice = [*people(5, 6, 7), GUEST, *people(8, 9), Person("g2", "", "Guest1@example.org")]
    members = Listed([Person(f"{n:06}", p.key, p.email, p.phone, p.name, p.ground) for n, p in enumerate(twice)])
    result = desk.run(members)
    assert (result.erased, dict(result.skipped)) == (6, {})
    assert set(members.outcomes(desk.book).values()) == {"erased"}
    assert desk.results() == [("done", 4, ""), ("done", 2, "")]


def test_a_batch_that_another_window_took_over_is_left_to_it(desk: Desk) -> None:
    """What was done by then is written down; the chunk that was only meant is not touched."""

    def taken(number: int) -> None:
        while number == 2:  # the run may say just now that it goes on; then the other window waits once more
            desk.clock.append(desk.clock[-1] + 2 * lease.SILENCE)
            with suppress(KnownError), desk.book.transaction("work", desk.batch) as tx:
                lease.take(
                    tx, desk.batch, "account", process="elsewhere|1|1.00|other", doing="erasing", alive=lambda _: None
                )
                audit.append(tx, "erasure run started", desk.batch, None, scope="account")
                return

    desk.eraser.before = taken
    members = Listed(people(*range(5, 25)))
    assert desk.run(members).stopped_by == LOST_LEASE
    assert erased(desk) == set(range(5, 13))
    assert set(members.outcomes(desk.book)) == {f"{key:06}" for key in range(5, 13)}
    with desk.book.reading() as tx:
        left = erasing.open_intents(tx, desk.batch, "account")
        assert [person.key for one in left for person in one.people] in ([], ["13", "14", "15", "16"])
    desk.clock.append(desk.clock[-1] + 2 * lease.SILENCE)
    result = desk.run(members)
    assert (result.erased, result.stopped_by) == (12, "")
    assert erased(desk) == set(range(5, 25))
    assert desk.book.verify().broken == ""


def test_a_pause_takes_back_what_was_written_ahead(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A complaint that comes while the shop is left alone still keeps its customer."""
    members = Listed(people(*range(5, 17)))
    pauses = iter([0.0, 0.01, 0.0])
    monkeypatch.setattr("officer_app.retention.pace.Pace.pause", lambda _pace, _latency: next(pauses, 0.0))

    def tell(why: str) -> None:
        if why:
            members.refuse = {"000009": "open case C-2026-0001"}

    result = desk.run(members, tell=tell)
    assert (result.erased, dict(result.skipped)) == (11, {"open case C-2026-0001": 1})
    assert 9 not in erased(desk)
    assert ("undone", 0, "The shop answers slowly; waiting until it is faster") in desk.results()


def test_a_casebook_that_is_locked_meanwhile_leaves_what_can_be_looked_up(desk: Desk, tmp_path: Path) -> None:
    """The chunk that runs is finished in the shop; the next run finds out what became of it, and goes on."""
    desk.eraser.before = lambda number: desk.book.lock() if number == 2 else None
    members = Listed(people(*range(5, 25)))
    with pytest.raises(KnownError, match="locked"):
        desk.run(members)
    there = erased(desk)
    assert there in (set(range(5, 9)), set(range(5, 13)))
    desk.eraser.before = lambda _number: None
    desk.book = factory.signed_in(
        tmp_path / "casebook.sqlite",
        factory.OFFICER_NAME,
        factory.OFFICER_PASS,
        tmp_path,
        fixed(NOW + 2 * lease.SILENCE),
    )
    result = desk.run(members)
    assert result.resolved >= 1
    assert (result.erased, result.stopped_by) == (20, "")  # who had no result yet is counted as they are found out
    assert erased(desk) == set(range(5, 25))
    assert set(members.outcomes(desk.book).values()) == {"erased"}
    assert desk.book.verify().broken == ""


@pytest.mark.parametrize(
    ("made", "alone"),
    [
        ((sa.Column("email", sa.String, unique=True),), True),
        ((sa.Column("email", sa.String, primary_key=True),), True),
        ((sa.Column("email", sa.String), sa.Index("one", "email", unique=True)), True),
        ((sa.Column("email", sa.String), sa.Index("one", "email")), False),
        ((sa.Column("email", sa.String), sa.Column("shop", sa.Integer), sa.UniqueConstraint("email", "shop")), False),
        ((sa.Column("email", sa.String), sa.Index("one", "email", unique=True, mysql_length=20)), False),
        ((sa.Column("email", sa.String), sa.Index("one", "email", unique=True, sqlite_where=sa.text("x > 0"))), False),
    ],
)
def test_what_keeps_the_values_of_a_column_apart(made: Sequence[sa.schema.SchemaItem], alone: bool) -> None:
    table = sa.Table("customers", sa.MetaData(), *made)
    assert unique.alone(table, "email") is alone


def test_an_address_that_is_unique_among_some_accounts_only_is_asked_about(tmp_path: Path) -> None:
    """Two accounts share it, because the shop's index leaves one of them out: nothing that only names it is erased."""
    file = build(tmp_path / "shop.sqlite", 12)
    with closing(sqlite3.connect(file)) as db:
        (text,) = db.execute("SELECT sql FROM sqlite_master WHERE name = 'customers'").fetchone()
        assert "UNIQUE (email_normal)" in text
        rows = db.execute("SELECT * FROM customers").fetchall()
        db.executescript("DROP TABLE customers;" + text.replace(", \n\tUNIQUE (email_normal)", ""))
        db.executemany(f"INSERT INTO customers VALUES ({', '.join('?' * len(rows[0]))})", rows)
        db.execute(
            "UPDATE customers SET email = 'c5@example.vn', email_normal = 'c5@example.vn', state = 'old' WHERE id = 6"
        )
        db.execute("CREATE UNIQUE INDEX one ON customers (email_normal) WHERE state = 'active'")
        db.commit()
    with closing(connect(Address("sqlite", path=str(file)), "", profile.load("native"))) as shop:
        assert not unique.alone(shop.expressions.table("customers"), "email_normal")
        with closing(erasure.connect(shop, "", "")) as eraser:
            assert eraser.erase(people(5), "account", "a" * 32, CUTOFF).done == ("000005",)
    assert "c5@example.vn" in {row[3] for row in content(file)["newsletter"].values()}
