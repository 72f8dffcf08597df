"""The officer's verbs on the real window; the tour and the journey tests speak them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox

from officer_app.app import application
from officer_app.entry.view import EntryView
from officer_app.rooms import Rooms
from officer_app.tour.answers import Answers
from officer_app.tour.screen import Screen, Stuck
from officer_app.widgets import messages, theme
from officer_app.widgets.casefile import SectionPanel
from officer_app.widgets.lines import Lines
from officer_app.widgets.plain import Button, Label, caption
from officer_app.widgets.work import Work
from officer_app.window import Window


class Officer:
    """A person in front of the window of one casebook; `answers` are what they say to dialogs."""

    def __init__(self, screen: Screen, answers: Answers, rooms: Rooms) -> None:
        self.screen, self.answers, self.rooms = screen, answers, rooms

    # --- in and out ---

    def sign_in(self, name: str, passphrase: str) -> None:
        """Type name and passphrase and press Unlock."""
        entry = self.screen.find(EntryView, lambda _one: True, "the unlock screen")
        self.screen.settle()
        self.screen.type(entry.sign_in, name)
        self.screen.type(entry.passphrase, passphrase)
        self.screen.keys(Qt.Key.Key_Return)
        self.screen.wait(lambda: self.screen.window.panel is not None, "the desks")
        self.screen.settle()

    def lock(self) -> None:
        """Lock the window by its key."""
        self.screen.shortcut(Qt.Key.Key_L)
        self.screen.wait(lambda: self.screen.window.locked_panel is not None, "the lock screen")
        self.screen.settle()

    # --- getting around ---

    def tab(self, number: int) -> None:
        """Go to a desk by Ctrl and its number, 1 to 4."""
        self.screen.shortcut(Qt.Key(Qt.Key.Key_0.value + number))

    def menu(self, title: str) -> None:
        """Choose a page of the menu."""
        panel = self.screen.window.panel
        menu = panel.menu_button.menu() if panel is not None else None
        actions = menu.actions() if menu is not None else []
        wanted = next((one for one in actions if one.text() == caption(title)), None)
        if wanted is None:
            raise Stuck(f"the menu has no {title}")
        wanted.trigger()
        self.screen.settle()

    def due(self, room: str) -> None:
        """Press the most pressing thing of a desk in the due strip, or in the list behind "and n more"."""
        panel = self.screen.window.panel
        assert panel is not None
        strip = panel.due
        self.screen.wait(lambda: any(item.room == room for item in strip.items), f"something due in {room}")
        at = next(at for at, item in enumerate(strip.items) if item.room == room)
        if at < len(strip.buttons) and strip.buttons[at].isVisible():
            self.screen.click(strip.buttons[at])
            return
        self.screen.click(strip.more_button)
        line = strip.list.item(at)
        strip.list.scrollToItem(line)
        self.screen.click(strip.list.viewport(), strip.list.visualItemRect(line).center())

    def find(self, text: str) -> Lines:
        """Look for anything by Ctrl+K and return the list of answers."""
        self.screen.shortcut(Qt.Key.Key_K)
        panel = self.screen.window.panel
        assert panel is not None
        self.screen.type(panel.find_box, text)
        self.screen.keys(Qt.Key.Key_Return)
        return self.screen.find(Lines, lambda one: one.count() > 0, "answers")

    def reference(self, kind: str = "") -> str:
        """Return the reference of the first case in the list, of a kind if one is named."""
        table = self.screen.desk.table

        def wanted() -> list[str]:
            return [row.reference for row in table.rows() if not kind or row.kind == kind]

        self.screen.wait(wanted, f"a case {kind}".rstrip())
        return wanted()[0]

    def open(self, reference: str) -> None:
        """Click a case in the list."""
        table = self.screen.desk.table
        self.screen.desk.close_preview()
        self.screen.wait(lambda: table.rows(), "the list")
        at = next((at for at, row in enumerate(table.rows()) if row.reference == reference), -1)
        if at < 0:
            raise Stuck(f"{reference} is not in the list")
        self.row(at)
        self.screen.wait(lambda: reference in self.case_line, f"{reference} to be shown")

    def row(self, at: int) -> None:
        """Click a row of the list by its place, from 0."""
        table = self.screen.desk.table
        self.screen.wait(lambda: len(table.rows()) > at, f"row {at} of the list")
        index = table.model.index(at, 0)
        table.view.scrollTo(index)
        self.screen.click(table.view.viewport(), table.view.visualRect(index).center())

    def scroll_down(self) -> None:
        """Scroll the case to its end."""
        bar = self.screen.desk.file.facts.verticalScrollBar()
        bar.setValue(bar.maximum())

    @property
    def case_line(self) -> str:
        """The line below the title of the open case, with its reference."""
        return " ".join(label.text() for label in self.screen.desk.file.facts.findChildren(Label))

    @property
    def news(self) -> str:
        """What the bar above the case says."""
        return self.screen.desk.file.news.text or self.screen.desk.news.text

    def steps(self) -> dict[str, bool]:
        """Return the buttons below the case, and whether each can be pressed."""
        return {key: one.isEnabled() for key, one in self.screen.desk.file.actions_bar.buttons.items()}

    # --- working ---

    def step(self, key: str, **values: Any) -> None:
        """Press a button below the case; with values, fill the form that opens and submit it."""
        bar = self.screen.desk.file.actions_bar
        if key not in bar.buttons:
            raise Stuck(f"there is no button {key}, only {', '.join(bar.buttons)}")
        if bar.buttons[key].isHidden():
            self.screen.click(bar.more)
        self.screen.click(bar.buttons[key])
        if values:
            self.screen.wait(lambda: self.screen.desk.file.form is not None, f"the form of {key}")
            self.screen.fill(values)
            self.screen.submit()

    def tick(self, *titles: str) -> None:
        """Tick boxes of the open form that begin with these titles, by key; one that cannot be ticked stays empty."""
        for title in titles:
            box = self.screen.find(QCheckBox, lambda one: one.text().startswith(caption(title)), f"the box {title}")  # noqa: B023
            box.setFocus()
            QTest.keyClick(box, Qt.Key.Key_Space)
        self.screen.settle()

    def fact(self, action: str) -> None:
        """Press a button beside a fact of the case, by its action ("notice:N-2026-0001", "customer")."""

        def wanted(one: Button) -> bool:
            return str(one.property("action") or "").startswith(action)

        self.screen.find(SectionPanel, lambda _one: True, "the case")
        button = self.screen.find(Button, wanted, f"the button of {action}")
        self.screen.desk.file.facts.ensureWidgetVisible(button)
        self.screen.click(button)

    def drop(self, paths: Sequence[Path]) -> None:
        """Drop files on the tab."""
        desk = self.screen.desk
        carried = QMimeData()
        carried.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        enter = QDragEnterEvent(QPoint(10, 10), copy, carried, left, none)
        enter.ignore()
        QApplication.sendEvent(desk, enter)
        if not enter.isAccepted():
            raise Stuck("the tab does not take these files")
        QApplication.sendEvent(desk, QDropEvent(QPointF(10, 10), copy, carried, left, none))
        self.screen.settle()

    def search(self, text: str) -> None:
        """Search this tab by Ctrl+F."""
        self.screen.shortcut(Qt.Key.Key_F)
        self.screen.type(self.screen.desk.filters.box, text)
        self.screen.keys(Qt.Key.Key_Return)

    def letter(self) -> bytes:
        """Return the PDF that is shown beside the case."""
        preview = self.screen.desk.preview
        self.screen.wait(lambda: preview.isVisible() and preview.page_count, "a document beside the case")
        return preview.data

    def save_as_mail(self) -> Path:
        """Press "Save as mail" and return the file."""
        self.screen.press("Save as mail")
        self.screen.wait(lambda: self.answers.saved and self.answers.saved[-1].exists(), "the mail")
        return self.answers.saved[-1]


@contextmanager
def at_the_window(casebook: Path, out: Path) -> Iterator[Officer]:
    """Open the real window on a casebook, 1520 by 860, and close it again."""
    app = application()
    theme.apply(app, "light")
    work = Work(app)
    faults: list[BaseException] = []
    work.bug.connect(faults.append)
    window = Window(work)
    window.resize(theme.px(1520), theme.px(860))
    rooms = Rooms(window, str(casebook))
    window.set_entry(rooms.entry)
    window.show()
    answers, screen = Answers(out), Screen(window, out)
    try:
        with messages.answered_by(answers):
            yield Officer(screen, answers, rooms)
            screen.settle()
    finally:
        window.leave()
        work.close()
        window.close()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        work.deleteLater()
    if faults:
        raise faults[0]
