"""The complaint tab: queue, case file, and the officer's verbs; it decides nothing."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta, tzinfo
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from officer_app.base.change import Change
from officer_app.base.page import Page, Sort
from officer_app.casebook import cases
from officer_app.casebook.transaction import Actor
from officer_app.complaints import forms, panel
from officer_app.complaints.forms import Draft
from officer_app.complaints.queue import File, Row
from officer_app.complaints.rules import Intake, Requester
from officer_app.complaints.service import Complaints, TakenIn
from officer_app.complaints.verbs import Verbs, kinds
from officer_app.policy.book import Book
from officer_app.post import safe_names
from officer_app.widgets import messages, words
from officer_app.widgets.bars import Chip, Filter, FilterBar
from officer_app.widgets.desk import DeskFrame
from officer_app.widgets.drafts import Drafts
from officer_app.widgets.forms import Choice, Form
from officer_app.widgets.model import Column
from officer_app.widgets.room import Tone
from officer_app.widgets.table import PagedTable
from officer_app.widgets.work import Job, Work


class ComplaintsView(DeskFrame):
    """The desk's tab; `card_asked(customer key)` and `case_asked(reference)` lead elsewhere."""

    card_asked = Signal(str)
    case_asked = Signal(str)

    def __init__(
        self,
        service: Complaints,
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
                Chip("unassigned", "Unassigned", "who"),
                Chip("overdue", "Overdue", "due"),
                Chip("week", "Due this week", "due"),
                Chip("closed", "With closed"),
            ),
            placeholder="Search person, subject, e-mail, phone, reference",
            new="New case",
        )
        columns = (
            Column("reference", "Reference", 120, "strong"),
            Column("kind", "Kind", 200, text=self._kind),
            Column("person", "Person", 150, "masked", sortable=False),
            Column("state", "State", 150, text=self._state),
            Column("next_due", "Due", 0, text=self._due, tone=self._tone),
        )
        table = PagedTable(
            work, columns, self._fetch, key=lambda row: row.reference, sort=Sort("next_due"), title="Complaints"
        )
        super().__init__(work, key="complaints", title="Complaints", filters=filters, table=table, parent=parent)
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
        self._verbs = Verbs(service, self, policy, self._draft, self._done)

    # --- words ---

    @property
    def _zone(self) -> tzinfo:
        return self._policy().zone

    def _kind(self, row: Row) -> str:
        return kinds(self._policy()).get(row.kind, row.kind)

    def _state(self, row: Row) -> str:
        return self.tr(panel.STATES[row.state])

    def _due(self, row: Row) -> str:
        return words.due(row.due, self.service.now(), self._zone)[0]

    def _tone(self, row: Row) -> Tone:
        return words.due(row.due, self.service.now(), self._zone)[1]

    # --- the list ---

    def _fetch(self, sort: Sort, after: Any, limit: int) -> Page[Row]:
        if self._searched:
            return Page(self.service.queue.search(self._searched, limit=limit))
        return self.service.queue.page(self._wanted(), sort, after, limit)

    def _wanted(self) -> cases.Filter:
        chips, now = self._filter.chips, self.service.now()
        before = now if "overdue" in chips else now + timedelta(days=7) if "week" in chips else None
        return cases.Filter(
            assignee=self._me.id if "mine" in chips else None,
            unassigned="unassigned" in chips,
            open_only="closed" not in chips,
            due_before=before,
        )

    def _filtered(self, asked: Filter) -> None:
        self._filter, self._searched = asked, asked.text.strip()
        self._say_empty()
        self.table.reload()

    def _say_empty(self) -> None:
        if self._searched or self._filter.chips:
            self.table.set_empty(self.tr("Nothing matches"), self.tr("Clear the search or switch a filter off."))
            return
        advice = self.tr("Drop mail files (.eml) here, or press New case for a phone call, a letter or a visit.")
        self.table.set_empty(self.tr("No complaint is waiting"), advice, self.tr("New case"))

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
        self._show(reference)

    def _chosen(self, row: Row) -> None:
        self.close_preview()
        self._show(row.reference)

    def _show(self, reference: str) -> None:
        self.run(lambda: self.service.queue.open(reference), self._opened)

    def _opened(self, file: File) -> None:
        self._shown = file
        now, titles = self.service.now(), self.service.duty_titles()
        self.file.show_case(
            panel.header(file, kinds(self._policy()), now, self._zone),
            panel.sections(file, titles, now, self._zone),
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
        assert self._shown is not None
        number, to = self._number, self._shown.case.requester.email
        self.run(lambda: self.service.letters.mail(number, to), self._save_mail)

    def _save_mail(self, mail: bytes) -> None:
        path = messages.choose_save(self, self.tr("Save as mail"), f"{self._number}.eml", "*.eml")
        if path is not None:
            path.write_bytes(mail)
            self.file.news.show_news(self.tr("Saved. Open it in your mail program, check it, and send it."))

    def _printed(self) -> None:
        number = self._number
        self.run(lambda: self.service.letters.pdf(number, "print"))

    # --- new cases ---

    def new(self) -> None:
        """Open the form for what came by phone, letter or visit."""
        choices = tuple(Choice(key, title) for key, title in kinds(self._policy()).items())
        form = forms.intake(choices, self.service.now(), self._zone, self._draft("new"))
        self.ask_form(form, self._new_case, alone=True)

    def _new_case(self, values: Mapping[str, Any]) -> None:
        who = Requester(values["name"], values["email"], values["phone"], values["address"])
        intake = Intake(
            kind=values["kind"], channel=values["channel"], received=values["received"], requester=who,
            subject=values["subject"], text=values["text"], language=values["language"] or "en",
        )  # fmt: skip
        self.run(lambda: self.service.receive_form(intake), self._done)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept mail files."""
        if _mails(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open a case from each mail file dropped on the tab."""
        event.acceptProposedAction()
        self.take_in(_mails(event.mimeData()))

    def take_in(self, paths: Sequence[Path]) -> None:
        """Open a case from each mail file."""

        def receive(job: Job) -> tuple[TakenIn, ...]:
            return self.service.receive_mails(paths, job.progress, job.cancelled)

        self.run(receive, self._taken_in, title=self.tr("Reading mail"))

    def _taken_in(self, results: tuple[TakenIn, ...]) -> None:
        taken = [one.reference for one in results if one.reference]
        refused = [f"{one.path.name}: {one.refused}" for one in results if one.refused]
        text = self.tr("{0} opened.").format(", ".join(taken)) if taken else ""
        self.news.show_news(" ".join([text, *refused]).strip(), "amber" if refused else "")
        self.table.reload()
        if taken:
            self.open(taken[0])
        self.run(self.service.queue.count, self._counted)

    def _draft(self, step: str) -> Draft:
        reference = self._shown.case.reference if self._shown is not None and step != "new" else ""
        place = self._place = f"complaints/{step}/{reference}"
        return Draft(self._drafts.load(place), lambda values: self._drafts.save(place, values))

    def _step(self, step: str) -> None:
        if self._shown is not None:
            self._verbs.do(step, self._shown)

    # --- beside the facts ---

    def _asked(self, action: str) -> None:
        kind, _, key = action.partition(":")
        assert self._shown is not None
        reference = self._shown.case.reference
        match kind:
            case "notice":
                self._open_notice(key)
            case "customer":
                self.card_asked.emit(self._shown.case.customer)
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


def _mails(data: QMimeData) -> list[Path]:
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return [path for path in paths if path.suffix.casefold() == ".eml"]
