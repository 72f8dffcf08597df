"""The customer page through its widgets: search, choose, read, and go to a case."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from officer_app.casebook.book import Casebook
from officer_app.customers.service import Customers
from officer_app.customers.view import CustomerPage
from officer_app.demo.shop import GUEST, PEOPLE
from officer_app.policy.book import Book
from officer_app.widgets.plain import Button, Label
from officer_app.widgets.work import Work
from tests.customers.conftest import a_case, entries

POLICY = Book.load(country="VN", zone="Asia/Ho_Chi_Minh")
HOA = PEOPLE[0]


class Desk:
    """The page and the officer who uses it."""

    def __init__(self, customers: Customers, work: Work, qtbot: QtBot, customer: str = "") -> None:
        self.work = work
        self.opened: list[str] = []
        self.consents: list[str] = []
        self.page = CustomerPage(
            customers, work, lambda: POLICY, self.opened.append, self.consents.append, customer=customer
        )
        qtbot.addWidget(self.page)
        self.page.resize(1520, 800)
        self.page.show()
        self.waits()

    def waits(self) -> None:
        for _ in range(5):
            assert self.work.drain(30_000)
            QApplication.processEvents()

    def searches(self, text: str) -> None:
        self.page.search.box.setText(text)
        QTest.keyClick(self.page.search.box, Qt.Key.Key_Return)
        self.waits()

    def card(self) -> str:
        return "\n".join(label.text() for label in self.page.file.findChildren(Label) if label.isVisible())


@pytest.fixture
def desk(customers: Customers, work: Work, qtbot: QtBot) -> Desk:
    return Desk(customers, work, qtbot)


def test_an_e_mail_opens_the_card_at_once(desk: Desk, book: Casebook) -> None:
    desk.searches(HOA.email)
    shown = desk.card()
    assert "Thị Hoa Lê" in shown
    assert HOA.email in shown
    assert "(last login)" in shown
    assert HOA.order in shown
    assert "No case of this person." in shown
    assert entries(book)[0].action == "view"


def test_a_name_lists_masked_people_and_the_card_waits_for_a_choice(desk: Desk, book: Casebook) -> None:
    desk.searches("nguyen")
    assert len(desk.page.table.rows()) > 14
    assert "Nobody is shown" in desk.card()
    assert "view" not in [entry.action for entry in entries(book)[:2]]
    desk.page.table.view.selectRow(2)
    desk.waits()
    assert desk.page.table.rows()[2].open
    assert "Nobody is shown" not in desk.card()
    assert entries(book)[0].action == "view"


def test_an_order_number_finds_person_and_case(desk: Desk, book: Casebook) -> None:
    reference = a_case(book, customer=HOA.key)
    desk.searches(HOA.order)
    assert [hit.open for hit in desk.page.table.rows()] == [HOA.key]
    assert desk.page.cases.count() == 1
    desk.page.cases.itemClicked.emit(desk.page.cases.item(0))
    assert desk.opened == [reference]
    desk.page.open_card(HOA.key)
    desk.waits()
    button = next(one for one in desk.page.file.findChildren(Button) if one.property("action") == reference)
    button.click()
    assert desk.opened == [reference, reference]


def test_a_guest_is_shown_as_one(desk: Desk) -> None:
    desk.searches(GUEST[1])
    assert "Guest, known by e-mail only" in desk.card()
    assert GUEST[2] in desk.card()


def test_unknown_activity_is_said_and_never_old(customers: Customers, work: Work, qtbot: QtBot) -> None:
    never = next(person for person in PEOPLE if person.story == "never")
    desk = Desk(customers, work, qtbot, customer=never.key)
    assert "or later (account made, nothing later is recorded)" in desk.card()


def test_nobody_found_says_what_to_try(desk: Desk) -> None:
    desk.searches("zzzzzz qqqq")
    assert desk.page.table.rows() == ()
    labels = [label.text() for label in desk.page.table.findChildren(Label) if label.isVisible()]
    assert "Nobody found" in labels


def test_the_next_page_comes_when_scrolled(desk: Desk) -> None:
    desk.searches("n")
    first = len(desk.page.table.rows())
    assert first == 50
    model = desk.page.table.model
    assert model.canFetchMore()
    model.fetchMore()
    desk.waits()
    assert len(desk.page.table.rows()) > first


def test_without_a_shop_the_page_says_so(book: Casebook, work: Work, qtbot: QtBot) -> None:
    desk = Desk(Customers(book, lambda: None, lambda _keys, _emails: {}), work, qtbot)
    desk.searches(HOA.email)
    assert "No shop is connected" in desk.page.news.text


def test_markup_in_a_name_stays_text(desk: Desk) -> None:
    bob = next(person for person in PEOPLE if person.first_name.startswith("<b>"))
    desk.page.open_card(bob.key)
    desk.waits()
    assert "<b>Bob</b> Tables & Söhne" in desk.card()


def test_the_card_leads_to_the_consents(desk: Desk) -> None:
    desk.searches(HOA.email)
    desk.page.file.actions_bar.buttons["consents"].click()
    assert len(desk.consents) == 1
    assert desk.consents[0]
