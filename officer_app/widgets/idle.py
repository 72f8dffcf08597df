"""Watches how long nobody has touched the window."""

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

_LOOK_EVERY: Final = 5_000  # ms
_INPUT: Final = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.InputMethod,
    }
)


class Idle(QObject):
    """Emits `idle` once nobody typed or moved the pointer for `seconds`; watches until it is stopped.

    `clock` returns seconds. The default is the wall clock: the monotonic one stands still while a Linux machine
    sleeps, and sleep is absence too.
    """

    idle = Signal()

    def __init__(
        self, seconds: float, *, clock: Callable[[], float] = time.time, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._seconds, self._clock = seconds, clock
        self._last = clock()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(self)

    def look(self) -> None:
        """Compare the time now."""
        if self._clock() - self._last >= self._seconds:
            self._last = self._clock()
            self.idle.emit()

    def stop(self) -> None:
        """Watch no more."""
        self._timer.stop()
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in _INPUT:
            self._last = self._clock()
        return False
