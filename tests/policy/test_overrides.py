"""The shop's own rules on top of the packs, and the start on the last good files."""

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from officer_app.base import resources
from officer_app.base.errors import KnownError
from officer_app.policy.book import Book
from officer_app.policy.calendar import HolidayChange
from officer_app.policy.errors import PackError
from officer_app.policy.overrides import parse_overrides, write_overrides
from officer_app.policy.schema import OverrideFile
from officer_app.policy.start import load_safely

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

OWN = """format = 1
workweek = ["mon", "tue", "wed", "thu", "fri", "sat"]

[[rules]]
pack = "shop-policy"
id = "complaint-resolve"
term = "7 days"
source = "Management, 3 November 2026"

[[holidays]]
country = "VN"
day = 2026-03-09
name = "Stock-taking"
source = "Management, 3 November 2026"
"""


def _own(folder: Path, text: str = OWN) -> Path:
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_own_terms_week_and_holidays_take_the_place_of_the_defaults(tmp_path: Path) -> None:
    book = Book.load(overrides=_own(tmp_path))
    start = datetime(2026, 3, 2, 9, tzinfo=VIETNAM)
    found = book.deadline("complaint-resolve", start)
    assert found.local_due.date() == date(2026, 3, 10)  # the 9th is their holiday
    assert found.source.startswith("Management, 3 November 2026")
    assert "names no time" in found.source  # what it replaces stays visible
    assert found.default is False
    assert found.pack_version.startswith("2026.11+")
    friday = datetime(2026, 3, 6, 9, tzinfo=VIETNAM)
    assert book.deadline("complaint-acknowledge", friday).local_due.date() == date(2026, 3, 10)  # Sat 7, Tue 10
    assert book.deadline("complaint-resolve", start, extended=True).local_due.date() == date(2026, 3, 24)


def test_the_own_week_does_not_reach_a_law_pack(tmp_path: Path) -> None:
    book = Book.load(("vn-2026",), overrides=_own(tmp_path))
    friday = datetime(2026, 3, 13, 9, tzinfo=VIETNAM)
    assert book.deadline("request-acknowledge", friday).local_due.date() == date(2026, 3, 17)


def test_a_changed_law_is_not_verified_unless_said_so(tmp_path: Path) -> None:
    changed = OWN.replace('"shop-policy"', '"vn-2026"').replace("complaint-resolve", "erasure-answer")
    start = datetime(2026, 3, 2, 9, tzinfo=VIETNAM)
    assert not Book.load(("vn-2026",), overrides=_own(tmp_path, changed)).deadline("erasure-answer", start).verified
    said = changed.replace('term = "7 days"', 'term = "7 days"\nverified = true')
    assert Book.load(("vn-2026",), overrides=_own(tmp_path, said)).deadline("erasure-answer", start).verified


def test_own_rules_leave_the_past_alone(tmp_path: Path) -> None:
    changed = OWN.replace('"shop-policy"', '"vn-2026"').replace("complaint-resolve", "erasure-answer")
    book = Book.load(("vn-2026",), overrides=_own(tmp_path, changed))
    old = book.deadline("erasure-answer", datetime(2025, 3, 3, 9, tzinfo=VIETNAM))
    assert old.due - old.start == timedelta(hours=72)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"complaint-resolve"', '"complaint-solve"', 'no rule "complaint-solve"'),
        ('pack = "shop-policy"', 'pack = "shop-polcy"', 'no policy pack "shop-polcy"'),
        ('"7 days"', '"72 hours"', "counts days"),
        ('"7 days"', '"7 working days"', "counts days"),
        ('"7 days"', '"seven"', "is not a length"),
        ('source = "Management, 3 November 2026"\n\n[[h', 'source = ""\n\n[[h', "has no source"),
        ('name = "Stock-taking"', "", "has no name"),
        ('"sat"', '"saturday"', "does not fit"),
        ("term =", "trem =", 'The key "trem" is not known'),
    ],
)
def test_bad_own_rules_are_refused(old: str, new: str, said: str, tmp_path: Path) -> None:
    assert old in OWN
    with pytest.raises(PackError, match=said) as refused:
        Book.load(overrides=_own(tmp_path, OWN.replace(old, new)))
    assert refused.value.file == "own.toml"


def test_own_rules_written_by_settings_read_back_the_same() -> None:
    rules = [
        OverrideFile("shop-policy", "complaint-resolve", 'Quản lý: "3" \\ tháng 11\n\x7f', "7 days"),
        OverrideFile("vn-2026", "access-answer", "x", extension="5 days", third_party="12 days", verified=True),
    ]
    holidays = [
        HolidayChange("VN", date(2026, 11, 24), "Ngày Văn hóa", source="s", verified=False),
        HolidayChange("VN", date(2026, 9, 1), working=True, source="s"),
    ]
    text = write_overrides(rules, workweek=("mon", "sat"), holidays=holidays)
    found = parse_overrides(text, "own.toml")
    assert list(found.rules) == rules
    assert list(found.holidays) == holidays
    assert found.workweek == ("mon", "sat")


# ---- starting on the last good one ----


def test_a_bad_file_of_the_user_never_stops_the_start(tmp_path: Path) -> None:
    mine, good = tmp_path / "mine", tmp_path / "good"
    mine.mkdir()
    shipped = resources.path("policies", "vn-2026.toml").read_text(encoding="utf-8")
    pack = mine / "vn-2026.toml"

    def load() -> tuple[str, list[str]]:
        found = load_safely(("shop-policy", "vn-2026"), folder=mine, overrides=mine / "own.toml", last_good=good)
        return found.book.version_text, [f"{each.file}:{each.line} {each.instead}" for each in found.refused]

    # Broken from the first day: the shipped rules.
    pack.write_text("format = \n", encoding="utf-8")
    _own(mine)
    version, refused = load()
    assert version.startswith("shop-policy 2026.11+")
    assert version.endswith(", vn-2026 2026.11")
    assert refused == ["vn-2026.toml:1 The rules shipped with the application are in force."]

    # In order, and remembered.
    pack.write_text(shipped.replace('version = "2026.11"', 'version = "mine"'), encoding="utf-8")
    version, refused = load()
    assert version.endswith("vn-2026 mine")
    assert refused == []

    # Both broken: what was last in order.
    pack.write_bytes(b"\xff")
    _own(mine, OWN.replace("7 days", "7 eons"))
    again, refused = load()
    assert again == version
    assert refused == [
        "vn-2026.toml:1 The last good version stays in force.",
        "own.toml:7 The last good version stays in force.",
    ]


def test_a_missing_pack_is_left_out_and_a_missing_own_file_is_told(tmp_path: Path) -> None:
    found = load_safely(("gone",), overrides=tmp_path / "own.toml")
    assert [each.file for each in found.refused] == ["gone.toml", "own.toml"]
    assert found.book.version_text == "shop-policy 2026.11"


def test_a_pack_of_the_user_must_bear_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(
        resources.path("policies", "uk-gdpr.toml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    with pytest.raises(PackError, match=r'calls itself "uk-gdpr"'):
        Book.load(("mine",), folder=tmp_path)


def test_an_eu_pack_left_without_a_country_still_counts_hours_and_asks_for_the_rest() -> None:
    book = load_safely(("eu-gdpr",), country="VN").book
    start = datetime(2026, 2, 13, 9, tzinfo=VIETNAM)
    assert book.deadline("breach-authority", start).due == start + timedelta(hours=72)
    with pytest.raises(KnownError, match="Choose a country"):
        book.deadline("access-answer", start)
