"""Which facts of an incident go into a report to the police or another authority, and into its supplements."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo

from officer_app.breaches import letter
from officer_app.breaches.duty import INDIVIDUALS, NOT_NOTIFY, POLICE, Duty, ReportDraft, Supplement
from officer_app.breaches.letter import Around
from officer_app.breaches.rules import Incident
from officer_app.letters.letter import Letter
from officer_app.letters.shop_facts import measure_in
from officer_app.notices.document import Value
from officer_app.notices.filling import shown_date

KIND, AUTHORITY_KIND = "breach-police", "breach-authority"
SUPPLEMENT, POLICE_SUPPLEMENT = "breach-supplement", "breach-police-supplement"

_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "request": "We ask you to examine the matter, to take up an investigation, and to confirm the receipt of this "
        "report.",
        "whole": "First and complete notice",
        "phases": "First notice; what is not known yet follows in supplements under the same number",
        "supplement": "Supplement {0} to {1}",
        "final": "Final notice, supplement {0} to {1}",
        "final report": "Final report, supplement {0} to {1}",
        "of": "{0} of {1}",
        "elsewhere": "the report made on {0} ({1})",
        "elsewhere named": "the report of {0} ({1})",
        "already": "sent on {0}",
        "planned": "They are told by letter until {0}.",
        "told": "They were told by letter on {0}.",
        "not told": "They are not told: {0}",
        "undecided": "Not decided yet.",
        "severity": "{0:g} ({1}), scored by the method of ENISA (2013).",
        "nowhere": "The shop's online systems",
        "nobody": "Nobody is known beside our own company.",
        "commitment": "We answer for the truth of what this notice says and go on to report what becomes known.",
        "none": "None",
        "outside-malicious": "From outside, on purpose.",
        "outside-accident": "From outside, without intent.",
        "inside-malicious": "From inside, on purpose.",
        "inside-accident": "From inside, without intent.",
        "unknown": "",
        "low": "low",
        "medium": "medium",
        "high": "high",
        "very high": "very high",
    },
    "vi": {
        "request": "Kính đề nghị Quý cơ quan tiếp nhận, xác minh vụ việc và xác nhận đã nhận được báo cáo này.",
        "whole": "Thông báo lần đầu, đầy đủ",
        "phases": "Thông báo lần đầu; những nội dung chưa rõ sẽ được bổ sung theo cùng số văn bản",
        "supplement": "Bổ sung lần {0} cho văn bản {1}",
        "final": "Thông báo kết thúc, bổ sung lần {0} cho văn bản {1}",
        "final report": "Báo cáo kết thúc, bổ sung lần {0} cho văn bản {1}",
        "of": "{0}, {1}",
        "elsewhere": "báo cáo {0} ({1})",
        "elsewhere named": "báo cáo {0} ({1})",
        "already": "đã gửi {0}",
        "planned": "Thông báo bằng thư trước {0}.",
        "told": "Đã thông báo bằng thư {0}.",
        "not told": "Không thông báo: {0}",
        "undecided": "Chưa quyết định.",
        "severity": "{0:g} ({1}), chấm theo phương pháp của ENISA (2013).",
        "nowhere": "Hệ thống trực tuyến của cửa hàng",
        "nobody": "Chưa xác định tổ chức, cá nhân nào khác ngoài công ty chúng tôi.",
        "commitment": "Chúng tôi cam kết chịu trách nhiệm về tính chính xác của nội dung thông báo và tiếp tục báo cáo "
        "những thông tin mới.",
        "none": "Không có",
        "outside-malicious": "Từ bên ngoài, cố ý.",
        "outside-accident": "Từ bên ngoài, không cố ý.",
        "inside-malicious": "Từ nội bộ, cố ý.",
        "inside-accident": "Từ nội bộ, không cố ý.",
        "unknown": "",
        "low": "thấp",
        "medium": "trung bình",
        "high": "cao",
        "very high": "rất cao",
    },
}


def words(language: str) -> Mapping[str, str]:
    """Return the fixed words of reports in a language, English where there are none."""
    return _WORDS.get(language, _WORDS["en"])


def first(
    case: Incident, duty: Duty, draft: ReportDraft, late: bool, enclosed: Sequence[str], around: Around
) -> Letter:  # fmt: skip
    """Report the incident for the first time; `enclosed` are the lines of the enclosures with their hashes."""
    facts, language, speech = case.facts, draft.language, words(draft.language)
    fields: dict[str, Value] = {
        "incident_reference": case.reference,
        "happened": letter.happened(case, language, around.zone),
        "detected": case.noticed.astimezone(around.zone),
        "discovered_by": facts.discovered_by,
        "nature": letter.nature(case, language),
        "facts": letter.course(case.events, language, around.zone),
        "categories_and_counts": letter.counts(case, language, around),
        "cause": tuple(part for part in (facts.cause, speech.get(facts.origin, "")) if part),
        "consequences": facts.consequences,
        "measures_before": tuple(measure_in(one, language) for one in facts.measures_before),
        "measures": facts.measures,
        "late_reason": duty.late_reason if late else "",
        "other_reports": draft.other_reports,
        "enclosures": (*draft.enclosures, *enclosed),
        **letter.signed(around, language),
    }
    if duty.duty == POLICE:
        fields |= {"suspects": draft.suspects, "request": draft.request}
        return Letter(KIND, language, draft.recipient, fields, facts=("late",) if late else (), country=draft.country)
    fields |= {
        # the form of an authority asks for the enclosures even where there are none
        "enclosures": (*draft.enclosures, *enclosed) or (speech["none"],),
        "notice_state": speech["phases" if draft.phases else "whole"],
        "organisation": around.organisation,
        "place": facts.place or speech["nowhere"],
        "parties": "\n\n".join(part for part in (facts.parties, draft.suspects) if part) or speech["nobody"],
        "severity_and_risk": _severity(case, speech),
        "individuals_told": _individuals(case, speech, language, around.zone),
        "commitment": speech["commitment"],
    }
    known = (*(("late",) if late else ()), *(("in_phases",) if draft.phases else ()))
    return Letter(AUTHORITY_KIND, language, draft.recipient, fields, facts=known, country=draft.country)


def supplement(case: Incident, duty: Duty, made: Supplement, enclosed: Sequence[str], around: Around) -> Letter:
    """Report what became known after the first report, under its number; every earlier paper is cited."""
    draft = duty.report or ReportDraft("en", ())
    language, speech, facts = draft.language, words(draft.language), case.facts
    number, police = _named(duty, speech, language, around.zone), duty.duty == POLICE
    last = "final report" if police else "final"
    fields: dict[str, Value] = {
        "first_notice": _cited(duty, made, speech, language, around.zone),
        "authority_reference": next(
            (each.their_reference for each in reversed(duty.papers) if each.their_reference), ""
        ),
        "notice_state": speech[last if made.final else "supplement"].format(made.number, number),
        "new_facts": letter.paragraphs(made.new_facts),
        "corrections": letter.paragraphs(made.corrections),
        "categories_and_counts": letter.counts(case, language, around),
        "cause": facts.cause,
        "consequences": facts.consequences,
        "measures": facts.measures,
        "individuals_told": _individuals(case, speech, language, around.zone),
        "outstanding": letter.paragraphs(made.outstanding),
        "enclosures": tuple(enclosed),
        **letter.signed(around, language),
    }
    return Letter(POLICE_SUPPLEMENT if police else SUPPLEMENT, language, draft.recipient, fields, country=draft.country)


def _named(duty: Duty, speech: Mapping[str, str], language: str, zone: tzinfo) -> str:
    """Return what all supplements call the first report: its number, or the day and reference of one made elsewhere."""
    if duty.notice or duty.sent is None:
        return duty.notice
    day = shown_date(duty.sent.astimezone(zone).date(), language)
    return speech["elsewhere named"].format(day, duty.their_reference or duty.channel)


def _cited(duty: Duty, made: Supplement, speech: Mapping[str, str], language: str, zone: tzinfo) -> tuple[str, ...]:
    found = []
    for paper in duty.papers:
        if paper.sent is None or (isinstance(paper, Supplement) and paper.number >= made.number):
            continue
        day = shown_date(paper.sent.astimezone(zone).date(), language)
        if paper.notice:
            line = speech["of"].format(paper.notice, day)
        else:
            line = speech["elsewhere"].format(day, paper.their_reference or paper.channel)
        if isinstance(paper, Supplement):
            named = _named(duty, speech, language, zone)
            line += f" ({speech['supplement'].format(paper.number, named)})"
        found.append(line)
    return tuple(found)


def _severity(case: Incident, speech: Mapping[str, str]) -> str:
    score = case.score
    return speech["severity"].format(score.score, speech.get(score.band.replace("-", " "), score.band)) if score else ""


def _individuals(case: Incident, speech: Mapping[str, str], language: str, zone: tzinfo) -> str:
    duty = next((each for each in case.duties if each.duty == INDIVIDUALS), None)
    if duty is None:
        return ""
    if duty.decision == NOT_NOTIFY:
        return speech["not told"].format(duty.reasons)
    if duty.sent is not None:
        return speech["told"].format(shown_date(duty.sent.astimezone(zone).date(), language))
    if duty.decision or case.lists:
        return speech["planned"].format(shown_date(duty.due.astimezone(zone), language))
    return speech["undecided"]
