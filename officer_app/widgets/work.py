"""The only threads: slow work runs in one pool and its results come back on the window's own thread."""

import inspect
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import shiboken6
from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, QRunnable, Qt, QThreadPool, QTimer, Signal

from officer_app.base.errors import Cancelled, KnownError
from officer_app.widgets.litter import Litter

_THREADS: Final = 4
_TICK: Final = 150  # ms between two looks at progress: quick enough to look alive, cheap with 100,000 steps


class Job:
    """What an operation sees of its own run; both calls are cheap and safe in its thread."""

    def __init__(self) -> None:
        self._state: tuple[int, int, str, float | None] = (0, 0, "", None)
        self._stop = False

    def progress(self, done: int, total: int = 0, text: str = "", left: float | None = None) -> None:
        """Tell how far the work is; `total` 0 means unknown, `left` are seconds where the work knows them better."""
        self._state = (done, total, text, left)

    def cancelled(self) -> bool:
        """Return True once the user pressed Cancel."""
        return self._stop

    def check(self) -> None:
        """Raise Cancelled once the user pressed Cancel."""
        if self._stop:
            raise Cancelled()


class Running:
    """One run as the window sees it."""

    def __init__(self, title: str, cancellable: bool, job: Job) -> None:
        self.title = title
        self.cancellable = cancellable
        self.started = time.monotonic()
        self.finished = False
        self.over = threading.Event()  # set in the background, before the result is delivered
        self._job = job

    @property
    def done(self) -> int:
        return self._job._state[0]

    @property
    def total(self) -> int:
        return self._job._state[1]

    @property
    def text(self) -> str:
        """The operation's own words about where it is, "" when it has none."""
        return self._job._state[2]

    @property
    def stopping(self) -> bool:
        """True between Cancel and the end of the run."""
        return self._job.cancelled() and not self.finished

    def seconds_left(self) -> float | None:
        """Return the estimated time left in seconds, None while it cannot be told."""
        if self._job._state[3] is not None:
            return self._job._state[3]
        spent = time.monotonic() - self.started
        if spent < 1 or not 0 < self.done <= self.total:
            return None
        return spent * (self.total - self.done) / self.done

    def cancel(self) -> None:
        """Ask the work to stop; it ends at its next look at `Job.cancelled`."""
        if self.cancellable:
            self._job._stop = True


class _Run(QRunnable):
    def __init__(self, work: "Work", handle: Running, op: Callable[[], Any], ticket: int) -> None:
        super().__init__()
        self._work, self._handle, self._op, self._ticket = work, handle, op, ticket

    def run(self) -> None:
        try:
            result, error = self._op(), None
        except BaseException as problem:  # every end of a run must reach the window
            result, error = None, problem
        self._handle.over.set()
        # The receiver lives on the window's thread and outlives every run, so this is a queued delivery.
        self._work._ended.emit(self._ticket, result, error)


class Work(QObject):
    """Runs operations away from the window; lives as long as the application.

    `changed` is emitted when a run starts, moves on or ends; `outlived` brings the title and the result, or the
    KnownError, of a run that went on when the rooms were gone (`forget`); `trouble` carries the sentence of a
    KnownError that no caller took; `bug` the exception when an error is ours.
    """

    changed = Signal()
    outlived = Signal(str, object)
    trouble = Signal(str)
    bug = Signal(object)
    _ended = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._litter = Litter(self)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(_THREADS)
        self._open: dict[
            int,
            tuple[
                Running,
                Callable[[Any], None] | None,
                Callable[[KnownError], None] | None,
                QObject | None,
                str,
            ],
        ] = {}
        self._latest: dict[str, int] = {}
        self._last_ticket = 0
        self._lasting: list[Running] = []
        self._held: list[_Run] | None = None
        self._seen: tuple[object, ...] = ()
        self._ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK)
        self._tick.timeout.connect(self._look)

    def run(
        self,
        op: Callable[..., Any],
        then: Callable[[Any], None] | None = None,
        failed: Callable[[KnownError], None] | None = None,
        *,
        title: str = "",
        cancellable: bool = False,
        owner: QObject | None = None,
        latest: str = "",
        lasting: bool = False,
    ) -> Running:
        """Run `op` in the background, then call `then(result)` or `failed(error)` on the window's thread.

        `op` gets a Job if it takes one argument; it must not touch a widget. A run with a `title` shows in the
        status line. Nothing is called once `owner` (by default the widget whose method `then` is) was deleted.
        Of several runs with the same `latest` only the newest one's result is delivered. Any error that is no
        KnownError goes to `bug`, and `failed` gets one calm sentence. A `lasting` run (typed text on its way to
        the casebook) goes first and is waited for before a lock drops the keys.
        """
        job = Job()
        handle = Running(title, cancellable, job)
        self._last_ticket += 1
        ticket = self._last_ticket
        bound = (lambda: op(job)) if _takes_job(op) else op
        self._open[ticket] = (handle, then, failed, owner or _owner(then) or _owner(failed), latest)
        if latest:
            self._latest[latest] = ticket
        made = _Run(self, handle, bound, ticket)
        if self._held is None:
            self._pool.start(made, 1 if lasting else 0)
        else:
            self._held.append(made)
        if lasting:
            self._lasting = [one for one in self._lasting if not one.over.is_set()] + [handle]
        if not self._tick.isActive():
            self._tick.start()
        self.changed.emit()
        return handle

    def running(self) -> tuple[Running, ...]:
        """Return the runs that have a title, oldest first."""
        return tuple(entry[0] for entry in self._open.values() if entry[0].title)

    @property
    def busy(self) -> bool:
        """True while any run, titled or not, has not been delivered."""
        return bool(self._open)

    def hold(self) -> None:
        """Start nothing until `release`: a window that has not painted yet needs the processor for itself."""
        if self._held is None:
            self._held = []

    def release(self) -> None:
        """Start what was held, and everything after it at once."""
        held, self._held = self._held or [], None
        for run in held:
            self._pool.start(run)

    def drain(self, milliseconds: int = 10_000) -> bool:
        """Wait, with the window alive, until every run was delivered; False when the time is over."""
        self.release()
        end = time.monotonic() + milliseconds / 1000
        while self._open and time.monotonic() < end:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            self._pool.waitForDone(5)
        return not self._open

    def close(self) -> None:
        """Cancel what can be cancelled, wait for the rest and deliver nothing any more."""
        self._tick.stop()
        self._held = None
        for entry in self._open.values():
            entry[0].cancel()
        self._pool.waitForDone()
        self._open.clear()
        self._litter.end()

    def settle(self, milliseconds: int = 3_000) -> bool:
        """Wait until every lasting run has done its work, delivered or not; False when the time is over."""
        end = time.monotonic() + milliseconds / 1000
        self._pool.setMaxThreadCount(_THREADS + 1)  # slow readers must not keep typed text waiting
        try:
            return all(one.over.wait(max(end - time.monotonic(), 0)) for one in self._lasting)
        finally:
            self._pool.setMaxThreadCount(_THREADS)

    def forget(self) -> None:
        """Deliver nothing to the rooms that asked, for they are gone (lock); of a run with a title `outlived` tells."""
        for ticket, (handle, _then, _failed, _owner, latest) in list(self._open.items()):
            if handle.title:
                tell = partial(self.outlived.emit, handle.title)
                self._open[ticket] = (handle, tell, tell, None, "")
            else:
                self._open[ticket] = (handle, None, _ignore, None, latest)

    def _look(self) -> None:
        seen = tuple((id(run), run.done, run.text, run.stopping) for run in self.running())
        if not self._open:
            self._tick.stop()
        if seen != self._seen or seen:  # time left moves even when the count stands
            self._seen = seen
            self.changed.emit()

    def _deliver(self, ticket: int, result: object, error: BaseException | None) -> None:
        entry = self._open.pop(ticket, None)
        if entry is None:
            return
        handle, then, failed, owner, latest = entry
        handle.finished = True
        self.changed.emit()
        outdated = bool(latest) and self._latest.get(latest) != ticket
        gone = owner is not None and not shiboken6.isValid(owner)
        if error is None:
            if then is not None and not outdated and not gone:
                then(result)
            return
        known = error if isinstance(error, KnownError) else self._report(error)
        if outdated or gone:
            return
        if failed is not None:
            failed(known)
        elif isinstance(error, KnownError):
            self.trouble.emit(str(known))

    def _report(self, error: BaseException) -> KnownError:
        self.bug.emit(error)
        return KnownError(
            self.tr("This did not work because of a fault in the program. Try again; the log says where it happened.")
        )


def _ignore(_error: KnownError) -> None:
    return None


def _owner(callback: Callable[..., Any] | None) -> QObject | None:
    bearer = getattr(callback, "__self__", None)
    return bearer if isinstance(bearer, QObject) else None


def _takes_job(op: Callable[..., Any]) -> bool:
    try:
        parameters = inspect.signature(op).parameters.values()
    except (TypeError, ValueError):
        return False
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    needed = [p for p in parameters if p.kind in kinds and p.default is inspect.Parameter.empty]
    return len(needed) == 1
