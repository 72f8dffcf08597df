"""Our directory in the window: its entries with their history, and the form that adds or changes one."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from PySide6.QtCore import QCoreApplication

from officer_app.disclosures.demand import CARRIER, Contact
from officer_app.disclosures.forms import Draft, make
from officer_app.widgets import words
from officer_app.widgets.casefile import Fact, Section
from officer_app.widgets.forms import Choice, Field, Form

BLANK = Contact("", "", "", "", "", datetime(2000, 1, 1, tzinfo=UTC), "")


def _tr(text: str) -> str:
    return QCoreApplication.translate("disclosures", text)


def form(bodies: Sequence[Choice], known: Contact, zone: tzinfo, draft: Draft) -> Form:
    """Add an entry, or change a known one."""
    fields = (
        Field("body", _tr("Body or recipient"), "choice", known.body or None, bodies, required=True),
        Field("agency", _tr("Agency or company"), value=known.agency, required=True),
        Field("phone", _tr("Phone number"), value=known.phone, required=True),
        Field("source", _tr("Where you found it"), value=known.source, required=True,
              placeholder=_tr("The body's own website")),
        Field("address", _tr("Postal address"), "lines", known.address, rows=2),
        Field("email", _tr("E-mail"), value=known.email),
        Field("contract", _tr("Contract"), value=known.contract, placeholder=_tr("Number and day"),
              hint=_tr("Needed for a carrier or another processor.")),
        Field("until", _tr("In force until"), "day", known.until, hint=_tr("Left empty: without an end.")),
        Field("task", _tr("Task and data"), value=known.task, placeholder=_tr("Delivers; name, address, phone")),
        Field("certificate", _tr("Certificate (PEM)"), "lines", known.certificate, rows=2,
              hint=_tr("For encrypting to this recipient.")),
    )  # fmt: skip
    intro = _tr("Find the number in a place of the body's own. Never take it from the letter that is to be verified.")
    title = _tr("Change the entry") if known.id else _tr("Add to our directory")
    return make(title, fields, _tr("Save") if known.id else _tr("Add"), draft, zone, intro)


def read(values: Mapping[str, Any]) -> Contact:
    """Return what was typed as an entry."""
    texts = {key: values[key] for key in
             ("body", "agency", "phone", "source", "address", "email", "contract", "task", "certificate")}  # fmt: skip
    return Contact(id="", verified=BLANK.verified, verified_by="", until=values["until"], **texts)


def sections(
    entries: Sequence[Contact], titles: Mapping[str, str], names: Mapping[str, str], zone: tzinfo
) -> tuple[Section, ...]:
    """Return bodies and recipients, then processors; each entry can be opened (`asked` gives "entry:ID")."""
    bodies = [one for one in entries if one.body != CARRIER]
    processors = [one for one in entries if one.body == CARRIER]
    empty = _tr(
        "No number yet. Find each body's number where it publishes it itself, never in a letter to be verified."
    )
    found = [_listed(_tr("Verified numbers"), bodies, titles, names, zone, "" if bodies else empty)]
    none = _tr("No processor yet. Enter the carriers and payment services that work for the shop, with their contract.")
    found.append(_listed(_tr("Processors"), processors, titles, names, zone, "" if processors else none))
    return tuple(found)


def _listed(
    title: str, entries: Sequence[Contact], titles: Mapping[str, str], names: Mapping[str, str], zone: tzinfo, text: str
) -> Section:
    facts = []
    for one in entries:
        parts = [one.phone, _tr("from {0}").format(one.source)]
        if one.body == CARRIER:
            until = _tr(" until {0}").format(words.date(one.until)) if one.until is not None else ""
            parts = [_tr("contract {0}{1}").format(one.contract, until), one.task, one.phone]
        parts.append(_tr("verified by {0} {1}").format(names.get(one.verified_by, "?"), words.day(one.verified, zone)))
        label = f"{one.agency} ({titles.get(one.body, one.body)})"
        told = ", ".join(part for part in parts if part)
        facts.append(Fact(label, told, action=f"entry:{one.id}", action_title=_tr("Open")))
    return Section(title, facts, text=text)


def history(entry: Contact, names: Mapping[str, str], zone: tzinfo) -> tuple[Section, ...]:
    """Return one entry with all that was changed in it, newest first; it can be taken out of use ("retire:ID")."""
    pairs = (
        (_tr("Phone number"), entry.phone), (_tr("Found"), entry.source), (_tr("Address"), entry.address),
        (_tr("E-mail"), entry.email), (_tr("Contract"), entry.contract),
        (_tr("In force until"), words.date(entry.until) if entry.until is not None else ""),
        (_tr("Task and data"), entry.task), (_tr("Certificate"), _tr("kept") if entry.certificate else ""),
    )  # fmt: skip
    facts = [Fact(label, value) for label, value in pairs if value]
    facts.append(
        Fact(_tr("Verified"), f"{names.get(entry.verified_by, '?')}, {words.day(entry.verified, zone)}",
             action=f"retire:{entry.id}", action_title=_tr("Take out of use"))
    )  # fmt: skip
    changes = tuple(
        Fact(words.moment(one.at, zone), f"{one.what[:1].upper()}{one.what[1:]} ({names.get(one.by, '?')})")
        for one in reversed(entry.history)
    )
    return (Section(_tr("Entry"), facts), Section(_tr("History"), changes))
