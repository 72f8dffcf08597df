"""The month in figures: it agrees with the list whatever happened, says what was late and why, and is printed."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from officer_app.base.errors import KnownError
from officer_app.base.page import Sort
from officer_app.complaints import figures, filters
from officer_app.complaints.figures import History
from officer_app.complaints.rules import CLOSED, NO_LETTER, RECEIVED, REFUSAL, REPLY
from tests.complaints import bench
from tests.complaints.bench import Bench

FIRST, LAST = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
ZONE = bench.policy().zone


def _history(reference: str = "C-1", **more: object) -> History:
    opened = FIRST + timedelta(days=2)
    values = {"kind": "other", "state": RECEIVED, "opened": opened, "received": opened, "closed": None, "outcome": ""}
    return History(reference, **{**values, **more})  # type: ignore[arg-type]


def test_each_answer_counts_in_the_month_in_which_it_was_sent() -> None:
    due = FIRST + timedelta(days=17)
    found = [
        _history("C-1", closed=due, outcome=REPLY, answers=((due, due - timedelta(days=1)),)),
        _history("C-2", closed=due, outcome=REPLY, answers=((due, due + timedelta(hours=1)),)),
        _history("C-3", answers=((due, None),)),
        _history("C-4", opened=FIRST - timedelta(days=20), received=FIRST - timedelta(days=20),
                 answers=((FIRST - timedelta(days=5), FIRST + timedelta(days=1)),)),
        _history("C-5", closed=due, outcome=NO_LETTER),
        _history("C-6", closed=due, outcome=NO_LETTER, merged=True),
    ]  # fmt: skip
    made = figures.count(found, FIRST, LAST, LAST, {"C-2": "The carrier was silent."})
    total = made.total
    assert (total.received, total.answered, total.in_time, total.late, total.without) == (5, 3, 1, 2, 1)
    assert total.median_days == 15.0  # 14, 15 and 21 days after the receipt
    assert [(one.reference, one.days, one.answered, one.reason) for one in made.late] == [
        ("C-3", 13, False, ""), ("C-4", 6, True, ""), ("C-2", 1, True, "The carrier was silent."),
    ]  # fmt: skip
    assert (made.open, made.merged) == (2, 1)


@pytest.mark.parametrize(
    ("back", "expected"),
    [(0, (2026, 11)), (1, (2026, 10)), (11, (2025, 12)), (23, (2024, 12))],
)
def test_a_month_is_the_shops_own(back: int, expected: tuple[int, int]) -> None:
    # Half past six in the evening of the last day in London is November already in Hà Nội.
    first, last = figures.month(datetime(2026, 10, 31, 18, 30, tzinfo=UTC), ZONE, back)
    assert (first.year, first.month, first.day, first.hour) == (*expected, 1, 0)
    assert first < last <= first + timedelta(days=31)


MOMENTS = st.integers(-60 * 24, 60 * 24).map(lambda hours: FIRST + timedelta(hours=hours))


@st.composite
def _histories(draw: st.DrawFn) -> list[History]:
    found = []
    for at in range(draw(st.integers(0, 12))):
        opened = draw(MOMENTS)
        due = opened + timedelta(days=15)
        hours = draw(st.none() | st.integers(0, 900))
        met = None if hours is None else opened + timedelta(hours=hours)
        closed = draw(st.sampled_from([None, met or opened + timedelta(days=3)]))
        outcome = draw(st.sampled_from([REPLY, REFUSAL])) if met else (NO_LETTER if closed else "")
        found.append(
            History(f"C-{at}", draw(st.sampled_from("ab")), CLOSED if closed else RECEIVED, opened, opened, closed,
                    outcome, ((due, met),) if met or not closed else (), False)
        )  # fmt: skip
    return found


@given(_histories(), MOMENTS)
def test_the_kinds_add_up_and_no_answer_is_counted_twice(found: list[History], now: datetime) -> None:
    known = [one for one in found if one.opened <= now and all(met is None or met <= now for _due, met in one.answers)]
    made = figures.count(known, FIRST, LAST, now, {})
    for name in ("received", "answered", "in_time", "late", "without"):
        assert sum(getattr(one, name) for one in made.kinds.values()) == getattr(made.total, name)
    assert made.total.answered == sum(
        any(met is not None and FIRST <= met < LAST for _due, met in one.answers) for one in known
    )
    assert sum(one.answered for one in made.late) == made.total.late
    assert len({one.reference for one in made.late}) == len(made.late)
    # Every case of the months so far is in exactly one month's "came in".
    months = [figures.month(FIRST, UTC, back) for back in range(-3, 4)]
    assert sum(figures.count(known, *month, now, {}).total.received for month in months) == len(known)


# --- on a real casebook ----------------------------------------------------------------------------------------------


def _listed(desk: Bench, *chips: str) -> list[str]:
    asked = filters.wanted(chips, desk.book.actor.id, desk.clock.at, ZONE)
    found, after = [], None
    while True:
        page = desk.service.queue.page(asked, Sort("reference"), after, 3)
        found += [(row.reference, row.kind) for row in page.rows]
        after = page.next
        if after is None:
            return [f"{kind}" for _reference, kind in found]


def test_the_figures_agree_with_the_list_whatever_happened(
    desk: Bench, dice: random.Random, trials: Callable[[int, int], int]
) -> None:
    references: list[str] = []
    for _ in range(trials(30, 300)):
        desk.clock.on(hours=dice.randrange(1, 40))
        what = dice.choice(["open", "open", "answer", "close", "reopen", "merge", "kind"])
        some = dice.choice(references) if references else ""
        try:
            match what:
                case "open":
                    references.append(desk.form(dice.choice(["other", "other-purpose"])))
                case "answer":
                    number = desk.decide(some, finding="kept")[0]
                    desk.send(number)
                case "close":
                    desk.service.close_without_letter(some, "Spam.", desk.version(some))
                case "reopen":
                    desk.service.reopen(some, "Again.", desk.version(some))
                case "merge":
                    desk.service.merging.merge(some, dice.choice(references), "One matter.", desk.version(some))
                case _:
                    desk.service.change(some, "other-purpose", "en", "Seen.", desk.version(some))
        except (KnownError, IndexError):
            continue
    for back in (0, 1):
        made = desk.service.monthly.count(back)
        last_day = (made.last - timedelta(days=1)).date()
        listed = _listed(desk, "closed", f"from:{made.first.date()}", f"until:{last_day}")
        assert Counter(listed) == Counter({kind: one.received for kind, one in made.kinds.items() if one.received}), (
            f"{back} months back"
        )
    assert desk.service.monthly.count().open == len(_listed(desk))


def test_a_late_answer_is_explained_and_reported(desk: Bench) -> None:
    reference = desk.form()
    desk.clock.on(days=20)
    assert desk.file(reference).late == ""
    desk.service.monthly.explain(reference, "The carrier answered late.")
    assert desk.file(reference).late == "The carrier answered late."
    desk.send(desk.decide(reference, finding="kept")[0])
    made = desk.service.monthly.count()
    assert (made.total.late, made.late[0].reason) == (1, "The carrier answered late.")
    name, pdf = desk.service.monthly.report(0)
    words = bench.text_of(pdf)
    assert name == "complaints-2026-12.pdf"
    for said in ("Complaints and requests, December 2026", reference, "The carrier answered late.", "Another complaint",
                 "1 answered", "0 of them in time (0 %)"):  # fmt: skip
        assert said in words
    assert desk.actions()[-1] == "export"
    with pytest.raises(KnownError, match="Say why the answer was late"):
        desk.service.monthly.explain(reference, " ")
    assert not desk.book.verify().broken


def test_an_empty_month_is_a_report_too(desk: Bench) -> None:
    words = bench.text_of(desk.service.monthly.report(3)[1])
    assert "0 came in, 0 answered, 0 open." in words and "None." in words
