"""The forms of the disclosure desk, as fields; what they send goes to the service unread."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from PySide6.QtCore import QCoreApplication

from officer_app.casebook import issued
from officer_app.disclosures import demand as facts
from officer_app.disclosures import gate, letter
from officer_app.disclosures.demand import Contact, Demand
from officer_app.disclosures.person import customer_key
from officer_app.disclosures.queue import File
from officer_app.shop.facts import Match
from officer_app.widgets import words
from officer_app.widgets.forms import Choice, Field, Form

Keep = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Draft:
    """What was typed last time at a place, and how to keep what is typed now."""

    restored: Mapping[str, Any]
    keep: Keep


@dataclass(frozen=True)
class Lists:
    """The closed lists of the active packs, as choices."""

    bodies: tuple[Choice, ...]
    recipients: tuple[Choice, ...]
    purposes: tuple[Choice, ...]
    categories: tuple[Choice, ...]


def _tr(text: str) -> str:
    return QCoreApplication.translate("disclosures", text)


def make(title: str, fields: Sequence[Field], submit: str, draft: Draft, zone: tzinfo, intro: str = "") -> Form:
    return Form(title, fields, submit=submit, intro=intro, zone=zone, draft=draft.keep, restored=draft.restored)


# --- the demand ------------------------------------------------------------------------------------------------------


def who(lists: Lists, zone: tzinfo, draft: Draft, intro: str = "") -> Form:
    """The first question of a new case: who asks; it decides what else is needed."""
    asking = tuple(
        Choice(f"{sort}:{one.id}", one.title)
        for sort, found in ((facts.JUDICIAL, lists.bodies), (facts.THIRD_PARTY, lists.recipients))
        for one in found
    )
    field = Field("who", _tr("Who asks"), "choice", None, asking, required=True)
    return make(_tr("New demand or wish"), (field,), _tr("Next"), draft, zone, intro)


def intake(sort: str, lists: Lists, now: datetime, zone: tzinfo, draft: Draft, intro: str = "") -> Form:
    """What the paper says."""
    channels = tuple(Choice(one, _tr(one).capitalize()) for one in facts.CHANNELS)
    languages = (Choice("en", _tr("English")), Choice("vi", _tr("Vietnamese")))
    fields = (
        *_demand(sort, lists, Demand(sort, "", "", "")),
        Field("channel", _tr("Came in by"), "choice", "letter", channels, required=True),
        Field("received", _tr("Received"), "moment", now, required=True),
        Field("language", _tr("Language of our letters"), "choice", "en", languages, required=True),
    )
    title = _tr("Demand of a judicial body") if sort == facts.JUDICIAL else _tr("A third party's wish")
    return make(title, fields, _tr("Open case"), draft, zone, intro)


def correct(current: Demand, lists: Lists, zone: tzinfo, draft: Draft) -> Form:
    """Complete or correct what the paper says, with the reason."""
    fields = (
        *_demand(current.sort, lists, current),
        Field("reason", _tr("Why it changes"), "lines", required=True, rows=2),
    )
    intro = _tr("A changed document needs a new call-back; what was chosen and cleared has to be chosen again.")
    return make(_tr("Complete the demand"), fields, _tr("Save"), draft, zone, intro)


def _demand(sort: str, lists: Lists, now: Demand) -> tuple[Field, ...]:
    scope = Field("scope", _tr("Data asked for"), "checklist", now.scope, lists.categories)
    asked = Field("asked", _tr("What is asked, in their words"), "lines", now.asked, required=True, rows=4)
    limits = (
        Field("orders", _tr("Only these orders"), value=", ".join(now.orders), placeholder=_tr("100001, 100002"),
              hint=_tr("Left empty, every order is covered.")),
        Field("since", _tr("Placed from"), "day", now.since),
        Field("until", _tr("Placed until"), "day", now.until),
        Field("limits", _tr("Otherwise limited to"), value=now.limits),
    )  # fmt: skip
    address = Field("address", _tr("Postal address"), "lines", now.address, rows=3)
    email = Field("email", _tr("E-mail"), value=now.email)
    if sort != facts.JUDICIAL:
        return (
            Field("agency", _tr("Recipient, exactly"), value=now.agency, required=True),
            Field("purpose", _tr("Purpose"), "choice", now.purpose or None, lists.purposes, required=True),
            Field("purpose_words", _tr("In their words"), value=now.purpose_words),
            asked, scope, *limits, address, email,
        )  # fmt: skip
    return (
        Field("agency", _tr("Agency and division"), value=now.agency, required=True),
        Field("number", _tr("Document number"), value=now.number),
        Field("dated", _tr("Date of the document"), "date", now.dated),
        Field("legal_basis", _tr("Legal basis"), value=now.legal_basis, placeholder=_tr("Law and article")),
        Field("signatory", _tr("Signed by"), value=now.signatory, placeholder=_tr("Name and office")),
        Field("matter", _tr("Their case"), value=now.matter),
        asked, scope, *limits,
        Field("urgent", _tr("They say it is urgent"), "check", now.urgent),
        address, email,
        Field("phone", _tr("Phone in the letter"), value=now.phone, hint=_tr("Noted, never called.")),
    )  # fmt: skip


def read_demand(sort: str, body: str, values: Mapping[str, Any]) -> Demand:
    """Return what was typed as a demand; a date without a document number is no date."""
    known = {key: values[key] for key in Demand.__dataclass_fields__ if key in values}
    if not known.get("number"):
        known["dated"] = None
    purpose = known.pop("purpose", "legal-duty") or ""
    known["orders"] = numbers(values.get("orders", ""))
    return Demand(sort=sort, body=body, purpose=purpose, **known)


def numbers(typed: str) -> tuple[str, ...]:
    """Return the order numbers in what was typed, parted by commas, semicolons or blanks."""
    return tuple(dict.fromkeys(typed.replace(",", " ").replace(";", " ").split()))


# --- finding out -----------------------------------------------------------------------------------------------------


def link(found: Sequence[Match], zone: tzinfo, draft: Draft) -> Form:
    """Choose the customer the demand concerns; exact matches of what it names are offered first."""
    choices = tuple(Choice(customer_key(one), _match(one), one.email) for one in found)
    none = Choice("none", _tr("Nobody the shop knows"))
    field = Field("customer", _tr("This is"), "choice", choices[0].id if choices else "none", (*choices, none),
                  required=True)  # fmt: skip
    search = Field("search", _tr("Or search the shop"), placeholder=_tr("E-mail, phone, order number, name or id"))
    intro = _tr("The shop knows these.") if found else _tr("Nothing that the demand names was found. Search the shop.")
    return make(_tr("Find the customer concerned"), (field, search), _tr("Link"), draft, zone, intro)


def _match(one: Match) -> str:
    known = _tr("guest") if one.key is None else _tr("customer {0}").format(one.key)
    return f"{one.name or one.email}, {known}"


def call(contacts: Sequence[Contact], now: datetime, zone: tzinfo, draft: Draft) -> Form:
    """A call to the number in our directory."""
    known = tuple(Choice(one.id, f"{one.phone}, {one.agency}") for one in contacts)
    results = (
        Choice("yes", _tr("They confirm number, date, basis and signatory")),
        Choice("no", _tr("They do not know it, or something differs")),
        Choice("nobody", _tr("Nobody could say")),
    )
    fields = (
        Field("contact", _tr("Number called"), "choice", known[0].id, known, required=True),
        Field("at", _tr("When"), "moment", now, required=True),
        Field("whom", _tr("Spoken to"), required=True, placeholder=_tr("Name and office")),
        Field("result", _tr("Result"), "choice", None, results, required=True),
        Field("note", _tr("Note"), "lines", rows=2),
    )
    return make(_tr("Record a call-back"), fields, _tr("Record"), draft, zone)


def concerns(file: File, zone: tzinfo, draft: Draft) -> Form:
    """Whose acts the demand is about."""
    roles = (
        Choice("suspect", _tr("The customer's own acts")),
        Choice("victim", _tr("The customer is a victim")),
        Choice("witness", _tr("The customer saw it")),
    )
    subject = file.case.subject
    fields = (
        Field("role", _tr("Concerns"), "choice", subject.role, roles, required=True),
        Field("note", _tr("Why it is covered"), "lines", subject.note, rows=3,
              hint=_tr("Needed for a victim or witness.")),
    )  # fmt: skip
    return make(_tr("Whose acts"), fields, _tr("Save"), draft, zone)


def confirm(file: File, lists: Lists, now: datetime, zone: tzinfo, draft: Draft) -> Form:
    """The buyer's own words, exactly as they were given."""
    demand = file.case.demand
    papers = tuple(Choice(one.id, one.name) for one in reversed(file.evidence))
    ways = tuple(Choice(one, _tr(one).capitalize()) for one in ("signed letter", "e-mail", "recorded call", "visit"))
    offered = tuple(one for one in lists.categories if one.id not in facts.NEVER)
    ends = (now.astimezone(zone) + timedelta(days=30)).date()
    fields = (
        Field("recipient", _tr("Recipient named"), value=demand.agency, required=True),
        Field("purpose", _tr("Purpose named"), "choice", demand.purpose or None, lists.purposes, required=True),
        Field("purpose_words", _tr("In the buyer's words"), value=demand.purpose_words),
        Field("fields", _tr("Data confirmed"), "checklist", (), offered, required=True),
        Field("orders", _tr("Only these orders"), placeholder=_tr("100001, 100002"),
              hint=_tr("Left empty, the buyer confirmed every order.")),
        Field("given", _tr("Given"), "moment", now, required=True),
        Field("expires", _tr("Holds until"), "date", ends, required=True),
        Field("how", _tr("Given by"), "choice", "signed letter", ways, required=True),
        Field("evidence", _tr("Evidence"), "choice", None, papers, required=True),
    )  # fmt: skip
    intro = _tr("Enter what the buyer confirmed, not what was wished for. Silence is no.")
    return make(_tr("Record the buyer's confirmation"), fields, _tr("Record"), draft, zone, intro)


def read_expiry(values: Mapping[str, Any], zone: tzinfo) -> datetime:
    """Return the first instant after the last day on which the confirmation holds."""
    return midnight(values["expires"] + timedelta(days=1), zone)


def midnight(day: Any, zone: tzinfo) -> datetime:
    """Return the first instant of a local day."""
    return datetime.combine(day, time(0), zone)


# --- letters ---------------------------------------------------------------------------------------------------------


def clarify(file: File, zone: tzinfo, draft: Draft) -> Form:
    """What is still missing; what the gate misses is ticked."""
    missing = tuple(check.key for check in file.checks if not check.met and check.key in letter.ASKABLE)
    choices = tuple(Choice(check.key, _tr(check.title)) for check in file.checks if check.key in letter.ASKABLE)
    fields = (
        Field("keys", _tr("What is missing"), "checklist", missing, choices),
        Field("more", _tr("Further, one per line"), "lines", rows=3),
    )
    return make(_tr("Ask for clarification"), fields, _tr("Issue the letter"), draft, zone)


def refuse(file: File, zone: tzinfo, draft: Draft) -> Form:
    """The refusal: reasons, rule, and what is done in part; what the gate misses is proposed."""
    marketing = gate.is_marketing(file.case.demand)
    rule = letter.rule(file.case, marketing=marketing)
    reasons = letter.marketing_reason(file.case) if marketing else ""
    fields = (
        Field("reasons", _tr("Reasons"), "lines", reasons, required=True, rows=5, hint=_tr("They go into the letter.")),
        Field("rule", _tr("Rule you follow"), "lines", rule, required=True, rows=2),
        Field("done", _tr("Done in part"), "lines", rows=2),
    )
    return make(_tr("Refuse"), fields, _tr("Issue the letter"), draft, zone)


def reason(title: str, label: str, submit: str, zone: tzinfo, draft: Draft) -> Form:
    """One reason, for a step that needs only that."""
    return make(title, (Field("reason", label, "lines", required=True, rows=3),), submit, draft, zone)


def withdraw_letter(file: File, zone: tzinfo, draft: Draft) -> Form:
    """Which letter is wrong, and why."""
    standing = tuple(
        Choice(one.number, f"{one.number} {one.title}")
        for one in file.notices
        if one.state in (issued.ISSUED, issued.SENT)
    )
    fields = (
        Field("number", _tr("Letter"), "choice", standing[0].id if standing else "", standing, required=True),
        Field("reason", _tr("Why it is wrong"), "lines", required=True, rows=3),
    )
    intro = _tr("It stays in the register as withdrawn. Without its refusal the case is undecided again.")
    return make(_tr("Withdraw a letter"), fields, _tr("Withdraw"), draft, zone, intro)


def sent(file: File, now: datetime, zone: tzinfo, draft: Draft) -> Form:
    """How and when a notice was sent."""
    package = file.case.package
    letters = [one for one in file.notices if package is None or one.number != package.number]
    return make(_tr("Record as sent"), words.sent_fields(letters, now), _tr("Record"), draft, zone)


def spoken(field: Field, value: Any) -> str:
    """Return what was typed into a field in words, choices by their titles; a passphrase is never shown."""
    titles = {one.id: one.title for one in field.choices}
    if field.kind == "choice":
        return titles.get(value, "")
    if field.kind == "checklist":
        return ", ".join(titles[one] for one in value if one in titles)
    if isinstance(value, date):
        return words.date(value) if field.kind in ("date", "day") else ""
    return value if isinstance(value, str) and field.kind != "secret" else ""
