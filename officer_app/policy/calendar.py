"""Which days are worked in one place: weekends, public holidays, and the officer's table on top."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from functools import cache

from officer_app.base.errors import KnownError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FIRST_YEAR, LAST_YEAR = 1990, 2100


@dataclass(frozen=True, slots=True)
class HolidayChange:
    """One line of the editable table: `day` is a holiday named `name`, or, with `working`, none at all.

    `country` is the code a pack uses ("VN", "DE-BY"); a change for "DE" also reaches "DE-BY".
    """

    country: str
    day: date
    name: str = ""
    working: bool = False
    source: str = ""
    verified: bool = True


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A kind of holiday that is not counted as one although the library lists it; `contains` is part of its name."""

    country: str
    contains: str
    source: str
    verified: bool


@cache
def public_holidays(country: str, year: int) -> Mapping[date, str]:
    """Return the public holidays the library knows for "DE" or "DE-BY" in one year, with English names."""
    import holidays  # noqa: PLC0415 - a tenth of a second that the unlock screen does not wait for

    code, _, part = country.partition("-")
    try:
        found = holidays.country_holidays(code, subdiv=part or None, years=year, language="en_US")
    except NotImplementedError:
        raise KnownError(
            f'No holidays are known for the country "{country}". Use a two-letter code such as VN or DE.'
        ) from None
    return {day: name for day, name in found.items() if day.year == year}


@dataclass(frozen=True)
class Calendar:
    """The working days and the clock of one place.

    `country` may be empty: then only weekends are off, and `known` is false. All day numbers are proleptic
    ordinals as of `date.toordinal`. What is found is kept, because a desk asks for the same days all the time.
    """

    country: str
    zone: tzinfo
    workweek: frozenset[int] = frozenset(range(5))
    changes: tuple[HolidayChange, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    _off: dict[int, bool] = field(default_factory=dict, repr=False, compare=False)
    _ends: dict[int, datetime] = field(default_factory=dict, repr=False, compare=False)
    _named: dict[int, dict[date, str]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def known(self) -> bool:
        """Tell whether a country was chosen, so that its holidays are known."""
        return bool(self.country)

    def holidays(self, year: int) -> Mapping[date, str]:
        """Return the holidays in force in `year`: the library's, less those left out, and the changes on top."""
        if year not in self._named:
            self._named[year] = self._collect(year)
        return self._named[year]

    def _mine(self, country: str) -> bool:
        return self.country == country or self.country.startswith(f"{country}-")

    def _collect(self, year: int) -> dict[date, str]:
        days = dict(public_holidays(self.country, year)) if self.country else {}
        for rule in self.left_out:
            if self._mine(rule.country):
                days = {day: name for day, name in days.items() if rule.contains not in name}
        for change in self.changes:
            if change.day.year == year and self._mine(change.country):
                if change.working:
                    days.pop(change.day, None)
                else:
                    days[change.day] = change.name or "Holiday"
        return {day: self._short(name) for day, name in sorted(days.items())}

    def _short(self, name: str) -> str:
        return next((short for contains, short in self.names if contains in name), name)

    def off(self, day: int) -> bool:
        """Tell whether nobody works on that day (weekend or holiday)."""
        try:
            return self._off[day]
        except KeyError:
            self._fill(date.fromordinal(day).year)
            return self._off[day]

    def _fill(self, year: int) -> None:
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise KnownError(f"Dates of the year {year} cannot be computed. Check the date that was given.")
        named = self.holidays(year)
        for day in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1):
            self._off[day] = (day + 6) % 7 not in self.workweek or date.fromordinal(day) in named

    def day(self, moment: datetime) -> int:
        """Return the day number that `moment` falls on here."""
        return moment.astimezone(self.zone).toordinal()

    def end_of(self, day: int) -> datetime:
        """Return the last second of a day here, as an instant in UTC (24:00 in law, written 23:59:59)."""
        try:
            return self._ends[day]
        except KeyError:
            last = date.fromordinal(day)
            # fold=1: where the clocks go back at midnight, the day ends with the second 23:59:59.
            local = datetime(last.year, last.month, last.day, 23, 59, 59, tzinfo=self.zone, fold=1)
            return self._ends.setdefault(day, local.astimezone(UTC))

    def start_of(self, day: int) -> datetime:
        """Return the first instant of a day here, in UTC."""
        first = date.fromordinal(day)
        return datetime(first.year, first.month, first.day, tzinfo=self.zone).astimezone(UTC)
