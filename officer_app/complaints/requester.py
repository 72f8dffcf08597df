"""Who complains: found in the shop, compared with what it stores, and addressed in letters."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

import phonenumbers

from officer_app.base.errors import KnownError
from officer_app.base.person import comparable_name
from officer_app.complaints import letter
from officer_app.complaints.rules import Complaint
from officer_app.letters import country
from officer_app.letters.issue import Letters
from officer_app.policy.book import Book
from officer_app.post import lookalike
from officer_app.shop import customers, identity
from officer_app.shop.connection import Shop, connected
from officer_app.shop.facts import Card, Match

LOOKS_ALIKE = "looks like this person's e-mail, but is another one"
_GUEST = "guest:"
_READ = 20_000  # characters of what a person wrote that are read for numbers and addresses
_MOST = 20  # of each, so that a text made of numbers asks the shop for no more
_ORDER = re.compile(r"(?<![\w@.])[A-Za-z]{0,4}[-#]?\d[\d-]{3,18}(?![\w@])")
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")


class Requesters:
    """Looks requesters up in the connected shop; `shop` gives it or None."""

    def __init__(self, policy: Callable[[], Book], letters: Letters, shop: Callable[[], Shop | None]) -> None:
        self._policy, self._letters, self._shop = policy, letters, shop

    def suggestions(self, case: Complaint) -> tuple[Match, ...]:
        """Return the shop's customers whom the case points to, staff left out; `why` says by what each.

        First who has exactly this e-mail or phone, then whose e-mail, phone or order number stands in the text, last
        whose e-mail the sender's only looks like (`LOOKS_ALIKE`): whoever imitates somebody wants to be taken for them.
        """
        shop, who, text = self._connected(), case.requester, f"{case.subject}\n{case.text}"[:_READ]
        asked = (
            ("email", (who.email,), "same e-mail"),
            ("phone", (who.phone,), "same phone"),
            ("order", _orders_in(text), "order named in the text"),
            ("email", _emails_in(text), "e-mail named in the text"),
            ("phone", _phones_in(text), "phone named in the text"),
            ("email", lookalike.variants(who.email), LOOKS_ALIKE),
        )
        found: dict[str, Match] = {}
        for by, texts, why in asked:
            for one in customers.named(shop, by, [text for text in texts if text]):
                if not one.staff:
                    found.setdefault(customer_key(one), replace(one, why=why))
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
        card = self._known(case) if case.identified and self._shop() is not None else None
        if card is not None:
            if not _same_words(name, card.account.name):
                name = card.account.name or name
            if card.addresses:
                place = card.addresses[0]
                lines = (*place.lines, *country.line(place.country, self._letters.shop().country))
        if not lines and who.email:
            lines = (who.email,)
        if not name and not lines:
            raise KnownError("Enter a name and an address or e-mail; the letter has nobody to go to.")
        return self._addressed(case, name, lines)

    def _known(self, case: Complaint) -> Card | None:
        """Return the customer's card; of an account that went since it was handed over to deletion nothing is left."""
        try:
            return self._card(case)
        except KnownError:
            if case.handed is None:
                raise
            return None

    def stored(self, case: Complaint, *, by_mail: bool) -> letter.Around:
        """Return where the shop itself would write to the customer, whoever asks; for a code that proves an identity.

        KnownError when nothing is stored to write to.
        """
        card = self._card(case)
        if by_mail:
            lines: tuple[str, ...] = (card.account.email,) if card.account.email else ()
        else:
            places = [place for place in card.addresses if place.street]
            lines = (*places[0].lines, *country.line(places[0].country, self._letters.shop().country)) if places else ()
        if not lines:
            what = "e-mail address" if by_mail else "postal address"
            raise KnownError(f"The shop holds no {what} of this customer. Prove the identity in another way.")
        return self._addressed(case, card.account.name, lines)

    def _addressed(self, case: Complaint, name: str, lines: tuple[str, ...]) -> letter.Around:
        policy = self._policy()
        recipient = tuple(part for part in (name, *lines) if part)
        purposes = {one.id: one.title_in(case.language) for one in policy.purposes}
        return letter.Around(policy.zone, recipient, name, self._letters.shop().email, purposes=purposes)

    def card(self, case: Complaint) -> Card:
        """Return all that the shop holds about the linked customer."""
        return self._card(case)


def _same_words(one: str, other: str) -> bool:
    """Return whether two names differ in the order of their words only: everybody writes their own as they like it."""
    return sorted(comparable_name(one).split()) == sorted(comparable_name(other).split())


def _orders_in(text: str) -> tuple[str, ...]:
    """Return what may be order numbers, as written and without a leading sign."""
    found = [one.strip("-#") for one in _ORDER.findall(text)]
    return tuple(dict.fromkeys(found))[:_MOST]


def _emails_in(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_EMAIL.findall(text)))[:_MOST]


def _phones_in(text: str) -> tuple[str, ...]:
    found = phonenumbers.PhoneNumberMatcher(text, "VN", max_tries=_MOST)
    return tuple(dict.fromkeys(one.raw_string for one in found))


def customer_key(match: Match) -> str:
    """Return what a case stores as its customer: the shop's key, or a guest's e-mail marked as such."""
    return match.key if match.key is not None else f"{_GUEST}{match.email}"
