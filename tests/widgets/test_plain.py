"""Text is text: no name, tooltip or caption is ever read as markup, and no code goes around the base widgets."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

import officer_app
from officer_app.widgets import clipboard
from officer_app.widgets.plain import Button, Label, caption, explain, literal, tip
from tests.widgets.gallery import NASTY

PACKAGE = Path(officer_app.__file__).parent
QT_FILES = [*PACKAGE.glob("widgets/*.py"), PACKAGE / "window.py", PACKAGE / "app.py", *PACKAGE.glob("*/view*.py")]


def test_a_label_lays_out_every_letter_of_markup(qtbot: QtBot) -> None:
    label = Label(NASTY)
    qtbot.addWidget(label)
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert label.sizeHint().width() >= label.fontMetrics().horizontalAdvance(NASTY)
    reading = QLabel("A")
    qtbot.addWidget(reading)
    assert label.sizeHint().width() > 5 * reading.sizeHint().width()


@given(st.text(max_size=60))
def test_a_tooltip_shows_exactly_its_text(text: str) -> None:
    shown = QTextDocument()
    shown.setHtml(tip(text))
    expected = re.sub(r"\s+", " ", literal(text)).strip()
    assert (
        re.sub(r"\s+", " ", shown.toPlainText().replace("\ufffc", "")).strip() == expected.replace("\ufffc", "").strip()
    )


def test_tooltips_of_the_base_widgets_are_escaped(qtbot: QtBot) -> None:
    for widget in (Label("x"), Button("x")):
        qtbot.addWidget(widget)
        widget.setToolTip(NASTY)
        assert "<img" not in widget.toolTip()
        explain(widget, NASTY)
        assert "<img" not in widget.toolTip()
        assert widget.accessibleDescription() == NASTY


def test_an_ampersand_in_a_name_is_no_shortcut(qtbot: QtBot) -> None:
    button = Button("Lê & Sons")
    qtbot.addWidget(button)
    assert button.shortcut().isEmpty()
    assert button.accessibleName() == "Lê & Sons"
    assert caption("Lê & Sons") == "Lê && Sons"


def test_controls_and_reordering_characters_become_visible() -> None:
    assert literal("a\x00b\u202efdp.exe\u2066") == "a\ufffdb\ufffdfdp.exe\ufffd"
    assert literal("Nguyễn Thị Hoa\n\tđường 1") == "Nguyễn Thị Hoa\n\tđường 1"


FORBIDDEN = {
    r"\bQLabel\(": ("plain.py",),
    r"QMessageBox|QErrorMessage|QInputDialog": (),
    r"QTextBrowser|QTextEdit\b|setHtml|setMarkdown|RichText\b": (),
    r"openUrl|QDesktopServices|setOpenExternalLinks": (),
    r"QWebEngine": (),
    r"QToolTip\.showText": (),
    r"QThread\b|QThreadPool|ThreadPoolExecutor|threading\.Thread\b": ("work.py",),
    r"QFileDialog|QPrintDialog|\.exec\(\)": ("messages.py", "app.py"),
}


@pytest.mark.parametrize("pattern", FORBIDDEN, ids=range(len(FORBIDDEN)))
def test_no_file_goes_around_the_base_widgets(pattern: str) -> None:
    found = [
        f"{path.relative_to(PACKAGE)}: {line.strip()}"
        for path in QT_FILES
        if path.name not in FORBIDDEN[pattern]
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(pattern, line) and not line.lstrip().startswith(("#", '"""'))
    ]
    assert not found


def test_every_tooltip_is_set_through_the_escaping_functions() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}: {line.strip()}"
        for path in QT_FILES
        if path.name != "plain.py"
        for line in path.read_text(encoding="utf-8").splitlines()
        if "setToolTip(" in line and "tip(" not in line.split("setToolTip(", 1)[1]
    ]
    assert not found


def test_a_copied_secret_is_marked_and_ours_is_cleared(qapp: QApplication) -> None:
    clipboard.copy_secret("correct horse")
    board = qapp.clipboard()
    assert board.text() == "correct horse"
    assert bytes(board.mimeData().data("x-kde-passwordManagerHint").data()) == b"secret"
    clipboard.clear_ours()
    assert board.text() == ""
    board.setText("another program's")
    clipboard.clear_secret()
    assert board.text() == "another program's"
