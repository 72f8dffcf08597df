"""Compares what a requester says about themselves with what the shop has stored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from officer_app.base.person import comparable_name, normal_email, normal_phone
from officer_app.shop.facts import Card


@dataclass(frozen=True)
class Compared:
    """One fact: what was claimed, and whether the shop's data agree; None when the shop has nothing to compare."""

    fact: str
    claimed: str
    agrees: bool | None


def compare(card: Card, claims: Mapping[str, str], *, region: str = "VN") -> tuple[Compared, ...]:
    """Return each claim with its verdict, in the order given; empty claims are left out.

    Facts are name, email, phone, postcode, city, street, country, order, created (a date as YYYY-MM-DD) and
    customer (the number); any other is compared with nothing and stays open.
    """
    return tuple(
        Compared(fact, said.strip(), _verdict(card, fact, said.strip(), region))
        for fact, said in claims.items()
        if said.strip()
    )


def _verdict(card: Card, fact: str, said: str, region: str) -> bool | None:
    stored = _stored(card).get(fact, [])
    forms: dict[str, Callable[[str], str]] = {
        "name": _name,
        "email": normal_email,
        "phone": lambda text: normal_phone(text, region),
        "postcode": lambda text: "".join(text.split()).casefold(),
        "order": lambda text: text.lstrip("#").strip().casefold(),
    }
    form = forms.get(fact, comparable_name)
    known = {form(value) for value in stored} - {""}
    claimed = form(said)
    if not known:
        return None
    return bool(claimed) and claimed in known


def _name(text: str) -> str:
    """Return the words of a name in one order: people give their family name first or last."""
    return " ".join(sorted(comparable_name(text.replace(",", " ")).split()))


def _stored(card: Card) -> dict[str, list[str]]:
    account = card.account
    places = card.addresses
    return {
        "name": [account.name, f"{account.first_name} {account.last_name}", *(p.name for p in places)],
        "email": [account.email, *(order.email for order in card.orders)],
        "phone": [account.phone, account.mobile, *(place.phone for place in places)],
        "postcode": [place.postcode for place in places],
        "city": [place.city for place in places],
        "street": [line for place in places for line in place.street],
        "country": [account.country, *(place.country for place in places)],
        "order": [order.number for order in card.orders],
        "created": [account.created.date().isoformat()] if account.created is not None else [],
        "customer": [account.key or ""],
    }
