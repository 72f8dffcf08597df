"""The file of a letter text: front matter in TOML and a body in Markdown, with the lines where things stand."""

import re
import tomllib
from dataclasses import dataclass
from typing import Any

_AT = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)")
_TEXTS = frozenset(
    {"kind", "version", "sheet", "subject", "reference_label", "salutation", "salutation_unnamed", "closing"}
    | {"type", "about", "symbol"}
)
_LISTS = frozenset({"required", "optional", "switches", "says"})
_TABLES = frozenset({"otherwise", "same"})


class TextFault(ValueError):
    """What is wrong with a letter text, and on which line of its file (from 1)."""

    def __init__(self, why: str, line: int = 1) -> None:
        super().__init__(why)
        self.line = line


@dataclass(frozen=True)
class Source:
    """A letter text cut in two; `first` is the line of the file on which the body begins."""

    text: str
    head: dict[str, Any]
    body: str
    first: int

    def line_of(self, word: str) -> int:
        """Return the first line on which `word` stands, 1 when it stands nowhere."""
        return next((at for at, line in enumerate(self.text.split("\n"), 1) if word in line), 1)

    def line_of_key(self, key: str) -> int:
        """Return the line of an entry of the front matter, 1 when there is none."""
        lines = enumerate(self.text.split("\n")[: self.first], 1)
        return next((at for at, line in lines if re.match(rf"\s*\[?\s*{re.escape(key)}\s*[=\]]", line)), 1)

    def words(self, key: str) -> tuple[str, ...]:
        """Return a list of the front matter."""
        return tuple(self.head.get(key, ()))


def split(text: str) -> Source:
    """Return a letter text cut in two, its entries checked; TextFault says what is wrong."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    marks = text.split("+++\n", 2)
    if len(marks) != 3 or marks[0].strip():
        raise TextFault("it must begin with front matter between two lines “+++”")
    before = marks[0].count("\n") + 1
    try:
        head = tomllib.loads(marks[1])
    except tomllib.TOMLDecodeError as error:
        found = _AT.search(str(error))
        line = int(found[1]) if found and found[1] else marks[1].count("\n")
        raise TextFault(f"the front matter is no TOML: {_AT.sub('', str(error))}", before + line) from None
    source = Source(text, head, marks[2], before + marks[1].count("\n") + 2)
    for key, value in head.items():
        if key not in _TEXTS | _LISTS | _TABLES:
            raise TextFault(f"unknown entries in the front matter: {key}", source.line_of_key(key))
        if not _fits(key, value):
            raise TextFault(f"the entry “{key}” has the wrong form", source.line_of_key(key))
    for key in ("kind", "version", "subject"):
        if not head.get(key):
            raise TextFault(f"the entry “{key}” is missing")
    return source


def _fits(key: str, value: object) -> bool:
    if key in _TEXTS:
        return isinstance(value, str)
    if key in _LISTS:
        return isinstance(value, list) and all(isinstance(each, str) for each in value)
    return isinstance(value, dict) and all(isinstance(each, str) for each in value.values())
