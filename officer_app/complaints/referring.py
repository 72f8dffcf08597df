"""The file of a complaint as one PDF for an authority, and the answer that the authority gives (policy G4)."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.casebook import audit, cases, evidence, issued
from officer_app.casebook.audit import Entry
from officer_app.casebook.book import Casebook
from officer_app.casebook.evidence import Evidence
from officer_app.casebook.issued import Notice
from officer_app.complaints import escalation, mail_records, records
from officer_app.complaints.matters import Said
from officer_app.complaints.rules import CLOSED, RESOLVING, Complaint, Requester
from officer_app.letters.issue import Letters
from officer_app.notices import binding, pdf, text
from officer_app.notices.binding import Part
from officer_app.notices.document import Table, Value
from officer_app.policy.book import Book

_LONGEST = 20_000  # characters of one message; the sealed original has the rest
_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "case": "Case", "kind": "Kind", "received": "Received", "from": "From", "state": "Referred because",
        "page": "Page", "document": "Document", "this": "Contents, chronology and list of evidence", "when": "When",
        "what": "What", "by": "By", "name": "Name", "size": "Bytes", "hash": "SHA-256", "none": "none",
        "note": "Each piece of evidence is kept sealed as it came; its SHA-256 shows that a copy is the same.",
    },
    "vi": {
        "case": "Hồ sơ", "kind": "Loại", "received": "Ngày nhận", "from": "Người gửi", "state": "Lý do chuyển",
        "page": "Trang", "document": "Tài liệu", "this": "Mục lục, diễn biến và danh mục chứng cứ", "when": "Thời gian",
        "what": "Nội dung", "by": "Người thực hiện", "name": "Tên", "size": "Số byte", "hash": "SHA-256",
        "none": "không có",
        "note": "Mỗi chứng cứ được niêm phong nguyên bản; mã SHA-256 cho phép xác nhận bản sao đúng với bản gốc.",
    },
}  # fmt: skip
_ACTIONS = {
    "received": "tiếp nhận", "linked": "liên kết khách hàng", "identity checked": "kiểm tra danh tính",
    "notice issued": "lập văn bản", "notice sent": "gửi văn bản", "notice withdrawn": "thu hồi văn bản",
    "kind changed": "đổi loại", "assigned": "phân công", "mail joined": "nhận thêm thư", "reopened": "mở lại",
    "statement added": "bổ sung ý kiến", "hold placed": "lưu giữ dữ liệu", "hold released": "thôi lưu giữ",
    "reported as a breach": "báo cáo sự cố", "case file made": "lập hồ sơ", "export": "xuất bản sao",
    "authority answered": "cơ quan trả lời", "another deadline chosen": "chọn thời hạn khác",
}  # fmt: skip


class Referring:
    """Makes the file and takes the authority's answer in."""

    def __init__(self, book: Casebook, policy: Callable[[], Book], letters: Letters) -> None:
        self._book, self._policy, self._letters = book, policy, letters

    def make(self, reference: str) -> tuple[str, bytes]:
        """Return a file name and the file: contents, words, chronology, evidence with hashes, and every letter.

        It is kept with the case's evidence and recorded with its digest.
        """
        with self._book.reading() as tx:
            case = records.get(tx, reference)
            notices = [one for one in reversed(issued.of_case(tx, reference)) if _stands(one)]
            letters = [Part(f"{one.number} {one.title}", issued.pdf(tx, one.number)) for one in notices]
            pieces, timeline = evidence.of_case(tx, reference), audit.timeline(tx, reference)
            said = [one for one in mail_records.of_case(tx, reference) if one.how]
        fields = self._fields(case, timeline, pieces, said)
        pages, starts = 0, list[int]()
        for _try in range(4):
            # How long the contents are decides on which page each letter begins; it is set again until that holds.
            starts = _starts(pages, letters)
            sheet = self._sheet(case, {**fields, "contents": _contents(case, letters, starts)})
            if (length := binding.count(sheet)) == pages:
                break
            pages = length
        words = _words(case)
        content = binding.bind((Part(words["this"], sheet), *letters), f"{reference}")
        with self._book.transaction("work", reference) as tx:
            evidence.add(tx, reference, f"file-{reference}.pdf", "application/pdf", content)
            audit.append(tx, "case file made", reference, sha256=hashlib.sha256(content).hexdigest())
        return f"file-{reference}.pdf", content

    def _sheet(self, case: Complaint, fields: Mapping[str, Value]) -> bytes:
        document = text.compose(
            "complaint-file", case.language, number="", reference=case.reference,
            date=self._book.clock().astimezone(self._policy().zone).date(), recipient=(), fields=dict(fields),
            letterhead=self._letters.shop().letterhead(),
        )  # fmt: skip
        return pdf.render(document, demo=self._book.demo, footer=self._book.head_mark())

    def _fields(
        self, case: Complaint, timeline: Sequence[Entry], pieces: Sequence[Evidence], said: Sequence[Said]
    ) -> dict[str, Value]:
        policy, words, zone = self._policy(), _words(case), self._policy().zone
        kinds = {one.id: one.title_in(case.language) for one in (*policy.complaint_kinds, *policy.request_kinds)}
        who = case.requester
        facts = [
            (words["case"], case.reference),
            (words["kind"], kinds.get(case.kind, case.kind)),
            (words["received"], _moment(case.received, zone)),
            (words["from"], ", ".join(part for part in (who.name, who.email, who.phone, who.address) if part)),
        ]
        if case.decision is not None and case.decision.authority:
            facts.append((words["state"], case.decision.reasons))
        names = self._book.directory().names()
        done = tuple(
            (_moment(one.at, zone), _action(one, case.language), names.get(one.actor, "?"))
            for one in reversed(timeline)
            if one.action != "number reserved"
        )
        listed = tuple((one.name, str(one.size), f"{one.sha256[:32]} {one.sha256[32:]}") for one in pieces)
        fields: dict[str, Value] = {
            "case_reference": case.reference,
            "case_facts": Table((), tuple(facts), widths=(1, 3.6)),
            "asked": tuple(part for part in (case.subject, case.text[:_LONGEST]) if part.strip()) or words["none"],
            "chronology": Table((words["when"], words["what"], words["by"]), done, widths=(1.2, 3.2, 1.2)),
            "evidence_list": Table((words["name"], words["size"], words["hash"]),
                                   listed or ((words["none"], "", ""),), widths=(2, 0.8, 2.6), right=(1,)),
            "note": words["note"],
        }  # fmt: skip
        if said:
            fields["later_messages"] = tuple(
                f"{_moment(one.received, zone)}, {one.sender.name or one.sender.email}: {one.subject}\n"
                f"{one.text[:_LONGEST]}"
                for one in said
            )
        return fields

    def answered(
        self, reference: str, authority: str, said: str, received: datetime, version: int, *, close: bool
    ) -> Change:
        """Enter what the authority answered; only then may the case end. `close` ends it at once."""
        with self._book.transaction("work", reference) as tx:
            case = replace(records.get(tx, reference), version=version)
            message = Said(
                received=received, channel="letter", sender=Requester(name=authority),
                subject="Answer of the authority", text=said, how=escalation.AUTHORITY, seen=tx.now,
            )  # fmt: skip
            escalation.answered(case, message, tx.now)
            unsent = [one.number for one in issued.of_case(tx, reference) if one.state == issued.ISSUED]
            if close and unsent:
                raise KnownError(f"{unsent[0]} is issued and not sent yet. Send or withdraw it first.")
            mail_records.add(tx, reference, message)
            after = replace(case, state=RESOLVING)
            if close:
                after = replace(case, state=CLOSED, closed=tx.now, closing=escalation.AUTHORITY)
            records.save(tx, after)
            if close:
                cases.drop_open_deadlines(tx, reference)
            audit.append(tx, "authority answered", reference, {"from": authority})
        news = f"{reference} is closed." if close else "The answer is in the file. Tell the complainant, then close."
        return Change(records.DESK, (reference,), news=news)


def _stands(notice: Notice) -> bool:
    return notice.kept and notice.state in (issued.ISSUED, issued.SENT)


def _words(case: Complaint) -> dict[str, str]:
    return _WORDS.get(case.language, _WORDS["en"])


def _starts(pages: int, letters: Sequence[Part]) -> list[int]:
    starts, at = list[int](), pages + 1
    for one in letters:
        starts.append(at)
        at += binding.count(one.content)
    return starts


def _contents(case: Complaint, letters: Sequence[Part], starts: Sequence[int]) -> Table:
    words = _words(case)
    rows = [(words["this"], "1"), *((one.title, str(at)) for one, at in zip(letters, starts, strict=True))]
    return Table((words["document"], words["page"]), tuple(rows), widths=(6, 1), right=(1,))


def _moment(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%d.%m.%Y %H:%M}"


def _action(entry: Entry, language: str) -> str:
    action = _ACTIONS.get(entry.action, entry.action) if language == "vi" else entry.action
    number = (entry.details or {}).get("number", "")
    return f"{action} {number}".strip()
