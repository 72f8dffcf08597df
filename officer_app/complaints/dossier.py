"""What the case file shows of the looking into: findings, parties, the clock, untrue data, a correction, a deletion."""

from collections.abc import Mapping
from datetime import tzinfo

from PySide6.QtCore import QCoreApplication

from officer_app.complaints import findings, report
from officer_app.complaints.queue import File
from officer_app.complaints.stepforms import DATA, METHODS, WRONG
from officer_app.widgets import words
from officer_app.widgets.casefile import Fact, Pill, Section


def _tr(text: str) -> str:
    return QCoreApplication.translate("complaints", text)


def sections(file: File, purposes: Mapping[str, str], zone: tzinfo) -> tuple[Section, ...]:
    """Return the sections, those without a fact left empty; `purposes` are the titles of the closed list."""
    return (
        _findings(file, purposes),
        _parties(file, zone),
        _untrue(file, zone),
        _correction(file, zone),
        _erasure(file, zone),
        _copies(file),
        _clock(file, zone),
        _earlier(file, zone),
    )


def _findings(file: File, purposes: Mapping[str, str]) -> Section:
    titles = {findings.NO_PURPOSE: _tr("none of the policy's purposes"), findings.NO_USE: _tr("no such use found")}
    facts: list[Fact] = []
    open_case = file.case.decision is None and file.case.closed is None
    for one in file.case.findings:
        use = titles.get(one.purpose) or purposes.get(one.purpose, one.purpose)
        action = (f"finding:{one.allegation}", _tr("Take away")) if open_case else ("", "")
        told = f"{_tr(one.result).capitalize()}: {use}\n{one.reasons}"
        facts.append(Fact(one.allegation, told, None, *action))
    return Section(_tr("Findings"), facts)


def _parties(file: File, zone: tzinfo) -> Section:
    facts: list[Fact] = []
    for one in file.case.parties:
        asked = _tr("Asked: {0}").format(one.question)
        if one.answered is not None:
            pill, told = (
                Pill(_tr("answered"), "green"),
                _tr("Answered {0}: {1}").format(words.moment(one.answered, zone), one.answer),
            )
        elif one.silent:
            pill, told = Pill(_tr("no answer")), one.answer
        elif one.due is not None:
            text, tone = words.due(one.due, file.now, zone)
            pill, told = Pill(text, tone), _tr("Answer due {0}").format(words.moment(one.due, zone))
        else:
            pill, told = (
                Pill(_tr("not sent yet"), "amber"),
                _tr("{0} is issued; its time runs once it is sent.").format(one.notice),
            )
        facts.append(Fact(one.name, f"{asked}\n{told}", pill))
    return Section(_tr("Parties"), facts)


def _untrue(file: File, zone: tzinfo) -> Section:
    found = file.case.untrue
    if found is None:
        return Section(_tr("Data found untrue"))
    named = ", ".join(_tr(DATA[key]) for key in found.data)
    if found.confirmed is None:
        pill = Pill(_tr("not confirmed"), "amber")
    else:
        pill = Pill(_tr("confirmed"), "green")
    facts = [Fact(_tr("Untrue"), named, pill), Fact(_tr("How it was found"), found.evidence)]
    by = f"{file.names.get(found.by, '?')}, {words.moment(found.at, zone)}"
    facts.append(Fact(_tr("Found by"), by))
    if found.confirmed is not None:
        remark = f", {found.remark}" if found.remark else ""
        facts.append(Fact(_tr("Confirmed by"), f"{found.confirmed_by}, {words.moment(found.confirmed, zone)}{remark}"))
    if not found.all_of_it:
        facts.append(Fact(_tr("Means"), _tr("Not all main data are untrue: no refusal may rest on it.")))
    return Section(_tr("Data found untrue"), facts)


def _correction(file: File, zone: tzinfo) -> Section:
    known = file.case.correction
    if known is None:
        return Section(_tr("Correction"))
    facts = [Fact(_tr(WRONG[one.fact]), f"{one.stands or '–'} → {one.should}") for one in known.wrong]
    if known.confirmed is None:
        facts.append(Fact(_tr("State"), _tr("To be changed in the shop"), Pill(_tr("open"), "amber")))
    else:
        seen = _tr("seen in the shop") if known.looked_up else _tr("on the officer's word")
        who = f"{known.done_by}, {known.done_on:%d.%m.%Y}" if known.done_on is not None else known.done_by
        facts.append(Fact(_tr("Changed by"), who, Pill(seen, "green" if known.looked_up else "")))
        by = f"{file.names.get(known.confirmed_by, '?')}, {words.moment(known.confirmed, zone)}"
        facts.append(Fact(_tr("Confirmed by"), by))
    return Section(_tr("Correction"), facts)


def _erasure(file: File, zone: tzinfo) -> Section:
    handed = file.case.handed
    if handed is None:
        return Section(_tr("Deletion"))
    by = f"{words.moment(handed.at, zone)}, {file.names.get(handed.by, '?')}"
    facts = [Fact(_tr("Handed over"), by)]
    answer = file.erasure
    if answer is not None:
        facts.append(Fact(_tr("State"), answer.state))
        if answer.erased is not None:
            facts.append(Fact(_tr("Deleted"), words.moment(answer.erased, zone), Pill(_tr("done"), "green")))
        facts += [Fact(_tr("Kept"), one) for one in answer.kept]
        if answer.batch:
            facts.append(Fact(_tr("Run"), answer.batch, action=f"case:{answer.batch}", action_title=_tr("Open")))
    return Section(_tr("Deletion"), facts)


def _copies(file: File) -> Section:
    made = [one for one in file.evidence if one.name == report.COPY and one.kind == "application/json"]
    facts = [
        Fact(one.name, words.size(one.size), action=f"copy:{one.id}", action_title=_tr("Save a copy")) for one in made
    ]
    return Section(_tr("Copy of the person's data"), facts)


def _clock(file: File, zone: tzinfo) -> Section:
    facts: list[Fact] = []
    for one in reversed(file.case.clock.moves):
        moved = f"{words.day(one.was, zone)} → {words.day(one.now, zone)}" if one.was != one.now else ""
        told = "\n".join(part for part in (moved, one.reason, one.rule) if part)
        facts.append(Fact(_tr(one.what).capitalize(), told))
    return Section(_tr("The clock"), facts)


def _earlier(file: File, zone: tzinfo) -> Section:
    facts = []
    for made in reversed(file.case.earlier):
        when = words.day(made.at, zone) if made.at is not None else "?"
        told = ". ".join(part for part in (_tr(made.outcome), made.finding, made.reasons) if part)
        facts.append(Fact(_tr("{0}, {1}").format(when, made.notice or _tr("no letter")), told))
    return Section(_tr("Decided before it was opened again"), facts)


def method(key: str) -> str:
    """Return how an identity was checked, in words."""
    return _tr(METHODS.get(key, key.capitalize()))
