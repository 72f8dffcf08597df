"""Saved pieces of text below a field: one is chosen and put in at the cursor, what was typed is saved under a name."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from officer_app.widgets.plain import Button, literal, name
from officer_app.widgets.theme import px


class Shelf(QObject):
    """The saved texts a form may use; `changed` when others are there.

    `fill` puts the case's facts into a text before it is used; `keep(name, text)` saves one and `drop(name)` removes
    one, both in the background: the room calls `put` when it is done.
    """

    changed = Signal()

    def __init__(
        self, keep: Callable[[str, str], None], drop: Callable[[str], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.keep, self.drop = keep, drop
        self.fill: Callable[[str], str] = str
        self._texts: dict[str, str] = {}

    def put(self, texts: Mapping[str, str]) -> None:
        """Take in the saved texts by name, in the order in which they are shown."""
        if dict(texts) != self._texts:
            self._texts = dict(texts)
            self.changed.emit()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the saved texts."""
        return tuple(self._texts)

    def filled(self, wanted: str) -> str:
        """Return a saved text with the facts in it, "" when it is gone."""
        return self.fill(self._texts.get(wanted, ""))


class BlockBar(QWidget):
    """The row below a text field that works with a shelf."""

    def __init__(self, editor: QPlainTextEdit, shelf: Shelf, label: str) -> None:
        super().__init__()
        self._editor, self._shelf = editor, shelf
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(px(4))
        row = QHBoxLayout()
        row.setSpacing(px(4))
        self.box = QComboBox()
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setMinimumContentsLength(10)
        name(self.box, self.tr("Saved texts for {0}").format(label))
        self.insert_button = Button(self.tr("Insert"), look="link")
        self.insert_button.clicked.connect(self._insert)
        self.remove_button = Button(self.tr("Remove"), look="link")
        self.remove_button.clicked.connect(self._remove)
        self.save_button = Button(self.tr("Save this text"), look="link")
        self.save_button.clicked.connect(self._ask_name)
        row.addWidget(self.box, 1)
        for button in (self.insert_button, self.remove_button, self.save_button):
            row.addWidget(button)
        row.addStretch()
        rows.addLayout(row)
        self._naming = QWidget()
        naming = QHBoxLayout(self._naming)
        naming.setContentsMargins(0, 0, 0, 0)
        naming.setSpacing(px(4))
        self.name_box = QLineEdit()
        self.name_box.setMaxLength(80)
        self.name_box.setPlaceholderText(self.tr("Name of the text"))
        name(self.name_box, self.tr("Name of the text"))
        self.keep_button = Button(self.tr("Save"), look="link")
        self.keep_button.clicked.connect(self._keep)
        naming.addWidget(self.name_box, 1)
        naming.addWidget(self.keep_button)
        rows.addWidget(self._naming)
        self._naming.hide()
        shelf.changed.connect(self._show)
        self.box.currentIndexChanged.connect(self._chosen)
        self._show()

    def _show(self) -> None:
        before = self.box.currentData()
        self.box.clear()
        self.box.addItem(self.tr("Saved texts"), "")
        for widget in (self.box, self.insert_button, self.remove_button):
            widget.setVisible(bool(self._shelf.names))
        for one in self._shelf.names:
            self.box.addItem(literal(one), one)
        self.box.setCurrentIndex(max(self.box.findData(before), 0))
        self._chosen()

    def _chosen(self) -> None:
        there = bool(self.box.currentData())
        self.insert_button.setEnabled(there)
        self.remove_button.setEnabled(there)

    def _insert(self) -> None:
        self._editor.insertPlainText(self._shelf.filled(str(self.box.currentData() or "")))
        self._editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _remove(self) -> None:
        self._shelf.drop(str(self.box.currentData() or ""))

    def _ask_name(self) -> None:
        self._naming.show()
        self.name_box.setText(str(self.box.currentData() or ""))
        self.name_box.setFocus()

    def _keep(self) -> None:
        self._shelf.keep(self.name_box.text(), self._editor.toPlainText())
        self._naming.hide()
        self._editor.setFocus(Qt.FocusReason.OtherFocusReason)
