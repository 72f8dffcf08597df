"""The connection to a shop's database: refused unless safe, read-only, with a time limit and cancel per query."""

import os
import sqlite3
import ssl
import warnings
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import psycopg
import pymysql
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, SAWarning, SQLAlchemyError
from sqlalchemy.sql.selectable import Select

from officer_app.base.errors import KnownError
from officer_app.shop import catalogue, drivers
from officer_app.shop.address import Address
from officer_app.shop.drivers import Watch
from officer_app.shop.expressions import Expressions, Misfit
from officer_app.shop.plan import Layout
from officer_app.shop.profile import Profile

__all__ = ["Address", "Shop", "connect", "connected"]

SECONDS = 20.0
"""How long one query may take before it is stopped."""

T = TypeVar("T")
_QUESTIONS = 100
Asks = Callable[[Any, Mapping[str, Any]], Sequence[Any]]
"""Runs a question with its parameters and returns the rows."""
Cancel = Callable[[], bool] | None
DRIVERS = (psycopg.Error, pymysql.err.MySQLError, sqlite3.Error, OSError, ssl.SSLError)
_LOST = "The shop's database does not answer any more. Check that it is running, then try again."


class Shop:
    """An open shop: its fitted profile, its tables, and the only two ways to read rows."""

    def __init__(self, engine: sa.Engine, address: Address, watch_seconds: float) -> None:
        self.engine = engine
        self.address = address
        self.seconds = watch_seconds
        self.secure = ""
        self.can_write = False
        self.profile_title = ""
        self._questions: dict[Hashable, Any] = {}
        self.expressions: Expressions

    @property
    def layout(self) -> Layout:
        """Return the profile as fitted to this database."""
        return self.expressions.layout

    def rows(
        self,
        statement: Select[Any] | sa.CompoundSelect[Any],
        parameters: Mapping[str, Any] | None = None,
        *,
        cancelled: Cancel = None,
    ) -> list[Any]:
        """Return all rows; KnownError when the user cancels, the time is over or the shop is gone."""
        with self._reading(cancelled) as connection:
            return list(connection.execute(statement, parameters or {}).all())

    @contextmanager
    def asking(self, *, cancelled: Cancel = None) -> Iterator[Asks]:
        """Give what runs several questions over one connection, as `rows` would one by one."""
        with self._reading(cancelled) as connection:
            yield lambda statement, parameters: connection.execute(statement, parameters).all()

    def question(self, name: Hashable, make: Callable[[], T]) -> T:
        """Return what `make` builds, built once: putting a question together takes longer than its answer."""
        if name not in self._questions:
            if len(self._questions) >= _QUESTIONS:
                self._questions.clear()
            self._questions[name] = make()
        found: T = self._questions[name]
        return found

    def stream(
        self, statement: Select[Any] | sa.CompoundSelect[Any], chunk: int, *, cancelled: Cancel = None
    ) -> Iterator[list[Any]]:
        """Yield the rows in chunks from one query that holds no more than a chunk in memory."""
        with self._reading(cancelled, seconds=3600.0) as connection:
            streaming = connection.execution_options(stream_results=True, max_row_buffer=chunk)
            for part in streaming.execute(statement).partitions(chunk):
                yield list(part)

    def scalar(self, statement: Select[Any], *, cancelled: Cancel = None) -> Any:
        """Return the first column of the first row, None when there is no row."""
        rows = self.rows(statement, cancelled=cancelled)
        return rows[0][0] if rows else None

    @contextmanager
    def _reading(self, cancelled: Cancel, seconds: float | None = None) -> Iterator[sa.Connection]:
        watch: Watch | None = None
        try:
            with self.engine.connect() as connection:
                watch = connection.info["watch"]
                watch.start(cancelled, self.seconds if seconds is None else seconds)
                try:
                    if seconds is not None:
                        _lift_limit(connection, self.address.engine, seconds)
                    yield connection
                    # A killed SLEEP or BENCHMARK ends like a result; what was stopped is none.
                    if (reason := watch.reason()) is not None:
                        raise reason
                finally:
                    watch.finish()
        except (SQLAlchemyError, *DRIVERS) as error:
            raise explained(error, watch) from error

    def describe(self) -> str:
        """Return the connection in a few words, such as "PostgreSQL, verified TLS, read-only"."""
        names = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "mysql": "MySQL"}
        engine = "MariaDB" if getattr(self.engine.dialect, "is_mariadb", False) else names[self.address.engine]
        # A file's owner can always write it; only a server's account says something about the shop.
        could = self.can_write and self.address.engine != "sqlite"
        read = "read-only here, but the account could write" if could else "read-only"
        return f"{engine}, {self.secure}, {read}"

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def connected(shop: Shop | None) -> Shop:
    """Return the shop that is connected; KnownError when none is."""
    if shop is None:
        raise KnownError(
            "No shop is connected; the line at the top says why. Check it under Menu, Settings, Shop connection, then "
            "press F5."
        )
    return shop


def connect(address: Address, password: str, profile: Profile, *, seconds: float = SECONDS) -> Shop:
    """Open the shop at `address` and fit the profile to it.

    Raises KnownError with one sentence when the server cannot be reached, cannot prove its name, does not take
    the password, or does not have what the profile describes. `seconds` limits each query.
    """
    if address.engine not in profile.base["profile"]["engines"]:
        raise KnownError(f"The profile {profile.title!r} is not made for {address.engine}; choose another profile.")
    engine = open_engine(address, password, seconds)
    shop = Shop(engine, address, seconds)
    try:
        with warnings.catch_warnings():
            # Shops have column types that reflection does not know; such columns are simply not read.
            warnings.simplefilter("ignore", SAWarning)
            shop.secure = secured(engine, address)
            layout, tables, settings, attributes = catalogue.fit(engine, profile, address)
            shop.expressions = Expressions(layout, tables, settings, address.engine, attributes)
            catalogue.prove(shop.expressions)
            shop.can_write = _can_write(engine, address, layout.customer.table)
    except Misfit as error:
        shop.close()
        raise KnownError(
            f"The profile {profile.title!r} does not fit this database: it has no {error}. Choose the profile of "
            "your shop's platform."
        ) from None
    except (SQLAlchemyError, *DRIVERS) as error:
        shop.close()
        raise refused(error, address) from error
    except BaseException:
        shop.close()
        raise
    shop.profile_title = profile.title
    return shop


def open_engine(address: Address, password: str, seconds: float, *, writing: bool = False) -> sa.Engine:
    """Return an engine whose connections are watched, and read-only unless `writing`."""

    def opened() -> Any:
        watch = Watch()
        if address.engine == "sqlite":
            made: Any = drivers.open_sqlite(address.path, watch, writing=writing)
        elif address.engine == "postgresql":
            made = drivers.open_postgresql(address, password, watch, seconds, writing=writing)
        else:
            made = drivers.open_mysql(address, password, watch, seconds, writing=writing)
        watches[id(made)] = watch
        return made

    watches: dict[int, Watch] = {}
    url = {"sqlite": "sqlite://", "postgresql": "postgresql+psycopg://", "mysql": "mysql+pymysql://"}
    engine = sa.create_engine(
        url[address.engine],
        creator=opened,
        hide_parameters=True,
        poolclass=sa.pool.QueuePool,
        pool_size=2,
        max_overflow=4,
        pool_pre_ping=address.engine != "sqlite",
        pool_recycle=600,
    )

    @event.listens_for(engine, "connect")
    def _remember(dbapi: Any, record: Any) -> None:
        record.info["watch"] = watches.pop(id(dbapi))

    return engine


def secured(engine: sa.Engine, address: Address) -> str:
    """Return in a few words what keeps the connection from being read; KnownError when nothing does."""
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        if address.engine == "sqlite":
            return "file on this machine"
        encrypted = (
            raw.pgconn.ssl_in_use
            if isinstance(raw, psycopg.Connection)
            else isinstance(getattr(raw, "_sock", None), ssl.SSLSocket)
        )
        if encrypted and not (address.is_local and not address.ca_file):
            return "verified TLS"
        if address.is_socket:
            return "socket of this machine"
        if address.is_local:
            return "this machine only, no TLS needed"
    raise KnownError("The connection to the shop's database is not encrypted; it was closed.")


def _can_write(engine: sa.Engine, address: Address, table: str) -> bool:
    """Return whether the account could change customers if it were let; when in doubt, it could."""
    if address.engine == "sqlite":
        return os.access(address.path, os.W_OK)
    with engine.connect() as connection:
        if address.engine == "postgresql":
            quoted = engine.dialect.identifier_preparer.quote_identifier(table)
            asked = sa.select(
                *(sa.func.has_table_privilege(sa.literal(quoted), p) for p in ("UPDATE", "INSERT", "DELETE"))
            )
            return any(connection.execute(asked).one())
        grants = [str(row[0]) for row in connection.exec_driver_sql("SHOW GRANTS")]
    words = ("ALL PRIVILEGES", "INSERT", "UPDATE", "DELETE", "DROP", "SUPER")
    return any(word in grant.split(" ON ")[0] for grant in grants for word in words)


def _lift_limit(connection: sa.Connection, engine: str, seconds: float) -> None:
    """Let one long stream run longer on the server than a query of the window may."""
    if engine == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {int(seconds * 1000)}")
    elif engine == "mysql":
        mariadb = getattr(connection.dialect, "is_mariadb", False)
        connection.exec_driver_sql(
            f"SET SESSION max_statement_time = {int(seconds)}"
            if mariadb
            else f"SET SESSION max_execution_time = {int(seconds * 1000)}"
        )


def explained(error: Exception, watch: Watch | None) -> KnownError:
    """Return the one sentence for what went wrong in a query."""
    if watch is not None and (reason := watch.reason()) is not None:
        return reason
    original = getattr(error, "orig", None) or error
    if isinstance(original, psycopg.errors.QueryCanceled) or _code(original) in (1969, 3024, 1317):
        stopped = Watch()
        stopped.stopped = "time"
        return stopped.reason() or KnownError(_LOST)
    if isinstance(original, psycopg.errors.InsufficientPrivilege) or _code(original) in (1142, 1143, 1044):
        return KnownError("The account may not read all that is needed; ask for SELECT on the shop's tables.")
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    if lost or isinstance(original, psycopg.OperationalError | pymysql.err.OperationalError | OSError):
        return KnownError(_LOST)
    if isinstance(original, sqlite3.Error):
        return KnownError("The shop's file cannot be read any more. Check that it is there and whole, then try again.")
    return KnownError(
        "The shop's database refused the question. Run the connection check in Settings to see what changed."
    )


def refused(error: Exception, address: Address) -> KnownError:
    """Return the one sentence for why no connection came about; it never repeats what a server said in full."""
    original = getattr(error, "orig", None) or error
    said = str(original).lower()
    place = address.title
    if address.engine == "sqlite":
        return KnownError(f"{place} is no readable SQLite database; choose the shop's database file.")
    if isinstance(original, ssl.SSLCertVerificationError) or "certificate verify failed" in said:
        return KnownError(
            f"The server at {place} could not prove its name, so no password was sent. Choose the certificate "
            "authority's file that signed its certificate, or correct the host name."
        )
    if any(word in said for word in ("server certificate for", "does not match host", "root certificate", "hostname")):
        return KnownError(
            f"The server at {place} could not prove its name, so no password was sent. Choose the certificate "
            "authority's file that signed its certificate, or correct the host name."
        )
    if "ssl" in said or "tls" in said or "channel binding" in said or "encryption" in said:
        return KnownError(
            f"The server at {place} does not offer verified encryption, so no password was sent. Ask its "
            "administrator to switch on TLS."
        )
    if "password" in said or "access denied" in said or "authentication" in said or _code(original) == 1045:
        return KnownError(f"The database at {place} did not take this user and password.")
    if _code(original) == 1049 or "does not exist" in said:
        return KnownError(f"There is no such database or user at {place}; check the names.")
    with suppress(AttributeError):
        if isinstance(original, psycopg.errors.InsufficientPrivilege):
            return KnownError("The account may not read the shop's tables; ask for SELECT on them.")
    return KnownError(f"The database at {place} cannot be reached; check host, port and network, then try again.")


def _code(error: object) -> int:
    arguments = getattr(error, "args", ())
    return arguments[0] if arguments and isinstance(arguments[0], int) else 0
