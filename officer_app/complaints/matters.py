"""What belongs to a complaint beside its first words: later messages and other cases, and what names the matter."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from officer_app.complaints.rules import Requester
from officer_app.post.message import Message

MERGED_INTO, MERGED_FROM, SPLIT_INTO, SPLIT_FROM = "merged into", "merged from", "split into", "split from"
DISCLOSURE, INCIDENT = "disclosure", "incident"
_REFERENCE = re.compile(r"(?<![0-9A-Za-z])C-(\d{4})-(\d{4,9})(?![0-9A-Za-z])", re.IGNORECASE)
_BELIEVED = timedelta(days=366)
_SUBJECTS = 5  # a subject that names more cases than these was made to be a nuisance


@dataclass(frozen=True)
class Said:
    """One message of a case: the mail that opened it, a later one, or what was said later by phone or on paper.

    `how` says by what a later one was joined, "" for the first. `warnings` are sentences for the officer; `seen` is
    when an officer first opened the case after it came, None while nobody did. A `stranger` wrote from another address
    than who opened the case.
    """

    received: datetime
    channel: str
    sender: Requester = field(default_factory=Requester)
    subject: str = ""
    text: str = ""
    reply_to: str = ""
    sent: datetime | None = None
    delivered: datetime | None = None
    files: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    complete: bool = True
    how: str = ""
    seen: datetime | None = None
    id: str = ""
    stranger: bool = False


@dataclass(frozen=True)
class Link:
    """Another case that this one has to do with, and how."""

    other: str
    relation: str
    made: datetime


def named(subject: str) -> tuple[str, ...]:
    """Return the references of complaints that a subject names, such as "Re: your letter [C-2026-0001]"."""
    found = (f"C-{year}-{number}" for year, number in _REFERENCE.findall(subject))
    return tuple(dict.fromkeys(found))[:_SUBJECTS]


def received(mail: Message, now: datetime) -> tuple[datetime, tuple[str, ...]]:
    """Return when a mail counts as received, and what is odd about that.

    What the last mail server noted comes before what the sender claims. Clocks run from it: a date in the future, or
    so old that it cannot be meant, is not believed.
    """
    claimed = mail.delivered or mail.date
    if claimed is None:
        return now, ()
    if claimed < now - _BELIEVED:
        odd = f"The mail claims to be of {claimed:%Y-%m-%d}; it counts as received when it was taken in."
        return now, (odd,)
    return min(claimed, now), ()


def answered(mail: Message) -> tuple[str, ...]:
    """Return the message-ids that a mail answers, the nearest first."""
    return tuple(dict.fromkeys(one for one in (mail.in_reply_to, *reversed(mail.references)) if one))


def said(mail: Message, received: datetime, how: str = "", *extra: str) -> Said:
    """Return a mail as a message of its case; the text of one that opened the case stands in the case itself."""
    return Said(
        received=received,
        channel="e-mail",
        sender=Requester(mail.sender_name, mail.sender_email),
        subject=mail.subject,
        text=mail.text if how else "",
        reply_to=mail.reply_to,
        sent=mail.date,
        delivered=mail.delivered,
        files=tuple(one.name for one in mail.attachments),
        warnings=tuple(dict.fromkeys((*mail.warnings, *extra))),
        complete=mail.complete,
        how=how,
    )


def digest(mail: Message) -> str:
    """Return a digest of what a mail says and carries; two copies that took different ways here have the same."""
    found = hashlib.sha256()
    date = mail.date.isoformat() if mail.date else ""
    for part in (mail.sender_name, mail.sender_email, date, mail.subject, mail.text):
        found.update(part.encode("utf-8", "replace") + b"\0")
    for file in mail.attachments:
        found.update(hashlib.sha256(file.content).digest())
    return found.hexdigest()
