"""How a case's time to answer moved: extended once, paused while the person is asked; every old date is kept."""

from dataclasses import dataclass, replace
from datetime import datetime

from officer_app.base.errors import KnownError

IDENTITY, CLARIFICATION = "identity", "clarification"
PAUSES = (IDENTITY, CLARIFICATION)
"""Why a clock may stop: proof of identity or a clarification is awaited from the person."""
EXTENDED, PAUSED, RESUMED, KEPT = "extended", "paused", "resumed", "asked, the date stays"

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Move:
    """One move of the answer's due date: what was done and why, the old and the new date, by which rule, by whom."""

    what: str
    reason: str
    was: datetime
    now: datetime
    rule: str
    at: datetime
    by: str
    notice: str = ""


@dataclass(frozen=True)
class Pause:
    """A time in which the person was asked; `until` is the date given to them, or when they answered."""

    why: str
    begin: datetime
    until: datetime
    notice: str
    ended: datetime | None = None


@dataclass(frozen=True)
class Clock:
    """What happened to the time to answer."""

    extension: str = ""
    pauses: tuple[Pause, ...] = ()
    moves: tuple[Move, ...] = ()

    @property
    def extended(self) -> bool:
        """Whether the answer was extended; `extension` is the letter that told it."""
        return bool(self.extension)

    @property
    def spans(self) -> tuple[Span, ...]:
        """The times that do not count where a pack lets the clock stop."""
        return tuple((one.begin, one.until) for one in self.pauses if one.until > one.begin)

    @property
    def paused(self) -> Pause | None:
        """The pause that lasts, or None."""
        return next((one for one in self.pauses if one.ended is None), None)


def extend(clock: Clock, move: Move) -> Clock:
    """Extend the time to answer, once."""
    may_extend(clock, move.was, move.at)
    if not move.reason.strip():
        raise KnownError("Say why the answer takes longer; the person is told.")
    if move.now <= move.was:
        raise KnownError("No active policy pack lets this answer be extended. Answer by the date that stands.")
    return replace(clock, extension=move.notice or "—", moves=(*clock.moves, move))


def may_extend(clock: Clock, due: datetime, now: datetime) -> None:
    """Refuse a second extension and one that comes too late."""
    if clock.extended:
        raise KnownError("The answer was extended once already.")
    if due <= now:
        raise KnownError("The date has passed; it cannot be extended any more. Answer now and say why it is late.")


def pause(clock: Clock, begun: Pause, move: Move) -> Clock:
    """Ask the person and let the clock stand until they answer, at most until the date given to them."""
    if clock.paused is not None:
        raise KnownError("The clock stands already. Record the person's answer first.")
    if begun.why not in PAUSES:
        raise KnownError("Say what is awaited: proof of identity or a clarification.")
    if not move.reason.strip():
        raise KnownError("Say what you need from the person.")
    if begun.until <= begun.begin:
        raise KnownError("The date by which the person is to answer has to lie in the future.")
    return replace(clock, pauses=(*clock.pauses, begun), moves=(*clock.moves, move))


def ended(clock: Clock, at: datetime) -> Clock:
    """The person answered: the clock runs again from then, or from the date given to them if that was earlier."""
    standing = clock.paused
    if standing is None:
        raise KnownError("The clock is running; nothing is awaited from the person.")
    after = replace(standing, until=min(standing.until, at), ended=at)
    return replace(clock, pauses=tuple(after if one is standing else one for one in clock.pauses))


def stopped(clock: Clock) -> bool:
    """Return whether the pause that lasts did stop the clock; not every pack lets it."""
    standing = clock.paused
    return standing is not None and any(one.what == PAUSED and one.notice == standing.notice for one in clock.moves)


def withdrawn(clock: Clock, notice: str) -> Clock:
    """A letter of the clock's was wrong and is withdrawn: what it did is undone; the moves stay told."""
    extension = "" if clock.extension == notice else clock.extension
    return replace(clock, extension=extension, pauses=tuple(one for one in clock.pauses if one.notice != notice))
