"""What the desk's use cases share: the case's transaction, its duties, and the note of every refused attempt."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from officer_app.base.change import Change
from officer_app.base.handover import WithdrawalsOf
from officer_app.casebook import audit, cases, issued
from officer_app.casebook.book import Casebook
from officer_app.casebook.transaction import Writing
from officer_app.disclosures import records
from officer_app.disclosures.demand import NOT_BEFORE, TELL, Disclosure, Packs
from officer_app.disclosures.gate import Refused
from officer_app.disclosures.person import Persons
from officer_app.disclosures.queue import Queue
from officer_app.disclosures.standing import Standing, nothing_withdrawn
from officer_app.letters.issue import Letters
from officer_app.policy.book import Book
from officer_app.shop.connection import Shop

DESK = records.DESK
ACKNOWLEDGE, ANSWER, TELL_BUYER = "disclosure-acknowledge", "disclosure-answer", "tell-buyer"
ASK_BUYER = "buyer-answer"
_TELL_WITHIN = timedelta(days=7)  # our own reminder: no law names a time in which the buyer is told
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

    def __init__(
        self, book: Casebook, policy: Callable[[], Book], letters: Letters, shop: Callable[[], Shop | None],
        withdrawals: WithdrawalsOf = nothing_withdrawn,
    ) -> None:  # fmt: skip
        self._book, self._policy, self.letters = book, policy, letters
        self.persons = Persons(shop)
        self.standing = Standing(withdrawals)
        self.queue = Queue(book, self.packs, self.standing)

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
        return {**titles, TELL_BUYER: "Tell the buyer", ASK_BUYER: "The buyer's answer; silence is no"}

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
            before = replace(self.standing.get(tx, reference), version=version)
            after = step(before, tx)
            self._save(tx, before, after)
            audit.append(tx, action, reference, details)
        closed = f" {reference} is closed." if after.closed is not None else ""
        return Change(DESK, (reference,), news=(news + closed).strip())

    def _save(self, tx: Writing, before: Disclosure, after: Disclosure) -> None:
        """Save a case; files that may not leave any more take their covering letter with them."""
        if before.package is not None and after.package is None:
            number = before.package.number
            if issued.notice(tx, number).state == issued.ISSUED:
                issued.withdraw(tx, number, "What goes with it may not leave any more, or was chosen anew.")
        records.save(tx, after)

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
        if telling is None or telling.told is not None:
            return
        if telling.not_before is not None:
            day = f"{telling.not_before.astimezone(self._policy().zone):%d.%m.%Y}"
            how = f"The buyer is not told before {day}."
            cases.set_deadline(tx, case.reference, Reminder(telling.at, telling.not_before, telling.reason, how))
        elif telling.decision == TELL and case.release is not None:
            how = "Seven days after the hand-over and the decision to tell the buyer; our own reminder."
            start = max(telling.at, case.release.at)
            text = "The buyer is told of the hand-over."
            made = Reminder(start, start + _TELL_WITHIN, "decision of the officer", how, rule=TELL, rule_text=text)
            cases.set_deadline(tx, case.reference, made)
