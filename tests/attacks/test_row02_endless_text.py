"""Endless texts of a mail do not freeze the window that shows them."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from officer_app.tour.chapters import Visit
from officer_app.widgets.plain import Button, Label
from officer_app.widgets.reading import reading

TEXTS: dict[str, Callable[[], str]] = {
    "one word": lambda: "x" * 1_000_000,
    "many words": lambda: "word " * 200_000,
    "many lines": lambda: "x\n" * 500_000,
    "empty lines": lambda: "x\n\n\n" * 200_000,
    "marks": lambda: "a" + "\u0301" * 400_000,
    "right to left": lambda: "\u0634\u0643\u0648\u0649 " * 200_000,
    "joined emoji": lambda: "\U0001f469\u200d" * 200_000,
}


class Gaps(QObject):
    """Measures how long the window did not live."""

    def __init__(self) -> None:
        super().__init__()
        self.longest, self._last = 0.0, time.monotonic()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.beat)
        self._timer.start(5)

    def beat(self) -> None:
        now = time.monotonic()
        self.longest, self._last = max(self.longest, now - self._last), now

    def stop(self) -> float:
        self.beat()
        self._timer.stop()
        return self.longest


@pytest.mark.parametrize("name", TEXTS)
def test_a_mail_without_end_is_shown_at_once(name: str, visit: Visit, doors: Any) -> None:
    officer = visit.officer
    path = visit.demo / "mails" / "endless.eml"
    head = (
        "From: Long <long@example.org>\nTo: privacy@lotus.example\nSubject: {0}\nMessage-ID: <long@example.org>\n"
        "Date: Mon, 02 Nov 2026 10:00:00 +0000\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n"
    )
    text = TEXTS[name]()
    path.write_bytes(head.format(text[:2000].replace("\n", " ")).encode() + text.encode())
    officer.sign_in(*visit.keys("officer"))
    gaps = Gaps()
    officer.drop([path])
    officer.open(officer.screen.desk.table.current_key())
    officer.screen.settle()
    officer.scroll_down()
    officer.screen.settle()
    officer.screen.window.resize(1300, 800)
    officer.screen.settle()
    longest = gaps.stop()
    assert longest < 2.0


@pytest.mark.parametrize("name", TEXTS)
def test_nothing_of_a_long_text_is_lost(name: str, qtbot: QtBot) -> None:
    text = TEXTS[name]()[:20_000]
    made = reading(text)
    qtbot.addWidget(made)
    button = made.findChild(Button)
    assert button is not None
    pressed = 0
    while not button.isHidden():
        button.click()
        pressed += 1
        assert pressed < 1000
    shown = "".join(label.text() for label in made.findChildren(Label)).replace("\u200b", "")
    assert shown.replace("\n", "") == text.replace("\n", "")
    assert all(label.text().count("\n") <= 60 and len(label.text()) < 3100 for label in made.findChildren(Label))
