"""The way in: sign-in name and passphrase, and from there to set-up, recovery, a backup or another casebook."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from officer_app.base.errors import KnownError
from officer_app.widgets.plain import Button, Label, name
from officer_app.widgets.theme import px
from officer_app.widgets.work import Work

if TYPE_CHECKING:
    from officer_app.casebook.book import Casebook
    from officer_app.entry.server_password import ServerPassword
    from officer_app.entry.service import Entry, Found, Greeting

_NARROW: Final = 420


class EntryView(QWidget):
    """The unlock screen; `unlocked(Casebook)` once a person is in.

    It paints before the casebook's parts are read from disk; they are read while the person types.

    `ready` is called away from the window before any casebook is opened: every desk's tables have to be known by then.
    """

    unlocked = Signal(object)

    def __init__(
        self, work: Work, address: str, ready: Callable[[], None] = lambda: None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._work, self._address, self._ready = work, address, ready
        self._entry: Entry | None = None
        self._found: Found | None = None
        self.panel: QWidget | None = None
        self._wait = 0
        self._eager = False
        name(self, self.tr("Unlock"))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        self._unlock = QWidget()
        self._unlock.setFixedWidth(px(_NARROW))
        rows.addWidget(self._unlock)
        self._fill(QVBoxLayout(self._unlock))
        self.setFocusProxy(self.sign_in)
        self._ticking = QTimer(self)
        self._ticking.setTimerType(Qt.TimerType.PreciseTimer)  # a coarse one may be early, and the try refused
        self._ticking.setInterval(1000)
        self._ticking.timeout.connect(self._tick)
        work.run(self._prepare, self._prepared, self._show_trouble, owner=self)

    def _fill(self, rows: QVBoxLayout) -> None:
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(px(6))
        rows.addWidget(Label(self.tr("Privacy officer"), role="display"))
        self.place = Label(role="muted", wrap=True)
        rows.addWidget(self.place)
        rows.addSpacing(px(16))
        self.fields = QWidget()
        rows.addWidget(self.fields)
        inner = QVBoxLayout(self.fields)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(px(4))
        self.sign_in = self._field(inner, self.tr("Sign-in name"))
        self.passphrase = self._field(inner, self.tr("Passphrase"), secret=True)
        self._inner = inner
        self.server: ServerPassword | None = None
        inner.addSpacing(px(10))
        self.button = Button(self.tr("Unlock"), look="primary")
        self.button.setObjectName("unlock")
        self.button.clicked.connect(self.unlock)
        inner.addWidget(self.button)
        self.trouble = Label(role="red", wrap=True)
        self.trouble.hide()
        rows.addSpacing(px(4))
        rows.addWidget(self.trouble)
        rows.addSpacing(px(12))
        self._other = QHBoxLayout()
        self._other.setSpacing(px(8))
        rows.addLayout(self._other)

    def _field(self, rows: QVBoxLayout, text: str, *, secret: bool = False) -> QLineEdit:
        box = QLineEdit()
        if secret:
            box.setEchoMode(QLineEdit.EchoMode.Password)
        label = Label(text, role="muted")
        label.setBuddy(box)
        name(box, text)
        rows.addWidget(label)
        rows.addWidget(box)
        rows.addSpacing(px(4))
        box.returnPressed.connect(self.unlock)
        return box

    # --- which casebook ---

    def _prepare(self) -> "tuple[Entry, Found, str]":
        from officer_app.entry import passwords  # noqa: PLC0415  heavy; read after the first paint
        from officer_app.entry.service import Entry  # noqa: PLC0415  as above

        self._ready()
        entry = Entry(self._address)
        found = entry.find()
        return entry, found, passwords.why_not_kept() if found.asks_password else ""

    def _prepared(self, made: "tuple[Entry, Found, str]") -> None:
        self._entry, self._found, no_keyring = made
        found = self._found
        while (item := self._other.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.fields.setVisible(found.there)
        self._ask_password(found.asks_password, no_keyring)
        if not found.there:
            self.place.setText(self.tr("There is no casebook yet at {0}.").format(found.address))
            self._offer(self.tr("Set up a casebook"), self.set_up, look="primary")
            self._offer(self.tr("Restore a backup"), self.restore)
            self._offer(self.tr("Open another"), self.elsewhere)
            return
        text = found.address
        if found.demo_passphrases:
            files = ", ".join(path.name for path in found.demo_passphrases)
            folder = found.demo_passphrases[0].parent
            text = self.tr("Demo. The sign-in names and passphrases are in {0}, in {1}.").format(files, folder)
        self.place.setText(text)
        self._offer(self.tr("Use a recovery kit"), self.recover, look="link")
        self._offer(self.tr("Restore a backup"), self.restore, look="link")
        self._offer(self.tr("Open another casebook…"), self.elsewhere, look="link")
        if self._eager:
            self._eager = False
            self.button.setText(self.tr("Unlock"))
            self.unlock()
        self._other.addStretch(1)

    def _ask_password(self, asked: bool, no_keyring: str) -> None:
        """Ask for the password of the casebook's server, where it has one that no keyring holds."""
        if self.server is not None:
            self.server.hide()
            self.server.deleteLater()
            self.server = None
        if asked:
            from officer_app.entry.server_password import ServerPassword  # noqa: PLC0415  for teams only

            self.server = ServerPassword(no_keyring)
            self.server.entered.connect(self.unlock)
            self._inner.insertWidget(self._inner.indexOf(self.button) - 1, self.server)

    def _offer(self, text: str, slot: Any, *, look: str = "") -> None:
        button = Button(text, look=look)
        button.clicked.connect(slot)
        self._other.addWidget(button)

    # --- opening ---

    def unlock(self) -> None:
        """Open the casebook with what is typed."""
        entry, who, words = self._entry, self.sign_in.text(), self.passphrase.text()
        if entry is None or self._found is None:
            self._eager = True  # typed faster than the casebook's parts are read: unlock as soon as they are
            self.button.setText(self.tr("Unlocking…"))
            return
        if not self.button.isEnabled():
            return
        if not who.strip() or not words:
            self._say(self.tr("Type your sign-in name and your passphrase."))
            return
        password, keep = (self.server.password.text(), self.server.keeps) if self.server is not None else ("", False)
        self.button.setEnabled(False)
        self.button.setText(self.tr("Unlocking…"))
        self.trouble.hide()

        def op() -> "tuple[Casebook, Greeting]":
            book = entry.unlock(who, words, password, keep=keep)
            return book, entry.greeting(book)

        self._work.run(op, self._in, self._show_trouble, owner=self)

    def _in(self, opened: "tuple[Casebook, Greeting]") -> None:
        self.passphrase.clear()
        if self.server is not None:
            self.server.password.clear()
        book, greeting = opened
        if greeting.silent:
            self.unlocked.emit(book)
            return
        from officer_app.entry.welcome import Welcome  # noqa: PLC0415  rarely needed

        assert self._entry is not None
        self._show(Welcome(self._entry, self._work, book, greeting))

    def _show_trouble(self, error: KnownError) -> None:
        self._say(str(error))
        self._wait = int(getattr(error, "seconds", 0))
        self._look_at_wait()
        self.passphrase.selectAll()
        self.passphrase.setFocus()

    def _look_at_wait(self) -> None:
        self.button.setEnabled(self._wait <= 0)
        self.button.setText(self.tr("Unlock in {0} s").format(self._wait) if self._wait > 0 else self.tr("Unlock"))
        if self._wait > 0:
            self._ticking.start()
        else:
            self._ticking.stop()

    def _tick(self) -> None:
        self._wait -= 1
        self._look_at_wait()

    def _say(self, text: str) -> None:
        self.trouble.setText(text)
        self.trouble.show()

    # --- other ways in ---

    def set_up(self) -> None:
        """Start the set-up assistant."""
        from officer_app.entry.assistant import Assistant  # noqa: PLC0415  rarely needed

        assert self._entry is not None and self._found is not None
        self._show(Assistant(self._entry, self._work, self._found.address))

    def recover(self) -> None:
        """Open the casebook with a recovery kit."""
        from officer_app.entry.recovery import Recovery  # noqa: PLC0415  rarely needed

        assert self._entry is not None and self._found is not None
        self._show(Recovery(self._entry, self._work, asks_password=self._found.asks_password))

    def restore(self) -> None:
        """Bring a casebook back from a backup."""
        from officer_app.entry.recovery import Restore  # noqa: PLC0415  rarely needed

        assert self._entry is not None and self._found is not None
        self._show(Restore(self._entry, self._work, "" if self._found.there else self._found.address))

    def elsewhere(self) -> None:
        """Choose another casebook, or a place for a new one."""
        from officer_app.entry.elsewhere import Elsewhere  # noqa: PLC0415  rarely needed

        panel = Elsewhere()
        panel.chosen.connect(self._open_other)
        self._show(panel)

    def _open_other(self, address: str) -> None:
        self._back()
        self._address = address
        self.trouble.hide()
        self._work.run(self._prepare, self._prepared, self._show_trouble, owner=self)

    def _show(self, panel: Any) -> None:
        """Show a panel in place of the unlock fields; it says `unlocked` or `cancelled`."""
        self._back()
        panel.unlocked.connect(self.unlocked)
        panel.cancelled.connect(self._back)
        if hasattr(panel, "opened"):
            panel.opened.connect(self._in)
        self._unlock.hide()
        layout = self.layout()
        assert layout is not None
        layout.addWidget(panel)
        self.panel = panel
        panel.setFocus()

    def _back(self) -> None:
        panel, self.panel = self.panel, None
        if panel is not None:
            panel.hide()
            panel.deleteLater()
        self._unlock.show()
        self.sign_in.setFocus()
