"""The affected customers: asked of the shop, counted, sampled masked, and frozen into a sealed list."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo

from officer_app.base.change import Change
from officer_app.base.errors import Cancelled, KnownError
from officer_app.base.person import masked, normal_email, normal_name
from officer_app.breaches import incidents, records
from officer_app.breaches.order import Once, PostalOrder
from officer_app.breaches.person import Person
from officer_app.casebook import audit
from officer_app.casebook.book import Casebook
from officer_app.policy.book import Book
from officer_app.shop import affected
from officer_app.shop.affected import Count, Filter
from officer_app.shop.connection import Shop, connected
from officer_app.shop.recipients import Recipient

Progress = Callable[[int, int], None]
Cancel = Callable[[], bool]


@dataclass(frozen=True)
class Asked:
    """Who may be affected, as the officer asks it; days are whole days of the shop's zone, both included.

    `pasted` holds customer numbers and e-mails in any order, parted by white space, commas or semicolons. Nothing
    given at all asks for everybody.
    """

    created_from: date | None = None
    created_to: date | None = None
    ordered_from: date | None = None
    ordered_to: date | None = None
    active_from: date | None = None
    active_to: date | None = None
    country: str = ""
    state: str = ""
    has_password: bool | None = None
    pasted: str = ""

    def named(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the pasted customer numbers and e-mails, each once."""
        words = dict.fromkeys(word.strip("<>\"'") for word in re.split(r"[\s,;]+", self.pasted))
        return tuple(w for w in words if w and "@" not in w), tuple(w for w in words if "@" in w)

    def filter(self, zone: tzinfo) -> Filter:
        """Return the question to the shop."""
        keys, emails = self.named()
        return Filter(
            _start(self.created_from, zone), _end(self.created_to, zone), _start(self.ordered_from, zone),
            _end(self.ordered_to, zone), _start(self.active_from, zone), _end(self.active_to, zone),
            self.country.strip().upper(), self.state.strip(), self.has_password, keys, emails,
        )  # fmt: skip

    def words(self) -> str:
        """Return the question in words, for the list and the register."""
        parts = []
        for title, first, last in (
            ("created", self.created_from, self.created_to),
            ("ordered", self.ordered_from, self.ordered_to),
            ("active", self.active_from, self.active_to),
        ):
            if first or last:
                since = f" from {first.isoformat()}" if first else ""
                until = f" to {last.isoformat()}" if last else ""
                parts.append(f"{title}{since}{until}")
        if self.country.strip():
            parts.append(f"country {self.country.strip().upper()}")
        if self.state.strip():
            parts.append(f"state {self.state.strip()}")
        if self.has_password is not None:
            parts.append("with a password" if self.has_password else "without a password")
        keys, emails = self.named()
        if keys or emails:
            parts.append(f"{len(keys)} pasted numbers, {len(emails)} pasted e-mails")
        return "; ".join(parts) or "everybody"


def _start(day: date | None, zone: tzinfo) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), zone)


def _end(day: date | None, zone: tzinfo) -> datetime | None:
    return None if day is None else datetime.combine(day + timedelta(days=1), time(), zone)


@dataclass(frozen=True)
class SampleRow:
    """One of the customers found, masked, so that looking is no view of personal data."""

    name: str
    email: str
    country: str
    language: str
    writable: bool


@dataclass(frozen=True)
class Found:
    """What a question finds before anything is frozen."""

    asked: Asked
    count: Count
    sample: tuple[SampleRow, ...]

    @property
    def unmatched(self) -> tuple[str, ...]:
        """What was pasted and matches nobody."""
        return (*self.count.unmatched_keys, *self.count.unmatched_emails)


class Affected:
    """Finds and freezes affected customers; `shop` gives the connected shop or None."""

    def __init__(self, book: Casebook, policy: Callable[[], Book], shop: Callable[[], Shop | None]) -> None:
        self._book, self._policy, self._shop = book, policy, shop

    def _connected(self) -> Shop:
        return connected(self._shop())

    def unanswerable(self) -> dict[str, str]:
        """Return the filters this shop cannot answer, with the reason; all of them while none is connected."""
        shop = self._shop()
        if shop is None:
            why = "No shop is connected."
            return dict.fromkeys(("created", "ordered", "active", "country", "state", "has_password"), why)
        return affected.unanswerable(shop)

    def look(self, asked: Asked, cancelled: Cancel = lambda: False) -> Found:
        """Return how many a question finds, and ten of them masked."""
        shop, wanted = self._connected(), asked.filter(self._policy().zone)
        count = affected.count(shop, wanted, cancelled=cancelled)
        rows = affected.sample(shop, wanted, 10, cancelled=cancelled)
        return Found(asked, count, tuple(_masked(_person(row)) for row in rows))

    def freeze(
        self,
        reference: str,
        asked: Asked,
        progress: Progress = lambda _done, _total: None,
        cancelled: Cancel = lambda: False,
    ) -> Change:
        """Freeze whom the question finds into the incident's next list, without anybody who is in an earlier one.

        The shop is read and sorted before the casebook is locked for the one transaction that seals the list, so that
        other windows wait only for that. Cancelled and KnownError leave no list.
        """
        shop, wanted = self._connected(), asked.filter(self._policy().zone)
        count = affected.count(shop, wanted, cancelled=cancelled)
        with self._book.reading() as tx:
            before = incidents.get(tx, reference)
        once = self._earlier([one.id for one in before.lists])
        repeated = 0
        with PostalOrder() as ordered:
            for chunk in affected.stream(shop, wanted, cancelled=cancelled):
                for recipient in chunk:
                    person = _person(recipient)
                    if once.add(person):
                        ordered.add(person, recipient.street)
                    else:
                        repeated += 1
                progress(ordered.count + repeated, max(count.total, ordered.count + repeated))
                if cancelled():
                    raise Cancelled
            if not ordered.count:
                raise KnownError(
                    "Everybody whom this finds is in an earlier list already." if repeated
                    else "This finds nobody. Change the question."
                )  # fmt: skip
            unmatched = (*count.unmatched_keys, *count.unmatched_emails)
            with self._book.transaction("work", reference) as tx:
                case = incidents.get(tx, reference)
                if len(case.lists) != len(before.lists):
                    raise KnownError("Somebody else froze a list meanwhile. Look at it, then ask again.")
                if case.concluded is not None:
                    raise KnownError(f"{reference} is closed. Reopen it first.")
                made = records.add_list(tx, reference, len(case.lists) + 1, _until(ordered, cancelled), asked.words(),
                                        unmatched)  # fmt: skip
                incidents.save(tx, replace(case, lists=(*case.lists, made)))
                details = {"how": made.how, "unmatched": list(unmatched), "left out": repeated}
                audit.append(tx, "list frozen", reference, details, list=made.id, persons=made.persons,
                             digest=made.digest)  # fmt: skip
        news = f"List {made.number} is frozen: {made.persons:,} persons, {made.writable:,} with a postal address."
        return Change(records.DESK, (reference,), news=news)

    def _earlier(self, names: Sequence[str]) -> Once:
        """Return what remembers everybody in the earlier lists; one list after the other, in bounded memory."""
        once = Once()
        with self._book.reading() as tx:
            for name in names:
                for _at, person in records.people(tx, name):
                    once.add(person)
        return once


def _until(people: PostalOrder, cancelled: Cancel) -> Iterator[Person]:
    for at, person in enumerate(people):
        if at % 1000 == 0 and cancelled():
            raise Cancelled
        yield person


def _person(found: Recipient, only: tuple[str, ...] = ()) -> Person:
    # where the shop cannot tell, an account has a password, and everybody ordered
    has_password = not found.guest if found.has_password is None else found.has_password
    return Person(found.key or "", normal_name(found.name), found.email, found.phone, found.lines, found.postcode,
                  found.country, found.language, found.guest, has_password, found.ordered is not False,
                  only)  # fmt: skip


def _masked(person: Person) -> SampleRow:
    local, _at, domain = normal_email(person.email).rpartition("@")
    mail = f"{masked(local)}@{masked(domain.replace('.', ' '))}" if local else ""
    return SampleRow(masked(person.name), mail, person.country, person.language, person.writable)
