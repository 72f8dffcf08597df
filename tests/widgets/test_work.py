"""Slow work runs elsewhere, comes back on the window's thread, and its end always reaches somebody."""

import threading
import time
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from officer_app.base.errors import BugError, Cancelled, KnownError
from officer_app.widgets.plain import Label
from officer_app.widgets.status import StatusLine
from officer_app.widgets.work import Job, Work


class Receiver(Label):
    """A widget that takes results."""

    def __init__(self) -> None:
        super().__init__()
        self.got: list[Any] = []
        self.errors: list[KnownError] = []
        self.threads: list[int] = []

    def take(self, result: Any) -> None:
        self.got.append(result)
        self.threads.append(threading.get_ident())

    def refuse(self, error: KnownError) -> None:
        self.errors.append(error)
        self.threads.append(threading.get_ident())


@pytest.fixture
def receiver(qtbot: QtBot) -> Receiver:
    made = Receiver()
    qtbot.addWidget(made)
    return made


def test_the_work_runs_elsewhere_and_the_result_comes_home(work: Work, receiver: Receiver) -> None:
    work.run(threading.get_ident, receiver.take)
    assert work.drain()
    assert receiver.got != [threading.get_ident()]
    assert receiver.threads == [threading.get_ident()]


def test_a_known_error_reaches_the_caller_on_the_windows_thread(work: Work, receiver: Receiver) -> None:
    def op() -> None:
        raise KnownError("Check identity first.")

    work.run(op, receiver.take, receiver.refuse)
    assert work.drain()
    assert [str(error) for error in receiver.errors] == ["Check identity first."]
    assert receiver.got == []
    assert receiver.threads == [threading.get_ident()]


def test_a_known_error_nobody_took_is_trouble(work: Work, qtbot: QtBot) -> None:
    def op() -> None:
        raise KnownError("The shop does not answer.")

    with qtbot.waitSignal(work.trouble, timeout=5000) as seen:
        work.run(op)
    assert seen.args == ["The shop does not answer."]


@pytest.mark.parametrize("error", [BugError("two rows for one reference"), ValueError("hoa@example.vn")])
def test_our_own_error_is_reported_and_the_caller_gets_a_calm_sentence(
    work: Work, receiver: Receiver, qtbot: QtBot, error: Exception
) -> None:
    def op() -> None:
        raise error

    with qtbot.waitSignal(work.bug, timeout=5000) as seen:
        work.run(op, receiver.take, receiver.refuse)
    assert seen.args == [error]
    assert work.drain()
    assert "fault in the program" in str(receiver.errors[0])
    assert "hoa" not in str(receiver.errors[0])


def test_nothing_is_called_once_the_widget_is_gone(work: Work) -> None:
    import shiboken6

    go = threading.Event()
    receiver = Receiver()
    got = receiver.got
    work.run(lambda: go.wait(5), receiver.take)
    shiboken6.delete(receiver)
    go.set()
    assert work.drain()
    assert got == []


def test_an_owner_guards_a_plain_function_too(work: Work) -> None:
    import shiboken6

    go, owner = threading.Event(), Label()
    got: list[Any] = []
    work.run(lambda: go.wait(5), got.append, owner=owner)
    shiboken6.delete(owner)
    go.set()
    assert work.drain()
    assert got == []


def test_of_several_questions_only_the_latest_is_answered(work: Work, receiver: Receiver) -> None:
    first = threading.Event()

    def slow() -> str:
        first.wait(5)
        return "old"

    work.run(slow, receiver.take, latest="find")
    work.run(lambda: "new", receiver.take, latest="find")
    first.set()
    assert work.drain()
    assert receiver.got == ["new"]


def test_cancel_ends_the_work_between_two_steps(work: Work, receiver: Receiver, qtbot: QtBot) -> None:
    def op(job: Job) -> None:
        for done in range(1_000_000):
            job.progress(done, 1_000_000)
            job.check()
            time.sleep(0.001)

    handle = work.run(op, receiver.take, receiver.refuse, title="Print run", cancellable=True)
    qtbot.waitUntil(lambda: handle.done > 3)
    handle.cancel()
    assert handle.stopping
    assert work.drain()
    assert isinstance(receiver.errors[0], Cancelled)
    assert not handle.stopping
    assert work.running() == ()


def test_what_cannot_be_cancelled_is_not(work: Work, receiver: Receiver) -> None:
    handle = work.run(lambda job: job.cancelled(), receiver.take, title="Issuing")
    handle.cancel()
    assert work.drain()
    assert receiver.got == [False]


def test_an_operation_with_defaults_gets_no_job(work: Work, receiver: Receiver) -> None:
    def op(reference: str = "C-2026-0001") -> str:
        return reference

    work.run(op, receiver.take)
    assert work.drain()
    assert receiver.got == ["C-2026-0001"]


def test_the_status_line_tells_how_far_and_how_long_and_cancels(work: Work, qtbot: QtBot) -> None:
    line = StatusLine(work)
    qtbot.addWidget(line)
    line.show()
    stop = threading.Event()

    def op(job: Job) -> None:
        while not stop.is_set() and not job.cancelled():
            job.progress(40, 120)
            time.sleep(0.005)
        job.check()

    handle = work.run(op, failed=lambda _error: None, title="Print run N-2026-0120", cancellable=True)
    handle.started -= 10
    qtbot.waitUntil(lambda: "40 of 120" in line.text)
    assert line.text.startswith("Print run N-2026-0120: 40 of 120, 2")
    assert line.text.endswith("s left")
    assert line.cancel_button.isVisible()
    line.cancel_button.click()
    assert work.drain()
    qtbot.waitUntil(lambda: not line.cancel_button.isVisible())
    assert line.text == ""


def test_a_hundred_thousand_steps_do_not_flood_the_window(work: Work, qtbot: QtBot) -> None:
    seen: list[int] = []
    work.changed.connect(lambda: seen.append(1))

    def op(job: Job) -> None:
        for done in range(100_000):
            job.progress(done, 100_000)

    work.run(op, title="Counting")
    assert work.drain()
    assert len(seen) < 200


def test_after_a_lock_no_answer_reaches_the_old_rooms_but_a_print_run_goes_on(work: Work, receiver: Receiver) -> None:
    go = threading.Event()
    told: list[tuple[str, object]] = []
    work.outlived.connect(lambda title, ended: told.append((title, ended)))

    def refused() -> None:
        go.wait(5)
        raise KnownError("The disk is full.")

    work.run(lambda: go.wait(5), receiver.take)
    work.run(lambda: go.wait(5), receiver.take, title="Print run", owner=receiver)
    work.run(refused, receiver.take, title="Freezing", latest="freeze")
    work.forget()
    go.set()
    assert work.drain()
    assert not receiver.got
    assert [(title, str(ended)) for title, ended in sorted(told)] == [
        ("Freezing", "The disk is full."), ("Print run", "True")]  # fmt: skip


def test_typed_text_reaches_the_casebook_before_the_keys_go_even_if_every_thread_is_busy(work: Work) -> None:
    gate = threading.Event()
    kept: list[str] = []
    for _ in range(6):
        work.run(lambda: gate.wait(10))
    work.run(lambda: kept.append("typed"), lasting=True)
    assert work.settle()
    assert kept == ["typed"]
    gate.set()
    assert work.drain()


def test_settling_gives_up_in_time(work: Work) -> None:
    gate = threading.Event()
    work.run(lambda: gate.wait(10), lasting=True)
    assert not work.settle(50)
    gate.set()
    assert work.settle()
    assert work.drain()


def test_nothing_starts_before_the_first_paint(work: Work, receiver: Receiver) -> None:
    started = threading.Event()
    work.hold()
    work.run(started.set, receiver.take)
    assert not started.wait(0.05)
    work.release()
    assert started.wait(5)
    assert work.drain()
    assert receiver.got == [None]


def test_close_waits_for_what_runs_and_delivers_nothing(work: Work, receiver: Receiver) -> None:
    ended = []

    def op(job: Job) -> None:
        while not job.cancelled():
            time.sleep(0.005)
        ended.append(True)

    work.run(op, receiver.take, title="Print run", cancellable=True)
    work.close()
    assert ended == [True]
    assert work.drain()
    assert receiver.got == []
