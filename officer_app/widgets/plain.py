"""Base widgets that show every text literally: a name like "<b>A</b>" never becomes markup anywhere."""

import unicodedata

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton, QSizePolicy, QWidget

# Controls that reorder text: an unclosed one in a name would turn the rest of the line around.
_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


def literal(text: str) -> str:
    """Return the text with control and reordering characters made visible; line feeds and tabs stay."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_seen(ch) for ch in text)


def _seen(ch: str) -> str:
    if ch in "\n\t":
        return ch
    return "\ufffd" if ch in _REORDERING or unicodedata.category(ch) in ("Cc", "Cs") else ch


def tip(text: str) -> str:
    """Return what to hand to a tooltip so that Qt, which guesses markup, shows exactly `text`."""
    if not text:
        return ""
    shown = literal(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>")
    return f"<qt>{shown}</qt>"


def caption(text: str) -> str:
    """Return the text for a button, tab or menu, where a single "&" would be taken as a shortcut mark."""
    return literal(text).replace("&", "&&")


class Label(QLabel):
    """A label that is always plain text.

    `role` picks the look: "" body, "muted", "title", "section", "strong", "small", or a tone for words in
    red, amber or green. `wrap` folds long text; `copy` lets the mouse select it.
    """

    def __init__(
        self,
        text: str = "",
        *,
        role: str = "",
        wrap: bool = False,
        copy: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        if role:
            self.setProperty("role", role)
        if wrap:
            self.setWordWrap(True)
            # A wrapped label asks for its height by its width; without this a layout cuts the last line.
            policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)
        if copy:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setText(text)

    def setText(self, text: str) -> None:
        super().setText(literal(text))

    def setToolTip(self, text: str) -> None:
        super().setToolTip(tip(text))

    def set_role(self, role: str) -> None:
        """Change the look after the label was shown."""
        restyle(self, "role", role)


class Content(QWidget):
    """What a scroll area scrolls: as high as its width asks for, and no higher."""

    def minimumSizeHint(self) -> QSize:
        # Wrapped labels ask for the height of a narrow column; a scroll area would keep that as empty space below.
        return QSize(super().minimumSizeHint().width(), 0)


class Button(QPushButton):
    """A push button whose caption and tooltip are plain text; `look` is "", "primary", "quiet" or "link"."""

    def __init__(self, text: str, *, look: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoDefault(False)
        if look:
            self.setProperty("look", look)
        self.setText(text)

    def setText(self, text: str) -> None:
        super().setText(caption(text))
        self.setAccessibleName(literal(text))

    def setToolTip(self, text: str) -> None:
        super().setToolTip(tip(text))


def explain(widget: QWidget, text: str) -> None:
    """Attach an explanation in every way a person may meet it: tooltip, status tip, screen reader."""
    QWidget.setToolTip(widget, tip(text))
    widget.setStatusTip(literal(text))
    widget.setAccessibleDescription(literal(text))


def name(widget: QWidget, text: str) -> None:
    """Give the widget its accessible name."""
    widget.setAccessibleName(literal(text))


def restyle(widget: QWidget, key: str, value: object) -> None:
    """Set a dynamic property that the style sheet looks at, and apply it at once."""
    if widget.property(key) == value:
        return
    widget.setProperty(key, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def pressed(button: QAbstractButton) -> None:
    """Press the button as the keyboard would, if it can be pressed."""
    if button.isEnabled():
        button.click()
