"""The complaint list as an officer works it: columns, filters, saved filters, searching, and several rows at once."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtWidgets import QMenu

from officer_app.base.page import Page, Sort
from officer_app.casebook import issued
from officer_app.casebook.transaction import Actor
from officer_app.complaints import filters, monthly, rules
from officer_app.complaints.figures import Figures
from officer_app.complaints.queue import Row
from officer_app.complaints.searching import Searching
from officer_app.complaints.service import Complaints
from officer_app.complaints.together import Chosen, Result, Together
from officer_app.widgets import words
from officer_app.widgets.bars import Chip, Filter
from officer_app.widgets.desk import DeskFrame
from officer_app.widgets.forms import Choice, Field, Form
from officer_app.widgets.model import Column
from officer_app.widgets.papers import Papers
from officer_app.widgets.picks import Pick
from officer_app.widgets.plain import Button, Label, caption, name
from officer_app.widgets.room import Tone
from officer_app.widgets.selection import SelectionBar
from officer_app.widgets.theme import px
from officer_app.widgets.work import Job

CHIPS = (
    Chip(filters.MINE, "Mine", "who"),
    Chip(filters.UNASSIGNED, "Unassigned", "who"),
    Chip(filters.OVERDUE, "Overdue", "due"),
    Chip(filters.WEEK, "This week", "due"),
    Chip(filters.WAITING, "Waiting for a party"),
    Chip(filters.NEWS, "New message"),
    Chip(filters.CLOSED, "Closed too"),
)
_SHORT = {
    rules.RECEIVED: "Received",
    rules.RESOLVING: "Resolving",
    rules.REFERRED: "Referred",
    rules.CLOSED: "Closed",
}


_WAITING = {"party": "A party", "requester": "The person", "authority": "The authority"}


def _tr(text: str) -> str:
    return QCoreApplication.translate("complaints", text)


def picks(kinds: Mapping[str, str]) -> tuple[Pick, ...]:
    """Return the filters to tick from."""
    states = tuple((key, _tr(title)) for key, title in _SHORT.items())
    return (Pick(filters.KIND, _tr("Kind"), tuple(kinds.items())), Pick(filters.STATE, _tr("State"), states))


def state(known: str) -> str:
    """Return a state in one word."""
    return _tr(_SHORT.get(known, known))


def columns(kind: Callable[[str], str], now: Callable[[], datetime], zone: Callable[[], tzinfo]) -> tuple[Column, ...]:
    """Return the columns; `kind` gives the name of a kind."""

    def due(row: Row) -> str:
        return words.due(row.due, now(), zone())[0]

    def tone(row: Row) -> Tone:
        return words.due(row.due, now(), zone())[1]

    return (
        Column("reference", _tr("Reference"), 116, "strong"),
        Column("kind", _tr("Kind"), 150, text=lambda row: kind(row.kind), hint=lambda row: kind(row.kind)),
        Column("person", _tr("Person"), 96, "masked", sortable=False),
        Column("state", _tr("State"), 88, text=lambda row: state(row.state)),
        Column("step", _tr("Next step"), 150, text=lambda row: _tr(row.step), sortable=False,
               tone=lambda row: "amber" if row.news else "", hint=lambda row: _tr(row.step)),
        Column("waiting", _tr("Waiting for"), 100, "muted", text=lambda row: waiting(row.waiting), sortable=False,
               hint=lambda row: waiting(row.waiting)),
        Column("next_due", _tr("Due"), 0, "due", text=due, tone=tone, hint=lambda row: row.due_how),
        Column("assignee", _tr("Assignee"), 96, sortable=False, hint=lambda row: row.assignee),
        Column("opened", _tr("Age"), 64, "muted", text=lambda row: age(row.opened, now())),
    )  # fmt: skip


def waiting(known: str) -> str:
    """Return whom a case waits for, in words."""
    return _tr(_WAITING[known]) if known in _WAITING else known


def age(opened: datetime, now: datetime) -> str:
    """Return how old a case is: "3 h" on its first day, then "12 d"."""
    hours = int((now - opened).total_seconds() // 3600)
    return _tr("{0} h").format(max(hours, 0)) if hours < 24 else _tr("{0} d").format(hours // 24)


class Listing(QObject):
    """What is asked of the list, and what is done with several of its rows; the desk shows the one case chosen."""

    def __init__(
        self, desk: DeskFrame, service: Complaints, me: Actor, zone: Callable[[], tzinfo], papers: Papers
    ) -> None:
        super().__init__(desk)
        self._desk, self._service, self._me, self._zone, self._papers = desk, service, me, zone, papers
        self._filter = Filter()
        self._dates: frozenset[str] = frozenset()
        self._searching: Searching | None = None
        self._together = Together(service)
        self._saved: Mapping[str, frozenset[str]] = {}
        self.bar = SelectionBar(
            (
                ("assign", _tr("Assign")), ("acknowledge", _tr("Acknowledge all")), ("sent", _tr("Record as sent")),
                ("close", _tr("Close comments")),
            )
        )  # fmt: skip
        desk.add_bar(self.bar)
        self.strip = Label(role="muted", wrap=True)
        self.strip.setContentsMargins(px(12), 0, px(12), px(6))
        self.strip.hide()
        desk.add_bar(self.strip)
        self.more = Button(_tr("More"))
        name(self.more, _tr("Saved filters and dates"))
        self.menu = QMenu(self.more)
        self.more.setMenu(self.menu)
        desk.filters.add_button(self.more)
        self.extra: list[tuple[str, Callable[[], None]]] = [
            (_tr("Report of this month"), lambda: self.report(0)),
            (_tr("Report of last month"), lambda: self.report(1)),
        ]
        self.show_menu()
        desk.filters.changed.connect(self._filtered)
        desk.table.selected.connect(self._selected)
        desk.table.loaded.connect(self._loaded)
        self.bar.asked.connect(self._do)

    # --- asking ---

    @property
    def asked(self) -> bool:
        """Whether anything is filtered or searched for."""
        return bool(self._filter.text or self._filter.chips or self._dates)

    def fetch(self, sort: Sort, after: Any, limit: int) -> Page[Row]:
        """Return one page of what is asked for; runs away from the window."""
        searching = self._searching
        if searching is not None:
            return searching.page(after, limit)
        chips = self._filter.chips | self._dates
        wanted = filters.wanted(chips, self._me.id, self._service.now(), self._zone())
        return self._service.queue.page(wanted, sort, after, limit, news=filters.NEWS in chips)

    def _filtered(self, asked: Filter) -> None:
        if self._searching is not None:
            self._searching.stop()
        if asked.text != self._filter.text or self._searching is None:
            self._searching = self._service.queue.searching(asked.text) if asked.text else None
        self._filter = asked
        self.say_empty()
        self._desk.table.reload()

    def say_empty(self) -> None:
        """Say below an empty list what to do."""
        table = self._desk.table
        if self.asked:
            table.set_empty(_tr("Nothing matches"), _tr("Clear the search or switch a filter off."))
            return
        advice = _tr("Drop mail files (.eml) here, or press New case for a phone call, a letter or a visit.")
        table.set_empty(_tr("No complaint is waiting"), advice, _tr("New case"))

    def _loaded(self, _count: object) -> None:
        searching = self._searching
        if searching is None:
            return
        if searching.finished:
            self._desk.news.clear()
            return
        text = _tr("Searching the texts: {0:,} of {1:,} cases read, {2:,} found. Clear the box to stop.")
        self._desk.news.show_news(text.format(searching.read, searching.total, searching.found))

    # --- the menu ---

    def load_saved(self) -> None:
        """Read the officer's saved filters."""
        self._desk.run(self._service.saved_filters.all, self._put_saved)

    def count(self) -> None:
        """Read the month's figures for the strip above the list."""
        self._desk.run(lambda: self._service.monthly.count(), self._counted)

    def _counted(self, found: Figures) -> None:
        self.strip.setText(_tr("{0:%B}: {1}").format(found.first, monthly.summary(found)))
        self.strip.setVisible(bool(found.open or found.total.received or found.total.answered))

    def report(self, back: int) -> None:
        """Show the report of a month for the management."""
        making = _tr("Making the report")
        self._desk.run(lambda: self._service.monthly.report(back), self._show_report, title=making)

    def _show_report(self, made: tuple[str, bytes]) -> None:
        file_name, content = made
        self._papers.show(content, file_name.removesuffix(".pdf"), file_name)

    def _put_saved(self, saved: Mapping[str, frozenset[str]]) -> None:
        self._saved = saved
        self.show_menu()

    def show_menu(self) -> None:
        """Fill the menu anew."""
        self.menu.clear()
        for title, chips in self._saved.items():
            self.menu.addAction(caption(title)).triggered.connect(lambda _on=False, one=chips: self.use(one))
        if self._saved:
            self.menu.addSeparator()
        shown = _tr("Dates: {0}").format(self._shown_dates()) if self._dates else _tr("Choose dates")
        self.menu.addAction(shown).triggered.connect(self.ask_dates)
        self.menu.addAction(_tr("Save these filters")).triggered.connect(self.ask_name)
        if self._saved:
            delete = self.menu.addMenu(_tr("Delete a saved filter"))
            for title in self._saved:
                delete.addAction(caption(title)).triggered.connect(lambda _on=False, one=title: self._delete(one))
        if self.extra:
            self.menu.addSeparator()
        for title, action in self.extra:
            self.menu.addAction(title).triggered.connect(lambda _on=False, do=action: do())
        self.more.setText(_tr("More (dates)") if self._dates else _tr("More"))

    def _shown_dates(self) -> str:
        ends = filters.dates(self._dates)
        return " – ".join(words.date(ends[one]) if one in ends else "…" for one in (filters.FROM, filters.UNTIL))

    def use(self, chips: frozenset[str]) -> None:
        """Put a saved filter in force."""
        self._dates = frozenset(one for one in chips if one.startswith((f"{filters.FROM}:", f"{filters.UNTIL}:")))
        self.show_menu()
        self._desk.filters.put("", chips)

    def ask_dates(self) -> None:
        """Ask for the range of days in which the cases were opened."""
        ends = filters.dates(self._dates)
        fields = (
            Field("from", _tr("From"), "day", ends.get(filters.FROM)),
            Field("until", _tr("Until"), "day", ends.get(filters.UNTIL)),
        )
        intro = _tr("Days on which cases were opened, both included. Leave an end empty to leave it open.")
        self._desk.ask_form(Form(_tr("Choose dates"), fields, submit=_tr("Filter"), intro=intro), self._dated)

    def _dated(self, values: Mapping[str, Any]) -> None:
        def check() -> frozenset[str]:
            return filters.with_dates((), *(str(values[key] or "") for key in ("from", "until")))

        self._desk.run(check, self._put_dates)

    def _put_dates(self, dates: frozenset[str]) -> None:
        self._desk.file.close_form()
        self._dates = dates
        self.show_menu()
        self._filtered(self._desk.filters.filter())

    def ask_name(self) -> None:
        """Ask under which name the present filters are saved."""
        form = Form(_tr("Save these filters"), (Field("name", _tr("Name"), required=True),), submit=_tr("Save"))
        chips = self._filter.chips | self._dates
        self._desk.ask_form(
            form,
            lambda values: self._desk.run(lambda: self._service.saved_filters.save(values["name"], chips), self._kept),
        )

    def _kept(self, saved: Mapping[str, frozenset[str]]) -> None:
        self._desk.file.close_form()
        self._put_saved(saved)
        self._desk.news.show_news(_tr("The filters are saved. You find them under More."))

    def _delete(self, title: str) -> None:
        self._desk.run(lambda: self._service.saved_filters.delete(title), self._put_saved)

    # --- several at once ---

    def _selected(self, rows: tuple[Row, ...]) -> None:
        """Say what is selected in place of the one case that was open; a single row brings it back."""
        self.bar.set_count(len(rows))
        states = Counter(state(row.state) for row in rows)
        late = sum(row.due is not None and row.due < self._service.now() for row in rows)
        counts = [*sorted(states.items()), *([(_tr("overdue"), late)] if late else [])]
        title = _tr("{0} complaints selected").format(len(rows))
        self._desk.file.summarize(title if len(rows) > 1 else "", self.bar.advice(counts))

    def _chosen(self) -> tuple[Chosen, ...]:
        return tuple(Chosen(row.reference, row.version, row.kind) for row in self._desk.table.selection())

    def _do(self, action: str) -> None:
        chosen, zone = self._chosen(), self._zone()
        match action:
            case "assign":
                self._desk.run(self._service.people, lambda people: self._ask_person(people, chosen))
            case "acknowledge":
                self._run(lambda job: self._together.acknowledge(chosen, job.progress, job.cancelled))
            case "sent":
                channels = tuple(Choice(one, _tr(one).capitalize()) for one in issued.CHANNELS)
                fields = (
                    Field("channel", _tr("Sent by"), "choice", "post", channels, required=True),
                    Field("at", _tr("Sent at"), "moment", self._service.now(), required=True),
                )
                self._ask(
                    Form(_tr("Record as sent"), fields, submit=_tr("Record"), zone=zone),
                    lambda job, got: self._together.sent(
                        chosen, got["channel"], got["at"], job.progress, job.cancelled
                    ),
                )
            case _:
                field = Field("reason", _tr("Why no letter is needed"), "lines", required=True, rows=3)
                self._ask(
                    Form(_tr("Close comments"), (field,), submit=_tr("Close")),
                    lambda job, got: self._together.close(chosen, got["reason"], job.progress, job.cancelled),
                )

    def _ask_person(self, people: Mapping[str, str], chosen: tuple[Chosen, ...]) -> None:
        choices = (*(Choice(key, title) for key, title in people.items()), Choice(rules.NOBODY, _tr("Nobody")))
        field = Field("person", _tr("Person"), "choice", self._me.id, choices, required=True)

        def give(job: Job, got: Mapping[str, Any]) -> Result:
            person = None if got["person"] == rules.NOBODY else got["person"]
            return self._together.assign(chosen, person, job.progress, job.cancelled)

        self._ask(Form(_tr("Assign"), (field,), submit=_tr("Assign")), give)

    def _ask(self, form: Form, then: Callable[[Job, Mapping[str, Any]], Result]) -> None:
        self._desk.ask_form(form, lambda values: self._run(lambda job: then(job, values)))

    def _run(self, op: Callable[[Job], Result]) -> None:
        def work(job: Job) -> Result:
            return op(job)

        self._desk.run(work, self._done, title=_tr("Working through the selected cases"))

    def _done(self, result: Result) -> None:
        if self._desk.file.form is not None:
            self._desk.file.close_form()
        text = _tr("{0} of {1} done.").format(len(result.done), len(result.outcomes))
        self._desk.news.show_news("\n".join((text, *result.refused)), "amber" if result.refused else "")
        self._desk.refresh()
        if result.pdf:
            title = _tr("{0} letters").format(len(result.numbers))
            self._papers.show(result.pdf, title, "acknowledgements.pdf")
