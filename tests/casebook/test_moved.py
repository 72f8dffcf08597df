"""A casebook file that goes away while its window is open."""

from pathlib import Path

import pytest

from officer_app.base.errors import KnownError
from officer_app.casebook import audit
from officer_app.casebook.book import Casebook
from tests import factory


def _write(book: Casebook) -> None:
    with book.transaction("work") as tx:
        audit.append(tx, "search")


def test_nothing_is_written_into_a_file_that_went_away(tmp_path: Path) -> None:
    """Work would be lost with it: the sentence names the place, and putting it back is enough."""
    book = factory.officer(tmp_path)
    file = tmp_path / "casebook.sqlite"
    _write(book)
    file.rename(tmp_path / "elsewhere.sqlite")
    with pytest.raises(KnownError, match="Put it back at"):
        _write(book)
    (tmp_path / "elsewhere.sqlite").rename(file)
    _write(book)
    assert not book.verify().broken
    book.close()


def test_another_file_at_its_place_is_not_taken_for_it(tmp_path: Path) -> None:
    """A copy put in its place is another file, even with the same contents."""
    book = factory.officer(tmp_path)
    file = tmp_path / "casebook.sqlite"
    copy = file.read_bytes()
    file.rename(tmp_path / "elsewhere.sqlite")
    file.write_bytes(copy)
    with pytest.raises(KnownError, match="moved or deleted"):
        _write(book)
    book.close()
