"""The disclosure tab: register, case file, and the officer's verbs; it decides nothing."""

from collections.abc import Callable, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from officer_app.base.change import Change
from officer_app.base.errors import Conflict, KnownError
from officer_app.base.page import Page, Sort
from officer_app.casebook import cases
from officer_app.casebook.transaction import Actor
from officer_app.disclosures import forms, panel
from officer_app.disclosures.demand import JUDICIAL, THIRD_PARTY
from officer_app.disclosures.forms import Draft
from officer_app.disclosures.parcels import Parcels
from officer_app.disclosures.queue import TO_BUYER, File, Row, body_titles
from officer_app.disclosures.service import Disclosures
from officer_app.disclosures.shelf import Shelf
from officer_app.disclosures.verbs import Verbs, categories
from officer_app.policy.book import Book
from officer_app.widgets.bars import Chip, Filter, FilterBar
from officer_app.widgets.casefile import Section
from officer_app.widgets.desk import DeskFrame
from officer_app.widgets.drafts import Drafts
from officer_app.widgets.forms import Form
from officer_app.widgets.papers import Papers
from officer_app.widgets.plain import Button, name
from officer_app.widgets.table import PagedTable
from officer_app.widgets.theme import px
from officer_app.widgets.work import Work


class DisclosuresView(DeskFrame):
    """The desk's tab; `card_asked(customer key)` and `case_asked(reference)` lead elsewhere."""

    card_asked = Signal(str)
    case_asked = Signal(str)
    consents_asked = Signal(str)

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
        self._asked_case = self._place = ""
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
        self._split.setSizes([px(920), px(600)])  # the register has more columns than other lists
        self._say_empty()
        self.accept_files()
        self.dropped.connect(self.take_in)
        filters.changed.connect(self._filtered)
        table.chosen.connect(self._chosen)
        table.opened.connect(self._chosen)
        self.file.chosen.connect(self._step)
        self.file.asked.connect(self._asked)
        self._papers = Papers(self, service.letters, self._writer)
        self._verbs = Verbs(service, self, policy, me, self._draft, self._done)
        self.parcels = Parcels(service, self, self._papers, policy, self._draft, self._done)
        self.shelf = Shelf(service, self, self._papers, policy, me, self._verbs, self._draft)
        self.shelf.changed.connect(self._forget)
        self._add_menu()

    def _add_menu(self) -> None:
        self.more = Button(self.tr("More"))
        name(self.more, self.tr("Register and directory"))
        menu = QMenu(self.more)
        for title, action in (
            (self.tr("Register as PDF"), lambda: self.shelf.show_register(self._wanted())),
            (self.tr("Register as CSV"), lambda: self.shelf.save_register(self._wanted())),
            (self.tr("Register or counts of a year"), self.shelf.ask_year),
            (self.tr("Our directory"), self.show_directory),
        ):
            menu.addAction(title).triggered.connect(action)
        self.more.setMenu(menu)
        self.filters.add_button(self.more)

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
        self._leave_form()
        self._show(reference)

    def _chosen(self, row: Row) -> None:
        self.close_preview()
        self._leave_form()
        self.news.clear()
        self._show(row.reference)

    def _leave_form(self) -> None:
        """Put the open form away; what was typed waits where it was typed."""
        self.file.news.clear()
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
        now, titles, policy = self.service.now(), self.service.duty_titles(), self._policy()
        self.file.show_case(
            panel.header(file, body_titles(policy), now, self._zone),
            panel.sections(file, categories(policy), titles, now, self._zone, first),
            file.steps,
        )

    def _done(self, change: Change) -> None:
        """Close the form that asked for it, reload, and say what happened; a PDF just issued is shown at once."""
        reference = change.references[0] if change.references else ""
        if not reference and self._shown is not None:
            reference = self._shown.case.reference
        here = self._asked_case in ("", reference) or self._submitted()
        if self._submitted():
            self._drafts.save(self._place, {})
            self.file.close_form()
        self.table.reload()
        self.changed.emit()
        if change.news:
            self.file.news.show_news(change.news)
        if here and reference:
            self.table.select(reference)
            self._show(reference)
            if change.notices:
                self._papers.open(change.notices[0])
        self.run(self.service.queue.count, self._counted)

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
        self.table.reload()
        before, form = self._shown, self.file.form
        if before is None or before.case.reference != fresh.case.reference:
            return
        if not isinstance(form, Form):
            self._put(fresh)
            return
        typed = [(field.label, forms.spoken(field, form.values()[field.key])) for field in form.fields]
        self._put(fresh, panel.versions(before, fresh, typed, categories(self._policy())))
        self.file.facts.verticalScrollBar().setValue(0)
        self._verbs.seen(fresh)

    def _writer(self) -> str:
        """Return where mail about the case goes; a letter to the buyer goes to the buyer."""
        if self._shown is None:
            return ""
        case, number = self._shown.case, self._papers.number
        to_buyer = any(one.number == number and one.kind in TO_BUYER for one in self._shown.notices)
        return case.subject.email if to_buyer else case.demand.email

    def show_directory(self) -> None:
        """Show our directory in the place of the case file."""
        self._forget()
        self.shelf.show_directory()

    def _forget(self) -> None:
        self._shown, self._asked_case = None, ""

    # --- new cases and papers ---

    def new(self) -> None:
        """Ask who asks, then what the paper says."""
        self._verbs.new(())

    def take_in(self, paths: Sequence[Path]) -> None:
        """Attach files to the open case, or start a new one with them."""
        if self._shown is None or self._shown.case.closed is not None:
            self._verbs.new(paths)
            return
        case = self._shown.case
        self.run(lambda: self.service.attach(case.reference, paths, case.version), self._done)

    # --- steps ---

    def _draft(self, step: str) -> Draft:
        new = step.startswith(("new", "who", "contact", "year"))
        reference = self._shown.case.reference if self._shown is not None and not new else ""
        place = self._place = f"disclosures/{step}/{reference}"
        return Draft(self._drafts.load(place), lambda values: self._drafts.save(place, values))

    def _step(self, step: str) -> None:
        if self._shown is None:
            self.shelf.step(step)
        elif step in ("preview", "files", "whole"):
            self.shelf.paper(step, self._shown.case.reference)
        elif step == "package":
            self.parcels.ask(self._shown)
        else:
            self._verbs.do(step, self._shown)

    # --- beside the facts ---

    def _asked(self, action: str) -> None:
        kind, _, key = action.partition(":")
        if self._shown is None:
            self.shelf.asked(kind, key)
            return
        case = self._shown.case
        match kind:
            case "notice":
                self._papers.open(key)
            case "file":
                self.shelf.open_file(case.reference, key)
            case "package":
                self.parcels.save(self._shown, key)
            case "customer":
                self.card_asked.emit(case.subject.customer)
            case "consents":
                self.consents_asked.emit(case.subject.customer)
            case "case":
                self.case_asked.emit(key)
            case "hold":
                self.run(lambda: self.service.release_hold(case.reference, key), self._done)
            case "evidence":
                piece = next(one for one in self._shown.evidence if one.id == key)
                self._papers.export(piece.name, lambda path: self.service.export_evidence(case.reference, key, path))
