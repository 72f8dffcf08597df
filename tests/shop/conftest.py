"""The native demo shop on all three engines, and a way to make small shops of other platforms."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from officer_app.demo import shop as demo
from officer_app.shop import native, profile
from officer_app.shop.address import Address
from officer_app.shop.connection import Shop, connect
from tests.once import once
from tests.servers import Server

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
CUSTOMERS = 700


@cache
def rows() -> demo.Rows:
    """Return the demo shop's rows, made once."""
    return demo.rows(NOW, CUSTOMERS)


def fill(engine: sa.Engine) -> None:
    """Build the native tables on any engine and write the demo's rows into them."""
    native.metadata.create_all(engine)
    with engine.begin() as connection:
        for table in native.metadata.sorted_tables:
            times = {c.name for c in table.columns if isinstance(c.type, sa.DateTime)}
            content = [
                {
                    name: datetime.fromisoformat(value) if name in times and value else value
                    for name, value in zip(table.columns.keys(), row, strict=True)
                }
                for row in rows()[table.name]
            ]
            connection.execute(sa.insert(table), content)


def new_database(server: str | sa.URL, name: str) -> sa.URL:
    """Make an empty database on a server and return its URL."""
    url = make_url(server)
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return url.set(database=name)


def maria_url(server: Server, database: str = "mysql") -> sa.URL:
    """Return the URL by which a test itself reaches the MariaDB, through its socket as root."""
    return sa.URL.create(
        "mysql+pymysql", "root", database=database, query={"unix_socket": server.socket, "charset": "utf8mb4"}
    )


@pytest.fixture(scope="session")
def native_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the demo shop's file."""
    path = tmp_path_factory.mktemp("shop") / "shop.sqlite"
    demo.build(path, NOW, CUSTOMERS)
    return path


@pytest.fixture(scope="session")
def native_postgres(postgres_url: str) -> Address:
    """Give the address of the demo shop in PostgreSQL."""
    url = new_database(postgres_url, "native_shop")
    engine = sa.create_engine(url)
    fill(engine)
    engine.dispose()
    return Address("postgresql", host=str(url.query["host"]), database="native_shop", user=url.username or "")


@pytest.fixture(scope="session")
def native_maria(mariadb: Server) -> Address:
    """Give the address of the demo shop in MariaDB, over TCP with verified TLS."""
    url = new_database(maria_url(mariadb), "native_shop")
    engine = sa.create_engine(url)
    fill(engine)
    engine.dispose()
    return Address(
        "mysql", host=mariadb.host, port=mariadb.port, database="native_shop", user=mariadb.user,
        ca_file=str(mariadb.ca),
    )  # fmt: skip


ENGINES = (
    "sqlite",
    pytest.param("postgresql", marks=pytest.mark.server),
    pytest.param("mysql", marks=pytest.mark.server),
)


def _connected(request: pytest.FixtureRequest) -> Shop:
    password = ""
    if request.param == "sqlite":
        address = Address("sqlite", path=str(request.getfixturevalue("native_sqlite")))
    elif request.param == "postgresql":
        address = request.getfixturevalue("native_postgres")
    else:
        address = request.getfixturevalue("native_maria")
        password = request.getfixturevalue("mariadb").password
    return connect(address, password, profile.load("native"))


@pytest.fixture(scope="module", params=ENGINES)
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    """Give the demo shop on each engine, connected once for a whole file: no test may close it or leave it changed."""
    with closing(_connected(request)) as opened:
        yield opened


@pytest.fixture(params=ENGINES)
def own_shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    """Give the demo shop on each engine, connected for this test alone, which may do to the connection as it likes."""
    with closing(_connected(request)) as opened:
        yield opened


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Callable[[str, str], Shop]]:
    """Give `small(sql, toml)`: a hand-made SQLite shop read through a hand-made profile."""
    opened: list[Shop] = []

    def make(script: str, text: str) -> Shop:
        path = tmp_path / f"shop{len(opened)}.sqlite"
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(script)
            connection.commit()
        opened.append(connect(Address("sqlite", path=str(path)), "", profile.parse(text, "test.toml")))
        return opened[-1]

    yield make
    for shop in opened:
        shop.close()


def values(page: Any, name: str) -> list[Any]:
    """Return one field of every row of a page."""
    return [getattr(row, name) for row in page]


SITE = Path(__file__).with_name("oscar_site.py")
OSCAR_NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def site(database: dict[str, Any]) -> None:
    """Let the shop's own code migrate and fill a database, in a process of its own."""
    done = subprocess.run(
        [sys.executable, SITE, json.dumps(database), "fill", OSCAR_NOW.isoformat()],
        cwd=SITE.parent, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.fixture(scope="session")
def oscar_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the file of a shop that django-oscar migrated and filled."""


    def make(folder: Path) -> None:
        site({"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "oscar.sqlite")})

    return once(tmp_path_factory, "oscar", make) / "oscar.sqlite"


@pytest.fixture(scope="session")
def oscar_postgres(postgres_url: str) -> Address:
    """Give the address of such a shop in PostgreSQL."""
    url = new_database(postgres_url, "oscar_shop")
    host = str(url.query["host"])
    site({"ENGINE": "django.db.backends.postgresql", "NAME": "oscar_shop", "USER": url.username, "HOST": host})
    return Address("postgresql", host=host, database="oscar_shop", user=url.username or "", profile="django-oscar")
