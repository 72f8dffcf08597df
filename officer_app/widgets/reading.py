"""A text to read, of any length: a long one is shown piece by piece, for laid out whole it would freeze the window."""

import re
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from officer_app.widgets.plain import Button, Label
from officer_app.widgets.theme import px

_CHARACTERS: Final = 3000
_LINES: Final = 60
_UNBROKEN = re.compile(r"\S{160}(?=\S)")


def reading(text: str, role: str = "") -> QWidget:
    """Return a widget that shows the text: a label, or pieces of it with a button for the next one."""
    if len(text) <= _CHARACTERS and text.count("\n") < _LINES:
        return Label(_folded(text), role=role, wrap=True, copy=True)
    return _Pieces(text, role)


def _folded(text: str) -> str:
    """Let an endless word be folded: it would widen the window."""
    return _UNBROKEN.sub("\\g<0>\u200b", text)


def _cut(text: str, start: int) -> int:
    """Return where the piece from `start` ends: after a line or a word, if there is one near its end."""
    end = min(start + _CHARACTERS, len(text))
    at = start
    for _ in range(_LINES):
        at = text.find("\n", at, end) + 1
        if not at:
            break
    else:
        return at
    if end < len(text):
        near = max(text.rfind(mark, start + _CHARACTERS // 2, end) for mark in ("\n", " "))
        return near + 1 if near >= 0 else end
    return end


class _Pieces(QWidget):
    """The text as far as it was asked for."""

    def __init__(self, text: str, role: str) -> None:
        super().__init__()
        self._text, self._role, self._at = text, role, 0
        rows = QVBoxLayout(self)
        rows.setSpacing(0)
        self._rows = rows
        self._more = Button("", look="link")
        self._more.clicked.connect(self._show_more)
        rows.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        rows.setContentsMargins(0, 0, 0, px(4))
        self._show_more()

    def _show_more(self) -> None:
        end = _cut(self._text, self._at)
        piece = self._text[self._at : end].removesuffix("\n")
        self._rows.insertWidget(self._rows.count() - 1, Label(_folded(piece), role=self._role, wrap=True, copy=True))
        self._at = end
        left = len(self._text) - end
        self._more.setText(self.tr("Show more ({0} characters left)").format(f"{left:,}"))
        self._more.setVisible(left > 0)
