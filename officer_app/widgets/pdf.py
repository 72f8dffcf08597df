"""The preview of a PDF beside the case, with print, save as and save as mail; never opens another program."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, Qt, Signal
from PySide6.QtGui import QHideEvent, QPalette, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from officer_app.base import ownfile
from officer_app.base.errors import KnownError
from officer_app.widgets import messages, theme
from officer_app.widgets.messages import NewsBar
from officer_app.widgets.plain import Button, Label, name
from officer_app.widgets.theme import px
from officer_app.widgets.work import Job, Work

if TYPE_CHECKING:
    from PySide6.QtPdf import QPdfDocument
    from PySide6.QtPdfWidgets import QPdfView


class PdfPreview(QWidget):
    """Shows one PDF from memory.

    `show_pdf(data, title, file_name)` fills it. `printed` and `saved(path)` tell that it happened (for the
    audit); `mail_asked` asks the room for an unsent mail; `closed` when the officer goes back.
    """

    printed = Signal()
    saved = Signal(object)
    mail_asked = Signal()
    closed = Signal()

    def __init__(self, work: Work, *, mail: bool = True, back: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._data = b""
        self._file_name = "document.pdf"
        self._mail, self._draft = mail, False
        self._document: QPdfDocument | None = None
        self._blank: QPdfDocument | None = None
        self._view: QPdfView | None = None
        self._buffer: QBuffer | None = None
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        bar = QWidget()
        bar.setProperty("ground", "window")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(bar)
        row.setContentsMargins(px(12), px(8), px(12), px(8))
        row.setSpacing(px(8))
        self.back_button = Button(back or self.tr("Back to the list"))
        self.back_button.clicked.connect(self.closed)
        self._title = Label(role="strong")
        self._pages = Label(role="muted")
        self.print_button = Button(self.tr("Print"))
        self.print_button.clicked.connect(self.print_pdf)
        self.save_button = Button(self.tr("Save as"))
        self.save_button.clicked.connect(self.save_as)
        self.mail_button = Button(self.tr("Save as mail"))
        self.mail_button.clicked.connect(self.mail_asked)
        row.addWidget(self.back_button)
        row.addWidget(self._title)
        row.addWidget(self._pages, 1)
        for button in (self.print_button, self.save_button, self.mail_button):
            row.addWidget(button)
        self.mail_button.setVisible(mail)
        rows.addWidget(bar)
        self.news = NewsBar()
        rows.addWidget(self.news)
        self._rows = rows

    @property
    def data(self) -> bytes:
        """The PDF that is shown."""
        return self._data

    @property
    def page_count(self) -> int:
        """Number of pages shown, 0 when nothing could be."""
        return self._document.pageCount() if self._document is not None else 0

    @property
    def draft(self) -> bool:
        """Whether what is shown is only a draft, which must not leave."""
        return self._draft

    def show_pdf(self, data: bytes, title: str, file_name: str, *, draft: bool = False) -> None:
        """Show a PDF held in memory under our own title and file name; a `draft` can be neither printed nor saved."""
        from PySide6.QtPdf import QPdfDocument  # noqa: PLC0415 - Qt's PDF part loads only when a PDF is shown
        from PySide6.QtPdfWidgets import QPdfView  # noqa: PLC0415

        kept = self._view.verticalScrollBar().value() if self._view is not None and draft and self._draft else 0
        self._data, self._file_name, self._draft = data, file_name, draft
        self._title.setText(title)
        for button in (self.print_button, self.save_button):
            button.setVisible(not draft)
        self.mail_button.setVisible(self._mail and not draft)
        self.news.clear()
        if self._document is None or self._view is None:
            # The document before the view, both children of this widget: the other order crashes at the end.
            self._document, self._blank = QPdfDocument(self), QPdfDocument(self)
            self._view = QPdfView(self)
            self._view.setPageMode(QPdfView.PageMode.MultiPage)
            self._view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
            self._view.setFrameShape(QPdfView.Shape.NoFrame)
            self._rows.addWidget(self._view, 1)
        ground = self._view.palette()
        ground.setColor(QPalette.ColorRole.Dark, theme.color(theme.tokens().header))
        self._view.setPalette(ground)
        self._rest()
        self._document.close()
        old, self._buffer = self._buffer, _buffer(data, self)
        self._document.load(self._buffer)
        if old is not None:
            old.deleteLater()
        if self.isVisible():
            self._view.setDocument(self._document)
        if kept:
            self._view.verticalScrollBar().setValue(kept)
        count = self._document.pageCount()
        self._pages.setText(self.tr("1 page") if count == 1 else self.tr("{0} pages").format(count))
        for button in (self.print_button, self.mail_button):
            button.setEnabled(count > 0)
        name(self._view, self.tr("Preview of {0}").format(title))
        if count:
            self._view.setAccessibleDescription(self._document.getAllText(0).text()[:2000])
        else:
            self.news.show_news(
                self.tr("This PDF cannot be shown here. Save it and open it with another program."), "amber"
            )

    def _rest(self) -> None:
        """Let the view go of the document: it waits for the page its own thread is drawing.

        Without it a document that is closed or deleted meanwhile takes the whole program down.
        """
        if self._view is not None and self._blank is not None:
            self._view.setDocument(self._blank)

    def showEvent(self, event: QShowEvent) -> None:
        """Draw the document as long as it is seen."""
        super().showEvent(event)
        if self._view is not None and self._document is not None:
            self._view.setDocument(self._document)

    def hideEvent(self, event: QHideEvent) -> None:
        """Draw nothing that nobody sees; also the last thing before the window drops its rooms."""
        super().hideEvent(event)
        self._rest()

    def text(self) -> str:
        """Return the words of all pages."""
        document = self._document
        return "\n".join(document.getAllText(at).text() for at in range(self.page_count)) if document else ""

    def save_as(self) -> None:
        """Save the PDF where the officer says."""
        path = messages.choose_save(self, self.tr("Save as"), self._file_name, self.tr("PDF files (*.pdf)"))
        if path is not None:
            data = self._data
            self._work.run(lambda: _write(path, data), self._saved, self.news.show_trouble, owner=self)

    def print_pdf(self) -> None:
        """Print through the system's dialog, in the background."""
        if self._draft:
            self.news.show_news(self.tr("This is a draft. Issue the letter first, then print it."))
            return
        printer = messages.choose_printer(self)
        if printer is None:
            return
        data, title = self._data, self.tr("Printing {0}").format(self._title.text())

        def run(job: Job) -> None:
            from officer_app.widgets.paper import Paper  # noqa: PLC0415 - loads only when something is printed

            with Paper(printer, job) as paper:
                paper.put(data)

        self._work.run(run, self._printed, self.news.show_trouble, title=title, cancellable=True, owner=self)

    def _saved(self, path: Path) -> None:
        self.news.show_news(self.tr("Saved as {0}.").format(path.name), "green")
        self.saved.emit(path)

    def _printed(self, _nothing: object) -> None:
        self.news.show_news(self.tr("Sent to the printer."), "green")
        self.printed.emit()


def _buffer(data: bytes, parent: QObject | None = None) -> QBuffer:
    buffer = QBuffer(parent)
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    return buffer


def _write(path: Path, data: bytes) -> Path:
    try:
        return ownfile.put(path, data)
    except OSError as problem:
        reason = problem.strerror or "the disk refused it"
        raise KnownError(f"The file could not be saved ({reason}). Choose another place.") from problem
