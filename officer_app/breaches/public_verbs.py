"""The verbs on public notices: issue them, copy their words, record where they appeared, withdraw them."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from officer_app.breaches.forms import LANGUAGES, form_of, tr
from officer_app.breaches.tools import Tools
from officer_app.casebook import issued
from officer_app.widgets.forms import Choice, Field

VERBS = frozenset({"public", "public-text", "public-sent", "public-withdraw"})


class PublicVerbs(QObject):
    """Turns such a step into a form and a form into a use case; behind a colon is the number of the notice."""

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        self._tools = tools

    def do(self, step: str) -> None:
        """Do a step at once, or open its form."""
        verb, _, number = step.partition(":")
        tools, reference = self._tools, self._tools.now.case.reference
        public = tools.service.public
        match verb:
            case "public":
                tools.fetch(lambda: public.languages(reference), self._ask)
            case "public-text":
                tools.desk.run(lambda: public.text(reference, number), lambda text: self._copy(number, text))
            case "public-sent":
                self._ask_published(step, number)
            case "public-withdraw":
                words = (self.tr("Withdraw {0}").format(number), self.tr("Why it is wrong"), self.tr("Withdraw"))
                tools.ask_reason(step, words, lambda why: public.withdraw(reference, number, why))

    def _ask(self, languages: tuple[str, ...]) -> None:
        tools, reference = self._tools, self._tools.now.case.reference
        public = tools.service.public
        tools.preview(lambda: public.preview(reference, languages), self.tr("Public notice"), "public-notice")
        choices = tuple(Choice(each, tr(LANGUAGES.get(each, each))) for each in languages)
        fields = (Field("languages", self.tr("Languages"), "checklist", languages, choices,
                        hint=self.tr("Each language is a notice with a number of its own.")),)  # fmt: skip
        intro = self.tr("For customers whom no letter reaches. It says what the approved letters say.")
        form = form_of(self.tr("Public notice"), fields, self.tr("Issue it"), tools.draft("public"),
                       tools.policy().zone, intro)  # fmt: skip
        tools.ask(form, lambda v: tools.run(lambda: public.issue(reference, v["languages"])))

    def _copy(self, number: str, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        said = self.tr("The words of {0} are in the clipboard. Paste them where they are to appear.")
        self._tools.desk.file.news.show_news(said.format(number), "green")

    def _ask_published(self, step: str, number: str) -> None:
        tools, reference = self._tools, self._tools.now.case.reference
        places = tuple(Choice(one, tr(one).capitalize()) for one in issued.PUBLISHED)
        fields = (
            Field("where", self.tr("Where it appeared"), "choice", places[0].id, places, required=True),
            Field("at", self.tr("Since when"), "moment", tools.service.now(), required=True),
        )
        title = self.tr("{0}: record as published").format(number)
        form = form_of(title, fields, self.tr("Record"), tools.draft(step), tools.policy().zone)
        public = tools.service.public
        tools.ask(form, lambda v: tools.run(lambda: public.published(reference, number, v["where"], v["at"])))
