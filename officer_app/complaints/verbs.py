"""The officer's verbs on a complaint: each asks what it needs in a form, then calls one use case."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject

from officer_app.base.change import Change
from officer_app.complaints import forms, matter_forms, rules
from officer_app.complaints.forms import Draft
from officer_app.complaints.queue import File
from officer_app.complaints.rules import Decision
from officer_app.complaints.service import Complaints
from officer_app.policy.book import Book
from officer_app.policy.deadline import Deadline
from officer_app.shop.facts import Match
from officer_app.widgets.desk import DeskFrame
from officer_app.widgets.forms import Choice, Form

_OUTCOMES = {"reply": rules.REPLY, "refuse": rules.REFUSAL, "refer": rules.REFERRAL}


def kinds(policy: Book) -> dict[str, str]:
    """Return the names of all kinds of complaint and request by id."""
    return {one.id: one.title_in("en") for one in (*policy.complaint_kinds, *policy.request_kinds)}


class Verbs(QObject):
    """Turns a step into a form and a form into a use case; `done` gets the Change.

    What is typed is saved on the version that the officer saw; `seen` tells which one that is after a conflict.
    """

    def __init__(
        self,
        service: Complaints,
        desk: DeskFrame,
        policy: Callable[[], Book],
        draft: Callable[[str], Draft],
        done: Callable[[Change], None],
    ) -> None:
        super().__init__(desk)
        self._service, self._desk, self._policy = service, desk, policy
        self._draft, self._done = draft, done
        self._file: File

    def seen(self, file: File) -> None:
        """Save what is typed on this version from now on."""
        self._file = file

    def do(self, step: str, file: File) -> None:
        """Do a step at once, or open its form."""
        self._file = file
        reference = file.case.reference
        match step:
            case "acknowledge":
                making = self.tr("Making the letter")
                self._desk.run(lambda: self._service.acknowledge(reference), self._done, title=making)
            case "link":
                self._desk.run(lambda: self._service.requesters.suggestions(file.case), self._ask_link)
            case "assign":
                self._desk.run(self._service.people, self._ask_assign)
            case "deadline":
                self._desk.run(lambda: self._service.other_deadlines(file.case.reference), self._ask_deadline)
            case _:
                self._ask(step, self._form(step, file))

    def _ask(self, step: str, form: Form) -> None:
        self._desk.ask_form(form, lambda values: self._submit(step, values))

    def _form(self, step: str, file: File) -> Form:
        draft, zone = self._draft(step), self._policy().zone
        match step:
            case "identify":
                return forms.identify(zone, draft)
            case "reply":
                return forms.reply(file, zone, draft)
            case "refuse":
                return forms.refuse(zone, draft)
            case "refer":
                known = tuple(Choice(one.id, one.title_in("en")) for one in self._policy().authorities)
                return forms.refer(known, zone, draft)
            case "change":
                choices = tuple(Choice(key, title) for key, title in kinds(self._policy()).items())
                return forms.change(choices, file.case, zone, draft)
            case "withdraw":
                return forms.withdraw(file, zone, draft)
            case "merge" | "split" | "tie":
                return matter_forms.form(step, file, kinds(self._policy()), zone, draft)
            case "sent":
                return forms.sent(file, self._service.now(), zone, draft)
            case _:
                return forms.reason(*self._asked(step), zone, draft)

    def _asked(self, step: str) -> tuple[str, str, str]:
        """Return title, question and button of a step that needs one reason."""
        return {
            "breach": (self.tr("This is a breach"), self.tr("What happened"), self.tr("Log the incident")),
            "hold": (self.tr("Place a hold"), self.tr("Why the data must be kept"), self.tr("Hold")),
            "close": (self.tr("Close without a letter"), self.tr("Why no letter is needed"), self.tr("Close")),
            "reopen": (self.tr("Reopen"), self.tr("Why it is opened again"), self.tr("Reopen")),
        }[step]

    def _ask_link(self, found: tuple[Match, ...]) -> None:
        self._ask("link", forms.link(found, self._policy().zone, self._draft("link")))

    def _ask_assign(self, people: dict[str, str]) -> None:
        self._ask("assign", forms.assign(people, self._file.case, self._policy().zone, self._draft("assign")))

    def _ask_deadline(self, found: tuple[Deadline, ...]) -> None:
        self._ask("deadline", forms.deadline(found, self._policy().zone, self._draft("deadline")))

    def _submit(self, step: str, values: Mapping[str, Any]) -> None:
        case, service = self._file.case, self._service
        if step == "link" and values["search"]:
            text = values["search"]
            self._desk.run(lambda: service.requesters.find_customers(text), self._found)
        elif step in _OUTCOMES:
            wanted = {key: values[key] for key in ("finding", "rule", "done", "guidance", "authority") if key in values}
            decision = replace(Decision(_OUTCOMES[step], values["reasons"]), **wanted)
            making = self.tr("Making the letter")
            self._desk.run(lambda: service.decide(case.reference, decision, case.version), self._done, title=making)
        else:
            self._desk.run(lambda: self._use_case(step, case.reference, case.version, values), self._done)

    def _found(self, matches: tuple[Match, ...]) -> None:
        """Offer what the shop found in the same form, with the search emptied."""
        self._ask("link", forms.link(matches, self._policy().zone, replace(self._draft("link"), restored={})))

    def _use_case(self, step: str, reference: str, version: int, values: Mapping[str, Any]) -> Change:
        service, reason = self._service, values.get("reason", "")
        match step:
            case "link":
                return service.link(reference, values["customer"], version)
            case "identify":
                claims = {key: values[key] for key in rules.FACTS}
                return service.identify(reference, claims, values["method"], values["note"], version)
            case "change":
                return service.change(reference, values["kind"], values["language"], reason, version)
            case "deadline":
                return service.deviate(reference, values["pack"], reason, version)
            case "assign":
                person = None if values["person"] == rules.NOBODY else values["person"]
                return service.assign(reference, person, version)
            case "withdraw":
                return service.withdraw(reference, values["number"], reason, version)
            case "breach":
                return service.report_breach(reference, reason, version)
            case "hold":
                return service.hold(reference, reason)
            case "close":
                return service.close_without_letter(reference, reason, version)
            case "reopen":
                return service.reopen(reference, reason, version)
            case "merge" | "split" | "tie":
                return matter_forms.use(step, service.merging, replace(self._file.case, version=version), values)
            case _:
                return service.sent(values["number"], values["channel"], values["at"])
