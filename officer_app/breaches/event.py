"""The course of an incident: events in the order of time with their evidence, and measures with owner and date."""

from dataclasses import dataclass, replace
from datetime import datetime

from officer_app.base.errors import KnownError


@dataclass(frozen=True)
class Event:
    """Something that happened; `evidence` are ids of papers that show it, `by` who wrote it down."""

    number: int
    at: datetime
    text: str
    estimated: bool = False
    evidence: tuple[str, ...] = ()
    by: str = ""


@dataclass(frozen=True)
class Measure:
    """Something to be done about the incident, by whom (a person of the casebook) and by when."""

    number: int
    what: str
    owner: str
    due: datetime
    done: datetime | None = None
    result: str = ""

    @property
    def duty(self) -> str:
        """The name of its date in the due list."""
        return f"{MEASURE}/{self.number}"


MEASURE = "breach-measure"


def add_event(events: tuple[Event, ...], fresh: Event, now: datetime) -> tuple[Event, ...]:
    """Return the events with one more, or with number `fresh.number` changed; in the order of time."""
    if not fresh.text.strip():
        raise KnownError("Enter what happened.")
    if fresh.at > now:
        raise KnownError("This time lies in the future. Enter when it really happened.")
    number = fresh.number or max((each.number for each in events), default=0) + 1
    rest = [each for each in events if each.number != number]
    made = replace(fresh, number=number, text=fresh.text.strip())
    return tuple(sorted((*rest, made), key=lambda each: (each.at, each.number)))


def drop_event(events: tuple[Event, ...], number: int) -> tuple[Event, ...]:
    """Return the events without one; the audit keeps that it was there."""
    if all(each.number != number for each in events):
        raise KnownError("This event is not there any more. Refresh the case.")
    return tuple(each for each in events if each.number != number)


def add_measure(measures: tuple[Measure, ...], what: str, owner: str, due: datetime) -> tuple[Measure, ...]:
    """Return the measures with one more, which is the last of them."""
    if not what.strip():
        raise KnownError("Enter what is to be done.")
    if not owner:
        raise KnownError("Choose who does it.")
    number = max((each.number for each in measures), default=0) + 1
    return (*measures, Measure(number, what.strip(), owner, due))


def finish(measures: tuple[Measure, ...], number: int, result: str, now: datetime) -> tuple[Measure, ...]:
    """Return the measures with one done."""
    known = next((each for each in measures if each.number == number), None)
    if known is None or known.done is not None:
        raise KnownError("This measure is done already, or not there any more. Refresh the case.")
    done = replace(known, done=now, result=result.strip())
    return tuple(done if each.number == number else each for each in measures)
