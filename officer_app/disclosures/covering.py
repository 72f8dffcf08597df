"""Which facts go into the covering letter of a hand-over; data only."""

from datetime import datetime, tzinfo

from officer_app.disclosures import gate, letter
from officer_app.disclosures.demand import Disclosure
from officer_app.disclosures.letter import Around
from officer_app.letters.letter import Letter
from officer_app.notices.document import Value
from officer_app.notices.filling import shown_date

_WORDS = {
    "en": {
        "confirmed": "The confirmation of the customer concerned, given on {day}.",
        "undated": "your request of {day}",
        "part": "{title} (in part)",
        "outside": "By decision of {by}, also what lies outside the demand: {why}",
        "left": "Of these, only what the demand needs: {fields}.",
        "not": "Not handed over: {fields}.",
        "lacking": "Asked for, and not found in our shop's database: {fields}.",
        "open": "Each file opens in the usual programs. The manifest names the fingerprint of each; the receipt is for "
        "you to sign and return.",
        "only": "The data is for {to} only, for the purpose the customer confirmed: {purpose}.",
    },
    "vi": {
        "confirmed": "Xác nhận của chính khách hàng liên quan ngày {day}.",
        "undated": "đề nghị của Quý vị ngày {day}",
        "part": "{title} (một phần)",
        "outside": "Theo quyết định của {by}, cung cấp thêm dữ liệu ngoài phạm vi yêu cầu: {why}",
        "left": "Trong đó chỉ cung cấp phần cần thiết cho yêu cầu: {fields}.",
        "not": "Không cung cấp: {fields}.",
        "lacking": "Được yêu cầu nhưng không tìm thấy trong cơ sở dữ liệu của cửa hàng: {fields}.",
        "open": "Các tệp mở được bằng chương trình thông thường. Bản kê ghi mã kiểm tra của từng tệp; biên nhận để Quý "
        "vị ký và gửi lại.",
        "only": "Dữ liệu chỉ dành cho {to}, đúng mục đích khách hàng đã xác nhận: {purpose}.",
    },
}
_ENCLOSURES = {
    "en": ("Extract of personal data (PDF)", "The same as JSON and CSV", "Manifest", "Receipt to sign"),
    "vi": ("Bản trích xuất dữ liệu (PDF)", "Dữ liệu dạng JSON và CSV", "Bản kê", "Biên nhận để ký"),
}


def _words(case: Disclosure) -> dict[str, str]:
    return _WORDS.get(case.language, _WORDS["en"])


def document(case: Disclosure, zone: tzinfo) -> str:
    """Return how the other side's paper is quoted: its number and date, else the day it came in."""
    day = shown_date(case.received.astimezone(zone).date(), case.language)
    return letter.document(case) or _words(case)["undated"].format(day=day)


def basis(case: Disclosure, zone: tzinfo, now: datetime) -> str:
    """Return on which basis data may leave: the law the demand rests on, or the buyer's confirmation."""
    if case.demand.judicial:
        return case.demand.legal_basis
    word = gate.confirmation(case, now)
    if word is None:
        return letter.rule(case)
    return _words(case)["confirmed"].format(day=shown_date(word.given.astimezone(zone).date(), case.language))


def cover(case: Disclosure, around: Around, digest: str, manager: str, now: datetime) -> Letter:
    """Return the covering letter: what is handed over, what is not, on which basis, and the manifest's fingerprint."""
    words, choice, cleared = _words(case), case.choice, case.clearance
    assert choice is not None and cleared is not None
    names = around.categories
    handed = [
        words["part"].format(title=names.get(one, one)) if one in choice.partly else names.get(one, one)
        for one in choice.fields
    ]
    if cleared.override:
        handed.append(words["outside"].format(by=manager, why=cleared.override))

    def listed(key: str, fields: tuple[str, ...]) -> str:
        return words[key].format(fields=", ".join(names.get(one, one) for one in fields)) if fields else ""

    left = tuple(one for one in case.demand.scope if one not in choice.fields and one not in choice.lacking)
    lines = (listed("left", choice.partly), listed("not", left), listed("lacking", choice.lacking))
    demand = case.demand
    purpose = demand.purpose_words or demand.purpose.replace("-", " ")
    fields: dict[str, Value] = {
        "request_reference": document(case, around.zone),
        "legal_basis": basis(case, around.zone, now),
        "data_handed_over": tuple(handed),
        "not_handed_over": tuple(line for line in lines if line),
        "package_hash": digest,
        "how_to_open": words["open"],
        "conditions": "" if demand.judicial else words["only"].format(to=demand.agency[:200], purpose=purpose),
        "signature": manager or around.object_to,
        "one_person": bool(cleared.remark),
        "enclosures": _ENCLOSURES.get(case.language, _ENCLOSURES["en"]),
    }
    return letter.to_requester(case, "disclosure-cover", around, fields)
