"""Puts facts into a letter text, always as text; what would be left with a hole disappears."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date as Date
from datetime import datetime

from officer_app.base.errors import BugError
from officer_app.notices import clean
from officer_app.notices.document import Block, Bullets, Code, Heading, Span, Table, Text, Value
from officer_app.notices.markdown import Node, Part
from officer_app.notices.templates import GIVEN, Template, tongue


def empty(value: Value) -> bool:
    """Say whether a fact says nothing."""
    match value:
        case bool():
            return not value
        case str():
            return not value.strip()
        case Table():
            return not value.rows
        case tuple():
            return not any(part.strip() for part in value)
        case _:
            return False


def shown_date(moment: Date, language: str) -> str:
    """Return a date in words; an aware datetime with its time and offset as well, in its own zone."""
    speech = tongue(language)
    day = speech.words["day"].format(day=moment.day, month=speech.months[moment.month - 1], year=moment.year)
    if not isinstance(moment, datetime):
        return day
    offset = moment.strftime("%z")
    zone = f"UTC{offset[:3]}:{offset[3:5]}" if offset else ""
    return speech.words["moment"].format(day=day, time=moment.strftime("%H:%M"), zone=zone)


def fill(template: Template, facts: Mapping[str, Value]) -> tuple[Block, ...]:
    """Return the text with its facts.

    A paragraph or point with an empty fact disappears, and so does a section of which all facts are empty.
    A switch shows nothing; turned off, it counts as empty.
    """
    blocks: list[Block] = []
    for section in _sections(template.nodes):
        places = {name for node in section for name in node.places()} - GIVEN
        if places and all(empty(facts[name]) for name in places):
            continue
        filled = [block for node in section for block in _node(node, facts)]
        if any(not isinstance(block, Heading) for block in filled):
            blocks += filled
    return tuple(blocks)


def shown(template: Template, facts: Mapping[str, Value]) -> frozenset[str]:
    """Return the places whose facts stand in the filled text or its subject: those in no row that disappears."""
    rows = [row for node in template.nodes for row in node.rows] + [template.subject]
    full = (row for row in rows if not any(part.place and empty(facts[part.place]) for part in row))
    return frozenset(part.place for row in full for part in row if part.place)


def spans(parts: Iterable[Part], facts: Mapping[str, Value]) -> tuple[Span, ...]:
    """Return a row of parts as text, with facts on one line."""
    found: list[Span] = []
    for part in parts:
        text = _inside(part.place, facts[part.place]) if part.place else part.text
        if found and found[-1].strong == part.strong:
            found[-1] = Span(found[-1].text + text, part.strong)
        elif text:
            found.append(Span(text, part.strong))
    if found:
        found[-1] = Span(found[-1].text.rstrip(), found[-1].strong)
    return tuple(found)


def standing(value: Value, language: str, *, strong: bool = False) -> tuple[Block, ...]:
    """Return a fact that has a place of its own: a table stays one, a text keeps its paragraphs."""
    match value:
        case Table() | Code():
            return (value,)
        case bool():
            return ()
        case str():
            texts: tuple[str, ...] = (value,)
        case tuple():
            texts = value
        case _:
            texts = (shown_date(value, language),)
    return tuple(Text((Span(part, strong),)) for text in texts for part in clean.paragraphs(text))


def _sections(nodes: Iterable[Node]) -> list[list[Node]]:
    sections: list[list[Node]] = [[]]
    for node in nodes:
        if node.kind == "heading":
            sections.append([])
        sections[-1].append(node)
    return sections


def _node(node: Node, facts: Mapping[str, Value]) -> tuple[Block, ...]:
    rows = [row for row in node.rows if not any(part.place and empty(facts[part.place]) for part in row)]
    if not rows:
        return ()
    if node.kind == "list":
        return tuple(_list(rows, facts))
    if node.kind == "heading":
        return (Heading("".join(span.text for span in spans(rows[0], facts))),)
    if len(rows[0]) == 1 and rows[0][0].place:
        # dates are in words by now, so the language no longer matters
        return standing(facts[rows[0][0].place], "en", strong=rows[0][0].strong)
    return (Text(spans(rows[0], facts)),)


def _list(rows: Iterable[tuple[Part, ...]], facts: Mapping[str, Value]) -> Iterator[Block]:
    """Points, and between them what cannot be one: a table."""
    points: list[tuple[Span, ...]] = []
    for row in rows:
        value = facts[row[0].place] if len(row) == 1 and row[0].place else None
        if isinstance(value, Table | Code):
            if points:
                yield Bullets(tuple(points))
            points = []
            yield value
        else:
            points += _points(row, facts)
    if points:
        yield Bullets(tuple(points))


def _points(row: tuple[Part, ...], facts: Mapping[str, Value]) -> Iterator[tuple[Span, ...]]:
    """A point that is nothing but a fact with several paragraphs becomes several points."""
    value = facts[row[0].place] if len(row) == 1 and row[0].place else None
    if isinstance(value, tuple):
        yield from ((Span(clean.clean(point)),) for point in value if point.strip())
    elif isinstance(value, str):
        yield (Span(clean.clean(value)),)
    else:
        yield spans(row, facts)


def _inside(place: str, value: Value) -> str:
    match value:
        case bool():
            return ""
        case str():
            return clean.line(value)
        case tuple():
            return clean.line("; ".join(value))
        case _:
            raise BugError(f"{place} holds a table or a code, which cannot stand inside a sentence")
