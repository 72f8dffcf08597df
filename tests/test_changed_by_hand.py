"""A case changed outside the program is not opened as if nothing had happened."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from officer_app.base.errors import KnownError
from officer_app.casebook import audit
from officer_app.casebook.book import Casebook
from officer_app.complaints.rules import Intake, Requester
from officer_app.house import House
from tests import factory

MENDED_BY = "run the audit check"


@pytest.fixture
def case(tmp_path: Path) -> tuple[House, Path, str]:
    """Return a house with one complaint."""
    book = factory.officer(tmp_path)
    house = House(book)
    intake = Intake("other", "phone", book.clock() - timedelta(hours=1), Requester("Hoa", "hoa@example.vn"), "A", "B")
    return house, tmp_path / "casebook.sqlite", house.complaints.receive_form(intake).references[0]


def _by_hand(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "update cases set state = 'closed'",
        "update case_deadlines set due = '2099-01-01T00:00:00.000000Z'",
        "delete from case_deadlines",
        "delete from case_people",
        "update complaints set channel = 'visit'",
        "insert into case_people select 'x', reference, 'other', customer, email, phone, plain, 1 from case_people",
    ],
)
def test_a_row_changed_by_hand_stops_the_opening(case: tuple[House, Path, str], statement: str) -> None:
    """The officer is told what to do, and the audit check finds the same."""
    house, path, reference = case
    assert house.complaints.queue.open(reference).case.reference == reference
    _by_hand(path, statement)
    with pytest.raises(KnownError, match=MENDED_BY):
        house.complaints.queue.open(reference)
    assert house.book.verify().broken
    house.close()
    house.book.close()


def test_the_casebook_is_left_as_it_was(case: tuple[House, Path, str]) -> None:
    """A refused opening writes no view."""
    house, path, reference = case
    _by_hand(path, "update cases set state = 'closed'")
    before = _head(house.book)
    with pytest.raises(KnownError, match=MENDED_BY):
        house.complaints.queue.open(reference)
    assert _head(house.book) == before
    house.close()
    house.book.close()


def _head(book: Casebook) -> tuple[int, str]:
    with book.reading() as tx:
        return audit.head(tx)
