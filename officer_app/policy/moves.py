"""Shows which stored due dates a changed pack or holiday would move; the officer applies it with a reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from officer_app.base.errors import KnownError
from officer_app.policy.book import Book
from officer_app.policy.clock import Span
from officer_app.policy.deadline import Deadline


@dataclass(frozen=True)
class Stored:
    """A deadline as a case keeps it: what was asked of the book, and what it answered then."""

    reference: str
    duty: str
    start: datetime
    due: datetime
    outer: datetime | None = None
    extended: bool = False
    urgent: bool = False
    third_party: bool = False
    paused: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Move:
    """A stored deadline that the book would now set differently; `now` is None where no rule is left for it."""

    stored: Stored
    now: Deadline | None

    @property
    def earlier(self) -> bool:
        """Whether there would be less time than the case shows."""
        return self.now is not None and self.now.due < self.stored.due


def moves(stored: Iterable[Stored], book: Book) -> tuple[Move, ...]:
    """Return the stored deadlines that `book` computes differently, those with less time left first."""
    found: list[Move] = []
    for each in stored:
        try:
            now = book.deadline(
                each.duty,
                each.start,
                extended=each.extended,
                urgent=each.urgent,
                third_party=each.third_party,
                paused=each.paused,
            )
        except KnownError:
            found.append(Move(each, None))
            continue
        if (now.due, now.outer) != (each.due, each.outer):
            found.append(Move(each, now))
    return tuple(sorted(found, key=lambda move: (not move.earlier, move.stored.due)))
