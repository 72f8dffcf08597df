"""Typing a recovery kit: thirteen boxes of five letters, each checked as soon as it is full."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from officer_app.casebook.kit import group_right
from officer_app.widgets.plain import Label, name, restyle
from officer_app.widgets.theme import px

_GROUPS, _LETTERS, _PER_LINE = 13, 5, 7


class _Box(QLineEdit):
    """One group; a whole kit pasted into it goes on into the boxes after it."""

    went_back = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Backspace and not self.text():
            self.went_back.emit()
            return
        super().keyPressEvent(event)


class GroupsInput(QWidget):
    """The boxes; `edited` on every change, `completed` once all thirteen are right."""

    edited = Signal()
    completed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(px(6))
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(6))
        grid.setVerticalSpacing(px(6))
        self.boxes: list[_Box] = []
        mono = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        mono.setPixelSize(px(14))
        for at in range(_GROUPS):
            box = _Box()
            box.setFont(mono)
            box.setFixedWidth(px(76))
            box.setAlignment(Qt.AlignmentFlag.AlignCenter)
            name(box, self.tr("Group {0} of {1}").format(at + 1, _GROUPS))
            box.setObjectName(f"group-{at + 1}")
            box.setProperty("group", at)
            box.textEdited.connect(self._typed)
            box.went_back.connect(self._back)
            grid.addWidget(box, at // _PER_LINE, at % _PER_LINE)
            self.boxes.append(box)
        grid.setColumnStretch(_PER_LINE, 1)
        rows.addLayout(grid)
        self.says = Label(role="muted", wrap=True)
        rows.addWidget(self.says)
        self.setFocusProxy(self.boxes[0])
        self._look()

    def text(self) -> str:
        """Return what is typed."""
        return " ".join(box.text() for box in self.boxes)

    def put(self, text: str) -> None:
        """Fill the boxes from the first on."""
        self._spread(0, text)
        self._look()

    def clear(self) -> None:
        """Empty every box."""
        for box in self.boxes:
            box.clear()
        self._look()

    @property
    def wrong(self) -> tuple[int, ...]:
        """The numbers (from 1) of the groups that are full and mistyped."""
        return tuple(
            at + 1
            for at, box in enumerate(self.boxes)
            if len(box.text()) >= _LETTERS and not group_right(at, box.text())
        )

    @property
    def complete(self) -> bool:
        """Whether every group is right."""
        return all(group_right(at, box.text()) for at, box in enumerate(self.boxes))

    def _typed(self, text: str) -> None:
        box = self.sender()
        if not isinstance(box, _Box):
            return
        at = int(box.property("group"))
        letters = _letters(text)
        if len(letters) >= _LETTERS:
            at = self._spread(at, letters)
            if group_right(at, self.boxes[at].text()) and at + 1 < _GROUPS:
                at += 1
            self.boxes[at].setFocus()
        elif letters != text:
            box.setText(letters)
        self._look()
        self.edited.emit()
        if self.complete:
            self.completed.emit()

    def _spread(self, at: int, text: str) -> int:
        """Fill boxes from `at` on and return the last one filled."""
        letters = _letters(text)
        last = at
        for start in range(0, len(letters), _LETTERS):
            if at >= _GROUPS:
                break
            self.boxes[at].setText(letters[start : start + _LETTERS])
            last, at = at, at + 1
        return last

    def _back(self) -> None:
        box = self.sender()
        if isinstance(box, _Box) and int(box.property("group")):
            self.boxes[int(box.property("group")) - 1].setFocus()

    def _look(self) -> None:
        wrong = self.wrong
        for at, box in enumerate(self.boxes):
            restyle(box, "bad", at + 1 in wrong)
        right = sum(group_right(at, box.text()) for at, box in enumerate(self.boxes))
        if wrong:
            which = ", ".join(map(str, wrong))
            told = self.tr("Group {0} is mistyped: compare it with the sheet letter by letter.").format(which)
            if len(wrong) > 1:
                told = self.tr("Groups {0} are mistyped: compare them with the sheet letter by letter.").format(which)
        elif right == _GROUPS:
            told = self.tr("All 13 groups are right.")
        else:
            told = self.tr("{0} of 13 groups are right. Spaces and capitals do not matter.").format(right)
        self.says.set_role("red" if wrong else "green" if right == _GROUPS else "muted")
        self.says.setText(told)


def _letters(text: str) -> str:
    return "".join(ch for ch in text.upper() if ch.isalnum())
