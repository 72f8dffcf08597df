"""Rows put onto pages: plain data that any back end can draw."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from officer_app.notices.pdf_fonts import Run

MM = 72 / 25.4
INK, MUTED, ACCENT, HAIRLINE = "#1f2328", "#62676e", "#1f5f8b", "#c4c2bc"


@dataclass(frozen=True)
class Line:
    """Text on a base line: points from the left and from the top of its page (or of its row).

    `spread` is added to every space, for lines that end flush.
    """

    x: float
    y: float
    runs: tuple[Run, ...]
    size: float = 10.5
    colour: str = INK
    spread: float = 0


@dataclass(frozen=True)
class Rule:
    """A hairline from x1 to x2 at y."""

    x1: float
    x2: float
    y: float
    colour: str = HAIRLINE


@dataclass(frozen=True)
class Row:
    """A strip of the page that is never cut; `keep` ties it to the next, `head` opens a new page again."""

    height: float
    lines: tuple[Line, ...] = ()
    rules: tuple[Rule, ...] = ()
    before: float = 0
    keep: bool = False
    head: tuple["Row", ...] = ()
    qr: str = ""
    slot: str = ""


@dataclass(frozen=True)
class Page:
    """What stands on one page; `slots` gives the y of rows left free for what differs between letters."""

    lines: tuple[Line, ...] = ()
    rules: tuple[Rule, ...] = ()
    codes: tuple[tuple[str, float, float, float], ...] = ()
    slots: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Layout:
    """A document set in type: pages without what differs from letter to letter, and the size of the paper."""

    pages: tuple[Page, ...]
    width: float
    height: float


def paginate(rows: Iterable[Row], left: float, first: tuple[float, float], later: tuple[float, float]) -> list[Page]:
    """Put rows onto pages; `first` and `later` are top and bottom of the text on the first and later pages."""
    stack = _Stack(left, first, later)
    group: list[Row] = []
    for row in rows:
        group.append(row)
        if not row.keep:
            stack.add(group)
            group = []
    stack.add(group)
    stack.turn()
    return stack.pages


class _Stack:
    """The page being filled, and those that are full."""

    def __init__(self, left: float, first: tuple[float, float], later: tuple[float, float]) -> None:
        self.pages: list[Page] = []
        self.left, self.later = left, later
        self.y, self.bottom = first
        self.fresh = True
        self.lines: list[Line] = []
        self.rules: list[Rule] = []
        self.codes: list[tuple[str, float, float, float]] = []
        self.slots: dict[str, float] = {}

    def add(self, group: list[Row]) -> None:
        """Place rows that are tied together: on one page if a page can hold them."""
        tall = sum(row.before + row.height for row in group)
        if not self.fresh and self.y + tall > self.bottom and tall <= self.later[1] - self.later[0]:
            self._turn_within(group[0])
        for row in group:
            if not self.fresh and self.y + row.before + row.height > self.bottom:
                self._turn_within(row)
            self.y += 0 if self.fresh else row.before
            self._place(row)
            self.fresh = False

    def turn(self) -> None:
        """Finish the page."""
        self.pages.append(Page(tuple(self.lines), tuple(self.rules), tuple(self.codes), self.slots))
        self.lines, self.rules, self.codes, self.slots = [], [], [], {}
        self.y, self.bottom = self.later
        self.fresh = True

    def _turn_within(self, row: Row) -> None:
        self.turn()
        for head in row.head:
            self._place(head)

    def _place(self, row: Row) -> None:
        top, left = self.y, self.left
        self.lines += (replace(line, x=left + line.x, y=top + line.y) for line in row.lines)
        self.rules += (replace(rule, x1=left + rule.x1, x2=left + rule.x2, y=top + rule.y) for rule in row.rules)
        if row.qr:
            self.codes.append((row.qr, left, top, row.height))
        if row.slot:
            self.slots[row.slot] = top
        self.y += row.height
