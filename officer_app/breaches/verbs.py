"""The officer's and the manager's verbs on an incident: each asks what it needs, then calls one use case."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject

from officer_app.base.change import Change
from officer_app.breaches import affected_verbs, course_verbs, forms, public_verbs, report_verbs, sign_verbs
from officer_app.breaches.affected import Found
from officer_app.breaches.affected_verbs import AffectedVerbs
from officer_app.breaches.course_verbs import CourseVerbs
from officer_app.breaches.duty import INDIVIDUALS, NOTIFY, LettersDraft
from officer_app.breaches.print_verbs import STEPS, PrintVerbs
from officer_app.breaches.public_verbs import PublicVerbs
from officer_app.breaches.queue import File
from officer_app.breaches.report_verbs import ReportVerbs
from officer_app.breaches.runner import Printed
from officer_app.breaches.sign_verbs import SignVerbs
from officer_app.breaches.texts import Variant
from officer_app.breaches.tools import Submit, Tools
from officer_app.policy import severity
from officer_app.policy.severity import Answer
from officer_app.widgets.forms import Choice, Form


class Verbs(QObject):
    """Turns a step into a form and a form into a use case.

    `printed` gets a finished run, `found` what a question found before it is frozen.
    """

    def __init__(self, tools: Tools, printed: Callable[[Printed], None], found: Callable[[Found], None]) -> None:
        super().__init__(tools)
        self._tools = tools
        self._service, self._desk, self._policy = tools.service, tools.desk, tools.policy
        self._reports, self._course, self._signing = ReportVerbs(tools), CourseVerbs(tools), SignVerbs(tools)
        self._public = PublicVerbs(tools)
        self._affected = AffectedVerbs(tools, found)
        self._printing = PrintVerbs(tools.service, tools.desk, tools.policy, tools.done, printed)

    @property
    def _file(self) -> File:
        return self._tools.now

    def do(self, step: str, file: File, found: Found | None = None) -> None:
        """Do a step at once, or open its form; `found` is what a question found, while it is shown."""
        self._tools.file = file
        verb = step.partition(":")[0]
        if verb in report_verbs.VERBS:
            self._reports.do(step)
        elif verb in affected_verbs.VERBS:
            self._affected.do(step, found)
        elif verb in sign_verbs.VERBS:
            self._signing.do(step)
        elif verb in course_verbs.VERBS:
            self._course.do(step)
        elif verb in public_verbs.VERBS:
            self._public.do(step)
        else:
            self._do(step, file.case.reference)

    def _do(self, step: str, reference: str) -> None:
        notices, tools = self._service.notices, self._tools
        match step:
            case "preview-letters":
                tools.preview(lambda: notices.preview_letters(reference), self.tr("Each letter once"), "letters")
            case "register":
                tools.preview(lambda: self._service.register_sheet(reference), self.tr("Register sheet"), "register")
            case "register-in":
                self._ask_register(reference)
            case "letters":
                tools.fetch(lambda: notices.propose_letters(reference), self._ask_letters)
            case "approve-letters":
                tools.preview(lambda: notices.preview_letters(reference), self.tr("Each letter once"), "letters")
                tools.fetch(lambda: notices.variants(reference), self._ask_letters_approval)
            case _ if step in STEPS:
                self._printing.do(step, self._file)
            case _:
                self._ask(step)

    def _ask_register(self, reference: str) -> None:
        tools, service = self._tools, self._service
        known = service.sheet_languages()
        languages = tuple(Choice(each, forms.tr(forms.LANGUAGES.get(each, each))) for each in known)
        form = forms.language(self.tr("Register sheet"), languages, self._policy().zone)

        def show(values: Mapping[str, Any]) -> None:
            self._desk.file.close_form()
            tools.preview(
                lambda: service.register_sheet(reference, values["language"]), self.tr("Register sheet"), "register"
            )

        self._desk.ask_form(form, show)

    # --- asking ---

    def _ask(self, step: str) -> None:
        case, zone, draft = self._file.case, self._policy().zone, self._tools.draft(step)
        reference, service = case.reference, self._service
        form: Form
        submit: Submit
        match step:
            case "facts":
                known = tuple(Choice(each.id, each.title_in("en")) for each in self._policy().data_categories)
                form = forms.facts(case, known, zone, draft)
                submit = lambda v: self._run(  # noqa: E731  one step, one line
                    lambda: service.record_facts(reference, forms.to_facts(v, case.facts), self._file.case.version)
                )
            case "severity":
                form = forms.severity(severity.questions(), case, zone, draft)
                submit = lambda v: self._run(lambda: service.score(reference, _answers(v), self._file.case.version))  # noqa: E731
            case "noticed":
                form = forms.noticed(case, zone, draft)
                submit = lambda v: self._run(  # noqa: E731
                    lambda: service.noticed.correct(reference, v["noticed"], v["reason"], self._file.case.version)
                )
            case "assign":
                form = forms.assign(self._file.names, case, zone, draft)
                submit = lambda v: self._run(  # noqa: E731
                    lambda: service.assign(reference, v["person"] or None, self._file.case.version)
                )
            case "decide":
                grounds = tuple(
                    Choice(each.id, each.title_in("en"))
                    for each in self._policy().grounds
                    if "no-individual-notice" in each.use
                )
                form = forms.decide(case, grounds, zone, draft)
                submit = lambda v: self._run(  # noqa: E731
                    lambda: service.decide(reference, v["duty"], v["decision"] == NOTIFY,
                                           forms.to_reasons(v, grounds), self._file.case.version)
                )  # fmt: skip
            case "elsewhere":
                form = forms.elsewhere(case, service.now(), zone, draft)
                submit = self._told_elsewhere
            case "sent-letters":
                form, submit = self._sent(draft)
            case _:
                form, submit = self._reason(step, draft)
        self._desk.ask_form(form, submit, alone=step in ("facts", "severity"))

    def _told_elsewhere(self, values: Mapping[str, Any]) -> None:
        service, name, tools = self._service, values["duty"], self._tools
        reference, version = self._file.case.reference, self._file.case.version

        def tell() -> Change:
            return service.tell_elsewhere(
                reference, name, values["channel"], values["at"], values["their_reference"], version, values["phases"],
                values.get("late_reason", ""),
            )  # fmt: skip

        def back() -> Change:
            return service.take_back_elsewhere(reference, name, self._file.case.version)

        tools.run(tell, undo=(self.tr("Take it back"), back))

    def _sent(self, draft: forms.Draft) -> tuple[Form, Submit]:
        run = self._file.case.unsent
        number = run.number if run else ""
        now = self._service.now()
        duty = self._file.case.duty(INDIVIDUALS)
        late = duty.late(now) and duty.sent is None and not duty.late_reason
        form = forms.sent(number, "post", now, self._policy().zone, draft, late)
        return form, lambda v: self._run(
            lambda: self._service.sent(number, v["channel"], v["at"], v["their_reference"], v.get("late_reason", ""))
        )

    def _reason(self, step: str, draft: forms.Draft) -> tuple[Form, Submit]:
        case, zone, service = self._file.case, self._policy().zone, self._service
        reference = case.reference
        match step:
            case "void-run":
                words = (self.tr("Give up the print run"), self.tr("Why"), self.tr("Give it up"))
                act: Callable[[str], Change] = lambda why: service.press.give_up_run(reference, why)  # noqa: E731
            case "conclude":
                words = (self.tr("Close the incident"), self.tr("What was learnt"), self.tr("Close it"))
                act = lambda why: service.conclude(reference, why, self._file.case.version)  # noqa: E731
            case _:
                words = (self.tr("Reopen"), self.tr("Why it is opened again"), self.tr("Reopen"))
                act = lambda why: service.reopen(reference, why, self._file.case.version)  # noqa: E731
        known = case.facts.lessons if step == "conclude" else ""
        form = forms.reason(*words, zone, draft, required=step != "conclude", known=known)
        return form, lambda v: self._run(lambda: act(v["reason"]))

    def _ask_letters(self, known: LettersDraft) -> None:
        case = self._file.case
        late = case.duty(INDIVIDUALS).late(self._service.now())
        form = forms.letters(case, known, self._policy().zone, self._tools.draft("letters"), late)

        def keep(values: Mapping[str, Any]) -> None:
            made = forms.to_letters(values, known)
            self._run(
                lambda: self._service.notices.draft_letters(case.reference, made, case.version, values["late_reason"])
            )

        self._desk.ask_form(form, keep, alone=True)

    # --- approving and printing ---

    def _ask_letters_approval(self, variants: tuple[Variant, ...]) -> None:
        titles = {each.id: each.title_in("en") for each in self._policy().data_categories}
        lines = [forms.variant(each, titles) for each in variants]
        lines.append(self.tr("The preview shows each of these letters once."))
        self._tools.ask_approval(self._file.case.duty(INDIVIDUALS), "\n".join(lines))

    def _run(self, op: Callable[[], Change], title: str = "") -> None:
        self._desk.run(op, self._tools.done, title=title)


def _answers(values: Mapping[str, Any]) -> tuple[Answer, ...]:
    return tuple(
        Answer(question.id, values[question.id], values[f"{question.id}.reason"]) for question in severity.questions()
    )
