"""Two windows, or a window and the command line, at one print run: one prints, the other is told, none doubles."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NoReturn

import pytest

from officer_app.base.errors import Cancelled, KnownError
from officer_app.breaches import again, incidents, press, run_records
from officer_app.breaches.again import Wanted
from officer_app.casebook import audit
from officer_app.casebook.apart import apart
from tests.breaches import making
from tests.breaches.making import Desk, sentence
from tests.breaches.test_press import ROOT, expected, numbers, stop_after, volumes
from tests.casebook.places import Spot

BUSY = "Trần Linh is printing N-2026-0001 in another window"


@pytest.fixture
def other(desk_anywhere: Desk, spot: Spot, tmp_path: Path) -> Iterator[Desk]:
    """Give a second window on the same casebook."""
    made = making.desk_on(tmp_path, spot.open(clock=desk_anywhere.clock), desk_anywhere.clock, 0)
    yield made
    made.close()


def once(step: Callable[[], object]) -> Callable[[int, int], None]:
    """Return a progress that takes a step once, when some letters are through."""
    seen: list[int] = []

    def progress(done: int, total: int) -> None:
        if 0 < done < total and not seen:
            seen.append(done)
            step()

    return progress


def test_the_second_is_told_and_changes_nothing(desk_anywhere: Desk, other: Desk, tmp_path: Path) -> None:
    desk, reference = desk_anywhere, desk_anywhere.ready_to_print()
    said: list[str] = []

    def meanwhile() -> None:
        elsewhere = tmp_path / "elsewhere"
        said.append(sentence(lambda: other.service.print_letters(reference, elsewhere)))
        said.append(sentence(lambda: other.service.press.give_up_run(reference, "a mistake")))
        assert not volumes(elsewhere)
        file = other.service.queue.open(reference)
        shut = {step.id: step.why_not for step in file.steps if step.id in ("print", "print-elsewhere", "void-run")}
        assert file.printing == "Trần Linh" and len(shut) == 3
        assert all(why.startswith("Trần Linh is printing these letters now.") for why in shut.values())

    printed = desk.service.print_letters(reference, desk.out, per_volume=40, progress=once(meanwhile))
    assert len(said) == 2 and all(one.startswith(BUSY) for one in said)
    assert numbers(desk.out) == expected(desk, reference) and printed.letters == len(numbers(desk.out))
    said.clear()
    wanted, print_again = Wanted.read("1-44"), other.service.again.print_again
    progress = once(lambda: said.append(sentence(lambda: print_again(reference, wanted, tmp_path / "theirs"))))
    desk.service.again.print_again(reference, wanted, tmp_path / "mine", progress=progress)
    assert [one.startswith(BUSY) for one in said] == [True]
    print_again(reference, Wanted.read("3"), tmp_path / "theirs")
    with desk.book.reading() as tx:
        assert [row["copy"] for row in run_records.copies_of(tx, printed.number)] == [1, 2]
    desk.verify()


def test_who_was_silent_for_too_long_is_taken_over_and_enters_nothing_any_more(
    desk_anywhere: Desk, other: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, reference = desk_anywhere, desk_anywhere.ready_to_print()

    def meanwhile() -> None:
        desk.clock.turn(minutes=4)
        monkeypatch.setattr("platform.node", lambda: "another computer")
        other.service.print_letters(reference, tmp_path / "theirs")

    said = sentence(
        lambda: desk.service.print_letters(reference, desk.out, per_volume=40, progress=once(meanwhile))
    )
    assert said.startswith("Another window took N-2026-0001 over")
    assert [run.finished is not None for run in desk.case(reference).runs] == [True]
    with desk.book.reading() as tx:
        rows = incidents.run_volumes(tx, "N-2026-0001")
        folders = [Path(row["body"]["folder"]).name for row in rows]
        assert [entry.action for entry in audit.page(tx, reference=reference)].count("notice issued") == 1
    assert folders == ["out", *["theirs"] * (len(rows) - 1)]
    found = [*numbers(desk.out), *numbers(tmp_path / "theirs")]
    assert sorted(set(found)) == expected(desk, reference)
    desk.verify()


def test_a_run_that_says_nothing_new_for_a_while_keeps_its_lease(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = desk.ready_to_print()
    monkeypatch.setattr("officer_app.breaches.runhold.EVERY", -1.0)
    progress, cancelled = stop_after(60)
    with pytest.raises(Cancelled, match="can be taken up again"):
        desk.service.print_letters(reference, desk.out, per_volume=50, progress=progress, cancelled=cancelled)
    with desk.book.reading() as tx:
        actions = [entry.action for entry in audit.page(tx, reference=reference)]
    assert actions[0] == "print run stopped" and "print run goes on" in actions
    desk.service.print_letters(reference, desk.out)
    desk.verify()


def test_a_run_that_could_not_open_the_casebook_for_itself_is_taken_up_at_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first print run and printing again: neither leaves the letters in hands that are known to be empty."""
    reference = desk.ready_to_print()

    def refused(*_asked: object) -> NoReturn:
        raise KnownError("The casebook's server does not answer.")

    for room in (press, again):
        monkeypatch.setattr(room, "apart", refused)
    assert "does not answer" in sentence(lambda: desk.service.print_letters(reference, desk.out))
    monkeypatch.setattr(press, "apart", apart)
    printed = desk.service.print_letters(reference, desk.out)
    print_again = partial(desk.service.again.print_again, reference, Wanted.read("3"), desk.folder / "again")
    assert "does not answer" in sentence(print_again)
    monkeypatch.setattr(again, "apart", apart)
    print_again()
    assert printed.letters == len(numbers(desk.out)) and numbers(desk.out) == expected(desk, reference)
    desk.verify()


def test_another_process_is_waited_for_while_it_lives_and_taken_over_once_it_is_dead(desk: Desk) -> None:
    reference = desk.ready_to_print()
    command = [sys.executable, "-m", "tests.breaches.child", str(desk.folder), "0", "0", "5", ""]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        end = time.monotonic() + 60
        while process.poll() is None and not volumes(desk.out) and time.monotonic() < end:
            time.sleep(0.001)
        assert BUSY in sentence(lambda: desk.service.print_letters(reference, desk.out, resume=True))
        process.kill()
    desk.service.print_letters(reference, desk.out, resume=True)
    assert numbers(desk.out) == expected(desk, reference)
    assert len(desk.case(reference).runs) == 1
    desk.verify()
