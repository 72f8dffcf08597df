"""One print file: each text is set once per layout, and a letter adds only what is its own."""

from dataclasses import dataclass
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from officer_app.notices.document import Document
from officer_app.notices.paging import Layout, Line
from officer_app.notices.pdf_draw import draw_blank, draw_fixed, draw_lines, open_canvas
from officer_app.notices.sheet import lay_out, own_part, salutation_lines, variable

_MOST_LAYOUTS = 256


@dataclass(frozen=True)
class Setting:
    """A layout with the text it was set from; holding the text keeps its identity from being used again."""

    layout: Layout
    blocks: tuple[object, ...]
    name: str


class Settings:
    """The layouts of a run: one for all letters with the same text and as many lines of salutation."""

    def __init__(self, footer: str) -> None:
        self._footer = footer
        self._known: dict[tuple[object, ...], Setting] = {}
        self._count = 0

    def of(self, document: Document) -> Setting:
        """Return the layout for a letter; it is set when it is new."""
        lines = len(salutation_lines(document))
        # identity is quick and serves letters of one series; equality finds texts composed letter by letter
        quick: tuple[object, ...] = (
            id(document.blocks),
            id(document.letterhead),
            document.subject,
            document.info,
            lines,
            *own_part(document),
        )
        found = self._known.get(quick)
        if found is None:
            slow: tuple[object, ...] = (document.blocks, document.letterhead, document.subject, document.info, lines)
            slow += (document.closing, document.signatures, document.remark, document.enclosures)
            slow += (document.sheet, document.words, bool(document.number), *own_part(document))
            found = self._known.get(slow)
            if found is None:
                if len(self._known) >= 2 * _MOST_LAYOUTS:
                    self._known.clear()
                self._count += 1
                found = Setting(lay_out(document, self._footer), document.blocks, f"text{self._count}")
                self._known[slow] = found
            if found.blocks is document.blocks:
                self._known[quick] = found
        return found


class Volume:
    """A print file being filled."""

    def __init__(self, settings: Settings, title: str, *, duplex: bool, demo: bool) -> None:
        self._settings = settings
        self._title = title
        self._duplex, self._demo = duplex, demo
        self._target = BytesIO()
        self._canvas: Canvas | None = None
        self._drawn: set[str] = set()
        self.pages = 0

    def add(self, document: Document) -> tuple[int, int]:
        """Add a letter and return its first page (from 1) and its number of pages.

        CannotPrint is raised anything of the letter is drawn.
        """
        setting = self._settings.of(document)
        own: list[list[Line]] = variable(document, setting.layout)
        if self._canvas is None:
            self._canvas = open_canvas(self._target, setting.layout, title=self._title, document=document)
        canvas, layout = self._canvas, setting.layout
        canvas.setPageSize((layout.width, layout.height))
        if self._duplex and self.pages % 2:
            draw_blank(canvas, layout, demo=self._demo)
            self.pages += 1
        if setting.name not in self._drawn:
            for at, page in enumerate(layout.pages):
                canvas.beginForm(f"{setting.name}-{at}", 0, 0, layout.width, layout.height)
                draw_fixed(canvas, page, layout, demo=self._demo)
                canvas.endForm()
            self._drawn.add(setting.name)
        for at, lines in enumerate(own):
            canvas.doForm(f"{setting.name}-{at}")
            draw_lines(canvas, lines, layout.height)
            canvas.showPage()
        first = self.pages + 1
        self.pages += len(own)
        return first, len(own)

    def finish(self) -> bytes:
        """Return the print file; empty when no letter was added."""
        if self._canvas is None:
            return b""
        self._canvas.save()
        return self._target.getvalue()
