"""Reads finished PDFs back: text by page, fonts, and everything that must never be in a letter."""

from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject


def pages(pdf: bytes) -> list[str]:
    """Return the text of each page, white space folded."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def everything(pdf: bytes) -> str:
    """Return the text of all pages."""
    return " ".join(pages(pdf))


def objects(pdf: bytes) -> list[Any]:
    """Return every object of the file."""
    reader = PdfReader(BytesIO(pdf))
    return [reader.get_object(IndirectObject(number, 0, reader)) for number in range(1, len(reader.xref[0]) + 1)]


def fonts(pdf: bytes) -> dict[str, bool]:
    """Return the names of all fonts with whether they are embedded."""
    found = [one for one in objects(pdf) if isinstance(one, DictionaryObject) and one.get("/Type") == "/Font"]
    assert found
    # a font of two bytes a character (Type0) keeps its program with its only descendant
    programs = {str(font["/BaseFont"]): font for font in found if str(font["/Subtype"]) != "/Type0"}
    return {name: "/FontFile2" in font.get("/FontDescriptor", {}) for name, font in programs.items()}


def live(pdf: bytes) -> list[str]:
    """Return what could act or load: links, actions, scripts, pictures, attached files."""
    bad = {"/URI", "/JS", "/JavaScript", "/Launch", "/EmbeddedFile", "/Annots", "/OpenAction", "/AA", "/GoToR"}
    found = []
    for one in objects(pdf):
        if isinstance(one, DictionaryObject):
            found += [key for key in one if key in bad]
            found += [str(one.get("/Subtype"))] if one.get("/Subtype") in ("/Image", "/Link") else []
    return found
