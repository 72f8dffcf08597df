"""Sections of facts in two columns, with pills and buttons: the case file and the cards are made of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from officer_app.widgets.beside import Beside
from officer_app.widgets.plain import Button, Label, name
from officer_app.widgets.reading import reading
from officer_app.widgets.room import Tone
from officer_app.widgets.theme import px

_SHOWN: Final = 40  # facts or events of one section that are built at once


@dataclass(frozen=True)
class Pill:
    """A state that needs an answer, in a few words ("overdue 1 day")."""

    text: str
    tone: Tone = ""


@dataclass(frozen=True)
class Fact:
    """One line of a section; with an `action` (an id), a button `action_title` emits `asked(action)`.

    `more` are further buttons: (action, title).
    """

    label: str
    value: str
    pill: Pill | None = None
    action: str = ""
    action_title: str = ""
    tone: Tone = ""
    more: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Section:
    """A named part of the file: a text to read, facts in two columns, or a widget of the desk's own."""

    title: str
    facts: Sequence[Fact] = ()
    text: str = ""
    widget: QWidget | None = None


def timeline(title: str, events: Sequence[tuple[str, str]]) -> Section:
    """Return a section of events, newest first: (when, what)."""
    return Section(title, tuple(Fact(when, what) for when, what in events))


def notes(title: str, entries: Sequence[tuple[str, str]]) -> Section:
    """Return a section of notes: (who and when, text)."""
    return Section(title, tuple(Fact(who, text) for who, text in entries))


class PillLabel(Label):
    """A small rounded label; its words say what its colour means."""

    def __init__(self, pill: Pill, parent: QWidget | None = None) -> None:
        super().__init__(pill.text, parent=parent)
        self.setProperty("pill", True)
        self.setProperty("tone", pill.tone)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)


class SectionPanel(QWidget):
    """One section of a case file or card, usable anywhere; emits `asked(action)`."""

    asked = Signal(str)

    def __init__(self, section: Section, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts = tuple(section.facts)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(px(6))
        rows.addWidget(Label(section.title, role="section"))
        if section.text:
            rows.addWidget(reading(section.text))
        self._parts = QVBoxLayout()
        self._parts.setSpacing(px(4))
        rows.addLayout(self._parts)
        self._shown = 0
        self._more: Button | None = None
        if len(self._facts) > _SHOWN:
            self._more = Button("", look="link")
            self._more.clicked.connect(self._show_more)
            rows.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        self._show_more()
        if section.widget is not None:
            rows.addWidget(section.widget)

    def _show_more(self) -> None:
        last = min(self._shown + _SHOWN, len(self._facts))
        self._add(self._shown, last)
        self._shown = last
        if self._more is not None:
            self._more.setText(self.tr("Show more ({0} left)").format(len(self._facts) - last))
            self._more.setVisible(last < len(self._facts))

    def _add(self, first: int, last: int) -> None:
        """Add facts as one part: each widget that is shown by itself would lay out the whole page anew."""
        part = QWidget()
        grid = QGridLayout(part)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(px(4))
        for at, fact in enumerate(self._facts[first:last]):
            label = Label(fact.label, role="muted", wrap=True)
            grid.setRowMinimumHeight(at, px(22))
            value = reading(fact.value, fact.tone)
            name(value, f"{fact.label}: {fact.value[:2000]}")
            beside: list[QWidget] = [PillLabel(fact.pill)] if fact.pill is not None else []
            if fact.action:
                actions = ((fact.action, fact.action_title), *fact.more)
                beside += [self._button(fact, action, title) for action, title in actions]
            grid.addLayout(Beside(value, *beside, label=label), at, 0)
        self._parts.addWidget(part)

    def _button(self, fact: Fact, action: str, title: str) -> Button:
        button = Button(title, look="link")
        button.setProperty("action", action)
        button.setAccessibleDescription(f"{fact.label} {fact.value[:2000]}")
        button.clicked.connect(self._pressed)
        return button

    def _pressed(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self.asked.emit(str(button.property("action")))


def rule() -> QFrame:
    """Return a hairline."""
    line = QFrame()
    line.setProperty("line", True)
    line.setFixedHeight(1)
    return line
