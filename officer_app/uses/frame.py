"""What both pages share: a list on the left or the PDF in its place, and a file with forms on the right."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from officer_app.base.errors import KnownError
from officer_app.widgets.casefile import CaseFile
from officer_app.widgets.forms import Form
from officer_app.widgets.messages import NewsBar
from officer_app.widgets.pdf import PdfPreview
from officer_app.widgets.theme import px
from officer_app.widgets.work import Work


class TwoParts(QWidget):
    """Base of the pages; a derived one says in `step` and `asked` what the file's buttons do."""

    def __init__(self, work: Work, *left: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self.news = NewsBar()
        self.preview = PdfPreview(work, mail=False, back=self.tr("Back"))
        self.preview.closed.connect(self.close_preview)
        self.file = CaseFile()
        self.file.chosen.connect(self.step)
        self.file.asked.connect(self.asked)
        column = QWidget()
        column.setProperty("ground", "window")
        column.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        rows = QVBoxLayout(column)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.news)
        for at, part in enumerate(left):
            rows.addWidget(part, 1 if at == len(left) - 1 else 0)
        self._left = QStackedWidget()
        self._left.addWidget(column)
        self._left.addWidget(self.preview)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(1)
        split.addWidget(self._left)
        split.addWidget(self.file)
        split.setSizes([px(824), px(696)])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(split)

    def step(self, step: str) -> None:
        """Do what a button below the facts says."""

    def asked(self, action: str) -> None:
        """Do what a button beside a fact says."""

    def run(self, op: Callable[..., Any], then: Callable[[Any], None], *, title: str = "") -> None:
        """Run one use case; what it refuses is shown in the form, else above the file."""
        self._work.run(op, then, self._trouble, title=title, cancellable=bool(title), owner=self)

    def _trouble(self, error: KnownError) -> None:
        if isinstance(self.file.form, Form):
            self.file.form.show_trouble(error)
        else:
            self.file.news.show_trouble(error)

    def ask(self, form: Form, submit: Callable[[Any], None]) -> None:
        """Put a form below the facts."""
        form.submitted.connect(submit)
        form.cancelled.connect(self.file.close_form)
        self.file.open_form(form)

    def make(self, op: Callable[[], bytes], title: str, file_name: str) -> None:
        """Make a PDF and show it in the place of the list."""
        self.run(op, lambda made: self._made(made, title, file_name))

    def _made(self, made: bytes, title: str, file_name: str) -> None:
        self.preview.show_pdf(made, title, file_name)
        self._left.setCurrentWidget(self.preview)

    def close_preview(self) -> None:
        """Show the list again."""
        self._left.setCurrentIndex(0)
