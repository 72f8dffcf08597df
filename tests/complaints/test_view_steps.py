"""The steps of a case in the tab: letters drawn while they are written, saved texts, and the order of the keys."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from officer_app.complaints import proof
from officer_app.complaints.rules import REFUSAL
from officer_app.widgets.blocks import BlockBar
from officer_app.widgets.fields import LinesInput
from officer_app.widgets.forms import Form
from officer_app.widgets.plain import Button
from tests import factory
from tests.complaints import test_view
from tests.complaints.bench import HOA

Tab = test_view.Tab
tab = test_view.tab
DATA = ("name", "email", "mobile", "address")


def form_of(tab: test_view.Tab) -> Form:
    form = tab.view.file.form
    assert isinstance(form, Form)
    return form


def blocks_of(tab: test_view.Tab, key: str) -> BlockBar:
    made = form_of(tab).input(key)
    assert isinstance(made, LinesInput)
    assert made.blocks is not None
    return made.blocks


def test_the_letter_is_drawn_while_it_is_written_and_cannot_leave(tab: test_view.Tab, qtbot: QtBot) -> None:
    reference = tab.desk.form()
    tab.open(reference)
    tab.step("reply")
    preview = tab.view.preview
    qtbot.waitUntil(lambda: preview.draft and "…" in preview.text())
    assert not preview.print_button.isVisible()
    assert not preview.save_button.isVisible()
    assert not preview.mail_button.isVisible()
    focus = QApplication.focusWidget()
    assert focus is not None
    assert form_of(tab).isAncestorOf(focus)  # the cursor stays where one writes
    tab.fill(reasons="In Vietnam, on our own server.")
    qtbot.waitUntil(lambda: "In Vietnam, on our own server." in preview.text())
    tab.view.print_current()
    assert "This is a draft" in preview.news.text
    assert tab.desk.file(reference).notices == ()  # nothing of it is filed
    assert "notice issued" not in tab.desk.actions(reference)
    tab.submit()
    assert not preview.draft
    assert preview.print_button.isVisible()
    assert "N-2026-0001" in preview.text()


def test_who_goes_back_to_the_list_is_left_alone_and_cancel_brings_it_back(tab: test_view.Tab, qtbot: QtBot) -> None:
    reference = tab.desk.form()
    tab.open(reference)
    tab.step("refuse")
    preview = tab.view.preview
    qtbot.waitUntil(lambda: preview.isVisible() and preview.draft)
    form_of(tab).cancel_button.click()
    assert not preview.isVisible()
    tab.step("refuse")
    qtbot.waitUntil(lambda: preview.isVisible())
    preview.back_button.click()
    tab.fill(reasons="More words")
    tab.wait()
    assert tab.view.table.isVisible()
    form_of(tab).keep_draft()
    tab.wait()
    assert tab.drafts[f"complaints/refuse/{reference}"]["reasons"] == "More words"


def test_a_referral_shows_both_letters_before_they_are_issued(tab: test_view.Tab, qtbot: QtBot) -> None:
    reference = tab.desk.form()
    tab.open(reference)
    tab.step("refer")
    tab.fill(authority="Department A05\nHà Nội", reasons="A crime is suspected.")
    preview = tab.view.preview
    qtbot.waitUntil(lambda: "A crime is suspected." in preview.text())
    words = " ".join(preview.text().split())
    assert "We have passed your complaint" in words
    assert "To whom it may concern" in words
    assert "Please examine the matter" in words


def test_a_text_is_saved_and_put_in_with_the_facts_of_another_case(tab: test_view.Tab) -> None:
    one, other = tab.desk.form(), tab.desk.form("other", "Emily Johnson", "emily@example.com")
    tab.open(one)
    tab.step("reply")
    bar = blocks_of(tab, "reasons")
    assert not bar.box.isVisibleTo(bar)  # nothing saved yet: nothing to choose from
    tab.fill(reasons="Dear {name}, about {reference}: log out on shared computers.")
    bar.save_button.click()
    bar.name_box.setText("Log out")
    bar.keep_button.click()
    tab.wait()
    assert bar.box.isVisibleTo(bar)
    tab.open(other)
    tab.step("reply")
    bar = blocks_of(tab, "reasons")
    bar.box.setCurrentIndex(bar.box.findData("Log out"))
    bar.insert_button.click()
    assert form_of(tab).values()["reasons"] == f"Dear Emily Johnson, about {other}: log out on shared computers."
    bar.remove_button.click()
    tab.wait()
    assert tab.desk.service.blocks.all() == {}
    bar.save_button.click()
    bar.name_box.setText(" ")
    bar.keep_button.click()
    tab.wait()
    assert "Give the text a name" in form_of(tab).problem("")
    assert form_of(tab).values()["reasons"].startswith("Dear Emily")


def test_tab_goes_through_a_case_as_it_is_seen(tab: test_view.Tab) -> None:
    reference = tab.desk.form("leak-to-third-party")
    tab.desk.identified(reference)
    tab.open(reference)
    file = tab.view.file
    chain: list[QWidget] = []
    widget: QWidget | None = file.facts.nextInFocusChain()
    while widget is not None and widget is not file.facts:
        if file.isAncestorOf(widget) and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(file):
            chain.append(widget)
        widget = widget.nextInFocusChain()
    inside = [one for one in chain if file.facts.isAncestorOf(one)]
    below = [one for one in chain if file.actions_bar.isAncestorOf(one)]
    page = file.facts.widget()
    assert page is not None
    heights = [one.mapTo(page, QPoint(0, 0)).y() for one in inside]
    assert len(inside) > 3
    assert heights == sorted(heights)
    bar = file.actions_bar
    assert below == [one for one in (*bar.buttons.values(), bar.more) if one.isVisibleTo(file)]
    assert chain.index(below[0]) > chain.index(inside[-1])


def test_a_party_is_asked_and_answers(tab: test_view.Tab) -> None:
    reference = tab.desk.form("other-purpose")
    tab.open(reference)
    tab.step("ask", sort="carrier", name="Fast Parcel Co.", contact="3 Trần Phú", question="Who had the list?")
    assert "N-2026-0001 issued" in tab.news
    assert "Who had the list?" in tab.view.preview.text()
    assert "not sent yet" in tab.words
    tab.step("sent", number="N-2026-0001", channel="post")
    assert "Answer due" in tab.words
    row = tab.view.table.rows()[0]
    assert row.waiting == "party"
    tab.step("party", answer="A driver kept a list.")
    assert "A driver kept a list." in tab.words
    assert "party" not in tab.view.file.actions_bar.buttons


def test_a_finding_is_recorded_and_taken_away(tab: test_view.Tab) -> None:
    reference = tab.desk.form("other-purpose")
    tab.open(reference)
    tab.step("finding", allegation="I was called", purpose="none", result="not kept", reasons="A list was sold.")
    assert "I was called" in tab.words
    tab.view.file.asked.emit("finding:I was called")
    tab.wait()
    assert tab.desk.file(reference).case.findings == ()
    assert "Take away" not in [one.text() for one in tab.view.file.findChildren(Button)]
    assert tab.desk.actions(reference).count("finding taken away") == 1


def test_the_form_of_a_check_asks_only_what_its_method_needs(tab: test_view.Tab) -> None:
    reference = tab.desk.form("access")
    tab.desk.service.link(reference, HOA.key, tab.desk.version(reference))
    tab.open(reference)
    tab.step("identify")
    form = form_of(tab)

    def asked() -> set[str]:
        return {one.key for one in form.fields if form.input(one.key).isVisibleTo(form)}

    assert asked() == {"method", "note", *proof.FACTS}
    tab.fill(method=proof.PAPER)
    assert asked() == {"method", "confirmed", "note"}
    tab.fill(method=proof.CALL)
    assert asked() == {"method", "confirmed", "note", "phone", "order"}
    tab.fill(phone=HOA.phone, confirmed="yes")
    tab.submit()
    assert tab.news == "Identity check passed."
    assert "Called back on the stored number" in tab.words


def test_a_manager_confirms_untrue_data_in_the_officers_window(tab: test_view.Tab, tmp_path: Path) -> None:
    reference = tab.desk.form("unwanted-advertising")
    tab.desk.service.link(reference, HOA.key, tab.desk.version(reference))
    tab.open(reference)
    tab.step("untrue", data=DATA, evidence="None of it exists.")
    assert "not confirmed" in tab.words
    tab.step("refuse")
    ground: Any = form_of(tab).input("ground")
    assert ground.inner.findData("untrue") < 0  # not offered before a second person confirmed it
    form_of(tab).cancel_button.click()
    tab.step("confirm-untrue", sign_in=factory.MANAGER_NAME, passphrase=factory.MANAGER_PASS)
    assert tab.news == "Confirmed by Phạm Quang Minh."
    tab.step("refuse", ground="untrue", reasons="Nothing stated is true.", rule="Policy A6")
    assert "found untrue" in tab.view.preview.text()
    case = tab.desk.file(reference).case
    assert case.decision is not None
    assert (case.decision.outcome, case.decision.ground) == (REFUSAL, "untrue")
    assert not any(factory.MANAGER_PASS in str(kept) for kept in tab.drafts.values())


def test_the_copy_of_a_persons_data_is_saved_from_the_case(tab: test_view.Tab, tmp_path: Path) -> None:
    reference = tab.desk.form("access")
    tab.desk.identified(reference)
    tab.open(reference)
    tab.step("reply", reasons="")
    assert HOA.email in tab.view.preview.text()
    copy = next(one for one in tab.desk.file(reference).evidence if one.name == "data-copy.json")
    tab.answers.save = tmp_path / "copy.json"
    tab.view.file.asked.emit(f"copy:{copy.id}")
    tab.wait()
    assert HOA.email in (tmp_path / "copy.json").read_text(encoding="utf-8")
    assert "It holds personal data." in tab.news


def test_escape_leaves_a_step_and_the_list_is_there_again(tab: test_view.Tab, qtbot: QtBot) -> None:
    reference = tab.desk.form()
    tab.open(reference)
    tab.step("ask")
    qtbot.waitUntil(lambda: tab.view.preview.isVisible())
    QTest.keyClick(form_of(tab), Qt.Key.Key_Escape)
    assert tab.view.file.form is None
    assert tab.view.table.isVisible()
