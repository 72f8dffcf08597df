"""The incident: its facts, the state that follows from them, and what may be done next."""

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from officer_app.base.errors import KnownError
from officer_app.breaches.duty import INDIVIDUALS, NOT_NOTIFY, Duty, Supplement
from officer_app.breaches.event import Event, Measure
from officer_app.breaches.facts import NATURES
from officer_app.breaches.facts import Facts as Facts  # who works with incidents works with their facts
from officer_app.breaches.facts import Score as Score

LOGGED, ASSESSING, INFORMING, CLOSED = "logged", "assessing", "informing", "closed"
STATES = (LOGGED, ASSESSING, INFORMING, CLOSED)


@dataclass(frozen=True)
class AffectedList:
    """A frozen list; number 1 is the first, later ones are supplements. `writable` of its persons have an address.

    `kinds` counts those by `Person.kind`, `everybody` all persons; `only` are the categories of data the list is about,
    all when empty.
    """

    id: str
    number: int
    frozen: datetime
    persons: int
    writable: int
    guests: int
    unmatched: int
    digest: str
    how: str
    kinds: dict[str, int]
    only: tuple[str, ...] = ()
    everybody: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """A print run of one list: the notice's number, how many letters it has, and how far it is."""

    number: str
    list: str
    letters: int
    started: datetime
    finished: datetime | None = None
    sent: datetime | None = None
    stopped: int = 0
    folder: str = ""
    approved_by: str = ""


@dataclass(frozen=True)
class Incident:
    """A breach of personal data, from the first note to the register."""

    reference: str
    noticed: datetime
    opened: datetime
    facts: Facts
    duties: tuple[Duty, ...] = ()
    score: Score | None = None
    lists: tuple[AffectedList, ...] = ()
    runs: tuple[Run, ...] = ()
    complaints: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()
    tasks: tuple[Measure, ...] = ()
    assignee: str | None = None
    concluded: datetime | None = None
    version: int = field(default=1)

    def duty(self, name: str) -> Duty:
        """Return one duty; KnownError when no active pack has it."""
        found = next((duty for duty in self.duties if duty.duty == name), None)
        if found is None:
            raise KnownError("This incident has no such duty. Refresh the case.")
        return found

    @property
    def told(self) -> tuple[Duty, ...]:
        """The duties that are met by a report to an authority."""
        return tuple(duty for duty in self.duties if duty.reports)

    @property
    def to_sign(self) -> bool:
        """Whether a manager's approval is what the case waits for."""
        lacking = missing(self) or self.concluded is not None
        return not lacking and any(awaits(self, duty) for duty in self.duties)

    @property
    def state(self) -> str:
        """Logged, assessing, informing or closed: it follows from the facts and cannot be typed."""
        if self.concluded is not None:
            return CLOSED
        if any(duty.drafted or duty.notice or duty.sent for duty in self.duties) or self.lists:
            return INFORMING
        decided = any(duty.decision for duty in self.duties)
        return ASSESSING if decided or self.score or self.facts.nature or self.facts.categories else LOGGED

    @property
    def persons(self) -> tuple[int, str]:
        """How many persons are affected, and how that is known: a frozen list counts exactly."""
        if self.lists:
            return sum(one.persons for one in self.lists), "exact"
        return self.facts.persons, self.facts.counted

    @property
    def unprinted(self) -> AffectedList | None:
        """The first list whose letters are not all printed."""
        done = {run.list for run in self.runs if run.finished}
        return next((one for one in self.lists if one.id not in done), None)

    @property
    def unfinished(self) -> Run | None:
        """The print run that was interrupted."""
        return next((run for run in self.runs if run.finished is None), None)

    @property
    def unsent(self) -> Run | None:
        """The first print run that is finished and was not sent."""
        return next((run for run in self.runs if run.finished and run.sent is None), None)


def log(what: str, noticed: datetime, who: str, now: datetime, complaint: str = "") -> Incident:
    """Return the new incident without reference and duties; three facts are enough."""
    if not what.strip():
        raise KnownError("Enter in a few words what happened.")
    if not who.strip():
        raise KnownError("Enter who noticed it.")
    if noticed.tzinfo is None:
        raise KnownError("The time needs its zone, for the clocks run from it. Give it with its offset.")
    if noticed > now:
        raise KnownError("The time it was noticed lies in the future. Enter when it really was.")
    return Incident("", noticed, now, Facts(what.strip(), who.strip()), complaints=(complaint,) if complaint else ())


def _open(case: Incident) -> None:
    if case.concluded is not None:
        raise KnownError(f"{case.reference} is closed. Reopen it first.")


def record(case: Incident, facts: Facts) -> Incident:
    """Replace the facts."""
    _open(case)
    if not facts.what.strip() or not facts.discovered_by.strip():
        raise KnownError("What happened and who noticed it cannot be left empty.")
    if facts.happened_from and facts.happened_from > case.noticed:
        raise KnownError("It cannot have begun after it was noticed. Check the times.")
    if facts.happened_from and facts.happened_to and facts.happened_to < facts.happened_from:
        raise KnownError("It cannot have ended before it began. Check the times.")
    if facts.counted == "exact" and not facts.persons:
        raise KnownError("Enter how many persons are affected, or say that it is not known.")
    for count, known, what in (
        (facts.persons, facts.counted, "persons"), (facts.records, facts.records_counted, "records"),
    ):  # fmt: skip
        if count and known == "unknown":
            raise KnownError(f"Say whether the number of {what} is exact or estimated, or set it to 0.")
    nature = tuple(each for each in NATURES if each in facts.nature)
    return replace(case, facts=replace(facts, nature=nature))


def notice_again(case: Incident, noticed: datetime, reason: str, now: datetime) -> Incident:
    """Correct when it was noticed; the reason goes on record, for the clocks move with it."""
    _open(case)
    if not reason.strip():
        raise KnownError("Say why the time is corrected; the clocks run from it.")
    if noticed == case.noticed:
        raise KnownError("This is the time that stands there already.")
    if noticed > now:
        raise KnownError("The time it was noticed lies in the future. Enter when it really was.")
    if case.facts.happened_from and case.facts.happened_from > noticed:
        raise KnownError("It cannot have been noticed before it began. Correct the facts first.")
    return replace(case, noticed=noticed)


def rate(case: Incident, score: Score) -> Incident:
    """Record the severity."""
    _open(case)
    return replace(case, score=score)


def with_duty(case: Incident, duty: Duty) -> Incident:
    """Return the incident with one duty changed."""
    _open(case)
    return replace(case, duties=tuple(duty if each.duty == duty.duty else each for each in case.duties))


def missing(case: Incident) -> tuple[str, ...]:
    """Return, in words, which facts a notice still lacks."""
    facts = case.facts
    wanted = {
        "when it happened": facts.happened_from is not None,
        "the nature": bool(facts.nature),
        "the data concerned": bool(facts.categories),
        "the measures taken": bool(facts.measures.strip()),
    }
    return tuple(words for words, there in wanted.items() if not there)


def content_digest(case: Incident, duty: Duty) -> str:
    """Return the digest of all that a notice says; an approval holds only while it stays the same."""
    facts = asdict(case.facts) | {"lessons": ""}
    paper = duty.paper
    # why the first report was late stands in that one only, and may be written down later
    said: list[object] = [facts, case.persons, "" if isinstance(paper, Supplement) else duty.late_reason]
    if duty.duty == INDIVIDUALS:
        concerned = case.unprinted
        said = [facts["happened_from"], facts["happened_to"], facts["categories"], facts["special"]]
        said += [case.noticed if case.facts.special else ""]  # only those letters say when it was noticed
        said += [asdict(duty.letters) if duty.letters else None]
        said += [concerned.digest, concerned.only] if concerned else [""]
    else:
        customers = next((each for each in case.duties if each.duty == INDIVIDUALS), None)
        told = [customers.decision, customers.reasons, customers.sent, customers.due] if customers else []
        said += [told, case.score.score if case.score else 0, case.noticed, [asdict(each) for each in case.events]]
        said += [asdict(duty.report) if duty.report else None]
        if isinstance(paper, Supplement):
            said += [(each.notice, each.sent, each.their_reference) for each in duty.papers if each.sent]
            said += [paper.number, paper.new_facts, paper.corrections, paper.outstanding, paper.evidence, paper.final]
    text = json.dumps(said, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def approved(case: Incident, name: str) -> bool:
    """Whether what is drafted for a duty is approved as it stands now."""
    duty = case.duty(name)
    approval = duty.paper.approval
    return approval is not None and approval.digest == content_digest(case, duty)


def letters_signed(case: Incident) -> bool:
    """Whether a manager signed the customers' letters: as they stand, or for a list that is printed already."""
    return any(run.finished for run in case.runs) or approved(case, INDIVIDUALS)


def awaits(case: Incident, duty: Duty) -> bool:
    """Whether something is drafted for a duty that a manager has not approved yet."""
    paper = duty.paper
    if not duty.drafted or duty.decision == NOT_NOTIFY or approved(case, duty.duty):
        return False
    if duty.duty == INDIVIDUALS:
        return case.unprinted is not None and case.unfinished is None
    return paper.sent is None and not paper.notice


def can_print(case: Incident) -> str:
    """Return why the letters cannot be printed, or ""."""
    if case.unprinted is None:
        return "Freeze the list of affected customers first." if not case.lists else "All letters are printed."
    if not approved(case, INDIVIDUALS):
        if case.unfinished is not None:
            return f"The letters changed since {case.unfinished.number} began. Give that run up, then print anew."
        return "A manager approves the letters first."
    return ""


def open_duties(case: Incident) -> tuple[str, ...]:
    """Return the duties that nothing settles yet; the customers' only when every list was sent."""
    left = [duty.duty for duty in case.duties if not duty.finished]
    individuals = next((duty for duty in case.duties if duty.duty == INDIVIDUALS), None)
    behind = case.unprinted is not None or case.unsent is not None
    if individuals is not None and individuals.decision != NOT_NOTIFY and behind and INDIVIDUALS not in left:
        left.append(INDIVIDUALS)
    return tuple(left)


def conclude(case: Incident, lessons: str, now: datetime) -> Incident:
    """Close the incident: everybody was told or it was decided otherwise, and what was learnt is written down."""
    _open(case)
    if open_duties(case):
        raise KnownError("Somebody is still to be told, or it is to be decided that they are not.")
    if missing(case):
        raise KnownError(f"The register still lacks {', '.join(missing(case))}.")
    if undone(case):
        raise KnownError("A measure is still to be done. Record what became of it first.")
    if unexplained(case):
        raise KnownError(UNEXPLAINED)
    return replace(case, concluded=now, facts=replace(case.facts, lessons=lessons.strip()))


def reopen(case: Incident, reason: str) -> Incident:
    """Open a closed incident again."""
    if case.concluded is None:
        raise KnownError(f"{case.reference} is not closed.")
    if not reason.strip():
        raise KnownError("Say why the incident is opened again.")
    return replace(case, concluded=None)


def has(case: Incident, name: str) -> bool:
    """Whether the incident has a duty."""
    return any(duty.duty == name for duty in case.duties)


UNEXPLAINED = "Say first why a report was late: its row under Who is to be told asks for it."


def unexplained(case: Incident) -> bool:
    """Whether something was told late and nobody wrote down why."""
    return any(each.sent is not None and each.late(each.sent) and not each.late_reason for each in case.duties)


def undone(case: Incident) -> bool:
    """Whether a measure is still to be done."""
    return any(each.done is None for each in case.tasks)


def printed(case: Incident) -> Incident:
    """The letters of a list are printed: the next list needs an approval of its own."""
    return with_duty(case, replace(case.duty(INDIVIDUALS), approval=None))
