"""Settings of the window: light or dark, and when it locks itself."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QButtonGroup, QHBoxLayout, QWidget

from officer_app.base.change import Change
from officer_app.settings import window_choice
from officer_app.settings.service import Settings
from officer_app.settings.window_choice import Look
from officer_app.widgets import theme
from officer_app.widgets.page import PageFrame
from officer_app.widgets.plain import Button, Label, name
from officer_app.widgets.theme import px
from officer_app.widgets.work import Work

_MINUTES = (1, 2, 5, 10, 15, 30, 60)


class _Choices(QWidget):
    """A row of chips of which one holds; `chosen(value)` when a person picks another."""

    chosen = Signal(object)

    def __init__(self, title: str, choices: Sequence[tuple[Any, str]]) -> None:
        super().__init__()
        name(self, title)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(6))
        self.chips: dict[Any, Button] = {}
        group = QButtonGroup(self)
        for value, words in choices:
            chip = Button(words, look="chip")
            chip.setCheckable(True)
            chip.setProperty("value", value)
            chip.clicked.connect(self._clicked)
            group.addButton(chip)
            row.addWidget(chip)
            self.chips[value] = chip
        row.addStretch(1)

    def put(self, value: Any) -> None:
        """Mark the one that holds."""
        if value in self.chips:
            self.chips[value].setChecked(True)

    def _clicked(self) -> None:
        chip = self.sender()
        if isinstance(chip, Button):
            self.chosen.emit(chip.property("value"))


class WindowPanel(PageFrame):
    """The look holds on this computer at once; the lock holds for everybody on this casebook from the next unlock."""

    def __init__(self, settings: Settings, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent=parent)
        self._settings = settings
        name(self, self.tr("Window"))
        looks: tuple[tuple[Look, str], ...] = (
            ("system", self.tr("As the system has it")),
            ("light", self.tr("Light")),
            ("dark", self.tr("Dark")),
        )
        self.looks = _Choices(self.tr("Look"), looks)
        self.looks.put(window_choice.load())
        self.looks.chosen.connect(self._look)
        self._part(self.tr("Look"), self.tr("On this computer, also before anybody signs in."), self.looks)
        self.minutes = _Choices(self.tr("Minutes"), [(one, self.tr("{0} min").format(one)) for one in _MINUTES])
        self.minutes.chosen.connect(self._lock_after)
        self._part(
            self.tr("Locks by itself after"),
            self.tr("Without a key or a click, for everybody who works on this casebook. Ctrl+L locks at once."),
            self.minutes,
        )
        self.rows.addStretch(1)
        self.run(settings.idle_minutes, self.minutes.put)

    def _part(self, title: str, text: str, choices: QWidget) -> None:
        self.rows.addSpacing(px(8))
        self.rows.addWidget(Label(title, role="strong"))
        self.rows.addWidget(Label(text, role="muted", wrap=True))
        self.rows.addWidget(choices)
        self.rows.addSpacing(px(12))

    def _look(self, look: Look) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, look)
        self.run(lambda: window_choice.save(look))

    def _lock_after(self, minutes: int) -> None:
        self.work.run(lambda: self._settings.save_idle_minutes(minutes), self._saved, self._refused, owner=self)

    def _saved(self, change: Change) -> None:
        self.news.show_news(change.news, "green")

    def _refused(self, error: Exception) -> None:
        self.news.show_trouble(error)
        self.run(self._settings.idle_minutes, self.minutes.put)
