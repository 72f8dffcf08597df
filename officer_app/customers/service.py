"""The customer card: people found in the shop, what it holds about one of them, and every case of that person."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from officer_app.base.errors import Cancelled, KnownError
from officer_app.base.handover import IncidentsOf
from officer_app.base.page import Page
from officer_app.base.person import comparable_name, masked, normal_email, normal_phone
from officer_app.casebook import audit, cases, issued
from officer_app.casebook.book import Casebook
from officer_app.casebook.cases import CaseHead
from officer_app.shop import customers
from officer_app.shop.connection import Shop, connected
from officer_app.shop.facts import Card, Match

Cancel = Callable[[], bool]

_CASE = re.compile(r"[A-Z]-\d{4}-\d{4,}")
_DESKS = frozenset("CDBR")
_BY = {"email": "e-mail", "phone": "phone", "order": "order number", "name": "name"}


@dataclass(frozen=True)
class Hit:
    """A person found, masked; `open` is what `card` takes, `why` says what matched."""

    open: str
    name: str
    email: str
    phone: str
    guest: bool
    staff: bool
    why: str


@dataclass(frozen=True)
class Answers:
    """What one search found; `trouble` says why the shop could not be asked."""

    cases: tuple[CaseHead, ...]
    people: Page[Hit]
    trouble: str = ""


@dataclass(frozen=True)
class PersonFile:
    """All that shop and casebook know of one person."""

    card: Card
    cases: tuple[CaseHead, ...]


class Customers:
    """What the page of customers and the find box do.

    `shop` gives the connected shop or None, `incidents` the open breaches that concern somebody.
    """

    def __init__(self, book: Casebook, shop: Callable[[], Shop | None], incidents: IncidentsOf) -> None:
        self._book, self._shop, self._incidents = book, shop, incidents

    def _connected(self) -> Shop:
        return connected(self._shop())

    # --- searching ---

    def find(self, text: str, after: Any = None, limit: int = 50, cancelled: Cancel | None = None) -> Answers:
        """Search cases and shop at once; the first page of a search is one entry in the audit.

        `after` asks for the next page of people. Without a shop the cases are found nonetheless.
        """
        wanted = " ".join(text.split())
        if not wanted:
            return Answers((), Page(()))
        if after is None:
            self._note_search(wanted)
        if _CASE.fullmatch(wanted.upper()):
            return Answers(self._by_reference(wanted.upper()), Page(()))
        try:
            found = customers.find(self._connected(), wanted, after=after, limit=limit, cancelled=cancelled)
        except KnownError as error:
            if cancelled is not None and cancelled():
                raise
            return Answers(self._cases(wanted, ()), Page(()), str(error))
        if cancelled is not None and cancelled():
            raise Cancelled
        matched = found.rows if after is None and found.after is None else ()
        return Answers(
            self._cases(wanted, matched) if after is None else (),
            Page(tuple(_hit(one, wanted) for one in found.rows), found.after),
        )

    def not_searchable(self) -> tuple[str, ...]:
        """Return by what this shop's profile cannot search, in words."""
        shop = self._shop()
        if shop is None:
            return ()
        known = {search.by for search in shop.layout.search}
        return tuple(words for by, words in _BY.items() if by not in known)

    def find_people(self, text: str, cancelled: Cancel | None = None) -> tuple[Hit, ...]:
        """Return the first people of the shop by e-mail, phone, order number, customer number or name; masked."""
        return self.find(text, cancelled=cancelled).people.rows

    def find_cases(self, text: str) -> tuple[CaseHead, ...]:
        """Return the cases of a reference, a notice number, an e-mail, a phone number or an order number."""
        return self.find(text).cases

    def _note_search(self, wanted: str) -> None:
        # The entry names nobody: whoever suspects a search can compare the mark, nobody can read it back.
        with self._book.transaction("view") as tx:
            audit.append(tx, "search", None, {"where": "customers", "mark": tx.blind("customer", wanted.casefold())})

    def _by_reference(self, reference: str) -> tuple[CaseHead, ...]:
        with self._book.reading() as tx:
            try:
                if reference[0] == "N":
                    reference = issued.notice(tx, reference).reference
                return (cases.head(tx, reference),) if reference[0] in _DESKS else ()
            except KnownError:
                return ()

    def _cases(self, wanted: str, matched: Iterable[Match]) -> tuple[CaseHead, ...]:
        """Return the cases of what was typed and of the people that exactly it belongs to (an order number's buyer)."""
        exact = [one for one in matched if one.why != "name"]
        emails = [wanted] if normal_email(wanted) else []
        phones = [wanted] if wanted[:1] in "+0" and normal_phone(wanted) else []
        with self._book.reading() as tx:
            return cases.of_person(
                tx,
                customers=[one.key for one in exact if one.key],
                emails=[*emails, *(one.email for one in exact if one.email)],
                phones=phones,
            )

    # --- one person ---

    def card(self, who: str, cancelled: Cancel | None = None) -> PersonFile:
        """Return what is held about a customer (key or e-mail; "guest:" may stand before it).

        The view is in the audit before anything is returned.
        """
        shop, wanted = self._connected(), who.removeprefix("guest:").strip()
        if normal_email(wanted):
            card = customers.card_by_email(shop, wanted, cancelled=cancelled)
        else:
            card = customers.card(shop, wanted, cancelled=cancelled)
        account = card.account
        emails = tuple(dict.fromkeys(one for one in (account.email, *(o.email for o in card.orders)) if one))
        region = account.country if len(account.country) == 2 else "VN"
        phones = [normal_phone(one, region) for one in (account.phone, account.mobile) if one]
        with self._book.transaction("view") as tx:
            mark = tx.blind("customer", account.key) if account.key else tx.blind("email", normal_email(wanted))
            audit.append(tx, "view", None, {"where": "customer card", "customer": mark})
        keys = [account.key] if account.key else []
        affected = self._incidents(keys, emails)
        with self._book.reading() as tx:
            found = cases.of_person(tx, customers=keys, emails=emails, phones=[one for one in phones if one])
            known = {one.reference for one in found}
            named = dict.fromkeys(reference for references in affected.values() for reference in references)
            found += tuple(cases.head(tx, reference) for reference in named if reference not in known)
        return PersonFile(card, found)


def _hit(match: Match, typed: str) -> Hit:
    return Hit(
        open=match.key if match.key is not None else f"guest:{match.email}",
        name=_masked_name(match.name, typed),
        email=_masked_email(match.email, typed),
        phone="•" * max(0, len(match.phone) - 3) + match.phone[-3:],
        guest=match.guest,
        staff=match.staff,
        why=match.why,
    )


def _masked_name(name: str, typed: str) -> str:
    """Return the name masked but for the words that were typed: these the officer knows already."""
    known = tuple(word for word in comparable_name(typed).split() if len(word) > 1)
    return " ".join(
        word if known and comparable_name(word).startswith(known) else masked(word) for word in name.split()
    )


def _masked_email(email: str, typed: str) -> str:
    if normal_email(email) == normal_email(typed) != "":
        return email
    local, at, domain = email.rpartition("@")
    return f"{local[:2]}{'•' * min(max(len(local) - 2, 1), 6)}{at}{domain}" if at else masked(email)
