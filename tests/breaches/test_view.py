"""The breach tab, driven as the officer and the manager drive it."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from officer_app.base.page import Sort
from officer_app.breaches import panel
from officer_app.breaches.asked import Asked
from officer_app.breaches.duty import INDIVIDUALS, POLICE
from officer_app.breaches.panel import DutyRows
from officer_app.breaches.service import Breaches
from officer_app.breaches.view import BreachesView
from officer_app.casebook.cases import Filter
from officer_app.letters.issue import Letters
from officer_app.widgets.drafts import Drafts
from officer_app.widgets.forms import Form
from officer_app.widgets.plain import Button
from officer_app.widgets.status import StatusLine
from officer_app.widgets.work import Work
from tests import factory
from tests.breaches.making import NOW, Desk
from tests.widgets.conftest import Answers, answers, dressed, work  # noqa: F401 -- fixtures


class Hand:
    """Does what a person does at the tab, and waits until the window has answered."""

    def __init__(self, view: BreachesView, work: Work) -> None:  # noqa: F811
        self.view, self._work = view, work

    def wait(self) -> None:
        while True:
            assert self._work.drain(60_000)
            QApplication.processEvents()
            if not self._work.busy:
                return

    @property
    def form(self) -> Form:
        form = self.view.file.form
        assert isinstance(form, Form), f"no form is open; the news is: {self.view.file.news.text}"
        return form

    def open(self, reference: str) -> None:
        self.view.open(reference)
        self.wait()

    def press(self, step: str) -> None:
        button = self.view.file.actions_bar.buttons[step]
        assert button.isEnabled(), button.toolTip()
        button.click()
        self.wait()

    def fill(self, **values: object) -> None:
        for key, value in values.items():
            self.form.put(key.replace("__", "."), value)
        self.form.submit()
        self.wait()

    @property
    def steps(self) -> set[str]:
        return {key for key, button in self.view.file.actions_bar.buttons.items() if button.isEnabled()}

    @property
    def news(self) -> str:
        return self.view.file.news.text


@pytest.fixture
def seat(work: Work, qtbot: QtBot) -> Callable[[Desk], Hand]:  # noqa: F811
    def sit(desk: Desk) -> Hand:
        drafts = Drafts(work, {}, lambda _place, _values: None)
        view = BreachesView(desk.service, work, lambda: desk.policy, desk.book.actor, drafts)
        qtbot.addWidget(view)
        view.resize(1500, 800)
        view.setVisible(True)
        view.refresh()
        hand = Hand(view, work)
        hand.wait()
        return hand

    return sit


def test_an_incident_through_the_window_from_log_to_sent_letters(
    desk: Desk, seat: Callable[[Desk], Hand], answers: Answers  # noqa: F811
) -> None:  # fmt: skip
    hand = seat(desk)
    hand.view.new()
    hand.fill(what="The shop's server was hacked", noticed=NOW - timedelta(hours=1))
    reference = desk.service.queue.page(Filter(), Sort("next_due")).rows[0].reference
    assert "clocks are running" in hand.news and "facts" in hand.steps and "letters" not in hand.steps
    assert _rows(hand).clocks == ("23 h 00 min left", "71 h 00 min left")

    hand.press("facts")
    assert not hand.form.input("happened_from").isEnabled(), "a time that does not count cannot be entered"
    hand.fill(begun=True, persons=12)
    assert "exact or estimated" in hand.form.problem("") and hand.form.input("happened_from").isEnabled()
    hand.fill(counted="estimated", begun=True, happened_from=NOW - timedelta(days=2), nature=("confidentiality",),
              categories=("name", "email"), measures="Closed the hole.", description="A stolen password.")  # fmt: skip
    assert desk.case(reference).state == "assessing"

    hand.press("affected")
    hand.fill(pasted="1 2 nobody@nowhere.example")
    assert hand.steps == {"freeze", "affected", "affected-plus", "affected-minus", "affected-file", "back"}
    hand.press("freeze")
    assert desk.case(reference).lists[0].persons == 2 and "List 1 is frozen" in hand.news

    hand.press("letters")
    hand.fill(vi__what_happened="Đã bị tấn công.", vi__what_we_are_doing="Đã khóa.")
    hand.press("approve-letters")
    assert hand.view.preview.page_count == 2, "each kind of letter once"
    hand.fill(sign_in=factory.MANAGER_NAME, passphrase="not this one")
    assert "wrong" in hand.form.problem("") and hand.form.isVisible()
    desk.clock.turn(minutes=2)
    hand.fill(passphrase=factory.MANAGER_PASS)
    assert "Approved by Phạm Quang Minh" in hand.news

    answers.save = desk.out
    hand.press("print")
    hand.fill(duplex=True)
    assert "2 letters printed" in hand.news
    assert hand.view.preview.page_count == 3 and "Dear Emily Johnson" in hand.view.preview.text()
    assert hand.view.preview.mail_button.isHidden()
    hand.press("sent-letters")
    hand.fill(channel="post", at=desk.clock())
    assert "The duty is met" in hand.news
    assert desk.case(reference).duty(INDIVIDUALS).sent is not None
    assert len(_rows(hand).clocks) == 1, "a clock that is met stands"

    hand.press("public")
    assert "Public notice of a breach" in hand.view.preview.text() and "Thông báo công khai" in hand.view.preview.text()
    hand.fill(languages=("vi",))
    assert "N-2026-0002" in hand.view.preview.text() and "Publish it" in hand.news
    _beside(hand, "step:public-text:N-2026-0002")
    assert "Thông báo công khai" in QApplication.clipboard().text() and "clipboard" in hand.news
    _beside(hand, "step:public-sent:N-2026-0002")
    hand.fill(where="app")
    assert any("published Mon 23 Nov 2026" in label.text() for label in hand.view.file.findChildren(QLabel))
    QApplication.clipboard().clear()
    desk.verify()


def test_the_police_report_through_the_window(
    desk: Desk, seat: Callable[[Desk], Hand], answers: Answers  # noqa: F811
) -> None:  # fmt: skip
    reference = desk.log()
    desk.facts(reference)
    hand = seat(desk)
    hand.open(reference)
    hand.press("report")
    hand.fill(recipient="", request="")
    assert hand.form.problem("recipient") == "Fill this in."
    hand.fill(
        recipient="Hanoi City Police\nHanoi", request="Please investigate.", language="en", email="cyber@police.example"
    )
    _preview(hand, POLICE)
    assert "Report of an attack" in hand.view.preview.text()
    hand.press("approve-report")
    hand.fill(sign_in=factory.MANAGER_NAME, passphrase=factory.MANAGER_PASS)
    hand.press("issue-report")
    assert "N-2026-0001" in hand.view.preview.text() and not hand.view.preview.mail_button.isHidden()
    answers.save = desk.folder / "report.eml"
    hand.view.preview.mail_button.click()
    hand.wait()
    assert b"To: cyber@police.example" in answers.save.read_bytes()
    hand.press("sent-report")
    hand.fill(channel="in person", at=desk.clock(), their_reference="PC-118")
    assert desk.case(reference).duty(POLICE).their_reference == "PC-118"
    hand.press("register")
    assert "PC-118" in hand.view.preview.text()


def test_the_manager_sees_only_what_is_theirs_and_approves_without_a_second_name(
    desk: Desk, seat: Callable[[Desk], Hand], tmp_path: Path
) -> None:
    reference = desk.ready_to_print(Asked(pasted="1"))
    desk.letters(reference, advice=("watch_payments",))
    book = factory.signed_in(
        tmp_path / "casebook.sqlite", factory.MANAGER_NAME, factory.MANAGER_PASS, tmp_path, desk.clock
    )
    theirs = Breaches(book, lambda: desk.policy, Letters(book, lambda: desk.policy), lambda: desk.shop)
    hand = seat(Desk(tmp_path, book, desk.clock, desk.policy, None, theirs))
    hand.open(reference)
    assert hand.steps == {"approve-letters", "find-letter", "register", "register-in"}
    hand.press("approve-letters")
    assert hand.form.values() == {}
    hand.form.submit()
    hand.wait()
    assert hand.steps == {"print", "find-letter", "register", "register-in"}
    hand.view.new()
    assert hand.view.file.form is None and "officer logs" in hand.view.news.text
    hand.view.close()
    book.close()


def test_cancelling_a_print_run_in_the_status_line_and_going_on(
    desk: Desk, seat: Callable[[Desk], Hand], answers: Answers, work: Work, qtbot: QtBot  # noqa: F811
) -> None:
    reference = desk.ready_to_print()
    hand = seat(desk)
    status = StatusLine(work)
    qtbot.addWidget(status)
    hand.open(reference)
    answers.save = desk.out
    hand.press("print")
    hand.form.put("per_volume", 1)
    hand.form.submit()
    qtbot.waitUntil(lambda: bool(list(desk.out.glob("N-*.pdf"))), timeout=30_000)
    work.running()[0].cancel()
    hand.wait()
    assert "can be taken up again" in hand.news
    assert hand.view.file.actions_bar.buttons["print"].text() == "Go on with the print run"
    hand.press("print")
    assert "letters printed" in hand.news and not work.running()


def test_no_shop_says_what_to_do_and_the_question_is_kept(desk: Desk, seat: Callable[[Desk], Hand]) -> None:
    reference = desk.log()
    desk.service.affected._shop = lambda: None
    hand = seat(desk)
    hand.open(reference)
    hand.press("affected")
    assert not hand.form.input("country").isEnabled() and hand.form.input("pasted").isEnabled()
    hand.fill(pasted="1 2 3")
    assert "press F5" in hand.form.problem("") and hand.form.values()["pasted"] == "1 2 3"


def test_days_count_only_where_they_are_ticked_and_must_make_sense(desk: Desk, seat: Callable[[Desk], Hand]) -> None:
    reference = desk.log()
    hand = seat(desk)
    hand.open(reference)
    hand.press("affected")
    assert hand.form.values()["created_from"] is None
    hand.fill(created_from=date(2026, 11, 24), created_to=date(2026, 11, 23))
    assert "Check the days" in hand.form.problem("")
    hand.fill(created_from=None, created_to=None, country="zz")
    assert not hand.view.file.actions_bar.buttons["freeze"].isEnabled()
    hand.press("back")
    assert "facts" in hand.steps


def test_an_empty_list_says_what_to_do(desk: Desk, seat: Callable[[Desk], Hand]) -> None:
    hand = seat(desk)
    assert "what, when, and who" in hand.view.table.empty.accessibleName()


@pytest.mark.parametrize(
    ("hours", "shown", "tone"),
    [
        (71.0, "71 h 00 min left", ""),
        (11.5, "11 h 30 min left", "amber"),
        (0.5, "30 min 00 s left", "amber"),
        (0.1, "6 min 00 s left", "red"),
        (-2.25, "overdue 2 h 15 min", "red"),
    ],
)
def test_the_countdown_in_words(hours: float, shown: str, tone: str) -> None:
    assert panel.countdown(NOW + timedelta(hours=hours), NOW) == (shown, tone)


def test_the_clocks_run_and_tick_faster_in_the_last_hour(desk: Desk, seat: Callable[[Desk], Hand]) -> None:
    reference = desk.log()
    hand = seat(desk)
    hand.open(reference)
    rows = _rows(hand)
    assert rows._timer.isActive() and rows._timer.interval() == 60_000
    desk.clock.turn(hours=22, minutes=30)
    rows._timer.timeout.emit()
    assert rows.clocks[0] == "30 min 00 s left" and rows._timer.interval() == 1_000
    desk.clock.turn(seconds=1)
    rows._timer.timeout.emit()
    assert rows.clocks[0] == "29 min 59 s left"


def _rows(hand: Hand) -> DutyRows:
    found = hand.view.file.findChildren(DutyRows)
    assert found
    return found[-1]


def _beside(hand: Hand, action: str) -> None:
    """Press the button beside a fact."""
    found = [each for each in hand.view.file.findChildren(Button) if each.property("action") == action]
    assert found, action
    found[-1].click()
    hand.wait()


def _preview(hand: Hand, duty: str) -> None:
    button = _rows(hand).findChild(Button, "preview-letters" if duty == INDIVIDUALS else f"preview:{duty}")
    assert button is not None
    button.click()
    hand.wait()
