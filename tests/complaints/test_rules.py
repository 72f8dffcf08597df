"""The complaint's rules: what each step needs, by table, and what no path of steps may ever do."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from officer_app.base.errors import KnownError
from officer_app.complaints import rules
from officer_app.complaints.findings import Finding
from officer_app.complaints.intake import is_vietnamese
from officer_app.complaints.parties import Party
from officer_app.complaints.rights import Correction, Handed, Wrong
from officer_app.complaints.rules import (
    CLOSED,
    FACTS,
    NEEDS_IDENTITY,
    NOBODY,
    NOTHING_ISSUED,
    RECEIVED,
    REFERRAL,
    REFERRED,
    REFUSAL,
    REPLY,
    REQUESTS,
    RESOLVING,
    UNTRUE,
    Complaint,
    Decision,
    Intake,
    Progress,
    Requester,
)
from officer_app.complaints.steps import next_steps

NOW = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)
KINDS = ("leak-to-third-party", "other-purpose", "account-misuse", "other", *REQUESTS)
OFFICER, MANAGER = ("officer",), ("manager",)


def case(kind: str = "other", **more: object) -> Complaint:
    made = rules.open_case(Intake(kind, "phone", NOW, Requester("A"), "subject", "text"), NOW)
    return replace(made, reference="C-2026-0001", **more)  # type: ignore[arg-type]


def passed(kind: str = "access", **more: object) -> Complaint:
    made = case(kind, customer="7", **more)
    return rules.identify(made, "stored facts", ("phone", "order"), (), NOW, "me", "")


FOUND = (Finding("It was passed on", "service-and-delivery", "kept", "We asked everybody.", NOW, "me"),)
BROKEN = (Finding("It was passed on", "none", "not kept", "A driver kept a list.", NOW, "me"),)
SEEN = Correction((Wrong("street", "Old", "New"),), NOW, "me", "Lan", NOW.date(), NOW, "me", looked_up=True)
DONE = {"findings": FOUND, "correction": SEEN, "handed": Handed("cancel", NOW, "me")}
"""What any kind may need before its answer."""


WHOLE = {
    REPLY: Decision(REPLY, "because", finding="kept", done="all of it"),
    REFUSAL: Decision(REFUSAL, "because", rule="Article 1"),
    REFERRAL: Decision(REFERRAL, "because", authority="The police"),
}


@pytest.mark.parametrize(
    ("kind", "made", "sentence"),
    [
        ("other", replace(WHOLE[REPLY], reasons=" "), "Give the reasons"),
        ("other-purpose", WHOLE[REPLY], "Record a finding"),
        ("a kind of a pack's own", WHOLE[REPLY], "Record a finding"),
        ("objection", replace(WHOLE[REPLY], done=" "), "Say what was done"),
        ("access", WHOLE[REPLY], "Check identity first"),
        ("correction", WHOLE[REPLY], "Check identity first"),
        ("erasure", WHOLE[REPLY], "Check identity first"),
        ("leak-to-third-party", WHOLE[REPLY], "Check identity first"),
        ("account-misuse", WHOLE[REPLY], "Check identity first"),
        ("other", replace(WHOLE[REFUSAL], ground=UNTRUE), "a second person confirmed it"),
        ("other", replace(WHOLE[REFUSAL], rule=""), "Name the rule"),
        ("other", replace(WHOLE[REFUSAL], reasons=""), "Give the reasons"),
        ("other", replace(WHOLE[REFERRAL], authority=" "), "Choose the authority"),
        ("other", Decision("no letter", "because"), "Choose between"),
        ("other", Decision("", "because"), "Choose between"),
    ],
)
def test_what_a_decision_needs(kind: str, made: Decision, sentence: str) -> None:
    with pytest.raises(KnownError, match=sentence):
        rules.decide(case(kind, customer="7"), made, NOTHING_ISSUED)


@pytest.mark.parametrize(
    ("one", "lacking"),
    [
        (case("other"), []),
        (case("access"), ["Find the customer first", "Check identity first"]),
        (case("access", customer=NOBODY), []),
        (passed("access"), []),
        (passed("correction"), ["Confirm first that the shop shows the correction"]),
        (passed("correction", correction=replace(SEEN, confirmed=None)), ["Confirm first that the shop shows"]),
        (passed("correction", correction=SEEN), []),
        (passed("erasure"), ["Hand the deletion to the retention desk first"]),
        (passed("erasure", handed=Handed("cancel", NOW, "me")), []),
        (case("objection", customer="7"), []),
        (case("other-purpose", customer=NOBODY), ["Record a finding"]),
        (case("other-purpose", customer=NOBODY, findings=FOUND), []),
        (passed("leak-to-third-party", findings=FOUND), []),
        (passed("leak-to-third-party", findings=BROKEN), ["log it as a breach first"]),
        (passed("leak-to-third-party", findings=BROKEN, incident="B-2026-0001"), []),
        (case("other", parties=(Party(1, "Lan", "carrier", ("x",), "Who?", "N-1", NOW),)), ["what Lan answered"]),
    ],
)  # fmt: skip
def test_what_the_answer_of_a_kind_waits_for(one: Complaint, lacking: list[str]) -> None:
    found = rules.missing(one)
    assert len(found) == len(lacking)
    assert all(said in sentence for said, sentence in zip(lacking, found, strict=True))
    assert next(step for step in next_steps(one, OFFICER) if step.id == "reply").enabled is not bool(lacking)


def test_a_granted_request_has_reasons_too() -> None:
    after = rules.decide(passed(), Decision(REPLY), NOTHING_ISSUED)
    assert after.decision is not None
    assert after.decision.reasons == rules.GRANTED


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("outcome", WHOLE)
def test_a_whole_decision_is_taken_once_the_identity_passed(kind: str, outcome: str) -> None:
    after = rules.decide(passed(kind, **DONE), WHOLE[outcome], NOTHING_ISSUED)
    assert after.state == (REFERRED if outcome == REFERRAL else RESOLVING)


@pytest.mark.parametrize("kind", NEEDS_IDENTITY)
def test_of_somebody_who_is_no_customer_nothing_can_be_handed_out(kind: str) -> None:
    assert not case(kind, customer=NOBODY).must_identify
    assert case(kind).must_identify
    assert case(kind, customer="7").must_identify


@pytest.mark.parametrize(
    ("agreed", "differed", "ok"),
    [
        (("phone", "order"), (), True),
        (("phone", "order", "street"), (), True),
        (("phone",), (), False),
        (("phone", "phone"), (), False),
        (("phone", "order"), ("street",), False),
        ((), ("street",), False),
        (("phone", "name"), (), False),
        (("phone", "email"), (), False),
        (("phone", "order"), ("name",), True),
    ],
)
def test_two_stored_facts_agree_and_none_differs(agreed: tuple[str, ...], differed: tuple[str, ...], ok: bool) -> None:
    after = rules.identify(case("access", customer="7"), "stored facts", agreed, differed, NOW, "me", "")
    assert after.identified is ok
    assert set(after.checks[0].agreed) | set(after.checks[0].differed) <= set(FACTS)


def test_a_pack_may_ask_for_more_facts_and_never_for_fewer() -> None:
    one = case("access", customer="7")
    for least, ok in ((0, True), (2, True), (3, False)):
        after = rules.identify(one, "stored facts", ("phone", "order"), (), NOW, "me", "", None, least)
        assert after.identified is ok


def test_a_later_failed_check_takes_the_identity_away() -> None:
    after = rules.identify(passed(), "call-back", ("phone",), ("order",), NOW, "me", "")
    assert not after.identified
    assert len(after.checks) == 2


@pytest.mark.parametrize("customer", ["", NOBODY])
def test_without_a_customer_there_is_nothing_to_compare_with(customer: str) -> None:
    with pytest.raises(KnownError, match="Link the customer first"):
        rules.identify(case(customer=customer), "stored facts", ("phone", "order"), (), NOW, "me", "")


@pytest.mark.parametrize(
    "step",
    [
        lambda one: rules.link(one, "7"),
        lambda one: rules.identify(one, "x", ("phone", "order"), (), NOW, "me", ""),
        lambda one: rules.change(one, "other", "en", "why", NOTHING_ISSUED),
        lambda one: rules.decide(one, WHOLE[REFUSAL], NOTHING_ISSUED),
        lambda one: rules.close_without_letter(one, "why", NOW, "me", NOTHING_ISSUED),
        lambda one: rules.may_acknowledge(one, NOTHING_ISSUED),
    ],
)
def test_a_closed_case_is_reopened_first(step: Callable[[Complaint], object]) -> None:
    closed = rules.close_without_letter(case(customer="7"), "why", NOW, "me", NOTHING_ISSUED)
    with pytest.raises(KnownError, match=r"C-2026-0001 is closed\. Reopen it first"):
        step(closed)
    with pytest.raises(KnownError, match="Say why the case is opened again"):
        rules.reopen(closed, " ", NOW)
    with pytest.raises(KnownError, match="is not closed"):
        rules.reopen(case(), "why", NOW)


@pytest.mark.parametrize(
    ("one", "progress", "first", "disabled"),
    [
        (case(), NOTHING_ISSUED, "acknowledge", set()),
        (case("access"), NOTHING_ISSUED, "acknowledge", {"reply"}),
        (case("access", acknowledged=NOW), NOTHING_ISSUED, "link", {"reply"}),
        (case("access", acknowledged=NOW, customer="7"), NOTHING_ISSUED, "identify", {"reply"}),
        (replace(passed(), acknowledged=NOW), NOTHING_ISSUED, "reply", set()),
        (case(), Progress(unsent_acknowledgement="N-1", standing=True), "sent", set()),
        (case(), Progress(unsent_answer="N-1", standing=True), "sent",
         {"acknowledge", "reply", "refuse", "ask", "pause", "extend", "refer", "change", "close"}),
        (case(incident="B-2026-0001"), NOTHING_ISSUED, "acknowledge", {"breach"}),
        (case(state=CLOSED), NOTHING_ISSUED, "reopen", set()),
        (case(state=CLOSED), Progress(unsent_other="N-1", standing=True), "sent", set()),
    ],
)  # fmt: skip
def test_the_next_steps(one: Complaint, progress: Progress, first: str, disabled: set[str]) -> None:
    steps = next_steps(one, OFFICER, progress)
    assert steps[0].id == first
    assert {step.id for step in steps if not step.enabled} == disabled
    assert all(step.why_not for step in steps if not step.enabled)
    ids = [step.id for step in steps]
    assert len(ids) == len(set(ids))
    assert sum(step.primary for step in steps) <= 1
    assert all(step.enabled for step in steps if step.primary)
    watched = next_steps(one, MANAGER, progress)
    assert [step.id for step in watched] == ids
    assert not any(step.enabled for step in watched)


class Desk(RuleBasedStateMachine):
    """Officers who press every button in any order, also the wrong ones; refusals change nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.case = case()
        self.now = NOW
        self.unsent = ""
        self.sent_answers: list[tuple[Decision, Complaint]] = []

    @property
    def progress(self) -> Progress:
        return Progress(unsent_answer=self.unsent, standing=bool(self.unsent))

    def attempt(self, step: Callable[[], Complaint]) -> bool:
        before = self.case
        try:
            self.case = step()
        except KnownError as error:
            assert str(error).endswith(".")
            assert self.case is before
            return False
        return True

    @rule(kind=st.sampled_from(KINDS), reason=st.sampled_from(["", "because"]))
    def change(self, kind: str, reason: str) -> None:
        self.attempt(lambda: rules.change(self.case, kind, "en", reason, self.progress))

    @rule(customer=st.sampled_from(["", "7", "8", NOBODY]))
    def link(self, customer: str) -> None:
        self.attempt(lambda: rules.link(self.case, customer))

    @rule(
        agreed=st.lists(st.sampled_from([*FACTS, "name", "email"]), max_size=3),
        differed=st.lists(st.sampled_from([*FACTS, "name"]), max_size=1),
    )
    def identify(self, agreed: list[str], differed: list[str]) -> None:
        self.attempt(lambda: rules.identify(self.case, "x", tuple(agreed), tuple(differed), self.now, "me", ""))

    @rule(
        outcome=st.sampled_from([REPLY, REFUSAL, REFERRAL, "no letter", ""]),
        reasons=st.sampled_from(["", " ", "because"]),
        finding=st.sampled_from(["", "kept"]),
        done=st.sampled_from(["", "done"]),
        where=st.sampled_from(["", "there"]),
    )
    def decide(self, outcome: str, reasons: str, finding: str, done: str, where: str) -> None:
        made = Decision(outcome, reasons, finding, rule=where, done=done, authority=where)
        if self.attempt(lambda: rules.decide(self.case, made, self.progress)):
            self.unsent = "N-2026-0001"

    @precondition(lambda self: bool(self.unsent))
    @rule()
    def send(self) -> None:
        assert self.case.decision is not None
        self.sent_answers.append((self.case.decision, self.case))
        self.attempt(lambda: rules.answered(self.case, self.now, self.now))
        self.unsent = ""

    @precondition(lambda self: bool(self.unsent))
    @rule()
    def withdraw(self) -> None:
        self.attempt(lambda: rules.withdrawn(self.case))
        self.unsent = ""

    @rule(reason=st.sampled_from(["", "they took it back"]))
    def close(self, reason: str) -> None:
        self.attempt(lambda: rules.close_without_letter(self.case, reason, self.now, "me", self.progress))

    @rule(reason=st.sampled_from(["", "again"]))
    def reopen(self, reason: str) -> None:
        self.attempt(lambda: rules.reopen(self.case, reason, self.now))

    @rule(found=st.sampled_from([FOUND, BROKEN, ()]))
    def find(self, found: tuple[Finding, ...]) -> None:
        self.case = replace(self.case, findings=found)

    @rule(name=st.sampled_from(["correction", "handed", "incident"]), there=st.booleans())
    def outside(self, name: str, there: bool) -> None:
        known = {"correction": SEEN, "handed": DONE["handed"], "incident": "B-2026-0001"}[name]
        self.case = replace(self.case, **{name: known if there else "" if name == "incident" else None})  # type: ignore[arg-type]

    @rule()
    def wait(self) -> None:
        self.now += timedelta(hours=1)

    @rule()
    def acknowledge(self) -> None:
        self.attempt(lambda: rules.acknowledge(self.case, self.now))

    @invariant()
    def nothing_ends_without_outcome_and_reasons(self) -> None:
        closed = self.case.state == CLOSED
        assert closed == (self.case.closed is not None)
        if closed:
            assert self.case.decision is not None
            assert self.case.decision.outcome
            assert self.case.decision.reasons.strip()

    @invariant()
    def nothing_is_handed_out_before_the_identity_passed(self) -> None:
        for made, at_that_time in self.sent_answers:
            if made.outcome == REPLY and at_that_time.kind in NEEDS_IDENTITY and at_that_time.customer != NOBODY:
                assert any(one.customer == at_that_time.customer for one in at_that_time.checks)
                assert any(
                    one.passed and len(set(one.agreed) & set(FACTS)) >= 2 and not one.differed
                    for one in at_that_time.checks
                )

    @invariant()
    def there_is_always_something_to_do(self) -> None:
        steps = next_steps(self.case, OFFICER, self.progress)
        assert any(step.enabled for step in steps)
        assert ("sent" in {step.id for step in steps}) == bool(self.unsent)
        replying = {step.id: step for step in steps}.get("reply")
        if replying is not None and replying.enabled:  # what a button offers is not refused afterwards
            rules.decide(self.case, WHOLE[REPLY], self.progress)


Desk.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestDesk = Desk.TestCase


def test_only_a_new_case_is_received() -> None:
    assert case().state == RECEIVED
    assert rules.acknowledge(case(), NOW).state == RESOLVING


@pytest.mark.parametrize(
    ("text", "vietnamese"),
    [
        ("Tôi không đồng ý cho sử dụng thông tin của mình vào mục đích này.", True),
        ("Please delete everything that you hold about me and confirm it in writing. Regards, Nguyễn Thị Hoa", False),
        ("Où est ma commande? La fenêtre était déjà cassée à l'arrivée, très fâché.", False),
        ("Želim kopiju svojih podataka, hvala lijepa, Đorđe Đurđević", False),
        ("Toi muon xoa tai khoan", False),
        ("", False),
    ],
)
def test_the_language_is_told_by_words_and_not_by_a_name(text: str, vietnamese: bool) -> None:
    assert is_vietnamese(text) is vietnamese


@given(st.text())
def test_any_text_has_a_language(text: str) -> None:
    assert is_vietnamese(text) in (True, False)
