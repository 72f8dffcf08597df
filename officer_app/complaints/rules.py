"""The complaint case: its states, what may follow what, and what each decision needs."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from officer_app.base.errors import KnownError
from officer_app.base.steps import Step

RECEIVED, RESOLVING, REFERRED, CLOSED = "received", "resolving", "referred", "closed"
STATES = (RECEIVED, RESOLVING, REFERRED, CLOSED)
CHANNELS = ("e-mail", "phone", "letter", "visit", "form")
REQUESTS = ("access", "correction", "erasure", "objection", "withdrawal")
NEEDS_IDENTITY = ("access", "correction", "erasure")
"""Kinds whose answer hands out or changes a person's data: never before the identity was checked (policy F1)."""
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
    """One check of who the requester is: how, which facts agreed and which did not, the result, when and by whom."""

    method: str
    agreed: tuple[str, ...]
    differed: tuple[str, ...]
    passed: bool
    at: datetime
    by: str
    note: str = ""


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

    `customer` is the shop's customer key, "" while nobody looked, and "none" for somebody who is not a customer.
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
    closed: datetime | None = None
    version: int = 1

    @property
    def identified(self) -> bool:
        """Whether the newest identity check passed."""
        return bool(self.checks) and self.checks[-1].passed

    @property
    def is_request(self) -> bool:
        """Whether the person asks for a right rather than complains."""
        return self.kind in REQUESTS

    @property
    def linked(self) -> bool:
        """Whether the requester is linked to a customer of the shop."""
        return self.customer not in ("", "none")


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
    if not (intake.requester.name or intake.requester.email or intake.requester.phone) and intake.complete:
        raise KnownError("Enter a name, an e-mail address or a phone number, so that an answer can be sent.")
    if not intake.text.strip() and not intake.subject.strip() and intake.complete:
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
    _open(case)
    return replace(case, acknowledged=now, state=RESOLVING if case.state == RECEIVED else case.state)


def link(case: Complaint, customer: str) -> Complaint:
    """The requester is this customer, or "none"; earlier identity checks were of another link and do not count on."""
    _open(case)
    if not customer:
        raise KnownError("Choose a customer, or say that the person is not one.")
    if customer != case.customer and case.identified:
        raise KnownError("The identity was checked against the linked customer. Record a new check after unlinking.")
    return replace(case, customer=customer)


def identify(
    case: Complaint, method: str, agreed: tuple[str, ...], differed: tuple[str, ...], now: datetime, by: str, note: str
) -> Complaint:
    """Record a check; it passes when at least two stored facts agree and none differs."""
    _open(case)
    if not case.linked:
        raise KnownError("Link the customer first; there is nothing to compare with.")
    if not agreed and not differed:
        raise KnownError("Enter at least two facts that the person gave, to compare them with what the shop holds.")
    passed = len(set(agreed)) >= _PASSES and not differed
    check = IdentityCheck(method, agreed, differed, passed, now, by, note)
    return replace(case, checks=(*case.checks, check), state=RESOLVING if case.state == RECEIVED else case.state)


def change_kind(case: Complaint, kind: str, reason: str) -> Complaint:
    """The matter is of another kind than first thought."""
    _open(case)
    if not reason.strip():
        raise KnownError("Say why the kind changes; the deadline may move with it.")
    return replace(case, kind=kind)


def decide(case: Complaint, decision: Decision) -> Complaint:
    """Answer with reasons (policy F2); the case closes when the letter was sent."""
    _open(case)
    if not decision.reasons.strip():
        raise KnownError("Give the reasons; every answer carries them.")
    if decision.outcome == REPLY and case.kind in NEEDS_IDENTITY and not case.identified:
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


def answered(case: Complaint, now: datetime) -> Complaint:
    """The letter with the decision was sent: a referral stays open until the authority answers (policy G4)."""
    if case.decision is None or case.decision.outcome == REFERRAL:
        return case
    return replace(case, state=CLOSED, closed=now)


def close_without_letter(case: Complaint, reason: str, now: datetime, by: str) -> Complaint:
    """Close without a letter, which needs a recorded reason."""
    _open(case)
    if not reason.strip():
        raise KnownError("Say why no letter is needed.")
    decision = replace(case.decision, notice="") if case.decision else Decision(NO_LETTER, reason.strip())
    return replace(case, state=CLOSED, closed=now, decision=replace(decision, at=now, by=by))


def reopen(case: Complaint, reason: str) -> Complaint:
    """Open a closed case again; its history stays."""
    if case.state != CLOSED:
        raise KnownError(f"{case.reference} is not closed.")
    if not reason.strip():
        raise KnownError("Say why the case is opened again.")
    return replace(case, state=RESOLVING, closed=None)


@dataclass(frozen=True)
class Progress:
    """What stands outside the case but decides what may follow: an answer issued and not yet sent."""

    unsent_answer: str = ""
    unsent_acknowledgement: str = ""


def next_steps(case: Complaint, roles: tuple[str, ...], progress: Progress) -> tuple[Step, ...]:
    """Return the buttons below the case, the most useful first; a disabled one says why."""
    if "officer" not in roles:
        return (Step("reopen", "Reopen", enabled=False, why_not="Only an officer works cases."),) if case.closed else ()
    if case.state == CLOSED:
        return (Step("reopen", "Reopen"),)
    identity_first = "" if case.identified or case.kind not in NEEDS_IDENTITY else "Check identity first."
    waiting = f"{progress.unsent_answer} is issued and not sent yet." if progress.unsent_answer else ""
    steps: list[Step] = []
    if progress.unsent_answer:
        steps.append(Step("sent", "Record as sent", primary=True))
    elif progress.unsent_acknowledgement:
        steps.append(Step("sent", "Record as sent", primary=case.acknowledged is None))
    if case.acknowledged is None and not progress.unsent_acknowledgement:
        steps.append(_step("acknowledge", "Acknowledge", waiting, primary=not steps))
    if not case.customer:
        steps.append(Step("link", "Find the customer", primary=not any(step.primary for step in steps)))
    if case.linked and not case.identified:
        steps.append(Step("identify", "Check identity", primary=not any(step.primary for step in steps)))
    answer = "Answer the request" if case.is_request else "Reply with reasons"
    primary = not any(step.primary for step in steps)
    steps.append(_step("reply", answer, waiting or identity_first, primary=primary))
    steps.append(_step("refuse", "Refuse", waiting))
    steps.append(_step("refer", "Refer to authority", waiting))
    if case.customer:
        steps.append(Step("link", "Change the link", enabled=not case.identified,
                          why_not="" if not case.identified else "The identity was checked against it."))  # fmt: skip
    steps.append(Step("change_kind", "Change kind"))
    steps.append(
        Step("breach", "This is a breach", enabled=not case.incident,
             why_not=f"It is {case.incident} already." if case.incident else "")
    )  # fmt: skip
    steps.append(Step("hold", "Place a hold"))
    steps.append(Step("close", "Close without a letter", enabled=not waiting, why_not=waiting))
    return tuple(steps)


def _step(key: str, title: str, why_not: str, *, primary: bool = False) -> Step:
    return Step(key, title, primary=primary and not why_not, enabled=not why_not, why_not=why_not)
