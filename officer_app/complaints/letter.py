"""Which facts go into which letter of the complaint desk; data only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import TypeVar

from officer_app.casebook.audit import Entry
from officer_app.complaints.findings import NO_PURPOSE, NO_USE, NOT_KEPT
from officer_app.complaints.kinds import ADVICE
from officer_app.complaints.letterwords import (
    ASKED,
    CHANGED,
    FACTS,
    FINDINGS,
    HEAD,
    NOTHING,
    OUTSIDE,
    PARTLY,
    QUESTIONS,
    REFUSED,
    REMEDIES,
    REQUEST,
    UNTRUE_DATA,
)
from officer_app.complaints.rules import GRANTED, REFERRAL, REFUSAL, UNTRUE, Complaint, Decision
from officer_app.letters.letter import Letter
from officer_app.notices.document import Table, Value

T = TypeVar("T")


@dataclass(frozen=True)
class Around:
    """What a letter says beside the case: to whom, in which zone the dates are, and where an objection goes."""

    zone: tzinfo
    recipient: tuple[str, ...]
    addressee: str
    object_to: str
    answer_by: datetime | None = None
    purposes: Mapping[str, str] = field(default_factory=dict)

    def purpose(self, key: str) -> str:
        """Return a purpose of the closed list in the words of the policy."""
        return self.purposes.get(key, key)


def _in(texts: Mapping[str, T], case: Complaint) -> T:
    """Return the text in the language of the case's letters, English when there is none."""
    return texts.get(case.language, texts["en"])


def _asked(case: Complaint) -> str:
    text = case.text.strip() or case.subject.strip()
    return text if len(text) <= ASKED else text[:ASKED].rsplit(" ", 1)[0] + " …"


def _letter(
    case: Complaint, kind: str, around: Around, fields: dict[str, Value], facts: tuple[str, ...] = ()
) -> Letter:
    return Letter(
        kind=kind,
        language=case.language,
        recipient=around.recipient,
        fields={"received_on": case.received.astimezone(around.zone).date(), **fields},
        addressee=around.addressee,
        facts=facts,
    )


def acknowledgement(case: Complaint, around: Around) -> Letter:
    """Say that the complaint or request came in, by when it is answered, and what proves the identity."""
    ask = case.must_identify
    fields: dict[str, Value] = {
        "asked": _asked(case),
        "answer_by": _day(around.answer_by, around),
        "identity_questions": _in(QUESTIONS, case) if ask else (),
        "shared_computer": case.kind == "account-misuse",
    }
    return _letter(case, case.made_of.acknowledgement, around, fields)


def remarks(made: Decision) -> str:
    """Return what the officer adds to a letter that grants a request, "" for nothing."""
    return "" if made.reasons == GRANTED else made.reasons


def _day(moment: datetime | None, around: Around) -> Value:
    return moment.astimezone(around.zone).date() if moment is not None else ""


def decision(case: Complaint, made: Decision, around: Around) -> Letter:
    """Tell the decision to the requester: a reply, a refusal, or that the case was referred."""
    if made.outcome == REFERRAL:
        referred_on = _day(made.at or case.received, around)
        fields: dict[str, Value] = {"authority": made.authority, "referred_on": referred_on, "reasons": made.reasons}
        return _letter(case, "complaint-referral-notice", around, fields)
    if made.outcome == REFUSAL:
        return _refusal(case, made, around)
    match case.answer_kind:
        case "comment-answer":
            question: dict[str, Value] = {"asked": _asked(case), "answer": made.reasons, **_advice(made)}
            return _letter(case, "comment-answer", around, question)
        case "correction-notice":
            return _correction(case, made, around)
        case "request-reply":
            answered: dict[str, Value] = {"asked": _asked(case), "what_we_do": made.done, "reasons": made.reasons}
            return _letter(case, "request-reply", around, {**answered, **remedies(case, around)})
    found: dict[str, Value] = {
        "asked": _asked(case),
        "findings": _found(case, around),
        "reasons": made.reasons,
        "what_we_do": made.done,
        "guidance": made.guidance,
        **_advice(made),
    }
    leaked = ("leak_confirmed",) if case.kind == "leak-to-third-party" and made.finding == NOT_KEPT else ()
    return _letter(case, "complaint-reply", around, {**found, **remedies(case, around)}, leaked)


def _advice(made: Decision) -> dict[str, Value]:
    return {name: name in made.advice for name in ADVICE}


def remedies(case: Complaint, around: Around) -> dict[str, Value]:
    """Return how to object, and the remedy before the authority and the court."""
    objecting, elsewhere = _in(REMEDIES, case)
    return {"how_to_object": objecting.format(email=around.object_to), "authority_and_court": elsewhere}


def _found(case: Complaint, around: Around) -> Table:
    words, head = _in(FINDINGS, case), _in(HEAD, case)
    outside, unused = _in(OUTSIDE, case)
    titles = {NO_PURPOSE: outside, NO_USE: unused}
    rows = tuple(
        (one.allegation, titles.get(one.purpose) or around.purpose(one.purpose), words[one.result], one.reasons)
        for one in case.findings
    )
    return Table(head, rows, widths=(26, 20, 24, 30))


def _refusal(case: Complaint, made: Decision, around: Around) -> Letter:
    partly = bool(made.done.strip())
    if made.ground == UNTRUE:
        denied = _in(UNTRUE_DATA, case)
    else:
        denied = _in(PARTLY if partly else REFUSED, case)
    fields: dict[str, Value] = {
        "asked": _asked(case),
        "decision": denied,
        "reasons": made.reasons,
        "rule": made.rule,
        "done_partly": made.done or _in(NOTHING, case),
        "kept": tuple(line.strip() for line in made.kept.splitlines() if line.strip()),
    }
    kind = "partial-refusal" if partly else "complaint-refusal"
    return _letter(case, kind, around, {**fields, **remedies(case, around)})


def _correction(case: Complaint, made: Decision, around: Around) -> Letter:
    known = case.correction
    words = _in(FACTS, case)
    rows = tuple((words[one.fact], one.stands or "–", one.should) for one in known.wrong) if known is not None else ()
    fields: dict[str, Value] = {
        "asked": _asked(case),
        "changed": Table(_in(CHANGED, case), rows, widths=(24, 38, 38)),
        "changed_on": known.done_on if known is not None and known.done_on is not None else "",
        "note": remarks(made),
    }
    return _letter(case, "correction-notice", around, {**fields, **remedies(case, around)})


def enquiry(
    case: Complaint, around: Around, name: str, contact: tuple[str, ...], question: str, *, named: bool
) -> Letter:
    """Ask a related party (policy G3); who complains is told only where `named` says so."""
    who = case.requester
    person = ", ".join(part for part in (who.name, who.email) if part) if named else ""
    fields: dict[str, Value] = {"matter": case.subject or _asked(case), "question": question, "complainant": person}
    letter = _letter(case, "party-enquiry", around, {**fields, "answer_by": _day(around.answer_by, around)})
    return Letter(letter.kind, letter.language, (name, *contact), letter.fields, addressee=name)


def extension(case: Complaint, around: Around, reasons: str, done: str) -> Letter:
    """Say why the answer takes longer, and by when it comes."""
    fields: dict[str, Value] = {
        "asked": _asked(case),
        "new_date": _day(around.answer_by, around),
        "reasons": reasons,
        "done_so_far": done,
    }
    return _letter(case, "complaint-extension", around, {**fields, **remedies(case, around)})


def asking(case: Complaint, around: Around, kind: str, needed: str, until: datetime) -> Letter:
    """Ask the person for proof of their identity (`identity-request`) or what they mean (`clarification-request`)."""
    needs: tuple[str, ...] = tuple(line.strip() for line in needed.splitlines() if line.strip())
    fields: dict[str, Value] = {"asked": _asked(case), "what_is_missing": needs, "answer_by": _day(until, around)}
    return _letter(case, kind, around, fields)


def code(case: Complaint, around: Around, told: str, until: datetime) -> Letter:
    """Send a code to the stored address; who gives it back has received what goes there."""
    fields: dict[str, Value] = {"code": told, "valid_until": _day(until, around)}
    return _letter(case, "identity-code", around, fields)


def referral(case: Complaint, made: Decision, around: Around, facts: tuple[str, ...]) -> Letter:
    """Hand the case to an authority (policy G4)."""
    authority = tuple(line.strip() for line in made.authority.splitlines() if line.strip())
    who = case.requester
    fields: dict[str, Value] = {
        "complainant": ", ".join(part for part in (who.name, who.email, who.phone, who.address) if part),
        "asked": _asked(case),
        "facts": facts,
        "why_referred": made.reasons,
        "request": made.done or _in(REQUEST, case),
    }
    letter = _letter(case, "complaint-referral", around, fields)
    return Letter(letter.kind, letter.language, authority, letter.fields)


def history(entries: Sequence[Entry], zone: tzinfo) -> tuple[str, ...]:
    """Return what was done so far, oldest first, a line each; for the authority that has to take up the case."""
    return tuple(f"{entry.at.astimezone(zone):%d.%m.%Y %H:%M} {entry.action}" for entry in reversed(entries))
