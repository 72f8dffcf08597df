"""A letter drawn beside the form in which it is written, again after every pause in the typing."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer

from officer_app.base.errors import KnownError
from officer_app.widgets.desk import DeskFrame
from officer_app.widgets.forms import Form

_PAUSE: Final = 400  # ms without a key before the letter is drawn anew

Make = Callable[[Mapping[str, Any]], bytes]


class LivePreview(QObject):
    """Follows one form; `make` returns the letter of what is typed and runs away from the window.

    One drawing at a time: what was typed meanwhile is drawn after it. It ends with the form, or when the officer goes
    back to the list.
    """

    def __init__(self, desk: DeskFrame, form: Form, make: Make, title: str) -> None:
        super().__init__(form)
        self._desk, self._form, self._make, self._title = desk, form, make, title
        self._busy = self._again = self._over = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE)
        self._timer.timeout.connect(self._draw)
        form.edited.connect(self._timer.start)
        form.submitted.connect(self._end)
        form.cancelled.connect(self._give_up)
        desk.preview.closed.connect(self._end)
        self._draw()

    def _draw(self) -> None:
        if self._over or self._desk.file.form is not self._form:
            return
        if self._busy:
            self._again = True
            return
        self._busy = True
        values = self._form.values()
        self._desk.work.run(lambda: self._make(values), self._show, self._failed, owner=self)

    def _show(self, content: bytes) -> None:
        self._rested()
        if not self._over and self._desk.file.form is self._form:
            self._desk.show_draft(content, self._title)

    def _failed(self, error: KnownError) -> None:
        """Say why nothing can be drawn, where it would stand; submitting says it again."""
        self._rested()
        if not self._over and self._desk.preview.isVisible():
            self._desk.preview.news.show_trouble(error)

    def _rested(self) -> None:
        self._busy = False
        if self._again:
            self._again = False
            self._timer.start()

    def _end(self, _values: object = None) -> None:
        self._over = True
        self._timer.stop()

    def _give_up(self) -> None:
        self._end()
        if self._desk.preview.draft:
            self._desk.close_preview()
