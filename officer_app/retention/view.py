"""The retention tab: the review list and the batches, their file and the verbs; decides nothing."""

from collections.abc import Callable
from datetime import tzinfo
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.base.page import Page, Sort
from officer_app.casebook.transaction import Actor
from officer_app.policy.book import Book
from officer_app.retention import batch_panel, panel, rules
from officer_app.retention.batches import BatchFile, BatchRow
from officer_app.retention.forms import TITLES, accounts, tr
from officer_app.retention.own_cases import PastRow
from officer_app.retention.queue import File
from officer_app.retention.rules import ORDERS, Candidate, Mark
from officer_app.retention.service import Retention
from officer_app.retention.verbs import Verbs
from officer_app.widgets.bars import Chip, Filter, FilterBar
from officer_app.widgets.desk import DeskFrame
from officer_app.widgets.drafts import Drafts
from officer_app.widgets.forms import Form
from officer_app.widgets.model import Column
from officer_app.widgets.papers import Papers
from officer_app.widgets.room import Tone
from officer_app.widgets.table import PagedTable
from officer_app.widgets.work import Job, Work

Row = Candidate | BatchRow | PastRow
_BATCHES, _CLOSED, _OWN = "batches", "closed", "own"


class RetentionView(DeskFrame):
    """The desk's tab; `card_asked(customer key)` and `case_asked(reference)` lead elsewhere."""

    card_asked = Signal(str)
    case_asked = Signal(str)

    def __init__(
        self,
        service: Retention,
        work: Work,
        policy: Callable[[], Book],
        me: Actor,
        _drafts: Drafts,
        parent: QWidget | None = None,
    ) -> None:
        self.service, self._policy, self._me = service, policy, me
        self._filter = Filter()
        self._shown: File | BatchFile | None = None
        self._proposed: Mark | None = None
        self._chosen_rows: tuple[Row, ...] = ()
        self._interrupted: tuple[str, ...] = ()
        filters = FilterBar(
            (
                *(Chip(reason, tr(TITLES[reason])) for reason in rules.REASONS),
                Chip(ORDERS, tr("Old orders"), "list"),
                Chip(_BATCHES, tr("Batches"), "list"),
                Chip(_CLOSED, tr("With closed"), "list"),
                Chip(_OWN, tr("Our own cases"), "list"),
            ),
            placeholder=tr("Search e-mail, name, order or customer number"),
            new=tr("New batch") if "officer" in me.roles else "",
        )
        columns = (
            Column("key", tr("Customer"), 120, "strong", text=self._key_of),
            Column("person", tr("Person"), 160, "masked", text=self._person),
            Column("reason", tr("Reason"), 140, text=self._reason, sortable=False),
            Column("sign", tr("Last activity"), 190, text=self._sign),
            Column("blocks", tr("Blocked by"), 0, text=self._blocks, tone=self._tone, sortable=False),
        )
        table = PagedTable(
            work, columns, self._fetch, key=_key, sort=Sort("key"), title=tr("Review"), several="officer" in me.roles
        )
        super().__init__(work, key="retention", title=tr("Retention"), filters=filters, table=table, parent=parent)
        filters.changed.connect(self._filtered)
        table.chosen.connect(self._chosen)
        table.selected.connect(self._gathered)
        table.opened.connect(self._chosen)
        self.file.chosen.connect(self._step)
        self.file.asked.connect(self._asked)
        self.news.acted.connect(self._open_interrupted)
        self._verbs = Verbs(service, self, lambda: self._zone, self._done)
        self._papers = Papers(self, service.letters, lambda: "")
        self._say_empty()
        self._clear()

    def _clear(self) -> None:
        self._shown = None
        advice = tr("Choose an account to see why it is listed; with Ctrl or Shift choose several. Nothing is deleted "
                    "from this list: accounts are put into a batch first.")  # fmt: skip
        self.file.clear(tr("No account is open"), advice)

    # --- words ---

    @property
    def _zone(self) -> tzinfo:
        return self._policy().zone

    def _key_of(self, row: Row) -> str:
        return tr("guest") if isinstance(row, Candidate) and row.guest else _key(row)

    def _person(self, row: Row) -> str:
        if isinstance(row, Candidate):
            return row.person
        return accounts(row.members) if isinstance(row, BatchRow) else ""

    def _reason(self, row: Row) -> str:
        if isinstance(row, PastRow):
            return row.kind.replace("-", " ")
        return tr(TITLES[row.reason if isinstance(row, Candidate) else row.ground])

    def _sign(self, row: Row) -> str:
        if isinstance(row, PastRow):
            return batch_panel.closed(row, self._zone)
        return panel.sign(row.sign, self._zone) if isinstance(row, Candidate) else batch_panel.state(row, self._zone)

    def _blocks(self, row: Row) -> str:
        if isinstance(row, PastRow):
            return row.held
        if isinstance(row, BatchRow):
            return ""
        against = (*row.blocks, *((tr("in batch {0}").format(row.batch),) if row.batch else ()))
        return "; ".join((*against, *((row.kept,) if row.kept else ())))

    def _tone(self, row: Row) -> Tone:
        held = (isinstance(row, PastRow) and row.held) or (isinstance(row, Candidate) and row.blocks)
        return "amber" if held else ""

    # --- the list ---

    @property
    def _batches(self) -> bool:
        return bool(self._filter.chips & {_BATCHES, _CLOSED})

    def _reasons(self) -> tuple[str, ...]:
        return tuple(reason for reason in rules.REASONS if reason in self._filter.chips) or rules.REASONS

    def _fetch(self, sort: Sort, after: Any, limit: int) -> Page[Any]:
        if _OWN in self._filter.chips:
            return Page(self.service.own_cases.due())
        if self._batches:
            return self.service.batches.page(_CLOSED in self._filter.chips, after, limit)
        text = self._filter.text.strip()
        if ORDERS in self._filter.chips:
            if text:
                return Page(self.service.search_orders(text))
            return self.service.old_orders.page(after, limit)
        if text:
            wanted = self._reasons()
            return Page(tuple(one for one in self.service.queue.search(text) if one.reason in wanted))
        return self.service.queue.page(self._reasons(), sort, after, limit)

    def _filtered(self, asked: Filter) -> None:
        self._filter = asked
        self._say_empty()
        self.table.reload()

    def _say_empty(self) -> None:
        if _OWN in self._filter.chips:
            self._explain(_OWN, tr("No case of our own is past its time"), self.service.own_cases.explain)
        elif ORDERS in self._filter.chips:
            self._explain(ORDERS, tr("No order is past its time"), self.service.old_orders.explain)
        elif self._batches:
            self.table.set_empty(tr("No batch is open"), tr("Choose accounts from the review list and freeze them."))
        elif self._filter.text or self._filter.chips:
            self.table.set_empty(tr("Nothing matches"), tr("Clear the search or switch a filter off."))
        else:
            self.table.set_empty(tr("No account is due for review"), tr("Press F5 to ask the shop again."))

    def _explain(self, chip: str, title: str, ask: Callable[[], str]) -> None:
        def said(why: str) -> None:
            if chip in self._filter.chips:
                self.table.set_empty(title, why)

        self.table.set_empty(title)
        self.work.run(ask, said, lambda error: said(str(error)), owner=self)

    def refresh(self) -> None:
        """Ask the shop again, and say which erasure was cut off."""
        super().refresh()
        self.work.run(self.service.queue.counts, self._counted, self._uncounted, owner=self)
        self.work.run(self.service.batches.interrupted, self._cut_off, owner=self)
        if isinstance(self._shown, BatchFile) and self.file.form is None:
            self._show_batch(self._shown.batch.reference)

    def _counted(self, counts: dict[str, int]) -> None:
        self.set_count(sum(counts.values()))
        self.changed.emit()

    def _uncounted(self, error: KnownError) -> None:
        self.set_count(None)
        self.table.set_empty(tr("The list cannot be read"), str(error))

    def _cut_off(self, found: tuple[str, ...]) -> None:
        self._interrupted = tuple(one for one in found if one not in self._verbs.erasing)
        if self._interrupted:
            text = tr("The erasure of {0} did not come to its end. Open it: the desk looks what was done, and goes on.")
            self.news.show_news(text.format(", ".join(self._interrupted)), "amber", action=tr("Open"))

    def _open_interrupted(self) -> None:
        if self._interrupted:
            self.news.clear()
            self._show_batch(self._interrupted[0])

    # --- one account, one batch, several accounts ---

    def open(self, reference: str) -> None:
        """Show a batch's file."""
        super().open(reference)
        self._show_batch(reference)

    def _chosen(self, row: Row) -> None:
        self.close_preview()
        self.leave()
        self.file.close_form()  # what it asks is about the account or batch that was shown
        self._chosen_rows = ()
        if isinstance(row, PastRow):
            self._gathered((row,))
        elif isinstance(row, BatchRow):
            self._show_batch(row.reference)
        else:
            self.run(lambda: self.service.open(row), self._opened)

    def _look_again(self, shown: Candidate) -> None:
        """Show an account once more after something was done with it; it may have left the list."""

        def read() -> tuple[File, Mark | None] | None:
            old = shown.reason == ORDERS
            row = self.service.old_orders.one(shown.key) if old else self.service.queue.one(shown.key)
            return None if row is None else self.service.open(row)

        self.run(read, self._looked_again)

    def _looked_again(self, found: tuple[File, Mark | None] | None) -> None:
        if found is None:
            self._clear()
        else:
            self._opened(found)

    def _gathered(self, rows: tuple[Row, ...]) -> None:
        past = tuple(row for row in rows if isinstance(row, PastRow))
        chosen = tuple(row for row in rows if isinstance(row, Candidate))
        if past or len(chosen) > 1:
            self._shown, self._chosen_rows = None, past or chosen
            self.file.close_form()
            self.file.show_case(*(batch_panel.past(past, self._zone) if past else panel.several(chosen)))

    def _opened(self, found: tuple[File, Mark | None]) -> None:
        self._shown, self._proposed = found
        shown = panel.sections(found[0], self.service.queue.days, self._zone, found[1])
        self.file.show_case(panel.header(*found), shown, panel.steps(*found, self._me.roles))

    def _show_batch(self, reference: str) -> None:
        self.run(lambda: self.service.batches.open(reference), self._batch_opened)

    def _batch_opened(self, file: BatchFile) -> None:
        self._shown, now = file, self.service.now()
        running = file.batch.reference in self._verbs.erasing
        steps = batch_panel.steps(file, now, self._zone, running=running, roles=self._me.roles)
        self.file.show_case(batch_panel.header(file, now, self._zone), batch_panel.sections(file, self._zone), steps)

    # --- verbs ---

    def new(self) -> None:
        """Freeze everything that is listed for a reason."""
        if "officer" in self._me.roles:
            self._verbs.freeze_many(next((one for one in self._filter.chips if one in TITLES), "inactive"))
        else:
            self.news.show_news(tr("An officer puts accounts into a batch; you approve it."))

    def _step(self, step: str) -> None:
        self.file.news.clear()
        shown = self._shown
        if self._chosen_rows and step == "freeze":
            self._verbs.freeze([row for row in self._chosen_rows if isinstance(row, Candidate)])
        elif self._chosen_rows and step == "erase-cases":
            self._verbs.erase_cases([row.reference for row in self._chosen_rows if isinstance(row, PastRow)])
        elif isinstance(shown, BatchFile):
            if step == "certificate":
                self._papers.open(shown.batch.certificate)
            else:
                self._verbs.batch(step, shown)
                if step in ("run", "resume"):
                    self.changed.emit()
        elif shown is not None and step == "card":
            self.card_asked.emit(shown.candidate.key)
        elif shown is not None:
            self._verbs.candidate(step, shown, self._proposed)

    def _asked(self, action: str) -> None:
        kind, _, key = action.partition(":")
        match kind:
            case "case":
                self.case_asked.emit(key)
            case "notice":
                self._papers.open(key)
            case "look" | "evidence" if self._shown is not None:
                self._verbs.proof(kind, key, self._shown, self._papers)
            case "member" if isinstance(self._shown, BatchFile):
                self._verbs.take_out(self._shown.batch.reference, key)

    def _done(self, change: Change) -> None:
        """Close the form, reload, say what happened, and show the batch or the letter that came of it."""
        form = self.file.form
        if isinstance(form, Form) and form.submit_button.isEnabled():  # an erasure ended while something is typed
            self.refresh()
            self.changed.emit()
            self.news.show_news(change.news, "green")
            return
        self.file.close_form()
        self._chosen_rows = ()
        self.refresh()
        self.changed.emit()
        if change.references:
            self._show_batch(change.references[0])
        elif isinstance(self._shown, File):
            self._look_again(self._shown.candidate)
        elif self._shown is None:
            self._clear()
        if change.notices:
            self._papers.open(change.notices[0])
        if change.news:
            self.file.news.show_news(change.news)

    # --- the list on paper ---

    def print_current(self) -> None:
        """Print the shown document, or make one of the list."""
        if self.preview.isVisible():
            super().print_current()
            return
        reasons = self._reasons()

        def make(job: Job) -> bytes:
            return self.service.list_pdf(reasons, job.cancelled)

        self.run(make, self._printable, title=tr("Making the list"))

    def _printable(self, content: bytes) -> None:
        self.show_pdf(content, tr("Accounts due for review"), "review.pdf")


def _key(row: Row) -> str:
    return row.key if isinstance(row, Candidate) else row.reference
