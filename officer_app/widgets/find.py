"""The box that finds a person, reference or order from anywhere, with its answers below it."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from officer_app.base.errors import KnownError
from officer_app.widgets.lines import Line, Lines
from officer_app.widgets.plain import Label, explain, name
from officer_app.widgets.room import Found
from officer_app.widgets.theme import px
from officer_app.widgets.work import Work


class FindBox(QLineEdit):
    """Searches on Enter (one search of personal data is one entry in the audit); emits `chosen(Found)`.

    The answers lie over the window, inside it: Down goes into them, Enter opens one, Esc puts them away.
    """

    chosen = Signal(object)

    def __init__(self, work: Work, find: Callable[[str], Sequence[Found]], host: QWidget) -> None:
        super().__init__()
        self._work, self._find, self._host = work, find, host
        self.setPlaceholderText(self.tr("Find a person, reference or order  (Ctrl+K)"))
        name(self, self.tr("Find a person, reference or order"))
        explain(self, self.tr("Press Enter to search everywhere"))
        self.setClearButtonEnabled(True)
        self._card: QFrame | None = None
        self._words = Label(role="muted", wrap=True)
        self.list = Lines(self.tr("Answers"))
        self.list.picked.connect(self._picked)
        self.list.installEventFilter(self)
        self.returnPressed.connect(self._search)
        self.textChanged.connect(self.put_away)

    def put_away(self) -> None:
        """Hide the answers."""
        if self._card is not None:
            self._card.hide()

    @property
    def answers(self) -> str:
        """The sentence above the answers, "" while none are shown."""
        return self._words.text() if self._card is not None and not self._card.isHidden() else ""

    def _search(self) -> None:
        text = self.text().strip()
        if not text:
            return
        find = self._find
        self._show(self.tr("Searching"), ())
        self._work.run(lambda: find(text), self._found, self._refused, owner=self, latest="find")

    def _found(self, answers: Sequence[Found]) -> None:
        count = len(answers)
        if not count:
            advice = self.tr("Nothing found. Try an e-mail address, a phone number, an order number or a reference.")
            self._show(advice, ())
        elif count == 1 and answers[0].reference.casefold() == self.text().strip().casefold():
            self.put_away()
            self.chosen.emit(answers[0])
        else:
            self._show(self.tr("1 answer") if count == 1 else self.tr("{0} answers").format(count), answers)
            self.list.setCurrentRow(0)
            self.list.setFocus()

    def _refused(self, error: KnownError) -> None:
        self._show(str(error), ())

    def _show(self, words: str, answers: Sequence[Found]) -> None:
        if self._card is None:
            # A child of the rooms' panel, not of the window: the lock takes it away with everything else.
            self._card = QFrame(self._host)
            self._card.setProperty("card", True)
            rows = QVBoxLayout(self._card)
            rows.setContentsMargins(1, px(8), 1, px(8))
            rows.setSpacing(px(6))
            self._words.setContentsMargins(px(15), 0, px(15), 0)
            rows.addWidget(self._words)
            rows.addWidget(self.list)
        self._words.setText(words)
        self.list.set_lines([Line(answer.title, answer.detail, answer, aside=answer.kind) for answer in answers])
        self.list.setVisible(bool(answers))
        self.list.fit(8)
        corner = self.mapTo(self._host, QPoint(0, self.height() + px(4)))
        width = max(self.width(), px(560))
        self._card.setFixedWidth(width)
        self._card.move(corner.x() - (width - self.width()) // 2, corner.y())
        self._card.adjustSize()
        self._card.show()
        self._card.raise_()

    def _picked(self, answer: Found) -> None:
        self.put_away()
        self.chosen.emit(answer)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()
            return
        if event.key() == Qt.Key.Key_Down and self.answers and self.list.count():
            self.list.setFocus()
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.list and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            up = event.key() == Qt.Key.Key_Up and self.list.currentRow() == 0
            if up or event.key() == Qt.Key.Key_Escape:
                if not up:
                    self.put_away()
                self.setFocus()
                return True
        return super().eventFilter(watched, event)
