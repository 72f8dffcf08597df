"""Turns a profile's sources and conditions into SQLAlchemy expressions over the reflected tables."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.elements import ColumnElement, UnaryExpression
from sqlalchemy.sql.operators import custom_op
from sqlalchemy.sql.selectable import FromClause

from officer_app.base.person import comparable_name, normal_email, normal_phone
from officer_app.shop import codec
from officer_app.shop.model import Aggregate, Condition, Entity, Fold, Meta, Ref, Source, State
from officer_app.shop.plan import Layout

Element = ColumnElement[Any]
Test = ColumnElement[bool]


class Misfit(Exception):
    """The profile names a table or column that the database does not have; the text is its name."""


class Columns(ABC):
    """One profile over one database; knows no connection."""

    def __init__(
        self,
        layout: Layout,
        tables: Mapping[str, sa.Table],
        settings: Mapping[str, str],
        dialect: str,
        attributes: Mapping[str, Mapping[str, tuple[Any, str]]],
    ) -> None:
        self.layout = layout
        self.tables = tables
        self.settings = settings
        self.dialect = dialect
        self.attributes = attributes

    # tables and columns

    def table(self, name: str) -> sa.Table:
        """Return the reflected table; raises Misfit when there is none."""
        if name not in self.tables:
            raise Misfit(name)
        return self.tables[name]

    def column(self, source: FromClause, name: str) -> Element:
        """Return a column; raises Misfit when there is none."""
        if name not in source.c:
            raise Misfit(f"{getattr(getattr(source, 'element', source), 'name', '')}.{name}")
        return source.c[name]

    def entity(self, name: str) -> Entity:
        """Return the entity of that name; raises Misfit when this database has none."""
        if name not in self.layout.entity:
            raise Misfit(name)
        return self.layout.entity[name]

    def start(self, entity: str) -> FromClause:
        """Return a fresh alias of the entity's table."""
        return self.table(self.entity(entity).table).alias()

    def key(self, entity: str, row: FromClause) -> Element:
        """Return the first column of the entity's key."""
        return self.column(row, self.entity(entity).keys[0])

    def where(self, entity: str, row: FromClause) -> list[Test]:
        """Return the conditions under which a row of the table is such an entity."""
        return [self.test(entity, row, condition) for condition in self.entity(entity).where]

    def order(self, entity: str, row: FromClause) -> list[Element]:
        """Return the order in which the entity's rows are wanted."""
        wanted = self.entity(entity).order or self.entity(entity).keys
        return [
            self.column(row, name[1:]).desc() if name.startswith("-") else self.column(row, name).asc()
            for name in wanted
        ]

    # values

    def value(self, entity: str, row: FromClause, ref: Ref) -> Element:
        """Return the expression of one source for a row of the entity."""
        if isinstance(ref, str):
            return self.column(row, ref)
        if ref.join:
            found = self._joined(entity, row, ref)
        elif ref.column:
            found = self.column(row, ref.column)
        elif ref.json is not None:
            found = self._json(self.column(row, ref.json.column), ref.json.path)
        elif ref.meta:
            found = self._meta(entity, row, ref.meta)
        elif ref.eav:
            found = self._eav(entity, row, ref.eav)
        elif ref.setting:
            found = sa.literal(self.settings.get(ref.setting, ""))
        elif ref.const is not None:
            found = sa.literal(ref.const)
        elif ref.first_of:
            found = sa.func.coalesce(*(self._or_null(self.value(entity, row, part)) for part in ref.first_of))
        elif ref.concat:
            found = self._concat([self.value(entity, row, part) for part in ref.concat], ref.separator)
        else:
            assert ref.aggregate is not None
            found = self.aggregate(row, ref.aggregate)
        if ref.codec == "datetime_zero_is_null":
            found = sa.case((found > "1000-01-01", found))
        return found

    def field(self, entity: str, row: FromClause, name: str) -> Element | None:
        """Return the expression of a named field, None when the profile does not map it."""
        ref = self.entity(entity).fields.get(name)
        return None if ref is None else self.value(entity, row, ref)

    def text(self, element: Element | None) -> Element:
        """Return the expression as text of one type and collation, so that branches of a UNION agree."""
        if element is None:
            element = sa.null()
        return element if self.dialect == "sqlite" else sa.cast(element, sa.Text if self.is_pg else sa.String)

    @property
    def is_pg(self) -> bool:
        """Return whether the server is PostgreSQL."""
        return self.dialect == "postgresql"

    def unindexed(self, element: Element) -> Element:
        """Keep SQLite from using an index on this column where another test of the query finds far fewer rows.

        Its statistics take NULL for one value, so that a column that is mostly NULL misleads it.
        """
        if self.dialect != "sqlite":
            return element
        return UnaryExpression(element, operator=custom_op("+"), type_=element.type)

    def _or_null(self, element: Element) -> Element:
        textual = isinstance(element.type, sa.String | sa.types.NullType)
        return sa.func.nullif(element, "") if textual else element

    def _concat(self, parts: Sequence[Element], separator: str) -> Element:
        whole: Element = sa.literal("", sa.String)
        for number, part in enumerate(parts):
            word = sa.func.coalesce(self.text(part), "", type_=sa.String)
            glue = sa.literal(separator, sa.String)
            whole = word if number == 0 else sa.type_coerce(whole, sa.String) + glue + word
        return whole

    def _json(self, column: Element, path: Sequence[str]) -> Element:
        if self.is_pg:
            found: Element = sa.cast(column, JSONB)[tuple(path)].astext
            return found
        found = sa.type_coerce(column, sa.JSON)[tuple(path)].as_string()
        # One damaged value must not stop the whole query.
        return sa.case((sa.func.json_valid(column) == 1, found))

    def _joined(self, entity: str, row: FromClause, ref: Source) -> Element:
        before: FromClause = row
        aliases: list[FromClause] = []
        tests: list[Test] = []
        for hop in ref.join:
            here = self.table(hop.table).alias()
            for mine, theirs in hop.on.items():
                tests.append(self.column(here, mine) == self.column(before, theirs))
            tests += [self.test(entity, here, condition) for condition in hop.where]
            aliases.append(here)
            before = here
        if ref.json is not None:
            wanted = self._json(self.column(before, ref.json.column), ref.json.path)
        else:
            wanted = self.column(before, ref.column)
        return sa.select(wanted).select_from(*aliases).where(*tests).limit(1).correlate(row).scalar_subquery()

    def _meta(self, entity: str, row: FromClause, name: str) -> Element:
        meta: Meta | None = self.entity(entity).meta
        if meta is None:
            raise Misfit(f"{entity}.meta")
        m = self.table(meta.table).alias()
        return (
            sa.select(sa.func.max(self.column(m, meta.value)))
            .where(self.column(m, meta.fk) == self.key(entity, row), self.column(m, meta.name) == name)
            .correlate(row)
            .scalar_subquery()
        )

    def _eav(self, entity: str, row: FromClause, code: str) -> Element:
        eav = self.entity(entity).eav
        known = self.attributes.get(entity, {})
        if eav is None or code not in known:
            raise Misfit(f"attribute {code}")
        number, kind = known[code]
        if kind == "static":
            return self.column(row, code)
        if kind not in eav.values:
            raise Misfit(f"attribute {code} of type {kind}")
        v = self.table(eav.values[kind]).alias()
        return (
            sa.select(sa.func.max(self.column(v, eav.value)))
            .where(self.column(v, eav.fk) == self.key(entity, row), self.column(v, eav.attribute) == number)
            .correlate(row)
            .scalar_subquery()
        )

    @abstractmethod
    def aggregate(self, row: FromClause, wanted: Aggregate) -> Element:
        """Return the aggregate over another entity's rows of the customer; `Expressions` knows how."""

    # forms in which values are compared

    def folded(self, element: Element, fold: Fold) -> Element:
        """Return the expression as it is compared under `fold`."""
        return sa.func.lower(element) if fold == "lower" else element

    def folded_name(self, element: Element, fold: Fold) -> Element:
        """Return a name as it is compared: SQLite's own `lower` stops at ASCII, so ours stands in for it."""
        return (
            sa.func.officer_lower(element)
            if fold == "lower" and self.dialect == "sqlite"
            else self.folded(element, fold)
        )

    def forms(self, typed: str, by: str, fold: Fold) -> list[str]:
        """Return the spellings under which the shop may have written what the officer typed."""
        typed = typed.strip()
        if by == "email":
            normal = normal_email(typed)
            return list(dict.fromkeys((normal, typed) if fold in ("ci", "exact") else (normal,))) if normal else []
        if by == "phone":
            normal = normal_phone(typed, self.layout.profile.region)
            if fold == "e164":
                return [normal] if normal else []
            digits = "".join(ch for ch in typed if ch.isdecimal())
            return [form for form in dict.fromkeys((typed, normal, normal.lstrip("+"), digits)) if form]
        if by == "name":
            return [comparable_name(typed) if fold == "comparable" else typed.lower()]
        return [typed.lower() if fold == "lower" else typed]

    # conditions

    def test(self, entity: str, row: FromClause, condition: Condition) -> Test:
        """Return a condition as SQL; NULL passes no test but `null = true`."""
        if condition.any:
            return sa.or_(*(self.test(entity, row, part) for part in condition.any))
        assert condition.of is not None
        value = self.value(entity, row, condition.of)
        kind = codec_of(condition.of)
        if condition.null is not None:
            return value.is_(None) if condition.null else value.is_not(None)
        if condition.is_ is not None:
            same: Test = value == self.scalar(value, condition.is_, kind)
            return same
        if condition.not_ is not None:
            other: Test = value != self.scalar(value, condition.not_, kind)
            return other
        if condition.in_:
            return _one_of(value, [self.scalar(value, item, kind) for item in condition.in_])
        if condition.not_in:
            return value.not_in([self.scalar(value, item, kind) for item in condition.not_in])
        if condition.in_setting:
            return value.in_(self._members(value, condition.in_setting))
        if condition.contains:
            return self.text(value).contains(condition.contains, autoescape=True)
        if condition.starts_with:
            return self.text(value).startswith(condition.starts_with, autoescape=True)
        return sa.not_(self.text(value).startswith(condition.not_starts_with, autoescape=True))

    def flag(self, row: FromClause, name: str) -> Test | None:
        """Return a flag of the customer as a test, None when the profile does not know it."""
        conditions = self.layout.customer.flags.get(name)
        return sa.and_(*(self.test("customer", row, c) for c in conditions)) if conditions else None

    def scalar(self, element: Element, value: str | int | bool, kind: str) -> Any:
        """Return a constant of the profile in the column's own type."""
        if kind == "uuid_bin16":
            return bytes.fromhex(str(value).replace("-", ""))
        if isinstance(value, bool) and not isinstance(element.type, sa.Boolean):
            return int(value)
        return value

    def _members(self, element: Element, names: Sequence[str]) -> list[Any]:
        found: list[Any] = []
        for name in names:
            setting = self.layout.setting.get(name)
            raw = self.settings.get(name, "")
            if setting is None or not raw:
                continue
            lists = ("json_list", "comma_list", "php_serialized")
            found += codec.listed(raw, setting.codec) if setting.codec in lists else [raw]
        if isinstance(element.type, sa.Integer):
            return [int(item) for item in found if str(item).lstrip("-").isdecimal()]
        return found

    def is_open(self, entity: str, row: FromClause, state: State) -> Test:
        """Return whether an order is open; a state that the profile does not know follows its `unknown`."""
        of = self.value(entity, row, state.of)
        kind = codec_of(state.of)
        if state.unknown == "final":
            known: Test = _one_of(of, [self.scalar(of, item, kind) for item in state.open])
            return sa.case((known, 1), else_=0) == 1
        final: list[Test] = [_one_of(of, [self.scalar(of, item, kind) for item in state.final])]
        final += [sa.and_(*(self.test(entity, row, c) for c in group)) for group in state.final_when]
        # CASE, not NOT: an unknown (NULL) state has to come out as open.
        return sa.case((sa.or_(sa.false(), *final), 0), else_=1) == 1


def _one_of(element: Element, values: Sequence[Any]) -> Test:
    """Return the test that it is one of a few words of the profile, which unlike a list that is bound do not change."""
    return element.in_([sa.literal(value, element.type) for value in values])


def codec_of(ref: Ref | None) -> str:
    """Return how a source is written, looking through aggregates and alternatives."""
    if not isinstance(ref, Source):
        return "plain"
    if ref.codec != "plain":
        return ref.codec
    if ref.aggregate is not None:
        return codec_of(ref.aggregate.of)
    return codec_of(ref.first_of[0]) if ref.first_of else "plain"
