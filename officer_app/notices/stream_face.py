"""The letters' two fonts cut down for embedding; a character's code in the file is its code point.

Code points as codes (with a map to glyphs beside the font) make the text in the file the text of the letter: it
depends on no subset, so that what was set once stays right whatever font program is embedded with it.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any

import font_source_sans_pro
from fontTools import subset
from fontTools.ttLib import TTFont

from officer_app.notices.pdf_fonts import REGULAR, STRONG
from officer_app.notices.stream import PdfStream

NAMES = {REGULAR: b"R", STRONG: b"S"}
"""What the fonts are called in page contents."""

_BLOCKS = (
    (0x0020, 0x007E),  # Latin
    (0x00A1, 0x024F),  # Latin-1 and Latin Extended-A and -B
    (0x0300, 0x036F),  # combining marks
    (0x0370, 0x052F),  # Greek, Cyrillic
    (0x1E00, 0x1EFF),  # Latin Extended Additional: Vietnamese
    (0x2010, 0x2044),  # dashes, quotation marks, bullets
    (0x20A0, 0x20BF),  # currencies, with the dong
    (0x2116, 0x2122),  # numero and trade mark
)
_KEPT = frozenset({"glyf", "head", "hhea", "hmtx", "loca", "maxp"})
"""What a font program inside a PDF needs; the rest is for text that programs set themselves."""


@cache
def characters(name: str) -> frozenset[str]:
    """Return what the fast path can write with a font."""
    with TTFont(_path(name), lazy=True) as font:
        known = font.getBestCmap()
        return frozenset(chr(code) for low, high in _BLOCKS for code in range(low, high + 1) if code in known)


@cache
def writable(name: str) -> re.Pattern[str]:
    """Return the pattern of texts that have only such characters."""
    return re.compile(f"[{''.join(map(re.escape, sorted(characters(name))))}]*")


@dataclass(frozen=True)
class Face:
    """A font cut down to some characters: its program, and glyph and advance for each code."""

    name: str
    program: bytes
    glyphs: Mapping[int, int]
    advances: Mapping[int, int]
    entries: bytes

    def put(self, file: PdfStream) -> int:
        """Write the font and return the number to refer to it."""
        tag = _tag(self.program)
        called = b"/%b+%b" % (tag, self.name.encode())
        program = file.put_packed(self.program, b"/Length1 %d" % len(self.program))
        descriptor = file.put(
            b"<</Type/FontDescriptor/FontName%b%b/FontFile2 %d 0 R>>" % (called, self.entries, program)
        )
        codes = bytearray(2 * (max(self.glyphs) + 1))
        for code, glyph in self.glyphs.items():
            codes[2 * code : 2 * code + 2] = glyph.to_bytes(2, "big")
        told = b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        told += b"/FontDescriptor %d 0 R/CIDToGIDMap %d 0 R" % (descriptor, file.put_packed(bytes(codes)))
        inner = file.put(
            b"<</Type/Font/Subtype/CIDFontType2/BaseFont%b%b/DW 0/W[%b]>>" % (called, told, _widths(self.advances))
        )
        text = file.put_packed(_to_unicode(self.glyphs))
        return file.put(
            b"<</Type/Font/Subtype/Type0/BaseFont%b/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>"
            % (called, inner, text)
        )


@cache
def whole_faces() -> tuple[Face, ...]:
    """Return the faces with everything that the fast path writes; cut once in a process."""
    return tuple(cut(name, characters(name)) for name in NAMES)


def cut(name: str, wanted: Iterable[str]) -> Face:
    """Return a font with no more than the wanted characters; hinting, kerning and names are dropped."""
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.retain_gids = True
    options.notdef_outline = True
    options.recalc_timestamp = False
    with TTFont(_path(name), lazy=True, recalcTimestamp=False) as font:
        known = font.getBestCmap()
        codes = sorted({ord(ch) for ch in wanted} & known.keys())
        glyphs = {code: font.getGlyphID(known[code]) for code in codes}
        unit = 1000 / font["head"].unitsPerEm
        advances = {code: round(font["hmtx"][known[code]][0] * unit) for code in codes}
        entries = _entries(font)
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=codes)
        cutter.subset(font)
        for table in set(font.keys()) - _KEPT - {"GlyphOrder"}:
            del font[table]
        target = BytesIO()
        font.save(target, reorderTables=None)
    return Face(name, target.getvalue(), glyphs, advances, entries)


def _path(name: str) -> str:
    return str(Path(font_source_sans_pro.__file__).parent / "files" / f"{name}.ttf")


def _entries(font: Any) -> bytes:
    head, across, system = font["head"], font["hhea"], font["OS/2"]
    box = b" ".join(b"%d" % edge for edge in (head.xMin, head.yMin, head.xMax, head.yMax))
    told = (across.ascent, across.descent, system.sCapHeight, 50 + round((system.usWeightClass / 65) ** 2))
    return b"/Flags 4/ItalicAngle 0/FontBBox[%b]" % box + b"/Ascent %d/Descent %d/CapHeight %d/StemV %d" % told


def _tag(program: bytes) -> bytes:
    """The six capitals that mark a subset, the same for the same program."""
    return bytes(65 + byte % 26 for byte in hashlib.sha256(program).digest()[:6])


def _stretches(codes: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield first and last of codes without a gap that share their high byte, as code maps demand."""
    for _, group in groupby(enumerate(sorted(codes)), lambda pair: (pair[1] - pair[0], pair[1] >> 8)):
        stretch = [code for _, code in group]
        yield stretch[0], stretch[-1]


def _widths(advances: Mapping[int, int]) -> bytes:
    return b"".join(
        b"%d[%b]" % (first, b" ".join(b"%d" % advances[code] for code in range(first, last + 1)))
        for first, last in _stretches(advances)
    )


def _to_unicode(codes: Iterable[int]) -> bytes:
    lines = [b"<%04x> <%04x> <%04x>" % (first, last, first) for first, last in _stretches(codes)]
    parts = [lines[at : at + 100] for at in range(0, len(lines), 100)]  # more in one block is not allowed
    ranges = b"".join(b"%d beginbfrange\n%b\nendbfrange\n" % (len(part), b"\n".join(part)) for part in parts)
    return b"%b%b%b" % (_CMAP_HEAD, ranges, _CMAP_END)


_CMAP_HEAD = b"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
"""
_CMAP_END = b"endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
