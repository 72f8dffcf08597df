"""The shop's own rules on top of the packs: a small file with its terms, its working week and its holidays."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from officer_app.policy.calendar import HolidayChange
from officer_app.policy.length import Length, read_length
from officer_app.policy.pack import Pack
from officer_app.policy.places import read_changes
from officer_app.policy.reader import Sheet, read_sheet, read_text
from officer_app.policy.rule import Rule
from officer_app.policy.schema import OverrideFile, OverridesHeadFile, Weekday

_LENGTHS = ("term", "urgent", "third_party", "extension")


@dataclass(frozen=True)
class Overrides:
    """What the shop decided, as read from `sheet`; `mark` is part of the pack versions it changes."""

    sheet: Sheet
    rules: tuple[OverrideFile, ...]
    workweek: tuple[Weekday, ...]
    holidays: tuple[HolidayChange, ...]
    mark: str

    def fit(self, packs: Sequence[Pack]) -> None:
        """Raise PackError when a change names none of these packs, or does not fit the one it names."""
        known = {pack.id for pack in packs}
        for number, change in enumerate(self.rules):
            if change.pack not in known:
                raise self.sheet.refuse(
                    ("rules", number, "pack"),
                    f'There is no policy pack "{change.pack}".',
                    f"Use one of: {', '.join(sorted(known))}.",
                )
        for pack in packs:
            self.apply(pack)

    def apply(self, pack: Pack) -> Pack:
        """Return the pack with the shop's terms; raise PackError for a rule the pack does not have."""
        rules = list(pack.rules)
        touched = False
        for number, change in enumerate(self.rules):
            if change.pack != pack.id:
                continue
            # What is past keeps the rule it had: only rules without an end are the shop's to change.
            places = [at for at, rule in enumerate(rules) if rule.id == change.id and rule.valid_to is None]
            if not places:
                known = ", ".join(pack.rule_ids)
                raise self.sheet.refuse(
                    ("rules", number, "id"), f'The pack {pack.id} has no rule "{change.id}".', f"Use one of: {known}."
                )
            for at in places:
                rules[at] = self._changed(number, change, rules[at])
            touched = True
        place = pack.place
        if self.workweek and pack.id == "shop-policy":
            place, touched = msgspec.structs.replace(place, workweek=self.workweek), True
        if not touched:
            return pack
        version = f"{pack.version}+{self.mark}"
        return replace(
            pack, version=version, place=place, rules=tuple(replace(rule, pack_version=version) for rule in rules)
        )

    def _changed(self, number: int, change: OverrideFile, rule: Rule) -> Rule:
        lengths = {name: self._length(number, change, name) for name in _LENGTHS}
        term = lengths["term"] or rule.term
        others = {name: lengths[name] or getattr(rule, name) for name in _LENGTHS[1:]}
        for name, length in others.items():
            if length is not None and length.unit != term.unit:
                raise self.sheet.refuse(
                    ("rules", number),
                    f"The {name.replace('_', ' ')} counts {length.unit}, the term {term.unit}.",
                    f"Give both in the same unit; the pack says {rule.text}",
                )
        if (term.unit == "hours") != (rule.term.unit == "hours"):
            raise self.sheet.refuse(
                ("rules", number, "term"),
                f"The rule counts {rule.term.unit}; hours and days end differently.",
                "Keep to hours, or to days.",
            )
        return replace(
            rule,
            term=term,
            urgent=others["urgent"],
            third_party=others["third_party"],
            extension=others["extension"],
            source=f"{change.source} (own rule in place of: {rule.source})",
            verified=rule.verified and (rule.pack == "shop-policy" or change.verified),
            default=False,
        )

    def _length(self, number: int, change: OverrideFile, name: str) -> Length | None:
        words: str = getattr(change, name)
        if not words:
            return None
        try:
            return read_length(words)
        except ValueError as error:
            raise self.sheet.refuse(
                ("rules", number, name), str(error), "Write a number and hours, days, working days or months."
            ) from None


def read_overrides(path: Path) -> Overrides:
    """Return the shop's own rules; raise PackError naming file, line and cure when the file is refused."""
    return parse_overrides(read_text(path), path.name)


def parse_overrides(text: str, name: str) -> Overrides:
    """Return the shop's own rules from a TOML text."""
    sheet = read_sheet(text, name)
    sheet.only({"rules", "holidays", *OverridesHeadFile.__struct_fields__})
    head = sheet.take_head(OverridesHeadFile)
    rules = sheet.take_list("rules", OverrideFile)
    seen: set[tuple[str, str]] = set()
    for number, change in enumerate(rules):
        if not change.source.strip():
            raise sheet.refuse(
                ("rules", number, "source"), f'The rule "{change.id}" has no source.', "Say who decided it and when."
            )
        if (change.pack, change.id) in seen:
            raise sheet.refuse(("rules", number), f'"{change.id}" is changed twice.', "Remove one of the two.")
        seen.add((change.pack, change.id))
    mark = hashlib.sha256(text.encode()).hexdigest()[:8]
    return Overrides(sheet, tuple(rules), head.workweek, read_changes(sheet), mark)


def write_overrides(
    rules: Sequence[OverrideFile], *, workweek: Sequence[Weekday] = (), holidays: Sequence[HolidayChange] = ()
) -> str:
    """Return the text of an overrides file that reads back as the same; Settings keeps it."""
    lines = ["format = 1"]
    if workweek:
        lines.append(f"workweek = [{', '.join(_quoted(day) for day in workweek)}]")
    for change in rules:
        lines += ["", "[[rules]]"]
        for name in ("pack", "id", *_LENGTHS, "source"):
            if value := getattr(change, name):
                lines.append(f"{name} = {_quoted(value)}")
        if change.verified:
            lines.append("verified = true")
    for holiday in holidays:
        lines += ["", "[[holidays]]", f"country = {_quoted(holiday.country)}", f"day = {holiday.day.isoformat()}"]
        lines += [f"name = {_quoted(holiday.name)}"] if holiday.name else []
        lines += ["working = true"] if holiday.working else []
        lines += [f"source = {_quoted(holiday.source)}"] + ([] if holiday.verified else ["verified = false"])
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Return a TOML basic string; JSON's escapes are all among TOML's."""
    return msgspec.json.encode(text).decode().replace("\x7f", "\\u007f")
