"""Killable child processes with time and memory limits, for work on foreign bytes and for long work.

Requests and answers cross the pipe as typed MessagePack, never as pickle: a child taken over by a hostile
file can send a wrong answer, but it cannot make the parent build an object or run code. A frozen application
must call `multiprocessing.freeze_support()` first thing in its entry script.
"""

import contextlib
import importlib
import multiprocessing
import signal
import sys
import threading
import time
import typing
from collections.abc import Callable, Iterator
from functools import cache
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import Literal, Self, TypeVar, TypeVarTuple

import msgspec

from officer_app.base import shapes
from officer_app.base.errors import BugError, Cancelled, KnownError, without_values
from officer_app.base.process import harden

R = TypeVar("R")
Ts = TypeVarTuple("Ts")

Reason = Literal["time", "memory", "crash"]

START_SECONDS = 30.0
"""How long a child may take to start on a busy machine; it does not count against the work's own limit."""
_CALLS_PER_CHILD = 2_000
_READY, _DONE, _KNOWN, _MEMORY, _BUG = b"r", b"d", b"k", b"m", b"b"


class WorkerError(KnownError):
    """The work was stopped; `reason` says whether time or memory ran out or the child process crashed."""

    def __init__(self, text: str, reason: Reason) -> None:
        super().__init__(text)
        self.reason = reason


class _Call(msgspec.Struct, frozen=True, array_like=True):
    """One request: the function by name, its arguments as encoded bytes, and the limits."""

    module: str
    name: str
    arguments: bytes
    seconds: float
    megabytes: int


class _Child:
    """One child process and our end of its pipe."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self.process: SpawnProcess = context.Process(
            target=_serve, args=(theirs,), name="officer-app worker", daemon=True
        )
        self.calls = 0
        try:
            self.process.start()
        except BaseException:
            self._pipe.close()
            raise
        finally:
            theirs.close()

    def call(self, request: bytes, seconds: float, cancelled: Callable[[], bool] | None) -> bytes:
        """Return the answer; raise TimeoutError or Cancelled, or EOFError when the child died."""
        if self.calls == 0 and self._receive(time.monotonic() + START_SECONDS, cancelled) != _READY:
            raise EOFError
        self.calls += 1
        self._pipe.send_bytes(request)
        return self._receive(time.monotonic() + seconds, cancelled)

    def _receive(self, end: float, cancelled: Callable[[], bool] | None) -> bytes:
        while True:
            left = end - time.monotonic()
            if self._pipe.poll(max(0.0, min(left, 0.05) if cancelled else left)):
                return self._pipe.recv_bytes()
            if cancelled is not None and cancelled():
                raise Cancelled
            if left <= 0:
                raise TimeoutError

    def stop(self) -> int | None:
        """Kill the child at once, release its pipe and return its exit code."""
        self._pipe.close()
        self.process.kill()
        self.process.join()
        code = self.process.exitcode
        self.process.close()
        return code


class Pool:
    """Up to `size` child processes, started when first needed and used again until something goes wrong.

    Safe to use from several threads. Close it (or use it as a context manager) and every child is gone.
    """

    def __init__(self, size: int = 2) -> None:
        self._size = size
        self._idle: list[_Child] = []
        self._busy: set[_Child] = set()
        self._starting = 0
        self._closed = False
        self._changed = threading.Condition()

    def run(
        self,
        function: Callable[[*Ts], R],
        *arguments: *Ts,
        seconds: float = 30.0,
        megabytes: int = 1024,
        cancelled: Callable[[], bool] | None = None,
    ) -> R:
        """Return `function(*arguments)`, computed in a child process.

        `function` is a module-level function whose parameters and result are annotated with types that
        MessagePack carries: str, bytes, numbers, bool, None, datetime, tuples, lists, dicts and frozen
        dataclasses of them. `seconds` is wall-clock time, `megabytes` the child's address space (enforced
        where the system has RLIMIT_AS). A KnownError raised inside comes out with the same text. Raises
        WorkerError when a limit was hit or the child died, Cancelled when `cancelled()` became true (the
        child is then already killed), BugError for anything else that was raised inside.
        """
        encoded = msgspec.msgpack.encode(arguments)
        request = _Call(function.__module__, function.__qualname__, encoded, seconds, megabytes)
        with self._borrowed(cancelled) as child:
            try:
                answer = child.call(msgspec.msgpack.encode(request), seconds, cancelled)
            except TimeoutError:
                self._discard(child)
                text = f"This took longer than {seconds:g} seconds and was stopped."
                raise WorkerError(text, "time") from None
            except (EOFError, OSError):
                code = self._discard(child)
                raise WorkerError(f"The work stopped unexpectedly (exit code {code}).", "crash") from None
            except BaseException:
                self._discard(child)
                raise
            kind, body = answer[:1], answer[1:]
            if kind == _MEMORY:
                self._discard(child)
                text = f"This needed more than {megabytes} MB of memory and was stopped."
                raise WorkerError(text, "memory")
        if kind == _KNOWN:
            raise KnownError(msgspec.msgpack.decode(body, type=str))
        if kind != _DONE:
            raise BugError(msgspec.msgpack.decode(body, type=str))
        try:
            result: R = _answer_decoder(function).decode(body)
        except msgspec.DecodeError:
            raise BugError(f"{function.__qualname__} answered in a wrong form") from None
        return result

    def close(self) -> None:
        """Kill every child, also those at work in other threads (their `run` raises WorkerError)."""
        with self._changed:
            self._closed = True
            idle, self._idle = self._idle, []
            for child in self._busy:
                child.process.kill()
            self._changed.notify_all()
        for child in idle:
            child.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextlib.contextmanager
    def _borrowed(self, cancelled: Callable[[], bool] | None) -> Iterator[_Child]:
        child = self._take(cancelled)
        try:
            yield child
        finally:
            with self._changed:
                kept = child in self._busy
                self._busy.discard(child)
                reusable = kept and not self._closed and child.calls < _CALLS_PER_CHILD
                if reusable:
                    self._idle.append(child)
                self._changed.notify()
            if kept and not reusable:
                child.stop()

    def _take(self, cancelled: Callable[[], bool] | None) -> _Child:
        with self._changed:
            while True:
                if self._closed:
                    raise BugError("The worker pool is closed.")
                if self._idle:
                    child = self._idle.pop()
                    self._busy.add(child)
                    return child
                if len(self._busy) + self._starting < self._size:
                    self._starting += 1
                    break
                if cancelled is not None and cancelled():
                    raise Cancelled
                self._changed.wait(0.05 if cancelled else None)
        try:
            child = _Child()
        except BaseException:
            with self._changed:
                self._starting -= 1
                self._changed.notify()
            raise
        with self._changed:
            self._starting -= 1
            self._busy.add(child)
        return child

    def _discard(self, child: _Child) -> int | None:
        with self._changed:
            self._busy.discard(child)
        return child.stop()


@cache
def _answer_decoder(function: Callable[..., object]) -> msgspec.msgpack.Decoder[typing.Any]:
    return shapes.decoder(typing.get_type_hints(function)["return"])


@cache
def _function(module: str, name: str) -> tuple[Callable[..., object], msgspec.msgpack.Decoder[typing.Any]]:
    function: typing.Any = importlib.import_module(module)
    for attribute in name.split("."):
        function = getattr(function, attribute)
    hints = typing.get_type_hints(function)
    hints.pop("return", None)
    count = function.__code__.co_argcount
    kinds = [hints[parameter] for parameter in function.__code__.co_varnames[:count]]
    shape: typing.Any = tuple[tuple(kinds)] if kinds else tuple[()]  # type: ignore[misc]
    return function, shapes.decoder(shape)


def _serve(pipe: Connection) -> None:
    """Answer requests until the parent closes the pipe or dies; runs in the child."""
    # Ctrl+C in the terminal is for the parent, which then stops us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    harden()  # a new program may be dumped and traced again
    pipe.send_bytes(_READY)
    while True:
        try:
            request = pipe.recv_bytes()
        except (EOFError, OSError):
            return
        answer = _answer(request)
        try:
            pipe.send_bytes(answer)
        except OSError:
            return


def _answer(request: bytes) -> bytes:
    call = msgspec.msgpack.decode(request, type=_Call)
    try:
        function, arguments = _function(call.module, call.name)
        with _limited(call.seconds, call.megabytes):
            result = function(*arguments.decode(call.arguments))
            return _DONE + msgspec.msgpack.encode(result)
    except MemoryError:
        return _MEMORY
    except KnownError as error:
        return _KNOWN + msgspec.msgpack.encode(str(error))
    except BaseException as error:  # whatever a foreign file provokes must be answered, not lost
        # Not its words: they may quote the file, and what is told here ends up in the log.
        text = f"{call.module}.{call.name} raised {type(error).__name__}\n{without_values(error)}"
        return _BUG + msgspec.msgpack.encode(text.encode("utf-8", "replace").decode())


if sys.platform == "win32":

    @contextlib.contextmanager
    def _limited(_seconds: float, _megabytes: int) -> Iterator[None]:
        """Windows has no RLIMIT; there the time limit and the callers' size caps bound the work."""
        yield

else:
    import resource

    @contextlib.contextmanager
    def _limited(seconds: float, megabytes: int) -> Iterator[None]:
        """Bound the address space, and the CPU time in case the parent dies and can no longer kill us."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        cpu = int(used.ru_utime + used.ru_stime + seconds) + 2
        space = _narrow(resource.RLIMIT_AS, megabytes * 1024 * 1024)
        _narrow(resource.RLIMIT_CPU, cpu)
        try:
            yield
        finally:
            if space is not None:
                resource.setrlimit(resource.RLIMIT_AS, space)

    def _narrow(kind: int, value: int) -> tuple[int, int] | None:
        soft, hard = resource.getrlimit(kind)
        wanted = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(kind, (wanted, hard))
        except (ValueError, OSError):  # macOS refuses RLIMIT_AS on some versions
            return None
        return soft, hard
