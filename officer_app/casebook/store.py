"""The casebook's database: its address, its hardened connections, and what makes it fit to open."""

import sqlite3
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError
from sqlalchemy.pool import QueuePool

from officer_app.base.errors import KnownError
from officer_app.casebook import schema

_NETWORK = {"nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afpfs", "webdav", "fuse.sshfs", "9p", "ncpfs"}
_LOOPBACK = {"", "localhost", "127.0.0.1", "::1"}
_ALLOWED_QUERY = {"sslrootcert", "host"}


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
    if set(url.query) - _ALLOWED_QUERY:
        raise KnownError("A casebook address takes only sslrootcert as an option. Remove the others.")
    return Place(url.set(drivername="postgresql+psycopg"))


def _refuse_network_drive(path: Path) -> None:
    import psutil  # noqa: PLC0415  only for this question

    resolved = str(path.parent.resolve())
    mounts = [part for part in psutil.disk_partitions(all=True) if resolved.startswith(part.mountpoint)]
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
)


def _sqlite_connect(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in _PRAGMAS:
        connection.execute(pragma).close()
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    if sys.version_info >= (3, 12):
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)


def _sqlite_begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _postgres_arguments(url: URL, password: str | None) -> dict[str, Any]:
    host = str(url.host or url.query.get("host") or "")
    arguments: dict[str, Any] = {"connect_timeout": 10, "gssencmode": "disable", "application_name": "officer-app"}
    if password:
        arguments["password"] = password
    if host in _LOOPBACK or host.startswith("/"):
        return {**arguments, "sslmode": "prefer"}
    root = url.query.get("sslrootcert")
    verified = {"sslmode": "verify-full", "sslrootcert": root or "system", "channel_binding": "require"}
    return {**arguments, **verified}


def open_engine(where: Place, password: str | None = None, *, create: bool = False) -> Engine:
    """Return an engine with hardened connections; KnownError when the place cannot hold a casebook."""
    file = where.file
    if file is not None:
        _refuse_network_drive(file)
        if not create and not file.exists():
            raise KnownError(f"There is no casebook at {file}. Check the path, or set one up.")
        engine = create_engine(where.url, poolclass=QueuePool, pool_size=8, hide_parameters=True,
                               connect_args={"timeout": 10, "check_same_thread": False})  # fmt: skip
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
        return engine
    url = where.url.set(query={key: value for key, value in where.url.query.items() if key == "host"})
    arguments = _postgres_arguments(where.url, password)
    return create_engine(url, hide_parameters=True, connect_args=arguments, pool_pre_ping=True,
                         isolation_level="READ COMMITTED")  # fmt: skip


def refuse_unfit(engine: Engine, head: str | None) -> None:
    """Refuse a database that is damaged, planted with foreign objects, or of another version.

    `head` is the newest schema revision this program knows.
    """
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                check = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
                if check != "ok":
                    raise KnownError("This casebook is damaged. Restore the newest backup.")
                _refuse_planted(connection)
            _refuse_other_version(connection, head)
    except OperationalError as error:
        text = str(error.orig).casefold()
        if "readonly" in text or "read-only" in text or "unable to open" in text:
            raise KnownError(
                "The casebook cannot be written here. Move it to a folder you may write to, or free the disk."
            ) from None
        raise KnownError("The casebook's database does not answer. Check the address and the server.") from None
    except DatabaseError:
        raise KnownError("This file is no casebook, or it is damaged. Restore the newest backup.") from None


def _refuse_planted(connection: Connection) -> None:
    rows = connection.exec_driver_sql("select type, name from sqlite_master").all()
    known = set(schema.metadata.tables) | {"alembic_version"}
    for kind, name in rows:
        if kind in ("trigger", "view") or (kind == "table" and name not in known and not name.startswith("sqlite_")):
            raise KnownError(
                f"This casebook contains a {kind} that does not belong to it ({name}). Do not use it; restore a backup."
            )


def _refuse_other_version(connection: Connection, head: str | None) -> None:
    names = inspect(connection).get_table_names()
    if "alembic_version" not in names or "store" not in names:
        raise KnownError("This database holds no casebook. Check the address, or set one up.")
    stored = connection.exec_driver_sql("select version_num from alembic_version").scalar()
    if head is not None and str(stored) > head:
        raise KnownError("This casebook was used with a newer version of the program. Install that version to open it.")
