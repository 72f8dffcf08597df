"""The desk that every test of complaints starts from."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.complaints import bench
from tests.complaints.bench import Bench


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Bench]:
    """Return a complaint desk on a fresh casebook."""
    made = bench.fresh(tmp_path)
    yield made
    made.close()
    if made.shop is not None:
        made.shop.close()
