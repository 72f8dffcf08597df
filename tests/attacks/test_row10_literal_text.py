"""A real session on hostile data: markup shows as it stands on every screen, nothing is opened, nothing is left."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QListWidget, QWidget
from pytestqt.qtbot import QtBot

from officer_app.tour.chapters import Visit
from tests.attacks import hostile
from tests.attacks.conftest import Doors
from tests.attacks.hostile import CANARY, NAME


def clean(visit: Visit, *literally: str) -> None:
    """Check every widget there is, and that the hostile text can be read where it is expected."""
    visit.officer.screen.settle()
    found = hostile.widgets()
    assert hostile.faults(found) == []
    words = hostile.shown(found)
    for text in literally:
        assert text in words


def test_the_judge_sees_what_qt_would_guess(qtbot: QtBot) -> None:
    label, items, widget = QLabel(NAME), QListWidget(), QWidget()
    items.addItem("x")
    items.item(0).setToolTip(NAME)
    widget.setToolTip("<b>A</b>")
    for one in (label, items, widget):
        qtbot.addWidget(one)
        assert len(hostile.faults([one])) == 1
    label.setTextFormat(Qt.TextFormat.PlainText)
    assert hostile.faults([label]) == []


def test_a_session_on_hostile_data(visit: Visit, home: Path, doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    # Without a display nobody ever owns the clipboard; with one, whoever copied does.
    monkeypatch.setattr(QClipboard, "ownsClipboard", lambda _board: True)
    officer = visit.officer
    officer.sign_in(*visit.keys("officer"))
    clean(visit)
    assert NAME in officer.screen.window.windowTitle()

    # a hostile mail becomes a case; the case, its attachments and its letter
    officer.drop([visit.demo / "mails" / "hostile.eml"])
    reference = officer.screen.desk.table.current_key()
    officer.open(reference)
    clean(visit, NAME, CANARY, *hostile.URLS, NAME.replace("/", "") + ".pdf")
    officer.scroll_down()
    clean(visit)
    # the original leaves only by a copy that is asked for, under our name, for its owner; nothing opens it
    officer.fact("evidence:")
    copy = officer.answers.saved[-1]
    officer.screen.wait(copy.exists, "the copy")
    assert any("may be harmful" in question for question in officer.answers.asked)
    assert copy.parent == visit.out and copy.stat().st_mode & 0o777 == 0o600
    assert doors.started == []
    clean(visit)
    officer.step("acknowledge")
    assert officer.letter().startswith(b"%PDF")
    clean(visit)
    officer.screen.desk.close_preview()
    for step in [key for key, enabled in officer.steps().items() if enabled]:
        buttons = officer.screen.desk.file.actions_bar.buttons
        if step in buttons and buttons[step].isEnabled():
            officer.screen.click(buttons[step])
            clean(visit)
            officer.screen.keys(Qt.Key.Key_Escape)
            officer.screen.desk.close_preview()
    officer.search(CANARY)
    clean(visit)

    # a demand by an agency of that name
    officer.tab(2)
    officer.screen.shortcut(Qt.Key.Key_N)
    officer.screen.fill({"who": "third-party:buyer-confirmed"})
    officer.screen.submit()
    officer.screen.fill({"agency": NAME, "asked": f"{NAME} {CANARY}", "scope": ("email",), "purpose": "marketing"})
    clean(visit)
    officer.screen.submit()
    clean(visit, NAME)
    officer.step("refuse", reasons=NAME, rule=NAME)
    assert officer.letter().startswith(b"%PDF")
    clean(visit)
    officer.screen.desk.close_preview()

    # an incident of that name, and the customers it affects
    officer.tab(3)
    officer.screen.shortcut(Qt.Key.Key_N)
    officer.screen.fill({"what": f"{NAME} {CANARY}"})
    officer.screen.submit()
    clean(visit, NAME)
    officer.tab(4)
    officer.screen.wait(lambda: officer.screen.desk.table.rows(), "accounts for review")
    officer.row(0)
    clean(visit, NAME)

    # whoever is found, the card, and every page of the menu
    officer.find("hoa.le@example.vn")
    clean(visit, NAME)
    officer.screen.keys(Qt.Key.Key_Escape)
    panel = officer.screen.window.panel
    assert panel is not None
    panel.due.more_button.click()
    clean(visit)
    menu = panel.menu_button.menu()
    assert menu is not None
    for action in [one for one in menu.actions() if one.text() and "Lock" not in one.text()]:
        if action.text() in ("About", "Find a customer", "Settings", "People", "Audit", "Backup"):
            officer.menu(action.text())
            clean(visit)
    officer.tab(1)

    # copied by the officer, gone with the lock; and the lock shows nothing of it
    officer.open(reference)
    QGuiApplication.clipboard().setText(CANARY)
    officer.lock()
    assert CANARY not in QGuiApplication.clipboard().text()
    clean(visit)
    assert not {CANARY, NAME} & set(hostile.shown(hostile.widgets()).split("\n"))
    assert CANARY not in hostile.shown(hostile.widgets())

    assert doors.opened == []
    assert doors.started == []
    assert hostile.traces(home, CANARY, "img src=/x.png") == []
    casebook = visit.demo / "casebook.sqlite"
    (visit.demo / "mails").rename(visit.out / "mails")
    (visit.demo / "shop.sqlite").unlink()
    assert casebook.exists()
    assert hostile.traces(visit.demo, CANARY, "img src=/x.png") == []


def test_what_is_left_would_be_seen(tmp_path: Path, qapp: QApplication) -> None:
    (tmp_path / "a").write_bytes(CANARY.encode("utf-16-le"))
    (tmp_path / f"{CANARY}.txt").touch()
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "b").write_text(f"x{CANARY}y", encoding="utf-8")
    assert len(hostile.traces(tmp_path, CANARY)) == 3
