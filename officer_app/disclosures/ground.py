"""What every step of a disclosure stands on: an open case, nothing left yet, and what ends a clearance."""

from dataclasses import replace

from officer_app.base.errors import KnownError
from officer_app.disclosures.demand import VERIFYING, Disclosure

ALONE = "decided by one person"


def open_only(case: Disclosure) -> None:
    """Refuse a step on a closed case."""
    if case.closed is not None:
        raise KnownError(f"{case.reference} is closed. Reopen it first.")


def unreleased(case: Disclosure) -> None:
    """Refuse a step on a case that is closed or whose data left."""
    open_only(case)
    if case.release is not None:
        raise KnownError("The data was handed over. Record a new demand for anything else.")


def anew(case: Disclosure) -> Disclosure:
    """The ground under a clearance moved: a manager has to look again."""
    return replace(case, state=VERIFYING, clearance=None, package=None)
