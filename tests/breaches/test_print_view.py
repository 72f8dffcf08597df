"""The print run through the window: options, going on elsewhere, letters again, and what the post brought back."""

from collections.abc import Callable

import pytest

from officer_app.base.errors import Cancelled
from officer_app.breaches.runjob import hold
from officer_app.casebook import audit, lease
from officer_app.widgets.plain import Label
from officer_app.widgets.work import Work
from tests.breaches.making import Desk
from tests.breaches.test_copies import numbers_of
from tests.breaches.test_press import stop_after, volumes
from tests.breaches.test_view import Hand, seat  # noqa: F401 -- fixture
from tests.widgets.conftest import Answers, answers, dressed, work  # noqa: F401 -- fixtures


def words_of(hand: Hand) -> str:
    return " ".join(label.text() for label in hand.view.file.facts.findChildren(Label))


def test_returned_letters_and_letters_again_through_the_window(
    desk: Desk, seat: Callable[[Desk], Hand], answers: Answers  # noqa: F811
) -> None:
    reference = desk.ready_to_print()
    hand = seat(desk)
    hand.open(reference)
    hand.press("print")
    assert hand.form.input("per_volume").value() == 5_000
    answers.save = None
    hand.fill(per_volume=40, duplex=True)
    assert hand.form.submit_button.isEnabled() and not desk.out.exists(), "no folder was chosen"
    answers.save = desk.out
    hand.fill()
    assert "letters printed into" in hand.news and len(volumes(desk.out)) == 4
    hand.press("posted")
    hand.fill(volumes="9", at=desk.clock())
    assert "has print files 1-4, not 9" in hand.form.problem("")
    hand.fill(volumes="1-2")
    assert "80 letters noted as posted" in hand.news or "79 letters noted as posted" in hand.news
    assert "To be posted" in words_of(hand)
    hand.press("posted")
    hand.fill(volumes="2", at=desk.clock(), undo=True)
    assert "taken off the posted ones" in hand.news
    hand.press("returned")
    hand.fill(numbers="N-2026-0001/0000003\n4 999", why="moved")
    assert "2 letters noted as returned" in hand.news and "999" in hand.news
    hand.press("print-again")
    hand.fill(kind="numbers", spans="")
    assert "Write which ones" in hand.form.problem("")
    answers.save = desk.folder / "again"
    hand.fill(kind="returned")
    assert "2 letters printed again" in hand.news
    assert numbers_of(answers.save / "N-2026-0001-copy-01-0001.pdf") == [3, 4]
    hand.press("returned")
    hand.fill(numbers="3", undo=True)
    assert desk.service.queue.open(reference).letters["N-2026-0001"].returned == ((4, 4),)


def test_an_interrupted_run_goes_on_in_another_folder(
    desk: Desk, seat: Callable[[Desk], Hand], answers: Answers, work: Work  # noqa: F811
) -> None:
    reference = desk.ready_to_print()
    progress, cancelled = stop_after(50)
    with pytest.raises(Cancelled):
        desk.service.print_letters(reference, desk.out, per_volume=50, progress=progress, cancelled=cancelled)
    desk.out.rename(desk.folder / "lost")
    desk.out.write_text("a file is in its place")
    hand, process = seat(desk), lease.this_process()
    with desk.book.transaction("print letters", reference) as tx:
        hold(tx, reference, "N-2026-0001", process)
        audit.append(tx, "print run taken up", reference)
    hand.open(reference)
    assert "being printed by Trần Linh into" in words_of(hand) and "print" not in hand.steps
    with desk.book.transaction("print letters", reference) as tx:
        lease.give_back(tx, reference, "N-2026-0001", process)
        audit.append(tx, "print run stopped", reference)
    hand.open(reference)
    assert "interrupted; it goes on in" in words_of(hand)
    answers.save = desk.folder / "new"
    answers.save.mkdir()
    hand.press("print-elsewhere")
    assert "letters printed into" in hand.news and len(volumes(answers.save)) == 3
    assert not work.running()
