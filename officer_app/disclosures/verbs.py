"""The officer's verbs on a disclosure: each asks what it needs in a form, then calls one use case."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from officer_app.base.change import Change
from officer_app.casebook.transaction import Actor
from officer_app.disclosures import entries, forms, giving
from officer_app.disclosures.demand import (
    CARRIER,
    MARKETING,
    OTHER_PURPOSE,
    Confirmation,
    Contact,
    Intake,
    Refusal,
    Telling,
)
from officer_app.disclosures.forms import Draft, Lists
from officer_app.disclosures.offer import Offer
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
            "cool": lambda v, ref, at: service.cool(ref, v["reason"], at),
            "ask_buyer": lambda v, ref, _at: service.ask_buyer(ref, v["storage"]),
            "choose": lambda v, ref, at: service.choose(ref, giving.chosen(v), v["reason"], at),
            "beyond": lambda v, ref, at: service.choose(ref, giving.chosen(v), v["reason"], at, v["beyond"]),
            "clear": lambda v, ref, at: service.clear(
                ref, at, v.get("sign_in", ""), v.get("passphrase", ""), v.get("override", "")
            ),
            "hand_over": lambda v, ref, at: service.hand_over(ref, v["to"], v["how"], v["at"], at),
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

    def add_contact(self, known: Contact, then: Callable[[Change], None]) -> None:
        """Add an entry to our own directory, or change a known one."""
        lists = self.lists()
        bodies = (*lists.bodies, *lists.recipients)
        form = entries.form(bodies, known, self._policy().zone, self._draft("contact"))
        directory = self._service.directory

        def save(values: Mapping[str, Any]) -> None:
            entry = entries.read(values)
            keep = (lambda: directory.change(known.id, entry)) if known.id else (lambda: directory.add(entry))
            self._desk.run(keep, then)

        self._desk.ask_form(form, save)

    # --- steps ---

    def seen(self, file: File) -> None:
        """Save what is typed on this version from now on."""
        self._file = file

    def do(self, step: str, file: File) -> None:
        """Do a step at once, or open its form."""
        self._file = file
        case, service = file.case, self._service
        reference, version = case.reference, case.version
        at_once: dict[str, Callable[[], Change]] = {
            "acknowledge": lambda: service.acknowledge(reference),
            "processor": lambda: service.answer_processor(reference),
            "notify": lambda: service.notify(reference),
            "make": lambda: service.make_files(reference, version),
        }
        if step in at_once:
            title = self.tr("Making the files") if step == "make" else self.tr("Making the letter")
            self._desk.run(at_once[step], self._done, title=title)
        elif step == "papers":
            chosen = messages.choose_files(self._desk, self.tr("Add papers"), "*")
            if chosen:
                self._desk.run(lambda: service.attach(reference, chosen, version), self._done)
        elif step == "link":
            self._desk.run(lambda: service.persons.suggestions(case), self._ask_link)
        elif step in ("choose", "beyond"):
            self._desk.run(lambda: service.offer(reference), lambda offer: self._ask_choice(step, offer))
        elif step == "call" and not self._contacts():
            known = replace(entries.BLANK, body=case.demand.body, agency=case.demand.agency)
            self.add_contact(known, self._done)
        else:
            self._ask(step, self._form(step, file))

    def _ask(self, step: str, form: Form) -> None:
        self._desk.ask_form(form, lambda values: self._submit(step, values))

    def _ask_choice(self, step: str, offer: Offer) -> None:
        names, zone = categories(self._policy()), self._policy().zone
        form = giving.choose(self._file, offer, names, zone, self._draft(step), beyond=step == "beyond")
        self._ask(step, form)

    def _contacts(self) -> tuple[Any, ...]:
        return tuple(one for one in self._file.contacts if one.retired is None)

    def _form(self, step: str, file: File) -> Form:
        draft, zone, now = self._draft(step), self._policy().zone, self._service.now()
        match step:
            case "facts":
                return forms.correct(file.case.demand, self.lists(), zone, draft)
            case "call":
                return forms.call(self._contacts(), now, zone, draft)
            case "concerns":
                return forms.concerns(file, zone, draft)
            case "confirm":
                return forms.confirm(file, self.lists(), now, zone, draft)
            case "cool":
                return giving.cool(file, zone, draft)
            case "ask_buyer":
                return giving.ask_buyer(file, zone, draft)
            case "clear":
                author = file.case.choice.by if file.case.choice else ""
                own = "manager" in self._me.roles and self._me.id != author
                return giving.clear(file, own, zone, draft)
            case "hand_over":
                return giving.hand_over(file, now, zone, draft)
            case "tell":
                return giving.tell(now, zone, draft)
            case "told":
                return giving.told(now, zone, draft)
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
        form = forms.link(found, self._policy().zone, self._draft("link"))
        self._desk.ask_form(form, self._link)

    def _found(self, matches: tuple[Match, ...]) -> None:
        """Offer what the shop found in the same form, with the search emptied."""
        draft = replace(self._draft("link"), restored={})
        self._desk.ask_form(forms.link(matches, self._policy().zone, draft), self._link)

    def _link(self, values: Mapping[str, Any]) -> None:
        case, text = self._file.case, values["search"].strip()
        if text:
            self._desk.run(lambda: self._service.persons.find(text), self._found)
            return
        self._desk.run(lambda: self._service.link(case.reference, values["customer"], case.version), self._done)

    def _submit(self, step: str, values: Mapping[str, Any]) -> None:
        case = self._file.case
        title = self.tr("Making the letter") if step in ("clarify", "refuse", "ask_buyer") else ""
        self._desk.run(lambda: self._submits[step](values, case.reference, case.version), self._done, title=title)

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
            purpose_words=values["purpose_words"], orders=forms.numbers(values["orders"]),
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
