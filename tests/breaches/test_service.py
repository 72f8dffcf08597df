"""The desk's use cases on a real casebook and the real demo shop."""

import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from officer_app.base.errors import Cancelled, Conflict, KnownError
from officer_app.base.handover import IncidentFound
from officer_app.base.page import Sort
from officer_app.breaches import incidents, records
from officer_app.breaches.asked import Asked
from officer_app.breaches.duty import INDIVIDUALS, POLICE
from officer_app.breaches.service import Breaches
from officer_app.casebook import audit, cases, issued, staff
from officer_app.casebook.cases import Filter
from officer_app.casebook.people import MANAGER, OFFICER
from officer_app.letters.issue import Letters
from officer_app.policy import severity
from officer_app.policy.book import Book
from officer_app.policy.severity import Answer
from tests import factory
from tests.breaches import making
from tests.breaches.making import Desk, sentence
from tests.pdf_text import text_of


def due(desk: Desk) -> set[str]:
    with desk.book.reading() as tx:
        return {item.duty for item in cases.due_list(tx)}


def test_from_the_first_note_to_the_closed_register(desk_anywhere: Desk) -> None:
    desk = desk_anywhere
    service, reference = desk.service, desk.log()
    assert reference == "B-2026-0001"
    case = desk.case(reference)
    assert case.state == "logged" and case.facts.measures_before
    assert {duty.duty: duty.due - case.noticed for duty in case.duties} == {
        POLICE: timedelta(hours=24),
        INDIVIDUALS: timedelta(hours=72),
    }
    desk.facts(reference)
    service.affected.freeze(reference, Asked())
    desk.report(reference)
    desk.approve(reference, POLICE)
    number = service.reports.issue(reference).notices[0]
    assert due(desk) == {POLICE, INDIVIDUALS}, "an issued report that was not sent meets nothing"
    service.sent(number, "in person", desk.clock(), "PC-118")
    assert due(desk) == {INDIVIDUALS}
    desk.letters(reference)
    desk.approve(reference, INDIVIDUALS)
    printed = service.print_letters(reference, desk.out, per_volume=100)
    assert due(desk) == {INDIVIDUALS}
    service.sent(printed.number, "post", desk.clock())
    assert due(desk) == set()
    case = desk.case(reference)
    assert case.state == "informing"
    service.conclude(reference, "Use a password manager.", case.version)
    assert desk.case(reference).state == "closed" and service.queue.count() == 0
    desk.verify()


def test_the_report_says_what_the_facts_say(desk: Desk) -> None:
    reference = desk.log()
    desk.facts(reference, persons=1234, counted="estimated")
    desk.events(reference)
    desk.report(reference)
    desk.approve(reference, POLICE)
    number = desk.service.reports.issue(reference).notices[0]
    said = text_of(desk.service.letters.pdf(number)[1])
    for words in (
        number, reference, "Hanoi City Police", "23 November 2026, 15:30 (UTC+07:00)", "21 November 2026, 16:30",
        "Confidentiality was lost", "the table was copied", "E-mail address", "about 1,234", "12,345",
        "203.0.113.7", "Transfers to and from the shop are encrypted", "Please investigate.",
        "Phạm Quang Minh, Director",
    ):  # fmt: skip
        assert words in said, words
    assert "comes late" not in said and "Decided by one person" not in said


def test_a_late_report_carries_its_reason(desk: Desk) -> None:
    reference = desk.log()
    desk.facts(reference)
    desk.report(reference)
    desk.clock.turn(hours=30)
    assert "late" in sentence(lambda: desk.approve(reference, POLICE))
    desk.report(reference, "The hosting company answered only today.")
    desk.approve(reference, POLICE)
    number = desk.service.reports.issue(reference).notices[0]
    said = text_of(desk.service.letters.pdf(number)[1])
    assert "Why this report comes late" in said and "answered only today" in said
    desk.service.sent(number, "post", desk.clock())
    assert "answered only today" in text_of(desk.service.register_sheet(reference))


def test_a_changed_fact_drops_the_approval_and_the_report_is_not_issued(desk: Desk) -> None:
    reference = desk.log()
    desk.facts(reference)
    desk.report(reference)
    desk.approve(reference, POLICE)
    desk.facts(reference, cause="Another cause.")
    assert "approves" in sentence(lambda: desk.service.reports.issue(reference))
    assert POLICE not in desk.service.queue.open(reference).approved


def test_who_wrote_it_cannot_approve_it(desk: Desk) -> None:
    reference = desk.log()
    desk.facts(reference)
    desk.report(reference)
    approve = desk.service.notices.approve
    assert "manager's sign-in" in sentence(lambda: approve(reference, POLICE))
    assert "wrong" in sentence(lambda: approve(reference, POLICE, factory.MANAGER_NAME, "not the passphrase"))
    desk.clock.turn(minutes=5)
    officers = (factory.OFFICER_NAME, factory.OFFICER_PASS)
    assert "Only a manager" in sentence(lambda: approve(reference, POLICE, *officers))
    assert "Approved by Phạm Quang Minh." in approve(
        reference, POLICE, factory.MANAGER_NAME, factory.MANAGER_PASS
    ).news  # fmt: skip


def test_a_manager_approves_in_their_own_sign_in(desk: Desk, tmp_path: Path) -> None:
    reference = desk.ready_to_print()
    desk.letters(reference, advice=("watch_payments",))
    manager = factory.signed_in(
        tmp_path / "casebook.sqlite", factory.MANAGER_NAME, factory.MANAGER_PASS, tmp_path, desk.clock
    )
    try:
        letters = Letters(manager, lambda: desk.policy)
        theirs = Breaches(manager, lambda: desk.policy, letters, lambda: desk.shop)
        assert theirs.notices.approvals.needs(theirs.queue.open(reference).case.duty(INDIVIDUALS)) == (False, False)
        theirs.notices.approve(reference, INDIVIDUALS)
        assert theirs.print_letters(reference, desk.out).letters > 100
        assert "Your role may not do this" in sentence(lambda: theirs.log("Again", desk.clock(), "Minh"))
        last = theirs.queue.open(reference).timeline
        assert not manager.verify().broken
    finally:
        manager.close()
    assert any(entry.action == "letters approved" for entry in last)


def test_one_person_alone_decides_with_their_passphrase_and_the_paper_says_so(tmp_path: Path) -> None:
    book = factory.manager(tmp_path, clock := making.Clock())
    staff.change_roles(book, book.actor.id, (OFFICER, MANAGER))
    book.close()
    book = factory.signed_in(tmp_path / "casebook.sqlite", factory.MANAGER_NAME, factory.MANAGER_PASS, tmp_path, clock)
    desk = making.desk_on(tmp_path, book, clock, 30)
    try:
        reference = desk.log()
        desk.facts(reference)
        desk.report(reference)
        approve = desk.service.notices.approve
        assert desk.service.notices.approvals.needs(desk.case(reference).duty(POLICE)) == (False, True)
        assert "wrong" in sentence(lambda: approve(reference, POLICE, "", "guess"))
        clock.turn(minutes=5)
        assert "decided by one person" in approve(reference, POLICE, "", factory.MANAGER_PASS).news
        number = desk.service.reports.issue(reference).notices[0]
        assert "Decided by one person" in text_of(desk.service.letters.pdf(number)[1])
        desk.verify()
    finally:
        desk.close()


def test_not_telling_is_a_decision_in_the_register_and_can_be_turned(desk: Desk) -> None:
    reference = desk.log()
    desk.facts(reference)
    version = desk.case(reference).version
    assert "Say why" in sentence(lambda: desk.service.decide(reference, POLICE, False, "", version))
    desk.service.decide(reference, POLICE, False, "Nothing left the shop.", version)
    assert due(desk) == {INDIVIDUALS}
    assert "Nothing left the shop." in text_of(desk.service.register_sheet(reference))
    first = desk.case(reference).duty(POLICE).due
    desk.service.decide(reference, POLICE, True, "It did.", desk.case(reference).version)
    with desk.book.reading() as tx:
        running = {each.duty: each.due for each in cases.deadlines(tx, reference) if each.met is None}
    assert running == {POLICE: first, INDIVIDUALS: desk.case(reference).duty(INDIVIDUALS).due}
    desk.verify()


def test_a_report_made_on_a_portal_meets_the_duty(desk: Desk) -> None:
    reference = desk.log()
    version = desk.case(reference).version
    desk.service.tell_elsewhere(reference, POLICE, "portal", desk.clock(), "VN-77", version)
    assert due(desk) == {INDIVIDUALS} and desk.case(reference).duty(POLICE).their_reference == "VN-77"


def test_a_law_pack_adds_the_authority(desk: Desk, tmp_path: Path) -> None:
    book = Book.load(("shop-policy", "vn-2026"))
    service = Breaches(desk.book, lambda: book, Letters(desk.book, lambda: book), lambda: desk.shop)
    reference = service.log("Hacked", desk.clock(), "Linh").references[0]
    assert [duty.duty for duty in service.queue.open(reference).case.duties] == [
        POLICE, "breach-authority", INDIVIDUALS,
    ]  # fmt: skip
    version = service.queue.open(reference).case.version
    service.tell_elsewhere(reference, "breach-authority", "portal", desk.clock(), "F08-1", version)


def test_a_wrong_report_is_withdrawn_and_issued_anew(desk: Desk) -> None:
    reference = desk.log()
    desk.facts(reference)
    desk.report(reference)
    desk.approve(reference, POLICE)
    first = desk.service.reports.issue(reference).notices[0]
    assert "issued already" in sentence(lambda: desk.report(reference))
    desk.service.reports.withdraw(reference, "A wrong date.")
    desk.report(reference)
    desk.approve(reference, POLICE)
    second = desk.service.reports.issue(reference).notices[0]
    states = {notice.number: notice.state for notice in desk.service.queue.open(reference).notices}
    assert states == {first: issued.WITHDRAWN, second: issued.ISSUED}


def test_the_severity_shows_its_reasons(desk: Desk) -> None:
    reference = desk.log()
    desk.facts(reference, persons=4200, counted="exact")
    chosen = {"dpc": "simple-1", "ei": "maximum", "confidentiality": "unknown", "integrity": "none"}
    answers = [
        Answer(question.id, chosen.get(question.id, question.choices[0].id), f"because of {question.id}")
        for question in severity.questions()
    ]
    desk.service.score(reference, answers, desk.case(reference).version)
    score = desk.case(reference).score
    assert score is not None and score.score == 1.5 and score.band == "low"
    assert ">100 individuals" in score.flags
    assert ("dpc", "simple-1", "because of dpc") in score.answers
    desk.facts(reference)
    titles = {each.id: each for each in severity.questions()}
    chosen_title = next(each.title_in("vi") for each in titles["dpc"].choices if each.id == "simple-1")
    said = " ".join(text_of(desk.service.register_sheet(reference, "vi")).split())
    assert f"{titles['dpc'].title_in('vi')} {chosen_title}: because of dpc" in said
    without = [replace(answers[0], reason=" "), *answers[1:]]
    assert "reason" in sentence(lambda: desk.service.score(reference, without, desk.case(reference).version))


def test_two_windows_saving_the_same_incident_are_told_apart(desk: Desk) -> None:
    reference = desk.log()
    version = desk.case(reference).version
    desk.facts(reference)
    with pytest.raises(Conflict):
        desk.service.record_facts(reference, making.facts(desk.clock()), version)


def test_a_complaint_becomes_an_incident_in_its_own_transaction(desk: Desk) -> None:
    found = IncidentFound("C-2026-0007", desk.clock(), "Strangers knew my order", "Trần Linh")
    with pytest.raises(KnownError), desk.book.transaction("work") as tx:
        desk.service.log_found(tx, found)
        raise KnownError("The complaint could not be saved.")
    assert desk.service.queue.count() == 0
    with desk.book.transaction("work") as tx:
        reference = desk.service.log_found(tx, found)
    case = desk.case(reference)
    assert (
        case.complaints == ("C-2026-0007",) and case.facts.what == "Strangers knew my order" and len(case.duties) == 2
    )
    desk.verify()


# --- affected customers ----------------------------------------------------------------------------------------------


def test_a_look_is_masked_and_leaves_no_trace_of_persons(desk: Desk) -> None:
    found = desk.service.affected.look(Asked())
    assert found.count.total > 100 and len(found.sample) == 10
    assert all("•" in row.name and "example" not in row.email for row in found.sample)


def test_pasted_entries_are_matched_by_number_and_mail_and_the_rest_is_listed(desk: Desk) -> None:
    reference = desk.log()
    asked = Asked(pasted="1; 2, <Hoa.Le@Example.VN>\n hanna.gast@example.de 99999 nobody@nowhere.example")
    found = desk.service.affected.look(asked)
    assert set(found.unmatched) == {"99999", "nobody@nowhere.example"}
    desk.service.affected.freeze(reference, asked)
    file = desk.service.queue.open(reference)
    assert set(file.unmatched) == {"99999", "nobody@nowhere.example"}
    with desk.book.reading() as tx:
        people = [person for _at, person in records.people(tx, file.case.lists[0].id)]
    assert sorted(person.email for person in people) == [
        "emily.johnson@example.com", "hanna.gast@example.de", "hoa.le@example.vn",
    ]  # fmt: skip
    assert [person.guest for person in people if person.email.startswith("hanna")] == [True]


def test_a_supplement_never_repeats_a_person(desk: Desk) -> None:
    reference = desk.log()
    desk.service.affected.freeze(reference, Asked(country="VN"))
    desk.service.affected.freeze(reference, Asked())
    one, two = desk.case(reference).lists
    with desk.book.reading() as tx:
        first = {person.marks() for _at, person in records.people(tx, one.id)}
        second = {person.marks() for _at, person in records.people(tx, two.id)}
    assert first and second and not first & second
    assert one.persons + two.persons == desk.service.affected.look(Asked()).count.total
    again = sentence(lambda: desk.service.affected.freeze(reference, Asked(pasted="1")))
    assert "in an earlier list already" in again
    desk.verify()


def test_a_frozen_person_is_found_by_mail_and_number_and_named_to_retention(desk: Desk) -> None:
    reference = desk.log()
    desk.service.affected.freeze(reference, Asked(pasted="1"))
    assert [row.reference for row in desk.service.queue.search("HOA.LE@example.vn")] == [reference]
    assert desk.service.queue.search("emily.johnson@example.com") == ()
    assert [row.reference for row in desk.service.queue.search("server was")] == [reference]
    blocked = desk.service.queue.named(("1", "2"), ("Hoa.Le@example.vn",))
    assert blocked == {"1": (reference,), "Hoa.Le@example.vn": (reference,)}
    with desk.book.reading() as tx:
        assert incidents.get(tx, reference).lists[0].persons == 1


def test_what_is_frozen_stands_nowhere_in_the_clear(desk: Desk, tmp_path: Path) -> None:
    reference = desk.log()
    desk.service.affected.freeze(reference, Asked(pasted="2"))
    with sqlite3.connect(tmp_path / "casebook.sqlite") as raw:
        everything = "\n".join(raw.iterdump()).lower()
    assert "emily" not in everything and b"emily".hex() not in everything


def test_cancelling_a_freeze_leaves_no_list(desk: Desk) -> None:
    reference = desk.log()
    stop: list[int] = []
    with pytest.raises(Cancelled):
        desk.service.affected.freeze(
            reference, Asked(), progress=lambda done, _total: stop.append(done), cancelled=lambda: bool(stop)
        )
    assert stop and desk.case(reference).lists == ()
    desk.verify()


def test_two_who_freeze_at_once_do_not_repeat_persons(desk: Desk) -> None:
    reference = desk.log()
    once: list[int] = []

    def meanwhile(done: int, _total: int) -> None:
        if not once:
            once.append(done)
            desk.service.affected.freeze(reference, Asked(pasted="1"))

    said = sentence(lambda: desk.service.affected.freeze(reference, Asked(), progress=meanwhile))
    assert "meanwhile" in said and len(desk.case(reference).lists) == 1


def test_a_shop_that_vanishes_while_freezing_is_one_sentence(desk: Desk, tmp_path: Path) -> None:
    reference = desk.log()
    desk.service.affected.freeze(reference, Asked(pasted="1"))

    def vanish(_done: int, _total: int) -> None:
        (tmp_path / "shop.sqlite").write_bytes(b"no database any more" * 500)

    said = sentence(lambda: desk.service.affected.freeze(reference, Asked(), progress=vanish))
    assert "shop" in said.lower()
    assert len(desk.case(reference).lists) == 1


def test_without_a_shop_the_way_to_connect_one_is_said(tmp_path: Path) -> None:
    desk = making.make(tmp_path, 0)
    try:
        assert "press F5" in sentence(lambda: desk.service.affected.look(Asked()))
        assert set(desk.service.affected.unanswerable()) >= {"created", "ordered"}
    finally:
        desk.close()


# --- reading ---------------------------------------------------------------------------------------------------------


def test_opening_and_searching_are_in_the_audit(desk: Desk) -> None:
    reference = desk.log()
    desk.service.queue.open(reference)
    desk.service.queue.search("words")
    with desk.book.reading() as tx:
        actions = [entry.action for entry in audit.page(tx)]
    assert actions[:2] == ["search", "view"]


def test_the_list_pages_and_filters(desk: Desk) -> None:
    for _ in range(5):
        desk.log()
    sort = Sort("next_due")
    first = desk.service.queue.page(Filter(), sort, limit=3)
    second = desk.service.queue.page(Filter(), sort, first.next, limit=3)
    seen = [row.reference for row in (*first.rows, *second.rows)]
    assert seen == [f"B-2026-000{number}" for number in range(1, 6)] and second.next is None
    assert desk.service.queue.page(Filter(states=("closed",)), sort).rows == ()
    assert first.rows[0].what == "The shop's server was hacked"
