"""Reads the live database's catalogue, fits the profile to it and proves that every name in it exists."""

import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import SAWarning

from officer_app.shop import belonging, codec
from officer_app.shop.address import Address
from officer_app.shop.expressions import Expressions, Misfit
from officer_app.shop.plan import Layout
from officer_app.shop.profile import Facts, Profile, with_prefix

Attributes = dict[str, dict[str, tuple[Any, str]]]


def fit(
    engine: sa.Engine, profile: Profile, address: Address
) -> tuple[Layout, dict[str, sa.Table], dict[str, str], Attributes]:
    """Return the fitted profile, the reflected tables it names, its settings and its EAV attributes."""
    inspector = sa.inspect(engine)
    present = {*inspector.get_table_names(), *inspector.get_view_names()}
    prefix = address.prefix if address.prefix is not None else _prefix(profile, present)
    document = with_prefix([profile.base, [[o.when, o.content] for o in profile.overlays]], prefix)
    wanted = {name for text in _texts(document) for name in (text, text.rpartition(".")[0])} & present
    tables = _reflected(engine, wanted)
    columns = {name: frozenset(column.name for column in table.columns) for name, table in tables.items()}
    base = profile.fitted(Facts(columns, {}), prefix)
    _recognise(base, columns)
    settings = _settings(engine, base, tables)
    layout = profile.fitted(Facts(columns, settings), prefix)
    return layout, tables, settings, _attributes(engine, layout, tables, settings)


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for value in part.values():
            yield from _texts(value)
    elif isinstance(part, list):
        for value in part:
            yield from _texts(value)


def _prefix(profile: Profile, present: set[str]) -> str:
    """Return the profile's prefix, or the one under which this database has all the tables it looks for."""
    looked_for = profile.base.get("detect", {}).get("tables", []) or [profile.base["entity"]["customer"]["table"]]
    if set(with_prefix(looked_for, profile.prefix)) <= present or not looked_for[0].startswith("{p}"):
        return profile.prefix
    tail = looked_for[0].removeprefix("{p}")
    guesses = [name[: -len(tail)] for name in sorted(present) if name.endswith(tail)]
    fitting = [guess for guess in guesses if set(with_prefix(looked_for, guess)) <= present]
    return fitting[0] if len(fitting) == 1 else profile.prefix


def _reflected(engine: sa.Engine, wanted: set[str]) -> dict[str, sa.Table]:
    metadata = sa.MetaData()

    @event.listens_for(metadata, "column_reflect")
    def _raw(_inspector: Any, _table: Any, column: Any) -> None:
        column["info"] = {"declared": column["type"]}
        if engine.dialect.name == "sqlite":
            # SQLite keeps any text in any column: read what is there and let our own decoding judge it.
            column["type"] = sa.types.NullType()

    metadata.reflect(engine, only=sorted(wanted), views=True, resolve_fks=False)
    if engine.dialect.name == "sqlite":
        _add_uniques(engine, metadata)
    return dict(metadata.tables)


def _add_uniques(engine: sa.Engine, metadata: sa.MetaData) -> None:
    """Add what reflection leaves out: SQLite keeps an index for each UNIQUE, however its column was written."""
    inspector = sa.inspect(engine)
    for table in metadata.tables.values():
        known = [c.columns.keys() for c in table.constraints if isinstance(c, sa.UniqueConstraint)]
        for index in inspector.get_indexes(table.name, include_auto_indexes=True):
            names = [name for name in index["column_names"] if name is not None]
            own = str(index["name"]).startswith("sqlite_autoindex_") and index["unique"]
            if own and names not in known and names != table.primary_key.columns.keys():
                table.append_constraint(sa.UniqueConstraint(*names))


def every_table(engine: sa.Engine) -> tuple[sa.Table, ...]:
    """Return all tables of the schema, those that no profile names included, with the types as declared."""
    names = set(sa.inspect(engine).get_table_names())
    with warnings.catch_warnings():
        # A column of a type that reflection does not know is read as it is.
        warnings.simplefilter("ignore", SAWarning)
        return tuple(sorted(_reflected(engine, names).values(), key=lambda table: table.name))


def _recognise(layout: Layout, columns: Mapping[str, frozenset[str]]) -> None:
    for name in (*layout.detect.tables, layout.customer.table):
        if name not in columns:
            raise Misfit(f"table {name}")
    for name in layout.detect.columns:
        table, _, column = name.rpartition(".")
        if column not in columns.get(table, frozenset()):
            raise Misfit(f"column {name}")
    for name in layout.detect.missing:
        if name in columns:
            raise Misfit(f"room for table {name}, which belongs to another platform")


def _settings(engine: sa.Engine, layout: Layout, tables: Mapping[str, sa.Table]) -> dict[str, str]:
    found = {}
    with engine.connect() as connection:
        for name, setting in layout.setting.items():
            table = tables.get(setting.table)
            if table is None or setting.key not in table.c or setting.value not in table.c:
                continue
            asked = sa.select(table.c[setting.value]).where(table.c[setting.key] == setting.row).limit(1)
            row = connection.execute(asked).first()
            if row is not None and row[0] is not None:
                raw = row[0].decode("utf-8", "replace") if isinstance(row[0], bytes) else str(row[0])
                listed = setting.codec in ("json_list", "comma_list", "php_serialized")
                found[name] = raw if listed else codec.text(raw)
    return found


def _attributes(
    engine: sa.Engine, layout: Layout, tables: Mapping[str, sa.Table], settings: Mapping[str, str]
) -> Attributes:
    found: Attributes = {}
    bare = Expressions(layout, tables, settings, engine.dialect.name, {})
    with engine.connect() as connection:
        for name, entity in layout.entity.items():
            if entity.eav is None:
                continue
            table = bare.table(entity.eav.attributes)
            columns = [bare.column(table, c) for c in (entity.eav.code, entity.eav.id, entity.eav.type)]
            tests = [bare.test(name, table, condition) for condition in entity.eav.where]
            rows = connection.execute(sa.select(*columns).where(*tests)).all()
            found[name] = {str(row[0]): (row[1], str(row[2])) for row in rows}
    return found


def prove(x: Expressions) -> None:
    """Compile everything the profile says; raises Misfit with the first table or column that is not there."""
    layout = x.layout
    for name, entity in layout.entity.items():
        row = x.start(name)
        for key in entity.keys:
            x.column(row, key)
        x.where(name, row)
        x.order(name, row)
        for ref in (*entity.fields.values(), *(match.of for match in entity.match)):
            x.value(name, row, ref)
        for conditions in entity.flags.values():
            for condition in conditions:
                x.test(name, row, condition)
        for match in entity.match:
            if match.by == "via":
                belonging.via(x, match, x.start(match.entity))
        for state in (entity.state, entity.payment):
            if state is not None:
                x.is_open(name, row, state)
    customer = x.start("customer")
    for sign in layout.activity:
        x.value("customer", customer, sign.source)
    for consent in layout.consent:
        x.value("customer", customer, consent.of)
    for reason in layout.reason:
        for condition in reason.where:
            x.test("customer", customer, condition)
    for search in layout.search:
        x.value(search.entity, x.start(search.entity), search.of)
    for guard in layout.guard:
        row = x.start(guard.entity)
        for condition in guard.where:
            x.test(guard.entity, row, condition)
    for step in layout.erase:
        row = x.start(step.entity)
        if step.action == "update":
            for column in step.set:
                x.column(row, column)
        if step.column:
            x.column(row, step.column)
        for condition in step.where:
            x.test(step.entity, row, condition)
