"""What is known of an incident and how severe it was found, as plain data."""

from dataclasses import dataclass
from datetime import datetime

NATURES = ("confidentiality", "integrity", "availability")


@dataclass(frozen=True)
class Facts:
    """What is known of the incident, as an authority's form asks it (GDPR Art. 33(3), Decree 356/2025 Art. 28.1).

    `groups` are the categories of persons, with their number where it is known; `special` says that location, biometric
    or sensitive financial data are concerned (Decree 356/2025 Art. 29).
    """

    what: str
    discovered_by: str
    happened_from: datetime | None = None
    happened_to: datetime | None = None
    estimated: bool = False
    place: str = ""
    nature: tuple[str, ...] = ()
    description: str = ""
    cause: str = ""
    origin: str = "unknown"
    parties: str = ""
    groups: tuple[str, ...] = ()
    special: bool = False
    categories: tuple[str, ...] = ()
    persons: int = 0
    records: int = 0
    counted: str = "unknown"
    records_counted: str = "unknown"
    measures_before: tuple[str, ...] = ()
    measures: str = ""
    consequences: str = ""
    lessons: str = ""


@dataclass(frozen=True)
class Score:
    """The severity as it was scored: `answers` are (question, choice, reason) by their ids."""

    score: float
    band: str
    formula: str
    flags: tuple[str, ...]
    notes: tuple[str, ...]
    answers: tuple[tuple[str, str, str], ...]
    at: datetime
    by: str
