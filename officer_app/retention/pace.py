"""How many people go into one chunk of an erasure, and how long to wait when the shop slows down."""

from collections import deque
from collections.abc import Callable
from statistics import median

SECONDS = 0.5
"""How long a chunk should hold its locks."""
FIRST = 500
_SLOW = 5.0  # times the usual answer
_NOTICED = 0.05  # seconds; below, nobody waits for anything
_LONGEST = 5.0
_PATIENCE = 24
"""Pauses in a row, about two minutes; whoever is slow for longer is slow as usual."""


class Pace:
    """Learns from each chunk; `size` is how many people the next one takes."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.size = min(FIRST, most)
        self._usual: deque[float] = deque(maxlen=50)
        self._paused = 0.0
        self._pauses = 0

    def took(self, people: int, seconds: float) -> None:
        """Learn from a chunk: twice as many at most, so that one lucky chunk makes no long one."""
        wanted = int(people * SECONDS / max(seconds, 0.001))
        self.size = max(1, min(self.most, wanted, self.size * 2))

    def refused(self) -> None:
        """Learn from a chunk that could not be done."""
        self.size = max(1, self.size // 2)

    def pause(self, latency: Callable[[], float]) -> float:
        """Return how many seconds to leave the shop alone; `latency` asks it something small and says how long it took.

        A shop that answers five times slower than it usually does has something else to do.
        """
        seconds = latency()
        usual = median(self._usual) if len(self._usual) >= 5 else None
        if usual is not None and seconds > max(_NOTICED, usual * _SLOW) and self._pauses < _PATIENCE:
            self._pauses += 1
            self._paused = min(_LONGEST, max(0.25, self._paused * 2))
            return self._paused
        if self._pauses >= _PATIENCE:
            self._usual.clear()
        self._usual.append(seconds)
        self._paused, self._pauses = 0.0, 0
        return 0.0
