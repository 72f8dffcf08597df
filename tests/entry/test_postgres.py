"""A team's casebook on a PostgreSQL server: set up, its password asked for, unlocked, backed up into a file."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from pytestqt.qtbot import QtBot
from sqlalchemy.engine import make_url

from officer_app.base.errors import KnownError
from officer_app.casebook.book import Casebook
from officer_app.entry.backups import Backups
from officer_app.entry.service import Entry
from officer_app.entry.view import EntryView
from officer_app.widgets.work import Work
from tests.entry.test_audit_log import never, quiet
from tests.entry.test_pages import Person
from tests.entry.test_service import kit_in, wanted
from tests.factory import MANAGER_PASS, OFFICER_PASS

pytestmark = pytest.mark.server


@pytest.fixture
def place(postgres_url: str) -> Iterator[tuple[str, str]]:
    """Return the address of an empty database on the server, and the password that is not in it."""
    server = make_url(postgres_url)
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE IF EXISTS entry_casebook")
        connection.exec_driver_sql("CREATE DATABASE entry_casebook")
    bare = sa.URL.create(
        server.drivername, server.username, None, server.host, server.port, "entry_casebook", server.query
    )
    yield bare.render_as_string(), server.password or ""
    engine.dispose()


def test_a_casebook_on_a_server(place: tuple[str, str], tmp_path: Path, work: Work, qtbot: QtBot) -> None:
    address, password = place
    book, sheets = Entry().create(replace(wanted(tmp_path), address=address), password)
    Entry().confirm_kit(book, kit_in(sheets.first))
    with pytest.raises(KnownError, match="holds a casebook already"):
        Entry().create(replace(wanted(tmp_path), address=address), password)
    book.close()
    opened: list[Casebook] = []
    person, view = Person(work, qtbot), EntryView(work, address)
    view.unlocked.connect(opened.append)
    qtbot.addWidget(view)
    view.show()
    person.waits()
    assert view.server is not None, "no keyring holds the server's password, so it is asked for"
    view.server.password.setText(password)
    person.unlocks(view, "linh", OFFICER_PASS)
    assert opened[0].actor.name == "Trần Linh"
    backups = Backups(opened[0])
    backups.write(tmp_path / "team.backup", quiet, never)
    assert backups.last() is not None
    opened[0].close()
    restored = Entry().restore(tmp_path / "team.backup", str(tmp_path / "alone.sqlite"), "minh", MANAGER_PASS)
    assert restored.where.file is not None
    restored.close()
