"""The place beside the case where a foreign file is looked at: pixels and plain text, nothing to click and to run."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from officer_app.base.errors import KnownError
from officer_app.widgets import inert
from officer_app.widgets.inert import Pixels, Sight
from officer_app.widgets.messages import NewsBar
from officer_app.widgets.plain import Button, Content, Label, name
from officer_app.widgets.reading import reading
from officer_app.widgets.theme import px
from officer_app.widgets.work import Work

_EDGE: Final = 16


class SightView(QWidget):
    """Shows one foreign file as it was made harmless; `closed` when the officer goes back."""

    closed = Signal()

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._work, self._sight = work, Sight()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        bar = QWidget()
        bar.setProperty("ground", "window")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(bar)
        row.setContentsMargins(px(12), px(8), px(12), px(8))
        row.setSpacing(px(8))
        self.back_button = Button(self.tr("Back to the list"))
        self.back_button.clicked.connect(self._leave)
        self._title = Label(role="strong", wrap=True)
        self._pages = Label(role="muted")
        row.addWidget(self.back_button)
        row.addWidget(self._title, 1)
        row.addWidget(self._pages)
        rows.addWidget(bar)
        self.news = NewsBar()
        rows.addWidget(self.news)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        rows.addWidget(self._area, 1)
        self._drawn: list[_Drawn] = []

    @property
    def pictures(self) -> int:
        """Number of pages or pictures that are drawn."""
        return len(self._drawn)

    def text(self) -> str:
        """Return the text that is shown, as far as it is."""
        page = self._area.widget()
        return "\n".join(each.text() for each in page.findChildren(QLabel) if each.text()) if page else ""

    def show_sight(self, sight: Sight, title: str) -> None:
        """Show a file under its cleaned name."""
        self._sight, self._drawn = sight, []
        self._title.setText(title)
        name(self._area, self.tr("A look at {0}").format(title))
        count = sight.pages
        words = self.tr("1 page") if count == 1 else self.tr("{0} pages").format(count)
        self._pages.setText(words if count else "")
        self.news.show_news(
            self.tr("This file came from outside. It is shown as a picture or plain text; nothing in it can run.")
        )
        page = Content()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(px(_EDGE), px(_EDGE), px(_EDGE), px(_EDGE))
        rows.setSpacing(px(12))
        self._rows = rows
        if sight.text:
            rows.addWidget(reading(sight.text))
            if sight.cut:
                rows.addWidget(Label(self.tr("It goes on; export a copy to read all of it."), role="muted", wrap=True))
        elif not sight.pictures:
            rows.addWidget(Label(self.tr("The file is empty."), role="muted"))
        self._more = Button(self.tr("Show more pages"), look="link")
        self._more.clicked.connect(self._ask_more)
        rows.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        rows.addStretch(1)
        self._draw(sight)
        old = self._area.takeWidget()
        if old is not None:
            old.deleteLater()
        self._area.setWidget(page)
        page.setAutoFillBackground(False)
        self._area.verticalScrollBar().setValue(0)

    def _draw(self, sight: Sight) -> None:
        self._sight = sight
        for at, pixels in enumerate(sight.pictures, sight.first + 1):
            drawn = _Drawn(pixels, self.tr("Page {0}").format(at))
            self._rows.insertWidget(self._rows.count() - 2, drawn)
            self._drawn.append(drawn)
        self._more.setVisible(sight.more)
        self._more.setEnabled(True)

    def _ask_more(self) -> None:
        asked = self._sight
        first = asked.first + len(asked.pictures)
        self._more.setEnabled(False)

        def draw(found: Sight) -> None:
            if self._sight is asked:  # else another file is shown by now, or none
                self._draw(found)

        def failed(error: KnownError) -> None:
            if self._sight is asked:
                self._more.setEnabled(True)
                self.news.show_trouble(error)

        self._work.run(lambda: inert.read(asked.content, first), draw, failed, owner=self)

    def _leave(self) -> None:
        self.forget()
        self.closed.emit()

    def forget(self) -> None:
        """Let go of the file: what is not looked at any more is not kept in memory."""
        self._sight, self._drawn = Sight(), []
        old = self._area.takeWidget()
        if old is not None:
            old.deleteLater()


class _Drawn(QWidget):
    """One page as a picture, as wide as its place and never wider than it is."""

    def __init__(self, pixels: Pixels, title: str) -> None:
        super().__init__()
        image = QImage(pixels.rgb, pixels.width, pixels.height, pixels.width * 3, QImage.Format.Format_RGB888)
        self._whole = QPixmap.fromImage(image)
        self._label = Label(parent=self)
        self._label.setPixmap(self._whole)
        self._label.setScaledContents(True)
        name(self._label, title)
        self._ratio = pixels.height / pixels.width
        self._fit(self.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the picture's shape."""
        super().resizeEvent(event)
        self._fit(event.size().width())

    def _fit(self, width: int) -> None:
        shown = max(min(width, self._whole.width()), 1)
        height = max(round(shown * self._ratio), 1)
        self._label.setGeometry(0, 0, shown, height)
        if self.minimumHeight() != height:
            self.setFixedHeight(height)
