"""What stands against deleting accounts in the shop's own data: all guards in one question by key and one by e-mail."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from officer_app.base.person import normal_email
from officer_app.shop import belonging, codec
from officer_app.shop.columns import Element, Test
from officer_app.shop.connection import Asks, Shop
from officer_app.shop.erasure_ways import among, bound
from officer_app.shop.expressions import Expressions
from officer_app.shop.model import Guard

Cancel = Callable[[], bool] | None


@dataclass(frozen=True)
class Block:
    """What stands against deleting the account in the shop's own data: the guard and the sentence to show."""

    guard: str
    title: str


def blocks_of(shop: Shop, page: Sequence[Any], cancelled: Cancel) -> dict[str, list[Block]]:
    """Return by key the guards that stand against the accounts of one page; a row begins as `review.columns` says."""
    with shop.asking(cancelled=cancelled) as ask:
        return blocks(shop, page, ask)


def blocks(shop: Shop, page: Sequence[Any], ask: Asks) -> dict[str, list[Block]]:
    """Return the same over a connection that is open."""
    x = shop.expressions
    kind = x.layout.customer.key_codec
    found: dict[str, list[Block]] = defaultdict(list)
    if not page:
        return found
    questions = shop.question("guards", lambda: {by: question(x, by) for by in ("customer", "email")})
    emails: dict[str, list[str]] = defaultdict(list)
    for row in page:
        if email := normal_email(codec.text(row[4])):
            emails[email].append(row[0])
    marked: dict[str, set[int]] = defaultdict(set)
    for by, asked in questions.items():
        whose = [row[0] for row in page] if by == "customer" else list(emails)
        if asked is None or not whose:
            continue
        for number, mark in ask(asked, bound(x, whose)):
            owner = codec.text(mark)
            for key in [mark] if by == "customer" else emails.get(normal_email(owner), []):
                marked[codec.key_text(key, kind)].add(number)
    for key, numbers in marked.items():
        found[key] = [Block(x.layout.guard[n].id, x.layout.guard[n].title) for n in sorted(numbers)]
    return found


def question(x: Expressions, by: str) -> sa.Select[Any] | sa.CompoundSelect[Any] | None:
    """Return the question which guards stand against the keys or e-mails of the list bound as `whose`; None without.

    Each row is the guard's place in the profile and the key (as text, unless it is binary) or e-mail it stands against.
    """
    branches = [branch for number, guard in enumerate(x.layout.guard) for branch in _branches(x, number, guard, by)]
    if not branches:
        return None
    return branches[0] if len(branches) == 1 else sa.union_all(*branches)


def _branches(x: Expressions, number: int, guard: Guard, by: str) -> list[sa.Select[Any]]:
    entity = x.entity(guard.entity)
    own = guard.entity == "customer"
    if own and by == "email":
        return []
    found: list[Any] = []
    for way in range(1 if own else len(belonging.owners(x, guard.entity, x.start(guard.entity), by))):
        row = x.start(guard.entity)
        column: Element
        tests: list[Test]
        if own:
            column, tests = x.key("customer", row), x.where("customer", row)
        else:
            owner = belonging.owners(x, guard.entity, row, by)[way]
            column, tests = owner.column, [*owner.tests, *x.where(guard.entity, row)]
        tests += [x.test(guard.entity, row, condition) for condition in guard.where]
        if guard.open and entity.state is not None:
            tests.append(x.is_open(guard.entity, row, entity.state))
        if guard.unpaid and entity.payment is not None:
            tests.append(x.is_open(guard.entity, row, entity.payment))
        shown = column if isinstance(column.type, sa.LargeBinary | sa.BINARY | sa.VARBINARY) else x.text(column)
        place = sa.literal_column(str(number), sa.Integer)
        found.append(sa.select(place.label("guard"), shown.label("owner")).distinct().where(among(x, column), *tests))
    return found
