"""What the window shows to who signed in: the rooms with everything above them."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QMenu,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from officer_app.widgets.bars import DueStrip
from officer_app.widgets.find import FindBox
from officer_app.widgets.messages import NewsBar
from officer_app.widgets.plain import Button, Label, caption, name
from officer_app.widgets.room import DueItem, Found, Inside, MenuPage, Room
from officer_app.widgets.sections import Pill, PillLabel, rule
from officer_app.widgets.theme import px
from officer_app.widgets.work import Work


class InsidePanel(QWidget):
    """Top bar, due strip, tabs and the room that is shown, or a page of the menu in its place."""

    room_asked = Signal(str, str)
    lock_asked = Signal()
    help_asked = Signal()

    def __init__(self, work: Work, inside: Inside, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inside = inside
        self.find_box = FindBox(work, inside.find, self)
        self.find_box.chosen.connect(self._found)
        self.due = DueStrip()
        self.due.opened.connect(self._due)
        self.news = NewsBar()
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(True)
        self.tabs.setDrawBase(False)
        name(self.tabs, self.tr("Desks"))
        self._rooms = QStackedWidget()
        for room in inside.rooms:
            self.tabs.addTab(caption(room.title))
            self._rooms.addWidget(room.widget)
        self.tabs.currentChanged.connect(self._tab)
        self.tabs.tabBarClicked.connect(self.close_page)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self._top())
        rows.addWidget(rule())
        rows.addWidget(self.due)
        rows.addWidget(self._tab_row())
        rows.addWidget(rule())
        rows.addWidget(self.news)
        self._page: QWidget | None = None
        self._stack = QStackedWidget()
        self._stack.addWidget(self._rooms)
        rows.addWidget(self._stack, 1)
        rows.addWidget(rule())
        self.show_counts()

    def _top(self) -> QWidget:
        bar = QWidget()
        bar.setProperty("ground", "panel")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        bar.setFixedHeight(px(48))
        grid = QGridLayout(bar)
        grid.setContentsMargins(px(16), 0, px(12), 0)
        left, right = QHBoxLayout(), QHBoxLayout()
        left.setSpacing(px(12))
        left.addWidget(Label(self._inside.shop_name, role="strong"))
        if self._inside.demo:
            left.addWidget(PillLabel(Pill(self.tr("Demo"), "amber")))
        left.addWidget(Label(self._inside.connection, role="muted"))
        left.addStretch(1)
        right.setSpacing(px(8))
        right.addStretch(1)
        right.addWidget(Label(self.tr("{0}, {1}").format(self._inside.person, self._inside.role), role="muted"))
        right.addSpacing(px(4))
        self.menu_button = Button(self.tr("Menu"))
        self.menu_button.setMenu(self._menu())
        right.addWidget(self.menu_button)
        self.lock_button = Button(self.tr("Lock"))
        self.lock_button.clicked.connect(self.lock_asked)
        right.addWidget(self.lock_button)
        self.find_box.setMinimumWidth(px(300))
        self.find_box.setMaximumWidth(px(380))
        grid.addLayout(left, 0, 0)
        grid.addWidget(self.find_box, 0, 1)
        grid.addLayout(right, 0, 2)
        grid.setColumnStretch(0, 5)
        grid.setColumnStretch(1, 4)
        grid.setColumnStretch(2, 5)
        return bar

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        for at, page in enumerate(self._inside.pages):
            menu.addAction(caption(page.title)).setData(at)
        if self._inside.pages:
            menu.addSeparator()
        menu.addAction(self.tr("Keys") + "\tF1").setData(-1)
        menu.triggered.connect(self._menu_chosen)
        return menu

    def _menu_chosen(self, action: object) -> None:
        at = action.data()  # type: ignore[attr-defined]
        if at < 0:
            self.help_asked.emit()
        else:
            self.show_page(self._inside.pages[at])

    def _tab_row(self) -> QWidget:
        bar = QWidget()
        bar.setProperty("ground", "window")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(bar)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.tabs, 1)
        return bar

    # What the window asks

    @property
    def room(self) -> Room | None:
        """The room whose tab is chosen."""
        at = self.tabs.currentIndex()
        return self._inside.rooms[at] if 0 <= at < len(self._inside.rooms) else None

    def show_room(self, key: str) -> None:
        """Choose a tab by its room's key."""
        for at, room in enumerate(self._inside.rooms):
            if room.key == key:
                self.show_tab(at)

    def show_tab(self, at: int) -> None:
        """Choose a tab by its place."""
        self.close_page()
        if 0 <= at < self.tabs.count():
            self.tabs.setCurrentIndex(at)
            self._inside.rooms[at].widget.setFocus()

    def show_counts(self) -> None:
        """Write each room's number beside its title."""
        for at, room in enumerate(self._inside.rooms):
            count = "" if room.count is None else f"  {room.count:,}"
            self.tabs.setTabText(at, caption(room.title) + count)

    def show_page(self, page: MenuPage) -> None:
        """Show a page of the menu in place of the room."""
        self._open_page(page.title, page.build())

    def show_help(self) -> None:
        """Show the keys."""
        self._open_page(self.tr("Keys"), _keys(self))

    def _open_page(self, title: str, content: QWidget) -> None:
        self.close_page()
        self.due.fold()
        self.find_box.put_away()
        page = QWidget()
        page.setProperty("ground", "panel")
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        rows = QVBoxLayout(page)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(px(24), px(16), px(24), px(8))
        head.addWidget(Label(title, role="title"), 1)
        back = Button(self.tr("Back"))
        back.clicked.connect(self.close_page)
        head.addWidget(back)
        rows.addLayout(head)
        rows.addWidget(content, 1)
        self._page = page
        self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)
        content.setFocus()

    def close_page(self) -> None:
        """Show the room again in place of a page of the menu."""
        page, self._page = self._page, None
        if page is not None:
            self._stack.setCurrentWidget(self._rooms)
            self._stack.removeWidget(page)
            page.deleteLater()

    def _tab(self, at: int) -> None:
        self.find_box.put_away()
        self._rooms.setCurrentIndex(at)
        self._inside.rooms[at].refresh()

    def _found(self, found: Found) -> None:
        self.room_asked.emit(found.room, found.reference)

    def _due(self, item: DueItem) -> None:
        self.room_asked.emit(item.room, item.reference)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._page is not None:
            self.close_page()
            return
        super().keyPressEvent(event)


def _keys(parent: QWidget) -> QWidget:
    page = QWidget()
    rows = QGridLayout(page)
    rows.setContentsMargins(px(24), px(8), px(24), px(24))
    rows.setHorizontalSpacing(px(24))
    rows.setVerticalSpacing(px(10))
    rows.setColumnStretch(1, 1)
    lines = (
        ("Ctrl+1 … 4", parent.tr("Go to a desk")),
        ("Ctrl+K", parent.tr("Find a person, reference or order")),
        ("Ctrl+F", parent.tr("Search this desk")),
        ("Ctrl+N", parent.tr("New case")),
        ("Ctrl+P", parent.tr("Print the document that is open")),
        ("Ctrl+Z", parent.tr("Take the last change back, where its news offers it")),
        ("F5", parent.tr("Read again")),
        ("Ctrl+L", parent.tr("Lock")),
        ("Enter", parent.tr("Open the chosen line, or send a form")),
        ("Ctrl+Enter", parent.tr("Send a form from a large text field")),
        ("Esc", parent.tr("Leave a form, a page or the answers; what you typed is kept")),
    )
    for at, (keys, what) in enumerate(lines):
        rows.addWidget(Label(keys, role="strong"), at, 0)
        rows.addWidget(Label(what), at, 1)
    rows.setRowStretch(len(lines), 1)
    page.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    name(page, parent.tr("Keys"))
    return page
