"""The page of one person's consents: what shop and casebook record, extract, record, withdraw."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from officer_app.base.change import Change
from officer_app.casebook.transaction import Actor
from officer_app.policy.book import Book
from officer_app.uses import forms, panel
from officer_app.uses.frame import TwoParts
from officer_app.uses.service import Person, Uses
from officer_app.widgets import messages
from officer_app.widgets.drafts import Drafts
from officer_app.widgets.empty import EmptyState
from officer_app.widgets.plain import name
from officer_app.widgets.work import Work


class ConsentsPage(TwoParts):
    """The consents of one customer (key, or e-mail of a guest); opening it is recorded."""

    def __init__(
        self, service: Uses, work: Work, policy: Callable[[], Book], me: Actor, drafts: Drafts, customer: str,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        self._service, self._policy, self._me, self._drafts = service, policy, me, drafts
        self._customer = customer
        self._person: Person | None = None
        self._names: dict[str, str] = {}
        self._warning = ""
        empty = EmptyState(
            self.tr("The extract will stand here"),
            self.tr("It lists what is recorded and what proves it, and says plainly where a proof is missing."),
        )
        super().__init__(work, empty, parent=parent)
        name(self, self.tr("Consents"))
        empty.button.hide()
        self.setFocusProxy(self.file)
        self.reload()

    def reload(self) -> None:
        """Read shop and casebook again."""
        service, customer = self._service, self._customer
        self.run(
            lambda job: (service.person(customer, job.cancelled), service.names(), service.warning()), self._show,
            title=self.tr("Gathering consents"),
        )  # fmt: skip

    def _show(self, found: tuple[Person, dict[str, str], str]) -> None:
        self._person, self._names, self._warning = found
        self.file.show_case(
            panel.person_header(self._person),
            panel.person_sections(self._person, self._policy(), self._names, self._warning),
            panel.person_steps(self._person, officer="officer" in self._me.roles),
        )

    # --- steps ---

    def step(self, step: str) -> None:
        """Do what a button below the facts says."""
        self.file.news.clear()
        if self._person is None:
            return
        if step.startswith("extract-"):
            self.extract(step.removeprefix("extract-"))
        elif step == "record":
            self.record(messages.choose_files(self, self.tr("Proof of the consent, if there is one"), "*"))
        elif step == "withdraw":
            self._withdraw(self._person)

    def extract(self, language: str) -> None:
        """Show the person's extract as PDF."""
        person = self._person
        assert person is not None
        self.make(
            lambda: self._service.extract_pdf(person, language), self.tr("Consents of {0}").format(person.name),
            "consents.pdf",
        )  # fmt: skip

    def record(self, files: Sequence[Path]) -> None:
        """Ask what the person agreed to; `files` prove it."""
        person = self._person
        assert person is not None
        place = f"consents {person.mark}/"  # what stands after the last stroke is shown as unfinished text
        form = forms.consent(
            self._policy(), self._service.now(), self._policy().zone, self._warning, [one.name for one in files],
            lambda values: self._drafts.save(place, values), self._drafts.load(place),
        )  # fmt: skip

        def keep(values: Mapping[str, Any]) -> None:
            made = forms.read_consent((person.key, person.name, person.email), values)
            self.run(lambda: self._service.record(made, files), lambda change: self._kept(change, place))

        self.ask(form, keep)

    def _kept(self, change: Change, place: str) -> None:
        self._drafts.save(place, {})
        self._done(change)

    def _withdraw(self, person: Person) -> None:
        form = forms.withdrawal(person.ours, self._service.now(), self._policy().zone)
        versions = {one.id: one.version for one in person.ours}

        def keep(values: Mapping[str, Any]) -> None:
            key = values["consent"]
            self.run(lambda: self._service.withdraw(key, values["at"], values["how"], versions[key]), self._done)

        self.ask(form, keep)

    def _done(self, change: Change) -> None:
        self.file.close_form()
        self.reload()
        self.file.news.show_news(change.news, "green")

    # --- beside the facts ---

    def asked(self, action: str) -> None:
        """Export a copy of a proof."""
        key = action.removeprefix("proof:")
        path = messages.choose_save(self, self.tr("Export copy"), "proof", "*")
        if path is not None:
            self.run(lambda: self._service.export_proof(key, path), self._exported)

    def _exported(self, path: Path) -> None:
        self.file.news.show_news(self.tr("Saved as {0}. The export is in the audit.").format(path.name))
