"""When it was noticed is corrected, and what is late says why: the clocks, the due list and the register follow."""

from datetime import timedelta

from officer_app.breaches import rules
from officer_app.breaches.duty import AUTHORITY, INDIVIDUALS, POLICE, ReportDraft, Supplement
from officer_app.breaches.steps import next_steps
from officer_app.casebook import cases
from tests.breaches import making
from tests.breaches.making import Desk, sentence
from tests.breaches.test_reports import tell, under
from tests.pdf_text import text_of


def dates(desk: Desk) -> dict[str, object]:
    with desk.book.reading() as tx:
        return {item.duty: item.due for item in cases.due_list(tx)}


def test_the_clocks_run_anew_from_the_corrected_time(desk: Desk) -> None:
    desk = under(desk, "vn-2026", country="VN")
    reference = desk.log()
    desk.facts(reference)
    before = desk.case(reference)
    desk.service.also(reference, "breach-individuals-special", before.noticed, "Location data.", before.version)
    tell(desk, reference, POLICE, ReportDraft("en", making.POLICE, "Please investigate."))
    earlier = before.noticed - timedelta(hours=30)

    def correct(reason: str, hours: float = -30) -> None:
        to, version = before.noticed + timedelta(hours=hours), desk.case(reference).version
        desk.service.noticed.correct(reference, to, reason, version)

    assert "Say why" in sentence(lambda: correct(" "))
    assert "future" in sentence(lambda: correct("The hoster wrote later.", 48))
    assert "before it began" in sentence(lambda: correct("The hoster wrote.", -90))
    correct("The hoster's mail came in the night.")
    after = desk.case(reference)
    assert after.noticed == earlier
    for name in (POLICE, AUTHORITY, INDIVIDUALS):
        assert after.duty(name).due - before.duty(name).due == timedelta(hours=-30), name
        assert after.duty(name).start == earlier
    police = after.duty(POLICE)
    assert police.sent is not None and police.late(police.sent), "what was sent is late by the right clock"
    assert dates(desk) == {name: after.duty(name).due for name in (AUTHORITY, INDIVIDUALS)}
    entry = desk.service.queue.open(reference).timeline[0]
    assert entry.action == "noticed corrected" and "in the night" in str(entry.details)
    stale = before.version
    assert "meanwhile" in sentence(lambda: desk.service.noticed.correct(reference, before.noticed, "Back.", stale))
    assert dates(desk) == {name: after.duty(name).due for name in (AUTHORITY, INDIVIDUALS)}
    explain = desk.service.noticed.explain
    now = desk.case(reference).version
    assert "Enter the reason" in sentence(lambda: explain(reference, POLICE, " ", now))
    assert "no reason" in sentence(lambda: explain(reference, AUTHORITY, "Why not.", now))
    assert "meanwhile" in sentence(lambda: explain(reference, POLICE, "Late.", stale))
    desk.service.reports.draft_supplement(reference, POLICE, Supplement(0, "They were found."), now)
    desk.approve(reference, POLICE)
    explain(reference, POLICE, "The mail lay in the spam folder.", desk.case(reference).version)
    assert rules.approved(desk.case(reference), POLICE), "a supplement does not say it"
    assert desk.case(reference).duty(POLICE).late_reason == "The mail lay in the spam folder."
    assert "no reason" in sentence(lambda: explain(reference, POLICE, "Other.", desk.case(reference).version))
    assert "spam folder" in text_of(desk.service.register_sheet(reference, "en"))
    assert desk.service.queue.open(reference).timeline[0].action in ("delay explained", "export", "view")
    desk.verify()


def test_deciding_again_keeps_the_earlier_date_of_a_further_rule(desk: Desk) -> None:
    desk = under(desk, "vn-2026", country="VN")
    reference = desk.log()
    before = desk.case(reference)
    since = before.noticed - timedelta(hours=10)
    desk.service.also(reference, "breach-individuals-special", since, "Location data.", before.version)
    due = desk.case(reference).duty(INDIVIDUALS).due
    assert due < before.duty(INDIVIDUALS).due
    for notify in (False, True):
        desk.service.decide(reference, INDIVIDUALS, notify, "Looked at again.", desk.case(reference).version)
    assert dates(desk)[INDIVIDUALS] == due == desk.case(reference).duty(INDIVIDUALS).due


def test_an_incident_is_not_closed_while_a_delay_is_unexplained(desk: Desk) -> None:
    service, reference = desk.service, desk.log()
    desk.facts(reference)
    tell(desk, reference, POLICE, ReportDraft("en", making.POLICE, "Please investigate."))
    service.decide(reference, INDIVIDUALS, False, "Low risk.", desk.case(reference).version)
    noticed = desk.case(reference).noticed - timedelta(hours=30)
    service.noticed.correct(reference, noticed, "The hoster wrote.", desk.case(reference).version)
    assert "why a report was late" in sentence(
        lambda: service.conclude(reference, "", desk.case(reference).version)
    )
    steps = {step.id: step for step in next_steps(desk.case(reference), ("officer",))}
    assert "why a report was late" in steps["conclude"].why_not
    service.noticed.explain(reference, POLICE, "Spam folder.", desk.case(reference).version)
    service.conclude(reference, "", desk.case(reference).version)


def test_what_is_sent_late_says_why_and_the_register_keeps_it(desk: Desk) -> None:
    service, reference = desk.service, desk.log()
    desk.facts(reference)
    desk.report(reference)
    desk.approve(reference, POLICE)
    number = service.reports.issue(reference).notices[0]
    desk.clock.turn(hours=30)
    assert "reason for the delay" in sentence(lambda: service.sent(number, "post", desk.clock()))
    assert desk.case(reference).duty(POLICE).sent is None and POLICE in dates(desk)
    service.sent(number, "post", desk.clock(), late_reason="The post office was closed.")
    assert POLICE not in dates(desk)
    assert "The post office was closed." in text_of(service.register_sheet(reference))
    intime = desk.log()
    desk.facts(intime)
    desk.report(intime, "In case it is late.")
    desk.approve(intime, POLICE)
    service.sent(service.reports.issue(intime).notices[0], "post", desk.clock())
    assert "In case it is late." not in text_of(service.register_sheet(intime)), "it was in time"
    other = desk.log()
    desk.clock.turn(hours=30)

    def elsewhere(why: str) -> None:
        version = desk.case(other).version
        service.tell_elsewhere(other, POLICE, "portal", desk.clock(), "P-1", version, late_reason=why)

    assert "reason for the delay" in sentence(lambda: elsewhere(""))
    elsewhere("The portal was down.")
    assert desk.case(other).duty(POLICE).late_reason == "The portal was down."
    desk.verify()
