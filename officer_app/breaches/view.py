"""The breach tab: incidents, case file with running clocks, and the officer's and manager's verbs; decides nothing."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta, tzinfo
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from officer_app.base.change import Change
from officer_app.base.errors import Conflict, KnownError
from officer_app.base.page import Page, Sort
from officer_app.breaches import forms, found_panel, panel
from officer_app.breaches.affected import Found
from officer_app.breaches.affected_verbs import MINUS, PLUS
from officer_app.breaches.forms import Draft
from officer_app.breaches.queue import File, Row
from officer_app.breaches.runner import Printed
from officer_app.breaches.service import Breaches
from officer_app.breaches.tools import Tools
from officer_app.breaches.verbs import Verbs
from officer_app.casebook import cases
from officer_app.casebook.transaction import Actor
from officer_app.policy.book import Book
from officer_app.widgets import words
from officer_app.widgets.bars import Chip, Filter, FilterBar
from officer_app.widgets.desk import DeskFrame
from officer_app.widgets.drafts import Drafts
from officer_app.widgets.forms import Form
from officer_app.widgets.model import Column
from officer_app.widgets.papers import Papers
from officer_app.widgets.room import Tone
from officer_app.widgets.sections import Section
from officer_app.widgets.table import PagedTable
from officer_app.widgets.work import Work


class BreachesView(DeskFrame):
    """The desk's tab; `card_asked(customer key)` and `case_asked(reference)` lead elsewhere."""

    card_asked = Signal(str)
    case_asked = Signal(str)

    def __init__(
        self,
        service: Breaches,
        work: Work,
        policy: Callable[[], Book],
        me: Actor,
        drafts: Drafts,
        parent: QWidget | None = None,
    ) -> None:
        self.service, self._policy, self._me, self._drafts = service, policy, me, drafts
        self._manages = "officer" not in me.roles
        self._filter, self._searched = Filter(chips=frozenset({"sign"} if self._manages else ())), ""
        self._shown: File | None = None
        self._found: Found | None = None
        self._place = self._asked_case = ""
        filters = FilterBar(
            (
                Chip("sign", "To sign", "who", on=self._manages),
                Chip("mine", "Mine", "who"),
                Chip("overdue", "Overdue", "due"),
                Chip("day", "Due within a day", "due"),
                Chip("closed", "With closed"),
            ),
            placeholder="Search words, reference, affected e-mail",
            new="Log an incident" if "officer" in me.roles else "",
        )
        columns = (
            Column("reference", "Reference", 120, "strong"),
            Column("what", "What happened", 0, sortable=False),
            Column("persons", "Persons", 110, "number", text=_persons, sortable=False),
            Column("state", "State", 110, text=self._state),
            Column("next_due", "Due", 130, "due", text=self._due, tone=self._tone, hint=_how),
        )
        table = PagedTable(
            work, columns, self._fetch, key=lambda row: row.reference, sort=Sort("next_due"), title="Breaches"
        )
        super().__init__(work, key="breaches", title="Breaches", filters=filters, table=table, parent=parent)
        self._papers = Papers(self, service.letters, self._writer)
        self._tools = Tools(service, self, policy, self._draft, self._done, self._show_document)
        self._verbs = Verbs(self._tools, self._printed, self._show_found)
        self._say_empty()
        filters.changed.connect(self._filtered)
        table.chosen.connect(self._chosen)
        table.opened.connect(self._chosen)
        self.file.chosen.connect(self._step)
        self.file.asked.connect(self._asked)
        self.accept_files()
        self.dropped.connect(self._attach)

    # --- words ---

    @property
    def _zone(self) -> tzinfo:
        return self._policy().zone

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
        before = now if "overdue" in chips else now + timedelta(days=1) if "day" in chips else None
        return cases.Filter(
            assignee=self._me.id if "mine" in chips else None, open_only="closed" not in chips, due_before=before,
            waiting="sign" in chips,
        )  # fmt: skip

    def _filtered(self, asked: Filter) -> None:
        self._filter, self._searched = asked, asked.text.strip()
        self._say_empty()
        self.table.reload()

    def _say_empty(self) -> None:
        if self._manages and self._filter.chips == {"sign"} and not self._searched:
            advice = self.tr("Drafted letters and reports appear here. Switch the filter off to see every incident.")
            self.table.set_empty(self.tr("Nothing waits for your signature"), advice)
        elif self._searched or self._filter.chips:
            self.table.set_empty(self.tr("Nothing matches"), self.tr("Clear the search or switch a filter off."))
        elif "officer" in self._me.roles:
            advice = self.tr("Log an incident as soon as somebody notices one: what, when, and who is enough.")
            self.table.set_empty(self.tr("No incident is open"), advice, self.tr("Log an incident"))
        else:
            advice = self.tr("Once an officer logs one, you approve its report and letters here.")
            self.table.set_empty(self.tr("No incident is open"), advice)

    def refresh(self) -> None:
        """Read the list, the count and the open incident again."""
        super().refresh()
        self.run(self.service.queue.count, self._counted)
        if self._shown is not None and self.file.form is None and self._found is None:
            self._show(self._shown.case.reference)

    def _counted(self, count: int) -> None:
        self.set_count(count)
        self.changed.emit()

    # --- the incident ---

    def open(self, reference: str) -> None:
        """Show an incident's file."""
        super().open(reference)
        self._show(reference)

    def _chosen(self, row: Row) -> None:
        self.close_preview()
        self._show(row.reference)

    def _show(self, reference: str) -> None:
        self._asked_case = reference
        self.run(lambda: self.service.queue.open(reference), self._opened)

    def _here(self) -> Callable[[], bool]:
        """Return a question for later: whether what is asked for now is still the incident to be shown."""
        reference = self._asked_case
        return lambda: self._asked_case == reference

    def _opened(self, file: File) -> None:
        if file.case.reference == self._asked_case:
            self._found = None
            self._put(file)

    def _put(self, file: File, *first: Section) -> None:
        if self._shown is not None and self._shown.case.reference != file.case.reference:
            # what is typed into a form is about the case under it; it is kept there as a draft
            self.leave()
            self.file.close_form()
        self._shown = self._tools.file = file
        self.file.show_case(
            panel.header(file, self.service.now(), self._zone),
            (*first, *panel.sections(file, self._titles(), self.service.now, self._zone, self._step)),
            file.steps,
        )

    def _titles(self) -> dict[str, str]:
        return {each.id: each.title_in("en") for each in self._policy().data_categories}

    def _show_found(self, found: Found) -> None:
        """Show what a question found in the incident's place, until it is frozen or left."""
        assert self._shown is not None
        self._found = found
        self.file.close_form()
        sections, steps = found_panel.found(found, len(self._shown.case.lists) + 1, self._titles())
        self.file.show_case(panel.header(self._shown, self.service.now(), self._zone), sections, steps)

    def _done(self, change: Change) -> None:
        """Close the form, reload, and say what happened; a report just issued is shown beside the incident."""
        form = self.file.form
        typing = isinstance(form, Form) and form.submit_button.isEnabled()  # something else was done beside it
        if isinstance(form, Form) and not typing:
            self._drafts.save(self._place, {})
        if self._found is not None:
            for step in ("affected", PLUS, MINUS):
                self._drafts.save(f"breaches/{step}/{change.references[0]}", {})
        if not typing:
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
            self._papers.open(change.notices[0], self._here())
        self.run(self.service.queue.count, self._counted)

    def show_trouble(self, error: KnownError) -> None:
        """Show what did not work; what a print run left is read again, what a question found stays to be frozen.

        When somebody saved the incident first, both versions are shown beside each other.
        """
        super().show_trouble(error)
        if self._shown is None:
            return
        reference = self._shown.case.reference
        if isinstance(error, Conflict):
            self.work.run(lambda: self.service.queue.open(reference), self._collided, owner=self)
        elif self.file.form is None and self._found is None:
            self._show(reference)

    def _collided(self, fresh: File) -> None:
        self.table.reload()
        before, form = self._shown, self.file.form
        if before is None or before.case.reference != fresh.case.reference:
            return
        if not isinstance(form, Form):
            self._put(fresh)
            return
        typed = [(field.label, forms.spoken(field, form.values()[field.key])) for field in form.fields]
        self.file.facts.show()
        self._put(fresh, panel.versions(before, fresh, typed, self._zone))
        self.file.facts.verticalScrollBar().setValue(0)

    def _printed(self, done: Printed) -> None:
        elsewhere = self._shown is not None and self._shown.case.reference != done.reference
        if elsewhere or self.file.form is not None:  # a run takes long: what is being done meanwhile is left alone
            self.table.reload()
            self.changed.emit()
            self.news.show_news(done.news, "green")
            return
        self._done(Change("breaches", (done.reference,), news=done.news))
        if done.volumes:
            self._open_volume(done.number, 1)

    # --- documents ---

    def _show_document(self, content: bytes, title: str, file: str) -> None:
        """Show what is no notice of its own: a preview, a register sheet, a volume."""
        self._papers.show(content, title, file)

    def _open_volume(self, number: str, volume: int) -> None:
        file, here = f"{number}-{volume:04d}.pdf", self._here()

        def show(content: bytes) -> None:
            if here():
                self._show_document(content, self.tr("{0}, volume {1}").format(number, volume), file)

        self.run(lambda: self.service.press.open_volume(number, volume), show)

    def _writer(self) -> str:
        """Return where mail with the report that is shown goes."""
        case = self._shown.case if self._shown is not None else None
        for duty in case.told if case is not None else ():
            if duty.report is not None and any(each.notice == self._papers.number for each in duty.papers):
                return duty.report.email
        return ""

    # --- new incidents and steps ---

    def new(self) -> None:
        """Open the form for three facts."""
        if "officer" not in self._me.roles:
            self.news.show_news(self.tr("An officer logs incidents."))
            return
        form = forms.log(self._me.name, self.service.now(), self._zone, self._draft("new"))
        self.ask_form(form, self._log, alone=True)

    def _log(self, values: Mapping[str, Any]) -> None:
        what, noticed, who = values["what"], values["noticed"], values["who"]
        self.run(lambda: self.service.log(what, noticed, who), self._done)

    def _draft(self, step: str) -> Draft:
        reference = self._shown.case.reference if self._shown is not None and step != "new" else ""
        place = self._place = f"breaches/{step}/{reference}"
        return Draft(self._drafts.load(place), lambda values: self._drafts.save(place, values))

    def _step(self, step: str) -> None:
        if self._shown is None:
            return
        self.file.news.clear()
        reference = self._shown.case.reference
        if step == "back":
            self._show(reference)
        else:
            self._verbs.do(step, self._shown, self._found)

    def _attach(self, paths: Sequence[Path]) -> None:
        """Keep files that were dropped onto the open incident with its papers."""
        if self._shown is None or not self._shown.works:
            self.file.news.show_news(self.tr("Open the incident that these files belong to, then drop them onto it."))
            return
        reference = self._shown.case.reference
        self.run(lambda: self.service.course.attach(reference, paths), self._done, title=self.tr("Adding papers"))

    def _asked(self, action: str) -> None:
        kind, _, key = action.partition(":")
        match kind:
            case "notice":
                self._papers.open(key, self._here())
            case "volume":
                number, _, volume = key.rpartition(":")
                self._open_volume(number, int(volume))
            case "case":
                self.case_asked.emit(key)
            case "step":
                self._step(key)
            case "evidence" | "look" if self._shown is not None:
                reference, course = self._shown.case.reference, self.service.course
                piece = next(one for one in self._shown.evidence if one.id == key)
                if kind == "look":
                    self._papers.look(piece.name, lambda: course.look(reference, key), self._here())
                else:
                    self._papers.export(piece.name, lambda path: course.export(reference, key, path))


def _persons(row: Row) -> str:
    return {"exact": f"{row.persons:,}", "estimated": f"~{row.persons:,}"}.get(row.counted, "?")


def _how(row: Row) -> str:
    """Return by which rule a date came about, for the pointer."""
    return row.due_how
