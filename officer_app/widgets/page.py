"""A page of the menu: news on top, below it a column that scrolls and is never wider than is pleasant to read."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from officer_app.widgets.messages import NewsBar
from officer_app.widgets.theme import px
from officer_app.widgets.work import Running, Work


class PageFrame(QWidget):
    """Base of the menu's pages: `rows` takes the contents, `news` says what happened, `run` does slow work."""

    def __init__(self, work: Work, *, widest: int = 760, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self.news = NewsBar(inset=24)
        outer.addWidget(self.news)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QWidget()
        across = QHBoxLayout(page)
        across.setContentsMargins(px(24), px(8), px(24), px(24))
        column = QWidget()
        column.setMaximumWidth(px(widest))
        self.rows = QVBoxLayout(column)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(px(8))
        across.addWidget(column, 1000)
        across.addStretch(1)
        scroll.setWidget(page)
        page.setAutoFillBackground(False)
        outer.addWidget(scroll, 1)

    def run(
        self, op: Callable[..., Any], then: Callable[[Any], None] | None = None, *, title: str = "", latest: str = ""
    ) -> Running:
        """Run one use case; what it refuses is shown in the news. With a `title` it shows in the status line."""
        return self.work.run(
            op, then, self.news.show_trouble, title=title, cancellable=bool(title), owner=self, latest=latest
        )
