"""The retention desk on the demo shop."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from officer_app.breaches.service import Breaches
from officer_app.casebook import audit
from officer_app.casebook.book import Casebook
from officer_app.complaints import records
from officer_app.letters import shop_facts
from officer_app.letters.issue import Letters
from officer_app.letters.shop_facts import ShopFacts
from officer_app.policy.book import Book
from officer_app.retention.service import Retention
from officer_app.shop import profile
from officer_app.shop.address import Address
from officer_app.shop.connection import Shop, connect
from tests import factory

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


class Allowed:
    """Erasing is switched on; a shop in a file needs no account."""

    number, share = 100, 1.0

    def saved(self) -> tuple[str, str]:
        return "", ""

    def limits(self) -> tuple[int, float]:
        return self.number, self.share


@dataclass(frozen=True)
class Desk:
    """The service with what stands behind it."""

    service: Retention
    book: Casebook
    shop: Shop
    clock: "Hands"
    allowed: "Allowed"

    def later(self, days: float) -> None:
        """Let time pass."""
        self.clock.now += timedelta(days=days)


@dataclass
class Hands:
    """A clock that the test sets."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@cache
def policy() -> Book:
    """Return the shop's own policy."""
    return Book.load()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Return the desk of an officer, on a demo shop of 300 customers."""
    clock = Hands(NOW)
    book = factory.officer(tmp_path, clock)
    factory.shop_file(tmp_path / "shop.sqlite", NOW, 300)
    shop = connect(Address(engine="sqlite", path=str(tmp_path / "shop.sqlite")), "", profile.load("native"))
    with book.transaction("change settings") as tx:
        facts = ShopFacts(name="Lotus", company="Lotus Co.", address=("12 Hàng Bài", "Hà Nội"), email="p@lotus.example",
                          contact="Trần Linh")  # fmt: skip
        shop_facts.save(tx, facts)
        audit.append(tx, "shop details changed")
    letters = Letters(book, policy)
    allowed = Allowed()
    named = Breaches(book, policy, letters, lambda: shop).queue.named
    service = Retention(book, policy, letters, lambda: shop, named, records.contacts, allowed)
    yield Desk(service, book, shop, clock, allowed)
    shop.close()
    book.close()
