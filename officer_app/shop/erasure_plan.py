"""Shows what an erasure would do before anything happens: per table what is deleted, changed and kept, with counts."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any, Literal

import sqlalchemy as sa

from officer_app.base.erasure import Person, Scope
from officer_app.shop import codec, erasure_steps, erasure_words
from officer_app.shop.connection import Shop
from officer_app.shop.erasure_facts import Facts
from officer_app.shop.erasure_ways import Circle, belonging_tests, ways
from officer_app.shop.expressions import Expressions
from officer_app.shop.model import SideEffect
from officer_app.shop.plan import Step

Cancel = Callable[[], bool] | None
_CHUNK = 1000
_TIMES = ("placed", "at", "created")


@dataclass(frozen=True)
class PlanLine:
    """One step for these people: the table, how many rows, and what becomes of them.

    `what` says in words what changes; `reason`, `until` and the `newest` row's moment (None: unknown) are of what is
    kept.
    """

    table: str
    title: str
    action: Literal["delete", "change", "keep"]
    rows: int
    what: str = ""
    reason: str = ""
    until: date | None = None
    newest: datetime | None = None


@dataclass(frozen=True)
class Plan:
    """What would be done for how many people, in the order of the plan, and what is left for a person to do."""

    scope: Scope
    people: int
    lines: tuple[PlanLine, ...]
    side_effects: tuple[SideEffect, ...]
    by_hand: tuple[str, ...]


def preview(shop: Shop, people: Iterable[Person], scope: Scope, *, cancelled: Cancel = None) -> Plan:
    """Return what erasing these people would do now; nothing is changed, and nobody is left out for a guard."""
    x = shop.expressions
    steps = erasure_steps.steps_of(x, scope)
    rows: Counter[int] = Counter()
    newest: dict[int, datetime] = {}
    number, rest = 0, iter(people)
    while part := list(islice(rest, _CHUNK)):
        number += len(part)
        _add(shop, part, steps, rows, newest, cancelled)
    _dated_by_order(x, steps, newest)
    lines = tuple(_line(x, step, rows[n], newest.get(n)) for n, step in enumerate(steps) if step.action in _SHOWN)
    by_hand = tuple(step.reason for step in steps if step.action == "file_delete")
    return Plan(scope, number, lines, x.layout.side_effect, by_hand)


_SHOWN: Mapping[str, Literal["delete", "change", "keep"]] = {
    "delete": "delete", "update": "change", "detach": "change", "keep": "keep",
}  # fmt: skip


def _add(
    shop: Shop, people: Sequence[Person], steps: Sequence[Step], rows: Counter[int], newest: dict[int, datetime],
    cancelled: Cancel,
) -> None:  # fmt: skip
    x = shop.expressions

    def ask(statement: sa.Select[Any] | sa.CompoundSelect[Any], parameters: Mapping[str, Any]) -> Sequence[Any]:
        return shop.rows(statement, parameters, cancelled=cancelled)

    customer = x.layout.customer
    kind = codec.python_of(x.table(customer.table).c[customer.keys[0]])
    keys = [k for p in people if p.key and (k := codec.key_value(p.key, customer.key_codec, kind)) is not None]
    emails = {p.normal for p in people if p.normal}
    emails -= Facts(x, None).shared(ask, keys, emails)
    circle = Circle(x, ask, keys, emails)
    for number, step in enumerate(steps):
        entity = x.entity(step.entity)
        table = x.table(entity.table)
        at = next((entity.fields[name] for name in _TIMES if name in entity.fields), None) if step.keep_for else None
        last = sa.null() if at is None else sa.func.max(x.value(step.entity, table, at))
        found_by = ways(x, step.entity)
        for way in range(len(found_by)):
            parameters = circle.parameters(found_by, way)
            if parameters is not None:
                where = [*belonging_tests(x, found_by, way), *erasure_steps.conditions(x, step)]
                asked = sa.select(sa.func.count(), last).select_from(table).where(*where)
                count, moment = ask(asked, parameters)[0]
                rows[number] += int(count)
                found = x.time(moment, at)
                if found is not None:
                    newest[number] = max(newest.get(number, found), found)


def _dated_by_order(x: Expressions, steps: Sequence[Step], newest: dict[int, datetime]) -> None:
    """Date what has no date of its own, as an address copied into an order has none, by the rows it belongs to."""
    known = {step.entity: newest[number] for number, step in enumerate(steps) if number in newest}
    for number, step in enumerate(steps):
        for match in x.entity(step.entity).match if step.keep_for else ():
            if number not in newest and match.by == "via" and match.entity in known:
                newest[number] = known[match.entity]


def _line(x: Expressions, step: Step, rows: int, newest: datetime | None) -> PlanLine:
    entity = x.entity(step.entity)
    action = _SHOWN[step.action]
    return PlanLine(
        table=entity.table,
        title=entity.title or step.entity.replace("_", " "),
        action=action,
        rows=rows,
        what=erasure_words.words(entity, step.set if step.action == "update" else filter(None, [step.column])),
        reason=step.reason,
        until=until(newest.date() if newest else None, step.keep_for) if action == "keep" else None,
        newest=newest if action == "keep" else None,
    )


def until(newest: date | None, keep_for: str) -> date | None:
    """Return the day until which rows are kept; None without a time or a newest row.

    "18 months" and "90 days" count from the newest row, "10 years" from the end of its year, as tax law counts.
    """
    amount, _, unit = keep_for.strip().partition(" ")
    if newest is None or not amount.isdecimal():
        return None
    if unit.rstrip("s") == "year":
        return date(newest.year + int(amount), 12, 31)
    months = int(amount) if unit.rstrip("s") == "month" else 0
    if not months:
        return date.fromordinal(newest.toordinal() + int(amount)) if unit.startswith("day") else None
    year, month = divmod(newest.year * 12 + newest.month - 1 + months, 12)
    for day in range(newest.day, newest.day - 4, -1):  # 29 February and the like end with their month
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    return None
