"""What a person withdrew of the consents to give data to somebody, for the desk that hands data over."""

from collections.abc import Sequence

from officer_app.base.handover import Withdrawal
from officer_app.casebook.transaction import Reading
from officer_app.uses import records


def of_person(tx: Reading, customer: str, emails: Sequence[str]) -> tuple[Withdrawal, ...]:
    """Return the withdrawn consents that name a recipient."""
    return tuple(
        Withdrawal(one.recipient, one.purpose, one.categories, one.withdrawn)
        for one in records.of_person(tx, customer, emails)
        if one.withdrawn is not None and one.recipient
    )
