"""What one desk asks of another; `house` passes the other desk's function in as a plain callable."""

from collections.abc import Callable
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
