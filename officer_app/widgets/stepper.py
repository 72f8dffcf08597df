"""The line of states a case goes through, with the one it has reached."""

from collections.abc import Sequence
from itertools import accumulate

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from officer_app.widgets import theme
from officer_app.widgets.plain import literal, name
from officer_app.widgets.theme import px


class Stepper(QWidget):
    """Paints the states; those before `reached` are filled, `reached` is ringed and semibold."""

    def __init__(self, stages: Sequence[str], reached: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stages = tuple(literal(stage) for stage in stages)
        self._reached = reached
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        now = self._stages[reached] if 0 <= reached < len(self._stages) else ""
        name(self, self.tr("State {0} of {1}: {2}").format(reached + 1, len(self._stages), now))

    def sizeHint(self) -> QSize:
        return QSize(px(360), px(40))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(120), px(40))

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens, count, edges = theme.tokens(), len(self._stages), self._edges()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius, middle = px(6), px(9)
        accent, rest = theme.color(tokens.accent), theme.color(tokens.edge)
        for at in range(count - 1):
            done = at < self._reached
            painter.setPen(QPen(accent if done else theme.color(tokens.hairline), px(2)))
            painter.drawLine(edges[at] + 2 * radius + px(3), middle, edges[at + 1] - px(1), middle)
        for at, stage in enumerate(self._stages):
            current = at == self._reached
            painter.setPen(QPen(accent if at <= self._reached else rest, px(2)))
            painter.setBrush(accent if at < self._reached else theme.color(tokens.panel))
            centre = QPoint(edges[at] + radius + px(1), middle)
            painter.drawEllipse(centre, radius, radius)
            if current:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(accent)
                painter.drawEllipse(centre, px(2), px(2))
            painter.setFont(theme.font(13, strong=current))
            painter.setPen(theme.color(tokens.text if at <= self._reached else tokens.muted))
            room = edges[at + 1] - edges[at]
            shown = QFontMetrics(painter.font()).elidedText(stage, Qt.TextElideMode.ElideRight, room - px(8))
            painter.drawText(QRect(edges[at], px(19), room, px(20)), int(Qt.AlignmentFlag.AlignVCenter), shown)
        painter.end()

    def _edges(self) -> list[int]:
        """Return where each stage begins, and the end: each as wide as its name needs, while there is room for all."""
        metrics = QFontMetrics(theme.font(13, strong=True))
        needed = [metrics.horizontalAdvance(stage) + px(12) for stage in self._stages]
        spare = self.width() - sum(needed)
        count = max(len(needed), 1)
        rooms = [width + spare // count for width in needed] if spare >= 0 else [self.width() // count] * count
        return [0, *accumulate(rooms)]
