"""What who signs does with letters: look at any of them, and print all, a volume or a range on a printer."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject

from officer_app.breaches.print_verbs import finished
from officer_app.breaches.signing import Shown
from officer_app.breaches.tools import Tools
from officer_app.notices.volume_pace import Pace
from officer_app.widgets import messages
from officer_app.widgets.forms import Choice, Field, Form
from officer_app.widgets.work import Job

VERBS = frozenset({"find-letter", "print-paper"})


class _Pages(Job):
    """Prints one piece of a longer job: stops with it, and leaves its progress alone."""

    def __init__(self, whole: Job) -> None:
        super().__init__()
        self._whole = whole

    def progress(self, done: int, total: int = 0, text: str = "", left: float | None = None) -> None:
        """Say nothing: the letters are counted, not the pages."""

    def cancelled(self) -> bool:
        """Whether the whole job was cancelled."""
        return self._whole.cancelled()

    def check(self) -> None:
        """Stop with the whole job."""
        self._whole.check()


class SignVerbs(QObject):
    """Turns such a step into a form and a form into letters on the screen or on paper."""

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        self._tools = tools

    def do(self, step: str) -> None:
        """Open the form of a step."""
        if step == "find-letter":
            self._ask_letter()
        else:
            self._ask_paper()

    def _ask_letter(self) -> None:
        tools = self._tools
        hint = self.tr("A part of the name, or the number of a letter, such as 7.")
        field = Field("wanted", self.tr("Whose letter"), required=True, hint=hint)
        form = Form(self.tr("Look at a letter"), (field,), submit=self.tr("Show it"), zone=tools.policy().zone)

        def look(values: Mapping[str, Any]) -> None:
            reference, wanted = tools.now.case.reference, values["wanted"]
            tools.desk.run(
                lambda job: tools.service.signing.find(reference, wanted, job.cancelled, job.progress),
                lambda shown: self._show(shown, reference),
                title=self.tr("Looking for the letter"),
            )

        tools.ask(form, look)

    def _show(self, shown: Shown, reference: str) -> None:
        tools = self._tools
        tools.desk.file.close_form()
        title = self.tr("{0} letters, {1}").format(f"{shown.found:,}", reference)
        tools.show(shown.content, title, f"{reference}-letters.pdf")

    def _ask_paper(self) -> None:
        tools, file = self._tools, self._tools.now
        runs = finished(file)
        choices = tuple(Choice(run.number, f"{run.number}: {run.letters:,}") for run in runs)
        kinds = (
            Choice("all", self.tr("All letters")),
            Choice("volume", self.tr("One volume")),
            Choice("numbers", self.tr("The letters with these numbers")),
        )
        fields = (
            Field("run", self.tr("Print run"), "choice", runs[-1].number if runs else "", choices, required=True),
            Field("which", self.tr("Which"), "choice", "all", kinds, required=True),
            Field("volume", self.tr("Volume"), "number", 1, hint=self.tr("Only for one volume.")),
            Field("numbers", self.tr("Numbers"), placeholder=self.tr("As 3, 7-20")),
        )
        intro = self.tr("They come from the frozen list and the text as it was signed.")
        submit = self.tr("Choose the printer")
        form = Form(self.tr("Print on a printer"), fields, submit=submit, intro=intro, zone=tools.policy().zone)
        tools.ask(form, self._print)

    def _print(self, values: Mapping[str, Any]) -> None:
        tools, form = self._tools, self._tools.desk.file.form
        printer = messages.choose_printer(tools.desk)
        if printer is None:
            if isinstance(form, Form):
                form.set_busy(False)
            return
        reference, signing = tools.now.case.reference, tools.service.signing
        number, which, volume, text = values["run"], values["which"], values["volume"], values["numbers"]

        def op(job: Job) -> int:
            from officer_app.widgets.paper import Paper  # noqa: PLC0415  loads only when something is printed

            run, wanted = signing.chosen(reference, number, which, volume, text)
            pace = Pace()

            def progress(done: int, total: int) -> None:
                job.progress(done, total, pace.hear(done, total), pace.seconds_left)

            with Paper(printer, _Pages(job)) as paper:
                return signing.print_on(paper, reference, run, wanted, progress)

        tools.desk.run(op, self._printed, title=self.tr("Printing letters of {0}").format(reference))

    def _printed(self, letters: int) -> None:
        form = self._tools.desk.file.form
        if isinstance(form, Form) and not form.submit_button.isEnabled():  # another one is being typed into
            self._tools.desk.file.close_form()
        self._tools.desk.file.news.show_news(self.tr("{0} letters are printed.").format(f"{letters:,}"), "green")
