"""The bars above a list and above everything: what is due, what to filter by, and finding anything."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from officer_app.widgets.flow import Flow
from officer_app.widgets.lines import Line, Lines
from officer_app.widgets.picks import Pick, PickButton
from officer_app.widgets.plain import Button, Label, explain, literal, name
from officer_app.widgets.room import DueItem
from officer_app.widgets.sections import Pill, PillLabel, rule
from officer_app.widgets.theme import px


@dataclass(frozen=True)
class Chip:
    """A filter that combines with the others; of one `group` only one holds. A disabled one says why."""

    key: str
    title: str
    group: str = ""
    on: bool = False
    why_not: str = ""


@dataclass(frozen=True)
class Filter:
    """What the officer asks a list for."""

    text: str = ""
    chips: frozenset[str] = frozenset()


_NARROW = 860  # pixels, below which the chips get a row of their own


class FilterBar(QWidget):
    """A search box and chips; `changed(Filter)` on Enter in the box, on clearing it and on every chip.

    The box waits for Enter, because one search of personal text is one entry in the audit. `new` and `also` name the
    two ways in which something comes onto the list. What is ticked under `picks` is among the chips of the filter.
    """

    changed = Signal(object)
    new_asked = Signal()
    also_asked = Signal()

    def __init__(
        self,
        chips: Sequence[Chip] = (),
        picks: Sequence[Pick] = (),
        *,
        placeholder: str = "",
        new: str = "",
        also: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._asked = ""
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(px(12), px(8), px(12), px(8))
        self._grid.setSpacing(px(8))
        self.box = QLineEdit()
        self.box.setPlaceholderText(placeholder or self.tr("Search this list"))
        self.box.setClearButtonEnabled(True)
        self.box.setMinimumWidth(px(150))
        self.box.setMaximumWidth(px(260))
        explain(self.box, self.tr("Press Enter to search"))
        name(self.box, placeholder or self.tr("Search this list"))
        self.box.returnPressed.connect(self._search)
        self.box.textChanged.connect(self._cleared)
        self._grid.addWidget(self.box, 0, 0, Qt.AlignmentFlag.AlignTop)
        self._holder = QWidget()
        flow = Flow(self._holder, gap=px(6))
        self._groups: dict[str, str] = {}
        self.chips: dict[str, Button] = {}
        for chip in chips:
            button = Button(chip.title, look="chip")
            button.setCheckable(True)
            button.setChecked(chip.on)
            button.setObjectName(f"chip-{chip.key}")
            button.setProperty("chip", chip.key)
            if chip.why_not:
                button.setEnabled(False)
                explain(button, chip.why_not)
            button.clicked.connect(self._chip)
            flow.addWidget(button)
            self.chips[chip.key] = button
            self._groups[chip.key] = chip.group
        self.picks: dict[str, PickButton] = {}
        for pick in picks:
            self.picks[pick.key] = PickButton(pick)
            self.picks[pick.key].picked.connect(self._tell)
            flow.addWidget(self.picks[pick.key])
        self._holder.setContentsMargins(0, px(3), 0, 0)
        self._narrow = False
        self._place()
        self.also_button = Button(also)
        self.also_button.clicked.connect(self.also_asked)
        self._grid.addWidget(self.also_button, 0, 2, Qt.AlignmentFlag.AlignTop)
        self.also_button.setVisible(bool(also))
        self.new_button = Button(new)
        self.new_button.clicked.connect(self.new_asked)
        self._grid.addWidget(self.new_button, 0, 3, Qt.AlignmentFlag.AlignTop)
        self.new_button.setVisible(bool(new))

    def add_button(self, button: QWidget) -> None:
        """Put a desk's own button at the end."""
        self._grid.addWidget(button, 0, 4, Qt.AlignmentFlag.AlignTop)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = event.size().width() < px(_NARROW)
        if narrow != self._narrow:
            self._narrow = narrow
            self._place()

    def _place(self) -> None:
        """Put the chips beside the box, or below everything where they would stand one under the other."""
        self._grid.removeWidget(self._holder)
        if self._narrow:
            self._grid.addWidget(self._holder, 1, 0, 1, 5)
        else:
            self._grid.addWidget(self._holder, 0, 1)
        self._grid.setColumnStretch(0, 2)
        self._grid.setColumnStretch(1, 1 if self._narrow else 5)  # when empty it keeps the buttons at the right

    def filter(self) -> Filter:
        """Return what is asked for now."""
        chosen = frozenset(key for key, button in self.chips.items() if button.isChecked())
        return Filter(self._asked, chosen.union(*(pick.chosen() for pick in self.picks.values())))

    def put(self, text: str, chips: Collection[str]) -> None:
        """Ask for this, as if it had been typed and pressed."""
        self._asked = text.strip()
        with QSignalBlocker(self.box):
            self.box.setText(self._asked)
        for key, button in self.chips.items():
            button.setChecked(key in chips)
        for pick in self.picks.values():
            pick.put(chips)
        self._tell()

    def _tell(self) -> None:
        self.changed.emit(self.filter())

    def focus(self) -> None:
        """Put the cursor into the search box."""
        self.box.setFocus()
        self.box.selectAll()

    def _search(self) -> None:
        self._asked = self.box.text().strip()
        self.changed.emit(self.filter())

    def _cleared(self, text: str) -> None:
        if not text and self._asked:
            self._search()

    def _chip(self) -> None:
        button = self.sender()
        if not isinstance(button, Button):
            return
        key = str(button.property("chip"))
        group = self._groups[key]
        if group and button.isChecked():
            for other, its_group in self._groups.items():
                if its_group == group and other != key:
                    self.chips[other].setChecked(False)
        self.changed.emit(self.filter())


class _DueButton(Button):
    """One pill with its words, pressed as one thing."""

    def __init__(self, item: DueItem, parent: QWidget) -> None:
        super().__init__("", look="due", parent=parent)
        self.item = item
        row = QHBoxLayout(self)
        row.setContentsMargins(px(2), 0, px(6), 0)
        row.setSpacing(px(6))
        pill = PillLabel(Pill(item.reference, item.tone))
        words = Label(item.text)
        for label in (pill, words):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            row.addWidget(label)
        self.setAccessibleName(literal(f"{item.reference}: {item.text}"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedWidth(row.sizeHint().width())
        if item.how:
            explain(self, item.how)


class DueStrip(QWidget):
    """The most pressing things in one line; "and n more" unfolds the whole list. Emits `opened(DueItem)`."""

    opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.items: tuple[DueItem, ...] = ()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        self._line = QWidget()
        self._line.setFixedHeight(px(36))
        row = QHBoxLayout(self._line)
        row.setContentsMargins(px(16), 0, px(12), 0)
        row.setSpacing(px(8))
        self._label = Label(self.tr("Due"), role="section")
        row.addWidget(self._label)
        self._pills = QWidget()
        self._pills.setMinimumWidth(1)  # else the pills would keep the window from getting narrower
        self._row = QHBoxLayout(self._pills)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(px(8))
        row.addWidget(self._pills)
        self.more_button = Button("", look="link")
        self.more_button.setCheckable(True)
        self.more_button.toggled.connect(self._unfold)
        row.addWidget(self.more_button)
        row.addStretch(1)
        rows.addWidget(self._line)
        self.list = Lines(self.tr("Everything that is due"))
        self.list.picked.connect(self._picked)
        self.list.hide()
        rows.addWidget(self.list)
        rows.addWidget(rule())
        self.buttons: list[_DueButton] = []
        self.set_items(())

    def set_items(self, items: Sequence[DueItem]) -> None:
        """Show these, most pressing first."""
        if tuple(items) == self.items and self.buttons:
            return
        self.items = tuple(items)
        while (old := self._row.takeAt(0)) is not None:
            widget = old.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.buttons = [_DueButton(item, self._pills) for item in self.items[:8]]
        for button in self.buttons:
            button.clicked.connect(self._pressed)
            self._row.addWidget(button)
        if not self.items:
            self._row.addWidget(Label(self.tr("Nothing is due."), role="muted"))
        self.list.set_lines(
            [Line(item.reference, item.text, item, item.tone, item.how, item.how) for item in self.items]
        )
        self._fit()

    def shown(self) -> int:
        """Return how many things stand in the line itself."""
        return sum(not button.isHidden() for button in self.buttons)

    def _fit(self) -> None:
        room = self.width() - self._label.sizeHint().width() - px(160)
        used = fits = 0
        for button in self.buttons:
            used += button.width() + self._row.spacing()
            fits += used <= room
            button.setVisible(used <= room)
        more = len(self.items) - fits
        self.more_button.setText(self.tr("and {0} more").format(more) if more else self.tr("Show all"))
        self.more_button.setVisible(bool(self.items))

    def fold(self) -> None:
        """Hide the whole list, leave the line."""
        self.more_button.setChecked(False)

    def _unfold(self, on: bool) -> None:
        self.list.fit(10)
        self.list.setVisible(on)
        if on:
            self.list.setCurrentRow(0)
            self.list.setFocus()

    def _pressed(self) -> None:
        button = self.sender()
        if isinstance(button, _DueButton):
            self.opened.emit(button.item)

    def _picked(self, item: DueItem) -> None:
        self.more_button.setChecked(False)
        self.opened.emit(item)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.more_button.isChecked():
            self.more_button.setChecked(False)
            self.more_button.setFocus()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._fit)
