"""The window is locked in the middle of a print run: it goes on with the incident's key and loses no letter."""

from collections.abc import Callable
from pathlib import Path

from officer_app.breaches.again import Wanted
from tests import factory
from tests.breaches.making import Desk
from tests.breaches.test_press import expected, numbers


def locking(desk: Desk) -> Callable[[int, int], None]:
    """Return a progress that locks the casebook as soon as some letters are through."""

    def progress(done: int, total: int) -> None:
        if 0 < done < total:
            desk.book.lock()

    return progress


def signed_in(desk: Desk) -> None:
    desk.book.unlock(factory.OFFICER_NAME, factory.OFFICER_PASS)


def test_a_run_goes_on_under_the_lock_and_so_do_its_further_copies(desk_anywhere: Desk, tmp_path: Path) -> None:
    desk = desk_anywhere
    reference = desk.ready_to_print()
    letters = expected(desk, reference)
    printed = desk.service.print_letters(reference, desk.out, per_volume=25, progress=locking(desk))
    assert not desk.book.unlocked and printed.letters == len(letters)
    assert numbers(desk.out) == letters
    signed_in(desk)
    again = desk.service.again.print_again(
        reference, Wanted.read(f"1-{printed.letters}"), tmp_path / "again", progress=locking(desk)
    )
    assert not desk.book.unlocked or again.volumes == 1
    signed_in(desk)
    assert desk.case(reference).runs[0].finished
    desk.verify()
