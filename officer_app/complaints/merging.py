"""Merges complaints on one matter, splits one with two matters, and ties one to an incident or a disclosure."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from officer_app.base.change import Change
from officer_app.base.errors import Conflict, KnownError
from officer_app.base.handover import TieIncident
from officer_app.casebook import audit, cases, evidence, issued, numbers
from officer_app.casebook.book import Casebook
from officer_app.casebook.transaction import Writing
from officer_app.complaints import duties, findings, mail_records, matters, parties, records, rules
from officer_app.complaints.clock import Clock
from officer_app.complaints.matters import Said
from officer_app.complaints.rules import CLOSED, NO_LETTER, Complaint, Decision
from officer_app.policy.book import Book

_DESKS = {numbers.SERIES[desk]: desk for desk in ("breaches", "disclosures")}


@dataclass(frozen=True)
class Second:
    """The second matter of a complaint, as the officer takes it out: its kind, in one line, and the person's words."""

    kind: str
    subject: str
    text: str


def _plain(reference: str) -> str:
    return reference.strip().upper()


class Merging:
    """Use cases that touch two cases; each of them gets its audit entry, in one transaction."""

    def __init__(
        self, book: Casebook, policy: Callable[[], Book],
        tied: TieIncident = lambda _tx, _incident, _complaint: None,
    ) -> None:  # fmt: skip
        self._book, self._policy, self._tied = book, policy, tied

    def merge(self, reference: str, other: str, reason: str, version: int) -> Change:
        """Merge two complaints on the same matter: the one received first goes on, the other is closed with its reason.

        The younger one's words, messages and evidence are copied to the older one, whose clocks never get later by it.
        KnownError when a letter of the younger one is issued and not sent.
        """
        other = _plain(other)
        if other == reference:
            raise KnownError("A case cannot be merged with itself. Enter the other reference.")
        if not reason.strip():
            raise KnownError("Say why the two are one matter.")
        with self._book.transaction("work") as tx:
            seen, named = self._seen(tx, reference, version), _complaint(tx, other)
            for case in (seen, named):
                if case.state == CLOSED:
                    raise KnownError(f"{case.reference} is closed. Reopen it first.")
            kept, gone = sorted((seen, named), key=lambda case: (case.received, case.reference))
            _nothing_unsent(tx, gone)
            self._hand_over(tx, gone, kept)
            self._close_merged(tx, gone, kept.reference, reason)
            details = {"other": gone.reference, "reason": reason}
            audit.append(tx, "merged with another case", kept.reference, details)
        news = f"{gone.reference} is merged into {kept.reference}, which came in first and goes on."
        return Change(records.DESK, (kept.reference, gone.reference), news=news)

    def _hand_over(self, tx: Writing, gone: Complaint, kept: Complaint) -> None:
        how = f"merged from {gone.reference}"
        words = Said(gone.received, gone.channel, gone.requester, gone.subject, gone.text, how=how, seen=tx.now)
        mail_records.add(tx, kept.reference, words)
        mail_records.move(tx, gone.reference, kept.reference)
        for piece in evidence.of_case(tx, gone.reference):
            evidence.add(tx, kept.reference, piece.name, piece.kind, evidence.read(tx, piece.id))
        mail_records.link(tx, kept.reference, gone.reference, matters.MERGED_FROM)
        open_ones = {one.duty: one for one in cases.deadlines(tx, kept.reference) if one.met is None}
        for theirs in cases.deadlines(tx, gone.reference):
            ours = open_ones.get(theirs.duty)
            if theirs.met is None and ours is not None and theirs.due < ours.due:
                cases.set_deadline(tx, kept.reference, theirs)
        merged = replace(
            kept,
            findings=findings.joined(kept.findings, gone.findings),
            parties=parties.joined(kept.parties, gone.parties),
        )
        _new_version(tx, merged)
        duties.set_party_deadline(tx, self._policy(), merged)

    def _close_merged(self, tx: Writing, gone: Complaint, into: str, reason: str) -> None:
        why = f"merged into {into}: {reason.strip()}"
        made = gone.decision or Decision(NO_LETTER, why, at=tx.now, by=tx.actor.id)
        mail_records.link(tx, gone.reference, into, matters.MERGED_INTO)
        records.save(tx, replace(gone, state=CLOSED, closed=tx.now, decision=made, closing=why))
        cases.drop_open_deadlines(tx, gone.reference)
        audit.append(tx, "merged into another case", gone.reference, {"other": into, "reason": reason})

    def split(self, reference: str, second: Second, reason: str, version: int) -> Change:
        """Take a second matter out into a case of its own, received when the first one was, with the same evidence."""
        if not second.text.strip() or not second.subject.strip():
            raise KnownError("Enter what the second matter is, and the person's words on it.")
        if not reason.strip():
            raise KnownError("Say why there are two matters.")
        policy = self._policy()
        with self._book.transaction("work") as tx:
            case = self._seen(tx, reference, version)
            if case.state == CLOSED:
                raise KnownError(f"{reference} is closed. Reopen it first.")
            year = tx.now.astimezone(policy.zone).year
            new = cases.open_case(tx, records.DESK, second.kind, rules.RECEIVED, year, assignee=case.assignee)
            made = replace(
                case, reference=new, kind=second.kind, state=rules.RECEIVED, opened=tx.now, subject=second.subject,
                text=second.text, decision=None, closing="", incident="", message="", acknowledged=None, findings=(),
                parties=(), clock=Clock(), untrue=None, code=None, correction=None, handed=None, earlier=(),
                reopened=None, version=1,
            )  # fmt: skip
            records.add(tx, made)
            duties.set_deadlines(tx, policy, made)
            for piece in evidence.of_case(tx, reference):
                evidence.add(tx, new, piece.name, piece.kind, evidence.read(tx, piece.id))
            mail_records.link(tx, new, reference, matters.SPLIT_FROM)
            mail_records.link(tx, reference, new, matters.SPLIT_INTO)
            _new_version(tx, case)
            audit.append(tx, "split into two cases", reference, {"other": new, "reason": reason})
            audit.append(tx, "split from another case", new, {"other": reference, "reason": reason})
        return Change(records.DESK, (reference, new), news=f"{new} is opened for the second matter.")

    def tie(self, reference: str, other: str, version: int) -> Change:
        """Tie a complaint to an incident or a disclosure that is there already."""
        other = _plain(other)
        desk = _DESKS.get(other[:1])
        if desk is None:
            raise KnownError("Enter the reference of an incident (B-…) or of a disclosure (D-…).")
        with self._book.transaction("work") as tx:
            if cases.head(tx, other).desk != desk:
                raise KnownError(f"There is no case {other}. Check the reference.")
            case = self._seen(tx, reference, version)
            if any(one.other == other for one in mail_records.links_of(tx, reference)) or case.incident == other:
                raise KnownError(f"{reference} is tied to {other} already.")
            if desk == "breaches":
                if case.incident:
                    raise KnownError(f"This is {case.incident} already.")
                case = replace(case, incident=other)
                relation = matters.INCIDENT
                self._tied(tx, other, reference)
            else:
                relation = matters.DISCLOSURE
            mail_records.link(tx, reference, other, relation)
            records.save(tx, case)
            audit.append(tx, "tied to another case", reference, {"other": other})
            audit.append(tx, "tied to a complaint", other, {"other": reference})
        return Change(records.DESK, (reference, other), news=f"{reference} is tied to {other}.")

    def _seen(self, tx: Writing, reference: str, version: int) -> Complaint:
        case = records.get(tx, reference)
        if case.version != version:
            raise Conflict("Somebody else saved this meanwhile. Compare both versions and save again.")
        return case


def _complaint(tx: Writing, reference: str) -> Complaint:
    if not reference.startswith("C-"):
        raise KnownError("Enter the reference of a complaint, such as C-2026-0001.")
    return records.get(tx, reference)


def _nothing_unsent(tx: Writing, case: Complaint) -> None:
    for notice in issued.of_case(tx, case.reference):
        if notice.state in (issued.ISSUED, issued.RESERVED):
            raise KnownError(f"{notice.number} of {case.reference} is not sent yet. Send or withdraw it first.")


def _new_version(tx: Writing, case: Complaint) -> None:
    """Let whoever has the case open meet what was done to it when they save."""
    records.save(tx, replace(case, version=cases.head(tx, case.reference).version))
