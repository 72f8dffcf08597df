"""A profile's sources over one database, those included that need other entities' rows of the same customer."""

from collections.abc import Iterator
from datetime import datetime
from functools import reduce
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.selectable import FromClause

from officer_app.shop.belonging import links
from officer_app.shop.columns import Element, Misfit, Test, codec_of
from officer_app.shop.model import Aggregate, Ref, Source
from officer_app.shop.times import Times

__all__ = ["Element", "Expressions", "Misfit", "Test", "codec_of"]


class Expressions(Times):
    """One profile over one database, with everything it can say."""

    def aggregate(self, row: FromClause, wanted: Aggregate) -> Element:
        """Return the newest, oldest or number of the rows that belong to the customer in `row`."""
        if wanted.how == "count":
            e = self.start(wanted.entity)
            number = self.key(wanted.entity, e) if wanted.of is None else self.value(wanted.entity, e, wanted.of)
            ways = [way for _, way in self._ways(wanted, e, row)]
            asked = sa.select(sa.func.count(number)).where(sa.or_(*ways), *self._looked_at(wanted, e))
            return asked.correlate(row).scalar_subquery()
        # One subquery per way of belonging: with OR a database reads the whole index of the times instead.
        parts = self._furthest(row, wanted)
        return reduce(lambda one, other: self._further(wanted.how, one, other), parts) if parts else sa.null()

    def apart(self, row: FromClause, ref: Ref) -> list[Element]:
        """Return a customer's value as one expression, or the newest by each way of belonging as one each.

        Whoever reads the row finds the newest of them faster than a database, which would ask for each of them twice.
        """
        newest = isinstance(ref, Source) and ref.codec != "datetime_zero_is_null" and ref.aggregate
        parts = self._furthest(row, newest) if newest and newest.how == "max" else []
        return parts or [self.value("customer", row, ref)]

    def _furthest(self, row: FromClause, wanted: Aggregate) -> list[Element]:
        found: list[Element] = []
        for e, by, way in self._each_way(wanted, row):
            of = self._of(wanted, e) if by == "customer" else self.unindexed(self._of(wanted, e))
            one = sa.select(sa.func.max(of) if wanted.how == "max" else sa.func.min(of))
            found.append(one.where(way, *self._looked_at(wanted, e)).correlate(row).scalar_subquery())
        return found

    def happened(
        self, row: FromClause, wanted: Aggregate, low: datetime | None = None, high: datetime | None = None, *,
        singly: bool = False,
    ) -> list[Test]:  # fmt: skip
        """Return per way of belonging the test that a row with `low` <= time < `high` exists.

        Several EXISTS can each use an index where one OR could not. `singly` is for few accounts of many: the
        servers would else read all rows since `low`, whosever they are, before the first account.
        """
        tests: list[Test] = []
        for e, by, way in self._each_way(wanted, row):
            inside = [way, *self._looked_at(wanted, e)]
            if wanted.of is not None:
                at = self.instant(self.value(wanted.entity, e, wanted.of), wanted.of)
                inside += self.within(at if by == "customer" else self.unindexed(at), wanted.of, low, high)
            found = sa.select(sa.literal(1)).where(*inside).correlate(row)
            if singly and self.dialect != "sqlite":  # what has an OFFSET is looked up for each account by itself
                found = found.limit(sa.literal_column("1")).offset(sa.literal_column("0"))
            tests.append(sa.exists(found))
        return tests

    def _of(self, wanted: Aggregate, e: FromClause) -> Element:
        return self.key(wanted.entity, e) if wanted.of is None else self.value(wanted.entity, e, wanted.of)

    def _each_way(self, wanted: Aggregate, row: FromClause) -> Iterator[tuple[FromClause, str, Test]]:
        """Yield each way of belonging over a fresh alias of its own."""
        for number in range(len(self._ways(wanted, self.start(wanted.entity), row))):
            e = self.start(wanted.entity)
            by, way = self._ways(wanted, e, row)[number]
            yield e, by, way

    def _ways(self, wanted: Aggregate, e: FromClause, customer: FromClause) -> list[tuple[str, Test]]:
        return [(by, link) for by in wanted.by for link in links(self, wanted.entity, e, customer, by)]

    def _looked_at(self, wanted: Aggregate, e: FromClause) -> list[Test]:
        tests = [self.test(wanted.entity, e, condition) for condition in wanted.where]
        return [*self.where(wanted.entity, e), *tests]

    def _further(self, how: str, one: Element, other: Element) -> Element:
        """Return the newer (or older) of two values of which each may be NULL."""
        names = {"max": ("max", "greatest"), "min": ("min", "least")}[how]
        both: Any = getattr(sa.func, names[0] if self.dialect == "sqlite" else names[1])
        if self.is_pg:
            return both(one, other, type_=one.type)  # type: ignore[no-any-return]  # it passes over NULL by itself
        return sa.func.coalesce(both(one, other), one, other, type_=one.type)
