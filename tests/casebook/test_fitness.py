"""What is no sound casebook is refused in one sentence: damaged, planted, newer, read-only, elsewhere without TLS."""

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from officer_app.base import process, tls
from officer_app.base.clock import fixed
from officer_app.base.errors import KnownError
from officer_app.casebook import cases, evidence, setup, store
from officer_app.casebook.book import Casebook
from officer_app.casebook.memory import Memory
from officer_app.casebook.store import open_engine, place
from tests import factory
from tests.casebook.places import Spot, new_case, new_database
from tests.servers import Server, postgres_with_tls


def test_a_damaged_file_is_refused_or_its_loss_named(
    file_spot: Spot, trials: Callable[[int, int], int], dice: Random
) -> None:
    """Whatever stands in the file: one sentence, never a crash, never a wrong byte of evidence."""
    book = file_spot.open()
    for number in range(3):
        new_case(book, bytes([number]) * 50_000)
    book.close()
    path = Path(file_spot.address)
    whole = path.read_bytes()
    refused = 0
    for _ in range(trials(25, 2000)):
        changed = bytearray(whole)
        match dice.choice(["bytes", "zeros", "cut", "bit"]):
            case "bytes":
                at = dice.randrange(len(changed))
                changed[at : at + 600] = dice.randbytes(600)
            case "zeros":
                at = dice.randrange(len(changed)) & ~4095
                changed[at : at + 4096] = bytes(4096)
            case "cut":
                del changed[dice.randrange(len(changed)) :]
            case "bit":
                changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
        for suffix in ("-wal", "-shm"):
            Path(file_spot.address + suffix).unlink(missing_ok=True)
        path.write_bytes(changed)
        refused += _is_refused(file_spot)
    assert refused


def test_a_schema_that_is_no_text_is_refused_in_a_sentence(file_spot: Spot) -> None:
    """SQLite quotes the damaged name in its message, which Python then cannot read."""
    file_spot.open().close()
    path = Path(file_spot.address)
    whole = path.read_bytes()
    at = whole.index(b"tablecasescases")  # type, name and table of one row of the schema, then its statement
    broken = whole[at : at + 200].replace(b"tablecases", b"table\xe1\xe2ses").replace(b"CREATE", b"CREATX")
    path.write_bytes(whole[:at] + broken + whole[at + 200 :])
    with pytest.raises(KnownError, match="damaged"):
        file_spot.open(computer="another")


def _is_refused(spot: Spot) -> bool:
    try:
        book = spot.open(computer="another")
    except KnownError:
        return True
    try:
        if book.verify().broken:
            return True
        with book.reading() as tx:
            for number in range(1, 4):
                piece = evidence.of_case(tx, f"C-2026-{number:04d}")[0]
                assert evidence.read(tx, piece.id) == bytes([number - 1]) * 50_000
    except KnownError:
        return True
    finally:
        book.close()
        spot.memory.succeeded(book.id, factory.OFFICER_NAME)
    return False


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "holds no casebook"), (b"hello, this is a letter" * 100, "is no casebook"),
     (b"\x00" * 5000, "is no casebook")],
)  # fmt: skip
def test_another_file_is_no_casebook(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "letter").write_bytes(content)
    with pytest.raises(KnownError, match=sentence):
        Casebook.open(tmp_path / "letter", Memory(tmp_path / "state"))
    assert (tmp_path / "letter").read_bytes() == content or content == b""
    with pytest.raises(KnownError, match="There is no casebook at"):
        Casebook.open(tmp_path / "nothing", Memory(tmp_path / "state"))
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize(
    "planted",
    ["create trigger t after update on cases begin delete from audit; end",
     "create view people2 as select * from people", "create table complaints2 (id text)"],
)  # fmt: skip
def test_a_file_with_something_planted_is_refused(file_spot: Spot, planted: str) -> None:
    with file_spot.by_hand() as connection:
        connection.exec_driver_sql(planted)
    with pytest.raises(KnownError, match="does not belong to it"):
        file_spot.open()


@pytest.mark.parametrize("table", ["store", "audit_head", "inner_keys", "store_keys", "people", "roster"])
def test_an_emptied_table_is_one_sentence(spot: Spot, table: str) -> None:
    book = spot.open()
    with spot.by_hand() as connection:
        connection.exec_driver_sql(f"delete from {table}")
    with contextlib.suppress(KnownError):
        assert book.verify().broken
    book.close()
    with pytest.raises(KnownError):
        spot.open(computer="another")


_READ_ONLY = """
import os, sys
from pathlib import Path
from officer_app.base.errors import KnownError
from officer_app.casebook.book import Casebook
from officer_app.casebook.memory import Memory
from officer_app.casebook import migrate
from tests import factory
import psutil, sqlalchemy.dialects.sqlite
migrate.head()
os.setresuid(65534, 65534, 65534)  # only now: that account may not read where Python is
try:
    book = Casebook.open(sys.argv[1], Memory(Path(sys.argv[2])))
    book.unlock(factory.OFFICER_NAME, factory.OFFICER_PASS)
except KnownError as error:
    print(error)
"""


@pytest.mark.skipif(not hasattr(os, "setresuid") or os.getuid() != 0, reason="another account is needed")
def test_a_read_only_place_is_one_sentence(file_spot: Spot, tmp_path_factory: pytest.TempPathFactory) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "state").mkdir(mode=0o777)
        (folder / "state").chmod(0o777)
        target = folder / "casebook.sqlite"
        target.write_bytes(Path(file_spot.address).read_bytes())
        target.chmod(0o444)
        command = [sys.executable, "-c", _READ_ONLY, str(target), str(folder / "state")]
        environment = {**os.environ, "HOME": name, "PYTHONPATH": str(Path.cwd()), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    assert "cannot be written here" in done.stdout


def test_a_failed_set_up_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, memory = setup.First("Ana", "ana", factory.MANAGER_PASS), Memory(tmp_path / "state")

    def fail() -> Any:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        setup.create(tmp_path / "a.sqlite", memory, first, kdf=fail)
    with pytest.raises(KnownError, match="easily guessed"):
        setup.create(tmp_path / "a.sqlite", memory, setup.First("Ana", "ana", "aaaaaaaaaaaaaa"))
    assert [path.name for path in tmp_path.iterdir()] == ["state"]
    book, _ = setup.create(tmp_path / "a.sqlite", memory, first, kdf=factory.cheap_kdf)
    assert (tmp_path / "a.sqlite").stat().st_mode & 0o777 == 0o600
    assert book.verify().broken == ""
    book.close()
    with pytest.raises(KnownError, match="is a file at"):
        setup.create(tmp_path / "a.sqlite", memory, first, kdf=factory.cheap_kdf)


def test_a_casebook_on_a_network_drive_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import psutil

    part = type("Part", (), {"mountpoint": str(tmp_path / "share"), "fstype": "nfs4", "opts": "rw"})
    root = type("Part", (), {"mountpoint": "/", "fstype": "ext4", "opts": "rw"})
    monkeypatch.setattr(psutil, "disk_partitions", lambda **_words: [root, part])
    with pytest.raises(KnownError, match="network drive"):
        store.refuse_network_drive(tmp_path / "share" / "casebook.sqlite")
    store.refuse_network_drive(tmp_path / "share2" / "casebook.sqlite")


# --- the clock -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [-400, -1, 400])
def test_a_clock_that_is_wrong_is_noticed(spot: Spot, days: int) -> None:
    book = spot.open()
    new_case(book)
    assert book.clock_warning == ""
    book.close()
    odd = spot.open(clock=fixed(datetime.now(UTC) + timedelta(days=days)))
    assert "clock" in odd.clock_warning
    new_case(odd)
    with odd.reading() as tx:
        assert cases.head(tx, "C-2026-0001").opened is not None
    assert odd.verify().broken == ""
    odd.close()


# --- memory ----------------------------------------------------------------------------------------------------------


def test_a_memory_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "casebooks.sqlite").write_bytes(b"rubbish" * 1000)
    with pytest.raises(KnownError, match="cannot be read or written"):
        Memory(tmp_path)


def test_a_commit_stands_when_its_head_cannot_be_remembered(file_spot: Spot, monkeypatch: pytest.MonkeyPatch) -> None:
    book = file_spot.open()
    with monkeypatch.context() as patch:
        patch.setattr(book.memory, "_path", Path("/dev/null/none"))
        reference = new_case(book)
    with book.reading() as tx:
        assert cases.head(tx, reference).reference == reference
    book.close()
    file_spot.open().close()


# --- PostgreSQL ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "sentence"),
    [("postgresql://u:secret@h/d", "Leave the password out"), ("mysql://u@h/d", "is a file or a PostgreSQL"),
     ("postgresql://u@h/d?sslmode=disable", "takes only"), ("postgresql://u@h/d?options=-c", "takes only"),
     ("postgresql://u@/d?host=/tmp,evil.example", "one name"), ("postgresql://u@/d?host=a&host=b", "takes only"),
     ("postgresql://u@a,b/d", "one name"), ("://", "casebook"), ("postgresql://[", "one name")],
)  # fmt: skip
def test_addresses_that_could_mean_harm_are_refused(address: str, sentence: str) -> None:
    with pytest.raises(KnownError, match=sentence):
        place(address)


def test_only_this_machine_is_spoken_to_without_verified_tls() -> None:
    for host in ("db.example.org", "10.0.0.5", "::2", "localhost.example.org", "127.0.0.1.example.org"):
        options = tls.postgres_options(host)
        assert (options["sslmode"], options["channel_binding"]) == ("verify-full", "require")
    for host in ("127.0.0.1", "::1", "localhost"):
        assert tls.postgres_options(host)["sslmode"] == "prefer"
    assert tls.postgres_options("/run/postgresql")["sslmode"] == "disable"
    assert tls.postgres_options("127.0.0.1", "/ca.pem")["sslmode"] == "verify-full"


@pytest.mark.server
def test_the_environment_of_libpq_is_ignored(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    address = new_database(postgres_url, "environment")
    for name, value in (("PGHOST", "evil.example"), ("PGSERVICE", "evil"), ("PGSSLMODE", "disable"),
                        ("PGOPTIONS", "-c search_path=evil"), ("PGPASSFILE", "/evil")):  # fmt: skip
        monkeypatch.setenv(name, value)
    first = setup.First("Ana", "ana", factory.MANAGER_PASS)
    book, _ = setup.create(address, Memory(tmp_path), first, kdf=factory.cheap_kdf)
    assert book.verify().broken == ""
    assert os.environ["PGHOST"] == "evil.example"
    book.close()
    with pytest.raises(KnownError, match="holds a casebook already"):
        setup.create(address, Memory(tmp_path), first, kdf=factory.cheap_kdf)


def _connects(server: Server, ca: Path | None, password: str | None) -> str:
    query = f"?sslrootcert={ca}" if ca else ""
    engine = open_engine(place(f"postgresql://shop@127.0.0.1:{server.port}/postgres{query}"), password)
    try:
        store.refuse_unfit(engine, "9999")
    except KnownError as error:
        return str(error)
    finally:
        engine.dispose()
    return ""


@pytest.mark.server
def test_a_server_proves_its_name_before_it_gets_the_password(postgres_tls: Server) -> None:
    assert "holds no casebook" in _connects(postgres_tls, postgres_tls.ca, postgres_tls.password)
    assert "could not prove its name" in _connects(postgres_tls, postgres_tls.other_ca, postgres_tls.password)
    assert "did not take this user and password" in _connects(postgres_tls, postgres_tls.ca, "wrong")
    assert "did not take this user and password" in _connects(postgres_tls, postgres_tls.ca, None)


@pytest.mark.server
@pytest.mark.parametrize("leaf", ["wrong-host", "expired"])
def test_a_certificate_that_is_wrong_is_refused(leaf: str) -> None:
    with postgres_with_tls(leaf) as server:
        assert "could not prove its name" in _connects(server, server.ca, server.password)


@pytest.mark.server
def test_a_server_without_tls_is_refused() -> None:
    with postgres_with_tls(tls=False) as server:
        assert "could not prove its name" in _connects(server, server.ca, server.password)


# --- the process -----------------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux")
def test_a_hardened_process_dumps_no_core() -> None:
    code = (
        "import ctypes, resource; from officer_app.base.process import harden; harden()\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "(0, 0) 0"
    assert callable(process.harden)
