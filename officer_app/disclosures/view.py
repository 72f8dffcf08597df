"""The disclosure tab: register, case file, and the officer's verbs; it decides nothing."""

from collections.abc import Callable, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMenu, QWidget

from officer_app.base.change import Change
from officer_app.base.page import Page, Sort
from officer_app.base.steps import Step
from officer_app.casebook import cases
from officer_app.casebook.transaction import Actor
from officer_app.disclosures import panel
from officer_app.disclosures.demand import JUDICIAL, THIRD_PARTY, Contact
from officer_app.disclosures.forms import Draft
from officer_app.disclosures.queue import File, Row, body_titles
from officer_app.disclosures.service import Disclosures
from officer_app.disclosures.verbs import Verbs, categories
from officer_app.policy.book import Book
from officer_app.post import safe_names
from officer_app.widgets import messages
from officer_app.widgets.bars import Chip, Filter, FilterBar
from officer_app.widgets.casefile import CaseHeader
from officer_app.widgets.desk import DeskFrame
from officer_app.widgets.drafts import Drafts
from officer_app.widgets.forms import Form
from officer_app.widgets.plain import Button, name
from officer_app.widgets.table import PagedTable
from officer_app.widgets.theme import px
from officer_app.widgets.work import Job, Work


class DisclosuresView(DeskFrame):
    """The desk's tab; `card_asked(customer key)` and `case_asked(reference)` lead elsewhere."""

    card_asked = Signal(str)
    case_asked = Signal(str)

    def __init__(
        self,
        service: Disclosures,
        work: Work,
        policy: Callable[[], Book],
        me: Actor,
        drafts: Drafts,
        parent: QWidget | None = None,
    ) -> None:
        self.service, self._policy, self._me, self._drafts = service, policy, me, drafts
        self._filter, self._searched = Filter(chips=frozenset()), ""
        self._shown: File | None = None
        filters = FilterBar(
            (
                Chip("mine", "Mine", "who"),
                Chip("judicial", "Judicial", "sort"),
                Chip("third", "Third parties", "sort"),
                Chip("waiting", "For a manager"),
                Chip("overdue", "Overdue"),
                Chip("closed", "With closed"),
            ),
            placeholder="Search agency, document, person, e-mail, reference",
            new="New demand",
        )
        table = PagedTable(
            work,
            panel.columns(policy, service.now),
            self._fetch,
            key=lambda row: row.reference,
            sort=Sort("next_due"),
            title="Disclosures",
        )
        super().__init__(work, key="disclosures", title="Disclosures", filters=filters, table=table, parent=parent)
        self._add_menu()
        self._split.setSizes([px(920), px(600)])  # the register has more columns than other lists
        self._say_empty()
        self.setAcceptDrops(True)
        filters.changed.connect(self._filtered)
        table.chosen.connect(self._chosen)
        table.opened.connect(self._chosen)
        self.file.chosen.connect(self._step)
        self.file.asked.connect(self._asked)
        self.preview.mail_asked.connect(self._mail)
        self.preview.printed.connect(self._printed)
        self._number = self._place = ""
        self._verbs = Verbs(service, self, policy, me, self._draft, self._done)

    def _add_menu(self) -> None:
        self.more = Button(self.tr("More"))
        name(self.more, self.tr("Register and directory"))
        menu = QMenu(self.more)
        for title, action in (
            (self.tr("Register as PDF"), self.show_register),
            (self.tr("Register as CSV"), self.save_register),
            (self.tr("Our directory of numbers"), self.show_directory),
        ):
            menu.addAction(title).triggered.connect(action)
        self.more.setMenu(menu)
        bar = self.filters.layout()
        assert bar is not None
        bar.addWidget(self.more)
        bar.setAlignment(self.more, Qt.AlignmentFlag.AlignTop)

    @property
    def _zone(self) -> tzinfo:
        return self._policy().zone

    # --- the register ---

    def _fetch(self, sort: Sort, after: Any, limit: int) -> Page[Row]:
        if self._searched:
            return Page(self.service.queue.search(self._searched, limit=limit))
        return self.service.queue.page(self._wanted(), sort, after, limit)

    def _wanted(self) -> cases.Filter:
        chips, now = self._filter.chips, self.service.now()
        kinds = tuple(sort for chip, sort in (("judicial", JUDICIAL), ("third", THIRD_PARTY)) if chip in chips)
        return cases.Filter(
            kinds=kinds,
            assignee=self._me.id if "mine" in chips else None,
            open_only="closed" not in chips,
            due_before=now if "overdue" in chips else None,
            waiting="waiting" in chips,
        )

    def _filtered(self, asked: Filter) -> None:
        self._filter, self._searched = asked, asked.text.strip()
        self._say_empty()
        self.table.reload()

    def _say_empty(self) -> None:
        if self._searched or self._filter.chips:
            self.table.set_empty(self.tr("Nothing matches"), self.tr("Clear the search or switch a filter off."))
            return
        advice = self.tr("Drop the papers of a demand here, or press New demand. Nothing leaves without a basis.")
        self.table.set_empty(self.tr("Nobody asks for data"), advice, self.tr("New demand"))

    def show_register(self) -> None:
        """Show the list as it is filtered, as a PDF that can be printed or saved."""
        wanted = self._wanted()

        def make(job: Job) -> bytes:
            return self.service.register.as_pdf(wanted, job.cancelled)

        self._number = ""
        self.run(
            make,
            lambda made: self.show_pdf(made, self.tr("Register of disclosures"), "register-of-disclosures.pdf"),
            title=self.tr("Making the register"),
        )

    def save_register(self) -> None:
        """Save the list as it is filtered as CSV."""
        path = messages.choose_save(self, self.tr("Save the register"), "register-of-disclosures.csv", "*.csv")
        if path is None:
            return
        wanted = self._wanted()

        def save(job: Job) -> Path:
            made = self.service.register.as_csv(wanted, job.cancelled)
            return safe_names.export(path.parent, path.name, made)

        self.run(save, self._saved, title=self.tr("Making the register"))

    def _saved(self, path: Path) -> None:
        self.news.show_news(self.tr("Saved as {0}. The export is in the audit.").format(path.name))

    # --- our directory ---

    def show_directory(self) -> None:
        """Show the verified numbers in the place of the case file."""
        self.file.news.clear()
        self.run(lambda: (self.service.directory.entries(), self.service.names()), self._directory)

    def _directory(self, found: tuple[tuple[Contact, ...], dict[str, str]]) -> None:
        self._shown = None
        self.file.close_form()
        self.close_preview()
        entries, names = found
        line = self.tr("A call-back goes to one of these numbers, never to the one in the letter.")
        section = panel.directory(entries, body_titles(self._policy()), names, self._zone)
        steps = (Step("contact", self.tr("Add a number"), primary=True),) if "officer" in self._me.roles else ()
        self.file.show_case(CaseHeader(self.tr("Our directory"), line), (section,), steps)

    def _directory_changed(self, change: Change) -> None:
        self._drafts.save(self._place, {})
        self.show_directory()
        self.file.news.show_news(change.news)

    def refresh(self) -> None:
        """Read the list, the count and the open case again."""
        super().refresh()
        self.run(self.service.queue.count, self._counted)
        if self._shown is not None and self.file.form is None:
            self._show(self._shown.case.reference)

    def _counted(self, count: int) -> None:
        self.set_count(count)
        self.changed.emit()

    # --- the case ---

    def open(self, reference: str) -> None:
        """Show a case's file."""
        super().open(reference)
        self.file.news.clear()
        self._show(reference)

    def _chosen(self, row: Row) -> None:
        self.close_preview()
        self.file.news.clear()
        self._show(row.reference)

    def _show(self, reference: str) -> None:
        self.run(lambda: self.service.queue.open(reference), self._opened)

    def _opened(self, file: File) -> None:
        self._shown = file
        now, titles, policy = self.service.now(), self.service.duty_titles(), self._policy()
        self.file.show_case(
            panel.header(file, body_titles(policy), now, self._zone),
            panel.sections(file, categories(policy), titles, now, self._zone),
            file.steps,
        )

    def _done(self, change: Change) -> None:
        """Close the form, reload, and say what happened; a PDF just issued is shown beside the case."""
        if isinstance(self.file.form, Form):
            self._drafts.save(self._place, {})
        self.file.close_form()
        self.table.reload()
        self.changed.emit()
        if change.news:
            self.file.news.show_news(change.news)
        reference = change.references[0] if change.references else ""
        if not reference and self._shown is not None:
            reference = self._shown.case.reference
        if reference:
            self.table.select(reference)
            self._show(reference)
        if change.notices:
            self._open_notice(change.notices[0])
        self.run(self.service.queue.count, self._counted)

    def _open_notice(self, number: str) -> None:
        self._number = number
        self.run(lambda: self.service.letters.pdf(number), self._notice)

    def _notice(self, found: tuple[Any, bytes]) -> None:
        notice, content = found
        self.show_pdf(content, f"{notice.number} {notice.title}", f"{notice.number}.pdf")

    def _mail(self) -> None:
        if self._shown is None or not self._number:
            self.news.show_news(self.tr("The register is no letter. Save it as PDF instead."))
            return
        number, to = self._number, self._shown.case.demand.email
        self.run(lambda: self.service.letters.mail(number, to), self._save_mail)

    def _save_mail(self, mail: bytes) -> None:
        path = messages.choose_save(self, self.tr("Save as mail"), f"{self._number}.eml", "*.eml")
        if path is not None:
            self.run(lambda: safe_names.export(path.parent, path.name, mail), self._mail_saved)

    def _mail_saved(self, path: Path) -> None:
        self.file.news.show_news(self.tr("Saved as {0}. Check it in your mail program and send it.").format(path.name))

    def _printed(self) -> None:
        number = self._number
        if number:
            self.run(lambda: self.service.letters.pdf(number, "print"))

    # --- new cases and papers ---

    def new(self) -> None:
        """Ask who asks, then what the paper says."""
        self._verbs.new(())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept files."""
        if _files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Attach the dropped files to the open case, or start a new one with them."""
        event.acceptProposedAction()
        self.take_in(_files(event.mimeData()))

    def take_in(self, paths: Sequence[Path]) -> None:
        """Attach files to the open case, or start a new one with them."""
        if self._shown is None or self._shown.case.closed is not None:
            self._verbs.new(paths)
            return
        case = self._shown.case
        self.run(lambda: self.service.attach(case.reference, paths, case.version), self._done)

    # --- steps ---

    def _draft(self, step: str) -> Draft:
        new = step.startswith(("new", "who", "contact"))
        reference = self._shown.case.reference if self._shown is not None and not new else ""
        place = self._place = f"disclosures/{step}/{reference}"
        return Draft(self._drafts.load(place), lambda values: self._drafts.save(place, values))

    def _step(self, step: str) -> None:
        if step == "contact":
            self._verbs.add_contact("", "", self._directory_changed)
        elif self._shown is not None:
            self._verbs.do(step, self._shown)

    # --- beside the facts ---

    def _asked(self, action: str) -> None:
        kind, _, key = action.partition(":")
        if kind == "retire":
            self.run(lambda: self.service.directory.retire(key), self._directory_changed)
            return
        assert self._shown is not None
        reference = self._shown.case.reference
        match kind:
            case "notice":
                self._open_notice(key)
            case "customer":
                self.card_asked.emit(self._shown.case.subject.customer)
            case "case":
                self.case_asked.emit(key)
            case "hold":
                self.run(lambda: self.service.release_hold(reference, key), self._done)
            case "evidence":
                self._export(key)

    def _export(self, key: str) -> None:
        assert self._shown is not None
        reference = self._shown.case.reference
        piece = next(one for one in self._shown.evidence if one.id == key)
        warning = self.tr("This file came from outside and may be harmful. Export a copy all the same?")
        if not messages.ask(self, warning, self.tr("Export copy")):
            return
        path = messages.choose_save(self, self.tr("Export copy"), safe_names.for_export(piece.name), "*")
        if path is not None:
            self.run(lambda: self.service.export_evidence(reference, key, path), self._exported)

    def _exported(self, path: Path) -> None:
        self.file.news.show_news(self.tr("A copy was saved as {0}. The export is in the audit.").format(path.name))


def _files(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
