"""The benchmark of the queue runs, on few cases; what it measures is judged at its full size."""

from pytestqt.qtbot import QtBot

from tests.bench import queue


def test_the_benchmark_of_the_queue_runs(qtbot: QtBot) -> None:
    figures = queue.run(count=1500, rounds=2, pages=3)
    assert figures["cases"] == 1500
    assert isinstance(figures["first page, ratio"], float)
    assert isinstance(figures["search in names and texts, all, s"], float)
    assert figures["event-loop gaps while scrolling"]
