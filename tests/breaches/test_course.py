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
from tests.pdf_text import text_of


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


def test_an_event_is_changed_and_struck_off_and_stays_with_the_reason(desk: Desk) -> None:
    service, reference = desk.service, desk.log()
    desk.facts(reference)
    desk.events(reference)
    first = desk.case(reference).events[0]

    def version() -> int:
        return desk.case(reference).version

    service.course.add_event(reference, Event(first.number, first.at, "Another word", True), version())
    assert desk.case(reference).events[0].text == "Another word" and desk.case(reference).events[0].estimated
    strike = service.course.strike_event
    assert "Say why" in sentence(lambda: strike(reference, first.number, " ", version()))
    strike(reference, first.number, "The clock of the server was wrong", version())
    struck = desk.case(reference).events[0]
    assert len(desk.case(reference).events) == 3 and struck.struck == desk.clock() and struck.text == "Another word"
    assert "already" in sentence(lambda: strike(reference, first.number, "Again", version()))
    changed = Event(first.number, first.at, "Hidden")
    assert "Put it back" in sentence(lambda: service.course.add_event(reference, changed, version()))
    last = service.queue.open(reference).timeline[0]
    assert last.action == "event struck off"
    assert last.details == {"reason": "The clock of the server was wrong", "text": "Another word"}
    # no report says it any more; the register says it with the reason
    desk.report(reference)
    assert "Another word" not in text_of(service.reports.preview(reference))
    register = " ".join(text_of(service.register_sheet(reference)).split())
    assert "Another word (struck off on" in register and "by Trần Linh: The clock of the server was wrong" in register
    service.course.put_event_back(reference, first.number, version())
    assert desk.case(reference).events[0].struck is None
    assert "Another word" in text_of(service.reports.preview(reference))
    assert "not struck off" in sentence(lambda: service.course.put_event_back(reference, first.number, version()))
    ahead = Event(0, desk.clock() + timedelta(hours=1), "Not yet")
    assert "future" in sentence(lambda: service.course.add_event(reference, ahead, version()))
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
    other = desk.log()
    assert "not in the casebook" in sentence(lambda: desk.service.course.look(other, piece.id))
    assert "not in the casebook" in sentence(lambda: desk.service.course.export(other, piece.id, tmp_path / "x"))
    assert not (tmp_path / "x").exists() and desk.service.course.look(reference, piece.id) == b"evidence"
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
    stale, later = desk.case(reference).version, when + timedelta(days=2)
    service.course.change_measure(reference, 2, "Train the new staff", me, later, stale)
    assert desk.case(reference).tasks[1].what == "Train the new staff" and desk.case(reference).tasks[1].due == later
    with desk.book.reading() as tx:
        assert {item.due for item in cases.due_list(tx) if item.duty == "breach-measure/2"} == {later}
    change = service.course.change_measure
    assert "meanwhile" in sentence(lambda: change(reference, 2, "Nothing", me, when, stale))
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
