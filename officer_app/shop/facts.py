"""What the shop knows about a person, as plain frozen facts; imports no database library."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

T = TypeVar("T")
Cursor = tuple[str | int | None, ...]
"""Where a page ended; opaque, hand it back as `after`."""


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of rows; `after` is None on the last one."""

    rows: tuple[T, ...]
    after: Cursor | None = None

    def __iter__(self) -> Iterator[T]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class Match:
    """A person found: an account by its key, or a guest (no key) by e-mail; `why` says what matched."""

    key: str | None
    name: str
    email: str
    phone: str
    guest: bool
    staff: bool
    why: str


@dataclass(frozen=True)
class Activity:
    """The newest sign of life. `at` None means that nothing is recorded, which is unknown and never old.

    `meaning` is login, activity, order, payment, support, cart, created or export; `precision` is second,
    day or lower_bound (the person was active then or later).
    """

    at: datetime | None
    meaning: str
    precision: str


UNKNOWN = Activity(None, "unknown", "unknown")


@dataclass(frozen=True)
class Account:
    """The account's own row; `state` is the shop's word, `has_password` None where the profile cannot tell."""

    key: str | None
    first_name: str
    last_name: str
    name: str
    email: str
    phone: str
    mobile: str
    country: str
    language: str
    created: datetime | None
    state: str
    has_password: bool | None
    staff: bool


@dataclass(frozen=True)
class Postal:
    """One address; `origin` says where it stands (the address book, an order and its number)."""

    name: str
    company: str
    street: tuple[str, ...]
    postcode: str
    city: str
    region: str
    country: str
    phone: str
    origin: str

    @property
    def lines(self) -> tuple[str, ...]:
        """Return the lines under the name, without the country."""
        town = " ".join(part for part in (self.postcode, self.city) if part)
        return tuple(line for line in (self.company, *self.street, town, self.region) if line)


@dataclass(frozen=True)
class OrderLine:
    """One article of an order."""

    title: str
    quantity: str
    price: str


@dataclass(frozen=True)
class Order:
    """One order; `open` follows the profile, and a state it does not know counts as open."""

    key: str
    number: str
    placed: datetime | None
    state: str
    open: bool
    unpaid: bool
    total: str
    currency: str
    email: str
    lines: tuple[OrderLine, ...] = ()


@dataclass(frozen=True)
class Consent:
    """A consent; `given` is None when the shop records neither yes nor no."""

    title: str
    given: bool | None
    at: datetime | None


@dataclass(frozen=True)
class Held:
    """How many rows of one further kind the shop holds about the person, and when the newest was made."""

    entity: str
    title: str
    count: int
    newest: datetime | None


@dataclass(frozen=True)
class Card:
    """All that the shop holds about one person: an account, or a guest known by e-mail only."""

    account: Account
    addresses: tuple[Postal, ...]
    orders: tuple[Order, ...]
    orders_total: int
    consents: tuple[Consent, ...]
    activity: Activity
    held: tuple[Held, ...]

    @property
    def guest(self) -> bool:
        """Return whether there is no account."""
        return self.account.key is None


def written_language(recorded: str, country: str, default: str, by_country: dict[str, str]) -> str:
    """Return the two letters of the language to write in: recorded, else the country's, else the default."""
    word = recorded.strip().replace("_", "-").split("-")[0].lower()
    if len(word) == 2 and word.isascii() and word.isalpha():
        return word
    return by_country.get(country.strip().upper(), default)
