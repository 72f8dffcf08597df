"""Reads the little Markdown that letter texts use, into nodes with named places for the facts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

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


def nodes(body: str) -> Iterator[Node]:
    """Yield headings, paragraphs and lists; ValueError names any other kind of Markdown."""
    tokens = iter(MarkdownIt("commonmark", {"html": False}).disable(["image", "link", "autolink"]).parse(body))
    for token in tokens:
        match token.type:
            case "heading_open":
                yield Node("heading", (_inline(next(tokens)),))
            case "paragraph_open":
                yield Node("paragraph", (_inline(next(tokens)),))
            case "bullet_list_open":
                yield Node("list", tuple(_items(tokens)))
            case "heading_close" | "paragraph_close":
                pass
            case other:
                raise ValueError(f"Markdown of the kind “{other}” is not used in letters")


def _items(tokens: Iterator[Token]) -> Iterator[tuple[Part, ...]]:
    for token in tokens:
        match token.type:
            case "bullet_list_close":
                return
            case "inline":
                yield _inline(token)
            case "list_item_open" | "list_item_close" | "paragraph_open" | "paragraph_close":
                pass
            case other:
                raise ValueError(f"Markdown of the kind “{other}” is not used inside a list")


def _inline(token: Token) -> tuple[Part, ...]:
    row: list[Part] = []
    strong = False
    for child in token.children or ():
        match child.type:
            case "text":
                row += parts(child.content, strong=strong)
            case "softbreak":
                row.append(Part(" ", strong=strong))
            case "hardbreak":
                row.append(Part("\n", strong=strong))
            case "strong_open":
                strong = True
            case "strong_close":
                strong = False
            case other:
                raise ValueError(f"Markdown of the kind “{other}” is not used in letters")
    return tuple(row)


def parts(text: str, *, strong: bool) -> tuple[Part, ...]:
    """Cut text at its places."""
    pieces = _PLACE.split(text)
    found = [
        Part(place=piece, strong=strong) if at % 2 else Part(piece, strong=strong) for at, piece in enumerate(pieces)
    ]
    return tuple(part for part in found if part.text or part.place)
