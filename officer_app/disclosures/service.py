"""The disclosure desk's use cases: one method, one transaction, one audit entry; every refused attempt is noted."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from officer_app.base.change import Change
from officer_app.base.errors import Conflict, KnownError
from officer_app.base.handover import Confirmed, Disclosed, WithdrawalsOf
from officer_app.casebook import audit, cases, evidence, holds, issued
from officer_app.casebook.book import Casebook
from officer_app.casebook.transaction import Reading, Writing
from officer_app.disclosures import confirmed, leaving, letter, passed_on, records, rules
from officer_app.disclosures.buyers import Buyers
from officer_app.disclosures.demand import GUEST, Confirmation, Demand, Disclosure, Intake, Refusal
from officer_app.disclosures.desk import ACKNOWLEDGE, ASK_BUYER, DESK, TELL_BUYER
from officer_app.disclosures.directory import Directory
from officer_app.disclosures.handing import Handing
from officer_app.disclosures.queue import (
    ACKNOWLEDGEMENT,
    BUYER_NOTICE,
    CLARIFICATION,
    CONSENT_REQUEST,
    PROCESSOR_ANSWER,
    REFUSAL,
    progress,
)
from officer_app.disclosures.register import Register
from officer_app.disclosures.standing import nothing_withdrawn
from officer_app.letters.issue import Letters
from officer_app.policy.book import Book
from officer_app.post import papers, safe_names
from officer_app.shop.connection import Shop

_CLARIFY_WITHIN = timedelta(days=14)


class Disclosures(Handing, Buyers):
    """The desk. `policy` gives the active packs, `shop` the connected shop or None."""

    def __init__(
        self, book: Casebook, policy: Callable[[], Book], letters: Letters, shop: Callable[[], Shop | None],
        withdrawals: WithdrawalsOf = nothing_withdrawn,
    ) -> None:  # fmt: skip
        super().__init__(book, policy, letters, shop, withdrawals)
        self.register = Register(book, policy, letters)
        self.directory = Directory(book)

    def of_person(self, tx: Reading, customer: str, email: str) -> Sequence[Disclosed]:
        """Return what left the shop about a person, for another desk's open transaction."""
        return passed_on.of_person(tx, customer, email)

    def confirmations_of(self, tx: Reading, customer: str, emails: Sequence[str]) -> Sequence[Confirmed]:
        """Return what a person confirmed over all cases, for another room's open transaction."""
        return confirmed.of_person(tx, customer, emails, self.standing.get)

    # --- receiving ---

    def receive(self, intake: Intake, files: Sequence[Path] = ()) -> Change:
        """Open a case from a demand or wish with its papers."""
        taken = papers.read(files)
        with self._book.transaction("work") as tx:
            fresh = rules.record(intake, tx.now, self.packs())
            year = tx.now.astimezone(self._policy().zone).year
            reference = cases.open_case(tx, DESK, fresh.demand.sort, fresh.state, year, assignee=tx.actor.id)
            keys = tuple(evidence.add(tx, reference, one.name, one.kind, one.content) for one in taken)
            case = replace(fresh, reference=reference, assignee=tx.actor.id, papers=keys)
            records.add(tx, case)
            self._set_deadlines(tx, case)
            audit.append(tx, "received", reference, {"from": case.demand.agency, "files": len(keys)})
        return Change(DESK, (reference,), news=f"{reference} opened. Nothing leaves before its basis is verified.")

    def attach(self, reference: str, files: Sequence[Path], version: int) -> Change:
        """Attach papers to a case."""
        taken = papers.read(files)

        def add(case: Disclosure, tx: Writing) -> Disclosure:
            keys = tuple(evidence.add(tx, reference, one.name, one.kind, one.content) for one in taken)
            return rules.attach(case, keys)

        names = ", ".join(one.name for one in taken)
        return self._change(reference, version, "papers added", add, {"title": names}, f"Added: {names}.")

    def export_evidence(self, reference: str, key: str, path: Path) -> Path:
        """Write a copy of a piece of evidence near `path`, never over another file; recorded as an export."""
        with self._book.transaction("view", reference) as tx:
            if key not in self.standing.get(tx, reference).papers:
                raise KnownError("This is no paper that came with the demand. Refresh the case.")
            content = evidence.read(tx, key)
            audit.append(tx, "export", reference, {"evidence": key})
        return safe_names.export(path.parent, path.name, content)

    # --- finding out ---

    def change_facts(self, reference: str, demand: Demand, reason: str, version: int) -> Change:
        """Correct or complete the demand, which may start another clock."""
        with self._work(reference, "facts changed") as tx:
            before = replace(self.standing.get(tx, reference), version=version)
            after = rules.change_facts(before, demand, reason, self.packs())
            self._save(tx, before, after)
            if (self._duties(before), before.demand.urgent) != (self._duties(after), demand.urgent):
                cases.drop_open_deadlines(tx, reference)
                self._set_deadlines(tx, after)
            audit.append(tx, "facts changed", reference, {"reason": reason})
        return Change(DESK, (reference,))

    def link(self, reference: str, customer: str, version: int) -> Change:
        """Say which customer the demand concerns ("none": nobody the shop knows)."""
        found = self.persons.known(customer)
        return self._change(
            reference, version, "linked",
            lambda case, _tx: rules.link(case, found.customer, found.name, found.email), {"to": customer},
        )  # fmt: skip

    def cool(self, reference: str, answer: str, version: int) -> Change:
        """Record what happens if an urgent demand waits for its verification."""
        return self._change(
            reference, version, "cooling question answered",
            lambda case, tx: rules.cool(case, answer, tx.now, tx.actor.id), {"reason": answer},
            "Recorded. The deadline runs on; if it cannot be verified, say so at once and refuse or ask.",
        )  # fmt: skip

    def concerns(self, reference: str, role: str, note: str, version: int) -> Change:
        """Say whether the demand concerns the customer's own acts."""
        return self._change(
            reference, version, "concerns", lambda case, _tx: rules.concerns(case, role, note), {"to": role}
        )

    def call_back(
        self, reference: str, contact: str, whom: str, passed: bool, note: str, at: datetime, version: int
    ) -> Change:
        """Record a call to the number in our directory."""

        def check(case: Disclosure, tx: Writing) -> Disclosure:
            entry = records.contact(tx, contact)
            return rules.call(case, entry, whom, passed, note, at, tx.now, tx.actor.id)

        news = "Call-back recorded: the demand is theirs." if passed else "Call-back recorded: not confirmed."
        details = {"to": whom, "result": "passed" if passed else "not passed"}
        return self._change(reference, version, "call-back", check, details, news)

    def confirm(self, reference: str, word: Confirmation, version: int) -> Change:
        """Record the buyer's confirmation."""
        return self._change(
            reference, version, "buyer confirmed",
            lambda case, tx: rules.confirm(
                case, replace(word, customer=case.subject.customer, by=tx.actor.id), tx.now
            ),
            {"to": word.recipient},
        )  # fmt: skip

    def withdraw_confirmation(self, reference: str, how: str, version: int) -> Change:
        """The buyer withdrew; `how` says in which way they said so."""
        return self._change(
            reference, version, "buyer withdrew", lambda case, tx: rules.withdraw_confirmation(case, tx.now),
            {"reason": how}, "The confirmation no longer holds. Nothing may be handed over on it.",
        )  # fmt: skip

    # --- letters ---

    def acknowledge(self, reference: str) -> Change:
        """Issue the acknowledgement; it promises no data."""
        with self._book.reading() as tx:
            case = self.standing.get(tx, reference)
            answer = self._duties(case)[1]
            due = next((one.due for one in cases.deadlines(tx, reference) if one.duty == answer), None)
        rules.may_write(case)
        made = letter.acknowledgement(case, self._around(due, case.language))
        return self._issue(reference, made, lambda now: now.unsent_acknowledgement, self._still_open)

    def clarify(self, reference: str, keys: tuple[str, ...], more: str) -> Change:
        """Issue a request for what is missing, by the keys of the gate's checks and in the officer's own words."""
        with self._book.reading() as tx:
            case = self.standing.get(tx, reference)
        rules.may_write(case)
        known = letter.missing_words(case.language)
        missing = tuple([known[key] for key in keys if key in known] + [line for line in more.splitlines() if line])
        if not missing:
            raise KnownError("Choose what is missing, or write it.")
        by, around = self._book.clock() + _CLARIFY_WITHIN, self._around(None, case.language)
        made = letter.clarification(case, around, missing, letter.rule(case), by)
        return self._issue(reference, made, lambda now: now.unsent_clarification, self._still_open)

    def refuse(self, reference: str, refusal: Refusal, version: int) -> Change:
        """Refuse with reasons and issue the letter that says so."""
        refusing = replace(refusal, at=self._book.clock(), by=self._book.actor.id)
        with self._book.reading() as tx:
            case = self.standing.get(tx, reference)
        if case.version != version:
            raise Conflict("Somebody else saved this meanwhile. Compare both versions and save again.")
        rules.refuse(case, refusing)

        def save(tx: Writing, number: str) -> None:
            known = replace(self.standing.get(tx, reference), version=version)
            self._save(tx, known, rules.refuse(known, replace(refusing, notice=number)))

        made = letter.refusal(case, refusing, self._around(None, case.language))
        return self._issue(reference, made, lambda now: now.unsent_refusal, save)

    def sent(self, number: str, channel: str, at: datetime) -> Change:
        """Record that a letter was sent: it meets its deadline, and a refusal closes the case."""
        with self._book.reading() as tx:
            reference = issued.notice(tx, number).reference
        with self._book.transaction("work", reference) as tx:
            case = self.standing.get(tx, reference)
            if case.package is not None and case.package.number == number:
                raise KnownError("This letter goes with the files: record the hand-over instead.")
            notice = self.letters.record_sent(tx, number, channel, at)
            after = case
            if notice.kind == ACKNOWLEDGEMENT:
                cases.meet(tx, reference, ACKNOWLEDGE, at=at)
                after = rules.acknowledge(case, at)
            elif notice.kind == CLARIFICATION:
                cases.meet(tx, reference, ACKNOWLEDGE, at=at)
                after = rules.clarify(case, at)
            elif notice.kind == REFUSAL:
                cases.meet(tx, reference, *self._duties(case), at=at)
                after = rules.refusal_sent(case, tx.now)
            elif notice.kind == PROCESSOR_ANSWER:
                cases.meet(tx, reference, *self._duties(case), at=at)
                after = rules.answered_processor(case, tx.now)
            elif notice.kind == BUYER_NOTICE:
                cases.meet(tx, reference, TELL_BUYER, at=at)
                after = leaving.told(case, at, channel, tx.now)
            elif notice.kind == CONSENT_REQUEST:
                after = self.buyer_asked(tx, case, at)
            records.save(tx, replace(after, version=cases.head(tx, reference).version))
            audit.append(tx, "notice sent", reference, {"number": number, "channel": channel}, notice=number)
        closed = f" {reference} is closed." if after.closed is not None else ""
        return Change(DESK, (reference,), news=f"{number} recorded as sent.{closed}")

    def withdraw(self, reference: str, number: str, reason: str, version: int) -> Change:
        """Withdraw a wrong letter; the next of its kind replaces it, and without its refusal a case is undecided."""
        with self._work(reference, "notice withdrawn") as tx:
            case = replace(self.standing.get(tx, reference), version=version)
            notice = self.letters.record_withdrawn(tx, reference, number, reason)
            after = case
            if case.package is not None and case.package.number == number:
                after = leaving.drop_package(case)
            elif notice.kind == REFUSAL:
                after = rules.refusal_withdrawn(case)
            elif notice.kind == ACKNOWLEDGEMENT:
                after = replace(case, acknowledged=None)
            elif notice.kind == CONSENT_REQUEST:
                after = replace(case, asked_buyer=None)
                cases.drop_deadline(tx, reference, ASK_BUYER)
            self._save(tx, case, after)
            if notice.kind in (REFUSAL, ACKNOWLEDGEMENT) and after.closed is None and after.release is None:
                self._set_deadlines(tx, after)
            audit.append(tx, "notice withdrawn", reference, {"number": number, "reason": reason}, notice=number)
        return Change(DESK, (reference,), news=f"{number} is withdrawn. The next letter of its kind replaces it.")

    # --- other steps ---

    def close(self, reference: str, reason: str, version: int) -> Change:
        """Close a case that was answered and not pursued."""
        with self._work(reference, "closed") as tx:
            case = replace(self.standing.get(tx, reference), version=version)
            self._save(tx, case, rules.close(case, reason, tx.now))
            cases.drop_open_deadlines(tx, reference)
            audit.append(tx, "not pursued", reference, {"reason": reason})
        return Change(DESK, (reference,), news=f"{reference} is closed.")

    def reopen(self, reference: str, reason: str, version: int) -> Change:
        """Take a refused or closed case up again."""
        with self._work(reference, "reopened") as tx:
            case = replace(self.standing.get(tx, reference), version=version)
            if progress(issued.of_case(tx, reference)).unsent_refusal:
                raise KnownError("The refusal is issued and not sent. Withdraw it first.")
            after = rules.reopen(case, reason)
            records.save(tx, after)
            self._set_deadlines(tx, replace(after, received=tx.now))
            audit.append(tx, "reopened", reference, {"reason": reason})
        return Change(DESK, (reference,), news=f"{reference} is open again.")

    def hold(self, reference: str, reason: str) -> Change:
        """Hold the person: retention will not touch them until the hold is released."""
        with self._book.transaction("work", reference) as tx:
            subject = self.standing.get(tx, reference).subject
            key = subject.customer if subject.linked and not subject.customer.startswith(GUEST) else ""
            holds.place(tx, reference, reason, customer=key, email=subject.email)
            audit.append(tx, "hold placed", reference, {"reason": reason})
        return Change(DESK, (reference,), news="The person is held; retention will not touch them.")

    def release_hold(self, reference: str, key: str) -> Change:
        """Release a hold."""
        with self._book.transaction("work", reference) as tx:
            holds.release(tx, key)
            audit.append(tx, "hold released", reference)
        return Change(DESK, (reference,), news="The hold is released.")
