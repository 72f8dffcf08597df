"""What can be done with several rows of a list at once; hidden while fewer than two are selected."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from officer_app.widgets.plain import Button, Label, name
from officer_app.widgets.theme import px


class SelectionBar(QWidget):
    """Says how many rows are selected, with a button for each action; `asked(key)` when one is pressed."""

    asked = Signal(str)

    def __init__(self, actions: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(12), 0, px(12), px(8))
        row.setSpacing(px(8))
        self.words = Label(role="strong")
        row.addWidget(self.words)
        self.buttons: dict[str, Button] = {}
        for key, title in actions:
            button = Button(title)
            button.setProperty("action", key)
            button.clicked.connect(self._pressed)
            row.addWidget(button)
            self.buttons[key] = button
        row.addStretch(1)
        name(self, self.tr("Selected rows"))
        self.hide()

    def set_count(self, count: int) -> None:
        """Show the bar for this many rows."""
        self.words.setText(self.tr("{0} selected").format(count))
        self.setVisible(count > 1)

    def advice(self, counts: Sequence[tuple[str, int]]) -> str:
        """Return what the case file says of the selected rows: how many are in which state, and what can be done."""
        listed = ", ".join(f"{title}: {count}" for title, count in counts)
        more = self.tr(
            "What the buttons above the list do, they do to each of them; where it does not fit, the case is left as "
            "it is and named. Select one row to see its file."
        )
        return f"{listed}.\n\n{more}"

    def _pressed(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self.asked.emit(str(button.property("action")))
