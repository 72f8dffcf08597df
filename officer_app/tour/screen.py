"""The real window under real keys and clicks: waits for it, fills its forms, and takes pictures of it."""

import time
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton, QWidget

from officer_app.base.errors import BugError
from officer_app.widgets import theme
from officer_app.widgets.checklist import ChecklistInput
from officer_app.widgets.desk import DeskFrame
from officer_app.widgets.fields import CheckInput, ChoiceInput, DateInput, MomentInput
from officer_app.widgets.forms import Form
from officer_app.widgets.plain import caption
from officer_app.window import Window


def _has_ink(view: QPdfView) -> bool:
    """Return whether something dark is painted on the first page."""
    shown = view.viewport().grab().toImage()
    columns, rows = range(40, shown.width() // 2, 3), range(20, shown.height() * 2 // 3, 2)
    return any(shown.pixelColor(x, y).lightness() < 90 for y in rows for x in columns)


W = TypeVar("W", bound=QWidget)
_PATIENCE = 60.0  # seconds until the window counts as stuck


class Stuck(BugError):
    """The window did not do in time what it should have done."""


class Screen:
    """One window; `out` is where pictures go, numbered in the order they were taken."""

    def __init__(self, window: Window, out: Path) -> None:
        self.window, self.out = window, out
        self.taken: list[Path] = []

    # --- waiting ---

    def wait(self, until: Callable[[], object], what: str) -> None:
        """Let the window live until something is so; Stuck names what it waited for."""
        end = time.monotonic() + _PATIENCE
        while not until():
            if time.monotonic() > end:
                raise Stuck(f"waited in vain for {what}")
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def settle(self) -> None:
        """Wait until nothing runs in the background and everything is painted."""
        self.wait(lambda: not self.window.work.busy, "the work in the background")
        for _ in range(3):
            QCoreApplication.processEvents()
        self.wait(lambda: not self.window.work.busy, "the work in the background")

    # --- seeing ---

    def find(self, kind: type[W], wanted: Callable[[W], bool], what: str) -> W:
        """Return the visible widget that is wanted; Stuck when there is none."""
        found: list[W] = []

        def look() -> bool:
            found[:] = [one for one in self.window.findChildren(kind) if one.isVisible() and wanted(one)]
            return bool(found)

        self.wait(look, what)
        return found[0]

    def button(self, text: str, within: QWidget | None = None) -> QPushButton:
        """Return the visible button with this caption."""

        def wanted(one: QPushButton) -> bool:
            return one.text() == caption(text) and (within is None or within.isAncestorOf(one))

        return self.find(QPushButton, wanted, f"the button {text}")

    @property
    def desk(self) -> DeskFrame:
        """The tab that is shown."""
        room = self.window.room
        if not isinstance(room, DeskFrame):
            raise Stuck("no desk is shown")
        return room

    @property
    def form(self) -> Form:
        """The form that is open."""
        return self.find(Form, lambda _one: True, "a form")

    # --- doing ---

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Click a widget with the left button; a disabled one is a fault of the tour."""
        if not widget.isEnabled():
            raise Stuck(f"cannot press {widget.accessibleName() or widget.objectName()}: {widget.statusTip()}")
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at or QPoint())
        self.settle()

    def press(self, text: str, within: QWidget | None = None) -> None:
        """Press the button with this caption."""
        button = self.button(text, within)
        self.wait(button.isEnabled, f"the button {text} to be enabled")
        self.click(button)

    def keys(self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the focus is."""
        QTest.keyClick(QApplication.focusWidget() or self.window, key, held)
        self.settle()

    def shortcut(self, key: Qt.Key) -> None:
        """Press a key with Ctrl, as a shortcut of the window."""
        QTest.keyClick(self.window, key, Qt.KeyboardModifier.ControlModifier)
        self.settle()

    def type(self, widget: QWidget, text: str) -> None:
        """Replace a field's text by typing."""
        widget.setFocus()
        QTest.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(widget, Qt.Key.Key_Delete)
        for letter in text:
            if letter == "\n":
                QTest.keyClick(widget, Qt.Key.Key_Return)
            elif letter.isascii():
                QTest.keyClicks(widget, letter)
            else:  # keyClicks aborts the process on these
                none = Qt.KeyboardModifier.NoModifier
                QCoreApplication.sendEvent(widget, QKeyEvent(QEvent.Type.KeyPress, 0, none, letter))
        QCoreApplication.processEvents()

    def fill(self, values: Mapping[str, Any]) -> None:
        """Fill fields of the open form by their keys."""
        form = self.form
        for key, value in values.items():
            made = form.input(key)
            if isinstance(made, ChoiceInput):
                self._choose(made.inner, str(value))
            elif isinstance(made, ChecklistInput):
                for choice, box in made.boxes.items():
                    if box.isChecked() != (choice in value):
                        box.setFocus()
                        QTest.keyClick(box, Qt.Key.Key_Space)
            elif isinstance(made, CheckInput):
                if made.value() != value:
                    QTest.keyClick(made.inner, Qt.Key.Key_Space)
            elif isinstance(made, MomentInput | DateInput) or isinstance(value, datetime | date):
                made.put(value)  # spinning a date by keys is slow and proves nothing
            else:
                self.type(made.inner, str(value))

    def _choose(self, box: QComboBox, key: str) -> None:
        at = box.findData(key)
        if at < 0:
            raise Stuck(f"there is no {key} to choose")
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Home)
        while box.currentIndex() < at:
            QTest.keyClick(box, Qt.Key.Key_Down)

    def submit(self) -> None:
        """Press the form's button and wait for what comes of it; Stuck when the form shows trouble."""
        form = self.form
        self.click(form.submit_button)
        self.settle()
        if form is self.desk.file.form:
            said = [
                f"{key}: {form.problem(key)}" for key in ("", *(one.key for one in form.fields)) if form.problem(key)
            ]
            if said and form.submit_button.isEnabled():
                raise Stuck(f"the form says: {' '.join(said)}")

    # --- pictures ---

    def picture(self, title: str, *, dark: bool = False) -> None:
        """Save a picture of the window, and one of it in the dark look."""
        self.settle()
        self._wait_for_pages()
        self._grab(title)
        if dark:
            app = QApplication.instance()
            assert isinstance(app, QApplication)
            theme.apply(app, "dark")
            self.settle()
            self._wait_for_pages()
            self._grab(f"{title}-dark")
            theme.apply(app, "light")
            self.settle()

    def _wait_for_pages(self) -> None:
        """Wait until the pages of a shown PDF are painted; they come from a thread of Qt's own that tells nobody."""
        for view in self.window.findChildren(QPdfView):
            if view.isVisible() and view.document().pageCount():
                self.wait(lambda view=view: _has_ink(view), "the pages of the document")  # type: ignore[misc]

    def _grab(self, title: str) -> None:
        number = len([one for one in self.taken if one.suffix == ".png"]) + 1
        path = self.out / f"{number:02d}-{title}.png"
        if not self.window.grab().save(str(path)):
            raise Stuck(f"the picture {path.name} could not be saved")
        self.taken.append(path)

    def keep(self, name: str, content: bytes) -> Path:
        """Save a document that the program issued."""
        path = self.out / name
        path.write_bytes(content)
        self.taken.append(path)
        return path
