"""A casebook with one officer and one manager on SQLite or on PostgreSQL, and a way to change its rows by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from officer_app.base.clock import Clock, utc_now
from officer_app.casebook import audit, cases, evidence, schema, setup, staff
from officer_app.casebook.book import Casebook
from officer_app.casebook.memory import Memory
from officer_app.casebook.store import exclusive, open_engine, place
from tests import factory


@dataclass(frozen=True)
class Spot:
    """Where a test's casebook is, its kits, and the folder of the computer that uses it."""

    address: str
    kits: tuple[str, str]
    folder: Path

    @property
    def memory(self) -> Memory:
        """What the test's computer remembers."""
        return Memory(self.folder / "state")

    def open(
        self, name: str = factory.OFFICER_NAME, passphrase: str = factory.OFFICER_PASS, *, computer: str = "state",
        clock: Clock = utc_now,
    ) -> Casebook:  # fmt: skip
        """Return the casebook unlocked, as another window would have it; `computer` names whose memory is used."""
        book = Casebook.open(self.address, Memory(self.folder / computer), clock=clock)
        try:
            book.unlock(name, passphrase)
        except BaseException:
            book.close()
            raise
        return book

    def manager(self, computer: str = "state") -> Casebook:
        """Return the casebook unlocked by the manager."""
        return self.open(factory.MANAGER_NAME, factory.MANAGER_PASS, computer=computer)

    @contextmanager
    def by_hand(self) -> Iterator[sa.Connection]:
        """Give a connection that changes what it likes, as somebody with the database's password does."""
        engine = open_engine(place(self.address))
        try:
            with exclusive(engine) as connection:
                yield connection
        finally:
            engine.dispose()

    def rows(self, table: sa.Table) -> list[dict[str, Any]]:
        """Return a table's rows as they are stored."""
        with self.by_hand() as connection:
            return [dict(row) for row in connection.execute(sa.select(*schema.stored(table))).mappings()]


def sqlite_spot(folder: Path) -> Spot:
    """Return a fresh casebook file."""
    folder.mkdir(parents=True, exist_ok=True)
    made = factory.casebook_file(folder)
    return Spot(str(made.path), made.kits, folder)


def _on_server(server: str, *statements: str) -> None:
    engine = sa.create_engine(make_url(server), isolation_level="AUTOCOMMIT", hide_parameters=True)
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
    engine.dispose()


def drop_database(server: str, name: str) -> None:
    """Remove a database."""
    _on_server(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def new_database(server: str, name: str, template: str = "template1") -> str:
    """Make a database on a server and return its address."""
    drop_database(server, name)
    _on_server(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    url = make_url(server)
    return url.set(database=name, drivername="postgresql").render_as_string(hide_password=False).replace(":@", "@")


def postgres_template(server: str, folder: Path) -> tuple[str, str]:
    """Make the database every test's casebook is copied from, and return the kits' texts."""
    address = new_database(server, "casebook_template")
    first = setup.First("Phạm Quang Minh", factory.MANAGER_NAME, factory.MANAGER_PASS)
    book, kits = setup.create(address, Memory(folder), first, kdf=factory.cheap_kdf)
    texts = (" ".join(kits[0].groups), " ".join(kits[1].groups))
    staff.confirm_kit(book, texts[0])
    staff.add(book, "Trần Linh", factory.OFFICER_NAME, (factory.OFFICER,), factory.OFFICER_PASS, factory.cheap_kdf())
    book.close()
    return texts


def new_case(book: Casebook, *files: bytes, kind: str = "other") -> str:
    """Open a case with a deadline, a person and some evidence, and return its reference."""
    with book.transaction("work") as tx:
        reference = cases.open_case(tx, "complaints", kind, "open", tx.now.year, assignee=tx.actor.id)
        cases.set_deadline(tx, reference, deadline(tx.now))
        cases.index_person(tx, reference, "complainant", customer="17", email="an@example.org")
        for number, content in enumerate(files):
            evidence.add(tx, reference, f"file {number}", "application/octet-stream", content)
        audit.append(tx, "received", reference, {"files": len(files)})
    return reference


def deadline(now: Any) -> cases.StoredDeadline:
    """Return a computed deadline as the policy gives it."""
    return cases.StoredDeadline(
        id="", reference="", duty="complaint-resolve", rule="resolve", pack="shop-policy", pack_version="1",
        source="shop policy",
        rule_text="Answer.", asked="", verified=True, how="15 days", start=now, due=now, outer=None, met=None,
    )  # fmt: skip
