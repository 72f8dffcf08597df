"""Cells of the tables that leave the program: no spreadsheet takes one for a formula."""

import re
import unicodedata

# The minus sign of print and the wide and raised forms of all of these count too: spreadsheets fold them.
_SAFE = re.compile(r"[0-9A-Za-zÀ-ɏẠ-ỹ](?:[ -~À-ɏẠ-ỹ]*[!-~À-ɏẠ-ỹ])?")
"""Names and addresses are nearly always like this, and come by the million."""
_FORMULA = frozenset("=+-−@|%")


def harmless(value: object) -> str:
    """Return a value as one line without anything invisible, with an apostrophe in front where it is needed."""
    text = str(value)
    if _SAFE.fullmatch(text):
        return text
    if not text.isprintable():
        text = "".join(" " if ch.isspace() else ch for ch in text if ch.isspace() or _visible(ch))
    shown = text.strip()
    return f"'{shown}" if unicodedata.normalize("NFKC", shown[:1])[:1] in _FORMULA else shown


def _visible(ch: str) -> bool:
    return unicodedata.category(ch)[0] != "C"
