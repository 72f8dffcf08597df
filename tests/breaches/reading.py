"""Reads what a PDF says."""

from io import BytesIO
from pathlib import Path

from pypdf import PdfReader


def pages_of(pdf: bytes | Path) -> list[str]:
    """Return the words of each page, white space folded."""
    source = BytesIO(pdf) if isinstance(pdf, bytes) else pdf
    return [" ".join(page.extract_text().split()) for page in PdfReader(source).pages]


def text_of(pdf: bytes | Path) -> str:
    """Return the words of all pages, white space folded."""
    return " ".join(pages_of(pdf))
