"""The review list: why an account is on it, what stands against deleting it, and from when on it may be looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from officer_app.base.steps import Step

REASONS = ("cancel", "false", "rule-breaking", "inactive")
"""The one leading reason of a candidate, the strongest first (policy D1, D3)."""


@dataclass(frozen=True)
class Sign:
    """The newest sign of life: when (None: nothing is recorded, which is unknown and never old), of what, how exact."""

    at: datetime | None
    meaning: str
    precision: str


@dataclass(frozen=True)
class Candidate:
    """An account due for review; `blocks` are sentences that say why it must not be deleted now."""

    key: str
    person: str
    reason: str
    since: datetime | None
    sign: Sign
    facts: tuple[tuple[str, datetime], ...]
    blocks: tuple[str, ...]


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


def next_steps() -> tuple[Step, ...]:
    """Return what can be done with a candidate: look at the person."""
    return (Step("card", "Open customer card", primary=True),)
