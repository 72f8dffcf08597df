"""Settings of erasing: off until switched on, the account that may write, and when a manager approves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.base.steps import Step
from officer_app.settings.writing import Eraser, Writing
from officer_app.widgets.casefile import CaseFile, CaseHeader, Fact, Pill, Section
from officer_app.widgets.forms import Field, Form
from officer_app.widgets.plain import name
from officer_app.widgets.theme import px
from officer_app.widgets.work import Work


@dataclass(frozen=True)
class _Held:
    """What is set, read away from the window."""

    eraser: Eraser
    needs_account: bool
    number: int
    share: float
    no_keyring: str


class ErasingPanel(QWidget):
    """Whether this program may erase accounts in the shop, by which account, and who has to approve."""

    def __init__(self, writing: Writing, work: Work, no_keyring: Callable[[], str]) -> None:
        super().__init__()
        self._writing, self._work, self._no_keyring = writing, work, no_keyring
        self._held: _Held | None = None
        name(self, self.tr("Erasing"))
        self.file = CaseFile()
        self.file.setMaximumWidth(px(860))
        self.file.chosen.connect(self._step)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.file, 1000)
        row.addStretch(1)
        self.setFocusProxy(self.file)
        self.reload()

    def reload(self) -> None:
        """Read again what is set."""

        def read() -> _Held:
            writing = self._writing
            return _Held(writing.current(), writing.needs_account, *writing.limits(), self._no_keyring())

        self._work.run(read, self._show, self.file.news.show_trouble, owner=self)

    def _show(self, held: _Held) -> None:
        self._held = held
        on = held.eraser.on
        title = self.tr("Erasing is switched on") if on else self.tr("Erasing is switched off")
        pill = Pill(self.tr("on"), "green") if on else None
        what = self.tr(
            "Reading the shop and erasing in it are two things. Erasing uses a database account of its own, which may "
            "change and delete rows; nothing else in this program uses it. Every batch is still frozen, announced and "
            "decided by people, and nothing is ever erased by a timer."
        )
        facts = [Fact(self.tr("Account"), held.eraser.user or self.tr("none needed: the shop is a file"))] if on else []
        approval = [
            Fact(self.tr("Number"), self.tr("more than {0} accounts").format(f"{held.number:,}")),
            Fact(self.tr("Share"), self.tr("more than {0:g} % of all accounts").format(held.share)),
            Fact(self.tr("Always"), self.tr("accounts found false or breaking the rules")),
        ]
        sections = [
            Section(self.tr("What it is for"), text=what),
            Section(self.tr("Account that erases"), facts),
            Section(self.tr("A manager approves a batch of"), approval),
        ]
        steps = (
            Step("on", self.tr("Change the account") if on else self.tr("Switch on"), primary=not on),
            Step("limits", self.tr("Change when a manager approves")),
            *((Step("off", self.tr("Switch off")),) if on else ()),
        )
        self.file.show_case(CaseHeader(title, "", pill), [one for one in sections if one.facts or one.text], steps)

    def _step(self, step: str) -> None:
        held = self._held
        if held is None:
            return
        if step == "off":
            self._run(self._writing.switch_off)
        elif step == "limits":
            self._open(self._limits_form(held), self._save_limits)
        else:
            self._open(self._account_form(held), self._switch_on)

    def _account_form(self, held: _Held) -> Form:
        fields: list[Field] = []
        if held.needs_account:
            fields = [
                Field("user", self.tr("User"), value=held.eraser.user, required=True,
                      hint=self.tr("With UPDATE, DELETE and INSERT on the shop's tables; not the account that reads.")),
                Field("password", self.tr("Password"), "secret",
                      hint=self.tr("Left empty, the saved one is used.") if held.eraser.on else ""),
            ]  # fmt: skip
            if not held.no_keyring:
                fields.append(Field("keyring", self.tr("Keep the password in this computer's keyring"), "check", True))
        intro = self.tr("The account is tried first, and the erase plan is compared with the shop's tables.")
        return Form(self.tr("Switch erasing on"), fields, submit=self.tr("Test and switch on"), intro=intro)

    def _limits_form(self, held: _Held) -> Form:
        fields = (
            Field("number", self.tr("More than, accounts"), "number", held.number, required=True),
            Field("share", self.tr("More than, percent of all"), "number", round(held.share), required=True, most=100),
        )
        return Form(self.tr("When a manager approves"), fields, submit=self.tr("Save"))

    def _open(self, form: Form, submit: Callable[[Mapping[str, Any]], None]) -> None:
        form.submitted.connect(submit)
        form.cancelled.connect(self.file.close_form)
        self.file.open_form(form)

    def _switch_on(self, values: Mapping[str, Any]) -> None:
        user, password = values.get("user", ""), values.get("password", "")
        keyring = bool(values.get("keyring", False))
        self._run(lambda: self._writing.switch_on(user, password, keyring=keyring))

    def _save_limits(self, values: Mapping[str, Any]) -> None:
        number, share = values["number"], values["share"]
        self._run(lambda: self._writing.save_limits(number, share))

    def _run(self, op: Callable[[], Change]) -> None:
        self._work.run(op, self._done, self._refused, owner=self)

    def _done(self, change: Change) -> None:
        self.file.close_form()
        self.file.news.show_news(change.news, "green")
        self.reload()

    def _refused(self, error: KnownError) -> None:
        if isinstance(self.file.form, Form):
            self.file.form.show_trouble(error)
        else:
            self.file.news.show_trouble(error)
