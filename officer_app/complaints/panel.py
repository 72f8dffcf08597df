"""What the complaint tab shows and in which words: the list's filters, and the facts of the case file."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from PySide6.QtCore import QCoreApplication

from officer_app.complaints import correspondence, dossier, listing, rules
from officer_app.complaints.forms import LANGUAGES
from officer_app.complaints.queue import File
from officer_app.complaints.rules import Complaint
from officer_app.widgets import words
from officer_app.widgets.casefile import CaseHeader, Fact, Pill, Section
from officer_app.widgets.versions import Version, Versions

STATES = {
    rules.RECEIVED: "Received",
    rules.RESOLVING: "Resolving with parties",
    rules.REFERRED: "Referred",
    rules.CLOSED: "Closed",
}
BESIDE = ("change", "assign", "evidence", "deadline", "untrue")
"""Steps whose button stands beside the fact they change, not below the case."""
_OUTCOMES = {
    rules.REPLY: "answered",
    rules.REFUSAL: "refused",
    rules.REFERRAL: "referred to an authority",
    rules.NO_LETTER: "closed without a letter",
}


def _tr(text: str) -> str:
    return QCoreApplication.translate("complaints", text)


def header(file: File, kinds: Mapping[str, str], now: datetime, zone: tzinfo) -> CaseHeader:
    """Return title, reference line, countdown and stepper."""
    case = file.case
    who = case.requester.name or case.requester.email or _tr("unknown person")
    if case.linked:
        who += _tr(", customer {0}").format(case.customer)
    received = _tr("Received {0} by {1}").format(words.day(case.received, zone), case.channel)
    assignee = _tr("assigned to {0}").format(_assignee(file)) if _assignee(file) else _tr("not assigned")
    open_due = [one.due for one in file.deadlines if one.met is None]
    pill = words.due_pill(min(open_due, default=None), now, zone) if case.state != rules.CLOSED else None
    path = _path(case)
    return CaseHeader(
        title=kinds.get(case.kind, case.kind),
        line=f"{case.reference}.  {who}.  {received}, {assignee}.",
        pill=pill,
        stages=tuple(_tr(STATES[state]) for state in path),
        reached=path.index(case.state),
    )


def _path(case: Complaint) -> tuple[str, ...]:
    """Return the states the case goes through; a closed one shows a referral only if there was one."""
    made = case.decision
    skipped = case.state == rules.CLOSED and (made is None or made.outcome != rules.REFERRAL)
    return tuple(state for state in rules.STATES if state != rules.REFERRED or not skipped)


def sections(
    file: File,
    titles: Mapping[str, str],
    kinds: Mapping[str, str],
    now: datetime,
    zone: tzinfo,
    first: Sequence[Section] = (),
    purposes: Mapping[str, str] | None = None,
) -> tuple[Section, ...]:
    """Return the sections in reading order, those of `first` on top; empty ones are left out.

    `titles` are the names of the duties, `kinds` those of the kinds, `purposes` those of the closed list.
    """
    case, purposes = file.case, purposes or {}
    found = [
        *first,
        correspondence.attention(file, zone),
        Section(case.subject or _tr("Complaint"), text=case.text),
        _person(case),
        _about(file, kinds),
        *correspondence.sections(file, kinds, zone),
        _warnings(case),
        _identity(file, zone),
        *dossier.sections(file, purposes, zone),
        _decision(file, zone),
        words.deadlines(file.deadlines, titles, now, zone),
        words.notices(file.notices, zone),
        words.evidence(file.evidence, look=True),
        words.holds(file.holds, zone),
        words.timeline(file.timeline, file.names, zone),
    ]
    return tuple(section for section in found if section.facts or section.text or section.widget)


def versions(before: File, after: File, typed: Sequence[tuple[str, str]], kinds: Mapping[str, str]) -> Section:
    """Return what somebody saved meanwhile beside what was about to be saved."""
    was, now = _facts(before, kinds), _facts(after, kinds)
    rows = [Version(label, was[label], now[label]) for label in now if was[label] != now[label]]
    rows += [Version(label, mine=text) for label, text in typed if text]
    newest = after.timeline[0] if after.timeline else None
    who = after.names.get(newest.actor, "?") if newest else "?"
    return Section(_tr("Saved meanwhile by {0}").format(who), widget=Versions(rows))


def _facts(file: File, kinds: Mapping[str, str]) -> dict[str, str]:
    """Return what two officers may change under each other's hands."""
    case = file.case
    identity = _tr("passed") if case.identified else _tr("not passed") if case.checks else ""
    made = case.decision
    return {
        _tr("Kind"): kinds.get(case.kind, case.kind),
        _tr("State"): listing.state(case.state),
        _tr("Assigned to"): file.names.get(case.assignee or "", ""),
        _tr("Customer"): _tr("not a customer of the shop") if case.customer == rules.NOBODY else case.customer,
        _tr("Identity"): identity,
        _tr("Decision"): _tr(_OUTCOMES[made.outcome]) if made else "",
        _tr("Reasons"): made.reasons if made else "",
        _tr("Findings"): "; ".join(f"{one.allegation}: {_tr(one.result)}" for one in case.findings),
        _tr("Parties"): "; ".join(f"{one.name}: {one.answer or one.question}" for one in case.parties),
        _tr("Data found untrue"): ", ".join(case.untrue.data) if case.untrue else "",
        _tr("Clock"): "; ".join(f"{_tr(one.what)}: {one.reason}" for one in case.clock.moves),
        _tr("Notices"): ", ".join(one.number for one in file.notices),
        _tr("Breach"): case.incident,
    }


def _person(case: Complaint) -> Section:
    who = case.requester
    pairs = (
        (_tr("Name"), who.name),
        (_tr("E-mail"), who.email),
        (_tr("Phone"), who.phone),
        (_tr("Address"), who.address),
    )
    facts = [Fact(label, value) for label, value in pairs if value]
    if case.linked:
        facts.append(Fact(_tr("Customer"), case.customer, action="customer", action_title=_tr("Open card")))
    elif case.customer == rules.NOBODY:
        facts.append(Fact(_tr("Customer"), _tr("not a customer of the shop")))
    if case.incident:
        facts.append(Fact(_tr("Breach"), case.incident, action=f"case:{case.incident}", action_title=_tr("Open")))
    return Section(_tr("Person"), facts)


def _about(file: File, kinds: Mapping[str, str]) -> Section:
    """Return what an officer may change about the case itself, each with its button."""
    open_steps = {step.id for step in file.steps if step.enabled}

    def fact(label: str, value: str, step: str, title: str = "") -> Fact:
        shown = (f"step:{step}", title or _tr("Change")) if step in open_steps else ("", "")
        return Fact(label, value, action=shown[0], action_title=shown[1])

    kind = kinds.get(file.case.kind, file.case.kind)
    language = _tr(LANGUAGES.get(file.case.language, file.case.language))
    facts = [
        fact(_tr("Kind"), _tr("{0}, letters in {1}").format(kind, language), "change"),
        fact(_tr("Assigned to"), _assignee(file) or _tr("nobody"), "assign"),
        fact(_tr("Evidence"), _tr("{0} pieces").format(len(file.evidence)), "evidence", _tr("Add")),
    ]
    if "untrue" in open_steps:
        facts.append(fact(_tr("The person's data"), _tr("not found untrue"), "untrue", _tr("Found untrue")))
    if "deadline" in open_steps:
        facts.append(fact(_tr("Deadline"), _tr("the earliest of all active packs"), "deadline"))
    return Section(_tr("Case"), facts)


def _assignee(file: File) -> str:
    return file.names.get(file.case.assignee or "", "")


def _warnings(case: Complaint) -> Section:
    facts = [Fact(_tr("Attention"), text, tone="amber") for text in case.warnings]
    if not case.complete:
        facts.insert(
            0, Fact(_tr("Attention"), _tr("The mail was not read in full; the original is kept."), tone="amber")
        )
    return Section(_tr("About this mail"), facts)


def _identity(file: File, zone: tzinfo) -> Section:
    facts: list[Fact] = []
    for check in reversed(file.case.checks):
        total = len(check.agreed) + len(check.differed)
        agree = _tr("{0} of {1} agree: {2}").format(len(check.agreed), total, ", ".join(check.agreed) or _tr("none"))
        text = agree if total else check.note or _tr("the code given back")
        if check.differed:
            text += _tr("; differing: {0}").format(", ".join(check.differed))
        pill = Pill(_tr("passed"), "green") if check.passed else Pill(_tr("not passed"), "red")
        facts.append(Fact(dossier.method(check.method), text, pill))
        by = f"{file.names.get(check.by, '?')}, {words.moment(check.at, zone)}"
        facts.append(Fact(_tr("Checked by"), by + (f". {check.note}" if check.note and total else "")))
    return Section(_tr("Identity"), facts)


def _decision(file: File, zone: tzinfo) -> Section:
    made = file.case.decision
    if made is None:
        return Section(_tr("Decision"))
    facts = [Fact(_tr("Outcome"), _tr(_OUTCOMES[made.outcome]))]
    if made.finding:
        facts.append(Fact(_tr("Finding"), _tr(made.finding)))
    pairs = ((_tr("Reasons"), made.reasons), (_tr("Rule"), made.rule), (_tr("Done"), made.done),
             (_tr("Authority"), made.authority))  # fmt: skip
    facts += [Fact(label, value) for label, value in pairs if value]
    if made.at is not None:
        facts.append(Fact(_tr("Decided by"), f"{file.names.get(made.by, '?')}, {words.moment(made.at, zone)}"))
    return Section(_tr("Decision"), facts)
