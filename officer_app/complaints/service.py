"""The complaint desk's use cases: one method, one transaction, one audit entry per case touched."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.base.handover import IncidentFound, LogIncident, PersonsOf, TieIncident
from officer_app.base.worker import Pool
from officer_app.casebook import audit, cases, evidence, holds, issued
from officer_app.casebook.book import Casebook
from officer_app.casebook.people import may
from officer_app.casebook.transaction import Writing
from officer_app.complaints import clock, duties, letter, mail_records, parties, records, report, rules
from officer_app.complaints.filters import SavedFilters
from officer_app.complaints.intake import Receiving, TakenIn, Tell, quiet
from officer_app.complaints.joining import Joining
from officer_app.complaints.mailbox import Mailbox
from officer_app.complaints.merging import Merging
from officer_app.complaints.monthly import Monthly
from officer_app.complaints.previewing import Previewing
from officer_app.complaints.queue import ACKNOWLEDGEMENTS, ANSWERS, ENQUIRY, TO_AUTHORITY, Queue, progress, replaced
from officer_app.complaints.referring import Referring
from officer_app.complaints.requester import Requesters
from officer_app.complaints.requests import Neighbours
from officer_app.complaints.rules import Decision, Intake
from officer_app.complaints.textblocks import TextBlocks
from officer_app.letters.issue import Letters
from officer_app.policy.book import Book
from officer_app.policy.deadline import Deadline
from officer_app.post import safe_names
from officer_app.shop.connection import Shop

DESK = records.DESK


class Complaints(Previewing):
    """The desk.

    `shop` gives the connected shop or None; `log_incident` is the breach desk's, called inside our transaction;
    mail is read in a child of `readers`; `beside` is what the other desks do for this one.
    """

    def __init__(
        self,
        book: Casebook,
        policy: Callable[[], Book],
        letters: Letters,
        shop: Callable[[], Shop | None],
        log_incident: LogIncident,
        readers: Pool,
        beside: Neighbours = Neighbours(),  # noqa: B008  a frozen value
        persons_of: PersonsOf = lambda _tx, _incident: 0,
        tied: TieIncident = lambda _tx, _incident, _complaint: None,
    ) -> None:
        super().__init__(book, policy, letters, Requesters(policy, letters, shop), beside)
        self._log_incident = log_incident
        self.intake = Receiving(book, policy, letters, readers)
        self.mailbox = Mailbox(book, self.intake)
        self.joining = Joining(book, policy)
        self.merging = Merging(book, policy, tied)
        self.saved_filters = SavedFilters(book)
        self.monthly = Monthly(book, policy, letters)
        self.referring = Referring(book, policy, letters)
        self.queue = Queue(book, policy, beside.erasure_of, persons_of)
        self.blocks = TextBlocks(book)

    def now(self) -> datetime:
        """Return the current instant, for countdowns."""
        return self._book.clock()

    def duty_titles(self) -> dict[str, str]:
        """Return what the duties are called, by id."""
        return {duty: rule.title["en"] for pack in self._policy().packs for rule in pack.rules for duty in rule.duties}

    # --- receiving ---

    def receive_mail(self, path: Path) -> Change:
        """Open a case from a mail file; KnownError when it is no mail or known already."""
        return self.intake.mail(path)

    def receive_mails(
        self, paths: Iterable[Path], progress: Tell = quiet, cancelled: Callable[[], bool] = lambda: False
    ) -> tuple[TakenIn, ...]:
        """Open a case from each file; what cannot be taken is listed with the reason, the others stay taken."""
        return self.intake.mails(paths, progress, cancelled)

    def receive_form(self, intake: Intake) -> Change:
        """Open a case from what came by phone, letter or visit."""
        return self.intake.form(intake)

    def look_at_evidence(self, reference: str, key: str) -> bytes:
        """Return a piece of evidence to be shown; recorded as a view before it is."""
        with self._book.transaction("view", reference) as tx:
            content = evidence.read_of(tx, reference, key)
            audit.append(tx, "evidence viewed", reference, evidence=key)
        return content

    def export_evidence(self, reference: str, key: str, path: Path) -> Path:
        """Write a copy of a piece of evidence near `path`, never over another file; recorded as an export."""
        with self._book.transaction("view", reference) as tx:
            content = evidence.read_of(tx, reference, key)
            audit.append(tx, "export", reference, {"evidence": key})
        return safe_names.export(path.parent, path.name, content)

    # --- who it is ---

    def link(self, reference: str, customer: str, version: int) -> Change:
        """Link the requester to a customer ("none": is not one)."""
        return self._change(
            reference, version, "linked", lambda case, _tx: rules.link(case, customer), {"to": customer}
        )

    # --- deciding ---

    def acknowledge(self, reference: str) -> Change:
        """Issue the acknowledgement."""
        with self._book.reading() as tx:
            case, notices = records.get(tx, reference), issued.of_case(tx, reference)
            duty = duties.of(self._policy(), case)[1]
            answer_by = next((one.due for one in cases.deadlines(tx, reference) if one.duty == duty), None)
        rules.may_acknowledge(case, progress(notices))
        around = replace(self.requesters.around(case), answer_by=answer_by)
        made = letter.acknowledgement(case, around)

        def again(tx: Writing, number: str) -> None:
            others = tuple(one for one in issued.of_case(tx, reference) if one.number != number)
            rules.may_acknowledge(records.get(tx, reference), progress(others))

        replaces = replaced(notices, ACKNOWLEDGEMENTS)
        done = self.letters.issue(reference, replace(made, replaces=replaces), again)
        return Change(DESK, (reference,), (done.number,), f"{done.number} issued. Send it, then record it as sent.")

    def decide(self, reference: str, decision: Decision, version: int) -> Change:
        """Decide with reasons and issue the letter that says so; a referral also issues the letter to the authority."""
        made = replace(decision, at=self._book.clock(), by=self._book.actor.id)
        case, notices = self._with_notices(reference, version)
        after = rules.decide(case, made, progress(notices))
        assert after.decision is not None
        told, copy = self.told(after, after.decision)
        told = replace(told, replaces=replaced(notices, ANSWERS))
        numbers: list[str] = []
        if made.outcome == rules.REFERRAL:
            # The letter to the authority first: when it cannot be made, nothing was decided.
            second = replace(self.to_authority(case, made), replaces=replaced(notices, TO_AUTHORITY))
            self.letters.check(reference, told)
            numbers.append(self.letters.issue(reference, second).number)

        def save(tx: Writing, number: str) -> None:
            known = replace(records.get(tx, reference), version=version)
            before = tuple(one for one in issued.of_case(tx, reference) if one.number != number)
            if copy is not None:
                evidence.add(tx, reference, report.COPY, "application/json", copy)
            records.save(tx, rules.decide(known, replace(made, notice=number), progress(before)))

        try:
            numbers.insert(0, self.letters.issue(reference, told, save).number)
        except Exception as error:
            self._take_back(reference, numbers, str(error))
            raise
        them = "them" if len(numbers) > 1 else "it"
        news = f"{' and '.join(numbers)} issued. Send {them}, then record {them} as sent."
        return Change(DESK, (reference,), tuple(numbers), news)

    def _take_back(self, reference: str, numbers: Sequence[str], why: str) -> None:
        """Withdraw letters to an authority that nothing was decided for after all."""
        for number in numbers:
            with self._book.transaction("work", reference) as tx:
                self.letters.record_withdrawn(tx, reference, number, f"not referred: {why}")
                audit.append(tx, "notice withdrawn", reference, {"number": number, "reason": why}, notice=number)

    def sent(self, number: str, channel: str, at: datetime) -> Change:
        """Record that a notice was sent; the answer's sending meets the deadline and closes the case."""
        with self._book.reading() as tx:
            reference = issued.notice(tx, number).reference
        with self._book.transaction("work", reference) as tx:
            case = after = records.get(tx, reference)
            notice = self.letters.record_sent(tx, number, channel, at)
            acknowledge, answer = duties.of(self._policy(), case)
            if notice.kind in ACKNOWLEDGEMENTS:
                cases.meet(tx, reference, acknowledge, at=at)
                after = rules.acknowledge(case, at)
            elif notice.kind in ANSWERS:
                cases.meet(tx, reference, acknowledge, answer, at=at)
                after = rules.answered(case, at, tx.now)
            elif notice.kind == ENQUIRY:
                due = duties.party_due(self._policy(), at)
                after = replace(case, parties=parties.sent(case.parties, number, at, due))
                duties.set_party_deadline(tx, self._policy(), after)
            records.save(tx, replace(after, version=cases.head(tx, reference).version))
            audit.append(tx, "notice sent", reference, {"number": number, "channel": channel}, notice=number)
        closed = f" {reference} is closed." if after.state == rules.CLOSED else ""
        return Change(DESK, (reference,), news=f"{number} recorded as sent.{closed}")

    def withdraw(self, reference: str, number: str, reason: str, version: int) -> Change:
        """Withdraw a wrong letter; the next of its kind replaces it, and without its answer a case is undecided."""
        with self._book.transaction("work", reference) as tx:
            case = replace(records.get(tx, reference), version=version)
            notice = self.letters.record_withdrawn(tx, reference, number, reason)
            if notice.kind in ANSWERS:
                after = rules.withdrawn(case)
            elif notice.kind in ACKNOWLEDGEMENTS:
                after = replace(case, acknowledged=None)
            else:
                timed = clock.withdrawn(case.clock, number)
                after = replace(case, parties=parties.withdrawn(case.parties, number), clock=timed)
            records.save(tx, after)
            if notice.kind not in TO_AUTHORITY and after.state != rules.CLOSED:
                duties.reset_deadlines(tx, self._policy(), after)
            audit.append(tx, "notice withdrawn", reference, {"number": number, "reason": reason}, notice=number)
        return Change(DESK, (reference,), news=f"{number} is withdrawn. The next letter of its kind replaces it.")

    # --- other steps ---

    def change(self, reference: str, kind: str, language: str, reason: str, version: int) -> Change:
        """Change the kind, which may move the deadlines, or the language of the letters."""
        policy = self._policy()
        with self._book.transaction("work", reference) as tx:
            before = replace(records.get(tx, reference), version=version)
            after = rules.change(before, kind, language, reason, progress(issued.of_case(tx, reference)))
            records.save(tx, after)
            if duties.of(policy, before) != duties.of(policy, after):
                duties.reset_deadlines(tx, policy, after)
            details = {"from": f"{before.kind}, {before.language}", "to": f"{kind}, {language}", "reason": reason}
            audit.append(tx, "kind changed", reference, details)
        return Change(DESK, (reference,))

    def other_deadlines(self, reference: str) -> tuple[Deadline, ...]:
        """Return the later deadlines of the other active packs, one of which may be chosen with a reason."""
        with self._book.reading() as tx:
            return duties.later(self._policy(), records.get(tx, reference))

    def deviate(self, reference: str, pack: str, reason: str, version: int) -> Change:
        """Let a later pack's deadline count for the answer; the earlier one and the reason stay in the audit."""
        with self._book.transaction("work", reference) as tx:
            case = replace(records.get(tx, reference), version=version)
            records.save(tx, case)
            chosen = duties.deviate(tx, self._policy(), case, pack, reason)
            details = {"from": chosen.earliest.due.isoformat(), "to": chosen.due.isoformat(), "reason": chosen.reason}
            audit.append(tx, "another deadline chosen", reference, details, pack=pack)
        return Change(DESK, (reference,), news="The chosen deadline counts; the reason is in the timeline.")

    def assign(self, reference: str, person: str | None, version: int) -> Change:
        """Give the case to a person, or to nobody."""
        name = self._book.directory().names().get(person or "", "nobody")
        return self._change(
            reference, version, "assigned", lambda case, _tx: replace(case, assignee=person), {"to": name}
        )

    def people(self) -> dict[str, str]:
        """Return the names of those who may work cases, by id."""
        known = self._book.directory().people.values()
        return {one.id: one.name for one in known if may(one.actor(), "work")}

    def close_without_letter(self, reference: str, reason: str, version: int) -> Change:
        """Close the case without a letter, because of a recorded reason."""
        with self._book.transaction("work", reference) as tx:
            case = replace(records.get(tx, reference), version=version)
            known = progress(issued.of_case(tx, reference))
            records.save(tx, rules.close_without_letter(case, reason, tx.now, tx.actor.id, known))
            cases.drop_open_deadlines(tx, reference)
            audit.append(tx, "closed without a letter", reference, {"reason": reason})
        return Change(DESK, (reference,), news=f"{reference} is closed.")

    def reopen(self, reference: str, reason: str, version: int) -> Change:
        """Open a closed case again."""
        with self._book.transaction("work", reference) as tx:
            after = rules.reopen(replace(records.get(tx, reference), version=version), reason, tx.now)
            records.save(tx, after)
            duties.set_deadlines(tx, self._policy(), after)
            audit.append(tx, "reopened", reference, {"reason": reason})
        return Change(DESK, (reference,), news=f"{reference} is open again.")

    def hold(self, reference: str, reason: str) -> Change:
        """Hold the person: retention will not touch them until the hold is released."""
        with self._book.transaction("work", reference) as tx:
            case = records.get(tx, reference)
            customer = case.customer if case.linked else ""
            holds.place(tx, reference, reason, customer=customer, email=case.requester.email)
            audit.append(tx, "hold placed", reference, {"reason": reason})
        return Change(DESK, (reference,), news="The person is held; retention will not touch them.")

    def release_hold(self, reference: str, key: str) -> Change:
        """Release a hold."""
        with self._book.transaction("work", reference) as tx:
            holds.release(tx, key)
            audit.append(tx, "hold released", reference)
        return Change(DESK, (reference,), news="The hold is released.")

    def link_incident(self, tx: Any, reference: str, incident: str) -> None:
        """Show an incident with the complaint about it, inside the breach desk's transaction."""
        case = records.get(tx, reference)
        if case.incident:
            raise KnownError(f"{reference} is linked to {case.incident} already.")
        records.save(tx, replace(case, incident=incident))
        audit.append(tx, "linked to a breach", reference, {"incident": incident})

    def unlink_incident(self, tx: Any, reference: str, incident: str, reason: str) -> None:
        """Part a complaint from an incident it does not belong to, inside the breach desk's transaction."""
        if not mail_records.exists(tx, reference):
            return  # its contents were destroyed; there is nothing left that names the incident
        case = records.get(tx, reference)
        records.save(tx, replace(case, incident="" if case.incident == incident else case.incident))
        mail_records.unlink(tx, reference, incident)
        audit.append(tx, "unlinked from a breach", reference, {"incident": incident, "reason": reason})

    def report_breach(self, reference: str, what: str, version: int) -> Change:
        """Hand a true leak to the breach desk, in the same transaction."""
        with self._book.transaction("work", reference) as tx:
            case = replace(records.get(tx, reference), version=version)
            if case.incident:
                raise KnownError(f"This is {case.incident} already.")
            found = IncidentFound(reference, tx.now, what or case.subject or case.kind, tx.actor.name)
            incident = self._log_incident(tx, found)
            records.save(tx, replace(case, incident=incident))
            audit.append(tx, "reported as a breach", reference, {"incident": incident})
        return Change(DESK, (reference, incident), news=f"{incident} is logged; its clocks are running.")
