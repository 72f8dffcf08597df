"""A profile's sources over one database, those included that need other entities' rows of the same customer."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.selectable import FromClause

from officer_app.shop.belonging import links
from officer_app.shop.columns import Columns, Element, Misfit, Test, codec_of
from officer_app.shop.model import Aggregate

__all__ = ["Element", "Expressions", "Misfit", "Test", "codec_of"]


class Expressions(Columns):
    """One profile over one database, with everything it can say."""

    def aggregate(self, row: FromClause, wanted: Aggregate) -> Element:
        """Return the newest, oldest or number of the rows that belong to the customer in `row`."""
        e = self.start(wanted.entity)
        of = self.key(wanted.entity, e) if wanted.of is None else self.value(wanted.entity, e, wanted.of)
        how: Any = {"max": sa.func.max, "min": sa.func.min, "count": sa.func.count}[wanted.how]
        return (
            sa.select(how(of))
            .where(sa.or_(*self.ways(wanted, e, row)), *self.aggregate_tests(wanted, e))
            .correlate(row)
            .scalar_subquery()
        )

    def ways(self, wanted: Aggregate, e: FromClause, customer: FromClause) -> list[Test]:
        """Return the ways in which the aggregate's rows belong to the customer."""
        return [link for by in wanted.by for link in links(self, wanted.entity, e, customer, by)]

    def aggregate_tests(self, wanted: Aggregate, e: FromClause) -> list[Test]:
        """Return which rows the aggregate looks at."""
        tests = [self.test(wanted.entity, e, condition) for condition in wanted.where]
        return [*self.where(wanted.entity, e), *tests]

    def happened(self, row: FromClause, wanted: Aggregate, low: Any = None, high: Any = None) -> list[Test]:
        """Return per way of belonging the test that a row with `low` <= time < `high` exists.

        `low` and `high` are instants or None; several EXISTS can each use an index where one OR could not.
        """
        tests: list[Test] = []
        for number in range(len(self.ways(wanted, self.start(wanted.entity), row))):
            e = self.start(wanted.entity)
            way = self.ways(wanted, e, row)[number]
            inside = [way, *self.aggregate_tests(wanted, e)]
            if wanted.of is not None:
                inside += self.between(wanted.entity, e, wanted.of, low, high)
            tests.append(sa.exists(sa.select(sa.literal(1)).where(*inside).correlate(row)))
        return tests
