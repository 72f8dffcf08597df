"""What a request of a right led to: a correction made in the shop and seen there, a deletion handed over."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from officer_app.base.errors import KnownError

FACTS = ("name", "email", "phone", "street", "postcode", "city", "other")
"""What may be corrected; all but "other" can be looked up in the shop afterwards."""
CANCEL, FALSE = "cancel", "false"
"""Why an account goes: the person asked (policy D1), or all its data were found untrue (policy A6, D3)."""


@dataclass(frozen=True)
class Wrong:
    """One thing that is wrong: which, what stands there and what should."""

    fact: str
    stands: str
    should: str


@dataclass(frozen=True)
class Correction:
    """What is to be changed in the shop; then who changed it there and when, and who saw that it is right.

    `looked_up` says that the shop itself showed the new data.
    """

    wrong: tuple[Wrong, ...]
    noted: datetime
    noted_by: str
    done_by: str = ""
    done_on: date | None = None
    confirmed: datetime | None = None
    confirmed_by: str = ""
    looked_up: bool = False


@dataclass(frozen=True)
class Handed:
    """A deletion handed to the retention desk: why, when and by whom."""

    ground: str
    at: datetime
    by: str


def note(known: Correction | None, wrong: Sequence[Wrong], at: datetime, by: str) -> Correction:
    """Note what is to be changed; nothing that was confirmed already is noted over."""
    if known is not None and known.confirmed is not None:
        raise KnownError("The correction was confirmed already.")
    if not wrong:
        raise KnownError("Enter what should stand there.")
    for one in wrong:
        if one.fact not in FACTS:
            raise KnownError("Choose what is wrong from the list.")
        if not one.should.strip():
            raise KnownError("Enter what should stand there.")
    return Correction(tuple(wrong), at, by)


def confirmed(
    known: Correction | None, done_by: str, done_on: date, at: datetime, by: str, *, looked_up: bool
) -> Correction:
    """The shop was changed, and somebody saw it."""
    if known is None:
        raise KnownError("Note first what is to be changed.")
    if known.confirmed is not None:
        raise KnownError("The correction was confirmed already.")
    if not done_by.strip():
        raise KnownError("Enter who changed it in the shop.")
    return replace(known, done_by=done_by.strip(), done_on=done_on, confirmed=at, confirmed_by=by, looked_up=looked_up)
