"""The officer at the tab: a police demand, a marketer, a confirmation withdrawn, papers dropped, the directory."""

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel
from pytestqt.qtbot import QtBot

from officer_app.base.errors import KnownError
from officer_app.disclosures.view import DisclosuresView
from officer_app.widgets import messages, theme
from officer_app.widgets.checklist import ChecklistInput
from officer_app.widgets.drafts import Drafts
from officer_app.widgets.forms import Form
from officer_app.widgets.versions import Versions
from officer_app.widgets.work import Work
from tests import factory
from tests.disclosures import making
from tests.disclosures.making import BROKER, POLICE, Desk
from tests.notices import reading
from tests.widgets.conftest import Answers


class Tab:
    """The disclosure tab, spoken to in the officer's verbs."""

    def __init__(self, desk: Desk, view: DisclosuresView, work: Work, answers: Answers, drafts: dict[str, Any]) -> None:
        self.desk, self.view, self.work, self.answers, self.drafts = desk, view, work, answers, drafts

    def settle(self) -> None:
        assert self.work.drain()
        QApplication.processEvents()
        assert self.work.drain()

    @property
    def form(self) -> Form:
        form = self.view.file.form
        assert isinstance(form, Form)
        return form

    def press(self, step: str) -> None:
        """Press one of the buttons below the case."""
        button = self.view.file.actions_bar.buttons[step]
        assert button.isEnabled(), f"{step}: {self.view.file.actions_bar.reasons}"
        button.click()
        self.settle()

    def fill(self, **values: Any) -> None:
        for key, value in values.items():
            self.form.put(key, value)

    def send(self, **values: Any) -> None:
        """Fill the open form and submit it."""
        self.fill(**values)
        self.form.submit_button.click()
        self.settle()

    def sent(self, **values: Any) -> None:
        """Fill and submit; the form has to close."""
        self.send(**values)
        form = self.view.file.form
        trouble = [] if form is None else [label.text() for label in form.findChildren(QLabel) if label.isVisible()]
        assert form is None, trouble

    def open(self, reference: str) -> None:
        self.view.open(reference)
        self.settle()

    def shows(self) -> str:
        return "\n".join(label.text() for label in self.view.findChildren(QLabel) if label.isVisibleTo(self.view))

    def cells(self, reference: str) -> list[str]:
        row = next(one for one in self.view.table.rows() if one.reference == reference)
        return [column.shown(row) for column in self.view.table.model.columns]

    def boxes(self) -> dict[str, QCheckBox]:
        """Return the boxes of the open form by the item they tick, an address by its category."""
        lists = [self.form.input(field.key) for field in self.form.fields if field.kind == "checklist"]
        found = [one.boxes for one in lists if isinstance(one, ChecklistInput)]
        return {key.split(":")[0] if key.startswith("address") else key: box for each in found for key, box in
                each.items()}  # fmt: skip

    def tick(self, *items: str) -> None:
        for item in items:
            self.boxes()[item].click()

    def form_text(self) -> str:
        return "\n".join(label.text() for label in self.form.findChildren(QLabel))

    def primary(self) -> str:
        buttons = self.view.file.actions_bar.buttons
        return next((key for key, one in buttons.items() if one.property("look") == "primary"), "")


@pytest.fixture
def tab(tmp_path: Path, qapp: QApplication, qtbot: QtBot) -> Iterator[Tab]:
    theme.apply(qapp, "light")
    desk, work, answers = making.make(tmp_path), Work(), Answers()
    kept: dict[str, Any] = {}
    policy = making.book_of_rules()
    view = DisclosuresView(desk.service, work, lambda: policy, desk.book.actor, Drafts(work, {}, kept.__setitem__))
    qtbot.addWidget(view)
    view.resize(1520, 860)
    view.show()
    with messages.answered_by(answers):
        view.refresh()
        yield_tab = Tab(desk, view, work, answers, kept)
        yield_tab.settle()
        yield yield_tab
        yield_tab.settle()
    view.close()
    work.close()
    work.deleteLater()
    desk.close()


def demand(tab: Tab, who: str, **values: Any) -> str:
    """Type a new demand into its two forms and return its reference."""
    tab.view.new()
    tab.send(who=who)
    tab.sent(received=tab.desk.clock(), **values)
    return tab.view.table.current_key()


def police(tab: Tab) -> str:
    known = ("agency", "number", "dated", "legal_basis", "signatory", "matter", "asked", "scope", "address", "phone")
    return demand(tab, "judicial:police", **{key: getattr(POLICE, key) for key in known})


def test_a_police_demand_granted_in_part(tab: Tab) -> None:
    assert "Nobody asks for data" in tab.shows()
    reference = police(tab)
    assert reference == "D-2026-0001" and tab.view.count == 1
    assert tab.primary() == "acknowledge"
    tab.press("acknowledge")
    assert "We have received your request" in tab.view.preview.text()
    tab.view.close_preview()
    tab.press("sent")
    tab.sent(at=tab.desk.clock())
    assert "Not yet, 3 missing" in tab.shows()
    assert not tab.view.file.actions_bar.buttons["choose"].isEnabled()
    tab.answers.files = [tab.desk.paper()]
    tab.press("papers")
    assert "Added: demand.pdf." in tab.shows()
    assert tab.primary() == "link"
    tab.press("link")
    tab.sent()  # the e-mail in the demand names the customer
    assert "Thị Hoa Lê, customer 1" in tab.shows()
    tab.press("call")  # the directory is empty: a number is added first
    tab.sent(phone="024 3939 3939", source="the police's own website")
    tab.desk.clock.forward(minutes=10)
    tab.press("call")
    tab.sent(whom="duty officer Hùng", result="yes", at=tab.desk.clock())
    assert "May it leave? Yes" in tab.shows()
    assert tab.primary() == "choose"
    tab.press("choose")
    boxes = tab.boxes()
    assert not any(box.isChecked() for box in boxes.values())
    assert {key for key, box in boxes.items() if not box.isEnabled()} == {"email", "phone"}
    assert "hoa.le@example.vn" not in tab.form_text()  # what cannot be ticked is not shown either
    tab.tick("name", "address")
    tab.sent(reason="enough to summon")
    assert tab.cells(reference)[7] == "For a manager"
    tab.press("preview")
    assert "Thị Hoa Lê" in tab.view.preview.text() and "100001" not in tab.view.preview.text()
    tab.view.close_preview()
    tab.press("clear")
    tab.send(sign_in=factory.OFFICER_NAME, passphrase=factory.OFFICER_PASS)
    assert "Only a manager can approve this" in tab.shows()
    tab.sent(sign_in=factory.MANAGER_NAME, passphrase=factory.MANAGER_PASS)
    assert tab.primary() == "make"
    tab.press("make")
    assert "Data handed over on your demand" in tab.view.preview.text()
    tab.view.close_preview()
    assert tab.primary() == "hand_over"
    tab.view.file.asked.emit(f"file:{reference}-extract.pdf")
    tab.settle()
    assert "page 1 of 1" in tab.view.preview.text() and POLICE.agency in tab.view.preview.text()
    tab.view.close_preview()
    tab.answers.save = tab.desk.folder / "files.zip"
    tab.press("files")
    assert "not encrypted" in tab.shows()
    with zipfile.ZipFile(tab.desk.folder / "files.zip") as archive:
        assert len(archive.namelist()) == 6
    tab.desk.clock.forward(hours=2)
    tab.press("hand_over")
    tab.sent(at=tab.desk.clock())
    assert tab.primary() == "tell"
    tab.press("tell")
    tab.send(decision="secrecy", reason="")
    assert "Say who ordered it" in tab.shows()
    tab.sent(decision="secrecy", reason="ordered in the demand")
    assert "is closed" in tab.shows()
    assert tab.view.count == 0
    tab.view.filters.chips["closed"].click()
    tab.settle()
    day = tab.desk.clock()
    assert tab.cells(reference) == [
        reference, "23 Nov", POLICE.agency, "118/PC02, 20 Nov", "1", "Name, Address, Orders", POLICE.legal_basis,
        "Handed over in part", "", f"{day.day} Nov", "secrecy",
    ]  # fmt: skip
    tab.desk.verify()


def test_a_marketer_is_refused_in_one_click(tab: Tab) -> None:
    known = {key: getattr(BROKER, key) for key in ("agency", "asked", "scope", "email")}
    reference = demand(tab, "third-party:buyer-confirmed", purpose="marketing", **known)
    assert tab.primary() == "refuse"
    assert "Data never leaves for that" in tab.shows()
    assert not set(tab.view.file.actions_bar.buttons) & {"choose", "clear", "make", "hand_over", "confirm", "ask_buyer"}
    tab.press("refuse")
    tab.sent()
    assert "never given away, sold or shared for marketing" in tab.view.preview.text()
    tab.view.close_preview()
    tab.press("sent")
    tab.sent(at=tab.desk.clock())
    assert tab.desk.case(reference).outcome == "refused"
    assert tab.view.count == 0


def test_the_buyer_confirms_and_withdraws(tab: Tab) -> None:
    tab.answers.files = [tab.desk.paper("slip.pdf")]
    reference = tab.desk.record(BROKER, papers=False)
    tab.view.refresh()
    tab.open(reference)
    assert "Find the customer first." in tab.view.file.actions_bar.reasons
    tab.press("link")
    tab.send(search="emily.johnson@example.com")
    tab.sent()
    assert "as a paper first" in tab.view.file.actions_bar.reasons
    tab.press("papers")
    tab.press("confirm")
    evidence = tab.desk.service.queue.open(reference).evidence[0].id
    given = tab.desk.clock()
    tab.sent(fields=("name",), given=given, expires=(given + timedelta(days=9)).date(), evidence=evidence)
    tab.press("choose")
    assert [key for key, box in tab.boxes().items() if box.isEnabled()] == ["name"]
    tab.tick("name")
    tab.sent(reason="to answer the claim")
    tab.press("clear")
    tab.sent(sign_in=factory.MANAGER_NAME, passphrase=factory.MANAGER_PASS)
    tab.press("make")
    number = tab.desk.case(reference).package.number  # type: ignore[union-attr]
    tab.press("withdraw")
    tab.sent(reason="by phone")
    assert "withdrawn Mon 23 Nov 2026" in tab.shows()
    assert not {"hand_over", "files", "make"} & set(tab.view.file.actions_bar.buttons)
    assert {one.number: one.state for one in tab.desk.service.queue.open(reference).notices} == {number: "withdrawn"}
    with pytest.raises(KnownError, match="No files were made"):
        tab.desk.service.frozen(reference)
    assert not tab.view.file.actions_bar.buttons["choose"].isEnabled()
    assert tab.desk.case(reference).release is None


def drop(tab: Tab, paths: Sequence[Path]) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    mouse, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, mouse, keys)
    tab.view.dropEvent(event)
    tab.settle()


def test_dropped_papers_open_a_case_or_join_the_open_one(tab: Tab) -> None:
    drop(tab, [tab.desk.paper("order.pdf")])
    assert "Attached: order.pdf." in tab.shows()
    tab.send(who="judicial:court")
    tab.sent(agency="Hà Nội Court", asked="Orders of customer 1", scope=("orders",), received=tab.desk.clock())
    reference = tab.view.table.current_key()
    drop(tab, [tab.desk.paper("seal.png")])
    assert [piece.name for piece in tab.desk.service.queue.open(reference).evidence] == ["order.pdf", "seal.png"]


def test_the_directory_register_and_filters(tab: Tab, tmp_path: Path) -> None:
    tab.desk.record()
    tab.desk.record(replace(BROKER, agency="=Evil <b>Ltd</b>"))
    tab.view.refresh()
    tab.view.show_directory()
    tab.settle()
    assert "No number yet" in tab.shows()
    tab.press("contact")
    tab.sent(body="police", agency="Hà Nội City Police", phone="024 3939 3939", source="website")
    assert "024 3939 3939" in tab.shows()
    key = tab.desk.service.directory.entries()[0].id
    tab.view.file.asked.emit(f"entry:{key}")
    tab.settle()
    tab.press("change")
    tab.sent(phone="024 3939 0000")
    tab.view.file.asked.emit(f"entry:{key}")
    tab.settle()
    assert "Phone (was: 024 3939 3939) (Trần Linh)" in tab.shows()
    tab.view.file.asked.emit(f"retire:{key}")
    tab.settle()
    assert "No number yet" in tab.shows()
    tab.view.shelf.show_register(tab.view._wanted())
    tab.settle()
    assert "Register of disclosures" in tab.view.preview.text() and "=Evil <b>Ltd</b>" in tab.view.preview.text()
    tab.view.close_preview()
    tab.view.filters.chips["third"].click()
    tab.settle()
    assert [row.agency for row in tab.view.table.rows()] == ["=Evil <b>Ltd</b>"]
    tab.answers.save = tmp_path / "register.csv"
    tab.view.shelf.save_register(tab.view._wanted())
    tab.settle()
    assert "'=Evil" in (tmp_path / "register.csv").read_text(encoding="utf-8-sig")
    assert "Saved as register.csv" in tab.shows()


def test_what_was_typed_survives(tab: Tab) -> None:
    tab.view.new()
    tab.send(who="judicial:police")
    agency = tab.form.input("agency").inner
    agency.setFocus()
    agency.insert("Hà Nội")  # type: ignore[union-attr]
    tab.form.input("agency").edited.emit()
    tab.view.leave()
    tab.settle()
    assert tab.drafts["disclosures/new judicial/"]["agency"] == "Hà Nội"
    tab.form.cancel_button.click()
    tab.view.new()
    tab.send(who="judicial:police")
    assert tab.form.values()["agency"] == "Hà Nội"


def test_urgent_without_call_back_asks_the_cooling_question(tab: Tab) -> None:
    reference = tab.desk.record(replace(POLICE, urgent=True))
    tab.view.refresh()
    tab.open(reference)
    assert "Ask yourself what happens if it waits ten minutes" in tab.shows()
    assert tab.view.file.actions_bar.buttons["choose"].isEnabled() is False
    number = tab.desk.service.acknowledge(reference).notices[0]
    assert "our own directory" in reading.everything(tab.desk.service.letters.pdf(number)[1])


def test_the_answer_to_the_cooling_question_is_kept(tab: Tab) -> None:
    reference = tab.desk.record(replace(POLICE, urgent=True))
    tab.desk.service.link(reference, "1", tab.desk.version(reference))
    tab.desk.call_back(reference, passed=False)
    tab.view.refresh()
    tab.open(reference)
    tab.press("cool")
    tab.sent(reason="Nothing happens; a clerk presses.")
    assert "Nothing happens; a clerk presses." in tab.shows()
    tab.desk.call_back(reference)
    assert all(check.met for check in tab.desk.service.queue.open(reference).checks)


def test_two_windows_on_one_case_are_shown_side_by_side(tab: Tab) -> None:
    reference = tab.desk.ready()
    tab.view.refresh()
    tab.open(reference)
    tab.press("choose")
    tab.tick("name")
    note = "the customer asked for help"
    tab.desk.service.concerns(reference, "victim", note, tab.desk.version(reference))
    tab.send(reason="enough to summon")
    assert "Somebody else saved this meanwhile" in tab.shows()
    both = tab.view.findChild(Versions)
    assert isinstance(both, Versions)
    rows = {row.label: row for row in both.rows}
    assert (rows["Concerns"].before, rows["Concerns"].theirs) == ("suspect", f"victim. {note}")
    assert (rows["Name"].mine, rows["Why no less will do"].mine) == ("Name", "enough to summon")
    assert tab.form.values()["reason"] == "enough to summon"
    tab.sent()  # on the version now seen
    assert tab.desk.case(reference).choice is not None
    tab.desk.verify()


def test_more_than_the_demand_is_asked_and_granted(tab: Tab) -> None:
    reference = tab.desk.ready()
    tab.view.refresh()
    tab.open(reference)
    tab.press("beyond")
    tab.tick("name", "email")
    tab.sent(reason="to summon", beyond="the summons goes by mail")
    assert "E-mail address, because: the summons goes by mail" in tab.shows()
    tab.press("clear")
    assert "Outside the demand: E-mail address: hoa.le@example.vn" in tab.form_text()
    tab.send(sign_in=factory.MANAGER_NAME, passphrase=factory.MANAGER_PASS)
    assert tab.form.problem("override") == "Fill this in."
    tab.sent(override="the order names the mailbox", sign_in=factory.MANAGER_NAME, passphrase=factory.MANAGER_PASS)
    assert "the order names the mailbox" in tab.shows() and tab.primary() == "make"
    tab.desk.verify()


def test_the_counts_of_a_year_and_the_whole_file(tab: Tab, tmp_path: Path) -> None:
    reference = tab.desk.record()
    tab.view.refresh()
    tab.open(reference)
    tab.press("whole")
    assert f"The file of {reference}" in tab.view.preview.text()
    tab.view.close_preview()
    tab.view.shelf.ask_year()
    tab.send(list="counts", year="2026", form="pdf")
    assert "Disclosures of 2026 in numbers" in tab.view.preview.text()
    tab.view.close_preview()
    tab.answers.save = tmp_path / "counts.csv"
    tab.view.shelf.ask_year()
    tab.send(list="counts", year="2026", form="csv")
    assert '"All bodies","all","1","0"' in (tmp_path / "counts.csv").read_text(encoding="utf-8-sig")


def test_a_preview_says_that_it_is_one_and_its_print_is_recorded(tab: Tab) -> None:
    reference = tab.desk.ready()
    tab.desk.choose(reference, "name")
    tab.view.refresh()
    tab.open(reference)
    tab.press("preview")
    assert "preview, nothing was released" in tab.view.preview.text()
    tab.view.preview.printed.emit()
    tab.settle()
    newest = tab.desk.audit(reference)[0]
    assert (newest.action, (newest.details or {})["title"]) == ("print", "preview of what leaves")
    whole = reading.everything(tab.desk.service.whole_file(reference))
    assert "Thị Hoa Lê, customer 1" in whole and whole.count("Thị Hoa Lê") == 1  # the person, not the chosen data
