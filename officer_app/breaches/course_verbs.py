"""The verbs on the course of an incident: events, papers, measures, and complaints about it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from PySide6.QtCore import QObject

from officer_app.base.change import Change
from officer_app.breaches.event import Event
from officer_app.breaches.forms import form_of
from officer_app.breaches.tools import Tools
from officer_app.widgets import messages
from officer_app.widgets.forms import Choice, Field

VERBS = frozenset(
    {"event", "strike-event", "event-back", "attach", "proof", "measure", "measure-done", "complaint", "unlink"}
)  # fmt: skip


class CourseVerbs(QObject):
    """Turns such a step into a form and a form into a use case."""

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        self._tools = tools

    def do(self, step: str) -> None:
        """Do a step at once, or open its form; behind a colon is the number of what it is about."""
        verb, _, number = step.partition(":")
        tools, case = self._tools, self._tools.now.case
        course, reference, version = tools.service.course, case.reference, case.version
        match verb:
            case "event":
                self._ask_event(step, int(number or 0))
            case "strike-event":
                self._ask_strike(step, int(number))
            case "event-back":
                tools.run(lambda: course.put_event_back(reference, int(number), version))
            case "attach":
                self._attach()
            case "proof":
                self._prove(number)
            case "measure":
                self._ask_measure(step, int(number or 0))
            case "measure-done":
                words = (self.tr("The measure is done"), self.tr("What came of it"), self.tr("Record"))
                tools.ask_reason(
                    step, words, lambda why: course.finish_measure(reference, int(number), why, tools.now.case.version)
                )
            case "complaint":
                words = (self.tr("A complaint about it"), self.tr("Its reference"), self.tr("Link it"))
                tools.ask_reason(step, words, lambda text: course.link(reference, text, tools.now.case.version))
            case "unlink":
                self._ask_unlink(step, number)

    def _ask_event(self, step: str, number: int) -> None:
        tools, file = self._tools, self._tools.now
        known = next((each for each in file.case.events if each.number == number), None)
        papers = tuple(Choice(each.id, each.name) for each in file.evidence)
        fields = [
            Field("at", self.tr("When"), "moment", known.at if known else tools.service.now(), required=True),
            Field("estimated", self.tr("This time is estimated"), "check", known.estimated if known else False),
            Field("text", self.tr("What happened"), "lines", known.text if known else "", required=True, rows=3),
        ]
        if papers:
            chosen = known.evidence if known else ()
            fields.append(Field("evidence", self.tr("Papers that show it"), "checklist", chosen, papers))
        title = self.tr("Change the event") if known else self.tr("Add to the order of time")
        form = form_of(title, fields, self.tr("Keep it"), tools.draft(step), tools.policy().zone)

        def keep(values: Mapping[str, Any]) -> None:
            made = Event(number, values["at"], values["text"], values["estimated"], tuple(values.get("evidence", ())))
            case = tools.now.case
            tools.run(lambda: tools.service.course.add_event(case.reference, made, case.version))

        tools.ask(form, keep)

    def _ask_strike(self, step: str, number: int) -> None:
        tools = self._tools
        course, reference = tools.service.course, tools.now.case.reference

        def back() -> Change:
            return course.put_event_back(reference, number, tools.now.case.version)

        words = (self.tr("Strike the event off"), self.tr("Why it is wrong"), self.tr("Strike it off"))
        tools.ask_reason(
            step,
            words,
            lambda why: course.strike_event(reference, number, why, tools.now.case.version),
            undo=(self.tr("Put it back"), back),
        )

    def _ask_unlink(self, step: str, complaint: str) -> None:
        tools = self._tools
        course, reference = tools.service.course, tools.now.case.reference

        def back() -> Change:
            return course.link(reference, complaint, tools.now.case.version)

        title = self.tr("Unlink {0}").format(complaint)
        tools.ask_reason(
            step,
            (title, self.tr("Why it is not about this incident"), self.tr("Unlink it")),
            lambda why: course.unlink(reference, complaint, why, tools.now.case.version),
            undo=(self.tr("Link it again"), back),
        )

    def _attach(self) -> None:
        tools, reference = self._tools, self._tools.now.case.reference
        paths = messages.choose_files(tools.desk, self.tr("Add papers"), self.tr("All files (*)"))
        if paths:
            tools.run(lambda: tools.service.course.attach(reference, paths), self.tr("Adding papers"))

    def _prove(self, name: str) -> None:
        tools, case = self._tools, self._tools.now.case
        paths = messages.choose_files(tools.desk, self.tr("Proof of sending"), self.tr("All files (*)"))
        if paths:
            tools.run(
                lambda: tools.service.course.prove(case.reference, name, paths, case.version), self.tr("Adding papers")
            )

    def _ask_measure(self, step: str, number: int) -> None:
        tools, file = self._tools, self._tools.now
        known = next((each for each in file.case.tasks if each.number == number), None)
        owner, due = file.case.assignee or "", tools.service.now() + timedelta(days=7)
        people = tuple(Choice(key, name) for key, name in sorted(file.names.items(), key=lambda each: each[1]))
        fields = (
            Field("what", self.tr("What is to be done"), value=known.what if known else "", required=True),
            Field("owner", self.tr("Who does it"), "choice", known.owner if known else owner, people, required=True),
            Field("due", self.tr("By when"), "moment", known.due if known else due, required=True,
                  hint=self.tr("The date stands in the due list.")),
        )  # fmt: skip
        title, button = (self.tr("Change the measure"), self.tr("Change it")) if known else (
            self.tr("Set a measure"), self.tr("Set it")
        )  # fmt: skip
        form = form_of(title, fields, button, tools.draft(step), tools.policy().zone)

        def keep(values: Mapping[str, Any]) -> None:
            case, what = tools.now.case, values["what"]
            who, due, course = values["owner"], values["due"], tools.service.course
            if known is None:
                tools.run(lambda: course.add_measure(case.reference, what, who, due, case.version))
            else:
                tools.run(lambda: course.change_measure(case.reference, number, what, who, due, case.version))

        tools.ask(form, keep)
