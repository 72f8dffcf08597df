"""What the forms start from: the date of an extension, what became of a deletion, and what is kept after one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, tzinfo

from officer_app.base.handover import ErasureAnswer
from officer_app.complaints import duties
from officer_app.complaints.rules import Complaint
from officer_app.policy.book import Book

_ERASED: Mapping[str, tuple[str, str, str]] = {
    "en": (
        "We deleted your account and the data in it on {day}.",
        "We are deleting your account and the data in it, and will send you a confirmation when it is done.",
        "What the law obliges us to keep: {kept}.",
    ),
    "vi": (
        "Chúng tôi đã xóa tài khoản và các dữ liệu trong tài khoản của Quý khách vào ngày {day}.",
        "Chúng tôi đang xóa tài khoản và các dữ liệu trong tài khoản của Quý khách và sẽ gửi xác nhận khi hoàn tất.",
        "Dữ liệu phải tiếp tục lưu giữ theo quy định của pháp luật: {kept}.",
    ),
}
_KEEP = {
    "en": "{what}: {years} years{end} ({source})",
    "vi": "{what}: {years} năm{end} ({source})",
}
_END = {"en": " from the end of the year", "vi": " kể từ cuối năm"}


def extended(policy: Book, case: Complaint, zone: tzinfo) -> str:
    """Return, for the officer, which date an extension leads to and by which rule."""
    found = duties.answer_by(policy, replace(case, clock=replace(case.clock, extension="—")))
    day = f"{found.due.astimezone(zone):%d.%m.%Y}"
    return f"The answer is then due on {day}: {found.how} ({found.source}, {found.pack} {found.pack_version})"


def erased(case: Complaint, answer: ErasureAnswer | None, zone: tzinfo) -> str:
    """Return what the answer says about a deletion that was handed over, in the language of the letters."""
    if case.handed is None:
        return ""
    done, under_way, keeping = _ERASED.get(case.language, _ERASED["en"])
    if answer is None or answer.erased is None:
        return under_way
    text = done.format(day=_day(answer.erased, zone))
    return f"{text}\n{keeping.format(kept='; '.join(answer.kept))}" if answer.kept else text


def kept(policy: Book, case: Complaint, answer: ErasureAnswer | None) -> str:
    """Return, a line each, what is kept after a deletion, why and until when: as it was, else as the packs say."""
    if answer is not None and answer.kept:
        return "\n".join(answer.kept)
    lines = []
    language = case.language if case.language in _KEEP else "en"
    for one in policy.retention.keeps:
        what = one.title.get(language) or one.title["en"]
        end = _END[language] if one.counts_from == "end-of-year" else ""
        lines.append(_KEEP[language].format(what=what, years=one.years, end=end, source=one.source))
    return "\n".join(lines)


def _day(moment: datetime, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%d.%m.%Y}"
