"""The set-up assistant: place, shop, measures and policy, people, recovery kits."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from officer_app.casebook.book import Casebook
from officer_app.entry.kits_view import KitsView
from officer_app.entry.service import Entry, First, NewCasebook, Sheets, ShopFacts
from officer_app.widgets import messages
from officer_app.widgets.checklist import Choice
from officer_app.widgets.forms import Field, Form
from officer_app.widgets.plain import Button, Label, name
from officer_app.widgets.stepper import Stepper
from officer_app.widgets.theme import px
from officer_app.widgets.work import Work

_PLACE, _SHOP, _MEASURES, _PEOPLE, _KITS = range(5)
_EMPTY = ShopFacts()


class Assistant(QWidget):
    """Asks page by page, makes the casebook, shows the kits; `unlocked(Casebook)` once one was typed back."""

    unlocked = Signal(object)
    cancelled = Signal()

    def __init__(self, entry: Entry, work: Work, address: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entry, self._work = entry, work
        self._typed: dict[str, Any] = {"address": address}
        self._book: Casebook | None = None
        self.form: Form | None = None
        self.kits: KitsView | None = None
        name(self, self.tr("Set up a casebook"))
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(px(12))
        self._rows.addWidget(Label(self.tr("Set up a casebook"), role="title"))
        self._stepper: Stepper | None = None
        self._page: QWidget | None = None
        self.page = _PLACE
        self.show_page(_PLACE)

    # --- pages ---

    def show_page(self, page: int) -> None:
        """Show one of the pages that ask."""
        self.page = page
        form = (self._place, self._shop, self._measures, self._people)[page]()
        form.setProperty("ground", "window")
        form.submitted.connect(self._next)
        form.cancelled.connect(self._before)
        form.setFixedSize(px(720), px(560))
        self.form = form
        self._put(form)
        if page == _PLACE:
            self._add_browse(form)
            form.edited.connect(self._look_at_place)
            self._look_at_place()

    def _put(self, page: QWidget) -> None:
        for old in (self._stepper, self._page):
            if old is not None:
                self._rows.removeWidget(old)
                old.hide()
                old.deleteLater()
        stages = (self.tr("Place"), self.tr("Shop"), self.tr("Measures"), self.tr("People"), self.tr("Recovery kits"))
        self._stepper, self._page = Stepper(stages, self.page), page
        self._stepper.setMaximumWidth(px(720))
        self._rows.addWidget(self._stepper)
        self._rows.addWidget(page)
        self.setFocusProxy(page)
        page.setFocus()

    def _form(self, title: str, fields: tuple[Field, ...], submit: str, intro: str, check: Any = None) -> Form:
        known = {one.key: replace(one, value=self._typed.get(one.key, one.value)) for one in fields}
        back = self.tr("Back") if self.page else self.tr("Cancel")
        return Form(title, tuple(known.values()), submit=submit, intro=intro, cancel=back, check=check, inset=0)

    def _place(self) -> Form:
        return self._form(
            self.tr("Where the casebook lives"),
            (
                Field("address", self.tr("File or address"), required=True,
                      hint=self.tr("For a team: postgresql://user@host/database, an empty database of your own.")),
                Field("password", self.tr("Database password"), "secret",
                      hint=self.tr("It is never written into a file.")),
                Field("keep", self.tr("Keep the password in this computer's keyring"), "check"),
            ),
            self.tr("Next"),
            self.tr("Everything in it is encrypted. Keep a file on this computer, not on a network drive."),
        )  # fmt: skip

    def _shop(self) -> Form:
        return self._form(
            self.tr("The shop"),
            (
                Field("name", self.tr("Shop"), required=True, placeholder=self.tr("as customers know it")),
                Field("company", self.tr("Company"), required=True, placeholder=self.tr("as it is registered")),
                Field("street", self.tr("Postal address"), "lines", required=True, rows=3),
                Field("email", self.tr("E-mail"), required=True),
                Field("contact", self.tr("Privacy officer"), required=True, hint=self.tr("Letters name this person.")),
                Field("phone", self.tr("Phone")),
                Field("hours", self.tr("Reachable"), placeholder=self.tr("Mon to Fri, 8:00 to 17:00")),
                Field("registration", self.tr("Registration number")),
                Field("website", self.tr("Website")),
                Field("signatory", self.tr("Signs breach letters"), placeholder=self.tr("name and position")),
                Field("language", self.tr("Letters are usually in"), "choice", "en",
                      (Choice("en", self.tr("English")), Choice("vi", self.tr("Vietnamese"))), required=True),
                Field("country", self.tr("Country"), value="VN", required=True, check=self._country),
            ),
            self.tr("Next"),
            self.tr("This stands on every letter. The first five are needed before the first one."),
        )  # fmt: skip

    def _country(self, value: str) -> str:
        ok = len(value) == 2 and value.isascii() and value.isalpha()
        return "" if ok else self.tr("Two letters, such as VN or DE.")

    def _measures(self) -> Form:
        return self._form(
            self.tr("Security measures and policy"),
            (
                Field("measures", self.tr("Measures in force"), "lines", "\n".join(_EMPTY.measures), rows=5,
                      hint=self.tr("One per line. Incidents and reports start from them.")),
                Field("policy_version", self.tr("Policy version"), placeholder=self.tr("such as 2026-01-15")),
                Field("policy_text", self.tr("Policy text"), "lines", rows=8,
                      hint=self.tr("The privacy policy as it is published, for the file.")),
            ),
            self.tr("Next"),
            self.tr("What the shop promises and does. You can change it later under Settings."),
        )  # fmt: skip

    def _people(self) -> Form:
        hint = self.tr("At least 12 characters. Four or more unrelated words are easy to keep in mind.")
        return self._form(
            self.tr("The first people"),
            (
                Field("first_name", self.tr("Your name"), required=True),
                Field("first_sign_in", self.tr("You sign in as"), required=True),
                Field("first_new", self.tr("Passphrase"), "secret", required=True, hint=hint),
                Field("first_again", self.tr("Once more"), "secret", required=True),
                Field("also_officer", self.tr("I also work on cases myself"), "check",
                      hint=self.tr("Decisions by one person are marked as such on paper and in the audit.")),
                Field("second_name", self.tr("The officer's name"), placeholder=self.tr("can be added later")),
                Field("second_sign_in", self.tr("Signs in as")),
                Field("second_new", self.tr("Passphrase"), "secret", hint=self.tr("Typed by the officer, not by you.")),
                Field("second_again", self.tr("Once more"), "secret"),
            ),
            self.tr("Make the casebook"),
            self.tr("You are the manager: you approve breach letters and add people. An officer works on the cases."),
            self._check_people,
        )  # fmt: skip

    def _check_people(self, values: Mapping[str, Any]) -> dict[str, str]:
        found: dict[str, str] = {}
        for who in ("first", "second"):
            if values[f"{who}_new"] != values[f"{who}_again"]:
                found[f"{who}_again"] = self.tr("Both passphrases must be the same.")
        second = [key for key in ("second_name", "second_sign_in", "second_new") if values[key]]
        if second and len(second) < 3:
            for key in ("second_name", "second_sign_in", "second_new"):
                if not values[key]:
                    found[key] = self.tr("Fill this in, or leave the officer out.")
        if not second and not values["also_officer"]:
            found["also_officer"] = self.tr("Somebody must work on the cases: tick this, or enter an officer.")
        return found

    def _add_browse(self, form: Form) -> None:
        button = Button(self.tr("Choose"))
        button.clicked.connect(self.browse)
        row = form.input("address").layout()
        if row is not None:
            row.addWidget(button)

    def _look_at_place(self) -> None:
        """Ask for a password only where a server wants one."""
        assert self.form is not None
        server = "://" in self.form.values()["address"]
        for key in ("password", "keep"):
            self.form.show_field(key, server)

    def browse(self) -> None:
        """Choose where a new file shall be."""
        target = messages.choose_save(
            self, self.tr("Where the casebook lives"), "casebook.sqlite", self.tr("Casebooks (*.sqlite)")
        )
        if target is not None and self.form is not None:
            self.form.put("address", str(target))

    # --- going on ---

    def _before(self) -> None:
        assert self.form is not None
        self._typed.update(self.form.values())
        if self.page == _PLACE:
            self.cancelled.emit()
        else:
            self.show_page(self.page - 1)

    def _next(self, values: Mapping[str, Any]) -> None:
        self._typed.update(values)
        assert self.form is not None
        entry, address = self._entry, self._typed["address"]
        if self.page == _PLACE:
            self._work.run(lambda: entry.check_place(address), self._go_on, self.form.show_trouble, owner=self)
        elif self.page == _PEOPLE:
            self._make()
        else:
            self._go_on()

    def _go_on(self, _nothing: object = None) -> None:
        self.show_page(self.page + 1)

    def _facts(self) -> ShopFacts:
        typed, known = self._typed, {one.name for one in fields(ShopFacts)}
        values: dict[str, Any] = {key: value for key, value in typed.items() if key in known}
        lines = {"address": _lines(typed["street"]), "measures": _lines(typed["measures"])}
        return ShopFacts(**{**values, **lines, "country": typed["country"].upper()})

    def _make(self) -> None:
        typed, entry = self._typed, self._entry
        wanted = NewCasebook(
            address=typed["address"],
            facts=self._facts(),
            first=First(typed["first_name"], typed["first_sign_in"], typed["first_new"], typed["also_officer"]),
            second_name=typed["second_name"],
            second_sign_in=typed["second_sign_in"],
            second_passphrase=typed["second_new"],
        )
        password, keep = typed["password"], typed["keep"]
        assert self.form is not None
        self._work.run(
            lambda: entry.create(wanted, password, keep=keep), self._made, self.form.show_trouble,
            title=self.tr("Making the casebook"), owner=self,
        )  # fmt: skip

    def _made(self, made: tuple[Casebook, Sheets]) -> None:
        self._book, sheets = made
        for key in [key for key in self._typed if key.endswith(("_new", "_again")) or key == "password"]:
            del self._typed[key]
        self.page, self.form = _KITS, None
        entry, book = self._entry, self._book
        self.kits = KitsView(self._work, sheets, lambda typed: entry.confirm_kit(book, typed))
        self.kits.setFixedSize(px(1120), px(620))
        self.kits.confirmed.connect(self._finished, Qt.ConnectionType.QueuedConnection)
        self._put(self.kits)
        self.setFocusProxy(self.kits.groups)

    def _finished(self, _nothing: object) -> None:
        self.unlocked.emit(self._book)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
