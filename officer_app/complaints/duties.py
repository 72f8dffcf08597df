"""Which duties a complaint starts, and its deadlines."""

from officer_app.casebook import cases
from officer_app.casebook.transaction import Writing
from officer_app.complaints.rules import Complaint
from officer_app.policy.book import Book


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


def reset_deadlines(tx: Writing, policy: Book, case: Complaint) -> None:
    """Drop the clocks that still run and start those of the case as it is now."""
    cases.drop_open_deadlines(tx, case.reference)
    set_deadlines(tx, policy, case)
