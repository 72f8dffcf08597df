"""The lock screen: the way in, and how much is due, without a name."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from officer_app.widgets.plain import Label
from officer_app.widgets.theme import px


class LockPanel(QWidget):
    """What a passer-by sees: the way in, and how much is due, without a name."""

    def __init__(self, entry: QWidget, due: int, overdue: int, *, shown: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.entry = entry
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(px(24), px(24), px(24), px(24))
        rows.addStretch(2)
        # Stretches, not an alignment: an aligned widget is not asked how high it has to be for its width.
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(entry)
        middle.addStretch(1)
        rows.addLayout(middle)
        self.numbers = Label(role="muted")
        self.numbers.setText(self.tr("{0} due, {1} overdue").format(due, overdue) if shown else "")
        self.outcome = Label(role="muted")
        rows.addSpacing(px(16))
        rows.addWidget(self.numbers, 0, Qt.AlignmentFlag.AlignHCenter)
        rows.addSpacing(px(4))
        rows.addWidget(self.outcome, 0, Qt.AlignmentFlag.AlignHCenter)
        rows.addStretch(3)
        scroll.setWidget(page)
        page.setAutoFillBackground(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
        self.setFocusProxy(entry)

    def tell(self, text: str) -> None:
        """Say in a line what came of work that went on under the lock."""
        self.outcome.setText(text)
