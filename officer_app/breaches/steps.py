"""What may be done next with an incident, by role; a step that cannot be taken yet says why."""

from officer_app.base.steps import Step
from officer_app.breaches import rules
from officer_app.breaches.duty import INDIVIDUALS, NOT_NOTIFY, POLICE
from officer_app.breaches.rules import Incident


def next_steps(case: Incident, roles: tuple[str, ...]) -> tuple[Step, ...]:
    """Return the buttons below the case, the most useful first."""
    officer = "officer" in roles
    if case.concluded is not None:
        return (Step("register", "Register sheet"), *((Step("reopen", "Reopen"),) if officer else ()))
    steps = _Steps()
    if officer:
        _assess(steps, case)
    _police(steps, case, officer)
    _customers(steps, case, officer)
    if officer:
        steps.add("decide", "Decide on a notice")
        if any(not duty.settled and duty.duty != INDIVIDUALS for duty in case.duties):
            steps.add("elsewhere", "Record a report made elsewhere")
    steps.add("register", "Register sheet")
    if officer:
        left = rules.open_duties(case)
        why = "Somebody is still to be told, or it is to be decided that they are not." if left else ""
        lacking = rules.missing(case)
        if not why and lacking:
            why = f"The register still lacks {', '.join(lacking)}."
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


def _police(steps: _Steps, case: Incident, officer: bool) -> None:
    if not rules.police_open(case):
        return
    duty, lacking = case.duty(POLICE), rules.missing(case)
    approved = rules.approved(case, POLICE)
    facts_first = f"Record the facts first: {', '.join(lacking)}." if lacking else ""
    if duty.notice:
        if officer:
            steps.add("sent-report", "Record the report as sent", useful=True)
            steps.add("withdraw-report", "Withdraw the report")
        return
    if approved:
        steps.add("issue-report", "Issue the police report", facts_first, useful=True)
    if officer:
        title = "Change the police report" if duty.report else "Draft the police report"
        steps.add("report", title, facts_first, useful=duty.report is None)
    if duty.report is not None and not approved:
        steps.add("approve-report", "Approve the police report", facts_first, useful=True)


def _customers(steps: _Steps, case: Incident, officer: bool) -> None:
    if not rules.has(case, INDIVIDUALS) or case.duty(INDIVIDUALS).decision == NOT_NOTIFY:
        return
    duty, unprinted = case.duty(INDIVIDUALS), case.unprinted
    running = case.unfinished
    if case.unsent is not None and officer:
        steps.add("sent-letters", "Record the letters as sent", useful=True)
    if running is not None:
        steps.add("print", "Go on with the print run", rules.can_print(case), useful=True)
        steps.add("print-elsewhere", "Go on in another folder", rules.can_print(case))
        if officer:
            steps.add("void-run", "Give up the print run")
        return
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
