"""The only place that writes to a shop: erases a chunk of people in one transaction, by an account of its own."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError

from officer_app.base.erasure import Person, Scope
from officer_app.base.errors import KnownError
from officer_app.shop import codec, erasure_check, erasure_look, erasure_steps
from officer_app.shop.connection import DRIVERS, Shop, open_engine, refused, secured
from officer_app.shop.erasure_facts import GONE, OTHER_EMAIL, TAKEN, Facts
from officer_app.shop.erasure_look import State
from officer_app.shop.erasure_trouble import Refused
from officer_app.shop.erasure_trouble import refused as sorted_out
from officer_app.shop.erasure_ways import Circle
from officer_app.shop.expressions import Expressions

__all__ = ["Erased", "Eraser", "Refused", "connect"]

SECONDS = 60.0
"""How long one statement of an erasure may take."""
_ORDERS_ALONE: Mapping[str, Literal["REPEATABLE READ", "SERIALIZABLE"]] = {
    "postgresql": "REPEATABLE READ", "mysql": "SERIALIZABLE",
}  # fmt: skip
"""For old orders: an account that is locked gets no new order, but nothing can be locked of a guest. What is ordered
after the look is then not seen by the change (PostgreSQL), or waits for its end (MariaDB, MySQL)."""


@dataclass(frozen=True)
class Erased:
    """A committed chunk: whose ids were erased, who was left out and why, and by table how many rows were touched."""

    done: tuple[str, ...]
    skipped: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


class Eraser:
    """An open shop with a second connection that writes; not for two threads at once."""

    def __init__(self, shop: Shop, engine: sa.Engine) -> None:
        self.shop, self._engine = shop, engine
        self._carried: dict[Scope, tuple[erasure_steps.Carried, ...]] = {}
        self._facts: dict[datetime | None, Facts] = {}
        self._counted: set[int] = set()  # steps of which rows are counted by person before they are touched

    @property
    def x(self) -> Expressions:
        """Return the profile over this shop."""
        return self.shop.expressions

    def close(self) -> None:
        """Close the writing connection; the shop stays open."""
        self._engine.dispose()

    def erase(self, people: Sequence[Person], scope: Scope, operation: str, cutoff: datetime | None = None) -> Erased:
        """Erase the people in one transaction, all or none of it, and return what was done.

        The shop's guards and each person's ground are looked at again first, with the accounts locked; whoever they
        stand against is left out. Raises Refused: everything is rolled back, unless its kind is "lost".
        """
        while True:
            try:
                with self._writing(scope) as connection:
                    return self._erased(connection, people, scope, operation, cutoff)
            except erasure_steps.Crowded as crowded:
                self._counted.add(id(crowded.step))

    def _erased(
        self, connection: sa.Connection, people: Sequence[Person], scope: Scope, operation: str, cutoff: datetime | None
    ) -> Erased:
        def ask(statement: sa.Select[Any] | sa.CompoundSelect[Any], parameters: Mapping[str, Any]) -> Sequence[Any]:
            return connection.execute(statement, dict(parameters)).all()

        if cutoff not in self._facts:
            self._facts[cutoff] = Facts(self.x, cutoff)
        facts = self._facts[cutoff]
        self._look_closely(connection, closely=False)
        wanted = self._keys(people)
        known = {form: p.normal for p in people for form in (p.email, p.normal)}
        live = facts.lock(ask, list(wanted.values()), known)
        skipped = {p.id: GONE for p in people if p.key and wanted.get(p.id) not in live}
        if scope == "account":  # what the list was made of: who has another e-mail by now is looked at anew
            live_of = {p.id: live[wanted[p.id]] for p in people if p.key and p.normal and p.id not in skipped}
            skipped |= {p.id: OTHER_EMAIL for p in people if live_of.get(p.id) and p.normal not in live_of[p.id].emails}
        there = [p for p in people if p.id not in skipped]
        skipped |= facts.against(ask, there, {p.id: wanted[p.id] for p in there if p.key})
        chosen = [p for p in people if p.id not in skipped]
        keys = [wanted[p.id] for p in chosen if p.key]
        emails = {p.normal for p in chosen if p.normal}
        for key in keys:
            emails |= live[key].emails
        shared = facts.shared(ask, keys, emails - {live[key].alone for key in keys})
        skipped |= {p.id: TAKEN for p in chosen if not p.key and p.normal in shared}
        chosen = [p for p in chosen if p.id not in skipped]
        if not chosen:
            return Erased((), skipped)
        emails -= shared
        circle = Circle(self.x, ask, keys, emails)
        self._look_closely(connection, closely=True)
        counts: dict[str, dict[str, int]] = {}
        for step in self._steps(scope):
            own = len(keys) if step.step.entity == "customer" else len(chosen)
            counted = id(step) in self._counted or (step.step.rows.min > 0 and step.step.entity != "customer")
            done = erasure_steps.run(self.x, connection, step, circle, operation, own, counted=counted)
            if done:
                of_table = counts.setdefault(step.table, {})
                of_table[step.verb] = of_table.get(step.verb, 0) + done
        return Erased(tuple(p.id for p in chosen), skipped, counts)

    def _look_closely(self, connection: sa.Connection, *, closely: bool) -> None:
        """Let MariaDB and MySQL look an index up before they choose to read a whole table for a change.

        Their statistics take NULL for one value: of a column that is mostly NULL they expect as many rows for any key,
        and would read, and lock, the whole table. The questions have no such column, and are quicker without.
        """
        if self.x.dialect == "mysql":
            connection.exec_driver_sql(f"SET SESSION eq_range_index_dive_limit = {0 if closely else 200}")

    def look(self, people: Sequence[Person], scope: Scope, operation: str) -> dict[str, State]:
        """Return by id what became of people after a crash: "done", "not done" or "unknown"."""
        with self._writing() as connection:

            def ask(statement: sa.Select[Any] | sa.CompoundSelect[Any], parameters: Mapping[str, Any]) -> Sequence[Any]:
                return connection.execute(statement, dict(parameters)).all()

            return erasure_look.look(self.x, ask, people, self._keys(people), scope, operation)

    def latency(self) -> float:
        """Return how many seconds the shop needs for something small now; 0 when it gives no answer at all."""
        asked = sa.select(self.x.key("customer", self.x.start("customer"))).limit(1)
        began = time.monotonic()
        with suppress(KnownError):
            self.shop.rows(asked)
            return time.monotonic() - began
        return 0.0

    def _keys(self, people: Sequence[Person]) -> dict[str, Any]:
        """Return the shop's value of each account's key, by the person's id; None for one that no row can have."""
        customer = self.x.layout.customer
        kind, of = customer.key_codec, codec.python_of(self.x.table(customer.table).c[customer.keys[0]])
        return {p.id: codec.key_value(p.key, kind, of) for p in people if p.key}

    def _steps(self, scope: Scope) -> tuple[erasure_steps.Carried, ...]:
        if scope not in self._carried:
            self._carried[scope] = erasure_steps.carried(self.x, scope)
        return self._carried[scope]

    @contextmanager
    def _writing(self, scope: Scope = "account") -> Iterator[sa.Connection]:
        """Give a connection in a transaction and commit it; Refused says what the database said."""
        try:
            with self._engine.connect() as connection:
                if scope == "orders" and (level := _ORDERS_ALONE.get(self.x.dialect)):
                    connection.execution_options(isolation_level=level)
                watch = connection.info["watch"]
                watch.start(None, SECONDS)
                try:
                    with connection.begin():
                        yield connection
                finally:
                    watch.finish()
        except (SQLAlchemyError, *DRIVERS) as error:
            raise sorted_out(error) from error


def connect(shop: Shop, user: str, password: str) -> Eraser:
    """Open the writing connection of a shop, by an account that only the erasure uses.

    KnownError when the profile does not let this program write, when its plan does not fit the tables, or when the
    server does not take the account; the rules of encryption are those of reading.
    """
    head = shop.layout.profile
    if head.writes != "sql" or not head.transactional:
        raise KnownError(
            f"The profile {head.title!r} does not let this program write into the shop. Erase by the shop's own means."
        )
    if problem := next(iter(erasure_check.problems(shop.expressions)), None):
        raise KnownError(f"The erase plan does not fit this shop: {problem} Mend the profile first.")
    address = shop.address
    if address.engine != "sqlite":
        if not user:
            raise KnownError("Erasing needs a database account of its own. Name it under Settings, Shop connection.")
        address = replace(address, user=user)
    engine = open_engine(address, password, SECONDS, writing=True)
    try:
        if address.engine == "sqlite":
            event.listen(engine, "begin", _begin)
        secured(engine, address)
        _refuse_unsafe_tables(engine, shop.expressions)
    except (SQLAlchemyError, *DRIVERS) as error:
        engine.dispose()
        raise refused(error, address) from error
    except BaseException:
        engine.dispose()
        raise
    return Eraser(shop, engine)


def _begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _refuse_unsafe_tables(engine: sa.Engine, x: Expressions) -> None:
    """Refuse tables whose changes MariaDB or MySQL could not take back."""
    if x.dialect != "mysql":
        return
    columns: list[Any] = [sa.column(name) for name in ("TABLE_SCHEMA", "TABLE_NAME", "ENGINE")]
    known = sa.table("TABLES", *columns, schema="information_schema")
    names = sorted({x.entity(step.entity).table for step in x.layout.erase})
    asked = sa.select(known.c.TABLE_NAME).where(
        sa.func.database() == known.c.TABLE_SCHEMA, known.c.TABLE_NAME.in_(names), known.c.ENGINE != "InnoDB"
    )
    with engine.connect() as connection:
        unsafe = connection.execute(asked).scalars().all()
    if unsafe:
        raise KnownError(
            f"The table {unsafe[0]} is no InnoDB table, so an erasure that fails could not be taken back. Ask the "
            "shop's administrator to convert it."
        )
