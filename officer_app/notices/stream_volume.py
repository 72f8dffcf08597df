"""One print file by the fast path: fonts and texts once, then a few bytes for each letter, in any size."""

from typing import BinaryIO

from officer_app.notices import stream_face
from officer_app.notices.document import Document
from officer_app.notices.paging import Layout
from officer_app.notices.pdf_volume import Setting, Volume
from officer_app.notices.sheet import variable
from officer_app.notices.stream import PdfStream, box_entry, text_string
from officer_app.notices.stream_graft import graft
from officer_app.notices.stream_mould import Moulds
from officer_app.notices.stream_page import Refused, demo_mark

_HANDED_AT_ONCE = 250
"""Letters for the plain path that are drawn together; it holds them in memory."""


class StreamVolume:
    """A print file being filled; letters that need another font are drawn by the plain path, in their places."""

    def __init__(self, moulds: Moulds, target: BinaryIO, title: str, *, duplex: bool, demo: bool) -> None:
        self._moulds = moulds
        self._file = PdfStream(target.write)
        self._title, self._duplex, self._demo = title, duplex, demo
        self._forms: dict[str, tuple[int, ...]] = {}
        self._faces: tuple[int, ...] = ()
        self._first: Document | None = None
        self._handed: list[tuple[Document, list[tuple[int, int]]]] = []

    @property
    def pages(self) -> int:
        """How many pages there are so far."""
        return self._file.pages

    def add(self, document: Document) -> tuple[int, int]:
        """Add a letter and return its first page (from 1) and its number of pages.

        CannotPrint is raised before anything of the letter is written.
        """
        try:
            cast = self._moulds.cast(document)
            forms = self._forms.get(cast.setting.name) or self._put_forms(cast.setting)
        except Refused:
            return self._hand_over(document)
        layout = cast.setting.layout
        first = self._begin(document, layout)
        for form, own in zip(forms, cast.own, strict=True):
            self._file.add_page(b"/X%d Do\n%b" % (form, own), (layout.width, layout.height))
        return first, len(forms)

    def finish(self) -> None:
        """Write what the letters share; a volume without letters stays unfinished and is thrown away."""
        if self._first is None:
            return
        self._graft()
        fonts = b"".join(
            b"/%b %d 0 R" % (name, face)
            for name, face in zip(stream_face.NAMES.values(), self._put_faces(), strict=True)
        )
        forms = b"".join(b"/X%d %d 0 R" % (form, form) for forms in self._forms.values() for form in forms)
        self._file.finish(
            b"<</Font<<%b>>/XObject<<%b>>>>" % (fonts, forms),
            catalog_entries(self._first.language),
            facts(self._title, self._first),
        )

    def close(self) -> None:
        """Forget the letters."""
        self._handed = []
        self._moulds.forget_lines()

    def _begin(self, document: Document, layout: Layout) -> int:
        """Make ready for a letter, with an empty back page where it would not start a sheet; return its page."""
        self._first = self._first or document
        if self._duplex and self.pages % 2:
            blank = demo_mark(layout) if self._demo else b""
            self._file.add_page(blank, (layout.width, layout.height))
        return self.pages + 1

    def _put_faces(self) -> tuple[int, ...]:
        if not self._faces:
            self._faces = tuple(face.put(self._file) for face in stream_face.whole_faces())
        return self._faces

    def _put_forms(self, setting: Setting) -> tuple[int, ...]:
        contents = self._moulds.fixed(setting)
        self._put_faces()
        made = put_forms(self._file, contents, setting.layout)
        self._forms[setting.name] = made
        return made

    def _hand_over(self, document: Document) -> tuple[int, int]:
        """Keep places for a letter that the plain path will draw."""
        layout = self._moulds.settings.of(document).layout
        variable(document, layout)  # tells now, and not when pages are already kept, that no font will do
        first = self._begin(document, layout)
        self._handed.append((document, [self._file.hold_page() for _ in layout.pages]))
        if len(self._handed) >= _HANDED_AT_ONCE:
            self._graft()
        return first, len(layout.pages)

    def _graft(self) -> None:
        if self._handed:
            plain = Volume(self._moulds.settings, self._title, duplex=False, demo=self._demo)
            for document, _ in self._handed:
                plain.add(document)
            graft(self._file, plain.finish(), [place for _, places in self._handed for place in places])
            self._handed = []


def put_forms(file: PdfStream, contents: tuple[bytes, ...], layout: Layout) -> tuple[int, ...]:
    """Write what letters share on each page; return the numbers to refer to."""
    box = b"/Type/XObject/Subtype/Form" + box_entry((layout.width, layout.height)).replace(b"MediaBox", b"BBox")
    return tuple(file.put_packed(content, b"%b/Resources %d 0 R" % (box, file.resources)) for content in contents)


def catalog_entries(language: str) -> bytes:
    """Return what the catalogue says beside the pages."""
    return b"/Lang%b/ViewerPreferences<</DisplayDocTitle true>>" % text_string(language)


def facts(title: str, document: Document) -> dict[str, str]:
    """Return what the file says about itself; no time, so that the same letters give the same bytes."""
    return {"Title": title, "Author": document.letterhead.company, "Creator": "officer_app"}
