"""Another client of the shop that the retention benchmark erases in, and where it runs."""

import math
import multiprocessing
import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from multiprocessing.connection import Connection
from pathlib import Path

import sqlalchemy as sa

from tests.bench._retention_shop import Built

Times = list[tuple[float, float]]
"""The seconds of each page: as a whole, and of its questions without the change."""

_QUESTIONS = (
    "SELECT * FROM customers WHERE id = :id",
    "SELECT * FROM orders WHERE customer_id = :id ORDER BY placed_at DESC LIMIT 20",
    "SELECT * FROM addresses WHERE customer_id = :id",
)
_CHANGE = "UPDATE customers SET last_login_at = last_login_at WHERE id = :id"


def _client(url: str, customers: int, pipe: Connection) -> None:
    """Ask and change what a shop's page would for 500 customers, every few milliseconds; a process of its own.

    Told how many pages it may ask for, it asks until it has them or until the next message, and answers with its
    times; None ends it.
    """
    engine, dice = sa.create_engine(url), random.Random(7)
    # Customers whose number in the cycle of 120 is small are active: no erasure touches their rows.
    here = [dice.randrange(customers // 120) * 120 + 5 for _ in range(500)]
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        mine = connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
        others = connection.execute(sa.text("SELECT pid FROM pg_stat_activity WHERE pid <> :mine"), {"mine": mine})
        pipe.send(([os.getpid(), mine], [_server(mine), *others.scalars()]))

        def page(customer: int) -> tuple[float, float]:
            began = time.perf_counter()
            for question in _QUESTIONS:
                connection.execute(sa.text(question), {"id": customer})
            asked = time.perf_counter()
            connection.execute(sa.text(_CHANGE), {"id": customer})
            return time.perf_counter() - began, asked - began

        for customer in here:  # once before it counts: what is compared is not who reads a page from the disk first
            page(customer)
        while (most := pipe.recv()) is not None:
            times = Times()
            while len(times) < most and not pipe.poll(0.004):
                times.append(page(dice.choice(here)))
            if len(times) < most:
                pipe.recv()
            pipe.send(times)


def _server(process: int) -> int:
    """Return the process that starts all others of its server; 0 where the system does not tell."""
    with suppress(OSError):
        lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("PPid"))
    return 0


@contextmanager
def _apart(client: Sequence[int], others: Sequence[int]) -> Iterator[None]:
    """Give one processor to a client and the server's process for it, and the rest to us; only root may, on Linux."""
    whole = os.sched_getaffinity(0)
    one = {max(whole)}
    kept = {pid: os.sched_getaffinity(pid) for pid in (*client, *others, os.getpid())}
    try:
        for pid in kept:
            os.sched_setaffinity(pid, one if pid in client else whole - one)
        yield
    finally:
        for pid, before in kept.items():
            with suppress(ProcessLookupError):
                os.sched_setaffinity(pid, before)


class Client:
    """Another client, in a process of its own."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def alone(self, pages: int) -> Times:
        """Return the times of that many pages while nobody else asks for anything."""
        return self._ask(pages)

    def beside(self, work: Callable[[], object]) -> Times:
        """Carry out some work and return the times of all pages meanwhile."""
        return self._ask(math.inf, work)

    def _ask(self, most: float, work: Callable[[], object] | None = None) -> Times:
        self._pipe.send(most)
        if work is not None:
            work()
            self._pipe.send("enough")
        times: Times = self._pipe.recv()
        return times


@contextmanager
def client(at: Built, *, apart: bool) -> Iterator[Client]:
    """Start another client; `apart` gives it a processor of its own, as on a server that has one to spare."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    url = at.url.render_as_string(hide_password=False)
    process = context.Process(target=_client, args=(url, at.customers, there))
    process.start()
    mine, others = here.recv()
    try:
        with _apart(mine, others) if apart else nullcontext():
            yield Client(here)
    finally:
        here.send(None)
        process.join()
