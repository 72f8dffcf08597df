"""The settings' use cases: details, connection, idle lock, and how the window looks."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from officer_app.base.errors import KnownError
from officer_app.casebook import audit, settings, setup
from officer_app.casebook.memory import Memory
from officer_app.letters.shop_facts import ShopFacts
from officer_app.settings import window_choice
from officer_app.settings.connecting import ShopConnection
from officer_app.shop.address import Address
from tests import factory
from tests.notices.reading import everything
from tests.settings.conftest import House

FACTS = ShopFacts(
    name="Lotus & Loom", company="Lotus Co.", address=("1 Street",), email="a@lotus.example", contact="Linh"
)


def newest(house: House) -> audit.Entry:
    with house.book.reading() as tx:
        return audit.page(tx, limit=1)[0]


# --- details ---


def test_details_are_kept_audited_and_say_what_is_missing(house: House) -> None:
    assert "the company's name" in house.settings.save_shop_facts(replace(FACTS, company="")).news
    change = house.settings.save_shop_facts(FACTS)
    assert house.settings.shop_facts() == FACTS
    assert "carries these details" in change.news
    assert newest(house).action == "shop details changed"


def test_the_preview_carries_what_is_typed(house: House) -> None:
    text = everything(house.settings.letterhead_preview(replace(FACTS, name="<b>Näme</b> & Söhne")))
    assert "<b>Näme</b> & Söhne" in text
    assert "a@lotus.example" in text


# --- the connection ---


def demo(path: Path, profile: str = "native") -> ShopConnection:
    return ShopConnection(Address(engine="sqlite", path=str(path), profile=profile))


def test_a_connection_is_tested_saved_and_used(house: House, shop_file: Path) -> None:
    report = house.settings.connecting.test(demo(shop_file))
    assert report.good
    assert len(report.sample) == 10
    assert "Lê" not in str(report.sample)
    assert house.settings.connection() is None
    house.settings.connecting.save(demo(shop_file), keyring=False)
    assert house.connected == [demo(shop_file)]
    assert house.settings.connection() == demo(shop_file)
    assert house.settings.check_saved().good
    with pytest.raises(KnownError, match="does not fit"):
        house.settings.check_saved("django-oscar")


def test_a_wrong_profile_is_refused_and_nothing_is_saved(house: House, shop_file: Path) -> None:
    with pytest.raises(KnownError, match="does not fit this database"):
        house.settings.connecting.save(demo(shop_file, "django-oscar"), keyring=False)
    assert house.settings.connection() is None
    assert house.connected == []


def test_a_sealed_password_comes_back_and_stands_in_no_file(house: House, shop_file: Path, tmp_path: Path) -> None:
    secret = "lighthouse-canary-4711"
    house.settings.connecting.save(replace(demo(shop_file), password=secret), keyring=False)
    found = house.settings.connection()
    assert found is not None
    assert found.password == secret
    for path in [*tmp_path.rglob("*"), *Path(os.environ["OFFICER_APP_STATE"]).rglob("*")]:
        assert not path.is_file() or secret.encode() not in path.read_bytes(), path
    with house.book.reading() as tx:
        assert secret not in str(audit.page(tx))


def test_the_kept_password_goes_to_its_own_account_only(house: House) -> None:
    saved = ShopConnection(Address(engine="postgresql", host="db.example", database="shop", user="reader"), "s3cret")
    with house.book.transaction("change settings") as tx:
        stored = {"address": saved.address.settings(), "password": saved.password}
        settings.put(tx, "connection", stored)
        audit.append(tx, "shop connection changed")
    connecting = house.settings.connecting
    assert connecting.with_kept_password(replace(saved, password="")) == saved
    assert connecting.with_kept_password(replace(saved, password="typed")).password == "typed"
    for change in ({"host": "evil.example"}, {"user": "root"}, {"port": 5433}, {"database": "other"}):
        elsewhere = ShopConnection(replace(saved.address, **change))
        assert connecting.with_kept_password(elsewhere).password == "", change


def test_without_a_keyring_the_password_is_refused_there(house: House, shop_file: Path) -> None:
    assert "keyring" in house.settings.connecting.no_keyring()
    with pytest.raises(KnownError, match="sealed in the casebook"):
        house.settings.connecting.save(replace(demo(shop_file), password="x"), keyring=True)
    assert house.settings.connection() is None


def test_a_demo_keeps_its_own_shop(tmp_path: Path, shop_file: Path) -> None:
    first = setup.First("Minh", "minh", factory.MANAGER_PASS)
    book, _kits = setup.create(
        tmp_path / "demo.sqlite", Memory(tmp_path / "s"), first, demo=True, kdf=factory.cheap_kdf
    )
    house = House(book)
    connecting = house.settings.connecting
    assert "demo" in connecting.fixed
    with pytest.raises(KnownError, match="demo"):
        connecting.save(demo(tmp_path / "other.sqlite"), keyring=False)
    found = connecting.saved()
    assert found is not None
    assert found.address.path == str(shop_file)
    book.close()


def test_nothing_connected_is_said(house: House) -> None:
    with pytest.raises(KnownError, match="No shop is connected"):
        house.settings.check_saved()


# --- the window ---


def test_idle_minutes_are_kept_within_bounds(house: House) -> None:
    assert house.settings.idle_minutes() == 5
    house.settings.save_idle_minutes(2)
    assert house.settings.idle_minutes() == 2
    for wrong in (0, 61):
        with pytest.raises(KnownError, match="1 to 60"):
            house.settings.save_idle_minutes(wrong)
    assert newest(house).more == {"minutes": 2}


def test_the_look_is_kept_on_this_computer(state: Path) -> None:
    assert window_choice.load() == "system"
    window_choice.save("dark")
    assert window_choice.load() == "dark"


@pytest.mark.parametrize("content", ["", "purple", "darkness", "\0", "\udcff"])
def test_a_damaged_choice_means_the_usual_window(state: Path, content: str) -> None:
    (state / "look.txt").write_bytes(content.encode("utf-8", "surrogateescape"))
    assert window_choice.load() == "system"


def test_every_shipped_profile_can_be_chosen(house: House) -> None:
    found = {one.id: one.engines for one in house.settings.connecting.profiles()}
    assert found.keys() >= {"native", "django-oscar"}
    assert all(found.values())
