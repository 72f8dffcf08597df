"""The whole way of an incident through the real window: from the first note to the register sheet."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader

from officer_app.breaches.rules import Incident
from officer_app.tour.chapters import Visit


def words(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def case_of(visit: Visit, reference: str) -> Incident:
    house = visit.officer.rooms.house
    assert house is not None
    with house.book.reading() as tx:
        from officer_app.breaches import incidents

        return incidents.get(tx, reference)


def locked_in_the_middle(visit: Visit) -> list[str]:
    """Lock the window once the next run is on its way; return what the status line says from then on."""
    window, said = visit.officer.screen.window, list[str]()

    def look() -> None:
        running = window.work.running()
        if window.panel is None:
            said.extend(filter(None, (window.status.text,)))
        elif running and 0 < running[0].done < running[0].total:
            book = visit.officer.rooms.house.book if visit.officer.rooms.house else None
            window.lock()
            assert book is not None and not book.unlocked and not running[0].finished

    window.work.changed.connect(look)
    return said


def test_an_incident_from_the_first_note_to_the_register(visit: Visit, tmp_path: Path) -> None:
    person = visit.officer
    screen = person.screen
    person.sign_in(*visit.keys("officer"))
    person.tab(3)
    person.screen.press("Log an incident")
    screen.fill({"what": "A backup disk was left in a taxi"})
    screen.submit()
    reference = screen.desk.table.current_key()
    person.step("facts")
    before = datetime.now(UTC) - timedelta(hours=30)
    screen.fill({"begun": True, "happened_from": before, "estimated": True, "nature": ("confidentiality",),
                 "categories": ("name", "email", "address", "password", "orders"),
                 "measures": "The disk was reported lost and its key was withdrawn.",
                 "consequences": "Deceptive messages."})  # fmt: skip
    screen.submit()
    log = tmp_path / "taxi receipt.txt"
    log.write_text("Taxi 51, 23:10", encoding="utf-8")
    person.answers.files = (log,)
    person.fact("step:attach")
    person.fact("step:event")
    screen.fill({"at": before, "text": "The disk was forgotten on the back seat"})
    screen.submit()
    person.fact("step:measure")
    screen.fill({"what": "Encrypt every backup disk"})
    screen.submit()

    person.step("affected")
    screen.fill({"country": "VN"})
    screen.submit()
    person.step("affected-minus")
    screen.fill({"pasted": "1"})
    screen.submit()
    person.step("freeze")
    assert "is frozen" in person.news
    person.step("report")
    screen.fill({"recipient": "Công an thành phố Hà Nội\nPhòng An ninh mạng", "country": "VN"})
    screen.submit()
    person.step("letters")
    screen.fill({"vi.what_happened": "Một ổ đĩa sao lưu bị bỏ quên trên xe taxi.",
                 "vi.what_we_are_doing": "Chúng tôi đã báo mất và thu hồi khóa."})  # fmt: skip
    screen.submit()
    person.scroll_down()
    person.lock()

    person.sign_in(*visit.keys("manager"))
    person.tab(3)
    person.open(reference)
    person.step("find-letter", wanted="1")
    screen.desk.close_preview()
    person.step("approve-letters")
    visit.keep_letter("variants")
    screen.submit()
    person.step("approve-report")
    screen.submit()
    person.step("issue-report")
    visit.keep_letter("report")
    assert "ổ đĩa" in words(person.letter()) or "disk" in words(person.letter())
    screen.desk.close_preview()
    screen.desk.filters.chips["sign"].click()
    screen.settle()
    person.open(reference)
    person.answers.name = "letters"
    person.step("print")
    screen.fill({"per_volume": 400})
    shown = locked_in_the_middle(visit)
    screen.click(screen.form.submit_button)
    assert shown and all(f"Printing letters of {reference}" in line for line in shown), "no progress under the lock"
    panel = screen.window.locked_panel
    assert panel is not None and panel.outcome.text() == f"Printing letters of {reference}: done."
    assert person.rooms.house is None

    person.sign_in(*visit.keys("officer"))
    assert screen.window.panel is not None and "letters printed into" in screen.window.panel.news.text
    case = case_of(visit, reference)
    assert case.runs[0].finished and case.runs[0].letters > 50
    person.tab(3)
    person.open(reference)
    person.step("sent-report", channel="in person", their_reference="PC/44")
    person.step("sent-letters", channel="post")
    person.step("returned", numbers="2 3")
    person.step("supplement", new_facts="The taxi driver brought the disk back, sealed.", final=True)
    person.step("approve-report")
    name, passphrase = visit.keys("manager")
    screen.fill({"sign_in": name, "passphrase": passphrase})
    screen.submit()
    person.step("issue-report")
    final = words(person.letter())
    visit.keep_letter("final-report")
    assert case_of(visit, reference).duty("breach-police").notice in final
    person.step("sent-report", channel="post")
    person.fact("step:measure-done")
    screen.fill({"reason": "All disks are encrypted."})
    screen.submit()
    person.step("conclude", reason="No disk leaves the house unencrypted.")
    assert case_of(visit, reference).state == "closed"
    person.step("register")
    register = words(person.letter())
    visit.keep_letter("register")
    for said in ("backup disk", "final report", "PC/44", "Encrypt every backup disk", "unencrypted", "List 1"):
        assert said in register, said
    house = person.rooms.house
    assert house is not None and not house.book.verify().broken
