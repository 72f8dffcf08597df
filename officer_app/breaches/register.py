"""The register sheet of an incident: facts, effects, measures, and each decision with its reasons (GDPR Art. 33(5))."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from officer_app.breaches import letter
from officer_app.breaches.duty import AUTHORITY, INDIVIDUALS, NOT_NOTIFY, POLICE, Duty, Supplement
from officer_app.breaches.letter import Around
from officer_app.breaches.rules import Incident, Score
from officer_app.casebook.evidence import Evidence
from officer_app.casebook.issued import VOID, Notice
from officer_app.notices.document import Value
from officer_app.notices.filling import shown_date
from officer_app.policy import severity

_TOLD = {POLICE: "Police", AUTHORITY: "Data authority", INDIVIDUALS: "Customers"}
_WORDS: dict[str, dict[str, str]] = {
    "en": {
        **_TOLD,
        "severity": "Severity {0:g}, {1} ({2}).",
        "not scored": "The severity was not scored yet.",
        "no measures": "None recorded yet.",
        "struck": "{0}: {1} (struck off on {2} by {3}: {4})",
        "nobody": "nobody",
        "done": "done {0}",
        "due": "due {0}",
        "task": "{0} ({1}, {2})",
        "told whom": "{0}, due {1}:",
        "not told": "not told. Reasons: {0}",
        "told": "told on {0}.",
        "told late": "told on {0}, late.",
        "not yet": "not yet told.",
        "reasons": "Reasons: {0}",
        "decided": "Decided by {0} on {1}.",
        "list": "List {0}: {1} persons.",
        "final": "final report",
        "supplement": "supplement {0}",
        "more": "{0}, {1}: told on {2}.",
        "theirs": "{0}; their reference is {1}",
        "proof": "Proof of sending: {0}, SHA-256 {1}",
        "public": "Public notice {0}: {1}.",
        "issued": "issued on {0}",
        "published": "published on {0} ({1})",
        "withdrawn": "withdrawn",
        "because": "{0}: {1}",
        "low": "low", "medium": "medium", "high": "high", "very high": "very high",
        "e-mail": "e-mail", "post": "post", "in person": "in person", "fax": "fax", "portal": "portal",
        "website": "website", "app": "app", "newspaper": "newspaper",
    },
    "vi": {
        POLICE: "Cơ quan công an",
        AUTHORITY: "Cơ quan bảo vệ dữ liệu cá nhân",
        INDIVIDUALS: "Khách hàng",
        "severity": "Mức độ nghiêm trọng {0:g}, {1} ({2}).",
        "not scored": "Chưa chấm điểm mức độ nghiêm trọng.",
        "no measures": "Chưa ghi nhận biện pháp nào.",
        "struck": "{0}: {1} ({3} gạch bỏ {2}: {4})",
        "nobody": "không ai",
        "done": "hoàn thành {0}",
        "due": "hạn {0}",
        "task": "{0} ({1}, {2})",
        "told whom": "{0}, hạn {1}:",
        "not told": "không thông báo. Lý do: {0}",
        "told": "đã thông báo {0}.",
        "told late": "đã thông báo {0}, chậm hạn.",
        "not yet": "chưa thông báo.",
        "reasons": "Lý do: {0}",
        "decided": "{0} quyết định {1}.",
        "list": "Danh sách {0}: {1} người.",
        "final": "báo cáo kết thúc",
        "supplement": "báo cáo bổ sung lần {0}",
        "more": "{0}, {1}: đã thông báo {2}.",
        "theirs": "{0}; số hồ sơ của cơ quan: {1}",
        "proof": "Chứng từ gửi: {0}, SHA-256 {1}",
        "public": "Thông báo công khai {0}: {1}.",
        "issued": "phát hành {0}",
        "published": "công bố {0} ({1})",
        "withdrawn": "đã thu hồi",
        "because": "{0}: {1}",
        "low": "thấp", "medium": "trung bình", "high": "cao", "very high": "rất cao",
        "e-mail": "thư điện tử", "post": "bưu điện", "in person": "trực tiếp", "fax": "fax",
        "portal": "cổng thông tin điện tử", "website": "trang thông tin điện tử", "app": "ứng dụng", "newspaper": "báo",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """What a register sheet says beside the incident: its language, what the rules call duties, papers and notices."""

    around: Around
    language: str = "en"
    titles: Mapping[str, str] | None = None
    evidence: tuple[Evidence, ...] = ()
    notices: tuple[Notice, ...] = ()

    @property
    def words(self) -> Mapping[str, str]:
        """The fixed words in the language."""
        return _WORDS.get(self.language, _WORDS["en"])

    def when(self, moment: datetime) -> str:
        """Return a moment in words, in the controller's zone."""
        return shown_date(moment.astimezone(self.around.zone), self.language)

    def told(self, duty: Duty) -> str:
        """Return who a duty tells."""
        return self.words.get(duty.duty) or (self.titles or {}).get(duty.duty) or told(duty)

    def name(self, person: str) -> str:
        """Return the name of somebody of the casebook."""
        return (self.around.names or {}).get(person, self.words["nobody"])


def told(duty: Duty) -> str:
    """Return in English who a duty tells."""
    return _TOLD.get(duty.duty) or duty.title or duty.duty.replace("-", " ").capitalize()


def fields(case: Incident, sheet: Sheet) -> dict[str, Value]:
    """Return the fields of the register sheet."""
    facts, words, language, zone = case.facts, sheet.words, sheet.language, sheet.around.zone
    late = [words["because"].format(sheet.told(duty), duty.late_reason) for duty in case.duties if _late(duty)]
    score = case.score
    band = words.get(score.band.replace("-", " "), score.band) if score else ""
    given = answers(score, language) if score else []
    scored = words["severity"].format(score.score, band, score.formula) if score else words["not scored"]
    return {
        "incident_reference": case.reference,
        "happened": letter.happened(case, language, zone),
        "detected": case.noticed.astimezone(zone),
        "discovered_by": facts.discovered_by,
        "nature": letter.nature(case, language),
        "cause": facts.cause,
        "facts": (*letter.course(case.events, language, zone), *_struck(case, sheet)),
        "categories_and_counts": letter.counts(case, language, sheet.around),
        "effects": (scored, *(f"{question} {said}" for question, said in given)),
        "consequences": facts.consequences,
        "measures": (facts.measures or words["no measures"], *_tasks(case, sheet)),
        "decisions": tuple(line for duty in case.duties for line in _decision(case, duty, sheet)),
        "late_reason": tuple(late),
        "lessons": facts.lessons,
    }


def answers(score: Score, language: str) -> list[tuple[str, str]]:
    """Return the questions of a score, each with what was chosen and why."""
    asked = {each.id: each for each in severity.questions()}
    found = []
    for key, chosen, why in score.answers:
        question = asked.get(key)
        title = question.title_in(language) if question else key
        choices = {each.id: each.title_in(language) for each in question.choices} if question else {}
        found.append((title, f"{choices.get(chosen, chosen)}: {why}"))
    return found


def _struck(case: Incident, sheet: Sheet) -> list[str]:
    """Return what was written down first and found wrong later, with the reason."""
    return [
        sheet.words["struck"].format(
            sheet.when(each.at), each.text, sheet.when(each.struck), sheet.name(each.struck_by), each.why
        )
        for each in case.events
        if each.struck is not None
    ]


def _tasks(case: Incident, sheet: Sheet) -> list[str]:
    found = []
    for each in case.tasks:
        state = sheet.words["done" if each.done else "due"].format(sheet.when(each.done or each.due))
        task = sheet.words["task"].format(each.what, sheet.name(each.owner), state)
        found.append(f"{task}: {each.result}" if each.result else task)
    return found


def _decision(case: Incident, duty: Duty, sheet: Sheet) -> list[str]:
    words = sheet.words
    parts = [words["told whom"].format(sheet.told(duty), sheet.when(duty.due))]
    if duty.decision == NOT_NOTIFY:
        parts.append(words["not told"].format(duty.reasons))
    elif duty.sent is not None:
        parts.append(words["told late" if duty.late(duty.sent) else "told"].format(_sending(duty, sheet)))
    else:
        parts.append(words["not yet"])
    if duty.decision != NOT_NOTIFY and duty.reasons:
        parts.append(words["reasons"].format(duty.reasons))
    if duty.decided is not None and duty.decided_by in (sheet.around.names or {}):
        parts.append(words["decided"].format(sheet.name(duty.decided_by), sheet.when(duty.decided)))
    lines = [*_proofs(duty, sheet)]
    if duty.duty == INDIVIDUALS:
        parts += [words["list"].format(one.number, letter.number(one.persons, sheet.language)) for one in case.lists]
        lines += _public(sheet)
    for each in duty.supplements:
        if each.sent is not None:
            what = words["final"] if each.final else words["supplement"].format(each.number)
            lines.append(words["more"].format(sheet.told(duty), what, _sending(each, sheet)))
            lines += _proofs(each, sheet)
    return [" ".join(parts), *lines]


def _late(duty: Duty) -> bool:
    """Whether why it is late is to be told: a reason drafted for what was then sent in time explains nothing."""
    return bool(duty.late_reason) and (duty.sent is None or duty.late(duty.sent))


def _proofs(paper: Duty | Supplement, sheet: Sheet) -> Iterable[str]:
    return (sheet.words["proof"].format(each.name, each.sha256) for each in sheet.evidence if each.id in paper.proof)


def _public(sheet: Sheet) -> list[str]:
    found = []
    for one in sheet.notices:
        if one.kind != letter.PUBLIC or one.state == VOID or one.issued is None:
            continue
        state = sheet.words["issued"].format(sheet.when(one.issued))
        if one.sent is not None:
            where = sheet.words.get(one.channel or "", one.channel)
            state = sheet.words["published"].format(sheet.when(one.sent), where)
        if one.reason:
            state += f", {sheet.words['withdrawn']}"
        found.append(sheet.words["public"].format(one.number, state))
    return found


def _sending(paper: Duty | Supplement, sheet: Sheet) -> str:
    notice = f"{paper.notice}, " if paper.notice else ""
    channel = f"{notice}{sheet.words.get(paper.channel, paper.channel)}"
    if paper.their_reference:
        channel = sheet.words["theirs"].format(channel, paper.their_reference)
    return f"{sheet.when(paper.sent) if paper.sent else ''} ({channel})"
