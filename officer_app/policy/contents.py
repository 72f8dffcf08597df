"""What each notice must say, as a pack's file lists it; and what every part of a file needs: words and a source."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from officer_app.base import resources
from officer_app.policy.entries import NOTICE_KINDS, Mandatory
from officer_app.policy.reader import Sheet, read_sheet, read_text
from officer_app.policy.schema import ContentFile, Words

_FIELD = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")


def named(sheet: Sheet, place: tuple[str | int, ...], words: Words, what: str) -> None:
    """Refuse words that are not there in English."""
    if not words.get("en", "").strip():
        raise sheet.refuse(place, f"The {what} has no English words.", 'Add en = "…"; other languages may follow.')


def sourced(sheet: Sheet, place: tuple[str | int, ...], source: str) -> None:
    """Refuse an empty source."""
    if not source.strip():
        raise sheet.refuse(
            (*place, "source"), "The source is empty.", "Say where this stands; what has no source is not used."
        )


@cache
def common_headings() -> Mapping[str, Words]:
    """Return the headings that all packs share, from common/headings.toml."""
    path = resources.path("policies", "common", "headings.toml")
    return _headings(read_sheet(read_text(path), path.name))


def _headings(sheet: Sheet) -> dict[str, Words]:
    found: dict[str, Words] = {}
    for name, words in sheet.take_table("headings").items():
        if not _FIELD.fullmatch(name):
            raise sheet.refuse(
                ("headings", name), f'"{name}" is no field.', "Use small letters, digits and underscores."
            )
        found[name] = sheet.take(("headings", name), words, Words)
        named(sheet, ("headings", name), found[name], "heading")
    return found


def read_contents(sheet: Sheet, pack: str) -> dict[str, tuple[Mandatory, ...]]:
    """Return the mandatory fields of each notice kind that the file names."""
    headings = {**common_headings(), **_headings(sheet)}
    raw = sheet.take_table("notices")
    for kind, fields in raw.items():
        if kind not in NOTICE_KINDS:
            raise sheet.refuse(("notices", kind), f'"{kind}" is no notice.', f"Use one of: {', '.join(NOTICE_KINDS)}.")
        if not isinstance(fields, dict):
            raise sheet.refuse(
                ("notices", kind), f'"{kind}" is not a table.', f"Write its fields under [notices.{kind}]."
            )
    contents: dict[str, tuple[Mandatory, ...]] = {}

    def resolve(kind: str, trail: tuple[str, ...]) -> tuple[Mandatory, ...]:
        if kind in contents:
            return contents[kind]
        fields: dict[str, Any] = dict(raw[kind])
        like = fields.pop("like", None)
        found: dict[str, Mandatory] = {}
        if like is not None:
            place = ("notices", kind, "like")
            if like not in raw:
                raise sheet.refuse(place, f"There is no [notices.{like}] to be like.", "Name a notice of this file.")
            if like in (*trail, kind):
                circle = " → ".join((*trail, kind, like))
                raise sheet.refuse(
                    place, f"The references go round in a circle: {circle}.", "Write one of them out in full."
                )
            found = {each.field: each for each in resolve(like, (*trail, kind))}
        for name, value in fields.items():
            found[name] = _content(sheet, kind, name, value, headings, pack)
        contents[kind] = tuple(found.values())
        return contents[kind]

    for kind in raw:
        resolve(kind, ())
    return contents


def _content(sheet: Sheet, kind: str, name: str, value: object, headings: Mapping[str, Words], pack: str) -> Mandatory:
    place = ("notices", kind, name)
    if not _FIELD.fullmatch(name):
        raise sheet.refuse(place, f'"{name}" is no field.', "Use small letters, digits and underscores.")
    found = ContentFile(value) if isinstance(value, str) else sheet.take(place, value, ContentFile)
    if not found.source.strip():
        raise sheet.refuse(
            place, f'The field "{name}" has no source.', "Say where this stands; what has no source is not used."
        )
    words = found.heading or headings.get(name)
    if words is None:
        raise sheet.refuse(place, f'The field "{name}" has no heading.', f"Add {name} under [headings].")
    named(sheet, place, words, "heading")
    if found.when and not _FIELD.fullmatch(found.when):
        raise sheet.refuse(place, f'"{found.when}" is no fact.', "Use small letters, digits and underscores.")
    condition = found.condition or found.when.replace("_", " ")
    return Mandatory(
        name, words["en"], condition, found.source, found.verified, pack, found.when, words, ((pack, found.source),)
    )
