"""What stands beside the cases: register and yearly counts, our directory, the files of a hand-over, the whole file."""

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import tzinfo
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from officer_app.base.change import Change
from officer_app.base.steps import Step
from officer_app.casebook.cases import Filter
from officer_app.casebook.transaction import Actor
from officer_app.disclosures import deciding, entries
from officer_app.disclosures.demand import OUTCOMES, Contact
from officer_app.disclosures.forms import Draft, make
from officer_app.disclosures.handout import PDF, FrozenFile
from officer_app.disclosures.queue import body_titles
from officer_app.disclosures.register import Narrowed
from officer_app.disclosures.service import Disclosures
from officer_app.disclosures.verbs import Verbs
from officer_app.policy.book import Book
from officer_app.post import safe_names
from officer_app.widgets import messages
from officer_app.widgets.casefile import CaseHeader
from officer_app.widgets.desk import DeskFrame
from officer_app.widgets.forms import Choice, Field
from officer_app.widgets.papers import Papers
from officer_app.widgets.work import Job

_COUNTS, _REGISTER = "counts", "register"


class Shelf(QObject):
    """Shows and saves what belongs to no step of a case; `changed` when the case file gave way to the directory."""

    changed = Signal()

    def __init__(
        self,
        service: Disclosures,
        desk: DeskFrame,
        papers: Papers,
        policy: Callable[[], Book],
        me: Actor,
        verbs: Verbs,
        draft: Callable[[str], Draft],
    ) -> None:
        super().__init__(desk)
        self._service, self._desk, self._papers = service, desk, papers
        self._policy, self._me, self._verbs, self._draft = policy, me, verbs, draft
        self._entry: Contact | None = None

    @property
    def _zone(self) -> tzinfo:
        return self._policy().zone

    # --- the register ---

    def show_register(self, wanted: Filter, narrowed: Narrowed = Narrowed()) -> None:  # noqa: B008  a frozen value
        """Show the list as it is filtered, as a PDF that can be printed or saved."""
        register = self._service.register
        self._list(lambda job: register.as_pdf(wanted, job.cancelled, narrowed), self.tr("Register of disclosures"))

    def save_register(self, wanted: Filter, narrowed: Narrowed = Narrowed()) -> None:  # noqa: B008  a frozen value
        """Save the list as it is filtered as CSV."""
        register = self._service.register
        self._table(lambda job: register.as_csv(wanted, job.cancelled, narrowed), "register-of-disclosures.csv")

    def _list(self, op: Callable[[Job], bytes], title: str) -> None:
        file_name = f"{title.lower().replace(' ', '-')}.pdf"
        self._desk.run(op, lambda made: self._papers.show(made, title, file_name), title=self.tr("Making the list"))

    def _table(self, op: Callable[[Job], bytes], file_name: str) -> None:
        path = messages.choose_save(self._desk, self.tr("Save the list"), file_name, "*.csv")
        if path is None:
            return

        def save(job: Job) -> Path:
            return safe_names.export(path.parent, path.name, op(job))

        self._desk.run(save, self._saved, title=self.tr("Making the list"))

    def _saved(self, path: Path) -> None:
        self._desk.news.show_news(self.tr("Saved as {0}. The export is in the audit.").format(path.name))

    def ask_year(self) -> None:
        """Ask which list of which year, for which body and outcome, in which form."""
        year = self._service.now().astimezone(self._zone).year
        any_one = Choice("", self.tr("All"))
        fields = (
            Field("list", self.tr("What"), "choice", _COUNTS, (Choice(_COUNTS, self.tr("Counts by body and outcome")),
                  Choice(_REGISTER, self.tr("Register, entry by entry"))), required=True),
            Field("year", self.tr("Received in"), "choice", str(year),
                  tuple(Choice(str(one), str(one)) for one in range(year, year - 10, -1)), required=True),
            Field("body", self.tr("Body"), "choice", "",
                  (any_one, *(Choice(key, title) for key, title in body_titles(self._policy()).items()))),
            Field("outcome", self.tr("Outcome"), "choice", "",
                  (any_one, Choice("open", self.tr("Open")),
                   *(Choice(one, self.tr(deciding.OUTCOMES[one]).capitalize()) for one in OUTCOMES))),
            Field("form", self.tr("As"), "choice", "pdf",
                  (Choice("pdf", self.tr("PDF, to print")), Choice("csv", self.tr("CSV, for a spreadsheet"))),
                  required=True),
        )  # fmt: skip
        form = make(self.tr("Register or counts of a year"), fields, self.tr("Make"), self._draft("year"), self._zone)
        self._desk.ask_form(form, self._make_list)

    def _make_list(self, values: Mapping[str, Any]) -> None:
        self._draft("year").keep({})
        self._desk.file.close_form()
        wanted, register = Filter(open_only=False), self._service.register
        narrowed = Narrowed(int(values["year"]), values["body"], values["outcome"])
        if values["list"] == _REGISTER:
            (self.show_register if values["form"] == "pdf" else self.save_register)(wanted, narrowed)
        elif values["form"] == "pdf":
            title = self.tr("Disclosures of {0} in numbers").format(narrowed.year)
            self._list(lambda job: register.counts_pdf(narrowed, job.cancelled), title)
        else:
            name = f"disclosures-{narrowed.year}.csv"
            self._table(lambda job: register.counts_csv(narrowed, job.cancelled), name)

    # --- the papers of a case ---

    def paper(self, kind: str, reference: str) -> None:
        """Show what would leave ("preview"), save all files of the hand-over ("files"), or show the whole file."""
        making = self.tr("Making the pages")

        def record(action: str) -> None:
            self._service.note_preview(reference, action)

        if kind == "preview":
            title = self.tr("What leaves by {0}").format(reference)
            self._desk.run(
                lambda: self._service.preview(reference),
                lambda made: self._papers.show(made, title, f"{reference}-preview.pdf", record),
                title=making,
            )
        elif kind == "whole":
            title = self.tr("The file of {0}").format(reference)
            self._desk.run(
                lambda: self._service.whole_file(reference),
                lambda made: self._papers.show(made, title, f"{reference}-file.pdf"),
                title=making,
            )
        else:
            self._save_files(reference)

    def _save_files(self, reference: str) -> None:
        path = messages.choose_save(self._desk, self.tr("Save the files"), f"{reference}.zip", "*.zip")
        if path is not None:
            self._desk.run(
                lambda: safe_names.export(path.parent, path.name, packed(self._service.frozen(reference))),
                self._files_saved,
            )

    def _files_saved(self, path: Path) -> None:
        text = self.tr("All files were saved as {0}. They are not encrypted: hand them over in a safe way.")
        self._desk.file.news.show_news(text.format(path.name), "amber")

    def open_file(self, reference: str, name: str) -> None:
        """Show one of the frozen files, or save the one that is no PDF."""

        def record(action: str) -> bytes:
            return self._service.frozen_file(reference, name, action)

        if name.endswith(".pdf"):
            self._desk.run(lambda: record("view"), lambda made: self._papers.show(made, name, name, record))
            return
        path = messages.choose_save(self._desk, self.tr("Save the file"), name, "*")
        if path is not None:
            self._desk.run(lambda: safe_names.export(path.parent, path.name, record("export")), self._saved)

    # --- our directory ---

    def show_directory(self) -> None:
        """Show the verified numbers and the processors in the place of the case file."""
        self._desk.file.news.clear()
        self._desk.run(lambda: (self._service.directory.entries(), self._service.names()), self._directory)

    def _directory(self, found: tuple[tuple[Contact, ...], dict[str, str]]) -> None:
        self._clear()
        self._entry = None
        line = self.tr("A call-back goes to one of these numbers, never to the one in the letter.")
        sections = entries.sections(found[0], body_titles(self._policy()), found[1], self._zone)
        steps = (Step("contact", self.tr("Add an entry"), primary=True),) if self._works else ()
        self._desk.file.show_case(CaseHeader(self.tr("Our directory"), line), sections, steps)

    @property
    def _works(self) -> bool:
        return "officer" in self._me.roles

    def _clear(self) -> None:
        self.changed.emit()
        self._desk.file.close_form()
        self._desk.close_preview()

    def _show_entry(self, entry: Contact) -> None:
        self._clear()
        self._entry = entry
        header = CaseHeader(entry.agency, body_titles(self._policy()).get(entry.body, entry.body))
        change = (Step("change", self.tr("Change"), primary=True),) if self._works else ()
        steps = (*change, Step("back", self.tr("Back to the directory")))
        self._desk.file.show_case(header, entries.history(entry, self._service.names(), self._zone), steps)

    def step(self, step: str) -> None:
        """Do what a button below the directory or an entry asks for."""
        if step == "back" or (step == "change" and self._entry is None):
            self.show_directory()
        elif step in ("contact", "change"):
            known = self._entry if step == "change" and self._entry is not None else entries.BLANK
            self._verbs.add_contact(known, self._changed)

    def asked(self, kind: str, key: str) -> None:
        """Do what a button beside an entry asks for."""
        if kind == "entry":
            self._desk.run(lambda: self._service.directory.entry(key), self._show_entry)
        elif kind == "retire":
            self._desk.run(lambda: self._service.directory.retire(key), self._changed)

    def _changed(self, change: Change) -> None:
        self._draft("contact").keep({})
        self.show_directory()
        self._desk.file.news.show_news(change.news)


def packed(files: tuple[FrozenFile, ...]) -> bytes:
    """Return the files as one ZIP archive, the same bytes every time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, kind, content in files:
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_STORED if kind == PDF else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, content)
    return out.getvalue()
