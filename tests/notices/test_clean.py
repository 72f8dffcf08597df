"""The gate lets through what can be read, and nothing invisible or endless."""

import time
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from officer_app.notices.clean import clean, line, paragraphs

ANY = st.text(st.characters(exclude_categories=()), max_size=600)


@given(ANY)
def test_nothing_invisible_passes(text: str) -> None:
    shown = clean(text)
    assert all(ch in "\n " or unicodedata.category(ch)[0] not in "CZ" for ch in shown)
    assert clean(shown) == shown


@given(ANY)
def test_a_line_is_one_line(text: str) -> None:
    assert "\n" not in line(text)
    assert line(text) == line(text).strip()


@given(st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=70))
def test_ordinary_words_pass_composed_and_unharmed(word: str) -> None:
    assert clean(word) == "".join(ch for ch in unicodedata.normalize("NFC", word))


def test_letters_with_loose_marks_are_composed() -> None:
    assert clean(unicodedata.normalize("NFD", "Nguyễn Thị Hường")) == "Nguyễn Thị Hường"


def test_direction_marks_zero_widths_and_soft_hyphens_are_dropped() -> None:
    assert clean("a\u202eb\u200bc\u00add\ufeffe\u2066f\x00g\x1bh\ufe0fi\U000e0041j") == "abcdefghij"


def test_what_is_too_long_is_cut_and_shows_it() -> None:
    assert line("a b " * 1000).endswith("…")
    assert len(line("a b " * 1000)) <= 500
    assert line("x" * 30) == "x" * 30


def test_an_endless_word_is_broken_and_answered_at_once() -> None:
    start = time.process_time()
    broken = clean("x" * 200_000)
    assert time.process_time() - start < 0.5
    assert max(map(len, broken.split())) == 80
    assert len(broken) < 20_400


def test_paragraphs_are_cut_at_blank_lines() -> None:
    assert paragraphs("one\nmore\r\n\r\n \t\n\ntwo\n") == ("one\nmore", "two")
    assert paragraphs(" \n\n ") == ()
