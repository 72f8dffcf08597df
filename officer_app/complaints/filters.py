"""What the queue can be asked for: the keys of its chips, what they mean, and the filters an officer saved."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta, tzinfo

from officer_app.base.errors import KnownError
from officer_app.casebook import audit, cases, settings
from officer_app.casebook.book import Casebook

MINE, UNASSIGNED, OVERDUE, WEEK, WAITING, NEWS, CLOSED = (
    "mine", "unassigned", "overdue", "week", "waiting", "news", "closed",
)  # fmt: skip
KIND, STATE, FROM, UNTIL = "kind", "state", "from", "until"
_MOST = 30
_LONGEST = 60


def _of(chips: Collection[str], name: str) -> tuple[str, ...]:
    return tuple(sorted(chip.partition(":")[2] for chip in chips if chip.startswith(f"{name}:")))


def day(text: str) -> date:
    """Return a day written as 2026-11-28; KnownError when it is none."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise KnownError("Write the day as year-month-day, such as 2026-11-28.") from None


def _midnight(chips: Collection[str], name: str, zone: tzinfo, further: int = 0) -> datetime | None:
    found = _of(chips, name)
    if not found or not found[0]:
        return None
    return datetime.combine(day(found[0]) + timedelta(days=further), time(), zone)


def wanted(chips: Collection[str], me: str, now: datetime, zone: tzinfo) -> cases.Filter:
    """Return what the chosen chips ask the queue for; they combine. `me` is the officer's id.

    `from:2026-11-01` and `until:2026-11-30` are days of receipt into the casebook in the shop's zone, both included.
    Closed cases are left out unless they are asked for; those with news are shown whatever their state.
    """
    states = _of(chips, STATE)
    return cases.Filter(
        states=states,
        kinds=_of(chips, KIND),
        assignee=me if MINE in chips else None,
        unassigned=UNASSIGNED in chips,
        open_only=not {CLOSED, NEWS} & set(chips) and "closed" not in states,
        due_before=now if OVERDUE in chips else now + timedelta(days=7) if WEEK in chips else None,
        waiting=WAITING in chips,
        opened_from=_midnight(chips, FROM, zone),
        opened_before=_midnight(chips, UNTIL, zone, 1),
    )


def dates(chips: Collection[str]) -> dict[str, date]:
    """Return the ends of the range of days that is among the chips, by FROM and UNTIL."""
    return {name: day(found[0]) for name in (FROM, UNTIL) if (found := _of(chips, name))}


def with_dates(chips: Collection[str], first: str, last: str) -> frozenset[str]:
    """Return the chips with another range of days; "" leaves an end open. KnownError when it ends before it begins."""
    kept = {chip for chip in chips if not chip.startswith((f"{FROM}:", f"{UNTIL}:"))}
    if first and last and day(first) > day(last):
        raise KnownError("The last day lies before the first. Exchange them.")
    kept |= {f"{FROM}:{day(first)}"} if first else set()
    kept |= {f"{UNTIL}:{day(last)}"} if last else set()
    return frozenset(kept)


class SavedFilters:
    """An officer's own filters, kept sealed in the casebook."""

    def __init__(self, book: Casebook) -> None:
        self._book = book

    @property
    def _name(self) -> str:
        return f"complaint filters {self._book.actor.id}"[:60]

    def all(self) -> dict[str, frozenset[str]]:
        """Return the saved filters by name, in the order of their names."""
        with self._book.reading() as tx:
            kept = settings.get(tx, self._name)
        return {name: frozenset(chips) for name, chips in sorted(kept.items())}

    def save(self, name: str, chips: Collection[str]) -> Mapping[str, frozenset[str]]:
        """Save a filter under a name, in place of an earlier one; return all of them."""
        name = " ".join(name.split())
        if not name or len(name) > _LONGEST:
            raise KnownError(f"Give the filter a name of at most {_LONGEST} characters.")
        if not chips:
            raise KnownError("Choose at least one filter first, then save.")
        kept = self.all()
        if len(kept) >= _MOST and name not in kept:
            raise KnownError(f"{_MOST} filters are saved already. Delete one first.")
        return self._keep({**kept, name: frozenset(chips)}, "filter saved")

    def delete(self, name: str) -> Mapping[str, frozenset[str]]:
        """Delete a saved filter; return those that are left."""
        return self._keep({one: chips for one, chips in self.all().items() if one != name}, "filter deleted")

    def _keep(self, kept: Mapping[str, frozenset[str]], action: str) -> Mapping[str, frozenset[str]]:
        with self._book.transaction("view") as tx:
            settings.put(tx, self._name, {one: sorted(chips) for one, chips in kept.items()})
            audit.append(tx, action)
        return dict(kept)
