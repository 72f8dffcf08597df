"""Turns the bytes of a text into clean text, whatever character set the sender named."""

import codecs
import unicodedata

from officer_app.post import caps
from officer_app.post.caps import Notes

# Not character sets of mail: some run in quadratic time, some interpret escapes, some depend on the machine.
_REFUSED = frozenset({"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "mbcs", "oem"})
_WESTERN = frozenset({"", "ascii", "iso8859-1", "cp1252", "iso8859-15", "cp1258"})
_OTHER_NAMES = {"iso-8859-8-i": "iso8859-8", "x-sjis": "cp932", "unicode-1-1-utf-7": "utf-7", "x-gbk": "gbk"}

# Embedding, override and isolate marks: they can make text or a file name read otherwise than it is.
_TURNING = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_CONTROLS = dict.fromkeys((*range(0x09), 0x0B, *range(0x0E, 0x20), *range(0x7F, 0xA0), 0xFEFF))


def decode(content: bytes, declared: str, notes: Notes) -> str:
    """Return the text of `content`, read as the declared character set where that is possible.

    Bytes that are valid UTF-8 under a wrong Western label are read as UTF-8, since that is never an accident;
    what fits nothing is read as Latin-1, which loses no byte. Both are noted.
    """
    name = declared.strip().strip("\"'").casefold()
    if not name or name == "us-ascii":
        name = "ascii"
    known = _codec(_OTHER_NAMES.get(name, name))
    if known in _WESTERN and not content.isascii():
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            if name != "ascii" or declared:
                notes.warn(f"The text was labelled {_shown(name)} but is UTF-8, and was read as UTF-8.")
            return _tidy(text, notes)
    if known:
        try:
            return _tidy(content.decode(known), notes)
        except (UnicodeError, ValueError, LookupError):
            notes.warn(f"Some characters do not fit the character set {_shown(name)} and may look wrong.")
    else:
        notes.warn(f"The character set {_shown(name)} is unknown; the text may be shown wrongly.")
    try:
        return _tidy(content.decode("utf-8"), notes)
    except UnicodeDecodeError:
        return _tidy(content.decode("latin-1"), notes)


def clean_line(text: str, limit: int) -> str:
    """Return `text` as one line without control, format or unpaired characters, cut to `limit` characters."""
    begin = text[: limit * 4]
    kept = (" " if ch.isspace() else ch for ch in begin if ch.isspace() or unicodedata.category(ch)[0] != "C")
    return unicodedata.normalize("NFC", " ".join("".join(kept).split())[:limit])


def _codec(name: str) -> str:
    """Return Python's name of a character set, "" when it has none or it is not one for mail."""
    if len(name) > 60 or not name.isascii() or not name.isprintable():
        return ""
    try:
        found = codecs.lookup(name).name
        # A codec from bytes to bytes (zlib, base64) is no character set, and says so when it is to decode text.
        b"a".decode(found)
    except UnicodeError:
        pass  # one byte is too little for UTF-16
    except (LookupError, ValueError):
        return ""
    return "" if found in _REFUSED else found


def _tidy(text: str, notes: Notes) -> str:
    """Return the text NFC-normalised, with one kind of line end and nothing that a screen would act on."""
    if len(text) > caps.DECODED_CHARS:
        notes.over(caps.TOO_LONG)
        text = text[: caps.DECODED_CHARS]
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n").replace("\x85", "\n")
    plain = lines.translate(_CONTROLS)
    straight = plain.translate(_TURNING)
    if straight != plain:
        notes.warn("Invisible marks that turn the direction of writing were removed from the text.")
    whole = straight.encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFC", whole)


def _shown(name: str) -> str:
    return f"“{clean_line(name, 40)}”"
