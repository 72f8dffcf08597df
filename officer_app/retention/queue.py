"""The review list read by page: the shop's candidates merged with what the casebook knows of them."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from officer_app.base.erasure import Person, Scope
from officer_app.base.handover import ContactsSince, IncidentsOf
from officer_app.base.page import Page, Sort
from officer_app.base.person import masked, normal_email
from officer_app.casebook import audit, cases, holds
from officer_app.casebook.book import Casebook
from officer_app.casebook.cases import CaseHead
from officer_app.casebook.evidence import Evidence
from officer_app.policy.book import Book
from officer_app.retention import marks, records, rules
from officer_app.retention.batch import PlanLine
from officer_app.retention.own import Listed, Own
from officer_app.retention.rules import Candidate, Mark, Sign
from officer_app.shop import customers, erasure_plan, review, standing
from officer_app.shop.connection import Shop, connected
from officer_app.shop.facts import Card

_SORTS: dict[str, review.Sort] = {"key": "key", "person": "name", "sign": "activity"}


@dataclass(frozen=True)
class File:
    """One candidate with the customer's card and their cases; fetching it is recorded as a view."""

    candidate: Candidate
    card: Card
    cases: tuple[CaseHead, ...]
    mark: Mark | None
    plan: tuple[PlanLine, ...]
    effects: tuple[tuple[str, str], ...]
    jobs: tuple[review.PlatformJob, ...]
    papers: tuple[Evidence, ...] = ()


class Queue:
    """Reads the list; `shop` gives the connected shop or None, `incidents` who is affected by an open breach."""

    def __init__(
        self,
        book: Casebook,
        policy: Callable[[], Book],
        shop: Callable[[], Shop | None],
        incidents: IncidentsOf,
        contacts: ContactsSince,
    ) -> None:
        self._book, self._policy, self._shop, self._incidents = book, policy, shop, incidents
        self._own = Own(book, contacts)

    def connected(self) -> Shop:
        """Return the shop; KnownError when none is connected."""
        return connected(self._shop())

    @property
    def days(self) -> int:
        """How many days without activity make an account inactive."""
        return self._policy().retention.inactive_days

    @property
    def can_ask(self) -> bool:
        """Whether a shop is connected."""
        return self._shop() is not None

    @property
    def now(self) -> datetime:
        """The instant from which "so many days ago" is counted back, see `rules.cutoff_now`."""
        return rules.cutoff_now(self._book.clock(), self.days, self._policy().zone)

    def own(self, cancelled: Callable[[], bool] | None = None) -> Listed:
        """Return the casebook's side of the list."""
        return self._own.listed(self.connected(), self.now - timedelta(days=self.days), cancelled)

    def page(
        self,
        reasons: Collection[str] = rules.REASONS,
        sort: Sort = Sort("key"),  # noqa: B008  a frozen value
        after: Any = None,
        limit: int = 100,
        cancelled: Callable[[], bool] | None = None,
    ) -> Page[Candidate]:
        """Return one page; persons are masked, so that it is no view of personal data.

        Guests, of whom only an e-mail is known, stand first; the accounts follow in the order asked for.
        """
        shop, own = self.connected(), self.own(cancelled)
        place, mark = after or ("guests", None)
        start = mark or 0
        if place == "guests":
            guests = [one for one in own.guests if one.ground in reasons]
            if guests[start:]:
                rows = self._guests(guests[start : start + limit])
                more = start + limit < len(guests)
                return Page(rows, ("guests", start + limit) if more else ("shop", None))
            mark = None
        found = review.candidates(
            shop,
            now=self.now,
            inactive_days=self.days,
            own=own.shop,
            after=mark,
            limit=limit,
            sort=_SORTS.get(sort.key, "key"),
            reasons=[reason for reason in review.REASONS if reason in reasons],
            cancelled=cancelled,
        )
        return Page(self.merged(found.rows, own), None if found.after is None else ("shop", found.after))

    def merged(self, rows: Sequence[review.Candidate], own: Listed) -> tuple[Candidate, ...]:
        """Return the shop's rows as the list shows them."""
        with self._book.reading() as tx:
            batches = records.named(tx, [row.key for row in rows], [])
        return tuple(
            _merged(row, own.by_key.get(row.key), blocks, own.awake.get(row.key), batches.get(row.key, ("",))[0])
            for row, blocks in zip(rows, self.blocks(rows, own), strict=True)
        )

    def blocks(self, rows: Sequence[review.Candidate], own: Listed) -> list[tuple[str, ...]]:
        """Return what stands against deleting each of these accounts: the shop's guards, open cases, holds."""
        keys, emails = [row.key for row in rows], [row.email for row in rows if row.email]
        affected = self._incidents(keys, emails)
        with self._book.reading() as tx:
            busy = cases.open_cases_by_customer(tx, keys, emails)
            held = holds.held(tx, keys, emails)
        return [
            rules.blocks(
                [block.title for block in row.blocks],
                rules.but(_of(row, busy, affected), own.by_key[row.key].complaint if row.key in own.by_key else ""),
                _of(row, held),
            )
            for row in rows
        ]

    def blocks_of_emails(self, emails: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return what stands in the casebook against deleting what these e-mails name: open cases, incidents, holds."""
        affected = self._incidents([], emails)
        with self._book.reading() as tx:
            busy, held = cases.open_cases_by_customer(tx, [], emails), holds.held(tx, [], emails)
        return {
            one: rules.blocks((), rules.but((*busy.get(one, ()), *affected.get(one, ())), ""), held.get(one, ()))
            for one in emails
        }

    def _guests(self, found: Sequence[Mark]) -> tuple[Candidate, ...]:
        emails = [one.email for one in found]
        affected = self._incidents([], emails)
        with self._book.reading() as tx:
            busy, held = cases.open_cases_by_customer(tx, [], emails), holds.held(tx, [], emails)
        return tuple(
            _of_guest(
                mark,
                rules.blocks(
                    (),
                    rules.but((*busy.get(mark.email, ()), *affected.get(mark.email, ())), mark.complaint),
                    held.get(mark.email, ()),
                ),
            )
            for mark in found
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

    def one(self, key: str) -> Candidate | None:
        """Return one candidate as the list shows it now, None when it is not on the list any more."""
        own = self.own()
        guests = [mark for mark in own.guests if rules.guest_key(mark.id) == key]
        if guests:
            return self._guests(guests)[0]
        found = standing.of_keys(self.connected(), [key], now=self.now, inactive_days=self.days, own=own.shop).get(key)
        return self.merged([found.candidate], own)[0] if found is not None and found.reasons else None

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
        own = self.own(cancelled)
        counted = review.count(
            self.connected(), now=self.now, inactive_days=self.days, own=own.shop, cancelled=cancelled
        )
        guests = Counter(one.ground for one in own.guests)
        return {str(reason): number + guests[str(reason)] for reason, number in counted.items()}

    def platform_jobs(self) -> tuple[review.PlatformJob, ...]:
        """Return the shop platform's own retention settings, to be shown beside ours."""
        return review.platform_jobs(self.connected())

    def open(self, candidate: Candidate, scope: Scope = "account", email: str = "") -> File:
        """Return everything about one candidate, with what the plan would do; recorded before anything is shown.

        `email` is that of a guest of whom the casebook has no entry.
        """
        with self._book.reading() as tx:
            mark = marks.get(tx, candidate.mark) if candidate.mark else None
        email = mark.email if mark is not None and candidate.guest else email
        with self._book.transaction("view") as tx:
            seen = tx.blind("email", normal_email(email)) if email else tx.blind("customer", candidate.key)
            audit.append(tx, "view", None, {"customer": email or candidate.key}, customer=seen)
        shop = self.connected()
        card = customers.card_by_email(shop, email) if email else customers.card(shop, candidate.key)
        keys = [] if email else [candidate.key]
        with self._book.reading() as tx:
            known = cases.of_person(tx, customers=keys, emails=[card.account.email])
        person = Person("1", "" if email else candidate.key, email or card.account.email)
        lines, needs = self.preview([person], scope)
        return File(candidate, card, known, mark, lines, needs, self.platform_jobs())

    def preview(
        self, people: Iterable[Person], scope: Scope, cancelled: Callable[[], bool] | None = None
    ) -> tuple[tuple[PlanLine, ...], tuple[tuple[str, str], ...]]:
        """Return what erasing these people would do, and what the platform needs afterwards; nothing is changed.

        What is kept is kept until the later of the profile's own date and the active packs'; their law is named then.
        """
        plan, policy = erasure_plan.preview(self.connected(), people, scope, cancelled=cancelled), self._policy()
        period = rules.order_period(policy.retention.keeps, 0)
        lines = []
        for one in plan.lines:
            until, law = one.until, ""
            if until is not None and one.newest is not None and period is not None:
                by_law = period.until(one.newest, policy.zone)
                if by_law >= until:
                    until, law = by_law, period.source
            lines.append(PlanLine(str(one.table), one.title, one.action, one.rows, one.what, one.reason,
                                  until.isoformat() if until else "", law))  # fmt: skip
        return tuple(lines), _effects(plan)


def _effects(plan: erasure_plan.Plan) -> tuple[tuple[str, str], ...]:
    """Return what the platform needs after an erasure, and how it is done."""
    found = [(one.what, one.command or one.remedy) for one in plan.side_effects]
    return tuple(dict.fromkeys((*found, *((what, "manual") for what in plan.by_hand))))


def _of(row: review.Candidate, *found: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return what the mappings say of an account by its key and by its e-mail, each once."""
    return tuple(dict.fromkeys(one for each in found for name in (row.key, row.email) for one in each.get(name, ())))


def _merged(
    row: review.Candidate, mark: Mark | None, blocks: tuple[str, ...], contact: datetime | None, batch: str
) -> Candidate:
    """Return an account as the list shows it: the shop's row, and what the casebook knows of the person."""
    sign = Sign(row.activity.at, row.activity.meaning, row.activity.precision)
    facts = tuple((fact.what, fact.at) for fact in row.facts)
    if contact is not None:
        facts = (*facts, ("contact", contact))
        if sign.at is None or contact > sign.at:
            sign = Sign(contact, "contact", "second")
    own = mark if mark is not None and mark.ground == row.reason else None
    since = row.since
    if own is not None:
        since = own.asked if since is None else min(own.asked, since)
    return Candidate(
        key=row.key,
        person=masked(row.name or row.email),
        reason=row.reason,
        since=since,
        sign=sign,
        facts=facts,
        blocks=blocks,
        origin="" if own is None else own.complaint or "finding",
        mark=own.id if own is not None else "",
        batch=batch,
        found=own is not None and own.confirmed is not None,
    )


def _of_guest(mark: Mark, blocks: tuple[str, ...]) -> Candidate:
    """Return somebody of whom only an e-mail is known."""
    return Candidate(
        key=rules.guest_key(mark.id),
        person=masked(mark.email),
        reason=mark.ground,
        since=mark.asked,
        sign=Sign(None, "unknown", "unknown"),
        facts=(),
        blocks=blocks,
        origin=mark.complaint or "finding",
        mark=mark.id,
        batch=mark.batch,
        found=mark.confirmed is not None,
    )
