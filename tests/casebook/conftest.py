"""A fresh casebook for each test: on SQLite always, on PostgreSQL where the test asks for both."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.casebook.places import Spot, drop_database, new_database, postgres_template, sqlite_spot

_numbers = count(1)
BOTH = [pytest.param("sqlite"), pytest.param("postgresql", marks=pytest.mark.server)]


@pytest.fixture(scope="session")
def postgres_kits(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Make the PostgreSQL casebook that tests copy, and return its kits' texts."""
    return postgres_template(postgres_url, tmp_path_factory.mktemp("template"))


@pytest.fixture(params=BOTH)
def spot(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Spot]:
    """Give a fresh casebook on each database."""
    if request.param == "sqlite":
        yield sqlite_spot(tmp_path)
        return
    server = request.getfixturevalue("postgres_url")
    kits = request.getfixturevalue("postgres_kits")
    name = f"casebook_{next(_numbers)}"
    yield Spot(new_database(server, name, "casebook_template"), kits, tmp_path)
    drop_database(server, name)  # many left would make the server's end slow


@pytest.fixture
def file_spot(tmp_path: Path) -> Spot:
    """Give a fresh casebook file."""
    return sqlite_spot(tmp_path)
