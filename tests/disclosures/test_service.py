"""The desk's use cases, on a SQLite casebook and the real demo shop."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from officer_app.base.cells import harmless
from officer_app.base.errors import Conflict, KnownError
from officer_app.base.page import Sort
from officer_app.casebook import audit, cases, holds, setup, staff
from officer_app.casebook.book import Casebook
from officer_app.casebook.cases import Filter
from officer_app.casebook.memory import Memory
from officer_app.disclosures.demand import Confirmation, Intake, Refusal, Telling
from officer_app.disclosures.gate import Refused
from tests import factory
from tests.disclosures import making
from tests.disclosures.making import BROKER, POLICE, START, Clock, Desk
from tests.notices import reading

HOSTILE = "=HYPERLINK(1)<b>\u202eEvil\u200b</b> & {reference} <img src='/etc/passwd'/>"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = making.make(tmp_path)
    yield made
    made.close()


@pytest.fixture
def vietnam(tmp_path: Path) -> Iterator[Desk]:
    folder = tmp_path / "vietnam"
    folder.mkdir()
    made = making.make(folder, packs=("shop-policy", "vn-2026"))
    yield made
    made.close()


def met(desk: Desk, reference: str) -> dict[str, datetime | None]:
    return {one.duty: one.met for one in desk.service.queue.open(reference).deadlines}


def confirmation(desk: Desk, reference: str, **more: object) -> Confirmation:
    now, paper = desk.clock(), desk.case(reference).papers[0]
    word = Confirmation("", BROKER.agency, BROKER.purpose, ("name", "address"), now, now + timedelta(days=30), paper,
                        "e-mail", "", BROKER.purpose_words)  # fmt: skip
    return replace(word, **more)  # type: ignore[arg-type]


# --- from the paper to the register ----------------------------------------------------------------------------------


def test_a_police_demand_granted_in_part(desk: Desk) -> None:
    reference = desk.ready()
    assert reference == "D-2026-0001"
    service = desk.service
    file = service.queue.open(reference)
    assert file.allowed == ("name", "address", "orders")
    assert all(check.met for check in file.checks)
    assert file.case.subject.email == "hoa.le@example.vn"
    assert [piece.name for piece in file.evidence] == ["demand.pdf"]
    desk.choose(reference, "address", "name")
    assert service.queue.page(Filter(waiting=True), Sort("next_due")).rows[0].reference == reference
    desk.clear(reference)
    number = desk.make_files(reference)
    at = desk.clock.forward(hours=2)
    desk.hand_over(reference)
    case = desk.case(reference)
    assert (case.state, case.outcome) == ("released", "in part")
    assert met(desk, reference) == {"disclosure-acknowledge": at, "disclosure-answer": at}
    service.decide_telling(reference, Telling("secrecy", "ordered in the demand", "", START), case.version)
    assert desk.case(reference).state == "closed"
    assert [one.action for one in reversed(desk.audit(reference)) if one.action != "view"] == [
        "received", "linked", "call-back", "data chosen", "cleared for release", "number reserved",
        "files of the hand-over made", "notice issued", "handed over", "telling decided",
    ]  # fmt: skip
    line = service.queue.page(Filter(open_only=False), Sort("opened")).rows[0]
    assert (line.document, line.outcome, line.released, line.telling) == (
        "118/PC02, 2026-11-20",
        "in part",
        at,
        "secrecy",
    )
    assert (line.person, line.persons) == ("T•• H•• L•", 1)
    assert {one.number: one.state for one in service.queue.open(reference).notices} == {number: "sent"}
    desk.verify()


def test_a_case_read_back_is_the_case_that_was_saved(desk: Desk) -> None:
    reference = desk.ready()
    desk.release(reference, "name")
    day = desk.clock() + timedelta(days=60)
    desk.service.decide_telling(reference, Telling("not before", "the court", "", START, day), desk.version(reference))
    case = desk.case(reference)
    assert case.demand == POLICE
    assert case.telling is not None and case.telling.not_before == day
    assert case.calls[0].about == POLICE.identity and case.calls[0].at.tzinfo is not None
    assert case.release is not None and case.release.fields == ("name",)
    assert met(desk, reference)["tell-buyer"] is None
    desk.clock.now = day
    desk.service.told(reference, day, "post", case.version)
    assert met(desk, reference)["tell-buyer"] == day
    assert desk.case(reference).closed == day
    with pytest.raises(KnownError, match="Record a new demand"):
        desk.service.reopen(reference, "again", desk.version(reference))
    desk.verify()


def test_the_buyer_confirms_and_withdraws_before_the_release(desk: Desk) -> None:
    reference = desk.record(BROKER)
    service = desk.service
    service.link(reference, "1", desk.version(reference))
    service.confirm(reference, confirmation(desk, reference), desk.version(reference))
    assert service.queue.open(reference).allowed == ("name", "address")
    with pytest.raises(Refused, match="Order 100001: Not covered by the buyer's confirmation"):
        desk.choose(reference, "name", "orders")
    desk.choose(reference, "name")
    desk.clear(reference)
    desk.clock.forward(hours=1)
    service.withdraw_confirmation(reference, "by phone", desk.version(reference))
    with pytest.raises(Refused, match="A manager has not cleared"):
        desk.hand_over(reference)
    assert len(desk.refused(reference)) == 2
    assert desk.case(reference).release is None
    desk.verify()


def test_a_marketer_is_refused(desk: Desk) -> None:
    reference = desk.record(replace(BROKER, agency="Bright Ads Ltd", purpose="marketing"))
    service = desk.service
    service.link(reference, "1", desk.version(reference))
    with pytest.raises(Refused, match="marketing"):
        service.confirm(reference, confirmation(desk, reference, purpose="marketing"), desk.version(reference))
    with pytest.raises(Refused, match="marketing"):
        desk.choose(reference, "name")
    with pytest.raises(Refused, match="stays so"):
        service.change_facts(reference, BROKER, "typed wrongly", desk.version(reference))
    assert len(desk.refused(reference)) == 3
    steps = {step.id for step in service.queue.open(reference).steps}
    assert "refuse" in steps and not steps & {"choose", "clear", "hand_over", "confirm"}
    made = Refusal("The data would serve marketing.", "The shop's published policy A4", "", START)
    number = service.refuse(reference, made, desk.version(reference)).notices[0]
    text = reading.everything(service.letters.pdf(number)[1])
    assert "The data would serve marketing." in text and "policy A4" in text and "Bright Ads Ltd" in text
    service.sent(number, "e-mail", desk.clock())
    case = desk.case(reference)
    assert (case.state, case.outcome) == ("closed", "refused")
    assert all(met(desk, reference).values())
    desk.verify()


# --- four eyes -------------------------------------------------------------------------------------------------------


def test_who_chose_cannot_clear(desk: Desk) -> None:
    reference = desk.ready()
    desk.choose(reference)
    version = desk.version(reference)
    with pytest.raises(KnownError, match="manager"):
        desk.service.clear(reference, version)
    with pytest.raises(KnownError, match="Only a manager"):
        desk.service.clear(reference, version, factory.OFFICER_NAME, factory.OFFICER_PASS)
    with pytest.raises(KnownError, match="passphrase is wrong"):
        desk.service.clear(reference, version, factory.MANAGER_NAME, "seven willows beside the milk")
    assert desk.case(reference).clearance is None
    assert len(desk.refused(reference)) == 2  # and a third: an officer's own role, refused by the casebook
    desk.clock.forward(minutes=5)
    desk.clear(reference)
    case = desk.case(reference)
    assert case.clearance is not None and case.clearance.by != desk.book.actor.id and case.clearance.remark == ""
    desk.verify()


def test_a_manager_clears_in_their_own_sign_in(tmp_path: Path) -> None:
    desk = making.make(tmp_path)
    reference = desk.ready()
    desk.choose(reference)
    desk.book.lock()
    desk.book.unlock(factory.MANAGER_NAME, factory.MANAGER_PASS)
    steps = desk.service.queue.open(reference).steps
    assert [(step.id, step.enabled) for step in steps] == [("clear", True), ("preview", True), ("whole", True)]
    desk.service.clear(reference, desk.version(reference))
    case = desk.case(reference)
    assert case.clearance is not None and case.clearance.by == desk.book.actor.id
    with pytest.raises(KnownError, match="Your role may not do this"):
        desk.service.hand_over(reference, "Thành", "post", desk.clock(), case.version)
    desk.verify()
    desk.close()


def test_one_person_decides_alone_with_their_passphrase_and_the_remark(tmp_path: Path) -> None:
    def sole(folder: Path, clock: Clock) -> Casebook:
        first = setup.First("Phạm Quang Minh", factory.MANAGER_NAME, factory.MANAGER_PASS, also_officer=True)
        memory = Memory(folder / "state")
        book, kits = setup.create(folder / "casebook.sqlite", memory, first, kdf=factory.cheap_kdf, clock=clock)
        staff.confirm_kit(book, " ".join(kits[0].groups))
        return book

    desk = making.make(tmp_path, sole)
    reference = desk.ready()
    desk.choose(reference)
    with pytest.raises(Refused, match="Enter sign-in name and passphrase"):
        desk.service.clear(reference, desk.version(reference))
    desk.clear(reference)
    case = desk.case(reference)
    assert case.clearance is not None and case.clearance.remark == "decided by one person"
    entry = next(one for one in desk.audit(reference) if one.action == "cleared for release")
    assert (entry.details or {})["remark"] == "decided by one person"
    desk.verify()
    desk.close()


def test_a_change_in_another_window_is_not_overwritten(desk: Desk) -> None:
    reference = desk.ready()
    stale = desk.version(reference)
    desk.service.concerns(reference, "victim", "the customer asked for help", stale)
    with pytest.raises(Conflict):
        desk.choose_at(reference, stale)
    assert desk.case(reference).choice is None


# --- deadlines -------------------------------------------------------------------------------------------------------


def test_deadlines_come_from_the_packs(desk: Desk, vietnam: Desk) -> None:
    due = {one.duty: one.due - START for one in desk.service.queue.open(desk.record()).deadlines}
    assert set(due) == {"disclosure-acknowledge", "disclosure-answer"}
    assert due["disclosure-answer"] > timedelta(days=14)
    assert desk.service.duty_titles()["disclosure-answer"] == "Answer a demand"
    for urgent, hours in ((False, 24), (True, 3)):
        reference = vietnam.record(replace(POLICE, urgent=urgent))
        due = {one.duty: one.due - START for one in vietnam.service.queue.open(reference).deadlines}
        assert due["police-user-info"] == timedelta(hours=hours)


def test_urgency_found_later_moves_the_clock_and_verifying_does_not_stop_it(vietnam: Desk) -> None:
    reference = vietnam.ready()
    before = vietnam.service.queue.open(reference).deadlines[0]
    assert (before.duty, before.due) == ("police-user-info", START + timedelta(hours=24))
    urgent = replace(POLICE, urgent=True)
    vietnam.service.change_facts(reference, urgent, "they called", vietnam.version(reference))
    after = vietnam.service.queue.open(reference).deadlines[0]
    assert (after.duty, after.due) == ("police-user-info", START + timedelta(hours=3))


# --- letters ---------------------------------------------------------------------------------------------------------


def test_the_acknowledgement_says_how_it_is_verified_and_by_when(desk: Desk) -> None:
    reference = desk.record()
    number = desk.service.acknowledge(reference).notices[0]
    text = reading.everything(desk.service.letters.pdf(number)[1])
    for part in ("118/PC02", "Name, Address, Orders", "the number in our own directory", "87 Trần Hưng Đạo", reference):
        assert part in text
    desk.service.sent(number, "post", desk.clock())
    case = desk.case(reference)
    assert case.acknowledged == desk.clock() and case.state == "verifying"
    assert met(desk, reference)["disclosure-answer"] is None
    desk.service.close(reference, "nobody answered", case.version)
    assert desk.case(reference).outcome == "not pursued"


def test_a_clarification_asks_for_what_the_gate_misses(desk: Desk) -> None:
    reference = desk.record(replace(POLICE, number="", legal_basis=""), papers=False)
    keys = [check.key for check in desk.service.queue.open(reference).checks if not check.met]
    assert keys == ["document", "basis", "papers", "call-back", "customer"]
    with pytest.raises(KnownError, match="Choose what is missing"):
        desk.service.clarify(reference, ("call-back",), "")
    number = desk.service.clarify(reference, tuple(keys), "the officer's badge number").notices[0]
    text = reading.everything(desk.service.letters.pdf(number)[1])
    for part in ("the number and the date of the document", "the article of the law", "badge number", "policy C3"):
        assert part in text
    desk.service.sent(number, "e-mail", desk.clock())
    assert desk.case(reference).clarified == desk.clock()
    assert met(desk, reference)["disclosure-acknowledge"] == desk.clock()
    assert met(desk, reference)["disclosure-answer"] is None


def test_letters_in_vietnamese(desk: Desk) -> None:
    reference = desk.record(language="vi")
    number = desk.service.clarify(reference, ("document", "basis"), "").notices[0]
    text = reading.everything(desk.service.letters.pdf(number)[1])
    assert "căn cứ pháp lý, nêu rõ điều luật" in text and "Họ tên, Địa chỉ, Đơn hàng" in text
    assert "The shop's" not in text


def test_a_wrong_refusal_is_withdrawn_and_the_next_replaces_it(desk: Desk) -> None:
    reference, service = desk.ready(), desk.service
    refusal = Refusal("No basis.", "policy C3", "", START)
    first = service.refuse(reference, refusal, desk.version(reference)).notices[0]
    with pytest.raises(Refused, match="Reopen it first"):
        desk.choose(reference)
    with pytest.raises(KnownError, match="Withdraw it first"):
        service.reopen(reference, "a court confirmed it", desk.version(reference))
    service.sent(first, "post", desk.clock())
    assert desk.case(reference).closed is not None
    service.withdraw(reference, first, "the wrong demand", desk.version(reference))
    case = desk.case(reference)
    assert (case.state, case.refusal, case.outcome, case.closed) == ("verifying", None, "", None)
    assert met(desk, reference)["disclosure-answer"] is None
    desk.choose(reference)
    second = service.refuse(reference, refusal, desk.version(reference)).notices[0]
    replaced = {one.number: one.replaces for one in service.queue.open(reference).notices}
    assert replaced == {first: None, second: first}
    assert desk.case(reference).clearance is None
    desk.verify()


def test_no_letter_is_issued_twice(desk: Desk) -> None:
    reference, service = desk.record(), desk.service
    number = service.acknowledge(reference).notices[0]
    with pytest.raises(KnownError, match=f"{number} is issued and not sent yet"):
        service.acknowledge(reference)
    service.clarify(reference, ("basis",), "")
    with pytest.raises(KnownError, match="not sent yet"):
        service.clarify(reference, ("basis",), "")
    stale = desk.version(reference)
    service.concerns(reference, "witness", "saw it", stale)
    with pytest.raises(Conflict):
        service.refuse(reference, Refusal("No.", "C3", "", START), stale)
    assert len(service.queue.open(reference).notices) == 2


# --- hostile text ----------------------------------------------------------------------------------------------------


def test_hostile_names_stay_text(desk: Desk) -> None:
    hostile = replace(BROKER, agency=HOSTILE, asked="<para>" * 40_000, address="../../etc\n<br/>", purpose_words="@cmd")
    reference = desk.record(hostile)
    refusal = Refusal("No. {asked} <b>", "policy E2", "", START)
    number = desk.service.refuse(reference, refusal, desk.version(reference)).notices[0]
    content = desk.service.letters.pdf(number)[1]
    text = reading.everything(content)
    assert "<b>" in text and "{reference}" in text and "\u202e" not in text
    assert reading.live(content) == []
    wanted = Filter(open_only=False)
    listed = desk.service.register.as_pdf(wanted)
    assert reading.live(listed) == [] and "=HYPERLINK" in reading.everything(listed)
    table = list(csv.reader(io.StringIO(desk.service.register.as_csv(wanted).decode("utf-8-sig"))))
    assert table[1][2].startswith("'=HYPERLINK(1)<b>Evil")
    assert all(cell[:1] not in tuple("=+-@\t\r") for line in table for cell in line if cell)
    assert "\u202e" not in str(table)


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@x", "\t=1", " \r\n=1", "\u200b=1", "＝1", "|x", "%x", "\u202e=1"]
)
def test_no_cell_begins_a_formula(cell: str) -> None:
    assert harmless(cell).startswith("'")


def test_papers_with_path_like_names_and_odd_files(desk: Desk) -> None:
    reference = desk.record(papers=False)
    folder = desk.folder / "folder"
    folder.mkdir()
    empty = desk.paper("empty.pdf", b"")
    for path, why in (
        (folder, "not a file|Is a directory"),
        (empty, "is empty"),
        (desk.folder / "none", "could not be read"),
    ):
        with pytest.raises(KnownError, match=why):
            desk.service.attach(reference, [desk.paper(), path], desk.version(reference))
    assert desk.case(reference).papers == ()
    desk.service.attach(reference, [desk.paper("a\u202efdp.exe")], desk.version(reference))
    piece = desk.service.queue.open(reference).evidence[0]
    assert piece.name == "afdp.exe"
    copy = desk.service.export_evidence(reference, piece.id, desk.folder / "out.bin")
    assert copy.read_bytes() == b"%PDF-1.4 scan"
    assert "export" in [entry.action for entry in desk.audit(reference)]


# --- register, search, directory, holds ------------------------------------------------------------------------------


def test_the_register_reconciles_with_the_list(desk: Desk) -> None:
    desk.record()
    desk.record(BROKER)
    wanted = Filter(kinds=("judicial",))
    assert desk.service.queue.count(wanted) == 1
    table = list(csv.reader(io.StringIO(desk.service.register.as_csv(wanted).decode("utf-8-sig"))))
    assert [line[0] for line in table] == ["Reference", "D-2026-0001"]
    assert table[1][3] == "118/PC02, 2026-11-20" and re.fullmatch(r"\d{4}-\d{2}-\d{2}", table[1][1])
    text = reading.everything(desk.service.register.as_pdf(Filter()))
    assert "2 entries, open ones only." in text and "D-2026-0002" in text
    assert "20.11.2026" in text and "2026-11-20" not in text, "on paper its day is written as every other day there"
    (line,) = desk.service.register.rows(wanted)
    typed = [replace(line, document=one).paper(lambda dated: f"{dated:%d.%m.%Y}") for one in ("7, 2026-13-40", "7", "")]
    assert typed == ["7, 2026-13-40", "7", ""], "a number that only looks like a day stays as it was typed"
    exports = [entry for entry in desk.audit() if entry.action == "export"]
    assert [(entry.details or {})["form"] for entry in exports] == ["pdf", "csv"]


def test_the_register_outlives_a_cases_key(desk: Desk) -> None:
    reference = desk.record()
    with desk.book.transaction("view") as tx:
        cases.destroy_key(tx, reference)
        audit.append(tx, audit.DESTROYED, reference)
    line = desk.service.queue.page(Filter(), Sort("opened")).rows[0]
    assert (line.reference, line.body, line.received, line.agency, line.person) == (reference, "police", START, "", "")
    assert reference in reading.everything(desk.service.register.as_pdf(Filter()))
    assert desk.service.queue.search("Hà Nội") == ()
    desk.verify()


def test_search(desk: Desk) -> None:
    reference = desk.ready()
    search = desk.service.queue.search
    for text in (reference, "hoa.le@example.vn", "118/pc02", "hà nội city", "Hoa"):
        assert [row.reference for row in search(text)] == [reference], text
    assert search("nobody of that name") == ()


def test_the_directory(desk: Desk) -> None:
    directory = desk.service.directory
    key = desk.contact()
    for body, phone, source in (
        ("", "024 3939 3939", "web"),
        ("police", "call me", "web"),
        ("police", "024 3939 3939", " "),
    ):
        with pytest.raises(KnownError):
            directory.add(making.entry(body=body, phone=phone, source=source))
    assert [one.agency for one in directory.entries()] == ["Hà Nội City Police"]
    directory.retire(key)
    assert directory.entries() == ()
    reference = desk.record()
    with pytest.raises(KnownError, match="retired"):
        desk.service.call_back(reference, key, "Hùng", True, "", desk.clock(), desk.version(reference))
    desk.verify()


def test_a_held_person_and_an_open_case_stop_retention(desk: Desk) -> None:
    reference = desk.ready()
    desk.service.hold(reference, "the court may ask again")
    with desk.book.reading() as tx:
        assert holds.held(tx, ["1"]) == {"1": (reference,)}
        assert cases.open_cases_by_customer(tx, ["1"]) == {"1": (reference,)}
    hold = desk.service.queue.open(reference).holds[0]
    desk.service.release_hold(reference, hold.id)
    with desk.book.reading() as tx:
        assert holds.held(tx, ["1"]) == {}
    desk.verify()


def test_what_cannot_be_recorded(desk: Desk) -> None:
    bad = (
        (replace(POLICE, body="tax-office"), "No active policy pack names this body"),
        (replace(POLICE, agency=" "), "Enter who asks"),
        (replace(POLICE, asked="", scope=()), "Enter what is asked"),
        (replace(POLICE, dated=(START + timedelta(days=9)).date()), "dated later"),
    )
    for demand, why in bad:
        with pytest.raises(KnownError, match=why):
            desk.record(demand)
    with pytest.raises(KnownError, match="future"):
        desk.service.receive(Intake(POLICE, "letter", START + timedelta(hours=1)))
    assert desk.record() == "D-2026-0001"
    desk.verify()
