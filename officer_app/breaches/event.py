"""The course of an incident: events in the order of time with their evidence, and measures with owner and date."""

from dataclasses import dataclass, replace
from datetime import datetime

from officer_app.base.errors import KnownError


@dataclass(frozen=True)
class Event:
    """Something that happened; `evidence` are ids of papers that show it, `by` who wrote it down.

    One that was `struck` off stays, with the reason and who did it, but no notice says it any more.
    """

    number: int
    at: datetime
    text: str
    estimated: bool = False
    evidence: tuple[str, ...] = ()
    by: str = ""
    struck: datetime | None = None
    struck_by: str = ""
    why: str = ""


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
    if any(each.number == fresh.number and each.struck for each in events):
        raise KnownError("This event was struck off. Put it back first, then change it.")
    number = fresh.number or max((each.number for each in events), default=0) + 1
    rest = [each for each in events if each.number != number]
    made = replace(fresh, number=number, text=fresh.text.strip())
    return tuple(sorted((*rest, made), key=lambda each: (each.at, each.number)))


def strike(events: tuple[Event, ...], number: int, why: str, now: datetime, by: str) -> tuple[Event, ...]:
    """Return the events with one struck off: it stays, and no notice says it any more."""
    known = _known(events, number)
    if known.struck is not None:
        raise KnownError("This event was struck off already. Refresh the case.")
    if not why.strip():
        raise KnownError("Say why the event is struck off; it stays in the register with the reason.")
    return _with(events, replace(known, struck=now, struck_by=by, why=why.strip()))


def put_back(events: tuple[Event, ...], number: int) -> tuple[Event, ...]:
    """Return the events with one that was struck off as it was before."""
    known = _known(events, number)
    if known.struck is None:
        raise KnownError("This event was not struck off. Refresh the case.")
    return _with(events, replace(known, struck=None, struck_by="", why=""))


def standing(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Return the events that were not struck off."""
    return tuple(each for each in events if each.struck is None)


def _known(events: tuple[Event, ...], number: int) -> Event:
    known = next((each for each in events if each.number == number), None)
    if known is None:
        raise KnownError("This event is not there. Refresh the case.")
    return known


def _with(events: tuple[Event, ...], changed: Event) -> tuple[Event, ...]:
    return tuple(changed if each.number == changed.number else each for each in events)


def add_measure(measures: tuple[Measure, ...], what: str, owner: str, due: datetime) -> tuple[Measure, ...]:
    """Return the measures with one more, which is the last of them."""
    if not what.strip():
        raise KnownError("Enter what is to be done.")
    if not owner:
        raise KnownError("Choose who does it.")
    number = max((each.number for each in measures), default=0) + 1
    return (*measures, Measure(number, what.strip(), owner, due))


def change_measure(
    measures: tuple[Measure, ...], number: int, what: str, owner: str, due: datetime
) -> tuple[Measure, ...]:  # fmt: skip
    """Return the measures with one that is not done yet changed: what, who does it, or by when."""
    known = next((each for each in measures if each.number == number), None)
    if known is None or known.done is not None:
        raise KnownError("This measure is done already, or not there any more. Refresh the case.")
    if not what.strip():
        raise KnownError("Enter what is to be done.")
    changed = replace(known, what=what.strip(), owner=owner, due=due)
    return tuple(changed if each.number == number else each for each in measures)


def finish(measures: tuple[Measure, ...], number: int, result: str, now: datetime) -> tuple[Measure, ...]:
    """Return the measures with one done."""
    known = next((each for each in measures if each.number == number), None)
    if known is None or known.done is not None:
        raise KnownError("This measure is done already, or not there any more. Refresh the case.")
    done = replace(known, done=now, result=result.strip())
    return tuple(done if each.number == number else each for each in measures)
