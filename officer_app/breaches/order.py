"""Puts any number of affected persons into postal order, each once, in bounded memory and never plain on a disk."""

import hashlib
import heapq
import os
import tempfile
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Any, Self

from officer_app.breaches.person import Person, place
from officer_app.casebook.sealing import Key

IN_MEMORY = 20_000
"""Persons held at once; more are sorted in parts, and the parts put aside under a key that nobody keeps."""
_BLOCK = 500

_Entry = tuple[Any, list[Any]]


class Once:
    """Remembers persons by 8 bytes for each of their marks: 1,000,000 persons take about 200 MB.

    Two different marks share their 8 bytes once in some ten million lists of that size.
    """

    def __init__(self) -> None:
        self._seen: set[int] = set()
        self._key = os.urandom(16)

    def add(self, person: Person) -> bool:
        """Return whether neither the shop's key nor the e-mail of this person came before, and remember both."""
        found = [self._digest(mark) for mark in person.marks()]
        fresh = not self._seen.intersection(found)
        self._seen.update(found)
        return fresh

    def _digest(self, mark: str) -> int:
        return int.from_bytes(hashlib.blake2b(mark.encode(), digest_size=8, key=self._key).digest(), "big")


class PostalOrder:
    """Takes persons in any order and yields them in postal order; close it, or use it as a context manager."""

    def __init__(self, in_memory: int = IN_MEMORY) -> None:
        self._most = in_memory
        self._part: list[_Entry] = []
        self._parts: list[list[tuple[int, int]]] = []  # offset and length of each block aside
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
        for start in range(0, len(self._part), _BLOCK):
            sealed = self._key.seal_json(self._part[start : start + _BLOCK], "aside", len(self._parts), len(blocks))
            blocks.append((self._aside.seek(0, os.SEEK_END), len(sealed)))
            self._aside.write(sealed)
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
        self._aside.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
