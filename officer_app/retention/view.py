"""The retention tab: the review list and the batches, their file and the verbs; decides nothing."""

from collections.abc import Callable
from datetime import tzinfo
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.base.page import Sort
from officer_app.casebook.transaction import Actor
from officer_app.policy.book import Book
from officer_app.retention import batch_panel, listing, panel
from officer_app.retention.batches import BatchFile, BatchRow
from officer_app.retention.forms import TITLES, tr
from officer_app.retention.listing import Listing, Row
from officer_app.retention.own_cases import PastRow
from officer_app.retention.queue import File
from officer_app.retention.rules import ORDERS, Candidate, Mark
from officer_app.retention.service import Retention
from officer_app.retention.verbs import Verbs
from officer_app.widgets.bars import Filter, FilterBar
from officer_app.widgets.desk import DeskFrame
from officer_app.widgets.drafts import Drafts
from officer_app.widgets.forms import Form
from officer_app.widgets.papers import Papers
from officer_app.widgets.table import PagedTable
from officer_app.widgets.work import Job, Work


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
        self._list = Listing(service, lambda: self._zone)
        self._shown: File | BatchFile | None = None
        self._asked_for = self._at = ""  # what the officer asked to see last, and what is shown
        self._proposed: Mark | None = None
        self._chosen_rows: tuple[Row, ...] = ()
        self._interrupted: tuple[str, ...] = ()
        works = "officer" in me.roles
        filters = FilterBar(
            listing.chips(),
            placeholder=tr("Search e-mail, name, order or customer number"),
            new=tr("New batch") if works else "",
        )
        table = PagedTable(
            work, self._list.columns(), self._list.fetch, key=listing.key, sort=Sort("key"), title=tr("Review"),
            several=works,
        )  # fmt: skip
        super().__init__(work, key="retention", title=tr("Retention"), filters=filters, table=table, parent=parent)
        filters.changed.connect(self._filtered)
        table.chosen.connect(self._chosen)
        table.selected.connect(self._gathered)
        table.opened.connect(self._chosen)
        self.file.chosen.connect(self._step)
        self.file.asked.connect(self._asked)
        self.news.acted.connect(self._open_interrupted)
        self._verbs = Verbs(service, self, lambda: self._zone, self._done, self._here)
        self._papers = Papers(self, service.letters, lambda: "")
        self._say_empty()
        self._clear()

    def _clear(self) -> None:
        self._shown, self._asked_for, self._at = None, "", ""
        advice = tr("Choose an account to see why it is listed; with Ctrl or Shift choose several. Nothing is deleted "
                    "from this list: accounts are put into a batch first.")  # fmt: skip
        self.file.clear(tr("No account is open"), advice)

    @property
    def _zone(self) -> tzinfo:
        return self._policy().zone

    # --- the list ---

    def _filtered(self, asked: Filter) -> None:
        self._list.filter = asked
        self._say_empty()
        self.table.reload()

    def _say_empty(self) -> None:
        (title, advice), ask = self._list.empty(), self._list.why_empty()
        self.table.set_empty(title, advice)
        if ask is None:
            return

        def said(why: str) -> None:
            if self._list.empty() == (title, advice):
                self.table.set_empty(title, why)

        self.work.run(ask, said, lambda error: said(str(error)), owner=self)

    def refresh(self) -> None:
        """Ask the shop again, and say which erasure was cut off."""
        super().refresh()
        self.work.run(self.service.queue.counts, self._counted, self._uncounted, owner=self)
        at_work = frozenset(self._verbs.erasing)  # one that ends while this is read was not cut off
        self.work.run(self.service.batches.interrupted, lambda found: self._cut_off(found, at_work), owner=self)
        if isinstance(self._shown, BatchFile) and self.file.form is None and self._asked_for == self._at:
            self._show_batch(self._shown.batch.reference)

    def _counted(self, counts: dict[str, int]) -> None:
        self.set_count(sum(counts.values()))
        self.changed.emit()

    def _uncounted(self, error: KnownError) -> None:
        self.set_count(None)
        self.table.set_empty(tr("The list cannot be read"), str(error))

    def _cut_off(self, found: tuple[str, ...], at_work: frozenset[str]) -> None:
        self._interrupted = tuple(one for one in found if one not in self._verbs.erasing | at_work)
        if self._interrupted:
            text = tr("The erasure of {0} did not come to its end. Open it: the desk looks what was done, and goes on.")
            self.news.show_news(text.format(", ".join(self._interrupted)), "amber", action=tr("Open"))

    def _open_interrupted(self) -> None:
        if self._interrupted:
            self.news.clear()
            self._show_batch(self._interrupted[0])

    # --- one account, one batch, several accounts ---

    def _here(self) -> Callable[[], bool]:
        """Return a question for later: whether what is shown now is still what the officer wants to see."""
        at = self._at
        return lambda: self._asked_for == at

    def _read(self, subject: str, op: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Read what is to be shown, and show it unless the officer asked for something else by then."""
        self._asked_for = subject

        def show(found: Any) -> None:
            if self._asked_for == subject:
                then(found)

        def failed(error: KnownError) -> None:
            if self._asked_for == subject:
                self._asked_for = self._at
                self.show_trouble(error)

        self.work.run(op, show, failed, owner=self, latest="retention/file")

    def _turn_to(self, subject: str) -> None:
        """Note what is shown from now on; a form is about what was shown before, and goes with it."""
        if subject != self._at:
            self.leave()
            self.file.close_form()
        self._asked_for = self._at = subject

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
            self._read(listing.subject(row), lambda: self.service.open(row), self._opened)

    def _look_again(self, shown: Candidate) -> None:
        """Show an account once more after something was done with it; it may have left the list."""

        def read() -> tuple[File, Mark | None] | None:
            old = shown.reason == ORDERS
            row = self.service.old_orders.one(shown.key) if old else self.service.queue.one(shown.key)
            return None if row is None else self.service.open(row)

        self._read(listing.subject(shown), read, self._looked_again)

    def _looked_again(self, found: tuple[File, Mark | None] | None) -> None:
        if found is None:
            self._clear()
        else:
            self._opened(found)

    def _gathered(self, rows: tuple[Row, ...]) -> None:
        past = tuple(row for row in rows if isinstance(row, PastRow))
        chosen = tuple(row for row in rows if isinstance(row, Candidate))
        if past or len(chosen) > 1:
            self._turn_to("\n".join(listing.subject(row) for row in past or chosen))
            self._shown, self._chosen_rows = None, past or chosen
            self.file.close_form()
            self.file.show_case(*(batch_panel.past(past, self._zone) if past else panel.several(chosen)))

    def _opened(self, found: tuple[File, Mark | None]) -> None:
        self._turn_to(listing.subject(found[0].candidate))
        self._shown, self._proposed = found
        shown = panel.sections(found[0], self.service.queue.days, self._zone, found[1])
        self.file.show_case(panel.header(*found), shown, panel.steps(*found, self._me.roles))

    def _show_batch(self, reference: str) -> None:
        self._read(reference, lambda: self.service.batches.open(reference), self._batch_opened)

    def _batch_opened(self, file: BatchFile) -> None:
        self._turn_to(file.batch.reference)
        self._shown, self._chosen_rows, now = file, (), self.service.now()
        running = file.batch.reference in self._verbs.erasing
        steps = batch_panel.steps(file, now, self._zone, running=running, roles=self._me.roles)
        self.file.show_case(batch_panel.header(file, now, self._zone), batch_panel.sections(file, self._zone), steps)

    # --- verbs ---

    def new(self) -> None:
        """Freeze everything that is listed for a reason."""
        if "officer" in self._me.roles:
            self._verbs.freeze_many(next((one for one in self._list.filter.chips if one in TITLES), "inactive"))
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
                self._papers.open(shown.batch.certificate, self._here())
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
                self._papers.open(key, self._here())
            case "look" | "evidence" if self._shown is not None:
                self._verbs.proof(kind, key, self._shown, self._papers)
            case "member" if isinstance(self._shown, BatchFile):
                self._verbs.take_out(self._shown.batch.reference, key)

    def _done(self, change: Change, here: bool = True) -> None:
        """Close the form, reload, say what happened, and show the batch or the letter that came of it.

        Where the officer is not `here` any more, or types something, the news alone is shown, above the list.
        """
        form = self.file.form
        if not here or (isinstance(form, Form) and form.submit_button.isEnabled()):
            self.refresh()
            self.changed.emit()
            about = next((one for one in change.references if one not in change.news), "")
            self.news.show_news(f"{about}: {change.news}" if about and change.news else change.news, "green")
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
            self._papers.open(change.notices[0], self._here())
        if change.news:
            self.file.news.show_news(change.news)

    # --- the list on paper ---

    def print_current(self) -> None:
        """Print the shown document, or make one of the list."""
        if self.preview.isVisible():
            super().print_current()
            return
        reasons = self._list.reasons()

        def make(job: Job) -> bytes:
            return self.service.list_pdf(reasons, job.cancelled)

        self.run(make, self._printable, title=tr("Making the list"))

    def _printable(self, content: bytes) -> None:
        self.show_pdf(content, tr("Accounts due for review"), "review.pdf")
