"""The worked examples of the clock table: each start, rule and expected last moment as published."""

import pytest

from officer_app.policy import answer

TABLE = [
    # 1: published example for Regulation 1182/71 Art. 3(1), (2)(a); Christmas does not move hours
    ("eu-gdpr", "breach-authority", "2020-12-22T12:17+01:00", {"country": "DE"}, "2020-12-25T12:17:00+01:00"),
    # 3: Maundy Thursday, Easter not suspended
    ("eu-gdpr", "breach-authority", "2026-04-02T15:10+02:00", {"country": "DE"}, "2026-04-05T15:10:00+02:00"),
    # 4: no 31 February, 28 February is a Saturday; extended counts three months from receipt
    ("eu-gdpr", "request-answer", "2026-01-31", {"country": "DE"}, "2026-03-02T23:59:59+01:00"),
    ("eu-gdpr", "request-answer", "2026-01-31", {"country": "DE", "extended": True}, "2026-04-30T23:59:59+02:00"),
    # 6: no 31 September
    ("eu-gdpr", "request-answer", "2026-08-31", {"country": "DE"}, "2026-09-30T23:59:59+02:00"),
    # 9: the ICO's own example
    ("uk-gdpr", "complaint-acknowledge", "2025-06-05", {}, "2025-07-07T23:59:59+01:00"),
    # 10: hours run through Tết
    ("vn-2026", "breach-authority", "2026-02-15T22:10+07:00", {}, "2026-02-18T22:10:00+07:00"),
    # 11: working days do not
    ("vn-2026", "request-acknowledge", "2026-02-13", {}, "2026-02-24T23:59:59+07:00"),
    # 13: the last day is a holiday, so is the next
    ("vn-2026", "access-answer", "2026-08-22", {}, "2026-09-03T23:59:59+07:00"),
    # 14: police demand, and an urgent one
    ("vn-2026", "police-user-info", "2026-11-20T17:05+07:00", {}, "2026-11-21T17:05:00+07:00"),
    ("vn-2026", "police-user-info", "2026-11-20T17:05+07:00", {"urgent": True}, "2026-11-20T20:05:00+07:00"),
    # 16: California
    ("us-ca", "request-confirm", "2026-03-02", {}, "2026-03-16T23:59:59-07:00"),
    ("us-ca", "request-answer", "2026-03-02", {}, "2026-04-16T23:59:59-07:00"),
    # 17: the first instant on which an inactive account may be reviewed
    ("shop-policy", "inactive-review", "2026-06-01T09:30+07:00", {}, "2026-08-01T00:00:00+07:00"),
]


@pytest.mark.parametrize(("pack", "rule", "start", "options", "expected"), TABLE)
def test_the_published_examples(pack: str, rule: str, start: str, options: dict[str, object], expected: str) -> None:
    assert answer.due(pack, rule, start, **options)["due"] == expected  # type: ignore[arg-type]


SHOP = [
    # Fri 13 Feb 2026 before Tết: Mon 16 to Fri 20 are holidays
    ("complaint-acknowledge", "2026-02-13", "2026-02-24T23:59:59+07:00"),
    ("request-acknowledge", "2026-02-13", "2026-02-24T23:59:59+07:00"),
    ("security-report", "2026-02-13", "2026-02-24T23:59:59+07:00"),
    ("party-answer", "2026-02-13", "2026-02-27T23:59:59+07:00"),
    # plain days, the last one worked
    ("complaint-resolve", "2026-03-02", "2026-03-17T23:59:59+07:00"),
    ("access-answer", "2026-03-02", "2026-03-12T23:59:59+07:00"),
    ("correction-answer", "2026-03-02", "2026-03-12T23:59:59+07:00"),
    ("objection-answer", "2026-03-02", "2026-03-17T23:59:59+07:00"),
    ("escalation-review", "2026-03-02", "2026-04-01T23:59:59+07:00"),
    ("retention-notice", "2026-03-02", "2026-03-16T23:59:59+07:00"),
    # Sun 22 March rolls to Monday
    ("erasure-answer", "2026-03-02", "2026-03-23T23:59:59+07:00"),
    ("breach-police", "2026-02-15T22:10+07:00", "2026-02-16T22:10:00+07:00"),
    ("breach-individuals", "2026-02-15T22:10+07:00", "2026-02-18T22:10:00+07:00"),
]


@pytest.mark.parametrize(("rule", "start", "expected"), SHOP)
def test_the_defaults_of_the_shops_policy(rule: str, start: str, expected: str) -> None:
    found = answer.due("shop-policy", rule, start)
    assert found["due"] == expected
    assert found["default"] is True
    assert "default" in found["source"]


def test_only_the_sixty_days_are_stated_by_the_policy() -> None:
    found = answer.due("shop-policy", "inactive-review", "2026-06-01")
    assert found["default"] is False
    assert "default" not in found["source"]


LAWS = [
    # Vietnam's longer term with a processor, its extension, and both
    ("vn-2026", "access-answer", {"third_party": True}, "2026-03-17T23:59:59+07:00"),
    ("vn-2026", "access-answer", {"extended": True}, "2026-03-23T23:59:59+07:00"),
    ("vn-2026", "access-answer", {"extended": True, "third_party": True}, "2026-03-27T23:59:59+07:00"),
    ("vn-2026", "correction-answer", {}, "2026-03-12T23:59:59+07:00"),
    ("vn-2026", "erasure-answer", {"third_party": True}, "2026-04-01T23:59:59+07:00"),
    ("vn-2026", "objection-answer", {"third_party": True}, "2026-03-23T23:59:59+07:00"),
    ("vn-2026", "objection-answer", {}, "2026-03-17T23:59:59+07:00"),
    # one month, with a clarification of five days, both ends included: 7 April, the day after Easter Monday
    ("uk-gdpr", "request-answer", {}, "2026-04-02T23:59:59+01:00"),
    ("uk-gdpr", "request-answer", {"paused": ["2026-03-05..2026-03-09"]}, "2026-04-07T23:59:59+01:00"),
    ("uk-gdpr", "request-answer", {"extended": True}, "2026-06-02T23:59:59+01:00"),
    # California does not roll: 1 April + …; the sample fifteen days after the notices
    ("us-ca", "breach-individuals", {}, "2026-04-01T23:59:59-07:00"),
    ("us-ca", "attorney-general-sample", {}, "2026-03-17T23:59:59-07:00"),
    ("us-ca", "request-answer", {"extended": True}, "2026-05-31T23:59:59-07:00"),  # a Sunday stays
]


@pytest.mark.parametrize(("pack", "rule", "options", "expected"), LAWS)
def test_options_of_the_law_packs(pack: str, rule: str, options: dict[str, object], expected: str) -> None:
    assert answer.due(pack, rule, "2026-03-02", **options)["due"] == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("start", "outer"),
    [
        ("2020-12-22T12:17+01:00", "2020-12-25T13:00:00+01:00"),
        ("2026-04-02T15:10+02:00", "2026-04-05T16:00:00+02:00"),
        ("2026-04-02T15:00+02:00", "2026-04-05T16:00:00+02:00"),  # the hour it falls in never counts
    ],
)
@pytest.mark.parametrize("country", ["", "DE"])
def test_the_outer_limit_leaves_out_the_hour_of_the_event(start: str, outer: str, country: str) -> None:
    assert answer.due("eu-gdpr", "breach-authority", start, country=country)["outer"] == outer


def test_article_3_5_is_flagged_only_where_it_would_matter() -> None:
    easter = answer.due("eu-gdpr", "breach-authority", "2026-04-02T15:10+02:00", country="DE")
    christmas = answer.due("eu-gdpr", "breach-authority", "2020-12-22T12:17+01:00", country="DE")
    assert easter["flags"] == ["3(5) disputed"]
    assert christmas["flags"] == []  # Wed 23 and Thu 24 December are worked


def test_a_disputed_reading_is_told_in_the_sentence_a_case_keeps() -> None:
    easter = answer.due("eu-gdpr", "breach-authority", "2026-04-02T15:10+02:00", country="DE")
    assert easter["how"] == (
        "72 hours after Thu 2 Apr 2026 15:10, weekends and holidays included; outer limit Sun 5 Apr 2026 16:00, the "
        "hour of the event not counted; whether Art. 3(5) of Regulation 1182/71 gives more time is disputed."
    )
    answered = answer.due("us-ca", "request-answer", "2026-03-02")
    assert answered["how"] == ("45 days after Mon 2 Mar 2026; the first day may count: be done by Wed 15 Apr 2026.")


def test_the_sentence_names_what_was_not_counted() -> None:
    assert answer.due("vn-2026", "request-acknowledge", "2026-02-13")["how"] == (
        "2 working days after Fri 13 Feb 2026: Tết 16 to 20 Feb not counted."
    )
    assert answer.due("vn-2026", "access-answer", "2026-08-22")["how"].startswith(
        "10 days after Sat 22 Aug 2026: Tue 1 Sep is not worked"
    )


def test_california_warns_of_the_day_before() -> None:
    flags = answer.due("us-ca", "request-answer", "2026-03-02")["flags"]
    assert flags == ["the first day may count: be done by Wed 15 Apr 2026"]


def test_hours_cross_the_change_to_summer_time_as_elapsed_time() -> None:
    # Clocks in Berlin go forward on 29 March 2026 at 02:00.
    found = answer.due("eu-gdpr", "breach-authority", "2026-03-28T10:00+01:00", country="DE")
    assert found["due"] == "2026-03-31T11:00:00+02:00"
    assert found["outer"] == "2026-03-31T12:00:00+02:00"


def test_an_incident_of_2025_meets_the_older_decree() -> None:
    older = answer.due("vn-2026", "breach-authority", "2025-12-31T23:00+07:00")
    newer = answer.due("vn-2026", "breach-authority", "2026-01-01T00:00+07:00")
    assert "Decree 13/2023" in older["source"]
    assert "Law 91/2025" in newer["source"]


def test_the_day_that_decides_the_rule_is_the_day_in_vietnam() -> None:
    # 17:30 in UTC on 31 December is already 1 January in Vietnam.
    assert "Law 91/2025" in answer.due("vn-2026", "breach-authority", "2025-12-31T17:30+00:00")["source"]
