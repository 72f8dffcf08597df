"""What was found: on each allegation against the closed list of purposes, and whether a member's data are untrue."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from officer_app.base.errors import KnownError

KEPT, NOT_KEPT, OPEN = "kept", "not kept", "cannot be established"
FINDINGS = (KEPT, NOT_KEPT, OPEN)
"""What was found on an allegation, measured against the closed list of purposes (policy C1, C2)."""
NO_PURPOSE, NO_USE = "none", "no use"
"""A use that falls under none of the closed purposes; and no such use was found at all."""
MAIN_DATA = ("name", "email", "mobile", "address")
"""What a member has to state truly (policy A6, B1); only when all of it is untrue may a complaint fail on that."""
_MOST = 30


@dataclass(frozen=True)
class Finding:
    """One allegation: the purpose its use of data falls under, what was found, why, when and by whom."""

    allegation: str
    purpose: str
    result: str
    reasons: str
    at: datetime
    by: str


@dataclass(frozen=True)
class Untrue:
    """Data found untrue (policy A6): which, by what evidence, when and by whom; and the second person's word."""

    data: tuple[str, ...]
    evidence: str
    pieces: tuple[str, ...]
    at: datetime
    by: str
    confirmed: datetime | None = None
    confirmed_by: str = ""
    remark: str = ""

    @property
    def all_of_it(self) -> bool:
        """Whether every one of the main data was found untrue; partial untruth is not enough."""
        return set(MAIN_DATA) <= set(self.data)

    @property
    def may_refuse(self) -> bool:
        """Whether a refusal may rest on it: all of it untrue, confirmed by a second person."""
        return self.all_of_it and self.confirmed is not None


def record(found: tuple[Finding, ...], finding: Finding, purposes: Sequence[str]) -> tuple[Finding, ...]:
    """Add a finding, in place of an earlier one on the same allegation; `purposes` are the ids of the closed list."""
    if not finding.allegation.strip():
        raise KnownError("Say what is alleged, in one sentence.")
    if finding.result not in FINDINGS:
        raise KnownError("Say what you found: kept, not kept, or cannot be established.")
    if not finding.reasons.strip():
        raise KnownError("Give the reasons; every finding carries them.")
    if finding.purpose not in (*purposes, NO_PURPOSE, NO_USE):
        raise KnownError("Say under which purpose of the policy the use falls, or that it falls under none.")
    if finding.result == KEPT and finding.purpose == NO_PURPOSE:
        raise KnownError("A use outside the list of purposes was not kept to it. Choose a purpose or another finding.")
    if finding.result == NOT_KEPT and finding.purpose == NO_USE:
        raise KnownError("Where no use was found, nothing was broken. Choose another finding.")
    others = tuple(one for one in found if one.allegation.casefold() != finding.allegation.strip().casefold())
    if len(others) >= _MOST:
        raise KnownError(f"A case holds at most {_MOST} findings. Split it into two cases.")
    return (*others, replace(finding, allegation=finding.allegation.strip(), reasons=finding.reasons.strip()))


def joined(mine: tuple[Finding, ...], theirs: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings of two cases on one matter; where both found on the same allegation, the first stays."""
    known = {one.allegation.casefold() for one in mine}
    return (*mine, *(one for one in theirs if one.allegation.casefold() not in known))


def drop(found: tuple[Finding, ...], allegation: str) -> tuple[Finding, ...]:
    """Take a finding away that was recorded by mistake."""
    left = tuple(one for one in found if one.allegation != allegation)
    if len(left) == len(found):
        raise KnownError("This finding is not in the case any more. Open the case again.")
    return left


def overall(found: Sequence[Finding]) -> str:
    """Return the finding on the whole case, "" when there is none: one broken point makes it broken."""
    results = {one.result for one in found}
    return next((one for one in (NOT_KEPT, OPEN, KEPT) if one in results), "")


def found_untrue(data: Sequence[str], evidence: str, pieces: Sequence[str], at: datetime, by: str) -> Untrue:
    """Return what was found untrue; it counts once a second person confirmed it."""
    known = tuple(one for one in MAIN_DATA if one in data)
    if not known:
        raise KnownError("Say which data were found untrue.")
    if not evidence.strip():
        raise KnownError("Say how each was found untrue and where the evidence lies.")
    return Untrue(known, evidence.strip(), tuple(pieces), at, by)


def confirm(untrue: Untrue | None, at: datetime, by: str, remark: str) -> Untrue:
    """Record the second person's word."""
    if untrue is None:
        raise KnownError("No data were found untrue in this case. Record the finding first.")
    if untrue.confirmed is not None:
        raise KnownError("This finding was confirmed already.")
    return replace(untrue, confirmed=at, confirmed_by=by, remark=remark)
