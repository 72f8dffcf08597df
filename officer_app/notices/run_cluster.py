"""A cluster's workers as an Executor: Dask over mutual TLS, for runs that outgrow one computer; an optional extra."""

import ipaddress
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from officer_app.base.errors import KnownError

_ADDRESS = "Give the scheduler as tls://host:port."
_SECONDS = 15


@dataclass(frozen=True)
class Certificates:
    """Files in PEM form: whom we trust, who we are, and the key to that."""

    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None


NONE = Certificates()


def check(scheduler: str, certificates: Certificates) -> None:
    """Refuse an address that is none, would send letters in the clear, or lacks the certificates it needs."""
    try:
        parts = urlsplit(scheduler.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise KnownError(_ADDRESS) from None
    if parts.scheme not in ("tls", "tcp") or not host or port is None or parts.username or parts.path or parts.query:
        raise KnownError(_ADDRESS)
    if parts.scheme == "tcp":
        if not _loopback(host):
            raise KnownError("tcp:// would send the letters in the clear. Use tls:// with certificates.")
        return
    files = {"the authority": certificates.ca, "your certificate": certificates.cert, "its key": certificates.key}
    for what, path in files.items():
        if path is None or not path.is_file():
            raise KnownError(f"tls:// needs three PEM files; the one of {what} is missing.")


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@contextmanager
def cluster(scheduler: str, certificates: Certificates) -> Iterator[tuple[Executor, int]]:
    """Give the executor of a Dask scheduler and the number of its workers' threads; disconnect when the block ends.

    Both ends show a certificate of the same authority, else nothing is sent. KnownError when the extra is not
    installed, the address is not safe, nobody answers, or no worker is there.
    """
    check(scheduler, certificates)
    try:
        distributed: Any = import_module("distributed")  # an optional extra, and slow to load
    except ImportError:
        raise KnownError("A scheduler needs the extra part: install officer-app[cluster], then print again.") from None

    options: dict[str, Any] = {}
    if scheduler.strip().startswith("tls://"):
        options["security"] = distributed.Security(
            require_encryption=True, tls_ca_file=str(certificates.ca), tls_client_cert=str(certificates.cert),
            tls_client_key=str(certificates.key),
        )  # fmt: skip
    try:
        client = distributed.Client(scheduler.strip(), timeout=_SECONDS, set_as_default=False, **options)
    except (OSError, ValueError) as fault:
        raise KnownError(
            f"The scheduler at {scheduler.strip()} does not answer, or does not trust the certificates. "
            "Check that it runs and who signed its certificate, then take the run up again."
        ) from fault
    try:
        workers = sum(client.nthreads().values())
        if not workers:
            raise KnownError(f"The scheduler at {scheduler.strip()} has no worker. Start some, then print again.")
        with client.get_executor(pure=False) as executor:
            yield executor, workers
    finally:
        client.close(timeout=_SECONDS)

