"""A short list of two-part lines (what is due, what was found), painted like the tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from officer_app.widgets import theme
from officer_app.widgets.plain import literal, name, tip
from officer_app.widgets.room import Tone
from officer_app.widgets.theme import px

_LINE: Final = int(Qt.ItemDataRole.UserRole)
_HEIGHT: Final = 32


@dataclass(frozen=True)
class Line:
    """One line: `title` semibold, `text` after it in its tone, `aside` muted at the end; `what` is handed back."""

    title: str
    text: str
    what: Any
    tone: Tone = ""
    aside: str = ""
    hint: str = ""


class Lines(QListWidget):
    """Shows lines; emits `picked(what)` on Enter or click."""

    picked = Signal(object)

    def __init__(self, title: str, *, title_width: int = 120, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(_Painter(title_width, self))
        name(self, title)
        self.itemActivated.connect(self._pick)
        self.itemClicked.connect(self._pick)

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Show these."""
        self.clear()
        for line in lines:
            words = "  ".join(part for part in (line.title, line.text, line.aside) if part)
            item = QListWidgetItem(literal(words))
            item.setData(_LINE, line)
            if line.hint:
                item.setToolTip(tip(line.hint))
            self.addItem(item)

    def fit(self, most: int) -> None:
        """Take the height of the lines, at most of `most`."""
        self.setFixedHeight(px(_HEIGHT) * min(max(self.count(), 1), most))

    def _pick(self, item: QListWidgetItem) -> None:
        self.picked.emit(item.data(_LINE).what)


class _Painter(QStyledItemDelegate):
    def __init__(self, title_width: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._title_width = title_width

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(px(200), px(_HEIGHT))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        line = index.data(_LINE)
        tokens = theme.tokens()
        rect, state = option.rect, option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color(tokens.selection))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.color(tokens.hover))
        left = rect.adjusted(px(16), 0, -px(12), 0)
        used = self._draw(painter, left, line.title, tokens.text, strong=True)
        left.setLeft(left.left() + max(px(self._title_width), used + px(16)))
        used = self._draw(painter, left, line.text, tokens.tone(line.tone), strong=bool(line.tone))
        left.setLeft(left.left() + used + px(16))
        self._draw(painter, left, line.aside, tokens.muted)
        painter.restore()

    def _draw(self, painter: QPainter, rect: QRect, text: str, colour: str, *, strong: bool = False) -> int:
        painter.setFont(theme.font(strong=strong))
        painter.setPen(theme.color(colour))
        metrics = QFontMetrics(painter.font())
        shown = metrics.elidedText(literal(text), Qt.TextElideMode.ElideRight, max(rect.width(), 0))
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter), shown)
        return metrics.horizontalAdvance(shown)
