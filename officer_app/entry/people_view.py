"""The page of people: who may sign in, what they may do, and the recovery kits."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.base.page import Page, Sort
from officer_app.base.steps import Step
from officer_app.casebook.people import MANAGER, OFFICER
from officer_app.entry.kits_view import KitsView
from officer_app.entry.people import People, Row
from officer_app.entry.sheets import Sheets
from officer_app.widgets import messages, words
from officer_app.widgets.casefile import CaseFile, CaseHeader, Fact, Pill, Section
from officer_app.widgets.forms import Choice, Field, Form
from officer_app.widgets.messages import NewsBar
from officer_app.widgets.model import Column
from officer_app.widgets.plain import name
from officer_app.widgets.table import PagedTable
from officer_app.widgets.theme import px
from officer_app.widgets.work import Work


class PeoplePage(QWidget):
    """The list of people on the left; on the right one of them, with what may be done."""

    def __init__(self, people: People, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._people, self._work = people, work
        self._shown: Row | None = None
        name(self, self.tr("People"))
        self.news = NewsBar(inset=24)
        columns = (
            Column("name", self.tr("Name"), 0, "strong", sortable=False),
            Column("sign_in", self.tr("Signs in as"), 150, sortable=False),
            Column("roles", self.tr("Role"), 170, text=_roles, sortable=False),
            Column("state", self.tr("Access"), 150, "muted", text=self._access, sortable=False),
        )
        self.table = PagedTable(
            work, columns, self._fetch, key=lambda row: row.id, sort=Sort(""), title=self.tr("People")
        )
        self.table.chosen.connect(self._choose)
        self.table.loaded.connect(self._loaded)
        self.table.failed.connect(self.news.show_trouble)
        self.file = CaseFile()
        self.file.chosen.connect(self._step)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(1)
        split.addWidget(self.table)
        split.addWidget(self.file)
        split.setStretchFactor(0, 54)
        split.setStretchFactor(1, 46)
        split.setSizes([px(824), px(696)])
        self._stack = QStackedWidget()
        self._stack.addWidget(split)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.news)
        rows.addWidget(self._stack, 1)
        self.setFocusProxy(self.table)
        self.reload()

    def _fetch(self, _sort: Sort, _after: Any, _limit: int) -> Page[Row]:
        return Page(self._people.list())

    def _access(self, row: Row) -> str:
        return self.tr("ended") if row.until else self.tr("may sign in")

    def reload(self) -> None:
        """Read the list again, and whether the recovery kits are in order."""
        self.table.reload()
        self._run(self._people.kits_confirmed, self._kits_known)

    def _loaded(self, _count: int) -> None:
        rows = self.table.rows()
        wanted = self._shown.id if self._shown is not None else next((row.id for row in rows if row.me), "")
        row = next((one for one in rows if one.id == wanted), None)
        if row is not None:
            self.table.select(row.id)
            self._choose(row)

    def _kits_known(self, confirmed: bool) -> None:
        if not confirmed and not self.news.text:
            self.news.show_news(
                self.tr("No recovery kit in force was typed back. If every passphrase is lost, so is the casebook."),
                "amber",
            )

    def _run(self, op: Any, then: Any = None) -> None:
        self._work.run(op, then, self._trouble, owner=self)

    def _trouble(self, error: KnownError) -> None:
        if isinstance(self.file.form, Form):
            self.file.form.show_trouble(error)
        else:
            self.file.news.show_trouble(error)

    # --- one person ---

    def _choose(self, row: Row) -> None:
        self._shown = row
        self._run(lambda: (row, self._people.steps(row)), self._show)

    def _show(self, found: tuple[Row, tuple[Step, ...]]) -> None:
        row, steps = found
        if self._shown != row:
            return
        pill = Pill(self.tr("access ended")) if row.until else None
        line = self.tr("{0}, this is you").format(row.sign_in) if row.me else row.sign_in
        facts = [
            Fact(self.tr("Role"), _roles(row)),
            Fact(self.tr("May"), self._may(row)),
            Fact(self.tr("Added"), words.day(row.since, UTC)),
        ]
        if row.until:
            facts.append(Fact(self.tr("Access ended"), words.day(row.until, UTC)))
        self.file.show_case(CaseHeader(row.name, line, pill), (Section(self.tr("Access"), facts),), steps)

    def _may(self, row: Row) -> str:
        if row.until:
            return self.tr("Nothing any more. Their name stays in the audit.")
        can = []
        if OFFICER in row.roles:
            can.append(self.tr("work on cases and issue letters"))
        if MANAGER in row.roles:
            can.append(self.tr("approve and print breach letters, add and remove people"))
        return "; ".join(can)

    # --- steps ---

    def _step(self, step: str) -> None:
        self.file.news.clear()
        {
            "add": self.add,
            "roles": self.change_roles,
            "end": self.end_access,
            "passphrase": self.change_passphrase,
            "kits": self.new_kits,
        }[step]()

    def add(self) -> None:
        """Ask who the new person is; they type their own passphrase."""
        form = Form(
            self.tr("Add a person"),
            (
                Field("name", self.tr("Name"), required=True, placeholder=self.tr("as it stands under letters")),
                Field("sign_in", self.tr("Signs in as"), required=True),
                Field("roles", self.tr("Role"), "checklist", (OFFICER,), self._role_choices(), required=True),
                *self._new_passphrase(self.tr("Passphrase")),
            ),
            submit=self.tr("Add"),
            intro=self.tr("Hand over the keyboard for the passphrase: only its owner may know it."),
            check=_same,
        )
        self._ask(form, self._add)

    def _add(self, values: Mapping[str, Any]) -> None:
        self._run(
            lambda: self._people.add(values["name"], values["sign_in"], values["roles"], values["new"]), self._done
        )

    def change_roles(self) -> None:
        """Ask which roles the person shall have."""
        row = self._shown
        assert row is not None
        field = Field("roles", self.tr("Role"), "checklist", row.roles, self._role_choices(), required=True)
        form = Form(self.tr("Change the roles of {0}").format(row.name), (field,), submit=self.tr("Change roles"))
        self._ask(
            form, lambda values: self._run(lambda: self._people.change_roles(row.id, values["roles"]), self._done)
        )

    def end_access(self) -> None:
        """Ask before a person's access ends, and say what that means."""
        row = self._shown
        assert row is not None
        text = self.tr(
            "{0} will not be able to open this casebook any more, and its key is replaced by one they never held. What "
            "they have read or copied cannot be called back. Their cases stay; give them to somebody else. Afterwards "
            "change the database password if they knew it."
        ).format(row.name)
        if messages.ask(self, text, self.tr("End access of {0}").format(row.name)):
            self._run(lambda: self._people.end_access(row.id), self._done)

    def change_passphrase(self) -> None:
        """Ask for the old passphrase and a new one."""
        form = Form(
            self.tr("Change my passphrase"),
            (
                Field("old", self.tr("Passphrase now"), "secret", required=True),
                *self._new_passphrase(self.tr("New passphrase")),
            ),
            submit=self.tr("Change passphrase"),
            check=_same,
        )
        self._ask(
            form,
            lambda values: self._run(lambda: self._people.change_passphrase(values["old"], values["new"]), self._done),
        )

    def new_kits(self) -> None:
        """Ask before the kits in force are replaced, then show the new ones."""
        text = self.tr(
            "Two new sheets are made and the casebook's key is replaced. The sheets made before open nothing any more: "
            "destroy them."
        )
        if messages.ask(self, text, self.tr("Make new kits")):
            self._work.run(self._people.new_kits, self._show_kits, self._trouble, owner=self)

    def _show_kits(self, sheets: Sheets) -> None:
        self.news.clear()
        kits = KitsView(self._work, sheets, self._people.confirm_kit)
        kits.setContentsMargins(px(24), px(8), px(24), px(16))
        kits.confirmed.connect(self._kits_confirmed)
        self._stack.addWidget(kits)
        self._stack.setCurrentWidget(kits)
        kits.groups.setFocus()

    def _kits_confirmed(self, change: Change) -> None:
        kits = self._stack.currentWidget()
        self._stack.setCurrentIndex(0)
        if kits is not None:
            self._stack.removeWidget(kits)
            kits.deleteLater()
        self._done(change)

    # --- inside ---

    def _role_choices(self) -> tuple[Choice, ...]:
        return (
            Choice(OFFICER, self.tr("Officer"), self.tr("Works on cases, issues letters.")),
            Choice(MANAGER, self.tr("Manager"), self.tr("Approves, prints breach letters, adds and removes people.")),
        )

    def _new_passphrase(self, label: str) -> tuple[Field, ...]:
        hint = self.tr("At least 12 characters. Four or more unrelated words are easy to keep in mind.")
        return (
            Field("new", label, "secret", required=True, hint=hint),
            Field("again", self.tr("Once more"), "secret", required=True),
        )

    def _ask(self, form: Form, submit: Any) -> None:
        form.submitted.connect(submit)
        form.cancelled.connect(self.file.close_form)
        self.file.open_form(form)

    def _done(self, change: Change) -> None:
        self.file.close_form()
        self.news.clear()
        self.file.news.show_news(change.news, "green")
        self.reload()


def _same(values: Mapping[str, Any]) -> dict[str, str]:
    return {} if values["new"] == values["again"] else {"again": "Both passphrases must be the same."}


def _roles(row: Row) -> str:
    return " and ".join(row.roles)
