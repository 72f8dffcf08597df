"""The casebook's database: its address, its hardened connections, and what makes it fit to open."""

import sqlite3
import sys
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Engine, MetaData, Select, Table, create_engine, event, func, inspect, select
from sqlalchemy import column as sql_column
from sqlalchemy import table as sql_table
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError
from sqlalchemy.pool import QueuePool

from officer_app.base import tls
from officer_app.base.errors import KnownError
from officer_app.casebook import schema
from officer_app.casebook.sealing import Tampered
from officer_app.casebook.trouble import sentences

_NETWORK = {"nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afpfs", "webdav", "fuse.sshfs", "9p", "ncpfs"}
_ALLOWED_QUERY = {"sslrootcert", "host"}
_VERSION = sql_table("alembic_version", sql_column("version_num"))


@dataclass(frozen=True)
class Place:
    """Where a casebook is: a SQLite file, or a PostgreSQL URL without a password."""

    url: URL

    @property
    def file(self) -> Path | None:
        """The SQLite file, or None."""
        return Path(self.url.database) if self.url.drivername == "sqlite" and self.url.database else None

    def __str__(self) -> str:
        return str(self.file) if self.file else self.url.render_as_string(hide_password=True)


def place(text: str | Path) -> Place:
    """Return the place a person named: a path, or postgresql://user@host/database. KnownError when it is neither."""
    named = str(text)
    if "://" not in named:
        return Place(URL.create("sqlite", database=str(Path(named).expanduser().absolute())))
    try:
        url = make_url(named)
    except ArgumentError:
        raise KnownError("This is no casebook address. Give a file, or postgresql://user@host/database.") from None
    if url.get_backend_name() != "postgresql":
        raise KnownError(
            "A casebook is a file or a PostgreSQL database. Give a path, or postgresql://user@host/database."
        )
    if url.password:
        raise KnownError("Leave the password out of the address. Give it with --casebook-password-file or when asked.")
    if set(url.query) - _ALLOWED_QUERY or any(not isinstance(value, str) for value in url.query.values()):
        raise KnownError("A casebook address takes only sslrootcert as an option. Remove the others.")
    tls.check_host(_host(url))
    return Place(url.set(drivername="postgresql+psycopg"))


def refuse_network_drive(path: Path) -> None:
    """Refuse a file that other computers can write to at the same time."""
    import psutil  # noqa: PLC0415  only for this question

    resolved = path.parent.resolve()
    mounts = [part for part in psutil.disk_partitions(all=True) if resolved.is_relative_to(part.mountpoint)]
    nearest = max(mounts, key=lambda part: len(part.mountpoint), default=None)
    remote = nearest is not None and (nearest.fstype.casefold() in _NETWORK or "remote" in nearest.opts.split(","))
    if remote or str(path).startswith("\\\\"):
        raise KnownError(
            "A casebook file on a network drive can be damaged by two computers at once. Keep it on this computer, or "
            "use PostgreSQL for a team."
        )


_PRAGMAS = (
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    # A chunk of an erasure writes thousands of marks all over two indexes: with SQLite's 2 MB they were written out and
    # read back within the transaction, and every commit copied the log into the file.
    "PRAGMA cache_size=-16384",
    "PRAGMA wal_autocheckpoint=4000",
)


def _sqlite_connect(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    try:
        for pragma in _PRAGMAS:
            connection.execute(pragma).close()
    except UnicodeDecodeError as error:  # SQLite quotes the damaged schema in what it says of it
        raise sqlite3.DatabaseError("malformed database schema") from error
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    if sys.version_info >= (3, 12):
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)


def _sqlite_begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _host(url: URL) -> str:
    return str(url.host or url.query.get("host") or "")


def open_engine(where: Place, password: str | None = None, *, create: bool = False) -> Engine:
    """Return an engine with hardened connections; KnownError when the place cannot hold a casebook."""
    file = where.file
    if file is not None:
        refuse_network_drive(file)
        if not create and not file.exists():
            raise KnownError(f"There is no casebook at {file}. Check the path, or set one up.")
        engine = create_engine(where.url, poolclass=QueuePool, pool_size=8, hide_parameters=True,
                               connect_args={"timeout": 10, "check_same_thread": False})  # fmt: skip
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
        return engine
    url = where.url
    arguments = tls.postgres_options(_host(url), str(url.query.get("sslrootcert") or ""))
    arguments |= {"port": str(url.port or 5432), "user": url.username, "dbname": url.database, "options": _SERVER}
    if password:
        arguments["password"] = password
    engine = create_engine("postgresql+psycopg://", hide_parameters=True, connect_args=arguments,
                           pool_pre_ping=True, isolation_level="READ COMMITTED")  # fmt: skip
    event.listen(engine, "do_connect", _postgres_connect)
    event.listen(engine, "connect", _refuse_clear_text)
    return engine


_SERVER = "-c lock_timeout=10s -c idle_in_transaction_session_timeout=10min"


def _postgres_connect(dialect: Any, _record: Any, arguments: Any, words: Any) -> Any:
    with tls.without_libpq_environment():
        return dialect.connect(*arguments, **words)


def _refuse_clear_text(connection: Any, _record: Any) -> None:
    parameters = {item.keyword.decode(): (item.val or b"").decode() for item in connection.pgconn.info}
    if parameters.get("sslmode") == "verify-full" and not connection.pgconn.ssl_in_use:
        raise KnownError("The connection to the casebook's server is not encrypted; it was closed.")


def scratch_engine(file: Path) -> Engine:
    """Return an engine for a file that is thrown away, or is synced once as a whole: no journal, no waiting."""
    engine = create_engine(URL.create("sqlite", database=str(file)), hide_parameters=True)

    def connect(connection: sqlite3.Connection, record: Any) -> None:
        _sqlite_connect(connection, record)
        for pragma in ("PRAGMA journal_mode=MEMORY", "PRAGMA synchronous=OFF"):
            connection.execute(pragma).close()

    event.listen(engine, "connect", connect)
    event.listen(engine, "begin", _sqlite_begin)
    return engine


# --- transactions ----------------------------------------------------------------------------------------------------


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """Give a connection that sees one state, however many statements it runs, and writes nothing."""
    with engine.connect() as plain:
        if engine.dialect.name == "sqlite":
            yield plain
        else:
            yield plain.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


@contextmanager
def exclusive(engine: Engine) -> Iterator[Connection]:
    """Give a connection in a transaction that is the only one to write, and commit it.

    One lock for all writers: the audit is one line, and no two transactions can wait for each other.
    """
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        head = schema.audit_head
        if connection.execute(select(head.c.seq).where(head.c.id == 1).with_for_update()).one_or_none() is None:
            raise Tampered("The head of the audit is missing. Do not use this casebook; restore a backup.")
        yield connection


@dataclass(frozen=True)
class State:
    """Where a casebook stands: its newest audit entry, its newest roster line, its schema."""

    seq: int
    line: str | None
    revision: str | None


@cache
def _state() -> Select[Any]:
    """Return the query of every transaction, built once: building it takes thirty times as long as running it."""
    head, line = schema.audit_head, schema.roster
    return select(
        select(head.c.seq).where(head.c.id == 1).scalar_subquery().label("seq"),
        select(func.max(line.c.id)).scalar_subquery().label("line"),
        select(func.max(_VERSION.c.version_num)).scalar_subquery().label("revision"),
    )


def state(connection: Connection) -> State:
    """Return where the casebook stands, in one query."""
    row = connection.execute(_state()).one()
    return State(row.seq or 0, row.line, row.revision)


def present_tables(connection: Connection) -> dict[str, Table]:
    """Return the tables as the database has them, in the order in which they refer to each other."""
    found = MetaData()
    found.reflect(connection)
    return {table.name: table for table in found.sorted_tables if table.name != _VERSION.name}


def bare_tables(connection: Connection) -> dict[str, Table]:
    """Return the tables that the database has, by name, with the columns that it has: all that rows are read with.

    To ask for references, indexes and checks as well takes ten times as long. A table with no more and no fewer columns
    than this program knows of is given as it is known, so that its queries are built once.
    """
    asked, found = inspect(connection), MetaData()
    keys = asked.get_multi_pk_constraint()
    tables = {}
    for where, columns in sorted(asked.get_multi_columns().items(), key=lambda each: each[0][1]):
        key, name = keys[where]["constrained_columns"], where[1]
        known = schema.metadata.tables.get(name)
        if known is not None and {each["name"] for each in columns} == set(known.columns.keys()):
            tables[name] = known
        elif name != _VERSION.name:
            made = (Column(each["name"], each["type"], primary_key=each["name"] in key) for each in columns)
            tables[name] = Table(name, found, *made)
    return tables


def table_names(connection: Connection) -> frozenset[str]:
    """Return the names of the tables that the database has."""
    return frozenset(inspect(connection).get_table_names())


def column_names(table: Table) -> tuple[str, ...]:
    """Return a table's column names as plain text."""
    return tuple(str(column.name) for column in table.columns)


def raw_rows(connection: Connection, table: Table) -> Generator[list[Any], None, None]:
    """Yield a present table's rows as they are stored, some at a time."""
    with connection.execute(select(table).execution_options(yield_per=200)) as rows:
        for row in rows:
            yield [bytes(value) if isinstance(value, memoryview) else value for value in row]


def scrub(engine: Engine) -> None:
    """Remove what the database still keeps of overwritten rows; tried only, a reader may be in the way."""
    with suppress(DBAPIError, sqlite3.Error):
        if engine.dialect.name == "sqlite":
            with closing(engine.raw_connection()) as raw:
                raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("VACUUM cases")


# --- fitness ---------------------------------------------------------------------------------------------------------


def refuse_unfit(engine: Engine, head: str) -> None:
    """Refuse a database that is damaged, planted with foreign objects, or of another version.

    `head` is the newest schema revision this program knows.
    """
    with sentences():
        try:
            with engine.connect() as connection:
                if engine.dialect.name == "sqlite":
                    if connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
                        raise KnownError("This casebook is damaged. Restore the newest backup.")
                    _refuse_planted(connection)
                _refuse_other_version(connection, head)
        except DatabaseError as error:
            if "not a database" in str(error.orig):
                raise KnownError("This file is no casebook, or it is damaged. Restore the newest backup.") from None
            raise


def _refuse_planted(connection: Connection) -> None:
    tables = set(schema.metadata.tables) | {"alembic_version"} | _OF_SQLITE
    indexes = {str(index.name) for table in schema.metadata.tables.values() for index in table.indexes}
    for kind, name in connection.exec_driver_sql(_STRANGE).all():
        own = name in tables if kind == "table" else name in indexes or name.startswith("sqlite_autoindex_")
        if kind not in ("table", "index") or not own:
            raise KnownError(
                f"This casebook contains a {kind} that does not belong to it ({name}). Do not use it; restore a backup."
            )


_OF_SQLITE = {"sqlite_sequence", "sqlite_stat1", "sqlite_stat4"}
# What computes something while it is read or written is told by its kind: we make nothing of the sort.
_STRANGE = """
select type, name from sqlite_master
union all select 'virtual table', name from sqlite_master where type = 'table' and sql like 'create virtual%'
union all select 'computed column', m.name || '.' || c.name from sqlite_master m, pragma_table_xinfo(m.name) c
 where m.type = 'table' and c.hidden <> 0
union all select 'computed index', m.name from sqlite_master m, pragma_index_info(m.name) c
 where m.type = 'index' and c.cid < 0
"""


def _refuse_other_version(connection: Connection, head: str) -> None:
    names = inspect(connection).get_table_names()
    if "alembic_version" not in names or "store" not in names:
        raise KnownError("This database holds no casebook. Check the address, or set one up.")
    stored = connection.execute(select(_VERSION.c.version_num)).scalars().all()
    if len(stored) != 1:
        raise KnownError("This casebook is damaged. Restore the newest backup.")
    if str(stored[0]) > head:
        raise KnownError("This casebook was used with a newer version of the program. Install that version to open it.")


def identity(where: Place) -> tuple[int, int] | None:
    """Return what tells a casebook's file from another one at its path, None where there is none."""
    try:
        found = where.file.stat() if where.file is not None else None
    except OSError:
        return None
    return None if found is None else (found.st_dev, found.st_ino)


def refuse_moved(where: Place, opened: tuple[int, int] | None) -> None:
    """Refuse to write into a file that was moved or deleted while it was open: the work would be lost with it."""
    if opened != identity(where):
        raise KnownError(
            f"The casebook file was moved or deleted while it was open. Put it back at {where}; nothing was changed."
        )
