"""The severity of a breach by ENISA's method of 2013: a score that supports the officer's decision, never takes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from officer_app.base import resources
from officer_app.base.errors import KnownError
from officer_app.policy.entries import in_language
from officer_app.policy.reader import read_sheet, read_text
from officer_app.policy.schema import BandFile, QuestionFile

NEAR = 0.25
"""Within this distance of a threshold the score could as well fall on its other side."""

MANY = 100
"""ENISA flags a breach of more persons than this; the number of persons is not part of the score."""

SUPPORT = "The score supports the decision. The legal test is that of the law, and the officer decides."
_UNINTELLIGIBLE = "Data that nobody can read may lift the duty to tell the persons (GDPR Art. 34(3)(a))."


@dataclass(frozen=True)
class Choice:
    """One possible answer and its value in the formula."""

    id: str
    title: Mapping[str, str]
    value: float

    def title_in(self, language: str) -> str:
        """Return the title in `language`, or in English."""
        return in_language(self.title, language)


@dataclass(frozen=True)
class Question:
    """One step of the guided form."""

    id: str
    title: Mapping[str, str]
    help: Mapping[str, str]
    choices: tuple[Choice, ...]

    def title_in(self, language: str) -> str:
        """Return the title in `language`, or in English."""
        return in_language(self.title, language)


@dataclass(frozen=True)
class Answer:
    """What the officer chose for one question, and why; both are kept with the case."""

    question: str
    choice: str
    reason: str


@dataclass(frozen=True)
class Suggestion:
    """The usual consequence of the band. The register entry is always made."""

    authority: bool
    individuals: bool


@dataclass(frozen=True)
class Severity:
    """The score with its band, what the method flags beside it, and what usually follows.

    `formula` shows the parts; `notes` are sentences for the officer; `answers` are those it was made from, if any.
    """

    score: float
    band: str
    flags: tuple[str, ...]
    suggestion: Suggestion
    formula: str
    notes: tuple[str, ...]
    answers: tuple[Answer, ...] = ()


@cache
def _method() -> tuple[tuple[BandFile, ...], tuple[Question, ...], str]:
    path = resources.path("policies", "common", "severity.toml")
    sheet = read_sheet(read_text(path), path.name)
    sheet.only({"source", "bands", "questions"})
    questions = tuple(
        Question(
            found.id,
            found.title,
            found.help,
            tuple(Choice(choice.id, choice.title, choice.value) for choice in found.choices),
        )
        for found in sheet.take_list("questions", QuestionFile)
    )
    return tuple(sheet.take_list("bands", BandFile)), questions, sheet.take(("source",), sheet.values["source"], str)


def questions() -> tuple[Question, ...]:
    """Return the steps of the guided form, in order."""
    return _method()[1]


def source() -> str:
    """Return where the method stands."""
    return _method()[2]


def _checked(name: str, value: float) -> float:
    question = next(each for each in questions() if each.id == name)
    allowed = sorted({choice.value for choice in question.choices})
    if value not in allowed:
        raise KnownError(f"{name} cannot be {value:g}. Use one of: {', '.join(f'{each:g}' for each in allowed)}.")
    return float(value)


def score(
    *,
    dpc: float,
    ei: float,
    confidentiality: float = 0.0,
    integrity: float = 0.0,
    availability: float = 0.0,
    malicious: bool = False,
    persons: int | None = None,
    unintelligible: bool = False,
) -> Severity:
    """Return SE = DPC x EI + CB, from 0.25 to 6; raise KnownError for a value the method does not know.

    `dpc` is 1 to 4, `ei` 0.25 to 1 in quarters, the three losses 0, 0.25 or 0.5; malicious intent adds 0.5.
    """
    if persons is not None and persons < 0:
        raise KnownError("The number of persons cannot be below 0. Leave it out when it is not known.")
    context, ease = _checked("dpc", dpc), _checked("ei", ei)
    losses = (
        _checked("confidentiality", confidentiality),
        _checked("integrity", integrity),
        _checked("availability", availability),
        0.5 if malicious else 0.0,
    )
    total = context * ease + sum(losses)
    bands = _method()[0]
    band = next(each for each in reversed(bands) if total >= each.start)
    flags: list[str] = []
    if persons is not None and persons > MANY:
        flags.append(f">{MANY} individuals")
    if unintelligible:
        flags.append("data unintelligible")
    for below, above in pairwise(bands):
        if abs(total - above.start) <= NEAR:
            flags.append(f"near threshold {above.start:g} ({below.id}/{above.id})")
    return Severity(
        total,
        band.id,
        tuple(flags),
        Suggestion(total >= bands[1].start, total >= bands[2].start),
        f"{context:g} x {ease:g} + {' + '.join(f'{loss:g}' for loss in losses)} = {total:g}",
        (SUPPORT, _UNINTELLIGIBLE) if unintelligible else (SUPPORT,),
    )


def assess(answers: Sequence[Answer], *, persons: int | None = None) -> Severity:
    """Return the severity of a filled-in form; raise KnownError when an answer or its reason is missing."""
    given = {answer.question: answer for answer in answers}
    values: dict[str, float] = {}
    for question in questions():
        answer = given.pop(question.id, None)
        if answer is None:
            raise KnownError(f'Answer "{question.title["en"]}" first.')
        choice = next((each for each in question.choices if each.id == answer.choice), None)
        if choice is None:
            raise KnownError(f'"{answer.choice}" is no answer to "{question.title["en"]}". Choose one of the list.')
        if not answer.reason.strip():
            raise KnownError(f'Give the reason for your answer to "{question.title["en"]}".')
        values[question.id] = choice.value
    if given:
        raise KnownError(f'There is no question "{next(iter(given))}". Answer the questions of the form only.')
    found = score(
        dpc=values["dpc"],
        ei=values["ei"],
        confidentiality=values["confidentiality"],
        integrity=values["integrity"],
        availability=values["availability"],
        malicious=values["malicious"] > 0,
        persons=persons,
        unintelligible=values["unintelligible"] > 0,
    )
    return Severity(found.score, found.band, found.flags, found.suggestion, found.formula, found.notes, tuple(answers))
