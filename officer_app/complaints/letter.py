"""Which facts go into which letter of the complaint desk; data only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TypeVar

from officer_app.casebook.audit import Entry
from officer_app.complaints.rules import REFERRAL, REFUSAL, Complaint, Decision
from officer_app.letters.letter import Letter
from officer_app.notices.document import Value

T = TypeVar("T")

_ASKED = 1500  # what the person wrote is quoted up to this many characters; the rest stays in the file


@dataclass(frozen=True)
class Around:
    """What a letter says beside the case: to whom, in which zone the dates are, and where an objection goes."""

    zone: tzinfo
    recipient: tuple[str, ...]
    addressee: str
    object_to: str
    answer_by: datetime | None = None


_FINDINGS = {
    "en": {
        "kept": "We kept to the purposes for which we hold your data.",
        "not kept": "We did not keep to the purposes for which we hold your data.",
        "cannot be established": "What happened cannot be established with what we have.",
    },
    "vi": {
        "kept": "Chúng tôi đã sử dụng dữ liệu của Quý khách đúng các mục đích đã công bố.",
        "not kept": "Chúng tôi đã không sử dụng dữ liệu của Quý khách đúng các mục đích đã công bố.",
        "cannot be established": "Với các thông tin hiện có, chưa thể xác định được sự việc đã xảy ra.",
    },
}


_REMEDIES = {
    "en": (
        "Write to {email} and say what you see differently; somebody who was not involved will look at it again.",
        "You may also complain to the data protection authority, and you may go to court.",
    ),
    "vi": (
        "Quý khách có thể viết thư đến {email} và nêu ý kiến của mình; một người không tham gia giải quyết trước đó sẽ "
        "xem xét lại.",
        "Quý khách cũng có quyền khiếu nại đến cơ quan bảo vệ dữ liệu cá nhân có thẩm quyền hoặc khởi kiện tại tòa án.",
    ),
}


_QUESTIONS = {
    "en": ("the number of one of your orders,", "the mobile number and the street stored in your account."),
    "vi": ("mã của một đơn hàng của Quý khách,", "số điện thoại và địa chỉ đã lưu trong tài khoản của Quý khách."),
}
_NOTHING = {"en": "Nothing of it is done in part.", "vi": "Không có phần nào được thực hiện."}
_REFUSED = {"en": "We do not grant your request.", "vi": "Chúng tôi không thể đáp ứng yêu cầu của Quý khách."}
_REQUEST = {
    "en": "Please examine the matter and tell us and the complainant your decision.",
    "vi": "Kính đề nghị Quý cơ quan xem xét vụ việc và thông báo kết quả cho chúng tôi và người khiếu nại.",
}


def _in(texts: Mapping[str, T], case: Complaint) -> T:
    """Return the text in the language of the case's letters, English when there is none."""
    return texts.get(case.language, texts["en"])


def _asked(case: Complaint) -> str:
    text = case.text.strip() or case.subject.strip()
    return text if len(text) <= _ASKED else text[:_ASKED].rsplit(" ", 1)[0] + " …"


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
    kind = "request-acknowledgement" if case.is_request else "complaint-acknowledgement"
    ask = case.must_identify
    fields: dict[str, Value] = {
        "asked": _asked(case),
        "answer_by": around.answer_by.astimezone(around.zone).date() if around.answer_by else "",
        "identity_questions": _in(_QUESTIONS, case) if ask else (),
        "shared_computer": case.kind == "account-misuse",
    }
    return _letter(case, kind, around, fields)


def decision(case: Complaint, made: Decision, around: Around) -> Letter:
    """Tell the decision to the requester: a reply, a refusal, or that the case was referred."""
    if made.outcome == REFERRAL:
        referred_on = (made.at or case.received).astimezone(around.zone).date()
        fields: dict[str, Value] = {"authority": made.authority, "referred_on": referred_on, "reasons": made.reasons}
        return _letter(case, "complaint-referral-notice", around, fields)
    objecting, remedies_text = _in(_REMEDIES, case)
    remedies: dict[str, Value] = {
        "how_to_object": objecting.format(email=around.object_to),
        "authority_and_court": remedies_text,
    }
    if made.outcome == REFUSAL:
        refused: dict[str, Value] = {
            "asked": _asked(case),
            "decision": _in(_REFUSED, case),
            "reasons": made.reasons,
            "rule": made.rule,
            "done_partly": made.done or _in(_NOTHING, case),
        }
        return _letter(case, "complaint-refusal", around, {**refused, **remedies})
    if case.is_request:
        answered: dict[str, Value] = {"asked": _asked(case), "what_we_do": made.done, "reasons": made.reasons}
        return _letter(case, "request-reply", around, {**answered, **remedies})
    words = _in(_FINDINGS, case)
    found: dict[str, Value] = {
        "asked": _asked(case),
        "findings": words[made.finding],
        "reasons": made.reasons,
        "what_we_do": made.done,
        "guidance": made.guidance,
        "shared_computer": case.kind == "account-misuse",
        "change_password": case.kind == "account-misuse",
    }
    leaked = ("leak_confirmed",) if case.kind == "leak-to-third-party" and made.finding == "not kept" else ()
    return _letter(case, "complaint-reply", around, {**found, **remedies}, leaked)


def referral(case: Complaint, made: Decision, around: Around, facts: tuple[str, ...]) -> Letter:
    """Hand the case to an authority (policy G4)."""
    authority = tuple(line.strip() for line in made.authority.splitlines() if line.strip())
    who = case.requester
    fields: dict[str, Value] = {
        "complainant": ", ".join(part for part in (who.name, who.email, who.phone, who.address) if part),
        "asked": _asked(case),
        "facts": facts,
        "why_referred": made.reasons,
        "request": made.done or _in(_REQUEST, case),
    }
    letter = _letter(case, "complaint-referral", around, fields)
    return Letter(letter.kind, letter.language, authority, letter.fields)


def history(entries: Sequence[Entry], zone: tzinfo) -> tuple[str, ...]:
    """Return what was done so far, oldest first, a line each; for the authority that has to take up the case."""
    return tuple(f"{entry.at.astimezone(zone):%d.%m.%Y %H:%M} {entry.action}" for entry in reversed(entries))
