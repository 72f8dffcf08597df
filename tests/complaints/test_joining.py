"""A further mail joins its case, two cases on one matter become one, and a mail with two matters becomes two cases."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from officer_app.base.errors import Conflict, KnownError
from officer_app.base.page import Sort
from officer_app.casebook import audit, cases
from officer_app.complaints import joining, mail_records, matters, panel
from officer_app.complaints.merging import Second
from officer_app.complaints.queue import Row
from officer_app.complaints.rules import CLOSED, RESOLVING, Intake, Requester
from officer_app.post import lookalike
from tests.complaints.bench import EMILY, HOA, NOW, Bench

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes a mail file from header fields and a text."""
    count = iter(range(1000))

    def made(sender: str = HOA.email, subject: str = "My data", text: str = "Please look.", **more: str) -> Path:
        number = next(count)
        fields = {"From": sender, "Subject": subject, "Date": "Mon, 16 Nov 2026 10:00:00 +0700",
                  "Message-ID": f"<m{number}@mail.example>"}  # fmt: skip
        fields.update({name.replace("_", "-"): value for name, value in more.items()})
        path = tmp_path / f"{number}.eml"
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        path.write_bytes(f"{head}\r\n{text}\r\n".encode())
        return path

    return made


def _take(desk: Bench, path: Path) -> str:
    return desk.service.receive_mail(path).references[0]


@pytest.mark.parametrize(
    ("more", "how"),
    [
        ({"In_Reply_To": "<m0@mail.example>"}, "it answers a mail of this case"),
        ({"References": "<strange@x.example> <m0@mail.example>"}, "it answers a mail of this case"),
        ({"subject": "Re: Your complaint [C-2026-0001]"}, "its subject names this case"),
        ({"subject": "AW: c-2026-0001, once more"}, "its subject names this case"),
    ],
)
def test_a_second_mail_on_the_matter_joins_its_case(desk: Bench, write: Write, more: dict[str, str], how: str) -> None:
    assert _take(desk, write()) == "C-2026-0001"
    result = desk.service.receive_mails([write(text="I forgot to say: it was in May.", **more)])[0]
    assert (result.reference, result.joined, result.refused) == ("C-2026-0001", True, "")
    file = desk.file("C-2026-0001")
    assert [one.how for one in file.messages] == ["", how]
    assert "it was in May" in file.messages[1].text
    assert [piece.name for piece in file.evidence] == ["mail.eml", "mail.eml"]
    assert "mail joined" in [entry.action for entry in file.timeline]
    assert desk.service.queue.count() == 1
    assert not desk.book.verify().broken


def test_a_chain_of_answers_joins_mail_by_mail(desk: Bench, write: Write) -> None:
    _take(desk, write())
    _take(desk, write(In_Reply_To="<m0@mail.example>"))
    assert _take(desk, write(In_Reply_To="<m1@mail.example>")) == "C-2026-0001"
    assert len(desk.file("C-2026-0001").messages) == 3


def test_the_same_sender_is_offered_and_not_joined(desk: Bench, write: Write) -> None:
    _take(desk, write())
    result = desk.service.receive_mails([write(subject="Something else")])[0]
    assert (result.reference, result.joined, result.offered) == ("C-2026-0002", False, ("C-2026-0001",))
    assert [one.reference for one in desk.file("C-2026-0002").others] == ["C-2026-0001"]


def test_who_answers_from_another_address_is_named(desk: Bench, write: Write) -> None:
    _take(desk, write())
    _take(desk, write(sender="thief@elsewhere.example", subject="[C-2026-0001] send it here"))
    assert [(row.step, row.news) for row in _rows(desk)] == [("Another sender wrote", True)]
    file = desk.file("C-2026-0001")
    warning = f"This mail came from thief@elsewhere.example, not from {HOA.email}, who opened the case."
    assert file.messages[1].warnings[0] == warning
    assert file.case.requester.email == HOA.email
    first = panel.sections(file, {}, {}, NOW, UTC)[0]
    assert first.facts[0].value.startswith("thief@elsewhere.example wrote, which is not the address")
    assert f"still go to {HOA.email}" in first.facts[0].value
    assert [row.step for row in _rows(desk)] == ["Acknowledge"]  # it was read
    _take(desk, write(sender=HOA.email.replace("@", "+shop@"), subject="[C-2026-0001] it is me"))
    assert [row.step for row in _rows(desk)] == ["Read the new message"]


def test_who_writes_to_a_case_that_came_by_phone_is_named_too(desk: Bench, write: Write) -> None:
    reference = desk.form(email="")
    _take(desk, write(sender="thief@elsewhere.example", subject=f"[{reference}] my address is new"))
    message = desk.file(reference).messages[-1]
    assert message.stranger
    assert message.warnings[0] == (
        "This mail came from thief@elsewhere.example; the case was opened without an e-mail address."
    )
    assert desk.file(reference).case.requester.email == ""  # nothing is addressed to who wrote


def _rows(desk: Bench) -> tuple[Row, ...]:
    return desk.service.queue.page(cases.Filter(), Sort("next_due")).rows


def test_a_subject_that_names_no_case_of_ours_opens_one(desk: Bench, write: Write) -> None:
    for subject in ("C-2026-0007", "XC-2026-0001", "D-2026-0001", "C-2026-00015"):
        assert _take(desk, write(subject=subject)).startswith("C-2026-000")
    assert desk.service.queue.count() == 4


@given(st.text(max_size=60), st.integers(1, 99_999))
def test_a_reference_is_found_in_any_subject(around: str, number: int) -> None:
    reference = f"C-2026-{number:04d}"
    assert reference in matters.named(f"{around[:30]} [{reference}] {around[30:]}") or around.upper().count("C-") > 4


def test_a_mail_on_a_closed_case_opens_it_again(desk: Bench, write: Write) -> None:
    reference = _take(desk, write())
    desk.service.close_without_letter(reference, "Spam, it seemed.", desk.version(reference))
    assert desk.file(reference).case.state == CLOSED
    desk.clock.on(days=2)
    _take(desk, write(In_Reply_To="<m0@mail.example>", text="I am no spam."))
    file = desk.file(reference)
    assert (file.case.state, file.case.closed) == (RESOLVING, None)
    assert "mail joined, case reopened" in [entry.action for entry in file.timeline]
    assert desk.open_duties(reference)


def test_a_stranger_who_guesses_a_reference_opens_no_closed_case(desk: Bench, write: Write) -> None:
    reference = _take(desk, write())
    desk.service.close_without_letter(reference, "Spam, it seemed.", desk.version(reference))
    other = _take(desk, write(sender="thief@elsewhere.example", subject=f"Re: [{reference}]"))
    assert other != reference
    assert desk.file(reference).case.state == CLOSED
    assert joining.STRANGE.format(reference) in desk.file(other).case.warnings
    assert _take(desk, write(subject=f"Re: [{reference}]")) == reference
    assert desk.file(reference).case.state == RESOLVING


def test_one_message_id_with_two_texts_loses_nothing(desk: Bench, write: Write) -> None:
    first = write(Message_ID="<always@broken.example>", text="One.")
    second = write(Message_ID="<always@broken.example>", text="Two.")
    results = desk.service.receive_mails([first, second, first, second])
    assert [(one.reference, one.joined) for one in results[:2]] == [("C-2026-0001", False), ("C-2026-0001", True)]
    assert [one.refused for one in results[2:]] == ["This mail is C-2026-0001 already. Open that case."] * 2
    assert [one.text.strip() for one in desk.file("C-2026-0001").messages] == ["", "Two."]


def test_news_is_marked_until_an_officer_opens_the_case(desk: Bench, write: Write) -> None:
    _take(desk, write())
    _take(desk, write(In_Reply_To="<m0@mail.example>"))
    with desk.book.reading() as tx:
        assert mail_records.unseen(tx, ["C-2026-0001"]) == {"C-2026-0001"}
    desk.file("C-2026-0001")
    with desk.book.reading() as tx:
        assert mail_records.unseen(tx, ["C-2026-0001"]) == frozenset()


def test_what_is_said_later_by_phone_is_put_to_the_case(desk: Bench) -> None:
    reference = desk.form()
    who = Requester("Lê Thị Hoa", HOA.email)
    assert [one.reference for one in desk.service.joining.open_of(who)] == [reference]
    said = Intake("other", "phone", NOW, who, "More", "It happened again.")
    assert desk.service.joining.add(reference, said).news == f"Added to {reference}."
    assert desk.file(reference).messages[-1].text == "It happened again."
    with pytest.raises(KnownError, match="Enter what the person says"):
        desk.service.joining.add(reference, replace(said, subject="", text=" "))
    with pytest.raises(KnownError, match="lies in the future"):
        desk.service.joining.add(reference, replace(said, received=NOW + timedelta(hours=2)))


# --- look-alike senders ----------------------------------------------------------------------------------------------


def test_a_sender_who_imitates_a_known_one_is_flagged(desk: Bench, write: Write) -> None:
    _take(desk, write(sender="mai.pham@example.com"))
    reference = _take(desk, write(sender="rnai.pham@example.com"))
    assert any("looks like the one in C-2026-0001" in one for one in desk.file(reference).case.warnings)
    other = _take(desk, write(sender="mai.pham@example.org"))
    assert not any("looks like" in one for one in desk.file(other).case.warnings)


def test_who_imitates_a_customer_is_offered_last_and_said_to_be_another(desk: Bench) -> None:
    false = HOA.email.replace("l", "1", 1) if "l" in HOA.email else HOA.email.replace("o", "0", 1)
    assert false != HOA.email
    reference = desk.form(email=false)
    found = desk.service.requesters.suggestions(desk.file(reference).case)
    assert [(one.key, "is another one" in one.why) for one in found] == [(HOA.key, True)]


def test_suggestions_read_order_numbers_phones_and_addresses_in_the_text(desk: Bench) -> None:
    text = f"Order {EMILY.order} never came; call {HOA.phone}."
    reference = desk.form(email="nobody@elsewhere.example", text=text)
    found = {one.key: one.why for one in desk.service.requesters.suggestions(desk.file(reference).case)}
    assert found == {EMILY.key: "order named in the text", HOA.key: "phone named in the text"}


@pytest.mark.parametrize("false", ["rnai@example.com", "ma1@example.com", "mаi@example.com", "mai@exarnple.com"])
def test_the_imitated_address_is_among_the_variants(false: str) -> None:
    assert "mai@example.com" in lookalike.variants(false) or "mal@example.com" in lookalike.variants(false)
    assert false not in lookalike.variants(false)


# --- merging, splitting, tying ---------------------------------------------------------------------------------------


def test_two_cases_become_the_older_one_and_nothing_is_lost(desk: Bench, write: Write) -> None:
    older = _take(desk, write(text="First words."))
    younger = _take(desk, write(text="Second words.", Date="Tue, 17 Nov 2026 10:00:00 +0700"))
    due = desk.open_duties(older)
    news = desk.service.merging.merge(older, younger.lower(), "One matter.", desk.version(older)).news
    assert news == f"{younger} is merged into {older}, which came in first and goes on."
    gone, kept = desk.file(younger), desk.file(older)
    assert (gone.case.state, gone.case.closing) == (CLOSED, f"merged into {older}: One matter.")
    assert (desk.open_duties(younger), desk.open_duties(older)) == ({}, due)
    assert "Second words." in "".join(one.text for one in kept.messages)
    assert [piece.sha256 for piece in kept.evidence][1:] == [piece.sha256 for piece in gone.evidence]
    assert [(one.other, one.relation) for one in kept.links] == [(younger, matters.MERGED_FROM)]
    assert [(one.other, one.relation) for one in gone.links] == [(older, matters.MERGED_INTO)]
    assert "merged with another case" in desk.actions(older)
    assert "merged into another case" in desk.actions(younger)
    # what answers the closed one's mail goes to the case that goes on
    assert _take(desk, write(In_Reply_To="<m1@mail.example>")) == older
    assert not desk.book.verify().broken


def test_the_one_received_first_goes_on_whichever_was_opened(desk: Bench) -> None:
    first = desk.form()
    desk.clock.on(days=1)
    second = desk.form()
    assert desk.service.merging.merge(second, first, "One.", desk.version(second)).references == (first, second)


@pytest.mark.parametrize(
    ("other", "reason", "sentence"),
    [
        ("C-2026-0001", "x", "cannot be merged with itself"),
        ("C-2026-0002", " ", "Say why"),
        ("C-2026-0009", "x", "There is no case"),
        ("B-2026-0001", "x", "Enter the reference of a complaint"),
    ],
)
def test_what_cannot_be_merged_says_why(desk: Bench, other: str, reason: str, sentence: str) -> None:
    desk.form(), desk.form()
    with pytest.raises(KnownError, match=sentence):
        desk.service.merging.merge("C-2026-0001", other, reason, desk.version("C-2026-0001"))
    assert desk.file("C-2026-0002").case.state != CLOSED


def test_a_case_with_a_letter_on_its_way_is_not_merged_away(desk: Bench) -> None:
    older = desk.form()
    desk.clock.on(hours=1)
    younger = desk.form()
    number = desk.service.acknowledge(younger).notices[0]
    with pytest.raises(KnownError, match=f"{number} of {younger} is not sent yet"):
        desk.service.merging.merge(older, younger, "One.", desk.version(older))
    with pytest.raises(Conflict):
        desk.service.merging.merge(older, younger, "One.", 999)


def test_a_mail_with_two_matters_becomes_two_cases(desk: Bench, write: Write) -> None:
    reference = _take(desk, write(text="You leaked my address. Also delete my account."))
    second = Second("erasure", "Delete my account", "Also delete my account.")
    new = desk.service.merging.split(reference, second, "Two matters.", desk.version(reference)).references[1]
    made, first = desk.file(new), desk.file(reference)
    assert (made.case.kind, made.case.text, made.case.received) == ("erasure", second.text, first.case.received)
    assert [one.sha256 for one in made.evidence] == [one.sha256 for one in first.evidence]
    assert [(one.other, one.relation) for one in made.links] == [(reference, matters.SPLIT_FROM)]
    assert set(desk.open_duties(new)) == {"request-acknowledge", "erasure-answer"} or desk.open_duties(new)
    assert "split into two cases" in desk.actions(reference)
    assert not desk.book.verify().broken


def test_a_complaint_is_tied_to_an_incident_and_both_sides_say_so(desk: Bench) -> None:
    reference = desk.form()
    with desk.book.transaction("work") as tx:
        incident = cases.open_case(tx, "breaches", "hacked", "logged", 2026)
        audit.append(tx, "logged", incident)
    with pytest.raises(KnownError, match="There is no case B-2026-0007"):
        desk.service.merging.tie(reference, "B-2026-0007", desk.version(reference))
    with pytest.raises(KnownError, match="Enter the reference of an incident"):
        desk.service.merging.tie(reference, "C-2026-0001", desk.version(reference))
    desk.service.merging.tie(reference, f" {incident.lower()}", desk.version(reference))
    assert desk.file(reference).case.incident == incident
    assert desk.actions(incident)[-1] == "tied to a complaint"
    with pytest.raises(KnownError, match="is tied to"):
        desk.service.merging.tie(reference, incident, desk.version(reference))


def test_a_message_comes_back_as_it_was_stored(desk: Bench) -> None:
    reference = desk.form()
    said = matters.Said(
        NOW, "e-mail", Requester("A", "a@example.com"), "s", "t", "r@example.com", NOW - timedelta(days=1),
        datetime(2026, 11, 1, tzinfo=NOW.tzinfo), ("f.pdf",), ("Careful.",), False, "why",
    )  # fmt: skip
    with desk.book.transaction("work", reference) as tx:
        mail_records.add(tx, reference, said, "id", "content")
        audit.append(tx, "mail joined", reference)
    with desk.book.reading() as tx:
        found = mail_records.of_case(tx, reference)[0]
    assert replace(found, id="") == said
