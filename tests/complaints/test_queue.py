"""The queue: filters that combine and are saved, a search that goes on by page, and one step on several cases."""

import json
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import Destination

from officer_app.base.errors import KnownError
from officer_app.base.page import Sort
from officer_app.casebook import audit, cases
from officer_app.complaints import filters, searching
from officer_app.complaints.filters import wanted, with_dates
from officer_app.complaints.queue import Row
from officer_app.complaints.rules import CLOSED, RECEIVED, REFERRED, RESOLVING, Intake, Requester
from officer_app.complaints.steps import stage
from officer_app.complaints.together import Chosen, Together
from tests.complaints import bench
from tests.complaints.bench import EMILY, HOA, NOW, Bench

ZONE = bench.policy().zone


def _rows(desk: Bench, *chips: str) -> list[str]:
    asked = wanted(chips, desk.book.actor.id, desk.clock.at, ZONE)
    page = desk.service.queue.page(asked, Sort("reference"), news=filters.NEWS in chips)
    return [row.reference for row in page.rows]


def _chosen(desk: Bench, *references: str) -> list[Chosen]:
    found = {row.reference: row for row in desk.service.queue.page(cases.Filter(open_only=False), Sort("opened")).rows}
    return [Chosen(one, found[one].version, found[one].kind) for one in references]


def test_chips_combine(desk: Bench) -> None:
    first, second = desk.form("access"), desk.form("other")
    desk.clock.on(days=3)
    third = desk.form("other")
    desk.service.assign(second, None, desk.version(second))
    desk.service.close_without_letter(third, "Spam.", desk.version(third))
    assert _rows(desk) == [first, second]
    assert _rows(desk, "mine") == [first]
    assert _rows(desk, "unassigned") == [second]
    assert _rows(desk, "kind:access", "kind:other") == [first, second]
    assert _rows(desk, "kind:access", "unassigned") == []
    assert _rows(desk, "closed", "kind:other") == [second, third]
    assert _rows(desk, "state:closed") == [third]
    assert _rows(desk, "closed", "until:2026-11-23") == [first, second]
    assert _rows(desk, "closed", "from:2026-11-24") == [third]
    assert _rows(desk, "overdue") == [first, second]  # the acknowledgements are overdue after two working days
    assert _rows(desk, "waiting") == []
    with desk.book.transaction("work", first) as tx:
        cases.change(tx, first, waiting_for="carrier")
        audit.append(tx, "asked", first)
    assert _rows(desk, "waiting") == [first]
    assert desk.service.queue.page(cases.Filter(waiting=True), Sort("opened")).rows[0].waiting == "carrier"


CHIPS = st.sets(
    st.sampled_from(["mine", "unassigned", "overdue", "week", "waiting", "closed", "kind:access", "state:closed",
                     "from:2026-11-01", "until:2026-11-30"])
)  # fmt: skip


@given(CHIPS, CHIPS)
def test_more_chips_never_show_more_but_for_closed_ones(some: Collection[str], more: Collection[str]) -> None:
    """Each chip only narrows, so that what combines can be understood."""
    before, after = wanted(some, "me", NOW, ZONE), wanted({*some, *more}, "me", NOW, ZONE)
    assert bool(before.assignee) <= bool(after.assignee)
    assert before.unassigned <= after.unassigned and before.waiting <= after.waiting
    assert before.open_only >= after.open_only
    assert set(before.kinds) <= set(after.kinds)
    if before.due_before is not None:
        assert after.due_before is not None and after.due_before <= before.due_before


def test_days_are_those_of_the_shop_and_both_ends_count() -> None:
    asked = wanted(("from:2026-11-01", "until:2026-11-30"), "me", NOW, ZONE)
    assert asked.opened_from == datetime(2026, 10, 31, 17, tzinfo=UTC)  # midnight in Hà Nội
    assert asked.opened_before == datetime(2026, 11, 30, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [("1.11.2026", "", "Write the day as"), ("2026-11-02", "2026-11-01", "lies before the first")],
)
def test_days_that_make_no_range_are_refused(first: str, last: str, sentence: str) -> None:
    with pytest.raises(KnownError, match=sentence):
        with_dates((), first, last)


def test_saved_filters_are_the_officers_own(desk: Bench) -> None:
    saved = desk.service.saved_filters
    saved.save(" Mine,  late ", {"mine", "overdue"})
    saved.save("A", {"kind:access"})
    assert saved.all() == {"A": frozenset({"kind:access"}), "Mine, late": frozenset({"mine", "overdue"})}
    assert list(saved.delete("A")) == ["Mine, late"]
    for name, chips, sentence in (("", {"mine"}, "Give the filter a name"), ("x", set[str](), "Choose at least one")):
        with pytest.raises(KnownError, match=sentence):
            saved.save(name, chips)
    other = desk.colleague()
    try:
        assert list(other.service.saved_filters.all()) == ["Mine, late"]  # the same officer at another window
    finally:
        other.close()
    assert not desk.book.verify().broken


@pytest.mark.parametrize(
    ("state", "acknowledged", "outcome", "unsent", "more", "expected"),
    [
        (RECEIVED, False, "", "", {}, "Acknowledge"),
        (RECEIVED, False, "", "N-2026-0001", {}, "Send N-2026-0001"),
        (RESOLVING, True, "", "", {}, "Answer"),
        (RESOLVING, True, "", "", {"waiting": "carrier"}, "Await an answer"),
        (RESOLVING, True, "reply", "N-2026-0002", {"news": True}, "Read the new message"),
        (REFERRED, True, "referral", "", {}, "Await the authority"),
        (CLOSED, True, "refusal", "", {}, "Refused"),
    ],
)
def test_the_list_says_what_is_next(
    state: str, acknowledged: bool, outcome: str, unsent: str, more: dict[str, str], expected: str
) -> None:
    assert stage(state, acknowledged, outcome, unsent, **more) == expected  # type: ignore[arg-type]


# --- searching -------------------------------------------------------------------------------------------------------


def test_a_search_reads_names_texts_and_what_came_later(desk: Bench) -> None:
    first = desk.form(text="The courier knew my pin number.")
    second = desk.form(who="Emily Johnson", email=EMILY.email, text="Nothing.")
    said = Intake("other", "phone", desk.clock.at, Requester("Emily"), "More", "A pink parcel came.")
    desk.service.joining.add(second, said)

    def found(text: str) -> list[str]:
        return [row.reference for row in desk.service.queue.search(text)]

    assert found("COURIER  knew") == [first]
    assert found("pink parcel") == [second]
    assert found("pin") == [second, first]
    assert found("johnson") == [second]
    assert found("no such words") == []
    assert found(HOA.email.upper()) == [first]
    assert found(first.lower()) == [first]


def test_a_search_is_one_entry_and_hands_over_by_page(desk: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "_BLOCK", 2)
    references = [desk.form(text="the same words") for _ in range(7)]
    before = desk.actions().count("search")
    asked, rows, after, pages = desk.service.queue.searching("same words"), list[Row](), None, 0
    while True:
        page = asked.page(after, 2)
        rows, after, pages = [*rows, *page.rows], page.next, pages + 1
        if after is None:
            break
    assert [row.reference for row in rows] == references[::-1]
    assert pages >= 3
    assert (asked.read, asked.total, asked.found, asked.finished) == (7, 7, 7, True)
    assert desk.actions().count("search") == before + 1


def test_a_stopped_search_ends(desk: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "_BLOCK", 1)
    monkeypatch.setattr(searching, "_SECONDS", 0.0)
    for _ in range(4):
        desk.form()
    asked = desk.service.queue.searching("nothing that is there")
    page = asked.page()
    assert page.next is not None and asked.read == 1  # the time was over, so it hands over and goes on when asked
    asked.stop()
    assert asked.page(page.next).next is None


def test_an_erased_case_is_not_found_and_stops_nothing(desk: Bench) -> None:
    first, second = desk.form(text="words"), desk.form(text="words")
    with desk.book.transaction("work", first) as tx:
        cases.destroy_key(tx, first)
    assert [row.reference for row in desk.service.queue.search("words")] == [second]
    assert first in _rows(desk)


def test_searching_writes_nothing_in_clear(desk: Bench) -> None:
    desk.form(text="xylophone zebra")
    desk.service.queue.search("xylophone zebra")
    for path in desk.folder.rglob("*"):
        if path.is_file():
            assert b"xylophone" not in path.read_bytes(), path


# --- several at once -------------------------------------------------------------------------------------------------


def test_assigning_several_lists_what_somebody_else_saved(desk: Bench) -> None:
    references = [desk.form() for _ in range(3)]
    chosen = _chosen(desk, *references)
    desk.service.assign(references[1], None, desk.version(references[1]))  # meanwhile, in another window
    result = Together(desk.service).assign(chosen, desk.book.actor.id)
    assert result.done == (references[0], references[2])
    assert len(result.refused) == 1 and references[1] in result.refused[0]
    assert desk.file(references[1]).case.assignee is None


def test_all_are_acknowledged_in_one_print_file_and_then_recorded_as_sent(desk: Bench) -> None:
    references = [desk.form(), desk.form("access"), desk.form(who="Nobody", email="nobody@example.com")]
    desk.service.acknowledge(references[0])
    told: list[tuple[int, int]] = []
    result = Together(desk.service).acknowledge(_chosen(desk, *references), lambda *at: told.append(at))
    assert result.done == tuple(references[1:])
    assert "is issued already" in result.refused[0]
    assert told == [(0, 3), (1, 3), (2, 3)]
    reader = PdfReader(BytesIO(result.pdf))
    words = bench.text_of(result.pdf)
    assert len(reader.pages) == 2 and all(number in words for number in result.numbers)
    titles = [one.title or "" for one in reader.outline if isinstance(one, Destination)]
    assert [title[:11] for title in titles] == list(result.numbers)
    desk.clock.on(hours=2)
    sent = Together(desk.service).sent(_chosen(desk, *references), "post", desk.clock.at)
    assert sent.done == tuple(references)
    assert all(desk.file(one).case.acknowledged == desk.clock.at for one in references)
    again = Together(desk.service).sent(_chosen(desk, *references), "post", desk.clock.at)
    assert len(again.refused) == 3
    assert not desk.book.verify().broken


def test_only_comments_are_closed_by_the_dozen(desk: Bench) -> None:
    comment, access = desk.form("other"), desk.form("access")
    result = Together(desk.service).close(_chosen(desk, comment, access), "Answered in the shop's chat.")
    assert result.done == (comment,)
    assert result.refused == (f"{access}: this is no comment. Close it in its own file.",)
    assert desk.file(comment).case.closing == "Answered in the shop's chat."


def test_cancelling_leaves_the_rest_as_it_is(desk: Bench) -> None:
    references = [desk.form() for _ in range(3)]
    seen: list[int] = []
    result = Together(desk.service).acknowledge(
        _chosen(desk, *references), lambda at, _total: seen.append(at), lambda: bool(seen)
    )
    assert result.done == tuple(references[:1])
    assert desk.file(references[1]).notices == ()


def test_a_saved_filter_is_plain_data(desk: Bench) -> None:
    desk.service.saved_filters.save("Old ones", with_dates({"mine"}, "2026-01-01", ""))
    assert json.dumps(sorted(desk.service.saved_filters.all()["Old ones"])) == '["from:2026-01-01", "mine"]'


def test_a_case_of_years_ago_is_not_lost_at_the_end_of_a_list(desk: Bench) -> None:
    references = [desk.form() for _ in range(5)]
    desk.clock.on(days=1)
    found: list[str] = []
    after = None
    while True:
        page = desk.service.queue.page(cases.Filter(opened_before=NOW + timedelta(days=1)), Sort("kind"), after, 2)
        found += [row.reference for row in page.rows]
        after = page.next
        if after is None:
            break
    assert found == references
