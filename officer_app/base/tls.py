"""How a database server is spoken to: verified TLS unless it is this machine, and nothing from the environment."""

import ipaddress
import os
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from officer_app.base.errors import KnownError

CONNECT_SECONDS = 10
_HOST = re.compile(r"[A-Za-z0-9._:-]*\Z")
_NO_FILE = str(Path(os.devnull) / "none")
_environment = threading.Lock()


def is_socket(host: str) -> bool:
    """Return whether a host is the path of a socket folder; none given means the driver's own."""
    return not host or host.startswith("/")


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine and nothing else, whatever a name server says."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        pass
    if host.casefold() != "localhost":
        return False
    try:
        found = {str(info[4][0]) for info in socket.getaddrinfo(host, None)}
    except OSError:
        return False
    return bool(found) and all(ipaddress.ip_address(address).is_loopback for address in found)


def check_host(host: str) -> None:
    """Refuse what is not one host: libpq would take a list, and speak in clear to the second of it."""
    if "," in host or not (is_socket(host) or _HOST.match(host)):
        raise KnownError("Give the host as one name or IP address.")


def postgres_options(host: str, ca_file: str = "") -> dict[str, Any]:
    """Return the driver's options for a host: a server elsewhere proves its name before it gets the password.

    `ca_file` is the authority that signed its certificate; without one those of the system count.
    """
    options: dict[str, Any] = {
        "host": host or None,
        "passfile": _NO_FILE,
        "connect_timeout": CONNECT_SECONDS,
        "gssencmode": "disable",
        "sslcertmode": "disable",
        "target_session_attrs": "any",
        "client_encoding": "UTF8",
        "application_name": "officer-app",
    }
    if is_socket(host):
        return {**options, "sslmode": "disable"}
    if is_loopback(host) and not ca_file:
        return {**options, "sslmode": "prefer", "sslrootcert": _NO_FILE}
    return {
        **options,
        "sslmode": "verify-full",
        "sslrootcert": ca_file or "system",
        "ssl_min_protocol_version": "TLSv1.2",
        "channel_binding": "require",
    }


def mysql_context(ca_file: str = "") -> ssl.SSLContext:
    """Return the only TLS settings a MySQL server elsewhere is spoken to with; `ca_file` as for PostgreSQL."""
    try:
        context = ssl.create_default_context(cafile=ca_file or None)
    except (OSError, ssl.SSLError):
        raise KnownError(
            "The certificate authority's file cannot be read; choose a PEM file with its certificate."
        ) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # SSLKEYLOGFILE would have Python write the session's keys into a file.
    context.keylog_filename = None  # type: ignore[assignment]
    return context


@contextmanager
def without_libpq_environment() -> Iterator[None]:
    """Hide every PG* variable: libpq would take host, TLS mode, service and password file from them."""
    with _environment:
        hidden = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("PG")}
        try:
            yield
        finally:
            os.environ.update(hidden)
