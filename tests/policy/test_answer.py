"""The answers for scripts: what they contain, and the sentence for each wrong argument."""

import json
from pathlib import Path

import pytest

from officer_app.base import resources
from officer_app.base.errors import KnownError
from officer_app.policy import answer


def test_the_answer_is_json_with_the_promised_keys() -> None:
    found = json.loads(json.dumps(answer.due("vn-2026", "access-answer", "2026-08-22")))
    assert {"due", "outer", "source", "verified"} <= found.keys()
    assert found["outer"] is None
    assert found["verified"] is True


def test_what_is_not_verified_says_so() -> None:
    assert answer.due("vn-2026", "court-evidence", "2026-03-02")["verified"] is False


def test_a_rule_that_an_officer_must_find_applicable_says_its_condition() -> None:
    found = answer.due("vn-2026", "cyber-first-notice", "2026-08-03T09:00+07:00")
    assert found["due"] == "2026-08-04T09:00:00+07:00"
    assert "serious" in found["condition"]


@pytest.mark.parametrize(
    ("pack", "rule", "start", "options", "said"),
    [
        ("vn-2027", "access-answer", "2026-03-02", {}, "There is no policy pack"),
        ("../shop-policy", "access-answer", "2026-03-02", {}, "There is no policy pack"),
        ("vn-2026", "answer-access", "2026-03-02", {}, "Use one of: breach-authority"),
        ("vn-2026", "access-answer", "2026-13-02", {}, "is not a date"),
        ("vn-2026", "access-answer", "tomorrow", {}, "is not a date"),
        ("vn-2026", "access-answer", "", {}, "is not a date"),
        ("vn-2026", "access-answer", "2026-03-02T09:00", {}, "lacks its offset"),
        ("vn-2026", "access-answer", "0001-01-01", {}, "year 1"),
        ("vn-2026", "access-answer", "9999-12-31T23:59+00:00", {}, "year 9999"),
        ("vn-2026", "breach-authority", "2021-05-01", {}, "no rule for this date"),
        ("vn-2026", "police-user-info", "2026-05-01", {}, "no rule for this date"),
        ("vn-2026", "access-answer", "2026-03-02", {"country": "DE"}, "does not apply"),
        ("eu-gdpr", "request-answer", "2026-03-02", {}, "needs a country"),
        ("eu-gdpr", "request-answer", "2026-03-02T09:00+01:00", {}, "needs a country"),
        ("eu-gdpr", "breach-authority", "2026-03-02", {}, "needs a country"),
        ("eu-gdpr", "request-answer", "2026-03-02", {"country": "VN"}, "does not apply"),
        ("shop-policy", "access-answer", "2026-03-02", {"country": "QQ"}, "is not a country"),
        ("vn-2026", "breach-authority", "2026-03-02", {"extended": True}, "knows no extension"),
        ("vn-2026", "access-answer", "2026-03-02", {"urgent": True}, "knows no urgent term"),
        ("uk-gdpr", "request-answer", "2026-03-02", {"third_party": True}, "third party"),
        ("vn-2026", "access-answer", "2026-03-02", {"paused": ["2026-03-03..2026-03-04"]}, "knows no pause"),
        ("uk-gdpr", "request-answer", "2026-03-02", {"paused": ["2026-03-03"]}, "FROM..TO"),
        ("uk-gdpr", "request-answer", "2026-03-02", {"paused": ["2026-03-09..2026-03-05"]}, "ends before"),
        ("uk-gdpr", "request-answer", "2026-03-02", {"paused": ["2026-03-05..soon"]}, "is not a date"),
    ],
)
def test_a_wrong_argument_gets_one_sentence_with_its_cure(
    pack: str, rule: str, start: str, options: dict[str, object], said: str
) -> None:
    with pytest.raises(KnownError) as refused:
        answer.due(pack, rule, start, **options)  # type: ignore[arg-type]
    assert said in str(refused.value)
    assert str(refused.value).endswith(".")


def test_an_hour_rule_with_an_offset_needs_no_country_and_keeps_the_offset() -> None:
    found = answer.due("eu-gdpr", "breach-authority", "2026-03-02T09:30+05:30")
    assert found["due"] == "2026-03-05T09:30:00+05:30"
    assert found["outer"] == "2026-03-05T10:00:00+05:30"


def test_a_date_is_that_day_in_the_packs_zone() -> None:
    by_date = answer.due("vn-2026", "request-acknowledge", "2026-03-02")
    late = answer.due("vn-2026", "request-acknowledge", "2026-03-02T23:59+07:00")
    in_utc = answer.due("vn-2026", "request-acknowledge", "2026-03-02T17:30+00:00")  # already 3 March there
    assert by_date["due"] == late["due"] == "2026-03-04T23:59:59+07:00"
    assert in_utc["due"] == "2026-03-05T23:59:59+07:00"


@pytest.mark.parametrize("country", ["GB", "uk", "GB-ENG"])
def test_other_codes_for_a_country_are_understood(country: str) -> None:
    # Easter Monday, 6 April 2026, is a bank holiday in England.
    assert answer.due("uk-gdpr", "request-answer", "2026-03-06", country=country)["due"] == "2026-04-07T23:59:59+01:00"


def test_the_part_of_the_country_matters() -> None:
    assert answer.due("uk-gdpr", "request-answer", "2026-03-06", country="GB-SCT")["due"].startswith("2026-04-06")


def test_the_shops_policy_follows_the_country_chosen() -> None:
    found = answer.due("shop-policy", "complaint-acknowledge", "2026-04-02", country="DE")
    assert found["due"] == "2026-04-08T23:59:59+02:00"  # Good Friday and Easter Monday are not worked


def test_show_holds_every_rule_and_marks_what_is_not_verified() -> None:
    found = answer.show("vn-2026")
    assert "court-evidence [not verified]" in found["text"]
    assert "Decree 356/2025 Art. 5.3" in found["text"]
    assert {rule["id"] for rule in found["rules"]} >= {"breach-authority", "police-user-info"}
    json.dumps(found)


def test_check_tells_packs_from_own_rules(tmp_path: Path) -> None:
    pack = answer.check(resources.path("policies", "vn-2026.toml"))
    assert (pack["kind"], pack["id"]) == ("pack", "vn-2026")
    assert "court-evidence" in pack["unverified"]
    own = tmp_path / "own.toml"
    own.write_text(
        'format = 1\n[[rules]]\npack = "shop-policy"\nid = "party-answer"\nterm = "3 working days"\nsource = "M"\n',
        encoding="utf-8",
    )
    assert answer.check(own)["kind"] == "overrides"


def test_check_refuses_own_rules_for_an_unknown_pack(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('format = 1\n\n[[rules]]\npack = "shop"\nid = "x"\nsource = "M"\n', encoding="utf-8")
    with pytest.raises(KnownError, match=r'own\.toml, line 4: There is no policy pack "shop"'):
        answer.check(own)
