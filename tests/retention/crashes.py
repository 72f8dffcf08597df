"""Kills erasure runs at chosen or random moments and looks at what is left in the shop and in the casebook.

Run as a program it forks a run for each trial, so that hundreds take minutes:
`python -m tests.retention.crashes FOLDER PEOPLE TRIALS SEED [--every N] [--server URL] [--broken NAME]` prints one JSON
object. TRIALS 0 sweeps: the child dies before and after every database call, or at every Nth such point.
"""

import argparse
import itertools
import json
import os
import random
import shutil
import signal
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine.default import DefaultDialect

from officer_app.base.clock import fixed
from officer_app.base.erasure import Person
from officer_app.base.errors import KnownError
from officer_app.casebook import audit, erasing, schema
from officer_app.casebook.book import Casebook
from officer_app.casebook.erasing import Intent
from officer_app.casebook.transaction import Writing
from officer_app.retention.ledger import Ledger
from officer_app.retention.run import Run, RunResult
from officer_app.shop import erasure, erasure_steps, native, profile
from officer_app.shop.address import Address
from officer_app.shop.connection import connect
from tests import factory
from tests.retention import erasing as making
from tests.retention.erasing import CUTOFF, NOW, Listed, people
from tests.shop.conftest import new_database

CHUNK = 4
FIRST = 5  # the customers before are kept by the shop's guards


class Wire:
    """Between the program and its databases: counts the calls, and dies at a chosen one."""

    def __init__(self, kill_at: int) -> None:
        self.kill_at, self.steps, self.on = kill_at, itertools.count(1), False
        event.listen(sa.Engine, "before_cursor_execute", self._tick)
        event.listen(sa.Engine, "after_cursor_execute", self._tick)
        commit: Any = DefaultDialect.do_commit

        def committed(dialect: Any, connection: Any) -> None:
            self._tick()
            commit(dialect, connection)
            self._tick()

        DefaultDialect.do_commit = committed  # type: ignore[method-assign]

    def _tick(self, *_arguments: Any) -> None:
        # One step of the counter cannot be cut in two: the shop and the casebook are asked by threads of their own.
        if self.on and next(self.steps) == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)


# --- builds that are broken on purpose -------------------------------------------------------------------------------


def step_by_step() -> None:
    """Each step of a person's plan stands for itself."""
    whole = erasure_steps.run

    def broken(x: Any, connection: sa.Connection, *arguments: Any, **more: Any) -> int:
        done = whole(x, connection, *arguments, **more)
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("BEGIN")
        return done

    erasure_steps.run = broken


def intent_afterwards() -> None:
    """The intent is written when the shop was changed already."""
    write = Ledger._write_results

    def wish(self: Ledger, tx: Writing, asked: Sequence[Person], *, ahead: bool) -> Any:
        audit.append(tx, "erasure wished", self._batch, None, ahead=ahead)
        return Intent(f"{time.monotonic_ns():032x}", self._batch, self._scope, tuple(asked), ()), {}

    def late(self: Ledger, tx: Writing) -> bool:
        for number, (intent, erased) in enumerate(self.done):
            begun = erasing.begin(tx, self._batch, self._scope, intent.people).intent
            assert begun is not None
            self.done[number] = (begun, erased)
        return write(self, tx)

    Ledger._intend, Ledger._write_results = wish, late  # type: ignore[method-assign,assignment]


BROKEN = {"step-by-step": step_by_step, "intent-afterwards": intent_afterwards}


# --- the place -------------------------------------------------------------------------------------------------------


class Place:
    """One casebook and one shop, put back to their beginning before each trial."""

    def __init__(self, folder: Path, count: int, server: str) -> None:
        self.count, self.server = count, server
        self.folder, self.template = folder / "now", folder / "template"
        self.template.mkdir(parents=True)
        book = factory.officer(self.template, fixed(NOW))
        self.batch = making.batch(book)
        book.close()
        if server:
            url = new_database(server, "erased_template")
            engine = sa.create_engine(url)
            native.metadata.create_all(engine)
            with engine.begin() as connection:
                for table in native.metadata.sorted_tables:
                    connection.execute(sa.insert(table), making.fill(count)[table.name])
            engine.dispose()
            host, user = str(url.query["host"]), url.username or ""
            self.address = Address("postgresql", host=host, database="erased", user=user)
        else:
            making.build(self.template / "shop.sqlite", count)
            self.address = Address("sqlite", path=str(self.folder / "shop.sqlite"))
        self.reset()
        self.before = self.content()

    def reset(self) -> None:
        """Put everything back."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.template, self.folder)
        if self.server:
            engine = sa.create_engine(self.server, isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                connection.exec_driver_sql("DROP DATABASE IF EXISTS erased WITH (FORCE)")
                connection.exec_driver_sql("CREATE DATABASE erased TEMPLATE erased_template")
            engine.dispose()

    def content(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row of the shop."""
        if self.server:
            url = sa.make_url(self.server).set(database="erased")
        else:
            url = sa.URL.create("sqlite", database=self.address.path)
        engine = sa.create_engine(url)
        with engine.connect() as connection:
            found = {
                table.name: [tuple(row) for row in connection.execute(sa.select(table).order_by(table.c.id))]
                for table in native.metadata.sorted_tables
            }
        engine.dispose()
        return found

    def book(self) -> Casebook:
        """Open the casebook."""
        path = self.folder / "casebook.sqlite"
        return factory.signed_in(path, factory.OFFICER_NAME, factory.OFFICER_PASS, self.folder, fixed(NOW))

    def members(self) -> Listed:
        """Return the batch's members: everybody but the last four."""
        return Listed(people(*range(FIRST, self.count - 3)))

    def run(self, wire: Wire | None = None, ready: int = -1) -> RunResult:
        """Carry the batch out from where it stands."""
        with (
            closing(self.book()) as book,
            closing(connect(self.address, "", profile.load("native"))) as shop,
            closing(erasure.connect(shop, self.address.user, "")) as eraser,
        ):
            run = Run(book, eraser, self.members(), batch=self.batch, cutoff=CUTOFF, most=CHUNK)
            if wire is not None:
                wire.on = True
            if ready >= 0:
                os.write(ready, b".")
            return run.run()

    def half(self, content: dict[str, list[tuple[Any, ...]]]) -> tuple[set[int], set[int]]:
        """Return who is erased, and who is neither whole nor erased."""
        erased: set[int] = set()
        broken: set[int] = set()
        for key in range(FIRST, self.count - 3):
            before, now = self._of(self.before, key), self._of(content, key)
            if now == before:
                continue
            (customer,) = now["customers"]
            gone = not (now["addresses"] or now["logins"] or now["newsletter"] or now["tickets"])
            (erased if gone and customer[1].startswith("erased-") else broken).add(key)
        return erased, broken

    @staticmethod
    def _of(content: dict[str, list[tuple[Any, ...]]], key: int) -> dict[str, list[tuple[Any, ...]]]:
        email = f"c{key}@example.vn"
        return {
            "customers": [row for row in content["customers"] if row[0] == key],
            "addresses": [row for row in content["addresses"] if row[1] == key],
            "logins": [row for row in content["logins"] if row[1] == key],
            "newsletter": [row for row in content["newsletter"] if row[3] == email],
            "tickets": [row for row in content["tickets"] if row[1] == key or row[3] == email],
        }

    def faults(self) -> list[str]:
        """Return what is wrong right after a crash."""
        erased, broken = self.half(self.content())
        found = [f"half-erased: {sorted(broken)}"] if broken else []
        with closing(self.book()) as book, book.reading() as tx:
            named = {key for key in erased if self._named(tx, key)}
        return found + ([f"erased without an intent: {sorted(erased - named)}"] if erased - named else [])

    @staticmethod
    def _named(tx: Any, key: int) -> bool:
        mark = schema.tombstones
        found = sa.select(mark.c.number).where(mark.c.customer == tx.blind("customer", str(key)))
        return tx.execute(found).first() is not None

    def unfinished(self, result: RunResult) -> list[str]:
        """Return what is wrong after the batch was run to its end."""
        found = [] if result.stopped_by == "" else [f"stopped: {result.stopped_by}"]
        content = self.content()
        erased, broken = self.half(content)
        if broken or erased != set(range(FIRST, self.count - 3)):
            found.append(f"not all erased: {len(erased)}, half {sorted(broken)}")
        others = [row for row in content["customers"] if row[0] not in erased]
        if others != [row for row in self.before["customers"] if row[0] not in erased]:
            found.append("somebody else was touched")
        if content["orders"] != self.before["orders"] or content["order_addresses"] != self.before["order_addresses"]:
            found.append("what is kept was touched")
        with closing(self.book()) as book:
            if (broken_at := book.verify().broken) != "":
                found.append(f"audit: {broken_at}")
            with book.reading() as tx:
                if erasing.open_intents(tx, self.batch, "account"):
                    found.append("an intent is open")
                if erasing.false_ledger(tx):
                    found.append("the ledger is not what the audit says")
                entries = audit.timeline(tx, self.batch)
                intents = {e.more["erasure"] for e in entries if e.action == "erasure intent"}
                results = [e.more for e in entries if e.action == "erasure result"]
                if intents != {more["erasure"] for more in results} or len(results) != len(intents):
                    found.append("not one result for each intent")
                if sum(more["people"] for more in results if more["state"] == "done") != len(erased):
                    found.append("the results do not name each person once")
                if erasing.totals(tx, self.batch, "account").persons != len(erased):
                    found.append("the totals are wrong")
            if set(self.members().outcomes(book).values()) != {"erased"}:
                found.append("the members are not marked")
        return found


def trial(place: Place, *, kill_at: int, after: float, broken: str) -> bool:
    """Run in a child that dies at a call or after a while; say whether it died."""
    listening, ready = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if broken:
                BROKEN[broken]()
            place.run(Wire(kill_at) if kill_at else None, ready)
        finally:
            os._exit(0)
    os.close(ready)
    os.read(listening, 1)
    os.close(listening)
    if after:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def main(folder: Path, count: int, trials: int, seed: int, every: int, server: str, broken: str) -> dict[str, Any]:
    """Kill at every call of a run, or `trials` times at random; return what was found."""
    dice = random.Random(seed)
    place = Place(folder, count, server)
    began = time.monotonic()
    trial(place, kill_at=0, after=0, broken="")
    took = time.monotonic() - began
    found: dict[str, Any] = {"trials": 0, "killed": 0, "faults": []}
    at = dice.randrange(1, every + 1)
    while True:
        found["trials"] += 1
        place.reset()
        after = dice.uniform(0, took) if trials else 0.0
        died = trial(place, kill_at=0 if trials else at, after=after, broken=broken)
        found["killed"] += died
        # How long a run takes changes with what else the machine does: aim where it was hit before.
        took *= 1.05 if died else 0.8
        wrong = place.faults()
        try:
            if not wrong and not broken:
                wrong = place.unfinished(place.run())
        except KnownError as error:
            wrong = [str(error)]
        found["faults"] += [f"{'after' if trials else 'at'} {after if trials else at}: {one}" for one in wrong]
        if (broken and wrong) or (trials and found["trials"] >= trials) or (not trials and not died):
            return found
        at += every


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("people", type=int)
    parser.add_argument("trials", type=int)
    parser.add_argument("seed", type=int)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--server", default="")
    parser.add_argument("--broken", default="")
    given = parser.parse_args()
    found_ = main(given.folder, given.people, given.trials, given.seed, given.every, given.server, given.broken)
    print(json.dumps(found_))  # noqa: T201
