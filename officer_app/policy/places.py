"""The countries and holiday corrections that every pack shares, and the calendar of a pack in a country."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from officer_app.base import resources
from officer_app.base.errors import KnownError
from officer_app.policy.calendar import WEEKDAYS, Calendar, HolidayChange, LeftOut
from officer_app.policy.pack import Pack
from officer_app.policy.reader import Sheet, read_sheet, read_text
from officer_app.policy.schema import CountryFile, HolidayFile, LeftOutFile, NameFile


@dataclass(frozen=True)
class Places:
    """`zones` by country code, other codes for a country, and the corrections to the library's holidays."""

    zones: Mapping[str, str]
    aliases: Mapping[str, str]
    left_out: tuple[LeftOut, ...]
    changes: tuple[HolidayChange, ...]
    names: tuple[tuple[str, str], ...]

    def zone_of(self, country: str) -> str:
        """Return the usual zone of "DE" or "DE-BY"; empty when nothing is known of the country."""
        whole = country.partition("-")[0]
        return self.zones.get(country) or self.zones.get(whole) or _listed_zone(whole)

    def code(self, country: str) -> str:
        """Return the code in its usual form: "uk" is "GB-ENG"."""
        usual = country.strip().upper()
        return self.aliases.get(usual, usual)


@cache
def _listed_zone(country: str) -> str:
    """Return the first zone that the time zone database lists for a country."""
    listed = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in listed.splitlines() if not line.startswith("#"))
    return next((row[2] for row in rows if row[0] == country), "")


@cache
def shared_places() -> Places:
    """Return what common/places.toml says."""
    path = resources.path("policies", "common", "places.toml")
    sheet = read_sheet(read_text(path), path.name)
    sheet.only({"aliases", "countries", "left_out", "holidays", "names"})
    return Places(
        {each.code: each.zone for each in sheet.take_list("countries", CountryFile)},
        sheet.take(("aliases",), sheet.take_table("aliases"), dict[str, str]),
        tuple(LeftOut(e.country, e.contains, e.source, e.verified) for e in sheet.take_list("left_out", LeftOutFile)),
        read_changes(sheet),
        tuple((each.contains, each.short) for each in sheet.take_list("names", NameFile)),
    )


def read_changes(sheet: Sheet) -> tuple[HolidayChange, ...]:
    """Return the [[holidays]] of a sheet."""
    changes: list[HolidayChange] = []
    for number, found in enumerate(sheet.take_list("holidays", HolidayFile)):
        place = ("holidays", number)
        if not found.source.strip():
            raise sheet.refuse(place, "The holiday has no source.", "Say where it was announced.")
        if not found.working and not found.name.strip():
            raise sheet.refuse(place, "The holiday has no name.", 'Add name = "…", or working = true to take one away.')
        changes.append(HolidayChange(found.country, found.day, found.name, found.working, found.source, found.verified))
    return tuple(changes)


def find_zone(name: str) -> ZoneInfo:
    """Return the IANA zone of that name; raise KnownError when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise KnownError(f'"{name}" is not a time zone. Use a name such as Asia/Ho_Chi_Minh.') from None


def country_in(pack: Pack, country: str) -> str:
    """Return the code under which `pack` applies in `country`, empty when it does not."""
    code = shared_places().code(country)
    allowed = pack.place.countries
    if not allowed or code in allowed or code.partition("-")[0] in allowed:
        return code
    return next((each for each in allowed if each.startswith(f"{code}-")), "")


def calendar_for(pack: Pack, *, country: str = "", zone: str = "", changes: Sequence[HolidayChange] = ()) -> Calendar:
    """Return the calendar a pack is computed in.

    Where the pack applies in `country`, its holidays and `zone` (or the country's own) are used; elsewhere, and when
    none is given, the pack's own place, as far as it names one.
    """
    shared = shared_places()
    mine = country_in(pack, country) if country else ""
    code = mine or pack.place.country
    if mine:
        name = zone or shared.zone_of(mine)
        if not name:
            raise KnownError(f'"{country}" is not a country. Use a two-letter code such as VN or DE.')
    else:
        name = ("" if country else zone) or pack.place.zone or (shared.zone_of(code) if code else "UTC")
    return Calendar(
        code,
        find_zone(name),
        frozenset(WEEKDAYS.index(day) for day in pack.place.workweek),
        (*shared.changes, *changes),
        shared.left_out,
        shared.names,
    )
