"""Lists the cases of a desk page by page, filtered and sorted by the database; no case key is opened for it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, String, Table, bindparam, func, or_, select
from sqlalchemy import case as sql_case

from officer_app.base.page import Page
from officer_app.casebook import schema
from officer_app.casebook.caseheads import CaseHead, Filter
from officer_app.casebook.transaction import Reading

_HEAD = ("reference", "desk", "kind", "state", "opened", "closed", "assignee", "waiting_for", "next_due", "version")


@cache
def head_columns() -> tuple[ColumnElement[Any], ...]:
    """Return the columns that make a case's head."""
    return (*(schema.cases.c[name] for name in _HEAD), _due_how())


def _due_how() -> ColumnElement[Any]:
    """Return how the next date was computed and from which rule, as one column of a case's row."""
    table = schema.case_deadlines
    doubt = sql_case((table.c.verified == 0, " (not verified)"), else_="")
    told = table.c.how + "\n" + table.c.source + ", " + table.c.pack + " " + table.c.pack_version + doubt
    case = schema.cases
    next_one = (table.c.reference == case.c.reference, table.c.met.is_(None), table.c.due == case.c.next_due)
    first = select(told).where(*next_one).order_by(table.c.duty).limit(1)
    return first.scalar_subquery().label("due_how")


def as_head(row: Sequence[Any]) -> CaseHead:
    """Return a case's head from its row of `head_columns`, which stand in the order of its fields."""
    reference, desk, kind, state, opened, closed, assignee, waiting, due, version, how, *_beside = row
    due = None if due == schema.NO_DUE else due
    return CaseHead(reference, desk, kind, state, opened, closed, assignee, waiting, due, version, how or "")


def heads(tx: Reading, references: Sequence[str]) -> tuple[CaseHead, ...]:
    """Return the clear parts of these cases, newest first; unknown references are left out."""
    found = select(*head_columns()).where(schema.cases.c.reference.in_(references))
    newest = (schema.cases.c.opened.desc(), schema.cases.c.reference.desc())
    return tuple(as_head(row) for row in tx.execute(found.order_by(*newest)))


def _conditions(desk: str, wanted: Filter) -> list[ColumnElement[bool]]:
    case = schema.cases
    where: list[ColumnElement[bool]] = [case.c.desk == desk]
    if wanted.open_only:
        where.append(case.c.closed.is_(None))
    if wanted.states:
        where.append(case.c.state.in_(wanted.states))
    if wanted.kinds:
        where.append(case.c.kind.in_(wanted.kinds))
    if wanted.assignee:
        where.append(case.c.assignee == wanted.assignee)
    if wanted.unassigned:
        where.append(case.c.assignee.is_(None))
    if wanted.due_before:
        where.append(case.c.next_due < wanted.due_before)
    if wanted.waiting:
        where.append(case.c.waiting_for.is_not(None))
    if wanted.opened_from:
        where.append(case.c.opened >= wanted.opened_from)
    if wanted.opened_before:
        where.append(case.c.opened < wanted.opened_before)
    if wanted.among is not None:
        where.append(case.c.reference.in_(wanted.among))
    if wanted.reference:
        where.append(case.c.reference == wanted.reference)
    return where


def page(
    tx: Reading, desk: str, wanted: Filter, *, sort: str = "next_due", descending: bool = False, after: Any = None,
    limit: int = 100,
) -> Page[CaseHead]:  # fmt: skip
    """Return one page of a desk's cases, sorted in SQL by next_due, opened, reference, kind or state.

    `after` is the mark the page before gave. Cases without a deadline come last when sorting by due date.
    """
    rows, mark = rows_of(tx, desk, wanted, Order(sort, descending, after, limit))
    return Page(tuple(as_head(row) for row in rows), mark)


@dataclass(frozen=True)
class Order:
    """By which column a page is sorted, after which mark it begins, and how many rows it has."""

    sort: str
    descending: bool
    after: Any
    limit: int


@lru_cache(maxsize=64)
def _page(
    desk: str, wanted: Filter, order: Order, further: bool, beside: Table | None, columns: tuple[Any, ...]
) -> Select[Any]:
    """Return the query of a page; kept, because pages of one list follow each other and building it takes longest.

    A `further` page than the first begins after the parameters `mark` and `behind`.
    """
    case = schema.cases
    column: ColumnElement[Any] = case.c[order.sort]
    found: Select[Any] = select(*head_columns(), *columns).where(*_conditions(desk, wanted))
    if beside is not None:
        found = found.select_from(case.join(beside, beside.c.reference == case.c.reference))
    if further:
        mark: ColumnElement[Any] = bindparam("mark", type_=column.type)
        # The bound that says the same again lets the database begin at the mark instead of at the top of the index.
        bound = column <= mark if order.descending else column >= mark
        found = found.where(bound, or_(column != mark, case.c.reference > bindparam("behind", type_=String())))
    by = column.desc() if order.descending else column.asc()
    return found.order_by(by, case.c.reference).limit(order.limit + 1)


def rows_of(
    tx: Reading, desk: str, wanted: Filter, order: Order, beside: Table | None = None, columns: Sequence[Any] = ()
) -> tuple[Sequence[Any], Any]:
    """Return one page as rows of `head_columns`, with `columns` of the desk's own table `beside`, and its mark."""
    found = _page(desk, wanted, replace(order, after=None), order.after is not None, beside, tuple(columns))
    mark, reference = order.after or (None, None)
    rows = tx.execute(found, {"mark": mark, "behind": reference} if order.after is not None else None).all()
    if len(rows) <= order.limit:
        return rows, None
    last = rows[order.limit - 1]
    return rows[: order.limit], (getattr(last, order.sort), last.reference)


def count(tx: Reading, desk: str, wanted: Filter) -> int:
    """Return how many cases of a desk match."""
    found = select(func.count()).select_from(schema.cases).where(*_conditions(desk, wanted))
    return int(tx.execute(found).scalar_one())
