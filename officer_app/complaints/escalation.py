"""When a complaint should go to an authority (policy G4): proposed with a reason, decided by the officer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from officer_app.base.errors import KnownError
from officer_app.complaints.matters import Said
from officer_app.complaints.rules import CLOSED, REFERRED, REPLY, Complaint

CRIME, NO_AGREEMENT, MANY, DECISION = "suspected-crime", "no-agreement", "many-persons", "officer-decision"
MOST_PERSONS = 100
"""More persons than these concerned make a matter one for an authority (default; the policy's G4 is silent)."""
_CRIMES = ("account-misuse",)
AUTHORITY = "the authority answered"


@dataclass(frozen=True)
class Proposal:
    """A ground of the policy on which a referral is proposed, and what in this case speaks for it."""

    ground: str
    why: str


def proposed(
    grounds: Iterable[str], case: Complaint, now: datetime, review: datetime | None, persons: int
) -> tuple[Proposal, ...]:
    """Return the grounds that speak for a referral of an open case that has not been referred.

    `grounds` are the policy's triggers, `review` is by when an agreement had to stand, `persons` how many are concerned
    by the incident that the case belongs to.
    """
    if case.state in (CLOSED, REFERRED):
        return ()
    known = set(grounds)
    found = []
    if CRIME in known and case.kind in _CRIMES:
        found.append(Proposal(CRIME, "Somebody else used the account."))
    agreed = case.decision is not None and case.decision.outcome == REPLY
    if NO_AGREEMENT in known and review is not None and now > review and not agreed:
        days = (now - case.received).days
        found.append(Proposal(NO_AGREEMENT, f"No agreement stands {days} days after the receipt."))
    if MANY in known and persons > MOST_PERSONS:
        found.append(Proposal(MANY, f"{case.incident} concerns {persons:,} persons."))
    return tuple(found)


def may_refer(ground: str, reason: str) -> None:
    """Refuse a referral that names no ground, or that the officer decides on alone without saying why."""
    if not ground:
        raise KnownError("Choose on which ground the case is referred.")
    if ground == DECISION and not reason.strip():
        raise KnownError("Give the reasons; every answer carries them.")


def answered(case: Complaint, said: Said, now: datetime) -> None:
    """Refuse an authority's answer to a case that is not with one."""
    if case.state != REFERRED:
        raise KnownError(f"{case.reference} is not with an authority.")
    if not said.text.strip():
        raise KnownError("Enter what the authority answered.")
    if said.received > now:
        raise KnownError("The time of receipt lies in the future. Enter when it really came in.")


def awaits(messages: Iterable[Said], case: Complaint) -> bool:
    """Return whether an authority's answer is still awaited."""
    return case.state == REFERRED and not any(one.how == AUTHORITY for one in messages)
