"""The complaint tab as an officer uses it, with the real service behind it."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from officer_app.casebook import audit, cases
from officer_app.complaints import records, rules
from officer_app.complaints.view import ComplaintsView
from officer_app.widgets import messages, theme
from officer_app.widgets.drafts import Drafts
from officer_app.widgets.plain import Label
from officer_app.widgets.versions import Versions
from officer_app.widgets.work import Work
from tests.complaints import bench
from tests.complaints.bench import EMILY, HOA, Bench
from tests.widgets.conftest import Answers


@dataclass
class Tab:
    """The tab in front of an officer."""

    view: ComplaintsView
    work: Work
    desk: Bench
    answers: Answers
    drafts: dict[str, dict[str, Any]]

    def wait(self) -> None:
        assert self.work.drain()

    def open(self, reference: str) -> None:
        self.view.open(reference)
        self.wait()

    def step(self, key: str, **values: Any) -> None:
        """Press a button below the case and, with values, fill and submit its form."""
        buttons = self.view.file.actions_bar.buttons
        if key in buttons:
            if buttons[key].isHidden():
                QTest.mouseClick(self.view.file.actions_bar.more, Qt.MouseButton.LeftButton)
            QTest.mouseClick(buttons[key], Qt.MouseButton.LeftButton)
        else:
            self.view.file.asked.emit(f"step:{key}")
        self.wait()
        if values:
            self.fill(**values)
            self.submit()

    def fill(self, **values: Any) -> None:
        form = self.view.file.form
        assert form is not None
        for key, value in values.items():
            form.put(key, value)  # type: ignore[attr-defined]
            form.input(key).edited.emit()  # type: ignore[attr-defined]

    def submit(self) -> None:
        form = self.view.file.form
        assert form is not None
        QTest.mouseClick(form.submit_button, Qt.MouseButton.LeftButton)  # type: ignore[attr-defined]
        self.wait()

    @property
    def rows(self) -> list[str]:
        return [row.reference for row in self.view.table.rows()]

    @property
    def words(self) -> str:
        return "\n".join(label.text() for label in self.view.file.facts.findChildren(Label))

    @property
    def news(self) -> str:
        return self.view.file.news.text


@pytest.fixture
def tab(desk: Bench, qapp: QApplication) -> Iterator[Tab]:
    theme.apply(qapp, "light")
    work, kept, answers = Work(), dict[str, dict[str, Any]](), Answers()

    def write(place: str, values: dict[str, Any]) -> None:
        kept[place] = values

    view = ComplaintsView(desk.service, work, bench.policy, desk.book.actor, Drafts(work, {}, write))
    view.resize(1520, 720)
    view.setVisible(True)
    with messages.answered_by(answers):
        made = Tab(view, work, desk, answers, kept)
        yield made
        work.close()
    view.hide()
    view.deleteLater()
    work.deleteLater()


def test_an_empty_queue_says_what_to_do(tab: Tab) -> None:
    tab.view.refresh()
    tab.wait()
    assert tab.view.table.empty.isVisible()
    assert "No complaint is waiting" in [one.text() for one in tab.view.table.empty.findChildren(Label)]
    assert tab.view.count == 0
    tab.view.filters.chips["overdue"].click()
    tab.wait()
    assert "Nothing matches" in [one.text() for one in tab.view.table.empty.findChildren(Label)]


def test_mail_dropped_on_the_tab_becomes_cases_and_trouble_is_named(tab: Tab) -> None:
    leak, access = tab.desk.mails()[:2]
    broken = tab.desk.folder / "broken.eml"
    broken.write_bytes(b"\x00\x01 no mail at all")
    tab.view.dropped.emit((leak, broken, access))
    tab.wait()
    assert tab.rows == ["C-2026-0002", "C-2026-0001"] or tab.rows == ["C-2026-0001", "C-2026-0002"]
    assert "C-2026-0001, C-2026-0002 opened." in tab.view.news.text
    assert "broken.eml" in tab.view.news.text
    assert "a man from an insurance company called me" in tab.words
    assert tab.view.count == 2
    tab.answers.files = (leak,)
    tab.view.filters.also_button.click()
    tab.wait()
    assert tab.view.news.text == f"{leak.name}: This mail is C-2026-0001 already. Open that case."


def test_a_phone_call_becomes_a_case(tab: Tab) -> None:
    tab.view.new()
    form = tab.view.file.form
    assert form is not None
    tab.submit()
    assert form.problem("text") == "Fill this in."  # type: ignore[attr-defined]
    tab.fill(kind="access", name="Emily Johnson", email="emily.example.com", subject="My data", text="Send me my data.")
    tab.submit()
    assert form.problem("email") == "This is no e-mail address. Correct it, or leave it empty."  # type: ignore[attr-defined]
    tab.fill(kind="access", name="Emily Johnson", email=EMILY.email, subject="My data", text="Send me my data.")
    tab.submit()
    assert tab.rows == ["C-2026-0001"]
    assert tab.news == "C-2026-0001 opened."
    assert tab.view.table.current_key() == "C-2026-0001"
    assert "Emily Johnson" in tab.words
    assert "Emily" not in str(tab.view.table.rows()[0])  # masked in the list


def test_from_mail_to_closed_with_the_letter_beside_the_case(tab: Tab) -> None:
    tab.view.take_in(tab.desk.mails()[:1])
    tab.wait()
    tab.step("change", kind="leak-to-third-party", reason="It is about a leak.")
    assert not tab.view.file.actions_bar.buttons["reply"].isEnabled()
    tab.step("link")
    tab.submit()
    assert tab.view.file.actions_bar.reasons.startswith("Reply with reasons: Check identity first.")
    assert "customer 1" in tab.words
    tab.step("identify", phone=HOA.phone, order=HOA.order)
    assert tab.news == "Identity check passed."
    assert "2 of 2 agree: phone, order" in tab.words
    assert "Record a finding on each allegation first." in tab.view.file.actions_bar.reasons
    tab.step("finding", purpose="none", result="not kept", reasons="A driver kept a list.")
    assert "log it as a breach first" in tab.view.file.actions_bar.reasons
    tab.step("breach", reason="A driver sold numbers.")
    tab.step("reply", reasons="A carrier kept a list.", guidance="Block the number.")
    assert tab.news == "N-2026-0001 issued. Send it, then record it as sent."
    assert tab.view.preview.isVisible()
    assert "A carrier kept a list." in tab.view.preview.text()
    assert tab.view.file.isVisible()

    tab.answers.save = tab.desk.folder / "reply.eml"
    tab.view.preview.mail_asked.emit()
    tab.wait()
    assert b"X-Unsent: 1" in (tab.desk.folder / "reply.eml").read_bytes()
    tab.answers.save = tab.desk.folder / "reply.pdf"
    tab.view.preview.save_button.click()
    tab.wait()
    assert (tab.desk.folder / "reply.pdf").read_bytes() == tab.view.preview.data
    assert tab.desk.actions("C-2026-0001").count("export") == 2

    tab.step("sent", channel="e-mail")
    assert tab.news == "N-2026-0001 recorded as sent. C-2026-0001 is closed."
    assert tab.rows == []
    assert list(tab.view.file.actions_bar.buttons) == ["reopen", "withdraw"]
    tab.view.filters.chips["closed"].click()
    tab.wait()
    assert tab.rows == ["C-2026-0001"]
    assert not tab.desk.book.verify().broken


def test_opening_a_case_is_recorded_before_it_is_shown(tab: Tab) -> None:
    reference = tab.desk.form()
    tab.view.refresh()
    tab.wait()
    assert tab.desk.actions(reference) == ["received"]
    tab.view.table.view.selectRow(0)
    tab.wait()
    assert "Lê Thị Hoa" in tab.words
    assert tab.desk.actions(reference) == ["received", "view"]


def test_searching_and_filtering(tab: Tab) -> None:
    tab.desk.form()
    tab.desk.form("access", "Emily Johnson", EMILY.email)
    tab.desk.service.assign("C-2026-0002", None, tab.desk.version("C-2026-0002"))
    tab.view.refresh()
    tab.wait()
    assert set(tab.rows) == {"C-2026-0001", "C-2026-0002"}
    for chip, expected in (("mine", ["C-2026-0001"]), ("unassigned", ["C-2026-0002"])):
        tab.view.filters.chips[chip].click()
        tab.wait()
        assert tab.rows == expected
    tab.view.filters.chips["unassigned"].click()
    tab.desk.clock.on(days=30)
    tab.view.filters.chips["overdue"].click()
    tab.wait()
    assert set(tab.rows) == {"C-2026-0001", "C-2026-0002"}
    due = next(column for column in tab.view.table.model.columns if column.key == "next_due")
    assert all(due.shown(row).startswith("overdue") for row in tab.view.table.rows())
    tab.view.filters.box.setText("emily")
    QTest.keyClick(tab.view.filters.box, Qt.Key.Key_Return)
    tab.wait()
    assert tab.rows == ["C-2026-0002"]


def test_a_conflict_shows_both_versions_and_loses_nothing(tab: Tab) -> None:
    reference = tab.desk.form()
    tab.open(reference)
    tab.step("refuse")
    tab.fill(reasons="Books are kept for ten years.", rule="Accounting law, Article 41")
    other = tab.desk.colleague()
    other.service.change(reference, "erasure", "vi", "They want it deleted.", other.version(reference))
    other.close()

    tab.submit()
    form = tab.view.file.form
    assert form is not None
    assert "Somebody else saved this meanwhile" in form.problem("")  # type: ignore[attr-defined]
    assert form.values()["reasons"] == "Books are kept for ten years."  # type: ignore[attr-defined]
    table = tab.view.file.findChild(Versions)
    assert table is not None
    rows = {row.label: (row.before, row.theirs, row.mine) for row in table.rows}
    assert rows["Kind"] == ("Another complaint or question", "Delete the data", "")
    assert rows["Reasons"] == ("", "", "Books are kept for ten years.")
    assert "Saved meanwhile by Trần Linh" in tab.words
    assert tab.desk.file(reference).notices == ()

    tab.submit()  # having seen both, the officer saves theirs on top
    case = tab.desk.file(reference).case
    assert case.kind == "erasure"
    assert case.decision is not None
    assert case.decision.reasons == "Books are kept for ten years."
    assert tab.view.file.form is None


def test_typed_text_waits_where_it_was_typed(tab: Tab) -> None:
    one, other = tab.desk.form(), tab.desk.form()
    tab.open(one)
    tab.step("refuse")
    tab.fill(reasons="Half a sentence")
    tab.open(other)  # another case takes the form away
    assert tab.view.file.form is None
    tab.step("refuse")
    form = tab.view.file.form
    assert form is not None
    assert form.values()["reasons"] == ""
    tab.open(one)
    tab.step("refuse")
    form = tab.view.file.form
    assert form is not None
    assert form.values()["reasons"] == "Half a sentence"
    tab.view.leave()
    tab.wait()
    assert tab.drafts[f"complaints/refuse/{one}"]["reasons"] == "Half a sentence"
    tab.fill(rule="Article 1")
    tab.submit()
    assert tab.drafts[f"complaints/refuse/{one}"] == {}


def test_a_letter_that_comes_late_does_not_take_another_form_away(tab: Tab) -> None:
    reference = tab.desk.form()
    tab.open(reference)
    QTest.mouseClick(tab.view.file.actions_bar.buttons["acknowledge"], Qt.MouseButton.LeftButton)
    QTest.mouseClick(tab.view.file.actions_bar.buttons["refuse"], Qt.MouseButton.LeftButton)
    tab.fill(reasons="Typed meanwhile")
    tab.wait()
    form = tab.view.file.form
    assert form is not None
    assert form.values()["reasons"] == "Typed meanwhile"  # type: ignore[attr-defined]
    assert [one.state for one in tab.desk.file(reference).notices] == ["issued"]


def test_evidence_leaves_only_after_a_warning(tab: Tab) -> None:
    tab.view.take_in(tab.desk.mails()[3:4])
    tab.wait()
    picture = tab.desk.file("C-2026-0001").evidence[1]
    tab.answers.yes = False
    tab.view.file.asked.emit(f"evidence:{picture.id}")
    tab.wait()
    assert "may be harmful" in tab.answers.asked[0]
    tab.answers.yes, tab.answers.save = True, tab.desk.folder / picture.name
    tab.view.file.asked.emit(f"evidence:{picture.id}")
    tab.wait()
    assert (tab.desk.folder / picture.name).exists()
    assert tab.desk.actions("C-2026-0001").count("export") == 1


def test_evidence_is_looked_at_inside_the_window_and_recorded(tab: Tab) -> None:
    tab.view.take_in(tab.desk.mails()[3:4])
    tab.wait()
    mail = tab.desk.file("C-2026-0001").evidence[0]
    tab.view.file.asked.emit(f"look:{mail.id}")
    tab.wait()
    assert tab.view.sight.isVisible() and "Subject:" in tab.view.sight.text()
    assert tab.desk.actions("C-2026-0001").count("evidence viewed") == 1
    tab.view.sight.back_button.click()
    assert tab.view.table.isVisible() and not tab.view.sight.text()


def test_the_ways_to_other_rooms(tab: Tab) -> None:
    reference = tab.desk.form("leak-to-third-party")
    tab.desk.service.link(reference, HOA.key, tab.desk.version(reference))
    tab.open(reference)
    cards: list[str] = []
    elsewhere: list[str] = []
    tab.view.card_asked.connect(cards.append)
    tab.view.case_asked.connect(elsewhere.append)
    tab.view.file.asked.emit("customer")
    assert cards == [HOA.key]
    tab.step("breach", reason="A carrier sold numbers.")
    tab.view.file.asked.emit("case:B-2026-0001")
    assert elsewhere == ["B-2026-0001"]
    tab.step("hold", reason="Evidence.")
    key = tab.desk.file(reference).holds[0].id
    assert "Held since" in tab.words
    tab.view.file.asked.emit(f"hold:{key}")
    tab.wait()
    assert "Released" in tab.words


def test_trouble_with_the_shop_is_said_in_the_case(tab: Tab, monkeypatch: pytest.MonkeyPatch) -> None:
    reference = tab.desk.form()
    tab.open(reference)
    monkeypatch.setattr(tab.desk.service.requesters, "_shop", lambda: None)
    tab.step("link")
    assert tab.news.startswith("No shop is connected; the line at the top says why.")


def test_a_busy_queue_paints_without_a_pause(tab: Tab) -> None:
    with tab.desk.book.transaction("work") as tx:
        for at in range(300):
            reference = cases.open_case(tx, "complaints", "other", "received", 2026)
            case = rules.open_case(
                rules.Intake("other", "phone", tab.desk.clock.at, rules.Requester(f"Person {at}"), "x", "y"), tx.now
            )
            records.add(tx, replace(case, reference=reference))
            audit.append(tx, "received", reference)
    tab.view.refresh()
    tab.wait()
    began = time.process_time()
    tab.view.table.view.viewport().grab()
    assert time.process_time() - began < 0.05
    row = tab.view.table.rows()[0]
    began = time.process_time()
    for _ in range(200):
        for column in tab.view.table.model.columns[:6]:
            column.shown(row)
    assert time.process_time() - began < 0.05


@pytest.mark.parametrize("look", ["light", "dark"])
def test_both_looks_show_the_same_words(tab: Tab, qapp: QApplication, look: theme.Mode, tmp_path: Path) -> None:
    reference = tab.desk.form()
    theme.apply(qapp, look)
    tab.open(reference)
    assert "Lê Thị Hoa" in tab.words
    picture = tab.view.grab().toImage()
    ground = picture.pixelColor(picture.width() - 30, picture.height() // 2).lightness()
    assert (ground > 200) == (look == "light")
    theme.apply(qapp, "light")


def test_due_words_follow_the_clock(tab: Tab) -> None:
    reference = tab.desk.form()
    tab.open(reference)
    assert "due in" in tab.words
    tab.desk.clock.on(days=40)
    tab.view.refresh()
    tab.wait()
    assert "overdue" in tab.words
    assert tab.desk.clock.at - timedelta(days=40) == bench.NOW


# --- the queue at work -----------------------------------------------------------------------------------------------


def _press(tab: Tab, row: int, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    view = tab.view.table.view
    place = view.visualRect(view.model().index(row, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, modifier, place)
    tab.wait()


def test_several_rows_are_assigned_and_acknowledged_without_opening_them(tab: Tab) -> None:
    for _ in range(3):
        tab.desk.form()
    tab.view.refresh()
    tab.wait()
    _press(tab, 0)
    views = tab.desk.actions().count("view")
    assert not tab.view.listing.bar.isVisible()
    _press(tab, 2, Qt.KeyboardModifier.ShiftModifier)
    assert tab.view.listing.bar.words.text() == "3 selected"
    assert tab.desk.actions().count("view") == views  # selecting opens nobody's file
    assert "3 complaints selected" in tab.words and "Received: 3" in tab.words
    assert not tab.view.file.actions_bar.isVisible()
    tab.view.refresh()
    tab.wait()
    assert "3 complaints selected" not in tab.words or len(tab.view.table.selection()) == 3
    _press(tab, 0)
    assert "complaints selected" not in tab.words and tab.view.file.actions_bar.isVisible()
    _press(tab, 2, Qt.KeyboardModifier.ShiftModifier)
    tab.view.listing.bar.buttons["acknowledge"].click()
    tab.wait()
    assert tab.view.news.text == "3 of 3 done."
    assert tab.view.preview.page_count == 3
    assert {row.step for row in tab.view.table.rows()} == {f"Send N-2026-000{at}" for at in (1, 2, 3)}


def test_the_kind_is_ticked_and_the_filters_are_saved_and_used_again(tab: Tab) -> None:
    first, _second = tab.desk.form("access"), tab.desk.form("other")
    tab.view.refresh()
    tab.wait()
    tab.view.filters.picks["kind"].tick("access")
    tab.wait()
    assert tab.rows == [first]
    tab.view.listing.ask_name()
    tab.fill(name="Requests to see data")
    tab.submit()
    tab.view.filters.put("", ())
    tab.wait()
    assert len(tab.rows) == 2
    saved = next(one for one in tab.view.listing.menu.actions() if one.text() == "Requests to see data")
    saved.trigger()
    tab.wait()
    assert tab.rows == [first]
    assert tab.view.filters.picks["kind"].text().startswith("Kind: ")


def test_dates_are_asked_for_in_a_form_and_said_when_they_make_no_sense(tab: Tab) -> None:
    tab.desk.form()
    tab.view.listing.ask_dates()
    tab.fill(**{"from": date(2026, 11, 30), "until": date(2026, 11, 1)})
    tab.submit()
    assert tab.view.file.form is not None
    tab.fill(**{"from": date(2026, 11, 24), "until": None})
    tab.submit()
    assert tab.rows == [] and tab.view.listing.more.text() == "More (dates)"


def test_an_open_case_of_the_person_is_offered_before_another_is_opened(tab: Tab) -> None:
    reference = tab.desk.form()
    tab.view.new()
    tab.fill(kind="other", name="Lê Thị Hoa", email=HOA.email, subject="Again", text="It happened again.")
    tab.submit()
    tab.submit()  # the case that is open is chosen already
    assert tab.news == f"Added to {reference}."
    assert tab.rows == [reference] and "It happened again." in tab.words


def test_two_cases_are_merged_from_the_case_file(tab: Tab) -> None:
    older = tab.desk.form()
    tab.desk.clock.on(hours=1)
    younger = tab.desk.form(text="The same again.")
    tab.open(younger)
    tab.step("merge", reason="One matter.")
    assert tab.news == f"{younger} is merged into {older}, which came in first and goes on."
    assert "The same again." in tab.words
    assert tab.rows == [older]


def test_mail_in_a_watched_folder_becomes_cases_in_the_list(tab: Tab) -> None:
    folder = tab.desk.folder / "incoming"
    folder.mkdir()
    tab.view.watching.ask()
    tab.fill(path=str(folder))
    tab.submit()
    assert "becomes cases from now on" in tab.view.news.text
    path = folder / "mail.eml"
    path.write_bytes(tab.desk.mails()[0].read_bytes())
    os.utime(path, (time.time() - 60, time.time() - 60))
    tab.view.watching.look()
    tab.wait()
    assert tab.rows == ["C-2026-0001"]
    assert tab.view.news.text == "C-2026-0001 opened."
