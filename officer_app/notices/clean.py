"""The one gate that text passes before it is set: nothing invisible, nothing endless, never markup."""

import re
import unicodedata

FIELD = 500
"""Most characters of a text inside a sentence: a name, a date, a reference."""
CELL = 2_000
"""Most characters of one table cell."""
BODY = 20_000
"""Most characters of one field that stands on its own: reasons, facts, measures."""

_UNBROKEN = re.compile(r"\S{80}(?=\S)")
_PLAIN = re.compile(r"[ -~¡-¬®-ɏḀ-ỿ–—‘’“”…•]*")
_ONE_LINE = re.compile(r"[!-~¡-¬®-ɏḀ-ỿ–—‘’“”…•]+(?: [!-~¡-¬®-ɏḀ-ỿ–—‘’“”…•]+)*")


def clean(text: str, limit: int = BODY) -> str:
    """Return `text` in NFC on lines, without control, format, surrogate, private and unassigned characters.

    It is cut to `limit` characters (the cut shows as "…") and gets a space after 80 characters without one:
    an endless word would otherwise hold up the setting of the letter.
    """
    text = text[: limit + 1]
    if not _PLAIN.fullmatch(text):
        text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
        text = "".join(ch for ch in map(_shown, text) if ch)
    if len(text) > limit:
        text = text[: limit - 1].rstrip() + "…"
    return _UNBROKEN.sub(r"\g<0> ", text) if len(text) > 80 else text


def line(text: str, limit: int = FIELD) -> str:
    """Return `clean(text)` on one line with single spaces."""
    if len(text) <= min(80, limit) and _ONE_LINE.fullmatch(text):
        return text  # names and addresses are nearly always like this, and come by the million
    return " ".join(clean(text, limit).split())


def paragraphs(text: str, limit: int = BODY) -> tuple[str, ...]:
    """Return `clean(text)` cut at blank lines."""
    parts = re.split(r"\n[ \t]*(?:\n[ \t]*)+", clean(text, limit))
    return tuple(part.strip() for part in parts if part.strip())


def _shown(ch: str) -> str:
    if ch == "\n" or ch.isprintable():
        return ch if ch not in _SELECTORS else ""
    return " " if ch == "\t" or unicodedata.category(ch)[0] == "Z" else ""


_SELECTORS = frozenset(map(chr, range(0xFE00, 0xFE10)))
"""Variation selectors choose a picture of the character before them; a printed letter needs none."""
