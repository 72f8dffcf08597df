"""How a case is looked into: findings, the parties' answers, and data found untrue with a second person's word."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.casebook import audit, cases, evidence
from officer_app.casebook.book import Countersignature
from officer_app.casebook.people import MANAGER
from officer_app.casebook.transaction import Writing
from officer_app.complaints import duties, findings, letter, parties, records, rules
from officer_app.complaints.desk import DESK, Desk
from officer_app.complaints.findings import Finding
from officer_app.complaints.parties import Party
from officer_app.complaints.rules import Complaint
from officer_app.letters.issue import approve, need_other_person
from officer_app.letters.letter import Letter
from officer_app.post import papers

UNTRUE = "untrue data confirmed"


class Handling(Desk):
    """Findings, parties and evidence of a case."""

    # --- findings ---

    def record_finding(
        self, reference: str, allegation: str, purpose: str, result: str, reasons: str, version: int
    ) -> Change:
        """Record what was found on one allegation, against the closed list of purposes."""
        purposes = tuple(one.id for one in self._policy().purposes)

        def step(case: Complaint, tx: Writing) -> Complaint:
            rules.must_be_open(case)
            made = Finding(allegation, purpose, result, reasons, tx.now, tx.actor.id)
            return replace(case, findings=findings.record(case.findings, made, purposes))

        details = {"title": allegation, "to": result, "reason": reasons}
        return self._change(reference, version, "finding recorded", step, details, "The finding is in the file.")

    def drop_finding(self, reference: str, allegation: str, version: int) -> Change:
        """Take away a finding that was recorded by mistake; the audit keeps that it was there."""

        def step(case: Complaint, _tx: Writing) -> Complaint:
            rules.must_be_open(case)
            if case.decision is not None:
                raise KnownError("The case is decided on these findings. Withdraw the answer first.")
            return replace(case, findings=findings.drop(case.findings, allegation))

        return self._change(reference, version, "finding taken away", step, {"title": allegation})

    # --- parties ---

    def enquiry(self, case: Complaint, name: str, contact: Sequence[str], question: str, *, named: bool) -> Letter:
        """Return the letter that asks a party; `named` says whether it tells who complains."""
        due = duties.party_due(self._policy(), self._book.clock())
        around = replace(self.requesters.around(case), answer_by=due)
        return letter.enquiry(case, around, name, tuple(contact), question, named=named)

    def ask_party(
        self, reference: str, name: str, sort: str, contact: str, question: str, version: int, *, named: bool = False
    ) -> Change:
        """Issue the enquiry to a related party; its time to answer runs from when it was sent."""
        lines = tuple(line.strip() for line in contact.splitlines() if line.strip())
        parties.check(name, sort, lines, question)
        case = self._case(reference, version)
        rules.must_be_open(case)
        made = self.enquiry(case, name, lines, question, named=named)

        def step(known: Complaint, tx: Writing, number: str) -> Complaint:
            rules.must_be_open(known)
            asked = Party(0, name.strip(), sort, lines, question.strip(), number, tx.now)
            resolving = rules.RESOLVING if known.state == rules.RECEIVED else known.state
            return replace(known, parties=parties.ask(known.parties, asked), state=resolving)

        return self._issue(reference, version, made, step)

    def party_answered(self, reference: str, party: int, answer: str, version: int, *, silent: bool = False) -> Change:
        """Record what a party answered, or (`silent`) why no answer is awaited any more."""
        policy = self._policy()

        def step(case: Complaint, tx: Writing) -> Complaint:
            rules.must_be_open(case)
            return replace(case, parties=parties.answer(case.parties, party, answer, tx.now, silent=silent))

        def then(tx: Writing, after: Complaint) -> None:
            first = parties.first_due(after.parties)
            known = next(one for one in after.parties if one.id == party)
            if not silent and (first is None or (known.due is not None and first.due != known.due)):
                cases.meet(tx, reference, parties.DUTY, at=tx.now)
            duties.set_party_deadline(tx, policy, after)

        action = "party not waited for" if silent else "party answered"
        return self._change(
            reference, version, action, step, {"reason" if silent else "title": answer[:200]}, then=then
        )

    # --- evidence and untrue data ---

    def add_evidence(self, reference: str, paths: Sequence[Path]) -> Change:
        """Seal copies of files into the case; the files stay where they are."""
        taken = papers.read(paths)
        with self._book.transaction("work", reference) as tx:
            rules.must_be_open(records.get(tx, reference))
            for one in taken:
                evidence.add(tx, reference, one.name, one.kind, one.content)
            audit.append(tx, "evidence added", reference, {"title": ", ".join(one.name for one in taken)})
        return Change(DESK, (reference,), news="The copies are sealed in the case.")

    def record_untrue(self, reference: str, data: Sequence[str], proof: str, version: int) -> Change:
        """Record which data were found untrue, with the evidence; nothing follows before a second person confirms."""

        def step(case: Complaint, tx: Writing) -> Complaint:
            rules.must_be_open(case)
            pieces = [one.id for one in evidence.of_case(tx, reference)]
            return replace(case, untrue=findings.found_untrue(data, proof, pieces, tx.now, tx.actor.id))

        news = "Recorded. A manager has to confirm it before anything follows from it."
        return self._change(reference, version, "data found untrue", step, {"title": ", ".join(data)}, news)

    def confirming(self, case: Complaint) -> tuple[bool, bool]:
        """Return whether confirming here needs a sign-in name and whether it needs a passphrase."""
        me = self._book.actor
        author = case.untrue.by if case.untrue is not None else ""
        if MANAGER not in me.roles or (author == me.id and self._others(author)):
            return True, True
        return False, author == me.id

    def _others(self, author: str) -> bool:
        people = self._book.directory().active()
        return any(MANAGER in one.roles and one.id != author for one in people)

    def _word(self, author: str, sign_in: str, passphrase: str) -> Countersignature:
        if sign_in.strip():
            return self._book.countersign(sign_in, passphrase)
        session = self._book.session
        if MANAGER not in session.person.roles:
            raise KnownError("A manager confirms this: enter the manager's sign-in name and passphrase.")
        alone = session.person.id == author
        if alone:
            self._book.prove_again(passphrase)
        return Countersignature(session.person, session.keys.signer(), alone)

    def confirm_untrue(self, reference: str, sign_in: str, passphrase: str, version: int) -> Change:
        """Confirm as a second person that the data are untrue, in the own sign-in or by passphrase in this window."""
        case = self._case(reference, version)
        author = case.untrue.by if case.untrue is not None else ""
        findings.confirm(
            case.untrue, self._book.clock(), "", ""
        )  # refused before anybody types a passphrase for nothing
        word = self._word(author, sign_in, passphrase)
        remark = need_other_person(author, word, self._others(author))
        permission = "approve" if MANAGER in self._book.actor.roles else "work"
        with self._book.transaction(permission, reference) as tx:
            known = replace(records.get(tx, reference), version=version)
            confirmed = findings.confirm(known.untrue, tx.now, word.person.name, remark)
            records.save(tx, replace(known, untrue=confirmed))
            approve(tx, reference, UNTRUE, word, remark)
        return Change(DESK, (reference,), news=f"Confirmed by {word.person.name}{', ' + remark if remark else ''}.")
