"""The verbs of a print run: print, go on, print again, and note what the post brought back."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.breaches import print_forms
from officer_app.breaches.queue import File
from officer_app.breaches.rules import Run
from officer_app.breaches.runner import Printed
from officer_app.breaches.service import Breaches
from officer_app.notices.volume_pace import Pace
from officer_app.policy.book import Book
from officer_app.widgets import messages
from officer_app.widgets.desk import DeskFrame
from officer_app.widgets.forms import Form
from officer_app.widgets.work import Job

STEPS = frozenset({"print", "print-elsewhere", "print-again", "posted", "returned"})
Print = Callable[[Callable[[int, int], None], Callable[[], bool]], Printed]


class PrintVerbs(QObject):
    """Asks how and where to print, and shows how far it is; `done` gets a Change, `printed` a finished run."""

    def __init__(
        self,
        service: Breaches,
        desk: DeskFrame,
        policy: Callable[[], Book],
        done: Callable[[Change], None],
        printed: Callable[[Printed], None],
    ) -> None:
        super().__init__(desk)
        self._service, self._desk, self._policy, self._done, self._printed = service, desk, policy, done, printed

    def do(self, step: str, file: File) -> None:
        """Do a step, or open its form."""
        self._file = file
        zone, runs = self._policy().zone, finished(file)
        match step:
            case "print" if file.case.unfinished is None:
                waiting = file.case.unprinted
                form = print_forms.printing(waiting.writable if waiting is not None else 0, zone)
                self._desk.ask_form(form, self._begin)
            case "print":
                self._go_on(Path(file.case.unfinished.folder) if file.case.unfinished else Path())
            case "print-elsewhere":
                self._go_on(None)
            case "print-again":
                self._desk.ask_form(print_forms.again(runs, file.letters, zone), self._again)
            case "posted":
                unsent = [run for run in runs if run.sent is None]
                self._desk.ask_form(print_forms.posted(unsent, self._service.now(), zone), self._post)
            case _:
                self._desk.ask_form(print_forms.returned(runs, zone), self._note)

    def _folder(self) -> Path | None:
        """Return the folder that was chosen; None when that was not said, the form stays then."""
        folder = messages.choose_folder(self._desk, self.tr("Folder for the print files"))
        form = self._desk.file.form
        if folder is None and isinstance(form, Form):
            form.set_busy(False)
        return folder

    # --- printing ---

    def _begin(self, values: Mapping[str, Any]) -> None:
        reference, duplex, separate = self._file.case.reference, values["duplex"], values["separate"]
        folder = self._folder()
        if folder is None:
            return

        def start(progress: Callable[[int, int], None], cancelled: Callable[[], bool]) -> Printed:
            return self._service.print_letters(
                reference, folder, per_volume=values["per_volume"], duplex=duplex, separate=separate,
                progress=progress, cancelled=cancelled,
            )  # fmt: skip

        self._run(start)

    def _go_on(self, folder: Path | None) -> None:
        """Take up the interrupted run in its folder; a folder that is gone, or is none any more, is chosen anew."""
        if folder is None or not folder.is_dir():
            folder = self._folder()
        if folder is None:
            return
        reference, out = self._file.case.reference, folder

        def start(progress: Callable[[int, int], None], cancelled: Callable[[], bool]) -> Printed:
            return self._service.print_letters(reference, out, progress=progress, cancelled=cancelled)

        self._run(start)

    def _again(self, values: Mapping[str, Any]) -> None:
        reference, number = self._file.case.reference, values["run"]
        try:
            wanted = print_forms.to_wanted(values)
        except KnownError as fault:
            self._desk.show_trouble(fault)
            return
        folder = self._folder()
        if folder is None:
            return

        def start(progress: Callable[[int, int], None], cancelled: Callable[[], bool]) -> Printed:
            return self._service.again.print_again(
                reference, wanted, folder, number=number, progress=progress, cancelled=cancelled
            )

        self._run(start)

    def _run(self, start: Print) -> None:
        def op(job: Job) -> Printed:
            pace = Pace()

            def progress(done: int, total: int) -> None:
                job.progress(done, total, pace.hear(done, total), pace.seconds_left)

            return start(progress, job.cancelled)

        self._desk.file.close_form()
        self._desk.run(op, self._printed, title=self.tr("Printing letters of {0}").format(self._file.case.reference))

    # --- the post ---

    def _post(self, values: Mapping[str, Any]) -> None:
        reference, number, volumes = self._file.case.reference, values["run"], values["volumes"]
        at, undo = values["at"], values["undo"]
        self._desk.run(lambda: self._service.post.note_posted(reference, number, volumes, at, undo=undo), self._done)

    def _note(self, values: Mapping[str, Any]) -> None:
        reference, number, text = self._file.case.reference, values["run"], values["numbers"]
        why, undo = values["why"], values["undo"]
        self._desk.run(
            lambda: self._service.post.note_returned(reference, number, text, why, undo=undo).change, self._done
        )


def finished(file: File) -> tuple[Run, ...]:
    """Return the runs that are through, the oldest first."""
    return tuple(run for run in file.case.runs if run.finished)
