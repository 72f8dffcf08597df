"""The forms of the complaint desk, as fields; what they send goes to the service unread."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from PySide6.QtCore import QCoreApplication

from officer_app.casebook import issued
from officer_app.complaints import rules
from officer_app.complaints.queue import File
from officer_app.complaints.requester import LOOKS_ALIKE, customer_key
from officer_app.complaints.rules import Complaint
from officer_app.policy.deadline import Deadline
from officer_app.shop.facts import Match
from officer_app.widgets import words
from officer_app.widgets.forms import Choice, Field, Form

LANGUAGES = {"en": "English", "vi": "Vietnamese"}
Keep = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Draft:
    """What was typed last time at a place, and how to keep what is typed now."""

    restored: Mapping[str, Any]
    keep: Keep


def _tr(text: str) -> str:
    return QCoreApplication.translate("complaints", text)


def _form(title: str, fields: Sequence[Field], submit: str, draft: Draft, zone: tzinfo, intro: str = "") -> Form:
    return Form(title, fields, submit=submit, intro=intro, zone=zone, draft=draft.keep, restored=draft.restored)


def intake(kinds: Sequence[Choice], now: datetime, zone: tzinfo, draft: Draft) -> Form:
    """What came by phone, letter or visit."""
    channels = tuple(Choice(one, _tr(one).capitalize()) for one in rules.CHANNELS if one != "e-mail")
    fields = (
        Field("kind", _tr("Kind"), "choice", "other", kinds, required=True),
        Field("channel", _tr("Came in by"), "choice", "phone", channels, required=True),
        Field("received", _tr("Received"), "moment", now, required=True),
        Field("name", _tr("Name")),
        Field("email", _tr("E-mail")),
        Field("phone", _tr("Phone")),
        Field("address", _tr("Postal address"), "lines", rows=3),
        Field("language", _tr("Language"), "choice", "en", _languages()),
        Field("subject", _tr("In one line"), required=True),
        Field("text", _tr("What the person says"), "lines", required=True, rows=6),
    )
    intro = _tr("For mail, drop the .eml file onto the list instead.")
    return _form(_tr("New complaint or request"), fields, _tr("Open case"), draft, zone, intro)


def link(found: Sequence[Match], zone: tzinfo, draft: Draft) -> Form:
    """Choose the customer the requester is; the shop's exact matches are offered first."""
    choices = tuple(Choice(customer_key(one), _match(one), one.email) for one in found)
    nobody = Choice(rules.NOBODY, _tr("Not a customer of the shop"))
    known = (*choices, nobody)
    # Nobody is taken for the person whom they may only imitate without somebody having chosen that.
    first = next((customer_key(one) for one in found if one.why != LOOKS_ALIKE), rules.NOBODY)
    field = Field("customer", _tr("This is"), "choice", first, known, required=True)
    search = Field("search", _tr("Or search the shop"), placeholder=_tr("E-mail, phone, order number, name or id"))
    intro = (
        _tr("These customers are pointed to; compare before you link.")
        if found
        else _tr("No customer has this e-mail or phone, nor an order named in the text.")
    )
    return _form(_tr("Find the customer"), (field, search), _tr("Link"), draft, zone, intro)


def _match(one: Match) -> str:
    who = _tr("guest") if one.key is None else _tr("customer {0}").format(one.key)
    return f"{one.name or one.email}, {who}, {_tr(one.why)}" if one.why else f"{one.name or one.email}, {who}"


_FACTS = {
    "phone": "Phone or mobile",
    "order": "Number of an order",
    "street": "Street of a stored address",
    "postcode": "Postcode",
    "customer": "Customer number",
}


def identify(zone: tzinfo, draft: Draft) -> Form:
    """Compare what the person says with at least two stored facts."""
    methods = (
        Choice("stored facts", _tr("Stored facts compared")),
        Choice("call-back", _tr("Called back on the stored number, facts compared")),
        Choice("in person", _tr("Seen in person, facts compared")),
    )
    fields = [Field("method", _tr("How"), "choice", "stored facts", methods)]
    fields += [Field(key, _tr(_FACTS[key])) for key in rules.FACTS]
    fields.append(Field("note", _tr("Note"), "lines", rows=2))
    intro = _tr("Enter what the person told you. Two facts must agree and none may differ. Ask for no copy of an ID.")
    return _form(_tr("Check identity"), fields, _tr("Compare"), draft, zone, intro)


def reply(file: File, zone: tzinfo, draft: Draft) -> Form:
    """The answer with its reasons."""
    fields: list[Field] = []
    if not file.case.is_request:
        choices = (
            Choice("kept", _tr("Kept: the data was used as promised")),
            Choice("not kept", _tr("Not kept")),
            Choice("cannot be established", _tr("Cannot be established")),
        )
        fields.append(Field("finding", _tr("What you found"), "choice", "", choices, required=True))
    fields.append(
        Field("reasons", _tr("Reasons"), "lines", required=True, rows=4, hint=_tr("They go into the letter."))
    )
    request = file.case.is_request
    fields.append(Field("done", _tr("What is done"), "lines", required=request, rows=2))
    if not request:
        hint = _tr("Needed when data did reach a third party: how to restore and secure the account.")
        fields.append(Field("guidance", _tr("What the person can do"), "lines", rows=2, hint=hint))
    return _form(_tr("Reply with reasons"), fields, _tr("Issue the letter"), draft, zone)


def refuse(zone: tzinfo, draft: Draft) -> Form:
    """The refusal: reasons, rule, and what is done in part."""
    fields = (
        Field("reasons", _tr("Reasons"), "lines", required=True, rows=5),
        Field("rule", _tr("Rule you follow"), required=True, placeholder=_tr("Article of law or clause of the policy")),
        Field("done", _tr("Done in part"), "lines", rows=3),
    )
    return _form(_tr("Refuse"), fields, _tr("Issue the letter"), draft, zone)


def refer(authorities: Sequence[Choice], zone: tzinfo, draft: Draft) -> Form:
    """The referral to an authority, with reasons and what is asked of it."""
    names = ", ".join(choice.title for choice in authorities)
    fields = (
        Field("authority", _tr("Authority and its address"), "lines", required=True, rows=4,
              hint=_tr("One line each. The policy names: {0}.").format(names) if names else ""),
        Field("reasons", _tr("Why you refer it"), "lines", required=True, rows=4),
        Field("done", _tr("What you ask for"), "lines", rows=3),
    )  # fmt: skip
    intro = _tr("Two letters are issued: one to the authority, one to the complainant. The case stays open.")
    return _form(_tr("Refer to authority"), fields, _tr("Issue the letters"), draft, zone, intro)


def change(kinds: Sequence[Choice], case: Complaint, zone: tzinfo, draft: Draft) -> Form:
    """Another kind or another language of the letters, with the reason."""
    fields = (
        Field("kind", _tr("Kind"), "choice", case.kind, kinds, required=True),
        Field("language", _tr("Letters in"), "choice", case.language, _languages(), required=True),
        Field("reason", _tr("Reason"), "lines", required=True, rows=2),
    )
    return _form(_tr("Change kind"), fields, _tr("Change"), draft, zone)


def assign(people: Mapping[str, str], case: Complaint, zone: tzinfo, draft: Draft) -> Form:
    """Who works on the case."""
    nobody = Choice(rules.NOBODY, _tr("Nobody"))
    choices = (*(Choice(key, name) for key, name in people.items()), nobody)
    field = Field("person", _tr("Person"), "choice", case.assignee or rules.NOBODY, choices, required=True)
    return _form(_tr("Assign"), (field,), _tr("Assign"), draft, zone)


def withdraw(file: File, zone: tzinfo, draft: Draft) -> Form:
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
    intro = _tr("It stays in the register as withdrawn. Without its answer the case is undecided again.")
    return _form(_tr("Withdraw a letter"), fields, _tr("Withdraw"), draft, zone, intro)


def _languages() -> tuple[Choice, ...]:
    return tuple(Choice(key, _tr(title)) for key, title in LANGUAGES.items())


def deadline(found: Sequence[Deadline], zone: tzinfo, draft: Draft) -> Form:
    """A later deadline of another active pack, with the reason why it counts."""
    choices = tuple(
        Choice(one.pack, _tr("{0}: {1}").format(words.day(one.due, zone), one.source), one.how) for one in found
    )
    fields = (
        Field("pack", _tr("Deadline"), "choice", choices[0].id if choices else "", choices, required=True),
        Field("reason", _tr("Why it counts"), "lines", required=True, rows=3),
    )
    intro = _tr("The earliest deadline of all active policy packs counts unless you decide otherwise, with a reason.")
    return _form(_tr("Choose another deadline"), fields, _tr("Let it count"), draft, zone, intro)


def reason(title: str, label: str, submit: str, zone: tzinfo, draft: Draft) -> Form:
    """One reason, for a step that needs only that."""
    return _form(title, (Field("reason", label, "lines", required=True, rows=3),), submit, draft, zone)


def sent(file: File, now: datetime, zone: tzinfo, draft: Draft) -> Form:
    """How and when a notice was sent."""
    return _form(_tr("Record as sent"), words.sent_fields(file.notices, now), _tr("Record"), draft, zone)


def spoken(field: Field, value: Any) -> str:
    """Return what was typed into a field in words, a choice by its title."""
    if field.kind == "choice":
        return next((one.title for one in field.choices if one.id == value), "")
    return value if isinstance(value, str) else ""
