"""The customer a demand concerns: found in the shop by what the demand says, or by a search."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from officer_app.base.errors import KnownError
from officer_app.disclosures.buyer_letter import Addressee
from officer_app.disclosures.demand import GUEST, Disclosure
from officer_app.letters import country
from officer_app.shop import customers
from officer_app.shop.connection import Shop, connected
from officer_app.shop.facts import Card, Match

LANGUAGES = ("en", "vi")
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_PHONE = re.compile(r"\+?\d[\d ().-]{7,16}\d")
_MOST = 6  # e-mails and numbers of one demand that are looked up at once


@dataclass(frozen=True)
class Found:
    """A customer found: what a case stores of them."""

    customer: str
    name: str
    email: str


class Persons:
    """Looks people up in the connected shop; `shop` gives it or None."""

    def __init__(self, shop: Callable[[], Shop | None]) -> None:
        self._shop = shop

    def suggestions(self, case: Disclosure) -> tuple[Match, ...]:
        """Return the shop's customers with an e-mail or phone that the demand names, staff left out."""
        said = f"{case.demand.asked}\n{case.demand.limits}"[:20_000]
        texts = [*_EMAIL.findall(said), *_PHONE.findall(said)]
        found: dict[str, Match] = {}
        for text in texts[:_MOST] if texts else ():
            found.update({customer_key(one): one for one in self.find(text) if not one.staff})
        return tuple(found.values())

    def find(self, text: str) -> tuple[Match, ...]:
        """Return the shop's customers by e-mail, phone, order number, name or id."""
        return customers.find(self._connected(), text).rows

    def known(self, customer: str) -> Found:
        """Return the customer behind a key, as the shop knows them now; "none" is nobody."""
        if customer == "none":
            return Found("none", "", "")
        card = self.card(customer)
        return Found(customer, card.account.name, card.account.email)

    def card(self, customer: str) -> Card:
        """Return all that the shop holds about the customer behind a key."""
        if customer in ("", "none"):
            raise KnownError("Find the customer concerned first.")
        shop = self._connected()
        if customer.startswith(GUEST):
            return customers.card_by_email(shop, customer.removeprefix(GUEST))
        return customers.card(shop, customer)

    def addressee(self, customer: str, home: str = "VN") -> Addressee:
        """Return the buyer as a letter needs them: the newest address of theirs, else their e-mail address.

        `home` is the shop's own country, which no letter within it names.
        """
        card = self.card(customer)
        account = card.account
        place = card.addresses[0] if card.addresses else None
        abroad = country.line(place.country, home) if place is not None else ()
        lines = (*place.lines, *abroad) if place is not None else (account.email,)
        name = account.name or (place.name if place is not None else "")
        language = account.language if account.language in LANGUAGES else "en"
        return Addressee(name or account.email, lines, language)

    def _connected(self) -> Shop:
        return connected(self._shop())


def customer_key(match: Match) -> str:
    """Return what a case stores as its customer: the shop's key, or a guest's e-mail marked as such."""
    return match.key if match.key is not None else f"{GUEST}{match.email}"
