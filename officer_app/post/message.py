"""Turns the bytes of a mail into a Message: plain text, attachments and warnings, whatever the bytes are."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from officer_app.post import caps, headers, lookalike, plain, safe_names, structure
from officer_app.post.caps import Notes
from officer_app.post.charset import clean_line, decode
from officer_app.post.headers import Block
from officer_app.post.structure import Part

_REPORTS = frozenset({"message/delivery-status", "message/disposition-notification", "text/rfc822-headers"})
_SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_PROGRAMS = frozenset(
    {"apk", "app", "bat", "chm", "cmd", "com", "cpl", "dll", "dmg", "docm", "exe", "gadget", "hta", "htm",
     "html", "iso", "jar", "js", "jse", "lnk", "msi", "msix", "pif", "pkg", "ps1", "reg", "scr", "sh", "svg",
     "url", "vbe", "vbs", "wsf", "xhtml", "xlsm"}
)  # fmt: skip
_STUB_CHARS = 200
"""A plain alternative shorter than this may only say "your program cannot show HTML"."""


@dataclass(frozen=True)
class Attachment:
    """A file that came with a mail; `name` is clean for showing, `content` is as sent."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Message:
    """A mail as the officer may see it.

    Message-ids come without angle brackets. `to` holds the addresses of To and Cc. `date` is what the sender
    claims, `delivered` what the last mail server noted, both in UTC. `text` is plain. `warnings` are
    sentences for the officer. `complete` is False when a limit was passed and the mail was not read in full.
    """

    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    sender_name: str
    sender_email: str
    reply_to: str
    to: tuple[str, ...]
    subject: str
    date: datetime | None
    text: str
    attachments: tuple[Attachment, ...]
    warnings: tuple[str, ...]
    complete: bool
    delivered: datetime | None = None


def parse(raw: bytes) -> Message:
    """Return the mail; never raises but for want of memory, and never touches network or disk.

    It may take long on hostile bytes: foreign mail goes through `inbox`, which runs this in a killable child.
    """
    if len(raw) > caps.MAIL_BYTES:
        return parse_reduced(raw, caps.TOO_BIG)
    notes = Notes()
    try:
        root = structure.read(_with_newlines(raw), notes)
        reader = _Reader(notes)
        reader.visit(root, take_text=True, keep=True)
        return _message(root.block, notes, "\n\n".join(reader.texts), tuple(reader.attachments))
    except MemoryError:
        raise
    except Exception:  # a standard-library parser met bytes it was not written for; the original is kept
        return parse_reduced(raw, caps.TOO_HARD)


def parse_reduced(raw: bytes, reason: str) -> Message:
    """Return headers and the beginning of the text of a mail that is too big or too hard; no attachments."""
    notes = Notes()
    notes.over(reason)
    head = _with_newlines(raw[: caps.REDUCED_BYTES])
    try:
        reader = _Reader(notes, rough=True)
        root = structure.read(head, notes)
        reader.visit(root, take_text=True, keep=False)
        return _message(root.block, notes, "\n\n".join(reader.texts), ())
    except MemoryError:
        raise
    except Exception:
        return unread(reason)


def unread(reason: str) -> Message:
    """Return the message of a mail of which nothing could be read."""
    return Message("", "", (), "", "", "", (), "", None, "", (), (reason,), complete=False)


class _Reader:
    """Walks the parts of one mail and collects its texts and attachments."""

    def __init__(self, notes: Notes, *, rough: bool = False) -> None:
        self.texts: list[str] = []
        self.attachments: list[Attachment] = []
        self._notes = notes
        self._rough = rough
        self._number = 0
        self._chars = 0

    def visit(self, part: Part, *, take_text: bool, keep: bool) -> None:
        """Take what is in `part`; recursion ends at the depth that `structure` allows."""
        kind = part.content.kind
        if part.is_forwarded:
            self._forwarded(part, take_text=take_text, keep=keep)
        elif kind == "multipart/alternative" and part.children:
            chosen = self._chosen(part)
            for child in part.children:
                self.visit(child, take_text=take_text and child is chosen, keep=keep)
        elif part.children:
            if kind == "multipart/encrypted":
                self._notes.warn("The mail is encrypted (PGP). Export its attachments to open them.")
            for child in part.children:
                self.visit(child, take_text=take_text and kind != "multipart/encrypted", keep=keep)
        elif self._is_text(part):
            if take_text:
                self._take_text(part)
        elif kind.startswith("multipart/"):
            self._notes.warn("The structure of the mail is broken; its text is shown as it came.")
            if take_text:
                self._take_text(part)
        elif keep:
            self._attach(part)

    def _is_text(self, part: Part) -> bool:
        content = part.content
        if content.disposition == "attachment" or (content.name and self.texts):
            return False
        return content.kind in ("text/plain", "text/html") or content.kind in _REPORTS

    def _take_text(self, part: Part) -> None:
        if self._chars > caps.TEXT_CHARS:
            self._notes.over(caps.TOO_LONG)
            return
        text = self._text_of(part).strip("\n")
        self._chars += len(text)
        if "-----BEGIN PGP MESSAGE-----" in text:
            self._notes.warn("The text of the mail is encrypted (PGP). Export the original to open it.")
        if text.strip():
            self.texts.append(text)

    def _text_of(self, part: Part) -> str:
        text = decode(part.decoded(self._notes), part.content.charset, self._notes)
        if part.content.kind != "text/html":
            return plain.unflowed(text) if part.content.flowed else text
        return plain.roughly(text) if self._rough else plain.from_html(text, self._notes)

    def _chosen(self, part: Part) -> Part:
        """Return the alternative to show: the plain one, unless it is empty or a stub beside longer HTML."""
        leaves = {_flavour(child): child for child in reversed(part.children)}
        simple, rich = leaves.get("text/plain"), leaves.get("text/html")
        if simple is None or rich is None:
            return simple or rich or part.children[0]
        quiet = Notes()
        leaf = _first_leaf(simple)
        text = decode(leaf.decoded(quiet), leaf.content.charset, quiet).strip()
        if len(text) >= _STUB_CHARS:
            return simple
        return rich if len(self._text_of(_first_leaf(rich))) > 5 * len(text) else simple

    def _forwarded(self, part: Part, *, take_text: bool, keep: bool) -> None:
        inner = part.children[0]
        head = _message(inner.block, Notes(), "", ())  # warnings are about the mail itself
        if keep:
            raw = inner.buffer[part.start : part.end] if inner.buffer is part.buffer else inner.buffer
            self._add(f"{head.subject or 'forwarded mail'}.eml", "message/rfc822", raw)
        if take_text:
            sender = f"{head.sender_name} <{head.sender_email}>".strip()
            sent = head.date.strftime("%Y-%m-%d %H:%M UTC") if head.date else "unknown"
            self.texts.append(
                f"---------- Forwarded message ----------\nFrom: {sender}\nDate: {sent}\nSubject: {head.subject}"
            )
        # What is inside the forwarded mail is in its .eml already; only its text is shown.
        self.visit(inner, take_text=take_text, keep=False)

    def _attach(self, part: Part) -> None:
        content = part.content
        if content.kind in _SMIME:
            self._notes.warn("The mail is encrypted or sealed (S/MIME). Export its attachment to open it.")
        elif content.kind == "application/ms-tnef":
            self._notes.warn("Outlook packed the attachments into winmail.dat; ask the sender for plain files.")
        body = part.decoded(self._notes)
        if body or content.name:
            self._add(content.name, content.kind, body)

    def _add(self, name: str, kind: str, content: bytes) -> None:
        self._number += 1
        shown = safe_names.display(name, fallback=safe_names.for_kind(kind, self._number))
        if shown.rpartition(".")[2].casefold() in _PROGRAMS:
            self._notes.warn(f"The attachment {shown} may run as a program when it is opened.")
        self.attachments.append(Attachment(shown, clean_line(kind, 100), content))


def _flavour(part: Part) -> str:
    return _first_leaf(part).content.kind


def _first_leaf(part: Part) -> Part:
    while part.children and not part.is_forwarded:
        part = part.children[0]
    return part


def _message(block: Block, notes: Notes, text: str, attachments: tuple[Attachment, ...]) -> Message:
    """Return the Message of a header block and what was found in its body."""
    fields = block.fields
    senders = headers.addresses(fields.get(b"from", []) or fields.get(b"sender", []), notes)
    name, address = senders[0] if senders else ("", "")
    replies = headers.addresses(fields.get(b"reply-to", []), notes)
    reply_to = replies[0][1] if replies else ""
    people = headers.addresses([*fields.get(b"to", []), *fields.get(b"cc", [])], notes)
    date = headers.date_of(block.first(b"date"))
    delivered = headers.date_of(block.first(b"received").rpartition(b";")[2])
    if not address:
        notes.warn("The mail names no sender.")
    if len(senders) > 1:
        notes.warn("The mail names more than one sender; the first is shown.")
    for sentence in lookalike.sender_warnings(name, address, reply_to):
        notes.warn(sentence)
    if date is None:
        notes.warn("The mail has no readable date.")
    elif delivered is not None and abs(date - delivered) > timedelta(days=1):
        notes.warn(f"The mail claims to be of {date:%Y-%m-%d} but was delivered on {delivered:%Y-%m-%d}.")
    answered = headers.ids(fields.get(b"in-reply-to", []))
    own = headers.ids(fields.get(b"message-id", [])[:1])
    shown = plain.shortened(text, notes)
    result = Message(
        message_id=own[0] if own else "",
        in_reply_to=answered[0] if answered else "",
        references=headers.ids(fields.get(b"references", [])),
        sender_name=name,
        sender_email=address,
        reply_to=reply_to,
        to=tuple(dict.fromkeys(mail for _, mail in people if mail)),
        subject=headers.text_of(block.first(b"subject"), notes, caps.SUBJECT_CHARS),
        date=date,
        text=shown,
        attachments=attachments,
        warnings=(),
        complete=True,
        delivered=delivered,
    )
    return replace(result, warnings=tuple(notes.warnings), complete=notes.complete)


def _with_newlines(raw: bytes) -> bytes:
    """Return the mail without byte-order mark and leading blank lines; old Mac line ends become newlines."""
    trimmed = raw.removeprefix(b"\xef\xbb\xbf")
    if trimmed[:1] in b"\r\n":
        trimmed = trimmed.lstrip(b"\r\n")
    return trimmed if b"\n" in trimmed[:100_000] else trimmed.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
