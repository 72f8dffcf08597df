"""The people a shop knows by e-mail only: guests' orders, newsletter entries, tickets and carts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.selectable import CompoundSelect, FromClause, Select

from officer_app.base.person import normal_email
from officer_app.shop import belonging, purchases
from officer_app.shop.connection import Shop
from officer_app.shop.expressions import Expressions, Test
from officer_app.shop.model import Match

Cancel = Callable[[], bool] | None
KINDS = ("order", "subscription", "ticket", "cart", "review")
BATCH = 500


@dataclass(frozen=True)
class GuestFilter:
    """Which guests are meant; `emails` are normal forms, and nothing given means all."""

    ordered_from: datetime | None = None
    ordered_to: datetime | None = None
    active_from: datetime | None = None
    active_to: datetime | None = None
    country: str = ""
    emails: tuple[str, ...] = ()
    product: str = ""
    orders: tuple[str, ...] = ()

    @property
    def buys(self) -> bool:
        """Whether only who ordered something can be meant."""
        return bool(self.ordered_from or self.ordered_to or self.country or self.product or self.orders)


def count(shop: Shop, wanted: GuestFilter | None, cancelled: Cancel) -> int:
    """Return how many guests there are, each e-mail counted once."""
    if wanted is None or (asked := _everyone(shop.expressions, wanted, None)) is None:
        return 0
    return int(shop.scalar(sa.select(sa.func.count()).select_from(asked.subquery()), cancelled=cancelled))


def stream(shop: Shop, wanted: GuestFilter | None, chunk: int, cancelled: Cancel) -> Iterator[list[str]]:
    """Yield the guests' e-mails in their normal form, in chunks; none of them belongs to an account."""
    if wanted is None:
        return
    batches: list[tuple[str, ...] | None] = [wanted.emails[n : n + BATCH] for n in range(0, len(wanted.emails), BATCH)]
    for emails in batches or [None]:
        asked = _everyone(shop.expressions, wanted, emails)
        if asked is None:
            return
        for rows in shop.stream(asked, chunk, cancelled=cancelled):
            found = list(dict.fromkeys(normal_email(str(row[0])) for row in rows))
            if kept := [email for email in found if email]:
                yield kept


def _everyone(
    x: Expressions, wanted: GuestFilter, emails: tuple[str, ...] | None
) -> Select[Any] | CompoundSelect[Any] | None:
    branches: list[Select[Any]] = []
    for name, entity in x.layout.of_kind(*KINDS):
        is_order = (entity.kind or name) == "order"
        if wanted.buys and not is_order:
            continue
        for match in entity.match:
            if match.by == "email" and (branch := _branch(x, name, match, wanted, emails)) is not None:
                branches.append(branch)
    if not branches:
        return None
    return branches[0].distinct() if len(branches) == 1 else sa.union(*branches)


def _branch(
    x: Expressions, name: str, match: Match, wanted: GuestFilter, emails: tuple[str, ...] | None
) -> Select[Any] | None:
    entity = x.entity(name)
    row = x.start(name)
    email = belonging.match_email(x, name, row, match)
    tests: list[Test] = [email.is_not(None), email != "", *x.where(name, row)]
    owner = belonging.customer_of(x, name, row)
    if owner is not None:
        tests.append(belonging.ownerless(x, owner))
    customer = x.start("customer")
    same = belonging.customer_email(x, customer, match.fold) == email
    tests.append(sa.not_(sa.exists(sa.select(sa.literal(1)).select_from(customer).where(same).correlate(row))))
    if emails is not None:
        tests.append(email.in_(emails))
    for low, high, names in (
        (wanted.ordered_from, wanted.ordered_to, ("placed",)),
        (wanted.active_from, wanted.active_to, ("placed", "created", "at")),
    ):
        if low or high:
            at = next((entity.fields[n] for n in names if n in entity.fields), None)
            if at is None:
                return None
            tests += x.between(name, row, at, low, high)
    if wanted.product:
        lines = purchases.of_order(x, name, row, "order_line", "title", purchases.says(wanted.product))
        if not lines:
            return None
        tests.append(sa.or_(*lines))
    if wanted.orders:
        if "number" not in entity.fields:
            return None
        tests.append(purchases.among(wanted.orders)(x.value(name, row, entity.fields["number"])))
    if wanted.country:
        parties = _in_country(x, name, row, wanted.country.strip().upper())
        if not parties:
            return None
        tests.append(sa.or_(*parties))
    return sa.select(x.text(email).label("email")).where(*tests)


def _in_country(x: Expressions, order: str, row: FromClause, country: str) -> list[Test]:
    """Return the tests that an address copied into the order lies in the country."""
    tests: list[Test] = []
    for name, entity in x.layout.of_kind("order_party"):
        if "country" not in entity.fields:
            continue
        for match in entity.match:
            if match.by == "via" and match.entity == order:
                party = x.start(name)
                here = x.value(name, party, match.of) == belonging.via(x, match, row)
                lives = sa.func.upper(x.value(name, party, entity.fields["country"])) == country
                tests.append(sa.exists(sa.select(sa.literal(1)).where(here, lives).correlate(row)))
    return tests
