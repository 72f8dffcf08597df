"""Settings of the shop itself: its details on the left, a letter that carries them on the right."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.letters.shop_facts import ShopFacts
from officer_app.settings.service import Settings
from officer_app.widgets.checklist import Choice
from officer_app.widgets.forms import Field, Form
from officer_app.widgets.messages import NewsBar
from officer_app.widgets.pdf import PdfPreview
from officer_app.widgets.plain import name
from officer_app.widgets.theme import px
from officer_app.widgets.work import Work

_PAUSE = 500  # ms without a key before the letter is drawn again


class ShopPanel(QWidget):
    """Name, address, contact, measures and policy text; the letter follows while typing."""

    def __init__(self, settings: Settings, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings, self._work = settings, work
        self.form: Form | None = None
        name(self, self.tr("Shop details"))
        self.news = NewsBar(inset=24)
        self._left = QWidget()
        self._left_rows = QVBoxLayout(self._left)
        self._left_rows.setContentsMargins(0, 0, 0, 0)
        self._left_rows.setSpacing(0)
        self._left_rows.addWidget(self.news)
        self.preview = PdfPreview(work, mail=False)
        for button in (self.preview.back_button, self.preview.print_button, self.preview.save_button):
            button.hide()
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(1)
        split.addWidget(self._left)
        split.addWidget(self.preview)
        split.setSizes([px(760), px(760)])
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(split)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self.draw)
        work.run(settings.shop_facts, self._fill, self.news.show_trouble, owner=self)

    def _fill(self, facts: ShopFacts) -> None:
        languages = (Choice("en", self.tr("English")), Choice("vi", self.tr("Vietnamese")))
        self.form = Form(
            self.tr("What stands on every letter"),
            (
                Field("name", self.tr("Shop"), value=facts.name, required=True),
                Field("company", self.tr("Company"), value=facts.company, required=True),
                Field("address", self.tr("Postal address"), "lines", "\n".join(facts.address), required=True, rows=3),
                Field("email", self.tr("E-mail"), value=facts.email, required=True),
                Field("contact", self.tr("Privacy officer"), value=facts.contact, required=True),
                Field("phone", self.tr("Phone"), value=facts.phone),
                Field("hours", self.tr("Reachable"), value=facts.hours),
                Field("registration", self.tr("Registration"), value=facts.registration),
                Field("website", self.tr("Website"), value=facts.website),
                Field("signatory", self.tr("Signs breach letters"), value=facts.signatory,
                      hint=self.tr("Name and position of who signs for the management.")),
                Field("language", self.tr("Usual language"), "choice", facts.language, languages, required=True,
                      hint=self.tr("Where neither the customer's account nor country says another.")),
                Field("country", self.tr("Country"), value=facts.country, required=True, check=self._country),
                Field("measures", self.tr("Measures in force"), "lines", "\n".join(facts.measures), rows=5,
                      hint=self.tr("One per line. Incidents and reports start from them.")),
                Field("policy_version", self.tr("Policy version"), value=facts.policy_version),
                Field("policy_text", self.tr("Policy text"), "lines", facts.policy_text, rows=8),
            ),
            submit=self.tr("Save"),
            intro=self.tr("Letters issued before keep what they said."),
            cancel="",
        )  # fmt: skip
        self.form.submitted.connect(self._save)
        self.form.edited.connect(self._pause.start)
        self._left_rows.addWidget(self.form, 1)
        self.setFocusProxy(self.form)
        self.draw()

    def _country(self, value: str) -> str:
        ok = len(value) == 2 and value.isascii() and value.isalpha()
        return "" if ok else self.tr("Two letters, such as VN or DE.")

    def facts(self) -> ShopFacts:
        """Return what is typed."""
        assert self.form is not None
        values = self.form.values()
        lists = {key: tuple(line.strip() for line in values[key].splitlines() if line.strip())
                 for key in ("address", "measures")}  # fmt: skip
        known = {one.name for one in fields(ShopFacts)}
        texts = {key: value for key, value in values.items() if key in known and key not in lists}
        return ShopFacts(**{**texts, **lists, "country": values["country"].upper()})

    def draw(self) -> None:
        """Draw the letter with what is typed now."""
        facts = self.facts()
        self._work.run(
            lambda: self._settings.letterhead_preview(facts),
            self._drawn,
            self._not_drawn,
            owner=self,
            latest="letterhead",
        )

    def _drawn(self, content: bytes) -> None:
        self.news.clear()
        self.preview.show_pdf(content, self.tr("A letter with these details"), "letterhead.pdf")

    def _not_drawn(self, error: KnownError) -> None:
        self.news.show_news(str(error), "amber")

    def _save(self, values: Mapping[str, Any]) -> None:
        facts = self.facts()
        assert self.form is not None and values
        self._work.run(lambda: self._settings.save_shop_facts(facts), self._saved, self.form.show_trouble, owner=self)

    def _saved(self, change: Change) -> None:
        assert self.form is not None
        self.form.set_busy(False)
        self.news.show_news(change.news, "green")
