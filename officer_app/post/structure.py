"""Cuts a mail into the tree of its parts, in linear time and within limits on depth and number.

The standard library's parser needs 6 s for 100,000 parts and recurses once a level; limits have to hold
before such work, so the cutting is done here, and the library only reads single fields and decodes single bodies.
"""

import binascii
import quopri
import re
from dataclasses import dataclass, field

from officer_app.post import caps
from officer_app.post.caps import Notes
from officer_app.post.headers import Block, Content, content_of, read_block

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_PADDING = re.compile(rb"=+")
_BASE64_BLOCKS = 1_000
_FORWARDED = frozenset({"message/rfc822", "message/global"})


@dataclass
class Part:
    """One part: its content fields, where its body lies in `buffer`, and the parts inside."""

    content: Content
    block: Block
    buffer: bytes
    start: int
    end: int
    children: list["Part"] = field(default_factory=list)

    def body(self) -> bytes:
        """Return the body as transferred."""
        return self.buffer[self.start : self.end]

    def decoded(self, notes: Notes) -> bytes:
        """Return the body with its transfer encoding undone; what cannot be decoded is kept as it came."""
        body = self.body()
        encoding = self.content.encoding
        if encoding == "base64":
            return _from_base64(body, notes)
        if encoding == "quoted-printable":
            return quopri.decodestring(body)
        if encoding not in ("", "7bit", "8bit", "binary"):
            notes.warn("A part of the mail is in an unknown transfer encoding and was kept as it came.")
        return body

    @property
    def is_forwarded(self) -> bool:
        """Whether the part is a whole mail, whose headers and body are the one child."""
        return self.content.kind in _FORWARDED and bool(self.children)


def read(raw: bytes, notes: Notes) -> Part:
    """Return the mail as a tree of parts; past a limit the rest stays uncut and is noted."""
    root = _part(raw, 0, len(raw), "text/plain", notes)
    waiting = [(root, 1)]
    count = 1
    while waiting:
        part, depth = waiting.pop()
        kind = part.content.kind
        if not (kind.startswith("multipart/") or kind in _FORWARDED):
            continue
        if depth > caps.DEPTH:
            notes.over("The mail is nested more than 20 levels deep and was not read in full.")
            continue
        if kind in _FORWARDED:
            whole = part.content.encoding in ("base64", "quoted-printable")
            inner = part.decoded(notes) if whole else part.buffer
            start, end = (0, len(inner)) if whole else (part.start, part.end)
            if end > start:
                part.children.append(_part(inner, start, end, "text/plain", notes))
                count += 1
        else:
            default = "message/rfc822" if kind == "multipart/digest" else "text/plain"
            for start, end in _cut(part, caps.PARTS - count, notes):
                part.children.append(_part(part.buffer, start, end, default, notes))
                count += 1
        waiting.extend((child, depth + 1) for child in reversed(part.children))
    return root


def _part(buffer: bytes, start: int, end: int, default: str, notes: Notes) -> Part:
    block = read_block(buffer, start, end, notes)
    return Part(content_of(block, default, notes), block, buffer, block.body, end)


def _cut(part: Part, room: int, notes: Notes) -> list[tuple[int, int]]:
    """Return where the parts of a multipart lie, at most `room` of them."""
    boundary = part.content.boundary.encode("utf-8", "surrogateescape")[:200]
    if not boundary:
        return []
    line = re.compile(rb"^--" + re.escape(boundary) + rb"(--)?[ \t]*\r?$", re.MULTILINE)
    found: list[tuple[int, int]] = []
    begun = -1
    for match in line.finditer(part.buffer, part.start, part.end):
        if begun >= 0:
            found.append((begun, max(begun, _before_newline(part.buffer, match.start()))))
        begun = -1 if match[1] else min(match.end() + 1, part.end)
        if match[1]:
            break
        if len(found) >= room:
            notes.over("The mail has more than 200 parts and was not read in full.")
            return found[: max(0, room)]
    if begun >= 0:
        found.append((begun, part.end))
    return found


def _before_newline(buffer: bytes, at: int) -> int:
    """Return where the line end before `at` begins; it belongs to the boundary (RFC 2046 section 5.1.1)."""
    if buffer[at - 1 : at] == b"\n":
        at -= 1
    return at - 1 if buffer[at - 1 : at] == b"\r" else at


def _from_base64(body: bytes, notes: Notes) -> bytes:
    # Decoding stops at the first padding: data after it (a footer, a second block) would be lost unseen.
    whole = b"=" not in body.rstrip(b"=\r\n\t -")
    if whole:
        try:
            return binascii.a2b_base64(body)
        except binascii.Error:
            pass
    notes.warn("A part of the mail is damaged (base64); what could be decoded is kept.")
    blocks = _PADDING.split(body, _BASE64_BLOCKS)[:_BASE64_BLOCKS]
    return b"".join(_block(_NOT_BASE64.sub(b"", block)) for block in blocks)


def _block(clean: bytes) -> bytes:
    usable = clean[:-1] if len(clean) % 4 == 1 else clean
    return binascii.a2b_base64(usable + b"=" * (-len(usable) % 4))
