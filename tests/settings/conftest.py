"""What the tests of the settings share: casebooks, a demo shop, and the parts a page needs."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from officer_app.casebook import settings
from officer_app.casebook.book import Casebook
from officer_app.policy.book import Book
from officer_app.settings.connecting import ShopConnection
from officer_app.settings.rules_in_force import POLICY
from officer_app.settings.service import Settings
from tests import factory
from tests.widgets.conftest import answers, dressed, work  # noqa: F401  fixtures for the pages

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)


class House:
    """Stands in for the composition root: keeps the policy in force and the shop last connected."""

    def __init__(self, book: Casebook) -> None:
        self.book = book
        self.connected: list[ShopConnection] = []
        self._policy: Book | None = None
        self.settings = Settings(book, self.policy, self.changed, self.connected.append)

    def policy(self) -> Book:
        if self._policy is None:
            with self.book.reading() as tx:
                self._policy = self.settings.load_policy(settings.get(tx, POLICY))
        return self._policy

    def changed(self) -> None:
        self._policy = None


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Return settings on a casebook unlocked by its officer; the clock stands."""
    book = factory.officer(tmp_path, clock=lambda: NOW)
    yield House(book)
    book.close()


@pytest.fixture
def shop_file(tmp_path: Path) -> Path:
    """Return the file of a small demo shop."""
    return factory.shop_file(tmp_path / "shop.sqlite", NOW, 60)
