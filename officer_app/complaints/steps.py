"""What may be done next with a complaint, and what each step that cannot be taken yet waits for."""

from dataclasses import replace

from officer_app.base.steps import Step
from officer_app.complaints import kinds, parties
from officer_app.complaints.rules import (
    CLOSED,
    NO_LETTER,
    NOBODY,
    NOTHING_ISSUED,
    REFERRAL,
    REFERRED,
    REFUSAL,
    REPLY,
    Complaint,
    Progress,
    missing,
)

_ENDED = {REPLY: "Answered", REFUSAL: "Refused", REFERRAL: "Referred", NO_LETTER: "Closed without a letter"}
_ANSWERS = {
    "access-report": "Send the data report",
    "correction-notice": "Confirm the correction",
    "request-reply": "Answer the request",
    "comment-answer": "Answer",
}


def next_steps(
    case: Complaint,
    roles: tuple[str, ...],
    progress: Progress = NOTHING_ISSUED,
    *,
    choice_of_law: bool = False,
    fixed: str = "",
) -> tuple[Step, ...]:
    """Return the buttons below the case, the most useful first; a disabled one says why.

    `choice_of_law` says that several active packs have a deadline for the answer, so that a later one may be chosen;
    `fixed` why its date cannot be extended.
    """
    steps = _steps(case, progress, choice_of_law, fixed)
    if "officer" not in roles:
        why = "Only an officer works cases."
        return tuple(
            replace(one, primary=True) if one.id == "confirm-untrue" else replace(one, enabled=False, why_not=why)
            for one in (replace(step, primary=False) for step in steps)
        )
    return steps


ANOTHER_SENDER = "Another sender wrote"
"""What the queue says while a message that came from another address than the requester's is unread."""


def stage(
    state: str, acknowledged: bool, outcome: str, unsent: str, *, waiting: str | None = None, news: bool = False
) -> str:
    """Return in a few words what a case needs next, from what its row says without being opened."""
    if news:
        return "Read the new message"
    if unsent:
        return f"Send {unsent}"
    if state == CLOSED:
        return _ENDED.get(outcome, "Closed")
    if state == REFERRED:
        return "Await the authority"
    if waiting:
        return "Await an answer"
    return "Answer" if acknowledged else "Acknowledge"


def _steps(case: Complaint, progress: Progress, choice_of_law: bool, fixed: str) -> tuple[Step, ...]:
    sent = Step("sent", "Record as sent", primary=True)
    withdraw = Step("withdraw", "Withdraw a letter")
    if case.state == CLOSED:
        after = (sent,) if progress.unsent else ()
        return (*after, Step("reopen", "Reopen"), *((withdraw,) if progress.standing else ()))
    waiting = f"{progress.unsent_answer} is issued and not sent yet." if progress.unsent_answer else ""
    steps: list[Step] = []
    if progress.unsent:
        steps.append(sent)
    if case.acknowledged is None and not progress.unsent_acknowledgement:
        steps.append(_step("acknowledge", "Acknowledge", waiting))
    steps += _towards_the_answer(case, waiting)
    steps += _with_others(case, waiting, fixed)
    steps += _untrue(case)
    if case.customer:
        steps.append(Step("link", "Change the link"))
    steps.append(_step("change", "Change kind", waiting))
    if choice_of_law:
        steps.append(Step("deadline", "Choose another deadline"))
    steps += [Step("assign", "Assign"), Step("evidence", "Add evidence")]
    steps += [Step("merge", "Merge"), Step("split", "Split"), Step("tie", "Tie to a case")]
    steps.append(Step("hold", "Place a hold"))
    if progress.standing:
        steps.append(withdraw)
    if case.state == REFERRED:
        steps.append(Step("authority", "Enter the authority's answer"))
    if case.decision is not None and case.decision.outcome == REFERRAL:
        steps.append(Step("file", "File as one PDF"))
    with_authority = "The authority has not answered yet." if case.state == REFERRED else ""
    steps.append(_step("close", "Close without a letter", waiting or with_authority))
    return _with_primary(steps)


def _towards_the_answer(case: Complaint, waiting: str) -> list[Step]:
    """Return the guided steps of the kind, in the order in which they are done, and the answer."""
    needs, lacking = case.made_of.needs, missing(case)
    steps: list[Step] = []
    if not case.customer:
        steps.append(Step("link", "Find the customer"))
    if case.linked and not case.identified:
        steps.append(Step("identify", "Check identity"))
        if kinds.IDENTITY in needs:
            steps.append(Step("code", "Send a code" if case.code is None else "Send another code"))
    identity = kinds.NEEDS[kinds.IDENTITY] if case.must_identify else ""
    if kinds.FINDINGS in needs:
        finding = _step("finding", "Record a finding", waiting)
        if not case.findings:
            steps.append(finding)
    answer = _step("reply", _ANSWERS.get(case.answer_kind, "Reply with reasons"), waiting or (lacking or ("",))[0])
    if kinds.NEEDS[kinds.BREACH] in lacking:
        steps.append(_step("breach", "This is a breach", _known_breach(case)))
    if case.customer != NOBODY and kinds.CORRECTED in needs and kinds.NEEDS[kinds.CORRECTED] in lacking:
        noted = case.correction is not None
        if noted:
            steps.append(Step("corrected", "Seen in the shop"))
        steps.append(_step("correction", "Change what is noted" if noted else "Note what is wrong", identity))
    if case.customer != NOBODY and kinds.HANDED_OVER in needs and case.handed is None:
        steps.append(
            _step("erase", "Hand over to deletion", identity if case.customer else kinds.NEEDS[kinds.CUSTOMER])
        )
    steps.append(answer)
    if kinds.FINDINGS in needs and case.findings:
        steps.append(finding)
    steps.append(_step("refuse", "Refuse", waiting))
    return steps


def _known_breach(case: Complaint) -> str:
    return f"It is {case.incident} already." if case.incident else ""


def _with_others(case: Complaint, waiting: str, fixed: str) -> list[Step]:
    """Return what is asked of others, and what moves the clock."""
    steps = [_step("ask", "Ask a party", waiting)]
    if parties.waited_for(case.parties):
        steps.append(Step("party", "Record a party's answer"))
    if case.clock.paused is not None:
        steps.append(Step("resume", "The person answered"))
    else:
        steps.append(_step("pause", "Ask the person", waiting))
    steps.append(_step("extend", "Extend", waiting or fixed))
    steps.append(_step("refer", "Refer to authority", waiting))
    if kinds.NEEDS[kinds.BREACH] not in missing(case):
        steps.append(_step("breach", "This is a breach", _known_breach(case)))
    return steps


def _untrue(case: Complaint) -> list[Step]:
    """Return what is done about data found untrue (policy A6); nothing of it happens by itself."""
    found = case.untrue
    steps = [Step("untrue", "Data found untrue")] if found is None or found.confirmed is None else []
    if found is not None and found.confirmed is None:
        steps.append(Step("confirm-untrue", "Confirm: untrue"))
    if found is not None and found.may_refuse and case.handed is None and case.linked:
        steps.append(Step("erase-untrue", "Hand over the false account"))
    return steps


def _step(key: str, title: str, why_not: str) -> Step:
    return Step(key, title, enabled=not why_not, why_not=why_not)


def _with_primary(steps: list[Step]) -> tuple[Step, ...]:
    """Make the first step that can be taken the primary one."""
    first = next(at for at, step in enumerate(steps) if step.enabled)
    return tuple(replace(step, primary=at == first) for at, step in enumerate(steps))
