"""Who complains: found in the shop, compared with what it stores, and addressed in letters."""

from collections.abc import Callable, Mapping

from officer_app.base.errors import KnownError
from officer_app.base.person import comparable_name
from officer_app.complaints import letter
from officer_app.complaints.rules import Complaint
from officer_app.letters import country
from officer_app.letters.issue import Letters
from officer_app.policy.book import Book
from officer_app.shop import customers, identity
from officer_app.shop.connection import Shop, connected
from officer_app.shop.facts import Card, Match

_GUEST = "guest:"


class Requesters:
    """Looks requesters up in the connected shop; `shop` gives it or None."""

    def __init__(self, policy: Callable[[], Book], letters: Letters, shop: Callable[[], Shop | None]) -> None:
        self._policy, self._letters, self._shop = policy, letters, shop

    def suggestions(self, case: Complaint) -> tuple[Match, ...]:
        """Return the shop's customers with exactly this e-mail or phone, staff left out."""
        shop = self._connected()
        found: dict[str, Match] = {}
        for text in (case.requester.email, case.requester.phone):
            if text:
                found.update({customer_key(one): one for one in customers.find(shop, text).rows if not one.staff})
        return tuple(found.values())

    def find_customers(self, text: str) -> tuple[Match, ...]:
        """Return the shop's customers by e-mail, phone, order number, name or id."""
        return customers.find(self._connected(), text).rows

    def compare(self, case: Complaint, claims: Mapping[str, str]) -> tuple[identity.Compared, ...]:
        """Return what the person said beside what the shop holds, fact by fact."""
        return identity.compare(self._card(case), claims)

    def _connected(self) -> Shop:
        return connected(self._shop())

    def _card(self, case: Complaint) -> Card:
        if case.customer.startswith(_GUEST):
            return customers.card_by_email(self._connected(), case.customer.removeprefix(_GUEST))
        return customers.card(self._connected(), case.customer)

    def around(self, case: Complaint) -> letter.Around:
        """Return what a letter says beside the case.

        The shop's name and address only for somebody whose identity was checked: a letter must not tell a stranger
        where a customer lives.
        """
        who = case.requester
        name, lines = who.name, tuple(part for part in who.address.splitlines() if part.strip())
        if case.identified and self._shop() is not None:
            card = self._card(case)
            if not _same_words(name, card.account.name):
                name = card.account.name or name
            if card.addresses:
                place = card.addresses[0]
                lines = (*place.lines, *country.line(place.country, self._letters.shop().country))
        if not lines and who.email:
            lines = (who.email,)
        if not name and not lines:
            raise KnownError("Enter a name and an address or e-mail; the letter has nobody to go to.")
        recipient = tuple(part for part in (name, *lines) if part)
        return letter.Around(self._policy().zone, recipient, name, self._letters.shop().email)


def _same_words(one: str, other: str) -> bool:
    """Return whether two names differ in the order of their words only: everybody writes their own as they like it."""
    return sorted(comparable_name(one).split()) == sorted(comparable_name(other).split())


def customer_key(match: Match) -> str:
    """Return what a case stores as its customer: the shop's key, or a guest's e-mail marked as such."""
    return match.key if match.key is not None else f"{_GUEST}{match.email}"
