"""The plain reading view of a pack: every rule in force, each with its source and what is not verified."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from officer_app.policy.entries import Entry
from officer_app.policy.pack import LISTS, Pack
from officer_app.policy.rule import Rule

_NAMES = {
    "complaint_kinds": "Complaints",
    "escalation_triggers": "When a complaint goes to an authority",
    "request_kinds": "Requests",
    "purposes": "Purposes",
    "bodies": "Bodies and recipients",
    "grounds": "Grounds",
    "data_categories": "Data",
    "deletion_reasons": "Reasons for deletion",
    "holds": "What stops a deletion",
}
UNVERIFIED = "not verified"


def marks(rule: Rule) -> tuple[str, ...]:
    """Return what must be shown beside a rule: default, not verified, its dates."""
    found = ["default"] if rule.default else []
    if not rule.verified:
        found.append(UNVERIFIED)
    if rule.valid_from is not None:
        found.append(f"from {rule.valid_from.isoformat()}")
    if rule.valid_to is not None:
        found.append(f"until {rule.valid_to.isoformat()}")
    return tuple(found)


def pack_text(pack: Pack) -> str:
    """Return the pack as plain lines for a terminal or a reading pane."""
    lines = [f"{pack.title['en']} ({pack.id}, version {pack.version})", f"Source: {pack.source}", "", "Deadlines"]
    for rule in pack.rules:
        said = "; ".join(marks(rule))
        lines.append(f"  {rule.id}{f' [{said}]' if said else ''}")
        lines.append(f"    {rule.text}")
        lines.append(f"    {rule.source}")
        lines += [f"    {rule.note}"] if rule.note else []
    for name in LISTS:
        lines += _listed(_NAMES[name], pack.lists[name])
    if pack.keeps:
        lines += ["", "Kept after a deletion"]
        for keep in pack.keeps:
            length = f"{keep.years} years" if keep.years else f"{keep.months} months"
            since = "from the end of the year" if keep.counts_from == "end-of-year" else "from the event"
            lines.append(f"  {keep.title['en']}: {length} {since}; {_sourced(keep.source, keep.verified)}")
    for kind, contents in pack.contents.items():
        lines += ["", f"What {kind} must say"]
        for each in contents:
            when = f", if {each.condition}" if each.when else ""
            lines.append(f"  {each.heading} ({each.field}){when}; {_sourced(each.source, each.verified)}")
    return "\n".join(lines) + "\n"


def _listed(name: str, entries: Iterable[Entry]) -> list[str]:
    rows = [f"  {each.title['en']}; {_sourced(each.source, each.verified)}" for each in entries]
    return ["", name, *rows] if rows else []


def _sourced(source: str, verified: bool) -> str:
    return source if verified else f"{source} [{UNVERIFIED}]"


def pack_json(pack: Pack) -> dict[str, Any]:
    """Return the same as a JSON-able answer."""

    def day(value: date | None) -> str | None:
        return None if value is None else value.isoformat()

    return {
        "id": pack.id,
        "version": pack.version,
        "title": dict(pack.title),
        "source": pack.source,
        "verified": pack.verified,
        "rules": [
            {
                "id": rule.id,
                "title": dict(rule.title),
                "duties": list(rule.duties),
                "text": rule.text,
                "source": rule.source,
                "verified": rule.verified,
                "default": rule.default,
                "condition": rule.condition,
                "valid_from": day(rule.valid_from),
                "valid_to": day(rule.valid_to),
                "note": rule.note,
            }
            for rule in pack.rules
        ],
        **{
            name: [
                {"id": each.id, "title": dict(each.title), "source": each.source, "verified": each.verified}
                for each in pack.lists[name]
            ]
            for name in LISTS
        },
        "notices": {
            kind: [
                {
                    "field": each.field,
                    "heading": each.heading,
                    "when": each.when,
                    "condition": each.condition,
                    "source": each.source,
                    "verified": each.verified,
                }
                for each in contents
            ]
            for kind, contents in pack.contents.items()
        },
        "keep": [
            {
                "id": each.id,
                "title": dict(each.title),
                "years": each.years,
                "months": each.months,
                "counts_from": each.counts_from,
                "source": each.source,
                "verified": each.verified,
            }
            for each in pack.keeps
        ],
    }
