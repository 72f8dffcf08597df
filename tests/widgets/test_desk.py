"""The frame of a desk: files dropped onto it, the preview in place of the list, trouble where it belongs."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from officer_app.base.errors import KnownError
from officer_app.widgets.forms import Form
from officer_app.widgets.work import Work
from tests.widgets.gallery import LINES, FakeDesk, letter, reply_form


@pytest.fixture
def desk(work: Work, qtbot: QtBot) -> FakeDesk:
    made = FakeDesk(work, "complaints", "Complaints", LINES, 8)
    qtbot.addWidget(made)
    made.resize(1400, 700)
    made.setVisible(True)
    made.refresh()
    assert work.drain()
    return made


def drop(desk: FakeDesk, *urls: str) -> tuple[bool, list[Path]]:
    """Drag the addresses onto the desk; return whether they were welcome and what arrived."""
    got: list[Path] = []
    desk.dropped.connect(got.extend)
    carried = QMimeData()
    carried.setUrls([QUrl(url) for url in urls])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(10, 10), copy, carried, left, none)
    enter.ignore()
    QApplication.sendEvent(desk, enter)
    if enter.isAccepted():
        QApplication.sendEvent(desk, QDropEvent(QPointF(10, 10), copy, carried, left, none))
    return enter.isAccepted(), got


def test_mail_files_are_taken_and_nothing_else(desk: FakeDesk) -> None:
    desk.accept_files(".eml")
    welcome, got = drop(desk, "file:///tmp/one.EML", "file:///tmp/two.pdf", "https://example.org/three.eml")
    assert welcome
    assert [path.name for path in got] == ["one.EML"]
    assert drop(desk, "file:///tmp/two.pdf") == (False, [])


def test_a_desk_that_takes_no_files_takes_none(desk: FakeDesk) -> None:
    assert drop(desk, "file:///tmp/one.eml") == (False, [])


def test_the_preview_stands_beside_the_case_and_gives_the_list_back(desk: FakeDesk) -> None:
    desk.open("C-2026-0041")
    desk.show_pdf(letter(), "Reply", "N-2026-0121.pdf")
    assert desk.preview.isVisible()
    assert desk.file.isVisible()
    assert not desk.table.isVisible()
    desk.preview.back_button.click()
    assert desk.table.isVisible()
    desk.show_pdf(letter(), "Reply", "N-2026-0121.pdf")
    desk.open("C-2026-0052")
    assert desk.table.current_key() == "C-2026-0052"
    assert desk.table.isVisible()


def test_trouble_is_told_in_the_open_form_else_above_the_case(desk: FakeDesk, work: Work) -> None:
    def op() -> None:
        raise KnownError("Check identity first.")

    desk.run(op)
    assert work.drain()
    assert desk.file.news.text == "Check identity first."
    desk.file.news.clear()
    form = reply_form()
    desk.ask_form(form, lambda _values: desk.run(op))
    form.put("outcome", "upheld")
    form.put("reasons", "Because.")
    form.submit()
    assert work.drain()
    assert form.problem("") == "Check identity first."
    assert form.submit_button.isEnabled()
    assert desk.file.news.text == ""


def test_leaving_a_form_gives_the_buttons_back(desk: FakeDesk) -> None:
    desk.open("C-2026-0041")
    desk.ask_form(reply_form(), lambda _values: None)
    assert isinstance(desk.file.form, Form)
    desk.file.form.cancel_button.click()
    assert desk.file.form is None
    assert desk.file.actions_bar.isVisible()
