"""Finds people in the shop: an exact match is one query over indexed columns, a name answers by page."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.selectable import FromClause, Select

from officer_app.base.errors import KnownError
from officer_app.base.person import normal_email, normal_name
from officer_app.shop import belonging, codec, gather
from officer_app.shop.connection import Shop
from officer_app.shop.expressions import Element, Expressions, Test, codec_of
from officer_app.shop.facts import Card, Cursor, Match, Page
from officer_app.shop.model import Search

Cancel = Callable[[], bool] | None
LONGEST = 200
_WHY = {"email": "e-mail", "phone": "phone", "order": "order number", "id": "customer number", "name": "name"}


def find(
    shop: Shop, text: str, *, after: Cursor | None = None, limit: int = 50, cancelled: Cancel = None
) -> Page[Match]:
    """Return the people whose e-mail, phone, order number, customer number or name is `text`.

    Everything but a name is matched whole; a name by its beginning, first or last name first, page by page:
    hand the page's `after` back for the next one.
    """
    text = normal_name(text[:LONGEST])
    if not text:
        return Page(())
    if after is None:
        kinds = _kinds(text)
        if kinds:
            exact = _exact(shop, (text,), kinds, limit, cancelled)
            if exact or "email" in kinds or not any(ch.isalpha() for ch in text):
                return Page(exact)
    return _by_name(shop, text, after, limit, cancelled)


def card(shop: Shop, key: str, *, cancelled: Cancel = None) -> Card:
    """Return all that the shop holds about one account; KnownError when there is none with that key."""
    found = gather.by_key(shop, key, cancelled)
    if found is None:
        raise KnownError("The shop has no account with this number any more; search for the person again.")
    return found


def card_by_email(shop: Shop, email: str, *, cancelled: Cancel = None) -> Card:
    """Return what the shop holds under an e-mail: the account that has it, else the guest's orders and entries."""
    normal = normal_email(email)
    if not normal:
        raise KnownError("This is no e-mail address; give one such as name@example.com.")
    accounts = [m for m in _exact(shop, (normal,), ("email",), 50, cancelled) if m.key is not None]
    if len(accounts) == 1 and accounts[0].key is not None:
        return card(shop, accounts[0].key, cancelled=cancelled)
    if accounts:
        raise KnownError("Several accounts have this e-mail; open the right one from the search.")
    return gather.by_email(shop, normal, cancelled)


def _kinds(text: str) -> tuple[str, ...]:
    """Return what a text can be beside a name."""
    if normal_email(text):
        return ("email",)
    if re.fullmatch(r"[+(]?[\d][\d\s().\-/]*", text):
        return ("id", "order", "phone")
    if any(ch.isdecimal() for ch in text) and " " not in text:
        return ("order", "id")
    return ()


def named(
    shop: Shop, by: str, texts: Sequence[str], *, limit: int = 50, cancelled: Cancel = None
) -> tuple[Match, ...]:
    """Return the people with one of these texts as their e-mail, phone or order number (`by`), in one query."""
    known = tuple(dict.fromkeys(one for text in texts if (one := normal_name(text[:LONGEST]))))
    return _exact(shop, known, (by,), limit, cancelled) if known else ()


def _exact(
    shop: Shop, texts: tuple[str, ...], kinds: tuple[str, ...], limit: int, cancelled: Cancel
) -> tuple[Match, ...]:
    x = shop.expressions
    branches: list[Select[Any]] = []
    if "id" in kinds:
        row = x.start("customer")
        value = gather.key_of(x, row, texts[0])
        if value is not None:
            branches.append(_account(x, row, "id").where(x.key("customer", row) == value))
    for search in x.layout.search:
        wanted = texts if search.by in kinds else ()
        forms = [form for text in wanted for form in x.forms(text, search.by, search.fold)]
        if not forms:
            continue
        row = x.start(search.entity)
        test = x.folded(x.value(search.entity, row, search.of), search.fold).in_(forms)
        if search.entity == "customer":
            branches.append(_account(x, row, search.by).where(test))
        else:
            branches += _through(x, search, row, test)
    if not branches:
        return ()
    limited = [sa.select(branch.limit(limit).subquery()) for branch in branches]
    rows = shop.rows(limited[0] if len(limited) == 1 else sa.union_all(*limited), cancelled=cancelled)
    return _distinct([_match(x, row) for row in rows])[:limit]


def _account(x: Expressions, row: FromClause, why: str) -> Select[Any]:
    """Return the columns of a match for a customer's row."""
    staff = x.flag(row, "staff")
    return sa.select(
        sa.literal(why).label("why"),
        x.key("customer", row).label("key"),
        x.text(x.field("customer", row, "first_name")).label("first"),
        x.text(x.field("customer", row, "last_name")).label("last"),
        x.text(x.field("customer", row, "name")).label("name"),
        x.text(x.field("customer", row, "email")).label("email"),
        x.text(phone_of(x, row)).label("phone"),
        sa.case((staff, 1), else_=0).label("staff") if staff is not None else sa.literal(0).label("staff"),
    ).where(*x.where("customer", row))


def phone_of(x: Expressions, row: FromClause) -> Element | None:
    """Return the account's phone, or its mobile where the shop keeps no other."""
    phone = x.field("customer", row, "phone")
    return phone if phone is not None else x.field("customer", row, "mobile")


def _through(x: Expressions, search: Search, row: FromClause, test: Test) -> list[Select[Any]]:
    """Return the accounts that another entity's rows lead to, and the guests it knows by e-mail only."""
    found = []
    owner = belonging.customer_of(x, search.entity, row)
    if owner is not None:
        customer = x.start("customer")
        join = customer.join(row, owner == x.key("customer", customer))
        chosen = _account(x, customer, search.by).select_from(join)
        found.append(chosen.where(test, *x.where(search.entity, row)))
    email = x.field(search.entity, row, "email")
    if email is not None:
        names = [x.text(x.field(search.entity, row, name)) for name in ("first_name", "last_name", "name")]
        customer = x.start("customer")
        empty = sa.cast(sa.null(), x.key("customer", customer).type) if x.dialect != "sqlite" else sa.null()
        guest = sa.select(
            sa.literal(search.by).label("why"),
            empty.label("key"),
            names[0].label("first"),
            names[1].label("last"),
            names[2].label("name"),
            x.text(email).label("email"),
            x.text(x.field(search.entity, row, "phone")).label("phone"),
            sa.literal(0).label("staff"),
        ).where(test, email.is_not(None), *x.where(search.entity, row))
        found.append(guest if owner is None else guest.where(belonging.ownerless(x, owner)))
    return found


def _match(x: Expressions, row: Any) -> Match:
    names = [codec.text(part) for part in (row.first, row.last) if part]
    key = None if row.key is None else codec.key_text(row.key, x.layout.customer.key_codec)
    return Match(
        key=key,
        name=codec.text(row.name) or " ".join(names),
        email=codec.text(row.email),
        phone=codec.text(row.phone),
        guest=key is None,
        staff=bool(row.staff),
        why=_WHY[row.why],
    )


def _distinct(matches: list[Match]) -> tuple[Match, ...]:
    """Keep each account once, and each guest once whose e-mail is no account's."""
    kept: dict[str, Match] = {}
    taken = {normal_email(match.email) for match in matches if match.key is not None}
    for match in matches:
        email = normal_email(match.email)
        if match.key is not None:
            kept.setdefault(f"k{match.key}", match)
        elif email not in taken:
            kept.setdefault(f"e{email or match.email}", match)
    return tuple(kept.values())


def _by_name(shop: Shop, text: str, after: Cursor | None, limit: int, cancelled: Cancel) -> Page[Match]:
    """Walk the name columns one after the other, each in the order of its index."""
    x = shop.expressions
    searches = [search for search in x.layout.search if search.by == "name" and search.entity == "customer"]
    phase, name, key = (int(after[0] or 0), after[1], after[2]) if after else (0, None, None)
    found: list[Match] = []
    while phase < len(searches):
        room = limit - len(found)
        row = x.start("customer")
        prefix, column = _prefix(x, searches[phase], row, text)
        account = _account(x, row, "name").add_columns(x.text(column).label("sorted"))
        statement = account.where(prefix)
        for earlier in searches[:phase]:
            statement = statement.where(sa.not_(_prefix(x, earlier, row, text)[0]))
        keyed = x.key("customer", row)
        if name is not None and key is not None:
            last = gather.key_of(x, row, str(key))
            statement = statement.where(
                sa.and_(column >= name, sa.or_(column > name, sa.and_(column == name, keyed > last)))
            )
        rows = shop.rows(statement.order_by(column, keyed).limit(room + 1), cancelled=cancelled)
        found += [_match(x, r) for r in rows[:room]]
        if len(rows) > room:
            return Page(tuple(found), (phase, rows[room - 1].sorted, found[-1].key))
        phase, name, key = phase + 1, None, None
        if len(found) == limit and phase < len(searches):
            return Page(tuple(found), (phase, None, None))
    return Page(tuple(found))


def _prefix(x: Expressions, search: Search, row: FromClause, text: str) -> tuple[Test, Element]:
    """Return the test "begins with" in the form that each database answers from its index, and the column."""
    column = x.folded_name(x.value("customer", row, search.of), search.fold)
    form = x.forms(text, "name", search.fold)[0]
    if not form:
        return sa.false(), column
    if x.dialect == "sqlite" and codec_of(search.of) == "plain":
        return sa.and_(column >= form, column < form + "\U0010ffff"), column
    return column.startswith(form, autoescape=True), column
