"""Which facts of an incident go into which notice; data only."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import zip_longest

from officer_app.breaches.duty import ADVICE, LettersDraft, LetterText
from officer_app.breaches.event import Event, standing
from officer_app.breaches.person import concerned
from officer_app.breaches.rules import Incident
from officer_app.letters.letter import Letter
from officer_app.notices.document import Table, Value
from officer_app.notices.filling import shown_date

CUSTOMER, PUBLIC, REGISTER = "breach-customer", "breach-public", "breach-register"
SPECIAL = "special_data_exposed"
"""The circumstance under which a pack demands more of the letters (Decree 356/2025 Art. 29.2)."""


@dataclass(frozen=True)
class Around:
    """What a notice says beside the incident.

    `titles` gives a category's name in a language; `organisation` are the lines about the company; `signed_by` is
    the manager who signs (with their position, where the shop's details name it), `one_person` whether one person
    decided alone; `names` are the casebook's people by id.
    """

    zone: tzinfo
    titles: Callable[[str, str], str]
    signed_by: str = ""
    organisation: tuple[str, ...] = ()
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
        "records": "Records of data, which are not persons",
        "exact": "{0}",
        "estimated": "about {0}",
        "unknown": "not known yet",
        "total": "All persons concerned",
        "about": "about {0}",
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
        "records": "Số bản ghi dữ liệu (không phải số người)",
        "exact": "{0}",
        "estimated": "khoảng {0}",
        "unknown": "chưa xác định",
        "total": "Tổng số người bị ảnh hưởng",
        "about": "khoảng {0}",
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
        begun = speech["about"].format(shown(first)) if case.facts.estimated else shown(first)
        return begun if days else speech["from"].format(begun)
    begun, ended = shown(first), shown(last)
    span = begun if begun == ended else speech["range"].format(begun, ended)
    return speech["about"].format(span) if case.facts.estimated else span


def counts(case: Incident, language: str, around: Around) -> Table:
    """Return the table of data categories with the number of persons, and the number of records below.

    Once lists are frozen, the persons of each category are counted: of whom the shop holds such data.
    """
    speech, (persons, known) = words(language), case.persons
    each_of = dict.fromkeys(case.facts.categories, persons)
    if case.lists:
        each_of = dict.fromkeys(case.facts.categories, 0)
        for kind, count in (pair for one in case.lists for pair in one.everybody.items()):
            for category in concerned(kind, case.facts.categories)[1]:
                each_of[category] += count
    counted = {around.titles(each, language): count for each, count in each_of.items()} | {speech["total"]: persons}
    rows = [(title, speech[known].format(number(count, language))) for title, count in counted.items()]
    for line in case.facts.groups:
        group, _, figure = line.rpartition(":")
        rows.append((group.strip() or line, figure.strip() if group else ""))
    if case.facts.records:
        records = speech[case.facts.records_counted] if case.facts.records_counted != "unknown" else "{0}"
        rows.append((speech["records"], records.format(number(case.facts.records, language))))
    return Table((speech["category"], speech["persons"]), tuple(rows), widths=(3, 1), right=(1,))


def course(events: tuple[Event, ...], language: str, zone: tzinfo) -> tuple[str, ...]:
    """Return what happened in the order of time, a paragraph each."""
    speech, found = words(language), []
    for each in standing(events):
        at = shown_date(each.at.astimezone(zone), language)
        found.append(f"{speech['about'].format(at) if each.estimated else at}: {each.text}")
    return tuple(found)


def nature(case: Incident, language: str) -> tuple[str, ...]:
    """Return what was lost, and what happened in detail."""
    speech = words(language)
    return (*(speech[each] for each in case.facts.nature), *paragraphs(case.facts.description or case.facts.what))


def paragraphs(text: str) -> tuple[str, ...]:
    """Return the paragraphs of a text that was typed."""
    return tuple(part.strip() for part in text.split("\n\n") if part.strip())


def signed(around: Around, language: str) -> dict[str, Value]:
    """Return who signs for the management, and whether one person decided alone."""
    lines = [around.signed_by] if around.signed_by else []
    if "," not in around.signed_by:
        lines.append(words(language)["management"])
    return {"one_person": around.one_person, "signature": tuple(lines)}


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
        "severity_and_risk": text.risk,
        "late_reason": draft.late_reason,
        "what_we_are_doing": text.what_we_are_doing,
        "what_you_can_do": text.what_you_can_do,
        "more_information": text.more_information,
        **{each: each in given for each in ADVICE},
        **signed(around, language),
    }
    if case.facts.special:
        fields["detected"] = case.noticed.astimezone(around.zone)
    return Letter(CUSTOMER, language, (), fields, facts=(SPECIAL,) if case.facts.special else ())


def advice_for(categories: tuple[str, ...]) -> tuple[str, ...]:
    """Return the advice that fits the data concerned: password, phishing, payment; logging out always (policy A3)."""
    wanted = {
        "change_password": "password" in categories,
        "beware_phishing": bool({"email", "mobile", "address", "orders", "name"} & set(categories)),
        "shared_computer": True,
        "watch_payments": "payment" in categories,
    }
    return tuple(each for each in ADVICE if wanted[each])


def public(case: Incident, draft: LettersDraft, language: str, around: Around) -> Letter:
    """Tell in public, in the words of the letters, whom no letter reaches (GDPR Art. 34(3)(c))."""
    made = customer(case, draft, language, around, case.facts.categories)
    fields = dict(made.fields)
    data = tuple((around.titles(each, language),) for each in case.facts.categories)
    fields["what_information"] = Table((words(language)["category"],), data)
    of_letter, named = _OWN_REFERENCE.get(language, ("", ""))
    if of_letter:  # nobody who reads it has a letter of ours
        asked = draft.texts[language].more_information
        fields["more_information"] = asked.replace(of_letter, named.format(case.reference))
    return Letter(PUBLIC, language, (), fields)


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
_OWN_REFERENCE = {
    "en": ("the reference of this letter", "the reference {0}"),
    "vi": ("số tham chiếu của thư này", "số tham chiếu {0}"),
}
"""How a proposed letter asks for its own reference, and what a public notice asks for in its place."""
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
