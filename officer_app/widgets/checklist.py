"""A list of boxes to tick, of any length: the first ones at once, the others bit by bit, so that no key waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from officer_app.widgets.plain import Label, caption, explain, name
from officer_app.widgets.theme import px

_AT_ONCE: Final = 12  # boxes


@dataclass(frozen=True)
class Choice:
    """One thing to choose; `hint` explains it, and a disabled one says why with it."""

    id: str
    title: str
    hint: str = ""
    enabled: bool = True


class ChecklistInput(QWidget):
    """Boxes in the order of the choices; its value are the ids of those ticked. `edited` on every tick."""

    edited = Signal()

    def __init__(self, choices: Sequence[Choice]) -> None:
        super().__init__()
        self.inner = self
        self._choices = tuple(choices)
        self._ticked: frozenset[str] = frozenset()  # of the boxes that are not there yet
        self._boxes: dict[str, QCheckBox] = {}
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._add)
        self._add()
        if self._boxes:
            self.setFocusProxy(next(iter(self._boxes.values())))
        if len(self._boxes) < len(self._choices):
            self._timer.start(0)

    @property
    def boxes(self) -> dict[str, QCheckBox]:
        """All boxes by the ids of their choices, made now if they are not there yet."""
        while len(self._boxes) < len(self._choices):
            self._add()
        return self._boxes

    def _add(self) -> None:
        """Make the next boxes, in a part of their own: what stands there already is not laid out anew."""
        done, part = len(self._boxes), QWidget(self)
        rows = QVBoxLayout(part)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        for choice in self._choices[done : done + _AT_ONCE]:
            box = QCheckBox(caption(choice.title))
            name(box, choice.title)
            box.setEnabled(choice.enabled)
            if choice.hint:
                explain(box, choice.hint)
            box.setChecked(choice.id in self._ticked)
            box.toggled.connect(self.edited)
            rows.addWidget(box)
            if choice.hint:
                why = Label(choice.hint, role="small", wrap=True)
                why.setContentsMargins(px(26), 0, 0, 0)
                rows.addWidget(why)
            if self._boxes:  # else Tab would come to it behind everything that was made meanwhile
                QWidget.setTabOrder(next(reversed(self._boxes.values())), box)
            self._boxes[choice.id] = box
        self._rows.addWidget(part)
        if len(self._boxes) == len(self._choices):
            self._timer.stop()

    def value(self) -> tuple[str, ...]:
        """Return the ids of what is ticked, in the order of the choices."""
        return tuple(
            one.id
            for one in self._choices
            if (self._boxes[one.id].isChecked() if one.id in self._boxes else one.id in self._ticked)
        )

    def put(self, value: Any) -> None:
        """Tick exactly these."""
        self._ticked = frozenset(value or ())
        for key, box in self._boxes.items():
            box.setChecked(key in self._ticked)
