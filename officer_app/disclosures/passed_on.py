"""What of a person's data left the shop, for the person who asks for it (GDPR Art. 15(1)(c): the actual recipients)."""

from contextlib import suppress

from officer_app.base.errors import KnownError
from officer_app.base.handover import Disclosed
from officer_app.casebook import cases
from officer_app.casebook.transaction import Reading
from officer_app.casebook.vault import Erased
from officer_app.disclosures import records
from officer_app.disclosures.demand import GUEST, NOT_BEFORE, SECRECY, Disclosure


def of_person(tx: Reading, customer: str, email: str) -> tuple[Disclosed, ...]:
    """Return what left the shop about a person, oldest first.

    Left out is what was ordered to be kept secret, and what may not be told before a date that has not come.
    KnownError while nobody decided whether the person may learn of one: an answer would decide it.
    """
    found: list[Disclosed] = []
    for head in cases.of_person(tx, customers=[customer], emails=[email]):
        if head.desk != records.DESK:
            continue
        with suppress(Erased):  # its contents are gone for good, and whom it concerned with them
            case = records.get(tx, head.reference)
            if case.release is not None and not _of_another(case, customer) and _may_be_told(tx, case):
                found.append(_disclosed(case))
    return tuple(sorted(found, key=lambda one: (one.at, one.reference)))


def _of_another(case: Disclosure, customer: str) -> bool:
    """Tell whether it concerns another account, which merely has the same e-mail address."""
    whose = case.subject.customer
    return bool(customer) and case.subject.linked and not whose.startswith(GUEST) and whose != customer


def _may_be_told(tx: Reading, case: Disclosure) -> bool:
    telling = case.telling
    if telling is None:
        raise KnownError(f"Decide in {case.reference} first whether the buyer is told; this answer would tell them.")
    if telling.decision == NOT_BEFORE:
        return telling.not_before is not None and telling.not_before <= tx.now
    return telling.decision != SECRECY


def _disclosed(case: Disclosure) -> Disclosed:
    assert case.release is not None
    basis = case.demand.legal_basis if case.demand.judicial else "the buyer's confirmation"
    return Disclosed(case.reference, case.demand.agency, case.release.at, case.release.fields, basis)
