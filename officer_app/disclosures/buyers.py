"""The buyer's side of a disclosure: asked for a confirmation by a letter with a reply slip, told of what left."""

from dataclasses import replace
from datetime import datetime, timedelta

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.casebook import audit, cases
from officer_app.casebook.transaction import Writing
from officer_app.disclosures import buyer_letter, leaving, letter, records, rules
from officer_app.disclosures.demand import NOT_BEFORE, SECRECY, Disclosure, Telling
from officer_app.disclosures.desk import ASK_BUYER, DESK, TELL_BUYER, Reminder
from officer_app.disclosures.issuing import Issuing

_ANSWER_WITHIN = timedelta(days=14)
_HOLDS = timedelta(days=30)


class Buyers(Issuing):
    """The use cases that speak to the buyer."""

    # --- asking ---

    def ask_buyer(self, reference: str, storage: str = "") -> Change:
        """Issue the letter that asks the buyer to confirm, with its reply slip; `storage` is how long they keep it."""
        with self._book.reading() as tx:
            case = self.standing.get(tx, reference)
        now = self._book.clock()
        rules.ask_buyer(case, now)
        to = self.persons.addressee(case.subject.customer, self.letters.shop().country)
        around = self._around(now + _ANSWER_WITHIN, to.language)
        purposes = {one.id: one.title_in(to.language) for one in self._policy().purposes}
        made = buyer_letter.request(case, around, to, purposes, now + _HOLDS, storage.strip())

        def check(tx: Writing, _number: str) -> None:
            rules.ask_buyer(self.standing.get(tx, reference), tx.now)

        return self._issue(reference, made, lambda now: now.unsent_request, check)

    def buyer_asked(self, tx: Writing, case: Disclosure, at: datetime) -> Disclosure:
        """The letter was sent: the answer stands in the due list, and its silence is a no."""
        after = rules.ask_buyer(case, at)
        due = at + _ANSWER_WITHIN
        how = "Two weeks after the buyer was asked; our own reminder."
        text = "Without an answer the buyer did not confirm, and nothing leaves."
        made = Reminder(at, due, "The shop's published policy E2", how, duty=ASK_BUYER, rule=ASK_BUYER, rule_text=text)
        cases.set_deadline(tx, case.reference, made)
        return after

    # --- telling ---

    def decide_telling(self, reference: str, telling: Telling, version: int) -> Change:
        """Decide whether the buyer is told; a later date stands in the due list."""
        with self._work(reference, "telling decided") as tx:
            case = replace(self.standing.get(tx, reference), version=version)
            after = leaving.decide_telling(case, replace(telling, by=tx.actor.id, at=tx.now), tx.now)
            records.save(tx, after)
            cases.meet(tx, reference, TELL_BUYER)
            self._remind(tx, after)
            audit.append(tx, "telling decided", reference, {"to": telling.decision, "reason": telling.reason})
        return Change(DESK, (reference,), news=f"{reference} is closed." if after.closed else "Recorded.")

    def notify(self, reference: str) -> Change:
        """Issue the letter that tells the buyer what left, to whom and why; never while secrecy or a date holds."""
        with self._book.reading() as tx:
            case = self.standing.get(tx, reference)
        _may_tell(case, self._book.clock())
        to = self.persons.addressee(case.subject.customer, self.letters.shop().country)
        made = buyer_letter.notice(case, self._around(None, to.language), to)

        def check(tx: Writing, _number: str) -> None:
            _may_tell(self.standing.get(tx, reference), tx.now)

        return self._issue(reference, made, lambda now: now.unsent_notice, check)

    def told(self, reference: str, at: datetime, how: str, version: int) -> Change:
        """Record that the buyer was told in another way than by our letter."""
        with self._work(reference, "buyer told") as tx:
            case = replace(self.standing.get(tx, reference), version=version)
            after = leaving.told(case, at, how, tx.now)
            records.save(tx, after)
            cases.meet(tx, reference, TELL_BUYER, at=at)
            audit.append(tx, "buyer told", reference, {"to": how})
        return Change(DESK, (reference,), news=f"{reference} is closed.")

    # --- processors ---

    def answer_processor(self, reference: str) -> Change:
        """Answer a carrier or another processor: what it needs reaches it under its contract, nothing else leaves."""
        with self._book.reading() as tx:
            case = self.standing.get(tx, reference)
            found = records.processor(tx, case.demand.agency, tx.now)
        rules.may_answer_processor(case, found is not None)
        assert found is not None
        around = self._around(None, case.language)
        made = buyer_letter.processor(case, around, found, letter.rule(case))

        def check(tx: Writing, _number: str) -> None:
            known = records.processor(tx, case.demand.agency, tx.now)
            rules.may_answer_processor(self.standing.get(tx, reference), known is not None)

        return self._issue(reference, made, lambda now: now.unsent_processor, check)


def _may_tell(case: Disclosure, now: datetime) -> None:
    telling = case.telling
    if case.release is None:
        raise KnownError("Nothing was handed over yet; there is nothing to tell.")
    if telling is None or telling.decision == SECRECY:
        raise KnownError("Decide first that the buyer is told.")
    if telling.told is not None:
        raise KnownError("The buyer was told already.")
    if telling.decision == NOT_BEFORE and (telling.not_before is None or now < telling.not_before):
        raise KnownError("The date before which the buyer is not told has not come.")
