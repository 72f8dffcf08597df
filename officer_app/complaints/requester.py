"""Who complains: found in the shop, compared with what it stores, and addressed in letters."""

from collections.abc import Callable, Mapping

from officer_app.base.errors import KnownError
from officer_app.complaints import letter
from officer_app.complaints.rules import Complaint
from officer_app.letters.issue import Letters
from officer_app.policy.book import Book
from officer_app.shop import customers, identity
from officer_app.shop.connection import Shop


class Requesters:
    """Looks requesters up in the connected shop; `shop` gives it or None."""

    def __init__(self, policy: Callable[[], Book], letters: Letters, shop: Callable[[], Shop | None]) -> None:
        self._policy, self._letters, self._shop = policy, letters, shop

    def suggestions(self, case: Complaint) -> tuple[customers.Match, ...]:
        """Return the shop's customers with exactly this e-mail or phone."""
        shop = self._connected()
        found: dict[str, customers.Match] = {}
        for text in (case.requester.email, case.requester.phone):
            if text:
                found.update({match.key: match for match in customers.find(shop, text).rows})
        return tuple(found.values())

    def find_customers(self, text: str) -> tuple[customers.Match, ...]:
        """Return the shop's customers by e-mail, phone, order number, name or id."""
        return customers.find(self._connected(), text).rows

    def compare(self, case: Complaint, claims: Mapping[str, str]) -> tuple[identity.Compared, ...]:
        """Return what the person said beside what the shop holds, fact by fact."""
        return identity.compare(self._card(case), claims)

    def _connected(self) -> Shop:
        shop = self._shop()
        if shop is None:
            raise KnownError("No shop is connected. Connect it under Settings, Shop.")
        return shop

    def _card(self, case: Complaint) -> customers.Card:
        return customers.card(self._connected(), case.customer)

    def around(self, case: Complaint) -> letter.Around:
        """Return what a letter says beside the case; the shop's address only for a linked customer."""
        who = case.requester
        lines = tuple(part for part in (who.name, *who.address.splitlines()) if part.strip())
        addressee = who.name
        if case.linked and self._shop() is not None:
            card = self._card(case)
            addressee = card.name or who.name
            lines = tuple(part for part in (addressee, *card.postal) if part)
        if len(lines) < 2 and who.email:
            lines = (*lines, who.email)
        if not lines:
            raise KnownError("Enter a name and an address or e-mail; the letter has nobody to go to.")
        return letter.Around(self._policy().zone, lines, addressee, self._letters.shop().email)
