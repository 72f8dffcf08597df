"""What a casebook adds to the shop's list, how named accounts stand, to whom their letters go, on every database."""

import pytest

from officer_app.shop import addressees, review, standing
from officer_app.shop.connection import Shop
from officer_app.shop.review import Own
from tests.shop.conftest import NOW
from tests.shop.test_review import expected


def listed(shop: Shop, own: Own) -> dict[str, str]:
    found: dict[str, str] = {}
    after = None
    while True:
        page = review.candidates(shop, now=NOW, own=own, after=after, limit=17)
        found |= {one.key: one.reason for one in page}
        after = page.after
        if after is None:
            return found


def test_own_accounts_are_listed_and_awake_ones_are_not(shop: Shop) -> None:
    """Two blocks of keys, some of which no account can have; the strongest reason of both sides leads."""
    before = expected()
    asleep = [key for key, reason in before.items() if reason == "inactive"][:3]
    fresh = next(str(key) for key in range(1, 500) if str(key) not in before)
    false = next(key for key, reason in before.items() if reason == "false")
    many = [f"{number}" for number in range(10_000_000, 10_000_700)]
    own = Own({"cancel": [fresh, false, "no key", *many]}, asleep)
    found = listed(shop, own)
    assert found == {**{k: r for k, r in before.items() if k not in asleep}, fresh: "cancel", false: "cancel"}
    counted = review.count(shop, now=NOW, own=own)
    assert {reason: number for reason, number in counted.items() if number} == {
        reason: list(found.values()).count(reason) for reason in set(found.values())
    }
    back = Own({"inactive": [fresh]})
    assert listed(shop, back) == {**before, fresh: "inactive"}


def test_named_accounts_stand_as_the_list_says(shop: Shop) -> None:
    before = expected()
    keys = [*before, "1", "2", "99999999", "no key"]
    found = standing.of_keys(shop, keys, now=NOW)
    assert {key: one.reasons[0] for key, one in found.items() if one.reasons} == before
    assert {"1", "2"} <= found.keys()
    assert not {"99999999", "no key"} & found.keys()
    page = review.candidates(shop, now=NOW, limit=500)
    assert {one.key: one.blocks for one in page} == {key: found[key].candidate.blocks for key in before}
    assert standing.accounts(shop) == len(standing.of_keys(shop, [str(n) for n in range(1, 1000)], now=NOW))


def test_emails_lead_to_accounts(shop: Shop) -> None:
    one = next(iter(standing.of_keys(shop, ["2"], now=NOW).values())).candidate
    found = standing.keys_of_emails(shop, [one.email.upper(), "nobody@example.org", "no address"])
    assert found == {one.email.lower(): ("2",)}


@pytest.mark.parametrize("guest", [False, True])
def test_letters_go_to_accounts_and_guests(shop: Shop, guest: bool) -> None:
    from officer_app.demo.shop import GUEST, PEOPLE

    if guest:
        found = addressees.of(shop, [], [GUEST[1], "nobody@example.org"])
        assert found[GUEST[1]].name == GUEST[0]
        assert found[GUEST[1]].lines
    else:
        found = addressees.of(shop, ["1", "2", "99999999"])
        assert {key: one.name for key, one in found.items()} == {
            one.key: f"{one.first_name} {one.last_name}" for one in PEOPLE[:2]
        }
