"""The settings page through its widgets, in the officer's verbs."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from officer_app.settings import window_choice
from officer_app.settings.view import SettingsPage
from officer_app.widgets.forms import Form
from officer_app.widgets.plain import Label
from officer_app.widgets.work import Work
from tests.settings.conftest import House
from tests.settings.test_rules import a_case, due, with_holiday
from tests.widgets.conftest import Answers


class Page:
    """The page and somebody who uses it."""

    def __init__(self, house: House, work: Work, qtbot: QtBot) -> None:
        self.work, self.house = work, house
        self.page = SettingsPage(house.settings, work, house.policy)
        qtbot.addWidget(self.page)
        self.page.resize(1520, 800)
        self.page.show()
        self.waits()

    def waits(self) -> None:
        for _ in range(5):
            assert self.work.drain(30_000)
            QApplication.processEvents()

    def turns_to(self, at: int) -> None:
        self.page.tabs.setCurrentIndex(at)
        self.waits()

    def submits(self, form: Form | None, **values: object) -> None:
        assert form is not None
        for key, value in values.items():
            form.put(key, value)
        form.submit_button.click()
        self.waits()

    def says(self) -> str:
        return "\n".join(label.text() for label in self.page.findChildren(Label) if label.isVisible())


@pytest.fixture
def page(house: House, work: Work, qtbot: QtBot) -> Page:
    return Page(house, work, qtbot)


def test_the_letter_follows_what_is_typed_and_is_saved(page: Page, qtbot: QtBot) -> None:
    shop = page.page.shop
    page.submits(shop.form, name="Lotus")
    assert shop.form is not None
    assert shop.form.problem("company") == "Fill this in."
    page.submits(shop.form, company="Lotus Co.", address="1 Street", email="a@lotus.example", contact="Linh")
    assert "carries these details" in shop.news.text
    assert page.house.settings.shop_facts().company == "Lotus Co."
    shop.form.put("company", "Other Co.")
    shop.form.edited.emit()
    qtbot.waitUntil(lambda: "Other Co." in shop.preview.text(), timeout=5000)


def test_the_assistant_tests_before_it_saves(page: Page, shop_file: Path) -> None:
    page.turns_to(1)
    panel = page.page.connection
    panel.engines["sqlite"].click()
    page.submits(panel.form, path=str(shop_file), profile="django-oscar")
    assert "does not fit this database" in page.says()
    assert "failed" in page.says()
    assert not panel.report.save_button.isEnabled()
    page.submits(panel.form, profile="native")
    assert "passed" in page.says()
    assert "The account can only read" in page.says() or "read-only" in page.says()
    assert len(panel.report.sample.rows()) == 10
    assert panel.report.save_button.isEnabled()
    panel.report.save_button.click()
    page.waits()
    assert "The shop is connected." in panel.news.text
    assert page.house.connected[0].address.path == str(shop_file)


def test_changed_values_must_be_tested_again(page: Page, shop_file: Path) -> None:
    page.turns_to(1)
    panel = page.page.connection
    panel.engines["sqlite"].click()
    page.submits(panel.form, path=str(shop_file), profile="native")
    assert panel.form is not None
    panel.form.input("path").inner.textEdited.emit("x")  # type: ignore[union-attr]
    assert not panel.report.save_button.isEnabled()
    assert "Test them again" in page.says()


def test_a_remote_server_without_tls_is_refused_in_the_list(page: Page) -> None:
    page.turns_to(1)
    panel = page.page.connection
    panel.engines["postgresql"].click()
    page.submits(panel.form, host="bad host;x", database="d", user="u", profile="native")
    assert panel.form is not None
    assert "one name or IP address" in panel.form.problem("")


def test_a_holiday_moves_due_dates_with_a_reason(page: Page, house: House) -> None:
    reference = a_case(house)
    stored = due(house, reference)
    with_holiday(house)
    page.turns_to(2)
    panel = page.page.rules
    panel.reload()
    page.waits()
    assert "Company day" in page.says()
    assert reference in page.says()
    panel.file.actions_bar.buttons["move"].click()
    form = panel.file.form
    assert isinstance(form, Form)
    page.submits(form)
    assert form.problem("reason") == "Fill this in."
    page.submits(form, reason="announced")
    assert due(house, reference) > stored
    assert "due dates moved" in panel.file.news.text
    assert not panel.file.actions_bar.buttons["move"].isEnabled()


def test_packs_terms_and_days_are_set_in_the_page(page: Page, house: House) -> None:
    page.turns_to(2)
    panel = page.page.rules
    panel.file.actions_bar.buttons["packs"].click()
    page.submits(panel.file.form, packs=("shop-policy", "eu-gdpr"))  # type: ignore[arg-type]
    form = panel.file.form
    assert isinstance(form, Form)
    assert "country" in form.problem("")
    page.submits(form, eu="de")
    assert [pack.id for pack in house.policy().packs] == ["shop-policy", "eu-gdpr"]
    panel.file.actions_bar.buttons["term"].click()
    page.submits(
        panel.file.form, rule="shop-policy/complaint-acknowledge", term="1 working day", source="us",  # type: ignore[arg-type]
    )  # fmt: skip
    assert [one.term for one in house.settings.rules.choice().terms] == ["1 working day"]
    panel._remove("term:0")
    page.waits()
    assert house.settings.rules.choice().terms == ()
    panel.file.actions_bar.buttons["day"].click()
    page.submits(panel.file.form, name="Company day", source="notice")  # type: ignore[arg-type]
    assert [one.name for one in house.settings.rules.choice().holidays] == ["Company day"]
    panel.reading.read("eu-gdpr")
    assert "in force" in page.says()
    panel.reading.read("us-ca")
    assert "switched off" in page.says()
    assert "not verified" in page.says()


def test_look_and_lock_are_chosen(page: Page, house: House, answers: Answers) -> None:
    page.turns_to(3)
    panel = page.page.window_panel
    panel.looks.chips["dark"].click()
    page.waits()
    assert window_choice.load() == "dark"
    panel.minutes.chips[2].click()
    page.waits()
    assert house.settings.idle_minutes() == 2
