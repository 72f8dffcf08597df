"""Referring a case to an authority: proposed on the policy's grounds, filed as one PDF, open until it answers."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from pypdf.generic import Destination

from officer_app.base.errors import KnownError
from officer_app.complaints import escalation
from officer_app.complaints.rules import CLOSED, RECEIVED, REFERRAL, REFERRED, REPLY, RESOLVING, Complaint, Requester
from officer_app.complaints.rules import Decision as Made
from tests.complaints import bench
from tests.complaints.bench import NOW, Bench

GROUNDS = [one.id for one in bench.policy().escalation_triggers]
CASE = Complaint("C-1", "other", RECEIVED, NOW, NOW, "phone", Requester("A"), "s", "t", incident="B-2026-0001")
REVIEW = NOW + timedelta(days=30)


@pytest.mark.parametrize(
    ("case", "days", "persons", "expected"),
    [
        (CASE, 1, 0, []),
        (CASE, 31, 0, ["no-agreement"]),
        (replace(CASE, decision=Made(REPLY, "x")), 31, 0, []),
        (CASE, 1, 100, []),
        (CASE, 1, 101, ["many-persons"]),
        (replace(CASE, kind="account-misuse"), 31, 2000, ["suspected-crime", "no-agreement", "many-persons"]),
        (replace(CASE, kind="account-misuse", state=CLOSED), 31, 2000, []),
        (replace(CASE, kind="account-misuse", state=REFERRED), 31, 2000, []),
    ],
)
def test_a_referral_is_proposed_on_the_grounds_of_the_policy(
    case: Complaint, days: int, persons: int, expected: list[str]
) -> None:
    found = escalation.proposed(GROUNDS, case, NOW + timedelta(days=days), REVIEW, persons)
    assert [one.ground for one in found] == expected
    assert escalation.proposed((), case, NOW + timedelta(days=days), REVIEW, persons) == ()


def _referred(desk: Bench, language: str = "en") -> tuple[str, tuple[str, ...]]:
    reference = desk.service.receive_mail(desk.mails()[3]).references[0]  # one with a picture
    case = desk.file(reference).case
    if case.language != language:
        desk.service.change(reference, "account-misuse", language, "Their language.", case.version)
    numbers = desk.decide(
        reference, outcome=REFERRAL, reasons="A crime is suspected.", authority="Hà Nội Police\n87 Trần Hưng Đạo"
    )
    return reference, numbers


@pytest.mark.parametrize(
    ("language", "heading"), [("en", "What happened, in the order of time"), ("vi", "Diễn biến theo thời gian")]
)
def test_the_file_is_one_pdf_with_everything_and_its_hashes(desk: Bench, language: str, heading: str) -> None:
    reference, numbers = _referred(desk, language)
    name, content = desk.service.referring.make(reference)
    assert name == f"file-{reference}.pdf"
    reader, words = PdfReader(BytesIO(content)), bench.text_of(content)
    file = desk.file(reference)
    assert heading in words
    for piece in file.evidence[:-1]:  # the file itself is the last piece now
        assert f"{piece.sha256[:32]}" in words and piece.name.split(".")[0] in words
    for number in numbers:
        assert number in words
    titles = [one for one in reader.outline if isinstance(one, Destination)]
    for one in titles[1:]:
        page = reader.get_destination_page_number(one)
        assert page is not None
        number = (one.title or "")[:11]
        assert number in reader.pages[page].extract_text()
        # and the contents say on which page it is
        assert f"{page + 1}" in reader.pages[0].extract_text()
    assert file.evidence[-1].name == name
    assert "case file made" in desk.actions(reference)
    assert not desk.book.verify().broken


def test_a_referred_case_ends_only_after_the_authority_answered(desk: Bench) -> None:
    reference, numbers = _referred(desk)
    desk.clock.on(hours=1)
    for number in numbers:
        desk.send(number)
    assert desk.file(reference).case.state == REFERRED
    assert desk.steps(reference)["close"] == "The authority has not answered yet."
    with pytest.raises(KnownError, match="has not answered yet"):
        desk.service.close_without_letter(reference, "Done.", desk.version(reference))
    at = desk.clock.on(days=9)
    with pytest.raises(KnownError, match="Enter what the authority answered"):
        desk.service.referring.answered(reference, "Police", " ", at, desk.version(reference), close=False)
    desk.service.referring.answered(reference, "Police", "We took it up.", at, desk.version(reference), close=False)
    file = desk.file(reference)
    assert (file.case.state, file.messages[-1].text) == (RESOLVING, "We took it up.")
    assert desk.steps(reference)["close"] == ""
    with pytest.raises(KnownError, match="is not with an authority"):
        desk.service.referring.answered(reference, "Police", "Again.", at, desk.version(reference), close=True)
    assert not desk.book.verify().broken


def test_the_answer_may_end_the_case_at_once_but_not_over_an_unsent_letter(desk: Bench) -> None:
    reference, numbers = _referred(desk)
    at = desk.clock.on(days=1)
    with pytest.raises(KnownError, match="is issued and not sent yet"):
        desk.service.referring.answered(reference, "Police", "Done.", at, desk.version(reference), close=True)
    for number in numbers:
        desk.send(number)
    desk.service.referring.answered(reference, "Police", "Done.", at, desk.version(reference), close=True)
    assert (desk.file(reference).case.state, desk.open_duties(reference)) == (CLOSED, {})


def test_many_persons_of_an_incident_are_known_from_the_breach_desk(desk: Bench) -> None:
    reference = desk.form()
    desk.service.report_breach(reference, "Leak", desk.version(reference))
    desk.service.queue._persons_of = lambda _tx, incident: 2000 if incident.startswith("B-") else 0
    assert [one.why for one in desk.file(reference).referrals] == ["B-2026-0001 concerns 2,000 persons."]
