"""Hostile texts, a mail full of them, and the judges: what is shown as markup, and what is left on disk."""

import base64
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt
from PySide6.QtGui import Qt as Guess
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QMenu,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

NAME = "<img src=/x.png><b>A</b>"
CANARY = "Kanarienvogelsdottir"
URLS = (
    "file:///etc/passwd", "smb://host/share", "\\\\host\\share\\x.png", "search-ms:query=x", "javascript:alert(1)",
    "http://127.0.0.1:9/pixel.gif", "https://xn--80ak6aa92e.example/", "ms-msdt:/id", "data:text/html,x", "mailto:a@b",
)  # fmt: skip

_watched: list[list[str]] = []


def _heard(event: str, arguments: tuple[object, ...]) -> None:
    if _watched and event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.startfile",
                              "webbrowser.open", "pickle.find_class"):  # fmt: skip
        for one in _watched:
            one.append(f"{event} {arguments!r}"[:300])


_hooked: list[bool] = []


@contextmanager
def watching(started: list[str]) -> Iterator[None]:
    """Note every process that Python is asked to start."""
    if not _hooked:
        _hooked.append(True)
        sys.addaudithook(_heard)
    _watched.append(started)
    try:
        yield
    finally:
        _watched.remove(started)


def mail() -> bytes:
    """Return a mail whose every part is hostile: sender, subject, text, links, attachment names."""
    links = "\n".join(URLS)
    picture = base64.b64encode(b"no picture at all " + CANARY.encode()).decode()
    attachment = NAME.replace("/", "")
    encoded = base64.b64encode(f"{NAME} {CANARY}".encode()).decode()
    return (
        f"From: =?utf-8?b?{encoded}?= <evil@example.org>\n"
        f"To: privacy@lotus.example\nSubject: =?utf-8?b?{encoded}?=\n"
        "Date: Mon, 02 Nov 2026 10:00:00 +0000\nMessage-ID: <hostile@example.org>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain; charset=utf-8\n\n{NAME}\n{CANARY}\n{links}\n\n"
        f"--b\nContent-Type: text/html; charset=utf-8\n\n{NAME}{'<table><tr><td>' * 40}\n\n"
        f'--b\nContent-Type: application/pdf; name="{attachment}.pdf"\nContent-Transfer-Encoding: base64\n'
        f'Content-Disposition: attachment; filename="{attachment}.pdf"\n\n{picture}\n\n'
        f"--b\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n"
        f"Content-Disposition: attachment; filename*=utf-8''..%2F..%2F%00%E2%80%AEgnp.exe\n\n{picture}\n--b--\n"
    ).encode()


# --- what is shown ---------------------------------------------------------------------------------------------------


def taken_for_markup(text: str) -> bool:
    """Tell whether Qt, asked to guess, would not show `text` as it stands."""
    return "<img" in text or (Guess.mightBeRichText(text) and "<qt>" not in text)


def widgets() -> list[QWidget]:
    """Return every widget there is, visible or not, also menus and windows of their own."""
    return list(QApplication.allWidgets())


def faults(found: Iterable[QWidget]) -> list[str]:
    """Return what these widgets would show as markup, or could open by a click."""
    said = []
    for widget in found:
        where = f"{type(widget).__name__} {widget.objectName()}"
        for what, text in (("tooltip", widget.toolTip()), ("what's this", widget.whatsThis())):
            if taken_for_markup(text):
                said.append(f"{where}: {what} {text[:80]!r}")
        if isinstance(widget, QLabel):
            plain = widget.textFormat() == Qt.TextFormat.PlainText
            if not plain and taken_for_markup(widget.text()):
                said.append(f"{where}: label {widget.text()[:80]!r}")
            if widget.openExternalLinks():
                said.append(f"{where}: opens links")
        if isinstance(widget, QTextEdit | QPlainTextEdit) and "\ufffc" in widget.document().toPlainText():
            said.append(f"{where}: a picture in the text")
        if isinstance(widget, QMenu):
            said += [f"{where}: action" for one in widget.actions() if taken_for_markup(one.toolTip())]
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            said += [f"{where}: {one}" for one in _item_faults(widget.model(), QModelIndex())]
    return said


def _columns(model: QAbstractItemModel, parent: QModelIndex) -> int:
    return 1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)


def _item_faults(model: QAbstractItemModel, parent: QModelIndex) -> Iterator[str]:
    for row in range(min(model.rowCount(parent), 50)):
        for column in range(_columns(model, parent)):
            index = model.index(row, column, parent)
            for role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.WhatsThisRole):
                text = index.data(role)
                if isinstance(text, str) and taken_for_markup(text):
                    yield f"row {row} {text[:80]!r}"
            yield from _item_faults(model, index)


def shown(found: Iterable[QWidget]) -> str:
    """Return all words that these widgets show."""
    words: list[str] = []
    for widget in found:
        if not widget.isVisible():
            continue
        if isinstance(widget, QLabel):
            words.append(widget.text())
        elif isinstance(widget, QTextEdit | QPlainTextEdit):
            words.append(widget.toPlainText())
        elif isinstance(widget, QComboBox):
            words.append(widget.currentText())
        elif isinstance(widget, QAbstractItemView) and widget.model() is not None:
            model = widget.model()
            words += [
                str(model.index(row, column).data() or "")
                for row in range(min(model.rowCount(), 200))
                for column in range(_columns(model, QModelIndex()))
            ]
    return "\n".join(words)


# --- what is left ----------------------------------------------------------------------------------------------------


def traces(folder: Path, *texts: str) -> list[str]:
    """Return the files below a folder that hold one of the texts, in any encoding a program may use, or its name."""
    wanted = [text.encode(code) for text in texts for code in ("utf-8", "utf-16-le", "utf-16-be")]
    wanted += [base64.b64encode(text.encode()).rstrip(b"=")[:-1] for text in texts]
    found = []
    for path in folder.rglob("*"):
        named = any(text in path.name for text in texts)
        if named or (path.is_file() and any(one in path.read_bytes() for one in wanted)):
            found.append(str(path.relative_to(folder)))
    return found
