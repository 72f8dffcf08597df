"""What the review list says of an account, and how it is read from a row of the shop, quickly and for many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
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
    """One account with its one leading reason; `since` is when the reason arose, where the shop records it."""

    key: str
    name: str
    email: str
    reason: Reason
    since: datetime | None
    created: datetime | None
    activity: Activity
    facts: tuple[Fact, ...]
    blocks: tuple[Block, ...]


class Clock:
    """Reads the times of one source: what is plain UTC without going through the calendar of a zone."""

    def __init__(self, x: Expressions, ref: Ref | None) -> None:
        self._kind, self._ref = codec_of(ref), ref
        self._zone = x.zone(ref or "")
        self._plain = self._kind in ("plain", "datetime") and self._zone.key in ("UTC", "Etc/UTC")

    def read(self, value: Any) -> datetime | None:
        """Return the instant in UTC, None when there is none."""
        if value is None or self._ref is None:
            return None
        if self._plain:
            if type(value) is datetime:
                return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
            if type(value) is str and len(value) >= 10:
                try:
                    found = datetime.fromisoformat(value)
                except ValueError:
                    return codec.moment(value, self._kind, self._zone)
                return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        return codec.moment(value, self._kind, self._zone)


class Reader:
    """Reads candidates from rows of the review's question, with everything looked up once."""

    def __init__(self, x: Expressions) -> None:
        layout = x.layout
        self._key_codec = layout.customer.key_codec
        self._created = Clock(x, layout.customer.fields.get("created"))
        self._signs = [(sign.meaning, sign.precision, Clock(x, sign.source)) for sign in layout.activity]
        self._grounds = [(ground.reason, Clock(x, ground.since)) for ground in layout.reason]

    def key(self, value: Any) -> str:
        """Return an account's key as the text that we keep."""
        return str(value) if type(value) is int else codec.key_text(value, self._key_codec)

    def candidate(self, row: Any, blocks: Sequence[Block]) -> Candidate:
        """Return a row as a candidate with its strongest reason.

        Its columns are the key, first, last and whole name, e-mail, created, the signs of life, a mark for each reason
        but the last, and since when each ground of the profile holds.
        """
        values = tuple(row)
        signs, marks = 6 + len(self._signs), 5 + len(self._signs) + len(REASONS)
        reason: Reason = next((r for r, m in zip(REASONS, values[signs:marks], strict=False) if m), REASONS[-1])
        facts: list[Fact] = []
        since: datetime | None = None
        for (ground, clock), value in zip(self._grounds, values[marks : marks + len(self._grounds)], strict=True):
            if value is not None and (at := clock.read(value)) is not None:
                facts.append(Fact(ground, at))
                since = at if ground == reason else since
        activity = UNKNOWN
        newest: datetime | None = None
        for (meaning, precision, clock), value in zip(self._signs, values[6:signs], strict=True):
            if value is not None and (at := clock.read(value)) is not None:
                facts.append(Fact(meaning, at))
                if newest is None or at > newest:
                    newest, activity = at, Activity(at, meaning, precision)
        text = codec.text
        first, last = text(values[1]), text(values[2])
        name = text(values[3]) or (f"{first} {last}" if first and last else first or last)
        return Candidate(
            self.key(values[0]), name, text(values[4]), reason, newest if reason == "inactive" else since,
            self._created.read(values[5]), activity, tuple(facts), tuple(blocks),
        )  # fmt: skip
