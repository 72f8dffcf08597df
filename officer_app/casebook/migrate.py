"""Migrations: brings a casebook's tables to the newest revision, alone and in one transaction."""

from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, func, select

_SCRIPTS = Path(__file__).parent / "migrations"
_LOCK = 0x0FF1CE


def _config(connection: Any = None) -> Any:
    from alembic.config import Config  # noqa: PLC0415  slow to load, only needed when a casebook opens

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@cache
def head() -> str:
    """Return the newest revision this program knows."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    return str(ScriptDirectory.from_config(_config()).get_current_head())


def revision(connection: Connection) -> str | None:
    """Return the revision of a casebook, or None when it has no tables yet."""
    from alembic.migration import MigrationContext  # noqa: PLC0415

    return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine, wanted: str = "head") -> None:
    """Bring the tables to a revision, in one transaction; does nothing when they are there already."""
    with engine.connect() as connection:
        if revision(connection) == (head() if wanted == "head" else wanted):
            return
    _run(engine, "upgrade", wanted)


def upgrade_on(connection: Connection, wanted: str = "head") -> None:
    """Bring the tables to a revision inside the caller's transaction."""
    _command("upgrade", connection, wanted)


def downgrade(engine: Engine, wanted: str) -> None:
    """Take the tables back to an older revision."""
    _run(engine, "downgrade", wanted)


def _run(engine: Engine, name: str, wanted: str) -> None:
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            # Two windows of a new version may start at once; SQLite's BEGIN IMMEDIATE is such a lock already.
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        _command(name, connection, wanted)


def _command(name: str, connection: Connection, wanted: str) -> None:
    from alembic import command  # noqa: PLC0415

    getattr(command, name)(_config(connection), wanted)
