"""The ways back in: a recovery kit and a new passphrase, or a backup restored into a new place."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from officer_app.casebook.book import Casebook
from officer_app.entry.groups import GroupsInput
from officer_app.entry.service import Entry, Greeting
from officer_app.widgets import messages
from officer_app.widgets.forms import Field, Form
from officer_app.widgets.plain import Button, Label, name
from officer_app.widgets.theme import px
from officer_app.widgets.work import Job, Work


class _Way(QWidget):
    """A title, what it is about, the boxes of a kit, and a form; `opened((Casebook, Greeting))` at the end."""

    opened = Signal(object)
    unlocked = Signal(object)
    cancelled = Signal()

    def __init__(self, entry: Entry, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry, self._work = entry, work
        self.setFixedWidth(px(720))
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(px(8))
        self.groups = GroupsInput()

    def build(self, title: str, text: str, form: Form, height: int) -> None:
        """Put everything in its place."""
        name(self, title)
        self.form = form
        form.setProperty("ground", "window")
        form.setFixedHeight(px(height))
        form.cancelled.connect(self.cancelled)
        self._rows.addWidget(Label(title, role="title"))
        self._rows.addWidget(Label(text, role="muted", wrap=True))
        self._rows.addSpacing(px(4))
        self._rows.addWidget(self.groups)
        self._rows.addSpacing(px(8))
        self._rows.addWidget(form)

    def open_with(self, op: Callable[[Job], Casebook], title: str) -> None:
        """Run what opens the casebook and look at what the person must know first."""
        entry = self.entry

        def run(job: Job) -> tuple[Casebook, Greeting]:
            book = op(job)
            return book, entry.greeting(book)

        self._work.run(run, self.opened.emit, self.form.show_trouble, title=title, cancellable=True, owner=self)

    def new_passphrase(self, *, required: bool) -> tuple[Field, ...]:
        """Return the fields of a new passphrase, typed twice."""
        hint = self.tr("At least 12 characters. Four or more unrelated words are easy to keep in mind.")
        return (
            Field("new", self.tr("New passphrase"), "secret", required=required, hint=hint),
            Field("again", self.tr("Once more"), "secret", required=required),
        )

    def check_same(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Both passphrases have to be the same."""
        return {} if values["new"] == values["again"] else {"again": self.tr("Both passphrases must be the same.")}


class Recovery(_Way):
    """Opens the casebook with a recovery kit."""

    def __init__(self, entry: Entry, work: Work, *, asks_password: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(entry, work, parent)
        server = (Field("password", self.tr("Database password"), "secret", required=True),) if asks_password else ()
        form = Form(
            self.tr("Who signs in from now on"),
            (
                Field("sign_in", self.tr("Sign-in name"), required=True),
                *self.new_passphrase(required=True),
                *server,
            ),
            inset=0,
            submit=self.tr("Open the casebook"),
            cancel=self.tr("Back"),
            check=self._check,
        )
        form.submitted.connect(self._go)
        text = self.tr(
            "Type the thirteen groups of one sheet. After that the sheet opens nothing any more; new ones are made "
            "next. The audit says for good that a kit was used."
        )
        self.build(self.tr("Open with a recovery kit"), text, form, 330 + 60 * len(server))
        self.setFocusProxy(self.groups)

    def _check(self, values: Mapping[str, Any]) -> dict[str, str]:
        if not self.groups.complete:
            return {"": self.tr("Type all thirteen groups of the sheet first.")}
        return self.check_same(values)

    def _go(self, values: Mapping[str, Any]) -> None:
        entry, kit = self.entry, self.groups.text()
        who, words, password = values["sign_in"], values["new"], values.get("password", "")
        self.open_with(lambda _job: entry.recover(kit, who, words, password), self.tr("Opening the casebook"))


class Restore(_Way):
    """Brings a casebook back from a backup, with a passphrase of its time or with a recovery kit."""

    def __init__(self, entry: Entry, work: Work, address: str, parent: QWidget | None = None) -> None:
        super().__init__(entry, work, parent)
        form = Form(
            "",
            (
                Field("source", self.tr("Backup file"), required=True),
                Field("address", self.tr("New place"), value=address, required=True, hint=self._place_hint()),
                Field("password", self.tr("Database password"), "secret", hint=self.tr("For PostgreSQL only.")),
                Field("sign_in", self.tr("Sign-in name"), required=True),
                Field("old", self.tr("Passphrase"), "secret", hint=self.tr("The one in force when it was written.")),
                *self.new_passphrase(required=False),
            ),
            inset=0,
            submit=self.tr("Restore"),
            cancel=self.tr("Back"),
            check=self._check,
        )
        form.submitted.connect(self._go)
        text = self.tr(
            "Nothing is written over: the casebook comes back at a new place. Everything is checked before it counts."
        )
        self.build(self.tr("Restore a backup"), text, form, 470)
        self._browse(form, "source", self.browse_source)
        self._browse(form, "address", self.browse_place)
        self.kit_button = Button("", look="link")
        self.kit_button.setCheckable(True)
        self.kit_button.toggled.connect(self.use_kit)
        self._rows.insertWidget(2, self.kit_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.use_kit(False)
        self.setFocusProxy(form)

    def _place_hint(self) -> str:
        return self.tr("A new file, or postgresql://user@host/database of an empty database.")

    def _browse(self, form: Form, key: str, slot: Callable[[], None]) -> None:
        box = form.input(key)
        button = Button(self.tr("Choose"))
        button.setObjectName(f"browse-{key}")
        button.clicked.connect(slot)
        row = box.layout()
        if row is not None:
            row.addWidget(button)

    def browse_source(self) -> None:
        """Choose the backup file."""
        files = messages.choose_files(self, self.tr("Backup file"), self.tr("Backups (*.backup);;All files (*)"))
        if files:
            self.form.put("source", str(files[0]))

    def browse_place(self) -> None:
        """Choose where the casebook shall be."""
        target = messages.choose_save(self, self.tr("New place"), "casebook.sqlite", self.tr("Casebooks (*.sqlite)"))
        if target is not None:
            self.form.put("address", str(target))

    def use_kit(self, on: bool) -> None:
        """Show the boxes of a kit and a new passphrase, or the passphrase of the time."""
        self.groups.setVisible(on)
        self.kit_button.setText(
            self.tr("I have a passphrase") if on else self.tr("I have a recovery kit, no passphrase")
        )
        self.form.show_field("old", not on)
        for key in ("new", "again"):
            self.form.show_field(key, on)
        self.form.setFixedHeight(px(470 if on else 410))

    def _check(self, values: Mapping[str, Any]) -> dict[str, str]:
        if not self.kit_button.isChecked():
            return {} if values["old"] else {"old": self.tr("Fill this in.")}
        if not self.groups.complete:
            return {"": self.tr("Type all thirteen groups of the sheet first.")}
        return self.check_same(values) if values["new"] else {"new": self.tr("Fill this in.")}

    def _go(self, values: Mapping[str, Any]) -> None:
        entry, kit = self.entry, self.groups.text() if self.kit_button.isChecked() else ""
        source, address, who = Path(values["source"]), values["address"], values["sign_in"]
        words, password = values["new"] if kit else values["old"], values["password"]

        def op(job: Job) -> Casebook:
            return entry.restore(
                source, address, who, words, kit=kit, password=password,
                progress=lambda done, total: job.progress(done, total), cancelled=job.cancelled,
            )  # fmt: skip

        self.open_with(op, self.tr("Restoring the backup"))
