"""The pure rules of the clock, of codes and of parties: whatever is done in whatever order, nothing is lost."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from officer_app.base.errors import KnownError
from officer_app.complaints import clock, parties, proof
from officer_app.complaints.clock import Clock, Move, Pause
from officer_app.complaints.parties import Party

NOW = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)
DUE = NOW + timedelta(days=10)
LATER = DUE + timedelta(days=10)


def move(what: str = clock.EXTENDED, was: datetime = DUE, now: datetime = LATER, reason: str = "because") -> Move:
    return Move(what, reason, was, now, "rule 1", NOW, "me", "N-1")


def pause(days: float = 14, begin: datetime = NOW, notice: str = "N-2") -> Pause:
    return Pause(clock.IDENTITY, begin, begin + timedelta(days=days), notice)


@pytest.mark.parametrize(
    ("known", "made", "sentence"),
    [
        (Clock(), move(reason=" "), "Say why"),
        (Clock(), move(now=DUE), "lets this answer be extended"),
        (Clock(), move(was=NOW - timedelta(hours=1)), "The date has passed"),
        (Clock(extension="N-0"), move(), "extended once already"),
    ],
)
def test_what_is_not_extended(known: Clock, made: Move, sentence: str) -> None:
    with pytest.raises(KnownError, match=sentence):
        clock.extend(known, made)


def test_an_extension_is_undone_with_its_letter_and_stays_told() -> None:
    after = clock.extend(Clock(), move())
    assert after.extended
    undone = clock.withdrawn(after, "N-1")
    assert (undone.extended, undone.moves) == (False, after.moves)
    assert clock.withdrawn(after, "N-9") == after


@pytest.mark.parametrize(
    ("known", "begun", "sentence"),
    [
        (Clock(pauses=(pause(),)), pause(), "stands already"),
        (Clock(), replace(pause(), why="holiday"), "what is awaited"),
        (Clock(), pause(0), "lie in the future"),
        (Clock(), pause(-1), "lie in the future"),
    ],
)
def test_what_does_not_stop_the_clock(known: Clock, begun: Pause, sentence: str) -> None:
    with pytest.raises(KnownError, match=sentence):
        clock.pause(known, begun, move(clock.PAUSED))
    with pytest.raises(KnownError, match="The clock is running"):
        clock.ended(Clock(), NOW)


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 60)), max_size=8))
def test_pauses_never_overlap_nor_last_longer_than_told(turns: list[tuple[int, int]]) -> None:
    known, at = Clock(), NOW
    for asked, waited in turns:
        begun = Pause(clock.CLARIFICATION, at, at + timedelta(days=asked), f"N-{len(known.pauses)}")
        known = clock.pause(known, begun, move(clock.PAUSED))
        at += timedelta(days=waited)
        known = clock.ended(known, at)
    assert known.paused is None
    spans = known.spans
    assert all(begin < end for begin, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    total = sum(((end - begin).days for begin, end in spans))
    assert total == sum(min(asked, waited) for asked, waited in turns)


@given(st.text(max_size=20), st.sampled_from(proof.CODES))
def test_only_the_code_itself_passes_however_it_is_written(given_back: str, method: str) -> None:
    told, code = proof.new_code(method, "7", NOW)
    for shape in (told, told.lower(), told.replace("-", " "), f" {told} "):
        assert proof.try_code(code, shape, "7", NOW) == (True, None)
    if given_back.strip() and told.replace("-", "") not in given_back.upper():
        passed, kept = proof.try_code(code, given_back, "7", NOW)
        assert not passed or "".join(ch for ch in given_back.upper() if ch.isalnum()) == told.replace("-", "")
        assert passed or (kept is not None and kept.tries == 1)
    with pytest.raises(KnownError, match="No code was sent to this customer"):
        proof.try_code(code, told, "8", NOW)


def test_two_codes_are_never_the_same_nor_kept() -> None:
    made = [proof.new_code(proof.LETTER_CODE, "7", NOW) for _ in range(200)]
    assert len({told for told, _ in made}) == 200
    assert not any(told.replace("-", "") in repr(code) for told, code in made)


@given(st.lists(st.sampled_from(["ask", "send", "answer", "silent", "withdraw"]), max_size=20))
def test_no_party_is_lost_and_the_first_due_is_one_that_is_waited_for(done: list[str]) -> None:
    known: tuple[Party, ...] = ()
    for at, what in enumerate(done):
        now = NOW + timedelta(hours=at)
        waiting = parties.waited_for(known)
        match what:
            case "ask":
                asked = Party(0, f"P{at}", "other", ("x",), "Who?", f"N-{at}", now)
                known = parties.ask(known, asked)
            case "send" if waiting:
                known = parties.sent(known, waiting[-1].notice, now, now + timedelta(days=5))
            case "withdraw" if waiting:
                known = parties.withdrawn(known, waiting[0].notice)
            case "answer" | "silent" if waiting:
                known = parties.answer(known, waiting[0].id, "said", now, silent=what == "silent")
        assert [one.id for one in known] == list(range(1, len(known) + 1))
        first = parties.first_due(known)
        running = [one.due for one in parties.waited_for(known) if one.due is not None]
        assert (first.due if first else None) == min(running, default=None)
    assert len(known) == done.count("ask")
