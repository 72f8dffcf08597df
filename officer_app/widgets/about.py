"""About: the version, and the licences of everything the program carries."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QPlainTextEdit, QVBoxLayout, QWidget

from officer_app.base import resources
from officer_app.base.version import __version__
from officer_app.widgets.plain import Label, name
from officer_app.widgets.theme import px


class AboutPage(QWidget):
    """The list of parts at the left, the chosen part's licence at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(px(24), px(16), px(24), px(16))
        rows.setSpacing(px(8))
        rows.addWidget(Label(self.tr("Privacy officer {0}").format(__version__), role="title"))
        text = self.tr(
            "Licensed under the Apache License 2.0. It carries the parts below under their own licences; those under "
            "the LGPL and MPL are separate files and can be replaced."
        )
        rows.addWidget(Label(text, role="muted", wrap=True))
        self.parts, self.licence = QListWidget(), QPlainTextEdit()
        self.parts.setFixedWidth(px(240))
        self.licence.setReadOnly(True)
        self.licence.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.licence.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        name(self.parts, self.tr("Parts"))
        name(self.licence, self.tr("Licence"))
        both = QHBoxLayout()
        both.setSpacing(px(16))
        both.addWidget(self.parts)
        both.addWidget(self.licence, 1)
        rows.addLayout(both, 1)
        self._paths = {path.stem: path for path in sorted(resources.path("licences").glob("*.txt"))}
        self.parts.addItems(list(self._paths))
        self.parts.currentTextChanged.connect(self._show)
        self.parts.setCurrentRow(0)
        self.setFocusProxy(self.parts)

    def _show(self, part: str) -> None:
        path = self._paths.get(part)
        self.licence.setPlainText(path.read_text(encoding="utf-8", errors="replace") if path is not None else "")
