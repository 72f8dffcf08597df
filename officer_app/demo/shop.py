"""Builds the demo shop: a SQLite file of the native schema, the same for the same moment, dated around now."""

import random
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from officer_app.base.errors import KnownError
from officer_app.base.person import comparable_name, normal_email
from officer_app.demo.names import ARTICLES, COUNTRIES, Country
from officer_app.shop import native

Rows = dict[str, list[tuple[Any, ...]]]

_FINAL = ("delivered", "delivered", "delivered", "delivered", "delivered", "cancelled", "refunded")
_OPEN = ("pending", "paid", "packed", "shipped", "returning")
_PAID = {"pending": "unpaid", "cancelled": "void", "refunded": "refunded", "returning": "refund_pending"}


@dataclass(frozen=True)
class Person:
    """A customer of the demo whom mails and tours speak of; `order` is the number of their newest order."""

    key: str
    first_name: str
    last_name: str
    email: str
    phone: str
    country: str
    language: str | None
    story: str
    order: str


def _person(
    key: int, first: str, last: str, email: str, phone: str, country: str, language: str | None, story: str
) -> Person:
    return Person(str(key), first, last, email, phone, country, language, story, str(100000 + key))


PEOPLE = (
    _person(1, "Thị Hoa", "Lê", "hoa.le@example.vn", "+84912345678", "VN", "vi", "active"),
    _person(2, "Emily", "Johnson", "emily.johnson@example.com", "+15035550142", "US", "en", "active"),
    _person(3, "Minh Đức", "Nguyễn", "minhduc.nguyen@example.vn", "+84987654321", "VN", None, "cancel"),
    _person(4, "Łukasz", "Brzęczyszczykiewicz", "lukasz.b@example.pl", "+48512345678", "PL", "en", "open order"),
    _person(5, "<b>Bob</b>", "Tables & Söhne", "bob.tables@example.org", "+4915112345678", "DE", "en", "active"),
    _person(6, "𠮷野", "𠀋", "yoshino@example.jp", "+819012345678", "JP", "en", "active"),
    _person(7, "Test", "Testtest", "asdf@example.invalid", "+84900000000", "VN", "vi", "false"),
    _person(8, "Quang", "Phạm", "quang.pham@example.vn", "+84933111222", "VN", "vi", "rule-breaking"),
    _person(9, "Ngọc Ánh", "Đặng", "ngocanh.dang@example.vn", "+84944555666", "VN", "vi", "inactive"),
    _person(10, "Bell\x07 and\ttab", "Null", "control@example.com", "", "VN", None, "nulls"),
    _person(11, "Mai", "Staff", "mai@shop.example", "+84955000111", "VN", "vi", "staff"),
    _person(12, "Never", "Seen", "never.seen@example.com", "+15035550199", "US", "en", "never"),
)
"""The first customers of every demo shop, with the keys 1 to 12."""

GUEST = ("Hanna Gästin", "hanna.gast@example.de", "199999")
"""A guest known by e-mail only: name, e-mail and order number."""


def build(path: Path, now: datetime, customers: int = 5000) -> None:
    """Write the shop to `path`; raises KnownError when a file is there already or the folder cannot be written.

    `now` is aware; every date of the shop lies before it, relative to it.
    """
    if path.exists():
        raise KnownError(f"There is already a file {path.name}; choose an empty folder for the demo.")
    made = rows(now, customers)
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("BEGIN")
            for statement in native.ddl():
                connection.execute(statement)
            for table, content in made.items():
                marks = ", ".join("?" * len(native.columns(table)))
                # The name is a constant of ours, not a user's.
                connection.executemany(f"INSERT INTO {table} VALUES ({marks})", content)  # noqa: S608
            connection.execute("COMMIT")
            connection.execute("ANALYZE")
    except sqlite3.Error:
        raise KnownError(f"The demo shop cannot be written to {path.parent}; choose another folder.") from None


def rows(now: datetime, customers: int = 5000) -> Rows:
    """Return the content of every table in the order of its columns; times are naive UTC, as the shop keeps them."""
    maker = _Maker(now)
    for person in PEOPLE[:customers]:
        maker.planted(person)
    for key in range(len(PEOPLE) + 1, customers + 1):
        maker.customer(key)
    maker.guests(max(3, customers // 15))
    return maker.tables


class _Maker:
    def __init__(self, now: datetime) -> None:
        self.now = now.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        self.dice = random.Random(20260101)  # noqa: S311 -- the same shop every time is the point
        self.tables: Rows = {table.name: [] for table in native.metadata.sorted_tables}
        self.weights = [country.weight for country in COUNTRIES]

    def ago(self, days: float) -> str:
        return (self.now - timedelta(days=days)).isoformat(" ")

    def add(self, table: str, *values: Any) -> int:
        content = self.tables[table]
        content.append((len(content) + 1, *values))
        return len(content)

    def customer(self, key: int) -> None:
        dice = self.dice
        country = dice.choices(COUNTRIES, self.weights)[0]
        first, last = dice.choice(country.first), dice.choice(country.last)
        local = comparable_name(f"{first}.{last}").replace(" ", "").replace("'", "")
        email = f"{local if local.isascii() else 'kunde'}{key}@example.{country.code.lower()}"
        created = 30 + dice.random() ** 2 * 1500
        # A third of the accounts fell asleep; some were never used at all.
        seen = dice.uniform(61, created) if dice.random() < 0.33 and created > 62 else dice.uniform(0, 59)
        seen = min(seen, created)
        login = None if dice.random() < 0.02 else seen
        state = "blocked" if dice.random() < 0.01 else "active"
        language = country.language if dice.random() < 0.7 else None
        self.account(
            key, first, last, email, self.phone(country), country.code, language, created, login, state,
            staff=key % 1000 == 0,
            cancel=dice.uniform(1, 20) if key % 417 == 0 else None,
            false=key % 611 == 0,
            rule=key % 823 == 0,
        )  # fmt: skip
        self.postal(key, f"{first} {last}", country)
        for _ in range(dice.choices((0, 1, 2, 4), (30, 35, 25, 10))[0]):
            placed = dice.uniform(seen, created)
            # Some old orders never came to an end: they stand against deleting the account.
            is_open = dice.random() < (0.4 if placed < 40 else 0.03)
            self.order(key, email, f"{first} {last}", country, placed, dice.choice(_OPEN if is_open else _FINAL))
        for _ in range(0 if login is None else dice.randrange(1, 4)):
            self.add("logins", key, self.ago(dice.uniform(seen, created)), f"203.0.113.{dice.randrange(256)}")
        if dice.random() < 0.2:
            self.add("newsletter", key, email, email, self.ago(dice.uniform(seen, created)), "subscribed")
        if dice.random() < 0.03:
            at = dice.uniform(seen, created)
            state = "open" if at < 20 or dice.random() < 0.15 else "closed"
            self.add("tickets", key, email, email, self.ago(at), "Where is my parcel?", state)

    def planted(self, person: Person) -> None:
        """Write one of the known people so that their story shows."""
        key, story = int(person.key), person.story
        seen = {"inactive": 95.0, "false": 70.0, "never": None, "nulls": None}.get(story, 2.0)
        created = 70.0 if story == "never" else 400.0
        self.account(
            key, person.first_name, person.last_name, person.email, person.phone or None, person.country,
            person.language, created, seen, "active",
            staff=story == "staff",
            cancel=3.0 if story == "cancel" else None,
            false=story == "false",
            rule=story == "rule-breaking",
        )  # fmt: skip
        if story == "nulls":
            return
        country = next((c for c in COUNTRIES if c.code == person.country), COUNTRIES[2])
        name = f"{person.first_name} {person.last_name}"
        self.postal(key, name, country, person.phone)
        if story not in ("never", "staff", "false"):
            placed = 120.0 if story == "inactive" else 6.0
            state = "shipped" if story == "open order" else "delivered"
            self.order(key, person.email, name, country, placed, state, number=person.order)

    def guests(self, count: int) -> None:
        """Write orders and newsletter entries of people who are known by e-mail only."""
        name, email, number = GUEST
        germany = COUNTRIES[1]
        self.order(None, email, name, germany, 12.0, "delivered", number=number)
        self.add("newsletter", None, email, email, self.ago(12.0), "subscribed")
        for guest in range(count):
            country = self.dice.choices(COUNTRIES, self.weights)[0]
            name = f"{self.dice.choice(country.first)} {self.dice.choice(country.last)}"
            email = f"Guest.{guest}@Example.{country.code.lower()}"
            for _ in range(self.dice.choice((1, 1, 1, 2))):
                at = self.dice.uniform(0, 700)
                state = "pending" if at < 5 else self.dice.choice(_FINAL)
                self.order(None, email, name, country, at, state)
            if guest % 3 == 0:
                alone = f"reader{guest}@example.net"
                self.add("newsletter", None, alone, alone, self.ago(self.dice.uniform(0, 900)), "subscribed")

    def account(
        self, key: int, first: str, last: str, email: str, phone: str | None, country: str, language: str | None,
        created: float, login: float | None, state: str, *, staff: bool, cancel: float | None, false: bool, rule: bool,
    ) -> None:  # fmt: skip
        consent = self.dice.random() < 0.4
        self.tables["customers"].append((
            key, email, normal_email(email), first, last, comparable_name(f"{first} {last}"),
            comparable_name(f"{last} {first}"), _spoken(phone), phone, country, language, self.ago(created),
            None if login is None else self.ago(login),
            f"argon2id$demo${key:08d}" if login is not None else "", state, staff,
            None if cancel is None else self.ago(cancel), false, rule,
            consent, self.ago(created) if consent else None, False, None,
        ))  # fmt: skip

    def phone(self, country: Country) -> str:
        return country.dial + "9" + "".join(self.dice.choices("0123456789", k=8))

    def postal(self, key: int, name: str, country: Country, phone: str | None = None) -> None:
        self.add("addresses", key, *self.place(name, country, phone), True)
        if self.dice.random() < 0.15:
            self.add("addresses", key, *self.place(name, country, phone), False)

    def place(self, name: str, country: Country, phone: str | None) -> tuple[Any, ...]:
        city, postcode = self.dice.choice(country.cities)
        street = f"{self.dice.randrange(1, 240)} {self.dice.choice(country.streets)}"
        line2 = f"P. {self.dice.randrange(1, 30)}" if country.code == "VN" and self.dice.random() < 0.5 else None
        return (name, None, street, line2, city, postcode, None, country.code, _spoken(phone), phone or None)

    def order(
        self, key: int | None, email: str, name: str, country: Country, placed: float, state: str, number: str = ""
    ) -> None:
        lines = [(self.dice.choice(ARTICLES), self.dice.randrange(1, 4)) for _ in range(self.dice.randrange(1, 4))]
        total = sum(price * count for (_, price), count in lines)
        paid = _PAID.get(state, "paid")
        guest_email = None if key is not None else email
        order = self.add(
            "orders", key, number or str(200000 + len(self.tables["orders"])), guest_email,
            guest_email and guest_email.lower(), self.ago(placed), state, paid, total * 100, "VND",
        )  # fmt: skip
        for (title, price), count in lines:
            self.add("order_lines", order, title, count, price * 100)
        self.add("order_addresses", order, "shipping", *self.place(name, country, None))
        if paid not in ("unpaid", "void"):
            self.add("payments", order, key, self.ago(max(0, placed - 0.01)), "card", name)


def _spoken(phone: str | None) -> str | None:
    """Return the number as people of Vietnam write it, others as stored."""
    if phone and phone.startswith("+84") and len(phone) == 12:
        return f"0{phone[3:6]} {phone[6:9]} {phone[9:]}"
    return phone or None
