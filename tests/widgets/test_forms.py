"""Forms say next to each field what is missing, keep what was typed, and send it once."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel
from pytestqt.qtbot import QtBot

from officer_app.base.errors import KnownError
from officer_app.widgets.attaching import FilesInput
from officer_app.widgets.checklist import ChecklistInput
from officer_app.widgets.fields import ChoiceInput, LinesInput, TextInput
from officer_app.widgets.forms import Choice, Field, Form
from tests.widgets.conftest import Answers
from tests.widgets.gallery import reply_form

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def shown(form: Form, qtbot: QtBot) -> Form:
    qtbot.addWidget(form)
    form.resize(640, 500)
    form.show()
    return form


def line(form: Form, key: str) -> Any:
    return form.input(key).inner


def test_what_is_missing_is_said_next_to_the_field_and_the_cursor_goes_there(qtbot: QtBot) -> None:
    form = shown(reply_form(), qtbot)
    sent: list[Any] = []
    form.submitted.connect(sent.append)
    form.submit_button.click()
    assert sent == []
    assert form.problem("outcome") == "Fill this in."
    assert form.problem("reasons") == "Fill this in."
    assert form.problem("order") == ""
    assert line(form, "outcome").hasFocus() or form.focusWidget() is line(form, "outcome")
    assert line(form, "outcome").accessibleDescription() == "Fill this in."


def test_a_full_form_is_sent_once_with_typed_values(qtbot: QtBot) -> None:
    form = shown(reply_form(), qtbot)
    form.put("outcome", "upheld")
    QTest.keyClicks(line(form, "reasons"), "The courier had the number.")
    form.put("enclose", ("log",))
    form.put("copy", True)
    sent: list[Mapping[str, Any]] = []
    form.submitted.connect(sent.append)
    form.submit_button.click()
    form.submit_button.click()
    assert sent == [
        {
            "outcome": "upheld",
            "reasons": "The courier had the number.",
            "when": datetime(2026, 11, 21, 3, 30, tzinfo=UTC),
            "order": "",
            "enclose": ("log",),
            "copy": True,
        }
    ]
    form.show_trouble(KnownError("Check identity first."))
    assert form.problem("") == "Check identity first."
    form.submit_button.click()
    assert len(sent) == 2


def test_a_field_is_checked_by_its_own_rule_and_all_together(qtbot: QtBot) -> None:
    fields = (
        Field("order", "Order", check=lambda value: "" if value.isdigit() else "Digits only."),
        Field("from", "From", "date", date(2026, 11, 5)),
        Field("to", "To", "date", date(2026, 11, 1)),
    )
    form = Form(
        "Ask", fields, submit="Go", check=lambda v: {"to": "Ends before it starts."} if v["to"] < v["from"] else {}
    )
    shown(form, qtbot)
    form.put("order", "12a")
    form.submit()
    assert (form.problem("order"), form.problem("to")) == ("Digits only.", "")
    form.put("order", "12")
    form.submit()
    assert (form.problem("order"), form.problem("to")) == ("", "Ends before it starts.")
    form.put("to", date(2026, 11, 6))
    with qtbot.waitSignal(form.submitted, timeout=1000) as seen:
        form.submit()
    assert seen.args[0]["to"] == date(2026, 11, 6)


def test_a_moment_is_read_in_the_controllers_zone_and_kept_in_utc(qtbot: QtBot) -> None:
    form = shown(
        Form("When", (Field("at", "At", "moment", datetime(2026, 3, 1, 20, 15, tzinfo=UTC)),), submit="Go", zone=HANOI),
        qtbot,
    )
    assert "2 Mar 2026  03:15" in line(form, "at").text()
    assert form.values()["at"] == datetime(2026, 3, 1, 20, 15, tzinfo=UTC)
    assert any("Asia/Ho_Chi_Minh" in label.text() for label in form.findChildren(QLabel))


def test_enter_sends_ctrl_enter_sends_from_a_large_field_and_esc_leaves(qtbot: QtBot) -> None:
    form = shown(Form("Ask", (Field("a", "A"), Field("b", "B", "lines")), submit="Go"), qtbot)
    sent: list[Any] = []
    left: list[bool] = []
    form.submitted.connect(sent.append)
    form.cancelled.connect(lambda: left.append(True))
    line(form, "a").setFocus()
    QTest.keyClick(line(form, "a"), Qt.Key.Key_Return)
    assert len(sent) == 1
    form.set_busy(False)
    QTest.keyClick(line(form, "b"), Qt.Key.Key_Return)
    assert len(sent) == 1
    QTest.keyClick(line(form, "b"), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert len(sent) == 2
    QTest.keyClick(line(form, "b"), Qt.Key.Key_Escape)
    QTest.keyClick(line(form, "a"), Qt.Key.Key_Escape)
    assert len(left) == 2


def test_tab_goes_through_every_field_to_the_button(qtbot: QtBot) -> None:
    form = shown(Form("Ask", (Field("a", "A"), Field("b", "B", "lines"), Field("c", "C", "check")), submit="Go"), qtbot)
    form.activateWindow()
    line(form, "a").setFocus()
    for follower in (line(form, "b"), line(form, "c"), form.submit_button):
        QTest.keyClick(form.focusWidget(), Qt.Key.Key_Tab)
        assert form.focusWidget() is follower


def test_typed_text_is_kept_at_most_every_three_seconds_and_when_the_form_goes(qtbot: QtBot) -> None:
    kept: list[dict[str, Any]] = []
    form = shown(reply_form(draft=kept.append), qtbot)
    QTest.keyClicks(line(form, "reasons"), "We")
    assert kept == []
    assert form._timer.interval() == 3000
    form._timer.timeout.emit()
    assert kept[-1]["reasons"] == "We"
    QTest.keyClicks(line(form, "reasons"), " found")
    form.hide()
    assert kept[-1]["reasons"] == "We found"
    assert len(kept) == 2
    form.keep_draft()
    assert len(kept) == 2


def test_a_draft_comes_back_through_json_and_a_secret_never_goes_in(qtbot: QtBot) -> None:
    import json

    kept: list[dict[str, Any]] = []
    secret = (
        Field("who", "Who"),
        Field("word", "Passphrase", "secret"),
        Field("at", "At", "moment"),
        Field("day", "Day", "date"),
    )
    form = shown(Form("In", secret, submit="Go", draft=kept.append), qtbot)
    QTest.keyClicks(line(form, "who"), "linh")
    QTest.keyClicks(line(form, "word"), "correct horse")
    form.put("at", datetime(2026, 1, 2, 3, 4, tzinfo=UTC))
    form.put("day", date(2026, 1, 2))
    form.keep_draft()
    assert "correct horse" not in json.dumps(kept)
    again = shown(Form("In", secret, submit="Go", restored=json.loads(json.dumps(kept[-1]))), qtbot)
    assert again.values() == {
        "who": "linh",
        "word": "",
        "at": datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
        "day": date(2026, 1, 2),
    }
    assert again.problem("") == "What you typed before was kept."


@pytest.mark.parametrize("junk", [{"at": "yesterday"}, {"gone": "x"}, {"who": None}, {"pick": "nothing"}])
def test_a_draft_of_an_older_form_does_no_harm(qtbot: QtBot, junk: dict[str, Any]) -> None:
    fields = (
        Field("who", "Who"),
        Field("at", "At", "moment"),
        Field("pick", "Pick", "choice", choices=(Choice("a", "A"),)),
    )
    form = shown(Form("In", fields, submit="Go", restored=junk), qtbot)
    assert form.values()["pick"] == ""
    assert form.values()["who"] == ""


@pytest.mark.parametrize("unmade", ["", None, "gone"])
def test_a_required_choice_is_never_made_by_the_form(qtbot: QtBot, unmade: str | None) -> None:
    """Else a letter would say "kept as promised" because that stood first."""
    choices = (Choice("kept", "Kept"), Choice("not", "Not kept"))
    form = shown(Form("In", (Field("found", "Found", "choice", unmade, choices, required=True),), submit="Go"), qtbot)
    assert form.values()["found"] == ""
    form.submit_button.click()
    assert form.problem("found") == "Fill this in."


def test_a_draft_that_names_a_choice_no_longer_offered_leaves_it_open(qtbot: QtBot) -> None:
    field = Field("who", "This is", "choice", "1", (Choice("1", "Hoa"), Choice("2", "Linh")), required=True)
    form = shown(Form("In", (field,), submit="Go", restored={"who": "3"}), qtbot)
    assert form.values()["who"] == ""
    form.submit_button.click()
    assert form.problem("who") == "Fill this in."


def test_a_disabled_choice_says_why(qtbot: QtBot) -> None:
    form = shown(
        Form(
            "Give",
            (Field("what", "What", "checklist", choices=(Choice("a", "Phone", "Not asked for.", False),)),),
            submit="Go",
        ),
        qtbot,
    )
    made = form.input("what")
    assert isinstance(made, ChecklistInput)
    assert not made.boxes["a"].isEnabled()
    assert made.boxes["a"].accessibleDescription() == "Not asked for."
    assert any(label.text() == "Not asked for." for label in form.findChildren(QLabel))


def test_every_input_has_a_name_for_a_screen_reader(qtbot: QtBot) -> None:
    form = shown(reply_form(), qtbot)
    assert [form.input(field.key).inner.accessibleName() for field in form.fields] == [
        field.label for field in form.fields
    ]


def test_inputs_are_of_the_kind_the_field_says(qtbot: QtBot) -> None:
    form = shown(reply_form(), qtbot)
    kinds = {"outcome": ChoiceInput, "reasons": LinesInput, "order": TextInput, "enclose": ChecklistInput}
    assert all(isinstance(form.input(key), kind) for key, kind in kinds.items())


def test_a_day_counts_only_while_it_is_ticked_and_comes_back_from_a_draft(qtbot: QtBot) -> None:
    kept: list[dict[str, Any]] = []
    fields = (Field("day", "Ordered from", "day"), Field("other", "Ordered to", "day"))
    form = shown(Form("Who", fields, submit="Count", zone=HANOI, draft=kept.append), qtbot)
    assert form.values() == {"day": None, "other": None}
    box, when = form.input("day").findChild(QCheckBox), form.input("day").inner
    assert box is not None and not when.isEnabled()
    QTest.keyClick(box, Qt.Key.Key_Space)
    form.put("day", date(2026, 11, 3))
    assert when.isEnabled() and form.values()["day"] == date(2026, 11, 3)
    form.keep_draft()
    again = shown(Form("Who", fields, submit="Count", zone=HANOI, restored=json.loads(json.dumps(kept[-1]))), qtbot)
    assert again.values() == {"day": date(2026, 11, 3), "other": None}


def test_a_number_is_seen(qtbot: QtBot) -> None:
    form = shown(Form("Print", [Field("many", "Letters", "number", 5_000)], submit="Print", zone=HANOI), qtbot)
    inside = line(form, "many").lineEdit()
    assert inside.text() == "5000" and inside.width() > line(form, "many").width() / 2


def test_a_long_list_of_boxes_is_there_bit_by_bit_and_answers_for_all_from_the_first_moment(qtbot: QtBot) -> None:
    choices = [Choice(f"order {at}", f"Order {at}", "three pieces") for at in range(100)]
    form = Form("Choose", [Field("orders", "Orders", "checklist", ("order 3", "order 90"), choices)], submit="Choose")
    qtbot.addWidget(form)
    made = form.input("orders")
    assert isinstance(made, ChecklistInput)
    assert len(made.findChildren(QCheckBox)) < 20
    assert form.values()["orders"] == ("order 3", "order 90")
    made.put(("order 4", "order 91"))
    form.show()
    qtbot.waitUntil(lambda: len(made.findChildren(QCheckBox)) == 100, timeout=5000)
    assert form.values()["orders"] == ("order 4", "order 91")
    assert list(made.boxes) == [one.id for one in choices]
    box, after = made.boxes["order 99"], made.boxes["order 0"].nextInFocusChain()
    tabs = []
    while after is not form.submit_button:  # Tab goes through all boxes in their order before the button
        assert after is not None
        tabs += [after] if isinstance(after, QCheckBox) else []
        after = after.nextInFocusChain()
    assert tabs == list(made.boxes.values())[1:]
    with qtbot.waitSignal(made.edited, timeout=1000):
        box.click()
    assert form.values()["orders"] == ("order 4", "order 91", "order 99")


def test_files_are_chosen_or_dropped_once_each_taken_out_and_kept_in_a_draft(
    qtbot: QtBot, answers: Answers, tmp_path: Path
) -> None:  # fmt: skip
    first, second, third = (tmp_path / name for name in ("a & b.txt", "c.pdf", "d.pdf"))
    kept: list[dict[str, Any]] = []
    fields = (Field("text", "Text"), Field("files", "Files that prove it", "files"))
    form = shown(Form("Ask", fields, submit="Go", draft=kept.append), qtbot)
    field = form.input("files")
    assert isinstance(field, FilesInput) and form.values()["files"] == ()
    answers.files = (first, second)
    field.choose_button.click()
    field.choose_button.click()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(third)), QUrl("https://shop.example/e.pdf")])
    place, copy = QPointF(field.rect().center()), Qt.DropAction.CopyAction
    field.dropEvent(QDropEvent(place, copy, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier))
    assert form.values()["files"] == (first, second, third)
    form.activateWindow()
    line(form, "text").setFocus()
    for follower in (field.choose_button, *field.removers.values(), form.submit_button):
        QTest.keyClick(form.focusWidget(), Qt.Key.Key_Tab)
        assert form.focusWidget() is follower
    assert field.removers[first].accessibleName() == "Remove a & b.txt"
    field.removers[first].click()
    assert form.values()["files"] == (second, third)
    form.keep_draft()
    again = shown(Form("Ask", fields, submit="Go", restored=json.loads(json.dumps(kept[-1]))), qtbot)
    assert again.values()["files"] == (second, third)
    lost = shown(Form("Ask", fields, submit="Go", restored={"files": "no list"}), qtbot)
    assert lost.values()["files"] == ()


def test_a_long_name_of_a_file_leaves_the_form_as_wide_as_it_is(tmp_path: Path, qtbot: QtBot) -> None:
    """A name without a space is folded, so that the button that takes the file out again stays in sight."""
    form = shown(Form("Ask", (Field("files", "Files that prove it", "files"),), submit="Go"), qtbot)
    field = form.input("files")
    assert isinstance(field, FilesInput)
    form.put("files", (tmp_path / "a.png",))
    short = field.minimumSizeHint().width()
    form.put("files", (tmp_path / f"{'x' * 120}.png",))
    assert field.minimumSizeHint().width() < short + 150
