"""The parts every widget test needs: one Work, the light theme, and dialogs that answer by themselves."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from officer_app.widgets import messages, theme
from officer_app.widgets.work import Work

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter


class Answers:
    """Dialogs that note what they were asked and answer as told."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.told: list[str] = []
        self.yes = True
        self.passphrase: str | None = "secret"
        self.files: Sequence[Path] = ()
        self.save: Path | None = None
        self.printer: Callable[[], QPrinter | None] = lambda: None

    def ask(self, _parent: QWidget | None, text: str, yes_label: str) -> bool:
        self.asked.append(f"{text} [{yes_label}]")
        return self.yes

    def tell(self, _parent: QWidget | None, text: str) -> None:
        self.told.append(text)

    def ask_passphrase(self, _parent: QWidget | None, text: str) -> str | None:
        self.asked.append(text)
        return self.passphrase

    def choose_files(self, _parent: QWidget | None, _title: str, _pattern: str) -> Sequence[Path]:
        return self.files

    def choose_save(self, _parent: QWidget | None, _title: str, _file_name: str, _pattern: str) -> Path | None:
        return self.save

    def choose_folder(self, _parent: QWidget | None, _title: str) -> Path | None:
        return self.save

    def choose_printer(self, _parent: QWidget | None) -> "QPrinter | None":
        return self.printer()


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> None:
    """Dress the application as the user sees it."""
    theme.apply(qapp, "light")


@pytest.fixture
def work(qapp: QApplication) -> Iterator[Work]:
    """Return the one Work and end it."""
    made = Work()
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def answers() -> Iterator[Answers]:
    """Answer every dialog."""
    made = Answers()
    with messages.answered_by(made):
        yield made
