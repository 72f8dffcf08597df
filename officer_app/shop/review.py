"""The accounts that come up for deletion, as the shop's own data show them, with what stands against it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args

import sqlalchemy as sa
from sqlalchemy.sql.selectable import FromClause, Select

from officer_app.base.errors import KnownError
from officer_app.shop import codec, gather, guards
from officer_app.shop.connection import Shop
from officer_app.shop.expressions import Element, Expressions, Test
from officer_app.shop.facts import Activity, Cursor, Page
from officer_app.shop.guards import Block
from officer_app.shop.model import Source

Cancel = Callable[[], bool] | None
Reason = Literal["cancel", "false", "rule-breaking", "inactive"]
Sort = Literal["key", "name", "email", "created", "activity"]
EPOCH = datetime(1970, 1, 2, tzinfo=UTC)
"""No shop recorded anything before; what looks older is no date."""
REASONS: tuple[Reason, ...] = get_args(Reason)


@dataclass(frozen=True)
class Fact:
    """A dated fact behind the reason: created, cancel, or a sign of life by its meaning."""

    what: str
    at: datetime


@dataclass(frozen=True)
class Candidate:
    """One account with its one leading reason; `since` is when the reason arose, where the shop records it."""

    key: str
    name: str
    email: str
    reason: Reason
    since: datetime | None
    created: datetime | None
    activity: Activity
    facts: tuple[Fact, ...]
    blocks: tuple[Block, ...]


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
    row = x.start("customer")
    cutoff = now - timedelta(days=inactive_days)
    grounds = grounds_of(x, row, cutoff, own)
    chosen = [test for name, test in grounds.items() if name in reasons]
    if not chosen:
        return Page(())
    asked = columns(x, row, grounds).where(*x.where("customer", row), sa.or_(*chosen))
    for stronger in REASONS:
        # A reason that is left out must not be hidden under a weaker one that is shown.
        if stronger not in reasons and stronger in grounds and stronger != "inactive":
            asked = asked.where(sa.case((grounds[stronger], 1), else_=0) == 0)
    key = x.key("customer", row)
    order = None if sort == "key" else _sorted(x, row, sort)
    if after is not None:
        asked = asked.where(_beyond(x, row, key, order, after))
    if order is not None:
        asked = asked.add_columns(order.label("sorted")).order_by(order, key)
    else:
        asked = asked.order_by(key)
    rows = shop.rows(asked.limit(limit + 1), cancelled=cancelled)
    page = rows[:limit]
    blocks = guards.blocks_of(shop, page, cancelled)
    found = tuple(candidate(x, line, blocks[_key(x, line.key)]) for line in page)
    # What only looked like a date in SQL is unknown after all, and unknown is never old.
    kept = tuple(c for c in found if c.reason != "inactive" or c.activity.at is not None)
    if len(rows) <= limit:
        return Page(kept)
    last = None if order is None else page[-1].sorted
    mark = last.isoformat() if isinstance(last, datetime) else last
    return Page(kept, (mark, found[-1].key))


def count(
    shop: Shop, *, now: datetime, inactive_days: int = 60, own: Own = NOTHING, cancelled: Cancel = None
) -> Mapping[Reason, int]:
    """Return how many accounts each leading reason has; their sum is the length of the list."""
    x = shop.expressions
    row = x.start("customer")
    grounds = grounds_of(x, row, now - timedelta(days=inactive_days), own)
    leading = sa.case(*((test, name) for name, test in grounds.items()), else_="")
    inner = sa.select(leading.label("reason")).where(*x.where("customer", row)).subquery()
    asked = sa.select(inner.c.reason, sa.func.count()).where(inner.c.reason != "").group_by(inner.c.reason)
    counted: dict[str, int] = {line[0]: int(line[1]) for line in shop.rows(asked, cancelled=cancelled)}
    return {reason: counted.get(reason, 0) for reason in REASONS}


def platform_jobs(shop: Shop) -> tuple[PlatformJob, ...]:
    """Return the platform's own retention settings that the profile can read."""
    x = shop.expressions
    return tuple(
        PlatformJob(policy.title, x.settings[policy.setting], policy.meaning)
        for policy in x.layout.policy
        if policy.setting in x.settings
    )


def grounds_of(x: Expressions, row: FromClause, cutoff: datetime, own: Own = NOTHING) -> dict[Reason, Test]:
    """Return the test of each reason, the strongest first."""
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
    if (quiet := _quiet(x, row, cutoff)) is not None:
        found["inactive"] = sa.and_(quiet, *(key.not_in(block) for block in key_blocks(x, row, own.awake)))
    kept = _not_erased(x, row)
    return {name: sa.and_(test, kept) for name, test in found.items()} if kept is not None else found


def _not_erased(x: Expressions, row: FromClause) -> Test | None:
    """Return the test that the account does not bear the e-mail which the erase plan puts in place of the old one.

    What an erasure leaves of an account names nobody, and comes up for no review again.
    """
    for step in x.layout.erase:
        mail = x.layout.customer.fields.get("email")
        template = step.set.get(mail) if step.entity == "customer" and isinstance(mail, str) else None
        if isinstance(template, str) and "{" in template:
            before, after = template[: template.index("{")], template[template.rindex("}") + 1 :]
            column = x.value("customer", row, str(mail))
            same = sa.and_(column.startswith(before, autoescape=True), column.endswith(after, autoescape=True))
            return sa.or_(column.is_(None), sa.not_(same))
    return None


def key_blocks(x: Expressions, row: FromClause, keys: Collection[str]) -> list[list[Any]]:
    """Return customer keys as the database compares them, in blocks; those that no account can have are left out."""
    values = [value for value in (gather.key_of(x, row, key) for key in sorted(keys)) if value is not None]
    return [values[at : at + _BLOCK] for at in range(0, len(values), _BLOCK)]


def _quiet(x: Expressions, row: FromClause, cutoff: datetime) -> Test | None:
    """Return the test that something is recorded and nothing of it since `cutoff`; None without any source."""
    silent: list[Test] = []
    known: list[Test] = []
    for sign in x.layout.activity:
        if isinstance(sign.source, Source) and sign.source.aggregate is not None:
            silent += [sa.not_(test) for test in x.happened(row, sign.source.aggregate, cutoff)]
            known += x.happened(row, sign.source.aggregate, EPOCH)
            continue
        at = x.instant(x.value("customer", row, sign.source), sign.source)
        silent.append(sa.or_(at.is_(None), at < x.bound(at, sign.source, cutoff)))
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
    columns += [x.value("customer", row, sign.source).label(f"a_{n}") for n, sign in enumerate(x.layout.activity)]
    for reason in REASONS[:-1]:
        mark = sa.case((grounds[reason], 1), else_=0) if reason in grounds else sa.literal(0)
        columns.append(mark.label(f"r_{reason.replace('-', '_')}"))
    for number, ground in enumerate(x.layout.reason):
        since = sa.null() if ground.since is None else x.value("customer", row, ground.since)
        columns.append(since.label(f"s_{number}"))
    return sa.select(x.key("customer", row).label("key"), *columns)


def candidate(x: Expressions, row: Any, blocks: Sequence[Block]) -> Candidate:
    """Return a row of `columns` as a candidate with its strongest reason."""
    fields = x.layout.customer.fields
    reason: Reason = next((r for r in REASONS[:-1] if getattr(row, f"r_{r.replace('-', '_')}")), "inactive")
    activity = gather.newest_activity(x, row)
    created = x.time(row.f_created, fields.get("created"))
    facts = []
    since = None
    for number, ground in enumerate(x.layout.reason):
        at = x.time(getattr(row, f"s_{number}"), ground.since)
        if at is not None:
            facts.append(Fact(ground.reason, at))
            since = at if ground.reason == reason else since
    if reason == "inactive":
        since = activity.at
    for number, sign in enumerate(x.layout.activity):
        at = x.time(getattr(row, f"a_{number}"), sign.source)
        if at is not None:
            facts.append(Fact(sign.meaning, at))
    names = [part for part in (codec.text(row.f_first_name), codec.text(row.f_last_name)) if part]
    return Candidate(
        key=_key(x, row.key),
        name=codec.text(row.f_name) or " ".join(names),
        email=codec.text(row.f_email),
        reason=reason,
        since=since,
        created=created,
        activity=activity,
        facts=tuple(facts),
        blocks=tuple(blocks),
    )


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


def _beyond(x: Expressions, row: FromClause, key: Element, order: Element | None, after: Cursor) -> Test:
    last = gather.key_of(x, row, str(after[1]))
    if last is None:
        raise KnownError("The list cannot go on from here; reload it.")
    if order is None:
        past: Test = key > last
        return past
    mark: Any = after[0]
    if isinstance(order.type, sa.DateTime) and isinstance(mark, str):
        mark = sa.literal(datetime.fromisoformat(mark), order.type)
    return sa.and_(order >= mark, sa.or_(order > mark, sa.and_(order == mark, key > last)))


def _key(x: Expressions, key: Any) -> str:
    return codec.key_text(key, x.layout.customer.key_codec)
