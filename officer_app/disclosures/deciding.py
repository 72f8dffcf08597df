"""What was chosen, cleared and handed over, as the case file shows it side by side and decision by decision."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QSpacerItem, QWidget

from officer_app.disclosures.demand import (
    HANDED_OVER,
    IN_PART,
    NOT_BEFORE,
    NOT_PURSUED,
    PROCESSOR,
    REFUSED,
    SECRECY,
    TELL,
    Disclosure,
)
from officer_app.disclosures.queue import File
from officer_app.widgets import words
from officer_app.widgets.casefile import Fact, Section
from officer_app.widgets.plain import Label, name
from officer_app.widgets.theme import px

OUTCOMES = {
    HANDED_OVER: "handed over",
    IN_PART: "handed over in part",
    REFUSED: "refused",
    NOT_PURSUED: "not pursued",
    PROCESSOR: "answered as processor",
}
TELLING = {TELL: "yes", SECRECY: "no, secrecy was ordered", NOT_BEFORE: "not before a date"}


def _tr(text: str) -> str:
    return QCoreApplication.translate("disclosures", text)


def side_by_side(file: File, fields: Mapping[str, str]) -> QWidget:
    """Return the table that shows each kind of data as asked, allowed, chosen and handed over."""
    case = file.case
    chosen = case.choice.fields if case.choice else ()
    left = case.release.fields if case.release else ()
    asked = case.demand.scope
    lines = (*asked, *(field for field in chosen if field not in asked))
    table = QWidget()
    grid = QGridLayout(table)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(px(16))
    grid.setVerticalSpacing(px(4))
    columns = (_tr("asked"), _tr("allowed"), _tr("chosen"), _tr("handed over"))
    for at, title in enumerate(columns, 1):
        grid.addWidget(Label(title, role="section"), 0, at)
    # as wide as the labels of the facts around it, where there is room
    grid.addItem(QSpacerItem(px(144), 0, QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum), 0, 0)
    grid.setColumnStretch(len(columns) + 1, 1)
    released = case.release is not None
    for line, field in enumerate(lines, 1):
        title = fields.get(field, field)
        inside = field in asked
        covered = inside and (field in file.allowed or (released and field in left))
        marks = (inside, covered, field in chosen, field in left)
        grid.addWidget(Label(title, role="muted", wrap=True), line, 0)
        for at, (mark, column) in enumerate(zip(marks, columns, strict=True), 1):
            count = _count(case, field) if mark and column in columns[2:] else ""
            cell = Label(f"{column}{count}" if mark else "–", role="" if mark else "muted")
            name(cell, f"{title}: {column if mark else _tr('not {0}').format(column)}")
            grid.addWidget(cell, line, at, Qt.AlignmentFlag.AlignLeft)
    name(table, _tr("Data asked, allowed and chosen"))
    return table


def _count(case: Disclosure, field: str) -> str:
    """Return how many items of a category were chosen, where it is more than one."""
    items = case.choice.items if case.choice is not None else ()
    count = sum(item.category == field for item in items)
    return f" ({count})" if count > 1 else ""


def decisions(file: File, fields: Mapping[str, str], zone: tzinfo) -> Section:
    """Return what was decided, by whom and when."""
    case, names = file.case, file.names
    facts: list[Fact] = []

    def by(person: str, at: datetime) -> str:
        return f"{names.get(person, '?')}, {words.moment(at, zone)}"

    def listed(keys: Sequence[str]) -> str:
        return ", ".join(fields.get(key, key) for key in keys)

    if case.choice is not None:
        chosen = ", ".join(item.label for item in case.choice.items)
        facts.append(Fact(_tr("Chosen"), f"{chosen} ({by(case.choice.by, case.choice.at)})"))
        facts.append(Fact(_tr("Why no less"), case.choice.reason))
    if case.choice is not None and case.choice.outside:
        outside = ", ".join(item.label for item in case.choice.items if item.key in case.choice.outside)
        facts.append(Fact(_tr("Outside the demand"), _tr("{0}, because: {1}").format(outside, case.choice.beyond)))
    if case.clearance is not None:
        remark = f", {case.clearance.remark}" if case.clearance.remark else ""
        facts.append(Fact(_tr("Cleared by"), by(case.clearance.by, case.clearance.at) + remark))
    if case.clearance is not None and case.clearance.override:
        facts.append(Fact(_tr("Allowed beyond"), case.clearance.override))
    if case.release is not None:
        done = case.release
        facts.append(Fact(_tr("Handed over"), _tr("{0} to {1}, {2}").format(listed(done.fields), done.to, done.how)))
        facts.append(Fact(_tr("What exactly"), done.what))
        facts.append(Fact(_tr("Handed over by"), by(done.by, done.at)))
    if case.refusal is not None:
        facts.append(Fact(_tr("Refused"), f"{case.refusal.reasons} ({by(case.refusal.by, case.refusal.at)})"))
        facts.append(Fact(_tr("Rule"), case.refusal.rule))
    if case.telling is not None:
        telling = case.telling
        text = _tr(TELLING[telling.decision])
        if telling.not_before is not None:
            text = _tr("not before {0}").format(words.day(telling.not_before, zone))
        if telling.told is not None:
            text = _tr("told {0} by {1}").format(words.moment(telling.told, zone), telling.how)
        facts.append(Fact(_tr("Tell the buyer?"), text + (f". {telling.reason}" if telling.reason else "")))
    if case.outcome:
        facts.append(Fact(_tr("Outcome"), _tr(OUTCOMES[case.outcome])))
    return Section(_tr("Decisions"), facts)


def files(file: File, zone: tzinfo) -> Section:
    """Return the frozen files of the hand-over; each can be opened (`asked` gives "file:NAME")."""
    package = file.case.package
    if package is None:
        return Section(_tr("Files of the hand-over"))
    facts = [Fact(_tr("Made"), f"{file.names.get(package.by, '?')}, {words.moment(package.at, zone)}")]
    facts.append(
        Fact(package.number, _tr("covering letter"), action=f"notice:{package.number}", action_title=_tr("Open"))
    )
    for one in package.files:
        told = f"{words.size(one.size)}, SHA-256 {one.sha256[:16]}…"
        facts.append(Fact(one.name, told, action=f"file:{one.name}", action_title=_tr("Open")))
    return Section(_tr("Files of the hand-over"), facts)


def comparable(file: File, fields: Mapping[str, str]) -> dict[str, str]:
    """Return what two officers may change under each other's hands, in words."""
    case = file.case
    choice, cleared, telling = case.choice, case.clearance, case.telling
    dated = words.date(case.demand.dated) if case.demand.dated else ""
    return {
        _tr("State"): case.state,
        _tr("Document"): ", ".join(part for part in (case.demand.number, dated) if part),
        _tr("Legal basis"): case.demand.legal_basis,
        _tr("Data asked for"): ", ".join(fields.get(one, one) for one in case.demand.scope),
        _tr("Customer"): case.subject.name or case.subject.customer,
        _tr("Concerns"): ". ".join(part for part in (case.subject.role, case.subject.note) if part),
        _tr("Papers"): ", ".join(one.name for one in file.evidence),
        _tr("Call-backs"): str(len(case.calls) or ""),
        _tr("Confirmations"): str(len([one for one in case.confirmations if one.withdrawn is None]) or ""),
        _tr("Chosen"): ", ".join(item.label for item in choice.items) if choice else "",
        _tr("Cleared by"): file.names.get(cleared.by, "?") if cleared else "",
        _tr("Handed to"): case.release.to if case.release else "",
        _tr("Tell the buyer?"): _tr(TELLING[telling.decision]) if telling else "",
        _tr("Notices"): ", ".join(one.number for one in file.notices),
    }
