"""The password of a team's database server, below the passphrase on the unlock screen."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from officer_app.widgets.plain import Label, caption, name
from officer_app.widgets.theme import px


class ServerPassword(QWidget):
    """Takes the password; `entered` on Enter. `no_keyring` says why it cannot be kept, "" when it can."""

    entered = Signal()

    def __init__(self, no_keyring: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(px(4))
        words = self.tr("Password of the casebook's database")
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.returnPressed.connect(self.entered)
        name(self.password, words)
        label = Label(words, role="muted")
        label.setBuddy(self.password)
        rows.addWidget(label)
        rows.addWidget(self.password)
        self._keep = QCheckBox(caption(self.tr("Keep it in this computer's keyring")))
        self._keep.setVisible(not no_keyring)
        self._why = Label(no_keyring, role="small", wrap=True)
        self._why.setVisible(bool(no_keyring))
        rows.addWidget(self._keep)
        rows.addWidget(self._why)

    @property
    def keeps(self) -> bool:
        """Return whether the password shall go to the keyring."""
        return bool(self.password.text()) and self._keep.isEnabled() and self._keep.isChecked()
