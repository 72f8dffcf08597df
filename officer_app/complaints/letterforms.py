"""The forms in which letters are written: the answer, the refusal, the referral, questions to the person and others."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from officer_app.complaints import clock, parties, report, rules
from officer_app.complaints.forms import Draft, form_of, tr
from officer_app.complaints.queue import File
from officer_app.widgets.blocks import Shelf
from officer_app.widgets.forms import Choice, Field, Form

ADVICE = {
    "restore_account": "Take the account back and secure it",
    "change_password": "Change the password",
    "shared_computer": "Log out on shared computers",
    "beware_phishing": "Beware of deceptive messages",
    "watch_payments": "Watch payments",
}
SORTS = {
    "department": "A department of the shop",
    "carrier": "A carrier",
    "processor": "Another who works for the shop",
    "other": "Another person or company",
}


def _lines(key: str, label: str, shelf: Shelf, rows: int, *, required: bool = False, hint: str = "",
           value: str = "") -> Field:  # fmt: skip
    return Field(key, label, "lines", value, required=required, rows=rows, hint=hint, shelf=shelf)


def reply(file: File, erased: str, shelf: Shelf, zone: tzinfo, draft: Draft) -> Form:
    """The answer, with what its kind needs; `erased` says what became of a deletion that was handed over."""
    case = file.case
    kind, title = case.made_of, tr("Reply with reasons")
    into = tr("They go into the letter.")
    fields: list[Field] = []
    match case.answer_kind:
        case "comment-answer":
            title = tr("Answer")
            fields.append(_lines("reasons", tr("Answer"), shelf, 6, required=True))
        case "access-report":
            title = tr("Send the data report")
            words = report.proposed(case.language)
            only_true = tr("Leave it only if it is true.")
            fields.append(_lines("reasons", tr("Remarks"), shelf, 3))
            fields.append(_lines("origin", tr("Where the data came from"), shelf, 2, value=words["origin"]))
            decisions = words["automated_decisions"]
            fields.append(_lines("automated_decisions", tr("Automatic decisions"), shelf, 2, value=decisions,
                                 hint=only_true))  # fmt: skip
        case "correction-notice":
            title = tr("Confirm the correction")
            fields.append(_lines("reasons", tr("Remarks"), shelf, 3))
        case "request-reply":
            title = tr("Answer the request")
            fields.append(_lines("done", tr("What is done"), shelf, 3, required=kind.done, value=erased))
            fields.append(_lines("reasons", tr("Reasons"), shelf, 4, required=True, hint=into))
        case _:
            fields.append(_lines("reasons", tr("Reasons"), shelf, 4, required=True, hint=into))
            fields.append(_lines("done", tr("What is done"), shelf, 2))
            need = tr("Needed when data did reach a third party: how to restore and secure the account.")
            fields.append(_lines("guidance", tr("What the person can do"), shelf, 2, hint=need))
    if case.answer_kind in ("complaint-reply", "comment-answer"):
        blocks = tuple(Choice(key, tr(words)) for key, words in ADVICE.items())
        fields.append(Field("advice", tr("Guidance in the letter"), "checklist", kind.advice, blocks))
    return form_of(title, fields, tr("Issue the letter"), draft, zone)


def refuse(file: File, kept: str, shelf: Shelf, zone: tzinfo, draft: Draft) -> Form:
    """The refusal: on which ground, reasons, rule, what is done in part, and what is kept until when."""
    untrue = file.case.untrue
    open_to_it = untrue is not None and untrue.may_refuse
    only_then = tr("Untrue data are a ground once all of them were found so and a second person confirmed it.")
    why = "" if open_to_it else only_then
    grounds = [Choice("rule", tr("A rule of law or of the policy"))]
    if open_to_it:
        grounds.append(Choice(rules.UNTRUE, tr("All data of the account were found untrue")))
    fields = [
        Field("ground", tr("Ground"), "choice", "rule", grounds, required=True, hint=why),
        _lines("reasons", tr("Reasons"), shelf, 5, required=True),
        Field("rule", tr("Rule you follow"), required=True, placeholder=tr("Article of law or clause of the policy")),
        _lines("done", tr("Done in part"), shelf, 3, hint=tr("What is written here makes it a refusal in part.")),
    ]  # fmt: skip
    if file.case.kind == "erasure":
        hint = tr("One line each: what is kept, why, and until when.")
        fields.append(_lines("kept", tr("What is kept"), shelf, 3, hint=hint, value=kept))
    return form_of(tr("Refuse"), fields, tr("Issue the letter"), draft, zone)


def refer(
    authorities: Sequence[Choice], grounds: Sequence[Choice], proposed: str, shelf: Shelf, zone: tzinfo, draft: Draft
) -> Form:
    """The referral to an authority, with its ground, reasons and what is asked of it."""
    names = ", ".join(choice.title for choice in authorities)
    fields = (
        Field("ground", tr("Ground"), "choice", proposed, grounds, required=True),
        Field("authority", tr("Authority and its address"), "lines", required=True, rows=4,
              hint=tr("One line each. The policy names: {0}.").format(names) if names else ""),
        _lines("reasons", tr("Why you refer it"), shelf, 4, required=True),
        _lines("done", tr("What you ask for"), shelf, 3),
    )  # fmt: skip
    intro = tr("Two letters are issued: one to the authority, one to the complainant. The case stays open.")
    return form_of(tr("Refer to authority"), fields, tr("Issue the letters"), draft, zone, intro)


def ask(days: str, shelf: Shelf, zone: tzinfo, draft: Draft) -> Form:
    """The enquiry to a related party."""
    sorts = tuple(Choice(one, tr(SORTS[one])) for one in parties.SORTS)
    fields = (
        Field("sort", tr("Who that is"), "choice", "department", sorts, required=True),
        Field("name", tr("Name"), required=True, placeholder=tr("Department, company or person")),
        Field("contact", tr("Address or e-mail"), "lines", required=True, rows=3),
        _lines("question", tr("Question"), shelf, 5, required=True),
        Field("named", tr("Tell the party who complains"), "check", False),
    )
    intro = tr("The party learns the subject of the case and your question. {0}").format(days)
    return form_of(tr("Ask a party"), fields, tr("Issue the enquiry"), draft, zone, intro)


def pause(until: datetime, known: str, shelf: Shelf, zone: tzinfo, draft: Draft) -> Form:
    """What is needed from the person, and by when; `known` is what usually proves an identity."""
    first = clock.IDENTITY if known else clock.CLARIFICATION
    whys = (
        Choice(clock.IDENTITY, tr("Proof of identity")),
        Choice(clock.CLARIFICATION, tr("A clarification")),
    )
    fields = (
        Field("why", tr("What is awaited"), "choice", first, whys, required=True),
        _lines("needed", tr("What you need"), shelf, 4, required=True, hint=tr("One line each."), value=known),
        Field("until", tr("Answer wanted by"), "moment", until, required=True),
    )  # fmt: skip
    intro = tr("Where the policy packs allow it the clock stands until the person answers, at most until this date.")
    return form_of(tr("Ask the person"), fields, tr("Issue the letter"), draft, zone, intro)


def extend(new: str, shelf: Shelf, zone: tzinfo, draft: Draft) -> Form:
    """Why the answer takes longer; `new` says which date follows."""
    fields = (
        _lines("reason", tr("Why it takes longer"), shelf, 4, required=True),
        _lines("done", tr("Done so far"), shelf, 2),
    )
    return form_of(tr("Extend"), fields, tr("Issue the letter"), draft, zone, new)


WRITTEN = ("reply", "refuse", "refer", "ask", "pause", "extend")
"""Steps that write a letter: it is drawn beside the form while it is written."""
