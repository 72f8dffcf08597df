"""Identity: claims are compared with every stored spelling, and what is not stored decides nothing."""

from contextlib import closing
from pathlib import Path

import pytest

from officer_app.shop import customers, identity, profile
from officer_app.shop.address import Address
from officer_app.shop.connection import connect
from officer_app.shop.facts import Card


@pytest.fixture(scope="module")
def hoa(native_sqlite: Path) -> Card:
    with closing(connect(Address("sqlite", path=str(native_sqlite)), "", profile.load("native"))) as shop:
        return customers.card(shop, "1")


@pytest.mark.parametrize(
    ("fact", "claimed", "agrees"),
    [
        ("name", "Lê Thị Hoa", True), ("name", "thi hoa le", True), ("name", "Lê Hoa", False),
        ("email", " HOA.LE@Example.vn", True), ("email", "hoa@example.vn", False), ("email", "hoa", False),
        ("phone", "0912 345 678", True), ("phone", "+84912345678", True), ("phone", "0912345679", False),
        ("order", "#100001", True), ("order", "100002", False), ("customer", "1", True),
        ("country", "vn", True), ("birthday", "1990-01-01", None), ("phone", "---", False),
    ],
)  # fmt: skip
def test_one_claim(hoa: Card, fact: str, claimed: str, agrees: bool | None) -> None:
    assert identity.compare(hoa, {fact: claimed}) == (identity.Compared(fact, claimed.strip(), agrees),)


def test_places_and_dates(hoa: Card) -> None:
    place = hoa.addresses[0]
    created = hoa.account.created
    assert created is not None
    claims = {"postcode": f" {place.postcode} ", "city": place.city, "street": place.street[0].upper(),
              "created": created.date().isoformat(), "name": "  "}  # fmt: skip
    assert [(c.fact, c.agrees) for c in identity.compare(hoa, claims)] == [
        ("postcode", True), ("city", True), ("street", True), ("created", True)
    ]  # fmt: skip
