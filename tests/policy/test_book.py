"""The book: several packs together, the shop's own rules, the last good files, and what a change would move."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from officer_app.base.errors import KnownError
from officer_app.policy.book import Book
from officer_app.policy.calendar import HolidayChange
from officer_app.policy.moves import Stored, moves
from officer_app.policy.shelf import pack_names

ROOT = Path(__file__).parents[2]
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
FRIDAY = datetime(2026, 2, 13, 9, tzinfo=VIETNAM)
ALL = pack_names()
DUTIES = (
    "complaint-acknowledge", "complaint-resolve", "request-acknowledge", "access-answer", "correction-answer",
    "erasure-answer", "objection-answer", "withdrawal-answer", "breach-police", "breach-individuals",
    "pre-deletion-notice",
)  # fmt: skip


@pytest.mark.parametrize("duty", DUTIES)
def test_the_shops_policy_alone_serves_every_desk(duty: str) -> None:
    found = Book.load().deadline(duty, FRIDAY)
    assert found.duty == duty
    assert found.pack == "shop-policy"
    assert found.due > FRIDAY
    assert found.due.tzinfo is UTC


def test_a_deadline_carries_what_a_case_keeps() -> None:
    found = Book.load().deadline("complaint-acknowledge", FRIDAY)
    assert found.how == "2 working days after Fri 13 Feb 2026: Tết 16 to 20 Feb not counted."
    assert (found.rule, found.pack_version, found.default) == ("complaint-acknowledge", "2026.11", True)
    assert found.rule_text == "Acknowledge a complaint: 2 working days after the complaint was received."
    assert found.local_due.isoformat() == "2026-02-24T23:59:59+07:00"


def test_the_earliest_of_several_packs_wins_and_all_are_shown() -> None:
    book = Book.load(("vn-2026", "eu-gdpr", "shop-policy"), country="VN", countries={"eu-gdpr": "DE"})
    found = book.deadlines("erasure-answer", FRIDAY)
    assert {each.pack for each in found} == {"vn-2026", "eu-gdpr", "shop-policy"}
    assert list(found) == sorted(found, key=lambda each: each.due)
    assert book.deadline("erasure-answer", FRIDAY) == found[0]
    assert found[-1].pack == "eu-gdpr"  # 13 March; twenty days end on 5 March


def test_each_pack_counts_in_its_own_place() -> None:
    book = Book.load(("shop-policy", "uk-gdpr", "us-ca"), country="VN")
    due = {each.pack: each.local_due.isoformat() for each in book.deadlines("access-answer", FRIDAY)}
    # In California it is still Thursday evening.
    assert due["us-ca"] == "2026-03-29T23:59:59-07:00"
    assert due["uk-gdpr"] == "2026-03-13T23:59:59+00:00"
    assert book.zone == VIETNAM


def test_a_duty_no_pack_knows_on_that_date_is_refused_with_a_sentence() -> None:
    with pytest.raises(KnownError, match="No active policy pack has a rule"):
        Book.load().deadline("police-user-info", FRIDAY)
    book = Book.load(("vn-2026",))
    assert not book.has("police-user-info", FRIDAY)
    assert book.has("police-user-info", datetime(2026, 8, 1, tzinfo=VIETNAM))


def test_a_rule_under_a_condition_never_counts_by_itself() -> None:
    book = Book.load(("vn-2026",))
    august = datetime(2026, 8, 1, tzinfo=VIETNAM)
    assert not book.has("breach-individuals", august)
    found = book.conditional(august)
    assert {each.rule for each in found} == {"breach-individuals-special", "cyber-first-notice", "cyber-report"}
    assert all(each.law.condition for each in found)
    assert {each.rule for each in book.conditional(FRIDAY)} == {"breach-individuals-special"}


def test_the_eu_pack_is_not_switched_on_without_a_country_of_its_own() -> None:
    with pytest.raises(KnownError, match=r"eu-gdpr needs a country.*AT, BE"):
        Book.load(("shop-policy", "eu-gdpr"), country="VN")
    book = Book.load(("shop-policy", "eu-gdpr"), country="VN", countries={"eu-gdpr": "DE"})
    assert book.deadline("access-answer", FRIDAY).pack == "shop-policy"


def test_a_start_without_a_zone_is_refused() -> None:
    with pytest.raises(KnownError, match="time zone"):
        Book.load().deadline("complaint-acknowledge", datetime(2026, 2, 13, 9))


def test_country_and_zone_of_the_controller_are_used() -> None:
    book = Book.load(country="DE")
    assert book.zone.key == "Europe/Berlin"
    easter = datetime(2026, 4, 2, 9, tzinfo=book.zone)
    assert book.deadline("complaint-acknowledge", easter).local_due.date() == date(2026, 4, 8)
    assert Book.load(zone="Asia/Bangkok").zone.key == "Asia/Bangkok"
    with pytest.raises(KnownError, match="is not a time zone"):
        Book.load(zone="Mars/Olympus")
    with pytest.raises(KnownError, match="There is no policy pack"):
        Book.load(("gdpr",))


# ---- contents and lists ----


def test_contents_are_the_union_with_all_sources() -> None:
    book = Book.load(ALL, country="VN", countries={"eu-gdpr": "DE"})
    by_field = {each.field: each for each in book.mandatory("breach-authority")}
    assert {"incident_reference", "consequences", "commitment"} <= by_field.keys()
    assert {pack for pack, _ in by_field["nature"].sources} == {"shop-policy", "eu-gdpr", "uk-gdpr", "vn-2026"}
    assert len(book.mandatory("breach-authority")) == len(by_field)


def test_a_conditional_field_is_mandatory_only_when_its_fact_is_true() -> None:
    book = Book.load(("eu-gdpr",), country="DE")
    assert "reasons_for_delay" not in {each.field for each in book.mandatory("breach-authority")}
    late = {each.field: each for each in book.mandatory("breach-authority", {"late"})}
    assert late["reasons_for_delay"].condition == "the notice comes after 72 hours"
    assert {"reasons_for_delay", "notice_state"} <= {each.field for each in book.contents("breach-authority")}


def test_what_one_pack_always_asks_for_is_not_conditional() -> None:
    # The shop's policy asks for the detection time always, Vietnam's Art. 29 only for special data.
    book = Book.load(("vn-2026", "shop-policy"))
    detected = next(each for each in book.contents("breach-police") if each.field == "detected")
    assert detected.when == ""
    assert book.mandatory("recovery-kit") == ()  # a sheet no policy speaks of


def test_lists_hold_each_id_once_in_the_first_packs_words() -> None:
    book = Book.load(("shop-policy", "vn-2026"))
    courts = [body for body in book.judicial_bodies if body.id == "court"]
    assert [body.pack for body in courts] == ["shop-policy"]
    assert "cyber-police" in {body.id for body in book.judicial_bodies}
    assert "mps-data-agency" in {body.id for body in book.authorities}
    assert {kind.duty for kind in book.request_kinds} >= {"access-answer", "protection-answer"}
    assert {each.id for each in book.purposes} >= {"service-and-delivery", "legal-duty"}
    assert book.complaint_kinds[0].title_in("vi") == "Lộ thông tin cho bên thứ ba"
    assert book.complaint_kinds[0].title_in("fr") == book.complaint_kinds[0].title["en"]
    assert {each.id for each in book.data_categories} >= {"name", "email", "mobile", "address", "password"}


@pytest.mark.parametrize("active", [("shop-policy",), ALL])
def test_every_kind_starts_a_clock_that_exists(active: tuple[str, ...]) -> None:
    book = Book.load(active, country="VN", countries={"eu-gdpr": "DE"})
    start = datetime(2026, 11, 23, tzinfo=VIETNAM)
    assert all(book.has(kind.duty, start) for kind in (*book.complaint_kinds, *book.request_kinds) if kind.duty)


def test_retention_identity_languages_and_form() -> None:
    book = Book.load(("shop-policy", "vn-2026"))
    assert (book.retention.inactive_days, book.retention.notice_days) == (60, 14)
    assert {hold.id for hold in book.retention.holds} >= {"open-order", "legal-hold", "open-case"}
    ledgers = next(keep for keep in book.retention.keeps if keep.id == "accounting-ledgers")
    assert (ledgers.years, ledgers.counts_from) == (10, "end-of-year")
    assert (book.identity.matching_facts, book.identity.document_copy) == (2, False)
    assert book.languages == ("vi", "en")
    assert book.document_form("breach-authority").id == "vn-decree-30"
    assert book.document_form("complaint-reply").id == "din-5008-b"
    assert Book.load(("us-ca",)).document_form("complaint-reply").id == "din-5008-b"
    assert book.version_text == "shop-policy 2026.11, vn-2026 2026.11"


# ---- what a change would move ----


def test_a_new_holiday_shows_which_stored_dates_it_would_move() -> None:
    before = Book.load()
    monday = datetime(2026, 11, 23, 9, tzinfo=VIETNAM)
    stored = [
        Stored(f"C-2026-000{number}", duty, start, before.deadline(duty, start).due)
        for number, (duty, start) in enumerate(
            [
                ("complaint-acknowledge", monday),
                ("complaint-acknowledge", monday - timedelta(days=14)),
                ("breach-police", monday),
                ("complaint-resolve", monday),
            ]
        )
    ]
    assert moves(stored, before) == ()
    culture = HolidayChange("VN", date(2026, 11, 24), "Vietnam Culture Day", source="Labour Code")
    moved = moves(stored, Book.load(extra_holidays=[culture]))
    assert [each.stored.reference for each in moved] == ["C-2026-0000"]
    assert moved[0].now is not None
    assert moved[0].now.local_due.date() == date(2026, 11, 26)
    assert not moved[0].earlier


def test_dates_that_come_earlier_stand_first_and_a_lost_rule_is_shown(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'format = 1\n[[rules]]\npack = "shop-policy"\nid = "complaint-resolve"\nterm = "7 days"\nsource = "M"\n',
        encoding="utf-8",
    )
    before = Book.load(("shop-policy", "vn-2026"))
    start = datetime(2026, 8, 3, 9, tzinfo=VIETNAM)
    duties = ("police-user-info", "complaint-resolve")
    stored = [Stored(duty, duty, start, before.deadline(duty, start).due) for duty in duties]
    moved = moves(stored, Book.load(overrides=own))
    assert [(each.stored.reference, each.now is None) for each in moved] == [
        ("complaint-resolve", False),
        ("police-user-info", True),
    ]
    assert moved[0].earlier


def test_a_thousand_deadlines_take_a_blink() -> None:
    from tests.bench import deadlines

    # A tenth of the benchmark's goal, so that a busy machine does not fail it but a lost cache does.
    found = deadlines.run(count=2_000, rounds=1)
    assert found["per second, shop-policy"] > deadlines.GOAL / 10  # type: ignore[operator]


def test_loading_the_book_leaves_the_holidays_for_later() -> None:
    """The unlock screen does not wait for a library that only a computed day needs."""
    said = "import sys; from officer_app.policy.book import Book; Book.load(); print('holidays' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "False"


def test_the_sentence_says_when_the_clock_stood_still() -> None:
    book = Book.load(("uk-gdpr",))
    start = datetime(2026, 3, 2, 9, tzinfo=UTC)
    pause = (datetime(2026, 3, 5, 12, tzinfo=UTC), datetime(2026, 3, 9, 8, tzinfo=UTC))
    found = book.deadline("access-answer", start, paused=[pause])
    assert found.how == "1 month after Mon 2 Mar 2026; the clock stood still 5 to 9 Mar."
    assert found.local_due.date() == date(2026, 4, 7)
    longer = book.deadline("access-answer", start, extended=True)
    assert longer.how.startswith("3 months (2 months of them the extension) after Mon 2 Mar 2026")
