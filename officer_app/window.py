"""The window: tabs, due list, finding, status line and lock; it gets its rooms as a list and knows none of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut, QStatusTipEvent
from PySide6.QtWidgets import QApplication, QDialog, QStackedWidget, QVBoxLayout, QWidget

from officer_app.base.errors import KnownError, Locked
from officer_app.widgets import clipboard, messages
from officer_app.widgets.lock import LockPanel
from officer_app.widgets.plain import literal
from officer_app.widgets.status import StatusLine
from officer_app.widgets.theme import px
from officer_app.widgets.work import Work

if TYPE_CHECKING:
    from officer_app.widgets.idle import Idle
    from officer_app.widgets.inside import InsidePanel
    from officer_app.widgets.room import DueItem, Inside, MenuPage, Room

_DUE_EVERY: Final = 30_000  # ms between two readings of the due list: breach clocks run in hours and minutes


class Window(QWidget):
    """The one window.

    `set_entry` gives what unlocks it (built anew at every lock), `enter` shows the rooms to who signed in, `lock`
    drops them again. `clock` returns seconds and serves the idle lock only.
    """

    def __init__(self, work: Work, *, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self.work = work
        self.inside: Inside | None = None
        self.panel: InsidePanel | None = None
        self.locked_panel: LockPanel | None = None
        self._entry: Callable[[], QWidget] | None = None
        self._clock = clock
        self.idle: Idle | None = None
        self._due: tuple[DueItem, ...] = ()
        self._outcomes: list[str] = []  # of work that ended while the window was locked
        self.setWindowTitle(self.tr("Privacy officer"))
        self.resize(px(1520), px(860))
        self.setMinimumSize(px(960), px(560))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        self._stack = QStackedWidget()
        self.status = StatusLine(work)
        rows.addWidget(self._stack, 1)
        rows.addWidget(self.status)
        self._due_timer = QTimer(self)
        self._due_timer.setInterval(_DUE_EVERY)
        self._due_timer.timeout.connect(self.read_due)
        self._shortcuts()
        work.trouble.connect(self._trouble)
        work.outlived.connect(self._tell_outcome)

    def _shortcuts(self) -> None:
        for keys, slot in (
            ("Ctrl+N", self.new),
            ("Ctrl+F", self.search),
            ("Ctrl+K", self.find_anything),
            ("Ctrl+P", self.print_current),
            ("F5", self.refresh),
            ("Ctrl+L", self.lock),
            ("F1", self.help),
        ):
            QShortcut(QKeySequence(keys), self, slot)
        for number in range(1, 10):
            shortcut = QShortcut(QKeySequence(f"Ctrl+{number}"), self)
            shortcut.setProperty("tab", number - 1)
            shortcut.activated.connect(self._tab_key)

    # Signing in and out

    def set_entry(self, entry: Callable[[], QWidget]) -> None:
        """Show what unlocks the window."""
        self._entry = entry
        self._show_lock()

    def enter(self, inside: Inside) -> None:
        """Show the rooms; `inside` is theirs until `lock`."""
        # The unlock screen must paint before a third of the window's parts is even read from disk.
        from officer_app.widgets.idle import Idle  # noqa: PLC0415
        from officer_app.widgets.inside import InsidePanel  # noqa: PLC0415

        self.leave()
        self.inside = inside
        self.panel = InsidePanel(self.work, inside)
        self.panel.room_asked.connect(self.open)
        self.panel.lock_asked.connect(self.lock)
        self.panel.help_asked.connect(self.help)
        for room in inside.rooms:
            room.changed.connect(self.read_due)
        self._replace(self.panel)
        title = self.tr("{0} (Demo)").format(inside.shop_name) if inside.demo else inside.shop_name
        self.setWindowTitle(literal(self.tr("{0}: Privacy officer").format(title)))
        self.idle = Idle(inside.idle_minutes * 60, clock=self._clock, parent=self)
        self.idle.idle.connect(self.lock)
        self._due_timer.start()
        self.read_due()
        self.refresh()
        if self._outcomes:
            self.panel.news.show_news(" ".join(self._outcomes))
            self._outcomes.clear()

    def lock(self) -> None:
        """Drop the rooms and everything they showed; ask for the passphrase again."""
        if self.inside is None:
            return
        for top in QApplication.topLevelWidgets():
            if isinstance(top, QDialog) and top.isVisible():
                top.reject()
        self.leave()
        self._show_lock()

    def leave(self) -> None:
        """Keep what was typed, drop the rooms and tell their maker, who drops the keys."""
        if self.inside is None:
            return
        if self.idle is not None:
            self.idle.stop()
            self.idle.deleteLater()
            self.idle = None
        self._due_timer.stop()
        for room in self.inside.rooms:
            room.leave()
        if self.panel is not None:
            self.panel.hide()  # every form keeps its text when it is hidden
        self.work.settle()
        self.work.forget()
        clipboard.clear_ours()
        locked = self.inside.locked
        self.inside, self.panel = None, None
        self.status.hint("")
        locked()

    def _show_lock(self) -> None:
        if self._entry is None:
            return
        now = time.time()
        # What is issued and not sent stands in the list since it was issued; only what is red is too late.
        overdue = sum(item.tone == "red" and item.due is not None and item.due.timestamp() < now for item in self._due)
        self.locked_panel = LockPanel(self._entry(), len(self._due) - overdue, overdue, shown=bool(self._due))
        self._replace(self.locked_panel)
        self.setWindowTitle(self.tr("Privacy officer, locked") if self._due else self.tr("Privacy officer"))

    def _replace(self, widget: QWidget) -> None:
        while self._stack.count():
            old = self._stack.widget(0)
            if old is not None:
                self._stack.removeWidget(old)
                old.hide()
                old.deleteLater()
        self._stack.addWidget(widget)
        if widget is not self.locked_panel:
            self.locked_panel = None
        widget.setFocus()

    # What the officer asks

    @property
    def room(self) -> Room | None:
        """The room that is shown."""
        return self.panel.room if self.panel is not None else None

    def open(self, room: str, reference: str = "") -> None:
        """Show a room by its key, and one of its cases; a room without a tab opens as it was told to."""
        if self.inside is not None and room in self.inside.openers:
            self.inside.openers[room](reference)
        elif self.panel is not None:
            self.panel.show_room(room)
            if reference and self.room is not None:
                self.room.open(reference)

    def show_page(self, page: MenuPage) -> None:
        """Show a page of the menu in place of the tabs."""
        if self.panel is not None:
            self.panel.show_page(page)

    def new(self) -> None:
        """Start a new case in the room that is shown."""
        room = self._room_in_front()
        if room is not None:
            room.new()

    def search(self) -> None:
        """Search the room that is shown."""
        room = self._room_in_front()
        if room is not None:
            room.search()

    def find_anything(self) -> None:
        """Find anything."""
        if self.panel is not None:
            self.panel.find_box.setFocus()
            self.panel.find_box.selectAll()

    def print_current(self) -> None:
        """Print what is open in the room that is shown."""
        room = self._room_in_front()
        if room is not None:
            room.print_current()

    def refresh(self) -> None:
        """Read again what is shown."""
        if self.room is not None:
            self.room.refresh()
            self.read_due()

    def help(self) -> None:
        """Show the keys."""
        if self.panel is not None:
            self.panel.show_help()

    def read_due(self) -> None:
        """Read the due list and the counts of the tabs."""
        if self.inside is None or self.panel is None:
            return
        self.panel.show_counts()
        self.work.run(self.inside.due_items, self._take_due, self._no_due, owner=self.panel, latest="due")

    # Inside

    def _room_in_front(self) -> Room | None:
        """Put a page of the menu away, so that nothing opens, unseen, in the room behind it."""
        if self.panel is not None:
            self.panel.close_page()
        return self.room

    def _take_due(self, items: Sequence[DueItem]) -> None:
        self._due = tuple(items)
        if self.panel is not None:
            self.panel.due.set_items(items)

    def _no_due(self, error: Exception) -> None:
        self._trouble(str(error))

    def _trouble(self, sentence: str) -> None:
        if self.panel is not None:
            self.panel.news.show_news(sentence, "red")
        else:
            self.status.hint(sentence)

    def _tell_outcome(self, title: str, ended: object) -> None:
        """Tell how work ended whose room is gone: in full to who is signed in, or signs in next."""
        failed = isinstance(ended, KnownError)
        sentence = str(ended) if failed else str(getattr(ended, "news", ""))
        if isinstance(ended, Locked):
            sentence = self.tr("“{0}” was stopped by the lock. Start it again.").format(title)
        if not sentence:
            return
        if self.panel is not None:
            self.panel.news.show_news(sentence, "red" if failed else "green")
            self.refresh()
            return
        self._outcomes.append(sentence)
        if self.locked_panel is not None:
            short = self.tr("{0}: stopped. Unlock to see why.") if failed else self.tr("{0}: done.")
            self.locked_panel.tell(short.format(title))

    def _tab_key(self) -> None:
        shortcut = self.sender()
        if self.panel is not None and isinstance(shortcut, QShortcut):
            self.panel.show_tab(int(shortcut.property("tab")))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QStatusTipEvent):
            self.status.hint(event.tip())
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.panel is not None:
            self.panel.find_box.put_away()

    def closeEvent(self, event: QCloseEvent) -> None:
        running = self.work.running()
        if running and not messages.ask(
            self,
            self.tr("“{0}” is still running. It will be stopped.").format(running[0].title),
            self.tr("Stop and close"),
        ):
            event.ignore()
            return
        self.leave()
        self.work.close()
        super().closeEvent(event)
