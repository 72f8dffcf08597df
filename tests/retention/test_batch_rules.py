"""What may follow what in the life of a batch, whatever happens to it."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from officer_app.base.errors import KnownError
from officer_app.retention import batch as rules
from officer_app.retention.batch import Approval, Batch, Counts

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
GROUNDS = ("cancel", "false", "rule-breaking", "inactive")
STEPS = ("announce", "noticed", "unannounced", "approve", "wait", "start", "finish", "check", "certify", "close",
         "withdraw")  # fmt: skip


def fresh(ground: str, members: int = 3) -> Batch:
    return Batch("R-2026-0001", ground, rules.FROZEN, NOW, "linh", members, 10_000, "digest")


def step(batch: Batch, name: str, now: datetime) -> Batch:
    match name:
        case "announce":
            return rules.announce(batch, "N-2026-0001", now + timedelta(days=17))
        case "noticed":
            return rules.noticed(batch, now, now + timedelta(days=14))
        case "unannounced":
            return rules.unannounced(batch, "nobody lives there")
        case "approve":
            return rules.approve(batch, Approval("minh", "Minh", now))
        case "start":
            return rules.start(batch, Counts({rules.WAITING: batch.members}), batch.members, now, "Linh")
        case "finish":
            return rules.finish(batch, now) if batch.state == rules.ERASING else batch
        case "check":
            return rules.check(batch, (), now)
        case "certify":
            return rules.certify(batch, now) if batch.state == rules.ERASED else batch
        case "close":
            return rules.close(batch, now)
        case "withdraw":
            return rules.withdraw(batch, now)
    return batch


@given(st.sampled_from(GROUNDS), st.integers(1, 300), st.lists(st.sampled_from(STEPS), max_size=25))
def test_nothing_is_erased_without_what_it_needs(ground: str, members: int, names: list[str]) -> None:
    """Whatever is tried in whatever order: whoever did not ask was told or it was said why not, the time to answer was
    over, and a manager approved where one has to."""
    batch, now = fresh(ground, members), NOW
    for name in names:
        now += timedelta(days=10 if name == "wait" else 0, hours=1)
        before = batch
        try:
            batch = step(batch, name, now)
        except KnownError:
            assert batch == before
        if before.state != rules.ERASING and batch.state == rules.ERASING:
            assert ground == "cancel" or batch.noticed is not None or batch.no_notice
            assert batch.grace is None or now > batch.grace
            assert batch.approval is not None or not batch.needs_manager
        if before.state == rules.WITHDRAWN:
            assert batch.state == rules.WITHDRAWN
        if batch.state == rules.CLOSED:
            assert batch.certified is not None
        if before.started is not None:
            assert batch.state not in (rules.FROZEN, rules.NOTICED, rules.WITHDRAWN)


@given(st.integers(1, 10_000), st.integers(0, 10_000), st.integers(-5, 10_005))
def test_only_the_very_number_begins(members: int, gone: int, typed: int) -> None:
    left = max(members - gone, 0)
    batch = rules.approve(fresh("cancel", members), Approval("minh", "Minh", NOW))
    counts = Counts({rules.WAITING: left, rules.GONE: min(gone, members)})
    if left and typed == left:
        assert rules.start(batch, counts, typed, NOW, "Linh").state == rules.ERASING
    else:
        with pytest.raises(KnownError):
            rules.start(batch, counts, typed, NOW, "Linh")


def test_the_refusal_in_the_time_to_answer_names_its_last_day_in_the_shops_zone() -> None:
    """A moment in the evening of 9 December in UTC is on 10 December in Hanoi, and that day is named."""
    until = datetime(2026, 12, 9, 18, 0, tzinfo=UTC)
    batch = rules.noticed(rules.announce(fresh("inactive"), "N-2026-0001", None), NOW, until)
    counts, hanoi = Counts({rules.WAITING: 3}), timezone(timedelta(hours=7))
    said = "The time to answer the notices ends on 10 December 2026. Wait until it is over, or withdraw the batch."
    assert rules.why_not_run(batch, counts, until.astimezone(hanoi)) == said
    assert rules.why_not_run(batch, counts, (until + timedelta(seconds=1)).astimezone(hanoi)) == ""


@pytest.mark.parametrize("name", STEPS)
def test_steps_that_cannot_be_taken_say_why(name: str) -> None:
    """Every disabled button carries its sentence, in each state."""
    batch = fresh("inactive")
    for state in (*rules.STATES, rules.WITHDRAWN):
        for interrupted in (True, False):
            for one in rules.next_steps(
                Batch(**{**vars(batch), "state": state}), Counts({rules.WAITING: 3}), NOW,
                interrupted=interrupted, manager=name == "approve",
            ):  # fmt: skip
                assert one.enabled != bool(one.why_not)
