"""The case's clock: extend once, ask the person and let it stand, go on; each a reason, a letter and a date."""

from dataclasses import replace
from datetime import datetime, timedelta

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.casebook import audit, cases
from officer_app.casebook.transaction import Reading, Writing
from officer_app.complaints import clock, duties, letter, rules
from officer_app.complaints.clock import Move, Pause
from officer_app.complaints.desk import Desk
from officer_app.complaints.rules import Complaint
from officer_app.letters.letter import Letter

WAIT = timedelta(days=14)
"""How long the person has to answer when the officer names no other date."""
_LETTERS = {clock.IDENTITY: "identity-request", clock.CLARIFICATION: "clarification-request"}


class Timing(Desk):
    """Moves the date of the answer."""

    def _stands(self, tx: Reading, case: Complaint) -> datetime:
        """Return the due date of the answer as it stands."""
        duty = duties.of(self._policy(), case)[1]
        due = next(
            (one.due for one in cases.deadlines(tx, case.reference) if one.duty == duty and one.met is None), None
        )
        if due is None:
            raise KnownError("No clock runs for the answer of this case; there is nothing to move.")
        return due

    def _extended(self, case: Complaint) -> tuple[datetime, str]:
        """Return the date of an extended answer, and the rule it comes from."""
        found = duties.answer_by(self._policy(), replace(case, clock=replace(case.clock, extension="—")))
        return found.due, f"{found.rule}, {found.source} ({found.pack} {found.pack_version})"

    def extension(self, case: Complaint, reasons: str, done: str) -> Letter:
        """Return the letter that tells the person when the answer comes, and why so late."""
        around = replace(self.requesters.around(case), answer_by=self._extended(case)[0])
        return letter.extension(case, around, reasons, done)

    def extend(self, reference: str, reasons: str, done: str, version: int) -> Change:
        """Extend the answer once, as the active packs allow: the letter is issued, and the clock moves with it."""
        case = self._case(reference, version)
        rules.must_be_open(case)
        new, rule = self._extended(case)

        def move(tx: Reading, known: Complaint, number: str) -> Complaint:
            made = Move(
                clock.EXTENDED, reasons.strip(), self._stands(tx, known), new, rule, tx.now, tx.actor.id, number
            )
            return replace(known, clock=clock.extend(known.clock, made))

        with self._book.reading() as tx:
            move(tx, case, "—")  # refused before a number is used

        def step(known: Complaint, tx: Writing, number: str) -> Complaint:
            return move(tx, known, number)

        def then(tx: Writing, after: Complaint) -> None:
            self._moved(tx, after, "deadline extended")

        return self._issue(reference, version, self.extension(case, reasons, done), step, then)

    def _moved(self, tx: Writing, after: Complaint, action: str) -> None:
        """Set the answer's date anew and write the move into the audit, old and new date with the rule."""
        policy, made = self._policy(), after.clock.moves[-1]
        cases.set_deadline(tx, after.reference, duties.answer_by(policy, after))
        day = f"{made.was.astimezone(policy.zone):%d.%m.%Y}", f"{made.now.astimezone(policy.zone):%d.%m.%Y}"
        details = {"from": day[0], "to": day[1], "reason": made.reason, "rule": made.rule}
        audit.append(tx, action, after.reference, details)

    def question(self, case: Complaint, why: str, needed: str, until: datetime) -> Letter:
        """Return the letter that asks the person for proof of identity or for what they mean."""
        if why not in _LETTERS:
            raise KnownError("Say what is awaited: proof of identity or a clarification.")
        return letter.asking(case, self.requesters.around(case), _LETTERS[why], needed, until)

    def pause(self, reference: str, why: str, needed: str, until: datetime, version: int) -> Change:
        """Ask the person by letter; where the packs let the clock stop, it stands until they answer or `until`."""
        case = self._case(reference, version)
        rules.must_be_open(case)

        def move(tx: Reading, known: Complaint, number: str) -> Complaint:
            begun = Pause(why, tx.now, until, number)
            trial = replace(known, clock=replace(known.clock, pauses=(*known.clock.pauses, begun)))
            found, was = duties.answer_by(self._policy(), trial), self._stands(tx, known)
            what = clock.PAUSED if found.due > was else clock.KEPT
            rule = f"{found.rule}, {found.source} ({found.pack} {found.pack_version})"
            made = Move(what, needed.strip(), was, max(found.due, was), rule, tx.now, tx.actor.id, number)
            return replace(known, clock=clock.pause(known.clock, begun, made))

        with self._book.reading() as tx:
            trial = move(tx, case, "—")

        def step(known: Complaint, tx: Writing, number: str) -> Complaint:
            return move(tx, known, number)

        def then(tx: Writing, after: Complaint) -> None:
            if after.clock.moves[-1].what == clock.KEPT:
                audit.append(tx, "person asked", reference, {"reason": needed})
            else:
                self._moved(tx, after, "clock stopped")

        done = self._issue(reference, version, self.question(case, why, needed, until), step, then)
        if trial.clock.moves[-1].what == clock.KEPT:
            return replace(done, news=f"{done.news} No active policy pack lets the clock stop; the date stays.")
        return done

    def resume(self, reference: str, answer: str, version: int) -> Change:
        """The person answered: the clock runs again from now."""
        if not answer.strip():
            raise KnownError("Enter what the person answered.")

        def step(known: Complaint, tx: Writing) -> Complaint:
            rules.must_be_open(known)
            after = replace(known, clock=clock.ended(known.clock, tx.now))
            if clock.stopped(known.clock):
                was, found = self._stands(tx, known), duties.answer_by(self._policy(), after)
                rule = f"{found.rule}, {found.source} ({found.pack} {found.pack_version})"
                made = Move(clock.RESUMED, answer.strip(), was, found.due, rule, tx.now, tx.actor.id)
                after = replace(after, clock=replace(after.clock, moves=(*after.clock.moves, made)))
            return after

        def then(tx: Writing, after: Complaint) -> None:
            if after.clock.moves and after.clock.moves[-1].what == clock.RESUMED and after.clock.moves[-1].at == tx.now:
                cases.set_deadline(tx, reference, duties.answer_by(self._policy(), after))

        news = "The answer is in the file. The clock runs."
        return self._change(reference, version, "person answered", step, {"reason": answer}, news, then)
