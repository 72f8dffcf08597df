"""Reads the header fields of a mail or of one of its parts, within limits and trusting no byte of them."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.header import decode_header
from email.message import Message as Fields
from email.utils import getaddresses, parsedate_to_datetime

from officer_app.base.person import normal_email
from officer_app.post import caps
from officer_app.post.caps import Notes
from officer_app.post.charset import clean_line, decode

_FIELD = re.compile(rb"([!-9;-~]{1,76})[ \t]*:(.*)", re.DOTALL)
_BLANK = re.compile(rb"\n[ \t]*\r?\n")
_ADDRESS = re.compile(r"[^\s<>@,;:\"()\[\]\\]{1,64}@[^\s<>@,;:\"()\[\]\\]{1,255}")
_ID = re.compile(r"<([^<>\s]{1,500})>")
_READ = frozenset(
    b"from sender reply-to to cc subject date message-id in-reply-to references received content-type"
    b" content-transfer-encoding content-disposition".split()
)
_OF_A_MAIL = frozenset(
    b"from to subject date message-id received return-path delivered-to mime-version sender reply-to cc bcc"
    b" content-type x-mailer x-originating-ip x-unsent".split()
)


@dataclass
class Block:
    """The header fields that matter, by lower-case name in their order, and where the body begins."""

    fields: dict[bytes, list[bytes]] = field(default_factory=dict)
    body: int = 0

    def first(self, name: bytes) -> bytes:
        """Return the first field of that name, unfolded; b"" when there is none."""
        return self.fields.get(name, [b""])[0]


def looks_like_mail(raw: bytes) -> bool:
    """Return whether the bytes begin with header fields among which at least one belongs to a mail.

    Fields that go on for 64 kB are taken for a mail's.
    """
    begin = raw[:65_536].removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if len(raw) > 65_536:
        begin = begin[: begin.rfind(b"\n") + 1] or begin  # a line cut in two would read as the body
    block = read_block(begin, 0, len(begin), Notes(), _OF_A_MAIL)
    return bool(block.fields) or (len(raw) > 65_536 and block.body == len(begin))


def read_block(raw: bytes, start: int, end: int, notes: Notes, wanted: frozenset[bytes] = _READ) -> Block:
    """Read the header block of raw[start:end]; a field that is not wanted is skipped, not kept."""
    block = Block()
    limit = min(end, start + caps.HEADER_BYTES)
    at, last = start, b""
    size = 0
    while at < limit:
        newline = raw.find(b"\n", at, limit)
        if newline < 0 and limit < end and limit - at <= caps.HEADER_LINE:
            break  # the limit falls into an ordinary line, half of which could mislead
        stop = limit if newline < 0 else newline + 1
        line = raw[at : min(stop, at + caps.HEADER_LINE + 2)]
        if not line.strip(b" \t\r\n"):
            block.body = stop
            return block
        cut = stop - at > caps.HEADER_LINE + 2
        text = line.rstrip(b"\r\n")
        if text[:1] in b" \t" and at > start:
            if last and size < caps.FIELD_BYTES:
                block.fields[last][-1] += b" " + text.strip(b" \t")
                size += len(text)
            elif last:
                cut = True
        elif match := _FIELD.fullmatch(text):
            name = match[1].lower()
            last = name if name in wanted else b""
            if last:
                block.fields.setdefault(last, []).append(match[2].strip(b" \t"))
                size = len(text)
        elif not (at == start and text.startswith(b"From ")):  # mbox puts "From somebody date" first
            block.body = at
            return block
        if cut and last:
            notes.over("A header line of the mail is too long and was cut.")
        at = stop
    if limit < end:
        notes.over("The headers of the mail are larger than 1 MB and were not read in full.")
        found = _BLANK.search(raw, limit - 1, end)
        block.body = found.end() if found else end
    else:
        block.body = end
    return block


def text_of(value: bytes, notes: Notes, limit: int) -> str:
    """Return a field's text with its encoded words (RFC 2047) decoded, as one clean line."""
    plain = _as_text(value, notes)
    try:
        text = _decoded_words(plain, notes)
    except Exception:  # the standard decoder raises several kinds
        notes.warn("A header of the mail is badly encoded and is shown as it came.")
        text = plain
    if len(text) > limit:
        notes.over("A header of the mail is very long and is shown in part.")
    return clean_line(text, limit)


def addresses(values: list[bytes], notes: Notes) -> list[tuple[str, str]]:
    """Return (name, e-mail) of each address in those fields, at most 100, as they were typed."""
    joined = b", ".join(values[: caps.ADDRESSES])
    plain = _as_text(joined[: caps.ADDRESS_BYTES], notes)
    try:
        pairs = getaddresses([plain])
    except Exception:  # the standard parser raises several kinds on hostile input, RecursionError among them
        pairs = []
    found = [(name, mail) for name, mail in pairs if mail]
    if not found or not all(_ADDRESS.fullmatch(mail) for _, mail in found):
        # What is malformed is not guessed at: every address in it is taken, without a name.
        found = [("", mail) for mail in _ADDRESS.findall(plain)]
    if len(joined) > caps.ADDRESS_BYTES or len(found) > caps.ADDRESSES:
        notes.over("The mail has very many addresses; only the first 100 were read.")
    return [
        (text_of(_as_bytes(name), notes, caps.NAME_CHARS), clean_line(mail, caps.EMAIL_CHARS))
        for name, mail in found[: caps.ADDRESSES]
    ]


def email_in(text: str) -> str:
    """Return the first e-mail address in `text` in normal form; "" when there is none."""
    found = _ADDRESS.search(text)
    return normal_email(found[0]) if found else ""


def date_of(value: bytes) -> datetime | None:
    """Return the instant of a date field in UTC; None when there is none or it makes no sense."""
    text = value[-200:].decode("ascii", "replace").strip()
    try:
        moment = parsedate_to_datetime(text)
        # "-0000" says the sender's zone is unknown; the time itself is then UTC (RFC 5322 section 3.3).
        return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment).astimezone(UTC)
    except Exception:
        return None


def ids(values: list[bytes]) -> tuple[str, ...]:
    """Return the message-ids of those fields without their angle brackets, the last 100."""
    text = b" ".join(values).decode("utf-8", "replace")
    found = _ID.findall(text) or [word for word in text.split() if "@" in word]
    clean = (clean_line(one, 500) for one in found[-caps.REFERENCES :])
    return tuple(dict.fromkeys(one for one in clean if one))


@dataclass(frozen=True)
class Content:
    """What the fields of one part say about its body."""

    kind: str
    charset: str
    boundary: str
    name: str
    disposition: str
    encoding: str
    flowed: bool


def content_of(block: Block, default: str, notes: Notes) -> Content:
    """Return the content fields of a part; anything unreadable gives the default kind."""
    fields = Fields()
    for name in (b"content-type", b"content-disposition"):
        value = _as_text(block.first(name), notes)[: caps.PARAMETER_CHARS]
        if value:
            fields[name.decode()] = value
    kind = _tried(fields.get_content_type) if "content-type" in fields else default
    encoding = block.first(b"content-transfer-encoding").decode("ascii", "replace").split(";")[0]
    return Content(
        kind=kind or default,
        charset=_tried(lambda: fields.get_content_charset("") or ""),
        boundary=_tried(lambda: fields.get_boundary("") or ""),
        name=_name(_tried(lambda: fields.get_filename("") or ""), notes),
        disposition=_tried(lambda: fields.get_content_disposition() or ""),
        encoding=encoding.strip().strip('"').casefold(),
        flowed=_tried(lambda: str(fields.get_param("format", ""))).casefold() == "flowed",
    )


def _tried(read: Callable[[], str]) -> str:
    try:
        return read()
    except Exception:  # malformed parameters raise many kinds
        return ""


def _name(text: str, notes: Notes) -> str:
    """Return a file name as sent, encoded words decoded, nothing cleaned: `safe_names` does that."""
    try:
        return _decoded_words(text, notes)
    except Exception:  # the standard decoder raises several kinds
        return text


def _decoded_words(text: str, notes: Notes) -> str:
    if "=?" not in text:
        return text
    pieces = decode_header(text)
    return "".join(one if isinstance(one, str) else decode(one, kind or "", notes) for one, kind in pieces)


def _as_text(value: bytes, notes: Notes) -> str:
    return value.decode("ascii") if value.isascii() else decode(value, "", notes)


def _as_bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
