"""The buyer asked, silent, telling and told; a processor answered; the directory and the counts of a year."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from officer_app.base.errors import KnownError
from officer_app.casebook.cases import Filter
from officer_app.disclosures.demand import CARRIER, Refusal, Telling
from officer_app.disclosures.gate import Refused
from officer_app.disclosures.register import Narrowed
from tests.disclosures import making
from tests.disclosures.making import BROKER, POLICE, START, Desk
from tests.notices import reading

SWIFT = replace(BROKER, body=CARRIER, agency="Swift Carrier JSC", asked="Phone numbers of all buyers of the week.",
                purpose="service-and-delivery", purpose_words="", scope=("mobile",))  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = making.make(tmp_path)
    yield made
    made.close()


def due(desk: Desk, reference: str) -> dict[str, object]:
    return {one.duty: one.due for one in desk.service.queue.open(reference).deadlines if one.met is None}


def steps(desk: Desk, reference: str) -> dict[str, bool]:
    return {step.id: step.enabled for step in desk.service.queue.open(reference).steps}


# --- asking ----------------------------------------------------------------------------------------------------------


def test_the_buyer_is_asked_by_a_letter_with_a_slip_and_silence_is_no(desk: Desk) -> None:
    reference = desk.record(replace(BROKER, orders=("100001",)))
    service = desk.service
    with pytest.raises(KnownError, match="Find the customer first"):
        service.ask_buyer(reference)
    assert steps(desk, reference)["ask_buyer"] is False
    service.link(reference, "1", desk.version(reference))
    number = service.ask_buyer(reference, "until the claim is settled").notices[0]
    said = reading.everything(service.letters.pdf(number)[1])
    for part in (
        "Rồng Vàng Insurance", "to settle a transport damage claim", "Đơn hàng (chỉ 100001)", "Thị Hoa Lê",
        "2 Nguyễn Huệ", "until the claim is settled", "Tôi không đồng ý", "Việc không trả lời được hiểu là không",
        "Chúng tôi nhận được đề nghị",
    ):  # fmt: skip
        assert part in said, part
    with pytest.raises(KnownError, match="not sent yet"):
        service.ask_buyer(reference)
    service.sent(number, "post", desk.clock())
    case = desk.case(reference)
    assert case.asked_buyer == desk.clock() and due(desk, reference)["buyer-answer"] == START + timedelta(days=14)
    desk.clock.forward(days=20)
    assert service.queue.open(reference).allowed == ()
    with pytest.raises(Refused, match="silence is no"):
        desk.choose(reference, "name")
    service.refuse(reference, Refusal("The buyer did not answer.", "policy E2", "", START), desk.version(reference))
    desk.verify()


def test_nobody_is_asked_for_marketing_or_for_a_court(desk: Desk) -> None:
    marketer = desk.record(replace(BROKER, asked="Addresses for our new advertising campaign."))
    court = desk.record()
    for reference, why in ((marketer, "marketing"), (court, "legal basis")):
        desk.service.link(reference, "1", desk.version(reference))
        with pytest.raises(KnownError, match=why):
            desk.service.ask_buyer(reference)


# --- telling ---------------------------------------------------------------------------------------------------------


def test_the_buyer_is_told_by_a_letter_when_nothing_stands_against_it(desk: Desk) -> None:
    reference = desk.ready()
    service = desk.service
    with pytest.raises(KnownError, match="nothing to tell"):
        service.notify(reference)
    desk.release(reference)
    with pytest.raises(KnownError, match="Decide first"):
        service.notify(reference)
    service.decide_telling(reference, Telling("yes", "", "", START), desk.version(reference))
    assert due(desk, reference)["tell-buyer"] == desk.clock() + timedelta(days=7)
    number = service.notify(reference).notices[0]
    said = reading.everything(service.letters.pdf(number)[1])
    for part in (POLICE.agency, POLICE.legal_basis, "Họ tên", "Địa chỉ", "Thị Hoa Lê"):
        assert part in said, part
    assert "Đơn hàng" not in said  # not handed over
    service.sent(number, "post", desk.clock())
    case = desk.case(reference)
    assert case.closed is not None and case.telling is not None and case.telling.told == desk.clock()
    assert due(desk, reference) == {}
    desk.verify()


def test_before_the_date_or_under_secrecy_no_letter_is_written(desk: Desk) -> None:
    reference = desk.ready()
    service = desk.service
    desk.release(reference)
    day = desk.clock() + timedelta(days=60)
    service.decide_telling(reference, Telling("not before", "the court", "", START, day), desk.version(reference))
    assert due(desk, reference)["tell-buyer"] == day
    assert steps(desk, reference)["notify"] is False
    with pytest.raises(KnownError, match="has not come"):
        service.notify(reference)
    desk.clock.now = day
    assert steps(desk, reference)["notify"] is True
    number = service.notify(reference).notices[0]
    service.withdraw(reference, number, "secrecy came", desk.version(reference))
    service.decide_telling(reference, Telling("secrecy", "the court", "", START), desk.version(reference))
    with pytest.raises(KnownError, match="Decide first"):
        service.notify(reference)
    assert desk.case(reference).closed is not None
    desk.verify()


# --- processors ------------------------------------------------------------------------------------------------------


def test_a_carriers_wish_is_answered_as_processor_and_nothing_leaves(desk: Desk) -> None:
    reference = desk.record(SWIFT)
    service = desk.service
    with pytest.raises(KnownError, match="Our list names no processor"):
        service.answer_processor(reference)
    with pytest.raises(KnownError, match="Enter the contract"):
        service.directory.add(making.entry(body=CARRIER, agency="Swift Carrier JSC"))
    entry = making.entry(body=CARRIER, agency="SWIFT carrier  jsc", contract="12/2025", until=date(2026, 11, 22))
    service.directory.add(entry)
    with pytest.raises(KnownError, match="contract in force"):
        service.answer_processor(reference)
    key = service.directory.entries(CARRIER)[0].id
    service.directory.change(key, replace(entry, until=date(2027, 12, 31)))
    number = service.answer_processor(reference).notices[0]
    said = reading.everything(service.letters.pdf(number)[1])
    assert "12/2025" in said and "With this letter no data is handed over." in said
    service.sent(number, "e-mail", desk.clock())
    case = desk.case(reference)
    assert (case.state, case.outcome, case.release) == ("closed", "as processor", None)
    assert due(desk, reference) == {}
    desk.verify()


def test_a_carrier_who_wants_to_advertise_is_no_processor(desk: Desk) -> None:
    desk.service.directory.add(making.entry(body=CARRIER, agency=SWIFT.agency, contract="12/2025"))
    reference = desk.record(replace(SWIFT, asked="Số điện thoại để gửi quang cao."))
    with pytest.raises(Refused, match="marketing"):
        desk.service.answer_processor(reference)


# --- directory -------------------------------------------------------------------------------------------------------


def test_an_entry_keeps_who_changed_what_when(desk: Desk) -> None:
    directory = desk.service.directory
    key = desk.contact()
    first = directory.entry(key)
    desk.clock.forward(days=3)
    directory.change(key, replace(first, email="duty@police.example"))
    after = directory.entry(key)
    assert (after.verified, [one.what for one in after.history]) == (START, ["added", "e-mail"])
    directory.change(key, replace(after, phone="024 3939 0000"))
    changed = directory.entry(key)
    assert changed.verified == desk.clock() and changed.history[-1].what == "phone (was: 024 3939 3939)"
    assert changed.history[-1].by == desk.book.actor.id
    with pytest.raises(KnownError, match="Nothing was changed"):
        directory.change(key, changed)
    with pytest.raises(KnownError, match="PEM"):
        directory.change(key, replace(changed, certificate="not one"))
    directory.retire(key)
    with pytest.raises(KnownError, match="out of use"):
        directory.change(key, replace(changed, phone="024 3939 1111"))
    assert [entry.action for entry in desk.audit()[:3]] == [
        "directory entry retired", "directory entry changed", "directory entry changed",
    ]  # fmt: skip
    desk.verify()


def test_a_number_changed_to_the_one_in_the_letter_verifies_nothing(desk: Desk) -> None:
    key = desk.contact()
    desk.clock.forward(hours=1)
    reference = desk.record()
    desk.clock.forward(hours=1)
    directory = desk.service.directory
    directory.change(key, replace(directory.entry(key), phone=POLICE.phone))
    at = desk.clock.forward(hours=1)
    with pytest.raises(Refused, match="the one in the letter"):
        desk.service.call_back(reference, key, "Hùng", True, "", at, desk.version(reference))


# --- the counts of a year --------------------------------------------------------------------------------------------


def test_the_counts_of_a_year_are_those_of_its_list(desk: Desk) -> None:
    desk.release(desk.ready())
    desk.record(SWIFT)
    no = desk.record(BROKER)
    desk.service.sent(
        desk.service.refuse(no, Refusal("No.", "E2", "", START), desk.version(no)).notices[0], "e-mail", desk.clock()
    )
    desk.clock.forward(days=60)
    later = desk.record(BROKER)
    register = desk.service.register
    counts = register.counts(Narrowed(2026))
    assert {(one.body, one.outcome, one.demands, one.persons) for one in counts} == {
        ("Police investigating the customer's acts", "in part", 1, 1),
        ("Carrier, as processor", "open", 1, 0),
        ("Third party", "refused", 1, 0),
    }
    rows = register.rows(Filter(open_only=False), narrowed=Narrowed(2026))
    assert sum(one.demands for one in counts) == len(rows) == 3
    assert sum(one.persons for one in counts) == sum(row.persons for row in rows)
    table = list(csv.reader(io.StringIO(register.counts_csv(Narrowed(2026)).decode("utf-8-sig"))))
    assert table[-1] == ["All bodies", "all", "3", "1"]
    assert "All bodies" in reading.everything(register.counts_pdf(Narrowed(2026)))
    assert [one.reference for one in register.rows(Filter(open_only=False), narrowed=Narrowed(2027))] == [later]
    assert len(register.rows(Filter(open_only=False), narrowed=Narrowed(None, "police", "in part"))) == 1
    assert register.rows(Filter(open_only=False), narrowed=Narrowed(2026, "", "not pursued")) == ()
    listed = list(csv.reader(io.StringIO(register.as_csv(Filter(open_only=False)).decode("utf-8-sig"))))
    assert listed[0][4] == "Persons" and {line[4] for line in listed[1:]} == {"0", "1"}
    desk.verify()


def test_the_whole_file_is_one_pdf_with_its_letters(desk: Desk) -> None:
    reference = desk.ready()
    desk.service.acknowledge(reference)
    before = reading.everything(desk.service.whole_file(reference))
    assert "We have received your request" in before and "Extract of personal data" not in before
    desk.release(reference)
    whole = desk.service.whole_file(reference)
    said = reading.everything(whole)
    parts = (f"The file of {reference}", "duty officer Hùng", "Extract of personal data", "Data handed over on your")
    for part in parts:
        assert part in said, part
    assert reading.live(whole) == []
    desk.verify()
