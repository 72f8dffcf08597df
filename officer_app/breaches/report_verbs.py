"""The verbs on what is told to police and authorities; a step is a verb, or a verb and the duty behind a colon."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject

from officer_app.breaches import forms, report_forms, steps
from officer_app.breaches.clocks import Also
from officer_app.breaches.duty import POLICE, Duty, ReportDraft
from officer_app.breaches.tools import Tools

VERBS = frozenset(
    {
        "report",
        "supplement",
        "approve-report",
        "issue-report",
        "sent-report",
        "withdraw-report",
        "preview",
        "also",
        "theirs",
        "why-late",
        "correct-sent",
    }
)


class ReportVerbs(QObject):
    """Turns such a step into a form and a form into a use case."""

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        self._tools = tools

    def do(self, step: str) -> None:
        """Do a step at once, or open its form."""
        verb, _, name = step.partition(":")
        tools, case = self._tools, self._tools.now.case
        reference, reports = case.reference, tools.service.reports
        if verb == "also":
            tools.fetch(lambda: tools.service.others(reference), self._ask_also)
            return
        if verb == "correct-sent":
            self._ask_correction(step, name)
            return
        duty = case.duty(name or POLICE)
        match verb:
            case "report":
                tools.fetch(lambda: reports.propose(reference, duty.duty), lambda known: self._ask(duty, known))
            case "supplement":
                tools.fetch(
                    lambda: reports.propose(reference, duty.duty), lambda to: self._ask_supplement(step, duty, to)
                )
            case "preview":
                tools.preview(lambda: reports.preview(reference, duty.duty), steps.titled(duty).capitalize(), "report")
            case "approve-report":
                tools.preview(lambda: reports.preview(reference, duty.duty), steps.titled(duty).capitalize(), "report")
                tools.ask_approval(duty, self.tr("Approve it exactly as the preview shows it."))
            case "issue-report":
                tools.run(lambda: reports.issue(reference, duty.duty), self.tr("Making the report"))
            case "sent-report":
                self._ask_sent(step, duty)
            case "theirs":
                words = (self.tr("Their reference"), self.tr("The number they gave it"), self.tr("Record"))
                tools.ask_reason(
                    step, words, lambda said: reports.refer(reference, duty.duty, said, tools.now.case.version)
                )
            case "why-late":
                words = (self.tr("Why it was late"), self.tr("Reason for the delay"), self.tr("Record"))
                tools.ask_reason(
                    step, words,
                    lambda why: tools.service.noticed.explain(reference, duty.duty, why, tools.now.case.version),
                )  # fmt: skip
            case "withdraw-report":
                words = (self.tr("Withdraw the report"), self.tr("Why it is wrong"), self.tr("Withdraw"))
                tools.ask_reason(step, words, lambda why: reports.withdraw(reference, why, duty.duty))

    def _ask(self, duty: Duty, known: ReportDraft) -> None:
        tools, file = self._tools, self._tools.now
        late = duty.late(tools.service.now())
        draft = tools.draft(steps.of_duty("report", duty))
        form = report_forms.report(file.case, duty, known, file.evidence, tools.policy().zone, draft, late)

        def keep(values: Mapping[str, Any]) -> None:
            made, case = report_forms.to_report(values, known), tools.now.case
            why = values["late_reason"]
            tools.run(lambda: tools.service.reports.draft(case.reference, made, case.version, why, duty.duty))

        tools.ask(form, keep, alone=True)

    def _ask_supplement(self, step: str, duty: Duty, to: ReportDraft) -> None:
        tools = self._tools
        form = report_forms.supplement(duty, to, tools.now.evidence, tools.policy().zone, tools.draft(step))

        def keep(values: Mapping[str, Any]) -> None:
            made, case = report_forms.to_supplement(values), tools.now.case
            whom = report_forms.to_addressee(values)
            tools.run(lambda: tools.service.reports.draft_supplement(
                case.reference, duty.duty, made, case.version, whom
            ))  # fmt: skip

        tools.ask(form, keep, alone=True)

    def _ask_sent(self, step: str, duty: Duty) -> None:
        tools, number = self._tools, duty.paper.notice
        now = tools.service.now()
        late = duty.sent is None and duty.late(now) and not duty.late_reason
        form = forms.sent(number, "in person", now, tools.policy().zone, tools.draft(step), late)
        tools.ask(form, lambda v: tools.run(
            lambda: tools.service.sent(number, v["channel"], v["at"], v["their_reference"], v.get("late_reason", ""))
        ))  # fmt: skip

    def _ask_correction(self, step: str, number: str) -> None:
        tools, file = self._tools, self._tools.now
        notice = next(one for one in file.notices if one.number == number)
        met = [each for each in file.case.duties if each.sent is not None and each.sent == notice.sent]
        form = forms.sent_again(notice, tools.policy().zone, tools.draft(step), any(not one.late_reason for one in met))

        def correct(values: Mapping[str, Any]) -> None:
            case, why, late = tools.now.case, values["reason"], values.get("late_reason", "")
            tools.run(lambda: tools.service.correcting.sent(
                case.reference, number, values["channel"], values["at"], why, case.version, late
            ))  # fmt: skip

        tools.ask(form, correct)

    def _ask_also(self, found: tuple[Also, ...]) -> None:
        tools = self._tools
        if not found:
            tools.desk.file.news.show_news(self.tr("The active packs name nobody else who may have to be told."))
            return
        form = report_forms.also(found, tools.service.now(), tools.policy().zone, tools.draft("also"))

        def start(values: Mapping[str, Any]) -> None:
            case = tools.now.case
            rule, since, why = values["rule"], values["start"], values["reasons"]
            tools.run(lambda: tools.service.also(case.reference, rule, since, why, case.version))

        tools.ask(form, start)
