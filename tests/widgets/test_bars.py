"""What is due stands in one line, filters combine, and finding works by keyboard alone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from officer_app.base.errors import KnownError
from officer_app.widgets.bars import Chip, DueStrip, Filter, FilterBar
from officer_app.widgets.find import FindBox
from officer_app.widgets.room import Found
from officer_app.widgets.work import Work
from tests.widgets.gallery import due_items, found


@pytest.fixture
def strip(qtbot: QtBot) -> DueStrip:
    made = DueStrip()
    qtbot.addWidget(made)
    made.resize(1520, 40)
    made.show()
    made.set_items(due_items())
    return made


@pytest.mark.parametrize(("width", "least", "most"), [(1520, 4, 6), (700, 1, 3), (320, 0, 1)])
def test_the_line_shows_what_fits_and_counts_the_rest(
    strip: DueStrip, qtbot: QtBot, width: int, least: int, most: int
) -> None:
    strip.resize(width, 40)
    qtbot.waitUntil(lambda: least <= strip.shown() <= most)
    assert strip.more_button.text() == f"and {len(due_items()) - strip.shown()} more"


def test_a_click_opens_the_case(strip: DueStrip, qtbot: QtBot) -> None:
    with qtbot.waitSignal(strip.opened, timeout=1000) as seen:
        strip.buttons[1].click()
    assert seen.args[0].reference == "B-2026-0003"


def test_the_whole_list_unfolds_opens_by_enter_and_folds_by_esc(strip: DueStrip, qtbot: QtBot) -> None:
    strip.more_button.click()
    assert strip.list.isVisible()
    assert strip.list.count() == len(due_items())
    QTest.keyClick(strip.list, Qt.Key.Key_Escape)
    assert not strip.list.isVisible()
    strip.more_button.click()
    QTest.keyClick(strip.list, Qt.Key.Key_Down)
    with qtbot.waitSignal(strip.opened, timeout=1000) as seen:
        QTest.keyClick(strip.list, Qt.Key.Key_Return)
    assert seen.args[0].reference == "B-2026-0003"
    assert not strip.list.isVisible()


def test_new_items_replace_the_old_ones_and_none_is_said(strip: DueStrip) -> None:
    strip.set_items(due_items()[:1])
    assert [button.accessibleName() for button in strip.buttons] == ["C-2026-0041: answer, overdue 1 day"]
    strip.set_items(())
    assert strip.buttons == []
    assert not strip.more_button.isVisible()


def test_chips_combine_but_one_group_holds_one(qtbot: QtBot) -> None:
    bar = FilterBar((Chip("mine", "Mine", "who", on=True), Chip("free", "Unassigned", "who"), Chip("late", "Overdue")))
    qtbot.addWidget(bar)
    seen: list[Filter] = []
    bar.changed.connect(seen.append)
    assert bar.filter() == Filter("", frozenset({"mine"}))
    bar.chips["late"].click()
    bar.chips["free"].click()
    assert seen == [Filter("", frozenset({"mine", "late"})), Filter("", frozenset({"free", "late"}))]


def test_a_search_is_asked_once_by_enter_and_again_when_cleared(qtbot: QtBot) -> None:
    bar = FilterBar()
    qtbot.addWidget(bar)
    seen: list[Filter] = []
    bar.changed.connect(seen.append)
    QTest.keyClicks(bar.box, "hoa")
    assert seen == []
    QTest.keyClick(bar.box, Qt.Key.Key_Return)
    assert seen == [Filter("hoa")]
    bar.box.clear()
    assert seen == [Filter("hoa"), Filter("")]


def test_a_chip_the_shop_cannot_answer_says_why(qtbot: QtBot) -> None:
    bar = FilterBar((Chip("idle", "Inactive", why_not="This shop keeps no last activity."),))
    qtbot.addWidget(bar)
    assert not bar.chips["idle"].isEnabled()
    assert bar.chips["idle"].accessibleDescription() == "This shop keeps no last activity."


class Box:
    """A find box on a host."""

    def __init__(self, work: Work, qtbot: QtBot) -> None:
        self.asked: list[str] = []
        self.host = QWidget()
        qtbot.addWidget(self.host)
        self.host.resize(900, 500)
        self.box = FindBox(work, self.find, self.host)
        self.box.setParent(self.host)
        self.box.setGeometry(200, 10, 380, 32)
        self.host.show()
        self.work = work

    def find(self, text: str) -> tuple[Found, ...]:
        self.asked.append(text)
        if text == "broken":
            raise KnownError("The shop does not answer. Try again.")
        return found(text)

    def search(self, text: str) -> None:
        self.box.clear()
        QTest.keyClicks(self.box, text)
        QTest.keyClick(self.box, Qt.Key.Key_Return)
        assert self.work.drain()


def test_one_search_is_asked_once_and_its_answers_open_by_keyboard(work: Work, qtbot: QtBot) -> None:
    box = Box(work, qtbot)
    box.search("hoa")
    assert box.asked == ["hoa"]
    assert box.box.answers == "2 answers"
    QTest.keyClick(box.box.list, Qt.Key.Key_Down)
    with qtbot.waitSignal(box.box.chosen, timeout=1000) as seen:
        QTest.keyClick(box.box.list, Qt.Key.Key_Return)
    assert seen.args[0].reference == "C-2026-0052"
    assert box.box.answers == ""


def test_nothing_found_says_what_to_try_and_trouble_is_shown(work: Work, qtbot: QtBot) -> None:
    box = Box(work, qtbot)
    box.search("nobody")
    assert box.box.answers.startswith("Nothing found. Try")
    box.search("broken")
    assert box.box.answers == "The shop does not answer. Try again."
    QTest.keyClick(box.box, Qt.Key.Key_Escape)
    assert box.box.answers == ""


def test_in_a_narrow_window_the_chips_get_a_row_of_their_own(qtbot: QtBot) -> None:
    bar = FilterBar([Chip(f"chip-{number}", f"Chip number {number}") for number in range(8)], new="New case")
    qtbot.addWidget(bar)
    bar.resize(1100, bar.heightForWidth(1100))
    bar.show()
    first = bar.chips["chip-0"]
    assert first.mapTo(bar, first.rect().topLeft()).x() > bar.box.geometry().right()
    bar.resize(420, bar.sizeHint().height())
    qtbot.waitUntil(lambda: first.mapTo(bar, first.rect().topLeft()).y() > bar.box.geometry().bottom())
    assert first.mapTo(bar, first.rect().topLeft()).x() < bar.box.geometry().right()
    bar.resize(620, bar.sizeHint().height())
    qtbot.waitUntil(lambda: bar.new_button.geometry().right() > 580)  # at the right, and no wider than its words
    assert bar.new_button.width() < 130
