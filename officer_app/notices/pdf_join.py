"""Joins several finished PDFs into one, page after page; what each says is left as it is."""

from collections.abc import Sequence
from io import BytesIO

from officer_app.base.errors import BugError


def join(parts: Sequence[bytes]) -> bytes:
    """Return one PDF with the pages of all parts in their order; a single part comes back as it is."""
    if not parts:
        raise BugError("there is nothing to join")
    if len(parts) == 1:
        return parts[0]
    import pikepdf  # noqa: PLC0415  loads a library of its own that few moments need

    out = BytesIO()
    with pikepdf.new() as whole:
        opened = [pikepdf.open(BytesIO(part)) for part in parts]
        try:
            for one in opened:
                whole.pages.extend(one.pages)
            whole.save(out)
        finally:
            for one in opened:
                one.close()
    return out.getvalue()
