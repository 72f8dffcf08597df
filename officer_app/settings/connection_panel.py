"""The connection assistant: where the shop's database is, what a test of it says line by line, and saving."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.settings.connecting import Connecting, ProfileChoice, ShopConnection
from officer_app.settings.report_panel import ReportPanel
from officer_app.shop.address import Address, Engine
from officer_app.shop.check import Report
from officer_app.widgets import messages
from officer_app.widgets.checklist import Choice
from officer_app.widgets.forms import Field, Form
from officer_app.widgets.messages import NewsBar
from officer_app.widgets.plain import Button, Label, name
from officer_app.widgets.theme import px
from officer_app.widgets.work import Job, Work

_ENGINES: tuple[tuple[Engine, str], ...] = (
    ("postgresql", "PostgreSQL"), ("mysql", "MySQL or MariaDB"), ("sqlite", "SQLite file"),
)  # fmt: skip


class ConnectionPanel(QWidget):
    """The form on the left; on the right the report of the last test with ten masked rows, then Save."""

    def __init__(self, service: Connecting, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._service, self._work = service, work
        self.form: Form | None = None
        self._profiles: tuple[ProfileChoice, ...] = ()
        self._address: Address | None = None
        self._tested: ShopConnection | None = None
        name(self, self.tr("Shop connection"))
        self.news = NewsBar(inset=24)
        self.report = ReportPanel(work)
        self.report.save_asked.connect(self.save)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(1)
        split.addWidget(self._left())
        split.addWidget(self.report)
        split.setSizes([px(700), px(820)])
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.news)
        rows.addWidget(split, 1)
        work.run(self._read, self._known, self.news.show_trouble, owner=self)

    def _left(self) -> QWidget:
        left = QWidget()
        self._left_rows = QVBoxLayout(left)
        self._left_rows.setContentsMargins(0, 0, 0, 0)
        self._left_rows.setSpacing(0)
        self.chips = QWidget()
        line = QHBoxLayout(self.chips)
        line.setContentsMargins(px(24), px(16), px(24), 0)
        line.setSpacing(px(6))
        self.engines: dict[str, Button] = {}
        group = QButtonGroup(self)
        for engine, title in _ENGINES:
            chip = Button(title, look="chip")
            chip.setCheckable(True)
            chip.setProperty("engine", engine)
            chip.clicked.connect(self._engine_chosen)
            group.addButton(chip)
            line.addWidget(chip)
            self.engines[engine] = chip
        line.addStretch(1)
        self.chips.hide()
        self.fixed = Label(wrap=True)
        self.fixed.setContentsMargins(px(24), px(16), px(24), 0)
        self.fixed.hide()
        self._left_rows.addWidget(self.chips)
        self._left_rows.addWidget(self.fixed)
        self._left_rows.addStretch(1)
        return left

    # --- the form ---

    def _read(self) -> tuple[tuple[ProfileChoice, ...], Address | None, str, str]:
        service = self._service
        return service.profiles(), service.saved_address(), service.fixed, service.no_keyring()

    def _known(self, found: tuple[tuple[ProfileChoice, ...], Address | None, str, str]) -> None:
        self._profiles, self._address, fixed, no_keyring = found
        self.report.set_keyring(no_keyring)
        self._clear_report(self.tr("Test the connection: every line of the result stands here, and ten masked rows."))
        if fixed:
            self.fixed.setText(fixed)
            self.fixed.show()
        else:
            self.chips.show()
            engine = self._address.engine if self._address is not None else "postgresql"
            self.engines[engine].setChecked(True)
            self.show_engine(engine)
        if self._address is not None:
            self.test_button = Button(self.tr("Test the saved connection"))
            self.test_button.clicked.connect(self.test_saved)
            at = self._left_rows.count() - (0 if self.form is not None else 1)
            self._left_rows.insertWidget(at, self._padded(self.test_button))

    def _padded(self, widget: QWidget) -> QWidget:
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(px(24), px(12), px(24), px(12))
        line.addWidget(widget)
        line.addStretch(1)
        return holder

    def _engine_chosen(self) -> None:
        chip = self.sender()
        if isinstance(chip, Button):
            self.show_engine(chip.property("engine"))

    def show_engine(self, engine: Engine) -> None:
        """Show the fields of one kind of database."""
        old, self.form = self.form, None
        if old is not None:
            self._left_rows.removeWidget(old)
            old.hide()
            old.deleteLater()
        known = self._address if self._address is not None and self._address.engine == engine else None
        profiles = tuple(Choice(one.id, one.title) for one in self._profiles if engine in one.engines)
        usual = known.profile if known is not None else (profiles[0].id if profiles else "")
        self.form = Form(
            self.tr("Where the shop's database is"),
            (
                *self._fields(engine, known),
                Field("profile", self.tr("Platform"), "choice", usual, profiles, required=True),
            ),
            submit=self.tr("Test"),
            intro=self.tr("Use an account that can only read. Nothing is saved before you say so."),
            cancel="",
        )
        self.form.setProperty("engine", engine)
        self.form.submitted.connect(self._test)
        self.form.edited.connect(self._changed)
        if engine == "sqlite":
            self._add_browse("path", self.tr("SQLite files (*.sqlite *.sqlite3 *.db);;All files (*)"))
        else:
            self._add_browse("ca_file", self.tr("Certificates (*.pem *.crt);;All files (*)"))
        self._left_rows.insertWidget(1, self.form, 1000)
        self._changed()

    def _fields(self, engine: Engine, known: Address | None) -> tuple[Field, ...]:
        if engine == "sqlite":
            return (Field("path", self.tr("File"), value=known.path if known else "", required=True),)
        port = str(known.port or "") if known else ""
        fields: tuple[Field, ...] = (
            Field("host", self.tr("Host"), value=known.host if known else "", required=True,
                  hint=self.tr("Another computer must prove its name by TLS before a password is sent.")),
            Field("port", self.tr("Port"), value=port, placeholder="5432" if engine == "postgresql" else "3306",
                  check=self._port),
            Field("database", self.tr("Database"), value=known.database if known else "", required=True),
            Field("user", self.tr("User"), value=known.user if known else "", required=True),
            Field(
                "password", self.tr("Password"), "secret", placeholder=self.tr("empty: the saved one") if known else ""
            ),
            Field("ca_file", self.tr("CA file"), value=known.ca_file if known else "",
                  hint=self.tr("Only when the server's certificate is not from a public authority.")),
        )  # fmt: skip
        if engine == "postgresql":
            schema = Field("schema", self.tr("Schema"), value=known.schema if known else "", placeholder="public")
            fields = (*fields, schema)
        return fields

    def _port(self, value: str) -> str:
        ok = not value or (value.isascii() and value.isdigit() and 0 < int(value) < 65536)
        return "" if ok else self.tr("A number from 1 to 65535.")

    def _add_browse(self, key: str, pattern: str) -> None:
        assert self.form is not None
        form, button = self.form, Button(self.tr("Choose"))

        def browse() -> None:
            files = messages.choose_files(self, self.tr("Choose a file"), pattern)
            if files:
                form.put(key, str(files[0]))
                self._changed()

        button.clicked.connect(browse)
        row = form.input(key).layout()
        if row is not None:
            row.addWidget(button)

    # --- the test ---

    def _connection(self, values: Mapping[str, Any]) -> ShopConnection:
        assert self.form is not None
        engine: Engine = self.form.property("engine")
        texts = {key: values[key] for key in values if key not in ("port", "password")}
        address = Address(engine=engine, port=int(values.get("port") or 0), **texts)
        return ShopConnection(address, values.get("password", ""))

    def _test(self, values: Mapping[str, Any]) -> None:
        assert self.form is not None
        self.news.clear()
        try:
            wanted = self._connection(values)
        except KnownError as error:
            self.form.show_trouble(error)
            return
        self._clear_report(self.tr("Testing."))

        def op(job: Job) -> tuple[ShopConnection | None, Report]:
            complete = self._service.with_kept_password(wanted)
            return complete, self._service.test(complete, job.cancelled)

        title = self.tr("Testing the connection")
        self._work.run(op, self._reported, self._refused, title=title, cancellable=True, owner=self, latest="test")

    def test_saved(self) -> None:
        """Test the connection that is in use."""
        self._clear_report(self.tr("Testing."))
        self._work.run(
            lambda: (None, self._service.check_saved()), self._reported, self._refused,
            title=self.tr("Testing the connection"), owner=self, latest="test",
        )  # fmt: skip

    def _refused(self, error: KnownError) -> None:
        self._tested = None
        self.report.show_refusal(str(error))
        if self.form is not None:
            self.form.set_busy(False)

    def _reported(self, found: tuple[ShopConnection | None, Report]) -> None:
        wanted, report = found
        if self.form is not None:
            self.form.set_busy(False)
        self._tested = wanted if report.good else None
        self.report.show_report(report, savable=wanted is not None)

    def _clear_report(self, words: str) -> None:
        self._tested = None
        self.report.say(words)
        self.report.foot.setVisible(self.form is not None)

    def _changed(self) -> None:
        """What was tested is not what stands there any more."""
        if self._tested is not None:
            self._clear_report(self.tr("The values changed. Test them again before you save."))

    # --- saving ---

    def save(self, keyring: bool) -> None:
        """Save what was tested."""
        wanted = self._tested
        if wanted is None:
            return
        self.report.allow(False)
        self._work.run(
            lambda: self._service.save(wanted, keyring=keyring), self._saved, self._not_saved,
            title=self.tr("Connecting the shop"), owner=self,
        )  # fmt: skip

    def _saved(self, change: Change) -> None:
        self.news.show_news(change.news, "green")

    def _not_saved(self, error: KnownError) -> None:
        self.news.show_trouble(error)
        self.report.allow(self._tested is not None)
