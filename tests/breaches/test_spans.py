"""Stretches of letter numbers: they are sets, and what people write of them is read rightly or refused."""

from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from officer_app.breaches import spans
from officer_app.breaches.again import Wanted
from tests.breaches.making import sentence

SETS = st.sets(st.integers(1, 60), max_size=40)


@given(SETS, SETS)
def test_they_behave_as_sets(one: set[int], other: set[int]) -> None:
    first, second = spans.of(one), spans.of(other)
    assert set(spans.numbers(first)) == one and spans.size(first) == len(one)
    assert set(spans.numbers(spans.without(first, second))) == one - other
    assert set(spans.numbers(spans.joined((*first, *second)))) == one | other
    assert set(spans.numbers(spans.within(first, 10, 20))) == {at for at in one if 10 <= at <= 20}
    assert all(spans.has(first, at) == (at in one) for at in range(62))
    assert all(high + 1 < low for (_, high), (low, _) in pairwise(first))
    if one:
        assert spans.read(spans.shown(first, 100)) == first


@given(st.lists(st.integers(1, 3), min_size=1, max_size=30), SETS, st.booleans())
def test_the_letters_on_some_pages_are_those_that_stand_there(
    lengths: list[int], pages: set[int], duplex: bool
) -> None:
    sheets: list[int] = []
    for number, count in enumerate(lengths, 1):
        sheets += [0] * (duplex and len(sheets) % 2) + [number] * count
    wanted = {sheets[page - 1] for page in pages if page <= len(sheets)} - {0}
    found = spans.on_pages(enumerate(lengths, 1), spans.of(pages), duplex=duplex)
    assert set(spans.numbers(found)) == wanted


def test_what_is_written_as_a_range_is_read_or_refused() -> None:
    assert spans.read("3, 7-20;22") == ((3, 3), (7, 20), (22, 22))
    assert spans.read("5–9,1-6") == ((1, 9),)
    for bad in ("", "x", "9-3", "0", "1--2", "-4", "1,,b"):
        assert "as 3, 7-20" in sentence(partial(spans.read, bad))


@pytest.mark.parametrize(
    ("text", "kind", "volume", "numbers"),
    [
        ("failed", "failed", 0, ()),
        ("Returned", "returned", 0, ()),
        ("3,7-20", "numbers", 0, ((3, 3), (7, 20))),
        ("volume:2", "volume", 2, ()),
        ("pages: 2: 120-140", "pages", 2, ((120, 140),)),
    ],
)
def test_which_letters_again(text: str, kind: str, volume: int, numbers: spans.Spans) -> None:
    assert Wanted.read(text) == Wanted(kind, volume, numbers)


@pytest.mark.parametrize("text", ["", "pages:2", "volume:2:3", "volume:x", "all", "pages::3"])
def test_which_letters_again_says_how_to_write_it(text: str) -> None:
    assert "pages:2:120-140" in sentence(lambda: Wanted.read(text))


def test_pasted_numbers_are_read_in_every_form() -> None:
    text = "N-2026-0042/0000003 N-2026-0042-0000005.pdf\n7; 0000008,N-2026-0041/0000001 abc 99 3 n-2026-0042/0000009"
    found = spans.pasted(text, "N-2026-0042", ((1, 10),))
    assert found.numbers == ((3, 3), (5, 5), (7, 9))
    assert found.strange == ("N-2026-0041/0000001", "abc", "99")
