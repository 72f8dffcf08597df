"""Saved texts: filled with a case's facts as text, and kept sealed for everybody who works cases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from officer_app.base.errors import KnownError
from officer_app.complaints import textblocks
from tests.complaints.bench import Bench


def test_places_are_filled_as_text_and_unknown_ones_stay() -> None:
    facts = {"name": "Lê {officer} Hoa", "reference": "C-2026-0001", "officer": ""}
    text = "Dear {name}, {reference}: {officer} and {unknown}, {}"
    assert textblocks.fill(text, facts) == "Dear Lê {officer} Hoa, C-2026-0001: {officer} and {unknown}, {}"


@given(st.text(), st.dictionaries(st.sampled_from(textblocks.PLACES), st.text()))
def test_filling_never_fails_and_fills_once(text: str, facts: dict[str, str]) -> None:
    assert isinstance(textblocks.fill(text, facts), str)


def test_texts_are_saved_replaced_and_removed(desk: Bench) -> None:
    blocks = desk.service.blocks
    assert blocks.all() == {}
    blocks.save("  Log  out ", "Please log out, {name}.")
    blocks.save("Greeting", "Dear {name},")
    blocks.save("Log out", "Log out on shared computers, {name}.")
    assert blocks.all() == {"Greeting": "Dear {name},", "Log out": "Log out on shared computers, {name}."}
    blocks.drop("Greeting")
    assert list(blocks.all()) == ["Log out"]
    with pytest.raises(KnownError, match="removed already"):
        blocks.drop("Greeting")
    other = desk.colleague()
    try:
        assert list(other.service.blocks.all()) == ["Log out"]
    finally:
        other.close()
    assert desk.actions().count("text saved") == 3
    assert not desk.book.verify().broken


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("", "x", "Give the text a name"),
        ("n" * 81, "x", "Give the text a name"),
        ("n", "  ", "Write the text first"),
        ("n", "Dear {nobody}", r"Nothing is known for \{nobody\}"),
    ],
)
def test_what_cannot_be_saved(desk: Bench, name: str, text: str, sentence: str) -> None:
    with pytest.raises(KnownError, match=sentence):
        desk.service.blocks.save(name, text)
    assert desk.service.blocks.all() == {}
