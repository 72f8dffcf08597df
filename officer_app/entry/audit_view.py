"""The page of the audit: filtered, read, checked as a whole, and exported."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDateTimeEdit, QHBoxLayout, QScrollArea, QSplitter, QVBoxLayout, QWidget

from officer_app.base.change import Change
from officer_app.base.page import Page, Sort
from officer_app.casebook.verifying import Verdict
from officer_app.entry.audit_log import AuditLog, Filter, Row
from officer_app.policy.book import Book
from officer_app.widgets import messages, words
from officer_app.widgets.bars import Chip, FilterBar
from officer_app.widgets.casefile import Fact, Section, SectionPanel
from officer_app.widgets.fields import DateInput
from officer_app.widgets.messages import NewsBar
from officer_app.widgets.model import Column
from officer_app.widgets.plain import Button, Label, literal, name
from officer_app.widgets.table import PagedTable
from officer_app.widgets.theme import px
from officer_app.widgets.work import Job, Work

_DAYS = {"today": 1, "week": 7, "month": 30, "year": 365}


class AuditPage(QWidget):
    """Filter bar, table and one entry in full; `policy` gives the zone for showing times."""

    def __init__(self, log: AuditLog, work: Work, policy: Callable[[], Book], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._log, self._work, self._policy = log, work, policy
        self._wanted = Filter()
        name(self, self.tr("Audit"))
        self.news = NewsBar(inset=24)
        self.table = PagedTable(
            work, self._columns(), self._fetch, key=lambda row: str(row.seq), sort=Sort(""),
            title=self.tr("Entries"),
        )  # fmt: skip
        self.table.set_empty(self.tr("No entry matches"), self.tr("Widen the time, or choose everybody."))
        self.table.chosen.connect(self._show)
        self.table.failed.connect(self.news.show_trouble)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self._bar())
        rows.addWidget(self._between())
        rows.addWidget(self.news)
        rows.addWidget(self._split(), 1)
        self.setFocusProxy(self.table)
        work.run(log.names, self._know_names, self.news.show_trouble, owner=self)
        self.table.reload()

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column("seq", self.tr("No."), 80, "number", sortable=False),
            Column("at", self.tr("When"), 190, text=self._when, sortable=False),
            Column("who", self.tr("Who"), 160, sortable=False),
            Column("action", self.tr("What"), 200, "strong", sortable=False),
            Column("reference", self.tr("Case"), 120, sortable=False),
            Column("details", self.tr("Details"), 0, "muted", sortable=False),
        )

    def _bar(self) -> QWidget:
        bar = QWidget()
        row = QHBoxLayout(bar)
        row.setContentsMargins(px(12), 0, px(24), 0)
        row.setSpacing(px(8))
        self.filters = FilterBar(
            (
                Chip("today", self.tr("Today"), "time"),
                Chip("week", self.tr("7 days"), "time"),
                Chip("month", self.tr("30 days"), "time"),
                Chip("year", self.tr("A year"), "time"),
                Chip("between", self.tr("Between"), "time"),
            ),
            placeholder=self.tr("Case, such as C-2026-0001"),
        )
        self.filters.changed.connect(self._filtered)
        self.person = QComboBox()
        self.person.setMinimumWidth(px(180))
        name(self.person, self.tr("Person"))
        self.person.addItem(self.tr("Everybody"), "")
        self.person.activated.connect(self._filtered)
        self.verify_button = Button(self.tr("Check the whole log"))
        self.verify_button.clicked.connect(self.verify)
        self.csv_button = Button(self.tr("Export CSV"))
        self.csv_button.clicked.connect(self.export_csv)
        self.pdf_button = Button(self.tr("Export PDF"))
        self.pdf_button.clicked.connect(self.export_pdf)
        row.addWidget(self.filters, 1)
        for widget in (self.person, self.verify_button, self.csv_button, self.pdf_button):
            row.addWidget(widget)
        return bar

    def _between(self) -> QWidget:
        self.between = QWidget()
        row = QHBoxLayout(self.between)
        row.setContentsMargins(px(24), 0, px(24), px(8))
        row.setSpacing(px(8))
        today = datetime.now(self._policy().zone).date()
        self.first, self.last = DateInput(QDateTimeEdit()), DateInput(QDateTimeEdit())
        self.first.put(today - timedelta(days=7))
        self.last.put(today)
        name(self.first.inner, self.tr("From"))
        name(self.last.inner, self.tr("To"))
        for text, box in ((self.tr("From"), self.first), (self.tr("to"), self.last)):
            row.addWidget(Label(text, role="muted"))
            row.addWidget(box)
            box.edited.connect(self._filtered)
        row.addStretch(1)
        self.between.hide()
        return self.between

    def _split(self) -> QSplitter:
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(1)
        split.addWidget(self.table)
        self._one = QScrollArea()
        self._one.setWidgetResizable(True)
        self._one.setMinimumWidth(px(280))
        self._one.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        name(self._one, self.tr("Entry"))
        split.addWidget(self._one)
        split.setStretchFactor(0, 7)
        split.setStretchFactor(1, 3)
        split.setSizes([px(1080), px(440)])
        self._show(None)
        return split

    # --- the list ---

    def _when(self, row: Row) -> str:
        at = row.at.astimezone(self._policy().zone)
        return f"{at:%a} {at.day} {at:%b %Y %H:%M:%S}"

    def _know_names(self, names: Mapping[str, str]) -> None:
        for key, title in sorted(names.items(), key=lambda pair: pair[1].casefold()):
            self.person.addItem(literal(title), key)

    def _fetch(self, _sort: Sort, after: Any, limit: int) -> Page[Row]:
        return self._log.page(self._wanted, after, limit)

    def _filtered(self, *_: object) -> None:
        asked = self.filters.filter()
        chips = asked.chips
        self.between.setVisible("between" in chips)
        since, until = self._times(chips)
        self._wanted = Filter(asked.text.strip().upper(), str(self.person.currentData() or ""), since, until)
        self.news.clear()
        self._show(None)
        self.table.reload()

    def _times(self, chips: frozenset[str]) -> tuple[datetime | None, datetime | None]:
        zone = self._policy().zone
        midnight = datetime.combine(datetime.now(zone).date(), time(), zone)
        for key, days in _DAYS.items():
            if key in chips:
                return (midnight - timedelta(days=days - 1)).astimezone(UTC), None
        if "between" in chips:
            first = datetime.combine(self.first.value(), time(), zone)
            last = datetime.combine(self.last.value() + timedelta(days=1), time(), zone)
            return first.astimezone(UTC), last.astimezone(UTC)
        return None, None

    def _show(self, row: Row | None) -> None:
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(px(24), px(16), px(24), px(16))
        rows.setSpacing(px(10))
        if row is None:
            rows.addWidget(Label(self.tr("Choose an entry to read all of it."), role="muted", wrap=True))
        else:
            rows.addWidget(Label(row.action.capitalize(), role="title", wrap=True))
            facts = [
                Fact(self.tr("Entry"), f"{row.seq:,}"),
                Fact(self.tr("When"), words.moment(row.at, self._policy().zone)),
                Fact(self.tr("Who"), row.who),
                *([Fact(self.tr("Case"), row.reference)] if row.reference else []),
            ]
            rows.addWidget(SectionPanel(Section(self.tr("What happened"), facts)))
            if row.facts:
                told = [Fact(key.replace("_", " ").capitalize(), value) for key, value in row.facts]
                rows.addWidget(SectionPanel(Section(self.tr("Details"), told)))
            marks = [row.hash[at : at + 4] for at in range(0, len(row.hash), 4)]
            rows.addWidget(SectionPanel(Section(self.tr("Hash"), text=" ".join(marks))))
        rows.addStretch(1)
        old = self._one.takeWidget()
        if old is not None:
            old.deleteLater()
        self._one.setWidget(page)
        page.setAutoFillBackground(False)

    # --- verbs ---

    def verify(self) -> None:
        """Check every entry and every row they account for."""
        self.news.clear()
        self.verify_button.setEnabled(False)

        def op(job: Job) -> Verdict:
            return self._log.verify(lambda done, total: job.progress(done, total), job.cancelled)

        title = self.tr("Checking the log")
        self._work.run(op, self._verified, self._not_verified, title=title, cancellable=True, owner=self)

    def _verified(self, verdict: Verdict) -> None:
        self.verify_button.setEnabled(True)
        if verdict.broken:
            self.news.show_news(self.tr("The log is broken. {0}").format(verdict.broken), "red")
            return
        text = self.tr("{0} entries, unbroken. Head {1}.")
        self.news.show_news(text.format(f"{verdict.entries:,}", f"{verdict.entries}-{verdict.head[:16]}"), "green")

    def _not_verified(self, error: Exception) -> None:
        self.verify_button.setEnabled(True)
        self.news.show_trouble(error)

    def export_csv(self) -> None:
        """Write what the filter shows as CSV."""
        self._export(self._log.export_csv, "audit.csv", self.tr("CSV files (*.csv)"))

    def export_pdf(self) -> None:
        """Write what the filter shows as PDF."""
        self._export(self._log.export_pdf, "audit.pdf", self.tr("PDF files (*.pdf)"))

    def _export(self, write: Callable[..., Change], file_name: str, pattern: str) -> None:
        target = messages.choose_save(self, self.tr("Export the audit"), file_name, pattern)
        if target is None:
            return
        wanted, path = self._wanted, Path(target)
        self.news.clear()

        def op(job: Job) -> Change:
            return write(wanted, path, lambda done, total: job.progress(done, total), job.cancelled)

        title = self.tr("Exporting the audit")
        self._work.run(op, self._exported, self.news.show_trouble, title=title, cancellable=True, owner=self)

    def _exported(self, change: Change) -> None:
        self.news.show_news(change.news, "green")
        self.table.reload()
