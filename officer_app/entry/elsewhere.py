"""Choosing another casebook: a file, or a PostgreSQL address."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from officer_app.base.errors import KnownError
from officer_app.casebook import store
from officer_app.widgets import messages
from officer_app.widgets.plain import Button, Label, name
from officer_app.widgets.theme import px


class Elsewhere(QWidget):
    """Takes an address; `chosen(address)` once it can be one."""

    chosen = Signal(str)
    unlocked = Signal(object)
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(px(520))
        name(self, self.tr("Open another casebook"))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(px(8))
        rows.addWidget(Label(self.tr("Open another casebook"), role="title"))
        rows.addWidget(
            Label(
                self.tr("A file on this computer, or postgresql://user@host/database of your team. No password in it."),
                role="muted",
                wrap=True,
            )
        )
        line = QHBoxLayout()
        line.setSpacing(px(8))
        self.address = QLineEdit()
        name(self.address, self.tr("File or address"))
        self.address.returnPressed.connect(self.go_on)
        line.addWidget(self.address, 1)
        self.browse_button = Button(self.tr("Choose a file"))
        self.browse_button.clicked.connect(self.browse)
        line.addWidget(self.browse_button)
        rows.addLayout(line)
        self.trouble = Label(role="red", wrap=True)
        self.trouble.hide()
        rows.addWidget(self.trouble)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(8))
        self.button = Button(self.tr("Go on"), look="primary")
        self.button.clicked.connect(self.go_on)
        back = Button(self.tr("Back"))
        back.clicked.connect(self.cancelled)
        buttons.addWidget(self.button)
        buttons.addWidget(back)
        buttons.addStretch(1)
        rows.addLayout(buttons)
        self.setFocusProxy(self.address)

    def browse(self) -> None:
        """Choose an existing file."""
        files = messages.choose_files(
            self, self.tr("Open another casebook"), self.tr("Casebooks (*.sqlite);;All files (*)")
        )
        if files:
            self.address.setText(str(Path(files[0])))

    def go_on(self) -> None:
        """Hand the address over when it can be one."""
        text = self.address.text().strip()
        try:
            if not text:
                raise KnownError(self.tr("Choose a file, or type an address."))
            where = str(store.place(text))
        except KnownError as error:
            self.trouble.setText(str(error))
            self.trouble.show()
            return
        self.chosen.emit(where)
