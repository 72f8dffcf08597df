"""A shop that could not be reached at sign-in is tried again, so that nobody has to lock and unlock."""

from pathlib import Path

import pytest

from officer_app import house as houses
from officer_app.base.errors import KnownError
from officer_app.casebook.book import Casebook
from officer_app.casebook.memory import Memory, state_folder
from officer_app.demo import build
from officer_app.house import House


def test_refreshing_brings_a_shop_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it is away the sentence says where to look; once it is back the next reading finds it."""
    made = build.build(tmp_path / "demo")
    name, passphrase = (made.folder / "officer.passphrase").read_text(encoding="utf-8").splitlines()[:2]
    shop = made.folder / "shop.sqlite"
    shop.rename(made.folder / "away.sqlite")
    book = Casebook.open(made.casebook, Memory(state_folder()))
    book.unlock(name, passphrase)
    house = House(book)
    house.connect_shop()
    assert house.shop() is None
    assert house.shop_trouble
    with pytest.raises(KnownError, match="press F5"):
        house.retention.queue.page()
    (made.folder / "away.sqlite").rename(shop)
    monkeypatch.setattr(houses, "_AGAIN", 0.0)
    assert house.retention.queue.page().rows
    assert not house.shop_trouble
    house.close()
    book.close()
