"""The affected customers: asked of the shop, counted, sampled masked, and frozen into a sealed list."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from officer_app.base.change import Change
from officer_app.base.errors import Cancelled, KnownError
from officer_app.base.person import masked, normal_email, normal_name
from officer_app.breaches import incidents, person, records
from officer_app.breaches.asked import Asked, Selection
from officer_app.breaches.once import Once
from officer_app.breaches.order import PostalOrder
from officer_app.breaches.person import Person
from officer_app.breaches.rules import Incident
from officer_app.casebook import audit
from officer_app.casebook.book import Casebook
from officer_app.policy.book import Book
from officer_app.shop import affected
from officer_app.shop.affected import Count
from officer_app.shop.connection import Shop, connected
from officer_app.shop.recipients import Recipient

Progress = Callable[[int, int], None]
Cancel = Callable[[], bool]
SAMPLE = 10
FILTERS = ("created", "ordered", "active", "country", "state", "has_password", "product", "orders")


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

    asked: Selection
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
            return dict.fromkeys(FILTERS, why)
        return affected.unanswerable(shop)

    def look(
        self, asked: Asked | Selection, cancelled: Cancel = lambda: False,
        progress: Progress = lambda _done, _total: None,
    ) -> Found:  # fmt: skip
        """Return how many a question finds, and ten of them masked.

        The shop counts the answer to one question; where questions are added up or taken off, all are gone through.
        """
        shop, wanted = self._connected(), Selection.of(asked)
        whole = self._count(shop, wanted, cancelled)
        sample: list[SampleRow] = []
        if wanted.simple:
            (one,) = wanted.parts[0][1].filters(self._policy().zone)
            sample = [_masked(_person(row)) for row in affected.sample(shop, one, SAMPLE, cancelled=cancelled)]
            return Found(wanted, whole, tuple(sample))
        customers = guests = 0
        for recipient, each in self._chosen(shop, wanted, Once(), cancelled):
            guests += recipient.guest
            customers += not recipient.guest
            if len(sample) < SAMPLE:
                sample.append(_masked(each))
            if (customers + guests) % 1000 == 0:
                progress(customers + guests, max(whole.total, customers + guests))
        return Found(wanted, replace(whole, customers=customers, guests=guests), tuple(sample))

    def _count(self, shop: Shop, wanted: Selection, cancelled: Cancel) -> Count:
        """Return the sum over the questions: how many at most, and what was pasted and matches nobody."""
        found = [
            affected.count(shop, each, cancelled=cancelled)
            for _op, asked in wanted.parts
            for each in asked.filters(self._policy().zone)
        ]
        return Count(
            sum(each.customers for each in found), sum(each.guests for each in found),
            max(each.staff_left_out for each in found),
            tuple(dict.fromkeys(key for each in found for key in each.unmatched_keys)),
            tuple(dict.fromkeys(mail for each in found for mail in each.unmatched_emails)),
        )  # fmt: skip

    def _chosen(
        self, shop: Shop, wanted: Selection, seen: Once, cancelled: Cancel
    ) -> Iterator[tuple[Recipient, Person]]:  # fmt: skip
        """Yield everybody who is left of the questions, each once, and nobody whom `seen` holds.

        The questions are gone through from the last to the first: whoever a later one takes away, an earlier one cannot
        bring back, and no more than the marks of those taken away is remembered.
        """
        gone: Once | None = None
        zone = self._policy().zone
        for op, asked in reversed(wanted.parts):
            for each in asked.filters(zone):
                for chunk in affected.stream(shop, each, cancelled=cancelled):
                    for recipient in chunk:
                        found = _person(recipient, wanted.only)
                        if op == "minus":
                            gone = gone or Once()
                            gone.add(found)
                        elif not (gone and gone.holds(found)) and seen.add(found):
                            yield recipient, found
                    if cancelled():
                        raise Cancelled

    def freeze(
        self,
        reference: str,
        asked: Asked | Selection,
        progress: Progress = lambda _done, _total: None,
        cancelled: Cancel = lambda: False,
    ) -> Change:
        """Freeze whom the questions find into the incident's next list, without anybody who is in an earlier one.

        Left out are persons of whom the shop holds none of the data concerned. The shop is read and sorted before the
        casebook is locked for the one transaction that seals the list, so that other windows wait only for that.
        Cancelled and KnownError leave no list.
        """
        try:
            return self._freeze(reference, asked, progress, cancelled)
        except Cancelled:
            raise Cancelled("Stopped. No list is frozen; what was asked stays here, to be frozen again.") from None

    def _freeze(self, reference: str, asked: Asked | Selection, progress: Progress, cancelled: Cancel) -> Change:
        shop, wanted = self._connected(), Selection.of(asked)
        count = self._count(shop, wanted, cancelled)
        with self._book.reading() as tx:
            before = incidents.get(tx, reference)
        seen = self._earlier([one.id for one in before.lists])
        unconcerned = 0
        with PostalOrder() as ordered:
            for recipient, each in self._chosen(shop, wanted, seen, cancelled):
                if before.facts.categories and not person.concerned(each.kind, before.facts.categories)[1]:
                    unconcerned += 1
                else:
                    ordered.add(each, recipient.street)
                if (ordered.count + unconcerned) % 500 == 0 or ordered.count == 1:
                    progress(ordered.count, max(count.total, ordered.count))
            self._refuse_nobody(ordered.count, unconcerned, count)
            unmatched = (*count.unmatched_keys, *count.unmatched_emails)
            with self._book.transaction("work", reference) as tx:
                case = incidents.get(tx, reference)
                _refuse_changed(case, before)
                made = records.add_list(tx, reference, len(case.lists) + 1, _until(ordered, cancelled), wanted.words(),
                                        unmatched, wanted.only)  # fmt: skip
                incidents.save(tx, replace(case, lists=(*case.lists, made)))
                details = {"how": made.how, "unmatched": list(unmatched), "without such data": unconcerned}
                audit.append(tx, "list frozen", reference, details, list=made.id, persons=made.persons,
                             digest=made.digest)  # fmt: skip
        news = f"List {made.number} is frozen: {made.persons:,} persons, {made.writable:,} with a postal address."
        if unconcerned:
            news += f" {unconcerned:,} were left out, because the shop holds none of these data of them."
        return Change(records.DESK, (reference,), news=news)

    def _refuse_nobody(self, persons: int, unconcerned: int, count: Count) -> None:
        if persons:
            return
        if unconcerned:
            raise KnownError("The shop holds none of the data concerned of these persons. Check the data concerned.")
        if count.total:
            raise KnownError("Everybody whom this finds is in an earlier list already, or was taken away.")
        raise KnownError("This finds nobody. Change the question.")

    def _earlier(self, names: Sequence[str]) -> Once:
        """Return what remembers everybody in the earlier lists; one list after the other, in bounded memory."""
        once = Once()
        with self._book.reading() as tx:
            for name in names:
                for _at, person in records.people(tx, name):
                    once.add(person)
        return once


def _refuse_changed(case: Incident, before: Incident) -> None:
    if len(case.lists) != len(before.lists):
        raise KnownError("Somebody else froze a list meanwhile. Look at it, then ask again.")
    if case.concluded is not None:
        raise KnownError(f"{case.reference} is closed. Reopen it first.")
    if case.facts.categories != before.facts.categories:
        raise KnownError("Somebody changed the data concerned meanwhile. Look at them, then freeze again.")


def _until(people: PostalOrder, cancelled: Cancel) -> Iterator[Person]:
    for at, each in enumerate(people):
        if at % 1000 == 0 and cancelled():
            raise Cancelled
        yield each


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
