"""The list of a room: paged, sorted by the database, calm to read and usable by keyboard alone."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QRect, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStackedLayout,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from officer_app.base.errors import KnownError
from officer_app.base.page import Page, Sort
from officer_app.widgets import theme
from officer_app.widgets.empty import EmptyState
from officer_app.widgets.model import Column, Fetch, PagedModel
from officer_app.widgets.plain import name
from officer_app.widgets.theme import px
from officer_app.widgets.work import Work

_NARROWEST: Final = 0.7  # of its own width, for a column in a narrow window

__all__ = ["Column", "EmptyState", "Page", "PagedTable", "Sort"]


class _Cells(QStyledItemDelegate):
    """Paints a row: hairline below, tinted when chosen, a tone only where time presses."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:  # type: ignore[override]
        model = index.model()
        assert isinstance(model, PagedModel)
        column, row = model.columns[index.column()], model.row(index.row())
        tokens = theme.tokens()
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        if chosen:
            painter.fillRect(rect, theme.color(tokens.selection))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.color(tokens.hover))
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, theme.color(tokens.hairline))
        if chosen and index.column() == 0:
            active = bool(state & QStyle.StateFlag.State_Active)
            painter.fillRect(
                rect.x(),
                rect.y(),
                px(3),
                rect.height(),
                theme.color(tokens.accent if active else tokens.edge),
            )
        words = column.shown(row)
        tone = column.tone(row) if column.tone is not None else ""
        strong = column.kind == "strong" or (column.kind == "due" and bool(tone))
        painter.setFont(theme.font(13 if column.kind == "pill" else 14, strong=strong or column.kind == "pill"))
        inner = rect.adjusted(px(12), 0, -px(8), 0)
        metrics = QFontMetrics(painter.font())
        if column.kind == "pill" and words:
            _pill(painter, inner, words, tone, metrics)
        else:
            muted = column.kind in ("muted", "masked") and not tone
            painter.setPen(theme.color(tokens.muted if muted else tokens.tone(tone)))
            side = Qt.AlignmentFlag.AlignRight if column.kind == "number" else Qt.AlignmentFlag.AlignLeft
            shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, inner.width())
            painter.drawText(inner, int(side | Qt.AlignmentFlag.AlignVCenter), shown)
        painter.restore()


def _pill(painter: QPainter, inner: QRect, words: str, tone: str, metrics: QFontMetrics) -> None:
    tokens = theme.tokens()
    shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, inner.width() - px(20))
    height = px(20)
    box = QRect(inner.x(), inner.center().y() - height // 2 + 1, metrics.horizontalAdvance(shown) + px(20), height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(tokens.soft(tone)))
    painter.drawRoundedRect(box, height / 2, height / 2)
    painter.setPen(theme.color(tokens.tone(tone) if tone else tokens.muted))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), shown)


_ADDING: Final = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class _View(QTableView):
    entered_row = Signal()
    resized = Signal()
    adding = False  # whether the pointer or the keys extend the selection just now

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.adding = self._extends(event.modifiers())
        super().mousePressEvent(event)
        self.adding = False

    def _extends(self, modifiers: Qt.KeyboardModifier) -> bool:
        several = self.selectionMode() == QAbstractItemView.SelectionMode.ExtendedSelection
        return several and bool(modifiers & _ADDING)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Take the focus without moving to the first row, as Qt would: that opens a file, and opening is recorded."""
        if self.currentIndex().isValid():
            super().focusInEvent(event)
            return
        rows = self.selectionModel()
        with QSignalBlocker(rows):
            super().focusInEvent(event)
            rows.clear()
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.entered_row.emit()
            return
        self.adding = self._extends(event.modifiers())
        super().keyPressEvent(event)
        self.adding = False


class PagedTable(QWidget):
    """A table that fetches its rows by page in the background.

    `fetch(sort, after, limit) -> Page` runs away from the window; `key(row)` identifies a row across reloads.
    `chosen(row)` is emitted when the officer moves to another row, never by `select` or a reload;
    `opened(row)` on Enter or double click; `loaded(count)` after each page; `failed(KnownError)` when fetching
    did not work (what was shown stays). With `several`, Ctrl and Shift select more rows: `selected(rows)` tells which,
    and none of them is chosen.
    """

    chosen = Signal(object)
    opened = Signal(object)
    loaded = Signal(object)
    failed = Signal(object)
    selected = Signal(object)

    def __init__(
        self,
        work: Work,
        columns: Sequence[Column],
        fetch: Fetch,
        *,
        key: Callable[[Any], str],
        sort: Sort | None = None,
        title: str = "",
        page: int = 100,
        several: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._key = key
        self._wanted = ""
        self._quiet = False
        first = next((column.key for column in columns if column.sortable), columns[0].key)
        self.model = PagedModel(work, columns, fetch, sort or Sort(first), page, self)
        self.view = _View(self)
        self.empty = EmptyState(self.tr("Nothing here yet"))
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.empty)
        self._prepare(title)
        if several:
            self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
            self.view.selectionModel().selectionChanged.connect(self._selected)
        self.setFocusProxy(self.view)
        self.model.arrived.connect(self._arrived)
        self.model.failed.connect(self._failed)
        self.model.modelAboutToBeReset.connect(self._hold)

    def _prepare(self, title: str) -> None:
        view = self.view
        view.setItemDelegate(_Cells(view))
        view.setModel(self.model)
        view.setShowGrid(False)
        view.setMouseTracking(True)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setTabKeyNavigation(False)
        view.setWordWrap(False)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.verticalHeader().hide()
        view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        view.verticalHeader().setDefaultSectionSize(px(38))
        header = view.horizontalHeader()
        header.setHighlightSections(False)
        header.setFixedHeight(px(34))
        header.setSortIndicatorShown(True)
        header.setSectionsClickable(True)
        sort = self.model.sort_by
        at = next((i for i, column in enumerate(self.model.columns) if column.key == sort.key), -1)
        header.setSortIndicator(at, Qt.SortOrder.DescendingOrder if sort.descending else Qt.SortOrder.AscendingOrder)
        for at, column in enumerate(self.model.columns):
            if column.width:
                view.setColumnWidth(at, px(column.width))
        header.sectionClicked.connect(self._sort)
        view.selectionModel().currentRowChanged.connect(self._moved)
        view.doubleClicked.connect(self._open)
        view.entered_row.connect(self._open)
        view.resized.connect(self._share_width)
        name(view, title or self.tr("List"))

    # What rooms use

    def reload(self) -> None:
        """Read the rows again; the selection stays on the same row, without emitting `chosen`."""
        self._hold()
        self.model.reload()

    def select(self, key: str) -> bool:
        """Put the cursor on a row by its key; False when it is not on the pages read so far."""
        self._wanted = key
        for at, row in enumerate(self.model.rows):
            if self._key(row) == key:
                self._put(at)
                return True
        self._quietly_clear()
        return False

    def current(self) -> Any:
        """Return the row under the cursor, None when there is none."""
        index = self.view.currentIndex()
        return self.model.row(index.row()) if index.isValid() else None

    def current_key(self) -> str:
        """Return the key of the row under the cursor, "" when there is none."""
        row = self.current()
        return self._key(row) if row is not None else ""

    def rows(self) -> tuple[Any, ...]:
        """Return the rows read so far."""
        return self.model.rows

    def selection(self) -> tuple[Any, ...]:
        """Return the selected rows in the order of the list."""
        found = sorted(index.row() for index in self.view.selectionModel().selectedRows())
        return tuple(self.model.row(at) for at in found if self.model.row(at) is not None)

    def set_empty(self, title: str, advice: str = "", action: str = "") -> None:
        """Set what is shown when there are no rows; the button emits `empty.acted`."""
        self.empty.say(title, advice, action)

    # Inside

    def _hold(self) -> None:
        self._wanted = self.current_key() or self._wanted

    def _arrived(self, count: int) -> None:
        self._stack.setCurrentWidget(self.view if count else self.empty)
        if self._wanted and self.current_key() != self._wanted:
            self.select(self._wanted)
        self.loaded.emit(count)

    def _failed(self, error: KnownError) -> None:
        self.failed.emit(error)

    def _put(self, at: int) -> None:
        self._quiet = True
        index = self.model.index(at, 0)
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.view.selectionModel().setCurrentIndex(index, flags)
        self.view.scrollTo(index)
        self._quiet = False

    def _quietly_clear(self) -> None:
        self._quiet = True
        self.view.selectionModel().clear()
        self._quiet = False

    def _selected(self) -> None:
        self.selected.emit(self.selection())

    def _moved(self, current: QModelIndex, _previous: QModelIndex) -> None:
        row = self.model.row(current.row()) if current.isValid() else None
        if row is not None and not self._quiet and not self.view.adding:
            self._wanted = self._key(row)
            self.chosen.emit(row)

    def _open(self) -> None:
        row = self.current()
        if row is not None:
            self.opened.emit(row)

    def _sort(self, section: int) -> None:
        header, model = self.view.horizontalHeader(), self.model
        column, sort = model.columns[section], model.sort_by
        if column.sortable:
            down = sort.key == column.key and not sort.descending
            order = Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder
            header.setSortIndicator(section, order)
            self._hold()
            model.sort(section, order)
        else:
            at = next((i for i, one in enumerate(model.columns) if one.key == sort.key), -1)
            header.setSortIndicator(
                at, Qt.SortOrder.DescendingOrder if sort.descending else Qt.SortOrder.AscendingOrder
            )

    def _share_width(self) -> None:
        columns = self.model.columns
        flexible = [at for at, column in enumerate(columns) if not column.width] or [len(columns) - 1]
        whole = self.view.viewport().width()
        firm = {at for at, column in enumerate(columns) if column.kind == "strong" and at not in flexible}
        giving = sum(px(column.width) for at, column in enumerate(columns) if at not in firm and at not in flexible)
        least = sum(px(columns[at].width or 120) for at in (*flexible, *firm))
        # In a narrow window every column gives a little before the last one leaves the view; but a reference that
        # is cut names no case, so it gives nothing.
        share = min(1.0, max(_NARROWEST, (whole - least) / giving)) if giving else 1.0
        used = 0
        for at, column in enumerate(columns):
            if at not in flexible:
                self.view.setColumnWidth(at, round(px(column.width) * (1.0 if at in firm else share)))
                used += self.view.columnWidth(at)
        for at in flexible:
            self.view.setColumnWidth(at, max((whole - used) // len(flexible), px(columns[at].width or 120)))
