"""Turns a document into the bytes of a PDF; reportlab is loaded with the first one, not before."""

from officer_app.base.errors import KnownError
from officer_app.notices.document import Document
from officer_app.notices.faults import CannotPrint


def render(document: Document, *, demo: bool = False, footer: str = "") -> bytes:
    """Return one notice as PDF. `footer` carries the head of the audit; `demo` marks every page.

    KnownError when a character cannot be printed or the address does not fit the envelope.
    """
    # the first window is painted long before the first letter, and reportlab takes a tenth of a second
    from officer_app.notices.pdf_draw import draw  # noqa: PLC0415

    try:
        return draw(document, demo=demo, footer=footer)
    except CannotPrint as fault:
        raise KnownError(str(fault)) from None
