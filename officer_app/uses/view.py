"""The page of uses: the register on the left, one use or the note on access on the right."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from officer_app.base.change import Change
from officer_app.base.page import Page, Sort
from officer_app.base.steps import Step
from officer_app.casebook.transaction import Actor
from officer_app.policy.book import Book
from officer_app.uses import forms, panel
from officer_app.uses.access import Access
from officer_app.uses.frame import TwoParts
from officer_app.uses.rules import OTHER, Use
from officer_app.uses.service import Line, Uses
from officer_app.widgets import messages
from officer_app.widgets.casefile import CaseHeader
from officer_app.widgets.drafts import Drafts
from officer_app.widgets.plain import Button, name
from officer_app.widgets.table import PagedTable
from officer_app.widgets.theme import px
from officer_app.widgets.work import Work


class UsesPage(TwoParts):
    """The register of uses; its buttons lead to the PDF and to who may see which data."""

    def __init__(
        self, service: Uses, work: Work, policy: Callable[[], Book], me: Actor, drafts: Drafts,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        self._service, self._policy, self._me, self._drafts = service, policy, me, drafts
        self._shown: Line | None = None
        self._names: dict[str, str] = {}
        self._warning = ""
        self.table = PagedTable(
            work, panel.columns(policy()), self._fetch, key=lambda line: line.key, sort=Sort(""), title="Uses"
        )
        self.table.set_empty("No use is recorded", "Add what the shop uses personal data for.")
        self._bar = QWidget()
        super().__init__(work, self._bar, self.table, parent=parent)
        name(self, self.tr("Uses of personal data"))
        self._fill_bar()
        self.table.chosen.connect(self._choose)
        self.table.failed.connect(self.news.show_trouble)
        self.setFocusProxy(self.table)
        self.file.clear(self.tr("No use is open"), self.tr("Choose a purpose from the list and describe its use."))
        self.run(lambda: (service.names(), service.warning()), self._know)
        self.table.reload()

    def _fill_bar(self) -> None:
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(px(12), px(8), px(12), px(8))
        row.setSpacing(px(8))
        self.buttons: dict[str, Button] = {}
        for key, title, act in (
            ("add", self.tr("Add a use"), self.add),
            ("access", self.tr("Who may see what"), self.show_access),
            ("pdf-en", self.tr("Register as PDF"), lambda: self.print_register("en")),
            ("pdf-vi", self.tr("In Vietnamese"), lambda: self.print_register("vi")),
        ):
            button = self.buttons[key] = Button(title)
            button.clicked.connect(act)
            row.addWidget(button)
        row.addStretch(1)

    def _know(self, known: tuple[dict[str, str], str]) -> None:
        self._names, self._warning = known
        if self._shown is not None:
            self._choose(self._shown)

    def _fetch(self, _sort: Sort, _after: Any, _limit: int) -> Page[Line]:
        return Page(self._service.lines())

    # --- one use ---

    def _choose(self, line: Line) -> None:
        self.close_preview()
        self.file.news.clear()
        self._show(line)

    def _show(self, line: Line) -> None:
        self._shown = line
        officer = "officer" in self._me.roles
        why = "" if officer else self.tr("Only an officer keeps the register.")
        title = self.tr("Change") if line.use.id else self.tr("Describe it")
        steps = [Step("change", title, primary=True, enabled=officer, why_not=why)]
        if line.use.id:
            steps.append(Step("end", self.tr("Not used any more"), enabled=officer, why_not=why))
        header = panel.header(line, self._policy().zone, self._names)
        self.file.show_case(header, panel.sections(line, self._policy(), self._warning), steps)

    def step(self, step: str) -> None:
        """Do what a button below the facts says."""
        if step == "change" and self._shown is not None:
            self._describe(self._shown.use)
        elif step == "end" and self._shown is not None:
            use = self._shown.use
            text = self.tr("{0}: the shop does not use data for this any more. Take it out of the register?")
            if messages.ask(self, text.format(use.title), self.tr("Take it out")):
                self.run(lambda: self._service.end(use), self._done)
        elif step.startswith("note-"):
            language = step.removeprefix("note-")
            self.make(lambda: self._service.access_pdf(language), self.tr("Who may see which data"), "access-note.pdf")

    def add(self) -> None:
        """Describe a use outside the policy's closed list."""
        self._shown = None
        self._describe(Use("", OTHER, ""))

    def _describe(self, use: Use) -> None:
        place = f"uses {use.id or use.purpose}/"  # what stands after the last stroke is shown as unfinished text
        form = forms.use(
            use, self._policy(), self._service.grounds(), self._service.processors(),
            lambda values: self._drafts.save(place, values), self._drafts.load(place),
        )  # fmt: skip

        def keep(values: Mapping[str, Any]) -> None:
            made = forms.read_use(use, values)
            self.run(lambda: (self._service.keep(made), self._service.lines()), lambda got: self._kept(got, place))

        self.ask(form, keep)

    def _kept(self, got: tuple[Change, tuple[Line, ...]], place: str) -> None:
        change, lines = got
        self._drafts.save(place, {})
        self._done(change)
        self._show(next(line for line in lines if line.use.id in change.references))

    def _done(self, change: Change) -> None:
        self.file.close_form()
        self._shown = None
        self.file.clear(self.tr("No use is open"), self.tr("Choose a purpose from the list and describe its use."))
        self.file.news.show_news(change.news, "green")
        self.table.reload()

    # --- on paper ---

    def print_register(self, language: str) -> None:
        """Show the register as PDF."""
        self.make(
            lambda: self._service.register_pdf(language), self.tr("Register of uses"), "register-of-uses.pdf"
        )  # fmt: skip

    # --- who may see what ---

    def show_access(self) -> None:
        """Show in the place of a use who may see which data."""
        self.file.news.clear()
        self.close_preview()
        self.run(self._service.access, self._access)

    def _access(self, entries: tuple[Access, ...]) -> None:
        self._shown = None
        self._entries = {one.category: one for one in entries}
        line = self.tr("The shop's policy E1. Nobody looks at data that their task does not need.")
        steps = tuple(
            Step(f"note-{key}", self.tr("Note in {0}").format(title), primary=key == "en")
            for key, title in panel.LANGUAGES
        )
        header = CaseHeader(self.tr("Who may see which data"), line)
        self.file.show_case(header, panel.access(entries, self._policy()), steps)

    def asked(self, action: str) -> None:
        """Change who may see a category."""
        category = action.removeprefix("access:")
        title = panel.data_names(self._policy(), (category,))
        form = forms.access(self._entries[category], title)

        def keep(values: Mapping[str, Any]) -> None:
            why = {"en": values["en"], "vi": values["vi"]}
            self.run(lambda: self._service.set_access(category, values["roles"], why), self._access_kept)

        self.ask(form, keep)

    def _access_kept(self, change: Change) -> None:
        self.file.close_form()
        self.show_access()
        self.file.news.show_news(change.news, "green")
