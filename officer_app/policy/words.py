"""Says in one sentence how a deadline was computed, for the hover text and for scripts."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from officer_app.policy.calendar import Calendar
from officer_app.policy.clock import Span, counted_day, paused_days
from officer_app.policy.length import Length
from officer_app.policy.rule import Rule

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_FLAGS = {"3(5) disputed": "whether Art. 3(5) of Regulation 1182/71 gives more time is disputed"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def short_day(day: date) -> str:
    """Return "Fri 13 Feb", whatever the machine's locale."""
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def _dated(day: date) -> str:
    return f"{short_day(day)} {day.year}"


def _timed(moment: datetime, calendar: Calendar) -> str:
    local = moment.astimezone(calendar.zone)
    return f"{_dated(local.date())} {local:%H:%M}"


def day_span(first: date, last: date) -> str:
    """Return "16 to 20 Feb", "30 Apr to 1 May" or "1 Jan"."""
    if first == last:
        return f"{first.day} {_MONTHS[first.month - 1]}"
    if first.month == last.month:
        return f"{first.day} to {last.day} {_MONTHS[last.month - 1]}"
    return f"{first.day} {_MONTHS[first.month - 1]} to {last.day} {_MONTHS[last.month - 1]}"


def named_holidays(first: date, last: date, calendar: Calendar) -> tuple[str, ...]:
    """Return the holidays from `first` to `last` that fall on the working week, each run of days named once."""
    runs: list[tuple[str, date, date]] = []
    day = first
    while day <= last:
        name = calendar.holidays(day.year).get(day)
        if name is not None and day.weekday() in calendar.workweek:
            if runs and runs[-1][0] == name and runs[-1][2] == day - timedelta(days=1):
                runs[-1] = (name, runs[-1][1], day)
            else:
                runs.append((name, day, day))
        day += timedelta(days=1)
    return tuple(f"{name} {day_span(begin, end)}" for name, begin, end in runs)


def how(
    law: Rule,
    length: Length,
    calendar: Calendar,
    start: datetime,
    due: datetime,
    outer: datetime | None,
    pauses: Sequence[Span],
    *,
    extended: bool,
    flags: Sequence[str] = (),
) -> str:
    """Return the sentence for one computed deadline; the case keeps it, so it tells the flags as well."""
    marked = "".join(f"; {_FLAGS.get(flag, flag)}" for flag in flags)
    longer = f" ({law.extension} of them the extension)" if extended else ""
    if length.unit == "hours":
        said = f"{length}{longer} after {_timed(start, calendar)}, weekends and holidays included"
        if outer is not None:
            said += f"; outer limit {_timed(outer, calendar)}, the hour of the event not counted"
        return f"{said}{_paused(pauses, calendar)}{marked}."
    first = date.fromordinal(calendar.day(start))
    said = f"{length}{longer} after {_dated(first)}"
    last = date.fromordinal(calendar.day(due)) - timedelta(days=1 if law.ends == "next-day" else 0)
    if length.unit == "working days":
        skipped = named_holidays(first + timedelta(days=1), last, calendar)
        if skipped:
            said += f": {', '.join(skipped)} not counted"
    else:
        counted = date.fromordinal(counted_day(first.toordinal(), length, calendar, paused_days(pauses, calendar)))
        if counted != last:
            skipped = named_holidays(counted, last, calendar)
            why = f" ({', '.join(skipped)})" if skipped else ""
            said += f": {short_day(counted)} is not worked{why}, so {_dated(last)}"
    if law.ends == "next-day":
        said += f"; from the start of {_dated(last + timedelta(days=1))}"
    return f"{said}{_paused(pauses, calendar)}{marked}."


def _paused(pauses: Sequence[Span], calendar: Calendar) -> str:
    spans = [(date.fromordinal(begin), date.fromordinal(end)) for begin, end in paused_days(pauses, calendar)]
    return f"; the clock stood still {', '.join(day_span(begin, end) for begin, end in spans)}" if spans else ""
