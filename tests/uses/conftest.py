"""What the tests of uses and consents share: a casebook with a letterhead, a demo shop, and the service."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from officer_app.casebook import audit
from officer_app.casebook.book import Casebook
from officer_app.disclosures import confirmed
from officer_app.letters import shop_facts
from officer_app.letters.issue import Letters
from officer_app.policy.book import Book
from officer_app.shop import profile
from officer_app.shop.connection import Address, Shop, connect
from officer_app.uses.rules import Processor
from officer_app.uses.service import Uses
from tests import factory
from tests.widgets.conftest import answers, dressed, work  # noqa: F401  fixtures for the pages

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
POLICY = Book.load(country="VN", zone="Asia/Ho_Chi_Minh")
FAST = Processor("Fast Delivery", "contract 7/2025", "delivers parcels")
LOOSE = Processor("Loose Parcels")


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Casebook]:
    """Return a casebook unlocked by its officer, with the shop's details; the clock stands."""
    made = factory.officer(tmp_path, clock=lambda: NOW)
    with made.transaction("change settings") as tx:
        facts = shop_facts.load(tx)
        shop_facts.save(
            tx, replace(facts, name="Lotus", company="Lotus Co.", address=("1 Street",), email="a@lotus.example",
                        contact="Trần Linh"),
        )  # fmt: skip
        audit.append(tx, "shop details changed")
    yield made
    made.close()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Return a connected demo shop."""
    target = factory.shop_file(tmp_path / "shop.sqlite", NOW, 60)
    made = connect(Address(engine="sqlite", path=str(target), profile="native"), "", profile.load("native"))
    yield made
    made.close()


@pytest.fixture
def uses(book: Casebook, shop: Shop) -> Uses:
    """Return the service."""
    letters = Letters(book, lambda: POLICY)
    return Uses(book, lambda: POLICY, letters, lambda: shop, lambda: (FAST, LOOSE), confirmed.of_person)


def actions(book: Casebook) -> list[str]:
    """Return what the audit says was done, newest first."""
    with book.reading() as tx:
        return [entry.action for entry in audit.page(tx, limit=200)]
