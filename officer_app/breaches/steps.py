"""What may be done next with an incident, by role; a step that cannot be taken yet says why."""

from officer_app.base.steps import Step
from officer_app.breaches import rules
from officer_app.breaches.duty import AUTHORITY, INDIVIDUALS, NOT_NOTIFY, POLICE, Duty, Supplement
from officer_app.breaches.rules import Incident


def next_steps(case: Incident, roles: tuple[str, ...], printing: str = "") -> tuple[Step, ...]:
    """Return the buttons below the case, the most useful first; `printing` names who prints its letters just now."""
    officer = "officer" in roles
    if case.concluded is not None:
        sheets = (Step("register", "Register sheet"), Step("register-in", "Register sheet in…"))
        return (*sheets, *((Step("reopen", "Reopen"),) if officer else ()))
    steps = _Steps()
    if officer:
        _assess(steps, case)
    for duty in case.told:
        _report(steps, case, duty, officer)
    _customers(steps, case, officer, printing)
    if officer:
        told = all(duty.sent is not None for duty in case.duties)
        steps.add("decide", "Decide on a notice", "Everybody was told already." if told else "")
        steps.add("also", "Tell somebody else too")
        if any(not duty.settled and duty.duty != INDIVIDUALS for duty in case.duties):
            steps.add("elsewhere", "Record a report made elsewhere")
    if any(duty.letters for duty in case.duties) and case.lists:
        steps.add("find-letter", "Look at a letter")
    if any(run.finished for run in case.runs):
        steps.add("print-paper", "Print on a printer")
    if officer and rules.has(case, INDIVIDUALS) and rules.letters_signed(case):
        steps.add("public", "Public notice")
    if officer:
        steps.add("assign", "Assign")
    steps.add("register", "Register sheet")
    steps.add("register-in", "Register sheet in…")
    if officer:
        left = rules.open_duties(case)
        why = "Somebody is still to be told, or it is to be decided that they are not." if left else ""
        lacking = rules.missing(case)
        if not why and lacking:
            why = f"The register still lacks {', '.join(lacking)}."
        if not why and rules.undone(case):
            why = "A measure is still to be done."
        if not why and rules.unexplained(case):
            why = rules.UNEXPLAINED
        steps.add("conclude", "Close the incident", why, useful=not why, patient=True)
    return steps.ordered()


class _Steps:
    """Collects steps; the first useful one that can be taken becomes the primary button and leads.

    What no clock waits for leads only when nothing else does.
    """

    def __init__(self) -> None:
        self._found: list[tuple[bool, bool, Step]] = []

    def add(self, key: str, title: str, why_not: str = "", *, useful: bool = False, patient: bool = False) -> None:
        self._found.append((useful and not why_not, patient, Step(key, title, enabled=not why_not, why_not=why_not)))

    def ordered(self) -> tuple[Step, ...]:
        leading = sorted((patient, at) for at, (useful, patient, _step) in enumerate(self._found) if useful)
        steps = [step for _useful, _patient, step in self._found]
        if leading:
            lead = steps.pop(leading[0][1])
            steps.insert(0, Step(lead.id, lead.title, primary=True))
        return tuple(steps)


def _assess(steps: _Steps, case: Incident) -> None:
    steps.add("facts", "Record the facts", useful=bool(rules.missing(case)))
    scored = case.score is not None
    steps.add("severity", "Score the severity", useful=not scored and not rules.missing(case), patient=True)


def titled(duty: Duty) -> str:
    """Return in English, within a sentence, what meets a duty."""
    named = {POLICE: "police report", AUTHORITY: "notice to the data authority"}
    return named.get(duty.duty) or f"notice ({duty.title or duty.duty})"


def of_duty(verb: str, duty: Duty) -> str:
    """Return the id of a step about a duty; the police's are the plain ones."""
    return verb if duty.duty == POLICE else f"{verb}:{duty.duty}"


def _report(steps: _Steps, case: Incident, duty: Duty, officer: bool) -> None:
    if duty.decision == NOT_NOTIFY:
        return
    what, paper, lacking = titled(duty), duty.paper, rules.missing(case)
    more = isinstance(paper, Supplement)
    if duty.sent is not None:
        final = any(each.final for each in duty.supplements if each.sent)
        if officer and not more and not final:
            owed = duty.report is not None and duty.report.phases
            steps.add(of_duty("supplement", duty), f"Supplement the {what}", useful=owed, patient=True)
        if not more:
            return
        what = f"supplement to the {what}"
    facts_first = f"Record the facts first: {', '.join(lacking)}." if lacking else ""
    if paper.notice:
        if officer:
            steps.add(of_duty("sent-report", duty), f"Record the {what} as sent", useful=True)
            steps.add(of_duty("withdraw-report", duty), f"Withdraw the {what}")
        return
    approved = rules.approved(case, duty.duty)
    if approved:
        steps.add(of_duty("issue-report", duty), f"Issue the {what}", facts_first, useful=True)
    drafted = more or duty.report is not None
    if officer:
        title = f"Change the {what}" if drafted else f"Draft the {what}"
        verb = "supplement" if more else "report"
        steps.add(of_duty(verb, duty), title, facts_first, useful=not drafted)
    if drafted and not approved:
        steps.add(of_duty("approve-report", duty), f"Approve the {what}", facts_first, useful=True)


def _customers(steps: _Steps, case: Incident, officer: bool, printing: str) -> None:
    if not rules.has(case, INDIVIDUALS) or case.duty(INDIVIDUALS).decision == NOT_NOTIFY:
        return
    duty, unprinted = case.duty(INDIVIDUALS), case.unprinted
    running = case.unfinished
    if case.unsent is not None and officer:
        steps.add("sent-letters", "Record the letters as sent", useful=True)
    if running is not None:
        why = f"{printing} is printing these letters now. Wait for it, or stop it there." if printing else ""
        steps.add("print", "Go on with the print run", why or rules.can_print(case), useful=True)
        steps.add("print-elsewhere", "Go on in another folder", why or rules.can_print(case))
        if officer:
            steps.add("void-run", "Give up the print run", why)
        return
    if case.unsent is not None and officer:
        steps.add("posted", "Note posted print files")
    if any(run.finished for run in case.runs):
        steps.add("print-again", "Print letters again")
        if officer:
            steps.add("returned", "Note returned letters")
    if officer:
        again = "Freeze a supplement list" if case.lists else "Find affected customers"
        steps.add("affected", again, useful=not case.lists)
    if unprinted is None and case.lists:
        return
    lacking = rules.missing(case)
    facts_first = f"Record the facts first: {', '.join(lacking)}." if lacking else ""
    approved = rules.approved(case, INDIVIDUALS)
    if approved:
        steps.add("print", "Print the letters", rules.can_print(case), useful=True)
    if officer:
        title = "Change the letters" if duty.letters else "Draft the letters"
        steps.add("letters", title, facts_first, useful=duty.letters is None)
    if duty.letters is not None and not approved:
        why = facts_first or ("" if case.lists else "Freeze the list of affected customers first.")
        steps.add("approve-letters", "Approve the letters", why, useful=True)
