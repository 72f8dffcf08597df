"""The steps of an erase plan as statements over many people at once, built once and run for each chunk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from officer_app.base.erasure import Scope
from officer_app.shop import erasure_values
from officer_app.shop.columns import Columns, Element, Test
from officer_app.shop.erasure_trouble import Refused
from officer_app.shop.erasure_values import OPERATION, ByRow
from officer_app.shop.erasure_ways import Circle, Way, among, belonging_tests, bound, ways
from officer_app.shop.model import Scalar
from officer_app.shop.plan import Step

CARRIED_OUT = ("update", "delete", "detach")
"""What is done by SQL; the rest is kept, or is for a person to do."""


@dataclass(frozen=True)
class Written:
    """One statement, by the way of that number; `by_row` are values computed row by row.

    `marked`: the statement writes which operation it belongs to.
    """

    ways: tuple[Way, ...]
    number: int
    statement: sa.Update | sa.Delete | None
    keys: sa.Select[Any]
    crowd: sa.Select[Any]
    by_row: Mapping[str, ByRow] = field(default_factory=dict)
    marked: bool = False


@dataclass(frozen=True)
class Carried:
    """A step with its statements, one for each way; `table` and `verb` are for counting."""

    step: Step
    table: str
    verb: str
    written: tuple[Written, ...]


def steps_of(x: Columns, scope: Scope) -> tuple[Step, ...]:
    """Return the steps of one plan, in the order of the profile."""
    return tuple(step for step in x.layout.erase if step.scope in (scope, "all"))


def carried(x: Columns, scope: Scope) -> tuple[Carried, ...]:
    """Return the plan's statements."""
    return tuple(_carried(x, step) for step in steps_of(x, scope) if step.action in CARRIED_OUT)


def _carried(x: Columns, step: Step) -> Carried:
    table = x.table(x.entity(step.entity).table)
    fixed, by_row = values(x, step)
    written = []
    found = ways(x, step.entity)
    for number, way in enumerate(found):
        where = [*belonging_tests(x, found, number), *conditions(x, step)]
        statement: sa.Update | sa.Delete | None
        if step.action == "delete":
            statement = sa.delete(table).where(*where)
        else:
            statement = sa.update(table).where(*where).values(fixed) if fixed else None
        keys = sa.select(x.key(step.entity, table)).where(*where)
        crowd = sa.select(sa.func.count()).select_from(table).where(*where).group_by(way.column)
        crowd = crowd.having(sa.func.count() > step.rows.max).limit(1)
        marked = statement is not None and OPERATION in statement.compile().params
        written.append(Written(found, number, statement, keys, crowd, by_row, marked))
    return Carried(step, table.name, "deleted" if step.action == "delete" else "changed", tuple(written))


def conditions(x: Columns, step: Step) -> list[Test]:
    """Return what else a row must be for the step."""
    table = x.table(x.entity(step.entity).table)
    return [*x.where(step.entity, table), *(x.test(step.entity, table, condition) for condition in step.where)]


def values(x: Columns, step: Step) -> tuple[dict[str, Element], dict[str, ByRow]]:
    """Return what the step's columns become: as SQL, and row by row."""
    table = x.table(x.entity(step.entity).table)
    wanted: Mapping[str, Scalar] = step.set
    if step.action == "detach":
        free = table.c[step.column].nullable is not False
        wanted = {step.column: "null" if free else 0}
    fixed: dict[str, Element] = {}
    by_row: dict[str, ByRow] = {}
    for name, template in wanted.items() if step.action != "delete" else ():
        column = x.column(table, name)
        found = erasure_values.value(x, step.entity, column, template)
        if isinstance(found, ByRow):
            by_row[name] = found
        elif step.only_if_not_empty:
            fixed[name] = sa.case((sa.func.coalesce(x.text(column), "") == "", column), else_=found)
        else:
            fixed[name] = found
    return fixed, by_row


def run(
    x: Columns, connection: sa.Connection, step: Carried, circle: Circle, operation: str, people: int, *, counted: bool
) -> int:
    """Carry out one step for a chunk and return how many rows it touched.

    Refused when one person has more rows than the plan allows, or fewer; `counted` looks before rather than after.
    """
    done = 0
    for written in step.written:
        parameters = circle.parameters(written.ways, written.number)
        if parameters is None:
            continue
        if counted and connection.execute(written.crowd, parameters).first() is not None:
            raise Refused("person", _too_many(step))
        rows = connection.execute(written.keys, parameters).scalars().all() if written.by_row else []
        touched = len(rows)
        if written.statement is not None:
            mark = {OPERATION: operation} if written.marked else {}
            touched = connection.execute(written.statement, parameters | mark).rowcount
        if rows:
            _write_each(x, connection, step, written, rows)
        done += touched
    # Of an account there is one row by its key, and each of them was there: more in all tell that one had more.
    one_each = step.step.entity == "customer" and step.step.rows.max == 1
    if done > step.step.rows.max and people > 1 and not counted and not one_each:
        raise Crowded(step)
    if done > step.step.rows.max * people or (people == 1 and done > step.step.rows.max):
        raise Refused("person", _too_many(step))
    if done < step.step.rows.min * people:
        raise Refused("person", f"The plan expects a row in {step.table} for each person, and there was none.")
    return done


class Crowded(Exception):
    """A step touched more rows than one person may have; which person's they are has to be counted."""

    def __init__(self, step: Carried) -> None:
        super().__init__()
        self.step = step


def _too_many(step: Carried) -> str:
    return f"More than {step.step.rows.max:,} rows in {step.table} belong to one person; the plan stops there."


def _write_each(
    x: Columns, connection: sa.Connection, step: Carried, written: Written, keys: Sequence[Any]
) -> None:
    """Compute from each row, as the step made it, what its further columns become, and write them."""
    entity = step.step.entity
    table = x.table(x.entity(entity).table)
    names: dict[Any, str] = {}
    if (asked := erasure_values.countries(x)) is not None:
        names = {row[0]: row[1] for row in connection.execute(asked)}
    found = []
    whole = sa.select(table).where(among(x, x.key(entity, table)))
    for row in connection.execute(whole, bound(x, keys)).mappings():
        is_now = {**row, "country": names.get(row.get("country_id"), "")}
        made = {f"new_{name}": one.compute(is_now) for name, one in written.by_row.items()}
        found.append(made | {f"key_{name}": row[name] for name in x.entity(entity).keys})
    mine = [table.c[name] == sa.bindparam(f"key_{name}") for name in x.entity(entity).keys]
    new: dict[str, Any] = {name: sa.bindparam(f"new_{name}") for name in written.by_row}
    connection.execute(sa.update(table).where(*mine).values(new), found)
