"""The way in and its pages through the real window, in the officer's verbs."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from officer_app.casebook import staff
from officer_app.casebook.book import Casebook
from officer_app.entry.assistant import Assistant
from officer_app.entry.audit_log import AuditLog
from officer_app.entry.audit_view import AuditPage
from officer_app.entry.backup_view import BackupPage
from officer_app.entry.backups import Backups
from officer_app.entry.elsewhere import Elsewhere
from officer_app.entry.groups import GroupsInput
from officer_app.entry.kits_view import KitsView
from officer_app.entry.people import People
from officer_app.entry.people_view import PeoplePage
from officer_app.entry.recovery import Recovery, Restore
from officer_app.entry.view import EntryView
from officer_app.entry.welcome import Welcome
from officer_app.policy.book import Book
from officer_app.rooms import Rooms
from officer_app.widgets.forms import Form
from officer_app.widgets.plain import Button
from officer_app.widgets.work import Work
from officer_app.window import Window
from tests import factory
from tests.entry.conftest import FACTS, actions, with_facts
from tests.factory import MANAGER_NAME, MANAGER_PASS, OFFICER_NAME, OFFICER_PASS
from tests.widgets.conftest import Answers

W = TypeVar("W", bound=QWidget)
NEW_PASS = "copper kettle under nine stars"
POLICY = Book.load(country="VN", zone="Asia/Ho_Chi_Minh")


class Person:
    """Somebody at the keyboard: speaks in verbs and waits until the window has done what was asked."""

    def __init__(self, work: Work, qtbot: QtBot) -> None:
        self.work, self.qtbot = work, qtbot

    def waits(self) -> None:
        for _ in range(5):
            assert self.work.drain(30_000)
            QApplication.processEvents()

    def fills(self, form: Form | None, **values: object) -> None:
        assert form is not None
        for key, value in values.items():
            form.put(key, value)

    def submits(self, form: Form | None) -> None:
        assert form is not None
        form.submit_button.click()
        self.waits()

    def presses(self, button: Button) -> None:
        assert button.isEnabled(), button.text()
        button.click()
        self.waits()

    def types_kit(self, groups: GroupsInput, kit: str) -> None:
        groups.boxes[0].setFocus()
        for at, group in enumerate(kit.split()):
            QTest.keyClicks(groups.boxes[at], group.lower())
        self.waits()

    def unlocks(self, view: EntryView, name: str, passphrase: str) -> None:
        view.sign_in.setText(name)
        view.passphrase.setText(passphrase)
        QTest.keyClick(view.passphrase, Qt.Key.Key_Return)
        self.waits()


@pytest.fixture
def person(work: Work, qtbot: QtBot) -> Person:
    bugs: list[BaseException] = []
    work.bug.connect(bugs.append)
    return Person(work, qtbot)


@pytest.fixture
def opened() -> Iterator[list[Casebook]]:
    books: list[Casebook] = []
    yield books
    for book in books:
        book.close()


def screen(work: Work, path: Path, person: Person, opened: list[Casebook]) -> EntryView:
    view = EntryView(work, str(path))
    view.unlocked.connect(opened.append)
    person.qtbot.addWidget(view)
    view.show()
    person.waits()
    return view


def found(inside: QWidget, kind: type[W]) -> W:
    one = inside.findChild(kind)
    assert isinstance(one, kind)
    return one


def says_yes(person: Person, panel: object, words: str) -> None:
    assert isinstance(panel, Welcome)
    person.presses(next(button for button in panel.findChildren(Button) if button.text() == words))


def kit_on(kits: KitsView) -> str:
    return " ".join(re.findall(r"\b[A-Z2-7]{5}\b", kits.preview.text())[:13])


# --- from nothing to the desks ---


def test_first_start_to_the_desks_lock_and_unlock(work: Work, person: Person, tmp_path: Path, answers: Answers) -> None:
    window = Window(work)
    person.qtbot.addWidget(window)
    rooms = Rooms(window, str(tmp_path / "casebook.sqlite"))
    window.set_entry(rooms.entry)
    window.resize(1520, 860)
    window.show()
    person.waits()
    view = found(window, EntryView)
    assert view.fields.isHidden()
    view.set_up()
    assistant = view.panel
    assert isinstance(assistant, Assistant)
    person.submits(assistant.form)
    person.submits(assistant.form)
    assert assistant.form is not None
    assert assistant.form.problem("company") == "Fill this in."
    person.fills(
        assistant.form, name=FACTS.name, company=FACTS.company, street="12 Nguyễn Huệ", email=FACTS.email,
        contact=FACTS.contact,
    )  # fmt: skip
    person.submits(assistant.form)
    person.fills(assistant.form, policy_version="2026-01-15")
    person.submits(assistant.form)
    person.fills(assistant.form, first_name="Minh", first_sign_in="minh", first_new=MANAGER_PASS, first_again="x")
    person.submits(assistant.form)
    assert "same" in assistant.form.problem("first_again")
    person.fills(assistant.form, first_again=MANAGER_PASS, also_officer=True)
    person.submits(assistant.form)
    kits = assistant.kits
    assert kits is not None
    assert not kits.button.isEnabled()
    kits.show_sheet(1)
    kit = kit_on(kits)
    person.types_kit(kits.groups, kit.replace(kit[0], "B" if kit[0] == "A" else "A", 1))
    assert "Group 1 is mistyped" in kits.groups.says.text()
    assert not kits.button.isEnabled()
    kits.groups.clear()
    person.types_kit(kits.groups, kit)
    person.presses(kits.button)
    assert window.inside is not None
    assert window.inside.shop_name == FACTS.name
    assert window.inside.role == "officer and manager"
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    person.waits()
    assert window.inside is None
    assert rooms.house is None
    again = found(window, EntryView)
    person.unlocks(again, "minh", MANAGER_PASS)
    assert window.inside is not None
    window.leave()


def test_going_back_keeps_what_was_typed(work: Work, person: Person, tmp_path: Path, opened: list[Casebook]) -> None:
    view = screen(work, tmp_path / "casebook.sqlite", person, opened)
    view.set_up()
    assistant = view.panel
    assert isinstance(assistant, Assistant)
    person.submits(assistant.form)
    person.fills(assistant.form, name="Lotus")
    assert assistant.form is not None
    person.presses(assistant.form.cancel_button)
    person.submits(assistant.form)
    assert assistant.form.values()["name"] == "Lotus"


def test_a_taken_place_is_said_on_the_first_page(
    work: Work, person: Person, tmp_path: Path, opened: list[Casebook]
) -> None:
    made = factory.casebook_file(tmp_path)
    view = screen(work, tmp_path / "other.sqlite", person, opened)
    view.set_up()
    assistant = view.panel
    assert isinstance(assistant, Assistant)
    person.fills(assistant.form, address=str(made.path))
    person.submits(assistant.form)
    assert assistant.form is not None
    assert "already" in assistant.form.problem("")


# --- unlocking ---


def test_a_wrong_passphrase_is_said_and_counted_down(
    work: Work, person: Person, tmp_path: Path, opened: list[Casebook]
) -> None:
    made = factory.casebook_file(tmp_path)
    view = screen(work, made.path, person, opened)
    person.unlocks(view, OFFICER_NAME, "not this one at all")
    assert "wrong" in view.trouble.text()
    assert not view.button.isEnabled()
    assert re.search(r"\d+ s$", view.button.text())
    person.qtbot.waitUntil(view.button.isEnabled, timeout=5000)
    person.unlocks(view, OFFICER_NAME, OFFICER_PASS)
    assert isinstance(view.panel, Welcome)
    assert not opened
    assert not view.passphrase.text()
    says_yes(person, view.panel, "It is the same")
    assert opened[0].actor.name == "Trần Linh"


def test_a_kit_lets_somebody_in_and_new_kits_are_made(
    work: Work, person: Person, tmp_path: Path, opened: list[Casebook]
) -> None:
    made = factory.casebook_file(tmp_path)
    book = with_facts(factory.signed_in(made.path, MANAGER_NAME, MANAGER_PASS, tmp_path))
    book.close()
    view = screen(work, made.path, person, opened)
    view.recover()
    panel = view.panel
    assert isinstance(panel, Recovery)
    person.fills(panel.form, sign_in=MANAGER_NAME, new=NEW_PASS, again=NEW_PASS)
    person.submits(panel.form)
    assert "thirteen groups" in panel.form.problem("")
    person.types_kit(panel.groups, made.kits[1])
    person.submits(panel.form)
    welcome = view.panel
    assert isinstance(welcome, Welcome)
    says_yes(person, welcome, "It is the same")
    says_yes(person, welcome, "Make new kits now")
    kits = found(welcome, KitsView)
    person.types_kit(kits.groups, kit_on(kits))
    person.presses(kits.button)
    assert opened
    assert staff.kit_confirmed(opened[0])


def test_a_backup_is_restored_from_the_unlock_screen(
    work: Work, person: Person, tmp_path: Path, opened: list[Casebook], answers: Answers
) -> None:
    made = factory.casebook_file(tmp_path)
    book = factory.signed_in(made.path, OFFICER_NAME, OFFICER_PASS, tmp_path)
    answers.save = tmp_path / "one.backup"
    page = BackupPage(Backups(book), work, lambda: POLICY)
    person.qtbot.addWidget(page)
    person.waits()
    person.presses(page.write_button)
    assert "one.backup is written" in page.news.text
    book.close()
    view = screen(work, tmp_path / "none.sqlite", person, opened)
    view.restore()
    panel = view.panel
    assert isinstance(panel, Restore)
    answers.files = (tmp_path / "one.backup",)
    panel.browse_source()
    person.fills(panel.form, address=str(tmp_path / "back.sqlite"), sign_in=OFFICER_NAME)
    person.submits(panel.form)
    assert panel.form.problem("old") == "Fill this in."
    person.fills(panel.form, old=OFFICER_PASS)
    person.submits(panel.form)
    says_yes(person, view.panel, "It is the same")
    assert opened[0].where.file == tmp_path / "back.sqlite"


def test_an_old_copy_put_back_is_said_before_the_desks(
    work: Work, person: Person, tmp_path: Path, opened: list[Casebook], answers: Answers
) -> None:
    made = factory.casebook_file(tmp_path)
    kept = made.path.read_bytes()
    view = screen(work, made.path, person, opened)
    person.unlocks(view, MANAGER_NAME, MANAGER_PASS)
    says_yes(person, view.panel, "It is the same")
    opened.pop().close()
    for suffix in ("-wal", "-shm"):
        made.path.with_name(made.path.name + suffix).unlink(missing_ok=True)
    made.path.write_bytes(kept)
    view = screen(work, made.path, person, opened)
    person.unlocks(view, MANAGER_NAME, MANAGER_PASS)
    welcome = view.panel
    assert isinstance(welcome, Welcome)
    assert not opened
    person.presses(welcome.continue_button)
    assert "names both states" in answers.asked[0]
    assert opened
    assert opened[0].read_only == ""


def test_another_casebook_is_chosen(
    work: Work, person: Person, tmp_path: Path, opened: list[Casebook], answers: Answers
) -> None:
    made = factory.casebook_file(tmp_path)
    view = screen(work, tmp_path / "none.sqlite", person, opened)
    view.elsewhere()
    panel = view.panel
    assert isinstance(panel, Elsewhere)
    panel.address.setText("mysql://x@y/z")
    panel.go_on()
    assert "PostgreSQL" in panel.trouble.text()
    answers.files = (made.path,)
    panel.browse()
    panel.go_on()
    person.waits()
    assert not view.fields.isHidden()
    assert view.place.text() == str(made.path)


# --- people, audit, backup ---


def people_page(book: Casebook, work: Work, person: Person) -> PeoplePage:
    page = PeoplePage(People(book, lambda: FACTS), work)
    person.qtbot.addWidget(page)
    page.resize(1520, 800)
    page.show()
    person.waits()
    return page


def test_the_manager_adds_a_person_who_then_signs_in(
    manager: Casebook, work: Work, person: Person, opened: list[Casebook]
) -> None:
    page = people_page(manager, work, person)
    person.presses(page.file.actions_bar.buttons["add"])
    form = page.file.form
    assert isinstance(form, Form)
    person.fills(form, name="Lê Hoa", sign_in="hoa", new="hoa hoa hoa hoa", again="hoa hoa hoa hoa")
    person.submits(form)
    assert "guessed" in form.problem("")
    person.fills(form, new=NEW_PASS, again=NEW_PASS)
    person.submits(form)
    assert [row.name for row in page.table.rows()] == ["Lê Hoa", "Phạm Quang Minh", "Trần Linh"]
    assert manager.where.file is not None
    view = screen(work, manager.where.file, person, opened)
    person.unlocks(view, "hoa", NEW_PASS)
    says_yes(person, view.panel, "It is the same")
    assert opened[0].actor.name == "Lê Hoa"


def test_end_access_asks_with_the_consequence(manager: Casebook, work: Work, person: Person, answers: Answers) -> None:
    page = people_page(manager, work, person)
    page.table.view.selectRow(1)
    person.waits()
    answers.yes = False
    person.presses(page.file.actions_bar.buttons["end"])
    assert "cannot be called back" in answers.asked[0]
    assert "access ended" not in actions(manager)
    answers.yes = True
    person.presses(page.file.actions_bar.buttons["end"])
    assert "access ended" in actions(manager)
    assert page.table.rows()[1].until is not None


def test_the_officer_sees_why_not(officer: Casebook, work: Work, person: Person) -> None:
    page = people_page(officer, work, person)
    assert not page.file.actions_bar.buttons["add"].isEnabled()
    assert "Only a manager may do this." in page.file.actions_bar.reasons
    person.presses(page.file.actions_bar.buttons["passphrase"])
    assert isinstance(page.file.form, Form)


def test_new_kits_are_shown_and_typed_back(
    manager: Casebook, work: Work, person: Person, answers: Answers, tmp_path: Path
) -> None:
    page = people_page(manager, work, person)
    person.presses(page.file.actions_bar.buttons["kits"])
    kits = found(page, KitsView)
    answers.save = tmp_path / "kit.pdf"
    person.presses(kits.preview.save_button)
    assert "One sheet is left" in kits.state.text()
    person.types_kit(kits.groups, kit_on(kits))
    person.presses(kits.button)
    assert staff.kit_confirmed(manager)
    assert "in force" in page.file.news.text


def audit_page(book: Casebook, work: Work, person: Person) -> AuditPage:
    page = AuditPage(AuditLog(book, lambda: FACTS, lambda: POLICY.zone), work, lambda: POLICY)
    person.qtbot.addWidget(page)
    page.resize(1520, 800)
    page.show()
    person.waits()
    return page


def test_the_audit_is_filtered_checked_and_exported(
    officer: Casebook, work: Work, person: Person, answers: Answers, tmp_path: Path
) -> None:
    page = audit_page(officer, work, person)
    everything = len(page.table.rows())
    page.person.setCurrentIndex(page.person.findText("Trần Linh"))
    page.person.activated.emit(page.person.currentIndex())
    person.waits()
    assert 0 < len(page.table.rows()) < everything + 1
    assert {row.who for row in page.table.rows()} == {"Trần Linh"}
    person.presses(page.verify_button)
    assert "unbroken" in page.news.text
    answers.save = tmp_path / "audit.csv"
    person.presses(page.csv_button)
    assert (tmp_path / "audit.csv").exists()
    assert page.table.rows()[0].action == "audit exported"
    answers.save = tmp_path / "audit.pdf"
    person.presses(page.pdf_button)
    assert (tmp_path / "audit.pdf").read_bytes().startswith(b"%PDF")
    page.filters.chips["between"].click()
    assert not page.between.isHidden()
    person.waits()
    assert page.table.rows()


def test_the_backup_page_says_when_none_was_written(officer: Casebook, work: Work, person: Person) -> None:
    page = BackupPage(Backups(officer), work, lambda: POLICY)
    person.qtbot.addWidget(page)
    page.show()
    person.waits()
    labels = [label.text() for label in page.findChildren(type(page.news._words))]
    assert "None was written yet." in labels
    assert page.older.isHidden()
