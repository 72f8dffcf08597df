"""The casebook's own list beside the shop's: cancel requests from complaints, findings, and support contacts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from officer_app.base.errors import KnownError
from officer_app.base.handover import ErasureAsked
from officer_app.base.page import Sort
from officer_app.casebook import audit, cases
from officer_app.casebook.book import Casebook
from officer_app.complaints import records as complaints
from officer_app.complaints import rules as complaint
from officer_app.complaints.rules import Intake, Requester
from officer_app.demo.shop import GUEST, PEOPLE
from officer_app.retention import marks
from officer_app.retention.rules import Candidate, Mark
from tests.retention.conftest import NOW, Desk

BY_STORY = {one.story: one for one in PEOPLE}
ACTIVE = BY_STORY["active"]
ASKED = ErasureAsked("", ACTIVE.key, ACTIVE.email, NOW - timedelta(days=3), "cancel", "Please delete my account.")


def listed(desk: Desk) -> dict[str, Candidate]:
    return {one.key: one for one in desk.service.all_candidates()}


def asked(desk: Desk, customer: str, email: str, received: int = 3) -> str:
    """Open a complaint of a person and hand it over; return its reference."""
    at = NOW - timedelta(days=received)
    intake = Intake("erasure", "e-mail", at, Requester(email=email), "Delete", "Please")
    with desk.book.transaction("work") as tx:
        reference = cases.open_case(tx, "complaints", "erasure", "received", 2026)
        case = replace(complaint.open_case(intake, NOW), reference=reference, customer=customer or complaint.NOBODY)
        complaints.add(tx, case)
        audit.append(tx, "received", reference)
    with desk.book.transaction("work", reference) as tx:
        desk.service.ask_erasure(tx, replace(ASKED, complaint=reference, customer=customer, email=email))
        audit.append(tx, "handed to retention", reference)
    return reference


def answer(desk: Desk, reference: str) -> str:
    with desk.book.reading() as tx:
        found = desk.service.erasure_of(tx, reference)
    return "" if found is None else found.state


def test_a_complaint_puts_its_person_on_the_list_and_does_not_block_itself(desk: Desk) -> None:
    assert ACTIVE.key not in listed(desk)
    reference = asked(desk, ACTIVE.key, ACTIVE.email)
    row = listed(desk)[ACTIVE.key]
    assert (row.reason, row.origin, row.since) == ("cancel", reference, ASKED.asked)
    assert not any(reference in block for block in row.blocks)
    assert answer(desk, reference) == "on the review list"
    with desk.book.transaction("work") as tx:
        other = cases.open_case(tx, "complaints", "other-purpose", "received", 2026)
        cases.index_person(tx, other, "complainant", email=ACTIVE.email)
        audit.append(tx, "received", other)
    assert f"open case {other}" in listed(desk)[ACTIVE.key].blocks


def test_counts_and_pages_hold_the_own_marks(desk: Desk) -> None:
    before = dict(desk.service.queue.counts())
    asked(desk, ACTIVE.key, ACTIVE.email)
    asked(desk, "", GUEST[1])
    counts = desk.service.queue.counts()
    assert counts["cancel"] == before["cancel"] + 2
    for sort in ("key", "person", "sign"):
        rows: list[Candidate] = []
        after: object = None
        while True:
            page = desk.service.queue.page(["cancel"], Sort(sort), after, 3)
            rows += page.rows
            after = page.next
            if after is None:
                break
        assert len(rows) == len({row.key for row in rows}) == counts["cancel"], sort
        assert rows[0].guest
        assert GUEST[1] not in str(rows[0])


def test_a_guest_is_opened_by_the_email(desk: Desk) -> None:
    asked(desk, "", GUEST[1])
    row = next(row for row in desk.service.all_candidates() if row.guest)
    file = desk.service.queue.open(row)
    assert file.card.account.key is None
    assert file.card.orders


def test_an_email_that_has_an_account_stands_for_the_account(desk: Desk) -> None:
    reference = asked(desk, "", ACTIVE.email.upper())
    assert listed(desk)[ACTIVE.key].origin == reference
    assert not any(row.guest for row in desk.service.all_candidates())


def test_nobody_stands_there_twice(desk: Desk) -> None:
    asked(desk, ACTIVE.key, ACTIVE.email)
    with pytest.raises(KnownError, match="on the review list already, for C-2026-0001"):
        asked(desk, ACTIVE.key, ACTIVE.email)
    with desk.book.reading() as tx, pytest.raises(KnownError, match="nobody can be found"):
        marks.add(tx, replace(ASKED, customer="", email="no address"))  # type: ignore[arg-type]


def test_the_strongest_reason_leads(desk: Desk) -> None:
    """Who asked to cancel and was found false stands there once, as asked to cancel."""
    false = BY_STORY["false"]
    asked(desk, false.key, false.email)
    assert listed(desk)[false.key].reason == "cancel"
    assert not any(row.key == false.key for row in desk.service.queue.page(["false"], limit=500).rows)


def test_a_finding_counts_only_with_a_second_person(desk: Desk) -> None:
    with desk.book.transaction("work") as tx:
        key = marks.add(tx, replace(ASKED, ground="false", reason="The phone number is a taxi's."), "Call of 21 Nov")
        audit.append(tx, "found false")
    assert ACTIVE.key not in listed(desk)
    with desk.book.transaction("work") as tx:
        marks.confirm(tx, key, "Phạm Quang Minh")
        audit.append(tx, "finding confirmed")
    row = listed(desk)[ACTIVE.key]
    assert (row.reason, row.origin, row.found, row.why_not) == ("false", "finding", True, "")
    assert "finding first" in listed(desk)[BY_STORY["false"].key].why_not


def test_support_contacts_are_activity(desk: Desk) -> None:
    """Whoever complained lately is awake; a complaint of 70 days ago changes nothing."""
    quiet = BY_STORY["inactive"]
    before = desk.service.queue.counts()["inactive"]
    assert quiet.key in listed(desk)
    _receive(desk.book, quiet.email, 70)
    assert listed(desk)[quiet.key].reason == "inactive"
    _receive(desk.book, quiet.email, 59)
    assert quiet.key not in listed(desk)
    assert desk.service.queue.counts()["inactive"] == before - 1


def _receive(book: Casebook, email: str, days: int) -> None:
    intake = Intake("other", "e-mail", NOW - timedelta(days=days), Requester(email=email), "Hello", "A question")
    with book.transaction("work") as tx:
        reference = cases.open_case(tx, "complaints", "other", "closed", 2026)
        complaints.add(tx, replace(complaint.open_case(intake, NOW), reference=reference, closed=NOW))
        audit.append(tx, "received", reference)


def test_taking_back_ends_a_mark(desk: Desk) -> None:
    reference = asked(desk, ACTIVE.key, ACTIVE.email)
    with desk.book.transaction("work") as tx:
        known: Mark | None = marks.of_complaint(tx, reference)
        assert known is not None
        marks.take_back(tx, known.id)
        audit.append(tx, "taken back")
    assert ACTIVE.key not in listed(desk)
    assert answer(desk, reference) == "taken off the review list"
    assert answer(desk, "C-2026-0099") == ""
