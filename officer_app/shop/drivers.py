"""Opens one connection to a shop, with TLS verified by us, read-only, and watched for cancel and time."""

import hashlib
import select
import socket
import sqlite3
import ssl
import sys
import time
from collections.abc import Callable, Generator
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import psycopg
import pymysql
from psycopg import sql
from psycopg.pq import TransactionStatus
from pymysql.constants import CLIENT, CR

from officer_app.base import tls
from officer_app.base.errors import Cancelled, KnownError
from officer_app.shop.address import Address
from officer_app.shop.listed import known_to_mysql, known_to_postgres

POLL_SECONDS = 0.1
LOCK_SECONDS = 3
IDLE_SECONDS = 60
MAX_PACKET = 64 * 1024 * 1024

if TYPE_CHECKING:  # generic in its type stubs only
    _MysqlConnection = pymysql.connections.Connection[Any]
else:
    _MysqlConnection = pymysql.connections.Connection


class Watch:
    """Decides, while a query runs, whether it goes on: the user's Cancel and the time limit."""

    def __init__(self) -> None:
        self.cancelled: Callable[[], bool] | None = None
        self.end = float("inf")
        self.stopped = ""

    def start(self, cancelled: Callable[[], bool] | None, seconds: float) -> None:
        """Watch the query that follows."""
        self.cancelled, self.end, self.stopped = cancelled, time.monotonic() + seconds, ""

    def finish(self) -> None:
        """Watch nothing any more."""
        self.cancelled, self.end = None, float("inf")

    def stops(self) -> bool:
        """Return whether the running query has to end now, and remember why."""
        if not self.stopped:
            if self.cancelled is not None and self.cancelled():
                self.stopped = "cancelled"
            elif time.monotonic() > self.end:
                self.stopped = "time"
        return bool(self.stopped)

    def reason(self) -> KnownError | None:
        """Return what to tell the user about a query that was stopped, None when it was not."""
        if self.stopped == "cancelled":
            return Cancelled("Cancelled. The shop's database was only read.")
        if self.stopped == "time":
            return KnownError(
                "The shop's database took too long to answer; search for an e-mail, phone or order number, or ask "
                "its administrator for an index."
            )
        return None


def open_sqlite(path: str, watch: Watch, *, writing: bool = False) -> sqlite3.Connection:
    """Open the file, read-only unless `writing`; nothing that was planted in it can run or reach another file."""
    file = Path(path).resolve()
    if not file.is_file():
        raise KnownError(f"There is no file {file.name}; choose the shop's SQLite file.")
    connection = sqlite3.connect(
        f"file:{quote(str(file))}?mode={'rw' if writing else 'ro'}",
        uri=True,
        timeout=LOCK_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        # A writer has to compute the shop's own CHECK constraints, where SQLite counts its JSON functions as unsafe.
        # What a planted trigger could do then is no more than the shop itself can: no file, no extension, no ATTACH.
        connection.execute(f"PRAGMA trusted_schema = {'ON' if writing else 'OFF'}")
        connection.execute("PRAGMA cell_size_check = ON")
        connection.execute("PRAGMA foreign_keys = ON" if writing else "PRAGMA query_only = ON")
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        if sys.version_info >= (3, 12):
            connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
        # A shop may hold bytes that are no UTF-8; a damaged name must not hide the customer.
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        connection.create_function("officer_lower", 1, _lower, deterministic=True)
        connection.create_function("officer_md5", 1, _md5, deterministic=True)
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    connection.set_progress_handler(lambda: int(watch.stops()), 20_000)
    return connection


def _lower(value: object) -> str | None:
    return None if value is None else str(value).lower()


def _md5(value: object) -> str:
    """Return what the servers' own md5() would: it tells rows apart and keeps no secret."""
    return hashlib.md5(str(value).encode(), usedforsecurity=False).hexdigest()


class WatchedPostgres(psycopg.Connection[Any]):
    """A connection that asks the watch while it waits and cancels its query on the server."""

    watch: Watch | None = None

    def wait(self, gen: Any, *args: Any, **kwargs: Any) -> Any:
        """Wait as psycopg does, with an eye on the watch."""
        return super().wait(self._watched(gen), *args, **kwargs)

    def _watched(self, gen: Any) -> Generator[Any, Any, Any]:
        told = False
        try:
            state = next(gen)
            while True:
                ready = yield state
                if not ready and not told and self.watch is not None and self.watch.stops():
                    told = True
                    if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                        self.cancel_safe(timeout=5)
                state = gen.send(ready)
        except StopIteration as end:
            return end.value


def open_postgresql(
    address: Address, password: str, watch: Watch, seconds: float, *, writing: bool = False
) -> WatchedPostgres:
    """Connect, read-only unless `writing`; a server elsewhere has to prove its name before it gets the password."""
    options = tls.postgres_options(address.host, address.ca_file) | {
        "port": address.used_port,
        "dbname": address.database,
        "user": address.user,
        "password": password,
    }
    with tls.without_libpq_environment():
        connection = WatchedPostgres.connect(**options)
    try:
        if options["sslmode"] == "verify-full" and not connection.pgconn.ssl_in_use:
            raise KnownError("The connection to the shop's database is not encrypted; it was closed.")
        connection.read_only = not writing
        connection.execute(sql.SQL("SET statement_timeout = {}").format(sql.Literal(int(seconds * 1000))))
        connection.execute(sql.SQL("SET lock_timeout = {}").format(sql.Literal(LOCK_SECONDS * 1000)))
        if writing:  # what stalls here holds locks there
            idle = sql.Literal(IDLE_SECONDS * 1000)
            connection.execute(sql.SQL("SET idle_in_transaction_session_timeout = {}").format(idle))
            # A chunk looks at few rows: starting helpers takes longer than reading them, and takes it from the shop.
            connection.execute("SET max_parallel_workers_per_gather = 0")
        if address.schema:
            connection.execute(sql.SQL("SET search_path TO {}").format(sql.Identifier(address.schema)))
        connection.commit()
    except BaseException:
        connection.close()
        raise
    connection.watch = watch
    known_to_postgres(connection)
    return connection


class WatchedMysql(_MysqlConnection):
    """A connection that refuses to go on without TLS and kills its query when the watch says so."""

    watch: Watch | None = None
    stop: Callable[[int], None] | None = None
    # What the driver sets and its type stubs leave out.
    _sock: socket.socket
    server_capabilities: int
    server_version: str
    server_thread_id: tuple[int]

    def _request_authentication(self) -> None:
        # A stripped capability flag would make the driver send the password hash in clear.
        if self.ssl and not self.server_capabilities & CLIENT.SSL:
            raise pymysql.err.OperationalError(CR.CR_SSL_CONNECTION_ERROR, "TLS is not offered")
        super()._request_authentication()  # type: ignore[misc]

    def _read_query_result(self, unbuffered: bool = False) -> Any:
        told = False
        while self.watch is not None and self.stop is not None and not self._has_data():
            if not told and self.watch.stops():
                told = True
                self.stop(self.server_thread_id[0])
        return super()._read_query_result(unbuffered)  # type: ignore[misc]

    def _has_data(self) -> bool:
        stream = self._sock
        if isinstance(stream, ssl.SSLSocket) and stream.pending():
            return True
        return bool(select.select([stream], [], [], POLL_SECONDS)[0])


def open_mysql(
    address: Address, password: str, watch: Watch, seconds: float, *, writing: bool = False
) -> WatchedMysql:
    """Connect with our own TLS context, read-only unless `writing`; no option file is read, no local file ever sent."""
    options: dict[str, Any] = {
        "user": address.user,
        # The driver would write a text password in Latin-1.
        "password": password.encode("utf-8"),
        "database": address.database,
        "charset": "utf8mb4",
        "connect_timeout": tls.CONNECT_SECONDS,
        "read_timeout": seconds + 10,
        "local_infile": False,
        "autocommit": not writing,
        "client_flag": CLIENT.FOUND_ROWS if writing else 0,
        "max_allowed_packet": MAX_PACKET,
    }
    if address.is_socket:
        options |= {"unix_socket": address.host, "ssl_disabled": True}
    else:
        options |= {"host": address.host, "port": address.used_port}
        if address.is_local and not address.ca_file:
            options |= {"ssl_disabled": True}
        else:
            options |= {"ssl": tls.mysql_context(address.ca_file)}
    connection = WatchedMysql(**options)
    try:
        if options.get("ssl") and not isinstance(connection._sock, ssl.SSLSocket):
            raise KnownError("The connection to the shop's database is not encrypted; it was closed.")
        with connection.cursor() as cursor:
            mariadb = "mariadb" in connection.server_version.lower()
            if writing:
                _mysql_writing(cursor, mariadb=mariadb)
            else:
                cursor.execute("SET SESSION TRANSACTION READ ONLY")
            # MariaDB and MySQL name the limit differently and each refuses the other's.
            if mariadb:
                cursor.execute("SET SESSION max_statement_time = %s", (seconds,))
            else:
                cursor.execute("SET SESSION max_execution_time = %s", (int(seconds * 1000),))
    except BaseException:
        connection.close()
        raise

    def kill(thread: int) -> None:
        with (
            suppress(pymysql.err.Error, OSError),
            closing(WatchedMysql(**options)) as second,
            second.cursor() as cursor,
        ):
            cursor.execute("KILL QUERY %s", (thread,))

    connection.watch, connection.stop = watch, kill
    known_to_mysql(connection)
    return connection


def _mysql_writing(cursor: Any, *, mariadb: bool) -> None:
    """Take locks for a short while only, see what others committed, and let nothing be cut to fit."""
    cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
    cursor.execute("SET SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES')")
    cursor.execute("SET SESSION innodb_lock_wait_timeout = %s, SESSION lock_wait_timeout = %s", (LOCK_SECONDS,) * 2)
    if mariadb:
        cursor.execute("SET SESSION idle_transaction_timeout = %s", (IDLE_SECONDS,))
        # A list of more than 1,000 values would become a table of its own, joined without an index.
        with suppress(pymysql.err.Error):  # before 10.3 there is no such setting, and no such tables
            cursor.execute("SET SESSION in_predicate_conversion_threshold = 0")
