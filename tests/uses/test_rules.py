"""What a use and a consent need before they count."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from officer_app.base.errors import KnownError
from officer_app.uses import rules
from officer_app.uses.rules import Consent, Processor, Use

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
DATA = ("name", "email")
USE = Use("", "delivery", "Delivery", "contract", "the order", ("name",), kept="10 years")
CONSENT = Consent(
    "", "1", "Hoa", "hoa@mail.example", "news", "The newsletter", ("email",), "I would like the newsletter.", "2026-11",
    "shop", NOW - timedelta(days=1),
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"title": " "}, "what the data is used for"),
        ({"basis": ""}, "lawful basis"),
        ({"basis": "made-up"}, "lawful basis"),
        ({"basis": "consent", "proof": ""}, "how the consent is proved"),
        ({"categories": ()}, "the data that is used"),
        ({"categories": ("secrets",)}, "the data that is used"),
        ({"purpose": "marketing", "recipients": ("A broker",)}, "never given away"),
        ({"proof": "x" * 5000}, "Shorten"),
    ],
)
def test_a_use_that_says_too_little_is_refused(change: dict[str, Any], sentence: str) -> None:
    assert rules.keep(USE, ("contract", "consent"), ("consent",), DATA) == USE
    with pytest.raises(KnownError, match=sentence):
        rules.keep(replace(USE, **change), ("contract", "consent"), ("consent",), DATA)


def test_what_a_use_lacks() -> None:
    today = date(2026, 11, 23)
    whole = Processor("A", "contract 1", until=date(2027, 1, 1))
    over = Processor("B", "contract 2", until=date(2026, 11, 22))
    bare = Processor("C")

    def lacks(**change: Any) -> tuple[str, ...]:
        return rules.lacking(replace(USE, **change), (whole, over, bare), today, ("delivery",))

    assert lacks() == ()
    assert lacks(processors=("A",)) == ()
    assert lacks(basis="") == ("basis",)
    assert lacks(purpose="other") == ("outside",)
    assert lacks(processors=("A", "B")) == ("ended",)
    assert lacks(processors=("C",)) == lacks(processors=("unknown",)) == ("contract",)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"customer": "", "email": ""}, "person's card"),
        ({"way": "presumed"}, r"Sending data is no consent.*Art\. 9, GDPR Art\. 7"),
        ({"way": "telepathy"}, "how the consent was given"),
        ({"title": ""}, "what the person agreed to"),
        ({"wording": " \n"}, "the wording"),
        ({"categories": ()}, "the data that the consent covers"),
        ({"given": NOW + timedelta(minutes=1)}, "in the future"),
        ({"purpose": "marketing", "recipient": "A broker"}, "never given away"),
        ({"wording": "x" * 5000}, "Shorten"),
    ],
)
def test_a_consent_that_could_not_be_proved_is_refused(change: dict[str, Any], sentence: str) -> None:
    assert rules.give(CONSENT, NOW, DATA) == CONSENT
    with pytest.raises(KnownError, match=sentence):
        rules.give(replace(CONSENT, **change), NOW, DATA)


@given(st.integers(-10, 10), st.integers(-10, 10), st.text(max_size=20), st.booleans())
def test_a_withdrawal_lies_between_consent_and_now_and_stands_once(at: int, now: int, how: str, twice: bool) -> None:
    moment, today = CONSENT.given + timedelta(hours=at), CONSENT.given + timedelta(hours=now)
    good = 0 <= at <= now and how.strip() != ""
    try:
        done = rules.withdraw(CONSENT, moment, how, today)
    except KnownError:
        assert not good
        return
    assert good
    assert done.withdrawn == moment
    if twice:
        with pytest.raises(KnownError, match="already"):
            rules.withdraw(done, moment, how, today)
