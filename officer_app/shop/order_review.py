"""Whose kept orders are older than a day: the accounts that the later plan for orders may be carried out for."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from officer_app.base.errors import KnownError
from officer_app.shop import belonging, codec, erasure_steps
from officer_app.shop.columns import Columns, Element, Test
from officer_app.shop.connection import Shop
from officer_app.shop.erased import looks_erased
from officer_app.shop.erasure_ways import among, bound
from officer_app.shop.expressions import Expressions
from officer_app.shop.model import Ref

Cancel = Callable[[], bool] | None
TIMES = ("placed", "at", "created")
"""The fields of an entity that say when a row came to be."""


@dataclass(frozen=True)
class Past:
    """The orders of one account or guest, all of them older than the day that was asked for.

    A guest has an `email`, in normal form; `key` is then that of one of their orders, by which they are named.
    """

    key: str
    orders: int
    newest: datetime | None
    email: str = ""


@dataclass(frozen=True)
class PastPage:
    """Accounts in the order of their keys; `after` asks for those that follow, None at the end."""

    rows: tuple[Past, ...]
    after: Any


def why_not(shop: Shop) -> str:
    """Return why this shop's orders cannot be made anonymous by themselves, or ""."""
    x = shop.expressions
    if not erasure_steps.carried(x, "orders"):
        return f"The profile {x.layout.profile.title!r} says nothing of how kept orders are made anonymous."
    if "order" not in x.layout.entity or placed(x) is None or not _owner(x, x.start("order")):
        return f"The profile {x.layout.profile.title!r} does not say whose an order is and when it was placed."
    return ""


def years(shop: Shop) -> int:
    """Return how many years the profile itself keeps what belongs to an order, 0 where it names none."""
    found = [0]
    for step in erasure_steps.steps_of(shop.expressions, "account"):
        amount, _, unit = step.keep_for.partition(" ")
        if step.action == "keep" and amount.isdecimal() and unit.rstrip("s") == "year":
            found.append(int(amount))
    return max(found)


def past(
    shop: Shop, before: datetime, *, after: Any = None, limit: int = 100, keys: Collection[str] | None = None,
    cancelled: Cancel = None,
) -> PastPage:  # fmt: skip
    """Return a page of the accounts that have orders, none of which is from `before` or later; some `keys` only.

    KnownError where the profile cannot tell; see `why_not`.
    """
    if why := why_not(shop):
        raise KnownError(why)
    x = shop.expressions
    at = placed(x)
    assert at is not None
    row = x.start("order")
    owner = _owner(x, row)[0]
    asked = sa.select(owner, sa.func.count(), sa.func.max(x.value("order", row, at)))
    # Old ones first, by their date's index; then nobody of whom there is something newer.
    asked = asked.where(*x.between("order", row, at, None, before), owner.is_not(None), settled(x, owner, before))
    parameters: Mapping[str, Any] = {}
    kind = x.layout.customer.key_codec
    if keys is not None:
        of = codec.python_of(x.table(x.layout.customer.table).c[x.layout.customer.keys[0]])
        values = [value for key in keys if (value := codec.key_value(key, kind, of)) is not None]
        if not values:
            return PastPage((), None)
        asked, parameters = asked.where(among(x, owner)), bound(x, values)
    elif after is not None:
        asked = asked.where(owner > after)
    asked = asked.where(*x.where("order", row)).group_by(owner).order_by(owner)
    found = shop.rows(asked if keys is not None else asked.limit(limit), parameters, cancelled=cancelled)
    rows = tuple(Past(codec.key_text(line[0], kind), int(line[1]), x.time(line[2], at)) for line in found if line[0])
    return PastPage(rows, found[-1][0] if keys is None and len(found) == limit else None)


def oldest(shop: Shop, cancelled: Cancel = None) -> datetime | None:
    """Return when the oldest order was placed that names somebody by account or e-mail, None when there is none."""
    x = shop.expressions
    at = placed(x)
    if at is None or not _owner(x, x.start("order")):
        return None
    row = x.start("order")
    named: list[Test] = [_owner(x, row)[0].is_not(None)]
    for match in x.entity("order").match:
        if match.by == "email":
            email = belonging.match_email(x, "order", row, match)
            named.append(sa.and_(email.is_not(None), email != ""))
    asked = sa.select(sa.func.min(x.value("order", row, at))).where(sa.or_(*named))
    return x.time(shop.scalar(asked.where(*x.where("order", row)), cancelled=cancelled), at)


def settled_among(shop: Shop, before: datetime, keys: Collection[str], cancelled: Cancel = None) -> frozenset[str]:
    """Return which of these accounts own nothing that the plan for orders would touch from `before` or later."""
    x = shop.expressions
    row, kind = x.start("customer"), x.layout.customer.key_codec
    key = x.key("customer", row)
    of = codec.python_of(x.table(x.layout.customer.table).c[x.layout.customer.keys[0]])
    values = [value for one in keys if (value := codec.key_value(one, kind, of)) is not None]
    asked = sa.select(key).where(among(x, key), settled(x, key, before), *x.where("customer", row))
    found = shop.rows(asked, bound(x, values), cancelled=cancelled) if values else ()
    return frozenset(codec.key_text(line[0], kind) for line in found)


def erased(shop: Shop, keys: Collection[str], cancelled: Cancel = None) -> frozenset[str]:
    """Return which of these accounts carry the mark of an erasure."""
    x = shop.expressions
    row, kind = x.start("customer"), x.layout.customer.key_codec
    test = looks_erased(x, row)
    of = codec.python_of(x.table(x.layout.customer.table).c[x.layout.customer.keys[0]])
    values = [value for key in keys if (value := codec.key_value(key, kind, of)) is not None]
    if test is None or not values:
        return frozenset()
    asked = sa.select(x.key("customer", row)).where(among(x, x.key("customer", row)), test)
    return frozenset(codec.key_text(line[0], kind) for line in shop.rows(asked, bound(x, values), cancelled=cancelled))


def settled(x: Expressions, owner: Element, before: datetime) -> Test:
    """Return the test that nothing the plan for orders would touch is from `before` or later for this account."""
    tests: list[Test] = []
    for name in dict.fromkeys(step.entity for step in erasure_steps.steps_of(x, "orders")):
        at = next((x.entity(name).fields[one] for one in TIMES if one in x.entity(name).fields), None)
        for number in range(len(_direct(x, name)) if at is not None else 0):
            row = x.start(name)
            assert at is not None
            mine = x.value(name, row, _direct(x, name)[number]) == owner
            unknown = x.value(name, row, at).is_(None)  # of which nobody can say that its time is over
            kept = sa.or_(unknown, sa.and_(*x.between(name, row, at, before, None)))
            newer = sa.select(sa.literal(1)).where(mine, kept, *x.where(name, row))
            tests.append(sa.not_(sa.exists(newer.correlate_except(row))))
    return sa.and_(sa.true(), *tests)


def _direct(x: Columns, entity: str) -> list[Ref]:
    return [match.of for match in x.entity(entity).match if match.by == "customer"]


def placed(x: Columns) -> Ref | None:
    """Return the field that says when an order was placed, None where the profile has none."""
    return x.entity("order").fields.get("placed") if "order" in x.layout.entity else None


def _owner(x: Columns, row: Any) -> list[Element]:
    found = belonging.customer_of(x, "order", row)
    return [] if found is None else [found]
