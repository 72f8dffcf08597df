"""Affected customers of the native shop: filters against the rows themselves, on every engine."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest

from officer_app.base.errors import Cancelled, KnownError
from officer_app.base.person import normal_email
from officer_app.shop import affected, native
from officer_app.shop.affected import Filter
from officer_app.shop.connection import Shop
from officer_app.shop.recipients import Recipient
from tests.shop.conftest import CUSTOMERS, NOW, rows


@cache
def table(name: str) -> list[dict[str, Any]]:
    return [dict(zip(native.columns(name), row, strict=True)) for row in rows()[name]]


def at(value: str | None) -> datetime:
    return datetime.fromisoformat(value or "0001-01-01 00:00:00")


def naive(days: float) -> datetime:
    return (NOW - timedelta(days=days)).replace(tzinfo=None)


def everybody(shop: Shop, wanted: Filter, chunk: int = 97) -> list[Recipient]:
    return [r for part in affected.stream(shop, wanted, chunk=chunk) for r in part]


def accounts(found: list[Recipient]) -> set[int]:
    return {int(r.key) for r in found if r.key is not None}


def guest_orders() -> list[dict[str, Any]]:
    return [o for o in table("orders") if o["customer_id"] is None]


def test_everybody_comes_once(shop: Shop) -> None:
    found = everybody(shop, Filter())
    people = table("customers")
    assert accounts(found) == {p["id"] for p in people if not p["is_staff"]}
    mails = {n["email_normal"] for n in table("newsletter") if n["customer_id"] is None}
    mails |= {o["email_normal"] for o in guest_orders()}
    assert {r.email for r in found if r.guest} == mails - {p["email_normal"] for p in people}
    assert len({r.key or r.email for r in found}) == len(found)
    counted = affected.count(shop, Filter())
    assert (counted.total, counted.staff_left_out) == (len(found), sum(p["is_staff"] for p in people))


def test_created_between(shop: Shop) -> None:
    wanted = Filter(created_from=NOW - timedelta(days=400), created_to=NOW - timedelta(days=100))
    expected = {
        p["id"] for p in table("customers")
        if naive(400) <= at(p["created_at"]) < naive(100) and not p["is_staff"]
    }  # fmt: skip
    found = everybody(shop, wanted)
    assert accounts(found) == expected
    assert 1 in expected  # made exactly at the lower bound, which belongs to the period
    assert not any(r.guest for r in found)
    assert affected.count(shop, wanted).total == len(found)


def test_ordered_between(shop: Shop) -> None:
    wanted = Filter(ordered_from=NOW - timedelta(days=60), ordered_to=NOW - timedelta(days=1))
    inside = [o for o in table("orders") if naive(60) <= at(o["placed_at"]) < naive(1)]
    staff = {p["id"] for p in table("customers") if p["is_staff"]}
    found = everybody(shop, wanted)
    assert accounts(found) == {o["customer_id"] for o in inside} - {None} - staff
    assert {r.email for r in found if r.guest} == {o["email_normal"] for o in inside if o["customer_id"] is None}
    assert affected.count(shop, wanted).total == len(found)


def test_active_between(shop: Shop) -> None:
    wanted = Filter(active_from=NOW - timedelta(days=10))
    keys = {
        p["id"] for p in table("customers") if at(p["last_login_at"]) >= naive(10) or at(p["created_at"]) >= naive(10)
    }
    keys |= {o["customer_id"] for o in table("orders") if at(o["placed_at"]) >= naive(10)}
    keys |= {p["customer_id"] for p in table("payments") if at(p["paid_at"]) >= naive(10)}
    keys |= {t["customer_id"] for t in table("tickets") if at(t["created_at"]) >= naive(10)}
    keys -= {p["id"] for p in table("customers") if p["is_staff"]}
    found = everybody(shop, wanted)
    assert accounts(found) == keys - {None}
    assert affected.count(shop, wanted).total == len(found)


@pytest.mark.parametrize("country", ["VN", "de", " pl "])
def test_country(shop: Shop, country: str) -> None:
    code = country.strip().upper()
    found = everybody(shop, Filter(country=country))
    people = {p["id"] for p in table("customers") if p["country"] == code and not p["is_staff"]}
    living = {a["customer_id"] for a in table("addresses") if a["country"] == code}
    staff = {p["id"] for p in table("customers") if p["is_staff"]}
    assert accounts(found) == (people | living) - staff
    orders = {a["order_id"] for a in table("order_addresses") if a["country"] == code}
    assert {r.email for r in found if r.guest} == {o["email_normal"] for o in guest_orders() if o["id"] in orders}
    assert affected.count(shop, Filter(country=country)).total == len(found)


def test_state_and_password(shop: Shop) -> None:
    people = [p for p in table("customers") if not p["is_staff"]]
    assert accounts(everybody(shop, Filter(state="blocked"))) == {p["id"] for p in people if p["state"] == "blocked"}
    without = accounts(everybody(shop, Filter(has_password=False)))
    assert without == {p["id"] for p in people if p["password_hash"] == ""}
    assert len(without) + len(accounts(everybody(shop, Filter(has_password=True)))) == len(people)


def test_pasted_numbers_and_emails(shop: Shop) -> None:
    wanted = Filter(
        keys=("1", "2", " 3 ", "11", "99999", "abc", "1"),
        emails=("HOA.LE@example.vn", "hanna.gast@example.de", "nobody@example.com", "not an address"),
    )
    found = everybody(shop, wanted)
    assert sorted(accounts(found)) == [1, 2, 3]
    assert [r.name for r in found if r.guest] == ["Hanna Gästin"]
    counted = affected.count(shop, wanted)
    assert (counted.customers, counted.guests, counted.staff_left_out) == (3, 1, 1)
    assert counted.unmatched_keys == ("99999", "abc")
    assert counted.unmatched_emails == ("nobody@example.com", "not an address")
    many = Filter(keys=tuple(str(n) for n in range(1, CUSTOMERS + 1)), staff=True)
    assert len(everybody(shop, many)) == CUSTOMERS


def test_the_address_is_the_preferred_one(shop: Shop) -> None:
    places = [a for a in table("addresses") if a["customer_id"] == 1 and a["is_default"]]
    hoa = everybody(shop, Filter(keys=("1",)))[0]
    assert hoa.street == places[0]["line1"]
    assert hoa.postcode == places[0]["postcode"]
    assert hoa.lines[-1] == f"{places[0]['postcode']} {places[0]['city']}"
    assert (hoa.country, hoa.language, hoa.phone) == ("VN", "vi", "0912 345 678")


def test_the_language_is_the_recorded_one_else_the_countrys(shop: Shop) -> None:
    people = {str(p["id"]): p for p in table("customers")}
    for recipient in everybody(shop, Filter()):
        if recipient.key is not None:
            person = people[recipient.key]
            expected = person["language"] or ("vi" if person["country"] == "VN" else "en")
            assert recipient.language == expected


def test_the_sample_is_the_beginning_of_the_stream(shop: Shop) -> None:
    assert list(affected.sample(shop, Filter(country="VN"), 5)) == everybody(shop, Filter(country="VN"))[:5]
    assert affected.sample(shop, Filter(country="XX")) == ()


def test_cancel_ends_the_stream(shop: Shop) -> None:
    stop = False
    stream = affected.stream(shop, Filter(), chunk=50, cancelled=lambda: stop)
    assert len(next(stream)) > 0
    stop = True
    if shop.address.engine == "sqlite":
        # Short queries may end before they are asked; a cancelled stream must end at the latest with the next page.
        with pytest.raises(Cancelled):
            list(stream)


def test_a_period_that_ends_before_it_begins_is_refused(shop: Shop) -> None:
    with pytest.raises(KnownError, match="end after it begins"):
        affected.count(shop, Filter(created_from=NOW, created_to=NOW))


def test_nothing_is_unanswerable_in_the_native_shop(shop: Shop) -> None:
    assert affected.unanswerable(shop) == {}
    assert normal_email("HOA.LE@example.vn") == "hoa.le@example.vn"
