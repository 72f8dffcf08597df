"""An affected customer as frozen: the contact data used, and the order in which letters go to the post."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from officer_app.base.person import comparable_name, normal_email, normal_name

CHUNK = 1_000
"""Persons in one sealed row of a frozen list."""


@dataclass(frozen=True)
class Person:
    """One affected customer; `key` is the shop's, "" for a guest. `lines` is the postal address without the name."""

    key: str
    name: str
    email: str
    phone: str
    lines: tuple[str, ...]
    postcode: str
    country: str
    language: str
    guest: bool = False
    has_password: bool = False
    ordered: bool = False
    only: tuple[str, ...] = ()
    """The categories of data that the list is about; empty: those of the incident."""

    @property
    def kind(self) -> str:
        """What a letter depends on beside the address: the language and which data the shop holds of the person."""
        # spelt out, because a run asks it of a million persons
        held = (("n" if self.name else "") + ("e" if self.email else "") + ("m" if self.phone else "")
                + ("p" if self.has_password else "") + ("a" if self.lines else "")
                + ("o" if self.ordered else ""))  # fmt: skip
        return f"{self.language}|{held}|{' '.join(self.only)}"

    @property
    def writable(self) -> bool:
        """Whether a letter can go by post."""
        return bool(self.name and self.lines)

    @property
    def recipient(self) -> tuple[str, ...]:
        """The lines in the window of the envelope."""
        return (self.name, *self.lines)

    def marks(self) -> tuple[str, ...]:
        """Return what makes it the same person: the shop's key, and the normal form of the e-mail."""
        mail = normal_email(self.email)
        return tuple(mark for mark in (f"key {self.key}" if self.key else "", f"mail {mail}" if mail else "") if mark)

    def row(self) -> list[Any]:
        """Return the compact form kept in a sealed chunk."""
        return [self.key, self.name, self.email, self.phone, list(self.lines), self.postcode, self.country,
                self.language, int(self.guest), int(self.has_password), int(self.ordered),
                " ".join(self.only)]  # fmt: skip

    @classmethod
    def of(cls, row: list[Any]) -> "Person":
        """Return the person kept as `row`."""
        return cls(row[0], row[1], row[2], row[3], tuple(row[4]), row[5], row[6], row[7], bool(row[8]), bool(row[9]),
                   bool(row[10]), tuple(row[11].split()))  # fmt: skip


_HELD = {"name": "n", "email": "e", "mobile": "m", "password": "p", "address": "a", "orders": "o", "payment": "o"}


def concerned(kind: str, categories: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Return a person's language, and which of the incident's categories of data are theirs.

    Whether the shop holds somebody's name, e-mail, number, address, password and orders was frozen with the list; who
    never ordered never paid. Of any other category the officer's word counts for all.
    """
    language, held, only = kind.split("|", 2)
    wanted = only.split()
    theirs = (each for each in categories if not wanted or each in wanted)
    return language, tuple(each for each in theirs if each not in _HELD or _HELD[each] in held)


Place = tuple[bool, str, str, str, str, str]


def place(person: Person, street: str) -> Place:
    """Return where the letter stands in the run: country, postcode, street, name; who cannot be written comes last."""
    return (not person.writable, person.country, _sortable(person.postcode), comparable_name(street),
            comparable_name(person.name), person.key or person.email)  # fmt: skip


def _sortable(text: str) -> str:
    return unicodedata.normalize("NFKC", normal_name(text)).casefold()
