"""The review list: why an account is on it, what stands against deleting it, and from when on it may be looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from officer_app.policy.entries import Keep

REASONS = ("cancel", "false", "rule-breaking", "inactive")
"""The one leading reason of a candidate, the strongest first (policy D1, D3)."""
FINDINGS = ("false", "rule-breaking")
"""Reasons that somebody has to find, with evidence and a second person (policy A6, D3)."""
ORDERS: Final = "orders"
"""The ground of a batch that erases no account, but makes orders anonymous whose time the law demands is over."""
_INVOICES = ("accounting", "de-invoices", "uk")


OPEN, ERASED, TAKEN_BACK = "open", "erased", "taken back"
"""The states of a mark."""


@dataclass(frozen=True)
class Mark:
    """One account that the casebook wants deleted; false data and rule-breaking count once they are `confirmed`."""

    id: str
    ground: str
    complaint: str
    customer: str
    email: str
    asked: datetime
    by: str
    reason: str
    evidence: str
    confirmed_by: str
    confirmed: datetime | None
    state: str
    batch: str
    ended: datetime | None
    kept: tuple[str, ...] = ()

    @property
    def stands(self) -> bool:
        """Whether it puts the account on the list: a finding only with the second person."""
        return self.state == OPEN and (self.ground == "cancel" or self.confirmed is not None)


@dataclass(frozen=True)
class Sign:
    """The newest sign of life: when (None: nothing is recorded, which is unknown and never old), of what, how exact."""

    at: datetime | None
    meaning: str
    precision: str


@dataclass(frozen=True)
class Candidate:
    """An account due for review; `blocks` are sentences that say why it must not be deleted now.

    `origin` says who put it on the list: a complaint's reference, "finding" of this desk, or "" for the shop's own
    data; `mark` is the casebook's entry behind it. A guest has an e-mail in place of an account: see `guest_key`.
    `kept` says of old orders how many there are, and until when which law kept them.
    """

    key: str
    person: str
    reason: str
    since: datetime | None
    sign: Sign
    facts: tuple[tuple[str, datetime], ...]
    blocks: tuple[str, ...]
    origin: str = ""
    mark: str = ""
    batch: str = ""
    found: bool = False
    kept: str = ""

    @property
    def guest(self) -> bool:
        """Whether only an e-mail is known, no account."""
        return self.key.startswith(_GUEST)

    @property
    def why_not(self) -> str:
        """Why it cannot be put into a batch now, or ""."""
        if self.batch:
            return f"It is in batch {self.batch} already."
        if self.blocks:
            return f"Something stands against it: {'; '.join(self.blocks)}."
        if self.reason in FINDINGS and not self.found:
            return "Record the finding first: the evidence, and a second person who confirms it."
        return ""


@dataclass(frozen=True)
class Period:
    """How many years from the end of their year orders and invoices are kept, and by which rule."""

    years: int
    source: str

    def until(self, placed: datetime, zone: tzinfo) -> date:
        """Return the last day on which an order is kept."""
        return date(placed.astimezone(zone).year + self.years, 12, 31)

    def edge(self, now: datetime, zone: tzinfo) -> datetime:
        """Return the instant before which an order was placed whose time is over now."""
        return datetime(now.astimezone(zone).year - self.years, 1, 1, tzinfo=zone)


def invoices(keeps: Sequence[Keep]) -> tuple[Keep, ...]:
    """Return the rules of the active packs by which orders and invoices are kept."""
    return tuple(keep for keep in keeps if keep.id.startswith(_INVOICES))


def order_period(keeps: Sequence[Keep], of_shop: int) -> Period | None:
    """Return the longest time that a pack or the shop's profile (years) names, None where neither does.

    It counts from the end of the year throughout; where a law counts from the event that is on the safe side.
    """
    longest = max(invoices(keeps), key=lambda one: one.years, default=None)
    if longest is not None and longest.years >= max(of_shop, 1):
        return Period(longest.years, longest.source)
    return Period(of_shop, "shop profile") if of_shop else None


_GUEST = "guest:"


def guest_key(mark: str) -> str:
    """Return how a guest's row is named in a list: by the casebook's entry or an order of theirs, not by the e-mail."""
    return f"{_GUEST}{mark}"


def guest_of(key: str) -> str | None:
    """Return the entry or order by which a guest's row is named, None for an account's."""
    return key.removeprefix(_GUEST) if key.startswith(_GUEST) else None


def cutoff_now(now: datetime, days: int, zone: tzinfo) -> datetime:
    """Return the "now" with which "last activity more than `days` ago" is asked of the shop.

    The day after the last activity is day 1; the account may be looked at from the beginning of the day after day
    `days`, in the controller's zone (policy D3): activity on 1 June, 60 days, from 1 August.
    """
    local = now.astimezone(zone)
    edge = datetime(local.year, local.month, local.day, tzinfo=zone) - timedelta(days=days)
    # Built from the calendar day, so that a change of the clocks in between moves no account by an hour.
    edge = datetime(edge.year, edge.month, edge.day, tzinfo=zone)
    return edge.astimezone(now.tzinfo) + timedelta(days=days)


def blocks(shop: Sequence[str], open_cases: Sequence[str], held_by: Sequence[str]) -> tuple[str, ...]:
    """Return what stands against deleting: the shop's own guards, open cases, legal holds."""
    found = list(shop)
    if open_cases:
        found.append(f"open case {', '.join(open_cases)}")
    if held_by:
        found.append(f"legal hold of {', '.join(held_by)}")
    return tuple(found)


def but(references: Sequence[str], own: str) -> tuple[str, ...]:
    """Return open cases without the one that itself asked for the erasure: it waits for it, and does not block it."""
    return tuple(one for one in dict.fromkeys(references) if one != own)
