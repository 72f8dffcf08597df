"""The complaint as it stands in the file: who, what, how far, what was found, asked, checked and decided."""

from dataclasses import dataclass, field
from datetime import datetime

from officer_app.complaints import kinds, parties
from officer_app.complaints.clock import Clock
from officer_app.complaints.findings import Finding, Untrue
from officer_app.complaints.parties import Party
from officer_app.complaints.proof import Code, IdentityCheck
from officer_app.complaints.rights import Correction, Handed

RECEIVED, RESOLVING, REFERRED, CLOSED = "received", "resolving", "referred", "closed"
STATES = (RECEIVED, RESOLVING, REFERRED, CLOSED)
CHANNELS = ("e-mail", "phone", "letter", "visit", "form")
NOBODY = "none"
REPLY, REFUSAL, REFERRAL, NO_LETTER = "reply", "refusal", "referral", "no letter"
GRANTED = "Granted in full."
"""The reasons of a request that was granted and needs no word more; no letter prints them."""
UNTRUE = "untrue"
"""The ground of a refusal because all data were found untrue (policy A6); any other ground is a rule that is named."""


@dataclass(frozen=True)
class Requester:
    """Who complains: as they wrote it, never as the shop's database says."""

    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""


@dataclass(frozen=True)
class Decision:
    """What was decided: outcome, finding on the whole, reasons, what is done; the notice that tells it.

    `ground` is `UNTRUE` for a refusal that rests on untrue data, `kept` what is not deleted, why and until when,
    `advice` the building blocks of guidance, `texts` further paragraphs by the letter's own names for them.
    """

    outcome: str
    reasons: str = ""
    finding: str = ""
    rule: str = ""
    done: str = ""
    guidance: str = ""
    authority: str = ""
    notice: str = ""
    at: datetime | None = None
    by: str = ""
    ground: str = ""
    kept: str = ""
    advice: tuple[str, ...] = ()
    texts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Complaint:
    """A complaint or request of a data subject.

    `customer` is the shop's customer key, "" while nobody looked, and `NOBODY` for somebody who is not a customer.
    `closing` says why no letter was needed at the end; `earlier` are the decisions made before it was opened again.
    """

    reference: str
    kind: str
    state: str
    opened: datetime
    received: datetime
    channel: str
    requester: Requester
    subject: str
    text: str
    language: str = "en"
    customer: str = ""
    assignee: str | None = None
    acknowledged: datetime | None = None
    checks: tuple[IdentityCheck, ...] = ()
    decision: Decision | None = None
    warnings: tuple[str, ...] = ()
    complete: bool = True
    message: str = ""
    incident: str = ""
    closing: str = ""
    closed: datetime | None = None
    findings: tuple[Finding, ...] = ()
    parties: tuple[Party, ...] = ()
    clock: Clock = field(default_factory=Clock)
    untrue: Untrue | None = None
    code: Code | None = None
    correction: Correction | None = None
    handed: Handed | None = None
    earlier: tuple[Decision, ...] = ()
    reopened: datetime | None = None
    version: int = 1

    @property
    def counted(self) -> datetime:
        """From when its time to answer counts: the receipt, or when it was last opened again."""
        return self.reopened or self.received

    @property
    def made_of(self) -> kinds.Kind:
        """What its kind needs, and its letters."""
        return kinds.of(self.kind)

    @property
    def identified(self) -> bool:
        """Whether the newest identity check passed, and was one against the customer who is linked now."""
        return bool(self.checks) and self.checks[-1].passed and self.checks[-1].customer == self.customer

    @property
    def must_identify(self) -> bool:
        """Whether the identity has to be checked before the answer; of somebody who is no customer nothing is held."""
        return kinds.IDENTITY in self.made_of.needs and self.customer != NOBODY and not self.identified

    @property
    def is_request(self) -> bool:
        """Whether the person asks for a right rather than complains."""
        return self.made_of.request

    @property
    def answer_kind(self) -> str:
        """The letter that answers it; of somebody who is no customer there is nothing to report or to correct."""
        kind = self.made_of
        return "request-reply" if kind.request and self.customer == NOBODY else kind.answer

    @property
    def waiting_for(self) -> str | None:
        """Whom the case waits for: the authority, the requester, a party, or nobody but us."""
        if self.state == REFERRED:
            return "authority"
        if self.state != CLOSED and self.clock.paused is not None:
            return "requester"
        return "party" if self.state != CLOSED and parties.waited_for(self.parties) else None

    @property
    def linked(self) -> bool:
        """Whether the requester is linked to a customer of the shop."""
        return self.customer not in ("", NOBODY)
