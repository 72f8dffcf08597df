"""The form of Vietnam's Decree 30/2020 (Art. 8, Appendix I): head in two columns, title, text, recipients, signatory.

Private firms are not bound by it, but the authorities' own forms use this head. The decree names Times New Roman; the
letters of this program are set in Source Sans, because every font must come from a package and be embedded.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from officer_app.notices import clean
from officer_app.notices.document import Administrative, Block, Bullets, Document, Heading, Span, Text
from officer_app.notices.paging import INK, MM, MUTED, Layout, Line, Page, Row, Rule, paginate
from officer_app.notices.pdf_fonts import REGULAR, SLANTED, STRONG, STRONG_SLANTED, Run, runs, width
from officer_app.notices.setting import Style, centred, flush_right, para, rows

TOP, RIGHT, BOTTOM, LEFT = 20 * MM, 15 * MM, 20 * MM, 30 * MM
"""The margins, of which the decree gives a range."""
BODY = Style(size=13, indent=10 * MM, justified=True, numbered=True, before=0.45, table_size=11.5)
_WIDTH, _HEIGHT = 210 * MM, 297 * MM
_MEASURE = _WIDTH - LEFT - RIGHT
_OURS, _NATION = 30 * MM, 117 * MM
"""The middles of the two columns, from the left margin."""


def lay_out(document: Document, form: Administrative, footer: str) -> Layout:
    """Set a whole letter; nothing is left for what differs between letters."""
    found = [_head(document, form), *_title(form), *_addressee(document, form)]
    blocks: tuple[Block, ...] = document.blocks
    if document.enclosures:
        items = tuple((Span(entry),) for entry in document.enclosures)
        blocks = (*blocks, Heading(document.words.enclosures), Bullets(items))
    text = rows(_parted(blocks), _MEASURE, BODY)
    # who signs never stands alone on a page: the end of the text goes along
    found += [*text[:-2], *(replace(row, keep=True) for row in text[-2:])]
    found.append(_end(document, form))
    bottom = _HEIGHT - BOTTOM
    pages = paginate(found, LEFT, (TOP, bottom), (TOP + 2 * MM, bottom))
    return Layout(tuple(_dress(document, page, at, footer) for at, page in enumerate(pages, 1)), _WIDTH, _HEIGHT)


def _parted(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield the blocks, each typed line a paragraph of its own: every one is indented alike."""
    for block in blocks:
        match block:
            case Text((Span(text, strong),), muted) if "\n" in text:
                yield from (Text((Span(line.strip(), strong),), muted) for line in text.split("\n") if line.strip())
            case _:
                yield block


def _head(document: Document, form: Administrative) -> Row:
    """Organisation and number on the left; nation, motto, place and date on the right."""
    lines: list[Line] = []
    left = right = 12.0
    for line in para(form.organisation.upper(), 60 * MM, 12, strong=True):
        lines.append(centred(line, _OURS, left, 12))
        left += 15
    rules = [Rule(_OURS - 11 * MM, _OURS + 11 * MM, left - 8, INK)]
    nation = runs(clean.line(form.nation), STRONG)
    lines.append(centred(nation, _NATION, right, 12))
    motto = runs(clean.line(form.motto), STRONG)
    lines.append(centred(motto, _NATION, right + 17, 13))
    half = _wide(motto, 13) / 2
    rules.append(Rule(_NATION - half, _NATION + half, right + 23, INK))
    y = max(left + 8, right + 44)
    number = form.number.replace("{number}", document.number)
    lines.append(centred(runs(clean.line(number), REGULAR), _OURS, y, 13))
    lines.append(centred(runs(clean.line(form.place_and_date), SLANTED), _NATION, y, 13))
    return Row(y + 6, tuple(lines), tuple(rules), keep=True)


def _title(form: Administrative) -> list[Row]:
    middle = _MEASURE / 2
    found: list[Row] = []
    if form.title:
        title = runs(clean.line(form.title), STRONG)
        found.append(Row(20, (centred(title, middle, 14, 14),), before=16, keep=True))
    about = para(form.about, 140 * MM, 13, strong=True)
    found += [
        Row(17.5, (centred(line, middle, 13, 13),), before=0 if at or form.title else 16, keep=True)
        for at, line in enumerate(about)
    ]
    found.append(Row(8, rules=(Rule(middle - 15 * MM, middle + 15 * MM, 4, INK),), keep=True))
    return found


def _addressee(document: Document, form: Administrative) -> list[Row]:
    """To whom: the name beside the word, further lines below the name, the whole in the middle."""
    label = runs(clean.line(form.to), REGULAR)
    indent = _wide(label, 13) + 5
    lines = [line for entry in document.recipient for line in para(entry, 115 * MM, 13)]
    start = (_MEASURE - indent - max((_wide(line, 13) for line in lines), default=0)) / 2
    found = []
    for at, line in enumerate(lines):
        word = (Line(start, 13, label, 13),) if at == 0 else ()
        found.append(Row(17.5, (*word, Line(start + indent, 13, line, 13)), before=8 if at == 0 else 0, keep=True))
    return [*found, Row(4, keep=True)]


def _end(document: Document, form: Administrative) -> Row:
    """Recipients at the bottom left, who signs at the bottom right; in one piece."""
    lines = [Line(0, 12, runs(form.recipients, STRONG_SLANTED), 12)]
    left = 27.0
    for entry in (form.as_above, form.filed):
        for line in para(entry, 70 * MM, 11):
            lines.append(Line(0, left, line, 11))
            left += 14
    right = 13.0
    middle = _MEASURE - 42 * MM
    for name, position in _signers(document.signatures):
        for line in para(position.upper(), 80 * MM, 13, strong=True):
            lines.append(centred(line, middle, right, 13))
            right += 17
        lines.append(centred(runs(form.sign, SLANTED), middle, right, 11))
        right += 24 * MM
        for line in para(name, 80 * MM, 13, strong=True):
            lines.append(centred(line, middle, right, 13))
            right += 17
        right += 10
    for line in para(document.remark, 80 * MM, 10) if document.remark else []:
        lines.append(centred(line, middle, right, 10))
        right += 14
    return Row(max(left, right), tuple(lines), before=18)


def _signers(signatures: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return names and positions: "Name, position", or a name followed by whom the person signs for."""
    found: list[tuple[str, str]] = []
    for entry in signatures:
        name, _, position = (part.strip() for part in clean.line(entry).partition(","))
        if found and not position and not found[-1][1]:
            found[-1] = (found[-1][0], name)
        else:
            found.append((name, position))
    return found


def _dress(document: Document, page: Page, at: int, footer: str) -> Page:
    """Add the number of the page (centred at the top, not on the first) and, small, who writes from where.

    The decree's head has no room for an address, and an authority must know where to answer.
    """
    head = document.letterhead
    lines = list(page.lines)
    if at > 1:
        lines.insert(0, centred(((REGULAR, str(at)),), _WIDTH / 2, 13.5 * MM, 13))
    foot = (head.company, ", ".join(head.address), head.email, head.registration)
    low = _HEIGHT - 11.5 * MM
    small = para(" · ".join(part for part in foot if part), 140 * MM, 8)
    for up, line in enumerate(reversed(small)):
        lines.append(Line(LEFT, low - up * 10, line, 8, MUTED))
    lines.append(flush_right(document.number, _WIDTH - RIGHT, low, 8, REGULAR, MUTED))
    if footer:
        lines.append(Line(LEFT, _HEIGHT - 7.5 * MM, runs(clean.line(footer), REGULAR), 6.5, MUTED))
    return Page(tuple(lines), page.rules, page.codes, page.slots)


def _wide(placed: tuple[Run, ...], size: float) -> float:
    return sum(width(run, size) for run in placed)
