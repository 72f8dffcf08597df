"""Binds finished PDFs into one file with an outline, page for page as they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import pikepdf


@dataclass(frozen=True)
class Part:
    """One document of a bound file, and what the outline calls it."""

    title: str
    content: bytes


def bind(parts: Sequence[Part], title: str) -> bytes:
    """Return one PDF with every page of the parts in their order; equal parts give equal bytes."""
    done = BytesIO()
    with pikepdf.new() as bound:
        with bound.open_outline() as outline:
            for part in parts:
                first = len(bound.pages)
                with pikepdf.open(BytesIO(part.content)) as source:
                    bound.pages.extend(source.pages)
                outline.root.append(pikepdf.OutlineItem(part.title, first))
        with bound.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as about:
            about["dc:title"] = title
        bound.save(done, deterministic_id=True)
    return done.getvalue()


def count(content: bytes) -> int:
    """Return the number of pages of a PDF."""
    with pikepdf.open(BytesIO(content)) as opened:
        return len(opened.pages)
