"""Looks after an erasure whether anything of the erased is left: by their keys, and in every text of the schema."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any, Literal

import sqlalchemy as sa

from officer_app.base.erasure import Person, Scope
from officer_app.base.errors import Cancelled
from officer_app.base.person import national_number, normal_email
from officer_app.shop import catalogue, codec, erasure_look, erasure_steps, order_trace
from officer_app.shop.connection import Shop
from officer_app.shop.erasure_facts import YOUNGER, Facts
from officer_app.shop.erasure_ways import Circle, among, bound
from officer_app.shop.expressions import Expressions

Cancel = Callable[[], bool] | None
AT_ONCE = 50_000
"""For how many people each text is read once; more are looked for in several readings, so that memory stays flat."""
_CHUNK = 5000
_NO_TEXT = (sa.Integer, sa.Numeric, sa.Date, sa.DateTime, sa.Time, sa.Boolean, sa.LargeBinary, sa.Uuid)
_EMAIL = re.compile(r"[^\s<>\"'(),;:\[\]{}|\\]+@[^\s<>\"'(),;:\[\]{}|\\]+")
_PHONE = re.compile(r"\+?\d[\d\-(). /]{6,24}\d")
_TAIL = 8  # digits at the end of a phone that are the same however it is written


@dataclass(frozen=True)
class VerifyLine:
    """What was found in one table: nothing, what the plan keeps on purpose (why), or what is left over.

    `column` is "" for rows found by the person's key, else the column in whose text the e-mail or phone stands. The
    `rows` of a clean table are those that were read again by their own keys and are as the plan makes them.
    """

    table: str
    column: str
    state: Literal["clean", "kept", "left"]
    rows: int
    reason: str = ""


@dataclass(frozen=True)
class Verification:
    """All lines, by table; `clean` when nothing is left over."""

    lines: tuple[VerifyLine, ...]

    @property
    def clean(self) -> bool:
        """Return whether nothing is left over."""
        return all(line.state != "left" for line in self.lines)


def verify(
    shop: Shop,
    people: Iterable[Person],
    scope: Scope,
    *,
    noted: Iterable[Mapping[str, Collection[str]]] = (),
    since: datetime | None = None,
    progress: Callable[[str], None] = lambda _table: None,
    cancelled: Cancel = None,
) -> Verification:
    """Return what the shop still holds of these erased people, by their original keys, e-mails and phones.

    `noted` has by entity the keys of the rows that were erased, in parts; they are read again, each by its own key.

    Every mapped table is asked for rows that the plan would still change, and every text column of the schema, mapped
    or not, is read for the e-mails and phones. An e-mail that another living account has too is that account's.

    Of old orders: who has ordered again `since` then has rows that are kept; of theirs only what is `noted` is read.
    """
    x = shop.expressions
    keeps = kept_tables(x, scope)
    left: Counter[str] = Counter()
    again: Counter[str] = Counter()
    texts: Counter[tuple[str, str]] = Counter()
    columns = _texts(shop)
    if scope == "orders":  # the account itself may stand, and what names it elsewhere with it
        touched = {step.table for step in erasure_steps.carried(x, scope)}
        columns = {table: names for table, names in columns.items() if table.name in touched}
    rest = iter(people)
    while group := list(islice(rest, AT_ONCE)):
        others: set[str] = set()
        back = _back(shop, group, since, cancelled) if scope == "orders" and since is not None else frozenset()
        if back:
            _by_key(shop, [p for p in group if p.id in back], scope, again, cancelled)
            group = [p for p in group if p.id not in back]
        for start in range(0, len(group), _CHUNK):
            part = group[start : start + _CHUNK]
            others |= _by_key(shop, part, scope, left, cancelled)
        emails = {p.normal for p in group if p.normal} - others
        phones = numbers((p.phone for p in group if p.phone), x.layout.profile.region)
        for table, names in columns.items() if emails or phones else ():
            progress(table.name)
            _sniff(shop, table, names, emails, phones, texts, cancelled)
    whole: Counter[str] = Counter()
    for rows in noted:
        there, undone = order_trace.again(shop, rows, scope, cancelled)
        left |= undone  # the more of both: a row that a backup brought back is found by its customer and by its key
        whole += there - undone
    looked_at = dict.fromkeys(x.entity(step.entity).table for step in erasure_steps.steps_of(x, scope))
    if scope != "orders":
        looked_at = dict.fromkeys(entity.table for entity in x.layout.entity.values())
    found = list(_lines(looked_at, keeps, left, texts, whole))
    found += [VerifyLine(name, "", "kept", rows, YOUNGER) for name, rows in again.items() if rows]
    return Verification(tuple(found))


def kept_tables(x: Expressions, scope: Scope) -> dict[str, str]:
    """Return the tables that a plan keeps on purpose, each with its reason."""
    return {
        x.entity(step.entity).table: step.reason for step in erasure_steps.steps_of(x, scope) if step.action == "keep"
    }


def _back(shop: Shop, people: Sequence[Person], since: datetime, cancelled: Cancel) -> frozenset[str]:
    """Return by id who has ordered again."""
    x = shop.expressions

    def ask(statement: sa.Select[Any] | sa.CompoundSelect[Any], parameters: Mapping[str, Any]) -> Sequence[Any]:
        return shop.rows(statement, parameters, cancelled=cancelled)

    kind, facts = codec.python_of(x.table(x.layout.customer.table).c[x.layout.customer.keys[0]]), Facts(x, since)
    found: set[str] = set()
    for start in range(0, len(people), _CHUNK):
        part = [replace(one, ground="orders") for one in people[start : start + _CHUNK]]
        keys = {p.id: k for p in part if p.key
                and (k := codec.key_value(p.key, x.layout.customer.key_codec, kind)) is not None}  # fmt: skip
        found |= facts.ended(ask, part, keys).keys()
    return frozenset(found)


def _by_key(shop: Shop, people: Sequence[Person], scope: Scope, left: Counter[str], cancelled: Cancel) -> set[str]:
    """Count the rows that the plan would still change, and return the e-mails that other accounts have."""
    x = shop.expressions

    def ask(statement: sa.Select[Any] | sa.CompoundSelect[Any], parameters: Mapping[str, Any]) -> Sequence[Any]:
        return shop.rows(statement, parameters, cancelled=cancelled)

    column = x.table(x.layout.customer.table).c[x.layout.customer.keys[0]]
    kind = codec.python_of(column)
    keys = [k for p in people if p.key and (k := codec.key_value(p.key, x.layout.customer.key_codec, kind)) is not None]
    emails = {p.normal for p in people if p.normal}
    others = Facts(x, None).shared(ask, keys, emails)
    circle = Circle(x, ask, keys, emails - others)
    left.update(erasure_look.left_by_table(x, ask, circle, scope))
    if any(step.entity == "customer" and step.action != "keep" for step in erasure_steps.steps_of(x, scope)):
        table = x.table(x.layout.customer.table)
        email = sa.func.lower(x.value("customer", table, x.layout.customer.fields["email"]))
        rows = ask(sa.select(email).where(among(x, column)), bound(x, keys)) if keys else ()
        left[table.name] += sum(normal_email(codec.text(row[0])) in emails for row in rows)
    return others


def numbers(phones: Iterable[str], region: str) -> dict[str, set[str]]:
    """Return the phones as they stand after the country's code, by their last digits."""
    found: dict[str, set[str]] = {}
    for phone in phones:
        national = national_number(phone, region)
        digits = national if len(national) >= _TAIL else "".join(ch for ch in phone if ch.isdecimal()).lstrip("0")
        if len(digits) >= _TAIL:
            found.setdefault(digits[-_TAIL:], set()).add(digits)
    return found


def _texts(shop: Shop) -> dict[sa.Table, tuple[str, ...]]:
    """Return every table of the schema with the columns that can hold text."""
    tables = catalogue.every_table(shop.engine)
    found = {}
    for table in tables:
        declared = {c.name: c.info.get("declared", c.type) for c in table.columns}
        names = tuple(name for name, kind in declared.items() if not isinstance(kind, _NO_TEXT))
        if names:
            found[table] = names
    return found


def _sniff(
    shop: Shop, table: sa.Table, names: Sequence[str], emails: set[str], phones: Mapping[str, set[str]],
    found: Counter[tuple[str, str]], cancelled: Cancel,
) -> None:  # fmt: skip
    asked = sa.select(*(table.c[name] for name in names))
    for rows in shop.stream(asked, _CHUNK, cancelled=cancelled):
        if cancelled is not None and cancelled():
            raise Cancelled("Cancelled. The shop's database was only read.")
        for row in rows:
            for name, value in zip(names, row, strict=True):
                if value is not None and names_one(value, emails, phones):
                    found[(table.name, name)] += 1


def names_one(value: object, emails: set[str], phones: Mapping[str, set[str]]) -> bool:
    """Return whether a text holds one of the e-mails or phones, however the phone is written.

    The end alone does not tell: of many thousands of phones one ends like anybody's, and like many a number.
    """
    text = value if isinstance(value, str) else _spelled(value)
    if "@" in text and any(normal_email(one.strip(".")) in emails for one in _EMAIL.findall(text)):
        return True
    return bool(phones) and any(
        written.endswith(one) or one.endswith(written.lstrip("0"))
        for written in _digits(text) for one in phones.get(written[-_TAIL:], ())
    )  # fmt: skip


def _spelled(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _digits(text: str) -> Iterator[str]:
    for run in _PHONE.findall(text) if len(text) >= _TAIL else ():
        digits = "".join(ch for ch in run if ch.isdecimal())
        if len(digits.lstrip("0")) >= _TAIL and len(digits) <= 15:
            yield digits


def _lines(
    names: Iterable[str], keeps: Mapping[str, str], left: Mapping[str, int], texts: Mapping[tuple[str, str], int],
    whole: Mapping[str, int],
) -> Iterator[VerifyLine]:  # fmt: skip
    by_table: dict[str, list[VerifyLine]] = {name: [] for name in names}
    for name, rows in left.items():
        if rows:
            by_table.setdefault(name, []).append(VerifyLine(name, "", "left", rows))
    for (name, column), rows in sorted(texts.items()):
        reason = keeps.get(name)
        line = VerifyLine(name, column, "left" if reason is None else "kept", rows, reason or "")
        by_table.setdefault(name, []).append(line)
    for name, lines in by_table.items():
        yield from lines
        if not lines or whole.get(name):
            yield VerifyLine(name, "", "clean", whole.get(name, 0))
