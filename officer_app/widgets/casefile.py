"""The case file: who and what, how far, facts in two columns, what happened, and what may be done next."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QSplitter, QVBoxLayout, QWidget

from officer_app.base.steps import Step
from officer_app.widgets.flow import Flow
from officer_app.widgets.messages import NewsBar
from officer_app.widgets.plain import Button, Label, explain, name
from officer_app.widgets.room import Tone
from officer_app.widgets.stepper import Stepper
from officer_app.widgets.table import EmptyState
from officer_app.widgets.theme import px

_SHOWN: Final = 40  # facts or events of one section that are built at once


@dataclass(frozen=True)
class Pill:
    """A state that needs an answer, in a few words ("overdue 1 day")."""

    text: str
    tone: Tone = ""


@dataclass(frozen=True)
class Fact:
    """One line of a section; with an `action` (an id), a button `action_title` emits `asked(action)`."""

    label: str
    value: str
    pill: Pill | None = None
    action: str = ""
    action_title: str = ""
    tone: Tone = ""


@dataclass(frozen=True)
class Section:
    """A named part of the file: a text to read, facts in two columns, or a widget of the desk's own."""

    title: str
    facts: Sequence[Fact] = ()
    text: str = ""
    widget: QWidget | None = None


@dataclass(frozen=True)
class CaseHeader:
    """The top of the file: `line` has reference, person, how and when it came, who works on it."""

    title: str
    line: str
    pill: Pill | None = None
    stages: Sequence[str] = ()
    reached: int = 0


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


class ActionBar(QWidget):
    """The officer's verbs; what cannot be done yet stays visible and says why, below and as tooltip."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(px(24), px(12), px(24), px(12))
        rows.setSpacing(px(8))
        self._row = QWidget(self)
        self._flow = Flow(self._row, gap=px(8))
        self._why = Label(role="small", wrap=True)
        rows.addWidget(self._row)
        rows.addWidget(self._why)
        self._steps: tuple[Step, ...] = ()
        self.buttons: dict[str, Button] = {}

    def set_steps(self, steps: Sequence[Step]) -> None:
        """Show these steps, in this order."""
        if tuple(steps) == self._steps and self.buttons:
            return
        self._steps = tuple(steps)
        for button in self.buttons.values():
            self._flow.removeWidget(button)
            button.deleteLater()
        self.buttons = {}
        for step in steps:
            button = Button(step.title, look="primary" if step.primary else "", parent=self._row)
            button.setObjectName(f"step-{step.id}")
            button.setProperty("step", step.id)
            button.setEnabled(step.enabled)
            if not step.enabled:
                explain(button, step.why_not)
            button.clicked.connect(self._pressed)
            self._flow.addWidget(button)
            button.show()
            self.buttons[step.id] = button
        self._why.setText(_reasons(steps))
        self._why.setVisible(bool(self._why.text()))

    @property
    def reasons(self) -> str:
        """The sentence below the buttons that says what cannot be done yet and why."""
        return self._why.text()

    def _pressed(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self.chosen.emit(str(button.property("step")))


def _reasons(steps: Sequence[Step]) -> str:
    """Group steps by what they wait for: "Extend, Refuse: check identity first."."""
    groups: dict[str, list[str]] = {}
    for step in steps:
        if not step.enabled and step.why_not:
            groups.setdefault(step.why_not, []).append(step.title)
    return "\n".join(f"{', '.join(titles)}: {why}" for why, titles in groups.items())


class CaseFile(QWidget):
    """Shows one case; `chosen(step id)` for a button of `next_steps`, `asked(action)` for one beside a fact.

    `show_case` fills it, `clear` empties it with a word of advice. `open_form` puts a form below the facts
    (or, with `alone`, in their place); `news` is the bar above them.
    """

    chosen = Signal(str)
    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("ground", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        self.news = NewsBar(self, inset=24)
        rows.addWidget(self.news)
        self._split = QSplitter(Qt.Orientation.Vertical, self)
        self._split.setChildrenCollapsible(False)
        self._split.setHandleWidth(1)
        rows.addWidget(self._split, 1)
        self.facts = QScrollArea()
        self.facts.setWidgetResizable(True)
        self.facts.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.facts.viewport().setAutoFillBackground(False)
        name(self.facts, self.tr("Case file"))
        self._split.addWidget(self.facts)
        self.actions_bar = ActionBar(self)
        self.actions_bar.chosen.connect(self.chosen)
        self._rule = rule()
        rows.addWidget(self._rule)
        rows.addWidget(self.actions_bar)
        self.form: QWidget | None = None
        self._title = ""
        self.clear(self.tr("No case is open"), self.tr("Choose one from the list."))

    def show_case(self, header: CaseHeader, sections: Sequence[Section], steps: Sequence[Step]) -> None:
        """Show a case; scrolls to the top only when it is another one."""
        bar = self.facts.verticalScrollBar()
        kept = bar.value() if header.line == self._title else 0
        self._title = header.line
        self._fill(_page(self, header, sections))
        self._show_steps(steps)
        bar.setValue(kept)

    def clear(self, title: str, advice: str = "") -> None:
        """Show that no case is open and what to do."""
        self._title = ""
        self._fill(EmptyState(title, advice))
        self._show_steps(())

    def open_form(self, form: QWidget, *, alone: bool = False) -> None:
        """Put a form under the facts; the buttons give way until `close_form`."""
        self.close_form()
        self.form = form
        self._split.addWidget(form)
        self.facts.setVisible(not alone)
        whole = self._split.height()
        wanted = min(max(form.sizeHint().height(), whole // 2), whole * 3 // 5)
        self._split.setSizes([whole - wanted, wanted])
        self.actions_bar.hide()
        self._rule.hide()
        form.show()
        form.setFocus()

    def close_form(self) -> None:
        """Take the form away and show the buttons again."""
        form, self.form = self.form, None
        if form is not None:
            form.hide()
            form.setParent(None)
            form.deleteLater()
        self.facts.show()
        self._show_bar()

    def _show_steps(self, steps: Sequence[Step]) -> None:
        self.actions_bar.set_steps(steps)
        self._show_bar()

    def _show_bar(self) -> None:
        shown = bool(self.actions_bar.buttons) and self.form is None
        self.actions_bar.setVisible(shown)
        self._rule.setVisible(shown)

    def _fill(self, page: QWidget) -> None:
        old = self.facts.takeWidget()
        if old is not None:
            old.deleteLater()
        self.facts.setWidget(page)
        page.setAutoFillBackground(False)


def rule() -> QFrame:
    """Return a hairline."""
    line = QFrame()
    line.setProperty("line", True)
    line.setFixedHeight(1)
    return line


def _page(file: CaseFile, header: CaseHeader, sections: Sequence[Section]) -> QWidget:
    page = QWidget()
    rows = QVBoxLayout(page)
    rows.setContentsMargins(px(24), px(16), px(24), px(16))
    rows.setSpacing(px(4))
    top = QHBoxLayout()
    top.setSpacing(px(12))
    top.addWidget(Label(header.title, role="title", wrap=True, copy=True), 1)
    if header.pill is not None:
        top.addWidget(PillLabel(header.pill), 0, Qt.AlignmentFlag.AlignVCenter)
    rows.addLayout(top)
    rows.addWidget(Label(header.line, role="muted", wrap=True, copy=True))
    if header.stages:
        rows.addSpacing(px(12))
        rows.addWidget(Stepper(header.stages, header.reached))
    for section in sections:
        rows.addSpacing(px(10))
        rows.addWidget(SectionPanel(section, file))
    rows.addStretch(1)
    return page


class SectionPanel(QWidget):
    """One section of a case file or card, usable anywhere; emits `asked(action)`."""

    asked = Signal(str)

    def __init__(self, section: Section, file: CaseFile | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts = tuple(section.facts)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(px(6))
        rows.addWidget(Label(section.title, role="section"))
        if section.text:
            rows.addWidget(Label(section.text, wrap=True, copy=True))
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(px(16))
        self._grid.setVerticalSpacing(px(4))
        self._grid.setColumnMinimumWidth(0, px(144))
        self._grid.setColumnStretch(1, 1)
        rows.addLayout(self._grid)
        self._shown = 0
        self._more: Button | None = None
        if len(self._facts) > _SHOWN:
            self._more = Button("", look="link")
            self._more.clicked.connect(self._show_more)
            rows.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        self._show_more()
        if section.widget is not None:
            rows.addWidget(section.widget)
        if file is not None:
            self.asked.connect(file.asked)

    def _show_more(self) -> None:
        last = min(self._shown + _SHOWN, len(self._facts))
        self._add(self._shown, last)
        self._shown = last
        if self._more is not None:
            self._more.setText(self.tr("Show more ({0} left)").format(len(self._facts) - last))
            self._more.setVisible(last < len(self._facts))

    def _add(self, first: int, last: int) -> None:
        top = Qt.AlignmentFlag.AlignTop
        for at, fact in enumerate(self._facts[first:last], first):
            label = Label(fact.label, role="muted", wrap=True)
            label.setMaximumWidth(px(200))
            self._grid.setRowMinimumHeight(at, px(22))
            value = Label(fact.value, role=fact.tone, wrap=True, copy=True)
            name(value, f"{fact.label}: {fact.value}")
            self._grid.addWidget(label, at, 0, top)
            self._grid.addWidget(value, at, 1, top)
            if fact.pill is not None:
                self._grid.addWidget(PillLabel(fact.pill), at, 2, top | Qt.AlignmentFlag.AlignRight)
            if fact.action:
                button = Button(fact.action_title, look="link")
                button.setProperty("action", fact.action)
                button.setAccessibleDescription(f"{fact.label} {fact.value}")
                button.clicked.connect(self._pressed)
                self._grid.addWidget(button, at, 3, top | Qt.AlignmentFlag.AlignRight)

    def _pressed(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self.asked.emit(str(button.property("action")))
