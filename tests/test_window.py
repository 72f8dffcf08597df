"""The window: rooms, due list, finding, keys, locking; nothing of a case is left on the lock screen."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from officer_app.base.change import Change
from officer_app.base.errors import KnownError, Locked
from officer_app.base.steps import Step
from officer_app.widgets import messages, theme
from officer_app.widgets.casefile import CaseHeader, Fact, Pill, Section
from officer_app.widgets.forms import Choice, Field, Form
from officer_app.widgets.plain import Label
from officer_app.widgets.room import DueItem, Found, MenuPage
from officer_app.widgets.work import Job, Work
from officer_app.window import Window
from tests.widgets.conftest import Answers
from tests.widgets.gallery import LINES, NASTY, FakeDesk, Line, gallery_inside, reply_form, unlock

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def work(qapp: QApplication) -> Iterator[Work]:
    theme.apply(qapp, "light")
    made = Work()
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def answers() -> Iterator[Answers]:
    made = Answers()
    with messages.answered_by(made):
        yield made


class Seconds:
    """A clock that is set by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def window(work: Work, clock: Seconds, qtbot: QtBot) -> Iterator[Window]:
    made = Window(work, clock=clock)
    qtbot.addWidget(made)
    made.resize(1520, 860)
    made.set_entry(unlock)
    made.show()
    made.activateWindow()
    yield made
    made.leave()


def enter(window: Window, **more: Any) -> list[str]:
    locked: list[str] = []
    window.enter(gallery_inside(window.work, locked, **more))
    assert window.work.drain()
    return locked


def room(window: Window) -> FakeDesk:
    shown = window.room
    assert isinstance(shown, FakeDesk)
    return shown


def texts(window: Window) -> str:
    return "\n".join(label.text() for label in window.findChildren(QLabel) if label.isVisible())


def press(window: Window, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(window, key, modifier)
    assert window.work.drain()


def test_before_signing_in_only_the_way_in_is_there(window: Window) -> None:
    assert "Sign in to open the casebook." in texts(window)
    assert window.room is None
    for key in (Qt.Key.Key_N, Qt.Key.Key_K, Qt.Key.Key_L, Qt.Key.Key_1):
        press(window, key, CTRL)
    assert window.inside is None


def test_the_tabs_show_their_counts_and_the_keys_choose_them(window: Window) -> None:
    enter(window)
    assert window.panel is not None
    tabs = window.panel.tabs
    assert [tabs.tabText(at) for at in range(tabs.count())] == [
        "Complaints  23",
        "Disclosures  4",
        "Breaches  1",
        "Retention  312",
    ]
    press(window, Qt.Key.Key_3, CTRL)
    assert room(window).key == "breaches"
    press(window, Qt.Key.Key_1, CTRL)
    assert room(window).key == "complaints"
    assert len(room(window).table.rows()) == len(LINES)


def test_a_change_in_a_room_renews_counts_and_due_list(window: Window) -> None:
    items: list[DueItem] = []
    enter(window, due_items=lambda: tuple(items))
    assert window.panel is not None
    assert not window.panel.due.items
    items.append(DueItem("C-2026-0060", "complaints", "answer, 3 days"))
    room(window).set_count(24)
    room(window).changed.emit()
    assert window.work.drain()
    assert [item.reference for item in window.panel.due.items] == ["C-2026-0060"]
    assert window.panel.tabs.tabText(0) == "Complaints  24"


def test_a_due_item_opens_its_case_in_its_room(window: Window) -> None:
    enter(window)
    assert window.panel is not None
    press(window, Qt.Key.Key_4, CTRL)
    window.panel.due.buttons[0].click()
    assert window.work.drain()
    assert room(window).key == "complaints"
    assert room(window).opened == ["C-2026-0041"]
    assert room(window).table.current_key() == "C-2026-0041"


def test_ctrl_k_finds_from_anywhere_and_opens(window: Window) -> None:
    enter(window)
    assert window.panel is not None
    press(window, Qt.Key.Key_2, CTRL)
    press(window, Qt.Key.Key_K, CTRL)
    box = window.panel.find_box
    assert box.hasFocus()
    QTest.keyClicks(box, "hoa")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert window.work.drain()
    assert box.answers == "2 answers"
    QTest.keyClick(box.list, Qt.Key.Key_Return)
    assert window.work.drain()
    assert room(window).opened == ["C-2026-0041"]


def test_the_keys_reach_the_room(window: Window, answers: Answers) -> None:
    enter(window)
    press(window, Qt.Key.Key_N, CTRL)
    form = room(window).file.form
    assert isinstance(form, Form)
    QTest.keyClick(form, Qt.Key.Key_Escape)
    assert room(window).file.form is None
    press(window, Qt.Key.Key_F, CTRL)
    assert room(window).filters.box.hasFocus()
    press(window, Qt.Key.Key_P, CTRL)
    assert room(window).news.text == "Open a document first, then print it."
    press(window, Qt.Key.Key_F5)
    press(window, Qt.Key.Key_F1)
    assert "Find a person, reference or order" in texts(window)
    focus = window.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, Qt.Key.Key_Escape)
    assert "Print the document that is open" not in texts(window)


@pytest.mark.parametrize("key", [Qt.Key.Key_N, Qt.Key.Key_F, Qt.Key.Key_P])
def test_a_key_for_the_room_leads_back_from_a_page_of_the_menu(window: Window, answers: Answers, key: Qt.Key) -> None:
    """Else a form opens behind the page and takes what is typed, unseen."""
    enter(window)
    window.show_page(MenuPage("Settings", lambda: Label("Settings stand here")))
    assert "Settings stand here" in texts(window)
    press(window, key, CTRL)
    assert "Settings stand here" not in texts(window)
    assert room(window).isVisible()


def test_the_arrow_keys_walk_the_list_as_soon_as_a_tab_is_chosen(window: Window) -> None:
    enter(window)
    press(window, Qt.Key.Key_3, CTRL)
    focus = window.focusWidget()
    assert focus is room(window).table.view


def test_the_lock_does_not_count_an_unsent_letter_as_overdue(window: Window) -> None:
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    late = DueItem("C-2026-0001", "complaints", "Resolve: overdue 3 days", "red", long_ago)
    unsent = DueItem("C-2026-0002", "complaints", "N-2026-0001 is issued, not sent", "amber", long_ago)
    enter(window, due_items=lambda: (late, unsent))
    press(window, Qt.Key.Key_L, CTRL)
    assert "1 due, 1 overdue" in texts(window)


def test_the_menu_has_only_what_was_handed_in(window: Window) -> None:
    enter(window, pages=(MenuPage("Settings", lambda: Label("Settings stand here")),))
    assert window.panel is not None
    menu = window.panel.menu_button.menu()
    shown = [action.text().split("\t")[0] for action in menu.actions() if not action.isSeparator()]
    assert shown == ["Settings", "Keys"]
    menu.actions()[0].trigger()
    assert "Settings stand here" in texts(window)
    press(window, Qt.Key.Key_1, CTRL)
    assert "Settings stand here" not in texts(window)


def test_the_demo_is_marked_in_title_and_bar(window: Window) -> None:
    enter(window, demo=True)
    assert "Demo" in window.windowTitle()
    assert "Demo" in texts(window)
    enter(window, demo=False)
    assert "Demo" not in window.windowTitle()


def test_the_lock_leaves_nothing_but_the_way_in_and_numbers(window: Window, qapp: QApplication) -> None:
    locked = enter(window)
    room(window).open("C-2026-0041")
    assert window.panel is not None
    window.panel.find_box.setText("hoa")
    QTest.keyClick(window.panel.find_box, Qt.Key.Key_Return)
    assert window.work.drain()
    desk, panel = room(window), window.panel
    press(window, Qt.Key.Key_L, CTRL)
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert locked == ["locked"]
    assert desk.left == 1
    assert not shiboken6.isValid(desk)
    assert not shiboken6.isValid(panel)
    shown = "\n".join(label.text() for label in window.findChildren(QLabel))
    assert "Hoa" not in shown
    assert "C-2026" not in shown
    assert "12 due, 1 overdue" in shown
    assert window.panel is None


def test_a_running_job_stays_visible_and_can_be_stopped_on_the_lock_screen(window: Window, qtbot: QtBot) -> None:
    enter(window)

    def run(job: Job) -> None:
        while True:
            job.progress(10, 100, "10 of 100 letters", 7_320)
            job.check()
            time.sleep(0.002)

    window.work.run(run, failed=lambda _error: None, title="Print run N-2026-0120", cancellable=True)
    press_lock(window)
    qtbot.waitUntil(lambda: window.status.text == "Print run N-2026-0120: 10 of 100 letters, 2 h 2 min left")
    window.status.cancel_button.click()
    assert window.work.drain()
    assert window.status.text == ""


@pytest.mark.parametrize(
    ("ended", "locked_line", "news"),
    [
        (None, "Print run: done.", "12 letters are printed."),
        (KnownError("The disk is full."), "Print run: stopped. Unlock to see why.", "The disk is full."),
        (Locked(), "Print run: stopped. Unlock to see why.", "“Print run” was stopped by the lock. Start it again."),
    ],
)
def test_how_work_ended_under_the_lock_is_told_in_full_once_somebody_signs_in(
    window: Window, ended: KnownError | None, locked_line: str, news: str
) -> None:
    enter(window)
    gate = threading.Event()

    def run() -> Change:
        gate.wait(5)
        if ended is not None:
            raise ended
        return Change("breaches", news="12 letters are printed.")

    window.work.run(run, title="Print run", owner=window.panel)
    press_lock(window)
    gate.set()
    assert window.work.drain()
    assert window.locked_panel is not None and window.locked_panel.outcome.text() == locked_line
    assert news not in texts(window)
    enter(window)
    assert window.panel is not None and window.panel.news.text == news
    press_lock(window)
    enter(window)
    assert window.panel.news.text == "", "it is told once"


def press_lock(window: Window) -> None:
    assert window.panel is not None
    window.panel.lock_button.click()


def test_five_idle_minutes_lock_and_a_key_starts_them_anew(window: Window, clock: Seconds) -> None:
    locked = enter(window)
    idle = window.idle
    assert idle is not None
    clock.now += 299
    idle.look()
    assert locked == []
    QTest.keyClick(window, Qt.Key.Key_Shift)
    clock.now += 299
    idle.look()
    assert locked == []
    clock.now += 2
    idle.look()
    assert locked == ["locked"]
    assert window.inside is None


def test_the_lock_closes_an_open_dialog(window: Window, qtbot: QtBot) -> None:
    from PySide6.QtCore import QTimer

    locked = enter(window)
    QTimer.singleShot(0, window, window.lock)
    assert messages.ask_passphrase(window, "Your passphrase") is None
    assert locked == ["locked"]


def test_typed_text_is_kept_by_the_lock(window: Window) -> None:
    enter(window)
    kept: list[dict[str, Any]] = []
    form = reply_form(draft=kept.append)
    room(window).file.open_form(form)
    QTest.keyClicks(form.input("reasons").inner, "The courier")
    window.lock()
    assert kept[-1]["reasons"] == "The courier"


def test_typed_text_is_stored_before_the_keys_are_dropped(window: Window) -> None:
    order: list[str] = []
    enter(window, locked=lambda: order.append("keys dropped"))

    def store() -> None:
        time.sleep(0.05)
        order.append("stored")

    form = reply_form(draft=lambda _values: window.work.run(store, lasting=True) and None)
    window.show_page(MenuPage("Settings", lambda: form))
    QTest.keyClicks(form.input("reasons").inner, "The courier")
    window.lock()
    assert order == ["stored", "keys dropped"]


def test_a_room_without_a_tab_opens_as_it_was_told(window: Window) -> None:
    opened: list[str] = []
    enter(window, openers={"customers": opened.append})
    window.open("customers", "10482")
    assert opened == ["10482"]
    assert room(window).key == "complaints"


def test_somebody_else_can_sign_in_after_the_lock(window: Window) -> None:
    enter(window)
    window.lock()
    enter(window, person="Phạm Minh", role="manager")
    assert "Phạm Minh, manager" in texts(window)
    assert "Trần Linh" not in texts(window)


def test_trouble_nobody_took_is_shown_in_the_window(window: Window) -> None:
    enter(window)

    def op() -> None:
        raise KnownError("The shop does not answer. Try again.")

    window.work.run(op)
    assert window.work.drain()
    assert window.panel is not None
    assert window.panel.news.text == "The shop does not answer. Try again."


def test_closing_asks_only_while_something_runs(window: Window, answers: Answers) -> None:
    locked = enter(window)

    def run(job: Job) -> None:
        while not job.cancelled():
            time.sleep(0.002)

    window.work.run(run, title="Print run", cancellable=True)
    answers.yes = False
    assert not window.close()
    assert window.inside is not None
    answers.yes = True
    assert window.close()
    assert len(answers.asked) == 2
    assert "Print run" in answers.asked[0]
    assert locked == ["locked"]


class Shows(QObject):
    """Notes every widget that shows as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(type(watched).__name__)
        return False


def test_nothing_flashes_as_a_window_of_its_own(window: Window, qapp: QApplication) -> None:
    shows = Shows()
    qapp.installEventFilter(shows)
    try:
        enter(window)
        room(window).open("C-2026-0041")
        room(window).new()
        room(window).file.close_form()
        room(window).file.news.show_news("Issued.", "green", action="Show")
        press(window, Qt.Key.Key_F1)
        window.lock()
    finally:
        qapp.removeEventFilter(shows)
    assert shows.seen == []


def nasty_inside(window: Window) -> None:
    """Fill every part of the window with a name that is markup."""
    line = Line("C-2026-0041", NASTY, NASTY, NASTY, NASTY, "red")
    enter(
        window,
        shop_name=NASTY,
        connection=NASTY,
        person=NASTY,
        role=NASTY,
        due_items=lambda: (DueItem(NASTY, "complaints", NASTY, "red", how=NASTY),),
        find=lambda _text: (Found(NASTY, NASTY, NASTY, "complaints", NASTY),) * 2,
        pages=(MenuPage(NASTY, lambda: Label(NASTY)),),
        rooms=(FakeDesk(window.work, "complaints", NASTY, (line,), 1),),
    )
    desk = room(window)
    desk.file.show_case(
        CaseHeader(NASTY, NASTY, Pill(NASTY, "red"), (NASTY, NASTY), 1),
        (Section(NASTY, (Fact(NASTY, NASTY, Pill(NASTY), "a", NASTY),), NASTY),),
        (Step("a", NASTY), Step("b", NASTY, enabled=False, why_not=NASTY)),
    )
    desk.news.show_news(NASTY, "red", action=NASTY)
    desk.file.news.show_news(NASTY, "green", action=NASTY)
    fields = (
        Field("a", NASTY, hint=NASTY, placeholder=NASTY, check=lambda _value: NASTY),
        Field("b", NASTY, "choice", choices=(Choice("x", NASTY, NASTY),)),
        Field("c", NASTY, "checklist", choices=(Choice("x", NASTY, NASTY, enabled=False),)),
        Field("d", NASTY, "check"),
    )
    form = Form(NASTY, fields, submit=NASTY, intro=NASTY, cancel=NASTY)
    desk.file.open_form(form)
    form.submit()
    assert window.panel is not None
    window.panel.due.more_button.click()
    window.panel.find_box.setText("x")
    QTest.keyClick(window.panel.find_box, Qt.Key.Key_Return)
    window.work.run(lambda: None, title=NASTY)
    assert window.work.drain()


def test_a_name_that_is_markup_shows_literally_everywhere(window: Window, tmp_path: Any) -> None:
    nasty_inside(window)
    assert window.panel is not None
    labels = window.findChildren(QLabel)
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in labels if type(label) is not QLabel)
    # Qt's own parts (a calendar, a combo box) may hold labels of theirs; none of them shows text of ours.
    assert not [label for label in labels if type(label) is QLabel and NASTY in label.text()]
    assert sum(NASTY in label.text() for label in labels) > 15
    for widget in window.findChildren(QWidget):
        assert "<img" not in widget.toolTip(), type(widget)
    window.show_page(MenuPage(NASTY, lambda: Label(NASTY)))
    assert NASTY in texts(window)
    assert NASTY in window.windowTitle()


@pytest.mark.parametrize("where", ["room", "form", "page", "lock"])
def test_every_control_has_a_name(window: Window, where: str) -> None:
    enter(window)
    room(window).open("C-2026-0041")
    assert window.panel is not None
    window.panel.due.more_button.click()
    if where == "form":
        room(window).file.open_form(reply_form())
    elif where == "page":
        window.help()
    elif where == "lock":
        window.lock()
    QCoreApplication.processEvents()
    nameless = []
    for kind in (QAbstractButton, QLineEdit, QComboBox, QPlainTextEdit, QAbstractItemView, QTabBar):
        for control in window.findChildren(kind):
            own = control.objectName().startswith("qt_") or not control.isVisible()
            said = control.accessibleName() or (control.text() if isinstance(control, QAbstractButton) else "")
            inside = isinstance(control.parent(), QComboBox | QTabBar) or "Header" in type(control).__name__
            corner = type(control).__name__ in ("QTableCornerButton", "QLineEditIconButton", "QAbstractButton")
            if not (own or said or inside or corner):
                nameless.append(f"{type(control).__name__} in {type(control.parent()).__name__}")
    assert nameless == []


def test_tab_reaches_the_list_the_search_and_the_buttons(window: Window) -> None:
    enter(window)
    room(window).open("C-2026-0041")
    assert window.panel is not None
    desk = room(window)
    wanted = {
        window.panel.find_box,
        desk.filters.box,
        desk.table.view,
        desk.file.actions_bar.buttons["refer"],
        window.panel.lock_button,
    }
    seen: set[QWidget] = set()
    window.panel.find_box.setFocus()
    for _ in range(60):
        focus = window.focusWidget()
        assert focus is not None
        seen.add(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    assert wanted <= seen
