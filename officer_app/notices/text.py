"""Composes notices: the letter text of a kind and language, with the case's facts put in as text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date as Date
from pathlib import Path
from typing import get_args

from officer_app.base.errors import BugError, KnownError
from officer_app.notices import administrative, clean
from officer_app.notices.document import (
    Administrative,
    Block,
    Document,
    Form,
    Heading,
    Letterhead,
    Required,
    Value,
    Words,
)
from officer_app.notices.filling import empty, fill, shown, shown_date, spans, standing
from officer_app.notices.templates import GIVEN, Template, load, tongue

Mandatory = Iterable[str | Required]

_FALL_BACK = frozenset({"contact", "addressee", "one_person"})
"""Common fields that are never missing: the letterhead or the address stands for them."""
_ELSEWHERE = frozenset({"signature", "addressee", "enclosures"})
"""Common fields that stand on the sheet outside the text."""
_OWN = frozenset({"addressee", "number"})
"""Places that differ from letter to letter in a run."""


@dataclass(frozen=True)
class Series:
    """A notice without number and recipient: `letter` gives as many letters as needed, sharing one text."""

    template: Template
    facts: Mapping[str, Value]
    first: Document
    shared: bool

    def letter(self, number: str, recipient: tuple[str, ...], *, addressee: str = "") -> Document:
        """Return one letter; `addressee` is the name in the salutation, else the first line of the address."""
        lines = _lines(recipient)
        name = clean.line(addressee) or (lines[0] if lines else "")
        # a run makes a million of these, and `replace` would set every field by itself
        document = Document.__new__(Document)
        vars(document).update(vars(self.first))
        vars(document).update(number=number, recipient=lines, salutation=_salutation(self.template, name))
        if self.shared:
            return document
        facts = {**self.facts, "number": number, "addressee": name}
        subject = "".join(span.text for span in spans(self.template.subject, facts))
        return replace(document, subject=subject, blocks=fill(self.template, facts) + self.first.blocks)


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
    given = _by_our_names(template, fields)
    wanted = dict.fromkeys([*template.required, *(need.field for need in _needs(template, mandatory))])
    done = _FALL_BACK.union(template.otherwise)
    return tuple(name for name in wanted if name not in done and empty(given.get(name, "")))


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
    form: Form = "din-5008-b",
) -> Document:
    """Return one notice with its facts in place, in the outward `form`; see `series` for what is refused."""
    many = series(
        kind,
        language,
        reference=reference,
        date=date,
        fields=fields,
        letterhead=letterhead,
        mandatory=mandatory,
        overrides=overrides,
        form=form,
    )
    addressee = fields.get("addressee", "")
    return many.letter(number, recipient, addressee=addressee if isinstance(addressee, str) else "")


def series(
    kind: str,
    language: str,
    *,
    reference: str,
    date: Date,
    fields: Mapping[str, Value],
    letterhead: Letterhead,
    mandatory: Mandatory = (),
    overrides: Path | None = None,
    form: Form = "din-5008-b",
) -> Series:
    """Return a notice that can be addressed to many.

    KnownError names everything that is still missing; BugError when a field is not known to the text.
    `mandatory` is the union of what the active policy packs demand: a content that finds no place in the text
    gets a section of its own, under the pack's heading. `form` is how a letter looks; a page for the file has none.
    """
    template = load(kind, language, overrides)
    fields = _by_our_names(template, fields)
    needs = _needs(template, mandatory)
    strange = sorted(set(fields) - template.fields - {need.field for need in needs})
    if strange:
        raise BugError(f"{kind} has no place for {', '.join(strange)}")
    if lacking := letterhead.missing():
        raise KnownError(f"Enter {', '.join(lacking)} in the settings first: every letter shows it.")
    if lacking := missing(kind, language, fields, mandatory, overrides=overrides):
        named = ", ".join(label(name, "en") for name in lacking)
        raise KnownError(f"This letter still lacks: {named}. Fill it in, then issue the letter.")
    facts = _facts(template, fields, _title(template, needs), reference=reference, date=date, head=letterhead)
    there = shown(template, {**facts, **dict.fromkeys(_OWN, "-")}) | _ELSEWHERE
    added = _sections((need for need in needs if need.field not in there), facts, language)
    used = {name for node in template.nodes for name in node.places()}
    used.update(part.place for part in template.subject)
    shared = not used & _OWN
    words = tongue(language).words
    info = [(template.reference_label, reference)] if reference else []
    info += [(words["date"], shown_date(date, language)), (words["contact"], letterhead.contact)]
    signatures = _lines(fields.get("signature", ""))
    if not signatures and template.sheet == "letter":
        signatures = (letterhead.contact,)
    first = Document(
        kind=kind,
        language=language,
        sheet=template.sheet,
        text_version=template.version,
        number="",
        letterhead=letterhead,
        subject="".join(span.text for span in spans(template.subject, facts)),
        blocks=fill(template, facts) + added if shared else added,
        words=Words(number=words["number"], enclosures=words["enclosures"], page=words["page"]),
        date=shown_date(date, language),
        info=tuple(info),
        closing=template.closing,
        signatures=signatures,
        remark=words["one_person"] if fields.get("one_person") else "",
        enclosures=_lines(fields.get("enclosures", "")),
        administrative=_administrative(template, facts, reference, date, letterhead, form),
    )
    return Series(template, facts, first, shared)


def _needs(template: Template, mandatory: Mandatory) -> tuple[Required, ...]:
    """What the packs demand beyond what the text says by itself, under our names."""
    needs = (Required(need) if isinstance(need, str) else need for need in mandatory)
    named = (replace(need, field=template.same.get(need.field, need.field)) for need in needs)
    return tuple(need for need in named if need.field not in template.says)


def _title(template: Template, needs: Iterable[Required]) -> dict[str, Value]:
    """A pack that demands the title itself gives its wording as the heading (Cal. Civ. Code 1798.82(d)(1))."""
    if len(template.subject) != 1:
        return {}
    return {need.field: need.heading for need in needs if need.field == template.subject[0].place and need.heading}


def _administrative(
    template: Template, facts: Mapping[str, Value], reference: str, date: Date, head: Letterhead, form: Form
) -> Administrative | None:
    if form not in get_args(Form):
        raise BugError(f"there is no form {form}")
    if form == "din-5008-b" or template.sheet != "letter":
        return None
    about = "".join(span.text for span in spans(template.about, facts))
    return administrative.around(template, about=about, reference=reference, date=date, head=head)


def _by_our_names(template: Template, fields: Mapping[str, Value]) -> dict[str, Value]:
    return {template.same.get(name, name): value for name, value in fields.items()}


def _lines(value: Value) -> tuple[str, ...]:
    if isinstance(value, str):
        value = tuple(value.splitlines())
    if not isinstance(value, tuple):
        raise BugError("a signature, an enclosure and an address are text")
    return tuple(line for line in map(clean.line, value) if line)


def _salutation(template: Template, addressee: str) -> str:
    return template.salutation.replace("{addressee}", addressee) if addressee else template.salutation_unnamed


def _facts(
    template: Template,
    fields: Mapping[str, Value],
    titles: Mapping[str, Value],
    *,
    reference: str,
    date: Date,
    head: Letterhead,
) -> dict[str, Value]:
    given: dict[str, Value] = {
        "addressee": "",
        "number": "",
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
    given.update((name, value) for name, value in fields.items() if not empty(value))
    facts: dict[str, Value] = {**dict.fromkeys(template.fields, ""), **template.otherwise, **titles, **given}
    for name, value in facts.items():
        if isinstance(value, Date):
            facts[name] = shown_date(value, template.language)
        elif isinstance(value, str | tuple) and sum(map(len, value)) > clean.BODY:
            raise KnownError(f"Shorten {label(name, 'en')} to 20,000 characters, or add it as an enclosure.")
    return facts


def _sections(extra: Iterable[Required], facts: Mapping[str, Value], language: str) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for need in extra:
        title = need.heading or label(need.field, language)
        blocks += [Heading(title[:1].upper() + title[1:]), *standing(facts[need.field], language)]
    return tuple(blocks)
