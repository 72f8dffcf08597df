"""One duty to tell somebody about a breach: its clock, decision, draft, approval, notice and proof of sending."""

from dataclasses import dataclass, replace
from datetime import datetime

from officer_app.base.errors import KnownError

POLICE, AUTHORITY, INDIVIDUALS = "breach-police", "breach-authority", "breach-individuals"
DUTIES = (POLICE, AUTHORITY, INDIVIDUALS)
"""Who is told: the police (policy A5), the data authority where a pack asks for it, the customers (A5)."""
NOTIFY, NOT_NOTIFY = "notify", "not notify"
ADVICE = ("change_password", "beware_phishing", "shared_computer", "watch_payments")


@dataclass(frozen=True)
class ReportDraft:
    """What a report says beside the facts of the incident; `recipient` are the lines of the address.

    `country` is the recipient's (its packs give the form of the paper), `email` where an unsent mail with the report is
    addressed to, "" where they take none. `enclosures` are lines of ours, `evidence` ids of what is enclosed with its
    hash. With `phases` the report is the first of several (GDPR Art. 33(4)), and a final one is owed.
    """

    language: str
    recipient: tuple[str, ...]
    request: str = ""
    suspects: str = ""
    other_reports: str = ""
    enclosures: tuple[str, ...] = ()
    email: str = ""
    country: str = ""
    evidence: tuple[str, ...] = ()
    phases: bool = False


@dataclass(frozen=True)
class Supplement:
    """What was told after the first report, under its number: `number` counts from 1, `final` says it is the last.

    `proof` are ids of papers that prove its sending, as with the first report.
    """

    number: int
    new_facts: str
    corrections: str = ""
    outstanding: str = ""
    evidence: tuple[str, ...] = ()
    final: bool = False
    author: str = ""
    approval: "Approval | None" = None
    notice: str = ""
    issued: datetime | None = None
    sent: datetime | None = None
    channel: str = ""
    their_reference: str = ""
    proof: tuple[str, ...] = ()


@dataclass(frozen=True)
class LetterText:
    """The customers' letter in one language; the list of data and the advice are added from the incident."""

    what_happened: str
    what_we_are_doing: str
    what_you_can_do: str
    more_information: str
    not_involved: str = ""
    risk: str = ""


@dataclass(frozen=True)
class LettersDraft:
    """The customers' letters: one text per language, the language for who has none of them, the advice, and why late.
    """

    texts: dict[str, LetterText]
    default_language: str
    advice: tuple[str, ...] = ("beware_phishing", "shared_computer")
    late_reason: str = ""


@dataclass(frozen=True)
class Approval:
    """A manager's approval of exactly what `digest` stands for; `remark` goes on the paper."""

    digest: str
    by: str
    name: str
    at: datetime
    remark: str = ""


@dataclass(frozen=True)
class Duty:
    """A duty with all that was done about it; which of the drafts it has depends on whom it tells."""

    duty: str
    start: datetime
    due: datetime
    outer: datetime | None = None
    how: str = ""
    source: str = ""
    verified: bool = True
    decision: str = ""
    reasons: str = ""
    decided: datetime | None = None
    decided_by: str = ""
    late_reason: str = ""
    report: ReportDraft | None = None
    letters: LettersDraft | None = None
    author: str = ""
    approval: Approval | None = None
    notice: str = ""
    issued: datetime | None = None
    sent: datetime | None = None
    channel: str = ""
    their_reference: str = ""
    proof: tuple[str, ...] = ()
    title: str = ""
    pack: str = ""
    supplements: tuple[Supplement, ...] = ()

    @property
    def reports(self) -> bool:
        """Whether it is met by a report to an authority, not by letters to the customers."""
        return self.duty != INDIVIDUALS

    @property
    def papers(self) -> "tuple[Duty | Supplement, ...]":
        """The first report and its supplements, in their order."""
        return (self, *self.supplements)

    @property
    def supplement(self) -> Supplement | None:
        """The supplement that is being written, approved or sent."""
        return next((each for each in self.supplements if each.sent is None), None)

    @property
    def finished(self) -> bool:
        """Whether nothing more is owed: a report in phases ends with a final one."""
        if self.supplement is not None:
            return False
        phases = self.report is not None and self.report.phases and self.decision != NOT_NOTIFY
        return self.settled and (not phases or any(each.final for each in self.supplements))

    @property
    def paper(self) -> "Duty | Supplement":
        """What is being worked on: the first report until it was sent, then the supplement."""
        return self if self.sent is None else self.supplement or self

    @property
    def settled(self) -> bool:
        """Whether nothing is left to do: somebody was told, or it was decided that nobody is."""
        return self.sent is not None or self.decision == NOT_NOTIFY

    @property
    def drafted(self) -> bool:
        """Whether there is a draft to approve."""
        return self.report is not None or self.letters is not None

    def late(self, now: datetime) -> bool:
        """Whether the duty was or would be met after it was due."""
        return (self.sent or now) > self.due


def decide(duty: Duty, notify: bool, reasons: str, late_reason: str, now: datetime, by: str) -> Duty:
    """Decide whether to tell; not telling needs reasons, and so does deciding again."""
    if duty.sent is not None:
        raise KnownError("This was sent already; there is nothing left to decide.")
    if duty.notice and not notify:
        raise KnownError(f"{duty.notice} is issued already. Withdraw it first.")
    if not notify and not reasons.strip():
        raise KnownError("Say why nobody is told; the reasons stand in the register.")
    return replace(
        duty,
        decision=NOTIFY if notify else NOT_NOTIFY,
        reasons=reasons.strip(),
        late_reason=late_reason.strip() or duty.late_reason,
        decided=now,
        decided_by=by,
    )


def draft(duty: Duty, text: ReportDraft | LettersDraft, late_reason: str, now: datetime, by: str) -> Duty:
    """Write or change what is told; that is also the decision to tell."""
    if duty.decision == NOT_NOTIFY:
        raise KnownError("It was decided not to tell. Change the decision first.")
    if duty.notice:
        raise KnownError(f"{duty.notice} is issued already. Withdraw it first.")
    if isinstance(text, ReportDraft):
        if not any(line.strip() for line in text.recipient):
            raise KnownError("Enter to whom the report goes, with the address.")
        if duty.duty == POLICE and not text.request.strip():
            raise KnownError("Enter what you ask the police for.")
        changed = replace(duty, report=replace(text, country=text.country.strip().upper()))
    else:
        # kept with the text, so that letters printed again say what they said
        changed = replace(duty, letters=replace(_checked(text), late_reason=late_reason.strip()))
    if not duty.decision:
        changed = replace(changed, decision=NOTIFY, decided=now, decided_by=by)
    return replace(changed, late_reason=late_reason.strip(), author=by)


def _checked(text: LettersDraft) -> LettersDraft:
    written = {
        language: each
        for language, each in text.texts.items()
        if any((each.what_happened.strip(), each.what_we_are_doing.strip(), each.what_you_can_do.strip()))
    }
    if text.default_language not in written:
        raise KnownError("Write the letter in the language that is used where a customer's own is not known.")
    for language, each in written.items():
        for value in (each.what_happened, each.what_we_are_doing, each.what_you_can_do, each.more_information):
            if not value.strip():
                raise KnownError(f"The letter in {_LANGUAGES.get(language, language)} has an empty section. Fill it.")
    return replace(text, texts=written, advice=tuple(each for each in ADVICE if each in text.advice))


_LANGUAGES = {"en": "English", "vi": "Vietnamese"}


def supplement(duty: Duty, text: Supplement, by: str, to: ReportDraft | None = None) -> Duty:
    """Write or change what is told after the first report.

    A first report that was made elsewhere has no addressee: `to` says whom its supplements go to, from the first one
    on. Where the first report is ours they go to whom that went.
    """
    if duty.sent is None or not duty.reports:
        raise KnownError("The first report was not sent yet; change that instead.")
    if any(each.final for each in duty.supplements if each.sent):
        raise KnownError("The final report was sent; nothing follows it.")
    if not text.new_facts.strip():
        raise KnownError("Enter what is new since the last report.")
    if text.final and text.outstanding.strip():
        raise KnownError("A final report leaves nothing open. Empty that field, or do not make it the final one.")
    known = duty.supplement
    if known is not None and known.notice:
        raise KnownError(f"{known.notice} is issued already. Withdraw it first.")
    if not duty.notice and to is not None:
        duty = replace(duty, report=_addressed(to, duty.report))
    if duty.report is None or not any(line.strip() for line in duty.report.recipient):
        raise KnownError("Enter to whom the supplement goes, with the address; the first report was made elsewhere.")
    number = known.number if known else len(duty.supplements) + 1
    return with_paper(duty, replace(text, number=number, author=by))


def _addressed(to: ReportDraft, known: ReportDraft | None) -> ReportDraft:
    """Return the report as known, for another addressee."""
    country = to.country.strip().upper()
    return replace(known or to, recipient=to.recipient, language=to.language, email=to.email, country=country)


def with_paper(duty: Duty, paper: "Duty | Supplement") -> Duty:
    """Return the duty with its first report or one of its supplements changed."""
    if isinstance(paper, Duty):
        return paper
    rest = tuple(each for each in duty.supplements if each.number != paper.number)
    return replace(duty, supplements=tuple(sorted((*rest, paper), key=lambda each: each.number)))


def approve(duty: Duty, approval: Approval) -> Duty:
    """A manager approves what is drafted."""
    paper = duty.paper
    # letters may be approved after the first list's were sent, for a supplement list
    if not duty.drafted or (paper.sent is not None and duty.letters is None):
        raise KnownError("There is no draft to approve yet.")
    return with_paper(duty, replace(paper, approval=approval))


def issue(duty: Duty, number: str, now: datetime) -> Duty:
    """What was approved was issued under a number."""
    return with_paper(duty, replace(duty.paper, notice=number, issued=now))


def withdraw(duty: Duty) -> Duty:
    """What was issued is withdrawn before it was sent: its draft is changed, approved and issued anew."""
    paper = duty.paper
    if not paper.notice or paper.sent is not None:
        raise KnownError("There is no unsent report to withdraw.")
    return with_paper(duty, replace(paper, notice="", issued=None, approval=None))
