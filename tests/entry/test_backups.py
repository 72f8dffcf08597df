"""Backups: written and remembered, checked, and an older copy continued by a manager only."""

from pathlib import Path

import pytest

from officer_app.base.errors import Cancelled, KnownError
from officer_app.casebook import backup
from officer_app.casebook.book import Casebook
from officer_app.casebook.memory import Memory, state_folder
from officer_app.casebook.sealing import Tampered
from officer_app.entry.backups import Backups
from officer_app.entry.service import Entry
from tests import factory
from tests.entry.test_audit_log import never, quiet


def test_a_written_backup_is_remembered_and_checks_out(officer: Casebook, tmp_path: Path) -> None:
    backups = Backups(officer)
    assert backups.last() is None
    change = backups.write(tmp_path / "one.backup", quiet, never)
    last = backups.last()
    assert last is not None
    assert last.file == "one.backup"
    assert "restored on trial" in change.news
    assert backups.check(tmp_path / "one.backup", quiet, never).seq == last.entry
    assert not officer.verify().broken


def test_a_damaged_backup_is_told(officer: Casebook, tmp_path: Path) -> None:
    backups, target = Backups(officer), tmp_path / "one.backup"
    backups.write(target, quiet, never)
    content = bytearray(target.read_bytes())
    content[-40] ^= 1
    target.write_bytes(content)
    with pytest.raises((KnownError, Tampered)):
        backups.check(target, quiet, never)


def test_a_cancelled_backup_leaves_nothing_and_is_not_remembered(officer: Casebook, tmp_path: Path) -> None:
    backups = Backups(officer)
    with pytest.raises(Cancelled):
        backups.write(tmp_path / "one.backup", quiet, lambda: True)
    assert not list(tmp_path.glob("*.backup*"))
    assert backups.last() is None


def test_only_a_manager_continues_an_older_copy(tmp_path: Path) -> None:
    made = factory.casebook_file(tmp_path)
    entry = Entry(str(made.path))
    book = entry.unlock(factory.MANAGER_NAME, factory.MANAGER_PASS)
    Backups(book).write(tmp_path / "one.backup", quiet, never)
    book.close()
    place, memory = tmp_path / "back.sqlite", Memory(state_folder())
    backup.restore(tmp_path / "one.backup", place, memory, factory.OFFICER_NAME, factory.OFFICER_PASS).close()
    copy = Entry(str(place)).unlock(factory.OFFICER_NAME, factory.OFFICER_PASS)
    backups = Backups(copy)
    assert "older" in backups.older
    assert not backups.may_continue
    with pytest.raises(KnownError, match="manager"):
        backups.continue_restored()
    copy.close()
    copy = Entry(str(place)).unlock(factory.MANAGER_NAME, factory.MANAGER_PASS)
    Backups(copy).continue_restored()
    assert Backups(copy).older == ""
    copy.close()
