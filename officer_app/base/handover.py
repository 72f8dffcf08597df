"""What one desk asks of another; `house` passes the other desk's function in as a plain callable."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class IncidentFound:
    """A complaint turned out to be a breach: the case, when it was noticed, what happened, and who found it."""

    complaint: str
    noticed: datetime
    what: str
    found_by: str


LogIncident = Callable[[Any, IncidentFound], str]
"""Called with the open transaction; returns the incident's reference."""

LinkIncident = Callable[[Any, str, str], None]
"""Called with the open transaction, a complaint's and an incident's reference; the complaint shows it from then on."""

UnlinkIncident = Callable[[Any, str, str, str], None]
"""Called with the open transaction, a complaint's and an incident's reference, and why they do not belong together."""

TieIncident = Callable[[Any, str, str], None]
"""Called with the open transaction, an incident's and a complaint's reference; the incident shows it from then on."""

PersonsOf = Callable[[Any, str], int]
"""Called with an open transaction and an incident's reference; returns how many persons are known to be affected."""

IncidentsOf = Callable[[Sequence[str], Sequence[str]], Mapping[str, tuple[str, ...]]]
"""Called with customer keys and e-mails; returns, by each as given, the open incidents in whose lists the person is."""


@dataclass(frozen=True)
class ErasureAsked:
    """A complaint ends at the retention desk: whose account (`customer` is "" for an e-mail without one), since when.

    `ground` is why the account is to go: "cancel" (the data subject asked, policy D1), "false" or "rule-breaking"
    (policy D3, found with evidence and confirmed by the second person named).
    """

    complaint: str
    customer: str
    email: str
    asked: datetime
    ground: str
    reason: str
    confirmed_by: str = ""


AskErasure = Callable[[Any, ErasureAsked], None]
"""Called with the open transaction; the person is on the review list from then on."""


@dataclass(frozen=True)
class ErasureAnswer:
    """What became of an erasure asked for: its state in plain words, the batch, when it was erased, what was kept."""

    state: str
    batch: str = ""
    erased: datetime | None = None
    kept: tuple[str, ...] = ()


ErasureOf = Callable[[Any, str], ErasureAnswer | None]
"""Called with an open transaction and a complaint's reference; returns None when no erasure was asked for."""


@dataclass(frozen=True)
class Disclosed:
    """Data of a person that left the shop: the disclosure, to whom, when, which categories, on which basis."""

    reference: str
    recipient: str
    at: datetime
    categories: tuple[str, ...]
    basis: str


DisclosuresOf = Callable[[Any, str, str], Sequence[Disclosed]]
"""Called with an open transaction, customer key and e-mail; leaves out what was ordered to be kept secret."""


@dataclass(frozen=True)
class Contact:
    """A person turned to the shop: their customer key and e-mail as far as they are known, and when it came in."""

    customer: str
    email: str
    at: datetime


ContactsSince = Callable[[Any, datetime], Sequence[Contact]]
"""Called with an open transaction and an instant; returns who turned to the shop since then, in no order."""


@dataclass(frozen=True)
class Confirmed:
    """A person's confirmation that data goes to a third party, as a disclosure keeps it with its paper."""

    reference: str
    recipient: str
    purpose: str
    categories: tuple[str, ...]
    given: datetime
    expires: datetime
    how: str
    withdrawn: datetime | None = None


@dataclass(frozen=True)
class Withdrawal:
    """A consent to give data to somebody that the register of consents records as withdrawn at `at`."""

    recipient: str
    purpose: str
    categories: tuple[str, ...]
    at: datetime


WithdrawalsOf = Callable[[Any, str, Sequence[str]], Sequence[Withdrawal]]
"""Called with an open transaction, customer key and e-mails; returns what the person withdrew, in no order."""

ConfirmationsOf = Callable[[Any, str, Sequence[str]], Sequence[Confirmed]]
"""Called with an open transaction, customer key and e-mails; returns the person's confirmations, newest first."""
