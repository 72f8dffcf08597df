"""What stops a batch: it ends at a boundary between persons with one sentence, and goes on when the cause is gone."""

import os
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from officer_app.base.clock import fixed
from officer_app.base.erasure import Person
from officer_app.base.errors import KnownError
from officer_app.casebook import audit, erasing
from officer_app.casebook.book import Casebook
from officer_app.retention.pace import Pace
from officer_app.retention.run import SLOW, STOPPED, Run, RunResult
from officer_app.shop import erasure, erasure_steps, native, profile
from officer_app.shop.address import Address
from officer_app.shop.connection import Shop, connect
from officer_app.shop.erasure import Eraser
from officer_app.shop.erasure_facts import OTHER_EMAIL, Facts
from officer_app.shop.erasure_verify import verify
from tests import factory
from tests.retention import erasing as making
from tests.retention.erasing import CUTOFF, NOW, Listed, build, people
from tests.servers import PASSWORD, Server, debian_postgres, postgres_with_tls, wait_until
from tests.shop.conftest import maria_url, new_database

COUNT = 30


@dataclass
class Site:
    """A shop on one engine, a way to change it by hand, and a casebook with a batch."""

    address: Address
    password: str
    by_hand: sa.Engine
    book: Casebook
    batch: str

    def open(self) -> Shop:
        """Connect to read."""
        return connect(self.address, self.password, profile.load("native"))

    def run(self, members: Listed, user: str = "", most: int = 5, **more: Any) -> RunResult:
        """Carry the batch out as far as it goes."""
        with (
            closing(self.open()) as shop,
            closing(erasure.connect(shop, user or self.address.user, self.password)) as eraser,
        ):
            cancelled = more.pop("cancelled", lambda: False)
            run = Run(self.book, eraser, members, batch=self.batch, cutoff=CUTOFF, most=most, **more)
            return run.run(cancelled=cancelled)

    def erased(self) -> set[int]:
        """Return who is erased in the shop, by looking."""
        with self.by_hand.connect() as connection:
            asked = sa.select(native.customers.c.id).where(native.customers.c.email.like("erased-%"))
            return set(connection.execute(asked).scalars())

    def execute(self, *statements: str) -> None:
        """Change the shop by hand."""
        with self.by_hand.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)


def filled(engine: sa.Engine) -> None:
    """Make the shop's tables and rows."""
    native.metadata.drop_all(engine)
    native.metadata.create_all(engine)
    with engine.begin() as connection:
        for table in native.metadata.sorted_tables:
            connection.execute(sa.insert(table), making.fill(COUNT)[table.name])


def _site(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    password = ""
    if kind == "sqlite":
        file = build(tmp_path / "shop.sqlite", COUNT)
        address, url = Address("sqlite", path=str(file)), sa.URL.create("sqlite", database=str(file))
    elif kind == "postgresql":
        url = new_database(request.getfixturevalue("postgres_url"), "troubled")
        address = Address("postgresql", host=str(url.query["host"]), database="troubled", user=url.username or "")
    else:
        server: Server = request.getfixturevalue("mariadb")
        url, password = new_database(maria_url(server), "troubled"), server.password
        address = Address("mysql", host=server.host, port=server.port, database="troubled", user=server.user,
                          ca_file=str(server.ca))  # fmt: skip
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    if kind != "sqlite":
        filled(engine)
    book = factory.officer(tmp_path, fixed(NOW))
    return Site(address, password, engine, book, making.batch(book))


ENGINES = ["sqlite", *(pytest.param(name, marks=pytest.mark.server) for name in ("postgresql", "mysql"))]


@pytest.fixture(params=ENGINES)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """Give the shop on each engine."""
    made = _site(request.param, request, tmp_path)
    yield made
    made.by_hand.dispose()
    made.book.close()


@pytest.fixture
def sqlite_site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """Give the shop in a file."""
    made = _site("sqlite", request, tmp_path)
    yield made
    made.by_hand.dispose()
    made.book.close()


@pytest.fixture
def postgres_site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """Give the shop in PostgreSQL."""
    made = _site("postgresql", request, tmp_path)
    yield made
    made.by_hand.dispose()
    made.book.close()


def test_a_batch_on_each_engine(site: Site) -> None:
    members = Listed(people(*range(1, 21), 22, 23))
    site.execute(
        "UPDATE customers SET email = 'moved@example.vn', email_normal = 'moved@example.vn' WHERE id = 22",
        "UPDATE customers SET email = 'C23@Example.VN' WHERE id = 23",  # the same address, written differently
    )
    result = site.run(members)
    assert (result.stopped_by, result.erased, sum(result.skipped.values())) == ("", 17, 5)
    assert result.skipped[OTHER_EMAIL] == 1
    assert site.erased() == {*range(5, 21), 23}
    with closing(site.open()) as shop:
        assert verify(shop, people(*range(5, 21)), "account").clean
        assert not verify(shop, people(21), "account").clean
    later = Listed(people(5, 6, ground=""))
    with closing(site.open()) as shop, closing(erasure.connect(shop, site.address.user, site.password)) as eraser:
        assert eraser.erase(later.people, "orders", "f" * 32).counts["order_addresses"] == {"changed": 2}
        assert eraser.look(later.people, "orders", "f" * 32) == {"000005": "done", "000006": "done"}
        assert eraser.look(people(5, 21), "account", "e" * 32) == {"000005": "unknown", "000021": "not done"}


def test_an_e_mail_that_changes_while_the_erasure_looks_keeps_the_account(postgres_site: Site) -> None:
    """Somebody changes the account in a transaction that is still open: the erasure waits for it, and compares."""
    found: list[RunResult] = []
    runner = threading.Thread(target=lambda: found.append(postgres_site.run(Listed(people(10, 11)))))
    waiting = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    with postgres_site.by_hand.connect() as writer, postgres_site.by_hand.connect() as watcher:
        changed = "UPDATE customers SET email = 'x@example.vn', email_normal = 'x@example.vn' WHERE id = 10"
        writer.exec_driver_sql(changed)
        runner.start()
        until = time.monotonic() + 20
        while not watcher.execute(waiting).scalar_one() and runner.is_alive() and time.monotonic() < until:
            watcher.rollback()
            runner.join(0.02)
        assert runner.is_alive()
        writer.commit()
    runner.join()
    assert (found[0].erased, found[0].skipped) == (1, {OTHER_EMAIL: 1})
    assert postgres_site.erased() == {11}


def test_what_a_guest_orders_while_the_erasure_looks_is_left_alone(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order comes after the last look: it is not seen, or it waits; it never loses its name with the old ones."""
    look = Facts.against

    def order(number: str, placed: str) -> None:
        with site.by_hand.begin() as connection:
            if connection.dialect.name == "mysql":
                connection.exec_driver_sql("SET SESSION innodb_lock_wait_timeout = 1")
            new = {"number": number, "email": "guest1@example.org", "email_normal": "guest1@example.org"}
            state: dict[str, Any] = {"state": "delivered", "payment_state": "paid", "total_minor": 1, "currency": "VND"}
            at = {"id": 900 + int(number[1:]), "placed_at": datetime.fromisoformat(placed)}
            connection.execute(sa.insert(native.orders).values(new | state | at))

    came: list[bool] = []

    def against(*arguments: Any) -> dict[str, str]:
        found = look(*arguments)
        try:
            order("G2", "2026-11-20 08:00:00")
            came.append(True)
        except sa.exc.OperationalError:
            came.append(False)
        return found

    order("G1", "2014-05-03 08:00:00")
    monkeypatch.setattr(Facts, "against", against)
    guest = Person("g1", "", "guest1@example.org", ground="orders")
    with closing(site.open()) as shop, closing(erasure.connect(shop, site.address.user, site.password)) as eraser:
        assert eraser.erase([guest], "orders", "f" * 32, datetime(2016, 1, 1, tzinfo=UTC)).done == ("g1",)
    if not came[0]:
        order("G2", "2026-11-20 08:00:00")
    asked = sa.select(native.orders.c.number, native.orders.c.email).where(native.orders.c.number.like("G%"))
    with site.by_hand.connect() as connection:
        left = {row.number: row.email for row in connection.execute(asked)}
    assert left == {"G1": None, "G2": "guest1@example.org"}


def test_a_unique_column_that_the_plan_repeats_is_told_before(site: Site) -> None:
    text = profile.load("native")
    text.base["erase"] = [
        step | {"set": step["set"] | {"email_normal": "deleted@site.invalid"}} if step["entity"] == "customer" else step
        for step in text.base["erase"]
    ]
    with closing(connect(site.address, site.password, text)) as shop, pytest.raises(KnownError, match="unique"):
        erasure.connect(shop, site.address.user, site.password)


def test_a_constraint_made_later_stops_at_one_person(site: Site) -> None:
    members = Listed(people(*range(5, 15)))
    site.execute("CREATE UNIQUE INDEX one_name ON customers (last_name, country)")
    result = site.run(members)
    assert result.erased == 1, "the first empty name is free"
    assert result.stopped_by.startswith("Stopped at customer 6, who was not changed: The shop's database refused")
    assert site.erased() == {5}
    assert members.outcomes(site.book) == {"000005": "erased", "000006": "failed"}
    site.execute("DROP INDEX one_name ON customers" if site.address.engine == "mysql" else "DROP INDEX one_name")
    assert site.run(members).stopped_by == ""
    assert site.erased() == set(range(5, 15))


def test_a_foreign_key_that_nobody_mapped_stops_at_one_person(site: Site) -> None:
    kind = "INTEGER" if site.address.engine == "sqlite" else "BIGINT"
    site.execute(
        f"CREATE TABLE plugin (id {kind} PRIMARY KEY, address {kind}, "
        "FOREIGN KEY (address) REFERENCES addresses (id))",
        "INSERT INTO plugin VALUES (1, 15)",  # the address of customer 8
    )
    members = Listed(people(*range(5, 15)))
    result = site.run(members)
    assert "Stopped at customer 8" in result.stopped_by
    assert site.erased() == {5, 6, 7}
    site.execute("DROP TABLE plugin")
    assert site.run(members).stopped_by == ""
    assert site.erased() == set(range(5, 15))


def test_another_step_that_takes_the_lock_is_waited_for(site: Site) -> None:
    members = Listed(people(5, 6, 7))
    with site.by_hand.connect() as other:
        if site.address.engine == "sqlite":
            other.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            other.exec_driver_sql("SELECT id FROM customers WHERE id = 6 FOR UPDATE")
        timer = threading.Timer(1.0, other.rollback)
        timer.start()
        result = site.run(members)
        timer.join()
    assert (result.stopped_by, site.erased()) == ("", {5, 6, 7})


@pytest.mark.server
def test_lost_privileges_stop_the_batch_and_it_goes_on(postgres_site: Site) -> None:
    site, members = postgres_site, Listed(people(*range(5, 15)))
    site.execute(
        "DROP ROLE IF EXISTS eraser",
        "CREATE ROLE eraser LOGIN",
        "GRANT SELECT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO eraser",
        "REVOKE DELETE ON newsletter FROM eraser",
    )
    try:
        result = site.run(members, "eraser")
        assert result.stopped_by.startswith("The writing account may not change")
        assert site.erased() == set()
        site.execute("GRANT DELETE ON newsletter TO eraser")
        assert site.run(members, "eraser").stopped_by == ""
        assert site.erased() == set(range(5, 15))
    finally:
        site.execute("DROP OWNED BY eraser", "DROP ROLE eraser")


@pytest.mark.server
def test_a_deadlock_is_tried_again(postgres_site: Site) -> None:
    site, members = postgres_site, Listed(people(*range(5, 15)))
    met = threading.Event()

    def other() -> None:
        with site.by_hand.connect() as connection:
            connection.exec_driver_sql("SET deadlock_timeout = '100ms'")
            connection.exec_driver_sql("SELECT id FROM addresses WHERE customer_id = 5 FOR UPDATE")
            met.set()
            # Once the run has locked its accounts it wants this address: each waits for the other.
            connection.exec_driver_sql("SELECT pg_sleep(0.3)")
            try:
                connection.exec_driver_sql("UPDATE customers SET country = 'VN' WHERE id = 5")
                connection.commit()
            except DBAPIError:
                connection.rollback()

    thread = threading.Thread(target=other)
    thread.start()
    met.wait(10)
    result = site.run(members)
    thread.join()
    assert (result.stopped_by, site.erased()) == ("", set(range(5, 15)))


def cut(eraser_run: Callable[..., Any], after: int, act: Callable[[], None]) -> Callable[..., Any]:
    """Return a step that does something when it is carried out the given time."""
    seen = [0]

    def step(*arguments: Any, **more: Any) -> Any:
        seen[0] += 1
        if seen[0] == after:
            act()
        return eraser_run(*arguments, **more)

    return step


@pytest.mark.server
def test_a_connection_that_is_cut_in_the_middle(postgres_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def end_all() -> None:
        postgres_site.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    site, members = postgres_site, Listed(people(*range(5, 15)))
    monkeypatch.setattr(erasure_steps, "run", cut(erasure_steps.run, 8, end_all))
    result = site.run(members)
    assert (result.stopped_by, result.erased) == ("", 10)
    assert site.erased() == set(range(5, 15))
    with site.book.reading() as tx:
        assert erasing.open_intents(tx, site.batch, "account") == ()


@pytest.mark.server
@pytest.mark.skipif(debian_postgres() is None, reason="needs a PostgreSQL that can be restarted")
def test_a_server_restarted_in_mid_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with postgres_with_tls() as server:
        words = Path(f"/proc/{server.process}/cmdline").read_bytes().rstrip(b"\0").split(b"\0")
        first = sa.URL.create("postgresql+psycopg", server.user, PASSWORD, server.host, server.port, "postgres")
        url = new_database(first, "restarted")
        engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
        filled(engine)
        address = Address("postgresql", host=server.host, port=server.port, database="restarted", user=server.user,
                          ca_file=str(server.ca))  # fmt: skip
        book = factory.officer(tmp_path, fixed(NOW))
        site = Site(address, PASSWORD, engine, book, making.batch(book))
        again: list[subprocess.Popen[bytes]] = []
        log = tmp_path / "log"
        log.touch()

        def restart() -> None:
            os.kill(server.process, signal.SIGQUIT)  # at once, without tidying up
            folder = Path(server.socket).parent / "data"
            os.waitpid(server.process, 0)
            (folder / "postmaster.pid").unlink(missing_ok=True)
            account: dict[str, Any] = {"user": "postgres", "group": "postgres", "extra_groups": []}
            with log.open("wb") as out:
                again.append(subprocess.Popen(words, stdout=out, stderr=out, cwd="/",
                                              **(account if os.getuid() == 0 else {})))  # fmt: skip
            wait_until(lambda: "ready to accept" in log.read_text(errors="replace"), again[0], log)

        monkeypatch.setattr(erasure_steps, "run", cut(erasure_steps.run, 8, restart))
        members = Listed(people(*range(5, 15)))
        try:
            result = site.run(members)
            assert (result.stopped_by, result.erased) == ("", 10)
            assert site.erased() == set(range(5, 15))
        finally:
            book.close()
            for process in again:
                process.terminate()
                process.wait(20)


def test_a_shop_that_answers_slowly_is_left_alone_and_gone_on_with(sqlite_site: Site) -> None:
    """From the ninth probe on every answer takes 0.3 s, for three probes: the run says why it waits, and ends."""
    probes: list[float] = []
    told: list[tuple[str, int]] = []
    never = threading.Event()

    def answer(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if "LIMIT" in statement and "customers" in statement:
            probes.append(time.monotonic())
            if 9 <= len(probes) < 12:
                never.wait(0.3)

    with closing(sqlite_site.open()) as shop, closing(erasure.connect(shop, "", "")) as eraser:
        sa.event.listen(shop.engine, "before_cursor_execute", answer)
        run = Run(sqlite_site.book, eraser, Listed(people(*range(5, 25))), batch=sqlite_site.batch, cutoff=CUTOFF,
                  most=1, tell=lambda why: told.append((why, len(probes))))  # fmt: skip
        result = run.run()
    assert (result.stopped_by, result.erased) == ("", 20)
    # It waited while the shop was slow, and no longer; a busy machine may be slow once more by itself.
    assert told[0] == (SLOW, 9)
    assert [why for why, _ in told] == [SLOW, ""] * (len(told) // 2)
    assert told[1][1] >= 12
    waited = zip(probes[8:11], probes[9:12], (0.55, 0.8, 1.3), strict=True)
    assert all(later - earlier >= least for earlier, later, least in waited)
    with sqlite_site.book.reading() as tx:
        assert [one.action for one in audit.timeline(tx, sqlite_site.batch)].count("erasure paused") >= 3


def test_a_shop_that_stays_slow_is_slow_as_usual() -> None:
    """After some two minutes of waiting the run goes on at the pace that the shop has now."""
    pace = Pace(10)
    assert [pace.pause(lambda: 0.001) for _ in range(6)] == [0.0] * 6
    waited = [pace.pause(lambda: 1.0) for _ in range(25)]
    assert waited[-1] == 0.0
    assert 90 < sum(waited) < 150
    assert pace.pause(lambda: 1.0) == 0.0


def test_a_server_under_load_is_waited_for(postgres_site: Site) -> None:
    """Another transaction keeps the accounts to itself for a moment: the run waits, says so, and erases everybody."""
    told: list[str] = []
    started, held = threading.Event(), threading.Event()

    def load() -> None:
        started.wait(20)
        with postgres_site.by_hand.connect() as busy, busy.begin():
            busy.exec_driver_sql("LOCK TABLE customers IN ACCESS EXCLUSIVE MODE")
            held.set()
            with postgres_site.by_hand.connect() as watcher:
                until, waits = time.monotonic() + 20, 0
                while waits < 20 and time.monotonic() < until:  # until the probe has waited for a while
                    asked = "SELECT count(*) FROM pg_locks WHERE NOT granted"
                    waits += int(watcher.execute(sa.text(asked)).scalar_one() > 0)
                    watcher.rollback()
                    threading.Event().wait(0.02)

    done: list[int] = []

    def progress(count: int) -> None:
        done.append(count)
        if len(done) == 10:
            started.set()
            held.wait(20)

    other = threading.Thread(target=load)
    other.start()
    site = postgres_site
    with closing(site.open()) as shop, closing(erasure.connect(shop, site.address.user, site.password)) as eraser:
        run = Run(site.book, eraser, Listed(people(*range(5, 25))), batch=site.batch, cutoff=CUTOFF, most=1,
                  tell=told.append)  # fmt: skip
        result = run.run(progress)
    other.join()
    assert (result.stopped_by, result.erased) == ("", 20)
    assert SLOW in told
    assert told[-1] == ""
    assert site.erased() == set(range(5, 25))


def test_stop_is_honoured_within_one_chunk(sqlite_site: Site, tmp_path: Path) -> None:
    members = Listed(people(*range(5, 25)))
    asked = iter([False, False, False, True])
    result = sqlite_site.run(members, cancelled=lambda: next(asked, True))
    assert result.stopped_by == STOPPED
    # A shop that is slow just now is waited for, and waiting asks as well: three chunks at most, none after the word.
    assert sqlite_site.erased() in [set(range(5, end)) for end in (5, 10, 15, 20)]
    sentinel = tmp_path / "stop"
    sentinel.touch()
    before = sqlite_site.erased()
    assert sqlite_site.run(members, stop_file=sentinel).stopped_by == STOPPED
    assert sqlite_site.erased() == before
    sentinel.unlink()
    assert sqlite_site.run(members, stop_file=sentinel).stopped_by == ""
    assert sqlite_site.erased() == set(range(5, 25))


def test_a_profile_that_only_reads_erases_nothing(sqlite_site: Site) -> None:
    text = profile.load("native")
    text.base["profile"]["writes"] = "read-only"
    with closing(connect(sqlite_site.address, "", text)) as shop, pytest.raises(KnownError, match="does not let"):
        erasure.connect(shop, "", "")


def test_more_rows_than_the_plan_allows_stop_at_that_person(sqlite_site: Site) -> None:
    text = profile.load("native")
    text.base["erase"] = [{**s, "rows": {"max": 3}} if s["entity"] == "login_event" else s for s in text.base["erase"]]
    more = [f"INSERT INTO logins (customer_id, at) VALUES (7, '2025-01-01 00:00:0{n}')" for n in range(4)]
    sqlite_site.execute(*more)
    members = Listed(people(*range(5, 15)))
    with closing(connect(sqlite_site.address, "", text)) as shop, closing(erasure.connect(shop, "", "")) as eraser:
        result = _run(sqlite_site, eraser, members)
    assert "Stopped at customer 7" in result.stopped_by
    assert "More than 3 rows in logins" in result.stopped_by
    assert sqlite_site.erased() == {5, 6}


def _run(site: Site, eraser: Eraser, members: Listed) -> RunResult:
    return Run(site.book, eraser, members, batch=site.batch, cutoff=CUTOFF, most=5).run()


def test_of_two_who_start_the_same_batch_exactly_one_runs(sqlite_site: Site, trials: Callable[[int, int], int]) -> None:
    for number in range(trials(3, 200)):
        assert sorted(both(sqlite_site, 5 + number % 20)) == ["Trần Linh", "ran"]
    with closing(sqlite3.connect(sqlite_site.address.path)) as db:
        assert db.execute("SELECT count(*) FROM customers").fetchone() == (COUNT,)


def both(site: Site, key: int) -> list[str]:
    """Let two officers start one batch at the same moment, and return what each was told."""
    batch, start, said = making.batch(site.book), threading.Barrier(2), list[str]()
    members, told = Listed(people(key, ground="")), threading.Event()

    def wait(_done: int) -> None:
        told.wait(10)

    def officer() -> None:
        with closing(site.open()) as shop, closing(erasure.connect(shop, "", "")) as eraser:
            start.wait(10)
            try:
                Run(site.book, eraser, members, batch=batch).run(wait)
                said.append("ran")
            except KnownError as error:
                said.append(str(error).split(" is erasing")[0])
                told.set()

    threads = [threading.Thread(target=officer) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return said
