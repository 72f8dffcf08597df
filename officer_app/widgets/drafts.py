"""Typed text that survives a lock, a crash and a lost connection: kept at hand, written in the background."""

from collections.abc import Callable, Mapping
from typing import Any

from officer_app.base.errors import KnownError
from officer_app.widgets.work import Work

Write = Callable[[str, dict[str, Any]], None]


class Drafts:
    """The signed-in person's drafts by place; `write` stores one (an empty mapping drops it) away from the window."""

    def __init__(self, work: Work, stored: Mapping[str, dict[str, Any]], write: Write) -> None:
        self._work, self._write = work, write
        self._drafts = dict(stored)

    def load(self, place: str) -> dict[str, Any]:
        """Return what was typed at `place`, or an empty mapping."""
        return dict(self._drafts.get(place, {}))

    def save(self, place: str, values: Mapping[str, Any]) -> None:
        """Keep what was typed; a casebook that cannot be reached is tried again with the next words."""
        kept = dict(values)
        if kept:
            self._drafts[place] = kept
        elif self._drafts.pop(place, None) is None:
            return
        self._work.run(lambda: self._write(place, kept), None, _later, lasting=True)


def _later(_error: KnownError) -> None:
    """The words stay at hand; the next save tries again."""
