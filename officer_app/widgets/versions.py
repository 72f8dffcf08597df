"""Two versions of the same thing side by side: what somebody else saved meanwhile, and what was about to be saved."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from officer_app.widgets.plain import Label, name
from officer_app.widgets.theme import px


@dataclass(frozen=True)
class Version:
    """One fact: its name, how it was when the case was opened, as saved meanwhile, and as about to be saved."""

    label: str
    before: str = ""
    theirs: str = ""
    mine: str = ""


class Versions(QWidget):
    """A small table of facts: before, saved meanwhile, yours; what they changed stands out."""

    def __init__(self, rows: Sequence[Version], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = tuple(rows)
        name(self, self.tr("Both versions"))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(16))
        grid.setVerticalSpacing(px(6))
        grid.setColumnMinimumWidth(0, px(144))
        for column, title in enumerate(
            ("", self.tr("When you opened it"), self.tr("Saved meanwhile"), self.tr("Yours"))
        ):
            grid.addWidget(Label(title, role="section"), 0, column)
            grid.setColumnStretch(column, 1 if column else 0)
        for at, row in enumerate(self.rows, 1):
            changed = row.theirs != row.before
            cells = (
                Label(row.label, role="muted", wrap=True),
                Label(row.before or "–", role="muted", wrap=True, copy=True),
                Label(row.theirs or "–", role="strong" if changed else "muted", wrap=True, copy=True),
                Label(row.mine or "–", role="strong" if row.mine else "muted", wrap=True, copy=True),
            )
            for column, cell in enumerate(cells):
                grid.addWidget(cell, at, column, Qt.AlignmentFlag.AlignTop)
            name(cells[2], f"{row.label}, {self.tr('Saved meanwhile')}: {row.theirs}")
            name(cells[3], f"{row.label}, {self.tr('Yours')}: {row.mine}")
