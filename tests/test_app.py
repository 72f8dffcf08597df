"""Starting the window, and what the program does when it fails itself: calm, logged, without personal data."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from officer_app import app as application
from officer_app.app import Guard, open_window
from officer_app.base.errors import BugError, without_values
from officer_app.widgets import messages
from tests.widgets.conftest import Answers
from tests.widgets.gallery import unlock

CANARY = "hoa.nguyen@example.vn"


@pytest.fixture
def answers() -> Iterator[Answers]:
    made = Answers()
    with messages.answered_by(made):
        yield made


@pytest.fixture
def guard(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Guard]:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    made = Guard(tmp_path / "state" / "officer-app.log")
    yield made
    made.close()


def raised(error: BaseException) -> BaseException:
    secret = CANARY  # a local that must not be printed
    try:
        try:
            raise KeyError(secret)
        except KeyError as problem:
            raise error from problem
    except BaseException as problem:
        return problem


def test_the_log_says_where_and_never_what(guard: Guard, answers: Answers) -> None:
    guard.report(raised(ValueError(f"bad address {CANARY}")))
    text = guard.path.read_text(encoding="utf-8")
    assert "ValueError" in text
    assert "KeyError" in text
    assert "test_app.py" in text
    assert CANARY not in text
    assert len(answers.told) == 1
    assert CANARY not in answers.told[0]
    assert str(guard.path) in answers.told[0]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_the_log_is_the_users_own(guard: Guard, answers: Answers) -> None:
    guard.report(raised(ValueError()))
    assert guard.path.stat().st_mode & 0o777 == 0o600


def test_the_words_of_our_own_bugs_stay() -> None:
    assert "two rows for one reference" in without_values(raised(BugError("two rows for one reference")))


def test_an_error_in_a_hook_or_a_thread_is_reported(guard: Guard, answers: Answers, qtbot: QtBot) -> None:
    error = raised(ValueError(CANARY))
    sys.excepthook(ValueError, error, None)
    assert len(answers.told) == 1
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert len(answers.told) == 1

    def fail() -> None:
        raise ValueError(CANARY)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(answers.told) == 2)


def test_one_failure_inside_the_report_does_not_open_a_second_dialog(guard: Guard) -> None:
    told: list[str] = []

    class Failing(Answers):
        def tell(self, _parent: object, text: str) -> None:
            told.append(text)
            guard.report(ValueError())

    with messages.answered_by(Failing()):
        guard.report(ValueError())
    assert len(told) == 1


def test_a_state_folder_that_cannot_be_written_does_not_stop_the_window(qapp: QApplication, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    hooks = sys.excepthook, threading.excepthook
    made = Guard(tmp_path / "file" / "officer-app.log")
    made.close()
    assert (sys.excepthook, threading.excepthook) == hooks


def test_a_large_log_starts_anew(qapp: QApplication, tmp_path: Path) -> None:
    path = tmp_path / "officer-app.log"
    path.write_text("x" * 1_100_000, encoding="utf-8")
    Guard(path).close()
    assert path.stat().st_size == 0
    assert path.with_suffix(".log.1").stat().st_size == 1_100_000


def test_a_failure_in_background_work_reaches_the_guard(
    qapp: QApplication, answers: Answers, qtbot: QtBot, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    window = open_window(qapp, lambda _window: unlock)
    qtbot.addWidget(window)

    def op() -> None:
        raise ValueError(CANARY)

    window.work.run(op, failed=lambda _error: None)
    assert window.work.drain()
    assert len(answers.told) == 1
    assert CANARY not in (state / "officer-app.log").read_text(encoding="utf-8")
    window.close()


HEAVY = (
    "sqlalchemy",
    "reportlab",
    "psycopg",
    "pymysql",
    "fontTools",
    "phonenumbers",
    "keyring",
    "zxcvbn",
    "holidays",
    "alembic",
    "cryptography",
    "PySide6.QtPdf",
    "PySide6.QtPrintSupport",
    "PySide6.QtNetwork",
)


def test_starting_the_window_loads_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from officer_app import app\n"
        "from PySide6.QtWidgets import QWidget\n"
        "made = app.application()\n"
        "from officer_app.widgets import theme\n"
        "theme.apply(made)\n"
        "window = app.open_window(made, lambda _window: QWidget)\n"
        "made.processEvents()\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])\n"
        "window.close()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_the_log_lies_in_the_state_folder(state: Path) -> None:
    assert application.log_file() == state / "officer-app.log"
