"""Breaks blocks into lines and lines into rows, the strips of which pages are made."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from officer_app.notices import clean
from officer_app.notices.document import Block, Bullets, Code, Heading, Span, Table, Text
from officer_app.notices.paging import ACCENT, INK, MM, MUTED, Line, Row, Rule
from officer_app.notices.pdf_fonts import REGULAR, STRONG, Run, covered, runs, width

_WIDEST_SPACE = 0.45
"""Most that a space may grow, as a share of the type's size, before a line is left ragged."""


@dataclass(frozen=True)
class Style:
    """How paragraphs are set: `indent` is that of a first line; headings are coloured, or black with numbers."""

    size: float
    indent: float = 0
    justified: bool = False
    numbered: bool = False
    before: float = 0.3
    table_size: float = 0

    @property
    def table(self) -> float:
        """The size of type in a table."""
        return self.table_size or self.size - 0.7


def para(
    spans: str | Iterable[Span], measure: float, size: float, *, strong: bool = False, indent: float = 0
) -> list[tuple[Run, ...]]:
    """Break a text into lines no wider than `measure`: the one way from foreign text to the page.

    The text is cleaned and cut here, whatever was done to it before, and is never read as markup. `indent` is room
    left free in the first line.
    """
    if isinstance(spans, str):
        text = clean.clean(spans)
        whole = runs(text, STRONG if strong else REGULAR) if "\n" not in text else ()
        if len(whole) == 1 and width(whole[0], size) <= measure - indent:
            return [whole]
        spans = (Span(text, strong),)
    lines: list[list[Run]] = [[]]
    used = indent
    for word in _words(spans):
        if word is None:
            lines.append([])
            used = 0.0
            continue
        space = width((word[0][0], " "), size) if lines[-1] else 0.0
        wide = sum(width(run, size) for run in word)
        if used + space + wide > measure:
            for piece in _pieces(word, measure, size) if wide > measure else [word]:
                lines.append(list(piece)) if lines[-1] else lines[-1].extend(piece)
                used = sum(width(run, size) for run in piece)
        else:
            _join(lines[-1], word)
            used += space + wide
    while len(lines) > 1 and not lines[-1]:
        lines.pop()
    return [tuple(line) for line in lines]


def _words(spans: Iterable[Span]) -> Iterator[list[Run] | None]:
    """Yield words (runs without a space between them), and None for a line feed."""
    word: list[Run] = []
    for span in spans:
        text = clean.clean(span.text)
        for at, piece in enumerate(text.split("\n")):
            if at:
                if word:
                    yield word
                yield None
                word = []
            for number, part in enumerate(piece.split(" ")):
                if number and word:
                    yield word
                    word = []
                word += runs(part, STRONG if span.strong else REGULAR)
    if word:
        yield word


def _join(line: list[Run], word: list[Run]) -> None:
    if line:
        name, text = line[-1]
        line[-1] = (name, text + " ")
    for run in word:
        if line and line[-1][0] == run[0]:
            line[-1] = (run[0], line[-1][1] + run[1])
        else:
            line.append(run)


def _pieces(word: list[Run], measure: float, size: float) -> Iterator[list[Run]]:
    """Cut a word that is wider than the line."""
    piece: list[Run] = []
    used = 0.0
    for name, text in word:
        for ch in text:
            wide = width((name, ch), size)
            if piece and used + wide > measure:
                yield piece
                piece, used = [], 0.0
            if piece and piece[-1][0] == name:
                piece[-1] = (name, piece[-1][1] + ch)
            else:
                piece.append((name, ch))
            used += wide
    if piece:
        yield piece


def rows(blocks: Iterable[Block], measure: float, style: Style) -> list[Row]:
    """Set blocks in a column `measure` points wide."""
    found: list[Row] = []
    size, titles = style.size, 0
    for block in blocks:
        match block:
            case Heading(text):
                titles += 1
                text = f"{titles}. {text}" if style.numbered else text
                tone = INK if style.numbered else ACCENT
                found += _lines(para(text, measure, size, strong=True), size, colour=tone, before=0.75, keep_all=True)
            case Text(spans, muted):
                found += _paragraph(spans, measure, style, MUTED if muted else INK)
            case Bullets(items):
                for item in items:
                    found += _bullet(item, measure, size, INK if style.numbered else ACCENT)
            case Table():
                found += _table(block, measure, style.table)
            case Code(groups, qr, per_line):
                found += _code(groups, qr, per_line)
    return found


def flush_right(text: str, right: float, y: float, size: float, name: str, colour: str) -> Line:
    """Return a line that ends at `right`."""
    placed = runs(clean.line(text), name)
    return Line(right - sum(width(run, size) for run in placed), y, placed, size, colour)


def centred(placed: tuple[Run, ...], middle: float, y: float, size: float) -> Line:
    """Return a line set around `middle`."""
    return Line(middle - sum(width(run, size) for run in placed) / 2, y, placed, size)


def _paragraph(spans: tuple[Span, ...], measure: float, style: Style, colour: str) -> list[Row]:
    size = style.size
    broken = para(spans, measure, size, indent=style.indent)
    found = _lines(broken, size, colour=colour, before=style.before)
    if style.indent:
        found[0] = replace(found[0], lines=tuple(replace(line, x=style.indent) for line in found[0].lines))
    if not style.justified or any("\n" in span.text for span in spans):
        return found
    return [_justified(row, measure) for row in found[:-1]] + found[-1:]


def _justified(row: Row, measure: float) -> Row:
    (line,) = row.lines
    spaces = sum(text.count(" ") for _, text in line.runs)
    free = measure - line.x - sum(width(run, line.size) for run in line.runs)
    if not spaces or not 0 < free / spaces <= _WIDEST_SPACE * line.size:
        return row
    return replace(row, lines=(replace(line, spread=free / spaces),))


def _lines(
    lines: list[tuple[Run, ...]],
    size: float,
    *,
    colour: str = INK,
    before: float,
    keep_all: bool = False,
    x: float = 0,
) -> list[Row]:
    """Rows of one paragraph: its first two and its last two lines stay together."""
    leading = size * 1.36
    last = len(lines) - 1
    return [
        Row(
            height=leading,
            lines=(Line(x, size, line, size, colour),),
            before=before * size if at == 0 else 0,
            keep=keep_all or (last > 0 and (at == 0 or at == last - 1)),
        )
        for at, line in enumerate(lines)
    ]


def _bullet(item: tuple[Span, ...], measure: float, size: float, tone: str) -> list[Row]:
    indent = 4 * MM
    found = _lines(para(item, measure - indent, size), size, before=0.2, x=indent)
    mark = Line(0.8 * MM, size, ((REGULAR, "•"),), size, tone)
    found[0] = replace(found[0], lines=(mark, *found[0].lines))
    return found


def _table(table: Table, measure: float, size: float) -> list[Row]:
    gap = 5 * MM
    columns = max(map(len, (table.head, *table.rows)), default=0)
    if not columns:
        return []
    widths = _widths(table, columns, measure, size, gap)
    head = (
        _table_row(table.head, widths, size - 0.6, gap, strong=True, colour=MUTED, right=table.right)
        if table.head
        else []
    )
    head = [replace(row, keep=True) for row in head]
    found = list(head)
    for row in table.rows:
        found += [
            replace(one, head=tuple(head))
            for one in _table_row(row, widths, size, gap, labels=not table.head, right=table.right)
        ]
    if found:
        found[0] = replace(found[0], before=0.4 * size)
        found.append(Row(height=size * 0.3))
    return found


def _widths(table: Table, columns: int, measure: float, size: float, gap: float) -> list[float]:
    """Share the measure out: as told, or so that no word is cut and long cells get the room that is left."""
    if len(table.widths) >= columns:
        told = table.widths[:columns]
        return [measure * share / sum(told) for share in told]
    needs, wishes = [], []
    for at in range(columns):
        cells = [row[at][:120] for row in (table.head, *table.rows[:200]) if at < len(row)]
        words = [word[:30] for cell in cells for word in cell.split()]
        needs.append(max((_rough(word, size) for word in words), default=size) + gap)
        wishes.append(max((_rough(cell, size) for cell in cells), default=size) + gap)
    spare = measure - sum(needs)
    if spare <= 0:
        return [measure * need / sum(needs) for need in needs]
    more = [wish - need for wish, need in zip(wishes, needs, strict=True)]
    if sum(more) <= spare:
        return [measure * wish / sum(wishes) for wish in wishes]
    for left, at in zip(range(columns, 0, -1), sorted(range(columns), key=more.__getitem__), strict=True):
        given = min(more[at], spare / left)  # short columns get all they ask for, long ones share the rest
        needs[at] += given
        spare -= given
    return needs


def _rough(text: str, size: float) -> float:
    """The width of text, a little generous, with a wide guess for what our own font lacks."""
    known = covered(STRONG)
    return sum(width((STRONG, ch), size) if ch in known else size for ch in text)


def _table_row(
    cells: tuple[str, ...],
    widths: list[float],
    size: float,
    gap: float,
    *,
    strong: bool = False,
    colour: str = INK,
    labels: bool = False,
    right: tuple[int, ...] = (),
) -> list[Row]:
    leading, pad = size * 1.3, size * 0.32
    edges = [sum(widths[:at]) for at in range(len(widths) + 1)]
    columns = []
    for at, cell in enumerate(cells):
        room = widths[at] - (gap if at < len(widths) - 1 else 0)
        columns.append(para(clean.clean(cell, clean.CELL), room, size, strong=strong))
    deep = max(map(len, columns), default=1)
    found = []
    for depth in range(deep):
        lines = []
        for at, column in enumerate(columns):
            if depth < len(column) and column[depth]:
                room = widths[at] - (gap if at < len(widths) - 1 else 0)
                shift = room - sum(width(run, size) for run in column[depth]) if at in right else 0
                tone = MUTED if labels and at == 0 else colour
                lines.append(Line(edges[at] + shift, size + (pad if depth == 0 else 0), column[depth], size, tone))
        top, bottom = (pad if depth == 0 else 0), (pad if depth == deep - 1 else 0)
        height = leading + top + bottom
        rules = (Rule(0, edges[-1], height),) if depth == deep - 1 else ()
        found.append(Row(height, tuple(lines), rules, keep=depth < deep - 1 and deep <= 12))
    return found


def _code(groups: tuple[str, ...], qr: str, per_line: int) -> list[Row]:
    size, step = 15.0, 22 * MM
    found = []
    for at in range(0, len(groups), per_line):
        lines = [
            Line(number * step, size, runs(clean.line(group), STRONG), size)
            for number, group in enumerate(groups[at : at + per_line])
        ]
        found.append(Row(size * 1.8, tuple(lines), before=size if at == 0 else 0, keep=True))
    if qr:
        found += [Row(44 * MM, before=4 * MM, qr=qr, keep=True), Row(2 * MM)]
    return found
