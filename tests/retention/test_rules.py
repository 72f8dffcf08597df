"""When an account may be looked at, and what stands against deleting it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from officer_app.retention import rules

HANOI, BERLIN = ZoneInfo("Asia/Ho_Chi_Minh"), ZoneInfo("Europe/Berlin")


def _eligible(last: datetime, now: datetime, zone: ZoneInfo, days: int = 60) -> bool:
    return last < rules.cutoff_now(now, days, zone) - timedelta(days=days)


@pytest.mark.parametrize(
    ("now", "listed"),
    [
        (datetime(2026, 7, 31, 23, 59, tzinfo=HANOI), False),
        (datetime(2026, 8, 1, 0, 0, tzinfo=HANOI), True),
    ],
)
def test_sixty_days_run_from_the_day_after_the_last_login(now: datetime, listed: bool) -> None:
    """A login on 1 June makes the account reviewable from 1 August, local midnight."""
    last = datetime(2026, 6, 1, 9, 30, tzinfo=HANOI)
    assert _eligible(last, now, HANOI) is listed


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    st.sampled_from([HANOI, BERLIN]),
)
def test_only_calendar_days_decide(last: datetime, now: datetime, zone: ZoneInfo) -> None:
    """The rule counts local days, also over a change of the clocks."""
    days: date = now.astimezone(zone).date()
    expected = (days - last.astimezone(zone).date()).days >= 61
    assert _eligible(last, now, zone) is expected


def test_blocks_name_shop_cases_and_holds() -> None:
    """Everything that stands against deleting is said, in the order shop, cases, holds."""
    found = rules.blocks(["An open order"], ["C-2026-0001", "B-2026-0002"], ["D-2026-0003"])
    assert found == ("An open order", "open case C-2026-0001, B-2026-0002", "legal hold of D-2026-0003")
    assert rules.blocks([], [], []) == ()
