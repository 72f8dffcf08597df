"""The officer's verbs on a complaint: each asks what it needs in a form, then calls one use case."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject

from officer_app.base.change import Change
from officer_app.complaints import forms, rules
from officer_app.complaints.forms import Draft
from officer_app.complaints.queue import File
from officer_app.complaints.rules import Decision
from officer_app.complaints.service import Complaints
from officer_app.policy.book import Book
from officer_app.shop.facts import Match
from officer_app.widgets.desk import DeskFrame
from officer_app.widgets.forms import Choice, Form


def kinds(policy: Book) -> dict[str, str]:
    """Return the names of all kinds of complaint and request by id."""
    return {one.id: one.title_in("en") for one in (*policy.complaint_kinds, *policy.request_kinds)}


class Verbs(QObject):
    """Turns a step into a form and a form into a use case; `done` gets the Change."""

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

    def do(self, step: str, file: File) -> None:
        """Do a step at once, or open its form."""
        self._file = file
        reference, version = file.case.reference, file.case.version
        match step:
            case "acknowledge":
                self._desk.run(
                    lambda: self._service.acknowledge(reference), self._done, title=self.tr("Making the letter")
                )
            case "link":
                self._desk.run(lambda: self._service.requesters.suggestions(file.case), self._ask_link)
            case "breach":
                self._ask_reason(
                    step, self.tr("This is a breach"), self.tr("What happened"), self.tr("Log the incident")
                )
            case "hold":
                self._ask_reason(step, self.tr("Place a hold"), self.tr("Why the data must be kept"), self.tr("Hold"))
            case "close":
                why = self.tr("Why no letter is needed")
                self._ask_reason(step, self.tr("Close without a letter"), why, self.tr("Close"))
            case "reopen":
                self._ask_reason(step, self.tr("Reopen"), self.tr("Why it is opened again"), self.tr("Reopen"))
            case _:
                self._desk.ask_form(
                    self._form(step, file), lambda values: self._submit(step, reference, version, values)
                )

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
            case "change_kind":
                choices = tuple(Choice(key, title) for key, title in kinds(self._policy()).items())
                return forms.kind(choices, file.case.kind, zone, draft)
            case _:
                return forms.sent(file, self._service.now(), zone, draft)

    def _ask_reason(self, step: str, title: str, label: str, submit: str) -> None:
        case = self._file.case
        form = forms.reason(title, label, submit, self._policy().zone, self._draft(step))
        self._desk.ask_form(form, lambda values: self._submit(step, case.reference, case.version, values))

    def _ask_link(self, found: tuple[Match, ...]) -> None:
        case = self._file.case
        form = forms.link(found, self._policy().zone, self._draft("link"))
        self._desk.ask_form(form, lambda values: self._submit("link", case.reference, case.version, values))

    def _submit(self, step: str, reference: str, version: int, values: Mapping[str, Any]) -> None:
        service = self._service
        reason = values.get("reason", "")
        if step == "link" and values["search"].strip():
            self._desk.run(lambda: service.requesters.find_customers(values["search"]), self._ask_link)
            return
        match step:
            case "link":
                self._desk.run(lambda: service.link(reference, values["customer"], version), self._done)
            case "identify":
                claims = {key: values[key] for key in forms.FACTS}
                method, note = values["method"], values["note"]
                self._desk.run(lambda: service.identify(reference, claims, method, note, version), self._done)
            case "reply" | "refuse" | "refer":
                outcome = {"reply": rules.REPLY, "refuse": rules.REFUSAL, "refer": rules.REFERRAL}[step]
                self._decide(Decision(outcome, values["reasons"]), values, reference, version)
            case "change_kind":
                self._desk.run(lambda: service.change_kind(reference, values["kind"], reason, version), self._done)
            case "breach":
                self._desk.run(lambda: service.report_breach(reference, reason, version), self._done)
            case "hold":
                self._desk.run(lambda: service.hold(reference, reason), self._done)
            case "close":
                self._desk.run(lambda: service.close_without_letter(reference, reason, version), self._done)
            case "reopen":
                self._desk.run(lambda: service.reopen(reference, reason, version), self._done)
            case "sent":
                number, channel, at = values["number"], values["channel"], values["at"]
                self._desk.run(lambda: service.sent(number, channel, at), self._done)

    def _decide(self, made: Decision, values: Mapping[str, Any], reference: str, version: int) -> None:
        wanted = {key: values[key] for key in ("finding", "rule", "done", "guidance", "authority") if key in values}
        decision = replace(made, **wanted)
        self._desk.run(
            lambda: self._service.decide(reference, decision, version), self._done, title=self.tr("Making the letter")
        )
