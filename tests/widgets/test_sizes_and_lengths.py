"""How file sizes and lengths of time are written, at the edges of each unit."""

from datetime import timedelta

import pytest

from officer_app.widgets import words


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 bytes"), (1, "1 byte"), (2, "2 bytes"), (999, "999 bytes"), (1000, "1 kB"), (999_999, "999 kB"),
        (1_000_000, "1.0 MB"), (15_250_000, "15.2 MB"),
    ],
)  # fmt: skip
def test_a_size_is_written_in_the_unit_that_fits(count: int, said: str) -> None:
    assert words.size(count) == said


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(0), "1 min"), (timedelta(minutes=59), "59 min"), (timedelta(hours=5, minutes=12), "5 h 12 min"),
        (timedelta(hours=10, minutes=40), "10 h"), (timedelta(hours=30), "1 day"), (timedelta(days=2), "2 days"),
    ],
)  # fmt: skip
def test_a_length_of_time_is_written_in_the_unit_that_matters(span: timedelta, said: str) -> None:
    assert words.length(span) == said
