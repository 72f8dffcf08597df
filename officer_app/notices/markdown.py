"""Reads the little Markdown that letter texts use, into nodes with named places for the facts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from officer_app.notices.source import TextFault

_PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")


@dataclass(frozen=True)
class Part:
    """A stretch of fixed text, or (when `place` is named) where a fact goes."""

    text: str = ""
    place: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Node:
    """A heading, a paragraph or the items of a list, each a row of parts."""

    kind: str
    rows: tuple[tuple[Part, ...], ...]

    def places(self) -> Iterator[str]:
        """Yield the names of the places in it."""
        return (part.place for row in self.rows for part in row if part.place)


def nodes(body: str, first: int = 1) -> Iterator[Node]:
    """Yield headings, paragraphs and lists; TextFault names any other kind, its line counted from `first`."""
    tokens = iter(MarkdownIt("commonmark", {"html": False}).disable(["image", "link", "autolink"]).parse(body))
    for token in tokens:
        match token.type:
            case "heading_open":
                yield Node("heading", (_inline(next(tokens), first),))
            case "paragraph_open":
                yield Node("paragraph", (_inline(next(tokens), first),))
            case "bullet_list_open":
                yield Node("list", tuple(_items(tokens, first)))
            case "heading_close" | "paragraph_close":
                pass
            case other:
                raise TextFault(f"Markdown of the kind “{other}” is not used in letters", _line(token, first))


def _line(token: Token, first: int) -> int:
    return first + (token.map[0] if token.map else 0)


def _items(tokens: Iterator[Token], first: int) -> Iterator[tuple[Part, ...]]:
    for token in tokens:
        match token.type:
            case "bullet_list_close":
                return
            case "inline":
                yield _inline(token, first)
            case "list_item_open" | "list_item_close" | "paragraph_open" | "paragraph_close":
                pass
            case other:
                raise TextFault(f"Markdown of the kind “{other}” is not used inside a list", _line(token, first))


def _inline(token: Token, first: int) -> tuple[Part, ...]:
    row: list[Part] = []
    strong = False
    at = _line(token, first)
    for child in token.children or ():
        match child.type:
            case "text":
                row += parts(child.content, strong=strong)
            case "softbreak":
                row.append(Part(" ", strong=strong))
                at += 1
            case "hardbreak":
                row.append(Part("\n", strong=strong))
                at += 1
            case "strong_open":
                strong = True
            case "strong_close":
                strong = False
            case other:
                raise TextFault(f"Markdown of the kind “{other}” is not used in letters", at)
    return tuple(row)


def parts(text: str, *, strong: bool) -> tuple[Part, ...]:
    """Cut text at its places."""
    pieces = _PLACE.split(text)
    found = [
        Part(place=piece, strong=strong) if at % 2 else Part(piece, strong=strong) for at, piece in enumerate(pieces)
    ]
    return tuple(part for part in found if part.text or part.place)
