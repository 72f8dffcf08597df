"""The breach tab where several hands meet: lists added up, a cancelled freeze, two versions, who signs and prints."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from officer_app.breaches.affected import Found
from officer_app.breaches.asked import Asked
from officer_app.breaches.duty import AUTHORITY, INDIVIDUALS, POLICE, ReportDraft
from officer_app.shop import affected as shop_affected
from officer_app.widgets.casefile import SectionPanel
from officer_app.widgets.plain import Button
from officer_app.widgets.versions import Versions
from officer_app.widgets.work import Work
from tests import factory
from tests.breaches import making
from tests.breaches.making import Desk
from tests.breaches.test_reports import due, under
from tests.breaches.test_view import Hand, _rows, seat  # noqa: F401 -- fixture
from tests.widgets.conftest import Answers, answers, dressed, work  # noqa: F401 -- fixtures
from tests.widgets.test_pdf import no_printer

Seat = Callable[[Desk], Hand]


def fact(hand: Hand, action: str) -> None:
    """Press the button beside a fact."""
    found = [
        button for panel in hand.view.file.findChildren(SectionPanel) for button in panel.findChildren(Button)
        if str(button.property("action") or "").startswith(action)
    ]  # fmt: skip
    assert found, action
    found[-1].click()
    hand.wait()


def test_lists_are_added_and_taken_away_and_brought_from_a_file(
    desk: Desk, seat: Seat, answers: Answers, tmp_path: Path  # noqa: F811
) -> None:  # fmt: skip
    reference = desk.log()
    hand = seat(desk)
    hand.open(reference)
    listed = tmp_path / "list.csv"
    listed.write_text('"1";"Hoa"\n"2";"hanna.gast@example.de"\n', encoding="utf-8")
    answers.files = (listed,)
    fact(hand, "step:affected-file")
    assert hand.view._found is not None and hand.view._found.count.total == 3
    assert hand.view._found.unmatched == ("Hoa",)
    hand.press("affected-plus")
    hand.fill(pasted="3 4")
    assert hand.view._found.count.total == 5
    hand.press("affected-minus")
    hand.fill(pasted="1")
    assert hand.view._found.count.total == 4
    hand.press("freeze")
    assert desk.case(reference).lists[0].persons == 4
    answers.files = (tmp_path / "gone.csv",)
    fact(hand, "step:affected-file")
    assert "cannot be read" in hand.news


def test_cancelling_a_freeze_keeps_what_was_found(
    desk: Desk, seat: Seat, work: Work, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot  # noqa: F811
) -> None:  # fmt: skip
    reference = desk.log()
    hand = seat(desk)
    hand.open(reference)
    hand.press("affected")
    hand.fill(country="VN")
    found = hand.view._found
    assert found is not None
    shown = " ".join(label.text() for label in hand.view.file.facts.findChildren(QLabel))
    assert "If it is cancelled" in shown and "the shop is read anew" in shown, "it is said before"
    begun, go_on = threading.Event(), threading.Event()
    stream = shop_affected.stream

    def slow(*args: object, **more: object) -> object:
        for chunk in stream(*args, **more):  # type: ignore[arg-type]
            begun.set()
            go_on.wait(30)
            yield chunk

    monkeypatch.setattr(shop_affected, "stream", slow)
    hand.view.file.actions_bar.buttons["freeze"].click()
    qtbot.waitUntil(begun.is_set, timeout=20_000)
    work.running()[0].cancel()
    go_on.set()
    hand.wait()
    assert hand.view._found is found and "freeze" in hand.steps
    assert "No list is frozen; what was asked stays here" in hand.news
    assert desk.case(reference).lists == ()
    hand.view.refresh()
    hand.wait()
    assert "freeze" in hand.steps, "reading the list again does not drop it either"
    monkeypatch.setattr(shop_affected, "stream", stream)
    hand.press("freeze")
    assert desk.case(reference).lists[0].persons == found.count.total


def test_two_who_change_the_facts_see_both_versions_and_the_second_saves_after_looking(
    desk: Desk, seat: Seat  # noqa: F811
) -> None:
    reference = desk.log()
    hand = seat(desk)
    hand.open(reference)
    hand.press("facts")
    hand.form.put("cause", "What I typed")
    desk.facts(reference, cause="What somebody else saved")
    hand.fill(measures="Mine too.")
    shown = hand.view.file.findChildren(Versions)[-1]
    rows = {row.label: row for row in shown.rows}
    assert rows["Cause"].theirs == "What somebody else saved" or any("somebody else" in r.theirs for r in shown.rows)
    assert any(row.mine == "What I typed" for row in shown.rows)
    assert hand.form.values()["cause"] == "What I typed"
    hand.form.submit()
    hand.wait()
    assert desk.case(reference).facts.cause == "What I typed"


def test_an_authority_is_told_and_supplemented_through_the_window(
    desk: Desk, seat: Seat, answers: Answers  # noqa: F811
) -> None:  # fmt: skip
    desk = under(desk, "vn-2026", country="VN")
    reference = desk.log()
    desk.facts(reference, happened_from=desk.clock() - timedelta(days=10))
    hand = seat(desk)
    hand.open(reference)
    hand.press(f"report:{AUTHORITY}")
    assert hand.form.values()["country"] == "VN" and "Bộ Công an" in hand.form.values()["recipient"]
    hand.fill(country="Vietnam")
    assert "Two letters" in hand.form.problem("country")
    hand.fill(country="VN", phases=True)
    hand.press(f"approve-report:{AUTHORITY}")
    assert hand.view.preview.page_count
    hand.fill(sign_in=factory.MANAGER_NAME, passphrase=factory.MANAGER_PASS)
    hand.press(f"issue-report:{AUTHORITY}")
    hand.press(f"sent-report:{AUTHORITY}")
    hand.fill(channel="post", their_reference="A05/7")
    hand.press(f"supplement:{AUTHORITY}")
    hand.fill(new_facts="A copy was found.", final=True)
    hand.press(f"approve-report:{AUTHORITY}")
    hand.fill(sign_in=factory.MANAGER_NAME, passphrase=factory.MANAGER_PASS)
    hand.press(f"issue-report:{AUTHORITY}")
    hand.press(f"sent-report:{AUTHORITY}")
    hand.fill(channel="post")
    duty = desk.case(reference).duty(AUTHORITY)
    (desk.folder / "receipt.txt").write_text("taken", encoding="utf-8")
    answers.files = (desk.folder / "receipt.txt",)
    proof = _rows(hand).findChild(Button, f"proof:{AUTHORITY}")
    assert proof is not None
    proof.click()
    hand.wait()
    (receipt,) = desk.service.queue.open(reference).evidence
    assert desk.case(reference).duty(AUTHORITY).supplements[0].proof == (receipt.id,)
    assert any("proof: receipt.txt" in label.text() for label in _rows(hand).findChildren(QLabel))
    hand.press("register-in")
    hand.fill(language="vi")
    assert "Chứng từ gửi: receipt.txt" in " ".join(hand.view.preview.text().split())
    duty = desk.case(reference).duty(AUTHORITY)
    assert duty.finished and duty.supplements[0].final and f"supplement:{AUTHORITY}" not in hand.steps
    hand.press("also")
    hand.fill(rule="cyber-first-notice", reasons="The shop stood still.")
    assert desk.case(reference).duty("cyber-first-notice").reasons
    # told on their portal: what follows asks once to whom it goes
    hand.press("elsewhere")
    hand.fill(duty="cyber-first-notice", their_reference="Mr Ha", phases=True)
    assert desk.case(reference).duty("cyber-first-notice").sent and "cyber-first-notice" not in due(desk)
    QTest.keyClick(hand.view.file.facts, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    hand.wait()
    assert desk.case(reference).duty("cyber-first-notice").sent is None and "cyber-first-notice" in due(desk)
    hand.press("elsewhere")
    hand.fill(duty="cyber-first-notice", their_reference="Mr Ha", phases=True)
    theirs = _rows(hand).findChild(Button, "theirs:cyber-first-notice")
    assert theirs is not None
    theirs.click()
    hand.wait()
    hand.fill(reason="CY-9")
    assert desk.case(reference).duty("cyber-first-notice").their_reference == "CY-9"
    hand.press("supplement:cyber-first-notice")
    hand.fill(new_facts="A copy was found.", recipient="")
    assert "Fill this in" in hand.form.problem("recipient")
    hand.fill(recipient="Cyber police\nHanoi", language="en", country="DE", email="cyber@police.example")
    hand.press("approve-report:cyber-first-notice")
    hand.fill(sign_in=factory.MANAGER_NAME, passphrase=factory.MANAGER_PASS)
    hand.press("issue-report:cyber-first-notice")
    said = " ".join(hand.view.preview.text().split())
    assert "Cyber police" in said and "Supplement 1 to the report of 23 November 2026 (CY-9)" in said
    assert hand.view._writer() == "cyber@police.example"
    # late only by the corrected time: its row asks why, once
    fact(hand, "step:noticed")
    hand.fill(noticed=desk.clock() - timedelta(hours=100), reason="The hoster's mail came before.")
    assert "say why in its row" in hand.news
    why = _rows(hand).findChild(Button, f"why-late:{AUTHORITY}")
    assert why is not None
    why.click()
    hand.wait()
    hand.fill(reason="The mail lay in the spam folder.")
    assert desk.case(reference).duty(AUTHORITY).late_reason == "The mail lay in the spam folder."
    assert _rows(hand).findChild(Button, f"why-late:{AUTHORITY}") is None
    assert any("Late because: The mail lay" in label.text() for label in _rows(hand).findChildren(QLabel))


def test_customers_are_not_told_on_a_ground_of_the_pack(desk: Desk, seat: Seat) -> None:  # noqa: F811
    desk = under(desk, "eu-gdpr", country="DE")
    reference = desk.log()
    hand = seat(desk)
    hand.open(reference)
    hand.press("decide")
    hand.fill(duty=INDIVIDUALS, decision="not notify", ground="no-notice-unintelligible",
              reasons="Disks are encrypted.")  # fmt: skip
    reasons = desk.case(reference).duty(INDIVIDUALS).reasons
    assert reasons == "The data is unintelligible to others. Disks are encrypted."
    hand.press("decide")
    hand.fill(duty=POLICE, decision="not notify")
    assert "Say why" in hand.form.problem("")
    hand.fill(reasons="No crime.")
    hand.press("decide")
    hand.fill(duty=AUTHORITY, decision="not notify", reasons="No risk.")
    desk.facts(reference)
    hand.open(reference)
    hand.press("conclude")
    hand.fill(reason="Encrypt every disk.")
    hand.press("reopen")
    hand.fill(reason="A second disk was found.")
    hand.press("conclude")
    assert hand.form.values()["reason"] == "Encrypt every disk.", "what was learnt is not lost by closing again"


def test_what_is_typed_for_one_incident_never_goes_into_another(desk: Desk, seat: Seat) -> None:  # noqa: F811
    mine, other = desk.log(), desk.log()
    hand = seat(desk)
    hand.open(mine)
    fact(hand, "step:event")
    hand.form.put("text", "Of the first incident.")
    hand.open(other)
    assert hand.view.file.form is None, "the form was about the other incident"
    hand.open(mine)
    fact(hand, "step:event")
    hand.fill(text="Of the first incident.")
    assert [one.text for one in desk.case(mine).events] == ["Of the first incident."]
    assert not desk.case(other).events


def test_a_count_is_never_shown_beside_another_incident(
    desk: Desk, seat: Seat, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    mine, other = desk.log(), desk.log()
    desk.facts(mine)
    hand = seat(desk)
    hand.open(mine)
    gate, look = threading.Event(), desk.service.affected.look

    def slow(*asked: Any) -> Found:
        gate.wait(30)
        return look(*asked)

    monkeypatch.setattr(desk.service.affected, "look", slow)
    hand.press("affected")
    hand.form.put("pasted", "1 2")
    hand.form.submit()
    hand.view.open(other)
    qtbot.waitUntil(lambda: hand.view._shown is not None and hand.view._shown.case.reference == other)
    gate.set()
    hand.wait()
    assert "freeze" not in hand.steps and hand.view._found is None, "or these would be frozen into the other"
    assert f"The customers of {mine} are counted" in hand.view.news.text


def test_no_form_of_one_incident_opens_over_another(
    desk: Desk, seat: Seat, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    mine, other = desk.log(), desk.log()
    desk.facts(mine)
    hand = seat(desk)
    hand.open(mine)
    gate, propose = threading.Event(), desk.service.reports.propose

    def slow(*asked: Any) -> ReportDraft:
        gate.wait(30)
        return propose(*asked)

    monkeypatch.setattr(desk.service.reports, "propose", slow)
    hand.view.file.actions_bar.buttons["report"].click()
    hand.view.open(other)
    qtbot.waitUntil(lambda: hand.view._shown is not None and hand.view._shown.case.reference == other)
    gate.set()
    hand.wait()
    assert hand.view.file.form is None


def test_no_report_of_one_incident_is_shown_beside_another(
    desk: Desk, seat: Seat, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    mine, other = desk.log(), desk.log()
    desk.facts(mine)
    desk.report(mine)
    desk.approve(mine, POLICE)
    number = desk.service.reports.issue(mine, POLICE).notices[0]
    hand = seat(desk)
    hand.open(mine)
    gate, pdf = threading.Event(), desk.service.letters.pdf

    def slow(*asked: Any) -> Any:
        gate.wait(30)
        return pdf(*asked)

    monkeypatch.setattr(desk.service.letters, "pdf", slow)
    hand.view.file.asked.emit(f"notice:{number}")
    hand.view.open(other)
    qtbot.waitUntil(lambda: hand.view._shown is not None and hand.view._shown.case.reference == other)
    gate.set()
    hand.wait()
    assert hand.view.preview.isHidden()
    hand.open(mine)
    hand.view.file.asked.emit(f"notice:{number}")
    hand.wait()
    assert hand.view.preview.isVisible() and number in hand.view.preview.text()


def test_a_print_run_that_ends_leaves_what_is_being_typed(
    desk: Desk, seat: Seat, answers: Answers  # noqa: F811
) -> None:  # fmt: skip
    reference = desk.ready_to_print(Asked(pasted="1 2"))
    other = desk.log()
    hand = seat(desk)
    hand.open(reference)
    printed = desk.service.print_letters(reference, desk.out)
    fact(hand, "step:event")
    hand.form.put("text", "Half a sentence")
    hand.view._printed(printed)
    hand.wait()
    assert hand.form.values()["text"] == "Half a sentence" and printed.news in hand.view.news.text
    (desk.folder / "log.txt").write_text("GET /", encoding="utf-8")
    hand.view.dropped.emit((desk.folder / "log.txt",))
    hand.wait()
    assert len(desk.service.queue.open(reference).evidence) == 1
    assert hand.form.values()["text"] == "Half a sentence", "papers were added beside it"
    hand.fill(text="A whole sentence.")
    assert desk.case(reference).events[0].text == "A whole sentence."
    hand.open(other)
    hand.view._printed(printed)
    hand.wait()
    assert hand.view._shown is not None and hand.view._shown.case.reference == other


def test_events_papers_and_measures_through_the_window(
    desk: Desk, seat: Seat, answers: Answers, tmp_path: Path  # noqa: F811
) -> None:  # fmt: skip
    reference = desk.log()
    hand = seat(desk)
    hand.open(reference)
    (tmp_path / "log.txt").write_text("GET /", encoding="utf-8")
    answers.files = (tmp_path / "log.txt",)
    fact(hand, "step:attach")
    hand.view.dropped.emit((tmp_path / "log.txt",))
    hand.wait()
    assert [one.name for one in desk.service.queue.open(reference).evidence] == ["log.txt", "log.txt"]
    paper = hand.view._shown.evidence[0] if hand.view._shown else None
    assert paper is not None
    fact(hand, "step:event")
    hand.fill(at=desk.clock(), text="A strange login", evidence=(paper.id,))
    assert desk.case(reference).events[0].evidence == (paper.id,)
    fact(hand, "step:strike-event:1")
    hand.fill(reason="It was our own test.")
    assert desk.case(reference).events[0].struck and "no notice says it" in hand.news
    assert any("It was our own test." in label.text() for label in hand.view.file.findChildren(QLabel))
    QTest.keyClick(hand.view.file.facts, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    hand.wait()
    assert desk.case(reference).events[0].struck is None and "stands again" in hand.news
    QTest.keyClick(hand.view.file.facts, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    hand.wait()
    assert desk.case(reference).events[0].struck is None, "a change is taken back once"
    fact(hand, "step:strike-event:1")
    hand.fill(reason="It was our own test.")
    undo = next(each for each in hand.view.file.news.findChildren(Button) if each.text() == "Put it back")
    undo.click()
    hand.wait()
    assert desk.case(reference).events[0].struck is None
    fact(hand, "step:measure")
    hand.fill(what="Change the keys", owner=desk.book.actor.id)
    fact(hand, "step:measure:1")
    assert hand.form.values()["what"] == "Change the keys"
    hand.fill(what="Change all keys")
    assert desk.case(reference).tasks[0].what == "Change all keys"
    fact(hand, "step:measure-done:1")
    hand.fill(reason="Changed.")
    assert desk.case(reference).tasks[0].result == "Changed."
    fact(hand, "step:noticed")
    before = desk.case(reference).noticed
    hand.fill(noticed=before - timedelta(hours=2), reason="The guard saw it first.")
    assert desk.case(reference).noticed == before - timedelta(hours=2) and "corrected time" in hand.news
    hand.press("assign")
    hand.fill(person="")
    assert desk.case(reference).assignee is None
    fact(hand, f"look:{paper.id}")
    assert hand.view.sight.isVisible() and "GET /" in hand.view.sight.text()
    assert [what for _at, _who, what in desk.service.queue.open(reference).custody(paper.id)][-1] == "evidence viewed"
    assert any("looked at" in label.text() for label in hand.view.file.findChildren(QLabel))
    hand.view.sight.back_button.click()
    assert not hand.view.sight.isVisible() and hand.view.table.isVisible() and not hand.view.sight.text()
    hand.view._asked(f"look:{paper.id}")
    other = desk.log()
    hand.open(other)  # before it is drawn
    assert not hand.view.sight.isVisible(), "a paper is not shown beside another incident"
    hand.open(reference)
    answers.save = tmp_path / "copy.txt"
    fact(hand, f"evidence:{paper.id}")
    assert (tmp_path / "copy.txt").read_text(encoding="utf-8") == "GET /" and "harmful" in answers.asked[0]


def test_who_signs_sees_what_waits_looks_at_a_letter_and_prints_some(
    desk: Desk, seat: Seat, answers: Answers, tmp_path: Path  # noqa: F811
) -> None:  # fmt: skip
    desk.log()
    reference = desk.log()
    desk.facts(reference)
    desk.service.affected.freeze(reference, Asked(pasted="1 2 3 4 5"))
    desk.letters(reference)
    manager = factory.signed_in(
        tmp_path / "casebook.sqlite", factory.MANAGER_NAME, factory.MANAGER_PASS, tmp_path, desk.clock
    )
    theirs = making.desk_on(tmp_path, manager, desk.clock, 120)
    try:
        hand = seat(theirs)
        assert [row.reference for row in hand.view.table.rows()] == [reference]
        hand.open(reference)
        hand.press("find-letter")
        hand.fill(wanted="1")
        assert hand.view.preview.page_count >= 1
        hand.press("approve-letters")
        hand.fill()
        assert not theirs.case(reference).to_sign
        assert not hand.view.table.rows() and "signature" in hand.view.table.empty.accessibleName()
        theirs.service.print_letters(reference, tmp_path / "out")
        hand.open(reference)

        def printer() -> QPrinter:
            made = QPrinter()
            made.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
            made.setOutputFileName(str(tmp_path / "paper.pdf"))
            return made

        answers.printer = no_printer
        hand.press("print-paper")
        hand.fill(which="numbers", numbers="2-3")
        assert "No printer is set up" in hand.form.problem("") and "None of the letters" in hand.form.problem("")
        answers.printer = printer
        (tmp_path / "paper.pdf").mkdir()
        hand.fill()
        assert "paper.pdf cannot be written. Choose another folder" in hand.form.problem("")
        (tmp_path / "paper.pdf").rmdir()
        hand.fill()
        assert "2 letters are printed" in hand.news and (tmp_path / "paper.pdf").stat().st_size > 1000
        hand.press("print-paper")
        hand.fill(which="numbers", numbers="77")
        assert "no such letters" in hand.form.problem("")
        hand.view.close()
    finally:
        theirs.close()
    assert {POLICE, INDIVIDUALS} <= {duty.duty for duty in desk.case(reference).duties}
