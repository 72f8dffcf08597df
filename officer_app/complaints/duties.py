"""Which duties a complaint starts, and its deadlines."""

from dataclasses import replace
from datetime import datetime

from officer_app.base.errors import KnownError
from officer_app.casebook import cases
from officer_app.casebook.transaction import Writing
from officer_app.complaints import clock, parties
from officer_app.complaints.rules import Complaint
from officer_app.policy import deviation
from officer_app.policy.book import Book
from officer_app.policy.deadline import Deadline
from officer_app.policy.deviation import Deviation


def of(policy: Book, case: Complaint) -> tuple[str, str]:
    """Return the acknowledging and the answering duty of the case's kind."""
    kinds = {kind.id: kind.duty for kind in (*policy.complaint_kinds, *policy.request_kinds)}
    acknowledge = "request-acknowledge" if case.is_request else "complaint-acknowledge"
    return acknowledge, kinds.get(case.kind) or "complaint-resolve"


def answer_by(policy: Book, case: Complaint) -> Deadline:
    """Return by when the case is answered, as extended and paused as it is."""
    return _answers(policy, case)[0]


def _answers(policy: Book, case: Complaint) -> tuple[Deadline, ...]:
    duty, clock = of(policy, case)[1], case.clock
    found = policy.deadlines(duty, case.counted, extended=clock.extended, paused=clock.spans)
    if not found:
        raise KnownError(f'No active policy pack has a rule "{duty}". Choose another pack in the settings.')
    return found


def why_not_extended(policy: Book, case: Complaint, stands: datetime | None, now: datetime) -> str:
    """Return why the answer cannot be extended, "" when it can; `stands` is its date as it is."""
    if stands is None:
        return "No clock runs for the answer."
    try:
        clock.may_extend(case.clock, stands, now)
    except KnownError as error:
        return str(error)
    later = answer_by(policy, replace(case, clock=replace(case.clock, extension="—"))).due
    return "" if later > stands else "No active policy pack lets this answer be extended."


def set_deadlines(tx: Writing, policy: Book, case: Complaint) -> None:
    """Start the clocks of what is still owed, counted from the receipt, or from when a closed case was reopened."""
    acknowledge, answer = of(policy, case)
    if answer != acknowledge and case.acknowledged is None and policy.has(acknowledge, case.counted):
        cases.set_deadline(tx, case.reference, policy.deadline(acknowledge, case.counted))
    cases.set_deadline(tx, case.reference, answer_by(policy, case))
    set_party_deadline(tx, policy, case)


def party_due(policy: Book, sent: datetime) -> datetime | None:
    """Return by when a party asked at this time answers, None where no active pack says so."""
    return policy.deadline(parties.DUTY, sent).due if policy.has(parties.DUTY, sent) else None


def set_party_deadline(tx: Writing, policy: Book, case: Complaint) -> None:
    """Let the clock of the party run whose answer is due first; without one, none runs."""
    first = parties.first_due(case.parties)
    if first is None or first.sent is None or not policy.has(parties.DUTY, first.sent):
        cases.drop_deadline(tx, case.reference, parties.DUTY)
    else:
        cases.set_deadline(tx, case.reference, policy.deadline(parties.DUTY, first.sent))


def later(policy: Book, case: Complaint) -> tuple[Deadline, ...]:
    """Return the answer's deadlines of the active packs that lie after the earliest, which is the one that counts."""
    found = _answers(policy, case)
    return tuple(one for one in found if one.due > found[0].due)


def deviate(tx: Writing, policy: Book, case: Complaint, pack: str, reason: str) -> Deviation:
    """Let a later pack's deadline count for the answer, because of a recorded reason; return the choice."""
    chosen = deviation.deviate(_answers(policy, case), pack, reason)
    cases.set_deadline(tx, case.reference, chosen)
    return chosen


def reset_deadlines(tx: Writing, policy: Book, case: Complaint) -> None:
    """Drop the clocks that still run and start those of the case as it is now."""
    cases.drop_open_deadlines(tx, case.reference)
    set_deadlines(tx, policy, case)
