"""Puts any number of affected persons into postal order, in bounded memory and never plain on a disk."""

import heapq
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any, Self

from officer_app.base.errors import KnownError
from officer_app.breaches.person import Person, place
from officer_app.casebook.sealing import Key

IN_MEMORY = 20_000
"""Persons held at once; more are sorted in parts, and the parts put aside under a key that nobody keeps."""
_BLOCK = 500

_Entry = tuple[Any, list[Any]]


@contextmanager
def _room() -> Iterator[None]:
    """Say in one sentence what the disk refuses."""
    try:
        yield
    except OSError as error:
        where, why = tempfile.gettempdir(), error.strerror or "the disk refused"
        raise KnownError(f"Sorting needs room in {where}: {why}. Free some space, then freeze again.") from None


class PostalOrder:
    """Takes persons in any order and yields them in postal order; close it, or use it as a context manager."""

    def __init__(self, in_memory: int = 0) -> None:
        self._most = in_memory or IN_MEMORY
        self._part: list[_Entry] = []
        self._parts: list[list[tuple[int, int]]] = []  # offset and length of each block aside
        with _room():
            self._aside = tempfile.TemporaryFile()  # noqa: SIM115  closed with the object
        self._key = Key(os.urandom(32))
        self.count = 0

    def add(self, person: Person, street: str) -> None:
        """Take a person; `street` is the line of the address that the post sorts by."""
        self._part.append((place(person, street), person.row()))
        self.count += 1
        if len(self._part) >= self._most:
            self._put_aside()

    def _put_aside(self) -> None:
        blocks: list[tuple[int, int]] = []
        self._part.sort()
        with _room():
            for start in range(0, len(self._part), _BLOCK):
                sealed = self._key.seal_json(self._part[start : start + _BLOCK], "aside", len(self._parts), len(blocks))
                blocks.append((self._aside.seek(0, os.SEEK_END), len(sealed)))
                self._aside.write(sealed)
            self._aside.flush()
        self._parts.append(blocks)
        self._part = []

    def _read(self, number: int) -> Iterator[_Entry]:
        for at, (offset, length) in enumerate(self._parts[number]):
            self._aside.seek(offset)
            for found, row in self._key.open_json(self._aside.read(length), "aside", number, at):
                yield tuple(found), row

    def __iter__(self) -> Iterator[Person]:
        self._part.sort()
        parts: list[Iterable[_Entry]] = [self._read(number) for number in range(len(self._parts))]
        for _place, row in heapq.merge(*parts, self._part, key=lambda entry: entry[0]):
            yield Person.of(row)

    def close(self) -> None:
        """Drop what was put aside."""
        with suppress(OSError):  # what is still to be written is dropped anyway
            self._aside.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
