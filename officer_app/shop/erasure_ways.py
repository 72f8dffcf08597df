"""Which rows belong to a set of people: by key, by e-mail where no account owns the row, or through rows of theirs."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import CITEXT

from officer_app.shop import belonging
from officer_app.shop.columns import Columns, Element, Test
from officer_app.shop.listed import Listed, OneParameter
from officer_app.shop.model import Fold

WHOSE = "whose"
"""The bound parameter with the list of keys, e-mails or ids that a statement is about."""
Ask = Callable[[sa.Select[Any] | sa.CompoundSelect[Any], Mapping[str, Any]], Sequence[Any]]
"""Runs a question with its parameters and returns the rows."""


@dataclass(frozen=True)
class Way:
    """One column by which an entity's rows belong to people; `via` leads on to the `entity` it goes through."""

    by: Literal["customer", "email", "via"]
    column: Element
    fold: Fold = "exact"
    entity: str = ""
    to: str = ""
    tests: tuple[Test, ...] = ()


def ways(x: Columns, entity: str) -> tuple[Way, ...]:
    """Return the ways of an entity, over its table itself, so that each can carry a statement that writes."""
    table = x.table(x.entity(entity).table)
    if entity == "customer":
        return (Way("customer", x.key("customer", table)),)
    found: list[Way] = []
    owner = belonging.customer_of(x, entity, table)
    for match in x.entity(entity).match:
        if match.by == "customer":
            found.append(Way("customer", x.value(entity, table, match.of)))
        elif match.by == "email":
            # What an account owns goes with that account, whatever e-mail stands in it.
            free = () if owner is None else (belonging.ownerless(x, owner),)
            found.append(Way("email", belonging.match_email(x, entity, table, match), match.fold, tests=free))
        else:
            found.append(Way("via", x.value(entity, table, match.of), entity=match.entity, to=match.to))
    return tuple(found)


def among(x: Columns, column: Element, name: str = WHOSE) -> Test:
    """Return the test that the column is one of the list bound as `name`: one parameter, whatever its length.

    MariaDB reads a list best as a list; where it is made of bytes SQLite and PostgreSQL have no other way either.
    """
    kind = column.type
    if x.dialect == "postgresql" and not isinstance(kind, sa.LargeBinary):
        inner: Any = sa.BigInteger() if isinstance(kind, sa.Integer) else kind
        if isinstance(kind, sa.String | sa.types.NullType) and not isinstance(kind, CITEXT):
            inner = sa.String()  # without a length: the cast would cut what is longer
        test: Test = column == sa.any_(sa.cast(sa.bindparam(name, type_=OneParameter()), sa.ARRAY(inner)))
        return test
    if x.dialect == "sqlite" and not _binary_keys(x):
        listed = sa.func.json_each(sa.bindparam(name, type_=sa.String)).table_valued("value")
        return column.in_(sa.select(listed.c.value))
    if x.dialect == "mysql":
        return column.bool_op("IN")(sa.bindparam(name, type_=OneParameter()))
    return column.in_(sa.bindparam(name, expanding=True))


def _binary_keys(x: Columns) -> bool:
    """Return whether the shop's keys are bytes, which JSON cannot carry."""
    return any(entity.key_codec == "uuid_bin16" for entity in x.layout.entity.values())


def bound(x: Columns, values: Sequence[Any], name: str = WHOSE) -> dict[str, Any]:
    """Return the parameter for `among`; a list that is used again is best a Listed, which is written once."""
    listed = values if isinstance(values, Listed) else Listed(values)
    if x.dialect == "sqlite" and not _binary_keys(x):
        if listed.written is None:
            listed.written = json.dumps(listed, ensure_ascii=False)
        return {name: listed.written}
    return {name: listed}


def belonging_tests(x: Columns, found: Sequence[Way], number: int) -> list[Test]:
    """Return the tests of one way; a row that an earlier way finds too is that one's, so that none counts twice."""
    way = found[number]
    tests = [among(x, way.column), *way.tests]
    for earlier in _overlapping(found, number):
        tests.append(sa.case((among(x, found[earlier].column, f"not_{earlier}"), 1), else_=0) == 0)
    return tests


def _overlapping(found: Sequence[Way], number: int) -> list[int]:
    # A row found by e-mail has no owner; only what leads through other rows can meet another way.
    return [n for n in range(number) if "via" in (found[n].by, found[number].by)]


class Circle:
    """The people of one chunk: their keys and e-mails, and the ids of rows of theirs, asked once each."""

    def __init__(self, x: Columns, ask: Ask, keys: Sequence[Any], emails: Iterable[str]) -> None:
        self._x, self._ask = x, ask
        self.keys, self.emails = Listed(keys), Listed(sorted(emails))
        self._forms: dict[str, Listed] = {}
        self._ids: dict[tuple[str, str], Listed] = {}

    def parameters(self, found: Sequence[Way], number: int) -> dict[str, Any] | None:
        """Return the parameters of `belonging_tests`, None when the way leads to nobody's rows."""
        if not (whose := self.values(found[number])):
            return None
        bounds = bound(self._x, whose)
        for earlier in _overlapping(found, number):
            bounds |= bound(self._x, self.values(found[earlier]), f"not_{earlier}")
        return bounds

    def values(self, way: Way) -> Listed:
        """Return what the way's column may be for these people."""
        if way.by == "customer":
            return self.keys
        if way.by == "email":
            if way.fold not in self._forms:
                plain = way.fold in ("lower", "normal")  # our own normal form is what such a column holds
                others = (form for email in self.emails for form in self._x.forms(email, "email", way.fold))
                self._forms[way.fold] = self.emails if plain else Listed(others)
            return self._forms[way.fold]
        return self._via(way.entity, way.to)

    def _via(self, entity: str, to: str) -> Listed:
        """Return the ids of an entity's rows of these people, as they were when first asked."""
        known = self._ids.get((entity, to))
        if known is None:
            found: dict[Any, None] = {}
            table = self._x.table(self._x.entity(entity).table)
            wanted = self._x.column(table, to) if to else self._x.key(entity, table)
            either = ways(self._x, entity)
            for number in range(len(either)):
                parameters = self.parameters(either, number)
                if parameters is not None:
                    tests = belonging_tests(self._x, either, number)
                    asked = sa.select(wanted).where(*tests, *self._x.where(entity, table), wanted.is_not(None))
                    found.update((row[0], None) for row in self._ask(asked, parameters))
            known = self._ids[(entity, to)] = Listed(found)
        return known
