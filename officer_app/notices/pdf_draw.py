"""Draws a set document as PDF: embedded subsets, no links, no pictures, same facts same bytes."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any, BinaryIO, cast

from reportlab.lib.colors import Color, HexColor
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject

from officer_app.notices.document import Document
from officer_app.notices.paging import Layout, Line, Page
from officer_app.notices.pdf_fonts import REGULAR, STRONG, covered, width
from officer_app.notices.sheet import lay_out, variable

DEMO = "Demo"
_COLOURS: dict[str, Color] = {}


def draw(document: Document, *, demo: bool, footer: str) -> bytes:
    """Return one notice as PDF; CannotPrint when it would show something wrong."""
    layout = lay_out(document, footer)
    letter = variable(document, layout)
    target = BytesIO()
    title = f"{document.subject} ({document.number})" if document.number else document.subject
    canvas = open_canvas(target, layout, title=title, document=document)
    for page, lines in zip(layout.pages, letter, strict=True):
        draw_fixed(canvas, page, layout, demo=demo)
        draw_lines(canvas, lines, layout.height)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def open_canvas(target: BinaryIO, layout: Layout, *, title: str, document: Document) -> Canvas:
    """Return an empty canvas; its first font is ours, for Helvetica would be listed and not embedded."""
    covered(REGULAR)
    covered(STRONG)
    canvas = Canvas(
        target,
        pagesize=(layout.width, layout.height),
        invariant=1,
        initialFontName=cast("Any", REGULAR),  # the stubs call it a number
        lang=document.language,
        pageCompression=1,
    )
    canvas.setTitle(title)
    canvas.setAuthor(document.letterhead.company)
    canvas.setCreator("officer_app")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    return canvas


def draw_blank(canvas: Canvas, layout: Layout, *, demo: bool) -> None:
    """Add an empty back page, so that the next letter starts on a sheet of its own."""
    if demo:
        _draw_demo(canvas, layout)
    canvas.showPage()


def draw_fixed(canvas: Canvas, page: Page, layout: Layout, *, demo: bool) -> None:
    """Draw what all letters of one layout share."""
    if demo:
        _draw_demo(canvas, layout)
    canvas.setLineWidth(0.5)
    for rule in page.rules:
        canvas.setStrokeColor(_colour(rule.colour))
        canvas.line(rule.x1, layout.height - rule.y, rule.x2, layout.height - rule.y)
    for data, x, y, side in page.codes:
        _draw_qr(canvas, data, x, layout.height - y - side, side)
    draw_lines(canvas, page.lines, layout.height)


def draw_lines(canvas: Canvas, lines: Iterable[Line], height: float) -> None:
    """Draw lines onto the page."""
    canvas.drawText(set_lines(canvas, lines, height))


def set_lines(canvas: Canvas, lines: Iterable[Line], height: float) -> PDFTextObject:
    """Return lines as one text object, in their order: it is the order in which they are read aloud and copied."""
    text = canvas.beginText()
    font: tuple[str, float] | None = None
    colour = ""
    spread = 0.0
    for line in lines:
        if line.spread != spread:
            text.setWordSpace(line.spread)
            spread = line.spread
        if line.colour != colour:
            text.setFillColor(_colour(line.colour))
            colour = line.colour
        text.setTextOrigin(line.x, height - line.y)
        for name, content in line.runs:
            if font != (name, line.size):
                text.setFont(name, line.size)
                font = (name, line.size)
            if len(line.runs) == 1:
                text.textLine(content)  # unlike `textOut` it does not measure what nothing follows
            else:
                text.textOut(content)
    return text


def _colour(code: str) -> Color:
    if code not in _COLOURS:
        _COLOURS[code] = HexColor(code)
    return _COLOURS[code]


def _draw_demo(canvas: Canvas, layout: Layout) -> None:
    """A pale word across the sheet: a demo letter must not be taken for a real one."""
    size = 150.0
    canvas.saveState()
    canvas.setFillColor(_colour("#f1ece4"))
    canvas.setFont(STRONG, size)
    canvas.translate(layout.width / 2, layout.height / 2)
    canvas.rotate(40)
    canvas.drawString(-width((STRONG, DEMO), size) / 2, -size / 3, DEMO)
    canvas.restoreState()


def _draw_qr(canvas: Canvas, data: str, x: float, y: float, side: float) -> None:
    # only the recovery kit has one, and the barcodes bring all of reportlab's charts and paragraphs with them
    from reportlab.graphics.barcode import qrencoder  # noqa: PLC0415

    code: Any = qrencoder.QRCode(None, qrencoder.QRErrorCorrectLevel.M)
    code.addData(data)
    code.make()
    count = code.getModuleCount()
    step = side / count
    canvas.setFillColor(_colour("#000000"))
    for row in range(count):
        for column in range(count):
            if code.isDark(row, column):
                canvas.rect(x + column * step, y + side - (row + 1) * step, step, step, stroke=0, fill=1)
