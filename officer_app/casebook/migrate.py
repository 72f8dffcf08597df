"""Migrations: brings a casebook's tables to the newest revision, alone and in one transaction."""

from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

_SCRIPTS = Path(__file__).parent / "migrations"


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


def current(engine: Engine) -> str | None:
    """Return the revision of a casebook, or None when it has no tables yet."""
    from alembic.migration import MigrationContext  # noqa: PLC0415

    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the tables to a revision, in one transaction; does nothing when they are there already."""
    if current(engine) == (head() if revision == "head" else revision):
        return
    _run(engine, "upgrade", revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the tables back to an older revision."""
    _run(engine, "downgrade", revision)


def _run(engine: Engine, name: str, revision: str) -> None:
    from alembic import command  # noqa: PLC0415

    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        getattr(command, name)(_config(connection), revision)
