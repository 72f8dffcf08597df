"""A length of time as a rule states it: a count and its unit, read from words such as "2 working days"."""

import re
from dataclasses import dataclass
from typing import Literal

Unit = Literal["hours", "days", "working days", "months"]

UNITS: tuple[Unit, ...] = ("hours", "days", "working days", "months")
_WORDS = re.compile(r"([1-9][0-9]{0,3}) (.+)", re.ASCII)
_LONGEST: dict[Unit, int] = {"hours": 9999, "days": 3660, "working days": 2500, "months": 120}


@dataclass(frozen=True, slots=True)
class Length:
    """`count` of `unit`; elapsed time for hours, calendar arithmetic for everything else."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.count} {self.unit.removesuffix('s') if self.count == 1 else self.unit}"

    def plus(self, other: "Length") -> "Length":
        """Return the length made longer by `other`, which has the same unit."""
        return Length(self.count + other.count, self.unit)


def read_length(words: str) -> Length:
    """Read "72 hours", "10 days", "2 working days" or "1 month"; raise ValueError saying what is wrong."""
    match = _WORDS.fullmatch(words)
    if match is None:
        raise ValueError(f'"{words[:40]}" is not a length of time.')
    count, name = int(match[1]), match[2]
    for unit in UNITS:
        if name == unit or (count == 1 and name == unit.removesuffix("s")):
            if count > _LONGEST[unit]:
                raise ValueError(f'"{words}" is longer than any rule.')
            return Length(count, unit)
    raise ValueError(f'"{name[:40]}" is not a unit of time.')
