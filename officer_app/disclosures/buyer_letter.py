"""Which facts go into the letters to the buyer and to a processor; data only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from officer_app.disclosures import letter
from officer_app.disclosures.demand import OTHER_PURPOSE, Contact, Disclosure
from officer_app.disclosures.letter import Around
from officer_app.letters.letter import Letter
from officer_app.notices.document import Value

_WORDS = {
    "en": {
        "voluntary": "You are free to say no, or to say nothing. Neither changes anything for your orders or account.",
        "answer": "Mark and sign the slip below and send it back to us, or answer by e-mail to {email} from the "
        "address that your account knows, and quote the reference.",
        "withdraw": "You can withdraw at any time, without a reason, by a message to {email}. From then on nothing "
        "more is handed over.",
        "orders": "{title} (only {orders})",
        "confirmed": "You confirmed this yourself.",
        "rights": "You may ask us what data we hold about you, and have wrong data corrected.",
        "object": "Write to {email}. You may also turn to the data protection authority or to a court.",
    },
    "vi": {
        "voluntary": "Quý khách có quyền từ chối hoặc không trả lời. Điều đó không ảnh hưởng đến đơn hàng hay tài "
        "khoản của Quý khách.",
        "answer": "Xin đánh dấu, ký phiếu dưới đây và gửi lại cho chúng tôi, hoặc trả lời qua thư điện tử đến {email} "
        "từ địa chỉ đã đăng ký và ghi rõ số hiệu.",
        "withdraw": "Quý khách có thể rút lại bất cứ lúc nào, không cần nêu lý do, bằng cách gửi tin đến {email}. Từ "
        "thời điểm đó không dữ liệu nào được cung cấp thêm.",
        "orders": "{title} (chỉ {orders})",
        "confirmed": "Chính Quý khách đã xác nhận.",
        "object": "Xin gửi thư đến {email}. Quý khách cũng có quyền liên hệ cơ quan bảo vệ dữ liệu cá nhân "
        "hoặc tòa án.",
        "rights": "Quý khách có quyền yêu cầu biết dữ liệu chúng tôi lưu giữ và yêu cầu chỉnh sửa dữ liệu sai.",
    },
}


@dataclass(frozen=True)
class Addressee:
    """The buyer as a letter needs them: name, address lines and the language to write in."""

    name: str
    lines: tuple[str, ...]
    language: str


def _say(key: str, language: str, **values: str) -> str:
    return _WORDS.get(language, _WORDS["en"])[key].format(**values)


def request(
    case: Disclosure, around: Around, to: Addressee, purposes: Mapping[str, str], holds: datetime, storage: str
) -> Letter:
    """Ask the buyer to confirm: recipient, purpose and data exactly, until when it would hold; silence is no."""
    demand, language = case.demand, to.language
    known = purposes.get(demand.purpose, "") if demand.purpose != OTHER_PURPOSE else ""
    data = tuple(around.categories.get(one, one) for one in demand.scope)
    if demand.orders:
        orders = ", ".join(demand.orders)
        data = tuple(
            _say("orders", language, title=title, orders=orders) if one == "orders" else title
            for one, title in zip(demand.scope, data, strict=True)
        )
    last = (holds - timedelta(seconds=1)).astimezone(around.zone).date()
    fields: dict[str, Value] = {
        "asked": letter.asked_words(case),
        "recipient": demand.agency,
        "purpose": ": ".join(part for part in (known, demand.purpose_words) if part) or demand.asked,
        "data_categories": data,
        "voluntary": _say("voluntary", language),
        "how_to_answer": _say("answer", language, email=around.object_to),
        "how_to_withdraw": _say("withdraw", language, email=around.object_to),
        "storage_period": storage,
        "expires": last,
        "answer_by": around.answer_by.astimezone(around.zone).date() if around.answer_by else "",
    }
    return _to_buyer("consent-request", to, fields)


def notice(case: Disclosure, around: Around, to: Addressee) -> Letter:
    """Tell the buyer what left, to whom, when and on which basis."""
    assert case.release is not None
    language = to.language
    basis = case.demand.legal_basis if case.demand.judicial else _say("confirmed", language)
    fields: dict[str, Value] = {
        "recipient": case.demand.agency,
        "handed_over_on": case.release.at.astimezone(around.zone).date(),
        "legal_basis": basis,
        "data_categories": tuple(around.categories.get(one, one) for one in case.release.fields),
        "rights": _say("rights", language),
        "how_to_object": _say("object", language, email=around.object_to),
    }
    return _to_buyer("disclosure-notice", to, fields)


def processor(case: Disclosure, around: Around, contract: Contact, rule: str) -> Letter:
    """Answer a processor: its data comes under the contract; whatever goes beyond is a third party's wish."""
    fields: dict[str, Value] = {"contract": contract.contract, "rule": rule}
    return letter.to_requester(case, "disclosure-processor", around, fields)


def _to_buyer(kind: str, to: Addressee, fields: dict[str, Value]) -> Letter:
    return Letter(kind=kind, language=to.language, recipient=(to.name, *to.lines), fields=fields, addressee=to.name)
