"""What a test of the shop connection found: every line with its result, ten masked rows, and Save below."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from officer_app.base.page import Page, Sort
from officer_app.shop.check import Report
from officer_app.widgets.casefile import Fact, Pill, Section, SectionPanel
from officer_app.widgets.model import Column
from officer_app.widgets.plain import Button, Label, caption, explain, name
from officer_app.widgets.table import PagedTable
from officer_app.widgets.theme import px
from officer_app.widgets.work import Work


class ReportPanel(QWidget):
    """Shows a report; `save_asked(into the keyring)` for what was tested well."""

    save_asked = Signal(bool)

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._sample: tuple[Any, ...] = ()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        self._lines = QScrollArea()
        self._lines.setWidgetResizable(True)
        self._lines.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        name(self._lines, self.tr("Result of the test"))
        rows.addWidget(self._lines, 3)
        columns = (
            Column("key", self.tr("Customer"), 110, sortable=False),
            Column("name", self.tr("Name"), 0, "masked", sortable=False),
            Column("email", self.tr("E-mail"), 200, "masked", sortable=False),
            Column("phone", self.tr("Phone"), 140, "masked", sortable=False),
            Column("created", self.tr("Made"), 100, sortable=False),
        )
        self.sample = PagedTable(
            work, columns, self._fetch, key=lambda row: row.key, sort=Sort(""), title=self.tr("Ten rows")
        )
        rows.addWidget(self.sample, 2)
        self.foot = self._foot()
        rows.addWidget(self.foot)

    def _foot(self) -> QWidget:
        foot = QWidget()
        row = QHBoxLayout(foot)
        row.setContentsMargins(px(24), px(10), px(24), px(12))
        row.setSpacing(px(12))
        self.save_button = Button(self.tr("Save this connection"), look="primary")
        self.save_button.setObjectName("connection-save")
        self.save_button.clicked.connect(self._save)
        self.keyring = QCheckBox(caption(self.tr("Password into this computer's keyring")))
        self._where = Label(role="muted", wrap=True)
        row.addWidget(self.save_button)
        row.addWidget(self.keyring)
        row.addWidget(self._where, 1)
        return foot

    def set_keyring(self, why_not: str) -> None:
        """Offer the keyring, or say why the password is sealed into the casebook instead."""
        self.keyring.setChecked(not why_not)
        self.keyring.setVisible(not why_not)
        self._where.setText(why_not)
        self._where.setVisible(bool(why_not))

    def show_report(self, report: Report, *, savable: bool) -> None:
        """Show what a test found."""
        pills = {
            True: Pill(self.tr("passed"), "green"),
            False: Pill(self.tr("failed"), "red"),
            None: Pill(self.tr("note")),
        }
        facts = [Fact(line.title.capitalize(), line.text, pills[line.good]) for line in report.lines]
        self._fill(Section(self.tr("Result of the test"), facts), report.sample)
        self.foot.setVisible(savable)
        self.allow(savable and report.good)

    def show_refusal(self, sentence: str) -> None:
        """Show why there is nothing to report."""
        fact = Fact(self.tr("Connection"), sentence, Pill(self.tr("failed"), "red"))
        self._fill(Section(self.tr("Result of the test"), (fact,)), ())
        self.allow(False)

    def say(self, words: str) -> None:
        """Show words in place of a report."""
        self._fill(Section(self.tr("Result of the test"), text=words), ())
        self.allow(False)

    def allow(self, allowed: bool) -> None:
        """Let Save be pressed, or not."""
        self.save_button.setEnabled(allowed)
        explain(self.save_button, "" if allowed else self.tr("Test these values first."))

    def _fill(self, section: Section, sample: tuple[Any, ...]) -> None:
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(px(24), px(16), px(24), px(16))
        rows.addWidget(SectionPanel(section))
        rows.addStretch(1)
        old = self._lines.takeWidget()
        if old is not None:
            old.deleteLater()
        self._lines.setWidget(page)
        page.setAutoFillBackground(False)
        self._sample = sample
        self.sample.setVisible(bool(sample))
        self.sample.reload()

    def _fetch(self, _sort: Sort, _after: Any, _limit: int) -> Page[Any]:
        return Page(self._sample)

    def _save(self) -> None:
        self.save_asked.emit(not self.keyring.isHidden() and self.keyring.isChecked())
