"""The customer a demand concerns: found in the shop by what the demand says, or by a search."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from officer_app.disclosures.demand import Disclosure
from officer_app.shop import customers
from officer_app.shop.connection import Shop, connected
from officer_app.shop.facts import Match

GUEST = "guest:"
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
        shop = self._connected()
        if customer.startswith(GUEST):
            card = customers.card_by_email(shop, customer.removeprefix(GUEST))
        else:
            card = customers.card(shop, customer)
        return Found(customer, card.account.name, card.account.email)

    def _connected(self) -> Shop:
        return connected(self._shop())


def customer_key(match: Match) -> str:
    """Return what a case stores as its customer: the shop's key, or a guest's e-mail marked as such."""
    return match.key if match.key is not None else f"{GUEST}{match.email}"
