"""What stands against deleting accounts in the shop's own data: all guards in one question by key and one by e-mail."""

import operator
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.selectable import FromClause

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
        for mask, mark in ask(asked, bound(x, whose)):
            owner = codec.text(mark)
            for key in [mark] if by == "customer" else emails.get(normal_email(owner), []):
                marked[codec.key_text(key, kind)].update(numbers(mask))
    for key, against in marked.items():
        found[key] = [Block(x.layout.guard[n].id, x.layout.guard[n].title) for n in sorted(against)]
    return found


def blocks_of_emails(shop: Shop, emails: Sequence[str], cancelled: Cancel) -> dict[str, list[Block]]:
    """Return by e-mail, in normal form, the guards that stand against guests."""
    x = shop.expressions
    asked = shop.question("guards", lambda: {by: question(x, by) for by in ("customer", "email")})["email"]
    marked: dict[str, set[int]] = defaultdict(set)
    for mask, mark in shop.rows(asked, bound(x, emails), cancelled=cancelled) if asked is not None and emails else ():
        marked[normal_email(codec.text(mark))].update(numbers(mask))
    return {
        email: [Block(x.layout.guard[n].id, x.layout.guard[n].title) for n in sorted(against)]
        for email, against in marked.items()
    }


def question(x: Expressions, by: str) -> sa.Select[Any] | sa.CompoundSelect[Any] | None:
    """Return the question which guards stand against the keys or e-mails of the list bound as `whose`; None without.

    Each row is which guards (as `numbers` reads it) and the key (as text, unless it is binary) or e-mail they stand
    against. The guards over the same rows are asked about together, so that each row is looked at once.
    """
    entities = dict.fromkeys(guard.entity for guard in x.layout.guard)
    branches = [branch for entity in entities for branch in _branches(x, entity, by)]
    if not branches:
        return None
    return branches[0] if len(branches) == 1 else sa.union_all(*branches)


def numbers(mask: Any) -> list[int]:
    """Return the guards' places in the profile that a row of `question` names."""
    bits = int(mask)
    return [number for number in range(bits.bit_length()) if bits >> number & 1]


def _branches(x: Expressions, entity: str, by: str) -> list[sa.Select[Any]]:
    own = entity == "customer"
    if own and by == "email":
        return []
    found: list[Any] = []
    for way in range(1 if own else len(belonging.owners(x, entity, x.start(entity), by))):
        row = x.start(entity)
        column: Element
        tests: list[Test]
        if own:
            column, tests = x.key("customer", row), x.where("customer", row)
        else:
            owner = belonging.owners(x, entity, row, by)[way]
            column, tests = owner.column, [*owner.tests, *x.where(entity, row)]
        against = {n: _against(x, guard, row) for n, guard in enumerate(x.layout.guard) if guard.entity == entity}
        bits = {n: sa.literal_column(str(1 << n), sa.BigInteger) for n in against}
        mask: Element
        if len(against) == 1:
            mask = next(iter(bits.values()))
        else:
            none = sa.literal_column("0", sa.BigInteger)
            mask = reduce(operator.add, (sa.case((test, bits[n]), else_=none) for n, test in against.items()))
        shown = column if isinstance(column.type, sa.LargeBinary | sa.BINARY | sa.VARBINARY) else x.text(column)
        asked = sa.select(mask.label("guards"), shown.label("owner")).distinct()
        found.append(asked.where(among(x, column), *tests, sa.or_(*against.values())))
    return found


def _against(x: Expressions, guard: Guard, row: FromClause) -> Test:
    """Return the test that a row is what the guard is about."""
    entity = x.entity(guard.entity)
    tests = [x.test(guard.entity, row, condition) for condition in guard.where]
    if guard.open and entity.state is not None:
        tests.append(x.is_open(guard.entity, row, entity.state))
    if guard.unpaid and entity.payment is not None:
        tests.append(x.is_open(guard.entity, row, entity.payment))
    return sa.and_(sa.true(), *tests)
