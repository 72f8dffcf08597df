"""A value with its label at the left and what stands beside it at the right, or below where the window is narrow."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayoutItem, QWidget

from officer_app.widgets.flow import Folding
from officer_app.widgets.theme import px

_COMFORT = 200  # pixels that a value keeps before what stands beside it goes below
_LABEL, _GAP = 144, 16  # pixels of the column of labels and behind it


class Beside(Folding):
    """Lays out one value, its label, pills and buttons; as wide at least as the widest of them alone."""

    def __init__(self, value: QWidget, *beside: QWidget, label: QWidget | None = None) -> None:
        super().__init__(gap=px(12))
        self._labelled = label is not None
        for widget in (*([] if label is None else [label]), value, *beside):
            self.addWidget(widget)

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation.Horizontal

    def sizeHint(self) -> QSize:
        width = sum(item.sizeHint().width() + self.spacing() for item in self._items)
        return QSize(width, self.minimumSize().height())

    def minimumSize(self) -> QSize:
        first = 1 + self._labelled
        hints = [item.sizeHint() for item in self._items[first:]]
        width = max([*(item.minimumSize().width() for item in self._items[:first]), *(hint.width() for hint in hints)])
        return QSize(width, max([0, *(hint.height() for hint in hints)]))

    def _place(self, rect: QRect, *, move: bool) -> int:
        if not self._labelled:
            return self._value(rect, self._items, move=move)
        label, *rest = self._items
        wide = max(px(_LABEL), label.minimumSize().width())
        left = wide + px(_GAP)
        if rect.width() - left >= rest[0].minimumSize().width():
            high = _height(label, wide)
            if move:
                label.setGeometry(QRect(rect.topLeft(), QSize(wide, high)))
            return max(high, self._value(rect.adjusted(left, 0, 0, 0), rest, move=move))
        high = _height(label, rect.width())
        if move:
            label.setGeometry(QRect(rect.topLeft(), QSize(rect.width(), high)))
        return high + self._value(rect.adjusted(0, high, 0, 0), rest, move=move)

    def _value(self, rect: QRect, items: Sequence[QLayoutItem], *, move: bool) -> int:
        value, *beside = items
        taken = sum(item.sizeHint().width() + self.spacing() for item in beside)
        least = max(min(value.sizeHint().width(), px(_COMFORT)), value.minimumSize().width())
        below = bool(beside) and rect.width() - taken < least
        room = rect.width() if below else rect.width() - taken
        high = _height(value, room)
        if move:
            value.setGeometry(QRect(rect.topLeft(), QSize(room, high)))
        if not below:
            x = rect.x() + room
            for item in beside:
                x += self.spacing()
                self._put(item, x, rect.y(), move=move)
                x += item.sizeHint().width()
            return max([high, *(item.sizeHint().height() for item in beside)])
        x, y, line = rect.x(), rect.y() + high + px(4), 0
        for item in beside:
            hint = item.sizeHint()
            if x > rect.x() and x + hint.width() > rect.right() + 1:
                x, y, line = rect.x(), y + line + px(4), 0
            self._put(item, x, y, move=move)
            x, line = x + hint.width() + self.spacing(), max(line, hint.height())
        return y + line - rect.y()

    def _put(self, item: QLayoutItem, x: int, y: int, *, move: bool) -> None:
        if move:
            item.setGeometry(QRect(QPoint(x, y), item.sizeHint()))


def _height(item: QLayoutItem, width: int) -> int:
    return item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()
