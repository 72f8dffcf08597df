"""What the retention benchmark compares with: the best statements we can write by hand."""

import json
import resource
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from officer_app.base.erasure import Outcome, Person
from officer_app.casebook.transaction import Reading as Casebook
from officer_app.casebook.transaction import Writing
from officer_app.retention.ledger import Ledger
from officer_app.shop import erasure_steps
from officer_app.shop.erasure import Eraser
from officer_app.shop.erasure_facts import Facts
from tests.bench._retention_shop import Built

_FACTS = """SELECT c.id, c.first_name, c.last_name, c.email, c.created_at, c.last_login_at,
 (SELECT max(o.placed_at) FROM orders o WHERE o.customer_id = c.id),
 (SELECT max(o.placed_at) FROM orders o WHERE o.email_normal = c.email_normal),
 (SELECT max(p.paid_at) FROM payments p WHERE p.customer_id = c.id),
 (SELECT max(t.created_at) FROM tickets t WHERE t.customer_id = c.id),
 (SELECT max(t.created_at) FROM tickets t WHERE t.email_normal = c.email_normal),
 c.cancel_requested_at, c.found_false, c.rule_breaking FROM customers c"""
_GUARDS = """SELECT 1, id FROM customers WHERE is_staff = {yes} AND id IN ({ids}) UNION ALL
 SELECT 2, customer_id FROM orders WHERE customer_id IN ({ids}) AND (state IS NULL OR state NOT IN
 ('delivered', 'cancelled', 'refunded')) UNION ALL
 SELECT 3, customer_id FROM orders WHERE customer_id IN ({ids}) AND (payment_state IS NULL OR payment_state NOT IN
 ('paid', 'refunded', 'void')) UNION ALL
 SELECT 4, customer_id FROM tickets WHERE customer_id IN ({ids}) AND state = 'open'"""
_BY_MAIL = """SELECT 2, email_normal FROM orders WHERE email_normal IN ({mails}) AND (state IS NULL OR state NOT IN
 ('delivered', 'cancelled', 'refunded')) UNION ALL
 SELECT 3, email_normal FROM orders WHERE email_normal IN ({mails}) AND (payment_state IS NULL OR payment_state NOT IN
 ('paid', 'refunded', 'void')) UNION ALL
 SELECT 4, email_normal FROM tickets WHERE email_normal IN ({mails}) AND state = 'open'"""

_EACH = "LIMIT 1 OFFSET 0"
"""Lets the servers look each account up by itself: else they read all rows since then before a page's first account."""


class Reading:
    """The review list by hand, on the driver's own connection."""

    def __init__(self, connection: Any, engine: str, now: datetime) -> None:
        self._connection, self._engine = connection, engine
        cut = (now - timedelta(days=60)).strftime("%Y-%m-%d %H:%M:%S")
        plus = "+" if engine == "sqlite" else ""  # an index on the date would only mislead SQLite
        each = "" if engine == "sqlite" else _EACH
        self._where = f"""(c.email IS NULL OR c.email NOT LIKE 'erased-%@erased.invalid') AND
 (c.cancel_requested_at IS NOT NULL OR c.found_false = {self._yes} OR c.rule_breaking = {self._yes} OR
 ((c.last_login_at IS NULL OR {plus}c.last_login_at < '{cut}') AND {plus}c.created_at < '{cut}'
 AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id AND o.placed_at >= '{cut}' {each})
 AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.email_normal = c.email_normal AND {plus}o.placed_at >= '{cut}' {each})
 AND NOT EXISTS (SELECT 1 FROM payments p WHERE p.customer_id = c.id AND p.paid_at >= '{cut}' {each})
 AND NOT EXISTS (SELECT 1 FROM tickets t WHERE t.customer_id = c.id AND t.created_at >= '{cut}' {each})
 AND NOT EXISTS (SELECT 1 FROM tickets t WHERE t.email_normal = c.email_normal AND {plus}t.created_at >= '{cut}'
 {each})))"""

    @property
    def _yes(self) -> str:
        return "TRUE" if self._engine == "postgresql" else "1"

    def _all(self, statement: str) -> list[Any]:
        cursor = self._connection.cursor()
        cursor.execute(statement)
        found: list[Any] = list(cursor.fetchall())
        cursor.close()
        return found

    def page(self, after: int, limit: int) -> list[Any]:
        """Return one page with its facts and the guards that stand against it."""
        rows = self._all(f"{_FACTS} WHERE c.id > {after} AND {self._where} ORDER BY c.id LIMIT {limit + 1}")
        if rows:
            ids = ", ".join(str(row[0]) for row in rows[:limit])
            mails = ", ".join(f"'{row[3]}'" for row in rows[:limit])
            self._all(_GUARDS.format(ids=ids, yes=self._yes))
            self._all(_BY_MAIL.format(mails=mails))
        return rows

    def count(self) -> list[Any]:
        """Return the number of candidates by reason."""
        where = self._where.replace(_EACH, "")
        return self._all(f"""SELECT reason, count(*) FROM (SELECT CASE
 WHEN c.cancel_requested_at IS NOT NULL THEN 'cancel' WHEN c.found_false = {self._yes} THEN 'false'
 WHEN c.rule_breaking = {self._yes} THEN 'rule-breaking' ELSE 'inactive' END AS reason
 FROM customers c WHERE {where}) x GROUP BY reason""")

    def walk(self) -> int:
        """Read all candidates page by page."""
        number, after = 0, -1
        while rows := self.page(after, 5000):
            number += min(5000, len(rows))
            after = rows[:5000][-1][0]
        return number


def erase(at: Built, keys: Sequence[int]) -> tuple[float, float]:
    """Carry out the account plan's statements by hand, set-based, in one transaction.

    Return the seconds it took, and how many of them went into handing the list of accounts over, as a table with
    indexes and statistics; ours gets the same list from memory and hands it over inside its time too.
    """
    engine = sa.create_engine(at.url)
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
        connection.commit()
        began = time.perf_counter()
        _hand_over(at.engine, connection, keys)
        listed = time.perf_counter() - began
        for statement in _maria() if at.engine == "mariadb" else _plain(at.engine):
            connection.exec_driver_sql(statement)
        connection.commit()
        took = time.perf_counter() - began
    engine.dispose()
    return took, listed


def _hand_over(engine: str, connection: sa.Connection, keys: Sequence[int]) -> None:
    connection.exec_driver_sql("CREATE TEMPORARY TABLE picked (id BIGINT PRIMARY KEY, email VARCHAR(254))")
    theirs = "INSERT INTO picked SELECT c.id, c.email_normal FROM customers c WHERE c.id"
    if engine == "sqlite":
        connection.exec_driver_sql(f"{theirs} IN (SELECT value FROM json_each(?))", (json.dumps(list(keys)),))
    elif engine == "postgresql":
        connection.exec_driver_sql(f"{theirs} = ANY (%s)", (list(keys),))
    else:
        connection.exec_driver_sql("SET SESSION in_predicate_conversion_threshold = 0")
        connection.exec_driver_sql(f"{theirs} IN ({', '.join(map(str, keys))})")
    connection.exec_driver_sql("CREATE INDEX picked_email ON picked (email)")
    if engine == "postgresql":
        connection.exec_driver_sql("ANALYZE picked")


_SET = """email = {mail}, email_normal = {mail}, first_name = '[erased]', last_name = '', name_forward = '',
 name_backward = '', phone = NULL, phone_normal = NULL, password_hash = '', state = 'erased',
 cancel_requested_at = NULL, consent_email = {no}, consent_phone = {no}"""
_TICKET = "email = NULL, email_normal = NULL, subject = '[erased]', customer_id = NULL"


def _plain(engine: str) -> list[str]:
    no = "FALSE" if engine == "postgresql" else "0"
    mine = "IN (SELECT id FROM picked)"
    mail = "'erased-11111111-1111-1111-' || id || '@erased.invalid'"
    return [
        f"DELETE FROM logins WHERE customer_id {mine}",
        f"DELETE FROM newsletter WHERE customer_id {mine}",
        "DELETE FROM newsletter WHERE email_normal IN (SELECT email FROM picked) AND customer_id IS NULL",
        f"UPDATE tickets SET {_TICKET} WHERE customer_id {mine}",
        f"UPDATE tickets SET {_TICKET} WHERE email_normal IN (SELECT email FROM picked) AND customer_id IS NULL",
        f"DELETE FROM addresses WHERE customer_id {mine}",
        f"UPDATE customers SET {_SET.format(mail=mail, no=no)} WHERE id {mine}",
    ]


def _maria() -> list[str]:
    mail = "CONCAT('erased-11111111-1111-1111-', t.id, '@erased.invalid')"
    by_key, by_mail = "JOIN picked p ON p.id = t.customer_id", "JOIN picked p ON p.email = t.email_normal"
    return [
        f"DELETE t FROM logins t {by_key}",
        f"DELETE t FROM newsletter t {by_key}",
        f"DELETE t FROM newsletter t {by_mail} WHERE t.customer_id IS NULL",
        f"UPDATE tickets t {by_key} SET t.email = NULL, t.email_normal = NULL, t.subject = '[erased]', "
        "t.customer_id = NULL",
        f"UPDATE tickets t {by_mail} SET t.email = NULL, t.email_normal = NULL, t.subject = '[erased]' "
        "WHERE t.customer_id IS NULL",
        f"DELETE t FROM addresses t {by_key}",
        f"""UPDATE customers t JOIN picked p ON p.id = t.id SET t.email = {mail}, t.email_normal = {mail},
 t.first_name = '[erased]', t.last_name = '', t.name_forward = '', t.name_backward = '', t.phone = NULL,
 t.phone_normal = NULL, t.password_hash = '', t.state = 'erased', t.cancel_requested_at = NULL, t.consent_email = 0,
 t.consent_phone = 0""",
    ]


class Members:
    """The members of the batch, in memory: what the desk's own table costs is not part of the question."""

    def __init__(self, keys: Sequence[int]) -> None:
        named = enumerate(keys)
        self._people = [Person(f"{n:09}", str(key), f"c{key}@example.vn", ground="inactive") for n, key in named]
        self.erased = self.skipped = 0

    def pending(self, tx: Casebook, after: str, limit: int) -> Sequence[Person]:
        """Return the next ones."""
        assert tx.actor.id
        start = int(after) + 1 if after else 0
        return self._people[start : start + limit]

    def refused(self, tx: Writing, people: Sequence[Person]) -> Mapping[str, str]:
        """Refuse nobody."""
        assert tx.actor.id and people
        return {}

    def mark(self, tx: Writing, ids: Sequence[str], outcome: Outcome, reason: str = "") -> None:
        """Count them."""
        assert tx.actor.id and isinstance(reason, str)
        if outcome == "erased":
            self.erased += len(ids)
        else:
            self.skipped += len(ids)


class Parts:
    """Where the time of an erasure goes."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Measure the parts of every chunk."""
        places: list[tuple[Any, str, str]] = [
            (Ledger, "_intend", "beside the shop: intents"), (Ledger, "next", "beside the shop: casebook, whole"),
            (Ledger, "_write_results", "beside the shop: results"), (Eraser, "erase", "shop, whole"),
            (Facts, "lock", "shop, locking"), (Facts, "against", "shop, looking again"), (Eraser, "latency", "probing"),
            (erasure_steps, "run", "shop, the plan's steps"),
        ]  # fmt: skip
        kept = [(place, name, getattr(place, name)) for place, name, _ in places]
        for place, name, title in places:
            setattr(place, name, self._watched(getattr(place, name), title))
        try:
            yield
        finally:
            for place, name, was in kept:
                setattr(place, name, was)

    def _watched(self, function: Callable[..., Any], title: str) -> Callable[..., Any]:
        def watched(*arguments: Any, **more: Any) -> Any:
            began = time.perf_counter()
            try:
                return function(*arguments, **more)
            finally:
                self.seconds[title] = self.seconds.get(title, 0.0) + time.perf_counter() - began

        return watched


# --- memory ----------------------------------------------------------------------------------------------------------


def forget_peak() -> None:
    """Let the peak of this process's memory begin anew, where the system can."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak() -> float:
    """Return the peak of this process's memory in MB, since `forget_peak` where the system can tell."""
    with suppress(OSError):
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
