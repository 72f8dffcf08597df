"""A case looked into on a real casebook beside a real shop: findings, parties, the clock, untrue data, and requests."""

import json
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from officer_app.base.errors import Conflict, KnownError
from officer_app.base.handover import Disclosed, ErasureAnswer, ErasureAsked
from officer_app.casebook import cases, evidence
from officer_app.complaints import clock, proof, rules
from officer_app.complaints.requests import Neighbours
from officer_app.complaints.rights import Wrong
from officer_app.complaints.rules import CLOSED, REFUSAL, REPLY, Decision
from officer_app.policy.book import Book
from tests import factory
from tests.complaints.bench import HOA, Bench, furnish

CARRIER = ("Fast Parcel Co.", "carrier", "3 Trần Phú\nHà Nội", "Who had the list of phone numbers?")


def waiting(desk: Bench, reference: str) -> str | None:
    with desk.book.reading() as tx:
        return cases.head(tx, reference).waiting_for


# --- findings --------------------------------------------------------------------------------------------------------


def test_each_allegation_has_its_finding_and_all_stand_in_the_letter(desk: Bench) -> None:
    reference = desk.form("other-purpose")
    desk.found(reference, "kept", "My address was sold")
    desk.found(reference, "not kept", "I was called")
    desk.found(reference, "cannot be established", "my address was SOLD")  # the same point again replaces it
    found = {one.allegation: one.result for one in desk.file(reference).case.findings}
    assert found == {"I was called": "not kept", "my address was SOLD": "cannot be established"}
    desk.service.drop_finding(reference, "my address was SOLD", desk.version(reference))
    desk.found(reference, "kept", "My orders were read")
    number = desk.decide(reference)[0]
    words = desk.words(number)
    for said in ("I was called", "None of the", "My orders were read", "Providing services", "We asked everybody."):
        assert said in words
    case = desk.file(reference).case
    assert case.decision is not None
    assert case.decision.finding == "not kept"  # one broken point makes it broken
    with pytest.raises(KnownError, match="Withdraw the answer first"):
        desk.service.drop_finding(reference, "I was called", desk.version(reference))


@pytest.mark.parametrize(
    ("purpose", "result", "reasons", "sentence"),
    [
        ("service-and-delivery", "perhaps", "because", "Say what you found"),
        ("service-and-delivery", "kept", " ", "Give the reasons"),
        ("marketing", "kept", "because", "under which purpose of the policy"),
        ("none", "kept", "because", "outside the list of purposes"),
        ("no use", "not kept", "because", "nothing was broken"),
    ],
)
def test_a_finding_is_measured_against_the_closed_list(
    desk: Bench, purpose: str, result: str, reasons: str, sentence: str
) -> None:
    reference = desk.form("other-purpose")
    with pytest.raises(KnownError, match=sentence):
        desk.service.record_finding(reference, "I was called", purpose, result, reasons, desk.version(reference))
    assert desk.file(reference).case.findings == ()


# --- parties ---------------------------------------------------------------------------------------------------------


def test_a_party_is_asked_reminded_of_by_the_due_list_and_its_answer_ends_that(desk: Bench) -> None:
    reference = desk.form("leak-to-third-party", text="A stranger knows my number.", subject="Who knows my number?")
    number = desk.service.ask_party(reference, *CARRIER, desk.version(reference)).notices[0]
    words = desk.words(number)
    for said in ("Fast Parcel Co.", "3 Trần Phú", "Who had the list of phone numbers?", "Who knows my number?"):
        assert said in words
    assert HOA.email not in words  # who complains is not told unless the officer says so
    assert "party-answer" not in desk.open_duties(reference)  # its time runs once it was sent
    assert waiting(desk, reference) == "party"
    assert desk.steps(reference)["reply"].startswith("Find the customer first")

    desk.send(number, "post")
    due = desk.open_duties(reference)["party-answer"]
    assert timedelta(days=5) < due - desk.clock.at < timedelta(days=9)
    desk.clock.on(days=9)
    with desk.book.reading() as tx:
        overdue = [item.duty for item in cases.due_list(tx) if item.due < desk.clock.at]
    assert "party-answer" in overdue

    desk.service.party_answered(reference, 1, "A driver kept a list.", desk.version(reference))
    assert "party-answer" not in desk.open_duties(reference)
    assert waiting(desk, reference) is None
    with desk.book.reading() as tx:
        met = [one.met for one in cases.deadlines(tx, reference) if one.duty == "party-answer"]
    assert met == [desk.clock.at]
    with pytest.raises(KnownError, match="recorded already"):
        desk.service.party_answered(reference, 1, "again", desk.version(reference))
    assert not desk.book.verify().broken


def test_of_several_parties_the_one_due_first_counts(desk: Bench) -> None:
    reference = desk.form("other-purpose")
    desk.service.link(reference, rules.NOBODY, desk.version(reference))
    first = desk.service.ask_party(reference, *CARRIER, desk.version(reference), named=True).notices[0]
    assert HOA.email in desk.words(first)
    desk.send(first)
    earlier = desk.open_duties(reference)["party-answer"]
    desk.clock.on(days=2)
    department = ("Customer service", "department", "service@lotus.example", "Who looked at it?")
    second = desk.service.ask_party(reference, *department, desk.version(reference)).notices[0]
    desk.send(second)
    assert desk.open_duties(reference)["party-answer"] == earlier
    desk.found(reference, "kept")
    assert "Fast Parcel Co., Customer service" in desk.steps(reference)["reply"]
    desk.service.party_answered(reference, 1, "They moved away.", desk.version(reference), silent=True)
    assert desk.open_duties(reference)["party-answer"] > earlier
    desk.service.withdraw(reference, second, "The question was wrong.", desk.version(reference))
    assert "party-answer" not in desk.open_duties(reference)
    assert desk.steps(reference)["reply"] == ""
    assert [one.silent for one in desk.file(reference).case.parties] == [True, True]


def test_an_enquiry_that_lacks_something_uses_no_number(desk: Bench) -> None:
    reference = desk.form("other-purpose")
    version = desk.version(reference)
    for party, sentence in (
        (("", "carrier", "x", "y"), "Enter who is asked"),
        (("A", "nonsense", "x", "y"), "Say who that is"),
        (("A", "carrier", " ", "y"), "Enter an address"),
        (("A", "carrier", "x", " "), "Enter what the party is asked"),
    ):
        with pytest.raises(KnownError, match=sentence):
            desk.service.ask_party(reference, *party, version)
    with pytest.raises(Conflict):
        desk.service.ask_party(reference, *CARRIER, version - 1)
    assert desk.file(reference).notices == ()


# --- the clock -------------------------------------------------------------------------------------------------------


def test_an_answer_is_extended_once_and_the_old_date_is_kept(desk: Bench) -> None:
    reference = desk.form("access")
    before = desk.open_duties(reference)["access-answer"]
    assert desk.file(reference).extended_to
    number = desk.service.extend(reference, "The archive is being searched.", "", desk.version(reference)).notices[0]
    after = desk.open_duties(reference)["access-answer"]
    assert after > before
    day = after.astimezone(desk.service._policy().zone)
    assert f"{day.day} {day:%B %Y}" in desk.words(number)
    (move,) = desk.file(reference).case.clock.moves
    assert (move.what, move.was, move.now, move.notice) == (clock.EXTENDED, before, after, number)
    assert "shop-policy" in move.rule
    assert desk.steps(reference)["extend"] == "The answer was extended once already."
    with pytest.raises(KnownError, match="extended once already"):
        desk.service.extend(reference, "again", "", desk.version(reference))
    assert "deadline extended" in desk.actions(reference)
    desk.service.withdraw(reference, number, "A wrong date.", desk.version(reference))
    assert desk.open_duties(reference)["access-answer"] == before
    assert desk.steps(reference)["extend"] == ""
    assert not desk.book.verify().broken


def test_what_no_pack_extends_is_not_extended_nor_what_is_late(desk: Bench) -> None:
    report = desk.form("account-misuse")
    assert desk.steps(report)["extend"] == "No active policy pack lets this answer be extended."
    with pytest.raises(KnownError, match="lets this answer be extended"):
        desk.service.extend(report, "because", "", desk.version(report))
    late = desk.form("access")
    desk.clock.on(days=20)
    with pytest.raises(KnownError, match="The date has passed"):
        desk.service.extend(late, "because", "", desk.version(late))
    assert desk.file(late).notices == ()


def test_where_no_pack_lets_the_clock_stop_the_person_is_asked_and_the_date_stays(desk: Bench) -> None:
    reference = desk.form("access")
    before = desk.open_duties(reference)["access-answer"]
    until = desk.clock.at + timedelta(days=14)
    change = desk.service.pause(reference, "identity", "Your customer number", until, desk.version(reference))
    assert change.news.endswith("No active policy pack lets the clock stop; the date stays.")
    assert "Your customer number" in desk.words(change.notices[0])
    assert desk.open_duties(reference)["access-answer"] == before
    assert waiting(desk, reference) == "requester"
    desk.service.resume(reference, "They sent it.", desk.version(reference))
    assert waiting(desk, reference) is None
    assert desk.open_duties(reference)["access-answer"] == before


def test_where_a_pack_allows_it_the_clock_stands_until_the_person_answers(
    desk: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    uk = Book.load(("uk-gdpr",))
    monkeypatch.setattr(desk.service, "_policy", lambda: uk)
    monkeypatch.setattr(desk.service.intake, "_policy", lambda: uk)
    monkeypatch.setattr(desk.service.queue, "_policy", lambda: uk)
    reference = desk.form("access")
    duty = next(key for key in desk.open_duties(reference) if "answer" in key or "access" in key)
    before = desk.open_duties(reference)[duty]
    until = desk.clock.at + timedelta(days=14)
    desk.service.pause(reference, "clarification", "Which account?", until, desk.version(reference))
    standing = desk.open_duties(reference)[duty]
    assert standing - before >= timedelta(days=13)
    desk.clock.on(days=4)
    desk.service.resume(reference, "The first one.", desk.version(reference))
    after = desk.open_duties(reference)[duty]
    assert before + timedelta(days=3) <= after < standing
    moves = desk.file(reference).case.clock.moves
    assert [(one.what, one.was, one.now) for one in moves] == [
        (clock.PAUSED, before, standing), (clock.RESUMED, standing, after),
    ]  # fmt: skip
    assert not desk.book.verify().broken


# --- identity --------------------------------------------------------------------------------------------------------


def test_a_code_goes_to_the_stored_address_and_proves_once(desk: Bench) -> None:
    reference = desk.form("access", "An Impostor", "evil@example.net")
    desk.service.link(reference, HOA.key, desk.version(reference))
    number = desk.service.send_code(reference, proof.LETTER_CODE, desk.version(reference)).notices[0]
    words = desk.words(number)
    assert "evil@example.net" not in words
    assert "An Impostor" not in words
    card = desk.service.requesters.card(desk.file(reference).case)
    assert card.addresses[0].lines[0] in words
    code = next(word for word in words.split() if len(word) == 9 and word[4] == "-")
    with desk.book.reading() as tx:
        from officer_app.complaints import records

        assert code.replace("-", "") not in json.dumps(tx.get(records.complaints, reference)["body"])  # type: ignore[index]

    def give(text: str) -> str:
        return desk.service.identify(reference, {}, proof.LETTER_CODE, "", desk.version(reference), code=text).news

    assert "not passed" in give("AAAA-AAAA")
    assert "passed." in give(code.lower())
    assert desk.file(reference).case.identified
    with pytest.raises(KnownError, match="No code was sent"):
        give(code)
    assert [one.passed for one in desk.file(reference).case.checks] == [False, True]


def test_a_code_ends_after_five_wrong_ones_and_after_thirty_days(desk: Bench) -> None:
    reference = desk.form("access")
    desk.service.link(reference, HOA.key, desk.version(reference))
    desk.service.send_code(reference, proof.MAIL_CODE, desk.version(reference))

    def wrong() -> None:
        desk.service.identify(reference, {}, proof.MAIL_CODE, "", desk.version(reference), code="2222-2222")

    for _ in range(5):
        wrong()
    with pytest.raises(KnownError, match="Too many wrong codes"):
        wrong()
    desk.service.send_code(reference, proof.MAIL_CODE, desk.version(reference))
    desk.clock.on(days=31)
    with pytest.raises(KnownError, match="older than 30 days"):
        wrong()


@pytest.mark.parametrize(
    ("method", "claims", "confirmed", "note", "passed"),
    [
        (proof.CALL, {"phone": HOA.phone}, True, "", True),
        (proof.CALL, {"phone": HOA.phone}, False, "", False),
        (proof.CALL, {"phone": "+84 999 999 999"}, True, "", False),
        (proof.PAPER, {}, True, "Passport, seen by Linh at the counter", True),
        (proof.PAPER, {}, False, "Another person", False),
        (proof.PAPER, {}, None, "Nobody said", False),
        (proof.ATTORNEY, {}, True, "Of 3 May, for a daughter", True),
    ],
)
def test_the_ways_to_prove_an_identity(
    desk: Bench, method: str, claims: dict[str, str], confirmed: bool | None, note: str, passed: bool
) -> None:
    reference = desk.form("access")
    desk.service.link(reference, HOA.key, desk.version(reference))
    desk.service.identify(reference, claims, method, note, desk.version(reference), confirmed=confirmed)
    case = desk.file(reference).case
    assert case.identified is passed
    assert (case.checks[0].method, case.checks[0].note, case.checks[0].by) == (method, note, desk.book.actor.id)
    assert desk.file(reference).evidence == ()  # no copy of anything is kept


def test_a_paper_needs_a_note_and_a_call_its_number(desk: Bench) -> None:
    reference = desk.form("access")
    desk.service.link(reference, HOA.key, desk.version(reference))
    with pytest.raises(KnownError, match="which paper was seen"):
        desk.service.identify(reference, {}, proof.PAPER, " ", desk.version(reference), confirmed=True)
    with pytest.raises(KnownError, match="the number that you called"):
        desk.service.identify(reference, {}, proof.CALL, "", desk.version(reference), confirmed=True)
    assert desk.file(reference).case.checks == ()


# --- untrue data -----------------------------------------------------------------------------------------------------


def test_a_refusal_rests_on_untrue_data_only_when_all_are_and_a_second_person_confirmed_it(desk: Bench) -> None:
    reference = desk.form("unwanted-advertising")
    desk.service.link(reference, HOA.key, desk.version(reference))
    paper = desk.folder / "returned.txt"
    paper.write_text("Returned: no such address.", encoding="utf-8")
    desk.service.add_evidence(reference, [paper])
    refusal = Decision(REFUSAL, "Everything stated is untrue.", rule="Policy A6", ground=rules.UNTRUE)

    def refuse() -> tuple[str, ...]:
        return desk.service.decide(reference, refusal, desk.version(reference)).notices

    def confirm(name: str = factory.MANAGER_NAME, word: str = factory.MANAGER_PASS) -> str:
        return desk.service.confirm_untrue(reference, name, word, desk.version(reference)).news

    with pytest.raises(KnownError, match="a second person confirmed it"):
        refuse()
    with pytest.raises(KnownError, match="No data were found untrue"):
        confirm()
    desk.service.record_untrue(reference, ("name", "email"), "Mail came back.", desk.version(reference))
    confirm()
    with pytest.raises(KnownError, match="a second person confirmed it"):  # a part of it is not enough
        refuse()
    data = ("name", "email", "mobile", "address")
    desk.service.record_untrue(reference, data, "Each was tried, none exists.", desk.version(reference))
    with pytest.raises(KnownError, match="a second person confirmed it"):
        refuse()
    with pytest.raises(KnownError, match="Only a manager can approve this"):
        confirm(factory.OFFICER_NAME, factory.OFFICER_PASS)
    assert confirm() == "Confirmed by Phạm Quang Minh."
    untrue = desk.file(reference).case.untrue
    assert untrue is not None
    assert (untrue.pieces, untrue.confirmed_by) == (
        tuple(one.id for one in desk.file(reference).evidence), "Phạm Quang Minh",
    )  # fmt: skip
    words = desk.words(refuse()[0])
    assert "found untrue" in words
    assert "confirmed by a second person" in words
    assert "untrue data confirmed" in desk.actions(reference)
    assert not desk.book.verify().broken


def test_a_manager_confirms_in_their_own_sign_in_and_works_nothing_else(desk: Bench, tmp_path: Path) -> None:
    reference = desk.form("unwanted-advertising")
    data = ("name", "email", "mobile", "address")
    desk.service.record_untrue(reference, data, "None exists.", desk.version(reference))
    book = factory.signed_in(
        Path(str(desk.book.where)), factory.MANAGER_NAME, factory.MANAGER_PASS, tmp_path, desk.clock
    )
    manager = furnish(book, desk.clock, desk.shop, tmp_path)
    try:
        steps = manager.steps(reference)
        assert [key for key, why in steps.items() if not why] == ["confirm-untrue"]
        assert manager.service.confirming(manager.file(reference).case) == (False, False)
        with pytest.raises(KnownError, match="Your role may not do this"):
            manager.service.record_untrue(reference, data, "again", manager.version(reference))
        manager.service.confirm_untrue(reference, "", "", manager.version(reference))
        with pytest.raises(KnownError, match="confirmed already"):
            manager.service.confirm_untrue(reference, "", "", manager.version(reference))
    finally:
        manager.close()
    untrue = desk.file(reference).case.untrue
    assert untrue is not None
    assert untrue.may_refuse
    assert not desk.book.verify().broken


# --- requests --------------------------------------------------------------------------------------------------------


def told(desk: Bench, **beside: object) -> None:
    """Let other desks answer this one."""
    desk.service._beside = Neighbours(**beside)  # type: ignore[arg-type]
    desk.service.queue._erasure_of = desk.service._beside.erasure_of


def test_a_data_report_tells_all_and_goes_with_a_copy_a_machine_can_read(desk: Bench) -> None:
    given = Disclosed("D-2026-0001", "Hà Nội police", desk.clock.at, ("name",), "Law 116 Art. 25")
    asked: list[tuple[str, str]] = []

    def disclosures_of(_tx: object, customer: str, email: str) -> tuple[Disclosed, ...]:
        asked.append((customer, email))
        return (given,)

    told(desk, disclosures_of=disclosures_of)
    reference = desk.form("access")
    with pytest.raises(KnownError, match="Find the customer first"):
        desk.decide(reference, reasons="")
    desk.service.link(reference, HOA.key, desk.version(reference))
    with pytest.raises(KnownError, match="Check identity first"):
        desk.decide(reference, reasons="")
    assert asked == []  # nothing was gathered for somebody unproved
    desk.identified(reference)
    number = desk.decide(reference, reasons="")[0]
    assert asked == [(HOA.key, HOA.email)]
    words = desk.words(number)
    card = desk.service.requesters.card(desk.file(reference).case)
    for said in (HOA.email, card.addresses[0].lines[0], f"Order {HOA.order}", "Hà Nội police", "Law 116 Art. 25",
                 "Providing services", "until you ask us", "cannot be read back", "data-copy.json"):  # fmt: skip
        assert said in words
    assert "Granted in full" not in words
    (copy,) = (one for one in desk.file(reference).evidence if one.name == "data-copy.json")
    saved = desk.service.save_copy(reference, copy.id, desk.folder / "copy.json")
    whole = json.loads(saved.read_text(encoding="utf-8"))
    assert whole["data"]["account"]["email"] == HOA.email
    assert HOA.order in [one["number"] for one in whole["data"]["orders"]]
    assert whole["disclosures"][0]["recipient"] == "Hà Nội police"
    assert whole["reference"] == reference
    assert "password" not in json.dumps(whole).replace("has_password", "")
    assert desk.actions(reference)[-1] == "export"
    desk.send(number)
    assert desk.file(reference).case.state == CLOSED


def test_a_correction_is_confirmed_only_when_the_shop_shows_it(desk: Bench) -> None:
    reference = desk.form("correction")
    with pytest.raises(KnownError, match="Check identity first"):
        desk.service.note_correction(reference, (Wrong("phone", "1", "2"),), desk.version(reference))
    desk.identified(reference)
    desk.service.note_correction(reference, (Wrong("phone", "0900", "+84 900 000 001"),), desk.version(reference))
    today = desk.clock.at.date()
    with pytest.raises(KnownError, match="The shop does not show the new phone yet"):
        desk.service.confirm_correction(reference, "Lan", today, desk.version(reference))
    desk.service.note_correction(reference, (Wrong("phone", "0900", HOA.phone),), desk.version(reference))
    desk.service.confirm_correction(reference, "Lan", today, desk.version(reference))
    assert desk.steps(reference)["reply"] == ""
    number = desk.decide(reference, reasons="")[0]
    words = desk.words(number)
    assert "0900" in words
    assert HOA.phone in words
    known = desk.file(reference).case.correction
    assert known is not None
    assert (known.done_by, known.looked_up, known.confirmed_by) == ("Lan", True, desk.book.actor.id)


def test_a_deletion_is_handed_over_once_and_the_answer_says_what_became_of_it(desk: Bench) -> None:
    asked: list[ErasureAsked] = []
    answer = ErasureAnswer("on the review list")
    told(desk, ask_erasure=lambda _tx, one: asked.append(one), erasure_of=lambda _tx, _reference: answer)
    reference = desk.form("erasure")
    desk.service.link(reference, HOA.key, desk.version(reference))
    with pytest.raises(KnownError, match="Check identity first"):
        desk.service.hand_over(reference, "cancel", "asked", desk.version(reference))
    desk.identified(reference)
    desk.service.hand_over(reference, "cancel", "They want to leave.", desk.version(reference))
    (one,) = asked
    assert (one.complaint, one.customer, one.ground, one.reason) == (
        reference, HOA.key, "cancel", "They want to leave.",
    )  # fmt: skip
    with pytest.raises(KnownError, match="handed over already"):
        desk.service.hand_over(reference, "cancel", "again", desk.version(reference))
    assert "We are deleting your account" in desk.file(reference).erased
    answer = ErasureAnswer("erased", "R-2026-0001", desk.clock.at, ("Invoices: 10 years (Accounting Law Art. 41)",))
    file = desk.file(reference)
    assert "We deleted your account" in file.erased
    assert file.kept == "Invoices: 10 years (Accounting Law Art. 41)"
    partly = Decision(
        REFUSAL, "The law demands it.", rule="Accounting Law Art. 41", done=file.erased, kept=file.kept
    )  # fmt: skip
    words = desk.words(desk.service.decide(reference, partly, desk.version(reference)).notices[0])
    for said in ("done in part", "We deleted your account", "Invoices: 10 years", "you may go to court"):
        assert said in words


def test_a_false_account_is_handed_over_with_the_name_of_who_confirmed_it(desk: Bench) -> None:
    asked: list[ErasureAsked] = []
    told(desk, ask_erasure=lambda _tx, one: asked.append(one))
    reference = desk.form("unwanted-advertising")
    desk.service.link(reference, HOA.key, desk.version(reference))
    with pytest.raises(KnownError, match="confirmed by a second person first"):
        desk.service.hand_over(reference, "false", "untrue", desk.version(reference))
    data = ("name", "email", "mobile", "address")
    desk.service.record_untrue(reference, data, "None exists.", desk.version(reference))
    version = desk.version(reference)
    desk.service.confirm_untrue(reference, factory.MANAGER_NAME, factory.MANAGER_PASS, version)
    desk.service.hand_over(reference, "false", "All of it untrue.", desk.version(reference))
    assert [(one.ground, one.confirmed_by) for one in asked] == [("false", "Phạm Quang Minh")]


def test_a_stranger_is_answered_without_a_report(desk: Bench) -> None:
    reference = desk.form("access", "A Stranger", "stranger@example.org")
    desk.service.link(reference, rules.NOBODY, desk.version(reference))
    number = desk.decide(reference, done="We hold nothing about you.", reasons="No account has your address.")[0]
    assert "We hold nothing about you." in desk.words(number)


# --- comments, reopening, evidence ------------------------------------------------------------------------------------


def test_a_comment_is_answered_without_ado(desk: Bench) -> None:
    reference = desk.form()
    made = Decision(REPLY, "In Vietnam, on our own server.", advice=("shared_computer",))
    words = desk.words(desk.service.decide(reference, made, desk.version(reference)).notices[0])
    assert "In Vietnam, on our own server." in words
    assert "Log out on shared computers" in words


def test_what_was_decided_before_stays_when_a_case_is_opened_again(desk: Bench) -> None:
    reference = desk.form()
    number = desk.decide(reference)[0]
    desk.send(number)
    desk.clock.on(days=2)
    desk.service.reopen(reference, "They wrote again.", desk.version(reference))
    case = desk.file(reference).case
    assert case.decision is None
    assert [(one.notice, one.reasons) for one in case.earlier] == [(number, "We looked into it with everybody.")]
    desk.send(desk.decide(reference, reasons="We looked again.")[0])
    case = desk.file(reference).case
    assert case.decision is not None
    assert (case.state, case.decision.reasons, len(case.earlier)) == (CLOSED, "We looked again.", 1)


def test_evidence_is_sealed_as_it_was(desk: Bench, tmp_path: Path) -> None:
    reference = desk.form()
    paper = tmp_path / "log.txt"
    paper.write_text("12 November, 10:00", encoding="utf-8")
    desk.service.add_evidence(reference, [paper])
    with pytest.raises(KnownError, match="could not be read"):
        desk.service.add_evidence(reference, [tmp_path / "missing.txt"])
    (piece,) = desk.file(reference).evidence
    with desk.book.reading() as tx:
        assert evidence.read(tx, piece.id) == b"12 November, 10:00"


def test_all_that_was_looked_into_comes_back_as_it_was(desk: Bench) -> None:
    from officer_app.complaints import records

    reference = desk.form("correction")
    desk.identified(reference)
    desk.service.note_correction(reference, (Wrong("phone", "0900", HOA.phone),), desk.version(reference))
    desk.service.ask_party(reference, *CARRIER, desk.version(reference))
    desk.service.record_untrue(reference, ("name",), "It is none.", desk.version(reference))
    desk.service.extend(reference, "because", "", desk.version(reference))
    shown = desk.file(reference).case
    with desk.book.reading() as tx:
        assert records.get(tx, reference) == shown
    assert shown.correction is not None
    assert shown.untrue is not None
    assert shown.clock.extended
    assert len(shown.parties) == 1


def test_two_cases_on_one_matter_bring_their_findings_and_parties_together(desk: Bench) -> None:
    first, second = desk.form("other-purpose"), desk.form("other-purpose")
    for reference in (first, second):
        desk.send(desk.service.ask_party(reference, *CARRIER, desk.version(reference)).notices[0])
        desk.found(reference, "kept", f"What {reference} says")
    desk.service.merging.merge(first, second, "The same call.", desk.version(first))
    case = desk.file(first).case
    assert [one.id for one in case.parties] == [1, 2]
    assert [one.allegation for one in case.findings] == [f"What {first} says", f"What {second} says"]
    desk.service.party_answered(first, 1, "Nobody.", desk.version(first))
    assert "party-answer" in desk.open_duties(first)
    desk.service.party_answered(first, 2, "Nobody.", desk.version(first))
    assert "party-answer" not in desk.open_duties(first)
    assert not desk.book.verify().broken


def test_who_was_deleted_meanwhile_is_still_answered(desk: Bench) -> None:
    answer = ErasureAnswer("erased", "R-2026-0001", desk.clock.at)
    told(desk, ask_erasure=lambda _tx, _one: None, erasure_of=lambda _tx, _reference: answer)
    reference = desk.form("erasure")
    desk.identified(reference)
    desk.service.hand_over(reference, "cancel", "They want to leave.", desk.version(reference))
    with sqlite3.connect(desk.folder / "shop.sqlite") as shop:
        shop.execute("PRAGMA foreign_keys = OFF")
        shop.execute("DELETE FROM customers WHERE id = ?", (HOA.key,))
    number = desk.decide(reference, done=desk.file(reference).erased)[0]
    words = desk.words(number)
    assert "We deleted your account" in words
    assert HOA.email in words  # to the address they wrote from
