"""Guards the pinned Qt binding: calls that return nothing must not use up references to None."""

import sys

from PySide6.QtWidgets import QApplication, QLabel


def test_a_thousand_calls_leave_the_references_to_none_alone(qapp: QApplication) -> None:
    # One release lost a reference per call below Python 3.12, and the process died when none was left.
    label = QLabel()
    label.setText("warm")
    before = sys.getrefcount(None)
    for _ in range(1000):
        label.setText("text")
    assert abs(sys.getrefcount(None) - before) < 100
