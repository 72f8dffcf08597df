"""The page of customers: search, the people found, and everything held about one of them."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from officer_app.base.errors import KnownError
from officer_app.base.page import Page, Sort
from officer_app.base.steps import Step
from officer_app.casebook.cases import CaseHead
from officer_app.customers import panel
from officer_app.customers.service import Answers, Customers, Hit, PersonFile
from officer_app.policy.book import Book
from officer_app.widgets.bars import Filter, FilterBar
from officer_app.widgets.casefile import CaseFile
from officer_app.widgets.lines import Line, Lines
from officer_app.widgets.messages import NewsBar
from officer_app.widgets.model import Column
from officer_app.widgets.plain import Label, name
from officer_app.widgets.table import PagedTable
from officer_app.widgets.theme import px
from officer_app.widgets.work import Job, Running, Work


class CustomerPage(QWidget):
    """Search box and results on the left, one person on the right; `customer` opens a card at once.

    `open_case` and `open_consents` lead to a case and to a person's consents.
    """

    def __init__(
        self,
        service: Customers,
        work: Work,
        policy: Callable[[], Book],
        open_case: Callable[[str], None],
        open_consents: Callable[[str], None],
        customer: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._service, self._work, self._policy, self._open_case = service, work, policy, open_case
        self._open_consents, self._shown = open_consents, ""
        self._text = ""
        self._running: Running | None = None
        name(self, self.tr("Customers"))
        self.search = FilterBar(placeholder=self.tr("E-mail, phone, order number, name, customer number"))
        self.search.box.setMinimumWidth(px(440))
        self.search.box.setMaximumWidth(px(560))
        self.search.changed.connect(self._asked)
        self.news = NewsBar()
        self.cases_title = Label(self.tr("Cases"), role="section")
        self.cases_title.setContentsMargins(px(16), px(8), 0, px(4))
        self.cases = Lines(self.tr("Cases"))
        self.cases.picked.connect(open_case)
        self.table = PagedTable(
            work,
            self._columns(),
            self._fetch,
            key=lambda row: row.open,
            sort=Sort(""),
            title=self.tr("People"),
            page=50,
        )
        self.table.set_empty(
            self.tr("Whom are you looking for?"),
            self.tr("Type an e-mail address, a phone or order number, or the beginning of a name, and press Enter."),
        )
        self.table.chosen.connect(lambda row: self.open_card(row.open))
        self.table.failed.connect(self.news.show_trouble)
        self.file = CaseFile()
        self.file.clear(self.tr("Nobody is shown"), self.tr("Choose a person. Opening the card is recorded."))
        self.file.asked.connect(open_case)
        self.file.chosen.connect(self._step)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._split())
        self._show_cases(())
        work.run(service.not_searchable, self._say_unknown, owner=self)
        self.setFocusProxy(self.search.box)
        if customer:
            self.open_card(customer)

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column("name", self.tr("Name"), 0, "strong", text=lambda hit: hit.name or "—", sortable=False),
            Column("email", self.tr("E-mail"), 230, "masked", sortable=False),
            Column("phone", self.tr("Phone"), 130, "masked", sortable=False),
            Column("why", self.tr("Found by"), 130, sortable=False),
            Column("what", self.tr("Is"), 100, "muted", text=self._what, sortable=False),
        )

    def _split(self) -> QSplitter:
        left = QWidget()
        left.setProperty("ground", "window")
        left.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        rows = QVBoxLayout(left)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.search)
        self.unknown = Label(role="small", wrap=True)
        self.unknown.setContentsMargins(px(14), 0, px(14), px(6))
        self.unknown.hide()
        rows.addWidget(self.unknown)
        rows.addWidget(self.news)
        rows.addWidget(self.cases_title)
        rows.addWidget(self.cases)
        rows.addWidget(self.table, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(1)
        split.addWidget(left)
        split.addWidget(self.file)
        split.setStretchFactor(0, 54)
        split.setStretchFactor(1, 46)
        split.setSizes([px(824), px(696)])
        return split

    def _what(self, hit: Hit) -> str:
        if hit.guest:
            return self.tr("guest")
        return self.tr("staff") if hit.staff else self.tr("customer")

    def _say_unknown(self, kinds: Sequence[str]) -> None:
        self.unknown.setText(self.tr("This shop's profile cannot search by {0}.").format(", ".join(kinds)))
        self.unknown.setVisible(bool(kinds))

    # --- searching ---

    def _asked(self, asked: Filter) -> None:
        self.look_up(asked.text)

    def look_up(self, text: str) -> None:
        """Search shop and cases; a search under way is cancelled."""
        if self._running is not None and not self._running.finished:
            self._running.cancel()
        self._text = text.strip()
        self.news.clear()
        if not self._text:
            self._show_cases(())
            self._first = Page[Hit](())
            self.table.reload()
            return
        wanted = self._text

        def op(job: Job) -> Answers:
            return self._service.find(wanted, cancelled=job.cancelled)

        self._running = self._work.run(
            op, self._answered, self._refused, title=self.tr("Searching the shop"), cancellable=True, owner=self,
            latest="customers",
        )  # fmt: skip

    _first: Page[Hit] = Page(())

    def _answered(self, answers: Answers) -> None:
        self._first = answers.people
        self._show_cases(answers.cases)
        if answers.trouble:
            self.news.show_news(answers.trouble, "red")
        self.table.set_empty(
            self.tr("Nobody found"),
            self.tr("Check the spelling, or try another of e-mail, phone, order number and name."),
        )
        self.table.reload()
        if len(answers.people.rows) == 1 and not answers.cases:
            self.open_card(answers.people.rows[0].open)

    def _fetch(self, _sort: Sort, after: Any, _limit: int) -> Page[Hit]:
        if after is None:
            return self._first
        return self._service.find(self._text, after).people

    def _refused(self, error: KnownError) -> None:
        self.news.show_trouble(error)

    def _show_cases(self, found: Sequence[CaseHead]) -> None:
        self.cases.set_lines(
            [Line(one.reference, one.state.replace("-", " "), one.reference, aside=one.desk) for one in found]
        )
        self.cases.fit(5)
        for widget in (self.cases_title, self.cases):
            widget.setVisible(bool(found))

    # --- one person ---

    def open_card(self, who: str) -> None:
        """Show everything held about a person; the view is recorded first."""
        self.file.news.clear()
        self._work.run(
            lambda job: self._service.card(who, job.cancelled), self._show, self.file.news.show_trouble,
            title=self.tr("Gathering what is held"), cancellable=True, owner=self, latest="card",
        )  # fmt: skip

    def _show(self, found: PersonFile) -> None:
        zone = self._policy().zone
        account = found.card.account
        self._shown = account.key or account.email
        steps = (Step("consents", self.tr("Consents"), enabled=bool(self._shown)),)
        self.file.show_case(panel.header(found, self.tr), panel.sections(found, zone, self.tr), steps)

    def _step(self, step: str) -> None:
        if step == "consents":
            self._open_consents(self._shown)
