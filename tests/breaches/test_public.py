"""The public notice and the register sheet: each language, numbers of their own, what was approved and nothing else."""

from dataclasses import replace
from pathlib import Path

import pytest

from officer_app.base.errors import KnownError
from officer_app.breaches.asked import Asked
from officer_app.breaches.duty import INDIVIDUALS, POLICE, ReportDraft
from officer_app.casebook import issued
from officer_app.letters.issue import IssuedLetter
from officer_app.letters.letter import Letter
from tests.breaches import making
from tests.breaches.making import Desk, sentence
from tests.breaches.test_reports import tell, under
from tests.pdf_text import text_of

TITLES = {"en": "Public notice of a breach", "vi": "Thông báo công khai"}


def test_a_public_notice_is_issued_in_both_languages_published_and_withdrawn(desk: Desk) -> None:
    reference = desk.log()
    desk.facts(reference)
    desk.service.affected.freeze(reference, Asked())
    desk.letters(reference)
    public = desk.service.public
    assert "approves the letters first" in sentence(lambda: public.issue(reference, ("en",)))
    desk.approve(reference, INDIVIDUALS)
    assert set(public.languages(reference)) == {"en", "vi"}
    assert "at least one" in sentence(lambda: public.issue(reference, ()))
    said = text_of(public.preview(reference, ("en", "vi")))
    assert all(title in said for title in TITLES.values()) and "N-2026" not in said
    numbers = dict(zip(("en", "vi"), public.issue(reference, ("en", "vi")).notices, strict=True))
    assert len(set(numbers.values())) == 2
    notices = {one.number: one for one in desk.service.queue.open(reference).notices}
    for language, number in numbers.items():
        one = notices[number]
        assert (one.kind, one.language, one.state) == ("breach-public", language, issued.ISSUED) and one.approved_by
        titles = {each.id: each.title_in(language) for each in desk.policy.data_categories}
        wanted = (TITLES[language], number, "Lotus Shop", titles["email"], titles["address"], "privacy@lotus.example")
        for where in (text_of(desk.service.letters.pdf(number)[1]), public.text(reference, number)):
            for words in wanted:
                assert words in where or words == number, (words, where)
    at = desk.clock()
    public.published(reference, numbers["en"], "website", at)
    assert desk.case(reference).duty(INDIVIDUALS).sent is None, "the duty to the customers stays"
    public.withdraw(reference, numbers["vi"], "A wrong day.")
    register = " ".join(text_of(desk.service.register_sheet(reference)).split())
    assert f"Public notice {numbers['en']}: published on" in register and "(website)" in register
    assert f"Public notice {numbers['vi']}: issued on" in register and ", withdrawn." in register
    gone = public.withdraw(reference, numbers["en"], "A wrong number.").news
    assert gone == f"{numbers['en']} is withdrawn. Take it down where it appeared: website."
    register = " ".join(text_of(desk.service.register_sheet(reference)).split())
    assert f"Public notice {numbers['en']}: published on" in register and "(website), withdrawn." in register
    other = desk.log()
    assert "no public notice" in sentence(lambda: public.text(other, numbers["en"]))
    # what was changed and not approved again is not made public
    desk.letters(reference, advice=("watch_payments",))
    assert "approves the letters first" in sentence(lambda: public.issue(reference, ("en",)))
    desk.verify()


def test_after_printing_the_public_notice_says_what_was_printed(desk: Desk) -> None:
    reference = desk.ready_to_print(Asked(pasted="1"))
    desk.service.print_letters(reference, desk.out)
    draft = desk.service.notices.propose_letters(reference)
    changed = {key: replace(text, what_happened="Never approved.") for key, text in draft.texts.items()}
    desk.service.notices.draft_letters(reference, replace(draft, texts=changed), desk.case(reference).version)
    number = desk.service.public.issue(reference, ("vi",)).notices[0]
    said = text_of(desk.service.letters.pdf(number)[1])
    assert "Kẻ gian đã sao chép" in said and "Never approved" not in said


def test_a_public_notice_asks_for_the_incidents_reference_since_there_is_no_letter(desk: Desk) -> None:
    reference = desk.log()
    desk.facts(reference)
    desk.service.affected.freeze(reference, Asked())
    draft = desk.service.notices.propose_letters(reference)
    written = {key: replace(one, what_happened="Data were copied.", what_we_are_doing="We closed it.")
               for key, one in draft.texts.items()}  # fmt: skip
    desk.service.notices.draft_letters(reference, replace(draft, texts=written), desk.case(reference).version)
    desk.approve(reference, INDIVIDUALS)
    assert "of this letter" in written["en"].more_information and "của thư này" in written["vi"].more_information
    for language, number in zip(("en", "vi"), desk.service.public.issue(reference, ("en", "vi")).notices, strict=True):
        said = " ".join(desk.service.public.text(reference, number).split())
        wanted = {"en": f"Please name the reference {reference}.", "vi": f"và nêu số tham chiếu {reference}."}
        assert wanted[language] in said and "this letter" not in said and "thư này" not in said


def test_a_public_notice_that_fails_in_one_language_is_issued_in_none(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = desk.ready_to_print()
    public, whole = desk.service.public, desk.service.letters.issue

    def failing(reference: str, letter: Letter, **more: object) -> IssuedLetter:
        if letter.language == "vi":
            raise KnownError("The disk is full. Make room, then issue it again.")
        return whole(reference, letter, **more)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(desk.service.letters, "issue", failing)
    assert "disk is full" in sentence(lambda: public.issue(reference, ("en", "vi")))
    (one,) = desk.service.queue.open(reference).notices
    assert (one.state, one.language) == (issued.WITHDRAWN, "en") and "every language" in str(one.reason)
    monkeypatch.undo()
    assert len(public.issue(reference, ("en", "vi")).notices) == 2
    desk.verify()


def test_the_register_sheet_in_vietnamese_with_the_proof_of_sending(desk: Desk, tmp_path: Path) -> None:
    service, reference = desk.service, desk.log()
    desk.facts(reference)
    desk.events(reference)
    me, due = desk.book.actor.id, desk.clock()
    service.course.add_measure(reference, "Thay khóa", me, due, desk.case(reference).version)
    receipt = tmp_path / "biên nhận.pdf"
    receipt.write_bytes(b"%PDF-1.4 receipt")
    prove = service.course.prove
    version = desk.case(reference).version
    assert "Nothing was sent yet" in sentence(lambda: prove(reference, POLICE, [receipt], version))
    assert not service.queue.open(reference).evidence, "what was refused leaves nothing behind"
    tell(desk, reference, POLICE, ReportDraft("vi", making.POLICE, "Đề nghị xác minh."))
    prove(reference, POLICE, [receipt], desk.case(reference).version)
    (piece,) = service.queue.open(reference).evidence
    assert desk.case(reference).duty(POLICE).proof == (piece.id,)
    service.decide(reference, INDIVIDUALS, False, "Nguy cơ thấp.", desk.case(reference).version)
    said = "".join(text_of(service.register_sheet(reference, "vi")).split())
    for words in (
        "Sổ theo dõi sự cố dữ liệu",
        "Cơ quan công an, hạn 15:30 ngày 24 tháng 11 năm 2026",
        "(N-2026-0001, bưu điện",
        "Khách hàng, hạn",
        "không thông báo. Lý do: Nguy cơ thấp.",
        "Trần Linh quyết định",
        "Chưa chấm điểm",
        f"Chứng từ gửi: biên nhận.pdf, SHA-256 {piece.sha256}",
        "hạn 16:30 ngày 23 tháng 11",
    ):
        assert "".join(words.split()) in said, words
    english = "".join(text_of(service.register_sheet(reference)).split())
    assert f"Proofofsending:biênnhận.pdf,SHA-256{piece.sha256}" in english
    assert service.sheet_languages()[0] == "en"
    under_law = under(desk, "vn-2026", country="VN").service
    assert under_law.sheet_languages() == ("vi", "en")
    assert "Sổ theo dõi" in text_of(under_law.register_sheet(reference)), "what the shop's own authority reads"
    desk.verify()
