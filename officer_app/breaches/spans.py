"""Sets of letter numbers as stretches, so that a million of them stay a few pairs; and how they are written."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from officer_app.base.errors import KnownError

Spans = tuple[tuple[int, int], ...]
"""First and last of each stretch, both included; in order, apart from each other."""

_RANGE = re.compile(r"(\d{1,9})(?:\s*[-–]\s*(\d{1,9}))?")
_NUMBER = re.compile(r"(?:(N-\d{4}-\d{4,})[/-])?(\d{1,9})(?:\.pdf)?", re.IGNORECASE)


def joined(pairs: Iterable[tuple[int, int]]) -> Spans:
    """Return stretches in order, with those that touch made one."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(pairs):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


def of(numbers: Iterable[int]) -> Spans:
    """Return the stretches of some numbers."""
    return joined((number, number) for number in numbers)


def size(spans: Spans) -> int:
    """Return how many numbers there are."""
    return sum(last - first + 1 for first, last in spans)


def numbers(spans: Spans) -> Iterator[int]:
    """Yield every number in order."""
    for first, last in spans:
        yield from range(first, last + 1)


def has(spans: Spans, number: int) -> bool:
    """Whether a number is among them."""
    return any(first <= number <= last for first, last in spans)


def within(spans: Spans, first: int, last: int) -> Spans:
    """Return what lies from `first` to `last`."""
    return tuple((max(low, first), min(high, last)) for low, high in spans if low <= last and high >= first)


def without(spans: Spans, gone: Spans) -> Spans:
    """Return what is not in `gone`."""
    left: list[tuple[int, int]] = []
    for first, last in spans:
        for low, high in within(gone, first, last):
            if first < low:
                left.append((first, low - 1))
            first = high + 1
        if first <= last:
            left.append((first, last))
    return tuple(left)


def pieces(spans: Spans, most: int) -> Iterator[Spans]:
    """Yield them cut into pieces of at most so many numbers, in their order."""
    batch: list[tuple[int, int]] = []
    room = most
    for span in spans:
        first, last = span
        while first <= last:
            end = min(last, first + room - 1)
            batch.append((first, end))
            room -= end - first + 1
            first = end + 1
            if not room:
                yield tuple(batch)
                batch, room = [], most
    if batch:
        yield tuple(batch)


def shown(spans: Spans, most: int = 12) -> str:
    """Return them as one writes them: 3, 7-20."""
    parts = [f"{first}" if first == last else f"{first}-{last}" for first, last in spans[:most]]
    return ", ".join(parts) + (" and more" if len(spans) > most else "")


def read(text: str) -> Spans:
    """Return what somebody wrote as 3, 7-20; KnownError when it cannot be read."""
    pairs: list[tuple[int, int]] = []
    for piece in filter(None, (part.strip() for part in re.split(r"[,;\n]+", text))):
        match = _RANGE.fullmatch(piece)
        first = int(match[1]) if match else 0
        last = int(match[2]) if match and match[2] else first
        if not 1 <= first <= last:
            raise KnownError(f"{piece[:40]} is no range of numbers. Write it as 3, 7-20.")
        pairs.append((first, last))
    if not pairs:
        raise KnownError("Name the numbers, as 3, 7-20.")
    return joined(pairs)


@dataclass(frozen=True)
class Pasted:
    """What was scanned or pasted: the numbers, and what is none of this run's."""

    numbers: Spans
    strange: tuple[str, ...]


def pasted(text: str, run: str, known: Spans) -> Pasted:
    """Read letter numbers, one after the other in any form: N-2026-0042/0000123, its file's name, 0000123 or 123."""
    found: list[int] = []
    strange: dict[str, None] = {}
    for word in filter(None, re.split(r"[\s,;]+", text)):
        match = _NUMBER.fullmatch(word)
        number = int(match[2]) if match and (match[1] or run).upper() == run else 0
        if number and has(known, number):
            found.append(number)
        else:
            strange[word[:60]] = None
    return Pasted(of(found), tuple(strange))


def on_pages(index: Iterable[tuple[int, int]], pages: Spans, *, duplex: bool) -> Spans:
    """Return the letters that stand on some pages of a volume.

    `index` gives each letter's number and how many pages it has, in the order of the volume; with `duplex` each begins
    on an odd page.
    """
    at, found = 0, []
    for number, count in index:
        if duplex and at % 2:
            at += 1
        if within(pages, at + 1, at + count):
            found.append(number)
        at += count
    return of(found)


def number(text: str) -> tuple[str, int] | None:
    """Return the run ("" where none is named) and the place of one letter's number, None when it is no such number."""
    match = _NUMBER.fullmatch(text.strip())
    return None if match is None else ((match[1] or "").upper(), int(match[2]))
