"""What the tests of the customer card share: a casebook, a demo shop, and its service."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from officer_app.breaches.service import Breaches
from officer_app.casebook import audit, cases
from officer_app.casebook.book import Casebook
from officer_app.customers.service import Customers
from officer_app.letters.issue import Letters
from officer_app.shop import profile
from officer_app.shop.connection import Address, Shop, connect
from tests import factory
from tests.widgets.conftest import answers, dressed, work  # noqa: F401  fixtures for the page

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Casebook]:
    """Return a casebook unlocked by its officer."""
    made = factory.officer(tmp_path)
    yield made
    made.close()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Return a connected demo shop."""
    target = factory.shop_file(tmp_path / "shop.sqlite", NOW, 400)
    made = connect(Address(engine="sqlite", path=str(target), profile="native"), "", profile.load("native"))
    yield made
    made.close()


@pytest.fixture
def incidents(book: Casebook, shop: Shop) -> Breaches:
    """Return the breach desk on the same casebook and shop."""
    return Breaches(book, factory.policy, Letters(book, factory.policy), lambda: shop)


@pytest.fixture
def customers(book: Casebook, shop: Shop, incidents: Breaches) -> Customers:
    """Return the service."""
    return Customers(book, lambda: shop, incidents.queue.named)


def a_case(book: Casebook, *, customer: str = "", email: str = "", phone: str = "") -> str:
    """Open a case of a person."""
    with book.transaction("work") as tx:
        reference = cases.open_case(tx, "complaints", "misuse", "open", 2026)
        cases.index_person(tx, reference, "requester", customer=customer, email=email, phone=phone)
        audit.append(tx, "received", reference)
    return reference


def entries(book: Casebook) -> list[audit.Entry]:
    """Return the audit, newest first."""
    with book.reading() as tx:
        return list(audit.page(tx, limit=1000))
