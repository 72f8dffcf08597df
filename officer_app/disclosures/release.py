"""What may leave, step by step: chosen, cleared by a second person, handed over, and the buyer told."""

from dataclasses import replace
from datetime import datetime

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.casebook import audit, cases
from officer_app.disclosures import records, rules
from officer_app.disclosures.demand import Choice, HandOver, Telling
from officer_app.disclosures.desk import DESK, TELL_BUYER, Desk
from officer_app.disclosures.gate import Refused
from officer_app.letters.issue import approve

_CLEARED = "cleared for release"


class Releases(Desk):
    """The use cases that could let data out; each passes the gate, and each refusal is in the audit."""

    # --- what may leave ---

    def choose(self, reference: str, fields: tuple[str, ...], reason: str, version: int) -> Change:
        """Choose the data; a manager then clears it."""
        return self._change(
            reference, version, "data chosen",
            lambda case, tx: rules.choose(case, Choice(fields, reason, tx.actor.id, tx.now), self.packs(), tx.now),
            {"to": ", ".join(fields), "reason": reason}, "Chosen. A manager has to clear it before it may leave.",
        )  # fmt: skip

    def clear(self, reference: str, version: int, sign_in: str = "", passphrase: str = "") -> Change:
        """Clear what was chosen: by a manager in their own sign-in, or by passphrase in the officer's window."""
        try:
            word = self._book.countersign(sign_in, passphrase) if sign_in.strip() else None
        except KnownError as error:
            self._note_refused(reference, _CLEARED, error)
            raise
        me = self._book.actor.id
        with self._work(reference, _CLEARED, "work" if word else "approve") as tx:
            case = replace(records.get(tx, reference), version=version)
            author = case.choice.by if case.choice else ""
            by = word.person.id if word else me
            if word is None and by == author:
                raise Refused("You chose the data yourself. Enter sign-in name and passphrase of a manager.")
            others = any(one.id != author for one in self._book.directory().managers())
            after = rules.clear(case, by, others, self.packs(), tx.now)
            records.save(tx, after)
            assert after.clearance is not None
            remark = after.clearance.remark
            if word is not None:
                approve(tx, reference, _CLEARED, word, remark)
            else:
                audit.append(tx, _CLEARED, reference, {"by": tx.actor.name, "remark": remark})
        return Change(DESK, (reference,), news="Cleared. Hand over exactly this, then record it.")

    def hand_over(self, reference: str, made: HandOver, version: int) -> Change:
        """Record what was handed over outside the program."""
        with self._work(reference, "handed over") as tx:
            case = replace(records.get(tx, reference), version=version)
            after = rules.hand_over(case, replace(made, by=tx.actor.id), self.packs(), tx.now)
            records.save(tx, after)
            cases.meet(tx, reference, *self._duties(case), at=made.at)
            audit.append(tx, "handed over", reference, {"title": ", ".join(made.fields), "to": made.to})
        news = f"Recorded. {reference} is closed." if after.closed else "Recorded. Decide whether the buyer is told."
        return Change(DESK, (reference,), news=news)

    # --- the buyer ---

    def decide_telling(self, reference: str, telling: Telling, version: int) -> Change:
        """Decide whether the buyer is told; a later date stands in the due list."""
        with self._work(reference, "telling decided") as tx:
            case = replace(records.get(tx, reference), version=version)
            after = rules.decide_telling(case, replace(telling, by=tx.actor.id, at=tx.now), tx.now)
            records.save(tx, after)
            cases.meet(tx, reference, TELL_BUYER)
            self._remind(tx, after)
            audit.append(tx, "telling decided", reference, {"to": telling.decision, "reason": telling.reason})
        return Change(DESK, (reference,), news=f"{reference} is closed." if after.closed else "Recorded.")

    def told(self, reference: str, at: datetime, how: str, version: int) -> Change:
        """Record that the buyer was told."""
        with self._work(reference, "buyer told") as tx:
            case = replace(records.get(tx, reference), version=version)
            after = rules.told(case, at, how, tx.now)
            records.save(tx, after)
            cases.meet(tx, reference, TELL_BUYER, at=at)
            audit.append(tx, "buyer told", reference, {"to": how})
        return Change(DESK, (reference,), news=f"{reference} is closed.")
