"""Finished letters waiting for their addresses: all that a process that prints has to know, and nothing it has not."""

from collections.abc import Mapping
from dataclasses import dataclass

from officer_app.breaches.person import Person
from officer_app.letters import country
from officer_app.notices.document import Document
from officer_app.notices.text import Series


@dataclass(frozen=True)
class Wording:
    """Finished letters by `Person.kind`, to be addressed; plain data that travels to who prints them."""

    by_kind: Mapping[str, Series]
    home: str

    def letter(self, number: str, person: Person) -> Document:
        """Return one person's letter, which names no data but theirs."""
        return self.by_kind[person.kind].letter(number, self.lines(person), addressee=person.name)

    def lines(self, person: Person) -> tuple[str, ...]:
        """Return the address as it stands in the window of the envelope."""
        return (*person.recipient, *country.line(person.country, self.home))
