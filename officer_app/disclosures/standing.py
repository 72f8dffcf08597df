"""Reads a case as it stands now: with what the person concerned withdrew in the register of consents."""

from collections.abc import Sequence
from dataclasses import replace

from officer_app.base.handover import Withdrawal, WithdrawalsOf
from officer_app.casebook.transaction import Reading
from officer_app.disclosures import records
from officer_app.disclosures.demand import GUEST, Disclosure


def nothing_withdrawn(_tx: Reading, _customer: str, _emails: Sequence[str]) -> tuple[Withdrawal, ...]:
    """Return no withdrawal: there is no register of consents beside the desk."""
    return ()


class Standing:
    """The only way by which the desk reads a case before data may leave; `withdrawals` asks the register."""

    def __init__(self, withdrawals: WithdrawalsOf = nothing_withdrawn) -> None:
        self._withdrawals = withdrawals

    def get(self, tx: Reading, reference: str) -> Disclosure:
        """Return one case; KnownError when there is none."""
        case = records.get(tx, reference)
        if case.demand.judicial or case.release is not None or not case.subject.linked:
            return case
        key = case.subject.customer
        emails = {case.subject.email, key.removeprefix(GUEST) if key.startswith(GUEST) else ""} - {""}
        revoked = self._withdrawals(tx, "" if key.startswith(GUEST) else key, sorted(emails))
        return replace(case, revoked=tuple(revoked))
