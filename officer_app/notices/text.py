"""Composes a notice: the letter text of its kind and language, with the case's facts put in as text."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date as Date
from datetime import datetime
from pathlib import Path

from officer_app.base.errors import BugError, KnownError
from officer_app.notices import clean
from officer_app.notices.document import (
    Block,
    Bullets,
    Document,
    Heading,
    Letterhead,
    Required,
    Span,
    Table,
    Text,
    Value,
    Words,
)
from officer_app.notices.templates import GIVEN, Node, Part, Template, load, tongue

Mandatory = Iterable[str | Required]


def missing(
    kind: str,
    language: str,
    fields: Mapping[str, Value],
    mandatory: Mandatory = (),
    *,
    overrides: Path | None = None,
) -> tuple[str, ...]:
    """Return the names of all fields that the notice must have and has not, in the order of the text."""
    template = load(kind, language, overrides)
    wanted = [*template.required, *(need.field for need in _needs(mandatory))]
    return tuple(
        name for name in dict.fromkeys(wanted) if name not in _FILLED and _empty(fields.get(name, ""))
    )


def label(field: str, language: str) -> str:
    """Return what `field` is called in `language`, for forms and messages."""
    return tongue(language).labels.get(field, field.replace("_", " "))


def compose(
    kind: str,
    language: str,
    *,
    number: str,
    reference: str,
    date: Date,
    recipient: tuple[str, ...],
    fields: Mapping[str, Value],
    letterhead: Letterhead,
    mandatory: Mandatory = (),
    overrides: Path | None = None,
) -> Document:
    """Return the notice with its facts in place.

    KnownError names everything that is still missing; BugError when a field is not known to the text.
    `mandatory` is the union of what the active policy packs demand: a content for which the text has no place
    gets a section of its own, under the pack's heading.
    """
    template = load(kind, language, overrides)
    extra = tuple(need for need in _needs(mandatory) if need.field not in template.fields)
    strange = sorted(set(fields) - template.fields - {need.field for need in extra})
    if strange:
        raise BugError(f"{kind} has no place for {', '.join(strange)}")
    if lacking := letterhead.missing():
        raise KnownError(f"Enter {', '.join(lacking)} in the settings first: every letter shows it.")
    if lacking := missing(kind, language, fields, mandatory, overrides=overrides):
        named = ", ".join(label(name, "en") for name in lacking)
        raise KnownError(f"This letter still lacks: {named}. Fill it in, then issue the letter.")
    facts = _facts(
        template, fields, number=number, reference=reference, date=date, recipient=recipient, head=letterhead
    )
    words = tongue(language).words
    info = [(template.reference_label, reference)] if reference else []
    info += [(words["date"], shown_date(date, language)), (words["contact"], letterhead.contact)]
    return Document(
        kind=kind,
        language=language,
        sheet=template.sheet,
        text_version=f"{kind} {language} {template.version}",
        number=number,
        letterhead=letterhead,
        subject="".join(span.text for span in _spans(template.subject, facts)),
        blocks=_fill(template, facts) + _extra_sections(extra, fields, language),
        words=Words(number=words["number"], enclosures=words["enclosures"], page=words["page"]),
        date=shown_date(date, language),
        info=tuple(info),
        recipient=tuple(line for line in map(clean.line, recipient) if line),
        salutation=_salutation(template, str(facts["addressee"])),
        closing=template.closing,
        signatures=_lines(fields.get("signature", "")) or (letterhead.contact,),
        remark=words["one_person"] if fields.get("one_person") else "",
        enclosures=_lines(fields.get("enclosures", "")),
    )


def readdress(
    document: Document, *, number: str, recipient: tuple[str, ...], addressee: str = ""
) -> Document:
    """Return the same letter for somebody else; the text is shared, so a run of letters is set only once."""
    template = load(document.kind, document.language)
    lines = tuple(line for line in map(clean.line, recipient) if line)
    name = clean.line(addressee) or (lines[0] if lines else "")
    return replace(document, number=number, recipient=lines, salutation=_salutation(template, name))


def shown_date(moment: Date, language: str) -> str:
    """Return a date in words; an aware datetime with its time and offset as well, in its own zone."""
    speech = tongue(language)
    day = speech.words["day"].format(day=moment.day, month=speech.months[moment.month - 1], year=moment.year)
    if not isinstance(moment, datetime):
        return day
    offset = moment.strftime("%z")
    zone = f"UTC{offset[:3]}:{offset[3:5]}" if offset else ""
    return speech.words["moment"].format(day=day, time=moment.strftime("%H:%M"), zone=zone)


_FILLED = frozenset({"contact", "signature", "addressee", "enclosures", "one_person"})
"""Common fields that fall back on the letterhead or may be left out."""


def _needs(mandatory: Mandatory) -> tuple[Required, ...]:
    return tuple(Required(need) if isinstance(need, str) else need for need in mandatory)


def _empty(value: Value) -> bool:
    match value:
        case bool():
            return not value
        case str():
            return not value.strip()
        case Table():
            return not value.rows
        case tuple():
            return not any(part.strip() for part in value)
        case _:
            return False


def _lines(value: Value) -> tuple[str, ...]:
    if isinstance(value, str):
        value = tuple(value.splitlines())
    if not isinstance(value, tuple):
        raise BugError("a signature or an enclosure is text")
    return tuple(line for line in map(clean.line, value) if line)


def _salutation(template: Template, addressee: str) -> str:
    return template.salutation.replace("{addressee}", addressee) if addressee else template.salutation_unnamed


def _facts(
    template: Template,
    fields: Mapping[str, Value],
    *,
    number: str,
    reference: str,
    date: Date,
    recipient: tuple[str, ...],
    head: Letterhead,
) -> dict[str, Value]:
    given: dict[str, Value] = {
        "addressee": recipient[0] if recipient else "",
        "number": number,
        "reference": reference,
        "date": date,
        "shop": head.name,
        "company": head.company,
        "officer": head.contact,
        "shop_email": head.email,
        "shop_phone": head.phone,
        "shop_address": ", ".join(head.address),
        "contact": ", ".join(part for part in (head.contact, head.email, head.phone, head.hours) if part),
    }
    assert given.keys() == GIVEN | {"contact"}
    given.update((name, value) for name, value in fields.items() if not _empty(value))
    facts: dict[str, Value] = dict.fromkeys(template.fields, "") | given
    for name, value in facts.items():
        if isinstance(value, Date):
            facts[name] = shown_date(value, template.language)
        elif (
            len(value if isinstance(value, str) else "".join(value) if isinstance(value, tuple) else "")
            > clean.BODY
        ):
            raise KnownError(
                f"Shorten {label(name, 'en')} to 20,000 characters, or add the rest as an enclosure."
            )
    return facts


def _fill(template: Template, facts: Mapping[str, Value]) -> tuple[Block, ...]:
    """Put the facts in; what would have a hole disappears: a sentence, a section with nothing to say."""
    blocks: list[Block] = []
    for section in _sections(template.nodes):
        places = [name for node in section for name in node.places()]
        if (
            places
            and all(_empty(facts[name]) for name in places if name not in GIVEN)
            and set(places) - GIVEN
        ):
            continue
        filled = [block for node in section for block in _node(node, facts)]
        if any(not isinstance(block, Heading) for block in filled):
            blocks += filled
    return tuple(blocks)


def _sections(nodes: Iterable[Node]) -> list[list[Node]]:
    sections: list[list[Node]] = [[]]
    for node in nodes:
        if node.kind == "heading":
            sections.append([])
        sections[-1].append(node)
    return sections


def _node(node: Node, facts: Mapping[str, Value]) -> tuple[Block, ...]:
    rows = [row for row in node.rows if not any(part.place and _empty(facts[part.place]) for part in row)]
    if not rows:
        return ()
    if node.kind == "heading":
        return (Heading("".join(span.text for span in _spans(rows[0], facts))),)
    if node.kind == "list":
        items: list[tuple[Span, ...]] = []
        for row in rows:
            value = facts[row[0].place] if len(row) == 1 and row[0].place else None
            items += (
                [(Span(clean.clean(point)),) for point in value]
                if isinstance(value, tuple)
                else [_spans(row, facts)]
            )
        return (Bullets(tuple(items)),)
    if len(rows[0]) == 1 and rows[0][0].place:
        return _standing(facts[rows[0][0].place], strong=rows[0][0].strong)
    return (Text(_spans(rows[0], facts)),)


def _standing(value: Value, *, strong: bool) -> tuple[Block, ...]:
    """A fact with a paragraph of its own: a table stays one, a text keeps its paragraphs."""
    if isinstance(value, Table):
        return (value,)
    if isinstance(value, bool) or not isinstance(value, str | tuple):
        return ()
    texts = value if isinstance(value, tuple) else (value,)
    return tuple(Text((Span(part, strong),)) for text in texts for part in clean.paragraphs(text))


def _spans(parts: Iterable[Part], facts: Mapping[str, Value]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for part in parts:
        value = facts[part.place] if part.place else part.text
        match value:
            case bool():
                continue
            case str():
                text = clean.line(value) if part.place else value
            case tuple():
                text = clean.line("; ".join(value))
            case _:
                raise BugError(f"{part.place} is a table and cannot stand inside a sentence")
        if spans and spans[-1].strong == part.strong:
            spans[-1] = Span(spans[-1].text + text, part.strong)
        else:
            spans.append(Span(text, part.strong))
    return tuple(replace(span, text=span.text.rstrip()) if span is spans[-1] else span for span in spans)


def _extra_sections(
    extra: Iterable[Required], fields: Mapping[str, Value], language: str
) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for need in extra:
        value = fields[need.field]
        if isinstance(value, Date):
            value = shown_date(value, language)
        title = need.heading or label(need.field, language)
        blocks += [Heading(title[:1].upper() + title[1:]), *_standing(value, strong=False)]
    return tuple(blocks)
