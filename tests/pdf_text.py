"""Reads what a PDF says, by PDFium: print files have a whole font, which pypdf would unpack anew for every page."""

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtPdf import QPdfDocument


def pages_of(pdf: bytes | Path) -> list[str]:
    """Return the words of each page, white space folded; also those outside the page or that nobody sees."""
    source = QBuffer()
    source.setData(QByteArray(pdf.read_bytes() if isinstance(pdf, Path) else pdf))
    source.open(QIODevice.OpenModeFlag.ReadOnly)
    document = QPdfDocument()
    try:
        document.load(source)
        assert document.error() == QPdfDocument.Error.None_, document.error()
        return [" ".join(document.getAllText(at).text().split()) for at in range(document.pageCount())]
    finally:
        document.close()
        source.close()


def text_of(pdf: bytes | Path) -> str:
    """Return the words of all pages, white space folded."""
    return " ".join(pages_of(pdf))
