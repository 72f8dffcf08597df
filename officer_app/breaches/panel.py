"""The incident's case file: which facts it shows, in which words, and its running clocks."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QGridLayout, QWidget

from officer_app.breaches import course_panel as course
from officer_app.breaches import register, rules
from officer_app.breaches.duty import INDIVIDUALS, NOT_NOTIFY, Duty, Supplement
from officer_app.breaches.forms import LANGUAGES, ORIGINS, tr
from officer_app.breaches.found_panel import some
from officer_app.breaches.print_facts import print_facts, public_facts
from officer_app.breaches.queue import File
from officer_app.breaches.rules import Incident, Run
from officer_app.widgets import words
from officer_app.widgets.beside import Beside
from officer_app.widgets.casefile import CaseHeader, Fact, Pill, PillLabel, Section
from officer_app.widgets.plain import Button, Label, name, restyle
from officer_app.widgets.room import Tone
from officer_app.widgets.theme import px
from officer_app.widgets.versions import Version, Versions

STATES = {rules.LOGGED: "Logged", rules.ASSESSING: "Assessing", rules.INFORMING: "Informing", rules.CLOSED: "Closed"}
_NATURES = {"confidentiality": "confidentiality", "integrity": "integrity", "availability": "availability"}
_HOUR: Final = timedelta(hours=1)


def countdown(due: datetime, now: datetime) -> tuple[str, Tone]:
    """Return a running clock: hours and minutes, seconds in the last hour, and how far it is over."""
    left = due - now
    whole = int(abs(left).total_seconds())
    hours, minutes, seconds = whole // 3600, whole // 60 % 60, whole % 60
    if left < timedelta():
        return tr("overdue {0}").format(words.length(-left)), "red"
    if left < _HOUR:
        return tr("{0} min {1:02d} s left").format(minutes, seconds), "red" if left < _HOUR / 4 else "amber"
    return tr("{0} h {1:02d} min left").format(hours, minutes), "amber" if left < 12 * _HOUR else ""


class DutyRows(QWidget):
    """One row a duty: who is told, how far that is, and a clock that runs until it is settled.

    The clocks are written anew every minute, and every second once one of them has less than an hour.
    """

    def __init__(self, file: File, clock: Callable[[], datetime], zone: tzinfo, ask: Callable[[str], None]) -> None:
        super().__init__()
        self._clock, self._ask = clock, ask
        self._running: list[tuple[datetime, PillLabel]] = []
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(16))
        grid.setVerticalSpacing(px(4))
        grid.setColumnMinimumWidth(0, px(144))
        grid.setColumnStretch(1, 1)
        top = Qt.AlignmentFlag.AlignTop
        for at, duty in enumerate(file.case.duties):
            who = tr(register.told(duty))
            text = duty_text(file, duty, zone)
            grid.addWidget(Label(who, role="strong"), 2 * at, 0, top)
            value = Label(text, wrap=True, copy=True)
            name(value, f"{who}: {text}")
            pill = self._pill(file.case, duty)
            grid.addLayout(Beside(value, *([] if pill is None else [pill])), 2 * at, 1)
            links = [self._link(key, title, said) for key, title, said in _links(file, duty, who)]
            grid.addLayout(Beside(Label(_rule(duty, zone), role="small", wrap=True), *links), 2 * at + 1, 1)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.tick)
        self.tick()

    def _link(self, key: str, title: str, said: str) -> Button:
        made = Button(title, look="link")
        made.setObjectName(key)
        made.setAccessibleDescription(said)
        made.clicked.connect(self._pressed)
        return made

    def _pill(self, case: Incident, duty: Duty) -> PillLabel | None:
        if duty.sent is not None:
            late = duty.late(duty.sent)
            return PillLabel(Pill(tr("late") if late else tr("in time"), "red" if late else "green"))
        if duty.decision == NOT_NOTIFY or case.concluded is not None:
            return None
        pill = PillLabel(Pill(""))
        self._running.append((duty.due, pill))
        return pill

    def _pressed(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self._ask(button.objectName())

    @property
    def clocks(self) -> tuple[str, ...]:
        """What the running clocks show."""
        return tuple(pill.text() for _due, pill in self._running)

    def tick(self) -> None:
        """Write the clocks."""
        now = self._clock()
        soon = False
        for due, pill in self._running:
            text, tone = countdown(due, now)
            pill.setText(text)
            restyle(pill, "tone", tone)
            soon = soon or timedelta() <= due - now < _HOUR + timedelta(minutes=1)
        if self._running:
            self._timer.start(1_000 if soon else 60_000)


def _links(file: File, duty: Duty, who: str) -> list[tuple[str, str, str]]:
    """Return what can be done in a duty's row: (step, title, what is read out)."""
    found = []
    if duty.drafted and (duty.paper.sent is None or not duty.reports):
        found.append((f"preview:{duty.duty}" if duty.reports else "preview-letters", tr("Preview"), who))
    if duty.sent is None or not file.works:
        return found
    if duty.late(duty.sent) and not duty.late_reason:
        found.append((f"why-late:{duty.duty}", tr("Say why it was late"), who))
    if duty.supplement is None:
        found.append((f"proof:{duty.duty}", tr("Add proof"), tr("A paper that proves the sending: {0}").format(who)))
        if duty.reports:
            found.append((f"theirs:{duty.duty}", tr("Their reference"), who))
    return found


def _rule(duty: Duty, zone: tzinfo) -> str:
    due = tr("Due {0}").format(words.moment(duty.due, zone))
    if duty.outer is not None and duty.outer != duty.due:
        due += tr(", at the latest {0}").format(words.moment(duty.outer, zone))
    source = duty.source if duty.verified else tr("{0} (not verified)").format(duty.source)
    return f"{due}. {duty.how} ({source})"


def duty_text(file: File, duty: Duty, zone: tzinfo) -> str:
    """Return in words how far a duty is."""
    if duty.sent is not None:
        return "\n".join([_told(file, duty, zone), *(_supplement(file, duty, each, zone) for each in duty.supplements)])
    if duty.decision == NOT_NOTIFY:
        return tr("Not told: {0}").format(duty.reasons)
    if duty.notice:
        return tr("{0} is issued, not sent").format(duty.notice)
    if duty.duty == INDIVIDUALS and file.case.unsent is not None:
        return tr("{0} is printed, not sent").format(file.case.unsent.number)
    if duty.duty == INDIVIDUALS and file.case.unfinished is not None:
        return tr("{0} was interrupted").format(file.case.unfinished.number)
    if duty.approval is not None:
        if duty.duty in file.approved:
            return tr("Approved by {0}").format(duty.approval.name)
        return tr("Changed since {0} approved it").format(duty.approval.name)
    if duty.drafted:
        return tr("Drafted; a manager approves it")
    return tr("To be told") if duty.decision else tr("Not decided yet")


def _told(file: File, paper: Duty | Supplement, zone: tzinfo) -> str:
    notice = f"{paper.notice}, " if paper.notice else ""
    theirs = tr("; their reference is {0}").format(paper.their_reference) if paper.their_reference else ""
    sent = words.moment(paper.sent, zone) if paper.sent else ""
    told = tr("Told {0} ({1}{2}){3}").format(sent, notice, paper.channel, theirs)
    proof = ", ".join(each.name for each in file.evidence if each.id in paper.proof)
    told = tr("{0}; proof: {1}").format(told, proof) if proof else told
    if isinstance(paper, Duty) and paper.sent and paper.late(paper.sent) and paper.late_reason:
        told += "\n" + tr("Late because: {0}").format(paper.late_reason)
    return told


def _supplement(file: File, duty: Duty, one: Supplement, zone: tzinfo) -> str:
    name = tr("Final report") if one.final else tr("Supplement {0}").format(one.number)
    if one.sent is not None:
        return f"{name}: {_told(file, one, zone)}"
    if one.notice:
        return tr("{0}: {1} is issued, not sent").format(name, one.notice)
    if duty.duty in file.approved and one.approval is not None:
        return tr("{0}: approved by {1}").format(name, one.approval.name)
    return tr("{0}: drafted; a manager approves it").format(name)


def header(file: File, now: datetime, zone: tzinfo) -> CaseHeader:
    """Return title, reference line, countdown and stepper."""
    case = file.case
    parts = [
        case.reference,
        tr("noticed {0} by {1}").format(words.moment(case.noticed, zone), case.facts.discovered_by),
    ]
    assignee = file.names.get(case.assignee or "")
    parts.append(tr("assigned to {0}").format(assignee) if assignee else tr("not assigned"))
    running = [duty.due for duty in case.duties if not duty.settled]
    pill = words.due_pill(min(running, default=None), now, zone) if case.concluded is None else None
    return CaseHeader(
        title=case.facts.what,
        line=", ".join(parts) + ".",
        pill=pill,
        stages=tuple(tr(STATES[state]) for state in rules.STATES),
        reached=rules.STATES.index(case.state),
    )


def sections(
    file: File, titles: Mapping[str, str], clock: Callable[[], datetime], zone: tzinfo, ask: Callable[[str], None]
) -> tuple[Section, ...]:
    """Return the sections in reading order; empty ones are left out. `ask` hears a duty row's button."""
    all_of_them = [
        Section(tr("Who is to be told"), widget=DutyRows(file, clock, zone, ask)),
        _affected(file, zone),
        _letters(file, zone),
        _facts(file.case, titles, zone, file.works),
        course.events(file, zone),
        course.measures(file, clock(), zone),
        course.papers(file, zone),
        _severity(file.case),
        words.notices(file.notices, zone, "step:correct-sent:" if file.works and file.case.concluded is None else ""),
        words.timeline(file.timeline, file.names, zone),
    ]
    return tuple(section for section in all_of_them if section.facts or section.text or section.widget)


def versions(before: File, after: File, typed: Sequence[tuple[str, str]], zone: tzinfo) -> Section:
    """Return what somebody saved meanwhile beside what was about to be saved."""
    was, now = _changing(before, zone), _changing(after, zone)
    rows = [Version(label, was.get(label, ""), now.get(label, "")) for label in {**was, **now}
            if was.get(label) != now.get(label)]  # fmt: skip
    rows += [Version(label, mine=text) for label, text in typed if text]
    newest = after.timeline[0] if after.timeline else None
    who = after.names.get(newest.actor, "?") if newest else "?"
    return Section(tr("Saved meanwhile by {0}").format(who), widget=Versions(rows))


def _changing(file: File, zone: tzinfo) -> dict[str, str]:
    """Return what two officers may change under each other's hands."""
    shown = {fact.label: fact.value for fact in _facts(file.case, {}, zone).facts}
    shown |= {tr(register.told(duty)): duty_text(file, duty, zone) for duty in file.case.duties}
    shown |= {fact.label: fact.value for fact in _affected(file, zone).facts}
    return shown


def _affected(file: File, zone: tzinfo) -> Section:
    facts: list[Fact] = []
    for one in file.case.lists:
        text = tr("{0} persons, {1} with a postal address, {2} guests").format(
            f"{one.persons:,}", f"{one.writable:,}", f"{one.guests:,}"
        )
        facts.append(Fact(tr("List {0}").format(one.number), text))
        facts.append(Fact(tr("Frozen"), f"{words.moment(one.frozen, zone)}: {one.how}"))
    if file.works and file.case.unfinished is None:
        hint, title = tr("Numbers and e-mails can come from a file"), tr("Choose the file")
        facts.append(Fact("", hint, action="step:affected-file", action_title=title))
    if file.unmatched:
        facts.append(Fact(tr("Not in the shop"), some(file.unmatched), tone="amber"))
    return Section(tr("Affected customers"), facts)


def _letters(file: File, zone: tzinfo) -> Section:
    facts: list[Fact] = []
    facts += public_facts(file, zone)
    draft = next((duty.letters for duty in file.case.duties if duty.letters), None)
    if draft is not None:
        languages = ", ".join(tr(LANGUAGES.get(each, each)) for each in draft.texts)
        facts.append(Fact(tr("Written in"), languages))
    for run in file.case.runs:
        facts.append(Fact(run.number, _run_text(run, zone, file.printing), tone="" if run.finished else "amber"))
        facts += print_facts(run, file.letters[run.number])
        for volume in file.volumes:
            if volume.run == run.number and volume.letters:
                text = tr("letters {0} to {1}, {2} pages").format(f"{volume.first:,}", f"{volume.last:,}", volume.pages)
                if volume.rebuilt:
                    text += tr("; made again with another hash, both are on record")
                facts.append(Fact(tr("Volume {0}").format(volume.number), text, tone="amber" if volume.rebuilt else "",
                                  action=f"volume:{run.number}:{volume.number}", action_title=tr("Open")))  # fmt: skip
    return Section(tr("Letters"), facts)


def _run_text(run: Run, zone: tzinfo, printing: str) -> str:
    if run.finished is None and printing:
        return tr("{0} letters, being printed by {1} into {2}").format(f"{run.letters:,}", printing, run.folder)
    if run.finished is None:
        return tr("{0} letters, interrupted; it goes on in {1}").format(f"{run.letters:,}", run.folder)
    left = tr(", {0} could not be written").format(run.stopped) if run.stopped else ""
    sent = tr(", sent {0}").format(words.moment(run.sent, zone)) if run.sent else ""
    return tr("{0} letters in {1}{2}, approved by {3}{4}").format(
        f"{run.letters:,}", run.folder, left, run.approved_by, sent
    )


def _facts(case: Incident, titles: Mapping[str, str], zone: tzinfo, works: bool = False) -> Section:
    facts = case.facts
    count, known = case.persons
    happened = words.moment(facts.happened_from, zone) if facts.happened_from else ""
    if happened and facts.happened_to:
        happened = tr("{0} to {1}").format(happened, words.moment(facts.happened_to, zone))
    happened = tr("about {0}").format(happened) if happened and facts.estimated else happened
    persons = {"exact": f"{count:,}", "estimated": tr("about {0}").format(f"{count:,}")}.get(known, tr("not known"))
    pairs = (
        (tr("Happened"), happened),
        (tr("Lost"), ", ".join(tr(_NATURES[each]) for each in facts.nature)),
        (tr("In detail"), facts.description),
        (tr("Where"), facts.place),
        (tr("Cause"), facts.cause),
        (tr("It came"), tr(ORIGINS[facts.origin]).lower() if facts.origin != "unknown" else ""),
        (tr("Others involved"), facts.parties),
        (tr("Who they are"), "\n".join(facts.groups)),
        (tr("Data concerned"), ", ".join(titles.get(each, each) for each in facts.categories)),
        (tr("Persons"), persons),
        (tr("Records"), f"{facts.records:,}" if facts.records else ""),
        (tr("Measures before"), "\n".join(facts.measures_before)),
        (tr("Measures taken"), facts.measures),
        (tr("Consequences"), facts.consequences),
        (tr("Lessons"), facts.lessons),
    )
    correct = "step:noticed" if case.concluded is None and works else ""
    shown = [Fact(tr("Noticed"), words.moment(case.noticed, zone), action=correct, action_title=tr("Correct"))]
    shown += [Fact(label, value) for label, value in pairs if value]
    for one in case.complaints:
        part = ((f"step:unlink:{one}", tr("Unlink")),) if correct else ()
        shown.append(Fact(tr("Complaint"), one, action=f"case:{one}", action_title=tr("Open"), more=part))
    return Section(tr("Facts"), shown)


def _severity(case: Incident) -> Section:
    """Return the score; each answer in the words of the form, with its reason."""
    score = case.score
    if score is None:
        return Section(tr("Severity"))
    facts = [Fact(tr("Score"), tr("{0:g}, {1}").format(score.score, score.band)), Fact(tr("Computed"), score.formula)]
    facts += [Fact(tr("Attention"), flag, tone="amber") for flag in score.flags]
    facts += [Fact(*line) for line in register.answers(score, "en")]
    facts += [Fact(tr("Note"), note) for note in score.notes]
    return Section(tr("Severity"), facts)
