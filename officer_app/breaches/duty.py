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

    `email` is where an unsent mail with the report is addressed to, "" where they take none.
    """

    language: str
    recipient: tuple[str, ...]
    request: str
    suspects: str = ""
    other_reports: str = ""
    enclosures: tuple[str, ...] = ()
    email: str = ""


@dataclass(frozen=True)
class LetterText:
    """The customers' letter in one language; the list of data and the advice are added from the incident."""

    what_happened: str
    what_we_are_doing: str
    what_you_can_do: str
    more_information: str
    not_involved: str = ""


@dataclass(frozen=True)
class LettersDraft:
    """The customers' letters: one text per language, the language for who has none of them, and the advice."""

    texts: dict[str, LetterText]
    default_language: str
    advice: tuple[str, ...] = ("beware_phishing", "shared_computer")


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
        if not text.request.strip():
            raise KnownError("Enter what you ask the police for.")
        changed = replace(duty, report=text)
    else:
        changed = replace(duty, letters=_checked(text))
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


def approve(duty: Duty, approval: Approval) -> Duty:
    """A manager approves the draft."""
    if not duty.drafted:
        raise KnownError("There is no draft to approve yet.")
    return replace(duty, approval=approval)


def issue(duty: Duty, number: str, now: datetime) -> Duty:
    """The notice was issued under a number."""
    return replace(duty, notice=number, issued=now)


def send(duty: Duty, at: datetime, channel: str, their_reference: str = "") -> Duty:
    """The notice was sent; `their_reference` is the number the recipient gave it."""
    return replace(duty, sent=at, channel=channel, their_reference=their_reference.strip())


def tell_elsewhere(duty: Duty, channel: str, at: datetime, their_reference: str, now: datetime, by: str) -> Duty:
    """They were told without a notice of ours, on a portal or their own form."""
    if duty.duty == INDIVIDUALS:
        raise KnownError("Customers are told by letter; freeze a list and print the letters.")
    if duty.sent is not None:
        raise KnownError("This was sent already.")
    if duty.notice:
        raise KnownError(f"{duty.notice} is issued. Record it as sent, or withdraw it first.")
    if at > now:
        raise KnownError("This time lies in the future. Enter when it was really sent.")
    if at < duty.start:
        raise KnownError("This time lies before the incident was noticed. Check the date.")
    if not their_reference.strip():
        raise KnownError("Enter the reference or the name of who took the report, as proof.")
    told = replace(duty, decision=NOTIFY, decided=duty.decided or now, decided_by=duty.decided_by or by)
    return send(told, at, channel, their_reference)
