"""Dialogs are few, plain and never confirmed by a stray Enter; news stays in the window."""

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from officer_app.base.errors import KnownError
from officer_app.widgets import messages
from officer_app.widgets.messages import NewsBar
from officer_app.widgets.room import Tone
from tests.widgets.conftest import Answers
from tests.widgets.gallery import NASTY


class Person:
    """Does something to the dialog as soon as it shows."""

    def __init__(self, press: str = "", typed: str = "") -> None:
        self.press, self.typed = press, typed
        self.texts: list[str] = []
        self.default = ""
        QTimer.singleShot(0, self.act)

    def act(self) -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QDialog)
        self.texts = [label.text() for label in box.findChildren(QLabel)]
        self.default = next((b.text() for b in box.findChildren(QPushButton) if b.isDefault()), "")
        for field in box.findChildren(QLineEdit):
            if not field.isHidden():
                field.setText(self.typed)
        button = next((b for b in box.findChildren(QPushButton) if b.text() == self.press), None)
        if button is not None:
            button.click()
        else:
            box.reject()


def test_a_question_carries_its_verb_and_is_not_confirmed_by_enter(qtbot: QtBot) -> None:
    person = Person("Delete 12 accounts")
    assert messages.ask(None, f"Delete 12 accounts of {NASTY}?", "Delete 12 accounts")
    assert person.texts == [f"Delete 12 accounts of {NASTY}?"]
    assert person.default == ""
    Person("Cancel")
    assert not messages.ask(None, "Delete?", "Delete")
    Person()
    assert not messages.ask(None, "Delete?", "Delete")


def test_a_passphrase_is_taken_or_declined(qtbot: QtBot) -> None:
    person = Person("Continue", "correct horse")
    assert messages.ask_passphrase(None, "Your passphrase") == "correct horse"
    assert person.default == "Continue"
    Person("Cancel", "correct horse")
    assert messages.ask_passphrase(None, "Your passphrase") is None


def test_telling_waits_for_close(qtbot: QtBot) -> None:
    person = Person("Close")
    messages.tell(None, "It happened.")
    assert person.texts == ["It happened."]


def test_another_object_can_answer_and_goes_away_again(answers: Answers) -> None:
    answers.yes = False
    assert not messages.ask(None, "Delete?", "Delete")
    assert answers.asked == ["Delete? [Delete]"]
    with messages.answered_by(Answers()):
        assert messages.ask(None, "Delete?", "Delete")
    assert not messages.ask(None, "Delete?", "Delete")


@pytest.mark.parametrize("tone", ["", "red", "amber", "green"])
def test_news_is_shown_in_the_window_and_put_away(qtbot: QtBot, tone: Tone) -> None:
    bar = NewsBar()
    qtbot.addWidget(bar)
    assert bar.text == ""
    bar.show_news(f"Issued for {NASTY}.", tone, action="Show")
    assert bar.text == f"Issued for {NASTY}."
    show, dismiss = bar.findChildren(QPushButton)
    with qtbot.waitSignal(bar.acted, timeout=1000):
        show.click()
    dismiss.click()
    assert bar.text == ""
    bar.show_trouble(KnownError("Check identity first."))
    assert bar.text == "Check identity first."
    assert not show.isVisible()
