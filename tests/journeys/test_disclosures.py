"""The disclosure desk through the real window: police, court, carrier, marketer, and a buyer who withdraws."""

import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox

from officer_app.disclosures.demand import Disclosure
from officer_app.disclosures.gate import Refused
from officer_app.disclosures.service import Disclosures
from officer_app.disclosures.view import DisclosuresView
from officer_app.house import House
from officer_app.tour.chapters import Visit
from tests.journeys.test_journeys import verified, words

COURT: dict[str, Any] = {
    "agency": "Tòa án nhân dân quận Hoàn Kiếm", "number": "77/2026/QĐ-CCCC", "legal_basis": "CPC 2015, Art. 106",
    "signatory": "Judge Lê Thị Thu", "matter": "Civil case 12/2026", "asked": "Orders of hoa.le@example.vn.",
    "scope": ("name", "orders"), "orders": "100001", "address": "1 Hai Bà Trưng\nHà Nội",
}  # fmt: skip
INSURER: dict[str, Any] = {
    "agency": "Rồng Vàng Insurance", "purpose": "other", "purpose_words": "to settle a transport damage claim",
    "asked": "Name and address of the buyer.", "scope": ("name", "address"), "email": "claims@rongvang.example",
}  # fmt: skip


class Clerk:
    """The officer at the disclosure tab, with the manager beside them."""

    def __init__(self, visit: Visit) -> None:
        self.visit, self.officer = visit, visit.officer
        self.screen = visit.officer.screen

    @property
    def house(self) -> House:
        house = self.officer.rooms.house
        assert house is not None
        return house

    @property
    def service(self) -> Disclosures:
        return self.house.disclosures

    @property
    def view(self) -> DisclosuresView:
        desk = self.screen.desk
        assert isinstance(desk, DisclosuresView)
        return desk

    def case(self, reference: str) -> Disclosure:
        return self.service.queue.open(reference).case

    def new(self, who: str, paper: bool = True, **values: Any) -> str:
        """Type a new demand and return its reference; its paper is dropped on the tab."""
        self.screen.shortcut(Qt.Key.Key_N)
        self.screen.fill({"who": who})
        self.screen.submit()
        self.screen.fill(values)
        self.screen.submit()
        reference = self.view.table.current_key()
        if paper:
            scan = self.visit.out / f"{reference}.pdf"
            scan.write_bytes(b"%PDF-1.4 scan")
            self.officer.drop([scan])
        return reference

    def more(self, title: str) -> None:
        menu = self.view.more.menu()
        assert menu is not None
        next(one for one in menu.actions() if one.text() == title).trigger()
        self.screen.settle()

    def cleared(self) -> None:
        """The manager reads what was chosen and clears it with their passphrase in the officer's window."""
        name, passphrase = self.visit.keys("manager")
        self.officer.step("clear", sign_in=name, passphrase=passphrase)

    def boxes(self) -> dict[str, bool]:
        return {one.text(): one.isEnabled() for one in self.screen.form.findChildren(QCheckBox)}

    def sent(self) -> None:
        self.officer.step("sent", channel="post")


@pytest.fixture
def clerk(visit: Visit) -> Clerk:
    visit.officer.sign_in(*visit.keys("officer"))
    visit.officer.tab(2)
    return Clerk(visit)


def test_five_demands_and_wishes(clerk: Clerk) -> None:
    """One sign-in, for unlocking is slow on purpose: each of the five stands on its own."""
    police_granted_in_part(clerk)
    court_with_secrecy(clerk)
    carrier_answered_as_processor(clerk)
    marketer_refused(clerk)
    buyer_withdraws_before_the_release(clerk)
    assert not verified(clerk.visit).broken


def police_granted_in_part(clerk: Clerk) -> None:
    officer = clerk.officer
    reference = officer.reference()
    officer.open(reference)
    assert officer.steps()["choose"] is False
    officer.step("call", whom="Lt. Col. Nguyễn Văn Thành", result="yes")
    officer.step("choose")
    boxes = clerk.boxes()
    assert not any(one.isChecked() for one in clerk.screen.form.findChildren(QCheckBox))
    assert boxes["E-mail address"] is False and boxes["Name"] is True
    officer.tick("Name", "Address, address book", "E-mail address")
    clerk.screen.fill({"reason": "Orders are not needed for the summons."})
    clerk.screen.submit()
    officer.step("preview")
    assert "Quang Phạm" in words(officer.letter()) and "quang.pham@example.vn" not in words(officer.letter())
    clerk.view.close_preview()
    clerk.cleared()
    officer.step("make")
    assert "Phạm Quang Minh" in words(officer.letter())
    officer.step("files")
    with zipfile.ZipFile(officer.answers.saved[-1]) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()}
    assert {name: content for name, _kind, content in clerk.service.frozen(reference, "print")} == kept
    officer.step("hand_over", how="in person")
    officer.step("tell", decision="yes")
    officer.step("notify")
    assert "Công an thành phố Hà Nội" in words(officer.letter())
    clerk.sent()
    case = clerk.case(reference)
    assert (case.state, case.outcome) == ("closed", "in part") and case.telling is not None and case.telling.told
    assert f"{reference} is closed." in officer.news


def court_with_secrecy(clerk: Clerk) -> None:
    officer = clerk.officer
    reference = clerk.new("judicial:court", dated=datetime.now(UTC).date(), **COURT)
    officer.step("link")
    clerk.screen.submit()
    officer.step("call")  # our directory knows no court yet: its number is added first
    clerk.screen.fill({"phone": "024 3825 2000", "source": "the court's own website"})
    clerk.screen.submit()
    officer.step("call", whom="clerk Hà", result="yes")
    officer.step("choose")
    assert {title for title, on in clerk.boxes().items() if on} == {
        "Name", "Order 100001", "Articles of order 100001",
    }  # fmt: skip
    officer.tick("Name", "Order 100001", "Articles of order 100001")
    clerk.screen.fill({"reason": "All of it answers the court's question."})
    clerk.screen.submit()
    clerk.cleared()
    officer.step("tell", decision="secrecy", reason="Ordered by the court until the hearing.")
    officer.step("make")
    officer.step("hand_over", how="post")
    case = clerk.case(reference)
    assert (case.state, case.outcome) == ("closed", "handed over")
    assert "notify" not in officer.steps()
    with clerk.house.book.reading() as tx:
        assert reference not in {one.reference for one in clerk.service.of_person(tx, "1", "hoa.le@example.vn")}


def carrier_answered_as_processor(clerk: Clerk) -> None:
    officer = clerk.officer
    clerk.more("Our directory")
    officer.step("contact", body="carrier", agency="Swift Carrier JSC", phone="024 3636 3636", source="the contract",
                 contract="12/2025 of 3 January 2025, delivery of parcels")  # fmt: skip
    assert "12/2025" in officer.case_line
    reference = clerk.new(
        "third-party:carrier", agency="Swift Carrier JSC", purpose="service-and-delivery", scope=("mobile",),
        asked="Phone numbers of this week's buyers.", email="ops@swift.example",
    )  # fmt: skip
    officer.step("processor")
    assert "no data is handed over" in words(officer.letter())
    clerk.sent()
    case = clerk.case(reference)
    assert (case.outcome, case.release) == ("as processor", None)


def marketer_refused(clerk: Clerk) -> None:
    officer = clerk.officer
    wish = {**INSURER, "agency": "Bright Ads", "purpose_words": "our spring newsletter"}
    reference = clerk.new("third-party:buyer-confirmed", **wish)
    assert not {"choose", "beyond", "confirm", "ask_buyer", "make"} & set(officer.steps())
    officer.step("refuse")
    clerk.screen.submit()
    assert "never given away, sold or shared for marketing" in words(officer.letter())
    clerk.sent()
    assert clerk.case(reference).outcome == "refused"


def buyer_withdraws_before_the_release(clerk: Clerk) -> None:
    officer = clerk.officer
    reference = clerk.new("third-party:buyer-confirmed", **INSURER)
    officer.step("link", search="hoa.le@example.vn")
    clerk.screen.submit()
    officer.step("ask_buyer", storage="until the claim is settled")
    assert "Rồng Vàng Insurance" in words(officer.letter())
    clerk.sent()
    slip = clerk.service.queue.open(reference).evidence[0].id
    ends = (datetime.now(UTC) + timedelta(days=9)).date()
    officer.step("confirm", fields=("name",), evidence=slip, expires=ends)
    officer.step("choose")
    assert {title for title, on in clerk.boxes().items() if on} == {"Name"}
    officer.tick("Name")
    clerk.screen.fill({"reason": "The claim needs the name."})
    clerk.screen.submit()
    clerk.cleared()
    officer.step("make")
    package = clerk.case(reference).package
    assert package is not None
    officer.step("withdraw", reason="by phone")
    assert not {"hand_over", "files", "make", "clear"} & {key for key, on in officer.steps().items() if on}
    service = clerk.service
    case = clerk.case(reference)
    assert (case.package, case.clearance, case.release) == (None, None, None)
    with pytest.raises(Refused, match="has not cleared"):
        service.hand_over(reference, "them", "post", service.now(), case.version)
    states = {one.number: one.state for one in service.queue.open(reference).notices}
    assert states[package.number] == "withdrawn"
