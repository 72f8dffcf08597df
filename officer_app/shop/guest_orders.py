"""Old orders that no account owns: by e-mail, of guests and of accounts that ordered without signing in."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.selectable import FromClause

from officer_app.base.erasure import Person
from officer_app.base.person import normal_email
from officer_app.shop import belonging, codec, erasure_steps, order_review, standing
from officer_app.shop.columns import Columns, Element, Test
from officer_app.shop.connection import Shop
from officer_app.shop.erasure_ways import Ask, among, bound
from officer_app.shop.expressions import Expressions
from officer_app.shop.model import Fold
from officer_app.shop.order_review import TIMES, Past, PastPage, placed

Cancel = Callable[[], bool] | None
_GUESTS, _ACCOUNTS = "guests", "accounts"


def page(
    shop: Shop, before: datetime, *, after: Any = None, limit: int = 100, cancelled: Cancel = None
) -> PastPage:
    """Return a page of whose orders are all older than `before`: guests first, then the accounts by their keys.

    An account that ordered without signing in only stands among the guests. KnownError where the profile cannot tell.
    """
    stage, mark = after or (_GUESTS, None)
    if stage == _GUESTS and _rows(shop.expressions, before, named=False) is not None:
        found = past(shop, before, after=mark, limit=limit, cancelled=cancelled)
        emails = [one.email for one in found.rows]
        owners = standing.keys_of_emails(shop, emails, cancelled=cancelled)
        keys = sorted({theirs[0] for theirs in owners.values() if len(theirs) == 1})
        own = {one.key for one in order_review.past(shop, before, keys=keys, cancelled=cancelled).rows}
        guests = [email for email in emails if email not in owners]
        rows = of(shop, before, [key for key in keys if key not in own], guests, cancelled=cancelled)
        return PastPage(rows, (_ACCOUNTS, None) if found.after is None else (_GUESTS, found.after))
    mark = mark if stage == _ACCOUNTS else None
    found = order_review.past(shop, before, after=mark, limit=limit, cancelled=cancelled)
    rows = of(shop, before, [one.key for one in found.rows], cancelled=cancelled)
    return PastPage(rows, None if found.after is None else (_ACCOUNTS, found.after))


def of(
    shop: Shop, before: datetime, keys: Collection[str], emails: Collection[str] = (), *, cancelled: Cancel = None
) -> tuple[Past, ...]:
    """Return the old orders of these accounts and guests (e-mails in normal form), in the order given.

    Whoever has something newer is left out, and a guest whose e-mail an account has by now. What an account ordered
    without signing in counts as its own, unless another account has the same e-mail.
    """
    x = shop.expressions

    def ask(statement: sa.Select[Any] | sa.CompoundSelect[Any], parameters: Mapping[str, Any]) -> Sequence[Any]:
        return shop.rows(statement, parameters, cancelled=cancelled)

    kind = x.layout.customer.key_codec
    values = [value for key in keys if (value := _value(x, key)) is not None]
    accounts = {codec.key_text(key, kind): mails for key, mails in _emails(x, ask, values).items()}
    own = {one.key: one for one in order_review.past(shop, before, keys=keys, cancelled=cancelled).rows}
    wanted = sorted({*emails, *(mail for mails in accounts.values() for mail in mails)})
    written = {one.email: one for one in past(shop, before, emails=wanted, cancelled=cancelled).rows}
    owners = standing.keys_of_emails(shop, list(written), cancelled=cancelled)
    late_keys, late = _younger(x, ask, values, emails, before)
    late_accounts = {codec.key_text(key, kind) for key in late_keys}
    free = order_review.settled_among(shop, before, [key for key in keys if key not in own], cancelled)
    rows: list[Past] = []
    for key in keys:
        mine = [written[mail] for mail in sorted(accounts.get(key, ())) if owners.get(mail) == (key,)]
        if key not in late_accounts and (key in own or (mine and key in free)):
            rows.append(_together(key, [*([own[key]] if key in own else []), *mine]))
    rows += [written[mail] for mail in emails if mail in written and mail not in owners and mail not in late]
    return tuple(rows)


def past(
    shop: Shop, before: datetime, *, after: Any = None, limit: int = 100, emails: Collection[str] | None = None,
    cancelled: Cancel = None,
) -> PastPage:  # fmt: skip
    """Return by e-mail the orders older than `before` that no account owns, whatever else there is; some only."""
    x = shop.expressions
    at = placed(x)
    inner = _rows(x, before, named=emails is not None)
    if inner is None or at is None or (emails is not None and not emails):
        return PastPage((), None)
    asked = sa.select(inner.c.email, sa.func.count(), sa.func.max(inner.c.at), sa.func.min(inner.c.key))
    asked = asked.group_by(inner.c.email).order_by(inner.c.email)
    parameters: Mapping[str, Any] = {}
    if emails is not None:
        parameters = bound(x, _forms(x, emails, {one.fold for one in x.entity("order").match if one.by == "email"}))
    elif after is not None:
        asked = asked.where(inner.c.email > after)
    found = shop.rows(asked if emails is not None else asked.limit(limit), parameters, cancelled=cancelled)
    kind = x.entity("order").key_codec
    by_email: dict[str, list[Past]] = {}
    for line in found:
        if email := normal_email(codec.text(line[0])):
            one = Past(codec.key_text(line[3], kind), int(line[1]), x.time(line[2], at), email)
            by_email.setdefault(email, []).append(one)
    rows = tuple(replace(_together(theirs[0].key, theirs), email=email) for email, theirs in by_email.items())
    return PastPage(rows, found[-1][0] if emails is None and len(found) == limit else None)


def emails_of(shop: Shop, orders: Collection[str], cancelled: Cancel = None) -> dict[str, str]:
    """Return by the order's key the guest's e-mail in normal form; an order that an account owns is left out."""
    x = shop.expressions
    of_key = codec.python_of(x.table(x.entity("order").table).c[x.entity("order").keys[0]])
    kind = x.entity("order").key_codec
    values = [value for key in orders if (value := codec.key_value(key, kind, of_key)) is not None]
    found: dict[str, str] = {}
    for number in range(len(_by_email(x, "order", x.start("order")))):
        row = x.start("order")
        email, _fold, tests = _by_email(x, "order", row)[number]
        key = x.key("order", row)
        asked = sa.select(key, email).where(among(x, key), *tests, *x.where("order", row))
        for line in shop.rows(asked, bound(x, values), cancelled=cancelled) if values else ():
            if normal := normal_email(codec.text(line[1])):
                found[codec.key_text(line[0], kind)] = normal
    return found


def emails_of_accounts(shop: Shop, keys: Sequence[Any], cancelled: Cancel = None) -> dict[str, set[str]]:
    """Return the e-mails of accounts, in normal form, by key; `keys` are the shop's own values."""

    def ask(statement: sa.Select[Any] | sa.CompoundSelect[Any], parameters: Mapping[str, Any]) -> Sequence[Any]:
        return shop.rows(statement, parameters, cancelled=cancelled)

    kind = shop.expressions.layout.customer.key_codec
    return {codec.key_text(key, kind): mails for key, mails in _emails(shop.expressions, ask, keys).items()}


def newer(
    x: Expressions, ask: Ask, people: Sequence[Person], keys: Mapping[str, Any], before: datetime
) -> frozenset[str]:
    """Return by id the people of whom something that no account owns is from `before` or later, or of unknown age.

    `keys` has the shop's value of each account's key by the person's id.
    """
    by_key = {keys[one.id]: one.id for one in people if one.id in keys}
    late_keys, late = _younger(x, ask, list(by_key), {p.normal for p in people if p.id not in keys}, before)
    guests = (one.id for one in people if one.id not in keys and one.normal in late)
    return frozenset((*(by_key[key] for key in late_keys if key in by_key), *guests))


def _younger(
    x: Expressions, ask: Ask, keys: Sequence[Any], emails: Iterable[str], before: datetime
) -> tuple[set[Any], set[str]]:
    """Return which keys and e-mails have rows of the plan, by e-mail, that are newer or of unknown age."""
    holders: dict[str, set[Any]] = {}
    for key, mails in _emails(x, ask, keys).items():
        for mail in mails:
            holders.setdefault(mail, set()).add(key)
    wanted = sorted({*emails, *holders})
    late: set[str] = set()
    for name in dict.fromkeys(step.entity for step in erasure_steps.steps_of(x, "orders")):
        at = next((x.entity(name).fields[one] for one in TIMES if one in x.entity(name).fields), None)
        for number in range(len(_by_email(x, name, x.start(name)))) if at is not None and wanted else ():
            row = x.start(name)
            email, fold, tests = _by_email(x, name, row)[number]
            assert at is not None
            kept = sa.or_(x.value(name, row, at).is_(None), sa.and_(*x.between(name, row, at, before, None)))
            asked = sa.select(email).distinct().where(among(x, email), *tests, kept, *x.where(name, row))
            late |= {normal_email(codec.text(line[0])) for line in ask(asked, bound(x, _forms(x, wanted, {fold})))}
    return {key for mail in late for key in holders.get(mail, ())}, late


def _by_email(x: Columns, entity: str, row: FromClause) -> list[tuple[Element, Fold, list[Test]]]:
    """Return each way to a row by e-mail where no account owns it: the column, its form, and the tests that join it."""
    owner = belonging.customer_of(x, entity, row)
    free = [] if owner is None else [belonging.ownerless(x, owner)]
    found: list[tuple[Element, Fold, list[Test]]] = []
    for match in x.entity(entity).match:
        if match.by == "email":
            found.append((belonging.match_email(x, entity, row, match), match.fold, free))
        elif match.by == "via":
            other = x.start(match.entity)
            join = x.value(entity, row, match.of) == belonging.via(x, match, other)
            found += [
                (email, fold, [join, *x.where(match.entity, other), *tests])
                for email, fold, tests in _by_email(x, match.entity, other)
            ]
    return found


def _rows(x: Expressions, before: datetime, *, named: bool) -> Any:
    """Return the orders that no account owns as a subquery of e-mail, key and time; None where e-mails name none."""
    at = placed(x)
    branches = []
    for number in range(len(_by_email(x, "order", x.start("order"))) if at is not None else 0):
        row = x.start("order")
        email, _fold, tests = _by_email(x, "order", row)[number]
        assert at is not None
        tests = [*tests, email.is_not(None), email != "", *x.between("order", row, at, None, before)]
        tests += [among(x, email)] if named else []
        columns = (email.label("email"), x.key("order", row).label("key"), x.value("order", row, at).label("at"))
        branches.append(sa.select(*columns).where(*tests, *x.where("order", row)))
    if not branches:
        return None
    return (branches[0] if len(branches) == 1 else sa.union_all(*branches)).subquery()


def _emails(x: Expressions, ask: Ask, keys: Sequence[Any]) -> dict[Any, set[str]]:
    """Return the e-mails of accounts, in normal form, by key."""
    fields = x.layout.customer.fields
    row = x.start("customer")
    key = x.key("customer", row)
    columns = [x.value("customer", row, fields[name]) for name in ("email", "email_normal") if name in fields]
    asked = sa.select(key, *columns).where(among(x, key), *x.where("customer", row))
    found = {}
    for line in ask(asked, bound(x, keys)) if keys else ():
        found[line[0]] = {normal for text in line[1:] if (normal := normal_email(codec.text(text)))}
    return found


def _value(x: Expressions, key: str) -> Any:
    customer = x.layout.customer
    return codec.key_value(key, customer.key_codec, codec.python_of(x.table(customer.table).c[customer.keys[0]]))


def _forms(x: Expressions, emails: Iterable[str], folds: Collection[Fold]) -> list[str]:
    return list(dict.fromkeys(form for email in emails for fold in folds for form in x.forms(email, "email", fold)))


def _together(key: str, found: Sequence[Past]) -> Past:
    """Return the orders of one person that were found by different ways as one."""
    times = [one.newest for one in found if one.newest is not None]
    return Past(key, sum(one.orders for one in found), max(times, default=None))
