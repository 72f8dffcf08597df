"""What the desk's use cases share: the case's transaction, its duties, and the note of every refused attempt."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from officer_app.base.change import Change
from officer_app.casebook import audit, cases
from officer_app.casebook.book import Casebook
from officer_app.casebook.transaction import Writing
from officer_app.disclosures import records
from officer_app.disclosures.demand import NOT_BEFORE, Disclosure, Packs
from officer_app.disclosures.gate import Refused
from officer_app.letters.issue import Letters
from officer_app.policy.book import Book

DESK = records.DESK
ACKNOWLEDGE, ANSWER, TELL_BUYER = "disclosure-acknowledge", "disclosure-answer", "tell-buyer"
_BY_BODY = {"police": "police-user-info", "cyber-police": "police-user-info", "court": "court-evidence"}


@dataclass(frozen=True)
class Reminder:
    """The officer's own date, in the shape of a deadline: before it the buyer is not told, then it is due."""

    start: datetime
    due: datetime
    source: str
    how: str
    duty: str = TELL_BUYER
    rule: str = NOT_BEFORE
    pack: str = "decision"
    pack_version: str = "1"
    verified: bool = True
    outer: datetime | None = None
    rule_text: str = "Before this date the buyer is not told; then the officer tells them."
    asked: str = ""


class Desk:
    """The ground the use cases stand on; `policy` gives the active packs."""

    def __init__(self, book: Casebook, policy: Callable[[], Book], letters: Letters) -> None:
        self._book, self._policy, self.letters = book, policy, letters

    def now(self) -> datetime:
        """Return the current instant, for countdowns."""
        return self._book.clock()

    def names(self) -> dict[str, str]:
        """Return people's names by id."""
        return self._book.directory().names()

    def packs(self) -> Packs:
        """Return what the active packs allow."""
        policy = self._policy()
        bodies = frozenset(body.id for body in policy.judicial_bodies)
        return Packs(bodies, frozenset(each.id for each in policy.data_categories))

    def duty_titles(self) -> dict[str, str]:
        """Return what the duties are called, by id."""
        titles = {
            duty: rule.title["en"] for pack in self._policy().packs for rule in pack.rules for duty in rule.duties
        }
        return {**titles, TELL_BUYER: "Tell the buyer"}

    @contextmanager
    def _work(self, reference: str, what: str, permission: str = "work") -> Iterator[Writing]:
        """Open the case's transaction; what the gate refuses is undone, and the attempt itself goes into the audit."""
        try:
            with self._book.transaction(permission, reference) as tx:
                yield tx
        except Refused as error:
            self._note_refused(reference, what, error)
            raise

    def _note_refused(self, reference: str, what: str, error: Exception) -> None:
        with self._book.transaction("view", reference) as tx:
            audit.append(tx, "release refused", reference, {"to": what, "reason": str(error)})

    def _change(
        self,
        reference: str,
        version: int,
        action: str,
        step: Callable[[Disclosure, Writing], Disclosure],
        details: dict[str, Any] | None = None,
        news: str = "",
    ) -> Change:
        with self._work(reference, action) as tx:
            after = step(replace(records.get(tx, reference), version=version), tx)
            records.save(tx, after)
            audit.append(tx, action, reference, details)
        closed = f" {reference} is closed." if after.closed is not None else ""
        return Change(DESK, (reference,), news=(news + closed).strip())

    def _duties(self, case: Disclosure) -> tuple[str, str]:
        """Return the acknowledging and the answering duty: the body's own clock where an active pack knows one."""
        special = _BY_BODY.get(case.demand.body, "") if case.demand.judicial else ""
        return ACKNOWLEDGE, special if special and self._policy().has(special, case.received) else ANSWER

    def _set_deadlines(self, tx: Writing, case: Disclosure) -> None:
        policy = self._policy()
        for duty in self._duties(case):
            if (duty == ACKNOWLEDGE and case.acknowledged is not None) or not policy.has(duty, case.received):
                continue
            found = policy.deadline(duty, case.received, urgent=case.demand.urgent, third_party=False)
            cases.set_deadline(tx, case.reference, found)
        self._remind(tx, case)

    def _remind(self, tx: Writing, case: Disclosure) -> None:
        telling = case.telling
        if telling is not None and telling.not_before is not None and telling.told is None:
            day = f"{telling.not_before.astimezone(self._policy().zone):%d.%m.%Y}"
            how = f"The buyer is not told before {day}."
            cases.set_deadline(tx, case.reference, Reminder(telling.at, telling.not_before, telling.reason, how))
