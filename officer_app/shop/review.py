"""The accounts that come up for deletion, as the shop's own data show them, with what stands against it."""

from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.sql.selectable import FromClause, Select

from officer_app.base.errors import KnownError
from officer_app.shop import gather, guards
from officer_app.shop.connection import Shop
from officer_app.shop.erased import looks_erased
from officer_app.shop.expressions import Element, Expressions, Test
from officer_app.shop.facts import Cursor, Page
from officer_app.shop.guards import Block
from officer_app.shop.model import Source
from officer_app.shop.review_facts import REASONS, Candidate, Fact, Reader, Reason

__all__ = ["NOTHING", "REASONS", "Block", "Candidate", "Fact", "Own", "Reader", "Reason", "candidates", "count"]

Cancel = Callable[[], bool] | None
Sort = Literal["key", "name", "email", "created", "activity"]
EPOCH = datetime(1970, 1, 2, tzinfo=UTC)
"""No shop recorded anything before; what looks older is no date."""


@dataclass(frozen=True)
class PlatformJob:
    """A retention setting of the platform's own, to be shown beside ours."""

    title: str
    value: str
    meaning: str


@dataclass(frozen=True)
class Own:
    """What the casebook adds to the shop's data: accounts to list by reason, and those that were active elsewhere.

    All are customer keys; `awake` ones are never inactive. At most a few thousand: each is a bound value.
    """

    listed: Mapping[Reason, Collection[str]] = field(default_factory=dict)
    awake: Collection[str] = ()

    @property
    def mark(self) -> Hashable:
        """Return what tells this one from another."""
        return tuple((reason, tuple(sorted(keys))) for reason, keys in self.listed.items()), tuple(sorted(self.awake))


NOTHING = Own()
_BLOCK = 500


def candidates(
    shop: Shop,
    *,
    now: datetime,
    inactive_days: int = 60,
    own: Own = NOTHING,
    after: Cursor | None = None,
    limit: int = 100,
    sort: Sort = "key",
    reasons: Collection[Reason] = REASONS,
    cancelled: Cancel = None,
) -> Page[Candidate]:
    """Return a page of the accounts that are up for review, blocked ones included.

    An account with nothing recorded at all is never inactive. Pages walk by key or by the sort's value and key.
    """
    x = shop.expressions
    cutoff = now - timedelta(days=inactive_days)
    wanted = frozenset(reasons)
    name = ("candidates", cutoff, own.mark, wanted, sort, after is None, limit)
    question = shop.question(name, lambda: _question(x, cutoff, own, wanted, sort, first=after is None, limit=limit))
    if question is None:
        return Page(())
    bounds = _from(question, after)
    with shop.asking(cancelled=cancelled) as ask:
        rows = ask(question.asked, bounds)
        page = rows[:limit]
        blocks = guards.blocks(shop, page, ask)
    read = shop.question("reader", lambda: Reader(x))
    found = [read.candidate(line, blocks) for line in page]
    # What only looked like a date in SQL is unknown after all, and unknown is never old.
    named = own.listed.get("inactive", ())
    kept = tuple(c for c in found if c.reason != "inactive" or read.dated(c.row) or c.key in named)
    if len(rows) <= limit:
        return Page(kept)
    last = None if question.order is None else page[-1].sorted
    mark = last.isoformat() if isinstance(last, datetime) else last
    return Page(kept, (mark, found[-1].key))


@dataclass(frozen=True)
class _Question:
    """A page's question, built once: `last` and `mark` are bound to where the page before ended."""

    asked: Select[Any]
    row: FromClause
    order: Element | None
    x: Expressions


def _question(
    x: Expressions, cutoff: datetime, own: Own, reasons: Collection[Reason], sort: Sort, *, first: bool, limit: int
) -> _Question | None:
    row = x.start("customer")
    key = x.key("customer", row)
    last: Element = sa.bindparam("last", type_=key.type)
    order = None if sort == "key" else _sorted(x, row, sort)
    grounds = grounds_of(x, row, cutoff, own, walking=order is None, singly=order is None)
    chosen = [test for name, test in grounds.items() if name in reasons]
    if not chosen:
        return None
    asked = columns(x, row, grounds).where(*x.where("customer", row), sa.or_(*chosen), *alive(x, row))
    for stronger in REASONS:
        # A reason that is left out must not be hidden under a weaker one that is shown.
        if stronger not in reasons and stronger in grounds and stronger != "inactive":
            asked = asked.where(sa.case((grounds[stronger], 1), else_=0) == 0)
    if order is None:
        asked = asked.order_by(key) if first else asked.where(key > last).order_by(key)
    else:
        asked = asked.add_columns(order.label("sorted")).order_by(order, key)
        if not first:
            mark: Element = sa.bindparam("mark", type_=order.type)
            asked = asked.where(order >= mark, sa.or_(order > mark, sa.and_(order == mark, key > last)))
    return _Question(asked.limit(limit + 1), row, order, x)


def _from(question: _Question, after: Cursor | None) -> dict[str, Any]:
    """Return the values that the question is bound to."""
    if after is None:
        return {}
    last = gather.key_of(question.x, question.row, str(after[1]))
    if last is None:
        raise KnownError("The list cannot go on from here; reload it.")
    if question.order is None:
        return {"last": last}
    mark: Any = after[0]
    if isinstance(question.order.type, sa.DateTime) and isinstance(mark, str):
        mark = datetime.fromisoformat(mark)
    return {"last": last, "mark": mark}


def count(
    shop: Shop, *, now: datetime, inactive_days: int = 60, own: Own = NOTHING, cancelled: Cancel = None
) -> Mapping[Reason, int]:
    """Return how many accounts each leading reason has; their sum is the length of the list."""
    cutoff = now - timedelta(days=inactive_days)
    asked = shop.question(("count", cutoff, own.mark), lambda: _counting(shop.expressions, cutoff, own))
    lines = shop.rows(asked, cancelled=cancelled) if asked is not None else []
    counted: dict[str, int] = {line[0]: int(line[1]) for line in lines}
    return {reason: counted.get(reason, 0) for reason in REASONS}


def _counting(x: Expressions, cutoff: datetime, own: Own) -> Select[Any] | None:
    row = x.start("customer")
    grounds = grounds_of(x, row, cutoff, own, walking=True)
    if not grounds:
        return None
    # The last reason needs no test of its own where one of them holds: tested twice, it would cost twice.
    *others, last = grounds
    leading: Element = sa.case(*((grounds[name], name) for name in others), else_=last) if others else sa.literal(last)
    tests = (*x.where("customer", row), *alive(x, row), sa.or_(*grounds.values()))
    inner = sa.select(leading.label("reason")).where(*tests).subquery()
    return sa.select(inner.c.reason, sa.func.count()).group_by(inner.c.reason)


def alive(x: Expressions, row: FromClause) -> list[Test]:
    """Return the test that an account was not erased by this program: what it leaves of one is no candidate again."""
    erased = looks_erased(x, row)
    return [] if erased is None else [sa.not_(erased)]


def platform_jobs(shop: Shop) -> tuple[PlatformJob, ...]:
    """Return the platform's own retention settings that the profile can read."""
    x = shop.expressions
    return tuple(
        PlatformJob(policy.title, x.settings[policy.setting], policy.meaning)
        for policy in x.layout.policy
        if policy.setting in x.settings
    )


def grounds_of(
    x: Expressions, row: FromClause, cutoff: datetime, own: Own = NOTHING, *, walking: bool = False,
    singly: bool = False, named: bool = False,
) -> dict[Reason, Test]:  # fmt: skip
    """Return the test of each reason, the strongest first.

    `walking` says that the accounts are read in the order of their keys, or all of them: an index on a date then only
    misleads SQLite. `named` says that they are named by their keys: then no such index helps PostgreSQL either.
    `singly` that they are few of many, see `Expressions.happened`.
    """
    found: dict[Reason, Test] = {}
    key = x.key("customer", row)
    for reason in REASONS[:-1]:
        tests = [
            sa.and_(*(x.test("customer", row, condition) for condition in ground.where))
            for ground in x.layout.reason
            if ground.reason == reason
        ]
        tests += [key.in_(block) for block in key_blocks(x, row, own.listed.get(reason, ()))]
        if tests:
            found[reason] = sa.or_(*tests)
    if (quiet := _quiet(x, row, cutoff, walking=walking, singly=singly, named=named)) is not None:
        quiet = sa.and_(quiet, *(key.not_in(block) for block in key_blocks(x, row, own.awake)))
        asleep = [key.in_(block) for block in key_blocks(x, row, own.listed.get("inactive", ()))]
        found["inactive"] = sa.or_(quiet, *asleep) if asleep else quiet
    return found


def key_blocks(x: Expressions, row: FromClause, keys: Collection[str]) -> list[list[Any]]:
    """Return customer keys as the database compares them, in blocks; those that no account can have are left out."""
    values = [value for value in (gather.key_of(x, row, key) for key in sorted(keys)) if value is not None]
    return [values[at : at + _BLOCK] for at in range(0, len(values), _BLOCK)]


def _quiet(
    x: Expressions, row: FromClause, cutoff: datetime, *, walking: bool, singly: bool, named: bool
) -> Test | None:
    """Return the test that something is recorded and nothing of it since `cutoff`; None without any source."""
    silent: list[Test] = []
    known: list[Test] = []
    # What stands in the account's own row first: often it decides, and nothing else is read.
    for sign in sorted(x.layout.activity, key=lambda one: isinstance(one.source, Source)):
        if isinstance(sign.source, Source) and sign.source.aggregate is not None:
            silent += [sa.not_(test) for test in x.happened(row, sign.source.aggregate, cutoff, singly=singly)]
            known += x.happened(row, sign.source.aggregate, EPOCH, singly=singly)
            continue
        at = x.instant(x.value("customer", row, sign.source), sign.source)
        at = x.unindexed(at) if walking else at
        limit = x.bound(at, sign.source, cutoff)
        if named and x.is_pg:  # the same, said so that no index on the date is read for it
            silent.append((at >= limit).is_not(sa.true()))
        else:
            silent.append(sa.or_(at.is_(None), at < limit))
        # Zero dates, empty and unreadable values are no record of anything.
        known.append(at >= x.bound(at, sign.source, EPOCH))
    return sa.and_(*silent, sa.or_(*known)) if silent else None


def columns(x: Expressions, row: FromClause, grounds: Mapping[Reason, Test]) -> Select[Any]:
    """Return the question for what `candidate` reads of a customer's row."""
    fields = x.layout.customer.fields
    names = ("first_name", "last_name", "name", "email", "created")
    columns: list[Any] = [
        (x.value("customer", row, fields[n]) if n in fields else sa.null()).label(f"f_{n}") for n in names
    ]
    for number, sign in enumerate(x.layout.activity):
        columns += [at.label(f"a_{number}_{way}") for way, at in enumerate(x.apart(row, sign.source))]
    for reason in REASONS[:-1]:
        mark = sa.case((grounds[reason], 1), else_=0) if reason in grounds else sa.literal(0)
        columns.append(mark.label(f"r_{reason.replace('-', '_')}"))
    for number, ground in enumerate(x.layout.reason):
        since = sa.null() if ground.since is None else x.value("customer", row, ground.since)
        columns.append(since.label(f"s_{number}"))
    return sa.select(x.key("customer", row).label("key"), *columns)


def _order(x: Expressions, row: FromClause, sort: Sort) -> Element | None:
    """Return the expression to sort by, without NULL; None when the profile has no such column."""
    fields = x.layout.customer.fields
    if sort == "activity":
        return _newest(x, row)
    if sort == "name":
        ref = next((s.of for s in x.layout.search if s.by == "name" and s.entity == "customer"), None)
    else:
        ref = fields.get(sort)
    if ref is None:
        return None
    element = x.value("customer", row, ref)
    if isinstance(element, sa.Column) and element.nullable is False:
        return element
    return sa.func.coalesce(element, _floor(x, element) if sort == "created" else "")


def _sorted(x: Expressions, row: FromClause, sort: Sort) -> Element:
    order = _order(x, row, sort)
    if order is None:
        raise KnownError("This shop's list cannot be sorted that way; choose another column.")
    return order


def _newest(x: Expressions, row: FromClause) -> Element | None:
    """Return the newest sign of life as one expression, None where the shop writes them in different ways."""
    found = [x.value("customer", row, sign.source) for sign in x.layout.activity]
    kinds = {(type(at.type), getattr(at.type, "timezone", None)) for at in found}
    plain = all(not isinstance(s.source, Source) or s.source.codec == "plain" for s in x.layout.activity)
    if not found or len(kinds) != 1 or not plain:
        return None
    safe = [sa.func.coalesce(at, _floor(x, at)) for at in found]
    if len(safe) == 1:
        return safe[0]
    return sa.func.max(*safe) if x.dialect == "sqlite" else sa.func.greatest(*safe, type_=found[0].type)


def _floor(x: Expressions, element: Element) -> Element:
    return x.bound(element, "", EPOCH)
