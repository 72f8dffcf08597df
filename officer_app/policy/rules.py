"""Turns the [[rules]] of a file into rules, and refuses what contradicts itself."""

from collections.abc import Sequence
from datetime import date

from officer_app.base import shapes
from officer_app.policy.length import UNITS, Length, read_length
from officer_app.policy.reader import Sheet
from officer_app.policy.rule import Rule
from officer_app.policy.schema import HeadFile, RuleFile

_UNITS_CURE = f"Write a number and one of: {', '.join(UNITS)}."


def read_rules(sheet: Sheet, found: Sequence[RuleFile], head: HeadFile, *, roll: bool) -> tuple[Rule, ...]:
    """Return the rules in the order of the file; `roll` is what the pack says for all its rules."""
    raw = [_resolved(sheet, number, found, ()) for number in range(len(found))]
    rules = tuple(_rule(sheet, number, each, head, roll=roll) for number, each in enumerate(raw))
    _refuse_overlaps(sheet, rules)
    return rules


def _resolved(sheet: Sheet, number: int, found: Sequence[RuleFile], trail: tuple[str, ...]) -> RuleFile:
    """Return a rule with what it leaves empty taken from the rule it is like."""
    mine = found[number]
    if not mine.like:
        return mine
    place = ("rules", number, "like")
    if mine.like in (*trail, mine.id):
        circle = " → ".join((*trail, mine.id, mine.like))
        raise sheet.refuse(place, f"The references go round in a circle: {circle}.", "Write one of them out in full.")
    other = next((at for at, each in enumerate(found) if each.id == mine.like), None)
    if other is None:
        raise sheet.refuse(place, f'There is no rule "{mine.like}" to be like.', "Name a rule of this file.")
    theirs = _resolved(sheet, other, found, (*trail, mine.id))
    kept: dict[str, object] = {
        "id": mine.id,
        "like": "",
        "default": mine.default,
        "verified": mine.verified and theirs.verified,
    }
    for name in RuleFile.__struct_fields__:
        if name not in kept:
            own = getattr(mine, name)
            own_day = name in ("valid_from", "valid_to", "duties", "condition", "note")
            kept[name] = own if own_day or own not in ("", None, {}) else getattr(theirs, name)
    return shapes.convert(kept, RuleFile)


def _length(sheet: Sheet, number: int, key: str, words: str) -> Length | None:
    if not words:
        return None
    try:
        return read_length(words)
    except ValueError as error:
        raise sheet.refuse(("rules", number, key), str(error), _UNITS_CURE) from None


def _rule(sheet: Sheet, number: int, raw: RuleFile, head: HeadFile, *, roll: bool) -> Rule:
    place = ("rules", number)
    if not raw.source.strip():
        raise sheet.refuse(
            (*place, "source"),
            f'The rule "{raw.id}" has no source.',
            "Say where it stands; what has no source is not used.",
        )
    term = _length(sheet, number, "term", raw.term)
    if term is None:
        raise sheet.refuse(place, f'The rule "{raw.id}" has no term.', 'Add term = "10 days".')
    if not raw.title.get("en", "").strip():
        raise sheet.refuse((*place, "title"), f'The rule "{raw.id}" has no English title.', 'Add title = { en = "…" }.')
    if not raw.starts.strip():
        raise sheet.refuse(
            place, f'The rule "{raw.id}" does not say what starts it.', 'Add starts = "the request was received".'
        )
    others = {key: _length(sheet, number, key, getattr(raw, key)) for key in ("urgent", "third_party", "extension")}
    for key, length in others.items():
        if length is not None and length.unit != term.unit:
            raise sheet.refuse(
                (*place, key),
                f"The {key.replace('_', ' ')} counts {length.unit}, the term {term.unit}.",
                "Use the same unit for both.",
            )
    hours = term.unit == "hours"
    if raw.outer == "next-full-hour" and not hours:
        raise sheet.refuse(
            (*place, "outer"), "An outer limit at the next full hour needs a term in hours.", "Remove it."
        )
    if hours and (raw.ends == "next-day" or raw.roll):
        key = "ends" if raw.ends == "next-day" else "roll"
        raise sheet.refuse((*place, key), "Hours end with their last hour on any day.", f'Remove "{key}".')
    valid_from, valid_to = raw.valid_from or head.valid_from, raw.valid_to or head.valid_to
    if valid_from and valid_to and valid_to < valid_from:
        raise sheet.refuse((*place, "valid_to"), "The rule ends before it begins.", "Correct valid_from or valid_to.")
    return Rule(
        pack=head.id,
        pack_version=head.version,
        id=raw.id,
        title=raw.title,
        duties=raw.duties or (raw.id,),
        starts=raw.starts,
        term=term,
        urgent=others["urgent"],
        third_party=others["third_party"],
        extension=others["extension"],
        pausable=bool(raw.pause),
        roll=not hours and (roll if raw.roll is None else raw.roll),
        ends=raw.ends or "end-of-day",
        outer=raw.outer or "none",
        disputed=raw.disputed,
        condition=raw.condition,
        default=raw.default,
        source=raw.source,
        verified=raw.verified and head.verified,
        note=raw.note,
        valid_from=valid_from,
        valid_to=valid_to,
    )


def _refuse_overlaps(sheet: Sheet, rules: Sequence[Rule]) -> None:
    for number, rule in enumerate(rules):
        for earlier in rules[:number]:
            if earlier.id != rule.id:
                continue
            begins = max(rule.valid_from or date.min, earlier.valid_from or date.min)
            if begins <= min(rule.valid_to or date.max, earlier.valid_to or date.max):
                when = "at all times" if begins == date.min else f"on {begins.isoformat()}"
                raise sheet.refuse(
                    ("rules", number),
                    f'Two rules "{rule.id}" are valid {when}.',
                    "Let valid_to of the older end the day before valid_from of the newer.",
                )
