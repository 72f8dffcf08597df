"""The fonts of every PDF: our own, an installed one where ours has no glyph, never an empty box."""

import struct
import threading
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast
from weakref import WeakKeyDictionary, ref

import font_source_sans_pro
from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas

from officer_app.notices import glyphs
from officer_app.notices.faults import Unprintable

REGULAR = "SourceSansPro-Regular"
STRONG = "SourceSansPro-Semibold"
SLANTED = "SourceSansPro-It"
STRONG_SLANTED = "SourceSansPro-SemiboldIt"
_OURS = frozenset({REGULAR, STRONG, SLANTED, STRONG_SLANTED})

Run = tuple[str, str]
"""A font's name and the text set in it."""

# reportlab's defaults would evaluate colour names, fetch pictures from anywhere and write ASCII85.
rl_config.toColorCanUse = None  # type: ignore[assignment]
rl_config.trustedHosts = None
rl_config.trustedSchemes = []
rl_config.useA85 = 0
rl_config.T1SearchPath = rl_config.TTFSearchPath = rl_config.CMapSearchPath = []

_lock = threading.RLock()
_newest = threading.local()
"""The document whose text this thread set last."""


class _Codes(dict[int, str]):
    """The codes of one file's characters, for `str.translate`: each is asked for once, "" if not in the first subset.

    A file never changes a code once it has given it.
    """

    def __init__(self, of: Callable[[str], list[tuple[int, bytes]]]) -> None:
        super().__init__()
        self._of = of

    def __missing__(self, character: int) -> str:
        ((subset, code),) = self._of(chr(character))
        found = self[character] = code.decode("latin-1") if subset == 0 else ""
        return found


class _Font(TTFont):
    """A font that remembers each file's code for a character: reportlab looks every letter of every text up anew."""

    def __init__(self, name: str, path: str, index: int = 0) -> None:
        super().__init__(name, path, subfontIndex=index, shapable=False)
        self._codes: WeakKeyDictionary[Any, _Codes] = WeakKeyDictionary()

    def splitString(self, text: Any, doc: Any, encoding: Any = "utf-8") -> list[tuple[int, bytes]]:
        """Return the text in the codes of its subsets."""
        codes = self._codes.get(doc)
        if codes is None:
            seen = ref(doc)  # the dictionary must not keep what it is keyed by
            codes = self._codes[doc] = _Codes(lambda ch: TTFont.splitString(self, ch, seen(), encoding))
            _newest.document = seen
        found = text.translate(codes)
        if len(found) < len(text):  # one of its characters has its code in a further subset
            whole: list[tuple[int, bytes]] = super().splitString(text, doc, encoding)
            return whole
        return [(0, found.encode("latin-1"))] if text else []


def document_of(canvas: Canvas) -> Any:
    """Return the document that a new canvas fills: it tells it to each font whose text is set."""
    covered(REGULAR)
    text = canvas.beginText()
    text.setFont(REGULAR, 1)
    text.textOut(" ")
    return _newest.document()


def width(run: Run, size: float) -> float:
    """Return how wide a run is, in points."""
    name, text = run
    return sum(map(_advances(name).__getitem__, text)) * size / 1000


def runs(text: str, name: str) -> tuple[Run, ...]:
    """Return `text` as runs in `name` and, where it lacks a glyph, in an installed font that has it.

    Raises Unprintable when a character has no font, or its script must be shaped or runs right to left.
    """
    if covered(name).issuperset(text):
        return ((name, text),) if text else ()
    lost = "".join(dict.fromkeys(ch for ch in text if not _font_for(ch, name)))
    if lost:
        raise Unprintable(lost)
    return tuple(_grouped(text, name))


def _grouped(text: str, name: str) -> Iterator[Run]:
    font, gathered = name, ""
    for ch in text:
        # a space or a combining mark stays with the letter before it
        wanted = font if ch == " " or (unicodedata.combining(ch) and ch in covered(font)) else _font_for(ch, name)
        if wanted != font and gathered:
            yield font, gathered
            gathered = ""
        font, gathered = wanted, gathered + ch
    if gathered:
        yield font, gathered


@cache
def covered(name: str) -> frozenset[str]:
    """Return the characters that a registered font has a glyph for."""
    return frozenset(_advances(name))


@cache
def _advances(name: str) -> dict[str, float]:
    """Return the width of every character that the font has, in thousandths of its size."""
    with _lock:
        if name in _OURS:
            path = Path(font_source_sans_pro.__file__).parent / "files" / f"{name}.ttf"
            pdfmetrics.registerFont(_Font(name, str(path)))
    face = cast("Any", pdfmetrics.getFont(name)).face
    return {chr(code): float(face.charWidths[code]) for code, glyph in face.charToGlyph.items() if glyph}


@cache
def _font_for(ch: str, name: str) -> str:
    """Return `name`, the name of an installed font that shows `ch`, or nothing."""
    if ch in covered(name):
        return name
    if ch in covered(REGULAR):
        return REGULAR
    if _needs_shaping(ch) or ord(ch) > 0xFFFF:
        return ""  # reportlab names characters beyond U+FFFF wrongly, so that their text could not be read back
    for path, index in glyphs.installed():
        if not glyphs.covers(path, index, ord(ch)):
            continue
        stand_in = f"installed-{path.stem}-{index}"
        try:
            with _lock:
                if stand_in not in pdfmetrics.getRegisteredFontNames():
                    pdfmetrics.registerFont(_Font(stand_in, str(path), index))
            if ch in covered(stand_in):
                return stand_in
        except (TTFError, OSError, ValueError, LookupError, AssertionError, struct.error):
            continue  # outlines that cannot be embedded, a licence that forbids it, or a broken file
    return ""


_SHAPED = (
    (0x0590, 0x08FF),  # Hebrew, Arabic, Syriac, Thaana, NKo, Samaritan, Mandaic
    (0x0900, 0x0DFF),  # the scripts of India and Sri Lanka
    (0x0F00, 0x109F),  # Tibetan, Burmese
    (0x1780, 0x18AF),  # Khmer, Mongolian
    (0x1A20, 0x1C4F),  # Tai Tham, Balinese, Sundanese, Batak, Lepcha
    (0xA800, 0xABFF),  # further scripts of India and South-East Asia
    (0xFB1D, 0xFDFF),  # Hebrew and Arabic forms
    (0xFE70, 0xFEFF),
    (0x10800, 0x11FFF),  # historic right-to-left and Indic scripts
)


def _needs_shaping(ch: str) -> bool:
    return any(low <= ord(ch) <= high for low, high in _SHAPED) or unicodedata.bidirectional(ch) in (
        "R",
        "AL",
    )
