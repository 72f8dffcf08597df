"""Finds the line on which a value of a TOML text stands, so that every refusal can name it."""

import re
from collections.abc import Mapping

Path = tuple[str | int, ...]

_PART = r'(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|\'[^\']*\')'
_DOTTED = rf"{_PART}(?:\s*\.\s*{_PART})*"
_ARRAY = re.compile(rf"\s*\[\[\s*({_DOTTED})\s*\]\]")
_TABLE = re.compile(rf"\s*\[\s*({_DOTTED})\s*\]")
_KEY = re.compile(rf"\s*({_DOTTED})\s*=")


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in re.findall(_PART, dotted))


class _Reader:
    """Follows strings and brackets across lines, so that a key is only taken where TOML would take one."""

    def __init__(self) -> None:
        self.quote = ""
        self.depth = 0

    def busy(self) -> bool:
        return bool(self.quote) or self.depth > 0

    def feed(self, text: str) -> None:
        at = 0
        while at < len(text):
            here = text[at]
            if self.quote:
                if here == "\\" and self.quote[0] == '"':
                    at += 2
                    continue
                if text.startswith(self.quote, at):
                    at += len(self.quote)
                    self.quote = ""
                    continue
            elif here in "\"'":
                self.quote = here * 3 if text.startswith(here * 3, at) else here
                at += len(self.quote)
                continue
            elif here == "#":
                break
            elif here in "[{":
                self.depth += 1
            elif here in "]}":
                self.depth = max(0, self.depth - 1)
            at += 1
        if len(self.quote) == 1:  # a one-line string ends with its line
            self.quote = ""


def find_lines(text: str) -> dict[Path, int]:
    """Return the line (from 1) of every table, array element and key that stands at the start of a line.

    What is written inside an inline table or array is found by `line_of` as the line of its key.
    """
    found: dict[Path, int] = {(): 1}
    counts: dict[tuple[str, ...], int] = {}
    table: Path = ()
    reader = _Reader()

    def place(names: tuple[str, ...]) -> Path:
        path: Path = ()
        plain: tuple[str, ...] = ()
        for name in names:
            path, plain = (*path, name), (*plain, name)
            if plain in counts:
                path = (*path, counts[plain])
        return path

    for number, line in enumerate(text.split("\n"), start=1):
        if reader.busy():
            reader.feed(line)
            continue
        if match := _ARRAY.match(line):
            names = _parts(match[1])
            counts[names] = counts.get(names, -1) + 1
            for inner in [key for key in counts if len(key) > len(names) and key[: len(names)] == names]:
                del counts[inner]
            table = place(names)
            found.setdefault(table[:-1], number)
            found[table] = number
        elif match := _TABLE.match(line):
            table = place(_parts(match[1]))
            found.setdefault(table, number)
        elif match := _KEY.match(line):
            path = table
            for name in _parts(match[1]):
                path = (*path, name)
                found.setdefault(path, number)
            reader.feed(line[match.end() :])
    return found


def line_of(lines: Mapping[Path, int], path: Path) -> int:
    """Return the line of `path`, or of the nearest thing around it."""
    while path not in lines:
        path = path[:-1]
    return lines[path]
