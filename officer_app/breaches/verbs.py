"""The officer's and the manager's verbs on an incident: each asks what it needs, then calls one use case."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject

from officer_app.base.change import Change
from officer_app.breaches import forms
from officer_app.breaches.affected import Found
from officer_app.breaches.duty import INDIVIDUALS, NOTIFY, POLICE, LettersDraft, ReportDraft
from officer_app.breaches.forms import Draft
from officer_app.breaches.press import Printed
from officer_app.breaches.print_verbs import STEPS, PrintVerbs
from officer_app.breaches.queue import File
from officer_app.breaches.service import Breaches
from officer_app.breaches.texts import Variant
from officer_app.policy import severity
from officer_app.policy.book import Book
from officer_app.policy.severity import Answer
from officer_app.widgets.desk import DeskFrame
from officer_app.widgets.forms import Choice, Form
from officer_app.widgets.work import Job

Submit = Callable[[Mapping[str, Any]], None]


class Verbs(QObject):
    """Turns a step into a form and a form into a use case.

    `done` gets the Change, `printed` a finished run, `found` what a question found before it is frozen, and `show` a
    document that is no notice, with its title and file name.
    """

    def __init__(
        self,
        service: Breaches,
        desk: DeskFrame,
        policy: Callable[[], Book],
        draft: Callable[[str], Draft],
        done: Callable[[Change], None],
        printed: Callable[[Printed], None],
        found: Callable[[Found], None],
        show: Callable[[bytes, str, str], None],
    ) -> None:
        super().__init__(desk)
        self._service, self._desk, self._policy = service, desk, policy
        self._draft, self._done, self._found, self._show = draft, done, found, show
        self._printing = PrintVerbs(service, desk, policy, done, printed)

    def do(self, step: str, file: File) -> None:
        """Do a step at once, or open its form."""
        self._file = file
        reference = file.case.reference
        notices = self._service.notices
        match step:
            case "issue-report":
                self._run(lambda: notices.issue_report(reference), self.tr("Making the report"))
            case "preview-breach-police":
                self._preview(lambda: notices.preview_report(reference), self.tr("Police report"), "report")
            case "preview-breach-individuals":
                self._preview(lambda: notices.preview_letters(reference), self.tr("Letters, each kind once"), "letters")
            case "register":
                self._preview(lambda: self._service.register_sheet(reference), self.tr("Register sheet"), "register")
            case "report":
                self._desk.run(lambda: notices.propose_report(reference), self._ask_report)
            case "letters":
                self._desk.run(lambda: notices.propose_letters(reference), self._ask_letters)
            case "affected":
                self._desk.run(self._service.affected.unanswerable, self._ask_affected)
            case "approve-report":
                self._preview(lambda: notices.preview_report(reference), self.tr("Police report"), "report")
                self._ask_approval(POLICE, self.tr("Approve the report exactly as the preview shows it."))
            case "approve-letters":
                self._preview(lambda: notices.preview_letters(reference), self.tr("Letters, each kind once"), "letters")
                self._desk.run(lambda: notices.variants(reference), self._ask_letters_approval)
            case _ if step in STEPS:
                self._printing.do(step, file)
            case _:
                self._ask(step)

    # --- asking ---

    def _ask(self, step: str) -> None:
        case, zone, draft = self._file.case, self._policy().zone, self._draft(step)
        reference, version, service = case.reference, case.version, self._service
        form: Form
        submit: Submit
        match step:
            case "facts":
                known = tuple(Choice(each.id, each.title_in("en")) for each in self._policy().data_categories)
                form = forms.facts(case, known, zone, draft)
                submit = lambda v: self._run(  # noqa: E731  one step, one line
                    lambda: service.record_facts(reference, forms.to_facts(v, case.facts), version)
                )
            case "severity":
                form = forms.severity(severity.questions(), case, zone, draft)
                submit = lambda v: self._run(lambda: service.score(reference, _answers(v), version))  # noqa: E731
            case "decide":
                form = forms.decide(case, zone, draft)
                submit = lambda v: self._run(  # noqa: E731
                    lambda: service.decide(reference, v["duty"], v["decision"] == NOTIFY, v["reasons"], version)
                )
            case "elsewhere":
                form = forms.elsewhere(case, service.now(), zone, draft)
                submit = lambda v: self._run(  # noqa: E731
                    lambda: service.tell_elsewhere(
                        reference, v["duty"], v["channel"], v["at"], v["their_reference"], version
                    )
                )
            case "sent-report" | "sent-letters":
                form, submit = self._sent(step, draft)
            case _:
                form, submit = self._reason(step, draft)
        self._desk.ask_form(form, submit, alone=step in ("facts", "severity"))

    def _sent(self, step: str, draft: Draft) -> tuple[Form, Submit]:
        case, now = self._file.case, self._service.now()
        run = case.unsent
        report = step == "sent-report"
        number = case.duty(POLICE).notice if report else run.number if run else ""
        form = forms.sent(number, "in person" if report else "post", now, self._policy().zone, draft)
        return form, lambda v: self._run(
            lambda: self._service.sent(number, v["channel"], v["at"], v["their_reference"])
        )

    def _reason(self, step: str, draft: Draft) -> tuple[Form, Submit]:
        case, zone, service = self._file.case, self._policy().zone, self._service
        reference, version = case.reference, case.version
        match step:
            case "withdraw-report":
                words = (self.tr("Withdraw the report"), self.tr("Why it is wrong"), self.tr("Withdraw"))
                act: Callable[[str], Change] = lambda why: service.notices.withdraw_report(reference, why)  # noqa: E731
            case "void-run":
                words = (self.tr("Give up the print run"), self.tr("Why"), self.tr("Give it up"))
                act = lambda why: service.press.give_up_run(reference, why)  # noqa: E731
            case "conclude":
                words = (self.tr("Close the incident"), self.tr("What was learnt"), self.tr("Close it"))
                act = lambda why: service.conclude(reference, why, version)  # noqa: E731
            case _:
                words = (self.tr("Reopen"), self.tr("Why it is opened again"), self.tr("Reopen"))
                act = lambda why: service.reopen(reference, why, version)  # noqa: E731
        form = forms.reason(*words, zone, draft, required=step != "conclude")
        return form, lambda v: self._run(lambda: act(v["reason"]))

    def _ask_report(self, known: ReportDraft) -> None:
        case = self._file.case
        late = case.duty(POLICE).late(self._service.now())
        form = forms.report(case, known, self._policy().zone, self._draft("report"), late)
        self._desk.ask_form(form, self._keep_report, alone=True)

    def _keep_report(self, values: Mapping[str, Any]) -> None:
        case = self._file.case
        made = forms.to_report(values)
        self._run(lambda: self._service.notices.draft_report(case.reference, made, case.version, values["late_reason"]))

    def _ask_letters(self, known: LettersDraft) -> None:
        case = self._file.case
        late = case.duty(INDIVIDUALS).late(self._service.now())
        form = forms.letters(case, known, self._policy().zone, self._draft("letters"), late)

        def keep(values: Mapping[str, Any]) -> None:
            made = forms.to_letters(values, known)
            self._run(
                lambda: self._service.notices.draft_letters(case.reference, made, case.version, values["late_reason"])
            )

        self._desk.ask_form(form, keep, alone=True)

    # --- affected customers ---

    def _ask_affected(self, cannot: Mapping[str, str]) -> None:
        form = forms.affected(cannot, self._policy().zone, self._draft("affected"))
        self._desk.ask_form(form, self._count)

    def _count(self, values: Mapping[str, Any]) -> None:
        asked = forms.to_asked(values)

        def look(job: Job) -> Found:
            return self._service.affected.look(asked, job.cancelled)

        self._desk.run(look, self._found, title=self.tr("Counting customers"))

    def freeze(self, reference: str, found: Found) -> None:
        """Freeze whom a question found."""

        def op(job: Job) -> Change:
            return self._service.affected.freeze(reference, found.asked, job.progress, job.cancelled)

        self._desk.run(op, self._done, title=self.tr("Freezing the list"))

    # --- approving and printing ---

    def _ask_letters_approval(self, variants: tuple[Variant, ...]) -> None:
        titles = {each.id: each.title_in("en") for each in self._policy().data_categories}
        lines = [forms.variant(each, titles) for each in variants]
        lines.append(self.tr("The preview shows each of these letters once."))
        self._ask_approval(INDIVIDUALS, "\n".join(lines))

    def _ask_approval(self, name: str, intro: str) -> None:
        reference = self._file.case.reference
        sign_in, passphrase = self._service.notices.approvals.needs(self._file.case.duty(name))
        form = forms.approve(intro, sign_in, passphrase, self._policy().zone)

        def submit(values: Mapping[str, Any]) -> None:
            who, secret = values.get("sign_in", ""), values.get("passphrase", "")
            self._run(lambda: self._service.notices.approve(reference, name, who, secret))

        self._desk.ask_form(form, submit)

    def _preview(self, make: Callable[[], bytes], title: str, name: str) -> None:
        reference = self._file.case.reference

        def show(content: bytes) -> None:
            self._show(content, f"{title}, {reference}", f"{reference}-{name}.pdf")

        self._desk.run(make, show)

    def _run(self, op: Callable[[], Change], title: str = "") -> None:
        self._desk.run(op, self._done, title=title)


def _answers(values: Mapping[str, Any]) -> tuple[Answer, ...]:
    return tuple(
        Answer(question.id, values[question.id], values[f"{question.id}.reason"]) for question in severity.questions()
    )
