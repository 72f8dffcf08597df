"""Remembers persons in little memory, so that nobody is written twice and nobody taken off is written at all."""

import hashlib
import os
from array import array

from officer_app.breaches.person import Person


class Once:
    """Remembers persons by 8 bytes for each of their marks: 1,000,000 persons take some 32 MB.

    Two different marks share their 8 bytes once in some ten million lists of that size. A plain set of numbers would
    take six times as much.
    """

    def __init__(self) -> None:
        self._key = os.urandom(16)
        self._slots = array("Q", bytes(8 << 10))
        self._count = 0

    def add(self, person: Person) -> bool:
        """Return whether neither the shop's key nor the e-mail of this person came before, and remember both."""
        fresh = True
        for mark in person.marks():
            fresh = self._put(self._digest(mark)) and fresh
        return fresh

    def holds(self, person: Person) -> bool:
        """Return whether the shop's key or the e-mail of this person came before."""
        return any(self._find(self._digest(mark))[1] for mark in person.marks())

    def _digest(self, mark: str) -> int:
        # 0 stands for an empty slot
        return int.from_bytes(hashlib.blake2b(mark.encode(), digest_size=8, key=self._key).digest(), "big") or 1

    def _find(self, digest: int) -> tuple[int, bool]:
        """Return the slot of a digest, and whether it is there; slots are tried one after the other."""
        slots, mask = self._slots, len(self._slots) - 1
        at = digest & mask
        while (there := slots[at]) and there != digest:
            at = (at + 1) & mask
        return at, there == digest

    def _put(self, digest: int) -> bool:
        at, there = self._find(digest)
        if there:
            return False
        self._slots[at] = digest
        self._count += 1
        if self._count * 3 > len(self._slots) * 2:
            old, self._slots = self._slots, array("Q", bytes(16 * len(self._slots)))
            for each in old:
                if each:
                    self._slots[self._find(each)[0]] = each
        return True
