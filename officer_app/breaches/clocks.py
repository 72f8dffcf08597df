"""Which notices the active packs ask for, and by when: those that always count, and those an officer finds to apply."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from officer_app.base.errors import KnownError
from officer_app.breaches.duty import DUTIES, INDIVIDUALS, NOTIFY, Duty
from officer_app.breaches.rules import Incident
from officer_app.policy.book import Book
from officer_app.policy.deadline import Deadline, compute

_SENT = "attorney-general-sample"
"""A rule whose clock starts when the customers were told."""
_ABOUT = ("breach-", "cyber-", _SENT)
"""How the ids of rules about incidents begin."""


@dataclass(frozen=True)
class Also:
    """A rule that applies only under a condition: its id, what it asks, when, and from which moment it counts."""

    rule: str
    title: str
    condition: str
    starts: str
    start: datetime | None
    due: datetime
    pack: str


def of_packs(policy: Book, noticed: datetime) -> tuple[Deadline, ...]:
    """Return the deadlines that count from when the incident was noticed: police, authority, customers, then others."""
    named = [duty for pack in policy.packs for rule in pack.rules if not rule.condition for duty in rule.duties]
    others = [name for name in dict.fromkeys(named) if name.startswith("breach-") and name not in DUTIES]
    return tuple(policy.deadline(name, noticed) for name in (*DUTIES, *others) if policy.has(name, noticed))


def duty(deadline: Deadline) -> Duty:
    """Return the duty of a deadline, with nothing done about it yet."""
    return Duty(
        deadline.duty, deadline.start, deadline.due, deadline.outer, deadline.how, deadline.source, deadline.verified,
        title=deadline.law.title["en"], pack=deadline.pack,
    )  # fmt: skip


def _candidates(policy: Book, start: datetime) -> Iterable[Deadline]:
    for pack, calendar in zip(policy.packs, policy.calendars, strict=True):
        for rule in pack.rules:
            if rule.id.startswith(_ABOUT) and (rule.condition or rule.id == _SENT):
                try:
                    yield compute(rule, start, calendar)
                except KnownError:
                    continue  # it counts days in a country that nobody chose: the settings say so


def others(policy: Book, case: Incident) -> tuple[Also, ...]:
    """Return the rules that may apply beside those the incident has."""
    told = next((each.sent for each in case.duties if each.duty == INDIVIDUALS), None)
    found = []
    for each in _candidates(policy, case.noticed):
        law = each.law
        there = any(one.duty == law.id for one in case.duties)
        if there or not law.in_force(case.noticed.astimezone(policy.zone).date()):
            continue
        start = told if law.id == _SENT else case.noticed
        condition = law.condition or law.note
        found.append(Also(law.id, law.title["en"], condition, law.starts, start, each.due, law.pack))
    return tuple(found)


def also(
    policy: Book, case: Incident, rule: str, start: datetime, reasons: str, now: datetime, by: str
) -> tuple[Duty, Deadline]:  # fmt: skip
    """Return the further duty with its deadline; one about the customers makes their clock run by the earlier date."""
    if not reasons.strip():
        raise KnownError("Say why it applies; the reasons stand in the register.")
    if start > now:
        raise KnownError("The time from which it counts lies in the future. Enter when it really was.")
    found = next((each for each in _candidates(policy, start) if each.rule == rule), None)
    if found is None or any(each.duty == rule for each in case.duties):
        raise KnownError("This incident has that duty already, or no active pack knows it. Refresh the case.")
    named = found.law.duties[0] if len(found.law.duties) == 1 else rule
    if named != INDIVIDUALS:
        made = duty(found)
        return replace(made, decision=NOTIFY, reasons=reasons.strip(), decided=now, decided_by=by), found
    known = case.duty(INDIVIDUALS)
    mine = replace(found, duty=INDIVIDUALS)
    if found.due < known.due:
        known = replace(known, due=mine.due, outer=mine.outer, how=mine.how, source=mine.source, pack=mine.pack)
    elif policy.has(INDIVIDUALS, known.start):
        mine = policy.deadline(INDIVIDUALS, known.start)
    return replace(known, decision=NOTIFY, reasons=reasons.strip(), decided=now, decided_by=by), mine


def moved(policy: Book, known: Duty, start: datetime) -> tuple[Duty, Deadline]:
    """Return a duty with its deadline counted from another start; a stricter date than its rule's moves as far."""
    before, fresh = again(policy, known), again(policy, replace(known, start=start))
    if before.due != known.due:
        by = start - known.start
        outer = known.outer + by if known.outer else None
        fresh = replace(fresh, due=known.due + by, outer=outer)
        return replace(known, start=start, due=fresh.due, outer=outer), fresh
    made = duty(fresh)
    return replace(known, start=start, due=made.due, outer=made.outer, how=made.how), fresh


def again(policy: Book, known: Duty) -> Deadline:
    """Return a duty's deadline computed anew, when it was decided after all to tell."""
    if policy.has(known.duty, known.start):
        return policy.deadline(known.duty, known.start)
    found = next((each for each in _candidates(policy, known.start) if each.rule == known.duty), None)
    if found is None:
        raise KnownError("No active policy pack has a rule for this duty. Switch its pack on in the settings.")
    return found
