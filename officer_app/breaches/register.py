"""The register sheet of an incident: facts, effects, measures, and each decision with its reasons (GDPR Art. 33(5))."""

from datetime import datetime

from officer_app.breaches import letter
from officer_app.breaches.duty import AUTHORITY, INDIVIDUALS, NOT_NOTIFY, POLICE, Duty, Supplement
from officer_app.breaches.letter import Around
from officer_app.breaches.rules import Incident
from officer_app.notices.document import Value
from officer_app.notices.filling import shown_date

_TOLD = {POLICE: "Police", AUTHORITY: "Data authority", INDIVIDUALS: "Customers"}


def told(duty: Duty) -> str:
    """Return in English who a duty tells."""
    return _TOLD.get(duty.duty) or duty.title or duty.duty.replace("-", " ").capitalize()


def fields(case: Incident, around: Around) -> dict[str, Value]:
    """Return the fields of the register sheet."""
    facts = case.facts
    late = [f"{told(d)}: {d.late_reason}" for d in case.duties if d.late_reason]
    severity = f"Severity {case.score.score:g}, {case.score.band} ({case.score.formula})." if case.score else ""
    return {
        "incident_reference": case.reference,
        "happened": letter.happened(case, "en", around.zone),
        "detected": case.noticed.astimezone(around.zone),
        "discovered_by": facts.discovered_by,
        "nature": letter.nature(case, "en"),
        "cause": facts.cause,
        "facts": (*letter.course(case.events, "en", around.zone), *_struck(case, around)),
        "categories_and_counts": letter.counts(case, "en", around),
        "effects": severity or "The severity was not scored yet.",
        "consequences": facts.consequences,
        "measures": (facts.measures or "None recorded yet.", *_tasks(case, around)),
        "decisions": tuple(line for duty in case.duties for line in _decision(case, duty, around)),
        "late_reason": tuple(late),
        "lessons": facts.lessons,
    }


def _when(moment: datetime, around: Around) -> str:
    return shown_date(moment.astimezone(around.zone), "en")


def _struck(case: Incident, around: Around) -> list[str]:
    """Return what was written down first and found wrong later, with the reason."""
    names, found = around.names or {}, []
    for each in case.events:
        if each.struck is not None:
            by = names.get(each.struck_by, "nobody")
            off = f"struck off on {_when(each.struck, around)} by {by}: {each.why}"
            found.append(f"{_when(each.at, around)}: {each.text} ({off})")
    return found


def _tasks(case: Incident, around: Around) -> list[str]:
    names, found = around.names or {}, []
    for each in case.tasks:
        who = names.get(each.owner, "nobody")
        state = f"done {_when(each.done, around)}" if each.done else f"due {_when(each.due, around)}"
        found.append(f"{each.what} ({who}, {state}){f': {each.result}' if each.result else ''}")
    return found


def _decision(case: Incident, duty: Duty, around: Around) -> list[str]:
    names = around.names or {}
    parts = [f"{told(duty)}, due {_when(duty.due, around)}:"]
    if duty.decision == NOT_NOTIFY:
        parts.append(f"not told. Reasons: {duty.reasons}")
    elif duty.sent is not None:
        parts.append(f"told on {_sending(duty, around)}{', late' if duty.late(duty.sent) else ''}.")
    else:
        parts.append("not yet told.")
    if duty.decision != NOT_NOTIFY and duty.reasons:
        parts.append(f"Reasons: {duty.reasons}")
    if duty.decided is not None and duty.decided_by in names:
        parts.append(f"Decided by {names[duty.decided_by]} on {_when(duty.decided, around)}.")
    if duty.duty == INDIVIDUALS:
        parts += [f"List {one.number}: {one.persons:,} persons." for one in case.lists]
    more = [
        f"{told(duty)}, {'final report' if each.final else f'supplement {each.number}'}: told on "
        f"{_sending(each, around)}."
        for each in duty.supplements
        if each.sent is not None
    ]
    return [" ".join(parts), *more]


def _sending(paper: Duty | Supplement, around: Around) -> str:
    notice = f"{paper.notice}, " if paper.notice else ""
    theirs = f"; their reference is {paper.their_reference}" if paper.their_reference else ""
    return f"{_when(paper.sent, around) if paper.sent else ''} ({notice}{paper.channel}{theirs})"
