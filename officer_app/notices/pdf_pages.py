"""Pages that share one dictionary of resources, as objects of our own in reportlab's document.

A canvas describes anew, page by page, what all pages of a print file have in common; writing that takes longer than
setting the letters.
"""

from collections.abc import Sequence
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFDocument, PDFObject, PDFResourceDictionary


class _Resources(PDFResourceDictionary):
    __RefOnly__ = 1  # reportlab writes it once, and the pages refer to it

    def __init__(self, document: PDFDocument, forms: Sequence[str]) -> None:
        super().__init__()
        self.basicFonts()
        self.XObject = document.xobjDict(forms)


class _Contents(PDFObject):
    __RefOnly__ = 1

    def __init__(self, operators: bytes) -> None:
        self._operators = operators

    def format(self, _document: PDFDocument) -> bytes:
        return b"<< /Length %d >>\nstream\n%b\nendstream\n" % (len(self._operators), self._operators)


class _Page(PDFObject):
    __RefOnly__ = 1

    def __init__(self, shared: bytes, contents: bytes) -> None:
        self._shared, self._contents = shared, contents

    def format(self, _document: PDFDocument) -> bytes:
        return b"<< %b /Contents %b >>" % (self._shared, self._contents)


class Pages:
    """The pages of one layout in one document; they name only forms of that layout."""

    def __init__(self, document: Any, size: tuple[float, float], forms: Sequence[str]) -> None:
        parent, resources = (
            document.Reference(each).format(document) for each in (document.Pages, _Resources(document, forms))
        )
        self._document = document
        self._shared = b"/Type /Page /Parent %b /MediaBox [ 0 0 %.4f %.4f ] /Resources %b" % (parent, *size, resources)
        self._draws = [f"/{document.getXObjectName(form)} Do " for form in forms]

    def add(self, at: int, operators: str) -> None:
        """Add a page that shows form `at` of its layout and, over it, what is its own."""
        contents = _Contents((self._draws[at] + operators).encode("ascii"))
        reference = self._document.Reference(contents).format(self._document)
        self._document.addPage(_Page(self._shared, reference))
