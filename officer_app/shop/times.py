"""Times as a shop writes them: compared in its own form and zone, and read back as instants."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.sql.selectable import FromClause

from officer_app.shop import codec
from officer_app.shop.columns import Columns, Element, Test, codec_of
from officer_app.shop.model import Ref, Source


class Times(Columns):
    """The part of a profile that says when."""

    def instant(self, element: Element, ref: Ref) -> Element:
        """Return a time expression in the form in which it can be compared."""
        kind = codec_of(ref)
        return sa.cast(element, sa.BigInteger) if kind == "epoch_text" else element

    def between(
        self, entity: str, row: FromClause, ref: Ref, low: datetime | None, high: datetime | None
    ) -> list[Test]:
        """Return the tests `low` <= time < `high`; None leaves a side open."""
        return self.within(self.instant(self.value(entity, row, ref), ref), ref, low, high)

    def within(self, at: Element, ref: Ref, low: datetime | None, high: datetime | None) -> list[Test]:
        """Return the same tests for an expression that is already made."""
        tests: list[Test] = []
        if low is not None:
            tests.append(at >= self.bound(at, ref, low))
        if high is not None:
            tests.append(at < self.bound(at, ref, high))
        return tests

    def bound(self, element: Element, ref: Ref, at: datetime) -> Element:
        """Return an instant as the shop would have written it into `element`."""
        kind = codec_of(ref)
        if kind in ("epoch", "epoch_text", "epoch_ms"):
            return sa.literal(int(at.timestamp() * (1000 if kind == "epoch_ms" else 1)), sa.BigInteger)
        local = at.astimezone(self.zone(ref))
        if kind == "date" or isinstance(element.type, sa.Date):
            return sa.literal(local.date().isoformat()) if self.dialect == "sqlite" else sa.literal(local.date())
        if self.dialect == "sqlite":
            # Shops leave out the fraction when it is zero, and text compares character by character.
            return sa.literal(local.replace(tzinfo=None).isoformat(" "), sa.String)
        if isinstance(element.type, sa.DateTime) and element.type.timezone:
            return sa.literal(at, sa.DateTime(timezone=True))
        return sa.literal(local.replace(tzinfo=None), sa.DateTime())

    def zone(self, ref: Ref) -> ZoneInfo:
        """Return the zone in which a source writes times without one."""
        own = ref.zone if isinstance(ref, Source) else ""
        return ZoneInfo(own or self.layout.profile.zone)

    def time(self, value: object, ref: Ref | None) -> datetime | None:
        """Return the instant in one column of a row, None when there is none or no source."""
        return None if ref is None else codec.moment(value, codec_of(ref), self.zone(ref))

    def read(self, value: object, ref: Ref) -> Any:
        """Return the plain value of one column of a row."""
        plain = codec.decode(value, codec_of(ref), self.zone(ref))
        if isinstance(ref, Source) and ref.map:
            word = codec.text(value if plain is None else plain)
            return ref.map.get(word, word)
        return plain

    def word(self, value: object, ref: Ref) -> str:
        """Return one column of a row as one clean line, "" when there is none."""
        if isinstance(ref, str) and (value is None or type(value) is str):
            return codec.text(value)  # nearly every column of nearly every shop: nothing to read out of it
        return codec.text(self.read(value, ref))
