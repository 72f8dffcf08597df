"""The case file shows the facts, offers the next steps, and says why one cannot be taken yet."""

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from officer_app.base.steps import Step
from officer_app.widgets.casefile import (
    ActionBar,
    CaseFile,
    CaseHeader,
    Fact,
    Pill,
    Section,
    SectionPanel,
    notes,
    timeline,
)
from officer_app.widgets.stepper import Stepper
from tests.widgets.gallery import LINES, complaint, reply_form

WHY = "Check identity first."


@pytest.fixture
def file(qtbot: QtBot) -> CaseFile:
    made = CaseFile()
    qtbot.addWidget(made)
    made.resize(680, 700)
    made.show()
    return made


def words(file: CaseFile) -> list[str]:
    return [label.text() for label in file.findChildren(QLabel) if label.isVisible()]


def test_every_fact_of_a_case_is_shown(file: CaseFile) -> None:
    file.show_case(*complaint(LINES[0]))
    shown = words(file)
    for text in ("Leak to a third party", "overdue 1 day", "3 of 3 agree: mobile, last order, delivery street"):
        assert text in shown
    stepper = file.findChild(Stepper)
    assert stepper is not None
    assert stepper.accessibleName() == "State 2 of 4: Resolving with parties"


def test_a_step_is_chosen_by_its_id(file: CaseFile, qtbot: QtBot) -> None:
    file.show_case(*complaint(LINES[0]))
    with qtbot.waitSignal(file.chosen, timeout=1000) as seen:
        file.actions_bar.buttons["refer"].click()
    assert seen.args == ["refer"]


def test_a_long_row_of_steps_folds_behind_its_last_button(file: CaseFile, qtbot: QtBot) -> None:
    header, sections, _ = complaint(LINES[0])
    steps = tuple(Step(f"step-{number}", f"Step {number}", enabled=number != 11, why_not=WHY) for number in range(12))
    file.show_case(header, sections, steps)
    bar = file.actions_bar
    assert [key for key, button in bar.buttons.items() if button.isVisible()] == [f"step-{n}" for n in range(8)]
    assert (bar.more.text(), bar.reasons) == ("4 more", "")
    bar.more.click()
    assert all(button.isVisible() for button in bar.buttons.values())
    assert (bar.more.text(), bar.reasons) == ("Fewer", f"Step 11: {WHY}")
    file.show_case(header, sections, steps[:11])
    assert bar.buttons["step-10"].isVisible(), "it stays as the officer left it"
    file.show_case(header, sections, steps[:9])
    assert not bar.more.isVisible() and bar.buttons["step-8"].isVisible()


def test_a_step_that_cannot_be_taken_says_why_to_everyone(qtbot: QtBot) -> None:
    bar = ActionBar()
    qtbot.addWidget(bar)
    steps = (
        Step("resolve", "Reply with reasons", True, False, WHY),
        Step("refuse", "Refuse", enabled=False, why_not=WHY),
        Step("refer", "Refer to authority"),
    )
    bar.set_steps(steps)
    button = bar.buttons["resolve"]
    assert not button.isEnabled()
    assert WHY in button.toolTip()
    assert button.accessibleDescription() == WHY
    assert button.statusTip() == WHY
    assert bar.reasons == f"Reply with reasons, Refuse: {WHY}"
    chosen: list[str] = []
    bar.chosen.connect(chosen.append)
    button.click()
    assert chosen == []


def test_the_buttons_follow_the_case(file: CaseFile) -> None:
    header, sections, _steps = complaint(LINES[0])
    file.show_case(header, sections, (Step("refuse", "Refuse"),))
    assert list(file.actions_bar.buttons) == ["refuse"]
    file.show_case(header, sections, ())
    assert file.actions_bar.buttons == {}
    assert not file.actions_bar.isVisible()
    file.clear("No case is open", "Choose one from the list.")
    assert "No case is open" in words(file)


def test_a_button_beside_a_fact_names_what_it_asks(file: CaseFile, qtbot: QtBot) -> None:
    file.show_case(*complaint(LINES[0]))
    button = next(one for one in file.findChildren(QPushButton) if one.text() == "Show")
    with qtbot.waitSignal(file.asked, timeout=1000) as seen:
        button.click()
    assert seen.args == ["notice:N-2026-0107"]


def test_a_long_history_is_shown_in_part_until_asked(file: CaseFile, qtbot: QtBot) -> None:
    events = [(f"{n} Nov", f"Event number {n}") for n in range(500)]
    file.show_case(CaseHeader("Leak", "C-2026-0001"), (timeline("Timeline", events),), ())
    assert "Event number 39" in words(file)
    assert "Event number 40" not in words(file)
    button = next(one for one in file.findChildren(QPushButton) if one.text() == "Show more (460 left)")
    button.click()
    qtbot.waitUntil(lambda: "Event number 79" in words(file))
    for _ in range(11):
        button.click()
    qtbot.waitUntil(lambda: "Event number 499" in words(file) and not button.isVisible())


def test_the_place_is_kept_when_the_same_case_is_shown_again(file: CaseFile) -> None:
    many = (notes("Notes", [(f"Linh, {n} Nov", f"Note {n}") for n in range(50)]),)
    header = CaseHeader("Leak", "C-2026-0001")
    file.show_case(header, many, ())
    bar = file.facts.verticalScrollBar()
    bar.setValue(400)
    file.show_case(header, many, ())
    assert bar.value() == 400
    file.show_case(CaseHeader("Other", "C-2026-0002"), many, ())
    assert bar.value() == 0


def test_a_form_takes_the_place_of_the_buttons_and_gives_it_back(file: CaseFile) -> None:
    file.show_case(*complaint(LINES[0]))
    file.open_form(reply_form())
    assert not file.actions_bar.isVisible()
    assert "Leak to a third party" in words(file)
    file.close_form()
    assert file.actions_bar.isVisible()
    assert file.form is None
    file.open_form(reply_form(), alone=True)
    assert "Leak to a third party" not in words(file)


def test_long_words_fold_instead_of_widening_the_file(file: CaseFile, qtbot: QtBot) -> None:
    text = "word " * 200
    file.show_case(
        CaseHeader(text, text, Pill("late", "red")), (Section("Facts", (Fact("Label", text, Pill("late")),), text),), ()
    )
    page = file.facts.widget()
    assert page is not None
    assert page.width() <= file.facts.viewport().width()
    # Nothing is cut: every wrapped label got the height that its width asks for.
    for label in file.findChildren(QLabel):
        if label.isVisible() and label.wordWrap():
            assert label.height() >= label.heightForWidth(label.width()) - 1


def test_in_a_narrow_window_nothing_is_cut_and_what_stands_beside_a_fact_goes_below_it(file: CaseFile) -> None:
    header, sections, steps = complaint(LINES[0])
    facts = (
        Fact("Acknowledge a complaint", "Tue 10 Nov 2026 23:59", Pill("overdue 4 days", "red"), "open", "Open",
             more=(("look", "Look at it"), ("copy", "Export copy"))),
        Fact("E-mail", "somebody.with.a.long.name@example-of-a-shop.vn", action="card", action_title="Open card"),
    )  # fmt: skip
    file.show_case(header, (*sections, Section("Facts", facts)), steps)
    panel = file.findChildren(SectionPanel)[-1]
    value = next(one for one in panel.findChildren(QLabel) if one.text().startswith("Tue 10 Nov"))
    pill = next(one for one in panel.findChildren(QLabel) if one.text() == "overdue 4 days")
    assert pill.x() > value.x() + value.width() and pill.y() == value.y()
    file.resize(400, 600)
    QApplication.processEvents()
    page = file.facts.widget()
    assert page is not None and page.width() <= file.facts.viewport().width()
    assert pill.y() > value.y()
    for one in panel.findChildren(QWidget):
        assert one.mapTo(page, one.rect().bottomRight()).x() < page.width()
    buttons = [one for one in panel.findChildren(QPushButton) if one.isVisible()]
    assert len({(one.x(), one.y()) for one in buttons}) == len(buttons) == 4
    file.resize(680, 700)
    QApplication.processEvents()
    assert pill.y() == value.y()
