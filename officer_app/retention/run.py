"""Carries out a batch: chunk by chunk, an intent before and a result after each, stopped or crashed at any moment."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from officer_app.base.erasure import Outcome, Person, Scope
from officer_app.base.errors import KnownError
from officer_app.casebook import audit, erasing, lease
from officer_app.casebook.book import Casebook
from officer_app.casebook.erasing import Intent
from officer_app.casebook.transaction import Reading, Writing
from officer_app.retention.pace import Pace
from officer_app.shop.erasure import Erased, Eraser, Refused

TRIES = 4
"""How often a chunk that the shop had no lock for is tried, each time with fewer people."""
_LOOKS = 10
"""How often, a second apart, a shop that stopped answering is asked what became of the chunk."""
STOPPED = "Stopped. Whoever was not erased yet is still in the batch; run it again to go on."
SLOW = "The shop answers slowly; waiting until it is faster"
_CHANGED = "The account was changed by others meanwhile. It is looked at again in the next run."
LOST_LEASE = "Another window took this batch over because this one was silent for too long. Look at the batch there."


class Members(Protocol):
    """The people of a frozen batch, as the retention desk keeps them."""

    def pending(self, tx: Reading, after: str, limit: int) -> Sequence[Person]:
        """Return members that are neither erased nor left out, by id from the one after `after`."""

    def refused(self, tx: Writing, people: Sequence[Person]) -> Mapping[str, str]:
        """Return by id why somebody must not be erased now, as far as only the desk knows."""

    def mark(self, tx: Writing, ids: Sequence[str], outcome: Outcome, reason: str = "") -> None:
        """Note what became of members; the audit entry follows in the same transaction."""


@dataclass(frozen=True)
class RunResult:
    """What a run did; `stopped_by` is "" when nobody is left, else the sentence that says why it ended."""

    erased: int
    skipped: Mapping[str, int]
    unknown: int
    resolved: int
    stopped_by: str


@dataclass
class _Tally:
    erased: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    unknown: int = 0
    resolved: int = 0

    @property
    def finished(self) -> int:
        return self.erased + sum(self.skipped.values())

    def skip(self, reasons: Mapping[str, str]) -> None:
        for reason in reasons.values():
            self.skipped[reason] = self.skipped.get(reason, 0) + 1


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
        self._book, self._eraser, self._members = book, eraser, members
        self._batch, self._scope, self._cutoff, self._stop_file = batch, scope, cutoff, stop_file
        self._pace = Pace(most)
        self._process = lease.this_process()
        self._tally, self._tell = _Tally(), tell
        self._cancelled: Callable[[], bool] = lambda: False

    def run(
        self, progress: Callable[[int], None] = lambda _done: None, cancelled: Callable[[], bool] = lambda: False
    ) -> RunResult:
        """Erase who is pending and return what was done; KnownError when somebody else runs this batch.

        What a crash left open is looked at first. Stopping is honoured before the next chunk; nobody is ever half-done.
        """
        self._cancelled = cancelled
        with self._book.transaction("work", self._batch) as tx:
            lease.take(tx, self._batch, self._scope, process=self._process, doing=f"erasing {self._batch}")
            audit.append(tx, "erasure run started", self._batch, None, scope=self._scope)
        stopped_by = ""
        try:
            self._resolve()
            self._go_on(progress)
        except _Stopped as stop:
            stopped_by = str(stop)
        finally:
            # When the casebook itself is gone the lease stays; it is taken over once its silence is long enough.
            with suppress(KnownError), self._book.transaction("work", self._batch) as tx:
                if lease.give_back(tx, self._batch, self._scope, self._process):
                    details = {"stopped by": stopped_by} if stopped_by else None
                    audit.append(tx, "erasure run ended", self._batch, details, scope=self._scope)
        found = self._tally
        return RunResult(found.erased, dict(found.skipped), found.unknown, found.resolved, stopped_by)

    def _go_on(self, progress: Callable[[int], None]) -> None:
        after, again = "", 0
        while True:
            with self._book.reading() as tx:
                people = self._members.pending(tx, after, self._pace.size)
            if not people:
                return
            try:
                self._chunk(people, progress)
                after = people[-1].id
                again = 0
            except _Again as lost:
                again += 1
                if again > _LOOKS:
                    raise _Stopped(str(lost)) from None
            progress(self._tally.finished)

    def _refuse_to_go_on(self) -> None:
        if self._cancelled() or (self._stop_file is not None and self._stop_file.exists()):
            raise _Stopped(STOPPED)

    def _leave_alone(self) -> None:
        """Leave a shop that answers slowly alone, until it answers as it usually does or somebody says stop."""
        if not (seconds := self._pace.pause(self._eraser.latency)):
            return
        self._tell(SLOW)
        while seconds:
            with self._book.transaction("work", self._batch) as tx:
                self._beat(tx)
                audit.append(tx, "erasure paused", self._batch, None, reason="the shop answers slowly")
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

    def _chunk(self, people: Sequence[Person], progress: Callable[[int], None], tries: int = 0) -> None:
        """Erase some people; what the shop refuses is tried again in halves, down to the person that is the cause."""
        self._refuse_to_go_on()
        self._leave_alone()
        intent = self._intend(people)
        if intent is None:
            return
        began = time.monotonic()
        try:
            erased = self._eraser.erase(intent.people, self._scope, intent.id, self._cutoff)
        except Refused as refusal:
            self._refused(intent, refusal, progress, tries)
            return
        self._pace.took(len(intent.people), time.monotonic() - began)
        self._result(intent, erased)

    def _refused(self, intent: Intent, refusal: Refused, progress: Callable[[int], None], tries: int) -> None:
        if refusal.kind == "lost":
            self._settle_lost(intent, refusal)
            raise _Again(str(refusal))
        people = intent.people
        alone = len(people) == 1
        failed = refusal.kind == "person" and alone
        with self._book.transaction("work", self._batch) as tx:
            self._beat(tx)
            if failed:
                self._members.mark(tx, [people[0].id], "failed", str(refusal))
            erasing.finish(tx, intent, (), {}, why=str(refusal))
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
                self._chunk(part, progress, tries + 1 if refusal.kind == "busy" else tries)
                progress(self._tally.finished)

    def _intend(self, people: Sequence[Person]) -> Intent | None:
        with self._book.transaction("work", self._batch) as tx:
            self._beat(tx)
            refused = dict(self._members.refused(tx, people))
            if asked := [person for person in people if person.id not in refused]:
                begun = erasing.begin(tx, self._batch, self._scope, asked)
                refused |= begun.refused
            self._skip(tx, refused)
            if asked and begun.already:
                self._members.mark(tx, begun.already, "erased")
            if refused or not asked or begun.already:
                audit.append(tx, "erasure list changed", self._batch, {"left out": refused})
        self._tally.skip(refused)
        return begun.intent if asked else None

    def _skip(self, tx: Writing, reasons: Mapping[str, str]) -> None:
        by_reason: dict[str, list[str]] = {}
        for key, reason in reasons.items():
            by_reason.setdefault(reason, []).append(key)
        for reason, ids in by_reason.items():
            self._members.mark(tx, ids, "skipped", reason)

    def _result(self, intent: Intent, erased: Erased) -> None:
        with self._book.transaction("work", self._batch) as tx:
            ours = lease.beat(tx, self._batch, self._scope, self._process)
            self._skip(tx, erased.skipped)
            if erased.done:
                self._members.mark(tx, erased.done, "erased")
            erasing.finish(tx, intent, erased.done, erased.counts)
        self._tally.erased += len(erased.done)
        self._tally.skip(erased.skipped)
        if not ours:
            raise _Stopped(LOST_LEASE)

    def _beat(self, tx: Writing) -> None:
        if not lease.beat(tx, self._batch, self._scope, self._process):
            raise _Stopped(LOST_LEASE)

    # --- what nobody saw the end of ---

    def _resolve(self) -> None:
        """Look in the shop what became of the chunks that a crash left open, and write their results."""
        with self._book.reading() as tx:
            left = erasing.open_intents(tx, self._batch, self._scope)
        for intent in left:
            self._look(intent, "looked at after a crash")
            self._tally.resolved += 1

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
        done = [person.id for person in intent.people if states[person.id] == "done"]
        unknown = [person.id for person in intent.people if states[person.id] == "unknown"]
        with self._book.transaction("work", self._batch) as tx:
            self._beat(tx)
            if done:
                self._members.mark(tx, done, "erased")
            if unknown:
                self._members.mark(tx, unknown, "unknown", _CHANGED)
            erasing.finish(tx, intent, done, {}, unknown=unknown, how=how)
        self._tally.erased += len(done)
        self._tally.unknown += len(unknown)
