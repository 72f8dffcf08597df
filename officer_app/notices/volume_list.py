"""The address list of a volume on paper: number, name and address of each letter in it, in any length."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import BinaryIO, NamedTuple

from officer_app.notices import clean, stream_face
from officer_app.notices.document import Document
from officer_app.notices.paging import MM, MUTED, Layout, Line, Page, Rule
from officer_app.notices.pdf_draw import draw_fixed, open_canvas
from officer_app.notices.pdf_fonts import REGULAR, STRONG, runs
from officer_app.notices.setting import flush_right, para
from officer_app.notices.stream import PdfStream
from officer_app.notices.stream_graft import graft
from officer_app.notices.stream_mould import fitting
from officer_app.notices.stream_page import Refused, fixed, literal, number
from officer_app.notices.stream_volume import catalog_entries, facts

_SIZE, _STEP = 8.5, 11.5
_WIDE, _HIGH = 297 * MM, 210 * MM
_LEFT, _RIGHT, _TOP, _BOTTOM = 20 * MM, 277 * MM, 31 * MM, 194 * MM
_EDGES = (_LEFT, _LEFT + 36 * MM, _LEFT + 96 * MM)
_ROOMS = (34 * MM, 57 * MM, _RIGHT - _EDGES[2])
_SLOTS = int((_BOTTOM - _TOP) / _STEP)
"""Lines on a page."""
_MOST = 4
"""Lines of one entry; what is longer stands whole in the table beside this list."""
_WORDS = {
    "en": ("Letter", "Name", "Address", "Letters in this list: {count}", "{run}, volume {volume}"),
    "vi": ("Thư", "Họ tên", "Địa chỉ", "Số thư trong danh sách: {count}", "{run}, tập {volume}"),
}


class Entry(NamedTuple):
    """One line of the list."""

    number: str
    name: str
    address: str


def write_list(
    target: BinaryIO, entries: Iterable[Entry], run: str, volume: int, like: Document, *, count: int, demo: bool
) -> int:
    """Write the `count` entries of a volume as PDF, in the language of the letter `like`; return its pages."""
    title = _WORDS.get(like.language, _WORDS["en"])[4].format(run=run, volume=volume)
    pages = _Pages(target, title, like, count, demo=demo)
    for entry in entries:
        pages.add(entry)
    return pages.finish()


class _Pages:
    """The page being filled: what was quick to write, and the entries themselves if the plain path has to draw it."""

    def __init__(self, target: BinaryIO, title: str, like: Document, count: int, *, demo: bool) -> None:
        self._file = PdfStream(target.write)
        self._title, self._like, self._demo = title, like, demo
        self._words = _WORDS.get(like.language, _WORDS["en"])
        self._count = self._words[3].format(count=f"{count:,}")
        self._faces = [face.put(self._file) for face in stream_face.whole_faces()]
        self._quick: list[bytes] = []
        self._slow: list[Line] = []
        self._entries: list[tuple[int, Entry]] = []
        self._slot = 0

    def add(self, entry: Entry) -> None:
        """Put an entry on the page, or on the next one."""
        codes = (literal(entry.number), fitting(entry.name, _ROOMS[1], _SIZE), fitting(entry.address, _ROOMS[2], _SIZE))
        broken: list[Line] = []
        tall = 1
        if b"" in codes:
            columns = [para(text, room, _SIZE)[:_MOST] for text, room in zip(entry, _ROOMS, strict=True)]
            tall = max(map(len, columns))
        if self._slot + tall > _SLOTS:
            self._turn()
        if b"" in codes:
            broken = _lines(self._slot, columns)
            self._slow += broken
        else:
            self._quick.append(_QUICK[self._slot] % codes)
        self._entries.append((self._slot, entry))
        self._slot += tall

    def _turn(self) -> None:
        layout = Layout((), _WIDE, _HIGH)
        try:
            page = Page((*self._head(), *self._slow), (_RULE,))
            quick = b"BT /R %b Tf 0 g\n%b ET" % (number(_SIZE), b"\n".join(self._quick)) if self._quick else b""
            self._file.add_page(fixed(page, layout, demo=self._demo) + b"\n" + quick, (_WIDE, _HIGH))
        except Refused:
            self._draw(layout)
        self._quick, self._slow, self._entries, self._slot = [], [], [], 0

    def _draw(self, layout: Layout) -> None:
        """Let the plain path draw a page with a character that the embedded fonts have not."""
        lines = self._head()
        for slot, entry in self._entries:
            lines += _lines(
                slot, [para(text, room, _SIZE)[:_MOST] for text, room in zip(entry, _ROOMS, strict=True)]
            )
        drawn = BytesIO()
        canvas = open_canvas(drawn, layout, title=self._title, document=self._like)
        canvas.setPageCompression(0)
        draw_fixed(canvas, Page(tuple(lines), (_RULE,)), layout, demo=self._demo)
        canvas.showPage()
        canvas.save()
        graft(self._file, drawn.getvalue(), [self._file.hold_page()])

    def _head(self) -> list[Line]:
        lines = [
            Line(_LEFT, 17 * MM, runs(clean.line(self._title), STRONG), 11),
            flush_right(self._count, _RIGHT, 17 * MM, 8, REGULAR, MUTED),
            flush_right(str(self._file.pages + 1), _RIGHT, _HIGH - 10 * MM, 8, REGULAR, MUTED),
            Line(_LEFT, _HIGH - 10 * MM, runs(clean.line(self._like.letterhead.company), REGULAR), 8, MUTED),
        ]
        for x, word in zip(_EDGES, self._words[:3], strict=True):
            lines.append(Line(x, 25 * MM, runs(word, REGULAR), 8, MUTED))
        return lines

    def finish(self) -> int:
        """Write the last page and what the pages share."""
        if self._entries or not self._file.pages:
            self._turn()
        pages = self._file.pages
        fonts = b"".join(
            b"/%b %d 0 R" % (name, face) for name, face in zip(stream_face.NAMES.values(), self._faces, strict=True)
        )
        told = facts(self._title, self._like)
        self._file.finish(b"<</Font<<%b>>>>" % fonts, catalog_entries(self._like.language), told)
        return pages


def _lines(slot: int, columns: Sequence[Sequence[tuple[tuple[str, str], ...]]]) -> list[Line]:
    return [
        Line(x, _TOP + _SIZE + (slot + depth) * _STEP, placed, _SIZE)
        for x, column in zip(_EDGES, columns, strict=True)
        for depth, placed in enumerate(column)
        if placed
    ]


def _template(slot: int) -> bytes:
    y = number(_HIGH - (_TOP + _SIZE + slot * _STEP))
    return b"\n".join(b"1 0 0 1 %b %b Tm (%%b) Tj" % (number(x), y) for x in _EDGES)


_QUICK = tuple(_template(slot) for slot in range(_SLOTS))
_RULE = Rule(_LEFT, _RIGHT, 27 * MM)
