"""Which facts go into which letter of the disclosure desk; data only."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from officer_app.disclosures.demand import Disclosure, Refusal
from officer_app.letters.letter import Letter
from officer_app.notices.document import Value
from officer_app.notices.filling import shown_date

COVER = "disclosure-cover"
_ASKED = 1500  # what was asked is quoted up to this many characters; the rest stays in the file


@dataclass(frozen=True)
class Around:
    """What a letter says beside the case: in which zone the dates are, where an objection goes, by when to answer.

    `categories` are the names of the data categories in the letter's language.
    """

    zone: tzinfo
    object_to: str
    categories: dict[str, str]
    answer_by: datetime | None = None


_WORDS = {
    "en": {
        "of": "{number} of {day}",
        "verify": "We call the body back on the number in our own directory, and ask whether this document is its own.",
        "confirm": "We ask the customer concerned. Without the customer's own confirmation nothing leaves our shop.",
        "supply": "Write to {email} or to the address above, and quote the reference.",
        "refused": "We hand over none of the data that was asked for.",
        "object": "Write to {email} and say what you see differently; somebody who was not involved will look again.",
        "court": "You may also turn to the data protection authority or to a court.",
        "ask": "Data asked for: {fields}.",
        "marketing": "The data would serve marketing. We never hand over data for that, whoever asks.",
    },
    "vi": {
        "of": "{number}, {day}",
        "verify": "Chúng tôi gọi lại theo số điện thoại trong danh bạ của chính mình để xác nhận văn bản này.",
        "confirm": "Chúng tôi hỏi ý kiến khách hàng. Nếu không có xác nhận của khách hàng thì không dữ liệu nào "
        "được cung cấp.",
        "supply": "Vui lòng gửi đến {email} hoặc địa chỉ nêu trên và ghi rõ số tham chiếu.",
        "refused": "Chúng tôi không cung cấp dữ liệu được yêu cầu.",
        "object": "Quý vị có thể viết thư đến {email} và nêu ý kiến; một người không tham gia trước đó sẽ xem xét lại.",
        "court": "Quý vị cũng có quyền liên hệ cơ quan bảo vệ dữ liệu cá nhân hoặc tòa án.",
        "ask": "Dữ liệu được yêu cầu: {fields}.",
        "marketing": "Dữ liệu sẽ được dùng để tiếp thị. Chúng tôi không bao giờ cung cấp dữ liệu cho mục đích đó.",
    },
}

_MISSING = {
    "en": {
        "party": "who exactly asks",
        "scope": "which data is asked for, item by item",
        "document": "the number and the date of the document",
        "basis": "the legal basis, with the article of the law",
        "signatory": "who signed, with name and office",
        "matter": "the case to which the demand belongs",
        "papers": "the original of the document",
        "body": "the law under which your body may demand this data from us",
        "whose": "why the data of a person who is not the suspect is needed",
        "customer": "facts by which we can find the person concerned, such as an e-mail address or an order number",
        "purpose": "the purpose for which the data is needed",
        "confirmation": "the customer's own confirmation, with recipient, purpose, data and date of expiry",
    },
    "vi": {
        "party": "tên chính xác của bên yêu cầu",
        "scope": "từng loại dữ liệu được yêu cầu",
        "document": "số và ngày của văn bản",
        "basis": "căn cứ pháp lý, nêu rõ điều luật",
        "signatory": "người ký, họ tên và chức vụ",
        "matter": "vụ việc liên quan đến yêu cầu",
        "papers": "bản gốc của văn bản",
        "body": "quy định pháp luật cho phép cơ quan yêu cầu dữ liệu này",
        "whose": "lý do cần dữ liệu của người không phải là đối tượng bị điều tra",
        "customer": "thông tin để xác định người liên quan, ví dụ địa chỉ thư điện tử hoặc mã đơn hàng",
        "purpose": "mục đích sử dụng dữ liệu",
        "confirmation": "xác nhận của chính khách hàng: bên nhận, mục đích, dữ liệu và thời hạn",
    },
}
ASKABLE = tuple(_MISSING["en"])
"""What a request for clarification can ask of the other side, by key of the gate's checks."""
_RULES = {
    "en": {
        "judicial": "The shop's published policy C3: data is given to a judicial body that investigates the customer's "
        "acts, where the law requires it.",
        "third-party": "The shop's published policy E2: nothing to third parties without the buyer's confirmation.",
        "marketing": "The shop's published policy A4: data is never given away, sold or shared for marketing.",
    },
    "vi": {
        "judicial": "Chính sách bảo vệ thông tin của cửa hàng, mục C3: chỉ cung cấp cho cơ quan tư pháp điều tra hành "
        "vi của khách hàng khi pháp luật yêu cầu.",
        "third-party": "Chính sách bảo vệ thông tin của cửa hàng, mục E2: không cung cấp cho bên thứ ba khi chưa có "
        "xác nhận của người mua.",
        "marketing": "Chính sách bảo vệ thông tin của cửa hàng, mục A4: không cho, bán, chia sẻ dữ liệu để tiếp thị.",
    },
}


def rule(case: Disclosure, *, marketing: bool = False) -> str:
    """Return the rule of the shop's policy on which the desk acts, in the letter's language."""
    words = _RULES[case.language if case.language in _RULES else "en"]
    return words["marketing" if marketing else case.demand.sort]


def _say(case: Disclosure, key: str) -> str:
    return _WORDS[case.language if case.language in _WORDS else "en"][key]


def marketing_reason(case: Disclosure) -> str:
    """Return why a wish for marketing is refused, in the letter's language."""
    return _say(case, "marketing")


def missing_words(language: str) -> dict[str, str]:
    """Return what a clarification can ask for, in the letter's language, by key of the gate's checks."""
    return _MISSING[language if language in _MISSING else "en"]


def asked_words(case: Disclosure) -> str:
    """Return what was asked, as a letter quotes it; the rest stays in the file."""
    text = case.demand.asked.strip()
    return text[:_ASKED].rsplit(" ", 1)[0] + " …" if len(text) > _ASKED else text


def _asked(case: Disclosure, around: Around) -> tuple[str, ...]:
    text = asked_words(case)
    names = ", ".join(around.categories.get(field, field) for field in case.demand.scope)
    return tuple(part for part in (text, _say(case, "ask").format(fields=names) if names else "") if part)


def document(case: Disclosure) -> str:
    """Return the number and date of the other side's document in the letter's language, "" without a number."""
    demand = case.demand
    if demand.number and demand.dated:
        return _say(case, "of").format(number=demand.number, day=shown_date(demand.dated, case.language))
    return demand.number


def to_requester(case: Disclosure, kind: str, around: Around, fields: dict[str, Value]) -> Letter:
    """Return a letter to who asked; it quotes what was asked and when that came in."""
    demand = case.demand
    lines = [line.strip() for line in demand.address.splitlines() if line.strip()] or [demand.email]
    return Letter(
        kind=kind,
        language=case.language,
        recipient=tuple(part for part in (demand.agency, *lines) if part),
        fields={
            "asked": _asked(case, around),
            "received_on": case.received.astimezone(around.zone).date(),
            **({} if kind == COVER else {"demand_number": document(case)}),
            **fields,
        },
        addressee=demand.signatory,
    )


def acknowledgement(case: Disclosure, around: Around) -> Letter:
    """Say that the demand came in, how it is verified, and by when it is answered; it promises no data."""
    fields: dict[str, Value] = {
        "verification": _say(case, "verify" if case.demand.judicial else "confirm"),
        "answer_by": around.answer_by.astimezone(around.zone).date() if around.answer_by else "",
    }
    return to_requester(case, "disclosure-acknowledgement", around, fields)


def clarification(case: Disclosure, around: Around, missing: tuple[str, ...], rule: str, by: datetime | None) -> Letter:
    """Ask for what is missing; until it comes nothing leaves."""
    fields: dict[str, Value] = {
        "what_is_missing": missing,
        "rule": rule,
        "how_to_supply": _say(case, "supply").format(email=around.object_to),
        "answer_by": by.astimezone(around.zone).date() if by else "",
    }
    return to_requester(case, "disclosure-clarification", around, fields)


def refusal(case: Disclosure, made: Refusal, around: Around) -> Letter:
    """Refuse with reasons, the rule, and the ways to object."""
    fields: dict[str, Value] = {
        "decision": _say(case, "refused"),
        "reasons": made.reasons,
        "rule": made.rule,
        "done_partly": made.done,
        "how_to_object": _say(case, "object").format(email=around.object_to),
        "authority_and_court": _say(case, "court"),
    }
    return to_requester(case, "disclosure-refusal", around, fields)
