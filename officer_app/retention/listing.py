"""The review list as it is read: columns, rows in words, what the filter asks for, and what an empty list says."""

from collections.abc import Callable
from datetime import tzinfo
from typing import Any

from officer_app.base.page import Page, Sort
from officer_app.retention import batch_panel, panel, rules
from officer_app.retention.batches import BatchRow
from officer_app.retention.forms import TITLES, counted, tr
from officer_app.retention.own_cases import PastRow
from officer_app.retention.rules import ORDERS, Candidate
from officer_app.retention.service import Retention
from officer_app.widgets.bars import Chip, Filter
from officer_app.widgets.model import Column
from officer_app.widgets.room import Tone

Row = Candidate | BatchRow | PastRow
BATCHES, CLOSED, OWN = "batches", "closed", "own"


def key(row: Row) -> str:
    """Return what names a row in the list."""
    return row.key if isinstance(row, Candidate) else row.reference


def subject(row: Row) -> str:
    """Return what names the file behind a row: an account has one for itself and one for its old orders."""
    return f"{row.reason == ORDERS} {row.key}" if isinstance(row, Candidate) else row.reference


def chips() -> tuple[Chip, ...]:
    """Return the filters of the list."""
    return (
        *(Chip(reason, tr(TITLES[reason])) for reason in rules.REASONS),
        Chip(ORDERS, tr("Old orders"), "list"),
        Chip(BATCHES, tr("Batches"), "list"),
        Chip(CLOSED, tr("With closed"), "list"),
        Chip(OWN, tr("Our own cases"), "list"),
    )


class Listing:
    """Reads the rows that `filter` asks for, and says them in words."""

    def __init__(self, service: Retention, zone: Callable[[], tzinfo]) -> None:
        self._service, self._zone = service, zone
        self.filter = Filter()

    def columns(self) -> tuple[Column, ...]:
        """Return the columns."""
        return (
            Column("key", tr("Customer"), 120, "strong", text=_key),
            Column("person", tr("Person"), 160, "masked", text=_person),
            Column("reason", tr("Reason"), 140, text=_reason, sortable=False),
            Column("sign", tr("Last activity"), 190, text=self._sign),
            Column("blocks", tr("Blocked by"), 0, text=_blocks, tone=_tone, sortable=False),
        )

    def reasons(self) -> tuple[str, ...]:
        """Return the reasons that are asked for: all while none is chosen."""
        return tuple(reason for reason in rules.REASONS if reason in self.filter.chips) or rules.REASONS

    def fetch(self, sort: Sort, after: Any, limit: int) -> Page[Any]:
        """Return a page of the rows that the filter asks for."""
        service, chips = self._service, self.filter.chips
        if OWN in chips:
            return Page(service.own_cases.due())
        if chips & {BATCHES, CLOSED}:
            return service.batches.page(CLOSED in chips, after, limit)
        text = self.filter.text.strip()
        if ORDERS in chips:
            if text:
                return Page(service.search_orders(text))
            return service.old_orders.page(after, limit)
        if text:
            wanted = self.reasons()
            return Page(tuple(one for one in service.queue.search(text) if one.reason in wanted))
        return service.queue.page(self.reasons(), sort, after, limit)

    def empty(self) -> tuple[str, str]:
        """Return what an empty list is called, and what to do then."""
        chips = self.filter.chips
        if OWN in chips:
            return tr("No case of our own is past its time"), ""
        if ORDERS in chips:
            return tr("No order is past its time"), ""
        if chips & {BATCHES, CLOSED}:
            return tr("No batch is open"), tr("Choose accounts from the review list and freeze them.")
        if self.filter.text or chips:
            return tr("Nothing matches"), tr("Clear the search or switch a filter off.")
        return tr("No account is due for review"), tr("Press F5 to ask the shop again.")

    def why_empty(self) -> Callable[[], str] | None:
        """Return what reads, away from the window, why the list is empty; None where there is nothing to read."""
        if OWN in self.filter.chips:
            return self._service.own_cases.explain
        return self._service.old_orders.explain if ORDERS in self.filter.chips else None

    def _sign(self, row: Row) -> str:
        zone = self._zone()
        if isinstance(row, PastRow):
            return batch_panel.closed(row, zone)
        return panel.sign(row.sign, zone) if isinstance(row, Candidate) else batch_panel.state(row, zone)


def _key(row: Row) -> str:
    return tr("guest") if isinstance(row, Candidate) and row.guest else key(row)


def _person(row: Row) -> str:
    if isinstance(row, Candidate):
        return row.person
    return counted(row.members, row.ground) if isinstance(row, BatchRow) else ""


def _reason(row: Row) -> str:
    if isinstance(row, PastRow):
        return row.kind.replace("-", " ")
    return tr(TITLES[row.reason if isinstance(row, Candidate) else row.ground])


def _blocks(row: Row) -> str:
    if isinstance(row, PastRow):
        return row.held
    if isinstance(row, BatchRow):
        return ""
    against = (*row.blocks, *((tr("in batch {0}").format(row.batch),) if row.batch else ()))
    return "; ".join((*against, *((row.kept,) if row.kept else ())))


def _tone(row: Row) -> Tone:
    held = (isinstance(row, PastRow) and row.held) or (isinstance(row, Candidate) and row.blocks)
    return "amber" if held else ""
