"""Two windows at one batch: one erases or writes the notices, the other is told and changes nothing of it."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from officer_app.base.errors import Cancelled, KnownError
from officer_app.breaches.service import Breaches
from officer_app.casebook import issued
from officer_app.complaints import records
from officer_app.letters.issue import Letters
from officer_app.notices import run as printing
from officer_app.retention import batch_panel
from officer_app.retention.service import Retention
from officer_app.retention.view import RetentionView
from officer_app.shop.erasure import Eraser
from tests import factory
from tests.retention.conftest import Desk, policy
from tests.retention.test_batches import batch, counts, frozen, notices
from tests.retention.test_view import state, view  # noqa: F401 -- fixtures
from tests.retention.test_view_late import press, settle

BUSY = "Trần Linh is {0} in another window"


@pytest.fixture
def other(desk: Desk, tmp_path: Path) -> Iterator[Retention]:
    """Give a second window on the same casebook and the same shop."""
    book = factory.signed_in(
        tmp_path / "casebook.sqlite", factory.OFFICER_NAME, factory.OFFICER_PASS, tmp_path, desk.clock
    )
    letters = Letters(book, policy)
    named = Breaches(book, policy, letters, lambda: desk.shop).queue.named
    yield Retention(book, policy, letters, lambda: desk.shop, named, records.contacts, desk.allowed)
    book.close()


def said(step: Callable[[], object]) -> str:
    """Return the sentence with which a step is refused."""
    with pytest.raises(KnownError) as refused:
        step()
    return str(refused.value)


def ready(desk: Desk, count: int = 6) -> str:
    """Freeze a batch that may be erased."""
    desk.allowed.share = 100
    reference = frozen(desk, count=count)
    desk.service.batches.unannounced(reference, "test", batch(desk, reference).version)
    return reference


def during(monkeypatch: pytest.MonkeyPatch, step: Callable[[], None]) -> None:
    """Take a step once, when the shop has erased the first people and the casebook does not know it yet."""
    real, first = Eraser.erase, [True]

    def erase(*asked: Any) -> Any:
        done = real(*asked)
        if first and first.pop():
            step()
        return done

    monkeypatch.setattr(Eraser, "erase", erase)


def test_whoever_opens_a_batch_while_another_window_erases_it_is_told_so_and_harms_nothing(
    desk: Desk, other: Retention, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the other window all who were erased just now seem gone: none of them may leave the batch by that."""
    reference, refusals = ready(desk), list[str]()

    def meanwhile() -> None:
        assert other.batches.interrupted() == (), "it goes on, so nobody is asked to go on with it"
        file = other.batches.open(reference)
        (step,) = batch_panel.steps(file, desk.clock(), policy().zone, running=False, roles=("officer",))
        assert not step.enabled and step.why_not.startswith("Trần Linh erases it now, in another window")
        refusals.append(said(lambda: other.erasing.run(reference, None)))
        assert other.recheck(reference, lambda: False).news == "Nothing changed."

    during(monkeypatch, meanwhile)
    desk.service.erasing.run(reference, 6)
    assert [one.startswith(BUSY.format(f"erasing {reference}")) for one in refusals] == [True]
    assert counts(desk, reference) == {"erased": 6}
    assert [one.kind for one in notices(desk, reference)].count("erasure-notice") == 6, "no letter twice"
    assert not desk.book.verify().broken


def test_a_batch_is_looked_at_again_by_nobody_else_once_it_is_being_erased(
    desk: Desk, other: Retention, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A window that began to look before the erasure, and writes what it saw after it, takes nobody out."""
    reference = ready(desk)
    parts = other.batches.parts

    def late(*asked: Any) -> Iterator[Any]:
        found = list(parts(*asked))  # read before the erasure
        desk.service.erasing.run(reference, 6)
        yield from found

    monkeypatch.setattr(other.batches, "parts", late)
    assert other.batches.recheck(reference) == 0
    assert counts(desk, reference) == {"erased": 6}
    assert not desk.book.verify().broken


def test_the_notices_of_a_batch_are_written_by_one_window(
    desk: Desk, other: Retention, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "PER_VOLUME", 2)
    reference, refusals = frozen(desk, count=5), list[str]()

    def meanwhile(done: int, _total: int) -> None:
        if done > 2 and notices(desk, reference) and not refusals:
            refusals.append(said(lambda: other.announcing.write_notices(reference)))

    desk.service.announcing.write_notices(reference, meanwhile)
    assert [one.startswith(BUSY.format(f"writing the notices of {reference}")) for one in refusals] == [True]
    assert len(batch(desk, reference).notices) == len(notices(desk, reference)) == 3
    assert {one.state for one in notices(desk, reference)} == {issued.ISSUED}
    assert not desk.book.verify().broken


def test_a_window_that_was_silent_for_too_long_leaves_the_notices_of_another_alone(
    desk: Desk, other: Retention, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "PER_VOLUME", 2)
    reference, taken = frozen(desk, count=5), list[str]()

    def meanwhile(done: int, _total: int) -> None:
        if done > 2 and notices(desk, reference) and not taken:
            desk.later(1)
            monkeypatch.setattr("platform.node", lambda: "another computer")
            taken.extend(other.announcing.write_notices(reference).notices)

    refused = said(lambda: desk.service.announcing.write_notices(reference, meanwhile))
    assert refused.startswith("Another window took the notices over")
    assert batch(desk, reference).notices == tuple(taken) and len(taken) == 3
    assert {one.number for one in notices(desk, reference) if one.state == issued.ISSUED} == set(taken)
    assert not desk.book.verify().broken


def test_a_window_that_was_locked_while_it_wrote_the_notices_writes_them_again_at_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It could not write that it gave them up; nobody waits for a window that is known to be done."""
    monkeypatch.setattr(printing, "PER_VOLUME", 2)
    reference = frozen(desk, count=5)

    def meanwhile(done: int, _total: int) -> None:
        if done > 2 and notices(desk, reference):
            desk.book.lock()

    assert "locked" in said(lambda: desk.service.announcing.write_notices(reference, meanwhile))
    desk.book.unlock(factory.OFFICER_NAME, factory.OFFICER_PASS)
    desk.service.announcing.write_notices(reference)
    written = batch(desk, reference).notices
    assert len(written) == 3
    assert {one.number for one in notices(desk, reference) if one.state == issued.ISSUED} == set(written)
    assert not desk.book.verify().broken


def test_a_batch_that_is_withdrawn_meanwhile_leaves_no_notice_to_be_sent(
    desk: Desk, other: Retention, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "PER_VOLUME", 2)
    for count in (5, 1):
        reference, gone = frozen(desk, count=count), list[str]()

        def withdraw(reference: str = reference, gone: list[str] = gone) -> None:
            if notices(desk, reference) and not gone:
                gone.append(other.batches.withdraw(reference, "A mistake.", batch(desk, reference).version).news)

        real = desk.service.letters.issue
        monkeypatch.setattr(desk.service.letters, "issue", lambda *a, real=real, then=withdraw: (real(*a), then())[0])

        def progress(_done: int, _total: int, then: Callable[[], None] = withdraw) -> None:
            then()

        step = partial(desk.service.announcing.write_notices, reference, progress)
        assert "is withdrawn" in said(step)
        monkeypatch.setattr(desk.service.letters, "issue", real)
        assert gone and issued.ISSUED not in {one.state for one in notices(desk, reference)}
    assert not desk.book.verify().broken


def test_the_button_pressed_twice_writes_the_notices_once(
    view: RetentionView, desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    monkeypatch.setattr(printing, "PER_VOLUME", 2)
    reference = frozen(desk, count=5)
    view.open(reference)
    settle(view)
    press(view, "notices")
    press(view, "notices")
    settle(view)
    assert len(batch(desk, reference).notices) == len(notices(desk, reference)) == 3
    assert {one.state for one in notices(desk, reference)} == {issued.ISSUED}


def test_an_erasure_that_is_cancelled_before_its_first_chunk_lets_another_window_go_on_at_once(
    desk: Desk, other: Retention, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = ready(desk)
    pressed = list[bool]()
    real = desk.service.announcing.write_confirmations

    def write(*asked: Any) -> int:
        desk.later(0.1)  # it takes long: the window says meanwhile that it goes on
        pressed.append(True)
        return real(*asked)

    monkeypatch.setattr(desk.service.announcing, "write_confirmations", write)
    with pytest.raises(Cancelled):
        desk.service.erasing.run(reference, 6, cancelled=lambda: bool(pressed))
    assert other.batches.interrupted() == (reference,)
    assert other.erasing.run(reference, None).news == "6 accounts are erased."
    assert not desk.book.verify().broken
