"""What stands on a page in the words of PDF: the same lines, rules and colours that the plain path draws."""

from collections.abc import Callable, Iterable
from functools import cache
from math import cos, radians, sin

from officer_app.notices.paging import Layout, Line, Page
from officer_app.notices.pdf_draw import DEMO
from officer_app.notices.pdf_fonts import STRONG, width
from officer_app.notices.stream_face import NAMES, writable

_DEMO_SIZE, _DEMO_COLOUR = 150.0, "#f1ece4"


class Refused(Exception):
    """A text has a character outside the embedded fonts: the plain path has to draw this letter."""


def literal(text: str) -> bytes:
    """Return the codes of a text as the bytes between the brackets of a PDF string."""
    codes = text.encode("utf-16-be").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return codes.replace(b"\r", b"\\r")  # readers take a bare carriage return for a line feed


def encode(name: str, text: str) -> bytes:
    """Return `literal(text)`; Refused before anything is written."""
    if name not in NAMES or not writable(name).fullmatch(text):
        raise Refused
    return literal(text)


def fixed(page: Page, layout: Layout, *, demo: bool) -> bytes:
    """Return what all letters of one layout share on a page."""
    if page.codes:
        raise Refused  # only the plain path draws QR codes
    drawn = [demo_mark(layout) if demo else b"", b"0.5 w"]
    for rule in page.rules:
        y = number(layout.height - rule.y)
        drawn.append(b"%b RG %b %b m %b %b l S" % (_rgb(rule.colour), number(rule.x1), y, number(rule.x2), y))
    return b"\n".join([*drawn, text(page.lines, layout.height)])


def text(lines: Iterable[Line], height: float, coded: Callable[[str, str], bytes] = encode) -> bytes:
    """Return lines as one text object, in their order: it is the order in which they are read aloud and copied."""
    drawn = [b"BT"]
    font: tuple[str, float] | None = None
    colour = ""
    for line in lines:
        if line.spread:
            raise Refused  # PDF's word space knows no codes of two bytes
        if line.colour != colour:
            colour = line.colour
            drawn.append(b"%b rg" % _rgb(colour))
        drawn.append(b"1 0 0 1 %b %b Tm" % (number(line.x), number(height - line.y)))
        for name, content in line.runs:
            shown = coded(name, content)
            if font != (name, line.size):
                font = (name, line.size)
                drawn.append(b"/%b %b Tf" % (NAMES[name], number(line.size)))
            drawn.append(b"(%b) Tj" % shown)
    return b"\n".join([*drawn, b"ET"]) if len(drawn) > 1 else b""


def demo_mark(layout: Layout) -> bytes:
    """A pale word across the sheet: a demo letter must not be taken for a real one."""
    across, up = cos(radians(40)), sin(radians(40))
    left, low = -width((STRONG, DEMO), _DEMO_SIZE) / 2, -_DEMO_SIZE / 3
    x = layout.width / 2 + left * across - low * up
    y = layout.height / 2 + left * up + low * across
    place = b" ".join(number(value, 5) for value in (across, up, -up, across, x, y))
    drawn = (_rgb(_DEMO_COLOUR), NAMES[STRONG], number(_DEMO_SIZE), place, encode(STRONG, DEMO))
    return b"BT %b rg /%b %b Tf %b Tm (%b) Tj ET" % drawn


def number(value: float, digits: int = 4) -> bytes:
    """Return a length, with as many digits as the plain path writes: a renderer may round by the last of them."""
    return f"{value:.{digits}f}".rstrip("0").rstrip(".").encode("ascii")


@cache
def _rgb(colour: str) -> bytes:
    return b" ".join(number(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
