"""The customers' letters of an incident: composed once for each distinct letter, and addressed person by person."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from officer_app.base.errors import KnownError
from officer_app.breaches import letter
from officer_app.breaches.duty import LettersDraft
from officer_app.breaches.letter import Around
from officer_app.breaches.person import Person, concerned
from officer_app.breaches.rules import AffectedList, Incident
from officer_app.breaches.wording import Wording
from officer_app.letters.issue import Letters
from officer_app.notices import text
from officer_app.notices.document import Document, Letterhead


@dataclass(frozen=True)
class Variant:
    """One distinct letter: its language, whose data it names, the advice in it, how many get it, and who first."""

    language: str
    categories: tuple[str, ...]
    advice: tuple[str, ...]
    letters: int = 0
    first: int = 0


class Texts:
    """The letter in each language of a draft; KnownError names all that is missing from one."""

    def __init__(
        self, case: Incident, draft: LettersDraft, around: Around, letters: Letters, letterhead: Letterhead, day: date,
        home: str,
    ) -> None:  # fmt: skip
        self._case, self._draft, self._around, self._letters = case, draft, around, letters
        self._head, self._day, self._home = letterhead, day, home
        self._made: dict[tuple[str, tuple[str, ...]], text.Series] = {}
        self._by_kind: dict[str, text.Series] = {}
        self._whole = {language: self._series(language, case.facts.categories) for language in draft.texts}

    def _series(self, language: str, categories: tuple[str, ...]) -> text.Series:
        known = self._made.get((language, categories))
        if known is None:
            made = letter.customer(self._case, self._draft, language, self._around, categories)
            known = self._made[language, categories] = text.series(
                made.kind, language, reference=self._case.reference, date=self._day, fields=made.fields,
                letterhead=self._head, mandatory=self._letters.mandatory(made),
            )  # fmt: skip
        return known

    @property
    def title(self) -> str:
        """The subject in the default language."""
        return self._whole[self.default].first.subject

    @property
    def default(self) -> str:
        """The language for who has none of the others."""
        return self._draft.default_language

    @property
    def versions(self) -> dict[str, str]:
        """Which version of the text each language has."""
        return {language: series.first.text_version for language, series in sorted(self._whole.items())}

    def language(self, wanted: str) -> str:
        """Return the language a person with this one is written in."""
        return wanted if wanted in self._whole else self.default

    def variants(self, one: AffectedList, firsts: Mapping[str, int]) -> tuple[Variant, ...]:
        """Return the distinct letters of a list, the most frequent first; `firsts` are positions by `Person.kind`."""
        found: dict[tuple[str, tuple[str, ...]], Variant] = {}
        for kind, count in one.kinds.items():
            wanted, categories = concerned(kind, self._case.facts.categories)
            key = (self.language(wanted), categories)
            known = found.get(key, Variant(*key, letter.advice(self._case, self._draft, categories)))
            first = min(place for place in (known.first, firsts.get(kind, 0)) if place) if firsts else 0
            found[key] = Variant(*key, known.advice, known.letters + count, first)
        return tuple(sorted(found.values(), key=lambda each: (-each.letters, each.language, each.categories)))

    def letter(self, number: str, person: Person) -> Document:
        """Return one person's letter, which names no data but theirs."""
        return self.wording((person.kind,)).letter(number, person)

    def wording(self, kinds: Iterable[str]) -> Wording:
        """Return the letters of these kinds of persons, as they go to who prints them.

        KnownError when the shop holds none of the data concerned of some of them.
        """
        return Wording({kind: self._of_kind(kind) for kind in kinds}, self._home)

    def _of_kind(self, kind: str) -> text.Series:
        series = self._by_kind.get(kind)
        if series is None:
            wanted, categories = concerned(kind, self._case.facts.categories)
            if not categories and self._case.facts.categories:
                raise KnownError(
                    "The data concerned were changed after the list was frozen: the shop holds none of them of some "
                    "persons in it. Correct the facts."
                )
            series = self._by_kind[kind] = self._series(self.language(wanted), categories)
        return series

    def letters(self, number: str, people: Iterable[tuple[int, Person]]) -> Iterator[Document]:
        """Yield the letters of a run, N-2026-0042/0000001 and so on."""
        for at, person in people:
            yield self.letter(f"{number}/{at:07d}", person)

    def sample(self, language: str) -> Document:
        """Return a letter to nobody, while no list is frozen."""
        return self._whole[language].letter("—", ("…",))
