"""What the casebook adds to the shop's list: its own marks by customer key, and who turned to the shop lately."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from officer_app.base.handover import ContactsSince
from officer_app.base.person import normal_email
from officer_app.casebook import audit
from officer_app.casebook.book import Casebook
from officer_app.retention import marks, rules
from officer_app.retention.rules import Mark
from officer_app.shop import review, standing
from officer_app.shop.connection import Shop

_MOST_AWAKE = 4_000


@dataclass(frozen=True)
class Listed:
    """The casebook's side of the review list at one moment.

    `by_key` are the marks of accounts, the strongest reason of each; `guests` those of e-mails without an account;
    `awake` is when an account's person last turned to the shop. `over` counts marks that wait because of their number.
    """

    by_key: Mapping[str, Mark]
    guests: tuple[Mark, ...]
    awake: Mapping[str, datetime]
    proposed: tuple[Mark, ...]
    shop: review.Own

    def awake_since(self, since: datetime) -> frozenset[str]:
        """Return the accounts whose person turned to the shop since an instant."""
        return frozenset(key for key, at in self.awake.items() if at >= since)


class Own:
    """Reads the casebook's side, and again only after somebody wrote to the casebook."""

    def __init__(self, book: Casebook, contacts: ContactsSince) -> None:
        self._book, self._contacts = book, contacts
        self._known: tuple[Any, Listed] | None = None

    def listed(self, shop: Shop, since: datetime, cancelled: Callable[[], bool] | None = None) -> Listed:
        """Return it; who turned to the shop since `since` is awake."""
        with self._book.reading() as tx:
            seen = (audit.head(tx), since, id(shop))
            if self._known is not None and self._known[0] == seen:
                return self._known[1]
            found, contacts = marks.standing(tx), self._contacts(tx, since)
        emails = [one.email for one in found if not one.customer] + [one.email for one in contacts if not one.customer]
        accounts = standing.keys_of_emails(shop, [one for one in emails if one], cancelled=cancelled)
        by_key, guests = _placed(found, accounts)
        awake: dict[str, datetime] = {}
        for one in contacts:
            for key in (one.customer,) if one.customer else accounts.get(normal_email(one.email), ()):
                awake[key] = max(one.at, awake.get(key, one.at))
        newest = sorted(awake, key=lambda key: awake[key], reverse=True)[:_MOST_AWAKE]
        grounds: dict[review.Reason, list[str]] = {}
        for key, mark in by_key.items():
            grounds.setdefault(mark.ground, []).append(key)  # type: ignore[arg-type]  # a ground is a reason
        listed = Listed(
            by_key, guests, awake, tuple(one for one in found if not one.stands), review.Own(grounds, newest)
        )
        self._known = (seen, listed)
        return listed


def _placed(
    found: tuple[Mark, ...], accounts: Mapping[str, tuple[str, ...]]
) -> tuple[dict[str, Mark], tuple[Mark, ...]]:
    """Return the marks by account, the strongest first where there are several, and those without an account."""
    by_key: dict[str, Mark] = {}
    guests: list[Mark] = []
    for mark in sorted(found, key=lambda one: (rules.REASONS.index(one.ground), one.asked)):
        if not mark.stands:
            continue
        keys = (mark.customer,) if mark.customer else accounts.get(normal_email(mark.email), ())
        for key in keys:
            by_key.setdefault(key, mark)
        if not keys:
            guests.append(mark)
    return by_key, tuple(guests)
