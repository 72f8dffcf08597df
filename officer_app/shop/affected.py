"""The customers a breach concerns: by query or by pasted numbers and e-mails, counted, sampled and streamed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.selectable import FromClause, Select

from officer_app.base.errors import KnownError
from officer_app.base.person import normal_email
from officer_app.shop import belonging, codec, gather, guests, purchases, recipients, unique
from officer_app.shop.connection import Shop
from officer_app.shop.expressions import Element, Expressions, Test
from officer_app.shop.model import Source
from officer_app.shop.recipients import Recipient

Cancel = Callable[[], bool] | None
BATCH = 500


@dataclass(frozen=True)
class Filter:
    """Who is concerned; all that is given must hold.

    Dates are aware and half-open (from <= time < to). `keys` and `emails` together name people; without any
    filter everybody is concerned. Staff accounts are left out unless `staff`. `product` stands in the title of
    something ordered, `orders` are numbers of orders, of which the person placed one.
    """

    created_from: datetime | None = None
    created_to: datetime | None = None
    ordered_from: datetime | None = None
    ordered_to: datetime | None = None
    active_from: datetime | None = None
    active_to: datetime | None = None
    country: str = ""
    state: str = ""
    has_password: bool | None = None
    keys: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    staff: bool = False
    product: str = ""
    orders: tuple[str, ...] = ()

    @property
    def names_people(self) -> bool:
        """Return whether single people are named."""
        return bool(self.keys or self.emails)


@dataclass(frozen=True)
class Count:
    """How many the filter concerns, the staff accounts it left out, and what was pasted but matches nobody."""

    customers: int
    guests: int
    staff_left_out: int
    unmatched_keys: tuple[str, ...] = ()
    unmatched_emails: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """Return the number of letters."""
        return self.customers + self.guests


def unanswerable(shop: Shop) -> dict[str, str]:
    """Return the filters that this shop's profile cannot answer, each with the reason to show."""
    x = shop.expressions
    fields_of = x.layout.customer.fields
    missing: dict[str, str] = {}
    if "created" not in fields_of:
        missing["created"] = "This shop does not record when an account was made."
    if not any("placed" in e.fields and e.match for _, e in x.layout.of_kind("order")):
        missing["ordered"] = "This shop's profile does not say when orders were placed."
    if not x.layout.activity:
        missing["active"] = "This shop does not record any activity."
    if "country" not in fields_of and not any("country" in e.fields for _, e in x.layout.of_kind("address")):
        missing["country"] = "This shop does not record a country."
    if "state" not in fields_of:
        missing["state"] = "This shop's accounts have no state."
    if "has_password" not in x.layout.customer.flags:
        missing |= {"has_password": "This shop's profile cannot tell who has a password."}
    if not purchases.known(x, "order_line", "title"):
        missing["product"] = "This shop's profile does not say what was ordered."
    if not purchases.known(x, "order", "number"):
        missing["orders"] = "This shop's profile does not know the numbers of orders."
    return missing


def count(shop: Shop, wanted: Filter, *, cancelled: Cancel = None) -> Count:
    """Return how many the filter concerns, by counting in the database."""
    _refuse(shop, wanted)
    if wanted.names_people:
        return _count_named(shop, wanted, cancelled)
    x = shop.expressions
    row = x.start("customer")
    tests = _tests(x, row, wanted)
    customers = int(shop.scalar(_counted(x, row).where(*tests), cancelled=cancelled))
    staff = x.flag(row, "staff")
    left_out = 0
    if staff is not None and not wanted.staff:
        everyone = _tests(x, row, replace(wanted, staff=True))
        left_out = int(shop.scalar(sa.select(sa.func.count()).select_from(row).where(*everyone, staff)))
    return Count(customers, guests.count(shop, _guest_filter(wanted), cancelled), left_out)


def sample(shop: Shop, wanted: Filter, limit: int = 10, *, cancelled: Cancel = None) -> tuple[Recipient, ...]:
    """Return the first few whom `stream` would give."""
    found: list[Recipient] = []
    for chunk in stream(shop, wanted, chunk=limit, cancelled=cancelled):
        found += chunk
        if len(found) >= limit:
            break
    return tuple(found[:limit])


def stream(shop: Shop, wanted: Filter, chunk: int = 1000, *, cancelled: Cancel = None) -> Iterator[list[Recipient]]:
    """Yield everybody concerned in chunks, accounts by key and then guests by e-mail, each person once.

    Memory holds one chunk; only where the shop lets several accounts share an e-mail, eight bytes and a set
    entry per account come on top.
    """
    _refuse(shop, wanted)
    x = shop.expressions
    seen: set[int] | None = None if _unique_email(x) else set()
    pages = _named(shop, wanted, cancelled) if wanted.names_people else _walk(shop, wanted, chunk, cancelled)
    for rows in pages:
        fresh = [row for row in rows if seen is None or _first(row.email, seen)]
        if fresh:
            yield recipients.of_accounts(shop, fresh, cancelled)
    for emails in guests.stream(shop, _guest_filter(wanted), chunk, cancelled):
        yield recipients.of_guests(shop, emails, cancelled)


def _refuse(shop: Shop, wanted: Filter) -> None:
    missing = unanswerable(shop)
    for field in fields(Filter):
        name = field.name.removesuffix("_from").removesuffix("_to")
        if name in missing and getattr(wanted, field.name) not in (None, "", ()):
            raise KnownError(f"{missing[name]} Leave this filter empty.")
    for name in ("created", "ordered", "active"):
        low, high = getattr(wanted, f"{name}_from"), getattr(wanted, f"{name}_to")
        if low is not None and high is not None and low >= high:
            raise KnownError("A period must end after it begins; correct the dates.")


def _guest_filter(wanted: Filter) -> guests.GuestFilter | None:
    """Return the part of the filter that guests can meet, None when none of them can."""
    asks_account = wanted.created_from or wanted.created_to or wanted.state or wanted.has_password is not None
    if asks_account or (wanted.keys and not wanted.emails):
        return None
    return guests.GuestFilter(
        wanted.ordered_from, wanted.ordered_to, wanted.active_from, wanted.active_to, wanted.country,
        tuple(dict.fromkeys(e for e in map(normal_email, wanted.emails) if e)), wanted.product, wanted.orders,
    )  # fmt: skip


def _tests(x: Expressions, row: FromClause, wanted: Filter) -> list[Test]:
    tests = x.where("customer", row)
    staff = x.flag(row, "staff")
    if staff is not None and not wanted.staff:
        tests.append(sa.case((staff, 1), else_=0) == 0)
    fields_of = x.layout.customer.fields
    if wanted.created_from or wanted.created_to:
        tests += x.between("customer", row, fields_of["created"], wanted.created_from, wanted.created_to)
    if wanted.ordered_from or wanted.ordered_to:
        tests.append(sa.or_(*_ordered(x, row, wanted.ordered_from, wanted.ordered_to)))
    if wanted.active_from or wanted.active_to:
        tests.append(sa.or_(*_active(x, row, wanted.active_from, wanted.active_to)))
    if wanted.country:
        tests.append(sa.or_(*_in_country(x, row, wanted.country.strip().upper())))
    if wanted.product:
        tests.append(sa.or_(*purchases.of_customer(x, row, "order_line", "title", purchases.says(wanted.product))))
    if wanted.orders:
        tests.append(sa.or_(*purchases.of_customer(x, row, "order", "number", purchases.among(wanted.orders))))
    if wanted.state:
        tests.append(_in_state(x, row, wanted.state))
    if wanted.has_password is not None:
        has = x.flag(row, "has_password")
        assert has is not None
        tests.append(sa.case((has, 1), else_=0) == int(wanted.has_password))
    return tests


def _ordered(x: Expressions, row: FromClause, low: datetime | None, high: datetime | None) -> list[Test]:
    tests: list[Test] = []
    for name, entity in x.layout.of_kind("order"):
        if "placed" not in entity.fields:
            continue
        for by in ("customer", "email"):
            for number in range(len(belonging.links(x, name, x.start(name), row, by))):
                e = x.start(name)
                way = belonging.links(x, name, e, row, by)[number]
                inside = x.between(name, e, entity.fields["placed"], low, high)
                tests.append(sa.exists(sa.select(sa.literal(1)).where(way, *x.where(name, e), *inside).correlate(row)))
    return tests


def _active(x: Expressions, row: FromClause, low: datetime | None, high: datetime | None) -> list[Test]:
    tests: list[Test] = []
    for sign in x.layout.activity:
        if isinstance(sign.source, Source) and sign.source.aggregate is not None:
            tests += x.happened(row, sign.source.aggregate, low, high)
        else:
            tests.append(sa.and_(*x.between("customer", row, sign.source, low, high)))
    return tests


def _in_country(x: Expressions, row: FromClause, country: str) -> list[Test]:
    tests: list[Test] = []
    own = x.field("customer", row, "country")
    if own is not None:
        tests.append(sa.func.upper(own) == country)
    for name, entity in x.layout.of_kind("address"):
        if "country" in entity.fields:
            a = x.start(name)
            lives = sa.func.upper(x.value(name, a, entity.fields["country"])) == country
            for way in belonging.links(x, name, a, row, "customer"):
                tests.append(sa.exists(sa.select(sa.literal(1)).where(way, lives, *x.where(name, a)).correlate(row)))
    return tests


def _in_state(x: Expressions, row: FromClause, state: str) -> Test:
    ref = x.layout.customer.fields["state"]
    element = x.value("customer", row, ref)
    words = [raw for raw, word in ref.map.items() if word == state] if isinstance(ref, Source) and ref.map else [state]
    values = [word == "true" if word in ("true", "false") else word for word in words]
    return element.in_([x.scalar(element, value, "plain") for value in values])


def _unique_email(x: Expressions) -> bool:
    """Return whether the database itself lets no two accounts share an e-mail as we compare it."""
    table = x.table(x.layout.customer.table)
    ref = x.layout.customer.fields.get("email_normal")
    return isinstance(ref, str) and unique.alone(table, ref)


def _first(email: object, seen: set[int]) -> bool:
    """Return whether this e-mail comes for the first time; no e-mail is always new."""
    normal = normal_email(codec.text(email))
    if not normal:
        return True
    before = len(seen)
    seen.add(recipients.digest(normal))
    return len(seen) > before


def _counted(x: Expressions, row: FromClause) -> Select[Any]:
    if _unique_email(x):
        return sa.select(sa.func.count()).select_from(row)
    email = belonging.customer_email(x, row, "lower")
    person = sa.func.coalesce(sa.func.nullif(email, ""), sa.cast(x.key("customer", row), sa.String))
    return sa.select(sa.func.count(sa.distinct(person))).select_from(row)


def _walk(shop: Shop, wanted: Filter, chunk: int, cancelled: Cancel) -> Iterator[list[Any]]:
    x = shop.expressions
    row = x.start("customer")
    key = x.key("customer", row)
    asked = recipients.account_columns(x, row).where(*_tests(x, row, wanted)).order_by(key).limit(chunk)
    last: Any = None
    while True:
        rows = shop.rows(asked if last is None else asked.where(key > last), cancelled=cancelled)
        if rows:
            yield rows
        if len(rows) < chunk:
            return
        last = rows[-1].key


def _named(shop: Shop, wanted: Filter, cancelled: Cancel) -> Iterator[list[Any]]:
    """Yield the accounts that were named by number or e-mail, each once."""
    x = shop.expressions
    row = x.start("customer")
    asked = recipients.account_columns(x, row).where(*_tests(x, row, wanted)).order_by(x.key("customer", row))
    given: set[str] = set()
    for column, values in _lists(x, row, wanted):
        for start in range(0, len(values), BATCH):
            rows = shop.rows(asked.where(column.in_(values[start : start + BATCH])), cancelled=cancelled)
            fresh = [found for found in rows if recipients.key_of(x, found) not in given]
            given.update(recipients.key_of(x, found) for found in fresh)
            if fresh:
                yield fresh


def _lists(x: Expressions, row: FromClause, wanted: Filter) -> list[tuple[Element, list[Any]]]:
    keys = [value for key in dict.fromkeys(wanted.keys) if (value := gather.key_of(x, row, key)) is not None]
    emails = list(dict.fromkeys(e for e in map(normal_email, wanted.emails) if e))
    return [(x.key("customer", row), keys), (belonging.customer_email(x, row, "normal"), emails)]


def _count_named(shop: Shop, wanted: Filter, cancelled: Cancel) -> Count:
    x = shop.expressions
    named = Filter(keys=wanted.keys, emails=wanted.emails, staff=True)
    keys: set[str] = set()
    emails: set[str] = set()
    left_out = 0
    for rows in _named(shop, named, cancelled):
        for row in rows:
            keys.add(recipients.key_of(x, row))
            emails.add(normal_email(codec.text(row.email)))
            left_out += 0 if wanted.staff else int(row.staff)
    everyone = guests.GuestFilter(emails=tuple(e for e in map(normal_email, wanted.emails) if e))
    for chunk in guests.stream(shop, everyone, BATCH, cancelled) if wanted.emails else ():
        emails.update(chunk)
    accounts = others = 0
    for recipients_ in stream(shop, wanted, BATCH, cancelled=cancelled):
        others += sum(each.guest for each in recipients_)
        accounts += sum(not each.guest for each in recipients_)
    row = x.start("customer")
    return Count(
        customers=accounts,
        guests=others,
        staff_left_out=left_out,
        unmatched_keys=tuple(k for k in dict.fromkeys(wanted.keys) if _stored(x, row, k) not in keys),
        unmatched_emails=tuple(e for e in dict.fromkeys(wanted.emails) if normal_email(e) not in emails),
    )


def _stored(x: Expressions, row: FromClause, key: str) -> str:
    value = gather.key_of(x, row, key)
    return "" if value is None else codec.key_text(value, x.layout.customer.key_codec)
