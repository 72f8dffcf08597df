"""A connection is refused unless safe, says what it is, and ends in one sentence when the shop is gone."""

import os
import re
import socket
import sqlite3
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from officer_app.base import tls
from officer_app.base.errors import KnownError
from officer_app.shop import check, customers, profile, secrets
from officer_app.shop.address import Address
from officer_app.shop.connection import Shop, connect
from tests.servers import PASSWORD, Server, mariadb_with_tls, postgres_with_tls
from tests.shop.conftest import fill, maria_url, new_database

NATIVE = profile.load("native")
Start = Callable[..., Any]


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the loopback servers of these tests count as machines elsewhere."""
    monkeypatch.setattr(tls, "is_loopback", lambda _host: False)


def address(server: Server, engine: str, **more: Any) -> Address:
    database = "postgres" if engine == "postgresql" else "mysql"
    settings = {"host": server.host, "port": server.port, "database": database, "user": server.user,
                "ca_file": str(server.ca)}  # fmt: skip
    return Address(engine, **(settings | more))  # type: ignore[arg-type]


def refused(where: Address, password: str = PASSWORD) -> str:
    with pytest.raises(KnownError) as caught:
        connect(where, password, NATIVE)
    text = str(caught.value)
    assert PASSWORD not in repr(caught.value) + text
    assert text.endswith((".", "?"))
    return text


SERVERS = [
    pytest.param("postgresql", postgres_with_tls, marks=pytest.mark.server),
    pytest.param("mysql", mariadb_with_tls, marks=pytest.mark.server),
]


@pytest.mark.server
@pytest.mark.parametrize("engine", ["postgresql", "mysql"])
@pytest.mark.parametrize(
    ("ca", "said"), [("other_ca", "prove its name"), ("none", "certificate authority|prove its name")]
)
def test_a_server_that_cannot_prove_its_name_gets_no_password(
    engine: str, ca: str, said: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    server: Server = request.getfixturevalue("postgres_tls" if engine == "postgresql" else "mariadb")
    file = server.other_ca if ca == "other_ca" else tmp_path / "missing.pem"
    assert re.search(said, refused(address(server, engine, ca_file=str(file))))


@pytest.mark.parametrize(("engine", "start"), SERVERS)
@pytest.mark.parametrize("leaf", ["wrong-host", "expired"])
def test_a_bad_certificate_is_refused(engine: str, start: Start, leaf: str) -> None:
    with start(leaf) as server:
        assert "could not prove its name" in refused(address(server, engine))


@pytest.mark.parametrize(("engine", "start"), SERVERS)
def test_a_server_without_tls_is_refused(engine: str, start: Start) -> None:
    with start(tls=False) as server:
        assert "no password was sent" in refused(address(server, engine))


@contextmanager
def listener(answer: bytes, reply: bytes = b"") -> Iterator[tuple[int, list[bytes]]]:
    """Listen like a server that greets with `answer`, and keep every byte that a client sends."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)

        def serve() -> None:
            with server.accept()[0] as client:
                client.settimeout(3)
                try:
                    client.sendall(answer)
                    while part := client.recv(4096):
                        heard.append(part)
                        client.sendall(reply)
                except OSError:
                    pass

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1], heard
        finally:
            thread.join(10)


# A MariaDB greeting of protocol 10 whose capability flags say nothing of TLS, as a man in the middle would send it.
GREETING = (
    b"\x0a10.11.6-MariaDB\x00" + b"\x01\x00\x00\x00" + b"abcdefgh\x00" + (0xF7FF & ~0x0800).to_bytes(2, "little")
    + b"\x2d\x02\x00" + (0x81FF).to_bytes(2, "little") + b"\x15" + b"\x00" * 10 + b"ijklmnopqrst\x00"
    + b"mysql_native_password\x00"
)  # fmt: skip


def test_a_stripped_tls_flag_makes_mysql_stop_before_it_says_anything() -> None:
    packet = len(GREETING).to_bytes(3, "little") + b"\x00" + GREETING
    with listener(packet) as (port, heard):
        where = Address("mysql", host="127.0.0.1", port=port, database="shop", user="shop")
        assert "no password was sent" in refused(where)
    assert heard == []


def test_a_plaintext_proxy_gets_no_startup_message_of_postgresql() -> None:
    with listener(b"", reply=b"N") as (port, heard):
        where = Address("postgresql", host="127.0.0.1", port=port, database="shop", user="shop")
        assert "no password was sent" in refused(where)
    assert b"".join(heard) == b"\x00\x00\x00\x08\x04\xd2\x16\x2f"  # the request for TLS and nothing else


def test_old_tls_is_not_spoken() -> None:
    assert tls.mysql_context().minimum_version == ssl.TLSVersion.TLSv1_2
    assert tls.mysql_context().check_hostname
    assert tls.mysql_context().verify_mode == ssl.CERT_REQUIRED


@pytest.mark.server
def test_verified_tls_is_accepted_and_said(postgres_tls: Server, mariadb: Server) -> None:
    engine = sa.create_engine(
        sa.URL.create("postgresql+psycopg", postgres_tls.user, postgres_tls.password, database="postgres",
                      query={"host": postgres_tls.socket, "port": str(postgres_tls.port)})
    )  # fmt: skip
    fill(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'")
        connection.exec_driver_sql("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
    engine.dispose()
    with closing(connect(address(postgres_tls, "postgresql"), PASSWORD, NATIVE)) as shop:
        assert shop.describe() == "PostgreSQL, verified TLS, read-only here, but the account could write"
    with closing(connect(address(postgres_tls, "postgresql", user="reader"), PASSWORD, NATIVE)) as shop:
        assert shop.describe() == "PostgreSQL, verified TLS, read-only"
        assert check.run(shop).good
    assert "did not take this user and password" in refused(address(postgres_tls, "postgresql"), "wrong")
    assert "did not take this user and password" in refused(address(mariadb, "mysql"), "wrong")
    assert "no such database" in refused(address(mariadb, "mysql", database="nowhere"))


@pytest.mark.server
def test_mariadb_says_what_the_account_may(native_maria: Address, mariadb: Server) -> None:
    engine = sa.create_engine(maria_url(mariadb))
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE USER reader@'%%' IDENTIFIED BY '{PASSWORD}'")
        connection.exec_driver_sql("GRANT SELECT ON native_shop.* TO reader@'%%'")
    engine.dispose()
    with closing(connect(native_maria, PASSWORD, NATIVE)) as shop:
        assert shop.describe() == "MariaDB, verified TLS, read-only here, but the account could write"
    reader = Address.from_settings(native_maria.settings() | {"user": "reader"})
    with closing(connect(reader, PASSWORD, NATIVE)) as shop:
        assert shop.describe() == "MariaDB, verified TLS, read-only"


@pytest.mark.server
def test_the_environment_decides_nothing(
    native_postgres: Address, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in {"PGSERVICE": "evil", "PGOPTIONS": "-c statement_timeout=1", "PGSSLMODE": "disable",
                        "PGHOSTADDR": "192.0.2.1", "PGPASSFILE": str(tmp_path), "PGREQUIREAUTH": "none,gss",
                        "PGTARGETSESSIONATTRS": "standby"}.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    with closing(connect(native_postgres, "", NATIVE)) as shop:
        assert len(customers.find(shop, "1")) == 1
    assert os.environ["PGSERVICE"] == "evil"


@pytest.mark.parametrize(
    "strange", ["local_infile", "read_default_file", "init_command", "service", "passfile", "sslkeylogfile", "options",
                "password", "sslpassword", "unix_socket", "query", "url"],
)  # fmt: skip
def test_settings_outside_the_closed_list_are_refused(strange: str) -> None:
    with pytest.raises(KnownError, match=strange):
        Address.from_settings({"engine": "mysql", "host": "h", "database": "d", "user": "u", strange: "x"})


@pytest.mark.parametrize(
    "bad",
    [{"database": "host=evil"}, {"database": "postgres://evil/x"}, {"host": "a,b"}, {"host": "a b"}, {"host": ""},
     {"user": "u;x"}, {"port": 99999}, {"database": "a\x00b"}, {"schema": "a';"}, {"port": "5432"}],
)  # fmt: skip
def test_values_that_mean_more_than_a_name_are_refused(bad: dict[str, Any]) -> None:
    good = {"engine": "postgresql", "host": "db.example", "database": "d", "user": "u"}
    Address.from_settings(good)
    with pytest.raises(KnownError):
        Address.from_settings(good | bad)


def test_only_loopback_and_sockets_are_local(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    for host, local in {"localhost": True, "127.0.0.1": True, "127.9.9.9": True, "::1": True, "/run/x": True,
                        "192.0.2.1": False, "0.0.0.0": False, "localhost.evil.example": False}.items():  # fmt: skip
        assert Address("postgresql", host=host, database="d", user="u").is_local is local, host


def test_nobody_listens_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for engine in ("postgresql", "mysql"):
        where = Address(engine, host="127.0.0.1", port=port, database="d", user="u")
        assert "cannot be reached" in refused(where)


def test_files_that_are_no_shop_are_said_so(tmp_path: Path) -> None:
    assert "There is no file" in refused(Address("sqlite", path=str(tmp_path / "none.sqlite")))
    assert not (tmp_path / "none.sqlite").exists()
    text = tmp_path / "letter.txt"
    text.write_text("Dear shop, " * 500)
    assert "no readable SQLite database" in refused(Address("sqlite", path=str(text)))
    other = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY)")
    assert "does not fit this database: it has no table customers" in refused(Address("sqlite", path=str(other)))


def test_a_column_that_is_missing_is_named(native_sqlite: Path, tmp_path: Path) -> None:
    copy = tmp_path / "shop.sqlite"
    copy.write_bytes(native_sqlite.read_bytes())
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("ALTER TABLE orders RENAME COLUMN placed_at TO made_at")
    assert "orders.placed_at" in refused(Address("sqlite", path=str(copy)))


def test_the_wrong_profile_is_said_so(native_sqlite: Path) -> None:
    with pytest.raises(KnownError, match=r"django-oscar.*does not fit"):
        connect(Address("sqlite", path=str(native_sqlite)), "", profile.load("django-oscar"))


@pytest.fixture
def file_shop(native_sqlite: Path, tmp_path: Path) -> Iterator[tuple[Shop, Path]]:
    copy = tmp_path / "shop.sqlite"
    copy.write_bytes(native_sqlite.read_bytes())
    with closing(connect(Address("sqlite", path=str(copy)), "", NATIVE)) as shop:
        yield shop, copy


def test_a_file_that_is_damaged_in_use_is_one_sentence(file_shop: tuple[Shop, Path]) -> None:
    shop, path = file_shop
    path.write_bytes(b"\x00" * path.stat().st_size)
    with pytest.raises(KnownError, match="cannot be read any more"):
        customers.card(shop, "1")


def test_what_was_planted_in_a_file_does_not_run(file_shop: tuple[Shop, Path], tmp_path: Path) -> None:
    shop, _ = file_shop
    with pytest.raises(KnownError):
        shop.rows(sa.text(f"ATTACH '{tmp_path / 'x'}' AS x"))  # type: ignore[arg-type]
    assert not (tmp_path / "x").exists()
    values = {
        name: shop.rows(sa.text(f"PRAGMA {name}"))[0][0]  # type: ignore[arg-type]
        for name in ("trusted_schema", "cell_size_check", "query_only")
    }
    assert values == {"trusted_schema": 0, "cell_size_check": 1, "query_only": 1}


@pytest.mark.server
@pytest.mark.parametrize(("engine", "start"), SERVERS)
def test_a_shop_that_vanishes_is_one_sentence(engine: str, start: Start) -> None:
    with start() as server:
        if engine == "postgresql":
            url = sa.URL.create("postgresql+psycopg", server.user, server.password, database="postgres",
                                query={"host": server.socket, "port": str(server.port)})  # fmt: skip
        else:
            url = new_database(maria_url(server), "vanishing")
        made = sa.create_engine(url)
        fill(made)
        made.dispose()
        shop = connect(address(server, engine, database=url.database), PASSWORD, NATIVE)
        asked: list[int] = []

        def gone() -> bool:
            asked.append(1)
            if len(asked) == 2:
                os.kill(server.process, 9)
            return False

        slow = "SELECT pg_sleep(20)" if engine == "postgresql" else "SELECT SLEEP(20)"
        with closing(shop):
            assert len(customers.find(shop, "1")) == 1
            with pytest.raises(KnownError, match="does not answer any more"):
                shop.rows(sa.text(slow), cancelled=gone)  # type: ignore[arg-type]
            with pytest.raises(KnownError, match="does not answer any more"):
                customers.find(shop, "1")


def test_no_secret_is_in_what_can_be_shown(native_sqlite: Path) -> None:
    where = Address("postgresql", host="127.0.0.1", port=1, database="d", user="u")
    with pytest.raises(KnownError) as caught:
        connect(where, PASSWORD, NATIVE)
    shown = f"{caught.value!r}{caught.value.__cause__!r}{caught.value.__cause__}{where!r}{where.settings()}"
    assert PASSWORD not in shown
    with closing(connect(Address("sqlite", path=str(native_sqlite)), "", NATIVE)) as shop:
        with pytest.raises(KnownError) as caught:
            shop.rows(sa.select(sa.func.no_such_function(sa.literal("canary-value"))))
        assert "canary-value" not in f"{caught.value}{caught.value.__cause__}{caught.value.__cause__!r}"


@pytest.mark.parametrize("backend", ["keyring.backends.null.Keyring", "keyrings.alt.file.PlaintextKeyring",
                                     "keyring.backends.fail.Keyring"])  # fmt: skip
def test_a_keyring_that_keeps_no_secret_is_refused_with_the_reason(
    backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", backend)
    where = Address("postgresql", host="db.example", database="d", user="u")
    with pytest.raises(KnownError, match=f"{backend}.*casebook"):
        secrets.store(where, PASSWORD)
    assert secrets.load(where) is None


def test_a_keyring_is_read_back(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[tuple[str, str], str] = {}

    class Forgetful:
        priority = 5

        def set_password(self, service: str, name: str, password: str) -> None:
            if self.keeps:
                kept[service, name] = password

        def get_password(self, service: str, name: str) -> str | None:
            return kept.get((service, name))

        def delete_password(self, service: str, name: str) -> None:
            del kept[service, name]

        keeps = False

    backend = Forgetful()
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND", raising=False)
    monkeypatch.setattr(secrets, "_backend", lambda: backend)
    where = Address("postgresql", host="db.example", database="d", user="u")
    with pytest.raises(KnownError, match="did not give the password back"):
        secrets.store(where, PASSWORD)
    backend.keeps = True
    secrets.store(where, PASSWORD)
    assert secrets.load(where) == PASSWORD
    assert secrets.load(Address("postgresql", host="other.example", database="d", user="u")) is None
    secrets.forget(where)
    assert secrets.load(where) is None
