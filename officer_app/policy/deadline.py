"""A deadline: the last moment of a duty, with the rule it came from and how it was computed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from officer_app.base.errors import KnownError
from officer_app.policy.calendar import Calendar
from officer_app.policy.clock import (
    Span,
    after_hours,
    counted_day,
    holds_two_working_days,
    next_full_hour,
    paused_days,
    rolled_day,
)
from officer_app.policy.length import Length
from officer_app.policy.rule import Rule
from officer_app.policy.words import how, short_day


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a duty is due, in UTC; `outer` is the limit under the reading that gives more time, where one exists.

    `flags` are short marks the window shows ("3(5) disputed"); `law` is the rule as it stood.
    """

    duty: str
    law: Rule
    calendar: Calendar
    length: Length
    start: datetime
    due: datetime
    outer: datetime | None = None
    flags: tuple[str, ...] = ()
    paused: tuple[Span, ...] = ()
    extended: bool = False
    urgent: bool = False
    third_party: bool = False

    @property
    def asked(self) -> str:
        """What was asked of the rule beside the start, as text that `read_asked` reads; kept with the case."""
        marks = [name for name in ("extended", "urgent", "third_party") if getattr(self, name)]
        spans = [f"{begin.isoformat()}..{end.isoformat()}" for begin, end in self.paused]
        return " ".join([*marks, *spans])

    @property
    def rule(self) -> str:
        """The rule's id within its pack."""
        return self.law.id

    @property
    def pack(self) -> str:
        """The pack's id."""
        return self.law.pack

    @property
    def pack_version(self) -> str:
        """The version of the pack the rule was read from."""
        return self.law.pack_version

    @property
    def source(self) -> str:
        """Where the rule stands, or that it is a default."""
        return self.law.source

    @property
    def verified(self) -> bool:
        """Whether the rule was found in a source; what is not must not look certain."""
        return self.law.verified

    @property
    def default(self) -> bool:
        """Whether the shop's policy is silent and this is a default."""
        return self.law.default

    @property
    def rule_text(self) -> str:
        """The rule in one sentence, to be kept with the case."""
        return self.law.text

    @property
    def zone(self) -> tzinfo:
        """The zone it was computed in, for showing it."""
        return self.calendar.zone

    @property
    def local_due(self) -> datetime:
        """The due moment on the clocks of the place."""
        return self.due.astimezone(self.calendar.zone)

    @property
    def how(self) -> str:
        """The officer's sentence: which length, from when, and which days did not count."""
        return how(
            self.law, self.length, self.calendar, self.start, self.due, self.outer, self.paused,
            extended=self.extended, flags=self.flags,
        )  # fmt: skip


def compute(
    law: Rule,
    start: datetime,
    calendar: Calendar,
    *,
    duty: str = "",
    extended: bool = False,
    urgent: bool = False,
    third_party: bool = False,
    paused: Sequence[Span] = (),
    day: int | None = None,
) -> Deadline:
    """Return the deadline of one rule for an event at `start` (aware); options the rule does not know do nothing.

    `day` is the start's day number in the calendar, where the caller knows it already.
    Raises KnownError when days must be counted and no country was chosen.
    """
    if start.tzinfo is None:
        raise KnownError("The start needs a time zone. Give it with its offset, such as +07:00.")
    extended = extended and law.extension is not None
    length = law.length(urgent=urgent, third_party=third_party, extended=extended)
    pauses = tuple(paused) if law.pausable else ()
    began = start.astimezone(UTC)
    if length.unit == "hours":
        due = after_hours(began, length.count, pauses)
        outer = None
        flags: tuple[str, ...] = ()
        if law.outer == "next-full-hour":
            outer = after_hours(next_full_hour(start, calendar.zone), length.count, pauses)
            if law.disputed == "two-working-days" and not holds_two_working_days(began, outer, calendar):
                flags = ("3(5) disputed",)
        return Deadline(
            duty or law.id, law, calendar, length, began, due, outer, flags, pauses, extended, urgent, third_party
        )
    if not calendar.known:
        raise KnownError(
            f"The pack {law.pack} counts days, and the holidays depend on the country. Choose a country, such as DE."
        )
    if day is None:
        day = calendar.day(start)
    spans = paused_days(pauses, calendar) if pauses else ()
    last = counted_day(day, length, calendar, spans)
    if law.roll:
        last = rolled_day(last, calendar, spans)
    flags = ()
    if law.disputed == "first-day":
        earlier = date.fromordinal(last) - timedelta(days=1)
        flags = (f"the first day may count: be done by {short_day(earlier)} {earlier.year}",)
    due = calendar.start_of(last + 1) if law.ends == "next-day" else calendar.end_of(last)
    return Deadline(
        duty or law.id, law, calendar, length, began, due, None, flags, pauses, extended, urgent, third_party
    )


def read_asked(text: str) -> tuple[frozenset[str], tuple[Span, ...]]:
    """Return the marks (extended, urgent, third_party) and pauses that `Deadline.asked` wrote."""
    words = text.split()
    spans = [word.split("..") for word in words if ".." in word]
    paused = tuple((datetime.fromisoformat(begin), datetime.fromisoformat(end)) for begin, end in spans)
    return frozenset(word for word in words if ".." not in word), paused
