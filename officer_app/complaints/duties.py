"""Which duties a complaint starts, and its deadlines."""

from officer_app.casebook import cases
from officer_app.casebook.transaction import Writing
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


def set_deadlines(tx: Writing, policy: Book, case: Complaint) -> None:
    """Start the clocks of what is still owed, counted from the receipt."""
    acknowledge, answer = of(policy, case)
    for duty in dict.fromkeys((acknowledge, answer)):
        if duty == acknowledge and case.acknowledged is not None:
            continue
        cases.set_deadline(tx, case.reference, policy.deadline(duty, case.received))


def later(policy: Book, case: Complaint) -> tuple[Deadline, ...]:
    """Return the answer's deadlines of the active packs that lie after the earliest, which is the one that counts."""
    found = policy.deadlines(of(policy, case)[1], case.received)
    return tuple(one for one in found if one.due > found[0].due)


def deviate(tx: Writing, policy: Book, case: Complaint, pack: str, reason: str) -> Deviation:
    """Let a later pack's deadline count for the answer, because of a recorded reason; return the choice."""
    chosen = deviation.deviate(policy.deadlines(of(policy, case)[1], case.received), pack, reason)
    cases.set_deadline(tx, case.reference, chosen)
    return chosen


def reset_deadlines(tx: Writing, policy: Book, case: Complaint) -> None:
    """Drop the clocks that still run and start those of the case as it is now."""
    cases.drop_open_deadlines(tx, case.reference)
    set_deadlines(tx, policy, case)
