"""Garbage ends on the window's thread, whoever makes it."""

import gc
import threading
from collections.abc import Iterator
from typing import ClassVar

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from officer_app.widgets.work import Work


class Knot:
    """Garbage that only a collection ends, and that tells in which thread it did."""

    ended: ClassVar[list[int]] = []

    def __init__(self) -> None:
        self.self = self

    def __del__(self) -> None:
        Knot.ended.append(threading.get_ident())


@pytest.fixture
def works() -> Iterator[list[Work]]:
    was = gc.isenabled()
    Knot.ended.clear()
    made = [Work(), Work()]
    yield made
    for one in made:
        one.close()
    assert gc.isenabled() == was


def test_no_thread_of_the_background_ends_what_another_made(works: list[Work], qtbot: QtBot) -> None:
    many = 10 * gc.get_threshold()[0]  # Python would collect several times meanwhile, did it do so by itself

    def busy() -> int:
        return len([Knot().self is None for _ in range(many)])

    done: list[int] = []
    works[0].run(busy, done.append)
    qtbot.waitUntil(lambda: done == [many])
    qtbot.waitUntil(lambda: len(Knot.ended) == many, timeout=10_000)
    assert set(Knot.ended) == {threading.get_ident()}


def test_the_last_of_several_gives_the_collection_back(works: list[Work]) -> None:
    assert not gc.isenabled()
    works[0].close()
    works[0].close()
    assert not gc.isenabled()
    assert isinstance(works[1], QObject)
