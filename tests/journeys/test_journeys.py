"""Journeys through the real window, by keys and clicks: what an officer and a manager do, from unlock to proof."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt

from officer_app.base.errors import KnownError
from officer_app.casebook import issued
from officer_app.casebook.verifying import Verdict
from officer_app.tour import chapters, day
from officer_app.tour.chapters import Visit
from officer_app.widgets import theme


def words(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def verified(visit: Visit) -> Verdict:
    house = visit.officer.rooms.house
    assert house is not None
    return house.book.verify()


def test_a_complaint_from_mail_to_closed(visit: Visit) -> None:
    officer = visit.officer
    officer.sign_in(*visit.keys("officer"))
    mails = sorted((visit.demo / "mails").glob("*.eml"))
    officer.drop(mails[:1])
    assert "opened." in officer.news
    reference = officer.screen.desk.table.current_key()
    officer.open(reference)
    officer.fact("step:change")
    officer.screen.fill({"kind": "leak-to-third-party", "reason": "The mail tells of a leak."})
    officer.screen.submit()
    assert officer.steps()["reply"] is False
    officer.step("link")
    officer.screen.submit()
    officer.step("identify", phone="+1 503 555 0142", order="100002")
    officer.step("finding", purpose="none", result="not kept", reasons="A driver kept a list.")
    assert officer.steps()["reply"] is False  # a true leak is a breach
    officer.step("breach", reason="A driver kept a list of numbers.")
    assert officer.steps()["reply"] is True
    officer.step("reply", reasons="Một tài xế đã giữ danh sách.", guidance="Block the number.")
    letter = words(officer.letter())
    assert "Một tài xế đã giữ danh sách." in letter
    assert "Demo" in letter
    mail = officer.save_as_mail()
    assert b"X-Unsent: 1" in mail.read_bytes()
    officer.step("sent", channel="e-mail")
    assert f"{reference} is closed." in officer.news
    officer.search("emily")
    assert reference in [row.reference for row in officer.screen.desk.table.rows()]
    assert not verified(visit).broken


def test_a_breach_from_log_to_letters(visit: Visit) -> None:
    person = visit.officer
    person.sign_in(*visit.keys("officer"))
    person.due("breaches")
    reference = person.reference()
    steps = person.steps()
    assert "print" not in steps or not steps["print"]
    person.lock()
    chapters.approve(visit)
    chapters.letters(visit)
    volumes = sorted((visit.out / "breach letters").glob("*.pdf"))
    house = person.rooms.house
    assert house is not None
    case = house.breaches.queue.open(reference).case
    assert sum(len(PdfReader(path).pages) for path in volumes) >= case.runs[0].letters > 100
    chapters.report(visit)
    report = words(person.letter())
    assert reference in report
    assert str(case.lists[0].persons) in report
    with house.book.reading() as tx:
        found = issued.of_case(tx, reference)
    assert {one.kind for one in found} == {"breach-customer", "breach-police"}
    assert not verified(visit).broken


def test_the_gate_stays_shut_without_a_call_back(visit: Visit) -> None:
    officer = visit.officer
    officer.sign_in(*visit.keys("officer"))
    officer.tab(2)
    officer.open(officer.reference())
    assert officer.steps()["choose"] is False
    officer.step("call", whom="Lt. Col. Nguyễn Văn Thành", result="yes")
    assert officer.steps()["choose"] is True


def test_locking_hides_everything_and_keeps_typed_text(visit: Visit) -> None:
    officer = visit.officer
    officer.sign_in(*visit.keys("officer"))
    officer.open(officer.reference("other-purpose"))
    officer.step("refuse")
    officer.screen.fill({"reasons": "Địa chỉ này chưa từng có"})
    officer.lock()
    window = officer.screen.window
    assert window.panel is None
    assert officer.rooms.house is None
    assert "Emily" not in window.windowTitle()
    officer.sign_in(*visit.keys("officer"))
    officer.open(officer.reference("other-purpose"))
    officer.step("refuse")
    assert officer.screen.form.values()["reasons"] == "Địa chỉ này chưa từng có"


def test_a_wrong_passphrase_opens_nothing(visit: Visit) -> None:
    screen = visit.officer.screen
    from officer_app.entry.view import EntryView

    entry = screen.find(EntryView, lambda _one: True, "the unlock screen")
    screen.settle()
    screen.type(entry.sign_in, "linh")
    screen.type(entry.passphrase, "wrong words altogether")
    screen.keys(Qt.Key.Key_Return)
    assert screen.window.panel is None
    assert entry.trouble.isVisible()


def test_a_manager_sees_cases_and_works_none(visit: Visit) -> None:
    manager = visit.officer
    manager.sign_in(*visit.keys("manager"))
    manager.open(manager.reference("leak-to-third-party"))
    assert not any(manager.steps().values())


def test_in_the_smallest_window_no_desk_cuts_its_case(visit: Visit) -> None:
    officer = visit.officer
    officer.sign_in(*visit.keys("officer"))
    officer.screen.window.resize(theme.px(960), theme.px(640))
    officer.screen.settle()
    for tab in range(1, 5):
        officer.tab(tab)
        officer.row(0)
        officer.screen.settle()
        facts = officer.screen.desk.file.facts
        page = facts.widget()
        assert page is not None and page.width() <= facts.viewport().width()
        assert officer.screen.window.width() == theme.px(960)


def test_finding_and_the_customer_card(visit: Visit) -> None:
    officer = visit.officer
    officer.sign_in(*visit.keys("officer"))
    lines = officer.find("hoa.le@example.vn")
    assert lines.count() == 2
    officer.screen.click(lines.viewport(), lines.visualItemRect(lines.item(1)).center())
    officer.screen.wait(lambda: "100001" in _all_words(visit), "the card with its order")


def _all_words(visit: Visit) -> str:
    from officer_app.widgets.plain import Label

    return " ".join(one.text() for one in visit.officer.screen.window.findChildren(Label) if one.isVisible())


def test_the_tour_refuses_what_is_no_demo_and_what_is_not_empty(tmp_path: Path, demo: Path) -> None:
    with pytest.raises(KnownError, match="holds no demo"):
        list(day.run(tmp_path, tmp_path / "out"))
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(KnownError, match="is not empty"):
        list(day.run(demo, full))


@pytest.mark.slow
def test_the_whole_tour_from_the_command_line(demo: Path, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in demo.rglob("*") if path.is_file()}
    out = tmp_path / "out"
    done = subprocess.run(
        [sys.executable, "-m", "officer_app", "tour", str(demo), "--out", str(out)],
        capture_output=True, text=True, timeout=290, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(list(out.glob("*.png"))) > 40
    assert {"reply.pdf", "acknowledgement.pdf", "police-report.pdf", "refusal.pdf"} <= {
        one.name for one in out.iterdir()
    }
    assert {path: path.read_bytes() for path in demo.rglob("*") if path.is_file()} == before
