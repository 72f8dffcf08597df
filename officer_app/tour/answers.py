"""Answers the few dialogs while nobody sits in front of the window: says yes, and names the files it was told."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter


class Answers:
    """Set `files` before something is chosen; what is saved goes into `folder`, `saved` lists it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: Sequence[Path] = ()
        self.asked: list[str] = []
        self.told: list[str] = []
        self.saved: list[Path] = []
        self.name = ""

    def ask(self, _parent: QWidget | None, text: str, yes_label: str) -> bool:
        """Agree."""
        self.asked.append(f"{text} [{yes_label}]")
        return True

    def tell(self, _parent: QWidget | None, text: str) -> None:
        """Take note of what must not be overlooked."""
        self.told.append(text)

    def ask_passphrase(self, _parent: QWidget | None, text: str) -> str | None:
        """Decline: nothing in a tour asks for a passphrase in a dialog."""
        self.asked.append(text)
        return None

    def choose_files(self, _parent: QWidget | None, _title: str, _pattern: str) -> Sequence[Path]:
        """Return the files that were set."""
        return self.files

    def choose_save(self, _parent: QWidget | None, _title: str, file_name: str, _pattern: str) -> Path | None:
        """Return a path in the folder, under `name` if one was set."""
        path = self.folder / (self.name or file_name)
        self.name = ""
        self.saved.append(path)
        return path

    def choose_folder(self, parent: QWidget | None, title: str) -> Path | None:
        """Return a new folder in the folder, under `name` if one was set."""
        return self.choose_save(parent, title, "print files", "")

    def choose_printer(self, _parent: QWidget | None) -> "QPrinter | None":
        """Decline: there is no printer."""
        return None
