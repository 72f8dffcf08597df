"""The complaint tab: queue, case file, and the officer's verbs; it decides nothing."""

from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from officer_app.base.change import Change
from officer_app.base.errors import Conflict, KnownError
from officer_app.base.page import Sort
from officer_app.casebook.cases import CaseHead
from officer_app.casebook.transaction import Actor
from officer_app.complaints import correspondence, forms, listing, matter_forms, panel
from officer_app.complaints.forms import Draft
from officer_app.complaints.intake import TakenIn
from officer_app.complaints.listing import Listing
from officer_app.complaints.queue import File, Row
from officer_app.complaints.rules import Intake, Requester
from officer_app.complaints.service import Complaints
from officer_app.complaints.verbs import Verbs, kinds
from officer_app.complaints.watching import Watching
from officer_app.policy.book import Book
from officer_app.widgets import messages
from officer_app.widgets.bars import FilterBar
from officer_app.widgets.desk import DeskFrame
from officer_app.widgets.drafts import Drafts
from officer_app.widgets.forms import Choice, Form
from officer_app.widgets.papers import Papers
from officer_app.widgets.sections import Section
from officer_app.widgets.table import PagedTable
from officer_app.widgets.theme import px
from officer_app.widgets.work import Job, Work


class ComplaintsView(DeskFrame):
    """The desk's tab; `card_asked(customer key)` and `case_asked(reference)` lead elsewhere."""

    listing: Listing

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
        self._shown: File | None = None
        self._asked_case = self._form_step = ""
        self._kinds: tuple[Book | None, dict[str, str]] = (None, {})
        filters = FilterBar(
            listing.CHIPS,
            listing.picks(kinds(policy())),
            placeholder="Search this queue",
            new="New case",
            also="Take in mail",
        )
        table = PagedTable(
            work,
            listing.columns(lambda key: self._titles().get(key, key), service.now, lambda: self._zone),
            lambda sort, after, limit: self.listing.fetch(sort, after, limit),
            key=lambda row: row.reference,
            sort=Sort("next_due"),
            title="Complaints",
            several=True,
        )
        super().__init__(work, key="complaints", title="Complaints", filters=filters, table=table, parent=parent)
        self._split.setSizes([px(960), px(560)])  # the queue has more columns than other lists
        self._papers = Papers(self, service.letters, self._writer)
        self.listing = Listing(self, service, me, lambda: self._zone, self._papers)
        self._verbs = Verbs(service, self, policy, self._draft, self._done)
        self.watching = Watching(self, service.mailbox, self._taken_in)
        self.listing.extra.append((self.tr("Watch a folder for mail"), self.watching.ask))
        self.listing.say_empty()
        self.accept_files(".eml")
        self.dropped.connect(self.take_in)
        filters.also_asked.connect(self._choose_mails)
        table.chosen.connect(self._chosen)
        table.opened.connect(self._chosen)
        self.file.chosen.connect(self._step)
        self.file.asked.connect(self._asked)

    # --- words ---

    @property
    def _zone(self) -> tzinfo:
        return self._policy().zone

    def _titles(self) -> dict[str, str]:
        """Return the names of the kinds, read once for each set of policies: every painted cell asks."""
        policy = self._policy()
        if self._kinds[0] is not policy:
            self._kinds = (policy, kinds(policy))
        return self._kinds[1]

    # --- the list ---

    def refresh(self) -> None:
        """Read the list, the count and the open case again."""
        super().refresh()
        self.listing.load_saved()
        self.watching.begin()
        self.listing.count()
        self.run(self.service.queue.count, self._counted)
        if self._shown is not None and self.file.form is None:
            self._show(self._shown.case.reference)

    def _counted(self, count: int) -> None:
        self.set_count(count)
        self.changed.emit()

    def _reload(self) -> None:
        self.table.reload()
        self.listing.count()
        self.run(self.service.queue.count, self._counted)

    # --- the case ---

    def open(self, reference: str) -> None:
        """Show a case's file."""
        super().open(reference)
        self._leave_form()
        self._show(reference)

    def _chosen(self, row: Row) -> None:
        self.close_preview()
        self._leave_form()
        self.news.clear()
        self.file.news.clear()
        self._show(row.reference)

    def _leave_form(self) -> None:
        """Put the open form away; what was typed waits where it was typed."""
        if self.file.form is not None:
            self.file.close_form()

    def _show(self, reference: str) -> None:
        self._asked_case = reference
        self.run(lambda: self.service.queue.open(reference), self._opened)

    def _opened(self, file: File) -> None:
        if file.case.reference == self._asked_case:
            self._put(file)

    def _put(self, file: File, *first: Section) -> None:
        self._shown = file
        now, titles = self.service.now(), self.service.duty_titles()
        purposes = {one.id: one.title_in("en") for one in self._policy().purposes}
        self.file.show_case(
            panel.header(file, self._titles(), now, self._zone),
            panel.sections(file, titles, self._titles(), now, self._zone, first, purposes),
            [step for step in file.steps if step.id not in panel.BESIDE],
        )

    def _done(self, change: Change) -> None:
        """Close the form that asked for it, reload, and say what happened; a PDF just issued is shown at once."""
        reference = change.references[0]
        here = self._asked_case in ("", reference) or self._submitted()
        if self._submitted():
            self._drafts.save(self._place(self._form_step), {})
            self.file.close_form()
            if self._form_step == "withdraw":
                self.close_preview()  # what was withdrawn must not be printed or mailed from here
        self._reload()
        if change.news:
            self.file.news.show_news(change.news)
        if here:
            self.table.select(reference)
            self._show(reference)
            if change.notices:
                self._papers.open(change.notices[0])

    def _submitted(self) -> bool:
        """Return whether the open form waits for its use case; another one is being typed into and stays."""
        form = self.file.form
        return isinstance(form, Form) and not form.submit_button.isEnabled()

    def show_trouble(self, error: KnownError) -> None:
        """Show what did not work; when somebody saved the case first, both versions beside each other."""
        super().show_trouble(error)
        if isinstance(error, Conflict) and self._shown is not None:
            reference = self._shown.case.reference
            self.work.run(lambda: self.service.queue.open(reference), self._collided, owner=self)

    def _collided(self, fresh: File) -> None:
        self._reload()
        before, form = self._shown, self.file.form
        if before is None or before.case.reference != fresh.case.reference:
            return
        if not isinstance(form, Form):
            self._put(fresh)
            return
        typed = [(field.label, forms.spoken(field, form.values()[field.key])) for field in form.fields]
        self._put(fresh, panel.versions(before, fresh, typed, self._titles()))
        self.file.facts.verticalScrollBar().setValue(0)
        self._verbs.seen(fresh)

    def _writer(self) -> str:
        """Return where mail to the requester goes."""
        return self._shown.case.requester.email if self._shown is not None else ""

    # --- new cases ---

    def new(self) -> None:
        """Open the form for what came by phone, letter or visit."""
        self.close_preview()
        choices = tuple(Choice(key, title) for key, title in self._titles().items())
        form = forms.intake(choices, self.service.now(), self._zone, self._draft("new"))
        self.ask_form(form, self._new_case, alone=True)

    def _new_case(self, values: Mapping[str, Any]) -> None:
        who = Requester(values["name"], values["email"], values["phone"], values["address"])
        intake = Intake(
            kind=values["kind"], channel=values["channel"], received=values["received"], requester=who,
            subject=values["subject"], text=values["text"], language=values["language"] or "en",
        )  # fmt: skip
        self.run(lambda: self.service.joining.open_of(who), lambda found: self._offer(found, intake))

    def _offer(self, found: Sequence[CaseHead], intake: Intake) -> None:
        """Open the case, or first offer those that the person has open."""
        if not found:
            self.run(lambda: self.service.receive_form(intake), self._done)
            return

        def chosen(values: Mapping[str, Any]) -> None:
            where = values["where"]
            if where == matter_forms.NEW:
                self.run(lambda: self.service.receive_form(intake), self._done)
            else:
                self.run(lambda: self.service.joining.add(where, intake), self._done)

        self.ask_form(matter_forms.offer(found, self._titles(), self._zone), chosen, alone=True)

    def _choose_mails(self) -> None:
        paths = messages.choose_files(self, self.tr("Take in mail"), self.tr("Mail files (*.eml)"))
        if paths:
            self.take_in(paths)

    def take_in(self, paths: Sequence[Path]) -> None:
        """Open a case from each mail file."""

        def receive(job: Job) -> tuple[TakenIn, ...]:
            return self.service.receive_mails(paths, job.progress, job.cancelled)

        self.run(receive, self._taken_in, title=self.tr("Reading mail"))

    def _taken_in(self, results: tuple[TakenIn, ...]) -> None:
        taken = [(one.path.name if one.refused else one.reference, one.refused) for one in results if not one.joined]
        joined = [one.reference for one in results if one.joined]
        offered = {one.reference: one.offered for one in results if one.offered}
        odd = offered or any(one.refused for one in results)
        self.news.show_news(correspondence.received(taken, joined, offered), "amber" if odd else "")
        self._reload()
        opened = [one.reference for one in results if one.reference]
        if opened and self.file.form is None:
            self.open(opened[0])

    # --- steps ---

    def _step(self, step: str) -> None:
        if self._shown is None:
            return
        if step == "file":
            reference = self._shown.case.reference
            self.run(lambda: self.service.referring.make(reference), self._show_file, title=self.tr("Making the file"))
        else:
            self._verbs.do(step, self._shown)

    def _show_file(self, made: tuple[str, bytes]) -> None:
        file_name, content = made
        self._papers.show(content, file_name.removesuffix(".pdf"), file_name)
        self.refresh()

    def _place(self, step: str) -> str:
        reference = self._shown.case.reference if self._shown is not None and step != "new" else ""
        return f"complaints/{step}/{reference}"

    def _draft(self, step: str) -> Draft:
        self._form_step, place = step, self._place(step)
        return Draft(self._drafts.load(place), lambda values: self._drafts.save(place, values))

    # --- beside the facts ---

    def _asked(self, action: str) -> None:
        kind, _, key = action.partition(":")
        if self._shown is None:
            return
        case = self._shown.case
        match kind:
            case "notice":
                self._papers.open(key)
            case "step":
                self._step(key)
            case "customer":
                self.card_asked.emit(case.customer)
            case "case":
                self.case_asked.emit(key)
            case "finding":
                self.run(lambda: self.service.drop_finding(case.reference, key, case.version), self._done)
            case "copy":
                self._save_copy(case.reference, key)
            case "hold":
                self.run(lambda: self.service.release_hold(case.reference, key), self._done)
            case "look":
                piece = next(one for one in self._shown.evidence if one.id == key)
                here = lambda: self._asked_case == case.reference  # noqa: E731  one line
                self._papers.look(piece.name, lambda: self.service.look_at_evidence(case.reference, key), here)
            case "evidence":
                piece = next(one for one in self._shown.evidence if one.id == key)
                self._papers.export(piece.name, lambda path: self.service.export_evidence(case.reference, key, path))

    def _save_copy(self, reference: str, key: str) -> None:
        path = messages.choose_save(self, self.tr("Save a copy"), f"{reference}-data.json", "*.json")
        if path is not None:
            self.run(lambda: self.service.save_copy(reference, key, path), self._copy_saved)

    def _copy_saved(self, path: Path) -> None:
        self.file.news.show_news(self.tr("Saved as {0}. It holds personal data.").format(path.name), "green")
