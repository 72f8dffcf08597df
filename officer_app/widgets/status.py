"""The status line: what runs, how far it is, how long it takes, and a Cancel that works; also on the lock screen."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from officer_app.widgets.plain import Button, Label, name
from officer_app.widgets.theme import px
from officer_app.widgets.work import Running, Work


class StatusLine(QWidget):
    """Shows the oldest run that has a title; without one the hint of whatever the pointer or focus is on."""

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(px(36))
        self._work = work
        self._hint = ""
        self._shown: Running | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(px(16), 0, px(12), 0)
        row.setSpacing(px(12))
        self._words = Label(role="muted")
        self._words.setMinimumWidth(px(100))
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(px(180))
        name(self._bar, self.tr("Progress"))
        self.cancel_button = Button(self.tr("Cancel"), look="small")
        self.cancel_button.clicked.connect(self._cancel)
        row.addWidget(self._words, 1)
        row.addWidget(self._bar)
        row.addWidget(self.cancel_button)
        work.changed.connect(self.refresh)
        self.refresh()

    @property
    def text(self) -> str:
        """The words shown."""
        return self._words.text()

    def hint(self, text: str) -> None:
        """Show a hint while nothing runs."""
        self._hint = text
        self.refresh()

    def refresh(self) -> None:
        """Show the state of the runs now."""
        running = self._work.running()
        run = running[0] if running else None
        self._shown = run
        self._bar.setVisible(run is not None)
        self.cancel_button.setVisible(run is not None and run.cancellable)
        if run is None:
            self._words.setText(self._hint)
            return
        self._words.setText(self._sentence(run, len(running) - 1))
        self.cancel_button.setEnabled(not run.stopping)
        self._bar.setMaximum(1000 if run.total else 0)
        self._bar.setValue(round(1000 * run.done / run.total) if run.total else 0)
        self._bar.setAccessibleDescription(self._words.text())

    def _sentence(self, run: Running, others: int) -> str:
        words = run.title
        if run.text:
            words = f"{words}: {run.text}"
        elif run.total:
            words = self.tr("{0}: {1} of {2}").format(words, f"{run.done:,}", f"{run.total:,}")
        if run.stopping:
            words = self.tr("{0}, stopping").format(words)
        else:
            left = run.seconds_left()
            if left is not None:
                words = f"{words}, {self._left(left)}"
        return self.tr("{0}. {1} more running.").format(words, others) if others > 0 else words

    def _left(self, seconds: float) -> str:
        if seconds < 90:
            return self.tr("{0} s left").format(max(1, round(seconds)))
        if seconds < 5400:
            return self.tr("{0} min left").format(round(seconds / 60))
        return self.tr("{0} h {1} min left").format(int(seconds // 3600), int(seconds % 3600 // 60))

    def _cancel(self) -> None:
        if self._shown is not None:
            self._shown.cancel()
            self.refresh()
