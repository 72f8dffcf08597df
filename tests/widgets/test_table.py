"""The list pages and sorts in the database, keeps its place, and can be used by keyboard."""

import threading
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from officer_app.base.errors import KnownError
from officer_app.widgets.table import Column, Page, PagedTable, Sort
from officer_app.widgets.theme import px
from officer_app.widgets.work import Work
from tests.widgets.gallery import NASTY, Line, fetch

COLUMNS = (
    Column("reference", "Reference", 130, "strong"),
    Column("kind", "Kind", 0, hint=lambda row: f"Kind: {row.kind}"),
    Column("person", "Person", 140, "masked", sortable=False),
    Column("state", "State", 120, "pill", tone=lambda row: row.tone),
    Column("due", "Due", 120, "due", tone=lambda row: row.tone),
)


def lines(count: int) -> list[Line]:
    return [Line(f"C-2026-{n:04}", f"Kind {n % 7}", "N•••", "Received", f"{count - n:04} days") for n in range(count)]


class Asked:
    """Notes what the table asks of its rows."""

    def __init__(self, rows: list[Line]) -> None:
        self.rows = rows
        self.calls: list[tuple[Sort, Any, int]] = []
        self.error: KnownError | None = None

    def __call__(self, sort: Sort, after: Any, limit: int) -> Page[Line]:
        self.calls.append((sort, after, limit))
        if self.error is not None:
            raise self.error
        page: Page[Line] = fetch(self.rows)(sort, after, limit)
        return page


def made(work: Work, qtbot: QtBot, asked: Asked, *, page: int = 50) -> PagedTable:
    table = PagedTable(work, COLUMNS, asked, key=lambda row: row.reference, title="Complaints", page=page)
    qtbot.addWidget(table)
    table.resize(800, 400)
    table.show()
    table.reload()
    assert work.drain()
    return table


def test_only_the_first_page_is_read_until_the_list_is_scrolled(work: Work, qtbot: QtBot) -> None:
    asked = Asked(lines(500))
    table = made(work, qtbot, asked)
    assert len(table.rows()) == 50
    assert asked.calls == [(Sort("reference"), None, 50)]
    table.view.scrollToBottom()
    assert work.drain()
    assert len(table.rows()) == 100
    assert asked.calls[1] == (Sort("reference"), 50, 50)


def test_a_long_list_can_be_walked_to_its_end_by_keyboard(work: Work, qtbot: QtBot) -> None:
    table = made(work, qtbot, Asked(lines(230)))
    for _ in range(20):
        QTest.keyClick(table.view, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
        assert work.drain()
    assert len(table.rows()) == 230
    assert table.current_key() == "C-2026-0229"
    assert not table.model.canFetchMore()


def test_a_click_on_a_heading_sorts_in_the_database_and_back(work: Work, qtbot: QtBot) -> None:
    asked = Asked(lines(60))
    table = made(work, qtbot, asked)
    header = table.view.horizontalHeader()
    for expected in (Sort("due"), Sort("due", True), Sort("due")):
        place = header.sectionViewportPosition(4) + 20
        QTest.mouseClick(
            header.viewport(), Qt.MouseButton.LeftButton, pos=header.viewport().rect().topLeft() + _at(place)
        )
        assert work.drain()
        assert asked.calls[-1] == (expected, None, 50)
    assert table.rows()[0].reference == "C-2026-0059"


def test_a_sealed_column_does_not_sort(work: Work, qtbot: QtBot) -> None:
    asked = Asked(lines(10))
    table = made(work, qtbot, asked)
    header = table.view.horizontalHeader()
    place = header.sectionViewportPosition(2) + 20
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=header.viewport().rect().topLeft() + _at(place))
    assert work.drain()
    assert len(asked.calls) == 1
    assert header.sortIndicatorSection() == 0


def test_moving_the_cursor_chooses_and_reloading_keeps_it_silently(work: Work, qtbot: QtBot) -> None:
    asked = Asked(lines(60))
    table = made(work, qtbot, asked)
    chosen: list[str] = []
    table.chosen.connect(lambda row: chosen.append(row.reference))
    QTest.keyClick(table.view, Qt.Key.Key_Down)
    QTest.keyClick(table.view, Qt.Key.Key_Down)
    first = list(chosen)
    assert first[-1] == "C-2026-0001"
    asked.rows.insert(0, Line("C-2026-0000a", "New", "", "", ""))
    table.reload()
    assert work.drain()
    assert table.current_key() == "C-2026-0001"
    assert table.select("C-2026-0007")
    assert chosen == first


def test_the_focus_alone_opens_no_row(work: Work, qtbot: QtBot) -> None:
    """Opening a file is recorded as a view of personal data; only the officer may cause it."""
    table = made(work, qtbot, Asked(lines(5)))
    chosen: list[Line] = []
    table.chosen.connect(chosen.append)
    table.activateWindow()
    table.view.clearFocus()  # it may have got the focus when it was shown, still empty
    table.setFocus()
    qtbot.waitUntil(table.view.hasFocus)
    assert not chosen
    assert table.current_key() == ""
    QTest.keyClick(table.view, Qt.Key.Key_Down)
    assert [row.reference for row in chosen] == ["C-2026-0000"]


def test_a_narrow_window_never_cuts_a_reference(work: Work, qtbot: QtBot) -> None:
    table = made(work, qtbot, Asked(lines(5)))
    wide = table.view.columnWidth(0)
    table.resize(420, 400)
    qtbot.waitUntil(lambda: table.view.columnWidth(2) < px(140))
    assert table.view.columnWidth(0) == wide == px(130)


def test_a_row_that_is_not_read_yet_is_chosen_when_it_arrives(work: Work, qtbot: QtBot) -> None:
    table = made(work, qtbot, Asked(lines(120)))
    assert not table.select("C-2026-0080")
    assert table.current() is None
    table.view.scrollToBottom()
    assert work.drain()
    assert table.current_key() == "C-2026-0080"


def test_enter_and_double_click_open(work: Work, qtbot: QtBot) -> None:
    table = made(work, qtbot, Asked(lines(5)))
    opened: list[str] = []
    table.opened.connect(lambda row: opened.append(row.reference))
    table.select("C-2026-0003")
    QTest.keyClick(table.view, Qt.Key.Key_Return)
    assert opened == ["C-2026-0003"]


def test_a_failed_read_keeps_what_was_shown(work: Work, qtbot: QtBot) -> None:
    asked = Asked(lines(5))
    table = made(work, qtbot, asked)
    asked.error = KnownError("The casebook does not answer. Try again.")
    with qtbot.waitSignal(table.failed, timeout=5000) as seen:
        table.reload()
    assert str(seen.args[0]) == "The casebook does not answer. Try again."
    assert len(table.rows()) == 5
    asked.error = None
    table.reload()
    assert work.drain()
    assert len(table.rows()) == 5


def test_an_old_answer_never_overwrites_a_newer_one(work: Work, qtbot: QtBot) -> None:
    gate = threading.Event()
    rows = {"reference": lines(3), "due": lines(5)}

    def slow(sort: Sort, after: Any, limit: int) -> Page[Line]:
        if sort.key == "reference":
            gate.wait(5)
        return Page(tuple(rows[sort.key]))

    table = PagedTable(work, COLUMNS, slow, key=lambda row: row.reference)
    qtbot.addWidget(table)
    table.reload()
    table.model.sort(4)
    gate.set()
    assert work.drain()
    assert len(table.rows()) == 5


def test_an_empty_list_says_what_to_do_and_does_it(work: Work, qtbot: QtBot) -> None:
    table = made(work, qtbot, Asked([]))
    table.set_empty("No complaints yet", "Drop a mail file onto this tab.", "New case")
    assert table.empty.isVisible()
    assert not table.view.isVisible()
    with qtbot.waitSignal(table.empty.acted, timeout=1000):
        table.empty.button.click()


def test_markup_in_a_row_stays_text_and_its_tooltip_is_escaped(work: Work, qtbot: QtBot) -> None:
    table = made(work, qtbot, Asked([Line("C-2026-0001", NASTY, NASTY, NASTY, NASTY)]))
    index = table.model.index(0, 1)
    assert index.data() == NASTY
    shown = str(index.data(Qt.ItemDataRole.ToolTipRole))
    assert "<img" not in shown
    assert "&lt;img" in shown


@pytest.mark.parametrize("width", [500, 800, 1300])
def test_columns_fill_the_width_and_leave_none_out(work: Work, qtbot: QtBot, width: int) -> None:
    table = made(work, qtbot, Asked(lines(3)))
    table.resize(width, 300)
    total = sum(table.view.columnWidth(at) for at in range(len(COLUMNS)))
    assert total >= table.view.viewport().width() - 1


def test_rows_are_drawn_with_their_words(work: Work, qtbot: QtBot) -> None:
    plain = made(work, qtbot, Asked(lines(1))).grab().toImage()
    other = (
        made(work, qtbot, Asked([Line("C-2026-0000", "Kind 0", "N•••", "Received", "late", "red")])).grab().toImage()
    )
    assert plain.size() == other.size()
    reds = sum(other.pixelColor(x, y).name() == "#b3261e" for x in range(640, 800) for y in range(34, 74))
    assert reds > 5


def _at(x: int) -> Any:
    from PySide6.QtCore import QPoint

    return QPoint(x, 10)
