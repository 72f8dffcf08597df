"""Where things stand on the sheet: letterhead, window address, information block, marks (DIN 5008 form B)."""

from dataclasses import replace

from officer_app.notices import clean, decree
from officer_app.notices.document import Block, Document
from officer_app.notices.faults import DoesNotFit
from officer_app.notices.paging import HAIRLINE, MM, MUTED, Line, Page, Row, Rule, paginate
from officer_app.notices.paging import Layout as Layout
from officer_app.notices.pdf_fonts import REGULAR, STRONG, Run, runs
from officer_app.notices.setting import Style, flush_right, para, rows

LEFT, RIGHT = 25 * MM, 20 * MM
BODY_SIZES = (10.5, 10.0)
ADDRESS_LINES = 6


def lay_out(document: Document, footer: str) -> Layout:
    """Set everything but number, address and salutation, which `variable` gives for each letter.

    A letter that is a few lines too long for its last page is set half a point smaller.
    """
    if document.administrative is not None:
        return decree.lay_out(document, document.administrative, footer)
    wide = document.sheet == "wide"
    size = (297 * MM, 210 * MM) if wide else (210 * MM, 297 * MM)
    best: list[Page] = []
    for text_size in BODY_SIZES if document.sheet == "letter" else BODY_SIZES[-1:]:
        pages = _pages(document, size, text_size)
        if not best or len(pages) < len(best):
            best = pages
    dressed = [_dress(document, page, at == 0, size, footer) for at, page in enumerate(best)]
    return Layout(tuple(dressed), *size)


def variable(document: Document, layout: Layout) -> list[list[Line]]:
    """Return for each page the lines that belong to this letter only."""
    if document.administrative is not None:
        return [[] for _ in layout.pages]
    found: list[list[Line]] = []
    count = len(layout.pages)
    for at, page in enumerate(layout.pages):
        lines: list[Line] = []
        if at == 0 and document.sheet == "letter":
            lines += _address(document.recipient)
            top = page.slots.get("salutation")
            if top is not None:
                size = BODY_SIZES[0]
                lines += [
                    Line(LEFT, top + size + step * size * 1.36, line, size)
                    for step, line in enumerate(salutation_lines(document))
                ]
            lines.append(Line(125 * MM, 58.0 * MM, runs(clean.line(document.number), STRONG), 10.5))
        foot = document.words.page.format(page=at + 1, pages=count)
        foot = f"{clean.line(document.number)} · {foot}" if document.number else foot
        lines.append(flush_right(foot, layout.width - RIGHT, layout.height - 12.5 * MM, 8, REGULAR, MUTED))
        found.append(lines)
    return found


def own_part(document: Document) -> tuple[object, ...]:
    """Return what belongs to one letter and yet is set with its pages: letters share a layout only if it is the same.

    By Decree 30/2020 number and addressee stand in the flow of the text.
    """
    if document.administrative is None:
        return ()
    return (document.administrative, document.number, document.recipient)


def salutation_lines(document: Document) -> list[tuple[Run, ...]]:
    """Return the salutation broken into lines; their count is part of what letters of one layout share."""
    return para(document.salutation, 165 * MM, BODY_SIZES[0]) if document.salutation else []


def _address(recipient: tuple[str, ...]) -> list[Line]:
    """The address in the window: 27.3 mm for six lines, smaller type before a line is broken too often."""
    for size in (10.5, 9.5, 8.5):
        lines = [line for entry in recipient for line in para(entry, 80 * MM, size)]
        if len(lines) <= ADDRESS_LINES:
            step = min(4.55 * MM, size * 1.32)
            return [Line(LEFT, 62.7 * MM + size + at * step, line, size) for at, line in enumerate(lines)]
    raise DoesNotFit


def _pages(document: Document, size: tuple[float, float], text_size: float) -> list[Page]:
    measure = size[0] - LEFT - RIGHT
    bottom = size[1] - 23 * MM
    found: list[Row] = []
    if document.sheet == "letter":
        top = 98.5 * MM
        subject = para(document.subject, measure, 13, strong=True)
        found += [Row(17.5, (Line(0, 13, line, 13),), keep=True) for line in subject]
        greeting = len(salutation_lines(document))
        if greeting:
            found.append(Row(greeting * BODY_SIZES[0] * 1.36, before=7, keep=True, slot="salutation"))
    else:
        top = 40 * MM
        found += [
            Row(22, (Line(0, 16, line, 16),), keep=True) for line in para(document.subject, measure, 16, strong=True)
        ]
        facts = [
            f"{label} {value}" for label, value in ((document.words.number, document.number), *document.info) if value
        ]
        for line in para("  ·  ".join(facts), measure, 9):
            found.append(Row(13, (Line(0, 9, line, 9, MUTED),), keep=True))
    blocks: tuple[Block, ...] = document.blocks
    found += rows(blocks, measure, Style(text_size))
    ending = _ending(document, measure, text_size)
    if ending:
        found[-1] = replace(found[-1], keep=True)  # a signature never stands alone on its page
        found += ending
    return paginate(found, LEFT, (top, bottom), (32 * MM, bottom))


def _ending(document: Document, measure: float, size: float) -> list[Row]:
    """Closing, room to sign, names; kept in one piece."""
    found: list[Row] = []
    leading = size * 1.36
    if document.closing:
        found += [
            Row(leading, (Line(0, size, line, size),), before=size, keep=True)
            for line in para(document.closing, measure, size)
        ]
    if document.signatures:
        column = min(measure / len(document.signatures), 70 * MM)
        names = [para(name.replace("\n", ", "), column - 5 * MM, size) for name in document.signatures]
        strokes = tuple(Rule(at * column, at * column + column - 5 * MM, 17 * MM) for at in range(len(names)))
        found.append(Row(17 * MM + 2, rules=strokes, keep=True))
        for depth in range(max(map(len, names))):
            lines = tuple(
                Line(at * column, size, name[depth], size) for at, name in enumerate(names) if depth < len(name)
            )
            found.append(Row(leading, lines, keep=True))
    if document.remark:
        found += [
            Row(leading, (Line(0, 9, line, 9, MUTED),), before=4, keep=True)
            for line in para(document.remark, measure, 9)
        ]
    if document.enclosures:
        title = para(document.words.enclosures, measure, 9, strong=True)
        found += [Row(12.5, (Line(0, 9, line, 9, MUTED),), before=9, keep=True) for line in title]
        for entry in document.enclosures:
            found += [Row(12.5, (Line(0, 9, line, 9),), keep=True) for line in para(entry, measure, 9)]
    if found:
        found[-1] = replace(found[-1], keep=False)
    return found


def _dress(document: Document, page: Page, first: bool, size: tuple[float, float], footer: str) -> Page:
    """Add what surrounds the text."""
    head = document.letterhead
    right = size[0] - RIGHT
    rules = list(page.rules)
    if first and document.sheet == "letter":
        lines, strokes = _letter_head(document, right)
        rules += strokes
    else:
        name = Line(LEFT, 19 * MM, runs(clean.line(head.name), STRONG), 11)
        lines = [name, flush_right(head.company, right, 19 * MM, 8, REGULAR, MUTED)]
        rules.append(Rule(LEFT, right, 23 * MM))
        if document.running:
            lines.append(Line(LEFT, 27.5 * MM, para(document.running, right - LEFT, 8)[0], 8, MUTED))
    lines += page.lines
    foot = " · ".join(part for part in (head.company, head.registration) if part)
    lines.append(Line(LEFT, size[1] - 12.5 * MM, runs(clean.line(foot), REGULAR), 8, MUTED))
    if footer:
        lines.append(Line(LEFT, size[1] - 8.5 * MM, runs(clean.line(footer), REGULAR), 6.5, MUTED))
    return Page(tuple(lines), tuple(rules), page.codes, page.slots)


def _letter_head(document: Document, right: float) -> tuple[list[Line], list[Rule]]:
    head = document.letterhead
    lines = [Line(LEFT, 22.5 * MM, runs(clean.line(head.name), STRONG), 19)]
    rules = [Rule(LEFT, right, 31.5 * MM)]
    address = ", ".join(head.address)
    beside = [part for part in (head.company, address, head.email, head.phone or head.website) if part]
    for at, part in enumerate(beside):
        lines.append(flush_right(part, right, (16.5 + 4 * at) * MM, 8, REGULAR, MUTED))
    sender = para(" · ".join((head.company, *head.address)), 80 * MM, 6.8)[0]
    lines.append(Line(LEFT, 60 * MM, sender, 6.8, MUTED))
    y = 53.6
    for label, value in ((document.words.number, ""), *document.info):
        lines.append(Line(125 * MM, y * MM, runs(clean.line(label), REGULAR), 8, MUTED))
        shown = para(value, 65 * MM, 10.5) if value else [()]
        lines += [Line(125 * MM, (y + 4.4 + 4.6 * at) * MM, line, 10.5) for at, line in enumerate(shown) if line]
        y += 9.4 + 4.6 * (len(shown) - 1)
    marks = (
        Rule(5 * MM, 9 * MM, 105 * MM, HAIRLINE),
        Rule(5 * MM, 10 * MM, 148.5 * MM, HAIRLINE),
        Rule(5 * MM, 9 * MM, 210 * MM, HAIRLINE),
    )
    return lines, rules + list(marks)
