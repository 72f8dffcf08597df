"""Loads the book at the start of the application, whatever state the user's own policy files are in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from officer_app.policy.book import Book
from officer_app.policy.calendar import HolidayChange
from officer_app.policy.shelf import LastGood, Refused


@dataclass(frozen=True)
class Loaded:
    """The book in force, and the files that were not used."""

    book: Book
    refused: tuple[Refused, ...]


def load_safely(
    active: Sequence[str] = ("shop-policy",),
    *,
    country: str | None = None,
    zone: str | None = None,
    overrides: Path | None = None,
    extra_holidays: Sequence[HolidayChange] = (),
    countries: Mapping[str, str] | None = None,
    folder: Path | None = None,
    last_good: Path | None = None,
) -> Loaded:
    """Load the book as `Book.load` does, but start in any case: what is refused is replaced and listed.

    `last_good` is a folder where the last good text of each of the user's files is kept.
    """
    reading = LastGood(last_good)
    packs = reading.packs(active, folder)
    own = reading.overrides(overrides, packs)
    book = Book.build(packs, own, country or "", zone or "", extra_holidays, countries or {})
    return Loaded(book, tuple(reading.refused))
