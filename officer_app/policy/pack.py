"""A policy pack: what one file says, checked as a whole."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from officer_app.base import resources
from officer_app.policy.entries import NOTICE_KINDS, DocumentForm, Entry, Keep, Mandatory
from officer_app.policy.reader import Sheet, read_sheet, read_text
from officer_app.policy.rule import Rule
from officer_app.policy.rules import read_rules
from officer_app.policy.schema import (
    ContentFile,
    DocumentFile,
    EntryFile,
    HeadFile,
    IdentityFile,
    KeepFile,
    LanguagesFile,
    PlaceFile,
    RetentionFile,
    RuleFile,
    Words,
)

LISTS = (
    "complaint_kinds",
    "escalation_triggers",
    "request_kinds",
    "purposes",
    "bodies",
    "grounds",
    "data_categories",
    "deletion_reasons",
    "holds",
)
_SECTIONS = {"place", "rules", "headings", "notices", "keep", "retention", "identity", "languages", "documents", *LISTS}
_NAME = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
_FIELD = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")


@dataclass(frozen=True)
class Pack:
    """One pack as it was read. `contents` holds the mandatory fields of each notice kind."""

    id: str
    version: str
    title: Mapping[str, str]
    source: str
    verified: bool
    note: str
    valid_from: date | None
    valid_to: date | None
    place: PlaceFile
    rules: tuple[Rule, ...]
    lists: Mapping[str, tuple[Entry, ...]]
    contents: Mapping[str, tuple[Mandatory, ...]]
    keeps: tuple[Keep, ...]
    retention: RetentionFile | None
    identity: IdentityFile | None
    languages: LanguagesFile | None
    documents: tuple[DocumentForm, ...]

    @property
    def rule_ids(self) -> tuple[str, ...]:
        """The ids of the rules in the order of the file, each once."""
        return tuple(dict.fromkeys(rule.id for rule in self.rules))


def _named(sheet: Sheet, place: tuple[str | int, ...], words: Words, what: str) -> None:
    if not words.get("en", "").strip():
        raise sheet.refuse(place, f"The {what} has no English words.", 'Add en = "…"; other languages may follow.')


def sourced(sheet: Sheet, place: tuple[str | int, ...], source: str) -> None:
    """Refuse an empty source."""
    if not source.strip():
        raise sheet.refuse(
            (*place, "source"), "The source is empty.", "Say where this stands; what has no source is not used."
        )


def _entries(sheet: Sheet, name: str, pack: str) -> tuple[Entry, ...]:
    seen: set[str] = set()
    entries: list[Entry] = []
    for number, found in enumerate(sheet.take_list(name, EntryFile)):
        place = (name, number)
        if not _NAME.fullmatch(found.id):
            raise sheet.refuse((*place, "id"), f'"{found.id}" is no id.', "Use small letters, digits and hyphens.")
        if found.id in seen:
            raise sheet.refuse((*place, "id"), f'"{found.id}" stands twice under {name}.', "Remove one of the two.")
        seen.add(found.id)
        _named(sheet, (*place, "title"), found.title, "title")
        sourced(sheet, place, found.source)
        entries.append(
            Entry(
                found.id,
                found.title,
                found.source,
                found.verified,
                pack,
                found.note,
                found.use,
                found.duty,
                found.level,
            )
        )
    return tuple(entries)


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
        _named(sheet, ("headings", name), found[name], "heading")
    return found


def _contents(sheet: Sheet, pack: str) -> dict[str, tuple[Mandatory, ...]]:
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
    _named(sheet, place, words, "heading")
    if found.when and not _FIELD.fullmatch(found.when):
        raise sheet.refuse(place, f'"{found.when}" is no fact.', "Use small letters, digits and underscores.")
    condition = found.condition or found.when.replace("_", " ")
    return Mandatory(
        name, words["en"], condition, found.source, found.verified, pack, found.when, words, ((pack, found.source),)
    )


def _keeps(sheet: Sheet, pack: str) -> tuple[Keep, ...]:
    keeps: list[Keep] = []
    for number, found in enumerate(sheet.take_list("keep", KeepFile)):
        place = ("keep", number)
        _named(sheet, (*place, "title"), found.title, "title")
        sourced(sheet, place, found.source)
        if found.years < 0 or found.months < 0 or not 0 < found.years * 12 + found.months <= 1200:
            raise sheet.refuse((*place, "years"), "The time to keep is not a length.", "Give years or months above 0.")
        keeps.append(
            Keep(
                found.id,
                found.title,
                found.years,
                found.months,
                found.counts_from,
                found.source,
                found.verified,
                pack,
                found.note,
            )
        )
    return tuple(keeps)


def _documents(sheet: Sheet, pack: str) -> tuple[DocumentForm, ...]:
    forms: list[DocumentForm] = []
    for number, found in enumerate(sheet.take_list("documents", DocumentFile)):
        sourced(sheet, ("documents", number), found.source)
        for kind in found.notices:
            if kind not in NOTICE_KINDS:
                raise sheet.refuse(
                    ("documents", number, "notices"),
                    f'"{kind}" is no notice.',
                    f"Use one of: {', '.join(NOTICE_KINDS)}.",
                )
        forms.append(
            DocumentForm(
                found.id,
                found.notices,
                found.margins,
                found.window,
                found.page_number,
                found.body_size,
                found.head,
                found.source,
                found.verified,
                pack,
                found.note,
            )
        )
    return tuple(forms)


def _section(sheet: Sheet, name: str, shape: type[Any]) -> Any:
    if name not in sheet.values:
        return None
    found = sheet.take((name,), sheet.values[name], shape)
    sourced(sheet, (name,), found.source)
    return found


def build(sheet: Sheet) -> Pack:
    """Return the pack of a sheet; raise PackError for the first thing in it that is not right."""
    sheet.only(_SECTIONS | set(HeadFile.__struct_fields__))
    head = sheet.take_head(HeadFile)
    if not _NAME.fullmatch(head.id):
        raise sheet.refuse(("id",), f'"{head.id}" is no id.', "Use small letters, digits and hyphens.")
    _named(sheet, ("title",), head.title, "title")
    sourced(sheet, (), head.source)
    place = sheet.take(("place",), sheet.values.get("place", {}), PlaceFile)
    raw_rules = sheet.take_list("rules", RuleFile)
    rules = read_rules(sheet, raw_rules, head, roll=place.roll)
    retention = _section(sheet, "retention", RetentionFile)
    ids = {rule.id for rule in rules}
    for key in ("inactive_rule", "notice_rule"):
        named = getattr(retention, key, "")
        if named and named not in ids:
            raise sheet.refuse(("retention", key), f'There is no rule "{named}".', "Name a rule of this file.")
    return Pack(
        head.id,
        head.version,
        head.title,
        head.source,
        head.verified,
        head.note,
        head.valid_from,
        head.valid_to,
        place,
        rules,
        {name: _entries(sheet, name, head.id) for name in LISTS},
        _contents(sheet, head.id),
        _keeps(sheet, head.id),
        retention,
        _section(sheet, "identity", IdentityFile),
        _section(sheet, "languages", LanguagesFile),
        _documents(sheet, head.id),
    )
