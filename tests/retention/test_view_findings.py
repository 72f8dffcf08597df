"""Findings through the retention tab: recorded with their files, confirmed, and taken back with all that was found."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from officer_app.base.errors import KnownError
from officer_app.casebook import audit, cases, holds
from officer_app.casebook.audit import Entry
from officer_app.retention import marks
from officer_app.retention.queue import File
from officer_app.retention.rules import Candidate
from officer_app.retention.view import RetentionView
from officer_app.widgets.attaching import FilesInput
from officer_app.widgets.forms import Form
from tests import factory
from tests.retention.conftest import Desk
from tests.retention.test_view import state, view  # noqa: F401 -- fixtures
from tests.retention.test_view_late import fill, on, press, settle
from tests.widgets.conftest import Answers, answers  # noqa: F401 -- fixture

SAID = "Nobody of this name lives there."


@pytest.fixture
def letters(tmp_path: Path) -> tuple[Path, ...]:
    """Return two files that prove something."""
    found = (tmp_path / "returned letter.txt", tmp_path / "note of the call.txt")
    for path in found:
        path.write_text(f"{path.stem}: address unknown", encoding="utf-8")
    return found


def false(desk: Desk) -> Candidate:
    """Return an account whose data the shop says are false, with nothing against it."""
    rows = desk.service.queue.page(["false"], limit=50).rows
    return next(row for row in rows if not row.blocks and not row.batch)


def show(view: RetentionView, row: Candidate, qtbot: QtBot) -> File:  # noqa: F811
    view.table.opened.emit(row)
    settle(view)
    assert on(view) == row.key and isinstance(view._shown, File)
    return view._shown


def words(view: RetentionView) -> str:  # noqa: F811
    return " ".join(label.text() for label in view.file.facts.findChildren(QLabel))


def record(view: RetentionView, answers: Answers, *files: Path) -> None:  # noqa: F811
    """Record a finding about the account that is shown, its files chosen in the form."""
    press(view, "finding")
    form = view.file.form
    assert isinstance(form, Form)
    field = form.input("files")
    assert isinstance(field, FilesInput)
    answers.files = files
    field.choose_button.click()
    fill(view, ground="false", reason=SAID, evidence="A letter came back on 2 November.")
    settle(view)


def done(desk: Desk, action: str) -> Entry:
    with desk.book.reading() as tx:
        return next(one for one in audit.page(tx, limit=200) if one.action == action)


def test_the_files_of_a_finding_are_chosen_in_its_form(
    view: RetentionView, desk: Desk, qtbot: QtBot, answers: Answers, letters: tuple[Path, ...], tmp_path: Path  # noqa: F811
) -> None:  # fmt: skip
    row = false(desk)
    show(view, row, qtbot)
    record(view, answers, *letters)
    assert view.file.news.text == "Recorded with 2 files. A manager confirms it as the second person."
    assert [one.name for one in view._shown.papers] == [one.name for one in letters]  # type: ignore[union-attr]
    assert all(one.name in words(view) for one in letters)
    mark = view._proposed
    assert mark is not None
    with pytest.raises(KnownError, match="on the review list already"):
        desk.service.findings.record(row, "false", "Again.", "Again.")


def test_a_file_that_cannot_be_read_leaves_the_form_with_all_that_was_typed(
    view: RetentionView, desk: Desk, qtbot: QtBot, answers: Answers, letters: tuple[Path, ...], tmp_path: Path  # noqa: F811
) -> None:  # fmt: skip
    show(view, false(desk), qtbot)
    record(view, answers, letters[0], tmp_path / "gone.txt")
    form = view.file.form
    assert isinstance(form, Form) and "gone.txt could not be read" in form.problem("")
    assert form.values()["reason"] == SAID and view._proposed is None
    field = form.input("files")
    assert isinstance(field, FilesInput)
    field.removers[tmp_path / "gone.txt"].click()
    form.submit()
    settle(view)
    assert view._proposed is not None and "Recorded with 1 file." in view.file.news.text


@pytest.mark.parametrize("confirmed", [False, True])
def test_what_was_found_and_its_files_are_destroyed_with_a_finding_that_is_taken_back(
    view: RetentionView, desk: Desk, qtbot: QtBot, answers: Answers, letters: tuple[Path, ...], confirmed: bool  # noqa: F811
) -> None:  # fmt: skip
    row = false(desk)
    show(view, row, qtbot)
    record(view, answers, *letters)
    mark, (piece, _more) = view._proposed, view._shown.papers  # type: ignore[union-attr]
    assert mark is not None
    if confirmed:
        desk.service.approvals.confirm(mark.id, factory.MANAGER_NAME, factory.MANAGER_PASS)
        show(view, next(one for one in desk.service.all_candidates() if one.key == row.key), qtbot)
    view.file.asked.emit(f"look:{piece.id}")
    settle(view)
    assert view.sight.isVisible() and "address unknown" in view.sight.text()
    press(view, "take-back" if confirmed else "withdraw-finding")
    assert "cannot be undone" in " ".join(label.text() for label in view.file.form.findChildren(QLabel))  # type: ignore[union-attr]
    fill(view, reason="The letter was misaddressed.")
    settle(view)
    assert view.file.news.text == "Taken back. What was found and 2 files are destroyed."
    assert view.sight.isHidden() and view.sight.text() == "", "nor is its picture kept in the window"
    assert on(view) == row.key and view._proposed is None and view._shown.papers == ()  # type: ignore[union-attr]
    assert SAID not in words(view) and letters[0].name not in words(view)
    findings = desk.service.findings
    for read in (lambda: findings.look_at(piece.id), lambda: findings.export(piece.id, letters[0])):
        with pytest.raises(KnownError, match="not in the casebook any more"):
            read()
    with desk.book.reading() as tx:
        known = marks.get(tx, mark.id)
    assert (known.reason, known.evidence, known.customer, known.confirmed_by) == ("", "", "", "")
    entry = done(desk, "taken off the review list")
    assert entry.details is not None
    assert entry.details["reason"] == "The letter was misaddressed."
    assert piece.sha256 in entry.details["files destroyed"]
    assert not desk.book.verify().broken, "accounted for, with every piece of every file"


def test_a_legal_hold_keeps_what_was_found(
    view: RetentionView, desk: Desk, qtbot: QtBot, answers: Answers, letters: tuple[Path, ...]  # noqa: F811
) -> None:  # fmt: skip
    row = false(desk)
    file = show(view, row, qtbot)
    record(view, answers, letters[0])
    (piece,) = view._shown.papers  # type: ignore[union-attr]
    with desk.book.transaction("work") as tx:
        reference = cases.open_case(tx, "disclosures", "judicial", "received", 2026)
        audit.append(tx, "received", reference)
        hold = holds.place(tx, reference, "A court asks for it.", email=file.card.account.email)
        audit.append(tx, "hold placed", reference)
    press(view, "withdraw-finding")
    fill(view, reason="A mistake.")
    settle(view)
    form = view.file.form
    assert isinstance(form, Form)
    assert f"The legal hold of {reference} keeps what was found" in form.problem("")
    assert desk.service.findings.look_at(piece.id)
    with desk.book.transaction("work", reference) as tx:
        holds.release(tx, hold)
        audit.append(tx, "hold released", reference)
    form.submit()
    settle(view)
    assert view._proposed is None and "destroyed" in view.file.news.text
