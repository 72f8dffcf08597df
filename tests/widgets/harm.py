"""What a foreign file might do to the process that draws it: end it, hold it up, or eat its memory."""

import os
import signal
import threading

from officer_app.widgets.inert import Sight


def ends(_content: bytes, _first: int) -> Sight:
    """Die as by a fault in the library."""
    os.kill(os.getpid(), signal.SIGKILL)
    return Sight()


def lingers(_content: bytes, _first: int) -> Sight:
    """Never come to an end."""
    threading.Event().wait()
    return Sight()


def swells(_content: bytes, _first: int) -> Sight:
    """Ask for more memory than there is."""
    return Sight(text="x" * 2**40)
