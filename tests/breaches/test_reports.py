"""Reports to police and authorities: each duty its own, supplements under one number, the form of the recipient."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from officer_app.base.errors import KnownError
from officer_app.breaches import clocks, records
from officer_app.breaches.asked import Asked
from officer_app.breaches.duty import AUTHORITY, INDIVIDUALS, POLICE, ReportDraft, Supplement
from officer_app.breaches.service import Breaches
from officer_app.casebook import cases, issued
from officer_app.letters.issue import Letters
from officer_app.policy.book import Book
from tests import factory
from tests.breaches import making
from tests.breaches.making import Desk, sentence
from tests.pdf_text import text_of

A05 = ("Cục An ninh mạng, Bộ Công an (A05)", "47 Phạm Văn Đồng", "Hà Nội")
BERLIN = ("Berliner Beauftragte für Datenschutz", "Alt-Moabit 59-61", "10555 Berlin")


def under(desk: Desk, *packs: str, **more: object) -> Desk:
    """Return the desk under other packs."""
    book = Book.load(("shop-policy", *packs), **more)  # type: ignore[arg-type]
    letters = Letters(desk.book, lambda: book)
    return replace(desk, policy=book, service=Breaches(desk.book, lambda: book, letters, lambda: desk.shop))


def approve(desk: Desk, reference: str, name: str) -> None:
    desk.service.notices.approve(reference, name, factory.MANAGER_NAME, factory.MANAGER_PASS)


def tell(desk: Desk, reference: str, name: str, draft: ReportDraft, late_reason: str = "") -> tuple[str, str]:
    """Draft, approve, issue and send a first report; return its number and text."""
    desk.service.reports.draft(reference, draft, desk.case(reference).version, late_reason, name)
    approve(desk, reference, name)
    number = desk.service.reports.issue(reference, name).notices[0]
    desk.service.sent(number, "post", desk.clock(), "A05/118")
    return number, text_of(desk.service.letters.pdf(number)[1])


def add(desk: Desk, reference: str, name: str, made: Supplement) -> tuple[str, str]:
    """Draft, approve, issue and send a supplement; return its number and text."""
    desk.service.reports.draft_supplement(reference, name, made, desk.case(reference).version)
    approve(desk, reference, name)
    number = desk.service.reports.issue(reference, name).notices[0]
    desk.service.sent(number, "post", desk.clock(), "A05/119")
    return number, text_of(desk.service.letters.pdf(number)[1])


def due(desk: Desk) -> set[str]:
    with desk.book.reading() as tx:
        return {item.duty for item in cases.due_list(tx)}


def test_each_duty_is_drafted_issued_sent_and_met_by_itself(desk: Desk) -> None:
    desk = under(desk, "vn-2026", country="VN")
    reference = desk.log()
    desk.facts(reference)
    assert due(desk) == {POLICE, AUTHORITY, INDIVIDUALS}
    proposed = desk.service.reports.propose(reference, AUTHORITY)
    assert proposed.country == "VN" and proposed.language == "vi" and "Bộ Công an" in proposed.recipient[0]
    number, said = tell(desk, reference, AUTHORITY, replace(proposed, recipient=A05))
    for words in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "THÔNG BÁO", number, "Lotus Shop Company Limited", reference,
                  "Chúng tôi cam kết", "Không có", "Địa chỉ", "Somebody used a stolen password",
                  "Kho dữ liệu được mã hóa."):  # fmt: skip
        assert words in said, words
    assert due(desk) == {POLICE, INDIVIDUALS}
    duty = desk.case(reference).duty(AUTHORITY)
    assert (duty.notice, duty.channel, duty.their_reference) == (number, "post", "A05/118")
    assert desk.case(reference).duty(POLICE).sent is None
    desk.verify()


def test_a_german_authority_gets_no_vietnamese_head(desk: Desk) -> None:
    desk = under(desk, "vn-2026", "eu-gdpr", country="VN", countries={"eu-gdpr": "DE"})
    reference = desk.log()
    desk.facts(reference)
    draft = ReportDraft("en", BERLIN, country="de")
    _number, said = tell(desk, reference, AUTHORITY, draft)
    assert "Berliner Beauftragte" in said and "CỘNG HÒA" not in said and "Độc lập" not in said
    _number, said = tell(desk, reference, POLICE, ReportDraft("vi", A05, "Kính đề nghị xác minh.", country="VN"))
    assert "CỘNG HÒA" in said


def test_first_report_supplements_and_final_share_a_number_and_cite_each_other(desk: Desk) -> None:
    desk = under(desk, "vn-2026", country="VN")
    service, reference = desk.service, desk.log()
    desk.facts(reference)
    draft = ReportDraft("en", A05, country="DE", phases=True)
    first, said = tell(desk, reference, AUTHORITY, draft)
    assert "follows in supplements under the same number" in said
    service.decide(reference, POLICE, False, "No crime.", desk.case(reference).version)
    service.decide(reference, INDIVIDUALS, False, "Low risk.", desk.case(reference).version)
    assert "still to be told" in sentence(lambda: service.conclude(reference, "", desk.case(reference).version))
    desk.clock.turn(days=2)
    second, said = add(desk, reference, AUTHORITY, Supplement(0, "The copy was found on a forum.", outstanding="Who."))
    assert f"Supplement 1 to {first}" in said and f"{first} of 23 November 2026" in said and "A05/118" in said
    assert "found on a forum" in said and "Who." in said
    third, said = add(desk, reference, AUTHORITY, Supplement(0, "All is closed.", final=True))
    assert f"Final notice, supplement 2 to {first}" in said and f"Supplement 1 to {first}" in said and second in said
    assert "A05/119" in said
    again = Supplement(0, "More.")
    version = desk.case(reference).version
    assert "final report was sent" in sentence(
        lambda: service.reports.draft_supplement(reference, AUTHORITY, again, version)
    )
    assert len({first, second, third}) == 3
    register = text_of(service.register_sheet(reference, "en"))
    assert all(each in register for each in (first, second, third, "final report", "No crime.", "Low risk."))
    service.conclude(reference, "", desk.case(reference).version)
    desk.verify()


@pytest.mark.parametrize(
    ("language", "country", "named", "final"),
    [
        ("en", "DE", "Supplement 1 to the report of 23 November 2026 (A05/118)",
         "Final notice, supplement 2 to the report of 23 November 2026 (A05/118)"),
        ("vi", "VN", "Bổ sung lần 1 cho văn bản báo cáo ngày 23 tháng 11 năm 2026 (A05/118)",
         "Thông báo kết thúc, bổ sung lần 2 cho văn bản báo cáo ngày 23 tháng 11 năm 2026 (A05/118)"),
    ],
)  # fmt: skip
def test_supplements_follow_a_report_that_was_made_elsewhere(
    desk: Desk, language: str, country: str, named: str, final: str
) -> None:
    desk = under(desk, "vn-2026", country="VN")
    service, reference = desk.service, desk.log()
    desk.facts(reference)
    service.tell_elsewhere(reference, AUTHORITY, "portal", desk.clock(), "A05/118", desk.case(reference).version, True)
    assert AUTHORITY not in due(desk) and not desk.case(reference).duty(AUTHORITY).finished, "a final one is owed"
    proposed = service.reports.propose(reference, AUTHORITY)
    assert "Bộ Công an" in proposed.recipient[0] and proposed.country == "VN"
    desk.clock.turn(days=2)
    more, version = Supplement(0, "The copy was found on a forum."), desk.case(reference).version
    assert "to whom" in sentence(lambda: service.reports.draft_supplement(reference, AUTHORITY, more, version))
    to = ReportDraft(language, A05, email="a05@ministry.example", country=country)
    service.reports.draft_supplement(reference, AUTHORITY, more, version, to)
    approve(desk, reference, AUTHORITY)
    number = service.reports.issue(reference, AUTHORITY).notices[0]
    said = " ".join(text_of(service.letters.pdf(number)[1]).split())
    assert named in said and "47 Phạm Văn Đồng" in said and "found on a forum" in said and number in said
    service.sent(number, "post", desk.clock(), "A05/119")
    # the addressee is known from now on
    second, said = add(desk, reference, AUTHORITY, Supplement(0, "All is closed.", final=True))
    said = " ".join(said.split())
    assert final in said and number in said and "A05/119" in said and "47 Phạm Văn Đồng" in said
    assert desk.case(reference).duty(AUTHORITY).finished
    register = " ".join(text_of(service.register_sheet(reference, "en")).split())
    assert all(each in register for each in ("portal; their reference is A05/118", number, second, "final report"))
    desk.verify()


def test_a_supplement_is_approved_as_it_stands_and_can_be_withdrawn(desk: Desk) -> None:
    service, reference = desk.service, desk.log()
    desk.facts(reference)
    assert "not sent yet" in sentence(
        lambda: service.reports.draft_supplement(reference, POLICE, Supplement(0, "x"), desk.case(reference).version)
    )
    tell(desk, reference, POLICE, ReportDraft("en", making.POLICE, "Please investigate."))
    service.reports.draft_supplement(reference, POLICE, Supplement(0, "More."), desk.case(reference).version)
    assert desk.case(reference).to_sign
    approve(desk, reference, POLICE)
    assert not desk.case(reference).to_sign
    # the supplement says what becomes of the customers, so a decision about them needs the manager's word again
    service.decide(reference, INDIVIDUALS, False, "Low risk.", desk.case(reference).version)
    assert desk.case(reference).to_sign
    approve(desk, reference, POLICE)
    desk.facts(reference, cause="Another cause.")
    assert "approves" in sentence(lambda: service.reports.issue(reference, POLICE))
    approve(desk, reference, POLICE)
    number = service.reports.issue(reference, POLICE).notices[0]
    service.reports.withdraw(reference, "A wrong word.", POLICE)
    assert {one.number: one.state for one in service.queue.open(reference).notices}[number] == issued.WITHDRAWN
    assert desk.case(reference).duty(POLICE).supplement is not None
    assert "nothing open" in sentence(
        lambda: service.reports.draft_supplement(
            reference, POLICE, Supplement(0, "x", outstanding="y", final=True), desk.case(reference).version
        )
    )
    desk.verify()


def test_the_table_counts_of_whom_the_shop_holds_each_kind_of_data(desk: Desk) -> None:
    reference = desk.log()
    desk.facts(reference, categories=("name", "password", "orders"), groups=("Newsletter subscribers: 1,200",))
    desk.service.affected.freeze(reference, Asked())
    with desk.book.reading() as tx:
        people = [person for _at, person in records.people(tx, desk.case(reference).lists[0].id)]
    _number, said = tell(desk, reference, POLICE, ReportDraft("en", making.POLICE, "Please investigate."))
    lines = said.splitlines()
    for title, count in (
        ("Password", sum(person.has_password for person in people)),
        ("Orders", sum(person.ordered for person in people)),
        ("All persons concerned", len(people)),
    ):
        assert any(title in line and str(count) in line for line in lines) or f"{title}\n{count}" in said, title
    assert len({len(people), sum(person.ordered for person in people)}) == 2 and "1,200" in said


def test_a_late_authority_notice_carries_its_reason(desk: Desk) -> None:
    desk = under(desk, "eu-gdpr", country="DE")
    reference = desk.log()
    desk.facts(reference)
    desk.clock.turn(hours=80)
    draft = ReportDraft("en", BERLIN, country="DE")
    desk.service.reports.draft(reference, draft, desk.case(reference).version, name=AUTHORITY)
    assert "late" in sentence(lambda: approve(desk, reference, AUTHORITY))
    _number, said = tell(desk, reference, AUTHORITY, draft, "The provider was slow.")
    assert "Why this notice comes late" in said and "provider was slow" in said


def test_a_conditional_rule_starts_its_clock_when_the_officer_finds_that_it_applies(desk: Desk) -> None:
    desk = under(desk, "vn-2026", "us-ca", country="VN")
    reference = desk.log()
    case = desk.case(reference)
    found = {each.rule: each for each in desk.service.others(reference)}
    assert {"cyber-first-notice", "cyber-report", "breach-individuals-special"} <= set(found)
    add_ = desk.service.also
    assert "why it applies" in sentence(lambda: add_(reference, "cyber-first-notice", case.noticed, " ", case.version))
    add_(reference, "cyber-first-notice", case.noticed, "The whole shop was down.", case.version)
    duty = desk.case(reference).duty("cyber-first-notice")
    assert duty.due - case.noticed == timedelta(hours=24) and duty.reasons == "The whole shop was down."
    assert "cyber-first-notice" in due(desk)
    assert "already" in sentence(
        lambda: add_(reference, "cyber-first-notice", case.noticed, "Again.", desk.case(reference).version)
    )
    desk.facts(reference)
    tell(desk, reference, "cyber-first-notice", ReportDraft("vi", A05, country="VN"))
    assert "cyber-first-notice" not in due(desk)
    assert "cyber-first-notice" not in {each.rule for each in clocks.others(desk.policy, desk.case(reference))}
    desk.verify()


def test_enclosures_are_named_with_their_hashes(desk: Desk, tmp_path: Path) -> None:
    reference = desk.log()
    desk.facts(reference)
    (tmp_path / "access.log").write_bytes(b"203.0.113.7 GET /admin")
    desk.service.course.attach(reference, [tmp_path / "access.log"])
    (piece,) = desk.service.queue.open(reference).evidence
    draft = ReportDraft("en", making.POLICE, "Please investigate.", evidence=(piece.id,))
    _number, said = tell(desk, reference, POLICE, draft)
    assert f"access.log, SHA-256 {piece.sha256}" in said.replace("\n", " ") or piece.sha256 in said.replace(" ", "")
    lost = replace(draft, evidence=("nothing",))
    with pytest.raises(KnownError):
        desk.service.reports.draft(reference, lost, desk.case(reference).version)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Supplement to our report", "supplements the report", "Final report, supplement 1 to")),
        ("vi", ("BÁO CÁO", "xin bổ sung báo cáo", "Báo cáo kết thúc, bổ sung lần 1 cho văn bản")),
    ],
)
def test_a_supplement_to_the_police_is_a_report_as_the_first_was(
    desk: Desk, language: str, words: tuple[str, ...]
) -> None:
    desk = under(desk, "vn-2026", country="VN")
    reference = desk.log()
    desk.facts(reference)
    country = "VN" if language == "vi" else "DE"
    tell(desk, reference, POLICE, ReportDraft(language, making.POLICE, "Please investigate.", country=country))
    number, said = add(desk, reference, POLICE, Supplement(0, "They were found.", final=True))
    said = " ".join(said.split())
    assert all(each in said for each in words), said
    assert ("/BC" in said) == (language == "vi") and "otification" not in said and "Thông báo bổ sung" not in said
    assert issued_kind(desk, reference, number) == "breach-police-supplement"


def issued_kind(desk: Desk, reference: str, number: str) -> str:
    return next(one.kind for one in desk.service.queue.open(reference).notices if one.number == number)
