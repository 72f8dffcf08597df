"""What a person confirmed to be given to third parties, for the extract of their consents."""

from collections.abc import Callable, Sequence
from contextlib import suppress

from officer_app.base.handover import Confirmed
from officer_app.casebook import cases
from officer_app.casebook.transaction import Reading
from officer_app.casebook.vault import Erased
from officer_app.disclosures import gate, records
from officer_app.disclosures.demand import Disclosure


def of_person(
    tx: Reading, customer: str, emails: Sequence[str], get: Callable[[Reading, str], Disclosure] = records.get
) -> tuple[Confirmed, ...]:
    """Return a person's confirmations over all disclosures, the newest first; `get` reads a case."""
    found: list[Confirmed] = []
    for head in cases.of_person(tx, customers=[customer] if customer else [], emails=emails):
        if head.desk == records.DESK:
            with suppress(Erased):  # its contents are gone for good
                found += _of_case(get(tx, head.reference), customer)
    return tuple(sorted(found, key=lambda one: one.given, reverse=True))


def _of_case(case: Disclosure, customer: str) -> list[Confirmed]:
    return [
        Confirmed(
            case.reference, word.recipient, word.purpose_words or word.purpose.replace("-", " "), word.fields,
            word.given, word.expires, word.how, word.withdrawn or gate.revoked(case, word),
        )
        for word in case.confirmations
        if not customer or word.customer == customer
    ]
