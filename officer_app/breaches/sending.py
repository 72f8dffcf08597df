"""How a duty is met: what was sent and when, told elsewhere, why late, with which proof and reference of theirs."""

from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from officer_app.base.errors import KnownError
from officer_app.breaches.duty import INDIVIDUALS, NOTIFY, Duty, ReportDraft, Supplement, with_paper

_Paper = TypeVar("_Paper", bound=Duty | Supplement)


def send(duty: _Paper, at: datetime, channel: str, their_reference: str = "") -> _Paper:
    """The notice was sent; `their_reference` is the number the recipient gave it."""
    return replace(duty, sent=at, channel=channel, their_reference=their_reference.strip())


def correct(paper: _Paper, at: datetime, channel: str) -> _Paper:
    """What was sent was sent then, in that way; the number the recipient gave it stays."""
    return replace(paper, sent=at, channel=channel)


def prove(duty: Duty, papers: tuple[str, ...]) -> Duty:
    """Add papers that prove the sending of what was sent last."""
    sent = [each for each in duty.papers if each.sent is not None]
    if not sent:
        raise KnownError("Nothing was sent yet. Record the sending first, then add its proof.")
    return with_paper(duty, replace(sent[-1], proof=(*sent[-1].proof, *papers)))


def refer(duty: Duty, their_reference: str) -> Duty:
    """Record the number that the recipient gave to what was sent last; it often comes days later."""
    sent = [each for each in duty.papers if each.sent is not None]
    if not sent or not duty.reports:
        raise KnownError("Nothing was sent yet, so it has no reference of theirs.")
    if not their_reference.strip():
        raise KnownError("Enter the reference that they gave.")
    return with_paper(duty, replace(sent[-1], their_reference=their_reference.strip()))


def take_back(duty: Duty) -> Duty:
    """Take back that somebody was told elsewhere, when that was recorded by mistake."""
    if duty.sent is None or duty.notice or duty.supplements:
        raise KnownError("This cannot be taken back any more. Refresh the case.")
    return replace(duty, sent=None, channel="", their_reference="")


def excused(duty: Duty, at: datetime, late_reason: str) -> Duty:
    """Return the duty with why it is met late; refuse to meet it late without a reason."""
    reason = late_reason.strip() or duty.late_reason
    if at > duty.due and not reason:
        raise KnownError("This was sent after it was due. Enter the reason for the delay; it stands in the register.")
    return replace(duty, late_reason=reason)


def explain(duty: Duty, late_reason: str) -> Duty:
    """Say why what was sent was late, where that shows only now: the time it was noticed was corrected."""
    if duty.sent is None or not duty.late(duty.sent) or duty.late_reason:
        raise KnownError("This needs no reason for a delay any more. Refresh the case.")
    if not late_reason.strip():
        raise KnownError("Enter the reason for the delay; it stands in the register.")
    return replace(duty, late_reason=late_reason.strip())


def tell_elsewhere(
    duty: Duty, channel: str, at: datetime, their_reference: str, now: datetime, by: str, phases: bool = False
) -> Duty:
    """They were told without a notice of ours, on a portal or their own form; with `phases` a final report is owed."""
    if duty.duty == INDIVIDUALS:
        raise KnownError("Customers are told by letter; freeze a list and print the letters.")
    if duty.sent is not None:
        raise KnownError("This was sent already.")
    if duty.notice:
        raise KnownError(f"{duty.notice} is issued. Record it as sent, or withdraw it first.")
    if at > now:
        raise KnownError("This time lies in the future. Enter when it was really sent.")
    if at < duty.start:
        raise KnownError("This time lies before the incident was noticed. Check the date.")
    if not their_reference.strip():
        raise KnownError("Enter the reference or the name of who took the report, as proof.")
    told = replace(duty, decision=NOTIFY, decided=duty.decided or now, decided_by=duty.decided_by or by)
    if phases or duty.report is not None:
        told = replace(told, report=replace(duty.report or ReportDraft("en", ()), phases=phases))
    return send(told, at, channel, their_reference)
