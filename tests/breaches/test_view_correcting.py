"""A sending that was recorded wrongly, corrected through the window: its date, its way, and what follows from them."""

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtWidgets import QLabel

from officer_app.breaches.asked import Asked
from officer_app.breaches.duty import INDIVIDUALS, POLICE
from officer_app.casebook import audit, cases, issued
from officer_app.casebook.issued import Notice
from officer_app.widgets.plain import Button
from officer_app.widgets.sections import SectionPanel
from tests.breaches.making import Desk, sentence
from tests.breaches.test_view import Hand, seat  # noqa: F401 -- fixture
from tests.breaches.test_view_more import fact
from tests.pdf_text import text_of
from tests.widgets.conftest import dressed, work  # noqa: F401 -- fixtures

Seat = Callable[[Desk], Hand]
_WHY = "The receipt says otherwise."


def notice(desk: Desk, number: str) -> Notice:
    with desk.book.reading() as tx:
        return issued.notice(tx, number)


def met(desk: Desk, reference: str, duty: str) -> datetime | None:
    """Return when the casebook says that a duty's deadline was met."""
    with desk.book.reading() as tx:
        return next(one.met for one in cases.deadlines(tx, reference) if one.duty == duty)


def corrections(desk: Desk, reference: str) -> list[dict[str, object]]:
    with desk.book.reading() as tx:
        return [dict(one.details or {}) for one in audit.timeline(tx, reference) if one.action == "sending corrected"]


def words(hand: Hand) -> str:
    return " ".join(label.text() for label in hand.view.file.facts.findChildren(QLabel))


def offered(hand: Hand) -> set[str]:
    panels = hand.view.file.findChildren(SectionPanel)
    found = {str(one.property("action") or "") for panel in panels for one in panel.findChildren(Button)}
    return {one.removeprefix("step:correct-sent:") for one in found if one.startswith("step:correct-sent:")}


def told(desk: Desk) -> tuple[str, str]:
    """Report an incident to the police in time, and record it as sent by e-mail; return incident and number."""
    reference = desk.log()
    desk.facts(reference)
    desk.report(reference)
    desk.approve(reference, POLICE)
    number = desk.service.reports.issue(reference, POLICE).notices[0]
    desk.clock.turn(hours=2)
    desk.service.sent(number, "e-mail", desk.clock(), "PC-118")
    return reference, number


def test_the_date_and_way_of_a_report_are_corrected_and_the_old_ones_stay_on_record(
    desk: Desk, seat: Seat  # noqa: F811
) -> None:  # fmt: skip
    reference, number = told(desk)
    wrong = desk.clock()
    desk.clock.turn(days=3)
    hand = seat(desk)
    hand.open(reference)
    assert offered(hand) == {number}
    fact(hand, f"step:correct-sent:{number}")
    assert (hand.form.values()["channel"], hand.form.values()["at"]) == ("e-mail", wrong)
    hand.fill(channel="post", reason="")
    assert "Fill this in" in hand.form.problem("reason")
    hand.fill(at=desk.clock() + timedelta(days=1), reason=_WHY)
    assert "lies in the future" in hand.form.problem("")
    hand.fill(at=wrong - timedelta(days=2))
    assert "was issued later" in hand.form.problem("")
    right = wrong + timedelta(days=2)
    hand.fill(at=right)
    assert "Enter the reason for the delay" in hand.form.problem(""), "late by the right date"
    assert notice(desk, number).sent == wrong, "nothing is changed by half"
    hand.fill(late_reason="The courier came late.")
    assert hand.news == f"Corrected: {number} was sent on 25 November 2026 18:30 by post."
    duty = desk.case(reference).duty(POLICE)
    assert (duty.sent, duty.channel, duty.their_reference) == (right, "post", "PC-118")
    assert duty.late(right) and duty.late_reason == "The courier came late."
    assert (notice(desk, number).sent, notice(desk, number).channel) == (right, "post")
    assert met(desk, reference, POLICE) == right
    (said,) = corrections(desk, reference)
    assert said == {
        "number": number, "from": "23 November 2026 18:30 by e-mail", "to": "25 November 2026 18:30 by post",
        "reason": _WHY,
    }  # fmt: skip
    assert f"Sending corrected: {number}, 23 November 2026 18:30 by e-mail" in words(hand), "and in the timeline"
    register = " ".join(text_of(desk.service.register_sheet(reference)).split())
    assert f"told on 25 November 2026, 18:30 (UTC+07:00) ({number}, post;" in register
    assert "The courier came late." in register and "23 November 2026, 18:30" not in register
    desk.verify()


def test_a_report_that_was_in_time_after_all_is_late_no_more(desk: Desk, seat: Seat) -> None:  # noqa: F811
    reference, number = told(desk)
    right = desk.clock()
    desk.clock.turn(days=3)
    correct = desk.service.correcting.sent
    version = desk.case(reference).version
    correct(reference, number, "e-mail", desk.clock(), "A slip.", version, "Nobody could be reached.")
    stale = sentence(lambda: correct(reference, number, "fax", right, "Another slip.", version))
    assert "saved this meanwhile" in stale
    hand = seat(desk)
    hand.open(reference)
    assert "Late because" in words(hand)
    fact(hand, f"step:correct-sent:{number}")
    hand.fill(at=right, reason="The slip was the first one.")
    assert "Late because" not in words(hand) and not desk.case(reference).duty(POLICE).late(right)
    assert met(desk, reference, POLICE) == right and len(corrections(desk, reference)) == 2
    desk.verify()


def test_the_letters_count_as_sent_when_the_last_of_them_was(desk: Desk, seat: Seat) -> None:  # noqa: F811
    reference = desk.ready_to_print(Asked(pasted="1 2"))
    first = desk.service.print_letters(reference, desk.out).number
    desk.service.affected.freeze(reference, Asked(pasted="3"))
    desk.letters(reference)
    desk.approve(reference, INDIVIDUALS)
    second = desk.service.print_letters(reference, desk.out / "more").number
    hours = {first: 1, second: 2}
    for number in (first, second):
        desk.clock.turn(hours=1)
        desk.service.sent(number, "post", desk.clock())
    start = desk.clock() - timedelta(hours=2)
    assert desk.case(reference).duty(INDIVIDUALS).sent == start + timedelta(hours=hours[second])
    desk.clock.turn(hours=10)
    hand = seat(desk)
    hand.open(reference)
    assert offered(hand) == {first, second}
    fact(hand, f"step:correct-sent:{first}")
    hand.fill(channel="in person", at=start + timedelta(hours=5), reason=_WHY)
    duty = desk.case(reference).duty(INDIVIDUALS)
    assert (duty.sent, duty.channel) == (start + timedelta(hours=5), "in person")
    assert met(desk, reference, INDIVIDUALS) == duty.sent
    fact(hand, f"step:correct-sent:{first}")
    hand.fill(channel="post", at=start + timedelta(hours=1), reason="That was another day.")
    duty = desk.case(reference).duty(INDIVIDUALS)
    assert (duty.sent, duty.channel) == (start + timedelta(hours=2), "post"), "the other run is the last one again"
    desk.verify()


def test_where_a_public_notice_appeared_is_corrected_and_a_closed_incident_is_not(
    desk: Desk, seat: Seat  # noqa: F811
) -> None:  # fmt: skip
    reference, report = told(desk)
    desk.service.affected.freeze(reference, Asked())
    desk.letters(reference)
    desk.approve(reference, INDIVIDUALS)
    number = desk.service.public.issue(reference, ("en",)).notices[0]
    desk.service.public.published(reference, number, "website", desk.clock())
    hand = seat(desk)
    hand.open(reference)
    fact(hand, f"step:correct-sent:{number}")
    hand.form.put("channel", "post")
    assert hand.form.values()["channel"] == "", "no letter"
    hand.fill(channel="newspaper", reason=_WHY)
    assert notice(desk, number).channel == "newspaper"
    assert desk.case(reference).duty(INDIVIDUALS).sent is None, "the duty to the customers stays as it is"
    desk.service.decide(reference, INDIVIDUALS, False, "They are told in the newspaper.", desk.case(reference).version)
    desk.service.conclude(reference, "", desk.case(reference).version)
    hand.open(reference)
    assert offered(hand) == set()
    correct = desk.service.correcting.sent
    closed = sentence(lambda: correct(reference, report, "fax", desk.clock(), _WHY, desk.case(reference).version))
    assert "is closed. Reopen it first." in closed
    desk.verify()


def test_a_corrected_sending_meets_its_deadline_anew_in_every_kind_of_casebook(desk_anywhere: Desk) -> None:
    reference, number = told(desk_anywhere)
    before = desk_anywhere.clock()
    desk_anywhere.clock.turn(minutes=50, seconds=7, microseconds=31)
    assert met(desk_anywhere, reference, POLICE) == before
    correct, version = desk_anywhere.service.correcting.sent, desk_anywhere.case(reference).version
    correct(reference, number, "e-mail", desk_anywhere.clock(), _WHY, version)
    assert met(desk_anywhere, reference, POLICE) == desk_anywhere.clock() == notice(desk_anywhere, number).sent
    desk_anywhere.verify()
