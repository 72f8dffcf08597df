"""How long the unlock screen takes to paint, against a bare window of the same toolkit: the goal is 1.5 times."""

import os
import subprocess
import sys
import tempfile
from statistics import median
from time import perf_counter

GOAL = 1.5
BARE = """
import os
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
window = QMainWindow()
window.resize(1520, 860)
window.show()
app.processEvents()
os._exit(0)
"""
OURS = """
import gc
import os
gc.disable()  # as officer_app.__main__ does
from officer_app import app as application
from officer_app.rooms import Rooms
from officer_app.widgets import theme
app = application.application()
theme.apply(app)
window = application.open_window(app, lambda window: Rooms(window, os.environ["CASEBOOK"]).entry)
app.processEvents()
os._exit(0)
"""


def run(rounds: int = 11) -> dict[str, object]:
    """Start both in turn, so that they see the same machine, and compare the medians of wall time."""
    took: dict[str, list[float]] = {BARE: [], OURS: []}
    with tempfile.TemporaryDirectory() as folder:
        # An installed program has its byte code; a machine that forbids writing it would measure the compiler.
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        surroundings = {
            **kept,
            "QT_QPA_PLATFORM": "offscreen",
            "OFFICER_APP_STATE": folder,
            "CASEBOOK": os.path.join(folder, "casebook.sqlite"),  # noqa: PTH118  a text for the child
        }
        for number in range(rounds + 1):
            for code, times in took.items():
                began = perf_counter()
                subprocess.run([sys.executable, "-c", code], env=surroundings, check=True, stderr=subprocess.DEVNULL)
                if number:  # the first round only warms the disk
                    times.append(perf_counter() - began)
    ratio = median(took[OURS]) / median(took[BARE])
    return {
        "bare window, ms": 1000 * median(took[BARE]),
        "unlock screen, ms": 1000 * median(took[OURS]),
        "times the bare window": ratio,
        "goal": GOAL,
        "met": ratio <= GOAL,
    }
