"""A demo whose every foreign text is hostile, and the real window on it, watched for what leaves the program."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QProcess, QUrl
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from officer_app.casebook import audit
from officer_app.casebook.book import Casebook
from officer_app.casebook.memory import Memory
from officer_app.letters import shop_facts
from officer_app.tour.chapters import Visit
from officer_app.tour.officer import at_the_window
from tests.attacks import hostile
from tests.once import made_demo


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the demo's folder; no test may write to it."""
    base = tmp_path_factory.mktemp("hostile")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OFFICER_APP_STATE", str(base / "state"))
        shutil.copytree(made_demo(tmp_path_factory), base, dirs_exist_ok=True)
        folder = base / "demo"
        _poison_shop(folder / "shop.sqlite")
        _poison_settings(folder, base / "state")
    return folder


def _poison_shop(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE customers SET first_name = ?, last_name = ?", (hostile.NAME, hostile.CANARY))
        connection.execute("UPDATE addresses SET line1 = ?, city = ?", (hostile.NAME, hostile.NAME))
        connection.execute("UPDATE order_lines SET title = ?", (hostile.NAME,))


def _poison_settings(folder: Path, state: Path) -> None:
    book = Casebook.open(folder / "casebook.sqlite", Memory(state))
    try:
        book.unlock(*(folder / "manager.passphrase").read_text(encoding="utf-8").splitlines()[:2])
        with book.transaction("change settings") as tx:
            facts = shop_facts.load(tx)
            poisoned = replace(facts, name=hostile.NAME, company=hostile.NAME, contact=hostile.NAME)
            shop_facts.save(tx, poisoned)
            audit.append(tx, "shop details changed", details={"name": hostile.NAME})
    finally:
        book.close()


class Doors:
    """Notes whatever would leave the program: an address opened, a process started."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.started: list[str] = []


@pytest.fixture
def doors(monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[Doors]:
    """Stand at every door."""
    made = Doors()

    def start(*arguments: Any, **_words: Any) -> bool:
        made.started.append(repr(arguments))
        return False

    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: made.opened.append(QUrl(url).toString()))
    for name in ("start", "startDetached", "execute"):
        monkeypatch.setattr(QProcess, name, start)
    with hostile.watching(made.started):
        yield made


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the program a home and a temporary folder that can be searched afterwards."""
    made = tmp_path / "home"
    for name in ("tmp", "run", ".cache", ".config", ".local/share", ".local/state"):
        (made / name).mkdir(parents=True, mode=0o700)
    monkeypatch.setenv("HOME", str(made))
    for name in ("TMPDIR", "TMP", "TEMP"):
        monkeypatch.setenv(name, str(made / "tmp"))
    for name, folder in (("CACHE", ".cache"), ("CONFIG", ".config"), ("DATA", ".local/share"),
                         ("STATE", ".local/state")):  # fmt: skip
        monkeypatch.setenv(f"XDG_{name}_HOME", str(made / folder))
    monkeypatch.setattr(tempfile, "tempdir", str(made / "tmp"))
    monkeypatch.setenv("OFFICER_APP_STATE", str(made / ".local/state"))
    return made


@pytest.fixture
def visit(demo: Path, home: Path, tmp_path: Path, doors: Doors) -> Iterator[Visit]:
    """Return an officer in front of the real window, on a copy of the demo."""
    copy, out = tmp_path / "demo", tmp_path / "out"
    shutil.copytree(demo, copy)
    (copy / "mails" / "hostile.eml").write_bytes(hostile.mail())
    out.mkdir()
    assert os.environ["OFFICER_APP_STATE"].startswith(str(home))
    with at_the_window(copy / "casebook.sqlite", out) as officer:
        yield Visit(officer, copy, out)
