"""Who bought what: tests on the orders of a customer or a guest, by the title of a product or the order's number."""

from collections.abc import Callable, Sequence

import sqlalchemy as sa
from sqlalchemy.sql.selectable import FromClause

from officer_app.shop import belonging
from officer_app.shop.columns import Columns, Element, Test

Says = Callable[[Element], Test]


def known(x: Columns, kind: str, field: str) -> bool:
    """Return whether the profile has this field of the orders or of their lines."""
    return any(field in entity.fields and entity.match for _name, entity in x.layout.of_kind(kind))


def says(words: str) -> Says:
    """Return the test that a text holds these words, in small or capital letters."""
    wanted = " ".join(words.split()).lower()
    return lambda value: sa.func.lower(value).contains(wanted, autoescape=True)


def among(numbers: Sequence[str]) -> Says:
    """Return the test that a number is one of these."""
    return lambda value: sa.cast(value, sa.String(64)).in_(list(dict.fromkeys(numbers)))


def of_customer(x: Columns, customer: FromClause, kind: str, field: str, test: Says) -> list[Test]:
    """Return the tests that something of this kind belongs to the customer of the outer query and passes the test."""
    found: list[Test] = []
    for name, entity in x.layout.of_kind(kind):
        if field not in entity.fields:
            continue
        for by in ("customer", "email"):
            for number in range(len(belonging.links(x, name, x.start(name), customer, by))):
                row = x.start(name)
                way = belonging.links(x, name, row, customer, by)[number]
                passes = test(x.value(name, row, entity.fields[field]))
                asked = sa.select(sa.literal(1)).where(way, passes, *x.where(name, row))
                found.append(sa.exists(asked.correlate(customer)))
    return found


def of_order(x: Columns, order: str, row: FromClause, kind: str, field: str, test: Says) -> list[Test]:
    """Return the tests that a line of the order of the outer query passes the test."""
    found: list[Test] = []
    for name, entity in x.layout.of_kind(kind):
        for match in entity.match if field in entity.fields else ():
            if match.by == "via" and match.entity == order:
                line = x.start(name)
                here = x.value(name, line, match.of) == belonging.via(x, match, row)
                passes = test(x.value(name, line, entity.fields[field]))
                found.append(sa.exists(sa.select(sa.literal(1)).where(here, passes).correlate(row)))
    return found
