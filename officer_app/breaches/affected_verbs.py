"""The verbs on affected customers: ask, add, take away, bring a list from a file, and freeze."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.breaches import asked_forms
from officer_app.breaches.affected import Found
from officer_app.breaches.asked import Asked, Op, Selection
from officer_app.breaches.tools import Tools
from officer_app.widgets import messages
from officer_app.widgets.forms import Choice
from officer_app.widgets.work import Job

FREEZE, PLUS, MINUS, IMPORT = "freeze", "affected-plus", "affected-minus", "affected-file"
VERBS = frozenset({"affected", FREEZE, PLUS, MINUS, IMPORT})
_LARGEST = 50_000_000


class AffectedVerbs(QObject):
    """Turns such a step into a question; `found` gets what it finds before it is frozen."""

    def __init__(self, tools: Tools, found: Callable[[Found], None]) -> None:
        super().__init__(tools)
        self._tools, self._found = tools, found

    def do(self, step: str, known: Found | None) -> None:
        """Ask anew, or on the ground of what was found before."""
        tools = self._tools
        match step:
            case "affected":
                tools.fetch(tools.service.affected.unanswerable, lambda cannot: self._ask(cannot, None, None))
            case "affected-plus" | "affected-minus" if known is not None:
                op: Op = "plus" if step == PLUS else "minus"
                tools.fetch(tools.service.affected.unanswerable, lambda cannot: self._ask(cannot, op, known.asked))
            case "affected-file":
                self._import(known.asked if known is not None else None)
            case "freeze" if known is not None:
                self._freeze(known.asked)

    def _ask(self, cannot: Mapping[str, str], op: Op | None, known: Selection | None) -> None:
        tools, case = self._tools, self._tools.now.case
        titles = {each.id: each.title_in("en") for each in tools.policy().data_categories}
        categories = tuple(Choice(each, titles.get(each, each)) for each in case.facts.categories)
        draft = tools.draft("affected" if op is None else f"affected-{op}")
        form = asked_forms.affected(cannot, categories, tools.policy().zone, draft, op)

        def count(values: Mapping[str, Any]) -> None:
            asked = asked_forms.to_asked(values)
            only = tuple(values.get("only", ()))
            self._look(Selection((("plus", asked),), only) if known is None or op is None else known.also(op, asked))

        tools.ask(form, count)

    def _look(self, wanted: Selection) -> None:
        tools = self._tools

        def look(job: Job) -> Found:
            return tools.service.affected.look(wanted, job.cancelled, job.progress)

        tools.desk.run(look, self._here(), title=self.tr("Counting customers"))

    def _here(self) -> Callable[[Found], None]:
        """Return what shows a count beside the incident that it was made for, and beside no other."""
        tools, reference = self._tools, self._tools.now.case.reference

        def show(found: Found) -> None:
            if tools.now.case.reference == reference:
                self._found(found)
                return
            said = self.tr("The customers of {0} are counted. Open it and ask again to freeze them.")
            tools.desk.news.show_news(said.format(reference))

        return show

    def _import(self, known: Selection | None) -> None:
        tools = self._tools
        paths = messages.choose_files(
            tools.desk, self.tr("A list of numbers and e-mails"), self.tr("Lists (*.csv *.txt)")
        )
        if not paths:
            return

        def look(job: Job) -> Found:
            asked = Asked(pasted="\n".join(_read(path) for path in paths))
            wanted = known.also("plus", asked) if known is not None else Selection.of(asked)
            return tools.service.affected.look(wanted, job.cancelled, job.progress)

        tools.desk.run(look, self._here(), title=self.tr("Looking them up"))

    def _freeze(self, wanted: Selection) -> None:
        tools, reference = self._tools, self._tools.now.case.reference

        def op(job: Job) -> Change:
            return tools.service.affected.freeze(reference, wanted, job.progress, job.cancelled)

        tools.desk.run(op, tools.done, title=self.tr("Freezing the list"))


def _read(path: Path) -> str:
    """Return a list as text; anything but words parted by space, commas and semicolons is looked up in vain."""
    try:
        if path.stat().st_size > _LARGEST:
            raise KnownError(f"{path.name} is larger than 50 MB. Part it, and bring the parts one after the other.")
        content = path.read_bytes()
    except OSError as error:
        raise KnownError(f"{path.name} cannot be read: {error.strerror}. Choose another file.") from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    if "\0" in text:
        raise KnownError(f"{path.name} is no list in plain text. Save it as CSV first.")
    return text.replace('"', " ")
