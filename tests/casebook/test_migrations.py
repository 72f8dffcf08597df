"""Migrations: what they make is what the models say, and data survives the way up; the way down leaves nothing."""

import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from officer_app.base.errors import KnownError
from officer_app.casebook import migrate, schema
from officer_app.casebook.book import Casebook
from officer_app.casebook.memory import Memory
from officer_app.casebook.store import open_engine, place
from tests.casebook.conftest import BOTH
from tests.casebook.places import Spot, new_case, new_database


@pytest.fixture(params=BOTH)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give an address with nothing there."""
    if request.param == "sqlite":
        return str(tmp_path / "empty.sqlite")
    return new_database(request.getfixturevalue("postgres_url"), "empty_casebook")


def test_the_migrations_make_what_the_models_say(empty: str) -> None:
    engine = open_engine(place(empty), create=True)
    migrate.upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []
    engine.dispose()


def test_there_is_one_line_of_migrations() -> None:
    script = ScriptDirectory.from_config(migrate._config())
    assert len(script.get_heads()) == 1
    assert [one.revision for one in script.walk_revisions()][-1] == "0001"
    # They stand alone: a later change of the models changes no old migration.
    for one in script.walk_revisions():
        assert "officer_app" not in Path(one.path).read_text(encoding="utf-8")


def test_all_the_way_down_leaves_nothing_and_up_again_works(empty: str) -> None:
    engine = open_engine(place(empty), create=True)
    migrate.upgrade(engine)
    migrate.downgrade(engine, "base")
    assert set(sa.inspect(engine).get_table_names()) <= {"alembic_version"}
    migrate.upgrade(engine)
    assert "cases" in sa.inspect(engine).get_table_names()
    engine.dispose()


def test_data_survives_the_desks_going_and_coming(spot: Spot) -> None:
    book = spot.open()
    new_case(book, b"evidence")
    book.close()
    before = {table: spot.rows(table) for table in (schema.cases, schema.audit, schema.people, schema.chunks)}
    engine = open_engine(place(spot.address))
    migrate.downgrade(engine, "0001")
    engine.dispose()
    again = spot.open()  # brings it up by itself
    assert again.verify().broken == ""
    again.close()
    for table, rows in before.items():
        assert spot.rows(table)[: len(rows)] == rows


def test_a_migration_that_fails_leaves_the_old_tables(spot: Spot, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_engine(place(spot.address))
    migrate.downgrade(engine, "0001")
    before = set(sa.inspect(engine).get_table_names())
    script = ScriptDirectory.from_config(migrate._config())
    broken = script.get_revision(migrate.head()).module

    def fail() -> None:
        raise ZeroDivisionError

    command = migrate._command

    def spoiled(name: str, connection: sa.Connection, wanted: str) -> None:
        command(name, connection, "0002")
        fail()

    monkeypatch.setattr(migrate, "_command", spoiled)
    with pytest.raises(ZeroDivisionError):
        migrate.upgrade(engine)
    assert set(sa.inspect(engine).get_table_names()) == before
    assert broken.revision == migrate.head()
    engine.dispose()


def test_two_windows_that_start_at_once_migrate_once(spot: Spot) -> None:
    engine = open_engine(place(spot.address))
    migrate.downgrade(engine, "0001")
    engine.dispose()
    errors: list[BaseException] = []

    def start() -> None:
        try:
            spot.open().close()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_a_window_of_an_older_program_stops_when_a_newer_one_migrated(spot: Spot) -> None:
    book = spot.open()
    with spot.by_hand() as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '9999'")
    with pytest.raises(KnownError, match="another version of the program"):
        new_case(book)
    book.close()
    with pytest.raises(KnownError, match="newer version of the program"):
        Casebook.open(spot.address, Memory(spot.folder / "state"))
