"""What the desk shows of a batch: how far it is, whom it concerns, what happens, what the check found."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, tzinfo

from officer_app.base.person import masked
from officer_app.base.steps import Step
from officer_app.casebook.people import MANAGER, OFFICER
from officer_app.retention import batch as rules
from officer_app.retention import panel
from officer_app.retention.batch import Batch
from officer_app.retention.batches import BatchFile, BatchRow
from officer_app.retention.forms import TITLES, accounts, counted, tr
from officer_app.retention.own_cases import PastRow
from officer_app.retention.records import Member
from officer_app.retention.rules import ORDERS
from officer_app.widgets import words
from officer_app.widgets.casefile import CaseHeader, Fact, Pill, Section

STATES = {
    rules.FROZEN: "Frozen", rules.NOTICED: "Told", rules.ERASING: "Erasing", rules.ERASED: "Erased",
    rules.CLOSED: "Closed", rules.WITHDRAWN: "Withdrawn",
}  # fmt: skip
_MEMBERS = {
    rules.WAITING: "waiting", rules.GONE: "taken out", "erased": "erased", "skipped": "left out", "failed": "failed",
    "unknown": "not known",
}  # fmt: skip
_SHOWN = 60


def state(row: BatchRow, zone: tzinfo) -> str:
    """Return in a list how far a batch is."""
    if row.state == rules.NOTICED and row.due is not None:
        return tr("told; answers until {0}").format(words.day(row.due, zone))
    return tr(STATES.get(row.state, row.state)).lower()


def header(file: BatchFile, now: datetime, zone: tzinfo) -> CaseHeader:
    """Return title, line, pill and stepper."""
    case, counts = file.batch, file.counts
    pill = None
    if case.state == rules.ERASING:
        pill = Pill(tr("interrupted") if case.stopped else tr("begun"), "amber")
    elif case.state == rules.NOTICED and case.grace is not None:
        pill = Pill(tr("answers until {0}").format(words.day(case.grace, zone)), "" if now <= case.grace else "amber")
    elif case.state == rules.WITHDRAWN:
        pill = Pill(tr("withdrawn"))
    left = tr("{0} of {1}").format(f"{case.members - counts.of(rules.GONE):,}", counted(case.members, case.ground))
    line = tr("{0}, frozen {1} by {2}. {3}.").format(
        case.reference, words.moment(case.frozen, zone), file.names.get(case.author, "?"), left
    )
    told = case.needs_notice and not case.no_notice
    states = [one for one in rules.STATES if one != rules.NOTICED or told or case.state == rules.NOTICED]
    stages = tuple(tr(STATES[one]) for one in states)
    reached = states.index(case.state) if case.state in states else 0
    return CaseHeader(title=tr(TITLES[case.ground]), line=line, pill=pill, stages=stages, reached=reached)


def steps(file: BatchFile, now: datetime, zone: tzinfo, *, running: bool, roles: Sequence[str]) -> tuple[Step, ...]:
    """Return what may be done next with a batch by somebody with these roles: an officer works, a manager approves."""
    local = now.astimezone(zone)
    cut_off = not running and not file.erasing
    found = rules.next_steps(file.batch, file.counts, local, interrupted=cut_off, manager=MANAGER in roles)
    if file.erasing and not running:
        elsewhere = tr("{0} erases it now, in another window or on another computer.").format(file.erasing)
        found = tuple(replace(one, why_not=elsewhere) if one.id == "resume" else one for one in found)
    if OFFICER not in roles:
        found = tuple(one for one in found if one.id in ("approve", "certificate"))
    return tuple(Step(one.id, tr(one.title), one.primary, one.enabled, tr(one.why_not)) for one in found)


def sections(file: BatchFile, zone: tzinfo) -> tuple[Section, ...]:
    """Return the sections in reading order; empty ones are left out."""
    case = file.batch
    title = tr("What happens") if case.started is None else tr("What happened")
    found = (
        Section(tr("How far it is"), _progress(file, zone)),
        Section(title, panel.plan(case.plan, done=case.ended is not None).facts),
        panel.effects(case.effects, case.ticked),
        Section(tr("Left out"), [Fact(f"{count:,}", why, tone="amber") for why, count in file.reasons.items()]),
        Section(tr("What the check found"), _checked(case, zone)),
        _findings(file),
        words.evidence(file.papers, look=True),
        _members(file),
        words.notices(file.notices, zone),
        words.timeline(file.timeline, file.names, zone),
    )
    return tuple(one for one in found if one.facts or one.text)


def _progress(file: BatchFile, zone: tzinfo) -> list[Fact]:
    case = file.batch
    facts = [
        Fact(tr(_MEMBERS.get(one, one)).capitalize(), counted(count, case.ground))
        for one, count in sorted(file.counts.by_state.items()) if count
    ]  # fmt: skip
    if case.no_notice:
        facts.append(Fact(tr("Not told beforehand"), case.no_notice))
    elif case.noticed is not None:
        facts.append(Fact(tr("Told"), words.moment(case.noticed, zone)))
    if case.unreached:
        text = tr("{0}: no address and no e-mail, or a name that cannot be printed").format(accounts(case.unreached))
        facts.append(Fact(tr("Not told"), text, tone="amber"))
    if case.grace is not None:
        facts.append(Fact(tr("Time to answer"), tr("until {0}").format(words.moment(case.grace, zone))))
    if case.needs_manager:
        by = case.approval
        text = tr("by {0}, {1}").format(by.name, words.moment(by.at, zone)) if by else case.needs_manager
        facts.append(Fact(tr("Approved"), f"{text}{', ' + by.remark if by and by.remark else ''}",
                          tone="" if by else "amber"))  # fmt: skip
    if case.started is not None:
        facts.append(Fact(tr("Begun"), f"{words.moment(case.started, zone)}, {', '.join(case.executed)}"))
    if case.stopped:
        facts.append(Fact(tr("Stopped"), case.stopped, tone="amber"))
    if case.ended is not None:
        facts.append(Fact(tr("Ended"), words.moment(case.ended, zone)))
    facts.append(Fact(tr("Frozen list"), f"SHA-256 {case.digest[:32]}…"))
    return facts


def _checked(case: Batch, zone: tzinfo) -> list[Fact]:
    if case.checked is None:
        return []
    clean = len({one.table for one in case.found} - {one.table for one in case.left_over})
    facts = [Fact(words.moment(case.checked, zone), tr("{0} tables are clean").format(f"{clean:,}"),
                  Pill(tr("clean"), "green") if not case.left_over else None)]  # fmt: skip
    for one in case.found:
        if one.state == "clean" and one.rows:
            text = tr("Rows read again by their own numbers and found as the plan makes them: {0}")
            facts.append(Fact(one.place, text.format(f"{one.rows:,}")))
        elif one.state != "clean":
            pill = Pill(tr("left over"), "red") if one.state == "left" else Pill(tr("kept"))
            text = tr("{0} rows").format(f"{one.rows:,}") + (f": {one.reason}" if one.reason else "")
            facts.append(Fact(one.place, text, pill))
    return facts


def _findings(file: BatchFile) -> Section:
    facts = []
    for one in (each for each in file.findings if each.reason):  # forgotten once the account was erased
        facts.append(Fact(one.customer, tr("{0} Proof: {1} Second person: {2}").format(
            _sentence(one.reason), _sentence(one.evidence), one.confirmed_by)))  # fmt: skip
    return Section(tr("What was found"), facts)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?")) or not text else f"{text}."


def _members(file: BatchFile) -> Section:
    before = file.batch.state in (rules.FROZEN, rules.NOTICED)
    facts = [_member(one, before) for one in file.members[:_SHOWN] if one.person is not None]
    if len(file.members) > _SHOWN:
        facts.append(Fact("", tr("The first {0} are shown.").format(_SHOWN)))
    return Section(tr("Accounts, masked") if file.batch.ground != ORDERS else tr("Customers, masked"), facts)


def _member(one: Member, before: bool) -> Fact:
    person = one.person
    assert person is not None
    parts = [masked(person.name or person.email)]
    if one.sign:
        meaning, _, day = one.sign.rpartition(" ")
        said = tr(panel.MEANINGS.get(meaning, meaning))
        parts.append(f"{said} {words.date(date.fromisoformat(day))}" if day[:1].isdigit() else one.sign)
    text = ", ".join(filter(None, parts))
    if one.state != rules.WAITING:
        text += f" ({tr(_MEMBERS.get(one.state, one.state))})"
    takeable = before and one.state == rules.WAITING
    return Fact(person.key or tr("guest"), text, action=f"member:{one.id}" if takeable else "",
                action_title=tr("Take out") if takeable else "")  # fmt: skip


# --- the casebook's own cases -----------------------------------------------------------------------------------------


def closed(row: PastRow, zone: tzinfo) -> str:
    """Return in a list when a case was closed."""
    return tr("closed {0}").format(words.day(row.closed, zone))


def past(rows: Sequence[PastRow], zone: tzinfo) -> tuple[CaseHeader, tuple[Section, ...], tuple[Step, ...]]:
    """Return what is shown of closed cases past their time; nothing of them is opened."""
    ready = [row for row in rows if not row.held]
    one = rows[0]
    title = one.reference if len(rows) == 1 else tr("{0} cases chosen").format(len(rows))
    line = tr("The time is over; {0} can be erased.").format(len(ready))
    facts = [
        Fact(row.reference, tr("{0}, kept until {1} ({2})").format(closed(row, zone), words.day(row.until, zone),
                                                                   row.source),
             Pill(tr("kept"), "amber") if row.held else None)
        for row in rows[:_SHOWN]
    ]  # fmt: skip
    what = tr(
        "The key of each case is destroyed: texts, names, evidence and letters can be read by nobody any more. Its "
        "line in the register, the numbers and the audit stay, and the audit can still be checked. In older backups "
        "the case lives on until they are gone."
    )
    sections = (Section(tr("Cases"), facts), Section(tr("What erasing does"), text=what))
    why = "" if len(ready) == len(rows) else tr("A legal hold keeps one of them.")
    name = tr("Erase {0}").format(one.reference) if len(rows) == 1 else tr("Erase {0} cases").format(len(rows))
    steps = (Step("erase-cases", name, primary=not why, enabled=not why, why_not=why),)
    return CaseHeader(title=title, line=line), sections, steps
