"""The forms that have to do with two cases: merge, split, tie, and the offer of a case that is open already."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from PySide6.QtCore import QCoreApplication

from officer_app.base.change import Change
from officer_app.casebook.cases import CaseHead
from officer_app.complaints.correspondence import told
from officer_app.complaints.forms import Draft
from officer_app.complaints.merging import Merging, Second
from officer_app.complaints.queue import File
from officer_app.complaints.rules import Complaint
from officer_app.widgets.forms import Choice, Field, Form

NEW, CLOSE, GO_ON = "new", "close", "go on"
STEPS = ("merge", "split", "tie")


def _tr(text: str) -> str:
    return QCoreApplication.translate("complaints", text)


def form(step: str, file: File, kinds: Mapping[str, str], now: datetime, zone: tzinfo, draft: Draft) -> Form:
    """Return the form of one of `STEPS`, or of an authority's answer."""
    match step:
        case "merge":
            return _merge(file, kinds, zone, draft)
        case "authority":
            return _authority(file.case, now, zone, draft)
        case "split":
            return _split(file.case, kinds, zone, draft)
        case _:
            return _tie(zone, draft)


def _merge(file: File, kinds: Mapping[str, str], zone: tzinfo, draft: Draft) -> Form:
    known = "; ".join(told(one, kinds, zone) for one in file.others)
    fields = (
        Field("other", _tr("The other case"), "text", file.others[0].reference if file.others else "", required=True,
              hint=_tr("Open cases of this person: {0}.").format(known) if known else ""),
        Field("reason", _tr("Why they are one matter"), "lines", required=True, rows=2),
    )  # fmt: skip
    intro = _tr("The case that came in first goes on with everything of both; the other is closed and points to it.")
    return _form(_tr("Merge"), fields, _tr("Merge"), zone, draft, intro)


def _split(case: Complaint, kinds: Mapping[str, str], zone: tzinfo, draft: Draft) -> Form:
    choices = tuple(Choice(key, title) for key, title in kinds.items())
    fields = (
        Field("kind", _tr("Kind of the second matter"), "choice", "other", choices, required=True),
        Field("subject", _tr("In one line"), required=True),
        Field("text", _tr("The person's words on it"), "lines", case.text[:2000], required=True, rows=5),
        Field("reason", _tr("Why there are two matters"), "lines", required=True, rows=2),
    )
    intro = _tr("A new case is opened, received when this one was, with the same person and evidence.")
    return _form(_tr("Split"), fields, _tr("Open the second case"), zone, draft, intro)


def _tie(zone: tzinfo, draft: Draft) -> Form:
    field = Field("other", _tr("Incident or disclosure"), placeholder="B-2026-0001, D-2026-0001", required=True)
    return _form(_tr("Tie to a case"), (field,), _tr("Tie"), zone, draft, "")


def _authority(case: Complaint, now: datetime, zone: tzinfo, draft: Draft) -> Form:
    asked = case.decision.authority.splitlines()[0] if case.decision and case.decision.authority else ""
    then = (Choice(GO_ON, _tr("Tell the complainant first")), Choice(CLOSE, _tr("Close the case")))
    fields = (
        Field("who", _tr("Authority"), value=asked, required=True),
        Field("at", _tr("Received"), "moment", now, required=True),
        Field("text", _tr("What it answered"), "lines", required=True, rows=5),
        Field("then", _tr("And then"), "choice", GO_ON, then, required=True),
    )
    return _form(_tr("Answer of the authority"), fields, _tr("Enter"), zone, draft, "")


def _form(title: str, fields: Sequence[Field], submit: str, zone: tzinfo, draft: Draft, intro: str) -> Form:
    return Form(title, fields, submit=submit, intro=intro, zone=zone, draft=draft.keep, restored=draft.restored)


def offer(open_ones: Sequence[CaseHead], kinds: Mapping[str, str], zone: tzinfo) -> Form:
    """Offer the person's open cases before another one is opened."""
    choices = (
        *(Choice(one.reference, _tr("Add to {0}").format(told(one, kinds, zone))) for one in open_ones),
        Choice(NEW, _tr("Another matter: open a new case")),
    )
    field = Field("where", _tr("This is"), "choice", open_ones[0].reference, choices, required=True)
    intro = _tr("This person has an open case. Two cases on one matter get two answers.")
    return Form(_tr("Same matter?"), (field,), submit=_tr("Go on"), intro=intro, zone=zone)


def use(step: str, merging: Merging, case: Complaint, values: Mapping[str, Any]) -> Change:
    """Do one of `STEPS` with what was typed."""
    match step:
        case "merge":
            return merging.merge(case.reference, values["other"], values["reason"], case.version)
        case "split":
            second = Second(values["kind"], values["subject"], values["text"])
            return merging.split(case.reference, second, values["reason"], case.version)
        case _:
            return merging.tie(case.reference, values["other"], case.version)
