"""The demo that every journey starts from, built once and copied, and the real window on the copy."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from officer_app.tour.chapters import Visit
from officer_app.tour.officer import at_the_window
from tests.once import made_demo


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a demo's folder; no journey may write to it."""
    return made_demo(tmp_path_factory) / "demo"


@pytest.fixture
def visit(demo: Path, tmp_path: Path, qtbot: QtBot) -> Iterator[Visit]:
    """Return an officer in front of the real window, on a copy of the demo."""
    copy, out = tmp_path / "demo", tmp_path / "out"
    shutil.copytree(demo, copy)
    out.mkdir()
    with at_the_window(copy / "casebook.sqlite", out) as officer:
        yield Visit(officer, copy, out)
