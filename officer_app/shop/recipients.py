"""To whom a letter goes: the contact data of accounts and guests, chunk by chunk."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.selectable import FromClause, Select

from officer_app.base.person import normal_email
from officer_app.shop import belonging, codec, gather
from officer_app.shop.connection import Shop
from officer_app.shop.expressions import Expressions
from officer_app.shop.facts import Postal, written_language

Cancel = Callable[[], bool] | None


@dataclass(frozen=True)
class Recipient:
    """One person to write to; a guest has no key, and who has no address has no lines.

    `has_password` and `ordered` are None where the shop's profile cannot tell.
    """

    key: str | None
    name: str
    email: str
    phone: str
    lines: tuple[str, ...]
    postcode: str
    city: str
    street: str
    country: str
    language: str
    guest: bool
    has_password: bool | None = None
    ordered: bool | None = None


def digest(email: str) -> int:
    """Return a 64-bit number that stands for an e-mail in a set."""
    return int.from_bytes(hashlib.blake2b(email.encode(), digest_size=8).digest(), "big")


def account_columns(x: Expressions, row: FromClause) -> Select[Any]:
    """Return the select of what `of_accounts` needs; conditions and order are the caller's."""
    staff = x.flag(row, "staff")
    names = ("first_name", "last_name", "name", "email", "phone", "mobile", "country", "language")
    fields = x.layout.customer.fields
    columns = [
        (x.value("customer", row, fields[n]) if n in fields else sa.null()).label("email" if n == "email" else f"f_{n}")
        for n in names
    ]
    mark = sa.case((staff, 1), else_=0) if staff is not None else sa.literal(0)
    password = x.flag(row, "has_password")
    has = sa.case((password, 1), else_=0) if password is not None else sa.null()
    return sa.select(x.key("customer", row).label("key"), *columns, mark.label("staff"), has.label("password"))


def key_of(x: Expressions, row: Any) -> str:
    """Return the key of a row as the text that we keep."""
    return codec.key_text(row.key, x.layout.customer.key_codec)


def of_accounts(shop: Shop, rows: Sequence[Any], cancelled: Cancel) -> list[Recipient]:
    """Return the recipients of these account rows in their order, each with the address they prefer."""
    x = shop.expressions
    keys = [row.key for row in rows]
    places = _first_places(shop, "address", "customer", keys, cancelled)
    without = [key for key in keys if _mark(key) not in places]
    if without:
        places |= _first_places(shop, "order_party", "customer", without, cancelled)
    buyers = _buyers(shop, "customer", keys, cancelled)
    mails = [normal_email(codec.text(row.email)) for row in rows]
    by_mail = _buyers(shop, "email", list(dict.fromkeys(filter(None, mails))), cancelled)
    known = None if buyers is None and by_mail is None else (buyers or frozenset()) | (by_mail or frozenset())
    found = []
    for row, key, mail in zip(rows, map(_mark, keys), mails, strict=True):
        password = None if row.password is None else bool(row.password)
        ordered = None if known is None else key in known or mail in known
        found.append(_account(x, row, places.get(key), password, ordered))
    return found


def of_guests(shop: Shop, emails: Sequence[str], cancelled: Cancel) -> list[Recipient]:
    """Return the recipients known by e-mail only, each with the address of their newest order."""
    x = shop.expressions
    places = _first_places(shop, "order_party", "email", emails, cancelled)
    buyers = _buyers(shop, "email", emails, cancelled)
    made = []
    for email in emails:
        place = places.get(email)
        country = place.country if place else ""
        language = written_language("", country, x.layout.language.default, x.layout.language.by_country)
        ordered = None if buyers is None else email in buyers
        name, phone = (place.name, place.phone) if place else ("", "")
        made.append(_made(None, name, email, phone, place, language, False, ordered))
    return made


def _account(
    x: Expressions, row: Any, place: Postal | None, password: bool | None, ordered: bool | None
) -> Recipient:  # fmt: skip
    fields = x.layout.customer.fields

    def word(name: str) -> str:
        return x.word(getattr(row, f"f_{name}"), fields[name]) if name in fields else ""

    name = word("name") or " ".join(part for part in (word("first_name"), word("last_name")) if part)
    country = word("country").upper() or (place.country if place else "")
    language = written_language(word("language"), country, x.layout.language.default, x.layout.language.by_country)
    phone = word("phone") or word("mobile") or (place.phone if place else "")
    return _made(key_of(x, row), name or (place.name if place else ""), codec.text(row.email), phone, place, language,
                 password, ordered)  # fmt: skip


def _made(
    key: str | None, name: str, email: str, phone: str, place: Postal | None, language: str,
    has_password: bool | None, ordered: bool | None,
) -> Recipient:  # fmt: skip
    return Recipient(
        key=key,
        name=name,
        email=email,
        phone=phone,
        lines=place.lines if place else (),
        postcode=place.postcode if place else "",
        city=place.city if place else "",
        street=place.street[0] if place and place.street else "",
        country=place.country if place else "",
        language=language,
        guest=key is None,
        has_password=has_password,
        ordered=ordered,
    )


def _mark(key: Any) -> str:
    return codec.key_text(key, "uuid_bin16" if isinstance(key, bytes) else "plain")


def _buyers(shop: Shop, by: str, whose: Sequence[Any], cancelled: Cancel) -> frozenset[str] | None:
    """Return which of these owners ordered something, None where the profile links no order in this way."""
    x = shop.expressions
    found: set[str] = set()
    asked_any = False
    for name, _entity in x.layout.of_kind("order"):
        for number in range(len(belonging.owners(x, name, x.start(name), by))):
            asked_any = True
            row = x.start(name)
            owner = belonging.owners(x, name, row, by)[number]
            asked = sa.select(owner.column).where(owner.column.in_(list(whose)), *owner.tests, *x.where(name, row))
            for line in shop.rows(asked.distinct(), cancelled=cancelled) if whose else ():
                found.add(normal_email(codec.text(line[0])) if by == "email" else _mark(line[0]))
    return frozenset(found) if asked_any else None


def _first_places(shop: Shop, kind: str, by: str, whose: Sequence[Any], cancelled: Cancel) -> dict[str, Postal]:
    """Return for each owner the first address in the profile's order, by one query for the whole chunk."""
    x = shop.expressions
    found: dict[str, Postal] = {}
    for name, entity in x.layout.of_kind(kind):
        for number in range(len(belonging.owners(x, name, x.start(name), by))):
            row = x.start(name)
            owner = belonging.owners(x, name, row, by)[number]
            columns = [x.value(name, row, ref).label(f"f_{n}") for n, ref in entity.fields.items()]
            asked = sa.select(owner.column.label("owner"), *columns).where(
                owner.column.in_(list(whose)), *owner.tests, *x.where(name, row)
            )
            for line in shop.rows(asked.order_by(*x.order(name, row)), cancelled=cancelled):
                mark = normal_email(codec.text(line.owner)) if by == "email" else _mark(line.owner)
                if mark not in found:
                    found[mark] = gather.postal(x, entity, line, "")
    return found
