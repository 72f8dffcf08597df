"""Which facts of an incident go into which notice; data only."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import zip_longest

from officer_app.breaches.duty import ADVICE, INDIVIDUALS, NOT_NOTIFY, Duty, LettersDraft, LetterText, ReportDraft
from officer_app.breaches.rules import Incident
from officer_app.letters.letter import Letter
from officer_app.notices.document import Table, Value
from officer_app.notices.filling import shown_date

CUSTOMER, REPORT, REGISTER = "breach-customer", "breach-police", "breach-register"


@dataclass(frozen=True)
class Around:
    """What a notice says beside the incident.

    `titles` gives a category's name in a language; `signed_by` is the manager who signs (with their position, where the
    shop's details name it), `one_person` whether one person decided alone; `names` are the casebook's people by id.
    """

    zone: tzinfo
    titles: Callable[[str, str], str]
    signed_by: str = ""
    one_person: bool = False
    names: Mapping[str, str] | None = None


_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "confidentiality": "Confidentiality was lost: data reached somebody who may not see them.",
        "integrity": "Integrity was lost: data were changed without right.",
        "availability": "Availability was lost: data could not be used, or were lost.",
        "range": "{0} to {1}",
        "from": "since {0}",
        "unknown time": "The time is not known yet.",
        "data": "Your data that were involved",
        "category": "Category of data",
        "persons": "Persons",
        "records": "All records concerned",
        "exact": "{0}",
        "estimated": "about {0}",
        "unknown": "not known yet",
        "management": "For the management",
    },
    "vi": {
        "confidentiality": "Mất tính bảo mật: dữ liệu đã bị người không có quyền tiếp cận.",
        "integrity": "Mất tính toàn vẹn: dữ liệu đã bị thay đổi trái phép.",
        "availability": "Mất tính sẵn sàng: dữ liệu không sử dụng được hoặc bị mất.",
        "range": "{0} đến {1}",
        "from": "từ {0}",
        "unknown time": "Chưa xác định được thời điểm.",
        "data": "Dữ liệu của Quý khách bị ảnh hưởng",
        "category": "Loại dữ liệu",
        "persons": "Số người",
        "records": "Tổng số bản ghi bị ảnh hưởng",
        "exact": "{0}",
        "estimated": "khoảng {0}",
        "unknown": "chưa xác định",
        "management": "Đại diện Ban quản lý",
    },
}


def words(language: str) -> dict[str, str]:
    """Return the fixed words of the breach notices in a language, English where there are none."""
    return _WORDS.get(language, _WORDS["en"])


def number(value: int, language: str) -> str:
    """Return a number with the thousands parted as the language does."""
    text = f"{value:,}"
    return text.replace(",", ".") if language == "vi" else text


def happened(case: Incident, language: str, zone: tzinfo, *, days: bool = False) -> str:
    """Return when it happened in words: a moment, a span, or that it began; `days` leaves the time of day out."""
    speech, first, last = words(language), case.facts.happened_from, case.facts.happened_to
    if first is None:
        return speech["unknown time"]

    def shown(moment: datetime) -> str:
        local = moment.astimezone(zone)
        return shown_date(local.date() if days else local, language)

    if last is None:
        return shown(first) if days else speech["from"].format(shown(first))
    begun, ended = shown(first), shown(last)
    return begun if begun == ended else speech["range"].format(begun, ended)


def counts(case: Incident, language: str, around: Around) -> Table:
    """Return the table of data categories with the number of persons, and the number of records below."""
    speech, (persons, known) = words(language), case.persons
    shown = speech[known].format(number(persons, language))
    rows = [(around.titles(each, language), shown) for each in case.facts.categories]
    if case.facts.records:
        rows.append((speech["records"], number(case.facts.records, language)))
    return Table((speech["category"], speech["persons"]), tuple(rows), widths=(3, 1), right=(1,))


def _nature(case: Incident, language: str) -> tuple[str, ...]:
    speech = words(language)
    return (*(speech[each] for each in case.facts.nature), *_paragraphs(case.facts.description or case.facts.what))


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("\n\n") if part.strip())


def _signed(around: Around, language: str) -> dict[str, Value]:
    lines = [around.signed_by] if around.signed_by else []
    if "," not in around.signed_by:
        lines.append(words(language)["management"])
    return {"one_person": around.one_person, "signature": tuple(lines)}


def report(case: Incident, draft: ReportDraft, late_reason: str, late: bool, around: Around) -> Letter:
    """Report the incident to the police (policy A5), facts in the order of time."""
    facts, language = case.facts, draft.language
    fields: dict[str, Value] = {
        "incident_reference": case.reference,
        "happened": happened(case, language, around.zone),
        "detected": case.noticed.astimezone(around.zone),
        "discovered_by": facts.discovered_by,
        "nature": _nature(case, language),
        "facts": facts.timeline,
        "categories_and_counts": counts(case, language, around),
        "cause": facts.cause,
        "suspects": draft.suspects,
        "consequences": facts.consequences,
        "measures_before": facts.measures_before,
        "measures": facts.measures,
        "late_reason": late_reason,
        "other_reports": draft.other_reports,
        "request": draft.request,
        "enclosures": draft.enclosures,
        **_signed(around, language),
    }
    return Letter(REPORT, language, draft.recipient, fields, facts=("late",) if late else ())


def customer(case: Incident, draft: LettersDraft, language: str, around: Around, categories: tuple[str, ...]) -> Letter:
    """Tell a customer whose data of these categories are concerned; the recipient is added letter by letter."""
    text, given = draft.texts[language], advice(case, draft, categories)
    data = [around.titles(each, language) for each in categories]
    # two in a row, so that the whole letter stays on one page if it can
    rows = tuple((first, second) for first, second in zip_longest(data[::2], data[1::2], fillvalue=""))
    fields: dict[str, Value] = {
        "incident_date": happened(case, language, around.zone, days=True),
        "what_happened": text.what_happened,
        "what_information": Table((words(language)["data"], ""), rows, widths=(1, 1)),
        "not_involved": text.not_involved,
        "what_we_are_doing": text.what_we_are_doing,
        "what_you_can_do": text.what_you_can_do,
        "more_information": text.more_information,
        **{each: each in given for each in ADVICE},
        **_signed(around, language),
    }
    return Letter(CUSTOMER, language, (), fields)


def advice_for(categories: tuple[str, ...]) -> tuple[str, ...]:
    """Return the advice that fits the data concerned: password, phishing, payment; logging out always (policy A3)."""
    wanted = {
        "change_password": "password" in categories,
        "beware_phishing": bool({"email", "mobile", "address", "orders", "name"} & set(categories)),
        "shared_computer": True,
        "watch_payments": "payment" in categories,
    }
    return tuple(each for each in ADVICE if wanted[each])


def advice(case: Incident, draft: LettersDraft, categories: tuple[str, ...]) -> tuple[str, ...]:
    """Return the chosen advice that fits a person's own data; what fits nobody's data was chosen for everybody."""
    fits_some, fits = advice_for(case.facts.categories), advice_for(categories)
    return tuple(each for each in draft.advice if each in fits or each not in fits_some)


_DO = {
    "en": "Please follow the advice below. You do not have to write to us for this.",
    "vi": "Xin Quý khách làm theo các hướng dẫn dưới đây; Quý khách không cần gửi yêu cầu cho chúng tôi.",
}
_ASK = {
    "en": "If you have a question, write to {email}{phone}. Please name the reference of this letter.",
    "vi": "Nếu có câu hỏi, xin Quý khách liên hệ {email}{phone} và nêu số tham chiếu của thư này.",
}
_PHONE = {"en": " or call {0}", "vi": " hoặc điện thoại {0}"}


def proposal(case: Incident, languages: tuple[str, ...], default: str, email: str, phone: str) -> LettersDraft:
    """Return a first draft of the customers' letters, from the facts where they are in that language."""
    texts = {}
    for language in languages:
        own = language == default
        called = _PHONE.get(language, _PHONE["en"]).format(phone) if phone else ""
        texts[language] = LetterText(
            what_happened=(case.facts.description or case.facts.what) if own else "",
            what_we_are_doing=case.facts.measures if own else "",
            what_you_can_do=_DO.get(language, _DO["en"]),
            more_information=_ASK.get(language, _ASK["en"]).format(email=email, phone=called),
        )
    return LettersDraft(texts, default, advice_for(case.facts.categories))


_REQUEST = {
    "en": "We ask you to examine the matter, to take up an investigation, and to confirm the receipt of this report.",
    "vi": "Kính đề nghị Quý cơ quan tiếp nhận, xác minh vụ việc và xác nhận đã nhận được báo cáo này.",
}


def request(language: str) -> str:
    """Return what the police are usually asked for."""
    return _REQUEST.get(language, _REQUEST["en"])


_DUTIES = {"breach-police": "Police", "breach-authority": "Data authority", INDIVIDUALS: "Customers"}


def register(case: Incident, around: Around) -> dict[str, Value]:
    """Return the fields of the register sheet: every breach, its effects, and each decision with its reasons."""
    facts = case.facts
    late = [f"{_DUTIES.get(d.duty, d.duty)}: {d.late_reason}" for d in case.duties if d.late_reason]
    severity = f"Severity {case.score.score:g}, {case.score.band} ({case.score.formula})." if case.score else ""
    return {
        "incident_reference": case.reference,
        "happened": happened(case, "en", around.zone),
        "detected": case.noticed.astimezone(around.zone),
        "discovered_by": facts.discovered_by,
        "nature": _nature(case, "en"),
        "cause": facts.cause,
        "facts": facts.timeline,
        "categories_and_counts": counts(case, "en", around),
        "effects": severity or "The severity was not scored yet.",
        "consequences": facts.consequences,
        "measures": facts.measures or "None recorded yet.",
        "decisions": tuple(_decision(case, duty, around) for duty in case.duties),
        "late_reason": tuple(late),
        "lessons": facts.lessons,
    }


def _decision(case: Incident, duty: Duty, around: Around) -> str:
    who, names = _DUTIES.get(duty.duty, duty.duty), around.names or {}

    def when(moment: datetime) -> str:
        return shown_date(moment.astimezone(around.zone), "en")

    parts = [f"{who}, due {when(duty.due)}:"]
    if duty.decision == NOT_NOTIFY:
        parts.append(f"not told. Reasons: {duty.reasons}")
    elif duty.sent is not None:
        notice = f"{duty.notice}, " if duty.notice else ""
        theirs = f"; their reference is {duty.their_reference}" if duty.their_reference else ""
        late = ", late" if duty.late(duty.sent) else ""
        parts.append(f"told on {when(duty.sent)}{late} ({notice}{duty.channel}){theirs}.")
    else:
        parts.append("not yet told.")
    if duty.decided is not None and duty.decided_by in names:
        parts.append(f"Decided by {names[duty.decided_by]} on {when(duty.decided)}.")
    if duty.duty == INDIVIDUALS:
        parts += [f"List {one.number}: {one.persons:,} persons." for one in case.lists]
    return " ".join(parts)
