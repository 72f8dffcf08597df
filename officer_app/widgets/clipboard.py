"""Copied secrets and personal data leave the clipboard again."""

from typing import Final

from PySide6.QtCore import QMimeData, QTimer
from PySide6.QtGui import QGuiApplication

_SECONDS: Final = 10


def copy_secret(text: str) -> None:
    """Copy a secret, ask clipboard histories not to keep it, and take it back after 10 s if it is still there."""
    marked = QMimeData()
    marked.setText(text)
    marked.setData("x-kde-passwordManagerHint", b"secret")
    marked.setData("ExcludeClipboardContentFromMonitorProcessing", b"1")
    board = QGuiApplication.clipboard()
    board.setMimeData(marked)
    QTimer.singleShot(_SECONDS * 1000, board, lambda: board.clear() if board.text() == text else None)


def clear_ours() -> None:
    """Empty the clipboard if what lies in it came from this application (at lock and at the end)."""
    board = QGuiApplication.clipboard()
    for mode in (board.Mode.Clipboard, board.Mode.Selection):
        supported = mode == board.Mode.Clipboard or board.supportsSelection()
        owned = board.ownsClipboard() if mode == board.Mode.Clipboard else board.ownsSelection()
        if supported and owned:
            board.clear(mode)
