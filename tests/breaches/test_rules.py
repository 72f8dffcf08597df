"""The incident's rules: its state follows from the facts, and each step says what it waits for."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from officer_app.base.errors import KnownError
from officer_app.breaches import duty as duties
from officer_app.breaches import rules, sending
from officer_app.breaches.duty import (
    INDIVIDUALS,
    NOT_NOTIFY,
    POLICE,
    Approval,
    Duty,
    LettersDraft,
    LetterText,
    ReportDraft,
)
from officer_app.breaches.rules import AffectedList, Incident, Run
from officer_app.breaches.steps import next_steps
from tests.breaches.making import NOW, facts, sentence
from tests.breaches.making import POLICE as UNIT

TEXT = LetterText("what", "doing", "do", "more")
REPORT = ReportDraft("en", UNIT, "Please investigate.")
LETTERS = LettersDraft({"en": TEXT}, "en")
LIST = AffectedList("B-2026-0001/1", 1, NOW, 10, 9, 1, 0, "d1", "everybody", {"en|nea|": 9})
RUN = Run("N-2026-0001", LIST.id, 9, NOW, folder="/out")


def fresh() -> Incident:
    logged = rules.log("Hacked", NOW - timedelta(hours=1), "Linh", NOW)
    start = logged.noticed
    both = tuple(Duty(name, start, start + timedelta(hours=h)) for name, h in ((POLICE, 24), (INDIVIDUALS, 72)))
    return replace(logged, reference="B-2026-0001", duties=both)


def known() -> Incident:
    return rules.record(fresh(), facts(NOW))


def with_(case: Incident, name: str, **more: object) -> Incident:
    return rules.with_duty(case, replace(case.duty(name), **more))  # type: ignore[arg-type]


def approve(case: Incident, name: str) -> Incident:
    given_ = Approval(rules.content_digest(case, case.duty(name)), "m", "Minh", NOW)
    return rules.with_duty(case, duties.approve(case.duty(name), given_))


@pytest.mark.parametrize(
    ("what", "noticed", "who", "why"),
    [
        (" ", NOW, "Linh", "what happened"),
        ("Hacked", NOW, "", "who noticed"),
        ("Hacked", NOW + timedelta(seconds=1), "Linh", "future"),
        ("Hacked", datetime(2026, 11, 1), "Linh", "zone"),
    ],
)
def test_three_facts_open_an_incident_and_none_may_be_missing(what: str, noticed: datetime, who: str, why: str) -> None:
    assert why in sentence(lambda: rules.log(what, noticed, who, NOW))


STATES: list[tuple[str, Callable[[], Incident]]] = [
    ("logged", fresh),
    ("assessing", lambda: rules.record(fresh(), replace(fresh().facts, nature=("integrity",)))),
    ("assessing", lambda: rules.with_duty(fresh(), duties.decide(fresh().duty(POLICE), False, "why", "", NOW, "o"))),
    ("informing", lambda: replace(known(), lists=(LIST,))),
    ("informing", lambda: with_(known(), POLICE, report=REPORT)),
    ("informing", lambda: with_(known(), POLICE, sent=NOW)),
    ("closed", lambda: replace(known(), concluded=NOW)),
]


@pytest.mark.parametrize(("state", "make"), STATES)
def test_the_state_follows_from_the_facts(state: str, make: Callable[[], Incident]) -> None:
    assert make().state == state


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"what": ""}, "cannot be left empty"),
        ({"happened_from": NOW}, "after it was noticed"),
        ({"happened_from": NOW - timedelta(days=1), "happened_to": NOW - timedelta(days=2)}, "before it began"),
        ({"counted": "exact", "persons": 0}, "how many persons"),
    ],
)
def test_impossible_facts_are_refused(change: dict[str, object], why: str) -> None:
    case = fresh()
    wrong = replace(case.facts, **change)  # type: ignore[arg-type]
    assert why in sentence(lambda: rules.record(case, wrong))


def test_not_telling_needs_reasons_and_settles_the_duty() -> None:
    duty = fresh().duty(POLICE)
    assert "reasons" in sentence(lambda: duties.decide(duty, False, "  ", "", NOW, "o"))
    made = duties.decide(duty, False, "Nothing was lost.", "", NOW, "o")
    assert made.settled and made.decision == NOT_NOTIFY
    assert "Change the decision" in sentence(lambda: duties.draft(made, REPORT, "", NOW, "o"))


def test_a_sent_duty_cannot_be_decided_away() -> None:
    sent = sending.send(fresh().duty(POLICE), NOW, "post")
    assert "sent already" in sentence(lambda: duties.decide(sent, False, "why", "", NOW, "o"))


@pytest.mark.parametrize(
    ("draft", "why"),
    [
        (replace(REPORT, recipient=(" ",)), "to whom"),
        (replace(REPORT, request=""), "what you ask"),
        (LettersDraft({"en": TEXT}, "vi"), "language that is used"),
        (
            LettersDraft({"en": TEXT, "vi": replace(TEXT, what_we_are_doing=" ")}, "en"),
            "Vietnamese has an empty section",
        ),
    ],
)
def test_a_draft_with_a_hole_is_refused(draft: ReportDraft | LettersDraft, why: str) -> None:
    assert why in sentence(lambda: duties.draft(fresh().duty(POLICE), draft, "", NOW, "o"))


def test_a_language_left_empty_is_not_written() -> None:
    blank = LetterText("", "", "", "pre-filled contact")
    made = duties.draft(fresh().duty(INDIVIDUALS), LettersDraft({"en": TEXT, "vi": blank}, "en"), "", NOW, "o")
    assert made.letters is not None and set(made.letters.texts) == {"en"}


CHANGES: list[Callable[[Incident], Incident]] = [
    lambda case: with_(case, POLICE, report=replace(REPORT, request="Something else.")),
    lambda case: with_(case, POLICE, late_reason="It took long."),
    lambda case: rules.record(case, replace(case.facts, measures="Others.")),
    lambda case: rules.record(case, replace(case.facts, persons=7, counted="estimated")),
    lambda case: replace(case, lists=(LIST,)),
]


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_the_report_says_drops_its_approval_when_it_changes(change: Callable[[Incident], Incident]) -> None:
    case = approve(with_(known(), POLICE, report=REPORT), POLICE)
    assert rules.approved(case, POLICE)
    assert not rules.approved(change(case), POLICE)
    assert rules.approved(replace(case, version=9, assignee="other"), POLICE)


def test_the_letters_approval_covers_the_text_the_data_and_the_list() -> None:
    case = approve(with_(replace(known(), lists=(LIST,)), INDIVIDUALS, letters=LETTERS), INDIVIDUALS)
    assert rules.approved(case, INDIVIDUALS) and rules.can_print(case) == ""
    other = LettersDraft({"en": replace(TEXT, what_happened="other")}, "en")
    for changed in (
        with_(case, INDIVIDUALS, letters=other),
        rules.record(case, replace(case.facts, categories=("name",))),
        replace(case, lists=(replace(LIST, digest="d2"),)),
    ):
        assert "approves" in rules.can_print(changed)
    assert rules.approved(rules.record(case, replace(case.facts, consequences="more")), INDIVIDUALS)


def test_a_supplement_needs_an_approval_of_its_own_and_keeps_the_incident_open() -> None:
    told = sending.send(replace(known().duty(INDIVIDUALS), letters=LETTERS, decision="notify"), NOW, "post")
    case = rules.with_duty(replace(known(), lists=(LIST,), runs=(replace(RUN, finished=NOW, sent=NOW),)), told)
    case = with_(case, POLICE, sent=NOW)
    assert rules.open_duties(case) == ()
    more = replace(case, lists=(LIST, replace(LIST, id="B-2026-0001/2", number=2, digest="d2")))
    assert rules.open_duties(more) == (INDIVIDUALS,)
    assert "still to be told" in sentence(lambda: rules.conclude(more, "", NOW))
    assert "approves" in rules.can_print(more)
    assert rules.conclude(case, "", NOW).state == "closed"


def test_closing_needs_every_duty_settled_and_the_register_complete() -> None:
    bare = with_(with_(fresh(), POLICE, decision=NOT_NOTIFY), INDIVIDUALS, decision=NOT_NOTIFY)
    assert "register still lacks" in sentence(lambda: rules.conclude(bare, "", NOW))
    whole = rules.record(bare, facts(NOW))
    closed = rules.conclude(whole, "Learnt.", NOW)
    assert closed.state == "closed" and closed.facts.lessons == "Learnt."
    assert "Reopen it first" in sentence(lambda: rules.record(closed, facts(NOW)))
    assert rules.reopen(closed, "A new find.").state == "assessing"


@pytest.mark.parametrize(("hours", "late"), [(23, False), (24, False), (25, True)])
def test_lateness_is_measured_at_the_strict_moment(hours: int, late: bool) -> None:
    duty = fresh().duty(POLICE)
    assert duty.late(duty.start + timedelta(hours=hours)) is late


@pytest.mark.parametrize(
    ("at", "theirs", "why"),
    [
        (NOW + timedelta(minutes=1), "7", "future"),
        (NOW - timedelta(days=1), "7", "before the incident was noticed"),
        (NOW, " ", "reference"),
    ],
)
def test_a_report_made_elsewhere_needs_proof_and_a_possible_time(at: datetime, theirs: str, why: str) -> None:
    duty = fresh().duty(POLICE)
    assert why in sentence(lambda: sending.tell_elsewhere(duty, "portal", at, theirs, NOW, "o"))
    assert sending.tell_elsewhere(duty, "portal", NOW, "7", NOW, "o").settled


# --- steps -----------------------------------------------------------------------------------------------------------


def ids(case: Incident, *roles: str) -> list[str]:
    return [step.id for step in next_steps(case, roles) if step.enabled]


def lead(case: Incident, *roles: str) -> str:
    return next(step.id for step in next_steps(case, roles) if step.primary)


def test_the_officer_is_led_from_the_facts_to_the_end() -> None:
    case = fresh()
    assert lead(case, "officer") == "facts"
    case = known()
    assert lead(case, "officer") == "report"
    case = with_(case, POLICE, report=REPORT)
    assert lead(case, "officer") == "approve-report"
    case = approve(case, POLICE)
    assert lead(case, "officer") == "issue-report"
    case = with_(case, POLICE, notice="N-2026-0001", issued=NOW)
    assert lead(case, "officer") == "sent-report"
    case = with_(case, POLICE, sent=NOW)
    assert lead(case, "officer") == "affected"
    case = replace(case, lists=(LIST,))
    assert lead(case, "officer") == "letters"
    case = with_(case, INDIVIDUALS, letters=LETTERS)
    assert lead(case, "officer") == "approve-letters"
    case = approve(case, INDIVIDUALS)
    assert lead(case, "officer") == "print"
    case = rules.printed(replace(case, runs=(replace(RUN, finished=NOW),)))
    assert lead(case, "officer") == "sent-letters"
    case = with_(replace(case, runs=(replace(RUN, finished=NOW, sent=NOW),)), INDIVIDUALS, sent=NOW)
    assert lead(case, "officer") == "severity"


def test_nothing_is_decided_once_everybody_was_told() -> None:
    case = fresh()
    deciding = {step.id: step for step in next_steps(case, ("officer",))}["decide"]
    assert deciding.enabled
    told = replace(case, duties=tuple(replace(each, sent=NOW) for each in case.duties))
    deciding = {step.id: step for step in next_steps(told, ("officer",))}["decide"]
    assert not deciding.enabled and "told already" in deciding.why_not


def test_the_manager_approves_and_prints_and_works_nothing() -> None:
    assert ids(fresh(), "manager") == ["register", "register-in"]
    case = with_(with_(replace(known(), lists=(LIST,)), POLICE, report=REPORT), INDIVIDUALS, letters=LETTERS)
    assert set(ids(case, "manager")) == {"approve-report", "approve-letters", "find-letter", "register", "register-in"}
    both = approve(approve(case, POLICE), INDIVIDUALS)
    assert set(ids(both, "manager")) == {"issue-report", "print", "find-letter", "register", "register-in"}


def test_an_interrupted_run_is_finished_or_given_up_before_anything_else_is_printed() -> None:
    case = approve(with_(replace(known(), lists=(LIST,)), INDIVIDUALS, letters=LETTERS), INDIVIDUALS)
    case = replace(case, runs=(RUN,))
    steps = {step.id: step for step in next_steps(case, ("officer",))}
    assert steps["print"].title == "Go on with the print run" and steps["print"].enabled
    assert "void-run" in steps and "letters" not in steps and "affected" not in steps


@given(
    st.sampled_from([make for _state, make in STATES]),
    st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.booleans(),
    st.sampled_from(list(product((True, False), repeat=2))),
)  # fmt: skip
def test_steps_are_always_sound(
    make: Callable[[], Incident], listed: bool, report: bool, letters: bool, running: bool, agreed: bool,
    role: tuple[bool, bool],
) -> None:  # fmt: skip
    case = make()
    if case.concluded is None:
        case = replace(case, lists=(LIST,) if listed else (), runs=(RUN,) if running and listed else ())
        case = with_(case, POLICE, report=REPORT) if report else case
        case = with_(case, INDIVIDUALS, letters=LETTERS) if letters else case
        for name in (POLICE, INDIVIDUALS):
            waits = case.duty(name).drafted and case.duty(name).paper.sent is None
            case = approve(case, name) if agreed and waits else case
    roles = tuple(name for name, held in zip(("officer", "manager"), role, strict=True) if held)
    steps = next_steps(case, roles)
    assert sum(step.primary for step in steps) <= 1
    assert all(step.enabled for step in steps if step.primary)
    assert all(bool(step.why_not) != step.enabled for step in steps)
    assert len({step.id for step in steps}) == len(steps)
    enabled = {step.id for step in steps if step.enabled}
    assert ("print" in enabled) <= (rules.can_print(case) == "")
    if "conclude" in enabled:
        rules.conclude(case, "", NOW)


def test_a_missing_duty_is_named_calmly() -> None:
    with pytest.raises(KnownError):
        fresh().duty("breach-authority")
