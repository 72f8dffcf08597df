"""What stands where nothing is: it says what to do next."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from officer_app.widgets.plain import Button, Label, name
from officer_app.widgets.theme import px


class EmptyState(QWidget):
    """What stands where nothing is: a title, what to do about it, and perhaps a button that does it."""

    acted = Signal()

    def __init__(self, title: str, advice: str = "", action: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(px(32), px(48), px(32), px(48))
        rows.setSpacing(px(8))
        self._title = Label(role="strong", wrap=True)
        self._advice = Label(role="muted", wrap=True)
        self.button = Button("")
        self.button.clicked.connect(self.acted)
        for label in (self._title, self._advice):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        rows.addStretch(2)
        rows.addWidget(self._title)
        rows.addWidget(self._advice)
        rows.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        rows.addStretch(3)
        self.say(title, advice, action)

    def say(self, title: str, advice: str = "", action: str = "") -> None:
        """Change the words."""
        self._title.setText(title)
        self._advice.setText(advice)
        self._advice.setVisible(bool(advice))
        self.button.setText(action)
        self.button.setVisible(bool(action))
        name(self, f"{title} {advice}".strip())
