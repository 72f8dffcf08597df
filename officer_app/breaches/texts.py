"""The customers' letters of an incident, composed once per language and addressed person by person."""

from collections.abc import Iterable, Iterator
from datetime import date

from officer_app.breaches import letter
from officer_app.breaches.duty import LettersDraft
from officer_app.breaches.letter import Around
from officer_app.breaches.person import Person
from officer_app.breaches.rules import AffectedList, Incident
from officer_app.letters import country
from officer_app.letters.issue import Letters
from officer_app.notices import text
from officer_app.notices.document import Document, Letterhead


class Texts:
    """The letter in each language of a draft; KnownError names all that is missing from one."""

    def __init__(
        self, case: Incident, draft: LettersDraft, around: Around, letters: Letters, letterhead: Letterhead, day: date,
        home: str,
    ) -> None:  # fmt: skip
        self._default, self._home = draft.default_language, home
        self._series = {}
        for language in draft.texts:
            made = letter.customer(case, draft, language, around)
            self._series[language] = text.series(
                made.kind, language, reference=case.reference, date=day, fields=made.fields, letterhead=letterhead,
                mandatory=letters.mandatory(made),
            )  # fmt: skip

    @property
    def title(self) -> str:
        """The subject in the default language."""
        return self._series[self._default].first.subject

    @property
    def default(self) -> str:
        """The language for who has none of the others."""
        return self._default

    @property
    def versions(self) -> dict[str, str]:
        """Which version of the text each language has."""
        return {language: series.first.text_version for language, series in sorted(self._series.items())}

    def language(self, wanted: str) -> str:
        """Return the language a person with this one is written in."""
        return wanted if wanted in self._series else self._default

    def variants(self, one: AffectedList) -> dict[str, int]:
        """Return the distinct letters of a list: the language, and how many get it."""
        found: dict[str, int] = {}
        for language, count in one.languages.items():
            found[self.language(language)] = found.get(self.language(language), 0) + count
        return dict(sorted(found.items(), key=lambda each: -each[1]))

    def letter(self, number: str, person: Person) -> Document:
        """Return one person's letter."""
        lines = (*person.recipient, *country.line(person.country, self._home))
        return self._series[self.language(person.language)].letter(number, lines, addressee=person.name)

    def letters(self, number: str, people: Iterable[tuple[int, Person]]) -> Iterator[Document]:
        """Yield the letters of a run, N-2026-0042/0000001 and so on."""
        for at, person in people:
            yield self.letter(f"{number}/{at:07d}", person)

    def sample(self, language: str) -> Document:
        """Return a letter to nobody, while no list is frozen."""
        return self._series[language].letter("—", ("…",))
