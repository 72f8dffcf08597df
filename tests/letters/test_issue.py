"""Letters: numbers without gaps, bytes that never change, and nothing issued that lacks something."""

from datetime import timedelta
from pathlib import Path

import pytest

from officer_app.base.errors import BugError, KnownError
from officer_app.casebook import audit, issued
from officer_app.casebook.transaction import Writing
from officer_app.letters import issue as issuing
from officer_app.letters.letter import Letter
from officer_app.letters.shop_facts import ShopFacts
from tests import factory
from tests.complaints import bench
from tests.complaints.bench import Bench
from tests.complaints.conftest import desk  # noqa: F401 -- the fixture


def letter(name: str = "Lê Thị Hoa", **more: str) -> Letter:
    fields = {
        "received_on": "5 November 2026",
        "asked": "Where is my data?",
        "findings": "We kept to the purposes.",
        "reasons": "We looked.",
        "how_to_object": "Write to us.",
        "authority_and_court": "You may go to court.",
        **more,
    }
    return Letter("complaint-reply", "en", (name, "12 Hàng Bài"), fields, addressee=name)


def register(desk: Bench) -> list[tuple[str, str, str | None]]:  # noqa: F811
    with desk.book.reading() as tx:
        return [(one.number, one.state, one.reason) for one in reversed(issued.of_case(tx, "C-2026-0001"))]


def test_a_letter_is_issued_once_and_reprinted_byte_for_byte(desk: Bench) -> None:  # noqa: F811
    reference = desk.form()
    made = desk.letters.issue(reference, letter())
    assert (made.number, made.title) == ("N-2026-0001", "Our answer to your complaint of 5 November 2026")
    desk.clock.on(days=200)
    for action in ("view", "print", "export"):
        notice, content = desk.letters.pdf(made.number, action)
        assert content == made.pdf
        assert notice.state == issued.ISSUED
    assert desk.actions(reference)[-5:] == ["number reserved", "notice issued", "view", "print", "export"]
    words = bench.text_of(made.pdf)
    assert "N-2026-0001" in words
    assert reference in words


def test_what_is_missing_is_named_before_a_number_is_used(desk: Bench) -> None:  # noqa: F811
    reference = desk.form()
    lacking = letter(reasons=" ")
    assert desk.letters.missing(lacking)
    with pytest.raises(KnownError, match=r"still lacks: .*reasons"):
        desk.letters.issue(reference, lacking)
    assert register(desk) == []
    assert desk.letters.issue(reference, letter()).number == "N-2026-0001"


def test_the_policy_demands_guidance_where_a_leak_was_found(desk: Bench) -> None:  # noqa: F811
    reference = desk.form()
    leaked = Letter("complaint-reply", "en", ("A",), letter().fields, facts=("leak_confirmed",))
    with pytest.raises(KnownError, match=r"what the person can do|guidance"):
        desk.letters.issue(reference, leaked)
    assert register(desk) == []


def test_no_letter_without_the_shops_details(desk: Bench) -> None:  # noqa: F811
    reference = desk.form()
    manager = factory.signed_in(
        Path(str(desk.book.where)), factory.MANAGER_NAME, factory.MANAGER_PASS, desk.folder, desk.clock
    )
    bench.saved_facts(manager, ShopFacts(name="Lotus Shop"))
    manager.close()
    with pytest.raises(KnownError, match=r"Enter .* in the settings first"):
        desk.letters.issue(reference, letter())
    assert register(desk) == []


def test_a_letter_that_cannot_be_set_uses_no_number(desk: Bench) -> None:  # noqa: F811
    reference = desk.form()
    with pytest.raises(KnownError, match="osage"):
        desk.letters.issue(reference, letter("Osage \U000104b0 name"))
    assert register(desk) == []
    assert desk.letters.issue(reference, letter()).number == "N-2026-0001"
    assert not desk.book.verify().broken


def test_when_the_case_cannot_be_saved_the_number_is_void(desk: Bench) -> None:  # noqa: F811
    reference = desk.form()

    def fail(_tx: Writing, _number: str) -> None:
        raise BugError("something of ours")

    with pytest.raises(BugError):
        desk.letters.issue(reference, letter(), fail)
    assert register(desk) == [("N-2026-0001", issued.VOID, "an error of the program")]
    assert "notice issued" not in desk.actions(reference)
    assert not desk.book.verify().broken


def test_numbers_that_a_crash_left_behind_are_voided(desk: Bench) -> None:  # noqa: F811
    reference = desk.form()
    made = issued.Made("complaint-reply", "en", "Our answer", "A", "1", "1")
    with desk.book.transaction("work", reference) as tx:
        number = issued.reserve(tx, reference, made, 2026)
        audit.append(tx, "number reserved", reference, notice=number)
    assert desk.letters.void_abandoned() == 0  # it may be under way
    desk.clock.on(minutes=16)
    assert desk.letters.void_abandoned() == 1
    assert register(desk) == [("N-2026-0001", issued.VOID, "the program ended before it was issued")]
    assert desk.letters.void_abandoned() == 0
    assert not desk.book.verify().broken


def test_a_preview_uses_no_number_and_leaves_no_trace(desk: Bench) -> None:  # noqa: F811
    reference = desk.form()
    before = desk.actions()
    words = bench.text_of(desk.letters.preview(reference, letter()))
    assert "We looked." in words
    assert "N-2026" not in words
    assert (register(desk), desk.actions()) == ([], before)


def test_numbers_start_anew_with_the_shops_year(desk: Bench) -> None:  # noqa: F811
    reference = desk.form()
    desk.letters.issue(reference, letter())
    desk.clock.at = desk.clock.at.replace(month=12, day=31, hour=17, minute=1)  # 00:01 of 1 January in Hà Nội
    assert desk.letters.issue(reference, letter()).number == "N-2027-0001"


def test_who_wrote_it_cannot_approve_it_where_somebody_else_can(desk: Bench) -> None:  # noqa: F811
    word = desk.book.countersign(factory.MANAGER_NAME, factory.MANAGER_PASS)
    assert issuing.need_other_person(desk.book.actor.id, word, others=True) == ""
    with pytest.raises(KnownError, match="cannot approve it"):
        issuing.need_other_person(word.person.id, word, others=True)
    assert issuing.need_other_person(word.person.id, word, others=False) == "decided by one person"


def test_an_approval_is_signed_into_the_audit(desk: Bench) -> None:  # noqa: F811
    reference = desk.form()
    word = desk.book.countersign(factory.MANAGER_NAME, factory.MANAGER_PASS)
    with desk.book.transaction("work", reference) as tx:
        issuing.approve(tx, reference, "letters approved", word, "")
    assert desk.actions(reference)[-1] == "letters approved"
    assert not desk.book.verify().broken
    with pytest.raises(BugError), desk.book.transaction("work", reference) as tx:
        issuing.approve(tx, "", "letters approved", word, "")


def test_sending_is_the_desks_to_audit(desk: Bench) -> None:  # noqa: F811
    reference = desk.form()
    number = desk.letters.issue(reference, letter()).number
    with pytest.raises(BugError, match="without an audit entry"), desk.book.transaction("work", reference) as tx:
        desk.letters.record_sent(tx, number, "post", desk.clock.at)
    assert register(desk) == [(number, issued.ISSUED, None)]
    with pytest.raises(KnownError, match="issued later than this time"), desk.book.transaction("work", reference) as tx:
        desk.letters.record_sent(tx, number, "post", desk.clock.at - timedelta(days=2))
