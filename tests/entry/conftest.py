"""What the tests of the way in share: a shop's details, and the parts a page needs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from officer_app.casebook import audit
from officer_app.casebook.book import Casebook
from officer_app.letters import shop_facts
from officer_app.letters.shop_facts import ShopFacts
from tests import factory
from tests.widgets.conftest import answers, dressed, work  # noqa: F401  fixtures for the pages

FACTS = ShopFacts(
    name="Lotus & Loom",
    company="Lotus Loom Trading Co., Ltd.",
    address=("12 Nguyễn Huệ", "700000 Hồ Chí Minh City"),
    email="privacy@lotus.example",
    contact="Trần Linh",
)


def with_facts(book: Casebook) -> Casebook:
    """Save the shop's details and return the casebook."""
    with book.transaction("change settings") as tx:
        shop_facts.save(tx, FACTS)
        audit.append(tx, "shop details changed")
    return book


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Casebook]:
    """Return a casebook unlocked by its manager, with the shop's details."""
    book = with_facts(factory.manager(tmp_path))
    yield book
    book.close()


@pytest.fixture
def officer(tmp_path: Path) -> Iterator[Casebook]:
    """Return a casebook unlocked by its officer, with the shop's details."""
    book = with_facts(factory.officer(tmp_path))
    yield book
    book.close()


def actions(book: Casebook) -> list[str]:
    """Return what the audit says happened, newest first."""
    with book.reading() as tx:
        return [entry.action for entry in audit.page(tx)]
