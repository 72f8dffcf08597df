"""An affected customer as frozen: the contact data used, and the order in which letters go to the post."""

import unicodedata
from dataclasses import dataclass
from typing import Any

from officer_app.base.person import comparable_name, normal_email, normal_name


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
                self.language, int(self.guest)]  # fmt: skip

    @classmethod
    def of(cls, row: list[Any]) -> "Person":
        """Return the person kept as `row`."""
        return cls(row[0], row[1], row[2], row[3], tuple(row[4]), row[5], row[6], row[7], bool(row[8]))


Place = tuple[bool, str, str, str, str, str]


def place(person: Person, street: str) -> Place:
    """Return where the letter stands in the run: country, postcode, street, name; who cannot be written comes last."""
    return (not person.writable, person.country, _sortable(person.postcode), comparable_name(street),
            comparable_name(person.name), person.key or person.email)  # fmt: skip


def _sortable(text: str) -> str:
    return unicodedata.normalize("NFKC", normal_name(text)).casefold()
