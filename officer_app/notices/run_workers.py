"""Who prints the volumes of a run: this process, a few beside it, or a cluster; all behind one Executor."""

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    wait,
)
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import connection, get_context, parent_process
from threading import Thread
from typing import Any, TypeVar

from officer_app.base.errors import Cancelled, KnownError
from officer_app.base.process import harden
from officer_app.notices.run_cluster import NONE, Certificates, check, cluster

FEW = 2_000
"""Letters that are printed before further processes would have started."""
MOST = 60
"""Processes; Windows waits for no more at once."""
_LOST = "A process or computer that printed letters was lost. Take the run up again."

T = TypeVar("T")


@dataclass(frozen=True)
class Engine:
    """Where letters are printed: in `processes` here (0: as many as help), or by the workers of a `scheduler`."""

    processes: int = 0
    scheduler: str = ""
    certificates: Certificates = NONE

    @property
    def remote(self) -> bool:
        """Whether other computers print, so that files come back through the wire."""
        return bool(self.scheduler)

    def check(self) -> None:
        """Refuse, before anything is begun, what could not be used or would not be safe."""
        if self.remote:
            check(self.scheduler, self.certificates)
        if not 0 <= self.processes <= MOST:
            raise KnownError(f"Choose from 1 to {MOST} processes, or 0 for as many as help.")


@dataclass(frozen=True)
class Crew:
    """An executor, and how many volumes to hand out at a time so that none of its workers waits."""

    executor: Executor
    ahead: int


class Here(Executor):
    """Does each task at once, in this process."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Return the task done, or what it raised."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as fault:
            future.set_exception(fault)
        return future


@contextmanager
def crew(engine: Engine, letters: int, volumes: int) -> Iterator[Crew]:
    """Give who prints a run of so many letters and volumes; they are gone when the block ends.

    KnownError when the scheduler cannot be reached or its address is not safe.
    """
    engine.check()
    if engine.remote:
        with cluster(engine.scheduler, engine.certificates) as (executor, workers):
            yield Crew(executor, workers + max(2, workers // 2))
        return
    count = engine.processes or min(os.cpu_count() or 1, volumes)
    if not engine.processes and (letters <= FEW or count <= 1):
        yield Crew(Here(), 1)
        return
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415  no window needs it to start

    pool = ProcessPoolExecutor(min(count, volumes), mp_context=get_context("spawn"), initializer=_start)
    try:
        yield Crew(pool, count + 1)
    finally:
        pool.shutdown(cancel_futures=True)


def _start() -> None:
    """Begin in a new process: no dumps, deaf to Ctrl+C, which is for who started us, and never alone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    harden()
    parent = parent_process()
    if parent is not None:
        Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()


def _follow(parent: int) -> None:
    """End with who started us: a killed run must not go on writing beside the one that takes it up."""
    connection.wait([parent])
    os._exit(1)


def spread(
    crew: Crew, task: Callable[..., T], arguments: Iterable[tuple[Any, ...]], cancelled: Callable[[], bool]
) -> Iterator[T]:
    """Yield what `task` returns for each of the arguments, as they are done; no more are handed out than needed.

    Cancelled, and what a task raised, come after the results of those that were at work meanwhile. KnownError when a
    process was ended from outside.
    """
    waiting: set[Future[T]] = set()
    stopped: BaseException | None = None
    feed = iter(arguments)
    try:
        while stopped is None:
            if cancelled():
                stopped = Cancelled()
                break
            upcoming = next(feed, None) if len(waiting) < crew.ahead else None
            if upcoming is not None:
                waiting.add(crew.executor.submit(task, *upcoming))
                if len(waiting) < crew.ahead:
                    continue
            elif not waiting:
                return
            for future in wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED).done:
                waiting.discard(future)
                fault = CancelledError() if future.cancelled() else future.exception()
                if fault is None:
                    yield future.result()
                else:
                    stopped = stopped or fault
    except BrokenExecutor as fault:
        stopped = fault
    finally:
        for future in waiting:
            future.cancel()
    for future in wait(waiting).done:
        if not future.cancelled() and future.exception() is None:
            yield future.result()
    if isinstance(stopped, BrokenExecutor | CancelledError) or type(stopped).__module__.startswith("distributed."):
        raise KnownError(_LOST) from None
    assert stopped is not None  # else everything was done
    raise stopped
