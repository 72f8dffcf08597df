"""Filters with several answers: a chip that opens a menu to tick from, and keeps what was ticked in its words."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu, QWidget

from officer_app.widgets.plain import Button, caption, explain


@dataclass(frozen=True)
class Pick:
    """A filter to tick from; each ticked choice becomes the key "PICK:CHOICE" of the list's filter."""

    key: str
    title: str
    choices: tuple[tuple[str, str], ...]


class _Ticks(QMenu):
    """A menu that stays open while one thing after the other is ticked."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        action = self.actionAt(event.position().toPoint())
        if action is not None and action.isCheckable():
            action.trigger()
            return
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = self.activeAction()
        if event.key() == Qt.Key.Key_Space and action is not None and action.isCheckable():
            action.trigger()
            return
        super().keyPressEvent(event)


class PickButton(Button):
    """The chip; `picked` on every tick. It says what is ticked and looks chosen while something is."""

    picked = Signal()

    def __init__(self, pick: Pick, parent: QWidget | None = None) -> None:
        super().__init__(pick.title, look="chip", parent=parent)
        self._pick = pick
        self.setCheckable(True)
        self.setObjectName(f"pick-{pick.key}")
        explain(self, self.tr("Opens a list to choose from"))
        self._menu = _Ticks(self)
        self._actions: dict[str, QAction] = {}
        self.set_choices(pick.choices)
        self.clicked.connect(self._open)

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer these; what was ticked and is still offered stays ticked."""
        before = self.chosen()
        self._menu.clear()
        self._actions = {}
        for key, title in choices:
            action = self._menu.addAction(caption(title))
            action.setCheckable(True)
            action.triggered.connect(self._ticked)
            self._actions[key] = action
        self.put(before)

    def chosen(self) -> frozenset[str]:
        """Return the keys of what is ticked, "PICK:CHOICE" each."""
        return frozenset(f"{self._pick.key}:{key}" for key, action in self._actions.items() if action.isChecked())

    def put(self, keys: Collection[str]) -> None:
        """Tick these and nothing else, without telling."""
        for key, action in self._actions.items():
            action.setChecked(f"{self._pick.key}:{key}" in keys)
        self._say()

    def tick(self, choice: str) -> None:
        """Tick or clear one choice, as a click on it does."""
        self._actions[choice].trigger()

    def _open(self) -> None:
        self._say()
        self._menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _ticked(self) -> None:
        self._say()
        self.picked.emit()

    def _say(self) -> None:
        shown = [action.text() for action in self._actions.values() if action.isChecked()]
        more = f" +{len(shown) - 1}" if len(shown) > 1 else ""
        self.setText(f"{self._pick.title}: {shown[0].replace('&&', '&')}{more}" if shown else self._pick.title)
        self.setChecked(bool(shown))
