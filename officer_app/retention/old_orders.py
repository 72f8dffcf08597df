"""The list of old orders: accounts of which no order, invoice or payment has to be kept any longer."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from officer_app.base.errors import KnownError
from officer_app.base.page import Page
from officer_app.base.person import masked
from officer_app.casebook.book import Casebook
from officer_app.notices.filling import shown_date
from officer_app.policy.book import Book
from officer_app.retention import records
from officer_app.retention.own import Listed
from officer_app.retention.queue import File, Queue
from officer_app.retention.rules import ORDERS, Candidate, Period, Sign, order_period
from officer_app.shop import order_review, standing
from officer_app.shop.order_review import Past
from officer_app.shop.standing import Standing

Cancel = Callable[[], bool] | None


class OldOrders:
    """Reads the list, and looks again whether somebody is still on it."""

    def __init__(self, book: Casebook, policy: Callable[[], Book], queue: Queue) -> None:
        self._book, self._policy, self._queue = book, policy, queue

    @property
    def period(self) -> Period | None:
        """How long orders are kept, by which rule; None where no rule says it."""
        return order_period(self._policy().retention.keeps, order_review.years(self._queue.connected()))

    @property
    def edge(self) -> datetime:
        """The instant before which an order was placed whose time is over; KnownError where no rule says it."""
        period = self.period
        if period is None:
            raise KnownError(
                "Neither a policy pack nor the shop's profile says for how long orders are kept. Switch on the pack of "
                "the shop's country in the settings, or name `keep_for` in the profile."
            )
        return period.edge(self._book.clock(), self._policy().zone)

    def explain(self) -> str:
        """Return for an empty list for how long orders are kept, and when the first come up."""
        period, zone = self.period, self._policy().zone
        if why := order_review.why_not(self._queue.connected()):
            return why
        if period is None:
            return "Neither a policy pack nor the shop's profile says for how long orders are kept."
        text = f"Orders and invoices are kept for {period.years} years from the end of their year ({period.source})."
        first = order_review.oldest(self._queue.connected())
        if first is None:
            return f"{text} The shop has no orders of customers."
        day = max(period.until(first, zone), self._book.clock().astimezone(zone).date()) + timedelta(days=1)
        if period.until(first, zone) < self._book.clock().astimezone(zone).date():
            return f"{text} Whoever has older ones has newer ones too, and stays until those are over."
        return f"{text} The first come up here on {shown_date(day, 'en')}."

    def page(self, after: Any = None, limit: int = 100, cancelled: Cancel = None) -> Page[Candidate]:
        """Return one page in the order of the customers' keys; persons are masked."""
        shop = self._queue.connected()
        found = order_review.past(shop, self.edge, after=after, limit=limit, cancelled=cancelled)
        return Page(self._merged(found.rows, self._queue.own(cancelled), cancelled), found.after)

    def walk(self, cancelled: Cancel = None) -> Sequence[Candidate]:
        """Return the whole list."""
        rows: list[Candidate] = []
        after: Any = None
        while True:
            page = self.page(after, 1000, cancelled)
            rows += page.rows
            after = page.next
            if after is None:
                return rows

    def of(self, keys: Collection[str], own: Listed, cancelled: Cancel = None) -> Mapping[str, Candidate]:
        """Return these accounts as the list shows them now, by key; whoever is not on it any more is left out."""
        found = order_review.past(self._queue.connected(), self.edge, keys=keys, cancelled=cancelled)
        return {row.key: row for row in self._merged(found.rows, own, cancelled)}

    def one(self, key: str) -> Candidate | None:
        """Return one account as the list shows it now, None when it is not on it any more."""
        return self.of([key], self._queue.own()).get(key)

    def open(self, candidate: Candidate) -> File:
        """Return everything about one account, with what would become of its orders; recorded as a view."""
        return self._queue.open(candidate, ORDERS)

    def _merged(self, found: Sequence[Past], own: Listed, cancelled: Cancel) -> tuple[Candidate, ...]:
        keys = [one.key for one in found]
        known = standing.of_keys(
            self._queue.connected(), keys, now=self._queue.now, inactive_days=self._queue.days, own=own.shop,
            cancelled=cancelled,
        )  # fmt: skip
        gone = order_review.erased(self._queue.connected(), keys, cancelled)
        there = [one for one in found if one.key in known]
        blocks = self._queue.blocks([known[one.key].candidate for one in there], own)
        with self._book.reading() as tx:
            batches = records.named(tx, keys, [])
        return tuple(
            self._row(one, known[one.key], why, batches.get(one.key, ("",))[0], erased=one.key in gone)
            for one, why in zip(there, blocks, strict=True)
        )

    def _row(self, one: Past, known: Standing, blocks: tuple[str, ...], batch: str, *, erased: bool) -> Candidate:
        zone, period, row = self._policy().zone, self.period, known.candidate
        assert period is not None
        silent = self._queue.now - timedelta(days=self._queue.days)
        alive = row.activity
        if not erased and (alive.at is None or alive.at >= silent):
            when = f" on {shown_date(alive.at.astimezone(zone).date(), 'en')}" if alive.at is not None else ""
            blocks = (*blocks, f"the account is in use: {alive.meaning}{when}")
        until = None if one.newest is None else period.until(one.newest, zone)
        count = "1 order" if one.orders == 1 else f"{one.orders:,} orders"
        over = f", kept until {shown_date(until, 'en')} ({period.source})" if until is not None else ""
        return Candidate(
            key=row.key,
            person="erased account" if erased else masked(row.name or row.email),
            reason=ORDERS,
            since=None if until is None else _morning_after(until, zone),
            sign=Sign(one.newest, "order", "second"),
            facts=(),
            blocks=blocks,
            batch=batch,
            kept=f"{count}{over}",
        )


def _morning_after(day: date, zone: Any) -> datetime:
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), zone)
