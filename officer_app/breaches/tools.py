"""What every verb of the breach tab works with: the services, the open incident, and how results are shown."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut

from officer_app.base.change import Change
from officer_app.breaches import forms
from officer_app.breaches.duty import Duty
from officer_app.breaches.forms import Draft
from officer_app.breaches.queue import File
from officer_app.breaches.service import Breaches
from officer_app.policy.book import Book
from officer_app.widgets.desk import DeskFrame
from officer_app.widgets.forms import Form

Undo = tuple[str, Callable[[], Change]]
"""The title of a button that takes a change back, and what it does."""
Submit = Callable[[Mapping[str, Any]], None]


class Tools(QObject):
    """`done` gets a Change, `show` a document that is no notice with its title and file name; `file` is the incident.

    `draft` gives what was typed last time for a step.
    """

    def __init__(
        self,
        service: Breaches,
        desk: DeskFrame,
        policy: Callable[[], Book],
        draft: Callable[[str], Draft],
        done: Callable[[Change], None],
        show: Callable[[bytes, str, str], None],
    ) -> None:
        super().__init__(desk)
        self.service, self.desk, self.policy = service, desk, policy
        self.draft, self.done, self.show = draft, done, show
        self.file: File | None = None
        self._undo: Callable[[], Change] | None = None
        desk.file.news.acted.connect(self.take_back)
        desk.file.news.closed.connect(self._forget)
        keys = QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), desk)
        keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        keys.activated.connect(self.take_back)

    @property
    def now(self) -> File:
        """The incident that is open."""
        assert self.file is not None
        return self.file

    def run(self, op: Callable[[], Change], title: str = "", undo: Undo | None = None) -> None:
        """Run a use case and show what it changed; with `undo` it can be taken back as long as its news is shown."""

        def then(change: Change) -> None:
            self.done(change)
            if undo is not None:
                words, self._undo = undo
                self.desk.file.news.show_news(change.news, action=words)

        self.desk.run(op, then, title=title)

    def take_back(self) -> None:
        """Take the last change back, if it can be and its news is still shown."""
        undo = self._undo
        if undo is not None and self.desk.file.form is None:
            self._forget()
            self.run(undo)

    def _forget(self) -> None:
        self._undo = None

    def fetch(self, op: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Read something for a step and go on with it, unless another incident is shown by then."""
        reference = self.now.case.reference

        def go_on(found: Any) -> None:
            if self.now.case.reference == reference:
                then(found)

        self.desk.run(op, go_on)

    def preview(self, make: Callable[[], bytes], title: str, name: str) -> None:
        """Make a document and show it beside the case."""
        reference = self.now.case.reference

        def show(content: bytes) -> None:
            self.show(content, f"{title}, {reference}", f"{reference}-{name}.pdf")

        self.fetch(make, show)

    def ask(self, form: Form, submit: Submit, *, alone: bool = False) -> None:
        """Open a form; `submit` gets what was typed."""
        self.desk.ask_form(form, submit, alone=alone)

    def ask_reason(
        self, step: str, words: tuple[str, str, str], act: Callable[[str], Change], undo: Undo | None = None
    ) -> None:
        """Open a form for one text; `words` are its title, label and button."""
        form = forms.reason(*words, self.policy().zone, self.draft(step))
        self.ask(form, lambda v: self.run(lambda: act(v["reason"]), undo=undo))

    def ask_approval(self, duty: Duty, intro: str) -> None:
        """Ask for a manager's word on what is drafted for a duty."""
        reference, notices = self.now.case.reference, self.service.notices
        sign_in, passphrase = notices.approvals.needs(duty)
        form = forms.approve(intro, sign_in, passphrase, self.policy().zone)

        def submit(values: Mapping[str, Any]) -> None:
            who, secret = values.get("sign_in", ""), values.get("passphrase", "")
            self.run(lambda: notices.approve(reference, duty.duty, who, secret))

        self.ask(form, submit)
