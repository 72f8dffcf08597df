"""Gathers everything the shop holds about one person, one set-based query per kind of rows."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.selectable import FromClause

from officer_app.base.person import normal_email
from officer_app.shop import belonging, codec
from officer_app.shop.connection import Shop
from officer_app.shop.expressions import Expressions
from officer_app.shop.facts import (
    UNKNOWN,
    Account,
    Activity,
    Card,
    Consent,
    Held,
    Order,
    OrderLine,
    Postal,
    written_language,
)
from officer_app.shop.model import Entity

Cancel = Callable[[], bool] | None
MOST_ORDERS = 200
MOST_ADDRESSES = 50
_SHOWN = ("customer", "address", "order", "order_line", "order_party")


def by_key(shop: Shop, key: str, cancelled: Cancel) -> Card | None:
    """Return the card of one account, None when there is none with that key."""
    x = shop.expressions
    row = x.start("customer")
    value = key_of(x, row, key)
    if value is None:
        return None
    names = list(x.layout.customer.fields)
    columns = [x.value("customer", row, ref).label(f"f_{n}") for n, ref in x.layout.customer.fields.items()]
    for flag in ("staff", "has_password"):
        test = x.flag(row, flag)
        columns.append((sa.case((test, 1), else_=0) if test is not None else sa.null()).label(f"is_{flag}"))
    columns += [x.value("customer", row, sign.source).label(f"a_{n}") for n, sign in enumerate(x.layout.activity)]
    for number, consent in enumerate(x.layout.consent):
        columns.append(x.value("customer", row, consent.of).label(f"c_{number}"))
        at = sa.null() if consent.given_at is None else x.value("customer", row, consent.given_at)
        columns.append(at.label(f"t_{number}"))
    asked = sa.select(x.key("customer", row).label("key"), *columns)
    found = shop.rows(asked.where(x.key("customer", row) == value, *x.where("customer", row)), cancelled=cancelled)
    if not found:
        return None
    read = {n: x.read(getattr(found[0], f"f_{n}"), x.layout.customer.fields[n]) for n in names}
    account = _account(x, found[0], read)
    consents = tuple(
        Consent(
            consent.title,
            codec.truth(x.read(getattr(found[0], f"c_{number}"), consent.of)),
            x.time(getattr(found[0], f"t_{number}"), consent.given_at),
        )
        for number, consent in enumerate(x.layout.consent)
    )
    emails = tuple(e for e in {normal_email(account.email)} if e)
    return _card(shop, account, value, emails, newest_activity(x, found[0]), consents, cancelled)


def by_email(shop: Shop, email: str, cancelled: Cancel) -> Card:
    """Return the card of a guest: what the shop holds under the e-mail without an account."""
    account = Account(None, "", "", "", email, "", "", "", "", None, "", None, False)
    card = _card(shop, account, None, (email,), UNKNOWN, (), cancelled)
    party = card.addresses[0] if card.addresses else None
    newest = max((order.placed for order in card.orders if order.placed is not None), default=None)
    language = written_language("", party.country if party else "", *_language(shop.expressions))
    named = Account(
        None, "", "", party.name if party else "", email, party.phone if party else "", "",
        party.country if party else "", language, None, "", None, False,
    )  # fmt: skip
    activity = UNKNOWN if newest is None else Activity(newest, "order", "second")
    return Card(named, card.addresses, card.orders, card.orders_total, (), activity, card.held)


def key_of(x: Expressions, row: FromClause, key: str) -> Any:
    """Return an account's key as the database compares it, None when no account can have it."""
    column = x.key("customer", row)
    declared = column.info.get("declared", column.type) if isinstance(column, sa.Column) else column.type
    try:
        python = declared.python_type
    except NotImplementedError:
        python = None
    return codec.key_value(key, x.layout.customer.key_codec, python)


def newest_activity(x: Expressions, row: Any) -> Activity:
    """Return the newest of the signs of life in the columns a_0, a_1, … of a row."""
    newest = UNKNOWN
    for number, sign in enumerate(x.layout.activity):
        at = x.time(getattr(row, f"a_{number}"), sign.source)
        if at is not None and (newest.at is None or at > newest.at):
            newest = Activity(at, sign.meaning, sign.precision)
    return newest


def _language(x: Expressions) -> tuple[str, dict[str, str]]:
    return x.layout.language.default, x.layout.language.by_country


def _account(x: Expressions, row: Any, read: dict[str, Any]) -> Account:
    def word(name: str) -> str:
        return codec.text(read.get(name))

    country = word("country").upper()
    password = row.is_has_password
    return Account(
        key=codec.key_text(row.key, x.layout.customer.key_codec),
        first_name=word("first_name"),
        last_name=word("last_name"),
        name=word("name") or " ".join(part for part in (word("first_name"), word("last_name")) if part),
        email=word("email"),
        phone=word("phone"),
        mobile=word("mobile"),
        country=country,
        language=written_language(word("language"), country, *_language(x)),
        created=x.time(getattr(row, "f_created", None), x.layout.customer.fields.get("created")),
        state=word("state"),
        has_password=None if password is None else bool(password),
        staff=bool(row.is_staff),
    )


def _card(
    shop: Shop,
    account: Account,
    key: Any,
    emails: Sequence[str],
    activity: Activity,
    consents: tuple[Consent, ...],
    cancelled: Cancel,
) -> Card:
    x = shop.expressions
    orders, total, raw = _orders(shop, key, emails, cancelled)
    addresses = [
        postal(x, x.entity(name), line, "Address book")
        for name, _ in x.layout.of_kind("address")
        for line in _address_rows(shop, name, key, emails, cancelled)
    ]
    by_order = {order.key: order.number for order in orders}
    for name, entity in x.layout.of_kind("order_party"):
        for line in _party_rows(shop, name, key, emails, cancelled):
            number = by_order.get(codec.key_text(line.order_key, _order_codec(x)), "")
            origin = f"Order {number}" if number else entity.title or "Order"
            addresses.append(postal(x, entity, line, origin))
    return Card(account, tuple(addresses), _with_lines(shop, orders, raw, cancelled), total, consents, activity,
                _held(shop, key, emails, cancelled))  # fmt: skip


def _orders(shop: Shop, key: Any, emails: Sequence[str], cancelled: Cancel) -> tuple[tuple[Order, ...], int, list[Any]]:
    x = shop.expressions
    found: list[Order] = []
    raw: list[Any] = []
    total = 0
    for name, entity in x.layout.of_kind("order"):
        row = x.start(name)
        fields = {n: x.value(name, row, ref).label(f"f_{n}") for n, ref in entity.fields.items()}
        is_open = x.is_open(name, row, entity.state) if entity.state is not None else sa.true()
        unpaid = x.is_open(name, row, entity.payment) if entity.payment is not None else sa.false()
        label = sa.null() if entity.state is None else x.value(name, row, entity.state.label or entity.state.of)
        mine = sa.and_(belonging.of_person(x, name, row, key, emails), *x.where(name, row))
        rows = shop.rows(
            sa.select(
                x.key(name, row).label("key"),
                *fields.values(),
                sa.case((is_open, 1), else_=0).label("is_open"),
                sa.case((unpaid, 1), else_=0).label("unpaid"),
                label.label("label"),
            )
            .where(mine)
            .order_by(*x.order(name, row))
            .limit(MOST_ORDERS),
            cancelled=cancelled,
        )
        if len(rows) == MOST_ORDERS:
            total += int(shop.scalar(sa.select(sa.func.count()).select_from(row).where(mine), cancelled=cancelled))
        else:
            total += len(rows)
        found += [_order(x, entity, line) for line in rows]
        raw += [line.key for line in rows]
    return tuple(found), total, raw


def _order(x: Expressions, entity: Entity, row: Any) -> Order:
    def word(name: str) -> Any:
        return x.read(getattr(row, f"f_{name}"), entity.fields[name]) if name in entity.fields else None

    key = codec.key_text(row.key, entity.key_codec)
    return Order(
        key=key,
        number=codec.text(word("number")) or key,
        placed=x.time(getattr(row, "f_placed", None), entity.fields.get("placed")),
        state=codec.text(row.label),
        open=bool(row.is_open),
        unpaid=bool(row.unpaid),
        total=codec.text(word("total")),
        currency=codec.text(word("currency")),
        email=codec.text(word("email")),
    )


def _with_lines(shop: Shop, orders: tuple[Order, ...], raw: list[Any], cancelled: Cancel) -> tuple[Order, ...]:
    x = shop.expressions
    lines: dict[str, list[OrderLine]] = defaultdict(list)
    for name, entity in x.layout.of_kind("order_line"):
        if "order" not in entity.fields or not raw:
            continue
        row = x.start(name)
        order = x.value(name, row, entity.fields["order"])
        fields = [n for n in ("title", "quantity", "price") if n in entity.fields]
        columns = [x.value(name, row, entity.fields[n]).label(f"f_{n}") for n in fields]
        asked = sa.select(order.label("order_key"), *columns).where(order.in_(raw)).order_by(*x.order(name, row))
        for found in shop.rows(asked.limit(MOST_ORDERS * 20), cancelled=cancelled):
            read = {n: codec.text(x.read(getattr(found, f"f_{n}"), entity.fields[n])) for n in fields}
            owner = codec.key_text(found.order_key, _order_codec(x))
            lines[owner].append(OrderLine(read.get("title", ""), read.get("quantity", ""), read.get("price", "")))
    return tuple(
        Order(o.key, o.number, o.placed, o.state, o.open, o.unpaid, o.total, o.currency, o.email, tuple(lines[o.key]))
        for o in orders
    )


def _order_codec(x: Expressions) -> str:
    return next((entity.key_codec for _, entity in x.layout.of_kind("order")), "plain")


def _address_rows(shop: Shop, name: str, key: Any, emails: Sequence[str], cancelled: Cancel) -> list[Any]:
    x = shop.expressions
    row = x.start(name)
    columns = [x.value(name, row, ref).label(f"f_{n}") for n, ref in x.entity(name).fields.items()]
    asked = sa.select(*columns).where(belonging.of_person(x, name, row, key, emails), *x.where(name, row))
    return shop.rows(asked.order_by(*x.order(name, row)).limit(MOST_ADDRESSES), cancelled=cancelled)


def _party_rows(shop: Shop, name: str, key: Any, emails: Sequence[str], cancelled: Cancel) -> list[Any]:
    """Return the addresses copied into a person's orders, each with its order's key."""
    x = shop.expressions
    found: list[Any] = []
    for match in x.entity(name).match:
        if match.by != "via":
            continue
        row, order = x.start(name), x.start(match.entity)
        columns = [x.value(name, row, ref).label(f"f_{n}") for n, ref in x.entity(name).fields.items()]
        joined = x.value(name, row, match.of) == belonging.via(x, match, order)
        mine = belonging.of_person(x, match.entity, order, key, emails)
        asked = sa.select(x.key(match.entity, order).label("order_key"), *columns).where(
            joined, mine, *x.where(match.entity, order), *x.where(name, row)
        )
        found += shop.rows(asked.order_by(*x.order(name, row)).limit(MOST_ADDRESSES), cancelled=cancelled)
    return found


def postal(x: Expressions, entity: Entity, row: Any, origin: str) -> Postal:
    """Return the address in the columns f_… of a row."""

    def word(name: str) -> str:
        return x.word(getattr(row, f"f_{name}"), entity.fields[name]) if name in entity.fields else ""

    street: list[str] = []
    for name in ("line1", "line2", "line3"):
        if name in entity.fields:
            street += codec.paragraphs(getattr(row, f"f_{name}"))
    person = word("name") or " ".join(part for part in (word("first_name"), word("last_name")) if part)
    return Postal(
        person, word("company"), tuple(street), word("postcode"), word("city"), word("region"),
        word("country").upper(), word("phone") or word("mobile"), origin,
    )  # fmt: skip


def _held(shop: Shop, key: Any, emails: Sequence[str], cancelled: Cancel) -> tuple[Held, ...]:
    """Count the rows of every further kind that the profile maps."""
    x = shop.expressions
    counts = []
    names = []
    for name, entity in x.layout.entity.items():
        if (entity.kind or name) in _SHOWN:
            continue
        row = x.start(name)
        at = next((entity.fields[n] for n in ("created", "at", "placed") if n in entity.fields), None)
        newest = sa.null() if at is None else sa.func.max(x.value(name, row, at))
        mine = sa.and_(belonging.of_person(x, name, row, key, emails), *x.where(name, row))
        counts.append(sa.select(sa.func.count().label("n"), newest.label("newest")).select_from(row).where(mine))
        names.append((name, entity, at))
    held = []
    for (name, entity, at), statement in zip(names, counts, strict=True):
        line = shop.rows(statement, cancelled=cancelled)[0]
        if line.n:
            held.append(Held(name, entity.title or name.replace("_", " "), int(line.n), x.time(line.newest, at)))
    return tuple(held)
