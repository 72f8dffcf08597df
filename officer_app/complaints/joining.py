"""Puts a further mail or word to the case it belongs to, instead of opening another one on the same matter."""

from collections.abc import Callable
from dataclasses import replace

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.base.person import email_without_tag
from officer_app.casebook import audit, cases, evidence
from officer_app.casebook.book import Casebook
from officer_app.casebook.cases import CaseHead
from officer_app.casebook.transaction import Reading, Writing
from officer_app.complaints import duties, mail_records, matters, records, rules
from officer_app.complaints.matters import Said
from officer_app.complaints.rules import CLOSED, Intake, Requester
from officer_app.policy.book import Book
from officer_app.post.inbox import Taken
from officer_app.post.message import Message

ANSWERS, NAMES, SAME_ID = "it answers a mail of this case", "its subject names this case", "its message-id is known"
STRANGE = "Its subject names {0}, which is closed and was opened by somebody else: it did not open that case again."
BY_OFFICER = "an officer put it here"
_AGAIN = "something further came in"


def case_of(tx: Reading, mail: Message, identity: str) -> tuple[str, str]:
    """Return the case that a mail belongs to and by what that is known; ("", warning or "") when it opens a new one.

    What answers a known mail comes before what a subject merely names. A case whose contents were destroyed takes
    nothing in any more; one that was merged hands on. References are easily guessed, so that a stranger who names a
    closed case does not open it again.
    """
    strange = ""
    known = mail_records.with_message(tx, [identity, *matters.answered(mail)])
    found = [(known[one], ANSWERS if one != identity else SAME_ID) for one in known]
    found += [(one, NAMES) for one in matters.named(mail.subject)]
    for reference, how in found:
        kept = mail_records.current(tx, reference)
        if not mail_records.exists(tx, kept):
            continue
        if how == NAMES and _closed_to(tx, kept, mail.sender_email):
            strange = strange or STRANGE.format(kept)
            continue
        return kept, how
    return "", strange


def _closed_to(tx: Reading, reference: str, sender: str) -> bool:
    """Return whether a case is closed and none of those who wrote in it has this address."""
    case = records.get(tx, reference)
    if case.state != CLOSED:
        return False
    wrote = (case.requester.email, *(one.sender.email for one in mail_records.of_case(tx, reference)))
    return email_without_tag(sender) not in {email_without_tag(one) for one in wrote if one}


def join_mail(tx: Writing, policy: Book, reference: str, taken: Taken, said: Said, identity: str) -> bool:
    """Put a mail to its case with its evidence, and return whether that opened a closed one again."""
    case, mail = records.get(tx, reference), taken.message
    asked = case.requester.email
    if email_without_tag(mail.sender_email) != email_without_tag(asked):
        who = mail.sender_email or "no address"
        warning = f"This mail came from {who}, not from {asked}, who opened the case."
        if not asked:
            warning = f"This mail came from {who}; the case was opened without an e-mail address."
        said = replace(said, warnings=(warning, *said.warnings), stranger=True)
    mail_records.add(tx, reference, said, identity, matters.digest(mail))
    evidence.add(tx, reference, "mail.eml", "message/rfc822", taken.raw)
    for file in mail.attachments:
        evidence.add(tx, reference, file.name, file.content_type, file.content)
    again = _open_again(tx, policy, reference, said)
    details = {"from": mail.sender_email, "because": said.how, "files": 1 + len(mail.attachments)}
    audit.append(tx, "mail joined, case reopened" if again else "mail joined", reference, details)
    return again


def _open_again(tx: Writing, policy: Book, reference: str, said: Said) -> bool:
    case = records.get(tx, reference)
    if case.state != CLOSED:
        return False
    after = rules.reopen(case, _AGAIN, said.received)
    records.save(tx, after)
    duties.set_deadlines(tx, policy, after)
    return True


def open_of(tx: Reading, who: Requester, but: str = "") -> tuple[CaseHead, ...]:
    """Return the person's open complaints, newest first, by e-mail and phone; `but` is left out."""
    found = cases.of_person(
        tx, emails=[who.email] if who.email else [], phones=[who.phone] if who.phone else []
    )  # fmt: skip
    return tuple(one for one in found if one.desk == records.DESK and one.closed is None and one.reference != but)


class Joining:
    """What an officer puts to a case that is there already."""

    def __init__(self, book: Casebook, policy: Callable[[], Book]) -> None:
        self._book, self._policy = book, policy

    def open_of(self, who: Requester) -> tuple[CaseHead, ...]:
        """Return the person's open complaints, to be offered before another one is opened."""
        with self._book.reading() as tx:
            return open_of(tx, who)

    def add(self, reference: str, intake: Intake) -> Change:
        """Put what came by phone, letter or visit to a case; a closed one is open again."""
        if not intake.text.strip() and not intake.subject.strip():
            raise KnownError("Enter what the person says, in their own words if you can.")
        if intake.received > self._book.clock():
            raise KnownError("The time of receipt lies in the future. Enter when it really came in.")
        with self._book.transaction("work", reference) as tx:
            records.get(tx, reference)
            said = Said(
                received=intake.received, channel=intake.channel, sender=intake.requester, subject=intake.subject,
                text=intake.text, how=BY_OFFICER, seen=tx.now,
            )  # fmt: skip
            mail_records.add(tx, reference, said)
            again = _open_again(tx, self._policy(), reference, said)
            action = "statement added, case reopened" if again else "statement added"
            audit.append(tx, action, reference, {"channel": intake.channel})
        news = f"Added to {reference}." if not again else f"Added to {reference}, which is open again."
        return Change(records.DESK, (reference,), news=news)
