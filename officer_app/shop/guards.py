"""What stands against deleting an account in the shop's own data: the profile's guards, by which accounts they hold."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from officer_app.base.person import normal_email
from officer_app.shop import belonging, codec
from officer_app.shop.connection import Shop
from officer_app.shop.model import Guard

Cancel = Callable[[], bool] | None


@dataclass(frozen=True)
class Block:
    """What stands against deleting the account in the shop's own data: the guard and the sentence to show."""

    guard: str
    title: str


def blocks_of(shop: Shop, page: Sequence[Any], cancelled: Cancel) -> dict[str, list[Block]]:
    """Return the guards that stand against the accounts of one page, by one query per guard and way of belonging."""
    x = shop.expressions
    found: dict[str, list[Block]] = defaultdict(list)
    if not page:
        return found
    emails: dict[str, list[str]] = defaultdict(list)
    for row in page:
        if email := normal_email(codec.text(row.f_email)):
            emails[email].append(codec.key_text(row.key, x.layout.customer.key_codec))
    for guard in x.layout.guard:
        held: set[str] = set()
        for by, whose in (("customer", [row.key for row in page]), ("email", list(emails))):
            for mark in _guarded(shop, guard, by, whose, cancelled):
                held.update([mark] if by == "customer" else emails.get(normal_email(mark), []))
        for key in held:
            found[key].append(Block(guard.id, guard.title))
    return found


def _guarded(shop: Shop, guard: Guard, by: str, whose: Sequence[Any], cancelled: Cancel) -> list[str]:
    x = shop.expressions
    entity = x.entity(guard.entity)
    found: list[str] = []
    own = guard.entity == "customer"
    if own and by == "email":
        return found
    for number in range(1 if own else len(belonging.owners(x, guard.entity, x.start(guard.entity), by))):
        row = x.start(guard.entity)
        if own:
            column, tests = x.key("customer", row), x.where("customer", row)
        else:
            owner = belonging.owners(x, guard.entity, row, by)[number]
            column, tests = owner.column, [*owner.tests, *x.where(guard.entity, row)]
        tests += [x.test(guard.entity, row, condition) for condition in guard.where]
        if guard.open and entity.state is not None:
            tests.append(x.is_open(guard.entity, row, entity.state))
        if guard.unpaid and entity.payment is not None:
            tests.append(x.is_open(guard.entity, row, entity.payment))
        asked = sa.select(column.label("owner")).distinct().where(column.in_(list(whose)), *tests)
        lines = shop.rows(asked, cancelled=cancelled)
        found += [
            codec.key_text(line.owner, x.layout.customer.key_codec) if by == "customer" else codec.text(line.owner)
            for line in lines
        ]
    return found
