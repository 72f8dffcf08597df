"""The disclosure's case file: which facts it shows and in which words."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, tzinfo

from PySide6.QtCore import QCoreApplication

from officer_app.disclosures import deciding, gate, parcels
from officer_app.disclosures.demand import (
    CLEARED,
    CLOSED,
    NOT_BEFORE,
    RECEIVED,
    RELEASED,
    SECRECY,
    STATES,
    TELL,
    THIRD_PARTY,
    VERIFYING,
    Disclosure,
)
from officer_app.disclosures.queue import File, Row, body_titles
from officer_app.policy.book import Book
from officer_app.widgets import words
from officer_app.widgets.casefile import CaseHeader, Fact, Pill, Section
from officer_app.widgets.model import Column
from officer_app.widgets.room import Tone
from officer_app.widgets.versions import Version, Versions

STATE_WORDS = {
    RECEIVED: "Received",
    VERIFYING: "Verifying",
    CLEARED: "Cleared",
    RELEASED: "Handed over",
    CLOSED: "Closed",
}
ROLES = {"suspect": "the customer's own acts", "victim": "the customer is a victim", "witness": "the customer saw it"}


def _tr(text: str) -> str:
    return QCoreApplication.translate("disclosures", text)


def header(file: File, titles: Mapping[str, str], now: datetime, zone: tzinfo) -> CaseHeader:
    """Return title, reference line, countdown and stepper; `titles` names bodies by id."""
    case = file.case
    kind = _tr("Demand of") if case.demand.judicial else _tr("Wish of")
    parts = [case.reference, titles.get(case.demand.body, case.demand.body)]
    parts.append(_tr("received {0} by {1}").format(words.day(case.received, zone), case.channel))
    assignee = file.names.get(case.assignee or "")
    parts.append(_tr("assigned to {0}").format(assignee) if assignee else _tr("not assigned"))
    open_due = [one.due for one in file.deadlines if one.met is None]
    pill = words.due_pill(min(open_due, default=None), now, zone) if case.closed is None else None
    if pill is not None and case.demand.urgent:
        pill = Pill(_tr("urgent, {0}").format(pill.text), pill.tone or "amber")
    return CaseHeader(
        title=f"{kind} {case.demand.agency}",
        line=", ".join(parts) + ".",
        pill=pill,
        stages=tuple(_tr(STATE_WORDS[state]) for state in STATES),
        reached=STATES.index(case.state),
    )


def sections(
    file: File,
    fields: Mapping[str, str],
    duties: Mapping[str, str],
    now: datetime,
    zone: tzinfo,
    first: Sequence[Section] = (),
) -> tuple[Section, ...]:
    """Return the sections in reading order, those of `first` on top; empty ones are left out.

    `fields` are the names of data categories, `duties` those of duties.
    """
    case = file.case
    found = [
        *first,
        _attention(case, zone),
        Section(_tr("What is asked"), text=case.demand.asked),
        _demand(case),
        _person(case),
        _gate(file),
        Section(
            _tr("Data: asked, allowed, chosen"),
            widget=deciding.side_by_side(file, fields) if case.demand.scope or case.choice else None,
        ),
        _calls(file, zone),
        _confirmations(case, fields, zone),
        deciding.decisions(file, fields, zone),
        deciding.files(file, zone),
        parcels.section(file, zone),
        words.deadlines(file.deadlines, duties, now, zone),
        words.notices(file.notices, zone),
        words.evidence(file.evidence),
        words.holds(file.holds, zone),
        words.timeline(file.timeline, file.names, zone),
    ]
    return tuple(section for section in found if section.facts or section.text or section.widget is not None)


def _attention(case: Disclosure, zone: tzinfo) -> Section:
    facts: list[Fact] = []
    if case.closed is None and gate.is_marketing(case.demand):
        text = _tr("Asked for marketing. Data never leaves for that, whoever asks; refuse it.")
        facts.append(Fact(_tr("Marketing"), text, tone="red"))
    if case.closed is None and case.demand.urgent and case.demand.judicial and gate.call_back(case) is None:
        text = _tr(
            "Said to be urgent and not verified yet. Ask yourself what happens if it waits ten minutes for the "
            "call-back. The deadline runs on meanwhile."
        )
        facts.append(Fact(_tr("Urgent"), text, tone="amber"))
    if case.cooling is not None:
        facts.append(Fact(_tr("If it waits"), case.cooling.answer))
    if case.asked_buyer is not None and not case.confirmations and case.closed is None:
        text = _tr("Asked {0}. Until the answer comes nothing leaves; silence is no.")
        facts.append(Fact(_tr("The buyer"), text.format(words.day(case.asked_buyer, zone))))
    return Section(_tr("Attention"), facts)


def versions(before: File, after: File, typed: Sequence[tuple[str, str]], fields: Mapping[str, str]) -> Section:
    """Return what somebody saved meanwhile beside what was about to be saved."""
    was, now = deciding.comparable(before, fields), deciding.comparable(after, fields)
    rows = [Version(label, was[label], now[label]) for label in now if was[label] != now[label]]
    rows += [Version(label, mine=text) for label, text in typed if text]
    newest = after.timeline[0] if after.timeline else None
    who = after.names.get(newest.actor, "?") if newest else "?"
    return Section(_tr("Saved meanwhile by {0}").format(who), widget=Versions(rows))


def _demand(case: Disclosure) -> Section:
    demand = case.demand
    purpose = demand.purpose_words or demand.purpose.replace("-", " ")
    dated = words.date(demand.dated) if demand.dated else ""
    pairs = (
        (_tr("Document"), ", ".join(part for part in (demand.number, dated) if part)),
        (_tr("Legal basis"), demand.legal_basis),
        (_tr("Signed by"), demand.signatory),
        (_tr("Their case"), demand.matter),
        (_tr("Only orders"), ", ".join(demand.orders)),
        (_tr("Placed"), " – ".join(words.date(one) if one else "…" for one in (demand.since, demand.until))
         if demand.since or demand.until else ""),
        (_tr("Limited to"), demand.limits),
        (_tr("Purpose"), "" if demand.judicial else purpose),
        (_tr("Address"), ", ".join(line.strip() for line in demand.address.splitlines() if line.strip())),
        (_tr("E-mail"), demand.email),
        (_tr("Phone in the letter"), _tr("{0}, never called").format(demand.phone) if demand.phone else ""),
    )  # fmt: skip
    return Section(_tr("Who asks"), [Fact(label, value) for label, value in pairs if value])


def _person(case: Disclosure) -> Section:
    subject = case.subject
    facts: list[Fact] = []
    if subject.linked:
        known = _tr("{0}, customer {1}").format(subject.name or subject.email, subject.customer)
        facts.append(Fact(_tr("Customer"), known, action="customer", action_title=_tr("Open card")))
        if subject.email:
            facts.append(Fact(_tr("E-mail"), subject.email))
        told = _tr("what this customer agreed to, and what proves it")
        facts.append(Fact(_tr("Consents"), told, action="consents", action_title=_tr("Open")))
    elif subject.customer == "none":
        facts.append(Fact(_tr("Customer"), _tr("nobody the shop knows")))
    if case.demand.judicial and facts:
        facts.append(
            Fact(_tr("Concerns"), ". ".join(part for part in (_tr(ROLES[subject.role]), subject.note) if part))
        )
    return Section(_tr("Person concerned"), facts)


def _gate(file: File) -> Section:
    if file.case.closed is not None or file.case.release is not None:
        return Section(_tr("May it leave?"))
    lacking = [check for check in file.checks if not check.met]
    met = [_lower(_tr(check.title)) for check in file.checks if check.met]
    never, missing = Pill(_tr("never"), "red"), Pill(_tr("missing"), "amber")
    facts = [
        Fact(_tr(check.title), _tr(check.missing), never if check.key == "marketing" else missing) for check in lacking
    ]
    whole = _tr("{0} of {1}").format(len(met), len(file.checks))
    facts.append(Fact(_tr("Met"), ", ".join(met), Pill(whole, "" if lacking else "green")))
    title = _tr("May it leave? Not yet, {0} missing").format(len(lacking)) if lacking else _tr("May it leave? Yes")
    return Section(title, facts)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _calls(file: File, zone: tzinfo) -> Section:
    facts: list[Fact] = []
    for call in reversed(file.case.calls):
        same = call.about == file.case.demand.identity
        pill = Pill(_tr("theirs"), "green") if call.passed and same else Pill(_tr("not confirmed"), "red")
        if call.passed and not same:
            pill = Pill(_tr("facts changed since"), "amber")
        text = _tr("{0}, {1}, spoke to {2}").format(call.agency, call.phone, call.whom)
        facts.append(Fact(words.moment(call.at, zone), text, pill))
        by = file.names.get(call.by, "?")
        facts.append(Fact(_tr("Called by"), by + (f". {call.note}" if call.note else "")))
    return Section(_tr("Call-backs to our directory's number"), facts)


def _confirmations(case: Disclosure, fields: Mapping[str, str], zone: tzinfo) -> Section:
    facts: list[Fact] = []
    for word in reversed(case.confirmations):
        data = ", ".join(fields.get(field, field) for field in word.fields)
        data += _tr(" (orders {0})").format(", ".join(word.orders)) if word.orders else ""
        text = _tr("{0} to {1}, until {2}, by {3}").format(
            data, word.recipient, words.day(word.expires, zone), word.how
        )
        pill = None
        if word.withdrawn is not None:
            pill = Pill(_tr("withdrawn {0}").format(words.day(word.withdrawn, zone)), "red")
        elif (revoked := gate.revoked(case, word)) is not None:
            text += _tr(". Withdrawn {0} in the register of consents").format(words.moment(revoked, zone))
            pill = Pill(_tr("withdrawn {0}").format(words.day(revoked, zone)), "red")
        facts.append(Fact(words.day(word.given, zone), text, pill))
    return Section(_tr("The buyer's confirmation"), facts)


# --- the register ----------------------------------------------------------------------------------------------------


def columns(policy: Callable[[], Book], now: Callable[[], datetime]) -> tuple[Column, ...]:
    """Return the register's columns; `policy` and `now` are asked anew for every row."""

    def day(at: datetime | None) -> str:
        return short(at.astimezone(policy().zone)) if at is not None else ""

    def short(local: date) -> str:
        this_year = local.year == now().astimezone(policy().zone).year
        return f"{local.day} {local:%b}" if this_year else f"{local.day} {local:%b %y}"

    def body(row: Row) -> str:
        return row.agency or body_titles(policy()).get(row.body, row.body)

    def paper(row: Row) -> str:
        return row.paper(short)

    def scope(row: Row) -> str:
        names = {one.id: one.title_in("en") for one in policy().data_categories}
        return ", ".join(names.get(field, field) for field in row.scope)

    def basis(row: Row) -> str:
        return row.basis or (_tr("Buyer's word") if row.sort == THIRD_PARTY and row.released else "")

    def outcome(row: Row) -> str:
        if row.outcome:
            return _tr(deciding.OUTCOMES[row.outcome]).capitalize()
        return _tr("For a manager") if row.waiting else _tr(STATE_WORDS[row.state])

    def told(row: Row) -> str:
        later = {SECRECY: _tr("secrecy"), TELL: _tr("to do"), NOT_BEFORE: _tr("later")}
        return day(row.told) or later.get(row.telling, "")

    def due(row: Row) -> tuple[str, Tone]:
        return words.due(row.due, now(), policy().zone) if row.state != CLOSED else ("", "")

    return (
        Column("reference", _tr("Reference"), 112, "strong"),
        Column("opened", _tr("Received"), 84, text=lambda row: day(row.received)),
        Column("agency", _tr("Body"), 0, text=body, hint=body, sortable=False),
        Column("document", _tr("Document"), 104, text=paper, hint=paper, sortable=False),
        Column("persons", _tr("Persons"), 76, text=lambda row: str(row.persons), sortable=False),
        Column("scope", _tr("Scope"), 84, text=scope, hint=scope, sortable=False),
        Column("basis", _tr("Basis"), 84, text=basis, hint=basis, sortable=False),
        Column("state", _tr("Outcome"), 100, text=outcome),
        Column(
            "next_due",
            _tr("Due"),
            88,
            "due",
            text=lambda row: due(row)[0],
            tone=lambda row: due(row)[1],
            hint=lambda row: row.due_how,
        ),
        Column("released", _tr("Released"), 92, text=lambda row: day(row.released), sortable=False),
        Column("told", _tr("Told"), 76, text=told, sortable=False),
    )
