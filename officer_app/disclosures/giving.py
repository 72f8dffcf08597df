"""The forms of what leaves: items to tick, the manager's word, the hand-over, the buyer."""

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any

from PySide6.QtCore import QCoreApplication

from officer_app.casebook import issued
from officer_app.disclosures import demand as facts
from officer_app.disclosures.forms import Draft, make
from officer_app.disclosures.offer import Offer, Offered
from officer_app.disclosures.queue import File
from officer_app.widgets.forms import Choice, Field, Form

_PREFIX = "items "
_SHOWN = 120  # characters of an item in the manager's form; the preview shows it whole


def _tr(text: str) -> str:
    return QCoreApplication.translate("disclosures", text)


def choose(
    file: File, offer: Offer, names: Mapping[str, str], zone: tzinfo, draft: Draft, *, beyond: bool
) -> Form:  # fmt: skip
    """Choose the data item by item: everything starts unticked, and what is not covered cannot be ticked.

    With `beyond`, what lies outside a judicial demand can be ticked too, with a reason for the second person.
    """
    asked = file.case.demand.scope
    order = list(names)
    kinds = sorted({one.item.category for one in offer.lines}, key=lambda one: (one not in asked, order.index(one)))
    fields = [
        Field(
            f"{_PREFIX}{kind}",
            names.get(kind, kind),
            "checklist",
            (),
            tuple(_choice(one, beyond) for one in offer.lines if one.item.category == kind),
            hint="" if kind in asked else _tr("Not asked for."),
        )
        for kind in kinds
    ]
    fields.append(Field("reason", _tr("Why no less will do"), "lines", required=True, rows=3))
    if beyond:
        fields.append(
            Field("beyond", _tr("Why more than the demand"), "lines", required=True, rows=2,
                  hint=_tr("The manager reads this and decides."))
        )  # fmt: skip
    lacking = ", ".join(names.get(one, one) for one in offer.lacking)
    said = [
        _tr("As little as answers the question."),
        _tr("The shop holds nothing of: {0}.").format(lacking) if lacking else "",
        offer.note,
    ]
    title = _tr("Ask for more than the demand") if beyond else _tr("Choose the data")
    return make(title, fields, _tr("Choose"), draft, zone, " ".join(part for part in said if part))


def _choice(one: Offered, beyond: bool) -> Choice:
    if not one.why_not:
        return Choice(one.item.key, one.item.label, one.shown)
    if beyond and one.override:
        return Choice(one.item.key, one.item.label, _tr("{0} {1}").format(one.shown + ".", one.why_not))
    return Choice(one.item.key, one.item.label, one.why_not, enabled=False)


def chosen(values: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the keys of the items that were ticked."""
    return tuple(key for field, keys in values.items() if field.startswith(_PREFIX) for key in keys)


def _said(item: facts.Item) -> str:
    told = f"{item.label}: {', '.join(text for _field, text in item.values)}"
    return told if len(told) <= _SHOWN else told[:_SHOWN].rstrip() + "…"


def clear(file: File, own: bool, zone: tzinfo, draft: Draft) -> Form:
    """A manager's word: in their own sign-in a tick, else their passphrase; what lies outside needs their reason."""
    choice = file.case.choice
    items = choice.items if choice is not None else ()
    outside = set(choice.outside) if choice is not None else set()
    inside = "; ".join(_said(item) for item in items if item.key not in outside)
    intro = _tr("To leave: {0}. To: {1}.").format(inside or _tr("nothing"), file.case.demand.agency)
    fields: list[Field] = []
    if choice is not None and outside:
        more = "; ".join(_said(item) for item in items if item.key in outside)
        intro += " " + _tr("Outside the demand: {0}, because: {1}").format(more, choice.beyond)
        fields.append(Field("override", _tr("Why this may leave"), "lines", required=True, rows=2))
    if own:
        fields.append(Field("read", _tr("I read the demand and the data chosen"), "check", required=True))
    else:
        fields += [
            Field("sign_in", _tr("Manager's sign-in name"), required=True),
            Field("passphrase", _tr("Manager's passphrase"), "secret", required=True),
        ]
    return make(_tr("Clear for release"), fields, _tr("Clear"), draft, zone, intro)


def hand_over(file: File, now: datetime, zone: tzinfo, draft: Draft) -> Form:
    """To whom, how and when the files were handed over."""
    ways = tuple(Choice(one, _tr(one).capitalize()) for one in issued.CHANNELS)
    package = file.case.package
    files = len(package.files) + 1 if package is not None else 0
    fields = (
        Field("to", _tr("Handed to"), value=file.case.demand.signatory or file.case.demand.agency, required=True),
        Field("how", _tr("How"), "choice", "in person", ways, required=True),
        Field("at", _tr("When"), "moment", now, required=True),
    )
    intro = _tr("All {0} files, as they were made: covering letter, extract, data, manifest, receipt.").format(files)
    return make(_tr("Record the hand-over"), fields, _tr("Record"), draft, zone, intro)


def tell(now: datetime, zone: tzinfo, draft: Draft) -> Form:
    """Whether the buyer is told."""
    ways = (
        Choice(facts.TELL, _tr("Yes")),
        Choice(facts.SECRECY, _tr("No, secrecy was ordered")),
        Choice(facts.NOT_BEFORE, _tr("Not before a date")),
    )
    fields = (
        Field("decision", _tr("Tell the buyer?"), "choice", facts.TELL, ways, required=True),
        Field("reason", _tr("Who ordered it, and why"), "lines", rows=2, hint=_tr("Needed unless the answer is yes.")),
        Field("not_before", _tr("Not before"), "date", (now.astimezone(zone) + timedelta(days=90)).date(),
              hint=_tr("The date then stands in the due list.")),
    )  # fmt: skip
    form = make(_tr("Tell the buyer?"), fields, _tr("Decide"), draft, zone)

    def follow() -> None:
        form.show_field("not_before", form.values()["decision"] == facts.NOT_BEFORE)

    form.edited.connect(follow)
    follow()
    return form


def told(now: datetime, zone: tzinfo, draft: Draft) -> Form:
    """When and how the buyer was told otherwise than by our letter."""
    ways = tuple(Choice(one, _tr(one).capitalize()) for one in ("e-mail", "post", "phone", "in person"))
    fields = (
        Field("how", _tr("Told by"), "choice", "phone", ways, required=True),
        Field("at", _tr("When"), "moment", now, required=True),
    )
    return make(_tr("The buyer was told"), fields, _tr("Record"), draft, zone)


def ask_buyer(file: File, zone: tzinfo, draft: Draft) -> Form:
    """What the letter to the buyer says besides the wish itself."""
    field = Field("storage", _tr("How long they keep it"), placeholder=_tr("Until the claim is settled"))
    intro = _tr("A letter with a reply slip asks for: {0}, for {1}. Silence is no.").format(
        file.case.demand.agency[:200], file.case.demand.purpose_words[:200] or file.case.demand.purpose
    )
    return make(_tr("Ask the buyer"), (field,), _tr("Issue the letter"), draft, zone, intro)


def cool(file: File, zone: tzinfo, draft: Draft) -> Form:
    """The cooling question of a demand that presses."""
    known = file.case.cooling.answer if file.case.cooling is not None else ""
    intro = _tr("Somebody presses, and it is not verified. What happens if it waits ten minutes? The deadline runs on.")
    field = Field("reason", _tr("Who presses, and what happens"), "lines", known, required=True, rows=3)
    return make(_tr("What if it waits?"), (field,), _tr("Record"), draft, zone, intro)
