"""Copied secrets and personal data leave the clipboard again."""

from typing import Final

from PySide6.QtCore import QMimeData, QTimer
from PySide6.QtGui import QGuiApplication

_SECONDS: Final = 10
_OURS: Final = "application/x-officer-app"


def copy_secret(text: str) -> None:
    """Copy a secret, ask clipboard histories not to keep it, and take it back after 10 s if it is still there."""
    marked = QMimeData()
    marked.setText(text)
    marked.setData(_OURS, b"1")
    marked.setData("x-kde-passwordManagerHint", b"secret")
    marked.setData("ExcludeClipboardContentFromMonitorProcessing", b"1")
    board = QGuiApplication.clipboard()
    board.setMimeData(marked)
    QTimer.singleShot(_SECONDS * 1000, board, clear_secret)


def clear_secret() -> None:
    """Empty the clipboard if a secret of ours still lies in it."""
    board = QGuiApplication.clipboard()
    held: QMimeData | None = board.mimeData()  # none at all on some platforms while the clipboard is empty
    if held is not None and held.hasFormat(_OURS):
        board.clear()


def clear_ours() -> None:
    """Empty the clipboard if what lies in it came from this application (at lock and at the end)."""
    clear_secret()
    board = QGuiApplication.clipboard()
    if board.ownsClipboard():
        board.clear()
    if board.supportsSelection() and board.ownsSelection():
        board.clear(board.Mode.Selection)
