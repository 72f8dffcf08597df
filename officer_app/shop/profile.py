"""Reads a shop profile, names the line of every error, and fits its overlays to a live database."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args

import msgspec

from officer_app.base import resources, shapes
from officer_app.base.errors import KnownError
from officer_app.shop import lines
from officer_app.shop.model import Aggregate, Kind, Ref, Source, When
from officer_app.shop.plan import Layout

T = TypeVar("T")


@dataclass(frozen=True)
class Facts:
    """What a live database answered: its columns by table, and the settings the profile reads."""

    columns: Mapping[str, frozenset[str]]
    settings: Mapping[str, str]

    def hold(self, when: When | None) -> bool:
        """Return whether all that `when` asks for is so."""
        if when is None:
            return True
        table, _, column = when.column_exists.rpartition(".")
        return (
            (not when.table_exists or when.table_exists in self.columns)
            and (not when.table_missing or when.table_missing not in self.columns)
            and (not table or column in self.columns.get(table, frozenset()))
            and (not when.setting or self.settings.get(when.setting, "") == _word(when.is_))
        )


@dataclass(frozen=True)
class Overlay:
    """A part of the profile that holds only under `when`."""

    when: dict[str, Any]
    content: dict[str, Any]


@dataclass(frozen=True)
class Profile:
    """A profile as read: its base, and the overlays that a live database may call for."""

    base: dict[str, Any]
    overlays: tuple[Overlay, ...]
    origin: str

    @property
    def layout(self) -> Layout:
        """Return the base alone, with the profile's own table prefix."""
        return shapes.convert(with_prefix(self.base, self.prefix), Layout)

    @property
    def prefix(self) -> str:
        """Return the table prefix the profile expects."""
        return str(self.base["profile"].get("prefix", ""))

    @property
    def id(self) -> str:
        """Return the profile's short name."""
        return str(self.base["profile"]["id"])

    @property
    def title(self) -> str:
        """Return the name the officer reads."""
        return str(self.base["profile"]["title"])

    def fitted(self, facts: Facts, prefix: str | None = None) -> Layout:
        """Return the profile with the overlays that `facts` call for and without the parts they rule out."""
        prefix = self.prefix if prefix is None else prefix
        merged = with_prefix(self.base, prefix)
        for overlay in self.overlays:
            if facts.hold(shapes.convert(with_prefix(overlay.when, prefix), When)):
                merged = _merged(merged, with_prefix(overlay.content, prefix))
        for name, part in merged.items():
            if isinstance(part, list):
                merged[name] = [item for item in part if _holds(facts, item)]
        merged["entity"] = {n: e for n, e in merged["entity"].items() if _holds(facts, e)}
        gone = self.entity_names - merged["entity"].keys()
        for name in ("search", "guard", "erase"):
            merged[name] = [item for item in merged.get(name, []) if item.get("entity", "customer") not in gone]
        merged["activity"] = [item for item in merged.get("activity", []) if not _names(item, gone)]
        for entity in merged["entity"].values():
            entity["match"] = [m for m in entity.get("match", []) if m.get("entity", "") not in gone]
        return shapes.convert(merged, Layout)

    @property
    def entity_names(self) -> frozenset[str]:
        """Return the names of all entities of the base and the overlays."""
        return frozenset(self.base["entity"]) | self.overlaid

    @property
    def overlaid(self) -> frozenset[str]:
        """Return the names of the entities that an overlay makes or completes."""
        return frozenset(name for overlay in self.overlays for name in overlay.content.get("entity", {}))


def load(name_or_path: str | Path) -> Profile:
    """Return the shipped profile of that name, or the profile in that file, checked with all its overlays."""
    path = Path(name_or_path)
    if path.suffix != ".toml":
        if name_or_path not in names():
            raise KnownError(
                f"There is no shop profile {str(name_or_path)!r}; choose one of {', '.join(names())}, or a file."
            )
        path = resources.path("shops", f"{name_or_path}.toml")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise KnownError(f"The shop profile {path.name} cannot be read; choose a TOML file in UTF-8.") from None
    return parse(text, path.name)


def names() -> tuple[str, ...]:
    """Return the names of the shipped profiles."""
    return tuple(sorted(file.stem for file in resources.path("shops").glob("*.toml")))


def parse(text: str, origin: str = "profile.toml") -> Profile:
    """Return the profile written in `text`; a KnownError names the line and what is wrong there."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise KnownError(f"{origin} is no valid TOML: {error}. Mend that line and try again.") from None
    found = lines.index(text)
    overlays = []
    for number, part in enumerate(raw.pop("overlay", [])):
        content = dict(part)
        when = content.pop("when", None)
        place: lines.Path = ("overlay", number)
        if when is None:
            raise _wrong(origin, lines.line_of(found, place), "an overlay needs `when`")
        overlays.append(Overlay(when, content))
        _check(when, When, found, origin, (*place, "when"))
    profile = Profile(raw, tuple(overlays), origin)
    layout = _check(raw, Layout, found, origin)
    for place, problem in _crossed(layout, profile.entity_names, profile.overlaid):
        raise _wrong(origin, lines.line_of(found, place), problem)
    for number, overlay in enumerate(overlays):
        merged = _check(_merged(raw, overlay.content), Layout, found, origin, ("overlay", number))
        for place, problem in _crossed(merged, profile.entity_names, profile.overlaid):
            raise _wrong(origin, lines.line_of(found, ("overlay", number, *place)), problem)
    return profile


def _wrong(origin: str, line: int, problem: str) -> KnownError:
    return KnownError(f"{origin}, line {line}: {problem}. Mend that line and try again.")


def _check(raw: Any, into: type[T], found: dict[lines.Path, int], origin: str, under: lines.Path = ()) -> T:
    try:
        return shapes.convert(raw, into)
    except msgspec.ValidationError as error:
        problem, _, place = str(error).partition(" - at ")
        path = _named(raw, into, lines.path_of(place), problem)
        line = lines.line_of(found, (*under, *path))
        if under and line == lines.line_of(found, under):
            line = max(line, lines.line_of(found, path)) if path not in found else line
        raise _wrong(origin, line, f"{'.'.join(map(str, path)) or 'the profile'}: {problem}") from None


def _named(raw: Any, into: type, path: lines.Path, problem: str) -> lines.Path:
    """Fill the keys that msgspec leaves out of its path: the one that fails alone is the one."""
    for position, part in enumerate(path):
        if part != "...":
            continue
        before = path[:position]
        inner = _at(raw, before)
        for key in inner if isinstance(inner, dict) else ():
            alone = _replaced(raw, before, {key: inner[key]})
            try:
                shapes.convert(alone, into)
            except msgspec.ValidationError as error:
                if str(error).startswith(problem):
                    return _named(alone, into, (*before, key, *path[position + 1 :]), problem)
    return path


def _at(raw: Any, path: lines.Path) -> Any:
    for part in path:
        raw = raw[part]
    return raw


def _replaced(raw: Any, path: lines.Path, value: Any) -> Any:
    if not path:
        return value
    if isinstance(raw, list):
        return [_replaced(v, path[1:], value) if n == path[0] else v for n, v in enumerate(raw)]
    return {**raw, path[0]: _replaced(raw[path[0]], path[1:], value)}


# The tables of a profile that an overlay completes; every other value it replaces whole, so that a source or
# a condition is never half of one and half of the other.
_OPEN = (("profile",), ("detect",), ("language",), ("setting",), ("entity",), ("entity", "*"),
         ("entity", "*", "fields"), ("entity", "*", "flags"))  # fmt: skip


def _merged(base: Any, over: Any, path: tuple[str, ...] = ()) -> Any:
    """Lay `over` upon `base`."""
    if not (isinstance(base, dict) and isinstance(over, dict)) or (path and path not in _OPEN):
        return over
    found = dict(base)
    for key, value in over.items():
        inner = (*path, "*") if path == ("entity",) else (*path, key)
        found[key] = _merged(base[key], value, inner) if key in base else value
    return found


def with_prefix(raw: Any, prefix: str) -> Any:
    """Return `raw` with `{p}` replaced by the table prefix in every text and key."""
    if isinstance(raw, str):
        return raw.replace("{p}", prefix)
    if isinstance(raw, dict):
        return {with_prefix(k, prefix): with_prefix(v, prefix) for k, v in raw.items()}
    if isinstance(raw, list):
        return [with_prefix(item, prefix) for item in raw]
    return raw


def _holds(facts: Facts, part: Any) -> bool:
    when = part.get("when") if isinstance(part, dict) else None
    return when is None or facts.hold(shapes.convert(when, When))


def _names(item: Any, gone: frozenset[str] | set[str]) -> bool:
    if isinstance(item, dict):
        aggregate = item.get("aggregate")
        if isinstance(aggregate, dict) and aggregate.get("entity") in gone:
            return True
        return any(_names(value, gone) for value in item.values())
    return isinstance(item, list) and any(_names(value, gone) for value in item)


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _crossed(layout: Layout, known: frozenset[str], overlaid: frozenset[str]) -> Iterator[tuple[lines.Path, str]]:
    """Yield what single parts cannot see: names that lead nowhere."""
    if "customer" not in layout.entity:
        yield ("entity",), "the profile has no [entity.customer]"
        return
    if "email" not in layout.customer.fields:
        yield ("entity", "customer"), "the customer has no field `email`"
    for name, entity in layout.entity.items():
        here: lines.Path = ("entity", name)
        if entity.kind is None and name not in get_args(Kind):
            yield here, f"the entity {name!r} needs `kind`, one of {', '.join(get_args(Kind))}"
        for number, match in enumerate(entity.match):
            if match.by == "via" and match.entity not in known:
                yield (*here, "match", number), f"there is no entity {match.entity!r}"
        for field, ref in entity.fields.items():
            yield from _refs(layout, known, ref, (*here, "fields", field))
    for number, search in enumerate(layout.search):
        if search.entity not in known:
            yield ("search", number), f"there is no entity {search.entity!r}"
    for number, sign in enumerate(layout.activity):
        yield from _refs(layout, known, sign.source, ("activity", number))
    for number, guard in enumerate(layout.guard):
        if guard.entity not in known:
            yield ("guard", number), f"there is no entity {guard.entity!r}"
        elif (guard.open or guard.unpaid) and guard.entity in layout.entity:
            entity = layout.entity[guard.entity]
            if guard.entity in overlaid:
                continue
            if (guard.open and entity.state is None) or (guard.unpaid and entity.payment is None):
                yield ("guard", number), f"the entity {guard.entity!r} has no state to look at"
    for number, step in enumerate(layout.erase):
        if step.entity not in known:
            yield ("erase", number), f"there is no entity {step.entity!r}"
        if step.action == "api" and (layout.api is None or step.call not in layout.api.call):
            yield ("erase", number), f"there is no [api.call.{step.call}]"


def _refs(layout: Layout, known: frozenset[str], ref: Ref, place: lines.Path) -> Iterator[tuple[lines.Path, str]]:
    if not isinstance(ref, Source):
        return
    if isinstance(ref.aggregate, Aggregate) and ref.aggregate.entity not in known:
        yield place, f"there is no entity {ref.aggregate.entity!r}"
    if ref.setting and ref.setting not in layout.setting:
        yield place, f"there is no [setting.{ref.setting}]"
    for inner in (*ref.first_of, *ref.concat):
        yield from _refs(layout, known, inner, place)
