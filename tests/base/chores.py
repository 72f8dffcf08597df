"""Small jobs that the worker's tests send to a child process."""

import multiprocessing
import os
import time
from dataclasses import dataclass
from datetime import datetime

from officer_app.base.errors import KnownError


@dataclass(frozen=True)
class Parcel:
    name: str
    content: bytes
    when: datetime | None
    labels: tuple[str, ...] = ()


def wrap(name: str, content: bytes, when: datetime | None) -> Parcel:
    return Parcel(name, content, when, ("fragile", "ngày"))


def pid() -> int:
    return os.getpid()


def parent_and_pid(path: str) -> None:
    """Note our own pid where the parent can read it, then work for ever."""
    with open(path, "w", encoding="ascii") as file:  # noqa: PTH123
        file.write(str(os.getpid()))
    while True:
        pass


def spin() -> None:
    while True:
        pass


def nap(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def hoard(megabytes: int) -> int:
    held = [b"x" * (1024 * 1024) for _ in range(megabytes)]
    return len(held)


def refuse(sentence: str) -> str:
    raise KnownError(sentence)


def blunder() -> None:
    raise IndexError("\ud800 odd")


def die() -> None:
    os._exit(7)


def recurse(depth: int) -> int:
    return recurse(depth + 1)


def children() -> int:
    return len(multiprocessing.active_children())
