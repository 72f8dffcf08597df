"""What may be done next with a disclosure, by role; a step that cannot be taken yet says why."""

from dataclasses import dataclass
from datetime import datetime

from officer_app.base.steps import Step
from officer_app.disclosures import gate, leaving
from officer_app.disclosures.demand import CARRIER, CLEARED, RECEIVED, SECRECY, Disclosure, Packs


@dataclass(frozen=True)
class Progress:
    """What stands outside the case but decides what may follow: letters not yet sent, or that could be withdrawn."""

    unsent_refusal: str = ""
    unsent_acknowledgement: str = ""
    unsent_clarification: str = ""
    standing: bool = False
    unsent_processor: str = ""
    unsent_request: str = ""
    unsent_notice: str = ""
    unsent_passphrase: str = ""

    @property
    def unsent(self) -> str:
        """A letter that is issued and not sent."""
        found = (self.unsent_refusal, self.unsent_processor, self.unsent_acknowledgement, self.unsent_clarification,
                 self.unsent_request, self.unsent_notice, self.unsent_passphrase)  # fmt: skip
        return next((number for number in found if number), "")


def next_steps(case: Disclosure, roles: tuple[str, ...], progress: Progress, packs: Packs, now: datetime,
               me: str = "") -> tuple[Step, ...]:  # fmt: skip
    """Return the buttons below the case, the most useful first; `me` is the acting person's id."""
    if "officer" not in roles:
        return _manager(case, me)
    if case.closed is not None:
        steps = _Steps()
        if case.release is None:
            steps.add("reopen", "Reopen")
        else:
            steps.add("files", "Save the files")
            steps.add("package", "Make a package")
        if leaving.under_secrecy(case):
            steps.add("tell", "Secrecy has ended")
        _letters(steps, progress)
        return steps.ordered()
    steps = _Steps()
    if progress.unsent:
        steps.add("sent", "Record as sent", useful=True)
    if case.release is not None:
        _telling(steps, case, now, progress)
        steps.add("files", "Save the files")
        steps.add("package", "Make a package")
        steps.add("papers", "Add papers")
        steps.add("hold", "Place a hold")
        _letters(steps, progress)
        return steps.ordered()
    if case.refusal is not None:
        steps.add("reopen", "Take it up again", "Withdraw the refusal first." if progress.unsent_refusal else "")
        _letters(steps, progress)
        return steps.ordered()
    marketing = gate.is_marketing(case.demand)
    if marketing:
        steps.add("refuse", "Refuse", useful=True)
    if case.acknowledged is None and not progress.unsent_acknowledgement:
        first = case.state == RECEIVED and not case.demand.urgent
        steps.add("acknowledge", "Acknowledge", useful=first and not marketing)
    if not marketing:
        _finding(steps, case, now, progress)
        _leaving(steps, case, packs, now)
        if gate.lacking(case, packs, now):
            waiting = (
                f"{progress.unsent_clarification} is issued and not sent yet." if progress.unsent_clarification else ""
            )
            steps.add("clarify", "Ask for clarification", waiting)
        steps.add("refuse", "Refuse")
        if case.state == CLEARED:
            _telling(steps, case, now, progress)
    steps.add("facts", "Complete the demand")
    steps.add("papers", "Add papers", useful=not case.papers)
    if case.subject.linked:
        steps.add("hold", "Place a hold")
    if case.acknowledged is not None or case.clarified is not None:
        steps.add("close", "Not pursued")
    _letters(steps, progress)
    return steps.ordered()


def _letters(steps: "_Steps", progress: Progress) -> None:
    if progress.standing:
        steps.add("withdraw_letter", "Withdraw a letter")
    steps.add("whole", "Whole file as PDF")


def _manager(case: Disclosure, me: str) -> tuple[Step, ...]:
    whole = Step("whole", "Whole file as PDF")
    if case.closed is not None or case.choice is None or case.clearance is not None:
        return (whole,)
    own = "" if case.choice.by != me else "Who chose the data cannot clear it."
    clear = Step("clear", "Clear for release", primary=not own, enabled=not own, why_not=own)
    return (clear, Step("preview", "Preview what leaves"), whole)


def _finding(steps: "_Steps", case: Disclosure, now: datetime, progress: Progress) -> None:
    if not case.subject.linked:
        steps.add("link", "Find the customer", useful=case.demand.body != CARRIER)
    if case.demand.judicial:
        steps.add("call", "Record a call-back", useful=gate.call_back(case) is None)
        doubtful = gate.call_back(case) is None or any(not call.passed for call in case.calls)
        if case.demand.urgent and doubtful:
            steps.add("cool", "What if it waits?")
        if case.subject.linked:
            steps.add("concerns", "Whose acts")
    else:
        if case.demand.body == CARRIER:
            steps.add("processor", "Answer as processor", _waits(progress.unsent_processor), useful=True)
        found = "" if case.subject.linked else "Find the customer first."
        held = gate.confirmation(case, now)
        if held is None:
            nothing = "" if case.demand.scope else "Enter which data is asked for."
            why = found or _waits(progress.unsent_request) or nothing
            asked = case.asked_buyer is not None
            steps.add("ask_buyer", "Ask the buyer again" if asked else "Ask the buyer", why, useful=not asked)
        why = found or ("" if case.papers else "Add the buyer's own words as a paper first.")
        steps.add("confirm", "Record the buyer's confirmation", why, useful=held is None)
        if any(word.withdrawn is None for word in case.confirmations):
            steps.add("withdraw", "The buyer withdrew")
    if case.subject.linked:
        steps.add("link", "Change the customer")


def _waits(number: str) -> str:
    return f"{number} is issued and not sent yet." if number else ""


def _leaving(steps: "_Steps", case: Disclosure, packs: Packs, now: datetime) -> None:
    missing = gate.lacking(case, packs, now)
    closed = missing[0].missing if missing else ""
    nothing = "" if closed or gate.allowed(case, packs, now) else "Nothing of what is asked may be handed over."
    steps.add("choose", "Choose the data", closed or nothing, useful=case.choice is None)
    if case.demand.judicial and not closed:
        steps.add("beyond", "Ask for more than the demand")
    if case.choice is not None:
        steps.add("preview", "Preview what leaves")
    if case.package is not None:
        steps.add("files", "Save the files", closed)
        steps.add("package", "Make a package", closed)
        steps.add("hand_over", "Record the hand-over", closed, useful=True)
    elif case.state == CLEARED:
        steps.add("make", "Make the files", closed, useful=True)
    elif case.choice is not None:
        steps.add("clear", "Clear for release", closed, useful=True)


def _telling(steps: "_Steps", case: Disclosure, now: datetime, progress: Progress) -> None:
    telling = case.telling
    if telling is not None and telling.told is not None:
        return
    steps.add("tell", "Tell the buyer?", useful=case.release is not None and telling is None)
    if case.release is not None and telling is not None and telling.decision != SECRECY:
        early = telling.not_before is not None and now < telling.not_before
        why = "The date before which the buyer is not told has not come." if early else ""
        steps.add("notify", "Write to the buyer", why or _waits(progress.unsent_notice), useful=True)
        steps.add("told", "The buyer was told", why)


class _Steps:
    """Collects steps; the first useful one that can be taken becomes the primary button and leads."""

    def __init__(self) -> None:
        self._found: list[tuple[bool, Step]] = []

    def add(self, key: str, title: str, why_not: str = "", *, useful: bool = False) -> None:
        self._found.append((useful and not why_not, Step(key, title, enabled=not why_not, why_not=why_not)))

    def ordered(self) -> tuple[Step, ...]:
        lead = next((step for useful, step in self._found if useful), None)
        if lead is None:
            return tuple(step for _useful, step in self._found)
        rest = tuple(step for _useful, step in self._found if step is not lead)
        return (Step(lead.id, lead.title, primary=True), *rest)
