"""The retention tab, driven as an officer does."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from officer_app.base.change import Change
from officer_app.demo.shop import PEOPLE
from officer_app.retention.view import RetentionView
from officer_app.widgets import theme
from officer_app.widgets.bars import Filter
from officer_app.widgets.drafts import Drafts
from officer_app.widgets.forms import Form
from officer_app.widgets.work import Work
from tests.retention.conftest import Desk, policy

CANCEL = next(one for one in PEOPLE if one.story == "cancel")


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep stop files out of the user's own folder."""
    monkeypatch.setenv("OFFICER_APP_STATE", str(tmp_path / "own"))


@pytest.fixture
def view(desk: Desk, qtbot: QtBot, qapp: QApplication) -> Iterator[RetentionView]:
    """Return the tab, shown and read."""
    theme.apply(qapp, "light")
    work = Work(qapp)
    made = RetentionView(desk.service, work, policy, desk.book.actor, Drafts(work, {}, lambda _place, _values: None))
    qtbot.addWidget(made)
    made.resize(1520, 800)
    made.show()
    made.refresh()
    qtbot.waitUntil(lambda: made.count is not None and len(made.table.rows()) > 0)
    yield made
    work.close()


def test_the_list_shows_reasons_and_blocks(view: RetentionView, desk: Desk) -> None:
    """The count of the tab is the length of the list; blocked rows are there, with their block."""
    assert view.count == len(list(desk.service.all_candidates()))
    blocked = [row for row in view.table.rows() if row.blocks]
    assert blocked


def test_choosing_an_account_shows_why_and_leads_to_its_card(view: RetentionView, qtbot: QtBot) -> None:
    """A click opens the file; the button asks for the customer's card."""
    view.table.select(CANCEL.key)
    QTest.keyClick(view.table.view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "card" in view.file.actions_bar.buttons)
    with qtbot.waitSignal(view.card_asked) as asked:
        QTest.mouseClick(view.file.actions_bar.buttons["card"], Qt.MouseButton.LeftButton)
    assert asked.args == [CANCEL.key]


def test_a_chip_narrows_the_list(view: RetentionView, qtbot: QtBot) -> None:
    """The chip of a reason leaves only accounts of that reason."""
    view.filters.changed.emit(Filter(chips=frozenset({"false"})))
    qtbot.waitUntil(lambda: bool(view.table.rows()) and {row.reason for row in view.table.rows()} == {"false"})


def test_a_shop_that_went_away_is_one_sentence(view: RetentionView, desk: Desk, qtbot: QtBot) -> None:
    """Where the shop does not answer the list says so, and the program goes on."""
    desk.shop.close()
    desk.service.queue._shop = lambda: None
    view.refresh()
    qtbot.waitUntil(lambda: "Settings, Shop" in view.news.text)


def test_an_erasure_that_was_cut_off_is_said_and_gone_on_with(view: RetentionView, desk: Desk, qtbot: QtBot) -> None:
    """After a crash the desk says so, opens the batch, looks what was done and goes on."""
    desk.allowed.share = 100
    chosen = [row for row in desk.service.queue.page(["cancel"], limit=50).rows if not row.why_not][:2]
    reference = desk.service.batches.freeze(chosen).references[0]
    stop = desk.service.erasing.stop_file(reference)
    stop.parent.mkdir(parents=True, exist_ok=True)
    stop.touch()
    desk.service.erasing.run(reference, len(chosen))
    stop.unlink()
    view.refresh()
    qtbot.waitUntil(lambda: f"{reference} did not come to its end" in view.news.text)
    view.news.acted.emit()
    qtbot.waitUntil(lambda: "resume" in view.file.actions_bar.buttons)
    QTest.mouseClick(view.file.actions_bar.buttons["resume"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "certify" in view.file.actions_bar.buttons, timeout=30_000)
    assert desk.service.batches.file(reference).counts.by_state == {"erased": len(chosen)}


def test_a_number_that_is_not_right_erases_nothing(view: RetentionView, desk: Desk, qtbot: QtBot) -> None:
    """The typed count is compared; the form says what is wrong and stays."""
    chosen = next(row for row in desk.service.queue.page(["cancel"], limit=50).rows if not row.why_not)
    reference = desk.service.batches.freeze([chosen]).references[0]
    view.open(reference)
    qtbot.waitUntil(lambda: "run" in view.file.actions_bar.buttons)
    QTest.mouseClick(view.file.actions_bar.buttons["run"], Qt.MouseButton.LeftButton)
    form = view.file.form
    assert isinstance(form, Form)
    form.submitted.emit({"typed": "7", "backups": ""})
    qtbot.waitUntil(lambda: "1 account would be erased" in form.problem(""))
    assert desk.service.batches.file(reference).batch.state == "frozen"


def test_a_form_does_not_stay_over_another_account(view: RetentionView, desk: Desk, qtbot: QtBot) -> None:
    """Whoever opens an account while a batch asks for its number sees that account, and no question of the batch."""
    rows = [row for row in desk.service.queue.page(["cancel"], limit=50).rows if not row.why_not]
    reference = desk.service.batches.freeze([rows[0]]).references[0]
    view.open(reference)
    qtbot.waitUntil(lambda: "run" in view.file.actions_bar.buttons)
    QTest.mouseClick(view.file.actions_bar.buttons["run"], Qt.MouseButton.LeftButton)
    form = view.file.form
    assert isinstance(form, Form)
    view._done(Change("retention", (reference,), news="Another batch is erased."))
    assert view.file.form is form and "Another batch" in view.news.text, "an erasure that ends takes no form away"
    view.table.chosen.emit(view.table.rows()[0])
    qtbot.waitUntil(lambda: "card" in view.file.actions_bar.buttons)
    assert view.file.form is None


def test_printing_makes_the_list(view: RetentionView, qtbot: QtBot) -> None:
    """Ctrl+P on the list gives a PDF to look at."""
    view.print_current()
    qtbot.waitUntil(lambda: view.preview.page_count > 0, timeout=20_000)
