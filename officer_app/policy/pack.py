"""A policy pack: what one file says, checked as a whole."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from officer_app.policy import checks
from officer_app.policy.contents import named, read_contents, sourced
from officer_app.policy.entries import NOTICE_KINDS, DocumentForm, Entry, Keep, Mandatory
from officer_app.policy.reader import Sheet
from officer_app.policy.rule import Rule
from officer_app.policy.rules import read_rules
from officer_app.policy.schema import (
    DocumentFile,
    EntryFile,
    HeadFile,
    IdentityFile,
    KeepFile,
    LanguagesFile,
    PlaceFile,
    RetentionFile,
    RuleFile,
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


def _entries(sheet: Sheet, name: str, pack: str, duties: set[str]) -> tuple[Entry, ...]:
    seen: set[str] = set()
    entries: list[Entry] = []
    for number, found in enumerate(sheet.take_list(name, EntryFile)):
        place = (name, number)
        if not _NAME.fullmatch(found.id):
            raise sheet.refuse((*place, "id"), f'"{found.id}" is no id.', "Use small letters, digits and hyphens.")
        if found.id in seen:
            raise sheet.refuse((*place, "id"), f'"{found.id}" stands twice under {name}.', "Remove one of the two.")
        seen.add(found.id)
        named(sheet, (*place, "title"), found.title, "title")
        sourced(sheet, place, found.source)
        checks.check_entry(sheet, name, number, found, duties)
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


def _keeps(sheet: Sheet, pack: str) -> tuple[Keep, ...]:
    keeps: list[Keep] = []
    raw = sheet.take_list("keep", KeepFile)
    checks.check_keeps(sheet, raw)
    for number, found in enumerate(raw):
        place = ("keep", number)
        named(sheet, (*place, "title"), found.title, "title")
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
    raw = sheet.take_list("documents", DocumentFile)
    checks.check_documents(sheet, raw)
    for number, found in enumerate(raw):
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
    named(sheet, ("title",), head.title, "title")
    sourced(sheet, (), head.source)
    place = sheet.take(("place",), sheet.values.get("place", {}), PlaceFile)
    checks.check_place(sheet, place)
    raw_rules = sheet.take_list("rules", RuleFile)
    rules = read_rules(sheet, raw_rules, head, roll=place.roll)
    checks.check_rules(sheet, rules)
    duties = {duty for rule in rules for duty in rule.duties}
    retention = _section(sheet, "retention", RetentionFile)
    ids = {rule.id for rule in rules}
    for key in ("inactive_rule", "notice_rule"):
        wanted = getattr(retention, key, "")
        if wanted and wanted not in ids:
            raise sheet.refuse(("retention", key), f'There is no rule "{wanted}".', "Name a rule of this file.")
    identity: IdentityFile | None = _section(sheet, "identity", IdentityFile)
    checks.check_identity(sheet, identity)
    languages: LanguagesFile | None = _section(sheet, "languages", LanguagesFile)
    checks.check_languages(sheet, languages)
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
        {name: _entries(sheet, name, head.id, duties) for name in LISTS},
        read_contents(sheet, head.id),
        _keeps(sheet, head.id),
        retention,
        identity,
        languages,
        _documents(sheet, head.id),
    )
