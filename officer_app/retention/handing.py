"""What other desks ask of this one: put a person on the review list, and say what became of it."""

from officer_app.base.errors import BugError
from officer_app.base.handover import ErasureAnswer, ErasureAsked
from officer_app.casebook.transaction import Reading, Writing
from officer_app.retention import marks
from officer_app.retention.rules import ERASED, REASONS, TAKEN_BACK


def ask_erasure(tx: Writing, asked: ErasureAsked) -> None:
    """Put the person of a complaint on the review list, inside the complaint's transaction, which audits it.

    KnownError when there is nobody to find, or the complaint was handed over already.
    """
    if asked.ground not in REASONS[:-1]:
        raise BugError(f"no ground {asked.ground}")
    marks.add(tx, asked)


def erasure_of(tx: Reading, complaint: str) -> ErasureAnswer | None:
    """Return what became of the erasure a complaint asked for, None when it asked for none."""
    mark = marks.of_complaint(tx, complaint)
    if mark is None:
        return None
    if mark.state == ERASED:
        return ErasureAnswer("erased", mark.batch, mark.ended, mark.kept)
    if mark.state == TAKEN_BACK:
        return ErasureAnswer("taken off the review list")
    if mark.batch:
        return ErasureAnswer("waiting in a batch", mark.batch)
    return ErasureAnswer("on the review list")
