"""The one source of "now", so that rules and tests never ask the machine."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the current instant, timezone-aware in UTC."""


def utc_now() -> datetime:
    """Return the current instant in UTC, with microseconds."""
    return datetime.now(UTC)


def fixed(moment: datetime) -> Clock:
    """Return a clock that always shows `moment` (aware); for tests and the demo."""
    return lambda: moment
