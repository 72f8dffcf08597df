"""The facts of a disclosure as frozen records: who asks for what, how it was verified, what was decided."""

from dataclasses import dataclass
from datetime import date, datetime

from officer_app.base.handover import Withdrawal

JUDICIAL, THIRD_PARTY = "judicial", "third-party"
SORTS = (JUDICIAL, THIRD_PARTY)
MARKETING = "marketing"
OTHER_PURPOSE = "other"
CARRIER, BUYER_CONFIRMED = "carrier", "buyer-confirmed"
CHANNELS = ("letter", "e-mail", "phone", "visit", "portal")
SUSPECT, VICTIM, WITNESS = "suspect", "victim", "witness"
ROLES = (SUSPECT, VICTIM, WITNESS)
"""Whom the demand concerns: the customer's own acts, or a person who suffered or saw them (policy C3)."""
GUEST = "guest:"
"""What the key of a person with orders and no account begins with; their e-mail address follows."""
NEVER = ("password",)
"""Credentials open an account instead of describing a person: they leave to nobody."""

RECEIVED, VERIFYING, CLEARED, RELEASED, CLOSED = "received", "verifying", "cleared", "released", "closed"
STATES = (RECEIVED, VERIFYING, CLEARED, RELEASED, CLOSED)

HANDED_OVER, IN_PART, REFUSED, NOT_PURSUED = "handed over", "in part", "refused", "not pursued"
PROCESSOR = "as processor"
"""The outcome of a processor's wish: what it needs reaches it under its contract, and nothing else leaves."""
OUTCOMES = (HANDED_OVER, IN_PART, REFUSED, NOT_PURSUED, PROCESSOR)

TELL, SECRECY, NOT_BEFORE = "yes", "secrecy", "not before"


@dataclass(frozen=True)
class Demand:
    """What is asked, as the paper says it; for a third party `body` is the kind of recipient and `agency` its name.

    `scope` are ids of data categories. `orders` (their numbers), `since` and `until` (the days on which they were
    placed) narrow it, `limits` says so in words. `phone` is the number that stands in the letter, which is never
    called. `purpose` is an id of the closed list, `marketing` or `other`.
    """

    sort: str
    body: str
    agency: str
    asked: str
    scope: tuple[str, ...] = ()
    limits: str = ""
    orders: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    number: str = ""
    dated: date | None = None
    legal_basis: str = ""
    signatory: str = ""
    matter: str = ""
    urgent: bool = False
    purpose: str = ""
    purpose_words: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""

    @property
    def judicial(self) -> bool:
        """Whether a judicial body asks."""
        return self.sort == JUDICIAL

    @property
    def document(self) -> str:
        """The document's number and date in one line."""
        day = self.dated.isoformat() if self.dated else ""
        return ", ".join(part for part in (self.number, day) if part)

    @property
    def identity(self) -> tuple[str, ...]:
        """What a call-back confirms; when it changes, the call-back was about something else."""
        return (self.body, self.agency, self.document, self.legal_basis, self.signatory)


@dataclass(frozen=True)
class Subject:
    """The customer concerned: the shop's key, "" while nobody looked, "none" for somebody the shop does not know."""

    customer: str = ""
    name: str = ""
    email: str = ""
    role: str = SUSPECT
    note: str = ""

    @property
    def linked(self) -> bool:
        """Whether it is a customer of the shop."""
        return self.customer not in ("", "none")


@dataclass(frozen=True)
class Item:
    """One thing the shop holds about the customer, ticked or left by itself, as the shop held it when it was chosen.

    `values` are pairs of a field and its text. `order` is the number of the order it belongs to and `day` the local
    day on which that was placed; "" and None where it belongs to none.
    """

    key: str
    category: str
    label: str
    values: tuple[tuple[str, str], ...]
    order: str = ""
    day: date | None = None


@dataclass(frozen=True)
class Changed:
    """One line of a directory entry's history: when, by whom, and what was changed in plain words."""

    at: datetime
    by: str
    what: str


@dataclass(frozen=True)
class Contact:
    """An entry of our own directory: the only place a call-back number comes from; `source` says where we got it.

    For a processor `contract` names the contract (its number and day), `until` is the last day it is in force or None,
    and `task` says what the processor does with which data. `certificate` is the recipient's, as PEM text, or "".
    """

    id: str
    body: str
    agency: str
    phone: str
    source: str
    verified: datetime
    verified_by: str
    address: str = ""
    email: str = ""
    contract: str = ""
    until: date | None = None
    task: str = ""
    certificate: str = ""
    history: tuple[Changed, ...] = ()
    retired: datetime | None = None


@dataclass(frozen=True)
class CallBack:
    """One call to the number in our directory: whom we spoke to, when, and whether the demand is theirs.

    `about` is the demand's identity at that moment.
    """

    contact: str
    agency: str
    phone: str
    whom: str
    at: datetime
    by: str
    passed: bool
    about: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True)
class Confirmation:
    """The buyer's own word: to whom, what for, which data, from when until when, with its evidence.

    `purpose_words` tell a purpose outside the closed list; there they have to be the same as those of the wish.
    `orders` are the numbers of the orders it is limited to, none for all of them. `expires` is the first instant at
    which it no longer holds; silence never makes one.
    """

    customer: str
    recipient: str
    purpose: str
    fields: tuple[str, ...]
    given: datetime
    expires: datetime
    evidence: str
    how: str
    by: str
    purpose_words: str = ""
    withdrawn: datetime | None = None
    orders: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choice:
    """The data an officer wants to hand over, and why no less will do.

    `beyond` says why a judicial body needs data outside its demand; `outside` are the keys of those items. `partly` are
    the categories asked for of which something covered was left out, `lacking` those of which the shop holds nothing.
    """

    items: tuple[Item, ...]
    reason: str
    by: str
    at: datetime
    beyond: str = ""
    partly: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """The categories of data that were chosen from."""
        return tuple(dict.fromkeys(item.category for item in self.items))


@dataclass(frozen=True)
class Clearance:
    """A manager's word that these items may leave, by their keys.

    `remark` says when one person decided alone, `override` why data outside a judicial demand may leave all the same.
    """

    items: tuple[str, ...]
    by: str
    at: datetime
    remark: str = ""
    override: str = ""


@dataclass(frozen=True)
class Frozen:
    """One file of a hand-over: name, media type, size in bytes, SHA-256, and the id under which it is kept sealed."""

    name: str
    kind: str
    size: int
    sha256: str
    kept: str


@dataclass(frozen=True)
class Package:
    """The files of a hand-over, made once and never again: the covering letter's number, the manifest's digest."""

    number: str
    digest: str
    files: tuple[Frozen, ...]
    by: str
    at: datetime


@dataclass(frozen=True)
class HandOver:
    """What left the shop: which categories of data, the files in words, when, to whom, how, by whom."""

    fields: tuple[str, ...]
    what: str
    to: str
    how: str
    at: datetime
    by: str


@dataclass(frozen=True)
class Cooling:
    """The answer to what happens if an urgent demand waits for its verification, and whose it is."""

    answer: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Telling:
    """Whether the buyer is told: yes, no because secrecy was ordered, or not before an instant."""

    decision: str
    reason: str
    by: str
    at: datetime
    not_before: datetime | None = None
    told: datetime | None = None
    how: str = ""


@dataclass(frozen=True)
class Refusal:
    """Why nothing, or nothing more, is handed over, and the notice that says so."""

    reasons: str
    rule: str
    by: str
    at: datetime
    done: str = ""
    notice: str = ""


@dataclass(frozen=True)
class Disclosure:
    """A demand of a judicial body or a third party's wish, with all that was found out and decided.

    `revoked` is what the person concerned withdrew in the register of consents; it is read there and not kept here.
    """

    reference: str
    state: str
    opened: datetime
    received: datetime
    channel: str
    demand: Demand
    subject: Subject = Subject()
    language: str = "en"
    papers: tuple[str, ...] = ()
    calls: tuple[CallBack, ...] = ()
    confirmations: tuple[Confirmation, ...] = ()
    choice: Choice | None = None
    clearance: Clearance | None = None
    package: Package | None = None
    release: HandOver | None = None
    telling: Telling | None = None
    refusal: Refusal | None = None
    cooling: Cooling | None = None
    asked_buyer: datetime | None = None
    acknowledged: datetime | None = None
    clarified: datetime | None = None
    outcome: str = ""
    assignee: str | None = None
    closed: datetime | None = None
    version: int = 1
    revoked: tuple[Withdrawal, ...] = ()


@dataclass(frozen=True)
class Packs:
    """What the active policy packs allow: the bodies that may demand, and the categories of data there are."""

    bodies: frozenset[str]
    categories: frozenset[str]


@dataclass(frozen=True)
class Intake:
    """What comes in, as the officer typed it."""

    demand: Demand
    channel: str
    received: datetime
    language: str = "en"
