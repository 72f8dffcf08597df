"""The countries and holiday corrections that every pack shares."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from officer_app.base import resources
from officer_app.base.errors import KnownError
from officer_app.policy.calendar import HolidayChange, LeftOut
from officer_app.policy.reader import Sheet, read_sheet, read_text
from officer_app.policy.schema import CountryFile, HolidayFile, LeftOutFile, NameFile


@dataclass(frozen=True)
class Places:
    """`zones` by country code, and the corrections to the library's holidays."""

    zones: Mapping[str, str]
    left_out: tuple[LeftOut, ...]
    changes: tuple[HolidayChange, ...]
    names: tuple[tuple[str, str], ...]

    def zone_of(self, country: str) -> str:
        """Return the usual zone of "DE" or "DE-BY", empty when it is not listed."""
        return self.zones.get(country) or self.zones.get(country.partition("-")[0], "")


@cache
def shared_places() -> Places:
    """Return what common/places.toml says."""
    path = resources.path("policies", "common", "places.toml")
    sheet = read_sheet(read_text(path), path.name)
    sheet.only({"countries", "left_out", "holidays", "names"})
    return Places(
        {each.code: each.zone for each in sheet.take_list("countries", CountryFile)},
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


def zone(name: str) -> ZoneInfo:
    """Return the IANA zone of that name; raise KnownError when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise KnownError(f'"{name}" is not a time zone. Use a name such as Asia/Ho_Chi_Minh.') from None
