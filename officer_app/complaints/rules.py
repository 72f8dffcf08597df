"""The complaint case: its states, what may follow what, and what each decision needs."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from officer_app.base.errors import KnownError
from officer_app.complaints import findings, kinds, parties, proof
from officer_app.complaints.complaint import (
    CHANNELS,
    CLOSED,
    GRANTED,
    NO_LETTER,
    NOBODY,
    RECEIVED,
    REFERRAL,
    REFERRED,
    REFUSAL,
    REPLY,
    RESOLVING,
    STATES,
    UNTRUE,
    Complaint,
    Decision,
    Requester,
)
from officer_app.complaints.kinds import NEEDS_IDENTITY, REQUESTS
from officer_app.complaints.proof import FACTS, IdentityCheck

__all__ = [
    "CHANNELS",
    "CLOSED",
    "FACTS",
    "GRANTED",
    "NEEDS_IDENTITY",
    "NOBODY",
    "NOTHING_ISSUED",
    "NO_LETTER",
    "RECEIVED",
    "REFERRAL",
    "REFERRED",
    "REFUSAL",
    "REPLY",
    "REQUESTS",
    "RESOLVING",
    "STATES",
    "UNTRUE",
    "Complaint",
    "Decision",
    "IdentityCheck",
    "Intake",
    "Progress",
    "Requester",
    "acknowledge",
    "answered",
    "change",
    "checked",
    "close_without_letter",
    "decide",
    "identify",
    "link",
    "may_acknowledge",
    "may_identify",
    "missing",
    "must_be_open",
    "open_case",
    "reopen",
    "withdrawn",
]


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


def must_be_open(case: Complaint) -> None:
    """Refuse work on a closed case."""
    if case.state == CLOSED:
        raise KnownError(f"{case.reference} is closed. Reopen it first.")


def acknowledge(case: Complaint, now: datetime) -> Complaint:
    """The acknowledgement was sent."""
    return replace(case, acknowledged=now, state=RESOLVING if case.state == RECEIVED else case.state)


def may_acknowledge(case: Complaint, progress: "Progress") -> None:
    """Refuse a second acknowledgement."""
    must_be_open(case)
    if case.acknowledged is not None:
        raise KnownError(f"{case.reference} was acknowledged already.")
    if progress.unsent_acknowledgement:
        raise KnownError(f"{progress.unsent_acknowledgement} is issued already. Send it, or withdraw it first.")


def link(case: Complaint, customer: str) -> Complaint:
    """The requester is this customer, or `NOBODY`; an identity check against another customer does not count on."""
    must_be_open(case)
    if not customer:
        raise KnownError("Choose a customer, or say that the person is not one.")
    return replace(case, customer=customer)


def identify(
    case: Complaint, method: str, agreed: tuple[str, ...], differed: tuple[str, ...], now: datetime, by: str, note: str,
    confirmed: bool | None = None, least: int = proof.PASSES,
) -> Complaint:  # fmt: skip
    """Record a check; `confirmed` is what the person said on the stored number, or what was seen on a paper.

    `least` is how many stored facts the packs want to agree.
    """
    may_identify(case)
    agreed = tuple(fact for fact in dict.fromkeys(agreed) if fact in FACTS)
    differed = tuple(fact for fact in dict.fromkeys(differed) if fact in FACTS)
    if method in proof.SEEN and not note.strip():
        raise KnownError("Note which paper was seen, and who it shows. Keep no copy of it.")
    if method in proof.COMPARED and confirmed is None and not agreed and not differed:
        raise KnownError("Enter at least two facts that the person gave, to compare them with what the shop holds.")
    passed = proof.passes(method, agreed, differed, confirmed, least)
    return checked(case, IdentityCheck(method, agreed, differed, passed, now, by, note, case.customer))


def may_identify(case: Complaint) -> None:
    """Refuse a check where there is nothing to check against."""
    must_be_open(case)
    if not case.linked:
        raise KnownError("Link the customer first; there is nothing to compare with.")


def checked(case: Complaint, check: IdentityCheck) -> Complaint:
    """Put a check into the file; a failed one stays there."""
    return replace(case, checks=(*case.checks, check), state=RESOLVING if case.state == RECEIVED else case.state)


def change(case: Complaint, kind: str, language: str, reason: str, progress: "Progress") -> Complaint:
    """The matter is of another kind than first thought, or its letters are to be in another language."""
    must_be_open(case)
    _nothing_unsent(progress)
    if not reason.strip():
        raise KnownError("Say why it changes; the deadline may move with the kind.")
    return replace(case, kind=kind, language=language)


def _nothing_unsent(progress: "Progress") -> None:
    if progress.unsent_answer:
        raise KnownError(f"{progress.unsent_answer} is issued and not sent yet. Send or withdraw it first.")


def missing(case: Complaint) -> tuple[str, ...]:
    """Return what the kind's answer still waits for, a sentence each, in the order in which it is done."""
    stranger = case.customer == NOBODY
    there = {
        kinds.CUSTOMER: bool(case.customer),
        kinds.IDENTITY: not case.must_identify,
        kinds.FINDINGS: bool(case.findings),
        kinds.BREACH: bool(case.incident) or findings.overall(case.findings) != findings.NOT_KEPT,
        kinds.CORRECTED: stranger or (case.correction is not None and case.correction.confirmed is not None),
        kinds.HANDED_OVER: stranger or case.handed is not None,
    }
    lacking = [kinds.NEEDS[need] for need in case.made_of.needs if not there[need]]
    silent = parties.waited_for(case.parties)
    if silent:
        names = ", ".join(one.name for one in silent)
        lacking.append(f"Record what {names} answered, or that you wait no longer.")
    return tuple(lacking)


def decide(case: Complaint, decision: Decision, progress: "Progress") -> Complaint:
    """Answer with reasons (policy F2); the case closes when the letter was sent."""
    must_be_open(case)
    _nothing_unsent(progress)
    kind, outcome = case.made_of, decision.outcome
    if outcome not in (REPLY, REFUSAL, REFERRAL):
        raise KnownError("Choose between a reply, a refusal and a referral.")
    if not decision.reasons.strip() and (outcome != REPLY or kind.reasons):
        raise KnownError("Give the reasons; every answer carries them.")
    if outcome == REPLY:
        lacking = missing(case)
        if lacking:
            raise KnownError(lacking[0])
        if kind.done and not decision.done.strip():
            raise KnownError("Say what was done about the request.")
        reasons = decision.reasons.strip() or GRANTED
        decision = replace(decision, reasons=reasons, finding=findings.overall(case.findings))
    if outcome == REFUSAL:
        if not decision.rule.strip():
            raise KnownError("Name the rule on which you refuse.")
        if decision.ground == UNTRUE and (case.untrue is None or not case.untrue.may_refuse):
            raise KnownError("Refuse on this only once all data were found untrue and a second person confirmed it.")
    if outcome == REFERRAL and not decision.authority.strip():
        raise KnownError("Choose the authority to which you refer the case.")
    return replace(case, decision=decision, state=REFERRED if outcome == REFERRAL else RESOLVING)


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
    must_be_open(case)
    _nothing_unsent(progress)
    if case.state == REFERRED:
        raise KnownError("The authority has not answered yet. Enter its answer first.")
    if not reason.strip():
        raise KnownError("Say why no letter is needed.")
    made = case.decision or Decision(NO_LETTER, reason.strip(), at=now, by=by)
    return replace(case, state=CLOSED, closed=now, decision=made, closing=reason.strip())


def reopen(case: Complaint, reason: str, now: datetime) -> Complaint:
    """Open a closed case again; its history stays, its time to answer begins anew."""
    if case.state != CLOSED:
        raise KnownError(f"{case.reference} is not closed.")
    if not reason.strip():
        raise KnownError("Say why the case is opened again.")
    earlier = case.earlier if case.decision is None else (*case.earlier, case.decision)
    clock = replace(case.clock, extension="", pauses=())
    return replace(
        case, state=RESOLVING, closed=None, closing="", decision=None, earlier=earlier, reopened=now, clock=clock
    )


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
