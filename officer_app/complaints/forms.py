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
from officer_app.post.headers import email_in
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


def tr(text: str) -> str:
    """Translate a text of this desk."""
    return QCoreApplication.translate("complaints", text)


def form_of(title: str, fields: Sequence[Field], submit: str, draft: Draft, zone: tzinfo, intro: str = "") -> Form:
    """Return a form that keeps what is typed into it."""
    return Form(title, fields, submit=submit, intro=intro, zone=zone, draft=draft.keep, restored=draft.restored)


def intake(kinds: Sequence[Choice], now: datetime, zone: tzinfo, draft: Draft) -> Form:
    """What came by phone, letter or visit."""
    channels = tuple(Choice(one, tr(one).capitalize()) for one in rules.CHANNELS if one != "e-mail")
    fields = (
        Field("kind", tr("Kind"), "choice", "other", kinds, required=True),
        Field("channel", tr("Came in by"), "choice", "phone", channels, required=True),
        Field("received", tr("Received"), "moment", now, required=True),
        Field("name", tr("Name")),
        Field("email", tr("E-mail"), check=_email),
        Field("phone", tr("Phone")),
        Field("address", tr("Postal address"), "lines", rows=3),
        Field("language", tr("Language"), "choice", "en", _languages()),
        Field("subject", tr("In one line"), required=True),
        Field("text", tr("What the person says"), "lines", required=True, rows=6),
    )
    intro = tr("For mail, drop the .eml file onto the list instead.")
    return form_of(tr("New complaint or request"), fields, tr("Open case"), draft, zone, intro)


def _email(typed: str) -> str:
    """Return what is wrong with a typed e-mail address: none is fine, a half one would lose the letter."""
    if not typed.strip() or email_in(typed):
        return ""
    return tr("This is no e-mail address. Correct it, or leave it empty.")


def link(found: Sequence[Match], zone: tzinfo, draft: Draft) -> Form:
    """Choose the customer the requester is; the shop's exact matches are offered first."""
    choices = tuple(Choice(customer_key(one), _match(one), one.email) for one in found)
    nobody = Choice(rules.NOBODY, tr("Not a customer of the shop"))
    known = (*choices, nobody)
    # Nobody is taken for the person whom they may only imitate without somebody having chosen that.
    first = next((customer_key(one) for one in found if one.why != LOOKS_ALIKE), rules.NOBODY)
    field = Field("customer", tr("This is"), "choice", first, known, required=True)
    search = Field("search", tr("Or search the shop"), placeholder=tr("E-mail, phone, order number, name or id"))
    intro = (
        tr("These customers are pointed to; compare before you link.")
        if found
        else tr("No customer has this e-mail or phone, nor an order named in the text.")
    )
    return form_of(tr("Find the customer"), (field, search), tr("Link"), draft, zone, intro)


def _match(one: Match) -> str:
    who = tr("guest") if one.key is None else tr("customer {0}").format(one.key)
    return f"{one.name or one.email}, {who}, {tr(one.why)}" if one.why else f"{one.name or one.email}, {who}"


def change(kinds: Sequence[Choice], case: Complaint, zone: tzinfo, draft: Draft) -> Form:
    """Another kind or another language of the letters, with the reason."""
    fields = (
        Field("kind", tr("Kind"), "choice", case.kind, kinds, required=True),
        Field("language", tr("Letters in"), "choice", case.language, _languages(), required=True),
        Field("reason", tr("Reason"), "lines", required=True, rows=2),
    )
    return form_of(tr("Change kind"), fields, tr("Change"), draft, zone)


def assign(people: Mapping[str, str], case: Complaint, zone: tzinfo, draft: Draft) -> Form:
    """Who works on the case."""
    nobody = Choice(rules.NOBODY, tr("Nobody"))
    choices = (*(Choice(key, name) for key, name in people.items()), nobody)
    field = Field("person", tr("Person"), "choice", case.assignee or rules.NOBODY, choices, required=True)
    return form_of(tr("Assign"), (field,), tr("Assign"), draft, zone)


def withdraw(file: File, zone: tzinfo, draft: Draft) -> Form:
    """Which letter is wrong, and why."""
    standing = tuple(
        Choice(one.number, f"{one.number} {one.title}")
        for one in file.notices
        if one.state in (issued.ISSUED, issued.SENT)
    )
    fields = (
        Field("number", tr("Letter"), "choice", standing[0].id if standing else "", standing, required=True),
        Field("reason", tr("Why it is wrong"), "lines", required=True, rows=3),
    )
    intro = tr("It stays in the register as withdrawn. Without its answer the case is undecided again.")
    return form_of(tr("Withdraw a letter"), fields, tr("Withdraw"), draft, zone, intro)


def _languages() -> tuple[Choice, ...]:
    return tuple(Choice(key, tr(title)) for key, title in LANGUAGES.items())


def deadline(found: Sequence[Deadline], zone: tzinfo, draft: Draft) -> Form:
    """A later deadline of another active pack, with the reason why it counts."""
    choices = tuple(
        Choice(one.pack, tr("{0}: {1}").format(words.day(one.due, zone), one.source), one.how) for one in found
    )
    fields = (
        Field("pack", tr("Deadline"), "choice", choices[0].id if choices else "", choices, required=True),
        Field("reason", tr("Why it counts"), "lines", required=True, rows=3),
    )
    intro = tr("The earliest deadline of all active policy packs counts unless you decide otherwise, with a reason.")
    return form_of(tr("Choose another deadline"), fields, tr("Let it count"), draft, zone, intro)


def reason(title: str, label: str, submit: str, zone: tzinfo, draft: Draft) -> Form:
    """One reason, for a step that needs only that."""
    return form_of(title, (Field("reason", label, "lines", required=True, rows=3),), submit, draft, zone)


def sent(file: File, now: datetime, zone: tzinfo, draft: Draft) -> Form:
    """How and when a notice was sent."""
    return form_of(tr("Record as sent"), words.sent_fields(file.notices, now), tr("Record"), draft, zone)


def spoken(field: Field, value: Any) -> str:
    """Return what was typed into a field in words, a choice by its title."""
    if field.kind == "choice":
        return next((one.title for one in field.choices if one.id == value), "")
    return value if isinstance(value, str) else ""
