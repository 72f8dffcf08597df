"""The pages of uses and consents through their widgets, in the officer's verbs."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from officer_app.casebook.book import Casebook
from officer_app.casebook.transaction import Actor
from officer_app.demo.shop import PEOPLE
from officer_app.uses.frame import TwoParts
from officer_app.uses.person_view import ConsentsPage
from officer_app.uses.service import Uses
from officer_app.uses.view import UsesPage
from officer_app.widgets.drafts import Drafts
from officer_app.widgets.forms import Form
from officer_app.widgets.plain import Button, Label
from officer_app.widgets.work import Work
from tests.uses.conftest import FAST, NOW, POLICY
from tests.widgets.conftest import Answers

HOA = PEOPLE[0]


class Desk:
    """One of the pages and the officer who uses it."""

    def __init__(self, page: TwoParts, work: Work, qtbot: QtBot) -> None:
        self.page, self.work = page, work
        qtbot.addWidget(page)
        page.resize(1520, 860)
        page.show()
        self.waits()

    def waits(self) -> None:
        for _ in range(5):
            assert self.work.drain(30_000)
            QApplication.processEvents()

    def presses(self, step: str) -> None:
        self.page.file.actions_bar.buttons[step].click()
        self.waits()

    def form(self) -> Form:
        assert isinstance(self.page.file.form, Form)
        return self.page.file.form

    def submits(self, **values: object) -> None:
        form = self.form()
        for key, value in values.items():
            form.put(key, value)
        form.submit_button.click()
        self.waits()

    def says(self) -> str:
        return "\n".join(label.text() for label in self.page.findChildren(Label) if label.isVisible())

    def beside(self, label: str) -> None:
        """Press the button beside a fact."""
        found = [one for one in self.page.findChildren(Button) if one.accessibleDescription().startswith(label)]
        found[0].click()
        self.waits()


@pytest.fixture
def open_page(uses: Uses, book: Casebook, work: Work, qtbot: QtBot) -> Callable[..., Desk]:
    drafts = Drafts(work, {}, lambda _place, _values: None)

    def make(customer: str = "", me: Actor | None = None) -> Desk:
        page: QWidget
        who = me or book.actor
        if customer:
            page = ConsentsPage(uses, work, lambda: POLICY, who, drafts, customer)
        else:
            page = UsesPage(uses, work, lambda: POLICY, who, drafts)
        return Desk(page, work, qtbot)

    return make


def test_a_purpose_of_the_policy_is_described_and_printed(open_page: Callable[..., Desk], uses: Uses) -> None:
    desk = open_page()
    page = desk.page
    assert isinstance(page, UsesPage)
    assert len(page.table.rows()) == len(POLICY.purposes)
    page.table.select("new:special-contact")
    page.table.chosen.emit(page.table.current())
    assert "nobody described yet" in desk.says()
    assert "Sending data" in desk.says() or "has not consented" in desk.says()
    desk.presses("change")
    desk.submits(basis="consent", categories=("mobile",))
    assert "how the consent is proved" in desk.form().problem("")
    desk.submits(proof="Tick in the account, wording 2026-11", processors=(FAST.name,), kept="until it is withdrawn")
    assert "Saved" in desk.says()
    line = next(one for one in uses.lines() if one.use.purpose == "special-contact")
    assert (line.lacks, line.use.processors) == ((), (FAST.name,))
    page.buttons["pdf-en"].click()
    desk.waits()
    assert "Register of the uses" in page.preview.text()


def test_who_may_see_what_is_changed_and_printed(open_page: Callable[..., Desk]) -> None:
    desk = open_page()
    page = desk.page
    assert isinstance(page, UsesPage)
    page.buttons["access"].click()
    desk.waits()
    desk.beside("Address")
    desk.submits(roles=("delivery",), en="To pack.", vi="Để đóng gói.")
    assert "Dispatch and delivery. To pack." in desk.says()
    desk.presses("note-vi")
    assert "Ai được xem dữ liệu nào" in page.preview.text()


def test_a_consent_is_recorded_withdrawn_and_extracted(
    open_page: Callable[..., Desk], answers: Answers, tmp_path: Path
) -> None:
    slip = tmp_path / "slip.txt"
    slip.write_bytes(b"I agree")
    desk = open_page(HOA.email)
    assert "no proof" in desk.says() or "None recorded" in desk.says()
    assert not desk.page.file.actions_bar.buttons["withdraw"].isEnabled()
    answers.files = [slip]
    desk.presses("record")
    wanted = {
        "purpose": "marketing", "title": "The newsletter", "categories": ("email",), "wording": "Yes, the newsletter.",
        "given": NOW - timedelta(days=1),
    }  # fmt: skip
    desk.submits(**wanted, way="presumed")
    assert "Sending data is no consent by itself" in desk.form().problem("")
    desk.submits(way="written")
    assert "Recorded with its proof." in desk.says()
    assert "slip.txt" in desk.says()
    answers.save = tmp_path / "copy.txt"
    desk.beside("Proof")
    assert (tmp_path / "copy.txt").read_bytes() == b"I agree"
    desk.presses("withdraw")
    desk.submits(how="by phone")
    assert "withdrawn" in desk.says()
    assert not desk.page.file.actions_bar.buttons["withdraw"].isEnabled()
    desk.presses("extract-vi")
    assert "Các sự đồng ý của" in desk.page.preview.text()


def test_a_manager_reads_and_records_nothing(open_page: Callable[..., Desk]) -> None:
    desk = open_page(HOA.email, Actor("m", "Minh", ("manager",)))
    assert not desk.page.file.actions_bar.buttons["record"].isEnabled()
    assert "Only an officer" in desk.page.file.actions_bar.reasons
