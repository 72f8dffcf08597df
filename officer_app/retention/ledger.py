"""The casebook's side of a run: intents before, results after, who has the lease, and what was done so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from officer_app.base.erasure import Outcome, Person, Scope
from officer_app.base.errors import KnownError
from officer_app.casebook import audit, erasing, lease
from officer_app.casebook.book import Casebook
from officer_app.casebook.erasing import Intent
from officer_app.casebook.transaction import Reading, Writing
from officer_app.shop.erasure import Erased
from officer_app.shop.erasure_look import State

LOST_LEASE = "Another window took this batch over because this one was silent for too long. Look at the batch there."
_CHANGED = "The account was changed by others meanwhile. It is looked at again in the next run."


class Members(Protocol):
    """The people of a frozen batch, as the retention desk keeps them."""

    def pending(self, tx: Reading, after: str, limit: int) -> Sequence[Person]:
        """Return members that are neither erased nor left out, by id from the one after `after`."""

    def refused(self, tx: Writing, people: Sequence[Person]) -> Mapping[str, str]:
        """Return by id why somebody must not be erased now, as far as only the desk knows."""

    def mark(self, tx: Writing, ids: Sequence[str], outcome: Outcome, reason: str = "") -> None:
        """Note what became of members; the audit entry follows in the same transaction."""


class Taken(KnownError):
    """Another window took the batch over."""

    def __init__(self) -> None:
        super().__init__(LOST_LEASE)


class NotYet(Exception):
    """The chunk that is being erased names somebody of the next one too, whose intent has to wait for its result."""


@dataclass(frozen=True)
class Ready:
    """The next people of the batch and their intent, written when; None when nobody of them is left in it."""

    people: Sequence[Person]
    intent: Intent | None
    at: datetime


@dataclass
class Tally:
    """What a run did so far."""

    erased: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    unknown: int = 0
    resolved: int = 0

    @property
    def finished(self) -> int:
        """Return of how many people it is known what became of them."""
        return self.erased + sum(self.skipped.values())

    def skip(self, reasons: Mapping[str, str]) -> None:
        """Count who was left out, by the reason."""
        for reason in reasons.values():
            self.skipped[reason] = self.skipped.get(reason, 0) + 1


class Ledger:
    """Writes what one run of one batch is about to do and what it did.

    Results wait in `done` for the transaction that writes the next intent, so that a chunk costs the casebook one. Any
    method may raise Taken, once the results are written that another window did not find out by looking.
    """

    def __init__(self, book: Casebook, members: Members, batch: str, scope: Scope) -> None:
        self._book, self._members, self._batch, self._scope = book, members, batch, scope
        self._process = lease.this_process()
        self._beaten: datetime | None = None
        self.tally = Tally()
        self.done: list[tuple[Intent, Erased]] = []

    def start(self) -> None:
        """Take the batch for this run, unless it was taken before; KnownError says who has it."""
        if self._beaten is not None:
            return
        with self._book.transaction("work", self._batch) as tx:
            lease.take(tx, self._batch, self._scope, process=self._process, doing=f"erasing {self._batch}")
            audit.append(tx, "erasure run started", self._batch, None, scope=self._scope)
        self._beaten = tx.now

    def prepare(self) -> None:
        """Say from time to time that the batch is still ours while what comes before the first chunk is done."""
        if self._beaten is None or self._book.clock() - self._beaten < lease.SILENCE / 3:
            return
        with self._book.transaction("work", self._batch) as tx:
            self._beat(tx)
            audit.append(tx, "erasure prepared", self._batch, None, scope=self._scope)
        self._beaten = tx.now

    def left_open(self) -> tuple[Intent, ...]:
        """Return the intents that a crash left open."""
        with self._book.reading() as tx:
            return erasing.open_intents(tx, self._batch, self._scope)

    def end(self, stopped_by: str) -> None:
        """Give the batch back; where the casebook cannot be written, only to this process."""
        try:
            with self._book.transaction("work", self._batch) as tx:
                if lease.give_back(tx, self._batch, self._scope, self._process):
                    details = {"stopped by": stopped_by} if stopped_by else None
                    audit.append(tx, "erasure run ended", self._batch, details, scope=self._scope)
        finally:
            lease.over(self._process)

    def paused(self, reason: str) -> None:
        """Note that the run waits."""
        with self._book.transaction("work", self._batch) as tx:
            self._beat(tx)
            audit.append(tx, "erasure paused", self._batch, None, reason=reason)

    def next(self, after: str, size: int, *, ahead: bool = False) -> Ready | None:
        """Write the results that wait, and the intent of the next people; None when nobody is left.

        `ahead`: while another chunk is being erased. NotYet when the two name the same person; then nothing is written.
        """
        with self._book.transaction("work", self._batch) as tx:
            people = self._members.pending(tx, after, size)
            if not people and not self.done:
                return None
            ours = self._write_results(tx)
            intent, refused = self._intend(tx, people, ahead=ahead) if people and ours else (None, {})
        self._count_results(refused)
        if not ours:
            raise Taken
        return Ready(people, intent, tx.now) if people else None

    def is_old(self, ready: Ready) -> bool:
        """Return whether another window may take the batch over soon, or did: as after a computer slept."""
        return self._book.clock() - ready.at > lease.SILENCE / 3

    def intend(self, people: Sequence[Person]) -> Intent | None:
        """Write the intent to erase these people; None when nobody of them is left."""
        with self._book.transaction("work", self._batch) as tx:
            self._beat(tx)
            intent, refused = self._intend(tx, people, ahead=False)
        self._count_results(refused)
        return intent

    def settle(self, ahead: Ready | None = None, why: str = "") -> None:
        """Write the results that wait, and that the intent written ahead was not carried out, and why."""
        unused = ahead.intent if ahead is not None else None
        if not self.done and unused is None:
            return
        with self._book.transaction("work", self._batch) as tx:
            ours = self._write_results(tx)
            if unused is not None and ours:
                erasing.finish(tx, unused, (), {}, why=why)
        self._count_results({})
        if not ours:
            raise Taken

    def failed(self, intent: Intent, why: str, *, person: bool) -> None:
        """Write that a chunk was not done; `person`: because of the one person in it."""
        with self._book.transaction("work", self._batch) as tx:
            self._beat(tx)
            if person:
                self._members.mark(tx, [intent.people[0].id], "failed", why)
            erasing.finish(tx, intent, (), {}, why=why)

    def looked(self, intent: Intent, states: Mapping[str, State], how: str) -> None:
        """Write what the shop shows of a chunk whose end nobody saw."""
        done = [person.id for person in intent.people if states[person.id] == "done"]
        unknown = [person.id for person in intent.people if states[person.id] == "unknown"]
        with self._book.transaction("work", self._batch) as tx:
            self._beat(tx)
            if done:
                self._members.mark(tx, done, "erased")
            if unknown:
                self._members.mark(tx, unknown, "unknown", _CHANGED)
            erasing.finish(tx, intent, done, {}, unknown=unknown, how=how)
        self.tally.erased += len(done)
        self.tally.unknown += len(unknown)

    def _intend(
        self, tx: Writing, people: Sequence[Person], *, ahead: bool
    ) -> tuple[Intent | None, Mapping[str, str]]:
        refused = dict(self._members.refused(tx, people))
        asked = [person for person in people if person.id not in refused]
        intent, already = None, tuple[str, ...]()
        if asked:
            begun = erasing.begin(tx, self._batch, self._scope, asked)
            if ahead and erasing.BUSY in begun.refused.values():
                raise NotYet
            refused |= begun.refused
            intent, already = begun.intent, begun.already
        self._skip(tx, refused)
        if already:
            self._members.mark(tx, already, "erased")
        if refused or already or not asked:
            audit.append(tx, "erasure list changed", self._batch, {"left out": refused})
        return intent, refused

    def _write_results(self, tx: Writing) -> bool:
        """Write the results that wait and return whether the batch is still ours.

        Where it is not, another window may have looked already what became of a chunk; what it found stands.
        """
        ours = lease.beat(tx, self._batch, self._scope, self._process)
        for intent, erased in self.done:
            if ours or erasing.is_open(tx, intent.id):
                self._skip(tx, erased.skipped)
                if erased.done:
                    self._members.mark(tx, erased.done, "erased")
                erasing.finish(tx, intent, erased.done, erased.counts)
        return ours

    def _count_results(self, refused: Mapping[str, str]) -> None:
        for _, erased in self.done:
            self.tally.erased += len(erased.done)
            self.tally.skip(erased.skipped)
        self.done.clear()
        self.tally.skip(refused)

    def _skip(self, tx: Writing, reasons: Mapping[str, str]) -> None:
        by_reason: dict[str, list[str]] = {}
        for key, reason in reasons.items():
            by_reason.setdefault(reason, []).append(key)
        for reason, ids in by_reason.items():
            self._members.mark(tx, ids, "skipped", reason)

    def _beat(self, tx: Writing) -> None:
        if not lease.beat(tx, self._batch, self._scope, self._process):
            raise Taken
