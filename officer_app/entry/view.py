"""The way in: sign-in name and passphrase, and from there to set-up, recovery or a backup."""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from officer_app.base.errors import KnownError
from officer_app.widgets.plain import Button, Label, name
from officer_app.widgets.theme import px
from officer_app.widgets.work import Work

if TYPE_CHECKING:
    from officer_app.entry.service import Entry, Found


class EntryView(QWidget):
    """The unlock screen; `unlocked(Casebook)` once a person is in.

    It paints before the casebook's parts are read from disk; they are read while the person types.
    """

    unlocked = Signal(object)

    def __init__(self, work: Work, address: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._work, self._address = work, address
        self._entry: Entry | None = None
        self._form: QWidget | None = None
        self.setFixedWidth(px(420))
        name(self, self.tr("Unlock"))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(px(8))
        rows.addWidget(Label(self.tr("Privacy officer"), role="title"))
        self.place = Label(role="muted", wrap=True)
        rows.addWidget(self.place)
        rows.addSpacing(px(8))
        self._fields = QWidget()
        rows.addWidget(self._fields)
        self._fill()
        self.trouble = Label(role="red", wrap=True)
        self.trouble.hide()
        rows.addWidget(self.trouble)
        self._other = QHBoxLayout()
        rows.addSpacing(px(12))
        rows.addLayout(self._other)
        work.run(self._prepare, self._prepared, self._show_trouble, owner=self)

    def _fill(self) -> None:
        rows = QVBoxLayout(self._fields)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(px(6))
        self.sign_in, self.passphrase = QLineEdit(), QLineEdit()
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        for text, box in ((self.tr("Sign-in name"), self.sign_in), (self.tr("Passphrase"), self.passphrase)):
            label = Label(text, role="muted")
            label.setBuddy(box)
            name(box, text)
            rows.addWidget(label)
            rows.addWidget(box)
            box.returnPressed.connect(self.unlock)
        self.button = Button(self.tr("Unlock"), look="primary")
        self.button.setObjectName("unlock")
        self.button.clicked.connect(self.unlock)
        rows.addSpacing(px(8))
        rows.addWidget(self.button)
        self.setFocusProxy(self.sign_in)

    # --- opening ---

    def _prepare(self) -> "tuple[Entry, Found]":
        from officer_app.entry.service import Entry  # noqa: PLC0415  heavy; read after the first paint

        entry = Entry(self._address)
        return entry, entry.find()

    def _prepared(self, made: "tuple[Entry, Found]") -> None:
        self._entry, found = made
        if not found.there:
            self.place.setText(self.tr("There is no casebook yet. Set one up, or bring one back from a backup."))
            self._fields.hide()
            self._offer(self.tr("Set up a casebook"), self.set_up, primary=True)
            self._offer(self.tr("Restore a backup"), self.restore)
            return
        text = found.address
        if found.demo_passphrases:
            files = ", ".join(path.name for path in found.demo_passphrases)
            text = self.tr("Demo. The sign-in names and passphrases are in {0}, in {1}.").format(
                files, found.demo_passphrases[0].parent
            )
        self.place.setText(text)
        self._offer(self.tr("Open with a recovery kit"), self.recover)

    def _offer(self, text: str, slot: Any, *, primary: bool = False) -> None:
        button = Button(text, look="primary" if primary else "quiet")
        button.clicked.connect(slot)
        self._other.addWidget(button)

    def unlock(self) -> None:
        """Open the casebook with what is typed."""
        entry, who, words = self._entry, self.sign_in.text(), self.passphrase.text()
        if entry is None or not self.button.isEnabled():
            return
        if not who.strip() or not words:
            self._say(self.tr("Type your sign-in name and your passphrase."))
            return
        self.button.setEnabled(False)
        self.button.setText(self.tr("Unlocking…"))
        self.trouble.hide()
        self._work.run(lambda: entry.unlock(who, words), self._in, self._show_trouble, owner=self)

    def _in(self, book: Any) -> None:
        self.passphrase.clear()
        self.unlocked.emit(book)

    def _show_trouble(self, error: KnownError) -> None:
        self._say(str(error))
        self.button.setEnabled(True)
        self.button.setText(self.tr("Unlock"))
        self.passphrase.selectAll()
        self.passphrase.setFocus()

    def _say(self, text: str) -> None:
        self.trouble.setText(text)
        self.trouble.show()

    # --- other ways in ---

    def set_up(self) -> None:
        """Start the set-up assistant."""
        from officer_app.entry.assistant import Assistant  # noqa: PLC0415  rarely needed

        assert self._entry is not None
        self._show(Assistant(self._entry, self._work, self._address))

    def recover(self) -> None:
        """Open the casebook with a recovery kit."""
        from officer_app.entry.recovery import Recovery  # noqa: PLC0415  rarely needed

        assert self._entry is not None
        self._show(Recovery(self._entry, self._work))

    def restore(self) -> None:
        """Bring a casebook back from a backup."""
        from officer_app.entry.recovery import Restore  # noqa: PLC0415  rarely needed

        assert self._entry is not None
        self._show(Restore(self._entry, self._work, self._address))

    def _show(self, panel: Any) -> None:
        panel.unlocked.connect(self.unlocked)
        panel.cancelled.connect(self._back)
        layout = self.layout()
        assert layout is not None
        for at in range(layout.count()):
            item = layout.itemAt(at)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
        for at in range(self._other.count()):
            item = self._other.itemAt(at)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
        self.setMinimumWidth(px(640))
        layout.addWidget(panel)
        self._form = panel
        panel.setFocus()

    def _back(self) -> None:
        if self._form is not None:
            self._form.deleteLater()
            self._form = None
