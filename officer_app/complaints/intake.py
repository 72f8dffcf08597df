"""Takes complaints in, from mail files and from the officer's form; the originals are kept sealed."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.base.worker import Pool
from officer_app.casebook import audit, cases, evidence
from officer_app.casebook.book import Casebook
from officer_app.casebook.transaction import Writing
from officer_app.complaints import duties, joining, mail_records, matters, records, rules
from officer_app.complaints.rules import Complaint, Intake, Requester
from officer_app.letters.issue import Letters
from officer_app.policy.book import Book
from officer_app.post import inbox
from officer_app.post.inbox import Taken

Tell = Callable[[int, int], None]
# Letters that only Vietnamese writes; French shares its circumflexes, and others its barred d.
_VIETNAMESE = re.compile("[\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9]")
_SHARE = 0.15  # of the words: a Vietnamese name under an English mail stays below, plain Vietnamese far above


@dataclass(frozen=True)
class TakenIn:
    """What became of one mail file: the case, or the sentence that says why not.

    `joined` says that the case was there already, `known` that the mail itself was; `offered` are other open cases of
    the sender, on which the mail may be: an officer decides that, not the address.
    """

    path: Path
    reference: str = ""
    refused: str = ""
    joined: bool = False
    known: bool = False
    offered: tuple[str, ...] = ()


class AlreadyTaken(KnownError):
    """The very mail is in the casebook."""


def quiet(_done: int, _total: int) -> None:
    """Tell nobody how far it is."""


class Receiving:
    """Opens cases; mail is read in a child of `readers`."""

    def __init__(self, book: Casebook, policy: Callable[[], Book], letters: Letters, readers: Pool) -> None:
        self._book, self._policy, self._letters, self._readers = book, policy, letters, readers

    def mail(self, path: Path) -> Change:
        """Open a case from a mail file, or put it to its case; KnownError when it is no mail or known already."""
        done = self.take(path)
        news = f"The mail was added to {done.reference}." if done.joined else f"{done.reference} opened from the mail."
        return Change(records.DESK, (done.reference,), news=news)

    def take(self, path: Path) -> TakenIn:
        """Open a case from a mail file, or put it to the case that it belongs to; KnownError as `mail` raises it."""
        return self._take(path, self.read(path))

    def read(self, path: Path) -> Taken:
        """Read a mail file in a child process; KnownError when it is no mail."""
        return inbox.read(path, self._readers)

    def mails(
        self, paths: Iterable[Path], progress: Tell = quiet, cancelled: Callable[[], bool] = lambda: False
    ) -> tuple[TakenIn, ...]:
        """Take each file in; what cannot be taken is listed with the reason, the others stay taken."""
        wanted, done = list(paths), list[TakenIn]()
        for number, path in enumerate(wanted):
            if cancelled():
                break
            progress(number, len(wanted))
            try:
                done.append(self.take(path))
            except KnownError as error:
                done.append(TakenIn(path, refused=str(error), known=isinstance(error, AlreadyTaken)))
        return tuple(done)

    def form(self, intake: Intake) -> Change:
        """Open a case from what came by phone, letter or visit."""
        with self._book.transaction("work") as tx:
            case = self._open(tx, intake)
            audit.append(tx, "received", case.reference, {"channel": intake.channel})
        return Change(records.DESK, (case.reference,), news=f"{case.reference} opened.")

    def _take(self, path: Path, taken: Taken) -> TakenIn:
        mail, now = taken.message, self._book.clock()
        # A mail without an identity of its own is known by its bytes.
        identity = mail.message_id or f"sha256:{hashlib.sha256(taken.raw).hexdigest()}"
        received, old = matters.received(mail, now)
        with self._book.transaction("work") as tx:
            reference, how = joining.case_of(tx, mail, identity)
            if mail_records.says_the_same(tx, identity, matters.digest(mail)):
                raise AlreadyTaken(f"This mail is {reference or 'in an erased case'} already. Open that case.")
            alike = mail_records.lookalikes(tx, mail.sender_email)
            odd = (*old, *(f"The sender's address looks like the one in {one} but is another one." for one in alike))
            if reference:
                said = matters.said(mail, received, how, *odd)
                joining.join_mail(tx, self._policy(), reference, taken, said, identity)
                return TakenIn(path, reference, joined=True)
            offered = joining.open_of(tx, Requester(email=mail.sender_email))
            odd = (*odd, how) if how else odd  # why it opened none of the cases it names
            opened = self._open_mail(tx, taken, received, identity, odd)
        return TakenIn(path, opened, offered=tuple(one.reference for one in offered))

    def _open_mail(self, tx: Writing, taken: Taken, received: datetime, identity: str, odd: tuple[str, ...]) -> str:
        mail = taken.message
        intake = Intake(
            kind="other",
            channel="e-mail",
            received=received,
            requester=Requester(mail.sender_name, mail.sender_email),
            subject=mail.subject,
            text=mail.text,
            language="vi" if is_vietnamese(f"{mail.subject} {mail.text}") else self._letters.shop().language,
            warnings=(*mail.warnings, *odd),
            complete=mail.complete,
            message=identity,
        )
        case = self._open(tx, intake)
        opening = replace(matters.said(mail, received), seen=tx.now)
        mail_records.add(tx, case.reference, opening, identity, matters.digest(mail))
        evidence.add(tx, case.reference, "mail.eml", "message/rfc822", taken.raw)
        for attached in mail.attachments:
            evidence.add(tx, case.reference, attached.name, attached.content_type, attached.content)
        details = {"from": mail.sender_email, "files": 1 + len(mail.attachments)}
        audit.append(tx, "received", case.reference, details)
        return case.reference

    def _open(self, tx: Writing, intake: Intake) -> Complaint:
        policy = self._policy()
        if intake.kind not in {kind.id for kind in (*policy.complaint_kinds, *policy.request_kinds)}:
            raise KnownError("Choose a kind from the list of the policy.")
        fresh = rules.open_case(intake, tx.now)
        year = tx.now.astimezone(policy.zone).year
        reference = cases.open_case(tx, records.DESK, fresh.kind, fresh.state, year, assignee=tx.actor.id)
        case = replace(fresh, reference=reference, assignee=tx.actor.id)
        records.add(tx, case)
        duties.set_deadlines(tx, policy, case)
        return case


def is_vietnamese(text: str) -> bool:
    """Return whether a text is written in Vietnamese; names alone do not make it so."""
    words = unicodedata.normalize("NFC", text).split()
    return sum(bool(_VIETNAMESE.search(word)) for word in words) > len(words) * _SHARE
