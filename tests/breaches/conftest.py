"""The breach desk on a casebook file, and where a test asks for it on PostgreSQL too."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.breaches import making
from tests.breaches.making import Clock, Desk
from tests.casebook.conftest import file_spot, postgres_kits, spot  # noqa: F401 -- fixtures
from tests.casebook.places import Spot


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Give the desk of an officer on SQLite, with a demo shop of 120 customers."""
    made = making.make(tmp_path)
    yield made
    made.close()


@pytest.fixture
def desk_anywhere(spot: Spot, tmp_path: Path) -> Iterator[Desk]:  # noqa: F811
    """Give the desk on each database the casebook may be in."""
    clock = Clock()
    made = making.desk_on(tmp_path, spot.open(clock=clock), clock)
    yield made
    made.close()
