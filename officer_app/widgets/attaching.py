"""A field for files: chosen or dropped onto it, listed by name, each taken out again with one press; none is opened."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from officer_app.widgets import messages
from officer_app.widgets.plain import Button, Label, name
from officer_app.widgets.theme import px

_UNBROKEN: Final = re.compile(r"\S{16}(?=\S)")  # a long name without a space would push what is beside it out of sight


class FilesInput(QWidget):
    """The files in the order in which they were added; its value are their paths. `edited` on every change."""

    edited = Signal()

    def __init__(self, label: str) -> None:
        super().__init__()
        self._label = label
        self._paths: tuple[Path, ...] = ()
        self.removers: dict[Path, Button] = {}
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(px(2))
        self._list: QWidget | None = None
        self.choose_button = self.inner = Button(self.tr("Choose files"))
        self.choose_button.clicked.connect(self._choose)
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addWidget(self.choose_button)
        foot.addStretch(1)
        self._rows.addLayout(foot)
        self.setAcceptDrops(True)

    def value(self) -> tuple[Path, ...]:
        """Return the paths."""
        return self._paths

    def put(self, value: Any) -> None:
        """List exactly these."""
        self._paths = tuple(dict.fromkeys(Path(one) for one in value or ()))
        if self._list is not None:
            self._list.hide()
            self._list.deleteLater()
        self._list, self.removers = QWidget(self), {}
        rows = QVBoxLayout(self._list)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        for path in self._paths:
            row = QHBoxLayout()
            row.setSpacing(px(8))
            remove = Button(self.tr("Remove"), look="link", parent=self._list)
            name(remove, self.tr("Remove {0}").format(path.name))
            remove.clicked.connect(self._removed)
            row.addWidget(Label(_UNBROKEN.sub("\\g<0>\u200b", path.name), wrap=True), 1)
            row.addWidget(remove)
            rows.addLayout(row)
            self.removers[path] = remove
        self._list.setVisible(bool(self._paths))
        self._rows.insertWidget(0, self._list)
        before: QWidget = self.choose_button
        for after in self.removers.values():
            QWidget.setTabOrder(before, after)
            before = after

    def add(self, paths: Iterable[Path]) -> None:
        """Add files behind those that are listed; one that is listed already is not listed twice."""
        wanted = tuple(dict.fromkeys((*self._paths, *paths)))
        if wanted != self._paths:
            self.put(wanted)
            self.edited.emit()

    def _choose(self) -> None:
        self.add(messages.choose_files(self, self._label, self.tr("All files (*)")))

    def _removed(self) -> None:
        pressed = self.sender()
        self.put(path for path, button in self.removers.items() if button is not pressed)
        self.choose_button.setFocus()
        self.edited.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if paths := _dropped(event):
            event.acceptProposedAction()
            self.add(paths)


def _dropped(event: QDropEvent) -> tuple[Path, ...]:
    return tuple(Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile())
