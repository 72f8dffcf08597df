"""Answers the command line: plain arguments in, checked, and an answer that can be written as JSON out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from officer_app.base.errors import KnownError
from officer_app.policy import severity as enisa
from officer_app.policy.calendar import Calendar
from officer_app.policy.clock import Span
from officer_app.policy.deadline import Deadline, compute
from officer_app.policy.overrides import parse_overrides, read_overrides
from officer_app.policy.pack import Pack
from officer_app.policy.places import calendar_for, country_in
from officer_app.policy.plain import pack_json, pack_text
from officer_app.policy.reader import read_sheet, read_text
from officer_app.policy.rule import Rule
from officer_app.policy.shelf import find_pack, pack_names, parse_pack

_HOW = "Write a date such as 2026-02-13, or an instant such as 2026-02-13T09:00+07:00."


def due(
    pack: str,
    rule: str,
    start: str,
    *,
    country: str = "",
    extended: bool = False,
    urgent: bool = False,
    third_party: bool = False,
    paused: Sequence[str] = (),
    overrides: Path | None = None,
) -> dict[str, Any]:
    """Return {"due", "outer", "source", "verified", …} of one rule; instants in ISO 8601 with the place's offset.

    `start` is a date or an instant with its offset, `paused` are "FROM..TO" of the same. Raises KnownError.
    """
    found = find_pack(pack)
    if overrides is not None:
        own = read_overrides(overrides)
        own.fit([find_pack(name) for name in pack_names()])
        found = own.apply(found)
    if rule not in found.rule_ids:
        raise KnownError(f'The pack {pack} has no rule "{rule}". Use one of: {", ".join(found.rule_ids)}.')
    calendar = _calendar(found, country)
    moment, dated = _instant(start, calendar, "start", latest=False)
    law = _law(found, rule, moment, calendar)
    _refuse_unknown(law, extended=extended, urgent=urgent, third_party=third_party, paused=bool(paused))
    if not calendar.known:
        if dated or law.term.unit != "hours" or moment.tzinfo is None:
            raise KnownError(
                f"The pack {pack} needs a country, whose days and holidays count. Add --country, such as DE."
            )
        calendar = replace(calendar, zone=moment.tzinfo)
    answer = compute(
        law,
        moment,
        calendar,
        extended=extended,
        urgent=urgent,
        third_party=third_party,
        paused=[_span(each, calendar) for each in paused],
    )
    return _told(answer)


def _calendar(pack: Pack, country: str) -> Calendar:
    if country and not country_in(pack, country):
        raise KnownError(
            f'The pack {pack.id} does not apply in "{country}". Use one of: {", ".join(pack.place.countries)}.'
        )
    return calendar_for(pack, country=country)


def _law(pack: Pack, rule: str, moment: datetime, calendar: Calendar) -> Rule:
    day = date.fromordinal(calendar.day(moment))
    found = next((each for each in pack.rules if each.id == rule and each.in_force(day)), None)
    if found is None:
        raise KnownError(
            f"There is no rule for this date: {pack.id} has none for {rule} on {day.isoformat()}. Correct the start."
        )
    return found


def _refuse_unknown(law: Rule, *, extended: bool, urgent: bool, third_party: bool, paused: bool) -> None:
    for asked, known, what in (
        (extended, law.extension is not None, "extension"),
        (urgent, law.urgent is not None, "urgent term"),
        (third_party, law.third_party is not None, "longer term for a third party"),
        (paused, law.pausable, "pause"),
    ):
        if asked and not known:
            raise KnownError(f"The rule {law.id} of {law.pack} knows no {what}. Leave that option out.")


def _instant(text: str, calendar: Calendar, what: str, *, latest: bool) -> tuple[datetime, bool]:
    """Return the instant, and whether only a date was given: then it is the day's beginning, or its end."""
    said = text.strip()
    try:
        if len(said) == 10:
            day = date.fromisoformat(said).toordinal()
            _in_range(date.fromordinal(day), what)
            return (calendar.end_of(day) if latest else calendar.start_of(day)), True
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise KnownError(f'The {what} "{text}" is not a date. {_HOW}') from None
    if moment.tzinfo is None:
        raise KnownError(f'The {what} "{text}" lacks its offset from UTC. {_HOW}')
    _in_range(moment.date(), what)
    return moment, False


def _in_range(day: date, what: str) -> None:
    if not 1990 <= day.year <= 2099:
        raise KnownError(f"The {what} lies in the year {day.year}. Use a year from 1990 to 2099.")


def _span(text: str, calendar: Calendar) -> Span:
    first, dots, last = text.partition("..")
    if not dots:
        raise KnownError(f'The pause "{text}" has no end. Write it as FROM..TO, such as 2026-03-05..2026-03-09.')
    begin, _ = _instant(first, calendar, "pause", latest=False)
    end, _ = _instant(last, calendar, "pause", latest=True)
    if end < begin:
        raise KnownError(f'The pause "{text}" ends before it begins. Write the earlier date first.')
    return begin, end


def _told(found: Deadline) -> dict[str, Any]:
    def instant(moment: datetime | None) -> str | None:
        return None if moment is None else moment.astimezone(found.zone).isoformat()

    return {
        "due": instant(found.due),
        "outer": instant(found.outer),
        "source": found.source,
        "verified": found.verified,
        "default": found.default,
        "pack": found.pack,
        "version": found.pack_version,
        "rule": found.rule,
        "start": instant(found.start),
        "flags": list(found.flags),
        "condition": found.law.condition,
        "how": found.how,
        "note": found.law.note,
    }


def severity(
    *,
    dpc: float,
    ei: float,
    confidentiality: float = 0.0,
    integrity: float = 0.0,
    availability: float = 0.0,
    malicious: bool = False,
    persons: int | None = None,
    unintelligible: bool = False,
) -> dict[str, Any]:
    """Return {"score", "band", "flags", "suggestion", …}; raise KnownError for a value the method does not know."""
    found = enisa.score(
        dpc=dpc,
        ei=ei,
        confidentiality=confidentiality,
        integrity=integrity,
        availability=availability,
        malicious=malicious,
        persons=persons,
        unintelligible=unintelligible,
    )
    return {
        "score": found.score,
        "band": found.band,
        "flags": list(found.flags),
        "suggestion": {"authority": found.suggestion.authority, "individuals": found.suggestion.individuals},
        "formula": found.formula,
        "notes": list(found.notes),
        "source": enisa.source(),
    }


def show(pack: str, folder: Path | None = None) -> dict[str, Any]:
    """Return a pack as a JSON-able answer; its "text" is the plain reading view."""
    found = find_pack(pack, folder)
    return {**pack_json(found), "text": pack_text(found)}


def check(path: Path) -> dict[str, Any]:
    """Return what a pack or overrides file holds; raise PackError naming file, line and cure when it is refused."""
    text = read_text(path)
    sheet = read_sheet(text, path.name)
    rules = sheet.values.get("rules")
    changes = isinstance(rules, list) and any(isinstance(each, dict) and "pack" in each for each in rules)
    if "id" not in sheet.values and (changes or {"workweek", "holidays"} & sheet.values.keys()):
        own = parse_overrides(text, path.name)
        own.fit([find_pack(name) for name in pack_names()])
        return {"file": path.name, "kind": "overrides", "rules": len(own.rules), "holidays": len(own.holidays)}
    found = parse_pack(text, path.name)
    return {
        "file": path.name,
        "kind": "pack",
        "id": found.id,
        "version": found.version,
        "rules": len(found.rules),
        "unverified": [rule.id for rule in found.rules if not rule.verified],
    }
