"""The rows behind a paged table: fetched by key in the background, ordered by the database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from officer_app.base.errors import KnownError
from officer_app.base.page import Page, Sort
from officer_app.widgets.plain import literal, tip
from officer_app.widgets.room import Tone
from officer_app.widgets.work import Work

Kind = Literal["plain", "strong", "muted", "masked", "pill", "due", "number"]
Index = QModelIndex | QPersistentModelIndex
ROW: Final = int(Qt.ItemDataRole.UserRole) + 1
_MOST: Final = 1000  # rows read again at once when a long list is refreshed


class Fetch(Protocol):
    """Reads one page in the background: order, the key to start after (None: from the top) and how many."""

    def __call__(self, sort: Sort, after: Any, limit: int, /) -> Page[Any]: ...


@dataclass(frozen=True)
class Column:
    """One column.

    `key` is what `fetch` is asked to sort by; `width` is in px at the default font size, 0 takes what is
    left. `text` turns a row into words (default: the attribute named by `key`), `tone` into a colour for them,
    `hint` into a tooltip. A "masked" column shows text that the service masked already, muted. Sealed fields
    are not `sortable`.
    """

    key: str
    title: str
    width: int = 140
    kind: Kind = "plain"
    text: Callable[[Any], str] | None = None
    tone: Callable[[Any], Tone] | None = None
    hint: Callable[[Any], str] | None = None
    sortable: bool = True

    def shown(self, row: Any) -> str:
        """Return the words for one row."""
        value = self.text(row) if self.text is not None else getattr(row, self.key)
        return "" if value is None else literal(str(value)).replace("\n", " ")


class PagedModel(QAbstractTableModel):
    """Holds the pages fetched so far; `arrived` tells the number of rows, `failed` a KnownError."""

    arrived = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        work: Work,
        columns: Sequence[Column],
        fetch: Fetch,
        sort: Sort,
        limit: int,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.sort_by = sort
        self._work, self._fetch, self._limit = work, fetch, limit
        self._rows: list[Any] = []
        self._next: Any = None
        self._turn = 0  # an answer to an older question is dropped
        self.loading = False

    def reload(self) -> None:
        """Read again from the top, as many rows as are shown now."""
        self._ask(None, min(max(self._limit, len(self._rows)), _MOST), fresh=True)

    def row(self, index: int) -> Any:
        """Return the fetched row at this position, None where there is none."""
        return self._rows[index] if 0 <= index < len(self._rows) else None

    @property
    def rows(self) -> tuple[Any, ...]:
        return tuple(self._rows)

    def _ask(self, after: Any, limit: int, *, fresh: bool) -> None:
        self._turn += 1
        turn, sort, fetch = self._turn, self.sort_by, self._fetch
        self.loading = True

        def read() -> tuple[int, bool, Page[Any]]:
            return turn, fresh, fetch(sort, after, limit)

        def refused(error: KnownError) -> None:
            if turn == self._turn:
                self.loading = False
                self.failed.emit(error)

        self._work.run(read, self._take, refused, owner=self)

    def _take(self, answer: tuple[int, bool, Page[Any]]) -> None:
        turn, fresh, page = answer
        if turn != self._turn:
            return
        self.loading = False
        self._next = page.next
        if fresh:
            self.beginResetModel()
            self._rows = list(page.rows)
            self.endResetModel()
        elif page.rows:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(page.rows) - 1)
            self._rows.extend(page.rows)
            self.endInsertRows()
        self.arrived.emit(len(self._rows))
        if self._next is not None and len(self._rows) < self._limit:
            # A search hands over what it found so far; the first screen fills without anybody scrolling.
            self._ask(self._next, self._limit, fresh=False)

    # Qt's side

    def canFetchMore(self, parent: Index = QModelIndex()) -> bool:
        return not parent.isValid() and self._next is not None and not self.loading

    def fetchMore(self, parent: Index = QModelIndex()) -> None:
        if self.canFetchMore(parent):
            self._ask(self._next, self._limit, fresh=False)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        row = self.row(index.row())
        if row is None:
            return None
        column = self.columns[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return column.shown(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(column.hint(row)) if column.hint is not None else None
        if role == ROW:
            return row
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if self.columns[section].kind == "number" else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if not 0 <= column < len(self.columns) or not self.columns[column].sortable:
            return
        asked = Sort(self.columns[column].key, order == Qt.SortOrder.DescendingOrder)
        if asked != self.sort_by:
            self.sort_by = asked
            self._ask(None, self._limit, fresh=True)
