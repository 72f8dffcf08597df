"""The two recovery kits on the screen: printed or saved, and one of them typed back."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from officer_app.entry.groups import GroupsInput
from officer_app.entry.sheets import Sheets
from officer_app.widgets.pdf import PdfPreview
from officer_app.widgets.plain import Button, Label, name
from officer_app.widgets.theme import px
from officer_app.widgets.work import Work


class KitsView(QWidget):
    """Shows the sheets on the left and takes one back on the right; `confirmed(result)` once `confirm` took it."""

    confirmed = Signal(object)

    def __init__(
        self, work: Work, sheets: Sheets, confirm: Callable[[str], Any], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._work, self._sheets, self._confirm = work, sheets, confirm
        self._done: set[int] = set()
        name(self, self.tr("Recovery kits"))
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(px(24))
        across.addLayout(self._left(), 5)
        across.addLayout(self._right(), 6)
        self.show_sheet(0)

    def _left(self) -> QVBoxLayout:
        rows = QVBoxLayout()
        rows.setSpacing(px(4))
        chips = QHBoxLayout()
        chips.setSpacing(px(6))
        self._chips = QButtonGroup(self)
        for at, title in enumerate((self.tr("First sheet"), self.tr("Second sheet"))):
            chip = Button(title, look="chip")
            chip.setCheckable(True)
            self._chips.addButton(chip, at)
            chips.addWidget(chip)
        chips.addStretch(1)
        self._chips.idClicked.connect(self.show_sheet)
        rows.addLayout(chips)
        self.preview = PdfPreview(self._work, mail=False)
        self.preview.back_button.hide()
        self.preview.printed.connect(self._kept)
        self.preview.saved.connect(self._kept)
        rows.addWidget(self.preview, 1)
        return rows

    def _right(self) -> QVBoxLayout:
        rows = QVBoxLayout()
        rows.setSpacing(px(8))
        rows.addWidget(
            Label(self.tr("Two sheets open the casebook when every passphrase is lost"), role="strong", wrap=True)
        )
        rows.addWidget(
            Label(
                self.tr(
                    "Print both. Put each into an envelope, seal it, and keep them at two places away from this "
                    "computer. They are shown only now and kept nowhere. A sheet saved as a file must leave this "
                    "computer too."
                ),
                role="muted",
                wrap=True,
            )
        )
        self.state = Label(role="muted", wrap=True)
        rows.addWidget(self.state)
        rows.addSpacing(px(12))
        rows.addWidget(Label(self.tr("Type one of them back"), role="strong"))
        rows.addWidget(Label(self.tr("From the paper, to prove that it can be read."), role="muted", wrap=True))
        self.groups = GroupsInput()
        self.groups.edited.connect(self._edited)
        rows.addWidget(self.groups)
        self.trouble = Label(role="red", wrap=True)
        self.trouble.hide()
        rows.addWidget(self.trouble)
        self.button = Button(self.tr("Finish"), look="primary")
        self.button.setObjectName("kits-finish")
        self.button.setEnabled(False)
        self.button.clicked.connect(self.confirm)
        rows.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        rows.addStretch(1)
        self._say()
        return rows

    def show_sheet(self, at: int) -> None:
        """Show the first or the second sheet."""
        button = self._chips.button(at)
        button.setChecked(True)
        number = at + 1
        data = (self._sheets.first, self._sheets.second)[at]
        self.preview.show_pdf(data, self.tr("Recovery kit {0}").format(number), f"recovery-kit-{number}.pdf")

    def confirm(self) -> None:
        """Hand over what was typed back."""
        typed, take = self.groups.text(), self._confirm
        self.button.setEnabled(False)
        self._work.run(lambda: take(typed), self.confirmed.emit, self._refused, owner=self)

    def _refused(self, error: Exception) -> None:
        self.trouble.setText(str(error))
        self.trouble.show()
        self.button.setEnabled(True)

    def _edited(self) -> None:
        self.trouble.hide()
        self.button.setEnabled(self.groups.complete)

    def _kept(self, _path: object = None) -> None:
        self._done.add(self._chips.checkedId())
        self._say()

    def _say(self) -> None:
        left = 2 - len(self._done)
        told = {2: self.tr("Neither sheet is printed yet."), 1: self.tr("One sheet is left to print.")}
        self.state.setText(told.get(left, self.tr("Both sheets are on their way.")))
