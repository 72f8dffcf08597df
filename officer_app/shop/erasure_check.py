"""Holds an erase plan to the live tables: NOT NULL, length, UNIQUE, and what else refers to what it deletes."""

from collections.abc import Iterator

import sqlalchemy as sa

from officer_app.shop import erasure_values, unique
from officer_app.shop.erasure_steps import CARRIED_OUT
from officer_app.shop.expressions import Expressions
from officer_app.shop.model import Scalar
from officer_app.shop.plan import Step

_FOR_A_PERSON = ("keep", "file_delete")


def problems(x: Expressions) -> Iterator[str]:
    """Yield in one sentence each why the plan cannot be carried out on these tables."""
    for step in x.layout.erase:
        table = x.table(x.entity(step.entity).table)
        if step.action not in (*CARRIED_OUT, *_FOR_A_PERSON):
            yield f"this program cannot carry out {step.action!r} in {table.name}."
        if step.action == "update":
            for name, template in step.set.items():
                yield from _column(table, name, template)
        if step.action == "detach":
            yield from _detached(table, step)


def _column(table: sa.Table, name: str, template: Scalar) -> Iterator[str]:
    column = table.c[name]
    if template == "null" and column.nullable is False:
        yield f"{table.name}.{name} must not be empty, but the plan empties it."
    declared = column.info.get("declared", column.type)
    length = getattr(declared, "length", None)
    if isinstance(declared, sa.String) and length and erasure_values.longest(template) > length:
        yield f"{table.name}.{name} holds {length} characters, but the plan's value can have more."
    if template != "null" and not erasure_values.varies(template) and unique.alone(table, name):
        yield f"{table.name}.{name} is unique, but the plan gives every row the same value; use {{uuid}} in it."


def _detached(table: sa.Table, step: Step) -> Iterator[str]:
    column = table.c[step.column]
    if column.nullable is False and column.foreign_keys:
        yield f"{table.name}.{step.column} must point to an account, so it cannot be detached."
