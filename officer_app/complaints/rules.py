"""The complaint case: its states, what may follow what, and what each decision needs."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from officer_app.base.errors import KnownError

RECEIVED, RESOLVING, REFERRED, CLOSED = "received", "resolving", "referred", "closed"
STATES = (RECEIVED, RESOLVING, REFERRED, CLOSED)
CHANNELS = ("e-mail", "phone", "letter", "visit", "form")
REQUESTS = ("access", "correction", "erasure", "objection", "withdrawal")
NEEDS_IDENTITY = ("access", "correction", "erasure", "leak-to-third-party", "account-misuse")
"""Kinds whose answer hands out or changes a customer's data, or says what became of them: never before the identity
was checked (policy F1, F2)."""
FACTS = ("phone", "order", "street", "postcode", "customer")
"""What may prove an identity. Not the name and the e-mail: whoever pretends to be somebody knows these two, and a
sender can be forged."""
NOBODY = "none"
FINDINGS = ("kept", "not kept", "cannot be established")
"""What was found on an allegation, measured against the closed list of purposes (policy C1, C2)."""
REPLY, REFUSAL, REFERRAL, NO_LETTER = "reply", "refusal", "referral", "no letter"
_PASSES = 2  # stored facts that must agree (policy F1; the default for a silent policy)


@dataclass(frozen=True)
class Requester:
    """Who complains: as they wrote it, never as the shop's database says."""

    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""


@dataclass(frozen=True)
class IdentityCheck:
    """One check of who the requester is: how, against which customer, which facts agreed and which did not, the result,
    when and by whom."""

    method: str
    agreed: tuple[str, ...]
    differed: tuple[str, ...]
    passed: bool
    at: datetime
    by: str
    note: str = ""
    customer: str = ""


@dataclass(frozen=True)
class Decision:
    """What was decided: outcome, finding, reasons, what is done; the notice that tells it."""

    outcome: str
    reasons: str
    finding: str = ""
    rule: str = ""
    done: str = ""
    guidance: str = ""
    authority: str = ""
    notice: str = ""
    at: datetime | None = None
    by: str = ""


@dataclass(frozen=True)
class Complaint:
    """A complaint or request of a data subject.

    `customer` is the shop's customer key, "" while nobody looked, and `NOBODY` for somebody who is not a customer.
    `closing` says why no letter was needed at the end.
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
    version: int = 1

    @property
    def identified(self) -> bool:
        """Whether the newest identity check passed, and was one against the customer who is linked now."""
        return bool(self.checks) and self.checks[-1].passed and self.checks[-1].customer == self.customer

    @property
    def must_identify(self) -> bool:
        """Whether the identity has to be checked before the answer; of somebody who is no customer nothing is held."""
        return self.kind in NEEDS_IDENTITY and self.customer != NOBODY and not self.identified

    @property
    def is_request(self) -> bool:
        """Whether the person asks for a right rather than complains."""
        return self.kind in REQUESTS

    @property
    def linked(self) -> bool:
        """Whether the requester is linked to a customer of the shop."""
        return self.customer not in ("", NOBODY)


@dataclass(frozen=True)
class Intake:
    """What comes in, by mail or as the officer typed it."""

    kind: str
    channel: str
    received: datetime
    requester: Requester
    subject: str
    text: str
    language: str = "en"
    warnings: tuple[str, ...] = field(default=())
    complete: bool = True
    message: str = ""


def open_case(intake: Intake, now: datetime) -> Complaint:
    """Return the new case without its reference; KnownError when something a case needs is missing."""
    if intake.received > now:
        raise KnownError("The time of receipt lies in the future. Enter when it really came in.")
    if intake.channel not in CHANNELS:
        raise KnownError(f"Choose how it came in: {', '.join(CHANNELS)}.")
    # A mail is taken as it is, however little it says; a form is asked for what is missing.
    if intake.channel != "e-mail":
        if not (intake.requester.name or intake.requester.email or intake.requester.phone):
            raise KnownError("Enter a name, an e-mail address or a phone number, so that an answer can be sent.")
        if not intake.text.strip() and not intake.subject.strip():
            raise KnownError("Enter what the person says, in their own words if you can.")
    return Complaint(
        reference="",
        kind=intake.kind,
        state=RECEIVED,
        opened=now,
        received=intake.received,
        channel=intake.channel,
        requester=intake.requester,
        subject=intake.subject,
        text=intake.text,
        language=intake.language,
        warnings=intake.warnings,
        complete=intake.complete,
        message=intake.message,
    )


def _open(case: Complaint) -> None:
    if case.state == CLOSED:
        raise KnownError(f"{case.reference} is closed. Reopen it first.")


def acknowledge(case: Complaint, now: datetime) -> Complaint:
    """The acknowledgement was sent."""
    return replace(case, acknowledged=now, state=RESOLVING if case.state == RECEIVED else case.state)


def may_acknowledge(case: Complaint, progress: "Progress") -> None:
    """Refuse a second acknowledgement."""
    _open(case)
    if case.acknowledged is not None:
        raise KnownError(f"{case.reference} was acknowledged already.")
    if progress.unsent_acknowledgement:
        raise KnownError(f"{progress.unsent_acknowledgement} is issued already. Send it, or withdraw it first.")


def link(case: Complaint, customer: str) -> Complaint:
    """The requester is this customer, or `NOBODY`; an identity check against another customer does not count on."""
    _open(case)
    if not customer:
        raise KnownError("Choose a customer, or say that the person is not one.")
    return replace(case, customer=customer)


def identify(
    case: Complaint, method: str, agreed: tuple[str, ...], differed: tuple[str, ...], now: datetime, by: str, note: str
) -> Complaint:
    """Record a check; it passes when at least two stored facts agree and none differs."""
    _open(case)
    if not case.linked:
        raise KnownError("Link the customer first; there is nothing to compare with.")
    agreed = tuple(fact for fact in dict.fromkeys(agreed) if fact in FACTS)
    differed = tuple(fact for fact in dict.fromkeys(differed) if fact in FACTS)
    if not agreed and not differed:
        raise KnownError("Enter at least two facts that the person gave, to compare them with what the shop holds.")
    passed = len(agreed) >= _PASSES and not differed
    check = IdentityCheck(method, agreed, differed, passed, now, by, note, case.customer)
    return replace(case, checks=(*case.checks, check), state=RESOLVING if case.state == RECEIVED else case.state)


def change(case: Complaint, kind: str, language: str, reason: str, progress: "Progress") -> Complaint:
    """The matter is of another kind than first thought, or its letters are to be in another language."""
    _open(case)
    _nothing_unsent(progress)
    if not reason.strip():
        raise KnownError("Say why it changes; the deadline may move with the kind.")
    return replace(case, kind=kind, language=language)


def _nothing_unsent(progress: "Progress") -> None:
    if progress.unsent_answer:
        raise KnownError(f"{progress.unsent_answer} is issued and not sent yet. Send or withdraw it first.")


def decide(case: Complaint, decision: Decision, progress: "Progress") -> Complaint:
    """Answer with reasons (policy F2); the case closes when the letter was sent."""
    _open(case)
    _nothing_unsent(progress)
    if decision.outcome not in (REPLY, REFUSAL, REFERRAL):
        raise KnownError("Choose between a reply, a refusal and a referral.")
    if not decision.reasons.strip():
        raise KnownError("Give the reasons; every answer carries them.")
    if decision.outcome == REPLY and case.must_identify:
        raise KnownError("Check identity first.")
    if decision.outcome == REPLY and case.is_request and not decision.done.strip():
        raise KnownError("Say what was done about the request.")
    if decision.outcome == REPLY and not case.is_request and decision.finding not in FINDINGS:
        raise KnownError("Say what you found: kept, not kept, or cannot be established.")
    if decision.outcome == REFUSAL and not decision.rule.strip():
        raise KnownError("Name the rule on which you refuse.")
    if decision.outcome == REFERRAL and not decision.authority.strip():
        raise KnownError("Choose the authority to which you refer the case.")
    return replace(case, decision=decision, state=REFERRED if decision.outcome == REFERRAL else RESOLVING)


def answered(case: Complaint, at: datetime, now: datetime) -> Complaint:
    """The letter with the decision was sent: a referral stays open until the authority answers (policy G4)."""
    case = replace(case, acknowledged=case.acknowledged or at)
    if case.decision is None or case.decision.outcome == REFERRAL:
        return case
    return replace(case, state=CLOSED, closed=now)


def withdrawn(case: Complaint) -> Complaint:
    """The letter with the decision was wrong and is withdrawn: the case is undecided again, also when it was closed."""
    return replace(case, decision=None, state=RESOLVING, closed=None, closing="")


def close_without_letter(case: Complaint, reason: str, now: datetime, by: str, progress: "Progress") -> Complaint:
    """Close without a letter, which needs a recorded reason; a decision told before stays the outcome."""
    _open(case)
    _nothing_unsent(progress)
    if not reason.strip():
        raise KnownError("Say why no letter is needed.")
    made = case.decision or Decision(NO_LETTER, reason.strip(), at=now, by=by)
    return replace(case, state=CLOSED, closed=now, decision=made, closing=reason.strip())


def reopen(case: Complaint, reason: str) -> Complaint:
    """Open a closed case again; its history stays."""
    if case.state != CLOSED:
        raise KnownError(f"{case.reference} is not closed.")
    if not reason.strip():
        raise KnownError("Say why the case is opened again.")
    return replace(case, state=RESOLVING, closed=None, closing="")


@dataclass(frozen=True)
class Progress:
    """What stands outside the case but decides what may follow: letters issued and not sent, and whether any stands."""

    unsent_answer: str = ""
    unsent_acknowledgement: str = ""
    unsent_other: str = ""
    standing: bool = False

    @property
    def unsent(self) -> str:
        """One letter that is issued and not sent, or ""."""
        return self.unsent_answer or self.unsent_acknowledgement or self.unsent_other


NOTHING_ISSUED = Progress()
