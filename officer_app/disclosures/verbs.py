"""The officer's verbs on a disclosure: each asks what it needs in a form, then calls one use case."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from officer_app.base.change import Change
from officer_app.casebook.transaction import Actor
from officer_app.disclosures import forms
from officer_app.disclosures.demand import (
    CARRIER,
    MARKETING,
    OTHER_PURPOSE,
    Confirmation,
    HandOver,
    Intake,
    Refusal,
    Telling,
)
from officer_app.disclosures.forms import Draft, Lists
from officer_app.disclosures.queue import File, body_titles
from officer_app.disclosures.service import Disclosures
from officer_app.policy.book import Book
from officer_app.shop.facts import Match
from officer_app.widgets import messages
from officer_app.widgets.desk import DeskFrame
from officer_app.widgets.forms import Choice, Form


def categories(policy: Book) -> dict[str, str]:
    """Return the names of the data categories by id."""
    return {one.id: one.title_in("en") for one in policy.data_categories}


class Verbs(QObject):
    """Turns a step into a form and a form into a use case; `done` gets the Change."""

    def __init__(
        self,
        service: Disclosures,
        desk: DeskFrame,
        policy: Callable[[], Book],
        me: Actor,
        draft: Callable[[str], Draft],
        done: Callable[[Change], None],
    ) -> None:
        super().__init__(desk)
        self._service, self._desk, self._policy, self._me = service, desk, policy, me
        self._draft, self._done = draft, done
        self._file: File
        self._submits: dict[str, Callable[[Mapping[str, Any], str, int], Change]] = {
            "facts": self._facts,
            "concerns": lambda v, ref, at: service.concerns(ref, v["role"], v["note"], at),
            "call": lambda v, ref, at: service.call_back(
                ref, v["contact"], v["whom"], v["result"] == "yes", _called(v), v["at"], at
            ),
            "confirm": self._confirmed,
            "withdraw": lambda v, ref, at: service.withdraw_confirmation(ref, v["reason"], at),
            "choose": lambda v, ref, at: service.choose(ref, v["fields"], v["reason"], at),
            "clear": lambda v, ref, at: service.clear(ref, at, v.get("sign_in", ""), v.get("passphrase", "")),
            "hand_over": lambda v, ref, at: service.hand_over(
                ref, HandOver(v["fields"], v["what"], v["to"], v["how"], v["at"], ""), at
            ),
            "tell": self._telling,
            "told": lambda v, ref, at: service.told(ref, v["at"], v["how"], at),
            "clarify": lambda v, ref, _at: service.clarify(ref, v["keys"], v["more"]),
            "refuse": lambda v, ref, at: service.refuse(
                ref, Refusal(v["reasons"], v["rule"], "", service.now(), v["done"]), at
            ),
            "close": lambda v, ref, at: service.close(ref, v["reason"], at),
            "reopen": lambda v, ref, at: service.reopen(ref, v["reason"], at),
            "hold": lambda v, ref, _at: service.hold(ref, v["reason"]),
            "withdraw_letter": lambda v, ref, at: service.withdraw(ref, v["number"], v["reason"], at),
            "sent": lambda v, _ref, _at: service.sent(v["number"], v["channel"], v["at"]),
        }

    def lists(self) -> Lists:
        """Return the active packs' closed lists as choices."""
        policy = self._policy()
        titles = body_titles(policy)
        third = sorted((Choice(one.id, titles[one.id]) for one in policy.recipients), key=lambda one: one.id == CARRIER)
        purposes = [Choice(one.id, one.title_in("en")) for one in policy.purposes]
        purposes += [Choice(MARKETING, self.tr("Marketing or advertising")), Choice(OTHER_PURPOSE, self.tr("Another"))]
        return Lists(
            tuple(Choice(one.id, one.title_in("en")) for one in policy.judicial_bodies),
            tuple(third),
            tuple(purposes),
            tuple(Choice(key, title) for key, title in categories(policy).items()),
        )

    # --- a new case ---

    def new(self, files: Sequence[Path]) -> None:
        """Ask who asks, then what the paper says; the files are attached to the case."""
        intro = self.tr("Attached: {0}.").format(", ".join(one.name for one in files)) if files else ""
        form = forms.who(self.lists(), self._policy().zone, self._draft("who"), intro)
        self._desk.ask_form(form, lambda values: self._ask_demand(str(values["who"]), files, intro), alone=True)

    def _ask_demand(self, who: str, files: Sequence[Path], intro: str) -> None:
        sort, _, body = who.partition(":")
        zone = self._policy().zone
        self._draft("who").keep({})
        form = forms.intake(sort, self.lists(), self._service.now(), zone, self._draft(f"new {sort}"), intro)

        def receive(values: Mapping[str, Any]) -> None:
            demand = forms.read_demand(sort, body, values)
            taken = Intake(demand, values["channel"], values["received"], values["language"])
            self._desk.run(lambda: self._service.receive(taken, files), self._done)

        self._desk.ask_form(form, receive, alone=True)

    def add_contact(self, body: str, agency: str, then: Callable[[Change], None]) -> None:
        """Add a number to our own directory."""
        form = forms.contact(self.lists().bodies, body, agency, self._policy().zone, self._draft("contact"))

        def add(v: Mapping[str, Any]) -> None:
            directory = self._service.directory
            self._desk.run(
                lambda: directory.add(v["body"], v["agency"], v["phone"], v["source"], v["address"], v["email"]), then
            )

        self._desk.ask_form(form, add)

    # --- steps ---

    def do(self, step: str, file: File) -> None:
        """Do a step at once, or open its form."""
        self._file = file
        case = file.case
        reference, version = case.reference, case.version
        if step == "acknowledge":
            title = self.tr("Making the letter")
            self._desk.run(lambda: self._service.acknowledge(reference), self._done, title=title)
        elif step == "papers":
            chosen = messages.choose_files(self._desk, self.tr("Add papers"), "*")
            if chosen:
                self._desk.run(lambda: self._service.attach(reference, chosen, version), self._done)
        elif step == "link":
            self._desk.run(lambda: self._service.persons.suggestions(case), self._ask_link)
        elif step == "call" and not self._contacts():
            self.add_contact(case.demand.body, case.demand.agency, self._done)
        else:
            form = self._form(step, file)
            self._desk.ask_form(form, lambda values: self._submit(step, reference, version, values))

    def _contacts(self) -> tuple[Any, ...]:
        return tuple(one for one in self._file.contacts if one.retired is None)

    def _form(self, step: str, file: File) -> Form:
        draft, zone, now = self._draft(step), self._policy().zone, self._service.now()
        names = categories(self._policy())
        match step:
            case "facts":
                return forms.correct(file.case.demand, self.lists(), zone, draft)
            case "call":
                return forms.call(self._contacts(), now, zone, draft)
            case "concerns":
                return forms.concerns(file, zone, draft)
            case "confirm":
                return forms.confirm(file, self.lists(), now, zone, draft)
            case "choose":
                return forms.choose(file, names, zone, draft)
            case "clear":
                author = file.case.choice.by if file.case.choice else ""
                own = "manager" in self._me.roles and self._me.id != author
                return forms.clear(file, names, own, zone, draft)
            case "hand_over":
                return forms.hand_over(file, names, now, zone, draft)
            case "tell":
                return forms.tell(now, zone, draft)
            case "told":
                return forms.told(now, zone, draft)
            case "clarify":
                return forms.clarify(file, zone, draft)
            case "refuse":
                return forms.refuse(file, zone, draft)
            case "withdraw_letter":
                return forms.withdraw_letter(file, zone, draft)
            case "sent":
                return forms.sent(file, now, zone, draft)
            case _:
                return forms.reason(*self._reasons()[step], zone, draft)

    def _reasons(self) -> dict[str, tuple[str, str, str]]:
        return {
            "withdraw": (self.tr("The buyer withdrew"), self.tr("How they said so"), self.tr("Record")),
            "hold": (self.tr("Place a hold"), self.tr("Why the data must be kept"), self.tr("Hold")),
            "close": (self.tr("Not pursued"), self.tr("Why the case ends here"), self.tr("Close")),
            "reopen": (self.tr("Take it up again"), self.tr("Why it is opened again"), self.tr("Reopen")),
        }

    def _ask_link(self, found: tuple[Match, ...]) -> None:
        case = self._file.case
        form = forms.link(found, self._policy().zone, self._draft("link"))
        self._desk.ask_form(form, lambda values: self._link(case.reference, case.version, values))

    def _link(self, reference: str, version: int, values: Mapping[str, Any]) -> None:
        if values["search"].strip():
            self._desk.run(lambda: self._service.persons.find(values["search"]), self._ask_link)
            return
        self._desk.run(lambda: self._service.link(reference, values["customer"], version), self._done)

    def _submit(self, step: str, reference: str, version: int, values: Mapping[str, Any]) -> None:
        title = self.tr("Making the letter") if step in ("clarify", "refuse") else ""
        self._desk.run(lambda: self._submits[step](values, reference, version), self._done, title=title)

    def _facts(self, values: Mapping[str, Any], reference: str, version: int) -> Change:
        now = self._file.case.demand
        return self._service.change_facts(
            reference, forms.read_demand(now.sort, now.body, values), values["reason"], version
        )

    def _confirmed(self, values: Mapping[str, Any], reference: str, version: int) -> Change:
        word = Confirmation(
            customer="", recipient=values["recipient"], purpose=values["purpose"], fields=values["fields"],
            given=values["given"], expires=forms.read_expiry(values, self._policy().zone),
            evidence=values["evidence"], how=values["how"], by="",
            purpose_words=values["purpose_words"],
        )  # fmt: skip
        return self._service.confirm(reference, word, version)

    def _telling(self, values: Mapping[str, Any], reference: str, version: int) -> Change:
        day = forms.midnight(values["not_before"], self._policy().zone)
        made = Telling(values["decision"], values["reason"], "", self._service.now(), day)
        return self._service.decide_telling(reference, made, version)


def _called(values: Mapping[str, Any]) -> str:
    if values["result"] != "nobody":
        return str(values["note"])
    return ". ".join(part for part in ("Nobody could say", values["note"]) if part)
