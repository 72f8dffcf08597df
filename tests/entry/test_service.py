"""Entering: made, opened, refused, recovered and restored casebooks."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from officer_app.base.errors import KnownError
from officer_app.casebook import backup, staff
from officer_app.casebook.book import Casebook
from officer_app.casebook.memory import Memory, state_folder
from officer_app.entry.service import Entry, First, NewCasebook, Refused, Sheets
from tests import factory
from tests.entry.conftest import FACTS, actions
from tests.factory import MANAGER_NAME, MANAGER_PASS, OFFICER_NAME, OFFICER_PASS
from tests.notices.reading import everything

NEW_PASS = "copper kettle under nine stars"


@pytest.fixture
def closing() -> Iterator[list[Casebook]]:
    """Close every casebook that a test puts here."""
    books: list[Casebook] = []
    yield books
    for book in books:
        book.close()


def wanted(tmp_path: Path) -> NewCasebook:
    return NewCasebook(
        address=str(tmp_path / "new" / "casebook.sqlite"),
        facts=FACTS,
        first=First("Phạm Quang Minh", "Minh", MANAGER_PASS),
        second_name="Trần Linh",
        second_sign_in="linh",
        second_passphrase=OFFICER_PASS,
    )


def kit_in(sheet: bytes) -> str:
    """Return the groups as a person reads them off the sheet."""
    groups = re.findall(r"\b[A-Z2-7]{5}\b", everything(sheet))
    return " ".join(groups[:13])


def test_nothing_is_there_at_first(tmp_path: Path) -> None:
    found = Entry(str(tmp_path / "casebook.sqlite")).find()
    assert not found.there
    assert found.address == str(tmp_path / "casebook.sqlite")


def test_a_new_casebook_opens_for_both_people_once_a_kit_is_typed_back(tmp_path: Path, closing: list[Casebook]) -> None:
    entry = Entry()
    book, sheets = entry.create(wanted(tmp_path))
    closing.append(book)
    assert isinstance(sheets, Sheets)
    assert kit_in(sheets.first) != kit_in(sheets.second)
    assert not staff.kit_confirmed(book)
    with pytest.raises(KnownError, match="Group 3 is mistyped"):
        entry.confirm_kit(book, _mistyped(kit_in(sheets.second), 3))
    entry.confirm_kit(book, kit_in(sheets.second))
    assert staff.kit_confirmed(book)
    book.lock()
    closing.append(entry.unlock("LINH ", OFFICER_PASS))
    assert closing[-1].actor.roles == ("officer",)
    assert entry.greeting(closing[-1]).silent
    assert "kit" not in str([path.name for path in tmp_path.rglob("*.pdf")])


def _mistyped(kit: str, group: int) -> str:
    groups = kit.split()
    letter = "A" if groups[group - 1][0] != "A" else "B"
    groups[group - 1] = letter + groups[group - 1][1:]
    return " ".join(groups)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"facts": replace(FACTS, address=(), contact="")}, "postal address, the name of the privacy officer"),
        ({"first": First("Minh", "minh", "password1234")}, "easily guessed"),
        ({"first": First("Minh", "minh", "short")}, "12 characters"),
        ({"second_passphrase": "linh linh linh"}, "guessed"),
        ({"second_sign_in": " MINH"}, "same sign-in name"),
    ],
)
def test_nothing_is_made_when_something_will_not_do(tmp_path: Path, change: dict[str, object], says: str) -> None:
    with pytest.raises(KnownError, match=says):
        Entry().create(replace(wanted(tmp_path), **change))  # type: ignore[arg-type]
    assert not list(tmp_path.rglob("casebook*"))


def test_a_taken_place_is_refused_before_more_is_asked(tmp_path: Path) -> None:
    made = factory.casebook_file(tmp_path)
    with pytest.raises(KnownError, match="There is a file at"):
        Entry().check_place(str(made.path))


def test_wrong_passphrases_say_how_long_to_wait(tmp_path: Path, closing: list[Casebook]) -> None:
    made = factory.casebook_file(tmp_path)
    entry = Entry(str(made.path))
    for name in (OFFICER_NAME, "nobody"):
        with pytest.raises(Refused, match="wrong") as first:
            entry.unlock(name, "not my passphrase at all")
        with pytest.raises(Refused, match="must wait") as second:
            entry.unlock(name, OFFICER_PASS)
        assert first.value.seconds == 1
        assert second.value.seconds >= 1


def test_a_computer_that_never_saw_the_casebook_shows_the_fingerprint_once(
    tmp_path: Path, closing: list[Casebook]
) -> None:
    made = factory.casebook_file(tmp_path)
    entry = Entry(str(made.path))
    book = entry.unlock(MANAGER_NAME, MANAGER_PASS)
    closing.append(book)
    shown = entry.greeting(book).fingerprint
    assert shown.replace(" ", "") == book.root
    book.close()
    again = Entry(str(made.path))
    closing.append(again.unlock(MANAGER_NAME, MANAGER_PASS))
    assert again.greeting(closing[-1]).silent


def test_a_kit_opens_for_a_new_passphrase_and_new_kits_are_asked_for(tmp_path: Path, closing: list[Casebook]) -> None:
    made = factory.casebook_file(tmp_path)
    entry = Entry(str(made.path))
    closing.append(entry.recover(made.kits[0], MANAGER_NAME, NEW_PASS))
    assert entry.greeting(closing[-1]).kits_missing
    assert "opened by recovery kit" in actions(closing[-1])
    with pytest.raises(KnownError, match="used or replaced"):
        entry.recover(made.kits[0], MANAGER_NAME, NEW_PASS)
    with pytest.raises(KnownError, match="wrong"):
        entry.unlock(MANAGER_NAME, MANAGER_PASS)


def test_new_kits_are_not_made_while_they_could_not_be_printed(tmp_path: Path, closing: list[Casebook]) -> None:
    book = factory.manager(tmp_path)
    closing.append(book)
    with pytest.raises(KnownError, match="the shop's name"):
        Entry(str(book.where)).new_kits(book)
    assert "recovery kits made" not in actions(book)[:-1]


def test_a_backup_comes_back_at_a_new_place_and_an_older_copy_is_continued(
    tmp_path: Path, closing: list[Casebook]
) -> None:
    made = factory.casebook_file(tmp_path)
    entry = Entry(str(made.path))
    book = entry.unlock(MANAGER_NAME, MANAGER_PASS)
    closing.append(book)
    backup.write(book, tmp_path / "one.backup")
    staff.change_roles(book, book.actor.id, ("officer", "manager"))
    book.close()
    other = Entry()
    copy = other.restore(tmp_path / "one.backup", str(tmp_path / "back.sqlite"), MANAGER_NAME, MANAGER_PASS)
    closing.append(copy)
    greeting = other.greeting(copy)
    assert "older" in greeting.read_only
    assert greeting.may_continue
    with pytest.raises(KnownError, match="older"), copy.transaction("view"):
        pass
    other.continue_restored(copy)
    assert not copy.read_only
    assert "restored casebook continued" in actions(copy)


def test_a_backup_comes_back_with_a_kit(tmp_path: Path, closing: list[Casebook]) -> None:
    made = factory.casebook_file(tmp_path)
    book = Entry(str(made.path)).unlock(MANAGER_NAME, MANAGER_PASS)
    backup.write(book, tmp_path / "one.backup")
    book.close()
    entry, place = Entry(), str(tmp_path / "back.sqlite")
    closing.append(entry.restore(tmp_path / "one.backup", place, MANAGER_NAME, NEW_PASS, kit=made.kits[1]))
    assert closing[-1].actor.name == "Phạm Quang Minh"


def test_a_copied_casebook_file_that_is_rolled_back_opens_to_look_at(tmp_path: Path, closing: list[Casebook]) -> None:
    made = factory.casebook_file(tmp_path)
    kept = tmp_path / "kept.sqlite"
    shutil.copy(made.path, kept)
    entry = Entry(str(made.path))
    book = entry.unlock(OFFICER_NAME, OFFICER_PASS)
    book.close()
    for suffix in ("-wal", "-shm"):
        made.path.with_name(made.path.name + suffix).unlink(missing_ok=True)
    shutil.copy(kept, made.path)
    closing.append(entry.unlock(OFFICER_NAME, OFFICER_PASS))
    greeting = entry.greeting(closing[-1])
    assert "somebody put back an old copy" in greeting.read_only
    assert not greeting.may_continue


def test_a_demo_says_where_its_passphrases_lie(tmp_path: Path) -> None:
    made = factory.casebook_file(tmp_path)
    for name in ("shop.sqlite", "officer.passphrase", "manager.passphrase"):
        (tmp_path / name).touch()
    found = Entry(str(made.path)).find()
    assert [path.name for path in found.demo_passphrases] == ["manager.passphrase", "officer.passphrase"]


def test_a_server_casebook_asks_for_its_password(state: Path) -> None:
    found = Entry("postgresql://linh@127.0.0.1/casebook").find()
    assert found.server
    assert found.asks_password
    assert Memory(state_folder()).folder == state
