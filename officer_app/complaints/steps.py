"""What may be done next with a complaint, and what each step that cannot be taken yet waits for."""

from dataclasses import replace

from officer_app.base.steps import Step
from officer_app.complaints.rules import (
    CLOSED,
    NO_LETTER,
    NOTHING_ISSUED,
    REFERRAL,
    REFERRED,
    REFUSAL,
    REPLY,
    Complaint,
    Progress,
)

_ENDED = {REPLY: "Answered", REFUSAL: "Refused", REFERRAL: "Referred", NO_LETTER: "Closed without a letter"}


def next_steps(
    case: Complaint, roles: tuple[str, ...], progress: Progress = NOTHING_ISSUED, *, choice_of_law: bool = False
) -> tuple[Step, ...]:
    """Return the buttons below the case, the most useful first; a disabled one says why.

    `choice_of_law` says that several active packs have a deadline for the answer, so that a later one may be chosen.
    """
    steps = _steps(case, progress, choice_of_law)
    if "officer" not in roles:
        return tuple(Step(step.id, step.title, enabled=False, why_not="Only an officer works cases.") for step in steps)
    return steps


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


def _steps(case: Complaint, progress: Progress, choice_of_law: bool) -> tuple[Step, ...]:
    sent = Step("sent", "Record as sent", primary=True)
    withdraw = Step("withdraw", "Withdraw a letter")
    if case.state == CLOSED:
        after = (sent,) if progress.unsent else ()
        return (*after, Step("reopen", "Reopen"), *((withdraw,) if progress.standing else ()))
    waiting = f"{progress.unsent_answer} is issued and not sent yet." if progress.unsent_answer else ""
    identity = "Check identity first." if case.must_identify else ""
    steps: list[Step] = []
    if progress.unsent:
        steps.append(sent)
    if case.acknowledged is None and not progress.unsent_acknowledgement:
        steps.append(_step("acknowledge", "Acknowledge", waiting))
    if not case.customer:
        steps.append(Step("link", "Find the customer"))
    if case.linked and not case.identified:
        steps.append(Step("identify", "Check identity"))
    answer = "Answer the request" if case.is_request else "Reply with reasons"
    steps.append(_step("reply", answer, waiting or identity))
    steps.append(_step("refuse", "Refuse", waiting))
    steps.append(_step("refer", "Refer to authority", waiting))
    taken = f"It is {case.incident} already." if case.incident else ""
    steps.append(_step("breach", "This is a breach", taken))
    if case.customer:
        steps.append(Step("link", "Change the link"))
    steps.append(_step("change", "Change kind", waiting))
    if choice_of_law:
        steps.append(Step("deadline", "Choose another deadline"))
    steps.append(Step("assign", "Assign"))
    steps.append(Step("merge", "Merge"))
    steps.append(Step("split", "Split"))
    steps.append(Step("tie", "Tie to a case"))
    steps.append(Step("hold", "Place a hold"))
    if progress.standing:
        steps.append(withdraw)
    steps.append(_step("close", "Close without a letter", waiting))
    return _with_primary(steps)


def _step(key: str, title: str, why_not: str) -> Step:
    return Step(key, title, enabled=not why_not, why_not=why_not)


def _with_primary(steps: list[Step]) -> tuple[Step, ...]:
    """Make the first step that can be taken the primary one."""
    first = next(at for at, step in enumerate(steps) if step.enabled)
    return tuple(replace(step, primary=at == first) for at, step in enumerate(steps))
