"""Counts a month of complaints: what came in, what was answered and when, from what the register keeps in clear."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from statistics import median

from officer_app.complaints.rules import NO_LETTER, REFERRED

Within = Callable[[datetime | None], bool]


@dataclass(frozen=True)
class History:
    """What the register says of one complaint; `answers` are pairs of when one was due and when it was given, or None.

    A case that was opened again has several: each answer counts in the period in which it was given.
    """

    reference: str
    kind: str
    state: str
    opened: datetime
    received: datetime
    closed: datetime | None
    outcome: str
    answers: tuple[tuple[datetime, datetime | None], ...] = ()
    merged: bool = False


@dataclass(frozen=True)
class Late:
    """One answer that came late in the period, or is overdue at its end; `days` late, begun days counting whole."""

    reference: str
    kind: str
    days: int
    answered: bool
    reason: str = ""


@dataclass(frozen=True)
class KindFigures:
    """The figures of one kind, or of all."""

    received: int = 0
    in_time: int = 0
    late: int = 0
    without: int = 0
    median_days: float | None = None

    @property
    def answered(self) -> int:
        """How many answers were sent."""
        return self.in_time + self.late


@dataclass(frozen=True)
class Figures:
    """A period from `first` until before `last`: all, by kind, what was late, and how many stood open at its end.

    Came in: cases opened in the period, as the list shows them with closed ones. Answered: the answer was sent in the
    period, whenever the case came in. Without an answer letter: closed in the period for a recorded reason.
    """

    first: datetime
    last: datetime
    total: KindFigures
    kinds: Mapping[str, KindFigures]
    late: tuple[Late, ...]
    open: int
    referred: int
    merged: int


def month(at: datetime, zone: tzinfo, back: int = 0) -> tuple[datetime, datetime]:
    """Return begin and end (not included) of the local month of an instant, or of one `back` months before it."""
    local = at.astimezone(zone)
    count = local.year * 12 + local.month - 1 - back
    first = datetime(count // 12, count % 12 + 1, 1, tzinfo=zone)
    return first, datetime((count + 1) // 12, (count + 1) % 12 + 1, 1, tzinfo=zone)


def count(
    found: Iterable[History], first: datetime, last: datetime, now: datetime, reasons: Mapping[str, str]
) -> Figures:
    """Count a period; what is open or overdue is so at its end, or now while it lasts."""
    histories, end = tuple(found), min(last, now)

    def within(at: datetime | None) -> bool:
        return at is not None and first <= at < last

    late = [late for one in histories if (late := _late(one, within, last, end, reasons)) is not None]
    kinds = {}
    for kind in sorted({one.kind for one in histories}):
        figures = _figures([one for one in histories if one.kind == kind], within)
        if figures != KindFigures():
            kinds[kind] = figures
    standing = [one for one in histories if _stands(one, last)]
    return Figures(
        first=first,
        last=last,
        total=_figures(histories, within),
        kinds=kinds,
        late=tuple(sorted(late, key=lambda one: (-one.days, one.reference))),
        open=len(standing),
        referred=sum(one.state == REFERRED for one in standing),
        merged=sum(one.merged and within(one.closed) for one in histories),
    )


def _answer(one: History, within: Within) -> tuple[datetime, datetime] | None:
    """Return the last answer given in the period, as when it was due and when it was given."""
    given = [(met, due) for due, met in one.answers if met is not None and within(met)]
    return (max(given)[1], max(given)[0]) if given else None


def _figures(found: Iterable[History], within: Within) -> KindFigures:
    some = tuple(found)
    answered = [(one, answer) for one in some if (answer := _answer(one, within)) is not None]
    days = [max((met - one.received).total_seconds(), 0) / 86400 for one, (_due, met) in answered]
    late = sum(met > due for _one, (due, met) in answered)
    return KindFigures(
        received=sum(within(one.opened) for one in some),
        in_time=len(answered) - late,
        late=late,
        without=sum(one.outcome == NO_LETTER and within(one.closed) and not one.merged for one in some),
        median_days=round(median(days), 1) if days else None,
    )


def _stands(one: History, last: datetime) -> bool:
    """Return whether a case stood open at the end of the period, or stands now while the period lasts."""
    return one.opened < last and (one.closed is None or one.closed >= last)


def _late(one: History, within: Within, last: datetime, end: datetime, reasons: Mapping[str, str]) -> Late | None:
    """Return by how much a case is late: the answer given in the period, else the one still owed at its end."""
    answer = _answer(one, within)
    owed = [due for due, met in one.answers if met is None or met >= last]
    if answer is not None and answer[1] > answer[0]:
        over = answer[1] - answer[0]
    elif owed and _stands(one, last) and end > min(owed):
        over = end - min(owed)
    else:
        return None
    answered = answer is not None and answer[1] > answer[0]
    return Late(one.reference, one.kind, -(-over // timedelta(days=1)), answered, reasons.get(one.reference, ""))


def as_merged(one: History) -> History:
    """Return the history of a case that ended because it was merged into another."""
    return replace(one, merged=True)
