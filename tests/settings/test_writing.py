"""Erasing: off by default, an account of its own that was tried, and when a manager approves."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from officer_app.base.errors import KnownError
from officer_app.settings.connecting import Connecting
from officer_app.settings.erasing_panel import ErasingPanel
from officer_app.settings.writing import Writing
from officer_app.shop import profile
from officer_app.shop.address import Address
from officer_app.shop.connection import Shop, connect
from officer_app.widgets.forms import Form
from officer_app.widgets.work import Work
from tests import factory
from tests.settings.conftest import House


@pytest.fixture
def shop(shop_file: Path) -> Iterator[Shop]:
    made = connect(Address(engine="sqlite", path=str(shop_file)), "", profile.load("native"))
    yield made
    made.close()


@pytest.fixture
def writing(house: House, shop: Shop) -> Writing:
    return Writing(house.book, Connecting(house.book, lambda _connection: None), lambda: shop)


def test_off_until_it_is_switched_on(writing: Writing) -> None:
    with pytest.raises(KnownError, match="switched off"):
        writing.saved()
    assert "switched on" in writing.switch_on("", "", keyring=False).news
    assert writing.saved() == ("", "")
    writing.switch_off()
    with pytest.raises(KnownError, match="switched off"):
        writing.saved()


def test_without_a_shop_nothing_is_switched_on(house: House) -> None:
    lonely = Writing(house.book, Connecting(house.book, lambda _connection: None), lambda: None)
    with pytest.raises(KnownError, match="Connect the shop first"):
        lonely.switch_on("", "", keyring=False)
    assert not lonely.current().on


def test_the_limits_are_kept_and_checked(writing: Writing) -> None:
    assert writing.limits() == (100, 1.0)
    writing.save_limits(20, 0.5)
    assert writing.limits() == (20, 0.5)
    with pytest.raises(KnownError, match="0 to 100"):
        writing.save_limits(20, 101)


def test_only_a_manager_lets_more_go_without_approval(shop: Shop, tmp_path: Path) -> None:
    """Else an officer lifts the limit, erases by themselves, and sets it back."""
    with closing(factory.officer(tmp_path)) as book:
        mine = Writing(book, Connecting(book, lambda _connection: None), lambda: shop)
        for number, share in ((101, 1), (100, 1.5)):
            with pytest.raises(KnownError, match="Only a manager"):
                mine.save_limits(number, share)
        mine.save_limits(20, 0.5)
        assert mine.limits() == (20, 0.5)


def test_the_panel_switches_on_and_off(writing: Writing, work: Work, dressed: None, qtbot: QtBot) -> None:
    panel = ErasingPanel(writing, work, lambda: "no keyring here")
    qtbot.addWidget(panel)
    panel.show()
    buttons = panel.file.actions_bar.buttons
    qtbot.waitUntil(lambda: "on" in panel.file.actions_bar.buttons)
    assert "off" not in buttons
    panel.file.chosen.emit("on")
    assert isinstance(panel.file.form, Form)
    panel.file.form.submitted.emit({})
    qtbot.waitUntil(lambda: "off" in panel.file.actions_bar.buttons)
    assert writing.current().on
    panel.file.chosen.emit("limits")
    panel.file.form.submitted.emit({"number": 5, "share": 1})
    qtbot.waitUntil(lambda: writing.limits() == (5, 1.0))
    qtbot.waitUntil(lambda: panel.file.form is None)
    panel.file.chosen.emit("off")
    qtbot.waitUntil(lambda: not writing.current().on)
    assert work.drain()
