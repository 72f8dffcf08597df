"""Settings of the window: light or dark, and when it locks itself."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QApplication, QButtonGroup, QHBoxLayout, QWidget

from officer_app.base.change import Change
from officer_app.settings import window_choice
from officer_app.settings.service import LONGEST, SHORTEST, Settings
from officer_app.settings.window_choice import Look, WindowChoice
from officer_app.widgets import theme
from officer_app.widgets.forms import Field, Form
from officer_app.widgets.page import PageFrame
from officer_app.widgets.plain import Button, Label, name
from officer_app.widgets.theme import px
from officer_app.widgets.work import Work


class WindowPanel(PageFrame):
    """The look holds on this computer at once; the lock holds for everybody on this casebook from the next unlock."""

    def __init__(self, settings: Settings, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent=parent)
        self._settings = settings
        name(self, self.tr("Window"))
        self.rows.addSpacing(px(8))
        self.rows.addWidget(Label(self.tr("Look"), role="strong"))
        self.rows.addWidget(Label(self.tr("On this computer, also before anybody signs in."), role="muted"))
        line = QHBoxLayout()
        line.setSpacing(px(6))
        self.looks: dict[Look, Button] = {}
        group = QButtonGroup(self)
        wanted = window_choice.load().look
        titles: tuple[tuple[Look, str], ...] = (
            ("system", self.tr("As the system has it")),
            ("light", self.tr("Light")),
            ("dark", self.tr("Dark")),
        )
        for look, title in titles:
            chip = Button(title, look="chip")
            chip.setCheckable(True)
            chip.setChecked(look == wanted)
            chip.setProperty("choice", look)
            chip.clicked.connect(self._chosen)
            group.addButton(chip)
            line.addWidget(chip)
            self.looks[look] = chip
        line.addStretch(1)
        self.rows.addLayout(line)
        self.rows.addSpacing(px(20))
        self.form: Form | None = None
        self.run(settings.idle_minutes, self._fill)

    def _fill(self, minutes: int) -> None:
        hint = self.tr("{0} to {1} minutes without a key or a click. Ctrl+L locks at once.").format(SHORTEST, LONGEST)
        self.form = Form(
            self.tr("Lock by itself"),
            (Field("minutes", self.tr("After minutes"), "number", minutes, hint=hint, most=LONGEST),),
            submit=self.tr("Save"),
            intro=self.tr("For everybody who works on this casebook."),
            cancel="",
        )
        self.form.setFixedHeight(px(200))
        self.form.submitted.connect(self._save)
        self.rows.addWidget(self.form)
        self.rows.addStretch(1)

    def _chosen(self) -> None:
        chip = self.sender()
        app = QApplication.instance()
        if isinstance(chip, Button) and isinstance(app, QApplication):
            look: Look = chip.property("choice")
            theme.apply(app, look)
            self.run(lambda: window_choice.save(WindowChoice(look)))

    def _save(self, values: Mapping[str, Any]) -> None:
        minutes = values["minutes"]
        assert self.form is not None
        self.work.run(
            lambda: self._settings.save_idle_minutes(minutes), self._saved, self.form.show_trouble, owner=self
        )

    def _saved(self, change: Change) -> None:
        assert self.form is not None
        self.form.set_busy(False)
        self.news.show_news(change.news, "green")
