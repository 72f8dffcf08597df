"""Carries out a batch: chunk by chunk, an intent before and a result after each, stopped or crashed at any moment.

While the shop erases one chunk, the casebook takes the result of the one before and the intent of the next, so that
neither waits for the other. An intent that the run does not go straight on to is taken back, as not done.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent import futures
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from officer_app.base.erasure import Person, Scope
from officer_app.base.errors import KnownError
from officer_app.casebook.book import Casebook
from officer_app.casebook.erasing import Intent
from officer_app.retention.ledger import Ledger, Members, NotYet, Ready, Taken
from officer_app.retention.pace import Pace
from officer_app.shop.erasure import Erased, Eraser, Refused

TRIES = 4
"""How often a chunk that the shop had no lock for is tried, each time with fewer people."""
_LOOKS = 10
"""How often, a second apart, a shop that stopped answering is asked what became of the chunk."""
STOPPED = "Stopped. Whoever was not erased yet is still in the batch; run it again to go on."
SLOW = "The shop answers slowly; waiting until it is faster"
_TOO_LONG, _TOO_OLD = "the chunks have become too long", "it was written too long ago"


@dataclass(frozen=True)
class RunResult:
    """What a run did; `stopped_by` is "" when nobody is left, else the sentence that says why it ended."""

    erased: int
    skipped: Mapping[str, int]
    unknown: int
    resolved: int
    stopped_by: str


class _Stopped(Exception):
    """The run ends here, at a boundary between persons; the text is for the officer."""


class _Again(Exception):
    """The connection was lost and it is known what became of the chunk: whoever is pending still is asked for anew."""


class Run:
    """One run of one batch; `cutoff` is since when an inactive account was silent.

    `stop_file` stops the run before its next chunk as soon as it exists; `most` is the largest chunk. `tell` hears why
    the run waits, and "" when it goes on.
    """

    def __init__(
        self,
        book: Casebook,
        eraser: Eraser,
        members: Members,
        *,
        batch: str,
        scope: Scope = "account",
        cutoff: datetime | None = None,
        stop_file: Path | None = None,
        most: int = 5000,
        tell: Callable[[str], None] = lambda _why: None,
    ) -> None:
        self._eraser, self._scope, self._cutoff, self._stop_file = eraser, scope, cutoff, stop_file
        self._ledger, self._pace, self._tell = Ledger(book, members, batch, scope), Pace(most), tell
        self._ahead: Ready | None = None
        self._cancelled: Callable[[], bool] = lambda: False
        self._progress: Callable[[int], None] = lambda _done: None

    def begin(self) -> None:
        """Take the batch, long before the first chunk where much is to be prepared; KnownError says who has it."""
        self._ledger.start()

    def look_back(self) -> None:
        """Look what became of the chunks that a crash left open; KnownError when the shop does not tell."""
        try:
            self._resolve()
        except _Stopped as stop:
            raise KnownError(str(stop)) from None

    def prepare(self) -> None:
        """Say that what is to be prepared goes on; Taken when another window has the batch by now."""
        self._ledger.prepare()

    def give_up(self, why: str) -> None:
        """Give the batch back without a chunk."""
        with suppress(KnownError):  # the casebook itself may be gone; elsewhere the lease ends by its silence
            self._ledger.end(why)

    def run(
        self, progress: Callable[[int], None] = lambda _done: None, cancelled: Callable[[], bool] = lambda: False
    ) -> RunResult:
        """Erase who is pending and return what was done; KnownError when somebody else runs this batch.

        What a crash left open is looked at first. Stopping is honoured before the next chunk; nobody is ever half-done.
        """
        self._progress, self._cancelled = progress, cancelled
        self._ledger.start()
        stopped_by = ""
        try:
            try:
                self._resolve()
                with futures.ThreadPoolExecutor(1, thread_name_prefix="erasure") as beside:
                    self._go_on(beside)
            except _Stopped as stop:
                stopped_by = str(stop)
                self._settle(stopped_by)
        except Taken as taken:
            stopped_by = str(taken)
            with suppress(Taken):
                self._ledger.settle()
        finally:
            # When the casebook itself is gone, another computer takes the lease over once its silence is long enough.
            with suppress(KnownError):
                self._ledger.end(stopped_by)
        found = self._ledger.tally
        return RunResult(found.erased, dict(found.skipped), found.unknown, found.resolved, stopped_by)

    def _go_on(self, beside: futures.Executor) -> None:
        after, again = "", 0
        while True:
            self._refuse_to_go_on()
            self._leave_alone()
            if self._ahead is not None and self._ledger.is_old(self._ahead):
                self._settle(_TOO_OLD)
            ready = self._ahead or self._ledger.next(after, self._pace.size)
            self._ahead = None
            self._progress(self._ledger.tally.finished)
            if ready is None:
                return
            try:
                if ready.intent is not None:
                    self._carry_out(ready.intent, ready.people[-1].id, beside)
                after = ready.people[-1].id
                again = 0
            except _Again as lost:
                again += 1
                if again > _LOOKS:
                    raise _Stopped(str(lost)) from None

    def _settle(self, why: str) -> None:
        """Write the results that wait; the intent that was written ahead is not carried out now, and why."""
        ahead, self._ahead = self._ahead, None
        self._ledger.settle(ahead, why)

    def _refuse_to_go_on(self) -> None:
        if self._cancelled() or (self._stop_file is not None and self._stop_file.exists()):
            raise _Stopped(STOPPED)

    def _leave_alone(self) -> None:
        """Leave a shop that answers slowly alone, until it answers as it usually does or somebody says stop."""
        if not (seconds := self._pace.pause(self._eraser.latency)):
            return
        self._settle(SLOW)
        self._tell(SLOW)
        while seconds:
            self._ledger.paused("the shop answers slowly")
            self._wait(seconds)
            seconds = self._pace.pause(self._eraser.latency)
        self._tell("")

    def _wait(self, seconds: float) -> None:
        """Wait, but not past the moment at which somebody says stop."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._refuse_to_go_on()
            time.sleep(min(0.1, max(0.0, end - time.monotonic())))

    # --- one chunk ---

    def _carry_out(self, intent: Intent, after: str, beside: futures.Executor) -> None:
        """Erase a chunk while the casebook takes the result before it and the intent after it."""
        erasing = beside.submit(self._erase, intent)
        try:
            self._ahead = self._ledger.next(after, self._pace.size, ahead=True)
        except NotYet:
            self._ledger.settle()
        finally:
            futures.wait([erasing])
            if erasing.exception() is None:  # whatever the casebook said: what was done is to be written
                self._ledger.done.append((intent, erasing.result()[0]))
        self._progress(self._ledger.tally.finished)
        try:
            _, seconds = erasing.result()
        except Refused as refusal:
            self._settle(str(refusal))
            self._refused(intent, refusal, 0)
            return
        self._pace.took(len(intent.people), seconds)
        if self._ahead is not None and len(self._ahead.people) > 2 * self._pace.size:
            self._settle(_TOO_LONG)

    def _erase(self, intent: Intent) -> tuple[Erased, float]:
        began = time.monotonic()
        erased = self._eraser.erase(intent.people, self._scope, intent.id, self._cutoff)
        return erased, time.monotonic() - began

    def _refused(self, intent: Intent, refusal: Refused, tries: int) -> None:
        """Try what the shop refused again in halves, down to the person that is the cause."""
        if refusal.kind == "lost":
            self._settle_lost(intent, refusal)
            raise _Again(str(refusal))
        people = intent.people
        failed = refusal.kind == "person" and len(people) == 1
        self._ledger.failed(intent, str(refusal), person=failed)
        if failed:
            who = f"customer {people[0].key}" if people[0].key else "a guest"
            raise _Stopped(
                f"Stopped at {who}, who was not changed: {refusal} Mend the cause or take this person out of the "
                "batch, then run it again."
            )
        if refusal.kind in ("denied", "other") or (refusal.kind == "busy" and tries + 1 >= TRIES):
            raise _Stopped(str(refusal))
        if refusal.kind == "busy":
            self._wait(0.2 * 2**tries)
        self._pace.refused()
        middle = max(1, len(people) // 2)
        for part in (people[:middle], people[middle:]):
            if part:
                self._part(part, tries + 1 if refusal.kind == "busy" else tries)
                self._progress(self._ledger.tally.finished)

    def _part(self, people: Sequence[Person], tries: int) -> None:
        """Erase some people of a chunk that was refused."""
        self._refuse_to_go_on()
        self._leave_alone()
        intent = self._ledger.intend(people)
        if intent is None:
            return
        try:
            erased, seconds = self._erase(intent)
        except Refused as refusal:
            self._refused(intent, refusal, tries)
            return
        self._pace.took(len(intent.people), seconds)
        self._ledger.done.append((intent, erased))
        self._ledger.settle()

    # --- what nobody saw the end of ---

    def _resolve(self) -> None:
        """Look in the shop what became of the chunks that a crash left open, and write their results."""
        for intent in self._ledger.left_open():
            self._look(intent, "looked at after a crash")
            self._ledger.tally.resolved += 1

    def _settle_lost(self, intent: Intent, refusal: Refused) -> None:
        """Look what became of a chunk whose connection was lost, as soon as the shop answers again."""
        for number in range(_LOOKS):
            try:
                self._look(intent, "looked at after the connection was lost")
            except _Stopped:
                if number + 1 == _LOOKS:
                    raise _Stopped(str(refusal)) from None
                self._wait(1.0)
            else:
                return

    def _look(self, intent: Intent, how: str) -> None:
        try:
            states = self._eraser.look(intent.people, self._scope, intent.id)
        except Refused as refusal:
            raise _Stopped(str(refusal)) from None
        self._ledger.looked(intent, states, how)
