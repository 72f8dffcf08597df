"""What the review list says of an account, and how it is read from a row of the shop, quickly and for many."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Literal, get_args

from officer_app.shop import codec
from officer_app.shop.columns import codec_of
from officer_app.shop.expressions import Expressions
from officer_app.shop.facts import UNKNOWN, Activity
from officer_app.shop.guards import Block
from officer_app.shop.model import Ref

Reason = Literal["cancel", "false", "rule-breaking", "inactive"]
REASONS: tuple[Reason, ...] = get_args(Reason)


@dataclass(frozen=True)
class Fact:
    """A dated fact behind the reason: created, cancel, or a sign of life by its meaning."""

    what: str
    at: datetime


@dataclass(frozen=True)
class Candidate:
    """One account with its one leading reason and its newest sign of life.

    The rest is read from the shop's row only when it is asked for: `since` is when the reason arose, where the shop
    records it, and `facts` are the dates behind it.
    """

    key: str
    reason: Reason
    blocks: tuple[Block, ...]
    row: tuple[Any, ...] = field(repr=False, compare=False)
    reader: "Reader" = field(repr=False, compare=False)

    @cached_property
    def name(self) -> str:
        """Return the customer's name, "" without one."""
        return self.reader.name(self.row)

    @property
    def email(self) -> str:
        """Return the account's e-mail, "" without one."""
        return codec.text(self.row[4])

    @cached_property
    def activity(self) -> Activity:
        """Return the newest sign of life."""
        return self.reader.activity(self.row)

    @cached_property
    def since(self) -> datetime | None:
        """Return when the reason arose, None where the shop does not record it."""
        if self.reason == "inactive":
            return self.activity.at
        return next((fact.at for fact in self.reader.grounds(self.row) if fact.what == self.reason), None)

    @cached_property
    def created(self) -> datetime | None:
        """Return when the account was made."""
        return self.reader.created(self.row)

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """Return the dated facts behind the reason: the grounds, then the signs of life."""
        return (*self.reader.grounds(self.row), *self.reader.signs(self.row))


class Clock:
    """Reads the times of one source; `plain` ones are UTC without a zone, and sort as they are written."""

    def __init__(self, x: Expressions, ref: Ref | None) -> None:
        self._kind, self._ref = codec_of(ref), ref
        self._zone = x.zone(ref or "")
        self.plain = self._kind in ("plain", "datetime") and self._zone.key in ("UTC", "Etc/UTC")

    def read(self, value: Any) -> datetime | None:
        """Return the instant in UTC, None when there is none."""
        if value is None or self._ref is None:
            return None
        if self.plain and type(value) is datetime and value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        if self.plain and type(value) is str and len(value) == 19:
            with suppress(ValueError):
                return datetime.fromisoformat(f"{value}+00:00")
        return codec.moment(value, self._kind, self._zone)


class Reader:
    """Reads candidates from rows of the review's question, with everything looked up once.

    A row is the key, first, last and whole name, e-mail, created, the signs of life (`Expressions.apart`: some in more
    than one column), a mark for each reason but the last, and since when each ground of the profile holds.
    """

    def __init__(self, x: Expressions) -> None:
        layout = x.layout
        self._key_codec = layout.customer.key_codec
        self._created = Clock(x, layout.customer.fields.get("created"))
        any_row = x.start("customer")
        self._signs = [
            (sign.meaning, sign.precision, Clock(x, sign.source))
            for sign in layout.activity for _ in x.apart(any_row, sign.source)
        ]  # fmt: skip
        self._grounds = [(ground.reason, Clock(x, ground.since)) for ground in layout.reason]
        self._plain = all(clock.plain for *_, clock in self._signs)
        self._clocks = [(number, clock) for number, (*_, clock) in enumerate(self._signs, 6)]
        self._marks = 6 + len(self._signs)
        self._since = self._marks + len(REASONS) - 1

    def key(self, value: Any) -> str:
        """Return an account's key as the text that we keep."""
        return str(value) if type(value) is int else codec.key_text(value, self._key_codec)

    def candidate(self, row: Any, blocks: Mapping[str, Sequence[Block]]) -> Candidate:
        """Return a row as a candidate with its strongest reason; `blocks` are by key what stands against accounts."""
        values = tuple(row)
        reason: Reason = "inactive"
        for number in range(self._marks, self._since):
            if values[number]:
                reason = REASONS[number - self._marks]
                break
        key = self.key(values[0])
        return Candidate(key, reason, tuple(blocks[key]) if key in blocks else (), values, self)

    def name(self, row: tuple[Any, ...]) -> str:
        """Return the customer's name: as one where the shop keeps it so, else put together."""
        text = codec.text
        if row[3] is not None and (name := text(row[3])):
            return name
        first, last = text(row[1]), text(row[2])
        return f"{first} {last}" if first and last else first or last

    def created(self, row: tuple[Any, ...]) -> datetime | None:
        """Return when the account was made."""
        return self._created.read(row[5])

    def grounds(self, row: tuple[Any, ...]) -> list[Fact]:
        """Return since when each ground holds, where the shop records it."""
        found = [(what, clock.read(row[self._since + n])) for n, (what, clock) in enumerate(self._grounds)]
        return [Fact(what, at) for what, at in found if at is not None]

    def signs(self, row: tuple[Any, ...]) -> list[Fact]:
        """Return the signs of life, the newest of each meaning."""
        found: dict[str, datetime] = {}
        for (meaning, _, clock), value in zip(self._signs, row[6 : self._marks], strict=True):
            at = clock.read(value)
            if at is not None and (meaning not in found or at > found[meaning]):
                found[meaning] = at
        return [Fact(meaning, at) for meaning, at in found.items()]

    def dated(self, row: tuple[Any, ...]) -> bool:
        """Return whether any sign of life can be read."""
        for number, clock in self._clocks:
            value = row[number]
            if value is None:
                continue
            # Nearly all are plain, in the first column that has any.
            if (clock.plain and type(value) is str and len(value) == 19 and _is_time(value)) or clock.read(value):
                return True
        return False

    def activity(self, row: tuple[Any, ...]) -> Activity:
        """Return the newest sign of life; what sorts as it is written is compared so, and only the newest is read."""
        found = row[6 : self._marks]
        known = [value for value in found if value is not None]
        kinds = set(map(type, known))
        if self._plain and len(kinds) == 1 and kinds <= {str, datetime}:
            newest = max(known)
            meaning, precision, clock = self._signs[found.index(newest)]
            if (type(newest) is datetime or len(newest) == 19) and (at := clock.read(newest)) is not None:
                return Activity(at, meaning, precision)
        activity = UNKNOWN
        for (meaning, precision, clock), value in zip(self._signs, found, strict=True):
            at = clock.read(value)
            if at is not None and (activity.at is None or at > activity.at):
                activity = Activity(at, meaning, precision)
        return activity


def _is_time(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True
