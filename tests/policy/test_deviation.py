"""A later deadline counts only by a reasoned choice, and says what it stands in place of."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from officer_app.base.errors import KnownError
from officer_app.policy.book import Book
from officer_app.policy.deviation import deviate

START = datetime(2026, 2, 13, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
BOOK = Book.load(("shop-policy", "eu-gdpr"), country="VN", countries={"eu-gdpr": "DE"})


def test_the_later_deadline_counts_with_a_reason_and_names_the_earlier() -> None:
    found = BOOK.deadlines("erasure-answer", START)
    chosen = deviate(found, "eu-gdpr", "  The customer lives in Germany; the shop's default does not bind.  ")
    assert chosen.due == found[-1].due > found[0].due
    assert (chosen.pack, chosen.rule, chosen.duty) == ("eu-gdpr", "request-answer", "erasure-answer")
    assert chosen.reason == "The customer lives in Germany; the shop's default does not bind."
    assert chosen.how == (
        "1 month after Fri 13 Feb 2026. The officer chose this in place of Thu 5 Mar 2026 "
        "(shop-policy, erasure-answer)."
    )
    assert chosen.reason not in chosen.how
    assert (chosen.start, chosen.outer, chosen.verified) == (found[-1].start, None, True)
    assert (chosen.source, chosen.pack_version) == (found[-1].source, found[-1].pack_version)
    assert chosen.rule_text.startswith("Answer a request: 1 month")


@pytest.mark.parametrize(
    ("pack", "reason", "said"),
    [
        ("eu-gdpr", "", "Give the reason"),
        ("eu-gdpr", " \n ", "Give the reason"),
        ("shop-policy", "because", "the earliest"),
        ("us-ca", "because", "Choose one of: shop-policy, eu-gdpr"),
    ],
)
def test_a_silent_or_empty_deviation_is_refused(pack: str, reason: str, said: str) -> None:
    with pytest.raises(KnownError, match=said):
        deviate(BOOK.deadlines("erasure-answer", START), pack, reason)


def test_without_deadlines_there_is_nothing_to_deviate_from() -> None:
    with pytest.raises(KnownError, match="no deadline"):
        deviate((), "eu-gdpr", "because")
