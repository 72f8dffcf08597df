"""The forms of the register of uses and of consents, as fields."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Any

from PySide6.QtCore import QCoreApplication

from officer_app.policy.book import Book
from officer_app.policy.entries import Entry
from officer_app.uses import rules
from officer_app.uses.access import ROLES, Access
from officer_app.uses.rules import Consent, Processor, Use
from officer_app.widgets.forms import Choice, Field, Form

Keep = Callable[[dict[str, Any]], None]
WAYS = {
    "shop": "A tick in the shop",
    "written": "Letter or form",
    "e-mail": "E-mail",
    "sms": "SMS",
    "call": "Recorded call",
    "in person": "Word of mouth, noted",
    rules.PRESUMED: "Presumed, because data was sent",
}


def _tr(text: str) -> str:
    return QCoreApplication.translate("uses", text)


def categories(policy: Book) -> tuple[Choice, ...]:
    """Return the packs' data categories as choices."""
    return tuple(Choice(one.id, one.title_in("en")) for one in policy.data_categories)


def use(
    known: Use, policy: Book, grounds: Sequence[Entry], processors: Sequence[Processor], keep: Keep,
    restored: Mapping[str, Any],
) -> Form:  # fmt: skip
    """Describe a use: its purpose stands; a new one outside the closed list is named by the officer."""
    listed = [Choice(one.name, one.name, one.contract or _tr("No contract in the directory.")) for one in processors]
    listed += [
        Choice(name, name, _tr("Not in the directory any more."))
        for name in known.processors
        if name not in {one.name for one in processors}
    ]
    bases = tuple(Choice(one.id, f"{one.title_in('en')} ({one.source})", one.note) for one in grounds)
    fields = [
        Field("title", _tr("What for"), value=known.title, required=True),
        Field("basis", _tr("Lawful basis"), "choice", known.basis, bases, required=True),
        Field("proof", _tr("How it is shown"), "lines", known.proof, rows=2,
              hint=_tr("A consent: who, when, which wording, where it is kept. A contract or law: which one.")),
        Field("categories", _tr("Data"), "checklist", known.categories, categories(policy), required=True),
        Field("recipients", _tr("Recipients"), "lines", "\n".join(known.recipients), rows=2,
              hint=_tr("Who receives it besides processors, one a line.")),
        Field("kept", _tr("Kept how long"), value=known.kept,
              placeholder=_tr("Until the account is deleted; invoices 10 years")),
    ]  # fmt: skip
    if listed:
        fields.insert(5, Field("processors", _tr("Processors"), "checklist", known.processors, tuple(listed),
                               hint=_tr("From our directory, which keeps their contracts.")))  # fmt: skip
    title = _tr("Change the use") if known.id else _tr("Describe the use")
    return Form(title, fields, submit=_tr("Save"), draft=keep, restored=restored)


def read_use(known: Use, values: Mapping[str, Any]) -> Use:
    """Return the use as the form has it."""
    return replace(
        known, title=values["title"], basis=values["basis"], proof=values["proof"], categories=values["categories"],
        recipients=tuple(values["recipients"].splitlines()), processors=values.get("processors", known.processors),
        kept=values["kept"],
    )  # fmt: skip


def access(one: Access, title: str) -> Form:
    """Who may see one category of data, and why, in both languages."""
    roles = tuple(Choice(key, words["en"].capitalize()) for key, words in ROLES.items())
    fields = (
        Field("roles", _tr("May see it"), "checklist", one.roles, roles),
        Field("en", _tr("Why, in English"), "lines", one.why_in("en"), required=True, rows=2),
        Field("vi", _tr("Why, in Vietnamese"), "lines", one.why_in("vi"), required=True, rows=2),
    )
    return Form(_tr("Who may see: {0}").format(title), fields, submit=_tr("Save"))


def consent(
    policy: Book, now: datetime, zone: tzinfo, warning: str, files: Sequence[str], keep: Keep,
    restored: Mapping[str, Any],
) -> Form:  # fmt: skip
    """Record a consent: what the person agreed to, when, how, and in which words."""
    purposes = [Choice(one.id, one.title_in("en")) for one in policy.purposes]
    purposes += [Choice(rules.MARKETING, _tr("News and offers of the shop")), Choice(rules.OTHER, _tr("Another"))]
    ways = tuple(Choice(key, _tr(title)) for key, title in WAYS.items())
    fields = (
        Field("purpose", _tr("Purpose"), "choice", None, purposes, required=True),
        Field("title", _tr("Agreed to what"), required=True, placeholder=_tr("The newsletter by e-mail, once a month")),
        Field("categories", _tr("Data"), "checklist", (), categories(policy), required=True),
        Field("recipient", _tr("Recipient"), hint=_tr("Only when the data goes to somebody else.")),
        Field("wording", _tr("Wording shown"), "lines", required=True, rows=4,
              hint=_tr("The very words the person saw or heard.")),
        Field("edition", _tr("Version of it"), placeholder=_tr("2026-11, or the day it was put online")),
        Field("way", _tr("Given by"), "choice", None, ways, required=True),
        Field("given", _tr("When"), "moment", now, required=True),
    )  # fmt: skip
    proof = _tr("Proof: {0}.").format(", ".join(files)) if files else _tr("No proof is added: the extract will say so.")
    return Form(
        _tr("Record a consent"), fields, submit=_tr("Record"), intro=f"{warning} {proof}", zone=zone, draft=keep,
        restored=restored,
    )  # fmt: skip


def read_consent(person: tuple[str, str, str], values: Mapping[str, Any]) -> Consent:
    """Return the consent as the form has it; `person` is key, name and e-mail."""
    key, name, email = person
    return Consent(
        id="", customer=key, name=name, email=email, purpose=values["purpose"], title=values["title"],
        categories=values["categories"], wording=values["wording"], edition=values["edition"], way=values["way"],
        given=values["given"], recipient=values["recipient"],
    )  # fmt: skip


def withdrawal(known: Sequence[Consent], now: datetime, zone: tzinfo) -> Form:
    """Record which consent was withdrawn, when and how."""
    open_ones = tuple(Choice(one.id, one.title) for one in known if one.withdrawn is None and one.id)
    chosen = open_ones[0].id if len(open_ones) == 1 else None
    fields = (
        Field("consent", _tr("Which consent"), "choice", chosen, open_ones, required=True),
        Field("at", _tr("When"), "moment", now, required=True),
        Field("how", _tr("How they said so"), required=True, placeholder=_tr("By e-mail, filed in C-2026-0012")),
    )
    intro = _tr("A withdrawal needs no reason. What was done before stays lawful; nothing more may follow.")
    return Form(_tr("Record a withdrawal"), fields, submit=_tr("Record"), intro=intro, zone=zone)
