"""The retention tab: the review list with its reasons and blocks; it deletes nothing."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from officer_app.base.errors import KnownError
from officer_app.base.page import Page, Sort
from officer_app.base.steps import Step
from officer_app.casebook.transaction import Actor
from officer_app.policy.book import Book
from officer_app.retention import panel, rules
from officer_app.retention.panel import tr
from officer_app.retention.queue import File
from officer_app.retention.rules import Candidate
from officer_app.retention.service import Retention
from officer_app.widgets.bars import Chip, Filter, FilterBar
from officer_app.widgets.desk import DeskFrame
from officer_app.widgets.drafts import Drafts
from officer_app.widgets.model import Column
from officer_app.widgets.room import Tone
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
        _me: Actor,
        _drafts: Drafts,
        parent: QWidget | None = None,
    ) -> None:
        self.service, self._policy = service, policy
        self._filter = Filter()
        self._shown: File | None = None
        filters = FilterBar(
            tuple(Chip(reason, tr(panel.REASONS[reason])) for reason in rules.REASONS),
            placeholder=tr("Search e-mail, name, order or customer number"),
        )
        columns = (
            Column("key", tr("Customer"), 100, "strong"),
            Column("person", tr("Person"), 170, "masked"),
            Column("reason", tr("Reason"), 150, text=self._reason, sortable=False),
            Column("sign", tr("Last activity"), 210, text=self._sign),
            Column("blocks", tr("Blocked by"), 0, text=self._blocks, tone=self._tone, sortable=False),
        )
        table = PagedTable(work, columns, self._fetch, key=lambda row: row.key, sort=Sort("key"), title=tr("Review"))
        super().__init__(work, key="retention", title=tr("Retention"), filters=filters, table=table, parent=parent)
        filters.changed.connect(self._filtered)
        table.chosen.connect(self._chosen)
        table.opened.connect(self._chosen)
        self.file.chosen.connect(self._step)
        self.file.asked.connect(self._asked)
        self._say_empty()
        advice = tr("Choose an account to see why it is listed. Nothing is deleted from this list.")
        self.file.clear(tr("No account is open"), advice)

    # --- words ---

    def _reason(self, row: Candidate) -> str:
        return tr(panel.REASONS[row.reason])

    def _sign(self, row: Candidate) -> str:
        return panel.sign(row.sign, self._policy().zone)

    def _blocks(self, row: Candidate) -> str:
        return "; ".join(row.blocks)

    def _tone(self, row: Candidate) -> Tone:
        return "amber" if row.blocks else ""

    # --- the list ---

    def _reasons(self) -> tuple[str, ...]:
        return tuple(reason for reason in rules.REASONS if reason in self._filter.chips) or rules.REASONS

    def _fetch(self, sort: Sort, after: Any, limit: int) -> Page[Candidate]:
        text = self._filter.text.strip()
        if text:
            wanted = self._reasons()
            return Page(tuple(one for one in self.service.queue.search(text) if one.reason in wanted))
        return self.service.queue.page(self._reasons(), sort, after, limit)

    def _filtered(self, asked: Filter) -> None:
        self._filter = asked
        self._say_empty()
        self.table.reload()

    def _say_empty(self) -> None:
        if self._filter.text or self._filter.chips:
            self.table.set_empty(tr("Nothing matches"), tr("Clear the search or switch a filter off."))
        else:
            self.table.set_empty(tr("No account is due for review"), tr("Press F5 to ask the shop again."))

    def refresh(self) -> None:
        """Ask the shop again."""
        super().refresh()
        self.work.run(self.service.queue.counts, self._counted, self._uncounted, owner=self)

    def _counted(self, counts: dict[str, int]) -> None:
        self.set_count(sum(counts.values()))
        self.changed.emit()

    def _uncounted(self, error: KnownError) -> None:
        self.set_count(None)
        self.table.set_empty(tr("The list cannot be read"), str(error))

    # --- one account ---

    def _chosen(self, row: Candidate) -> None:
        self.close_preview()
        self.run(lambda: self.service.queue.open(row), self._opened)

    def _opened(self, file: File) -> None:
        self._shown = file
        shown = panel.sections(file, self.service.queue.days, self._policy().zone)
        self.file.show_case(panel.header(file), shown, (Step("card", tr("Open customer card"), primary=True),))

    def _step(self, _step: str) -> None:
        if self._shown is not None:
            self.card_asked.emit(self._shown.candidate.key)

    def _asked(self, action: str) -> None:
        kind, _, key = action.partition(":")
        if kind == "case":
            self.case_asked.emit(key)

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
