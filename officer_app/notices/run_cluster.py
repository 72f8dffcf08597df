"""A cluster's workers as an Executor: Dask over mutual TLS, for runs that outgrow one computer; an optional extra."""

import ipaddress
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from threading import Event, Thread
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
    with (
        _loop() as loop,
        closing(_connected(distributed, scheduler.strip(), loop=loop, **options)) as client,
    ):
        workers = sum(client.nthreads().values())
        if not workers:
            raise KnownError(f"The scheduler at {scheduler.strip()} has no worker. Start some, then print again.")
        with client.get_executor(pure=False) as executor:
            yield executor, workers


@contextmanager
def _loop() -> Iterator[Any]:
    """Give a loop of our own, in a thread that ends: a client that cannot connect would leave its own running."""
    import asyncio  # noqa: PLC0415  no window needs it to start

    tornado: Any = import_module("tornado.ioloop")
    made: list[Any] = []
    ready, over = Event(), asyncio.Event()

    async def turn() -> None:
        made.append(tornado.IOLoop.current())
        ready.set()
        await over.wait()

    thread = Thread(target=lambda: asyncio.run(turn()), name="cluster", daemon=True)
    thread.start()
    ready.wait()
    try:
        yield made[0]
    finally:
        made[0].add_callback(over.set)
        thread.join(_SECONDS)


def _connected(distributed: Any, scheduler: str, **options: Any) -> Any:
    try:
        return distributed.Client(scheduler, timeout=_SECONDS, set_as_default=False, **options)
    except (OSError, ValueError) as fault:
        raise KnownError(
            f"The scheduler at {scheduler} does not answer, or does not trust the certificates. Check that it runs "
            "and who signed its certificate, then take the run up again."
        ) from fault
