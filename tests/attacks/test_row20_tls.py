"""Servers that lie about who they are: neither shop nor casebook says a name or a password to any of them."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

import pytest
from cryptography.hazmat.primitives import serialization

from officer_app.base import tls
from officer_app.base.errors import KnownError
from officer_app.casebook.book import Casebook
from officer_app.casebook.memory import Memory
from officer_app.shop import profile
from officer_app.shop.address import Address
from officer_app.shop.connection import connect
from tests import servers

USER, PASSWORD = "canary-user", "canary-password-7319"
NATIVE = profile.load("native")
SSL_REQUEST = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"
CLEAR_PASSWORD_PG = b"R\x00\x00\x00\x08\x00\x00\x00\x03"
WAYS = ("shop-postgresql", "shop-mysql", "casebook-postgresql")
VARIANTS = ("no-tls", "error-instead-of-tls", "plaintext-proxy", "self-signed", "wrong-host", "expired", "other-ca",
            "tls-1.1")  # fmt: skip


@pytest.fixture(scope="module")
def certs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = servers.certificates(tmp_path_factory.mktemp("certs"))
    key, cert = servers._authority("127.0.0.1")
    (made / "self-signed.pem").write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    (made / "self-signed.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return made


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this machine count as one elsewhere."""
    monkeypatch.setattr(tls, "is_loopback", lambda _host: False)


def greeting(with_tls: bool) -> bytes:
    flags = 0xFFFF if with_tls else 0xF7FF
    body = (
        b"\x0a10.11.6-MariaDB\x00" + b"\x01\x00\x00\x00" + b"abcdefgh\x00" + flags.to_bytes(2, "little")
        + b"\x2d\x02\x00" + (0x81FF).to_bytes(2, "little") + b"\x15" + b"\x00" * 10 + b"ijklmnopqrst\x00"
        + b"mysql_native_password\x00"
    )  # fmt: skip
    return len(body).to_bytes(3, "little") + b"\x00" + body


def switch(number: int) -> bytes:
    body = b"\xfemysql_clear_password\x00"
    return len(body).to_bytes(3, "little") + bytes([number]) + body


def context_of(variant: str, certs: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf = {"other-ca": "good", "tls-1.1": "good"}.get(variant, variant)
    context.load_cert_chain(certs / f"{leaf}.pem", certs / f"{leaf}.key")
    if variant == "tls-1.1":
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


class Liar:
    """A server of one variant; `heard` is all that was said to it, in clear and inside its TLS."""

    def __init__(self, variant: str, certs: Path) -> None:
        self.variant, self.certs = variant, certs
        self.heard = b""
        self.asked = 0

    def hear(self, peer: socket.socket, most: int = 65536) -> bytes:
        part = peer.recv(most)
        self.heard += part
        return part

    def inside(self, peer: socket.socket, ask: bytes) -> None:
        """Take the client into TLS, and then ask for the password in clear."""
        with context_of(self.variant, self.certs).wrap_socket(peer, server_side=True) as inner:
            self.hear(inner)
            inner.sendall(ask)
            while self.hear(inner) and PASSWORD.encode() not in self.heard:
                pass  # with the password it has all it wants, and hangs up

    def postgresql(self, peer: socket.socket) -> None:
        self.hear(peer, 8)
        if self.variant == "no-tls":
            peer.sendall(b"N")
        elif self.variant == "error-instead-of-tls":
            peer.sendall(b"EFATAL: unsupported frontend protocol\x00")
        elif self.variant == "plaintext-proxy":
            peer.sendall(b"S" + CLEAR_PASSWORD_PG)  # bytes stuffed in before the handshake
        else:
            peer.sendall(b"S")
            self.inside(peer, CLEAR_PASSWORD_PG)
        while self.hear(peer):
            peer.sendall(CLEAR_PASSWORD_PG)

    def mysql(self, peer: socket.socket) -> None:
        peer.sendall(greeting(self.variant not in ("no-tls", "error-instead-of-tls")))
        self.hear(peer, 36)  # the request for TLS; what follows is for the handshake
        if self.variant in ("no-tls", "error-instead-of-tls", "plaintext-proxy"):
            peer.sendall(switch(2))
        else:
            self.inside(peer, switch(3))
        while self.hear(peer):
            pass

    @contextmanager
    def listening(self, speak: Callable[[socket.socket], None]) -> Iterator[int]:
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(0.1)
            over = threading.Event()

            def serve() -> None:
                while not over.is_set():
                    try:
                        peer = server.accept()[0]
                    except TimeoutError:
                        continue
                    self.asked += 1
                    with peer, suppress(OSError, ValueError):
                        peer.settimeout(3)
                        speak(peer)

            thread = threading.Thread(target=serve)
            thread.start()
            try:
                yield server.getsockname()[1]
            finally:
                over.set()
                thread.join(20)


def attempt(way: str, liar: Liar, state: Path) -> str:
    """Connect as the program does and return the sentence it refuses with."""
    ca = liar.certs / ("other-ca.pem" if liar.variant == "other-ca" else "ca.pem")
    engine: Literal["mysql", "postgresql"] = "mysql" if way == "shop-mysql" else "postgresql"
    with liar.listening(getattr(liar, engine)) as port, pytest.raises(KnownError) as caught:
        if way == "casebook-postgresql":
            address = f"postgresql://{USER}@127.0.0.1:{port}/book?sslrootcert={ca}"
            Casebook.open(address, Memory(state), password=PASSWORD)
        else:
            where = Address(engine, host="127.0.0.1", port=port, database="shop", user=USER, ca_file=str(ca))
            connect(where, PASSWORD, NATIVE)
    return str(caught.value)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("variant", VARIANTS)
def test_a_lying_server_hears_neither_name_nor_password(way: str, variant: str, certs: Path, tmp_path: Path) -> None:
    liar = Liar(variant, certs)
    said = attempt(way, liar, tmp_path)
    assert liar.asked
    assert USER.encode() not in liar.heard and PASSWORD.encode() not in liar.heard
    assert PASSWORD not in said and said.endswith(".")
    if way != "shop-mysql":
        assert liar.heard.startswith(SSL_REQUEST)
    elif variant not in ("no-tls", "error-instead-of-tls"):
        assert len(liar.heard) >= 36 and liar.heard[3] == 1  # the request for TLS, which names nobody
    assert "no password was sent" in said


@pytest.mark.parametrize("way", ["shop-postgresql", "casebook-postgresql"])
def test_even_the_true_name_gets_no_password_in_clear(way: str, certs: Path, tmp_path: Path) -> None:
    """A stolen certificate, or a proxy that ends TLS: without a proof bound to the channel nothing is sent."""
    liar = Liar("good", certs)
    attempt(way, liar, tmp_path)
    assert USER.encode() in liar.heard  # it came that far
    assert PASSWORD.encode() not in liar.heard


def test_the_harness_hears_a_careless_client(certs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    careful = tls.postgres_options

    def careless(host: str, ca_file: str = "") -> dict[str, Any]:
        return careful(host, ca_file) | {"sslmode": "require", "sslrootcert": "/dev/null/none",
                                         "channel_binding": "prefer"}  # fmt: skip

    def any_server(_ca_file: str = "") -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context

    monkeypatch.setattr(tls, "postgres_options", careless)
    monkeypatch.setattr(tls, "mysql_context", any_server)
    for way in WAYS:
        liar = Liar("self-signed", certs)
        attempt(way, liar, tmp_path)
        assert USER.encode() in liar.heard, way
        assert PASSWORD.encode() in liar.heard, way


def test_the_environment_gets_no_session_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    assert ssl.create_default_context().keylog_filename  # what Python does by itself
    assert tls.mysql_context().keylog_filename is None


def test_a_name_with_more_in_it_is_no_second_host(certs: Path, tmp_path: Path) -> None:
    liar = Liar("no-tls", certs)
    with liar.listening(liar.postgresql) as port:
        for more in (f"host=127.0.0.1 port={port} sslmode=disable", f"postgres://127.0.0.1:{port}/x?sslmode=disable"):
            from urllib.parse import quote

            with pytest.raises(KnownError):
                Casebook.open(f"postgresql://{USER}@/{quote(more, safe='')}?host=/nowhere", Memory(tmp_path),
                              password=PASSWORD)  # fmt: skip
    assert liar.asked == 0
