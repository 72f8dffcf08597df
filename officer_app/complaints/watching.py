"""Looks into the watched folder from time to time, and at once when the system says that something changed."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QFileSystemWatcher, QObject, QTimer

from officer_app.base.errors import KnownError
from officer_app.complaints.intake import TakenIn
from officer_app.complaints.mailbox import Mailbox
from officer_app.widgets.desk import DeskFrame
from officer_app.widgets.forms import Field, Form
from officer_app.widgets.work import Job

_EVERY: Final = 15_000  # ms; a network folder tells nobody what changed in it
_SOON: Final = 2_500  # ms after a change, when the file has been written


def _tr(text: str) -> str:
    return QCoreApplication.translate("complaints", text)


class Watching(QObject):
    """Fetches in the background, one look at a time; `taken(results)` is called when something came."""

    def __init__(self, desk: DeskFrame, mailbox: Mailbox, taken: Callable[[tuple[TakenIn, ...]], None]) -> None:
        super().__init__(desk)
        self._desk, self._mailbox, self._taken = desk, mailbox, taken
        self.folder: Path | None = None
        self._looking = False
        self._trouble = ""
        self._watcher = QFileSystemWatcher(self)
        self._every, self._soon = QTimer(self), QTimer(self)
        self._every.setInterval(_EVERY)
        self._soon.setInterval(_SOON)
        self._soon.setSingleShot(True)
        self._watcher.directoryChanged.connect(lambda _path: self._soon.start())
        for timer in (self._every, self._soon):
            timer.timeout.connect(self.look)

    def begin(self) -> None:
        """Read which folder is watched, and look into it."""
        self._desk.run(self._mailbox.folder, self._use)

    def _use(self, folder: Path | None) -> None:
        if folder == self.folder:
            return
        if self._watcher.directories():
            self._watcher.removePaths(self._watcher.directories())
        self.folder = folder
        if folder is None:
            self._every.stop()
            return
        self._watcher.addPath(str(folder))
        self._every.start()
        self.look()

    def look(self) -> None:
        """Take in what is new, unless a look is under way."""
        if self._looking or self.folder is None:
            return
        self._looking = True

        def fetch(job: Job) -> tuple[TakenIn, ...]:
            return self._mailbox.fetch(job.progress, job.cancelled)

        self._desk.work.run(fetch, self._fetched, self._failed, owner=self)

    def _fetched(self, results: tuple[TakenIn, ...]) -> None:
        self._looking, self._trouble = False, ""
        if results:
            self._taken(results)
            self._soon.start()  # a file that was still being written is looked at again soon

    def _failed(self, error: KnownError) -> None:
        self._looking = False
        if str(error) != self._trouble:  # said once, not every few seconds
            self._trouble = str(error)
            self._desk.news.show_trouble(error)

    def ask(self) -> None:
        """Ask which folder to watch."""
        field = Field("path", _tr("Folder"), value=str(self.folder or ""), placeholder=_tr("Leave empty to stop"))
        intro = _tr("Mail files (.eml) in this folder become cases by themselves. No file is moved or deleted.")
        form = Form(_tr("Watch a folder"), (field,), submit=_tr("Watch"), intro=intro)
        self._desk.ask_form(form, lambda got: self._desk.run(lambda: self._mailbox.watch(got["path"]), self._chosen))

    def _chosen(self, folder: Path | None) -> None:
        self._desk.file.close_form()
        text = _tr("Mail in {0} becomes cases from now on.").format(folder) if folder else _tr("No folder is watched.")
        self._desk.news.show_news(text)
        self._use(folder)
