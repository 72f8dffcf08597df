"""The review list of the native shop against the rows themselves, on every engine."""

from collections import Counter
from datetime import datetime, timedelta
from functools import cache

import pytest

from officer_app.demo.shop import PEOPLE
from officer_app.shop import review
from officer_app.shop.connection import Shop
from tests.shop.conftest import NOW
from tests.shop.test_affected import at, naive, table


def newest(key: int, email: str) -> datetime:
    """Return the newest of all signs of life of an account, by looking at every row."""
    found = [at(p["created_at"]) for p in table("customers") if p["id"] == key]
    found += [at(p["last_login_at"]) for p in table("customers") if p["id"] == key]
    found += [at(o["placed_at"]) for o in table("orders") if o["customer_id"] == key or o["email_normal"] == email]
    found += [at(p["paid_at"]) for p in table("payments") if p["customer_id"] == key]
    found += [at(t["created_at"]) for t in table("tickets") if t["customer_id"] == key]
    return max(found)


@cache
def expected() -> dict[str, str]:
    found = {}
    for person in table("customers"):
        if person["cancel_requested_at"]:
            reason = "cancel"
        elif person["found_false"]:
            reason = "false"
        elif person["rule_breaking"]:
            reason = "rule-breaking"
        elif newest(person["id"], person["email_normal"]) < naive(60):
            reason = "inactive"
        else:
            continue
        found[str(person["id"])] = reason
    return found


def walk(shop: Shop, sort: review.Sort, limit: int) -> list[review.Candidate]:
    found: list[review.Candidate] = []
    after = None
    while True:
        page = review.candidates(shop, now=NOW, sort=sort, limit=limit, after=after)
        found += page.rows
        after = page.after
        if after is None:
            return found


def test_each_account_has_its_one_leading_reason(shop: Shop) -> None:
    wanted = expected()
    found = walk(shop, "key", 41)
    assert {c.key: c.reason for c in found} == wanted
    assert len(found) == len(wanted)
    assert [int(c.key) for c in found] == sorted(int(key) for key in wanted)
    counts = Counter(wanted.values())
    assert dict(review.count(shop, now=NOW)) == {reason: counts[reason] for reason in review.REASONS}


def test_the_newest_sign_counts_whichever_way_it_belongs(shop: Shop) -> None:
    """Orders belong by key and by e-mail: the newest of both is the fact, told once."""
    both = 0
    for found in walk(shop, "key", 100):
        ways = [{o["id"]: at(o["placed_at"]) for o in table("orders") if o["customer_id"] == int(found.key)},
                {o["id"]: at(o["placed_at"]) for o in table("orders") if o["email_normal"] == found.email}]  # fmt: skip
        both += ways[0] != ways[1] and bool(ways[0])
        orders = [fact.at.replace(tzinfo=None, microsecond=0) for fact in found.facts if fact.what == "order"]
        newer = [max({**ways[0], **ways[1]}.values())] if any(ways) else []
        assert orders == [moment.replace(microsecond=0) for moment in newer]  # MariaDB keeps no parts of a second
        assert found.activity.at is not None
        assert abs(found.activity.at.replace(tzinfo=None) - newest(int(found.key), found.email)) < timedelta(seconds=1)
    assert both


@pytest.mark.parametrize("sort", ["name", "email", "created", "activity"])
def test_every_sort_pages_through_the_same_people_in_order(shop: Shop, sort: review.Sort) -> None:
    found = walk(shop, sort, 23)
    assert {c.key for c in found} == set(expected())
    assert len(found) == len(expected())
    if sort == "created":
        moments = [c.created for c in found]
        assert moments == sorted(moments, key=lambda m: m or NOW)
    if sort == "activity":
        signs = [c.activity.at for c in found]
        assert signs == sorted(signs, key=lambda m: m or NOW)
    if sort == "email" and shop.address.engine == "sqlite":
        assert [c.email for c in found] == sorted(c.email for c in found)


def test_planted_people_show_their_story(shop: Shop) -> None:
    found = {c.key: c for c in walk(shop, "key", 500)}
    stories = {p.key: p.story for p in PEOPLE}
    assert found["3"].reason == "cancel" and stories["3"] == "cancel"
    assert found["3"].since == NOW - timedelta(days=3)
    assert found["7"].reason == "false"
    assert found["8"].reason == "rule-breaking"
    sleeper = found["9"]
    assert (sleeper.reason, sleeper.activity.meaning, sleeper.activity.at) == (
        "inactive",
        "login",
        NOW - timedelta(days=95),
    )
    assert {f.what for f in sleeper.facts} == {"login", "order", "payment", "created"}
    never = found["12"]
    assert (never.activity.meaning, never.activity.precision) == ("created", "lower_bound")
    assert "1" not in found and "4" not in found


def test_blocks_are_the_guards_of_the_profile(shop: Shop) -> None:
    opened = ("pending", "paid", "packed", "shipped", "returning")
    people = {str(p["id"]): p for p in table("customers")}
    blocked = 0
    for candidate in walk(shop, "key", 100):
        person = people[candidate.key]
        orders = [
            o for o in table("orders")
            if o["customer_id"] == person["id"] or o["email_normal"] == person["email_normal"]
        ]  # fmt: skip
        wanted = set()
        if person["is_staff"]:
            wanted.add("staff")
        if any(o["state"] in opened for o in orders):
            wanted.add("open-order")
        if any(o["payment_state"] in ("unpaid", "refund_pending") for o in orders):
            wanted.add("unpaid")
        if any(t["customer_id"] == person["id"] and t["state"] == "open" for t in table("tickets")):
            wanted.add("open-ticket")
        assert {b.guard for b in candidate.blocks} == wanted
        blocked += bool(wanted)
    assert blocked > 3


def test_reasons_filter_and_the_days_matter(shop: Shop) -> None:
    wanted: tuple[review.Reason, ...] = ("cancel", "false")
    inactive: tuple[review.Reason, ...] = ("inactive",)
    only = review.candidates(shop, now=NOW, reasons=wanted, limit=500)
    assert {c.reason for c in only} == {"cancel", "false"}
    assert len(only) == sum(r in wanted for r in expected().values())
    assert review.candidates(shop, now=NOW, reasons=()).rows == ()
    sleepy = review.candidates(shop, now=NOW, reasons=inactive, inactive_days=94, limit=500)
    assert "9" in {c.key for c in sleepy}
    assert "9" not in {c.key for c in review.candidates(shop, now=NOW, inactive_days=96, limit=500)}


def test_the_last_second_counts(shop: Shop) -> None:
    """An account last seen exactly at the limit was active within it."""
    exactly = NOW - timedelta(days=95) + timedelta(days=60)
    assert "9" not in {c.key for c in review.candidates(shop, now=exactly, limit=500)}
    later = exactly + timedelta(seconds=1)
    assert "9" in {c.key for c in review.candidates(shop, now=later, limit=500)}
