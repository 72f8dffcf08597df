"""The profile `django-oscar` against a shop that django-oscar itself migrated and filled."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from officer_app.shop import affected, check, customers, profile, review
from officer_app.shop.address import Address
from officer_app.shop.affected import Filter
from officer_app.shop.connection import Shop, connect

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def oscar(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Give the shop, connected once for all these tests, which only read."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("oscar") / "shop.sqlite"
        shutil.copy(request.getfixturevalue("oscar_sqlite"), path)
        address = Address("sqlite", path=str(path), profile="django-oscar")
    else:
        address = request.getfixturevalue("oscar_postgres")
    with closing(connect(address, "", profile.load("django-oscar"))) as shop:
        yield shop


def key(shop: Shop, name: str) -> str:
    """Return the key of the account of that first name."""
    found = [m.key for m in customers.find(shop, name) if m.key is not None]
    assert len(found) == 1
    return found[0]


def test_people_are_found_by_everything(oscar: Shop) -> None:
    hoa = key(oscar, "Hoa")
    for typed in ("HOA@example.com", "0912345678", "+84 912 345 679", "100001", "lê", hoa):
        assert [m.key for m in customers.find(oscar, typed)] == [hoa], typed
    guests = customers.find(oscar, "guest@example.org").rows
    assert [(m.key, m.email, m.guest) for m in guests] == [(None, "Guest@Example.org", True)]
    assert [m.email for m in customers.find(oscar, "100004")] == ["Guest@Example.org"]
    assert [m.guest for m in customers.find(oscar, "only.alert@example.net")] == [True]


def test_two_accounts_with_one_email_are_both_found(oscar: Shop) -> None:
    assert sorted(m.name for m in customers.find(oscar, "twin@example.com")) == ["Twin One", "Twin Two"]


def test_the_card_shows_what_the_shop_holds(oscar: Shop) -> None:
    card = customers.card(oscar, key(oscar, "Hoa"))
    account = card.account
    assert (account.name, account.email, account.phone) == ("Hoa Lê", "hoa@example.com", "+84912345678")
    assert (account.country, account.language, account.state) == ("VN", "vi", "active")
    assert account.has_password is True
    assert not account.staff
    assert account.created == NOW - timedelta(days=300)
    assert [p.lines for p in card.addresses if p.origin == "Address book"] == [
        ("78 Lê Lợi", "530000 Huế"), ("79 Lê Lợi", "530000 Huế")
    ]  # fmt: skip
    assert [p.street for p in card.addresses if p.origin == "Order 100001"] == [("1 Copy Street",)]
    order = card.orders[0]
    assert (order.number, order.state, order.open, order.total, order.currency) == (
        "100001", "Complete", False, "12.50", "EUR"
    )  # fmt: skip
    assert [(line.title, line.quantity) for line in order.lines] == [("Áo dài", "2")]
    assert (card.activity.at, card.activity.meaning) == (NOW - timedelta(days=2), "login")
    assert {h.entity: h.count for h in card.held} == {"cart": 1, "review": 1}


def test_an_unknown_order_status_is_open(oscar: Shop) -> None:
    orders = customers.card(oscar, key(oscar, "Đức")).orders
    assert [(o.state, o.open) for o in orders] == [("Held for a strange reason", True)]


def test_a_guests_order_joins_the_account_of_the_same_email(oscar: Shop) -> None:
    assert [o.number for o in customers.card(oscar, key(oscar, "Jörg")).orders] == ["100005"]


def test_flags_of_the_second_twin(oscar: Shop) -> None:
    card = customers.card(oscar, _twin(oscar))
    assert (card.account.has_password, card.account.state) == (False, "inactive")


def _twin(shop: Shop) -> str:
    return next(m.key or "" for m in customers.find(shop, "twin@example.com") if m.name == "Twin Two")


def test_review_knows_sleep_from_a_first_week(oscar: Shop) -> None:
    found = {c.name: c for c in review.candidates(oscar, now=NOW)}
    assert set(found) == {"Đức Nguyễn", "Jörg Müller", "Never Seen", "Big Boss"}
    assert {c.reason for c in found.values()} == {"inactive"}
    assert (found["Never Seen"].activity.meaning, found["Never Seen"].activity.precision) == (
        "created", "lower_bound"
    )  # fmt: skip
    assert [b.guard for b in found["Đức Nguyễn"].blocks] == ["open-order"]
    assert [b.guard for b in found["Jörg Müller"].blocks] == ["open-order"]  # the guest order of the same e-mail
    assert [b.guard for b in found["Big Boss"].blocks] == ["staff"]
    assert found["Never Seen"].blocks == ()
    assert review.count(oscar, now=NOW) == {"cancel": 0, "false": 0, "rule-breaking": 0, "inactive": 4}


@pytest.mark.parametrize("sort", ["key", "name", "email", "created", "activity"])
def test_review_pages_in_every_order(oscar: Shop, sort: review.Sort) -> None:
    whole = [c.key for c in review.candidates(oscar, now=NOW, sort=sort)]
    walked: list[str] = []
    after = None
    while True:
        page = review.candidates(oscar, now=NOW, sort=sort, limit=1, after=after)
        walked += [c.key for c in page]
        after = page.after
        if after is None:
            break
    assert walked == whole
    assert len(whole) == 4


def test_affected_persons_are_counted_once(oscar: Shop) -> None:
    everybody = [r for chunk in affected.stream(oscar, Filter(), chunk=3) for r in chunk]
    counted = affected.count(oscar, Filter())
    assert counted.total == len(everybody)
    assert (counted.customers, counted.guests, counted.staff_left_out) == (7, 2, 1)
    assert sorted(r.email for r in everybody if r.guest) == ["guest@example.org", "only.alert@example.net"]
    hoa = next(r for r in everybody if r.name == "Hoa Lê")
    assert (hoa.lines, hoa.postcode, hoa.country, hoa.language) == (("78 Lê Lợi", "530000 Huế"), "530000", "VN", "vi")
    ordered = next(r for r in everybody if r.name == "Ordered Lately")
    assert ordered.lines == ("1 Copy Street", "10115 Berlin")


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Filter(ordered_from=NOW - timedelta(days=15)), {"Ordered Lately"}),
        (Filter(ordered_from=NOW - timedelta(days=101), ordered_to=NOW - timedelta(days=99)), {"Jörg Müller"}),
        (Filter(created_from=NOW - timedelta(days=5)), {"Fresh Face"}),
        (Filter(state="inactive"), {"Twin Two"}),
        (Filter(has_password=False), {"Twin Two"}),
        (Filter(country="vn"), {"Hoa Lê"}),
        (Filter(emails=("GUEST@example.org",)), {"Gast Gästin"}),
    ],
)
def test_filters(oscar: Shop, wanted: Filter, names: set[str]) -> None:
    assert {r.name for chunk in affected.stream(oscar, wanted) for r in chunk} == names
    assert affected.count(oscar, wanted).total == len(names)


def test_what_was_pasted_and_matches_nobody_is_told(oscar: Shop) -> None:
    hoa = key(oscar, "Hoa")
    counted = affected.count(oscar, Filter(keys=(hoa, "424242", "x"), emails=("no@one.example", "guest@example.org")))
    assert (counted.customers, counted.guests) == (1, 1)
    assert (counted.unmatched_keys, counted.unmatched_emails) == (("424242", "x"), ("no@one.example",))


def test_the_check_names_searches_without_an_index(oscar: Shop) -> None:
    report = check.run(oscar)
    assert report.good
    told = [line.text for line in report.lines if line.title == "Search"]
    assert any("email in auth_user" in text for text in told)
    assert not any("order_order (number)" in text for text in told)
    assert len(report.sample) == 9
    assert all("Hoa" not in sample.name and "hoa" not in sample.email for sample in report.sample)
