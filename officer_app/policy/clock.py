"""The arithmetic of legal time, without a clock inside: an event and a rule's length in, a last moment out.

Hours are elapsed time on instants. Days, working days and months do not count the day of the event and end with
the end of the last day (Regulation 1182/71 Art. 3; Vietnam's Civil Code Arts 147, 148; California Civil Code 10).
"""

from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo

from officer_app.policy.calendar import Calendar
from officer_app.policy.length import Length

Span = tuple[datetime, datetime]
"""A pause: from the instant the clock was stopped to the instant it ran again."""

Days = tuple[int, int]
"""A span of whole days, first and last included, as ordinals."""


def merged_spans(pauses: Sequence[Span]) -> list[Span]:
    """Return the pauses in order, overlapping ones joined, so that no hour is paused twice."""
    joined: list[Span] = []
    for begin, end in sorted(pauses):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return joined


def paused_days(pauses: Sequence[Span], calendar: Calendar) -> list[Days]:
    """Return the days that do not count, from the day of each request to the day of its answer, both included."""
    joined: list[Days] = []
    for begin, end in sorted((calendar.day(begin), calendar.day(end)) for begin, end in pauses):
        if joined and begin <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return joined


def after_hours(start: datetime, hours: int, pauses: Sequence[Span] = ()) -> datetime:
    """Return the instant (UTC) `hours` of elapsed time after `start`, the pauses not counted."""
    start = start.astimezone(UTC)
    due = start + timedelta(hours=hours)
    for begin, end in merged_spans(pauses) if pauses else ():
        begin, end = max(begin.astimezone(UTC), start), end.astimezone(UTC)
        if begin < due and end > begin:
            due += end - begin
    return due


def next_full_hour(start: datetime, zone: tzinfo) -> datetime:
    """Return the end of the clock hour that `start` falls in (Regulation 1182/71 Art. 3(1): it does not count)."""
    local = start.astimezone(zone)
    into = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return start.astimezone(UTC) - into + timedelta(hours=1)


def same_date(day: int, months: int) -> int:
    """Return the day with the same number `months` later, or that month's last day where there is none."""
    start = date.fromordinal(day)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1])).toordinal()


def _is_paused(day: int, pauses: Sequence[Days]) -> bool:
    return any(begin <= day <= end for begin, end in pauses)


def counted_day(day: int, length: Length, calendar: Calendar, pauses: Sequence[Days] = ()) -> int:
    """Return the last day of a length of days, working days or months after `day`, before any roll."""
    if length.unit == "working days":
        left = length.count
        while left:
            day += 1
            if not calendar.off(day) and not (pauses and _is_paused(day, pauses)):
                left -= 1
        return day
    last = day + length.count if length.unit == "days" else same_date(day, length.count)
    for begin, end in pauses:
        begin = max(begin, day + 1)
        if begin <= last and end >= begin:
            last += end - begin + 1
    return last


def rolled_day(day: int, calendar: Calendar, pauses: Sequence[Days] = ()) -> int:
    """Return `day`, or the next day that is worked and not paused."""
    while calendar.off(day) or (pauses and _is_paused(day, pauses)):
        day += 1
    return day


def holds_two_working_days(start: datetime, end: datetime, calendar: Calendar) -> bool:
    """Tell whether two full working days lie between (Regulation 1182/71 Art. 3(5)).

    The day of the start is not full; the day of the end counts only when the period ends with it.
    """
    first, last = calendar.day(start) + 1, calendar.day(end) - 1
    return sum(not calendar.off(day) for day in range(first, last + 1)) >= 2
