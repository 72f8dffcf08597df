"""The course of an incident: events, papers with their chain of custody, measures in the due list, complaints."""

from datetime import timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from officer_app.breaches import event as events
from officer_app.breaches.duty import INDIVIDUALS, POLICE
from officer_app.breaches.event import Event
from officer_app.breaches.service import Breaches
from officer_app.casebook import audit, cases
from officer_app.complaints.rules import Intake, Requester
from officer_app.house import House
from tests.breaches.making import NOW, Desk, sentence


def due(desk: Desk) -> set[str]:
    with desk.book.reading() as tx:
        return {item.duty for item in cases.due_list(tx)}


@given(st.lists(st.tuples(st.integers(0, 400), st.text(min_size=1, max_size=5)), max_size=12))
def test_events_stand_in_the_order_of_time_each_under_its_own_number(found: list[tuple[int, str]]) -> None:
    kept: tuple[Event, ...] = ()
    told = [(ago, text) for ago, text in found if text.strip()]
    for ago, text in told:
        kept = events.add_event(kept, Event(0, NOW - timedelta(hours=ago), text), NOW)
    assert [each.at for each in kept] == sorted(each.at for each in kept)
    assert sorted(each.number for each in kept) == list(range(1, len(told) + 1))


def test_an_event_is_changed_and_taken_off_and_the_audit_keeps_it(desk: Desk) -> None:
    reference = desk.log()
    desk.events(reference)
    case = desk.case(reference)
    first = case.events[0]
    desk.service.course.add_event(reference, Event(first.number, first.at, "Another word", True), case.version)
    assert desk.case(reference).events[0].text == "Another word" and desk.case(reference).events[0].estimated
    desk.service.course.drop_event(reference, first.number, desk.case(reference).version)
    assert len(desk.case(reference).events) == 2
    last = desk.service.queue.open(reference).timeline[0]
    assert last.action == "event taken off" and last.details == {"text": "Another word"}
    ahead = Event(0, desk.clock() + timedelta(hours=1), "Not yet")
    assert "future" in sentence(lambda: desk.service.course.add_event(reference, ahead, desk.case(reference).version))
    desk.verify()


def test_papers_keep_their_hash_and_who_added_and_copied_them(desk: Desk, tmp_path: Path) -> None:
    reference = desk.log()
    paper = tmp_path / "log \u202efdp.exe"
    paper.write_bytes(b"evidence")
    desk.service.course.attach(reference, [paper])
    (piece,) = desk.service.queue.open(reference).evidence
    assert "\u202e" not in piece.name and piece.size == 8
    copy = desk.service.course.export(reference, piece.id, tmp_path / "copy.bin")
    assert copy.read_bytes() == b"evidence"
    file = desk.service.queue.open(reference)
    assert [(who, what) for _at, who, what in file.custody(piece.id)] == [
        ("Trần Linh", "evidence added"), ("Trần Linh", "export"),
    ]  # fmt: skip
    assert "cannot be read" in sentence(lambda: desk.service.course.attach(reference, [paper, tmp_path / "none"]))
    assert len(desk.service.queue.open(reference).evidence) == 1
    desk.verify()


def test_a_measure_stands_in_the_due_list_until_it_is_done_and_keeps_the_incident_open(desk: Desk) -> None:
    service, reference = desk.service, desk.log()
    desk.facts(reference)
    me = desk.book.actor.id
    when = desk.clock() + timedelta(days=3)
    for what in ("Change every key", "Train the staff"):
        service.course.add_measure(reference, what, me, when, desk.case(reference).version)
    assert {"breach-measure/1", "breach-measure/2"} <= due(desk)
    assert "among the people" in sentence(
        lambda: service.course.add_measure(reference, "x", "nobody", when, desk.case(reference).version)
    )
    for name in (POLICE, INDIVIDUALS):
        service.decide(reference, name, False, "No risk.", desk.case(reference).version)
    assert "still to be done" in sentence(lambda: service.conclude(reference, "", desk.case(reference).version))
    for number in (1, 2):
        service.course.finish_measure(reference, number, "Done.", desk.case(reference).version)
    assert due(desk) == set()
    assert "already" in sentence(lambda: service.course.finish_measure(reference, 1, "", desk.case(reference).version))
    service.conclude(reference, "", desk.case(reference).version)
    desk.verify()


def test_a_complaint_shows_the_incident_it_was_linked_to(desk: Desk) -> None:
    house = House(desk.book)
    who = Requester("Lê Thị Hoa", "hoa.le@example.vn", "", "")
    kind = next(each.id for each in house.policy().complaint_kinds)
    intake = Intake(kind=kind, channel="phone", received=desk.clock(), requester=who, subject="", text="A leak",
                    language="vi")  # fmt: skip
    complaint = house.complaints.receive_form(intake).references[0]
    reference = desk.log()
    house.breaches.course.link(reference, complaint, desk.case(reference).version)
    assert house.complaints.queue.open(complaint).case.incident == reference
    other = desk.log()
    assert reference in sentence(
        lambda: house.breaches.course.link(other, complaint, desk.case(other).version)
    )
    assert desk.case(other).complaints == ()
    house.readers.close()
    desk.verify()


def test_a_complaint_is_linked_both_ways_or_not_at_all(desk: Desk) -> None:
    told: list[tuple[str, str]] = []

    def link(_tx: object, complaint: str, incident: str) -> None:
        told.append((complaint, incident))

    service = Breaches(desk.book, lambda: desk.policy, desk.service.letters, lambda: desk.shop, link)
    reference = desk.log()
    with desk.book.transaction("work") as tx:
        complaint = cases.open_case(tx, "complaints", "leak", "new", 2026)
        audit.append(tx, "opened", complaint)
    service.course.link(reference, complaint.lower(), desk.case(reference).version)
    assert told == [(complaint, reference)] and desk.case(reference).complaints == (complaint,)
    assert "already" in sentence(lambda: service.course.link(reference, complaint, desk.case(reference).version))
    assert "no complaint" in sentence(lambda: service.course.link(reference, reference, desk.case(reference).version))
    assert "no case" in sentence(lambda: service.course.link(reference, "C-1", desk.case(reference).version))
    desk.verify()
