"""Collects Python's garbage on the window's thread, between two events, and nowhere else."""

import gc
import time
from typing import Final

from PySide6.QtCore import QObject, QTimer

_EVERY: Final = 500  # milliseconds
_WHOLE: Final = 60.0  # seconds between two looks at everything


class Litter(QObject):
    """Keeps Python from collecting by itself, from its making until `end`; of several the last to end gives it back.

    Python collects in whichever thread happens to make an object, in the middle of whatever it does. A widget that
    ends in a thread of the background, or while Qt is taking its neighbours apart, brings the program down.
    """

    _living = 0

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._ended = False
        self._whole = time.monotonic()
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY)
        self._timer.timeout.connect(self._collect)
        self._timer.start()
        Litter._living += 1
        gc.disable()

    def end(self) -> None:
        """Let Python collect as it does by itself; a second call does nothing."""
        if self._ended:
            return
        self._ended = True
        self._timer.stop()
        Litter._living -= 1
        if not Litter._living:
            gc.enable()

    def _collect(self) -> None:
        now = time.monotonic()
        if now - self._whole > _WHOLE:
            self._whole = now
            gc.collect()
        elif gc.get_count()[0] > gc.get_threshold()[0]:
            gc.collect(1)
