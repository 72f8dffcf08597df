"""Reads one policy file strictly: size, encoding, TOML and shape, each refusal with its line and its cure."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from officer_app.base import shapes
from officer_app.policy.errors import PackError
from officer_app.policy.lines import Path as Place
from officer_app.policy.lines import find_lines, line_of

SIZE_CAP = 1_000_000
_AT_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)")
_WHERE = re.compile(r"^(.*?)(?: - at `(?:key in )?\$([^`]*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.([A-Za-z_][A-Za-z0-9_]*)|\[([0-9]+)\]")
_UNKNOWN = re.compile(r"unknown field `([^`]*)`")
_MISSING = re.compile(r"missing required field `([^`]*)`")

T = TypeVar("T")


@dataclass(frozen=True)
class Sheet:
    """A file's values together with the lines they stand on."""

    name: str
    values: Mapping[str, Any]
    lines: Mapping[Place, int]

    def refuse(self, place: Place, problem: str, cure: str) -> PackError:
        """Return the refusal of what stands at `place`."""
        return PackError(self.name, line_of(self.lines, place), problem, cure)

    def take(self, place: Place, value: object, shape: type[T]) -> T:
        """Return `value` in its shape; raise PackError at its line when it does not fit."""
        try:
            return shapes.convert(value, shape)
        except msgspec.ValidationError as error:
            raise self._explain(place, str(error), shape) from None

    def take_head(self, shape: type[T]) -> T:
        """Return the plain keys at the top of the file in their shape."""
        plain = {key: value for key, value in self.values.items() if key in _names(shape)}
        return self.take((), plain, shape)

    def take_list(self, name: str, shape: type[T]) -> list[T]:
        """Return the elements of [[name]] in their shape, one by one so that a refusal names the right one."""
        found = self.values.get(name, [])
        if not isinstance(found, list):
            raise self.refuse((name,), f'"{name}" is not a list.', f"Write each entry under its own [[{name}]].")
        return [self.take((name, number), value, shape) for number, value in enumerate(found)]

    def take_table(self, name: str) -> Mapping[str, Any]:
        """Return the table [name], empty when it is not there."""
        found = self.values.get(name, {})
        if not isinstance(found, dict):
            raise self.refuse((name,), f'"{name}" is not a table.', f"Write its keys under [{name}].")
        return found

    def only(self, known: set[str]) -> None:
        """Refuse any key at the top that is not known."""
        for key in self.values:
            if key not in known:
                raise self.refuse((key,), f'The key "{key}" is not known.', _allowed(known))

    def _explain(self, place: Place, message: str, shape: type[Any]) -> PackError:
        match = _WHERE.match(message)
        said, where = (match[1], match[2] or "") if match else (message, "")
        for step in _STEP.finditer(where):
            place = (*place, step[1] if step[1] is not None else int(step[2]))
        if unknown := _UNKNOWN.search(said):
            return self.refuse((*place, unknown[1]), f'The key "{unknown[1]}" is not known.', _allowed(_names(shape)))
        if missing := _MISSING.search(said):
            name = missing[1]
            cure = (
                "Say where the rule stands; what has no source is not used."
                if name == "source"
                else f'Add "{name} = …".'
            )
            return self.refuse(place, f'The key "{name}" is missing.', cure)
        key = next((part for part in reversed(place) if isinstance(part, str)), "this value")
        return self.refuse(
            place, f'"{key}" does not fit: {said.replace("`", "")}.', "Correct the value as SCHEMA.md describes it."
        )


def _names(shape: type[Any]) -> set[str]:
    return set(getattr(shape, "__struct_fields__", ()))


def _allowed(known: set[str]) -> str:
    return f"Remove it or use one of: {', '.join(sorted(known))}." if known else "Remove it."


def read_text(path: Path) -> str:
    """Return the text of a policy file; raise PackError when it is missing, too large or not UTF-8."""
    try:
        if not path.is_file():
            raise PackError(path.name, 1, "This is not a readable file.", "Check the path, or restore the file.")
        with path.open("rb") as source:
            raw = source.read(SIZE_CAP + 1)
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise PackError(path.name, 1, f"The file cannot be read ({reason}).", "Check its permissions.") from None
    if len(raw) > SIZE_CAP:
        raise PackError(
            path.name,
            1,
            "The file is larger than 1 MB.",
            "A policy pack has a few kilobytes; check that it is the right file.",
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise PackError(path.name, line, "The text is not UTF-8.", "Save the file with the encoding UTF-8.") from None


def read_sheet(text: str, name: str) -> Sheet:
    """Return the values and lines of a TOML text; raise PackError on the line where the syntax breaks."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        match = _AT_LINE.search(said)
        line = int(match[1]) if match and match[1] else text.count("\n") + 1
        problem = _AT_LINE.sub("", said)
        raise PackError(name, line, f"The TOML is broken: {problem}.", "Correct this line.") from None
    except RecursionError:
        raise PackError(name, 1, "The values are nested too deeply.", "Use the plain form SCHEMA.md shows.") from None
    return Sheet(name, values, find_lines(text.replace("\r\n", "\n")))
