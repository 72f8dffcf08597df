"""How fast a run goes of late, in words for the status line, and when it will be through."""

from collections import deque
from collections.abc import Callable
from time import monotonic

_SPAN = 20.0
"""Seconds that the rate looks back: a run speeds up after its first layouts, and slows down beside other work."""


class Pace:
    """Listens to the progress of a run."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._seen: deque[tuple[float, int]] = deque([(clock(), 0)])
        self._done = self._total = 0

    def hear(self, done: int, total: int) -> str:
        """Take in the state of the run and return it in words."""
        now = self._clock()
        self._done, self._total = done, total
        if len(self._seen) < 2 or now - self._seen[-1][0] >= 0.2:
            self._seen.append((now, done))
        while len(self._seen) > 2 and now - self._seen[1][0] > _SPAN:
            self._seen.popleft()
        text = f"{done:,} of {total:,} letters"
        return f"{text}, {_round(self.rate):,} a second" if self.rate >= 1 else text

    @property
    def rate(self) -> float:
        """Letters a second of late; 0 while nothing is known."""
        since, before = self._seen[0]
        seconds = self._seen[-1][0] - since
        return (self._seen[-1][1] - before) / seconds if seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long the rest will take; None while nothing is known."""
        return (self._total - self._done) / self.rate if self.rate > 0 else None


def _round(rate: float) -> int:
    """Two digits say all there is to say about a rate."""
    digits = max(0, len(str(int(rate))) - 2)
    return int(round(rate, -digits))
