"""Complaints about an incident through the window: linked, tied from their own side, unlinked for a reason, undone."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from officer_app.casebook import audit
from officer_app.complaints.rules import Intake, Requester
from officer_app.house import House
from officer_app.widgets.plain import Button
from officer_app.widgets.sections import SectionPanel
from tests.breaches.making import Desk
from tests.breaches.test_view import Hand, seat  # noqa: F401 -- fixture
from tests.breaches.test_view_more import fact
from tests.widgets.conftest import dressed, work  # noqa: F401 -- fixtures

Seat = Callable[[Desk], Hand]


@pytest.fixture
def house(desk: Desk) -> Iterator[House]:
    """Return all desks on the one casebook."""
    made = House(desk.book)
    yield made
    made.readers.close()


def complaint(house: House, desk: Desk) -> str:
    kind = next(each.id for each in house.policy().complaint_kinds)
    who = Requester("Lê Thị Hoa", "hoa.le@example.vn", "", "")
    intake = Intake(kind=kind, channel="phone", received=desk.clock(), requester=who, subject="", text="A leak",
                    language="vi")  # fmt: skip
    return house.complaints.receive_form(intake).references[0]


def tells(desk: Desk, reference: str, action: str) -> dict[str, object]:
    """Return what the newest entry of a case's audit with this action says."""
    with desk.book.reading() as tx:
        found = [one for one in audit.timeline(tx, reference) if one.action == action]
    assert found, action
    return dict(max(found, key=lambda one: one.at).details or {})


def offers(hand: Hand) -> set[str]:
    """Return what the buttons beside the facts do."""
    panels = hand.view.file.findChildren(SectionPanel)
    return {str(one.property("action") or "") for panel in panels for one in panel.findChildren(Button)}


def test_a_complaint_linked_wrongly_is_unlinked_for_a_reason_and_linked_again(
    desk: Desk, house: House, seat: Seat  # noqa: F811
) -> None:  # fmt: skip
    incident, about = desk.log(), complaint(house, desk)
    hand = seat(replace(desk, service=house.breaches))
    hand.open(incident)
    fact(hand, "step:complaint")
    hand.fill(reason=about)
    shown = house.complaints.queue.open
    assert shown(about).case.incident == incident
    desk.clock.turn(minutes=1)
    fact(hand, f"step:unlink:{about}")
    hand.fill(reason="")
    assert "Fill this in" in hand.form.problem("reason")
    hand.fill(reason="It is about another shop.")
    assert f"{about} is unlinked." in hand.news
    assert desk.case(incident).complaints == () and shown(about).case.incident == ""
    assert f"step:unlink:{about}" not in offers(hand)
    assert tells(desk, incident, "complaint unlinked") == {"from": about, "reason": "It is about another shop."}
    assert tells(desk, about, "unlinked from a breach") == {"incident": incident, "reason": "It is about another shop."}
    desk.clock.turn(minutes=1)
    QTest.keyClick(hand.view.file.facts, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    hand.wait()
    assert desk.case(incident).complaints == (about,) and shown(about).case.incident == incident
    assert f"step:unlink:{about}" in offers(hand)
    desk.clock.turn(minutes=1)
    fact(hand, f"step:unlink:{about}")
    hand.fill(reason="It is about another shop after all.")
    other = desk.log()
    house.breaches.course.link(other, about, desk.case(other).version)
    assert shown(about).case.incident == other, "it is free for the incident it belongs to"
    desk.verify()


def test_a_complaint_that_was_tied_from_its_own_side_is_shown_and_unlinked_too(
    desk: Desk, house: House, seat: Seat  # noqa: F811
) -> None:  # fmt: skip
    incident, about = desk.log(), complaint(house, desk)
    hand = seat(replace(desk, service=house.breaches))
    house.complaints.merging.tie(about, incident, house.complaints.queue.open(about).case.version)
    hand.open(incident)
    assert {f"case:{about}", f"step:unlink:{about}"} <= offers(hand)
    fact(hand, f"step:unlink:{about}")
    hand.fill(reason="A wrong reference was typed.")
    file = house.complaints.queue.open(about)
    assert (file.case.incident, file.links, desk.case(incident).complaints) == ("", (), ())
    house.complaints.merging.tie(about, incident, file.case.version)
    assert desk.case(incident).complaints == (about,)
    desk.verify()


def test_two_officers_unlink_one_complaint_once(
    desk: Desk, house: House, seat: Seat  # noqa: F811
) -> None:  # fmt: skip
    incident, about = desk.log(), complaint(house, desk)
    house.breaches.course.link(incident, about, desk.case(incident).version)
    hand = seat(replace(desk, service=house.breaches))
    hand.open(incident)
    fact(hand, f"step:unlink:{about}")
    house.breaches.course.unlink(incident, about, "Somebody was quicker.", desk.case(incident).version)
    hand.view._tools.file = house.breaches.queue.open(incident)
    hand.fill(reason="It is about another shop.")
    assert f"{about} is not linked to this incident any more" in hand.form.problem("")
