"""What a person must know between the passphrase and the desks: a rolled-back copy, a new computer, missing kits."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from officer_app.casebook.book import Casebook
from officer_app.entry.kits_view import KitsView
from officer_app.entry.service import Entry, Greeting, Sheets
from officer_app.widgets import messages
from officer_app.widgets.plain import Button, Label, name
from officer_app.widgets.theme import px
from officer_app.widgets.work import Work


class Welcome(QWidget):
    """Shows one matter after the other; `unlocked(Casebook)` after the last."""

    unlocked = Signal(object)
    cancelled = Signal()

    def __init__(
        self, entry: Entry, work: Work, book: Casebook, greeting: Greeting, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._entry, self._work, self._book, self._greeting = entry, work, book, greeting
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._content: QWidget | None = None
        self.trouble = Label(role="red", wrap=True)
        self.trouble.hide()
        self._rows.addWidget(self.trouble)
        self._left = [
            show
            for said, show in (
                (greeting.read_only, self._older),
                (greeting.fingerprint, self._new_here),
                (greeting.kits_missing, self._kits),
            )
            if said
        ]
        self._next()

    def _next(self, _result: Any = None) -> None:
        self.trouble.hide()
        if not self._left:
            self.unlocked.emit(self._book)
            return
        self._left.pop(0)()

    def _put(self, content: QWidget) -> None:
        old, self._content = self._content, content
        if old is not None:
            self._rows.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._rows.insertWidget(0, content)

    def _matter(self, title: str, text: str, *buttons: Button, extra: QWidget | None = None) -> None:
        panel = QWidget()
        panel.setFixedWidth(px(560))
        name(panel, title)
        rows = QVBoxLayout(panel)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(px(10))
        rows.addWidget(Label(title, role="title", wrap=True))
        rows.addWidget(Label(text, wrap=True))
        if extra is not None:
            rows.addWidget(extra)
        line = QHBoxLayout()
        line.setSpacing(px(8))
        for button in buttons:
            line.addWidget(button)
        line.addStretch(1)
        rows.addSpacing(px(6))
        rows.addLayout(line)
        self._put(panel)
        self.setFocusProxy(buttons[0])
        buttons[0].setFocus()

    # --- an older copy ---

    def _older(self) -> None:
        look = Button(self.tr("Look at it"), look="primary")
        look.clicked.connect(self._next)
        buttons = [look]
        if self._greeting.may_continue:
            self.continue_button = Button(self.tr("Record the restore and go on"))
            self.continue_button.clicked.connect(self._continue)
            buttons.append(self.continue_button)
        self._matter(self.tr("This casebook cannot be changed now"), self._greeting.read_only, *buttons)

    def _continue(self) -> None:
        text = self.tr(
            "The casebook goes on from this older copy. What was written after it is not in it any more. The entry "
            "names both states and carries your signature."
        )
        if messages.ask(self, text, self.tr("Record the restore and go on")):
            entry, book = self._entry, self._book
            self._work.run(lambda: entry.continue_restored(book), self._next, self._refused, owner=self)

    # --- a computer that never saw this casebook ---

    def _new_here(self) -> None:
        mark = Label(self._greeting.fingerprint, role="strong", wrap=True, copy=True)
        same = Button(self.tr("It is the same"), look="primary")
        same.clicked.connect(self._next)
        other = Button(self.tr("It differs"))
        other.clicked.connect(self._leave)
        text = self.tr(
            "This computer opens the casebook for the first time. Compare the fingerprint of the first manager's key "
            "with the one on a recovery kit, or ask a colleague to read theirs out. It is remembered from now on."
        )
        self._matter(self.tr("Is this the right casebook?"), text, same, other, extra=mark)

    def _leave(self) -> None:
        self._book.close()
        self.cancelled.emit()
        messages.tell(
            self, self.tr("Do not use this casebook. Ask the person who gave it to you, or restore a backup.")
        )

    # --- recovery kits ---

    def _kits(self) -> None:
        make = Button(self.tr("Make new kits now"), look="primary")
        make.clicked.connect(self._make)
        later = Button(self.tr("Later"))
        later.clicked.connect(self._next)
        text = self.tr(
            "No recovery kit in force was typed back. If every passphrase is lost, the casebook is lost with them. "
            "Have a printer and two envelopes ready; it takes three minutes."
        )
        self._matter(self.tr("Make the recovery kits"), text, make, later)

    def _make(self) -> None:
        entry, book = self._entry, self._book
        self._work.run(lambda: entry.new_kits(book), self._show_kits, self._refused, owner=self)

    def _show_kits(self, sheets: Sheets) -> None:
        entry, book = self._entry, self._book
        kits = KitsView(self._work, sheets, lambda typed: entry.confirm_kit(book, typed))
        kits.setFixedSize(px(1120), px(620))
        kits.confirmed.connect(self._next, Qt.ConnectionType.QueuedConnection)
        self._put(kits)
        self.setFocusProxy(kits.groups)
        kits.groups.setFocus()

    def _refused(self, error: Exception) -> None:
        self.trouble.setText(str(error))
        self.trouble.show()
