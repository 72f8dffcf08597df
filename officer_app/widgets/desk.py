"""The frame every desk shares: filter bar and list on the left, case file on the right, preview beside the case."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QFocusEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from officer_app.base.errors import KnownError
from officer_app.widgets.bars import FilterBar
from officer_app.widgets.casefile import CaseFile
from officer_app.widgets.forms import Form
from officer_app.widgets.inert import Sight
from officer_app.widgets.messages import NewsBar
from officer_app.widgets.pdf import PdfPreview
from officer_app.widgets.plain import name
from officer_app.widgets.sight import SightView
from officer_app.widgets.table import PagedTable
from officer_app.widgets.theme import px
from officer_app.widgets.work import Work


class DeskFrame(QWidget):
    """A Room made of the kit's parts; a desk's view derives from it and fills in `open`, `new` and its actions.

    `changed` after every change; `news` is the bar above the list. The list's own trouble is shown there.
    `dropped(paths)` when files were dropped onto the tab, once `accept_files` said which kinds are welcome.
    """

    changed = Signal()
    dropped = Signal(object)

    def __init__(
        self,
        work: Work,
        *,
        key: str,
        title: str,
        filters: FilterBar,
        table: PagedTable,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._key, self._title = key, title
        self._count: int | None = None
        self._suffixes: tuple[str, ...] = ()
        self.work, self.filters, self.table = work, filters, table
        self.file = CaseFile()
        self.news = NewsBar()
        self.preview = PdfPreview(work)
        self.sight = SightView(work)
        name(self, title)
        left = QWidget()
        left.setProperty("ground", "window")
        left.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        rows = QVBoxLayout(left)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(filters)
        rows.addWidget(self.news)
        rows.addWidget(table, 1)
        self._rows = rows
        self._left = QStackedWidget()
        self._left.addWidget(left)
        self._left.addWidget(self.preview)
        self._left.addWidget(self.sight)
        self._split = QSplitter(Qt.Orientation.Horizontal, self)
        self._split.setChildrenCollapsible(False)
        self._split.setHandleWidth(1)
        self._split.addWidget(self._left)
        self._split.addWidget(self.file)
        self.file.setMinimumWidth(px(400))  # below that its facts would be cut
        self._split.setStretchFactor(0, 54)
        self._split.setStretchFactor(1, 46)
        self._split.setSizes([px(824), px(696)])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._split)
        self.preview.closed.connect(self.close_preview)
        self.sight.closed.connect(self.close_preview)
        filters.new_asked.connect(self.new)
        table.failed.connect(self.news.show_trouble)
        table.empty.acted.connect(self.new)

    # What the window asks

    @property
    def key(self) -> str:
        return self._key

    @property
    def title(self) -> str:
        return self._title

    @property
    def widget(self) -> QWidget:
        return self

    @property
    def count(self) -> int | None:
        return self._count

    @property
    def busy(self) -> str:
        return ""

    def set_count(self, count: int | None) -> None:
        """Set the number beside the tab's title; call before emitting `changed`."""
        self._count = count

    def refresh(self) -> None:
        """Read the list again."""
        self.table.reload()

    def open(self, reference: str) -> None:
        """Put the cursor on the case; the desk shows its file."""
        self.close_preview()
        self.table.select(reference)

    def new(self) -> None:
        """Nothing is started here unless the desk says what."""

    def search(self) -> None:
        """Put the cursor into the search box."""
        self.close_preview()
        self.filters.focus()

    def print_current(self) -> None:
        """Print the document that is shown."""
        if self._left.currentWidget() is self.preview and self.preview.page_count:
            self.preview.print_pdf()
        else:
            self.news.show_news(self.tr("Open a document first, then print it."))

    def leave(self) -> None:
        """Keep what was typed."""
        if isinstance(self.file.form, Form):
            self.file.form.keep_draft()

    # What desks use

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Pass the focus on, so that the keys work at once; a proxy would take the search box out of the tab order."""
        form = self.file.form
        (self.table if form is None else form).setFocus(event.reason())

    def add_bar(self, bar: QWidget) -> None:
        """Put a bar between the news and the list."""
        self._rows.insertWidget(self._rows.indexOf(self.table), bar)

    def accept_files(self, *suffixes: str) -> None:
        """Take files with these endings (".eml"), or all when none is named, when they are dropped onto the tab."""
        self._suffixes = suffixes
        self.setAcceptDrops(True)

    def _files(self, event: QDropEvent) -> tuple[Path, ...]:
        paths = (Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile())
        return tuple(path for path in paths if not self._suffixes or path.suffix.lower() in self._suffixes)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._files(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = self._files(event)
        if files:
            event.acceptProposedAction()
            self.dropped.emit(files)

    def show_pdf(self, data: bytes, title: str, file_name: str) -> None:
        """Show a PDF beside the case, in the place of the list."""
        self.preview.show_pdf(data, title, file_name)
        self._left.setCurrentWidget(self.preview)
        self.preview.back_button.setFocus()

    def show_sight(self, sight: Sight, title: str) -> None:
        """Show a foreign file, made harmless, in the place of the list."""
        self.sight.show_sight(sight, title)
        self._left.setCurrentWidget(self.sight)
        self.sight.back_button.setFocus()

    def show_draft(self, data: bytes, title: str) -> None:
        """Show a letter that is still being written; the cursor stays where it is, and nothing of it can be printed."""
        self.preview.show_pdf(data, title, "draft.pdf", draft=True)
        self._left.setCurrentWidget(self.preview)

    def close_preview(self) -> None:
        """Show the list again."""
        if self._left.currentIndex() != 0:
            self._left.setCurrentIndex(0)
            self.sight.forget()
            self.table.setFocus()

    def run(self, op: Callable[..., Any], then: Callable[[Any], None] | None = None, *, title: str = "") -> None:
        """Run one use case; its KnownError is shown above the case file, or in the form that is open."""
        self.work.run(op, then, self.show_trouble, title=title, cancellable=bool(title), owner=self)

    def show_trouble(self, error: KnownError) -> None:
        """Show what did not work where the officer looks: in the open form, else above the case file."""
        if isinstance(self.file.form, Form):
            self.file.form.show_trouble(error)
        else:
            self.file.news.show_trouble(error)

    def ask_form(self, form: Form, submit: Callable[[Mapping[str, Any]], None], *, alone: bool = False) -> None:
        """Open a form in the case file; Esc closes it, `submit(values)` gets what was typed."""
        form.submitted.connect(submit)
        form.cancelled.connect(self.file.close_form)
        self.file.open_form(form, alone=alone)
