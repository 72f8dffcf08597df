"""What stands on a page in the words of PDF: the same lines, rules and colours that the plain path draws."""

from collections.abc import Callable, Iterable
from math import cos, radians, sin

from officer_app.notices.paging import Layout, Line, Page
from officer_app.notices.pdf_draw import DEMO
from officer_app.notices.pdf_fonts import STRONG, width
from officer_app.notices.stream_face import NAMES, writable

_DEMO_SIZE, _DEMO_COLOUR = 150.0, "#f1ece4"


class Refused(Exception):
    """A text has a character outside the embedded fonts: the plain path has to draw this letter."""


def encode(name: str, text: str) -> str:
    """Return text as the hex digits of its codes; Refused before anything is written."""
    if name not in NAMES or not writable(name).fullmatch(text):
        raise Refused
    return text.encode("utf-16-be").hex()


def fixed(page: Page, layout: Layout, *, demo: bool) -> str:
    """Return what all letters of one layout share on a page."""
    if page.codes:
        raise Refused  # only the plain path draws QR codes
    drawn = [demo_mark(layout) if demo else "", "0.5 w"]
    for rule in page.rules:
        y = number(layout.height - rule.y)
        drawn.append(f"{_rgb(rule.colour)} RG {number(rule.x1)} {y} m {number(rule.x2)} {y} l S")
    return "\n".join([*drawn, text(page.lines, layout.height)])


def text(lines: Iterable[Line], height: float, coded: Callable[[str, str], str] = encode) -> str:
    """Return lines as one text object, in their order: it is the order in which they are read aloud and copied."""
    drawn = ["BT"]
    font: tuple[str, float] | None = None
    colour = ""
    for line in lines:
        if line.spread:
            raise Refused  # PDF's word space knows no codes of two bytes
        if line.colour != colour:
            colour = line.colour
            drawn.append(f"{_rgb(colour)} rg")
        drawn.append(f"1 0 0 1 {number(line.x)} {number(height - line.y)} Tm")
        for name, content in line.runs:
            shown = coded(name, content)
            if font != (name, line.size):
                font = (name, line.size)
                drawn.append(f"/{NAMES[name]} {number(line.size)} Tf")
            drawn.append(f"<{shown}> Tj")
    return "\n".join([*drawn, "ET"]) if len(drawn) > 1 else ""


def demo_mark(layout: Layout) -> str:
    """A pale word across the sheet: a demo letter must not be taken for a real one."""
    across, up = cos(radians(40)), sin(radians(40))
    left, low = -width((STRONG, DEMO), _DEMO_SIZE) / 2, -_DEMO_SIZE / 3
    x = layout.width / 2 + left * across - low * up
    y = layout.height / 2 + left * up + low * across
    place = " ".join(map(number, (across, up, -up, across, x, y)))
    size = number(_DEMO_SIZE)
    shown = encode(STRONG, DEMO)
    return f"BT {_rgb(_DEMO_COLOUR)} rg /{NAMES[STRONG]} {size} Tf {place} Tm <{shown}> Tj ET"


def number(value: float) -> str:
    """Return a length with as many digits as any printer can tell apart."""
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _rgb(colour: str) -> str:
    return " ".join(number(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
