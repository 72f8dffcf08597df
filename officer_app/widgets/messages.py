"""The only dialogs, all behind one replaceable object, and the news bar that spares us most of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from officer_app.widgets.plain import Button, Label, name, restyle
from officer_app.widgets.theme import px

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

    from officer_app.widgets.room import Tone


class Dialogs(Protocol):
    """Whoever answers the few questions that stop the officer."""

    def ask(self, parent: QWidget | None, text: str, yes_label: str, /) -> bool: ...
    def tell(self, parent: QWidget | None, text: str, /) -> None: ...
    def ask_passphrase(self, parent: QWidget | None, text: str, /) -> str | None: ...
    def choose_files(self, parent: QWidget | None, title: str, pattern: str, /) -> Sequence[Path]: ...
    def choose_save(self, parent: QWidget | None, title: str, file_name: str, pattern: str, /) -> Path | None: ...
    def choose_folder(self, parent: QWidget | None, title: str, /) -> Path | None: ...
    def choose_printer(self, parent: QWidget | None, /) -> QPrinter | None: ...


def _tr(text: str) -> str:
    return QCoreApplication.translate("messages", text)


class _Box(QDialog):
    """A calm dialog: one text, at most one field, one or two buttons; every text plain."""

    def __init__(self, parent: QWidget | None, text: str, yes: str, no: str = "", *, secret: bool = False) -> None:
        super().__init__(parent)
        self.setWindowTitle(QCoreApplication.applicationName() or "officer_app")
        self.setProperty("ground", "panel")
        self.setMinimumWidth(px(420))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(px(24), px(20), px(24), px(16))
        rows.setSpacing(px(16))
        words = Label(text, wrap=True, copy=True)
        rows.addWidget(words)
        self.field = QLineEdit(self)
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setHidden(not secret)
        name(self.field, text)
        rows.addWidget(self.field)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        if no:
            decline = Button(no)
            decline.clicked.connect(self.reject)
            buttons.addWidget(decline)
        accept = Button(yes, look="primary")
        accept.clicked.connect(self.accept)
        # Enter must not confirm what cannot be undone; only a passphrase field takes it.
        accept.setDefault(secret or not no)
        buttons.addWidget(accept)
        rows.addLayout(buttons)
        self.setAccessibleName(text)
        if secret:
            self.field.setFocus()
        elif no:
            decline.setFocus()


class RealDialogs:
    """The dialogs a person sees."""

    def ask(self, parent: QWidget | None, text: str, yes_label: str) -> bool:
        return _run(_Box(parent, text, yes_label, _tr("Cancel"))) is not None

    def tell(self, parent: QWidget | None, text: str) -> None:
        _run(_Box(parent, text, _tr("Close")))

    def ask_passphrase(self, parent: QWidget | None, text: str) -> str | None:
        return _run(_Box(parent, text, _tr("Continue"), _tr("Cancel"), secret=True))

    def choose_files(self, parent: QWidget | None, title: str, pattern: str) -> Sequence[Path]:
        names, _chosen = QFileDialog.getOpenFileNames(parent, title, "", pattern)
        return tuple(Path(one) for one in names)

    def choose_save(self, parent: QWidget | None, title: str, file_name: str, pattern: str) -> Path | None:
        chosen, _pattern = QFileDialog.getSaveFileName(parent, title, str(Path.home() / file_name), pattern)
        return Path(chosen) if chosen else None

    def choose_folder(self, parent: QWidget | None, title: str) -> Path | None:
        chosen = QFileDialog.getExistingDirectory(parent, title, str(Path.home()))
        return Path(chosen) if chosen else None

    def choose_printer(self, parent: QWidget | None) -> QPrinter | None:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter  # noqa: PLC0415 - loads only when printing

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setFullPage(True)
        dialog = QPrintDialog(printer, parent)
        try:
            return printer if dialog.exec() == QDialog.DialogCode.Accepted else None
        finally:
            dialog.deleteLater()


def _run(box: _Box) -> str | None:
    """Show the box until it is answered; return the field's text, or None when it was declined."""
    try:
        return box.field.text() if box.exec() == QDialog.DialogCode.Accepted else None
    finally:
        box.field.clear()
        box.deleteLater()


class _Desk:
    answering: Dialogs = RealDialogs()


@contextmanager
def answered_by(dialogs: Dialogs) -> Iterator[None]:
    """Let `dialogs` answer instead of a person; for tests and the tour, where a modal dialog would hang."""
    before = _Desk.answering
    _Desk.answering = dialogs
    try:
        yield
    finally:
        _Desk.answering = before


def ask(parent: QWidget | None, text: str, yes_label: str) -> bool:
    """Ask before what cannot be undone; the button carries the verb itself ("Delete 12 accounts")."""
    return _Desk.answering.ask(parent, text, yes_label)


def tell(parent: QWidget | None, text: str) -> None:
    """Say what must not be overlooked; everything else goes into a NewsBar."""
    _Desk.answering.tell(parent, text)


def ask_passphrase(parent: QWidget | None, text: str) -> str | None:
    """Ask for a passphrase; None when the person declined."""
    return _Desk.answering.ask_passphrase(parent, text)


def choose_files(parent: QWidget | None, title: str, pattern: str) -> Sequence[Path]:
    """Let the person choose existing files; empty when declined."""
    return _Desk.answering.choose_files(parent, title, pattern)


def choose_save(parent: QWidget | None, title: str, file_name: str, pattern: str) -> Path | None:
    """Let the person choose where to save; None when declined."""
    return _Desk.answering.choose_save(parent, title, file_name, pattern)


def choose_folder(parent: QWidget | None, title: str) -> Path | None:
    """Let the person choose or make a folder; None when declined."""
    return _Desk.answering.choose_folder(parent, title)


def choose_printer(parent: QWidget | None) -> QPrinter | None:
    """Let the person choose a printer; None when declined."""
    return _Desk.answering.choose_printer(parent)


class NewsBar(QWidget):
    """One sentence inside the window, with an optional button; hidden while there is no news."""

    acted = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None, *, inset: int = 12) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        around = QVBoxLayout(self)
        around.setContentsMargins(px(inset), px(8), px(inset), px(8))
        self._frame = QFrame()
        self._frame.setProperty("news", True)
        self._frame.setProperty("tone", "")
        around.addWidget(self._frame)
        row = QHBoxLayout(self._frame)
        row.setContentsMargins(px(12), px(6), px(6), px(6))
        row.setSpacing(px(8))
        self._words = Label(wrap=True, copy=True)
        self._action = Button("", look="link")
        self._action.clicked.connect(self._act)
        self._close = Button(self.tr("Dismiss"), look="quiet")
        self._close.clicked.connect(self.clear)
        row.addWidget(self._words, 1)
        row.addWidget(self._action, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence shown, "" when there is none."""
        return self._words.text() if not self.isHidden() else ""

    def show_news(self, text: str, tone: Tone = "", *, action: str = "") -> None:
        """Show one sentence; `action` names a button that emits `acted`."""
        if not text:
            self.clear()
            return
        restyle(self._frame, "tone", tone)
        self._words.set_role(tone if tone in ("red", "amber", "green") else "")
        self._words.setText(text)
        self._action.setText(action)
        self._action.setVisible(bool(action))
        name(self, text)
        self.show()

    def show_trouble(self, error: object) -> None:
        """Show a KnownError's sentence; made to be handed to `Work.run` as `failed`."""
        self.show_news(str(error), "red")

    def clear(self) -> None:
        """Take the news away."""
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def _act(self) -> None:
        self.acted.emit()
