"""The case file: who and what, how far, facts in two columns, what happened, and what may be done next."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QScrollArea, QSplitter, QVBoxLayout, QWidget

from officer_app.base.steps import Step
from officer_app.widgets.flow import Flow
from officer_app.widgets.messages import NewsBar
from officer_app.widgets.plain import Button, Content, Label, explain, name
from officer_app.widgets.sections import Fact, Pill, PillLabel, Section, SectionPanel, notes, rule, timeline
from officer_app.widgets.stepper import Stepper
from officer_app.widgets.table import EmptyState
from officer_app.widgets.theme import px

__all__ = [
    "ActionBar",
    "CaseFile",
    "CaseHeader",
    "Fact",
    "Pill",
    "PillLabel",
    "Section",
    "SectionPanel",
    "notes",
    "rule",
    "timeline",
]


@dataclass(frozen=True)
class CaseHeader:
    """The top of the file: `line` has reference, person, how and when it came, who works on it."""

    title: str
    line: str
    pill: Pill | None = None
    stages: Sequence[str] = ()
    reached: int = 0


_SHOWN = 8  # buttons; the rest, rarely needed, unfolds


class ActionBar(QWidget):
    """The officer's verbs; what cannot be done yet stays visible and says why, below and as tooltip.

    A long row is folded behind its last button, "More", and stays as the officer left it.
    """

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
        self._folded = True
        self.buttons: dict[str, Button] = {}
        self.more = Button("", look="quiet", parent=self._row)
        self.more.clicked.connect(self._turn)

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
            self.buttons[step.id] = button
        self._flow.removeWidget(self.more)
        self._flow.addWidget(self.more)
        self._fold()

    def _turn(self) -> None:
        self._folded = not self._folded
        self._fold()

    def _fold(self) -> None:
        long = len(self._steps) > _SHOWN + 1  # one button behind another would save nothing
        shown = self._steps[:_SHOWN] if long and self._folded else self._steps
        names = {step.id for step in shown}
        for key, button in self.buttons.items():
            button.setVisible(key in names)
        rest = len(self._steps) - len(shown)
        self.more.setText(self.tr("{0} more").format(rest) if rest else self.tr("Fewer"))
        self.more.setVisible(long)
        self._why.setText(_reasons(shown))
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

    `show_case` fills it, `clear` empties it with a word of advice, `summarize` speaks of several cases instead until
    it is called again. `open_form` puts a form below the facts (or, with `alone`, in their place); `news` is the bar
    above them.
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
        self._aside: QWidget | None = None  # the page of the one case, while several are selected
        self._title = ""
        self.clear(self.tr("No case is open"), self.tr("Choose one from the list."))

    def show_case(self, header: CaseHeader, sections: Sequence[Section], steps: Sequence[Step]) -> None:
        """Show a case; scrolls to the top only when it is another one."""
        bar = self.facts.verticalScrollBar()
        kept = bar.value() if header.line == self._title else 0
        self._title = header.line
        self._fill(_page(self, header, sections))
        self._show_steps(steps)
        self._order_tabs()
        bar.setValue(kept)

    def clear(self, title: str, advice: str = "") -> None:
        """Show that no case is open and what to do."""
        self._title = ""
        self._fill(EmptyState(title, advice))
        self._show_steps(())

    def summarize(self, title: str, advice: str = "") -> None:
        """Show what is said of several cases in place of the one; with "" that one stands there again."""
        if title:
            page = self.facts.takeWidget()
            if self._aside is None:
                self._aside = page
            elif page is not None:
                page.deleteLater()
            self.facts.setWidget(EmptyState(title, advice))
        elif self._aside is not None:
            page, self._aside = self._aside, None
            self._fill(page)
        self._show_bar()

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
            focus = QApplication.focusWidget()
            if focus is not None and form.isAncestorOf(focus):
                self.facts.setFocus()  # else it would jump to the top of the window
            form.hide()
            form.setParent(None)
            form.deleteLater()
        self.facts.show()
        self._show_bar()

    def _order_tabs(self) -> None:
        """Let Tab go through the file as it is seen: what stands beside the facts, then the buttons below them."""
        page = self.facts.widget()
        found = page.findChildren(QWidget) if page is not None else []
        inside = [one for one in found if one.focusPolicy() & Qt.FocusPolicy.TabFocus]
        chain = [self.facts, *inside, *self.actions_bar.buttons.values(), self.actions_bar.more]
        for before, after in pairwise(chain):
            QWidget.setTabOrder(before, after)

    def _show_steps(self, steps: Sequence[Step]) -> None:
        self.actions_bar.set_steps(steps)
        self._show_bar()

    def _show_bar(self) -> None:
        shown = bool(self.actions_bar.buttons) and self.form is None and self._aside is None
        self.actions_bar.setVisible(shown)
        self._rule.setVisible(shown)

    def _fill(self, page: QWidget) -> None:
        if self._aside is not None:
            self._aside.deleteLater()
            self._aside = page
            return
        old = self.facts.takeWidget()
        if old is not None:
            old.deleteLater()
        self.facts.setWidget(page)
        page.setAutoFillBackground(False)


def _page(file: CaseFile, header: CaseHeader, sections: Sequence[Section]) -> QWidget:
    page = Content()
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
        panel = SectionPanel(section)
        panel.asked.connect(file.asked)
        rows.addWidget(panel)
    rows.addStretch(1)
    return page
