"""Takes pages that the plain path drew into a growing PDF, each to the place that was kept for it."""

import re
from collections.abc import Sequence

from officer_app.base.errors import BugError
from officer_app.notices.stream import PdfStream

_OBJECT = re.compile(rb"(\d+) 0 obj\s+(.*?)\s*endobj\s*\Z", re.DOTALL)
_STREAM = re.compile(rb">>\s*stream\r?\n")
_REFERENCE = re.compile(rb"\b(\d+) 0 R\b")
_PARENT = re.compile(rb"/Parent \d+ 0 R")
_LEFT_OUT = re.compile(rb"/Type /(Catalog|Pages)\b")


def graft(file: PdfStream, drawn: bytes, places: Sequence[tuple[int, int]]) -> None:
    """Write the pages of `drawn`, made by `pdf_volume`, with all they need.

    `places` are what `PdfStream.hold_page` gave, one for each page in order. Only files of our own plain path are
    read here, in the one form that they have; anything else is a BugError.
    """
    objects = _objects(drawn)
    pages = _pages(objects)
    if len(pages) != len(places):
        raise BugError(f"{len(places)} places for {len(pages)} pages")
    kept = dict(zip(pages, places, strict=True))
    left_out = {number for number, body in objects.items() if _LEFT_OUT.search(_entries(body))}
    left_out.add(_info(drawn))
    renamed = {number: kept[number][0] if number in kept else file.reserve() for number in objects.keys() - left_out}

    def reference(found: re.Match[bytes]) -> bytes:
        return b"%d 0 R" % renamed[int(found[1])]

    for number, body in objects.items():
        if number in left_out:
            continue
        entries = _entries(body)
        rest = body[len(entries) :]
        if number in kept:
            parent = b"/Parent %d 0 R" % kept[number][1]
            before, after = _PARENT.split(entries)
            entries = _REFERENCE.sub(reference, before) + parent + _REFERENCE.sub(reference, after)
        else:
            entries = _REFERENCE.sub(reference, entries)
        file.put(entries + rest, renamed[number])


def _objects(drawn: bytes) -> dict[int, bytes]:
    """Return the bodies of all objects by number, cut out by the table at the end of the file."""
    start = int(drawn.rsplit(b"startxref", 1)[1].split()[0])
    lines = drawn[start:].split(b"trailer", 1)[0].splitlines()[2:]
    offsets = sorted(int(line.split()[0]) for line in lines if line.rstrip().endswith(b"n"))
    found: dict[int, bytes] = {}
    for at, end in zip(offsets, [*offsets[1:], start], strict=True):
        cut = _OBJECT.fullmatch(drawn[at:end])
        if cut is None:
            raise BugError("an object of the plain path cannot be told from its neighbours")
        found[int(cut[1])] = cut[2]
    return found


def _pages(objects: dict[int, bytes]) -> list[int]:
    trees = [body for body in objects.values() if b"/Type /Pages" in body and b"/Kids" in body]
    if len(trees) != 1:
        raise BugError("the plain path wrote no single list of pages")
    kids = trees[0].split(b"/Kids [", 1)[1].split(b"]", 1)[0]
    return [int(number) for number in _REFERENCE.findall(kids)]


def _info(drawn: bytes) -> int:
    found = re.search(rb"/Info (\d+) 0 R", drawn.rsplit(b"trailer", 1)[1])
    if found is None:
        raise BugError("the plain path named no document facts")
    return int(found[1])


def _entries(body: bytes) -> bytes:
    """Return the dictionary of an object without the data of its stream."""
    found = _STREAM.search(body)
    return body[: found.start() + 2] if found else body
