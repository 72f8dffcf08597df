"""One print file: each text is set once per layout, and a letter adds only what is its own."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from io import BytesIO
from operator import attrgetter

from reportlab.pdfgen.canvas import Canvas

from officer_app.notices.document import Document
from officer_app.notices.paging import Layout, Line
from officer_app.notices.pdf_draw import draw_blank, draw_fixed, open_canvas, set_lines
from officer_app.notices.pdf_fonts import document_of
from officer_app.notices.pdf_pages import Pages
from officer_app.notices.sheet import lay_out, own_part, salutation_lines, variable

_MOST_LAYOUTS = 256


_OWN = ("number", "recipient", "salutation")
shared_parts: Callable[[Document], tuple[object, ...]] = attrgetter(
    *(field.name for field in fields(Document) if field.name not in _OWN)
)
"""Returns all that letters of one layout have in common; a new field of Document belongs to it by itself."""


@dataclass(frozen=True)
class Setting:
    """A layout under a name of its own."""

    layout: Layout
    name: str


class Settings:
    """The layouts of a run: one for all letters with the same text and as many lines of salutation."""

    def __init__(self, footer: str) -> None:
        self._footer = footer
        self._known: dict[tuple[object, ...], Setting] = {}
        # by the identity of the parts, which are kept, so that an identity is never used again
        self._quick: dict[tuple[object, ...], tuple[Setting, tuple[object, ...]]] = {}
        self._count = 0

    def of(self, document: Document) -> Setting:
        """Return the layout for a letter; it is set when it is new.

        Identity is quick and serves letters of one series; equality finds texts composed letter by letter.
        """
        parts = shared_parts(document)
        own = (len(salutation_lines(document)), *_own(document))
        quick = (*map(id, parts), *own)
        found = self._quick.get(quick)
        if found is not None:
            return found[0]
        setting = self._known.get((parts, own))
        if setting is None:
            if len(self._known) >= _MOST_LAYOUTS:
                self._known.clear()
            self._count += 1
            setting = self._known[(parts, own)] = Setting(lay_out(document, self._footer), f"text{self._count}")
        if len(self._quick) >= _MOST_LAYOUTS:
            self._quick.clear()
        self._quick[quick] = (setting, parts)
        return setting


def _own(document: Document) -> tuple[object, ...]:
    """What belongs to one letter and yet is set with its pages: a page for the file has its number on top."""
    on_top = document.number if document.sheet != "letter" else bool(document.number)
    return (on_top, *own_part(document))


class Volume:
    """A print file being filled."""

    def __init__(self, settings: Settings, title: str, *, duplex: bool, demo: bool) -> None:
        self._settings = settings
        self._title = title
        self._duplex, self._demo = duplex, demo
        self._target = BytesIO()
        self._canvas: Canvas | None = None
        self._drawn: dict[str, Pages] = {}
        self.pages = 0

    def add(self, document: Document) -> tuple[int, int]:
        """Add a letter and return its first page (from 1) and its number of pages.

        CannotPrint is raised anything of the letter is drawn.
        """
        setting = self._settings.of(document)
        own: list[list[Line]] = variable(document, setting.layout)
        if self._canvas is None:
            self._canvas = open_canvas(self._target, setting.layout, title=self._title, document=document)
            self._canvas.setPageCompression(0)  # a few hundred bytes a page gain little, and cost time
        canvas, layout = self._canvas, setting.layout
        canvas.setPageSize((layout.width, layout.height))
        if self._duplex and self.pages % 2:
            draw_blank(canvas, layout, demo=self._demo)
            self.pages += 1
        pages = self._drawn.get(setting.name)
        if pages is None:
            pages = self._drawn[setting.name] = self._draw(canvas, setting)
        for at, lines in enumerate(own):
            pages.add(at, set_lines(canvas, lines, layout.height).getCode())
        first = self.pages + 1
        self.pages += len(own)
        return first, len(own)

    def _draw(self, canvas: Canvas, setting: Setting) -> Pages:
        layout = setting.layout
        forms = [f"{setting.name}-{at}" for at in range(len(layout.pages))]
        for form, page in zip(forms, layout.pages, strict=True):
            canvas.beginForm(form, 0, 0, layout.width, layout.height)
            draw_fixed(canvas, page, layout, demo=self._demo)
            canvas.endForm()
        return Pages(document_of(canvas), (layout.width, layout.height), forms)

    def finish(self) -> bytes:
        """Return the print file; empty when no letter was added."""
        if self._canvas is None:
            return b""
        self._canvas.save()
        return self._target.getvalue()
