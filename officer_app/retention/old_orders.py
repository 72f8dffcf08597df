"""The list of old orders: accounts and guests of whom no order, invoice or payment has to be kept any longer."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from officer_app.base.errors import KnownError
from officer_app.base.page import Page
from officer_app.base.person import masked, normal_email
from officer_app.casebook.book import Casebook
from officer_app.notices.filling import shown_date
from officer_app.policy.book import Book
from officer_app.retention import records
from officer_app.retention.own import Listed
from officer_app.retention.queue import File, Queue
from officer_app.retention.rules import ORDERS, Candidate, Period, Sign, guest_key, guest_of, order_period
from officer_app.shop import guards, guest_orders, order_review, standing
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
        """Return one page, guests first, then the accounts in the order of their keys; persons are masked."""
        shop, own = self._queue.connected(), self._queue.own(cancelled)
        while True:  # nobody of a page may be left, where everybody of it has newer orders as a guest
            found = guest_orders.page(shop, self.edge, after=after, limit=limit, cancelled=cancelled)
            if found.rows or found.after is None:
                return Page(self._merged(found.rows, own, cancelled), found.after)
            after = found.after

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

    def of(
        self, keys: Collection[str], own: Listed, cancelled: Cancel = None, *, emails: Collection[str] = ()
    ) -> Mapping[str, Candidate]:
        """Return these rows as the list shows them now, by key, and guests named by an e-mail by its normal form too.

        Whoever is not on it any more is left out.
        """
        shop = self._queue.connected()
        mails = self.guests(keys, cancelled)
        named = dict.fromkeys(normal for one in (*mails.values(), *emails) if (normal := normal_email(one)))
        accounts = [key for key in keys if guest_of(key) is None]
        found = guest_orders.of(shop, self.edge, accounts, list(named), cancelled=cancelled)
        made = zip(found, self._rows(found, own, cancelled), strict=True)
        rows = {one.email or one.key: row for one, row in made if row is not None}
        rows |= {key: rows[mail] for key, mail in mails.items() if mail in rows}
        return rows

    def guests(self, keys: Collection[str], cancelled: Cancel = None) -> dict[str, str]:
        """Return by key the e-mails of the guests among these rows."""
        orders = {order: key for key in keys if (order := guest_of(key)) is not None}
        found = guest_orders.emails_of(self._queue.connected(), list(orders), cancelled) if orders else {}
        return {orders[order]: email for order, email in found.items()}

    def one(self, key: str) -> Candidate | None:
        """Return one row as the list shows it now, None when it is not on it any more."""
        return self.of([key], self._queue.own()).get(key)

    def open(self, candidate: Candidate) -> File:
        """Return everything about one row, with what would become of its orders; recorded as a view."""
        email = self.guests([candidate.key]).get(candidate.key, "")
        if candidate.guest and not email:
            raise KnownError("A newer order has to be kept, or the orders are anonymous already. Press F5.")
        return self._queue.open(candidate, ORDERS, email)

    def _merged(self, found: Sequence[Past], own: Listed, cancelled: Cancel) -> tuple[Candidate, ...]:
        """Return what was found as the list shows it; an account that is gone is left out."""
        return tuple(row for row in self._rows(found, own, cancelled) if row is not None)

    def _rows(self, found: Sequence[Past], own: Listed, cancelled: Cancel) -> list[Candidate | None]:
        shop = self._queue.connected()
        keys = [one.key for one in found if not one.email]
        known = standing.of_keys(
            shop, keys, now=self._queue.now, inactive_days=self._queue.days, own=own.shop, cancelled=cancelled
        )
        gone = order_review.erased(shop, keys, cancelled)
        rows = [known[key].candidate for key in keys if key in known]
        blocks = dict(zip((row.key for row in rows), self._queue.blocks(rows, own), strict=True))
        emails = [one.email for one in found if one.email]
        against = guards.blocks_of_emails(shop, emails, cancelled)
        others = self._queue.blocks_of_emails(emails)
        with self._book.reading() as tx:
            batches = records.named(tx, keys, emails)
        made: list[Candidate | None] = []
        for one in found:
            batch = batches.get(one.email or one.key, ("",))[0]
            if one.email:
                why = (*(block.title for block in against.get(one.email, ())), *others.get(one.email, ()))
                made.append(self._candidate(one, guest_key(one.key), masked(one.email), why, batch))
            elif one.key in known:
                made.append(self._account(one, known[one.key], blocks[one.key], batch, erased=one.key in gone))
            else:
                made.append(None)
        return made

    def _account(self, one: Past, known: Standing, blocks: tuple[str, ...], batch: str, *, erased: bool) -> Candidate:
        zone, row = self._policy().zone, known.candidate
        silent = self._queue.now - timedelta(days=self._queue.days)
        alive = row.activity
        if not erased and (alive.at is None or alive.at >= silent):
            when = f" on {shown_date(alive.at.astimezone(zone).date(), 'en')}" if alive.at is not None else ""
            blocks = (*blocks, f"the account is in use: {alive.meaning}{when}")
        person = "erased account" if erased else masked(row.name or row.email)
        return self._candidate(one, row.key, person, blocks, batch)

    def _candidate(self, one: Past, key: str, person: str, blocks: tuple[str, ...], batch: str) -> Candidate:
        zone, period = self._policy().zone, self.period
        assert period is not None
        until = None if one.newest is None else period.until(one.newest, zone)
        count = "1 order" if one.orders == 1 else f"{one.orders:,} orders"
        over = f", kept until {shown_date(until, 'en')} ({period.source})" if until is not None else ""
        return Candidate(
            key=key,
            person=person,
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
