"""What letters of one layout and shape have in common, so that setting one more costs microseconds.

A mould is taken from what `sheet.variable` says of a first letter; a letter that does not fit it (a long name, a
broken line, another alphabet) is set by `sheet.variable` itself. Both ways give the same page.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import combining

from officer_app.notices.clean import clean
from officer_app.notices.document import Document
from officer_app.notices.paging import MM, Line
from officer_app.notices.pdf_fonts import REGULAR, STRONG, width
from officer_app.notices.pdf_volume import Setting, Settings, shared_parts
from officer_app.notices.sheet import variable
from officer_app.notices.stream_face import characters
from officer_app.notices.stream_page import Refused, encode, fixed, literal, text

_SIZE = 10.5
_ADDRESS, _SALUTATION = 80 * MM, 165 * MM
_LONGEST = 80
"""`clean` puts spaces into longer words."""
_SHAPE = str.maketrans("123456789", "000000000")
"""Digits are equally wide, so that letters of a run differ in no place by their numbers."""
_MOST = 512
_PLACE = b"<<here>>"
"""Marks where a letter's own text goes; no text in codes of two bytes looks like it."""


@dataclass(frozen=True)
class Cast:
    """A letter ready to be written: its layout and what its pages show beyond it."""

    setting: Setting
    own: tuple[bytes, ...]


@dataclass(frozen=True)
class _Mould:
    """`anchors` keeps the identity of what the letters share from being used again."""

    setting: Setting
    first: bytes
    later: tuple[bytes, ...]
    anchors: tuple[object, ...]


class Moulds:
    """The moulds and layouts of a run, for volume after volume."""

    def __init__(self, settings: Settings, *, demo: bool) -> None:
        self.settings, self._demo = settings, demo
        self._known: dict[tuple[object, ...], _Mould | None] = {}
        self._fixed: dict[str, tuple[bytes, ...] | None] = {}
        # how one line is told to fit is remembered: the same towns and countries come again and again
        self._line = lru_cache(maxsize=2048)(fitting)

    def forget_lines(self) -> None:
        """Forget the addresses seen; called when a volume is finished."""
        self._line.cache_clear()

    def cast(self, document: Document) -> Cast:
        """Return a letter's own part.

        Refused when it has a character outside the embedded fonts; CannotPrint when no path can print it.
        """
        parts = shared_parts(document)
        shape = (
            *map(id, parts), document.number.translate(_SHAPE), len(document.recipient), bool(document.salutation),
        )  # fmt: skip
        mould = self._known.get(shape)
        if mould is not None:
            own = self._pour(mould, document)
            if own is not None:
                return Cast(mould.setting, own)
        setting = self.settings.of(document)
        lines = variable(document, setting.layout)
        self.fixed(setting)
        if mould is None and shape not in self._known:
            if len(self._known) >= _MOST:
                self._known.clear()
            made = self._mould(document, setting, lines, parts)
            if made is not None:
                self._known[shape] = made
        height = setting.layout.height
        return Cast(setting, tuple(text(page, height) for page in lines))

    def fixed(self, setting: Setting) -> tuple[bytes, ...]:
        """Return what the pages of a layout share; Refused when the embedded fonts cannot show it."""
        if setting.name not in self._fixed:
            if len(self._fixed) >= _MOST:
                self._fixed.clear()
            layout = setting.layout
            try:
                self._fixed[setting.name] = tuple(fixed(page, layout, demo=self._demo) for page in layout.pages)
            except Refused:
                self._fixed[setting.name] = None
        found = self._fixed[setting.name]
        if found is None:
            raise Refused
        return found

    def _pour(self, mould: _Mould, document: Document) -> tuple[bytes, ...] | None:
        number = literal(document.number)
        parts = [self._line(entry, _ADDRESS) for entry in document.recipient]
        if document.salutation:
            parts.append(fitting(document.salutation, _SALUTATION))
        if b"" in parts:
            return None
        return (mould.first % (*parts, number, number), *(page % number for page in mould.later))

    def _mould(
        self, document: Document, setting: Setting, lines: Sequence[Sequence[Line]], anchors: tuple[object, ...]
    ) -> _Mould | None:
        """Take the mould of a letter, or None when it is not of the common kind."""
        if document.sheet != "letter" or not fitting(document.number, _SALUTATION) or not all(lines):
            return None
        encode(STRONG, document.number)
        height = setting.layout.height
        entries = [(REGULAR, entry) for entry in document.recipient]
        if document.salutation:
            entries.append((REGULAR, document.salutation))
        entries.append((STRONG, document.number))
        head, foots = lines[0][:-1], [page[-1] for page in lines]
        ends = [line.runs[0][1].removeprefix(document.number) for line in foots if len(line.runs) == 1]
        if len(ends) < len(foots) or any(len(page) > 1 for page in lines[1:]):
            return None
        if [line.runs for line in head] != [(entry,) for entry in entries] or any(line.size != _SIZE for line in head):
            return None
        if any(not fitting(entry, _ADDRESS) for entry in document.recipient):
            return None
        pages = [_template([*head, foots[0]], height, ends[0])]
        pages += [_template([foot], height, end) for foot, end in zip(foots[1:], ends[1:], strict=True)]
        return _Mould(setting, pages[0], tuple(pages[1:]), anchors)


def _template(lines: Sequence[Line], height: float, end: str) -> bytes:
    """Return lines with places for their texts; the last, which is the foot, ends on a text of its own."""
    foot = lines[-1].runs[0][1]
    drawn = text(lines, height, lambda name, content: _PLACE + (encode(name, end) if content is foot else b""))
    return drawn.replace(b"%", b"%%").replace(_PLACE, b"%b")


def _plain(name: str) -> re.Pattern[str]:
    """The pattern of texts that `clean` leaves alone and that no neighbour changes."""
    known = "".join(
        re.escape(ch) for ch in sorted(characters(name)) if clean(f"a{ch}a") == f"a{ch}a" and not combining(ch)
    )
    return re.compile(f"[{known}]+")


_PLAIN = _plain(REGULAR)


_WIDTHS = {ch: width((REGULAR, ch), _SIZE) for ch in characters(REGULAR)}
_LEEWAY = 0.01
"""What is as close as this to the measure is left to `sheet.variable`, which adds up in another order."""


def fitting(entry: str, measure: float, size: float = _SIZE) -> bytes:
    """Return a line's codes if it needs neither cleaning nor breaking nor smaller type, else nothing."""
    if not _PLAIN.fullmatch(entry) or (len(entry) > _LONGEST and max(map(len, entry.split(" "))) > _LONGEST):
        return b""
    if sum(map(_WIDTHS.__getitem__, entry)) * (size / _SIZE) > measure - _LEEWAY:
        return b""
    return literal(entry)
