"""Finds the line of a TOML file on which a key stands, so that an error can name it."""

import re

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*((?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|\"[^\"]*\"))*)\s*=")
_STEP = re.compile(r"\.([^.\[\]`]+)|\[(\d+|\.\.\.)\]")

Path = tuple[str | int, ...]


def _parts(dotted: str) -> list[str]:
    return [part.strip().strip("\"'") for part in re.findall(r"\"[^\"]*\"|'[^']*'|[^.\s]+", dotted)]


def index(text: str) -> dict[Path, int]:
    """Return the line number (from 1) of every table header and key of the file, by its path."""
    found: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    depth = 0
    for number, line in enumerate(text.splitlines(), 1):
        if depth == 0 and (header := _HEADER.match(line)):
            table = ()
            names = _parts(header.group(2))
            for position, name in enumerate(names):
                table = (*table, name)
                if position == len(names) - 1 and header.group(1) == "[[":
                    counts[table] = counts.get(table, -1) + 1
                if table in counts:
                    table = (*table, counts[table])
                found.setdefault(table, number)
            continue
        if depth == 0 and (key := _KEY.match(line)):
            path = table
            for name in _parts(key.group(1)):
                path = (*path, name)
                found.setdefault(path, number)
        bare = re.sub(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'", "", line).split("#", 1)[0]
        depth = max(0, depth + bare.count("[") + bare.count("{") - bare.count("]") - bare.count("}"))
    return found


def line_of(found: dict[Path, int], path: Path) -> int:
    """Return the line of the deepest part of `path` that the file spells out, 1 when none is."""
    while path:
        if path in found:
            return found[path]
        path = path[:-1]
    return 1


def path_of(described: str) -> Path:
    """Return the path inside a message of msgspec, such as "`$.entity[...].fields`"."""
    return tuple(
        name if name else (int(number) if number.isdecimal() else number) for name, number in _STEP.findall(described)
    )
