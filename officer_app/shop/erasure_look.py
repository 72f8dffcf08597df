"""Finds out by looking whether a chunk whose end nobody saw was erased: done, not done, or unknown."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import sqlalchemy as sa

from officer_app.base.erasure import Person, Scope
from officer_app.base.person import normal_email
from officer_app.shop import codec, erasure_steps, erasure_values
from officer_app.shop.columns import Element, Test
from officer_app.shop.erasure_steps import Carried
from officer_app.shop.erasure_values import OPERATION
from officer_app.shop.erasure_ways import Ask, Circle, among, belonging_tests, bound
from officer_app.shop.expressions import Expressions
from officer_app.shop.plan import Step

State = Literal["done", "not done", "unknown"]


def look(
    x: Expressions, ask: Ask, people: Sequence[Person], keys: Mapping[str, Any], scope: Scope, operation: str
) -> dict[str, State]:
    """Return by id what became of each person.

    Where the plan writes the intent's mark into the account, the mark decides: a chunk is one transaction, so that an
    account without it was not erased; one that has neither the mark nor the e-mail of the list was changed by somebody
    else, which is unknown. Everybody else is done when nothing of theirs is left that the plan would touch.
    """
    own = next((s for s in erasure_steps.steps_of(x, scope) if s.entity == "customer"), None)
    found: dict[str, State] = {}
    if own is not None and own.action in ("update", "delete"):
        accounts = [person for person in people if person.id in keys]
        found = _accounts(x, ask, accounts, keys, own, operation)
    for person in people:
        if person.id not in found:
            found[person.id] = "not done" if left(x, ask, person, keys.get(person.id), scope) else "done"
    return found


def _accounts(
    x: Expressions, ask: Ask, people: Sequence[Person], keys: Mapping[str, Any], own: Step, operation: str
) -> dict[str, State]:
    table = x.table(x.layout.customer.table)
    key = x.key("customer", table)
    email = x.value("customer", table, x.layout.customer.fields["email"])
    fixed, _ = erasure_steps.values(x, own)
    marks = [table.c[name] == fixed[name] for name in fixed if erasure_values.marks(own.set[name])]
    plain = [_same(table.c[name], value) for name, value in fixed.items() if _steady(own.set[name])]
    # A plan that marks nothing is done where the account looks in all columns as the plan makes it.
    tests = marks or plain
    marked = sa.case((sa.and_(*tests), 1), else_=0) if tests else sa.literal(0)
    asked = sa.select(key, email, marked).where(among(x, key))
    parameters = bound(x, [keys[p.id] for p in people])
    if marks:
        parameters[OPERATION] = operation
    rows = {row[0]: row for row in ask(asked, parameters)} if people else {}
    found: dict[str, State] = {}
    for person in people:
        row = rows.get(keys[person.id])
        if row is None:
            found[person.id] = "done" if own.action == "delete" else "unknown"
        elif own.action == "update" and row[2]:
            found[person.id] = "done"
        else:
            same = normal_email(codec.text(row[1])) == person.normal
            found[person.id] = "not done" if same or own.action == "delete" else "unknown"
    return found


def _steady(template: object) -> bool:
    """Return whether a template gives the same value each time it is carried out."""
    return not isinstance(template, str) or not template.startswith(("unusable_password", "random_token"))


def _same(column: Element, value: Element) -> Any:
    if isinstance(value, sa.sql.elements.Null):
        return column.is_(None)
    return column == value


def left(x: Expressions, ask: Ask, person: Person, key: Any, scope: Scope) -> int:
    """Return how many rows of one person the plan would still change."""
    circle = Circle(x, ask, [] if key is None else [key], [person.normal] if person.normal else [])
    return sum(left_by_table(x, ask, circle, scope).values())


def left_by_table(x: Expressions, ask: Ask, circle: Circle, scope: Scope) -> dict[str, int]:
    """Return by table how many rows of these people are not deleted yet, or not yet as the plan makes them.

    The account's own row is not counted: it is there still, and what tells is its e-mail.
    """
    found: dict[str, int] = {}
    for step in erasure_steps.carried(x, scope):
        if step.step.entity == "customer":
            continue
        table = x.table(x.entity(step.step.entity).table)
        for written in step.written:
            parameters = circle.parameters(written.ways, written.number)
            if parameters is None:
                continue
            where = [*belonging_tests(x, written.ways, written.number), *undone(x, step)]
            asked = sa.select(sa.func.count()).select_from(table).where(*where)
            found[step.table] = found.get(step.table, 0) + int(ask(asked, parameters)[0][0])
    return found


def undone(x: Expressions, step: Carried) -> list[Test]:
    """Return the tests that a row is one for this step and is not yet as the step makes it."""
    tests = erasure_steps.conditions(x, step.step)
    if step.step.action != "delete":
        table = x.table(x.entity(step.step.entity).table)
        fixed, _ = erasure_steps.values(x, step.step)
        as_made = [_same(table.c[name], value) for name, value in fixed.items() if _comparable(step.step, name)]
        tests.append(sa.case((sa.and_(sa.true(), *as_made), 0), else_=1) == 1)
    return tests


def _comparable(step: Step, name: str) -> bool:
    template = step.set.get(name)
    return _steady(template) and not erasure_values.varies(template if template is not None else "")
