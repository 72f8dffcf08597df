"""Adds the window to the house: application, theme, the log, and what happens when the program itself fails."""

import gc
import logging
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QWidget

from officer_app.base import resources
from officer_app.base.errors import without_values
from officer_app.base.folders import state_folder
from officer_app.widgets import messages, theme
from officer_app.widgets.work import Work
from officer_app.window import Window

log = logging.getLogger(__name__)

Build = Callable[[Window], Callable[[], QWidget]]
"""Gets the window (its `work` and `enter`) and returns what makes the unlock screen, anew at every lock."""

_LOG_BYTES: Final = 1_000_000


def main(build: Build, argv: Sequence[str] = (), *, mode: theme.Mode = "system") -> int:
    """Open the window and run until it is closed; return the exit status."""
    app = application(argv)
    theme.apply(app, mode)
    window = open_window(app, build)
    QTimer.singleShot(0, app, gc.freeze)  # what was read so far is never looked at for garbage
    status = app.exec()
    window.leave()
    window.work.close()
    return status


def application(argv: Sequence[str] = ()) -> QApplication:
    """Return the one QApplication, made if there is none."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    # As an argument: asking Qt for its style object costs the start 6 ms.
    app = QApplication(["officer-app", "-style", "fusion", *argv])
    app.setApplicationName("officer-app")
    app.setDesktopFileName("officer-app")
    app.setWindowIcon(QIcon(str(resources.path("icons", "officer-app.svg"))))
    return app


def open_window(app: QApplication, build: Build) -> Window:
    """Show the window with its unlock screen; errors of our own are logged and reported from here on."""
    work = Work(app)
    guard = Guard(log_file(), work)
    work.bug.connect(guard.report)
    work.hold()
    window = Window(work)
    window.set_entry(build(window))
    window.show()
    QTimer.singleShot(0, work, work.release)
    return window


def log_file() -> Path:
    """Return the path of the log, in the user's state folder."""
    return state_folder() / "officer-app.log"


class _Lines(logging.Formatter):
    """Writes errors without their values."""

    def formatException(self, ei: object) -> str:
        error = ei[1] if isinstance(ei, tuple) else None
        return without_values(error) if isinstance(error, BaseException) else ""


class Guard(QObject):
    """Takes every error nobody expected: writes where it happened to the log and says so calmly, once at a time."""

    _from_thread = Signal(object)

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self._telling = False
        self._before = sys.excepthook, threading.excepthook
        self._handler = self._to_file()
        self._from_thread.connect(self.report)
        sys.excepthook = self._hook
        threading.excepthook = self._thread_hook

    def close(self) -> None:
        """Give the hooks and the log back."""
        sys.excepthook, threading.excepthook = self._before
        if self._handler is not None:
            logging.getLogger("officer_app").removeHandler(self._handler)
            self._handler.close()

    def _to_file(self) -> logging.Handler | None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if self.path.exists() and self.path.stat().st_size > _LOG_BYTES:
                self.path.replace(self.path.with_suffix(".log.1"))
            self.path.touch(mode=0o600)
            handler = logging.FileHandler(self.path, encoding="utf-8", delay=True)
        except OSError:
            return None  # a full or read-only disk must not stop the window; errors still reach the dialog
        handler.setFormatter(_Lines("%(asctime)s %(levelname)s %(name)s %(message)s"))
        handler.setLevel(logging.WARNING)
        logging.getLogger("officer_app").addHandler(handler)
        return handler

    def report(self, error: BaseException) -> None:
        """Log an error and tell the officer that it happened and that typed text is kept."""
        if isinstance(error, KeyboardInterrupt):
            QApplication.quit()
            return
        log.error("unexpected\n%s", without_values(error))
        if self._telling:
            return
        self._telling = True
        try:
            what = self.tr("Something went wrong inside the program. What you typed is kept; the step was not done.")
            where = self.tr("Where it happened is written in {0}, without personal data.").format(self.path)
            messages.tell(QApplication.activeWindow(), f"{what}\n\n{where}")
        finally:
            self._telling = False

    def _hook(self, _kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        self.report(error)

    def _thread_hook(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._from_thread.emit(args.exc_value)
