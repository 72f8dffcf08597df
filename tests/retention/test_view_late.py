"""The retention tab where work in the background ends late: when the officer looks at something else by then."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from officer_app.base.errors import KnownError
from officer_app.retention.batches import BatchFile
from officer_app.retention.queue import File
from officer_app.retention.rules import Candidate
from officer_app.retention.view import RetentionView
from officer_app.widgets.bars import Filter
from officer_app.widgets.forms import Form
from tests.retention.conftest import Desk
from tests.retention.test_view import state, view  # noqa: F401 -- fixtures
from tests.widgets.conftest import Answers, answers  # noqa: F401 -- fixture

Slow = Callable[..., threading.Event]


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    """Return what lets the next call of a method (with an argument, where one is named) wait; later ones are quick."""

    def make(owner: object, method: str, *named: object) -> threading.Event:
        gate, real, first = threading.Event(), getattr(owner, method), [True]

        def late(*asked: Any, **more: Any) -> Any:
            if all(one in asked for one in named) and first and first.pop():
                gate.wait(30)
            return real(*asked, **more)

        monkeypatch.setattr(owner, method, late)
        return gate

    return make


def settle(view: RetentionView) -> None:  # noqa: F811
    """Wait until nothing is under way any more."""
    while view.work.busy:
        assert view.work.drain(60_000)


def free(desk: Desk) -> list[Candidate]:
    """Return accounts that nothing stands against: first one that asked to cancel, then silent ones."""
    queue = desk.service.queue
    rows = (*queue.page(["cancel"], limit=50).rows, *queue.page(["inactive"], limit=50).rows)
    return [row for row in rows if not row.why_not][:4]


def freeze(desk: Desk, *rows: Candidate) -> str:
    return desk.service.batches.freeze(rows).references[0]


def on(view: RetentionView) -> str:  # noqa: F811
    """Return the batch or the account that is shown."""
    shown = view._shown
    if isinstance(shown, BatchFile):
        return shown.batch.reference
    return shown.candidate.key if isinstance(shown, File) else ""


def press(view: RetentionView, step: str) -> None:  # noqa: F811
    button = view.file.actions_bar.buttons[step]
    assert button.isEnabled(), button.toolTip()
    button.click()


def fill(view: RetentionView, **values: object) -> None:  # noqa: F811
    form = view.file.form
    assert isinstance(form, Form)
    for key, value in values.items():
        form.put(key, value)
    form.submit()


def test_a_batch_that_is_read_slowly_does_not_come_over_the_one_opened_since(
    view: RetentionView, desk: Desk, slow: Slow, qtbot: QtBot  # noqa: F811
) -> None:  # fmt: skip
    rows = free(desk)
    mine, other = freeze(desk, rows[0]), freeze(desk, rows[1])
    gate = slow(desk.service.batches, "open", mine)
    view.open(mine)
    view.open(other)
    qtbot.waitUntil(lambda: on(view) == other)
    gate.set()
    settle(view)
    assert on(view) == other


def test_an_account_that_is_read_slowly_comes_over_nothing_chosen_since(
    view: RetentionView, desk: Desk, slow: Slow, qtbot: QtBot  # noqa: F811
) -> None:  # fmt: skip
    first, mine, *others = free(desk)
    reference = freeze(desk, first)
    view.filters.changed.emit(Filter(chips=frozenset({"inactive"})))
    settle(view)
    gate = slow(desk.service, "open")
    view.table.opened.emit(mine)
    view.open(reference)
    qtbot.waitUntil(lambda: on(view) == reference)
    gate.set()
    settle(view)
    assert on(view) == reference and "card" not in view.file.actions_bar.buttons
    gate = slow(desk.service, "open")
    view.table.opened.emit(mine)
    view.table.selected.emit(tuple(others))
    gate.set()
    settle(view)
    assert set(view.file.actions_bar.buttons) == {"freeze"} and view._chosen_rows == tuple(others)


def test_what_could_not_be_read_is_not_said_of_the_batch_opened_since(
    view: RetentionView, desk: Desk, slow: Slow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot  # noqa: F811
) -> None:  # fmt: skip
    rows = free(desk)
    mine, other = freeze(desk, rows[0]), freeze(desk, rows[1])
    real = desk.service.batches.open

    def broken(reference: str) -> BatchFile:
        if reference == mine:
            raise KnownError("The first batch cannot be read.")
        return real(reference)

    monkeypatch.setattr(desk.service.batches, "open", broken)
    gate = slow(desk.service.batches, "open", mine)
    view.open(mine)
    view.open(other)
    qtbot.waitUntil(lambda: on(view) == other)
    gate.set()
    settle(view)
    assert view.file.news.text == ""
    view.open(mine)
    settle(view)
    assert view.file.news.text == "The first batch cannot be read." and on(view) == other


def test_no_form_of_one_batch_stays_over_another_that_comes_from_elsewhere(
    view: RetentionView, desk: Desk, slow: Slow, qtbot: QtBot  # noqa: F811
) -> None:  # fmt: skip
    rows = free(desk)
    mine, other = freeze(desk, rows[0]), freeze(desk, rows[1])
    view.open(mine)
    qtbot.waitUntil(lambda: on(view) == mine)
    gate = slow(desk.service.batches, "open")
    view.open(other)
    press(view, "withdraw")  # of the one that is shown still
    gate.set()
    settle(view)
    assert on(view) == other and view.file.form is None


def test_work_that_ends_late_says_so_above_the_list_and_takes_nobody_away(
    view: RetentionView, desk: Desk, slow: Slow, qtbot: QtBot  # noqa: F811
) -> None:  # fmt: skip
    rows = free(desk)
    mine, other = freeze(desk, rows[0]), freeze(desk, rows[1])
    view.open(mine)
    qtbot.waitUntil(lambda: on(view) == mine)
    gate = slow(desk.service.batches, "withdraw")
    press(view, "withdraw")
    fill(view, reason="It came from a test.")
    view.open(other)
    qtbot.waitUntil(lambda: on(view) == other)
    press(view, "withdraw")
    form = view.file.form
    assert isinstance(form, Form)
    gate.set()
    settle(view)
    assert desk.service.batches.file(mine).batch.state == "withdrawn"
    assert on(view) == other and view.file.form is form and mine in view.news.text
    form.cancelled.emit()
    gate = slow(desk.service.batches, "withdraw")
    press(view, "withdraw")
    fill(view, reason="It came from a test.")
    view.open(mine)
    qtbot.waitUntil(lambda: on(view) == mine)
    gate.set()
    settle(view)
    assert on(view) == mine and other in view.news.text and view.file.news.text == ""


def test_trouble_that_comes_late_is_said_above_the_list_with_its_work(
    view: RetentionView, desk: Desk, slow: Slow, qtbot: QtBot  # noqa: F811
) -> None:  # fmt: skip
    rows = free(desk)
    mine, other = freeze(desk, rows[0]), freeze(desk, rows[1])
    view.open(mine)
    qtbot.waitUntil(lambda: on(view) == mine)
    press(view, "run")
    gate = slow(desk.service.erasing, "run")
    fill(view, typed="7")
    view.open(other)
    qtbot.waitUntil(lambda: on(view) == other)
    press(view, "withdraw")
    form = view.file.form
    assert isinstance(form, Form)
    gate.set()
    settle(view)
    assert "1 account would be erased" in view.news.text and view.news.text.startswith(f"Erasing {mine}: ")
    assert form.problem("") == "", "this form did nothing wrong"


def test_a_file_that_proves_a_finding_is_shown_beside_no_other_account(
    view: RetentionView, desk: Desk, slow: Slow, qtbot: QtBot, tmp_path: Path  # noqa: F811
) -> None:  # fmt: skip
    picture = tmp_path / "returned letter.txt"
    picture.write_text("address unknown", encoding="utf-8")
    found = next(row for row in desk.service.queue.page(["false"], limit=50).rows if not row.blocks and not row.batch)
    desk.service.findings.record(found, "false", "Nobody lives there.", "A letter came back.", [picture])
    reference = freeze(desk, free(desk)[0])
    view.table.opened.emit(found)
    qtbot.waitUntil(lambda: on(view) == found.key)
    piece = view._shown.papers[0] if view._shown is not None else None
    assert piece is not None
    gate = slow(desk.service.findings, "look_at")
    view.file.asked.emit(f"look:{piece.id}")
    view.open(reference)
    qtbot.waitUntil(lambda: on(view) == reference)
    gate.set()
    settle(view)
    assert on(view) == reference and view.sight.isHidden()
    view.table.opened.emit(found)
    qtbot.waitUntil(lambda: on(view) == found.key)
    view.file.asked.emit(f"look:{piece.id}")
    settle(view)
    assert view.sight.isVisible(), "while it is shown, its files are too"


def test_a_letter_is_shown_beside_no_other_batch(
    view: RetentionView, desk: Desk, slow: Slow, qtbot: QtBot  # noqa: F811
) -> None:  # fmt: skip
    desk.allowed.share = 100
    rows = free(desk)
    mine, other = freeze(desk, rows[0]), freeze(desk, rows[1])
    desk.service.erasing.run(mine, 1)
    desk.service.erasing.certify(mine, "31 December 2026")
    batch = desk.service.batches.file(mine).batch
    desk.service.tick(mine, tuple(what for what, _ in batch.effects), batch.version)
    desk.service.announcing.confirmations_sent(mine, "e-mail", desk.clock())
    desk.service.erasing.close(mine, desk.service.batches.file(mine).batch.version)
    view.open(mine)
    qtbot.waitUntil(lambda: on(view) == mine)
    gate = slow(desk.service.letters, "pdf")
    press(view, "certificate")
    view.open(other)
    qtbot.waitUntil(lambda: on(view) == other)
    gate.set()
    settle(view)
    assert view.preview.isHidden() and view._papers.number == ""
    view.open(mine)
    qtbot.waitUntil(lambda: on(view) == mine)
    press(view, "certificate")
    settle(view)
    assert view.preview.isVisible() and view._papers.number == desk.service.batches.file(mine).batch.certificate


def test_an_erasure_that_ends_while_the_list_is_read_again_was_not_cut_off(
    view: RetentionView, desk: Desk, slow: Slow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot  # noqa: F811
) -> None:  # fmt: skip
    desk.allowed.share = 100
    mine = freeze(desk, free(desk)[0])
    view.open(mine)
    qtbot.waitUntil(lambda: on(view) == mine)
    seen, ended = threading.Event(), threading.Event()
    interrupted = desk.service.batches.interrupted

    def look() -> tuple[str, ...]:
        found = interrupted()
        if mine in found:
            seen.set()
            ended.wait(30)
        return found

    monkeypatch.setattr(desk.service.batches, "interrupted", look)
    finish = desk.service.erasing._ended
    given_back = threading.Event()

    def last(*asked: Any) -> Any:  # the run is over, and the batch does not say so yet
        given_back.set()
        seen.wait(30)
        return finish(*asked)

    monkeypatch.setattr(desk.service.erasing, "_ended", last)
    press(view, "run")
    fill(view, typed="1")
    qtbot.waitUntil(given_back.is_set)
    view.refresh()
    qtbot.waitUntil(lambda: mine not in view._verbs.erasing, timeout=30_000)
    ended.set()
    settle(view)
    assert "did not come to its end" not in view.news.text
