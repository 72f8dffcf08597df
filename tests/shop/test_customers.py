"""People are found exactly and by name, on every engine, and their card holds all that the shop knows."""

import re
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from officer_app.base.errors import Cancelled, KnownError
from officer_app.base.person import comparable_name
from officer_app.demo.shop import GUEST, PEOPLE
from officer_app.shop import customers
from officer_app.shop.connection import Shop
from officer_app.shop.facts import Match
from tests.shop.conftest import CUSTOMERS, NOW, rows

ENDLESS = {
    "sqlite": "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM c) SELECT count(*) FROM c",
    "postgresql": "SELECT pg_sleep(600)",
    "mysql": "SELECT BENCHMARK(1e12, MD5('x'))",
}


def everybody(shop: Shop, text: str, limit: int = 7) -> list[Match]:
    found: list[Match] = []
    page = customers.find(shop, text, limit=limit)
    found += page.rows
    while page.after is not None:
        page = customers.find(shop, text, after=page.after, limit=limit)
        assert page.rows
        found += page.rows
    return found


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("hoa.le@example.vn", "e-mail"),
        ("  HOA.LE@Example.VN ", "e-mail"),
        ("0912345678", "phone"),
        ("+84 912 345 678", "phone"),
        ("(0912) 345-678", "phone"),
        ("100001", "order number"),
        ("1", "customer number"),
        ("le thi hoa", "name"),
        ("Thị Hoa L", "name"),
    ],
)
def test_one_person_is_found_by_everything_they_may_give(shop: Shop, typed: str, why: str) -> None:
    page = customers.find(shop, typed)
    assert [(m.key, m.name, m.why, m.guest) for m in page] == [("1", "Thị Hoa Lê", why, False)]
    assert page.after is None


@pytest.mark.parametrize("typed", [GUEST[1], GUEST[1].upper(), GUEST[2]])
def test_a_guest_is_found_without_an_account(shop: Shop, typed: str) -> None:
    page = customers.find(shop, typed)
    assert [(m.key, m.email, m.guest) for m in page] == [(None, GUEST[1], True)]


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "nobody@example.com", "%", "_", "%@%", "'; DROP TABLE customers; --", "99999999999999999999999",
     "x" * 10_000, "\x00", "*", "[a-z]", "+", "\\"],
)  # fmt: skip
def test_what_nobody_is_called_finds_nobody(shop: Shop, typed: str) -> None:
    assert customers.find(shop, typed).rows == ()


def test_a_name_prefix_pages_through_everybody_once(shop: Shop) -> None:
    people = rows()["customers"]
    wanted = {str(p[0]) for p in people if p[5].startswith("nguyen") or p[6].startswith("nguyen")}
    found = everybody(shop, "Nguyễn")
    assert len(wanted) > 20
    assert len(found) == len(wanted)
    assert {m.key for m in found} == wanted


def test_a_name_is_found_by_either_end(shop: Shop) -> None:
    assert "4" in {m.key for m in everybody(shop, "Łukasz brz")} | {m.key for m in everybody(shop, "brzęcz")}
    assert [m.key for m in customers.find(shop, "𠮷野")] == ["6"]
    assert [m.key for m in customers.find(shop, "<b>Bob")] == ["5"]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(min_size=1, max_size=8))
def test_no_text_breaks_the_search_and_names_are_prefixes(shop: Shop, text: str) -> None:
    form = comparable_name(text)
    for match in customers.find(shop, text):
        if match.why == "name":
            person = rows()["customers"][int(match.key or 0) - 1]
            assert person[5].startswith(form) or person[6].startswith(form)


def test_an_exact_match_is_one_query_and_uses_indexes(own_shop: Shop) -> None:
    seen: list[tuple[str, Any]] = []
    event.listen(own_shop.engine, "before_cursor_execute", lambda *said: seen.append((said[2], said[3])))
    assert len(customers.find(own_shop, "hoa.le@example.vn")) == 1
    assert len(seen) == 1
    if own_shop.address.engine == "sqlite":
        with own_shop.engine.connect() as connection:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {seen[0][0]}", seen[0][1]).all()
        scans = [line[3] for line in plan if line[3].startswith("SCAN") and "anon" not in line[3]]
        assert [scan for scan in scans if not re.match(r"SCAN (\d|\()", scan)] == []
        searched = [line[3] for line in plan if line[3].startswith("SEARCH orders")]
        assert searched
        assert all("email_normal=?" in line for line in searched)


def test_the_card_holds_the_account_and_everything_around_it(shop: Shop) -> None:
    card = customers.card(shop, "1")
    account = card.account
    assert (account.name, account.email, account.country, account.language) == (
        "Thị Hoa Lê",
        PEOPLE[0].email,
        "VN",
        "vi",
    )
    assert account.created == NOW - timedelta(days=400)
    assert account.has_password is True
    assert not account.staff
    assert not card.guest
    assert [o.number for o in card.orders] == ["100001"]
    assert card.orders_total == 1
    order = card.orders[0]
    assert (order.state, order.open, order.unpaid, order.placed) == ("delivered", False, False, NOW - timedelta(days=6))
    assert order.lines
    assert {place.origin for place in card.addresses} == {"Address book", "Order 100001"}
    assert (card.activity.at, card.activity.meaning, card.activity.precision) == (
        NOW - timedelta(days=2),
        "login",
        "second",
    )
    assert [(c.title, c.at is not None) for c in card.consents] == [
        ("E-mail offers", card.consents[0].given), ("Offers by phone", False)
    ]  # fmt: skip
    assert {h.entity for h in card.held} == {"order_payment"}


def test_an_open_order_shows_as_open(shop: Shop) -> None:
    assert [(o.state, o.open) for o in customers.card(shop, "4").orders] == [("shipped", True)]


def test_a_guest_has_a_card_too(shop: Shop) -> None:
    card = customers.card_by_email(shop, "Hanna.GAST@example.de")
    assert card.guest
    assert card.account.name == GUEST[0]
    assert card.account.country == "DE"
    assert [o.number for o in card.orders] == [GUEST[2]]
    assert {h.entity for h in card.held} == {"order_payment", "subscription"}
    assert (card.activity.at, card.activity.meaning) == (NOW - timedelta(days=12), "order")


def test_a_guests_card_of_an_account_is_the_accounts(shop: Shop) -> None:
    assert customers.card_by_email(shop, PEOPLE[0].email) == customers.card(shop, "1")


def test_control_characters_and_nulls_leave_clean_words(shop: Shop) -> None:
    card = customers.card(shop, "10")
    assert card.account.name == "Bell and tab Null"
    assert card.account.phone == ""
    assert card.account.language == "vi"
    assert (card.activity.at, card.activity.meaning, card.activity.precision) == (
        NOW - timedelta(days=400), "created", "lower_bound"
    )  # fmt: skip


@pytest.mark.parametrize("key", ["0", "99999", "x", "", "1; DROP", str(2**70)])
def test_an_account_that_is_not_there_is_said_so(shop: Shop, key: str) -> None:
    with pytest.raises(KnownError, match="no account with this number"):
        customers.card(shop, key)


def test_no_email_is_said_so(shop: Shop) -> None:
    with pytest.raises(KnownError, match="no e-mail address"):
        customers.card_by_email(shop, "nonsense")


def test_cancel_stops_a_running_query_and_the_shop_stays_usable(own_shop: Shop) -> None:
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 2

    with pytest.raises(Cancelled):
        own_shop.rows(sa.text(ENDLESS[own_shop.address.engine]), cancelled=cancelled)  # type: ignore[arg-type]
    assert len(customers.find(own_shop, "1")) == 1


def test_a_query_that_takes_too_long_is_ended_with_a_sentence(own_shop: Shop) -> None:
    own_shop.seconds = 0.3
    with pytest.raises(KnownError, match="too long"):
        own_shop.rows(sa.text(ENDLESS[own_shop.address.engine]))  # type: ignore[arg-type]
    assert len(customers.find(own_shop, "1")) == 1


def test_only_reading_is_possible(own_shop: Shop) -> None:
    with pytest.raises(KnownError), closing(own_shop):
        own_shop.rows(sa.text("DELETE FROM customers WHERE id = 1 RETURNING id"))  # type: ignore[arg-type]
    assert len(rows()["customers"]) == CUSTOMERS
    assert len(customers.find(own_shop, "1")) == 1
