"""The casebook's own retention: what is past its time, and the end of a case's key."""

from datetime import timedelta

import pytest

from officer_app.base.errors import KnownError
from officer_app.casebook import audit, cases, holds
from officer_app.policy.book import Book
from officer_app.retention.approval import Approvals
from officer_app.retention.own_cases import OwnCases
from tests import factory
from tests.retention.conftest import Desk

YEARS = 5 * 372


def closed(desk: Desk, ago: int, kind: str = "other-purpose") -> str:
    """Return a complaint that was closed so many days ago."""
    with desk.book.transaction("work") as tx:
        reference = cases.open_case(tx, "complaints", kind, "closed", 2026)
        cases.change(tx, reference, closed=tx.now - timedelta(days=ago))
        audit.append(tx, "closed", reference, {"reason": "Said by Hoa"})
    return reference


def erase(desk: Desk, *references: str) -> None:
    desk.service.own_cases.erase(references, factory.MANAGER_NAME, factory.MANAGER_PASS)


def test_only_what_is_past_its_time_is_listed(desk: Desk) -> None:
    old, _young = closed(desk, YEARS + 1), closed(desk, YEARS - 40)
    found = desk.service.own_cases.due()
    assert [one.reference for one in found] == [old]
    assert found[0].until < desk.service.now()


def test_the_longest_time_of_the_packs_counts(desk: Desk) -> None:
    """The breach file of Vietnam's decree and the shorter log of California: five years for all, with the source."""
    book = Book.load(("shop-policy", "vn-2026", "us-ca"))
    periods = OwnCases(desk.book, lambda: book, Approvals(desk.book)).periods()
    assert {one.months for one in periods.values()} == {60}
    assert "Decree 356" in periods["breaches"].source
    assert periods["complaints"].source.startswith("default")


def test_a_destroyed_key_leaves_register_and_audit(desk: Desk) -> None:
    reference = closed(desk, YEARS + 1)
    assert f"The first to come up is {reference}, on " in desk.service.own_cases.explain()
    erase(desk, reference)
    assert desk.service.own_cases.due() == ()
    assert desk.service.own_cases.explain() == (
        "Closed cases are kept for 5 years from their closing, unless a legal hold keeps them longer. "
        "No closed case is waiting."
    )
    with desk.book.reading() as tx:
        assert cases.head(tx, reference).state == "closed"
        told = {one.action: one.details for one in audit.timeline(tx, reference)}
    assert told["closed"] is None
    assert "case key destroyed" in told
    assert not desk.book.verify().broken


def test_it_takes_a_manager(desk: Desk) -> None:
    reference = closed(desk, YEARS + 1)
    with pytest.raises(KnownError, match="Only a manager"):
        desk.service.own_cases.erase([reference], factory.OFFICER_NAME, factory.OFFICER_PASS)
    with pytest.raises(KnownError, match="A manager says this"):
        desk.service.own_cases.erase([reference], "", "")
    assert [one.reference for one in desk.service.own_cases.due()] == [reference]


def test_neither_a_held_case_nor_a_young_one(desk: Desk) -> None:
    """One that may not go keeps all that were chosen with it."""
    old, held, young = closed(desk, YEARS + 1), closed(desk, YEARS + 1), closed(desk, 10)
    with desk.book.transaction("work") as tx:
        holds.place(tx, held, "dispute", customer="1")
        audit.append(tx, "hold placed", held)
    with pytest.raises(KnownError, match="legal hold"):
        erase(desk, old, held)
    with pytest.raises(KnownError, match="not over"):
        erase(desk, old, young)
    assert {one.reference for one in desk.service.own_cases.due()} == {old, held}


def test_a_case_whose_person_another_case_holds_stays(desk: Desk) -> None:
    old, other = closed(desk, YEARS + 1), closed(desk, 10)
    with desk.book.transaction("work") as tx:
        cases.index_person(tx, old, "requester", customer="7")
        audit.append(tx, "linked", old)
        holds.place(tx, other, "dispute", customer="7")
        audit.append(tx, "hold placed", other)
    assert desk.service.own_cases.due()[0].held == f"Its person is held by {other}."
    with pytest.raises(KnownError, match="held by"):
        erase(desk, old)


def test_a_case_opened_again_after_the_list_was_read_stays(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    reference = closed(desk, YEARS + 1)
    listed = desk.service.own_cases.due()
    with desk.book.transaction("work") as tx:
        cases.change(tx, reference, closed=None)
        audit.append(tx, "reopened", reference)
    monkeypatch.setattr(desk.service.own_cases, "due", lambda: listed)
    with pytest.raises(KnownError, match="opened again"):
        erase(desk, reference)
    with desk.book.reading() as tx:
        assert "case key destroyed" not in [one.action for one in audit.timeline(tx, reference)]
