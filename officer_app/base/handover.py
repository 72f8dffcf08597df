"""What one desk asks of another; `house` passes the other desk's function in as a plain callable."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class IncidentFound:
    """A complaint turned out to be a breach: the case, when it was noticed, what happened, and who found it."""

    complaint: str
    noticed: datetime
    what: str
    found_by: str


LogIncident = Callable[[Any, IncidentFound], str]
"""Called with the open transaction; returns the incident's reference."""

IncidentsOf = Callable[[Sequence[str], Sequence[str]], Mapping[str, tuple[str, ...]]]
"""Called with customer keys and e-mails; returns, by each as given, the open incidents in whose lists the person is."""
