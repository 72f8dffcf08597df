"""The review list read by page: the shop's candidates merged with what the casebook knows of them."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from officer_app.base.handover import IncidentsOf
from officer_app.base.page import Page, Sort
from officer_app.base.person import masked
from officer_app.casebook import audit, cases, holds
from officer_app.casebook.book import Casebook
from officer_app.casebook.cases import CaseHead
from officer_app.policy.book import Book
from officer_app.retention import rules
from officer_app.retention.rules import Candidate, Sign
from officer_app.shop import customers, review
from officer_app.shop.connection import Shop, connected
from officer_app.shop.facts import Card

_SORTS: dict[str, review.Sort] = {"key": "key", "person": "name", "sign": "activity"}


@dataclass(frozen=True)
class File:
    """One candidate with the customer's card and their cases; fetching it is recorded as a view."""

    candidate: Candidate
    card: Card
    cases: tuple[CaseHead, ...]


class Queue:
    """Reads the list; `shop` gives the connected shop or None, `incidents` who is affected by an open breach."""

    def __init__(
        self, book: Casebook, policy: Callable[[], Book], shop: Callable[[], Shop | None], incidents: IncidentsOf
    ) -> None:
        self._book, self._policy, self._shop, self._incidents = book, policy, shop, incidents

    def connected(self) -> Shop:
        """Return the shop; KnownError when none is connected."""
        return connected(self._shop())

    @property
    def days(self) -> int:
        """How many days without activity make an account inactive."""
        return self._policy().retention.inactive_days

    def page(
        self,
        reasons: Collection[str] = rules.REASONS,
        sort: Sort = Sort("key"),  # noqa: B008  a frozen value
        after: Any = None,
        limit: int = 100,
        cancelled: Callable[[], bool] | None = None,
    ) -> Page[Candidate]:
        """Return one page; persons are masked, so that it is no view of personal data."""
        shop, policy = self.connected(), self._policy()
        found = review.candidates(
            shop,
            now=rules.cutoff_now(self._book.clock(), self.days, policy.zone),
            inactive_days=self.days,
            after=after,
            limit=limit,
            sort=_SORTS.get(sort.key, "key"),
            reasons=[reason for reason in review.REASONS if reason in reasons],
            cancelled=cancelled,
        )
        return Page(self._merged(found.rows), found.after)

    def _merged(self, rows: tuple[review.Candidate, ...]) -> tuple[Candidate, ...]:
        keys, emails = [row.key for row in rows], [row.email for row in rows if row.email]
        affected = self._incidents(keys, emails)
        with self._book.reading() as tx:
            busy = cases.open_cases_by_customer(tx, keys)
            held = holds.held(tx, keys, emails)
        return tuple(
            Candidate(
                key=row.key,
                person=masked(row.name or row.email),
                reason=row.reason,
                since=row.since,
                sign=Sign(row.activity.at, row.activity.meaning, row.activity.precision),
                facts=tuple((fact.what, fact.at) for fact in row.facts),
                blocks=rules.blocks(
                    [block.title for block in row.blocks],
                    _both(busy.get(row.key, ()), _both(affected.get(row.key, ()), affected.get(row.email, ()))),
                    _both(held.get(row.key, ()), held.get(row.email, ())),
                ),
            )
            for row in rows
        )

    def walk(self, cancelled: Callable[[], bool] | None = None) -> Iterator[Candidate]:
        """Yield every candidate, page by page, in the order of their keys."""
        after: Any = None
        while True:
            page = self.page(after=after, limit=1000, cancelled=cancelled)
            yield from page.rows
            after = page.next
            if after is None:
                return

    def search(self, text: str, cancelled: Callable[[], bool] | None = None) -> tuple[Candidate, ...]:
        """Return the candidates among the customers that an e-mail, phone, order number, name or id finds."""
        wanted = {one.key for one in customers.find(self.connected(), text, cancelled=cancelled).rows if one.key}
        with self._book.transaction("view") as tx:
            audit.append(tx, "search", None, {"desk": "retention", "text": text})
        found: list[Candidate] = []
        for candidate in self.walk(cancelled) if wanted else ():
            if candidate.key in wanted:
                found.append(candidate)
                if len(found) == len(wanted):
                    break
        return tuple(found)

    def counts(self, cancelled: Callable[[], bool] | None = None) -> dict[str, int]:
        """Return how many accounts each reason has."""
        now = rules.cutoff_now(self._book.clock(), self.days, self._policy().zone)
        counted = review.count(self.connected(), now=now, inactive_days=self.days, cancelled=cancelled)
        return {str(reason): number for reason, number in counted.items()}

    def platform_jobs(self) -> tuple[review.PlatformJob, ...]:
        """Return the shop platform's own retention settings, to be shown beside ours."""
        return review.platform_jobs(self.connected())

    def open(self, candidate: Candidate) -> File:
        """Return everything about one candidate; the view is in the audit before anything is shown."""
        with self._book.transaction("view") as tx:
            audit.append(tx, "view", None, {"customer": candidate.key}, customer=tx.blind("customer", candidate.key))
        card = customers.card(self.connected(), candidate.key)
        with self._book.reading() as tx:
            known = cases.of_person(tx, customers=[candidate.key], emails=[card.account.email])
        return File(candidate, card, known)


def _both(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))
