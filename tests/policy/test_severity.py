"""ENISA's worked cases, and that the score never hides what it does not count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from officer_app.base.errors import KnownError
from officer_app.policy import answer, severity
from officer_app.policy.severity import Answer

CASES = [
    # a web shop's: W1 forum, W2 one wrong customer, W4 ransomware, W6 stolen laptop
    ({"dpc": 1, "ei": 1, "confidentiality": 0.5, "malicious": True, "persons": 4200}, 2.0, "medium"),
    ({"dpc": 1, "ei": 1, "confidentiality": 0.25}, 1.25, "low"),
    ({"dpc": 2, "ei": 1, "availability": 0.25, "malicious": True}, 2.75, "medium"),
    ({"dpc": 1, "ei": 0.25, "confidentiality": 0.5, "malicious": True}, 1.25, "low"),
    # published: hospital ransomware, payroll mail, encrypted laptop, newsletter in CC, insurer
    ({"dpc": 4, "ei": 0.75, "availability": 0.25, "malicious": True}, 3.75, "high"),
    ({"dpc": 3, "ei": 1, "confidentiality": 0.25}, 3.25, "high"),
    ({"dpc": 1, "ei": 0.25}, 0.25, "low"),
    ({"dpc": 1, "ei": 1, "confidentiality": 0.25, "persons": 60}, 1.25, "low"),
    ({"dpc": 4, "ei": 1, "confidentiality": 0.5, "malicious": True}, 5.0, "very high"),
]


@pytest.mark.parametrize(("parts", "score", "band"), CASES)
def test_the_worked_cases(parts: dict[str, float], score: float, band: str) -> None:
    found = answer.severity(**parts)  # type: ignore[arg-type]
    assert (found["score"], found["band"]) == (score, band)


def test_more_than_a_hundred_persons_is_flagged_and_changes_nothing() -> None:
    few = severity.score(dpc=1, ei=1, persons=100)
    many = severity.score(dpc=1, ei=1, persons=101)
    assert few.flags == ()
    assert many.flags == (">100 individuals",)
    assert few.score == many.score


def test_unintelligible_data_is_flagged_and_changes_nothing() -> None:
    plain = severity.score(dpc=4, ei=1)
    sealed = severity.score(dpc=4, ei=1, unintelligible=True)
    assert (plain.score, plain.band) == (sealed.score, sealed.band)
    assert "data unintelligible" in sealed.flags
    assert any("34(3)(a)" in note for note in sealed.notes)


@pytest.mark.parametrize(
    ("parts", "near"),
    [
        ({"dpc": 2, "ei": 1, "availability": 0.25, "malicious": True}, ("near threshold 3 (medium/high)",)),
        ({"dpc": 3, "ei": 1, "confidentiality": 0.5}, ()),
        ({"dpc": 4, "ei": 1, "confidentiality": 0.25}, ("near threshold 4 (high/very high)",)),
    ],
)
def test_a_score_near_a_threshold_says_so(parts: dict[str, float], near: tuple[str, ...]) -> None:
    assert severity.score(**parts).flags == near  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("parts", "authority", "individuals"),
    [
        ({"dpc": 1, "ei": 1, "confidentiality": 0.25}, False, False),
        ({"dpc": 2, "ei": 1}, True, False),
        ({"dpc": 3, "ei": 1}, True, True),
        ({"dpc": 4, "ei": 1}, True, True),
    ],
)
def test_the_suggestion_follows_the_band(parts: dict[str, float], authority: bool, individuals: bool) -> None:
    found = severity.score(**parts).suggestion  # type: ignore[arg-type]
    assert (found.authority, found.individuals) == (authority, individuals)


def test_it_says_that_it_only_supports_the_decision() -> None:
    assert severity.SUPPORT in severity.score(dpc=1, ei=1).notes


@pytest.mark.parametrize(
    "parts",
    [
        {"dpc": 0, "ei": 1},
        {"dpc": 5, "ei": 1},
        {"dpc": 1.5, "ei": 1},
        {"dpc": 1, "ei": 0},
        {"dpc": 1, "ei": 0.3},
        {"dpc": 1, "ei": float("nan")},
        {"dpc": 1, "ei": 1, "confidentiality": 1},
        {"dpc": 1, "ei": 1, "integrity": -0.25},
        {"dpc": 1, "ei": 1, "availability": 0.75},
        {"dpc": 1, "ei": 1, "persons": -1},
    ],
)
def test_a_value_the_method_does_not_know_is_refused(parts: dict[str, float]) -> None:
    with pytest.raises(KnownError):
        answer.severity(**parts)  # type: ignore[arg-type]


LOSS = st.sampled_from([0.0, 0.25, 0.5])


@given(st.sampled_from([1, 2, 3, 4]), st.sampled_from([0.25, 0.5, 0.75, 1.0]), LOSS, LOSS, LOSS, st.booleans())
def test_the_score_stays_in_its_range(
    dpc: int, ei: float, lost: float, altered: float, gone: float, malicious: bool
) -> None:
    found = severity.score(
        dpc=dpc, ei=ei, confidentiality=lost, integrity=altered, availability=gone, malicious=malicious
    )
    assert 0.25 <= found.score <= 6.0
    bands = {"low": (0, 2), "medium": (2, 3), "high": (3, 4), "very high": (4, 7)}
    low, high = bands[found.band]
    assert low <= found.score < high


W1 = {
    "dpc": "simple-1",
    "ei": "maximum",
    "confidentiality": "unknown",
    "integrity": "none",
    "availability": "none",
    "malicious": "yes",
    "unintelligible": "no",
}


def _answers(**changed: str) -> list[Answer]:
    return [Answer(question, choice, "seen in the logs") for question, choice in {**W1, **changed}.items()]


def test_the_guided_form_gives_the_same_score_and_keeps_each_reason() -> None:
    found = severity.assess(_answers(), persons=4200)
    assert (found.score, found.band) == (2.0, "medium")
    assert ">100 individuals" in found.flags
    assert [each.reason for each in found.answers] == ["seen in the logs"] * 7


def test_the_form_has_all_choices_of_the_table() -> None:
    context = severity.questions()[0]
    assert sorted(choice.value for choice in context.choices) == sorted([1.0, 2.0, 3.0, 4.0] * 4)
    assert all(choice.title_in("vi") != choice.title_in("en") for choice in context.choices)


def test_the_form_refuses_a_missing_answer_reason_or_a_strange_choice() -> None:
    with pytest.raises(KnownError, match="first"):
        severity.assess(_answers()[1:])
    with pytest.raises(KnownError, match="reason"):
        severity.assess([Answer(each.question, each.choice, " ") for each in _answers()])
    with pytest.raises(KnownError, match="is no answer"):
        severity.assess(_answers(ei="a lot"))
    with pytest.raises(KnownError, match="no question"):
        severity.assess([*_answers(), Answer("weather", "fine", "sunny")])
