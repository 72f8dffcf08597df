"""Letters and evidence beside a case: shown, printed, saved, made into a mail; each is recorded by who keeps them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject

from officer_app.post import safe_names
from officer_app.widgets import inert, messages
from officer_app.widgets.desk import DeskFrame
from officer_app.widgets.inert import Sight
from officer_app.widgets.work import Job


class Issued(Protocol):
    """Keeps the letters; `pdf` returns the notice and its bytes and records why they were asked for."""

    def pdf(self, number: str, action: str = "view") -> tuple[Any, bytes]: ...
    def mail(self, number: str, to: str) -> bytes: ...


class Papers(QObject):
    """Shows a desk's letters in its preview and does what the preview's buttons ask for.

    `to` returns the address that a mail goes to.
    """

    def __init__(self, desk: DeskFrame, letters: Issued, to: Callable[[], str]) -> None:
        super().__init__(desk)
        self._desk, self._letters, self._to = desk, letters, to
        self._number = ""
        self._record: Callable[[str], object] | None = None
        desk.preview.mail_asked.connect(self._mail)
        desk.preview.printed.connect(self._printed)
        desk.preview.saved.connect(self._saved)

    @property
    def number(self) -> str:
        """The number of the letter that is shown, "" for any other paper."""
        return self._number

    def open(self, number: str, here: Callable[[], bool] = lambda: True) -> None:
        """Show a letter beside the case; `here` says whether its case is still the one that is shown."""

        def show(found: tuple[Any, bytes]) -> None:
            if not here():
                return
            notice, content = found
            self._number = number
            self._record = lambda action: self._letters.pdf(number, action)
            self._desk.show_pdf(content, notice.number, f"{notice.number}.pdf")
            self._desk.preview.mail_button.show()

        self._desk.run(lambda: self._letters.pdf(number), show)

    def show(
        self, content: bytes, title: str, file_name: str, record: Callable[[str], object] | None = None
    ) -> None:  # fmt: skip
        """Show a paper that is no letter; `record` is told when it was printed ("print") or saved ("export")."""
        self._number, self._record = "", record
        self._desk.show_pdf(content, title, file_name)
        self._desk.preview.mail_button.hide()

    def _printed(self) -> None:
        self._note("print")

    def _saved(self, _path: Path) -> None:
        self._note("export")

    def _note(self, action: str) -> None:
        record = self._record
        if record is not None:
            self._desk.run(lambda: record(action))

    def _mail(self) -> None:
        number, to = self._number, self._to()
        self._desk.run(lambda: self._letters.mail(number, to), self._save_mail)

    def _save_mail(self, mail: bytes) -> None:
        path = messages.choose_save(self._desk, self.tr("Save as mail"), f"{self._number}.eml", "*.eml")
        if path is not None:
            self._desk.run(lambda: safe_names.export(path.parent, path.name, mail), self._mail_saved)

    def _mail_saved(self, path: Path) -> None:
        text = self.tr("Saved as {0}. Open it in your mail program, check it, send it, then record it as sent.")
        self._desk.file.news.show_news(text.format(path.name), "green")

    def look(self, shown: str, load: Callable[[], bytes], here: Callable[[], bool] = lambda: True) -> None:
        """Show a foreign file beside the case, made harmless; `load` records who looks before it gives the bytes.

        `here` says whether its case is still the one that is shown; drawing takes a while, and it belongs to no other.
        """

        def show(sight: Sight) -> None:
            if not here():
                return
            self._desk.show_sight(sight, shown)
            self._desk.refresh()

        def draw(job: Job) -> Sight:
            return inert.read(load(), cancelled=job.cancelled)

        self._desk.run(draw, show, title=self.tr("Drawing {0}").format(shown))

    def export(self, shown: str, write: Callable[[Path], Path]) -> None:
        """Save a copy of a foreign file after a warning; `write(path)` writes it near the path and records it."""
        warning = self.tr("This file came from outside and may be harmful. Export a copy all the same?")
        if not messages.ask(self._desk, warning, self.tr("Export copy")):
            return
        path = messages.choose_save(self._desk, self.tr("Export copy"), safe_names.for_export(shown), "*")
        if path is not None:
            self._desk.run(lambda: write(path), self._exported)

    def _exported(self, path: Path) -> None:
        self._desk.refresh()
        text = self.tr("A copy was saved as {0}. The export is in the audit.")
        self._desk.file.news.show_news(text.format(path.name), "green")
