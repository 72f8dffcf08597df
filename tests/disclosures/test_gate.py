"""The gate: a table of what it lets through, and tens of thousands of random cases, orders of steps and dates."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from officer_app.base.errors import KnownError
from officer_app.base.handover import Withdrawal
from officer_app.disclosures import gate, leaving, rules
from officer_app.disclosures.demand import (
    HANDED_OVER,
    IN_PART,
    MARKETING,
    NEVER,
    WITNESS,
    CallBack,
    Choice,
    Confirmation,
    Contact,
    Disclosure,
    Intake,
    Item,
    Package,
    Packs,
    Refusal,
    Subject,
    Telling,
)
from officer_app.disclosures.gate import Refused
from tests.conftest import FULL
from tests.disclosures.making import BROKER, POLICE, START
from tests.disclosures.walking import ITEMS, PACKS, Walk

HOUR = timedelta(hours=1)


def judicial() -> Disclosure:
    """Return a police demand of which everything is found out."""
    case = rules.record(Intake(POLICE, "letter", START), START, PACKS)
    call = CallBack("c1", "Police", "024 3939 3939", "Hùng", START, "linh", True, POLICE.identity)
    return replace(
        case, reference="D-2026-0001", subject=Subject("1", "Hoa", "hoa@example.vn"), papers=("e1",), calls=(call,)
    )


def third(fields: tuple[str, ...] = ("name", "address")) -> Disclosure:
    """Return a third party's wish with the buyer's confirmation."""
    case = rules.record(Intake(BROKER, "e-mail", START), START, PACKS)
    word = Confirmation("1", BROKER.agency, BROKER.purpose, fields, START, START + timedelta(days=30), "e1", "e-mail",
                        "linh", BROKER.purpose_words)  # fmt: skip
    return replace(case, reference="D-2026-0002", subject=Subject("1", "Hoa"), papers=("e1",), confirmations=(word,))


def missing(case: Disclosure, packs: Packs = PACKS, hours: float = 1) -> list[str]:
    return [check.key for check in gate.lacking(case, packs, START + timedelta(hours=hours))]


def with_demand(case: Disclosure, **more: object) -> Disclosure:
    return replace(case, demand=replace(case.demand, **more))  # type: ignore[arg-type]


def test_what_is_whole_passes() -> None:
    assert missing(judicial()) == []
    assert gate.allowed(judicial(), PACKS, START) == ("name", "address", "orders")
    assert missing(third()) == []
    assert gate.allowed(third(), PACKS, START) == ("name", "address")


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"number": " "}, "document"),
        ({"dated": None}, "document"),
        ({"legal_basis": ""}, "basis"),
        ({"signatory": ""}, "signatory"),
        ({"matter": ""}, "matter"),
        ({"body": "tax"}, "body"),
        ({"scope": ()}, "scope"),
        ({"scope": ("name", "soul")}, "scope"),
        ({"agency": ""}, "party"),
        ({"purpose": MARKETING}, "marketing"),
        ({"sort": "friend"}, "sort"),
    ],
)
def test_a_judicial_demand_that_lacks_one_thing_is_held(change: dict[str, object], key: str) -> None:
    case = with_demand(judicial(), **change)
    assert key in missing(case)
    assert gate.allowed(case, PACKS, START) == ()


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"papers": ()}, "papers"),
        ({"calls": ()}, "call-back"),
        ({"subject": Subject()}, "customer"),
        ({"subject": Subject("none")}, "customer"),
        ({"subject": Subject("1", role=WITNESS)}, "whose"),
        ({"refusal": Refusal("no", "A4", "linh", START)}, "open"),
        ({"closed": START}, "open"),
    ],
)
def test_what_was_not_found_out_is_held(change: dict[str, object], key: str) -> None:
    assert missing(replace(judicial(), **change)) == [key]  # type: ignore[arg-type]


def test_a_call_back_counts_only_for_the_document_it_was_about() -> None:
    for change in (
        {"number": "119/PC02"},
        {"agency": "Other police"},
        {"dated": date(2026, 11, 19)},
        {"legal_basis": "X"},
    ):
        assert missing(with_demand(judicial(), **change)) == ["call-back"]
    case = judicial()
    failed = replace(case.calls[0], passed=False)
    assert missing(replace(case, calls=(*case.calls, failed))) == ["call-back"]


@pytest.mark.parametrize(
    "change",
    [
        {"recipient": "Rồng Vàng Bank"},
        {"purpose": "service-and-delivery"},
        {"purpose_words": "to check creditworthiness"},
        {"customer": "2"},
        {"evidence": "e2"},
        {"withdrawn": START},
        {"given": START + 2 * HOUR},
        {"expires": START + HOUR},
    ],
)
def test_a_confirmation_for_another_thing_is_none(change: dict[str, object]) -> None:
    case = third()
    word = replace(case.confirmations[0], **change)  # type: ignore[arg-type]
    assert missing(replace(case, confirmations=(word,))) == ["confirmation"]


def test_silence_is_no() -> None:
    assert missing(replace(third(), confirmations=())) == ["confirmation"]


def test_recipients_compare_without_marks_and_case() -> None:
    case = third()
    word = replace(case.confirmations[0], recipient="rong vang  INSURANCE")
    assert missing(replace(case, confirmations=(word,))) == []


@pytest.mark.parametrize(
    ("change", "ends"),
    [
        ({}, True),
        ({"recipient": "RONG  vàng insurance"}, True),
        ({"recipient": "Another Insurance"}, False),
        ({"recipient": ""}, False),
        ({"purpose": "orders-delivery"}, True),  # the wish names its purpose in words: nobody can tell them apart
        ({"categories": ("email",)}, False),
        ({"categories": ("address", "email")}, True),
        ({"at": START - timedelta(seconds=1)}, False),  # confirmed again later
    ],
)
def test_a_consent_withdrawn_in_the_register_ends_the_confirmation(change: dict[str, object], ends: bool) -> None:
    withdrawn = Withdrawal(BROKER.agency, "other", ("name", "address"), START)
    made = replace(withdrawn, **change)  # type: ignore[arg-type]
    case = replace(third(), revoked=(made,))
    assert missing(case) == (["confirmation"] if ends else [])
    told = [check.missing for check in gate.lacking(case, PACKS, START)]
    assert all("register of consents" in one for one in told)
    other = replace(case.confirmations[0], purpose="service", purpose_words="")
    named = replace(with_demand(case, purpose="service"), confirmations=(other,))
    named = replace(named, revoked=(replace(made, purpose="legal-duty"),))
    assert missing(named) == []


@pytest.mark.parametrize("words", ["for a marketing campaign", "gửi QUẢNG CÁO", "Telesales", "newsletter"])
def test_marketing_in_a_third_partys_own_words_counts(words: str) -> None:
    assert "marketing" in missing(with_demand(third(), purpose_words=words))
    assert "marketing" not in missing(with_demand(judicial(), purpose_words=words))


def test_a_password_leaves_to_nobody() -> None:
    case = with_demand(judicial(), scope=("name", *NEVER))
    assert gate.allowed(case, PACKS, START) == ("name",)
    with pytest.raises(Refused, match="password leaves to nobody"):
        gate.let_through(case, items(*NEVER), PACKS, START, NEVER)
    assert gate.allowed(with_demand(third(("name", *NEVER)), scope=("name", *NEVER)), PACKS, START) == ("name",)


# --- steps one by one ------------------------------------------------------------------------------------------------


def items(*keys: str) -> tuple[Item, ...]:
    """Return items by their keys, or all of a category."""
    return tuple(one for one in ITEMS if one.key in keys or one.category in keys)


def chosen(case: Disclosure, *keys: str, beyond: str = "") -> Disclosure:
    choice = Choice(items(*keys), "less will not do", "linh", START, beyond)
    return leaving.choose(case, choice, PACKS, START)


def cleared(case: Disclosure, *keys: str) -> Disclosure:
    return leaving.clear(chosen(case, *keys), "minh", True, PACKS, START)


def made(case: Disclosure, hours: float = 0) -> Disclosure:
    at = START + timedelta(hours=hours)
    return leaving.freeze(case, Package("N-2026-0001", "d" * 64, (), "linh", at), PACKS, at)


def handed(case: Disclosure, hours: float = 0, now: float = 0) -> Disclosure:
    at, moment = START + timedelta(hours=hours), START + timedelta(hours=now)
    return leaving.hand_over(case, "Lt. Col. Thành", "in person", "linh", at, PACKS, moment)


def test_four_eyes() -> None:
    case = chosen(judicial(), "name")
    with pytest.raises(Refused, match="another manager"):
        leaving.clear(case, "linh", True, PACKS, START)
    alone = leaving.clear(case, "linh", False, PACKS, START)
    assert alone.clearance is not None and alone.clearance.remark == "decided by one person"
    other = leaving.clear(case, "minh", True, PACKS, START)
    assert other.clearance is not None and other.clearance.remark == ""


@pytest.mark.parametrize(
    "step",
    [
        lambda case: rules.change_facts(case, replace(case.demand, limits="order 1"), "narrowed", PACKS),
        lambda case: rules.link(case, "2", "Other", ""),
        lambda case: rules.concerns(case, WITNESS, "saw it"),
        lambda case: rules.refuse(case, Refusal("no", "C3", "linh", START)),
        lambda case: chosen(case, "address:1"),
    ],
)
def test_whatever_moves_the_ground_ends_the_clearance(step: Callable[[Disclosure], Disclosure]) -> None:
    after = step(made(cleared(judicial(), "name")))
    assert after.clearance is None and after.package is None
    with pytest.raises(Refused, match=r"A manager has not cleared|It was refused"):
        handed(after)


def test_only_frozen_files_of_what_was_cleared_may_be_handed_over() -> None:
    case = cleared(judicial(), "name")
    with pytest.raises(Refused, match="files of the hand-over are not made"):
        handed(case)
    with pytest.raises(Refused, match="Choose the data"):
        chosen(judicial())
    with pytest.raises(KnownError, match="No files were made"):
        leaving.may_take(case, PACKS, START)
    ready = made(case, hours=1)
    with pytest.raises(KnownError, match="The files are made"):
        made(ready)
    with pytest.raises(Refused, match="before its files were made"):
        handed(ready, hours=0, now=2)
    with pytest.raises(KnownError, match="future"):
        handed(ready, hours=2, now=1)
    assert handed(ready, 1, 1).outcome == IN_PART
    whole = made(cleared(judicial(), "name", "address", "orders"))
    assert handed(whole).outcome == HANDED_OVER
    partly = replace(whole, choice=replace(whole.choice or Choice((), "", "", START), partly=("orders",)))
    assert handed(partly).outcome == IN_PART
    with pytest.raises(KnownError, match="what left the shop stays"):
        leaving.drop_package(handed(whole))
    assert leaving.may_take(handed(whole), PACKS, START + timedelta(days=900)) == whole.package


def test_orders_and_dates_narrow_a_demand() -> None:
    for change, keys in (
        ({"orders": ("#100001",)}, {"name", "address:1", "address:2", "order:1"}),
        ({"since": date(2026, 6, 1)}, {"name", "address:1", "order:2"}),
        ({"until": date(2026, 3, 1)}, {"name", "address:1", "address:2", "order:1"}),
    ):
        case = with_demand(judicial(), **change)
        cover = gate.Cover.of(case, PACKS, START)
        assert {one.key for one in ITEMS if not cover.why_not(one)} == keys
    word = replace(third(("name", "orders")).confirmations[0], orders=("100002",))
    cover = gate.Cover.of(replace(third(), confirmations=(word,)), PACKS, START)
    assert {one.key for one in ITEMS if not cover.why_not(one)} == {"name", "order:2"}


def test_an_override_needs_a_judicial_demand_and_a_second_persons_reason() -> None:
    with pytest.raises(Refused, match="Payment of order 100001: Not covered by the demand"):
        chosen(judicial(), "name", "payment:1")
    with pytest.raises(Refused, match="Not covered by the buyer's confirmation"):
        chosen(third(), "name", "orders", beyond="they want it")
    with pytest.raises(Refused, match="Soul"):
        chosen(judicial(), "soul", beyond="no pack names it")
    case = chosen(judicial(), "name", "payment:1", beyond="the money went there")
    assert case.choice is not None and case.choice.outside == ("payment:1",)
    with pytest.raises(Refused, match="Give the reason to let it go"):
        leaving.clear(case, "minh", True, PACKS, START)
    with pytest.raises(Refused, match="needs a second person"):
        leaving.clear(case, "linh", False, PACKS, START, "I say so")
    granted = leaving.clear(case, "minh", True, PACKS, START, "the court order names the account")
    assert handed(made(granted)).outcome == IN_PART
    plain = chosen(judicial(), "name", beyond="not needed").choice
    assert plain == Choice(items("name"), "less will not do", "linh", START)


def test_urgent_and_not_confirmed_at_first_needs_a_cool_answer() -> None:
    case = with_demand(judicial(), urgent=True)
    assert missing(case) == []
    doubted = replace(case, calls=(replace(case.calls[0], passed=False), *case.calls))
    assert missing(doubted) == ["cooling"]
    with pytest.raises(KnownError, match="who presses"):
        rules.cool(doubted, " ", START, "linh")
    assert missing(rules.cool(doubted, "nothing happens, a clerk presses", START, "linh")) == []
    with pytest.raises(KnownError, match="Only an urgent demand"):
        rules.cool(judicial(), "x", START, "linh")


def test_a_confirmation_that_ended_after_the_clearance_holds_the_data() -> None:
    case, late = made(cleared(third(), "name")), START + timedelta(days=31)
    with pytest.raises(Refused, match="confirmation"):
        handed(case, 31 * 24, 31 * 24)
    with pytest.raises(Refused, match="confirmation"):
        leaving.may_take(case, PACKS, late)
    withdrawn = rules.withdraw_confirmation(case, START)
    assert (withdrawn.clearance, withdrawn.state) == (None, "verifying")
    again = replace(case.confirmations[0], given=START)
    with pytest.raises(KnownError, match="given later"):
        rules.confirm(withdrawn, again, START + HOUR)


def test_what_was_asked_for_marketing_stays_so() -> None:
    case = rules.record(Intake(replace(BROKER, purpose=MARKETING), "e-mail", START), START, PACKS)
    with pytest.raises(Refused, match="stays so"):
        rules.change_facts(case, BROKER, "typed wrongly", PACKS)


def test_the_number_in_the_letter_does_not_verify_the_letter() -> None:
    case = replace(judicial(), calls=())
    late = Contact("c1", "police", "Police", "024 1111 1111", "a search", START + HOUR, "linh")
    after = START + 2 * HOUR
    with pytest.raises(Refused, match="the one in the letter"):
        rules.call(case, late, "Hùng", True, "", after, after, "linh")
    known = replace(late, verified=START - HOUR)
    assert rules.call(case, known, "Hùng", True, "", after, after, "linh").calls[-1].passed
    for wrong, why in ((replace(known, body="court"), "another body"), (replace(known, retired=START), "retired")):
        with pytest.raises(KnownError, match=why):
            rules.call(case, wrong, "Hùng", True, "", after, after, "linh")
    with pytest.raises(KnownError, match="before the demand came in"):
        rules.call(case, known, "Hùng", True, "", START - HOUR, after, "linh")


def test_telling_the_buyer() -> None:
    released = handed(made(cleared(judicial(), "name")))
    with pytest.raises(KnownError, match="Decide first"):
        leaving.told(released, START, "e-mail", START)
    secret = leaving.decide_telling(released, Telling("secrecy", "the prosecutor", "linh", START), START)
    assert secret.closed == START
    day = START + timedelta(days=60)
    later = leaving.decide_telling(released, Telling("not before", "the court", "linh", START, day), START)
    assert later.closed is None
    with pytest.raises(KnownError, match="has not come"):
        leaving.told(later, START, "e-mail", START)
    assert leaving.told(later, day, "e-mail", day).closed == day
    with pytest.raises(KnownError, match="who ordered"):
        leaving.decide_telling(released, Telling("secrecy", " ", "linh", START), START)
    with pytest.raises(KnownError, match="future"):
        leaving.decide_telling(released, Telling("not before", "x", "linh", START, START), START)


def test_without_a_basis_there_are_three_ways_to_end() -> None:
    case = replace(judicial(), calls=())
    with pytest.raises(KnownError, match="Answer first"):
        rules.close(case, "they never called again", START)
    assert rules.close(rules.acknowledge(case, START), "no reply", START).outcome == "not pursued"
    assert rules.close(rules.clarify(case, START), "no reply", START).outcome == "not pursued"
    refused = rules.refuse(case, Refusal("no basis", "C3", "linh", START))
    assert rules.refusal_sent(refused, START).outcome == "refused"
    with pytest.raises(KnownError, match="Name the rule"):
        rules.refuse(case, Refusal("no basis", " ", "linh", START))


# --- tens of thousands of ways ---------------------------------------------------------------------------------------


@settings(max_examples=6_000 if FULL else 400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.binary(min_size=1_600, max_size=1_600))
def test_no_order_of_steps_releases_without_a_basis(data: bytes) -> None:
    """Each example is ten walks of random steps; an account of its own judges every release."""
    for at in range(0, len(data), 160):
        Walk(data[at : at + 160]).go()


def test_the_walks_reach_releases_and_refusals() -> None:
    """The property above would hold of a gate that never opens: many ways must lead somewhere."""
    dice = random.Random(20261123)
    ends: dict[str, int] = {}
    for _ in range(5_000):
        walk = Walk(dice.randbytes(dice.randrange(60, 240)))
        walk.go()
        for mark in walk.marks:
            ends[mark] = ends.get(mark, 0) + 1
    assert ends["released judicial"] > 100, ends
    assert ends["released third-party"] > 50, ends
    marks = ("cleared then withdrawn", "expired", "wrong eyes", "marketing", "refused", "override", "override alone")
    for mark in (*marks, "taken"):
        assert ends[mark] > 10, ends


def broken_gates() -> dict[str, Callable[[pytest.MonkeyPatch], None]]:
    """Return ways to break the gate that the walks must notice."""
    real, sound, word = gate.checks, gate.Cover.why_not, gate.confirmation
    freeze, keep = leaving.may_take, leaving._cleared

    def without(key: str) -> Callable[[pytest.MonkeyPatch], None]:
        def patch(monkeypatch: pytest.MonkeyPatch) -> None:
            monkeypatch.setattr(gate, "checks", lambda *args: tuple(c for c in real(*args) if c.key != key))

        return patch

    def no_scope(monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(gate.Cover, "why_not", lambda _cover, item: "no" if item.category == "soul" else "")

    def no_orders(monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(gate.Cover, "why_not", lambda cover, item: sound(cover, replace(item, order="")))

    def no_end(monkeypatch: pytest.MonkeyPatch) -> None:
        ages = timedelta(days=9000)
        forever = lambda one: replace(one, expires=one.expires + ages)  # noqa: E731
        monkeypatch.setattr(
            gate, "confirmation",
            lambda case, now: word(replace(case, confirmations=tuple(map(forever, case.confirmations))), now),
        )  # fmt: skip

    def anybodys_word(monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(gate, "confirmation", lambda case, _now: (case.confirmations or (None,))[-1])

    def no_withdrawal(monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rules, "withdraw_confirmation", lambda case, _at: case)

    def one_pair_of_eyes(monkeypatch: pytest.MonkeyPatch) -> None:
        real_clear = leaving.clear
        monkeypatch.setattr(
            leaving, "clear", lambda case, by, _others, *rest: real_clear(case, by, False, *rest)
        )  # fmt: skip

    def override_without_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
        real_clear = leaving.clear
        monkeypatch.setattr(
            leaving, "clear",
            lambda case, by, others, packs, now, override="": real_clear(case, by, others, packs, now, override or "x"),
        )  # fmt: skip

    def files_without_a_clearance(monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(leaving, "_cleared", lambda case, packs, now: case.choice or keep(case, packs, now))

    def files_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(
            leaving, "may_take",
            lambda case, packs, now: case.package if case.package is not None else freeze(case, packs, now),
        )  # fmt: skip

    keys = ("marketing", "document", "signatory", "call-back", "papers", "customer", "cooling")
    ways = (no_scope, no_orders, no_end, anybodys_word, no_withdrawal, one_pair_of_eyes, override_without_a_reason,
            files_without_a_clearance, files_for_ever)  # fmt: skip
    return {**{key: without(key) for key in keys}, **{way.__name__: way for way in ways}}


@pytest.mark.parametrize("name", sorted(broken_gates()))
def test_the_walks_notice_a_broken_gate(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    broken_gates()[name](monkeypatch)
    dice = random.Random(20261123)
    with pytest.raises(AssertionError):
        for _ in range(20_000):
            Walk(dice.randbytes(200)).go()
