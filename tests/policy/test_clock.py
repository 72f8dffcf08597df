"""Properties that hold for every rule of every pack, whatever the start."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from officer_app.policy.calendar import Calendar, HolidayChange
from officer_app.policy.clock import (
    after_hours,
    counted_day,
    holds_two_working_days,
    merged_spans,
    next_full_hour,
    rolled_day,
    same_date,
)
from officer_app.policy.deadline import compute
from officer_app.policy.length import Length, read_length
from officer_app.policy.places import calendar_for, find_zone
from officer_app.policy.rule import Rule
from officer_app.policy.shelf import find_pack, pack_names

COUNTRY = {"eu-gdpr": "DE"}
RULES: list[tuple[Rule, Calendar]] = [
    (rule, calendar_for(pack, country=COUNTRY.get(name, "")))
    for name in pack_names()
    for pack in [find_pack(name)]
    for rule in pack.rules
]
STARTS = st.datetimes(datetime(2018, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))
RULE = st.sampled_from(RULES)
FLAG = st.booleans()


@given(RULE, STARTS, FLAG, FLAG, FLAG)
def test_never_before_the_start(
    chosen: tuple[Rule, Calendar], start: datetime, extended: bool, urgent: bool, third: bool
) -> None:
    rule, calendar = chosen
    found = compute(rule, start, calendar, extended=extended, urgent=urgent, third_party=third)
    assert found.due > start
    assert found.outer is None or found.outer >= found.due


@given(RULE, STARTS, st.timedeltas(timedelta(0), timedelta(days=40)), FLAG, FLAG)
def test_a_later_start_is_never_due_earlier(
    chosen: tuple[Rule, Calendar], start: datetime, later: timedelta, extended: bool, urgent: bool
) -> None:
    rule, calendar = chosen
    first = compute(rule, start, calendar, extended=extended, urgent=urgent)
    second = compute(rule, start + later, calendar, extended=extended, urgent=urgent)
    assert first.due <= second.due
    assert (first.outer or first.due) <= (second.outer or second.due)


@given(RULE, STARTS)
def test_an_extension_never_shortens(chosen: tuple[Rule, Calendar], start: datetime) -> None:
    rule, calendar = chosen
    plain, longer = compute(rule, start, calendar), compute(rule, start, calendar, extended=True)
    assert longer.due >= plain.due
    assert (longer.due > plain.due) == (rule.extension is not None)
    assert longer.extended == (rule.extension is not None)


@given(RULE, STARTS)
def test_urgent_is_never_later_and_a_third_party_never_earlier(chosen: tuple[Rule, Calendar], start: datetime) -> None:
    rule, calendar = chosen
    plain = compute(rule, start, calendar)
    assert compute(rule, start, calendar, urgent=True).due <= plain.due
    assert compute(rule, start, calendar, third_party=True).due >= plain.due


PAUSES = st.lists(
    st.tuples(st.integers(-20, 120), st.integers(0, 30)).map(lambda pair: (pair[0], pair[0] + pair[1])), max_size=4
)


def _spans(start: datetime, days: list[tuple[int, int]]) -> list[tuple[datetime, datetime]]:
    return [(start + timedelta(days=begin), start + timedelta(days=end)) for begin, end in days]


@given(RULE, STARTS, PAUSES)
def test_a_pause_never_shortens_and_never_gains_time(
    chosen: tuple[Rule, Calendar], start: datetime, days: list[tuple[int, int]]
) -> None:
    rule, calendar = chosen
    plain = compute(rule, start, calendar)
    paused = compute(rule, start, calendar, paused=_spans(start, days))
    assert paused.due >= plain.due
    stopped = {day for begin, end in days for day in range(begin, end + 1)}
    if not rule.pausable:
        assert paused.due == plain.due
        return
    # Of the days up to the new last day, those that counted are no more than the term has without a pause …
    first, last = calendar.day(start), calendar.day(paused.due)
    counted = sum(day - first not in stopped for day in range(first + 1, last + 1))
    # … but for the days of rolling to a working day, ten at most in these calendars.
    assert counted <= calendar.day(plain.due) - first + 10


@given(STARTS, st.integers(1, 200), PAUSES)
def test_paused_hours_come_back_exactly(start: datetime, hours: int, days: list[tuple[int, int]]) -> None:
    spans = _spans(start, days)
    due = after_hours(start, hours, spans)
    ran = (
        due
        - start
        - sum(
            (min(end, due) - max(begin, start) for begin, end in merged_spans(spans) if end > start and begin < due),
            timedelta(0),
        )
    )
    assert ran == timedelta(hours=hours)


@given(RULE, STARTS)
@settings(max_examples=300)
def test_days_end_at_the_last_second_of_a_working_day(chosen: tuple[Rule, Calendar], start: datetime) -> None:
    rule, calendar = chosen
    found = compute(rule, start, calendar)
    local = found.local_due
    if rule.term.unit == "hours":
        assert found.due - start == timedelta(hours=rule.term.count)
    elif rule.ends == "next-day":
        assert (local.hour, local.minute, local.second) == (0, 0, 0)
    else:
        assert (local.hour, local.minute, local.second) == (23, 59, 59)
        if rule.roll or rule.term.unit == "working days":
            assert not calendar.off(local.toordinal())


@given(RULE, STARTS, FLAG)
def test_the_sentence_names_the_length_and_the_due_day_when_it_moved(
    chosen: tuple[Rule, Calendar], start: datetime, extended: bool
) -> None:
    rule, calendar = chosen
    found = compute(rule, start, calendar, extended=extended)
    assert found.how.startswith(str(found.length))
    assert str(found.start.astimezone(calendar.zone).year) in found.how
    if "is not worked" in found.how:
        assert f"{found.local_due.day} " in found.how


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 3, 15), 1, date(2026, 4, 15)),
    ],
)
def test_months_end_on_the_same_number_or_the_last_day(start: date, months: int, end: date) -> None:
    assert date.fromordinal(same_date(start.toordinal(), months)) == end


def _vietnam(**options: object) -> Calendar:
    return calendar_for(find_pack("vn-2026"), **options)  # type: ignore[arg-type]


def test_working_days_of_vietnam_are_those_announced_for_2026() -> None:
    named = _vietnam().holidays(2026)
    assert [day.isoformat() for day in named] == [
        "2026-01-01",
        *(f"2026-02-{day}" for day in range(16, 21)),
        "2026-04-26", "2026-04-27", "2026-04-30", "2026-05-01", "2026-09-01", "2026-09-02",
    ]  # fmt: skip


def test_a_holiday_not_yet_adopted_does_not_move_a_deadline_until_the_officer_enters_it() -> None:
    culture = HolidayChange("VN", date(2026, 11, 24), "Vietnam Culture Day", source="Labour Code as amended")
    monday = date(2026, 11, 23).toordinal()
    one = Length(1, "working days")
    assert date.fromordinal(counted_day(monday, one, _vietnam())) == date(2026, 11, 24)
    assert date.fromordinal(counted_day(monday, one, _vietnam(changes=[culture]))) == date(2026, 11, 25)


def test_the_officer_can_take_a_holiday_away_and_changes_of_a_country_reach_its_parts() -> None:
    worked = HolidayChange("DE", date(2026, 5, 14), working=True)
    bavaria = calendar_for(find_pack("eu-gdpr"), country="DE-BY", changes=[worked])
    assert not bavaria.off(date(2026, 5, 14).toordinal())
    assert bavaria.off(date(2026, 6, 4).toordinal())  # Corpus Christi, in Bavaria


def test_a_change_for_another_country_changes_nothing() -> None:
    other = HolidayChange("DE", date(2026, 11, 25), "Elsewhere")
    assert not _vietnam(changes=[other]).off(date(2026, 11, 25).toordinal())


def test_a_pause_over_the_last_day_moves_it_even_after_the_roll() -> None:
    england = calendar_for(find_pack("uk-gdpr"))
    saturday, monday = date(2026, 2, 28).toordinal(), date(2026, 3, 2).toordinal()
    assert rolled_day(saturday, england) == monday
    assert rolled_day(saturday, england, [(monday, monday + 3)]) == monday + 4


def test_two_pauses_on_the_same_days_count_once() -> None:
    england = calendar_for(find_pack("uk-gdpr"))
    rule = next(each for each in find_pack("uk-gdpr").rules if each.id == "request-answer")
    start = datetime(2026, 3, 2, 9, tzinfo=UTC)
    once = (datetime(2026, 3, 5, tzinfo=UTC), datetime(2026, 3, 9, tzinfo=UTC))
    inside = (datetime(2026, 3, 6, tzinfo=UTC), datetime(2026, 3, 7, tzinfo=UTC))
    assert compute(rule, start, england, paused=[once, inside]).due == compute(rule, start, england, paused=[once]).due


def test_a_pause_after_the_term_changes_nothing() -> None:
    england = calendar_for(find_pack("uk-gdpr"))
    rule = next(each for each in find_pack("uk-gdpr").rules if each.id == "request-answer")
    start = datetime(2026, 3, 2, 9, tzinfo=UTC)
    late = (datetime(2026, 5, 5, tzinfo=UTC), datetime(2026, 5, 9, tzinfo=UTC))
    assert compute(rule, start, england, paused=[late]).due == compute(rule, start, england).due


def test_the_next_full_hour_is_that_of_the_place() -> None:
    kathmandu = find_zone("Asia/Kathmandu")  # 5 hours 45 minutes ahead
    start = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)  # 15:15 there
    assert next_full_hour(start, kathmandu) == datetime(2026, 3, 2, 10, 15, tzinfo=UTC)


def test_two_working_days_must_be_full_days() -> None:
    berlin = calendar_for(find_pack("eu-gdpr"), country="DE")
    monday = datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert holds_two_working_days(monday, monday + timedelta(hours=72), berlin)
    friday = monday + timedelta(days=4)
    assert not holds_two_working_days(friday, friday + timedelta(hours=72), berlin)


@pytest.mark.parametrize("words", ["72 hours", "10 days", "2 working days", "1 month", "1 working day"])
def test_lengths_read_back_as_they_are_written(words: str) -> None:
    assert str(read_length(words)) == words


@pytest.mark.parametrize(
    "words",
    ["", "days", "0 days", "-1 days", "2 fortnights", "1.5 days", "١٠ days", "2  days", "99999 hours", "7 years"],
)
def test_what_is_no_length_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match=r"\."):
        read_length(words)
