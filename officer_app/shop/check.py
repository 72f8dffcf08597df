"""Checks a shop connection line by line: server, encryption, privileges, profile, counts, indexes, a masked sample."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from officer_app.base.errors import Cancelled, KnownError
from officer_app.base.person import masked
from officer_app.shop import codec, erasure_check
from officer_app.shop.connection import Shop
from officer_app.shop.model import Search, Source

Cancel = Callable[[], bool] | None
SAMPLE = 10


@dataclass(frozen=True)
class Line:
    """One result; `good` is True, False, or None for something to know that is neither."""

    title: str
    good: bool | None
    text: str


@dataclass(frozen=True)
class Sample:
    """One customer, masked to the first letters."""

    key: str
    name: str
    email: str
    phone: str
    created: str


@dataclass(frozen=True)
class Report:
    """What the check found; `good` when nothing stands against saving the connection."""

    lines: tuple[Line, ...]
    sample: tuple[Sample, ...]

    @property
    def good(self) -> bool:
        """Return whether no line is bad."""
        return all(line.good is not False for line in self.lines)


def run(shop: Shop, *, cancelled: Cancel = None) -> Report:
    """Return the report on an open shop; the sample is read with the same queries the window uses."""
    x = shop.expressions
    lines = [
        Line("Connection", True, f"{shop.address.title}: {shop.describe()}."),
        _encryption(shop),
        _privileges(shop),
        Line(
            "Profile",
            True,
            f"{shop.profile_title} ({x.layout.profile.id}) fits: {len(x.layout.entity)} kinds of rows in "
            f"{len({e.table for e in x.layout.entity.values()})} tables.",
        ),
        *_counts(shop, cancelled),
        *_indexes(shop),
        *_erasing(shop),
        *(Line("Platform", None, f"{p.title}: {x.settings[p.setting]}. {p.meaning}")
          for p in x.layout.policy if p.setting in x.settings),
    ]  # fmt: skip
    return Report(tuple(lines), _sample(shop, cancelled))


def _encryption(shop: Shop) -> Line:
    if shop.secure == "verified TLS":
        return Line("Encryption", True, "The server proved its name and the connection is encrypted.")
    return Line("Encryption", True, f"Nothing leaves this machine ({shop.secure}).")


def _privileges(shop: Shop) -> Line:
    if not shop.can_write:
        return Line("Privileges", True, "The account can only read.")
    if shop.address.engine == "sqlite":
        return Line("Privileges", None, "The file is opened read-only; this user of the computer could write it.")
    return Line("Privileges", None, "The account could write; this program only reads. Better use a read-only one.")


def _counts(shop: Shop, cancelled: Cancel) -> list[Line]:
    x = shop.expressions
    found = []
    for name, entity in x.layout.entity.items():
        if (entity.kind or name) not in ("customer", "address", "order", "subscription", "ticket"):
            continue
        row = x.start(name)
        asked = sa.select(sa.func.count()).select_from(row).where(*x.where(name, row))
        title = entity.title or name.replace("_", " ")
        try:
            number = int(shop.scalar(asked, cancelled=cancelled))
        except Cancelled:
            raise
        except KnownError as error:
            found.append(Line(title, False, str(error)))
            continue
        good = None if number == 0 else True
        found.append(Line(title, good, f"{number:,} rows in {entity.table}."))
    return found


def _indexes(shop: Shop) -> list[Line]:
    x = shop.expressions
    found = []
    for search in x.layout.search:
        if not indexed(shop, search):
            table = x.entity(search.entity).table
            found.append(
                Line(
                    "Search",
                    None,
                    f"No index serves {search.by} in {table} ({_name(search)}): a search reads all of it.",
                )
            )
    return found or [Line("Search", True, "Every search field has an index.")]


def _erasing(shop: Shop) -> list[Line]:
    """Return whether the profile's erase plan fits the live tables; reading works all the same when it does not."""
    head = shop.layout.profile
    if head.writes != "sql" or not shop.layout.erase:
        return [Line("Erasing", None, "The profile does not let this program erase in the shop; it only reads.")]
    told = erasure_check.problems(shop.expressions)
    found = [Line("Erasing", None, f"The erase plan does not fit: {one}") for one in told]
    return found or [Line("Erasing", True, f"The erase plan fits the tables ({len(shop.layout.erase)} steps).")]


def _name(search: Search) -> str:
    if isinstance(search.of, str):
        return search.of
    return search.of.column or search.of.meta or search.of.eav or "composed"


def indexed(shop: Shop, search: Search) -> bool:
    """Return whether an index of the database begins with the field as it is searched."""
    if isinstance(search.of, Source) and not search.of.column:
        return False
    x = shop.expressions
    table = x.table(x.entity(search.entity).table)
    column = search.of if isinstance(search.of, str) else search.of.column
    if search.fold != "lower":
        firsts = [key.columns.keys()[0] for key in (table.primary_key, *_uniques(table)) if key.columns]
        if x.dialect == "sqlite":  # keeps an index for each UNIQUE, whose columns reflection leaves out
            automatic = sa.inspect(shop.engine).get_indexes(table.name, include_auto_indexes=True)
            firsts += [str(index["column_names"][0]) for index in automatic]
        if column in firsts:
            return True
    return any(_serves(index, column, search.fold == "lower") for index in table.indexes)


def _uniques(table: sa.Table) -> list[sa.UniqueConstraint]:
    return [constraint for constraint in table.constraints if isinstance(constraint, sa.UniqueConstraint)]


def _serves(index: sa.Index, column: str, folded: bool) -> bool:
    first: Any = next(iter(index.expressions), None)
    if first is None:
        return False
    if not folded:
        return getattr(first, "name", None) == column
    text = "".join(ch for ch in str(first).lower() if ch.isalnum() or ch in "_(")
    return text.startswith("lower(") and column.lower() in text


def _sample(shop: Shop, cancelled: Cancel) -> tuple[Sample, ...]:
    x = shop.expressions
    row = x.start("customer")
    fields = x.layout.customer.fields
    names = ("first_name", "last_name", "name", "email", "phone", "mobile", "created")
    columns = [(x.value("customer", row, fields[n]) if n in fields else sa.null()).label(f"f_{n}") for n in names]
    key = x.key("customer", row)
    asked = sa.select(key.label("key"), *columns).where(*x.where("customer", row)).order_by(key).limit(SAMPLE)
    found = []
    for line in shop.rows(asked, cancelled=cancelled):
        created = x.time(line.f_created, fields.get("created"))
        person = codec.text(line.f_name) or f"{codec.text(line.f_first_name)} {codec.text(line.f_last_name)}"
        local, at, domain = codec.text(line.f_email).rpartition("@")
        found.append(
            Sample(
                key=codec.key_text(line.key, x.layout.customer.key_codec),
                name=masked(person),
                email=f"{masked(local)}{at}{masked(domain)}",
                phone=_tail(codec.text(line.f_phone) or codec.text(line.f_mobile)),
                created="" if created is None else f"{created:%Y-%m}",
            )
        )
    return tuple(found)


def _tail(phone: str) -> str:
    """Return a phone of which only the last two digits show."""
    return "•" * max(0, len(phone) - 2) + phone[-2:] if phone else ""
