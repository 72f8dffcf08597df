"""Journeys of the retention desk through the real window: from the list to the certificate."""

import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from officer_app.complaints.rules import Intake, Requester
from officer_app.demo.shop import PEOPLE
from officer_app.retention import batch as rules
from officer_app.retention.batches import BatchFile
from officer_app.retention.rules import Candidate
from officer_app.shop import customers
from officer_app.shop.facts import Account
from officer_app.tour.chapters import Visit
from officer_app.widgets.plain import Label

BY_STORY = {one.story: one for one in PEOPLE}


def words(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def in_shop(visit: Visit, statement: str) -> None:
    """Do what the shop itself would do."""
    with closing(sqlite3.connect(visit.demo / "shop.sqlite")) as connection, connection:
        connection.execute(statement)


def allow_erasing(visit: Visit) -> None:
    house = visit.officer.rooms.house
    assert house is not None
    house.settings.writing.switch_on("", "", keyring=False)


def choose(visit: Visit, *keys: str) -> None:
    """Click accounts of the list, all but the first with Ctrl."""
    table = visit.officer.screen.desk.table
    held = Qt.KeyboardModifier.NoModifier
    for key in keys:
        visit.officer.screen.wait(lambda key=key: key in [row.key for row in table.rows()], f"account {key}")  # type: ignore[misc]
        at = [row.key for row in table.rows()].index(key)
        table.view.scrollTo(table.model.index(at, 0))
        place = table.view.visualRect(table.model.index(at, 0)).center()
        QTest.mouseClick(table.view.viewport(), Qt.MouseButton.LeftButton, held, place)
        visit.officer.screen.settle()
        held = Qt.KeyboardModifier.ControlModifier


def shown(visit: Visit) -> BatchFile:
    """Return the batch that is open, as the casebook has it."""
    house = visit.officer.rooms.house
    assert house is not None
    reference = next(one for one in visit.officer.case_line.replace(",", " ").split() if one.startswith("R-"))
    return house.retention.batches.file(reference)


def chip(visit: Visit, key: str) -> None:
    visit.officer.screen.click(visit.officer.screen.desk.filters.chips[key])


def later(visit: Visit, days: int) -> None:
    """Let time pass for the casebook."""
    house = visit.officer.rooms.house
    assert house is not None
    house.book.clock = lambda: datetime.now(UTC) + timedelta(days=days)


def test_silent_accounts_from_the_list_to_the_certificate(visit: Visit) -> None:
    """A blocked account stays out, one that logs in during the time to answer leaves by itself, the rest is erased."""
    officer = visit.officer
    officer.sign_in(*visit.keys("officer"))
    allow_erasing(visit)
    officer.tab(4)
    chip(visit, "inactive")
    rows = officer.screen.desk.table.rows()
    free = [row.key for row in rows if not row.blocks][:3]
    blocked = next(row.key for row in rows if row.blocks)
    choose(visit, *free, blocked)
    assert "3 can be put into a batch." in officer.case_line
    officer.step("freeze")
    assert officer.steps()["run"] is False
    officer.step("notices")
    letter = words(officer.letter())
    assert "N-" in letter
    officer.screen.desk.close_preview()
    officer.step("sent", channel="post")
    assert officer.steps()["run"] is False
    later(visit, 20)
    in_shop(visit, f"UPDATE customers SET last_login_at = '{datetime.now(UTC):%Y-%m-%d %H:%M:%S}' WHERE id = {free[0]}")
    officer.screen.keys(Qt.Key.Key_F5)
    reference = shown(visit).batch.reference
    assert shown(visit).counts.by_state == {rules.WAITING: 2, rules.GONE: 1}
    officer.step("run", typed="2")
    file = shown(visit)
    assert file.batch.state == rules.ERASED
    assert file.counts.by_state == {"erased": 2, rules.GONE: 1}
    officer.step("certify", backups="2027-03-31")
    certificate = words(officer.letter())
    assert "2 of 3 frozen" in certificate
    assert reference in certificate
    officer.screen.desk.close_preview()
    officer.step("letters-sent", channel="post")
    officer.step("close")
    assert shown(visit).batch.state == rules.CLOSED
    chip(visit, "closed")
    assert reference in [row.reference for row in officer.screen.desk.table.rows()]
    assert officer.rooms.house is not None
    assert not officer.rooms.house.book.verify().broken


def test_old_orders_lose_their_names_in_a_batch_of_their_own(visit: Visit) -> None:
    """The empty list explains itself; what is past its time says by which law it was kept, and goes by typed count."""
    officer = visit.officer
    officer.sign_in(*visit.keys("officer"))
    allow_erasing(visit)
    officer.tab(4)
    chip(visit, "inactive")
    free = [row.key for row in officer.screen.desk.table.rows() if not row.blocks][:60]
    chip(visit, "orders")
    table = officer.screen.desk.table

    def said() -> bool:
        return any("kept for 10 years" in label.text() for label in table.empty.findChildren(Label))

    officer.screen.wait(said, "the explanation")
    with closing(sqlite3.connect(visit.demo / "shop.sqlite")) as shop, shop:
        (key,) = shop.execute(f"SELECT customer_id FROM orders WHERE customer_id IN ({', '.join(free)})").fetchone()
        shop.execute(f"UPDATE orders SET placed_at = '2014-05-03 08:00:00' WHERE customer_id = {key}")
        shop.execute(f"UPDATE payments SET paid_at = '2014-05-03 08:00:00' WHERE customer_id = {key}")
    officer.screen.keys(Qt.Key.Key_F5)
    choose(visit, str(key))
    assert "kept until 31 December 2024 (Accounting Law" in officer.case_line
    officer.step("freeze")
    assert not {"notices", "no-notice"} & set(officer.steps())
    officer.step("run", typed="1")
    assert shown(visit).counts.by_state == {"erased": 1}
    assert "orders of 1 customer are anonymous" in officer.news
    with closing(sqlite3.connect(visit.demo / "shop.sqlite")) as shop:
        assert shop.execute(f"SELECT count(*) FROM orders WHERE customer_id = {key}").fetchone() == (0,)
        assert shop.execute(f"SELECT count(*) FROM customers WHERE id = {key} AND state = 'erased'").fetchone() == (0,)


def test_a_false_account_needs_a_second_person(visit: Visit) -> None:
    """Evidence, a manager's word on the finding and on the batch; the officer's own passphrase does not do."""
    officer = visit.officer
    officer.sign_in(*visit.keys("officer"))
    allow_erasing(visit)
    officer.tab(4)
    chip(visit, "false")
    choose(visit, BY_STORY["false"].key)
    assert officer.steps()["freeze"] is False
    officer.step("finding", reason="Nothing of it is true.", evidence="The letter of 2 November came back.")
    (visit.out / "returned.txt").write_text("Nobody of this name lives here.", encoding="utf-8")
    officer.answers.files = [visit.out / "returned.txt"]
    assert "waits for a second person" in officer.case_line
    officer.step("proof")
    officer.fact("look:")
    officer.screen.desk.close_preview()
    name, passphrase = visit.keys("manager")
    officer.step("confirm", sign_in=name, passphrase=passphrase)
    assert "Confirmed by" in officer.news
    assert "proof" not in officer.steps()  # what the second person saw stays as it was
    officer.step("freeze")
    assert "The letter of 2 November came back. Second person: " in officer.case_line
    officer.fact("look:")
    officer.screen.desk.close_preview()
    assert "evidence viewed" in [one.action for one in shown(visit).timeline]
    officer.step("no-notice", reason="No address is true.")
    assert officer.steps()["run"] is False
    officer.step("approve")
    officer.screen.fill({"sign_in": visit.keys("officer")[0], "passphrase": visit.keys("officer")[1]})
    officer.screen.click(officer.screen.form.submit_button)
    assert "Only a manager" in officer.screen.form.problem("")
    officer.screen.fill({"sign_in": name, "passphrase": passphrase})
    officer.screen.submit()
    officer.step("run", typed="1")
    assert shown(visit).counts.by_state == {"erased": 1}


def asking(visit: Visit) -> tuple[str, Account]:
    """Receive a letter by which a silent customer asks for deletion; return the complaint and the account."""
    house = visit.officer.rooms.house
    assert house is not None
    for row in house.retention.queue.page(["inactive"], limit=50).rows:
        account = customers.card(house.retention.queue.connected(), row.key).account
        if not row.blocks and account.phone:
            who = Requester(name=account.name, email=account.email)
            intake = Intake("erasure", "letter", datetime.now(UTC), who, "Delete my account", "Delete it, please.")
            return house.complaints.receive_form(intake).references[0], account
    raise AssertionError("nobody can be found")


def test_a_cancel_request_from_the_complaint_to_the_certificate(visit: Visit) -> None:
    """Handed over by the complaint desk, erased here with a letter, and answered there."""
    officer = visit.officer
    officer.sign_in(*visit.keys("officer"))
    allow_erasing(visit)
    complaint, account = asking(visit)
    officer.tab(1)
    officer.screen.keys(Qt.Key.Key_F5)
    officer.open(complaint)
    officer.step("link")
    officer.screen.submit()
    officer.step("identify", phone=account.phone, customer=str(account.key))
    assert officer.steps()["reply"] is False
    officer.step("erase", reason="Asked by letter, identity checked.")
    officer.tab(4)
    officer.screen.keys(Qt.Key.Key_F5)
    chip(visit, "cancel")
    choose(visit, str(account.key))
    assert complaint in officer.case_line
    officer.step("freeze")
    officer.step("run", typed="1", backups="2027-01-31")
    file = shown(visit)
    assert file.counts.by_state == {"erased": 1}
    letter = next(one for one in file.notices if one.kind in ("erasure-notice", "partial-refusal"))
    officer.fact(f"notice:{letter.number}")
    text = words(officer.letter())
    assert account.last_name in text
    assert file.batch.certificate in text
    officer.screen.desk.close_preview()
    officer.step("certify", backups="2027-01-31")
    certificate = words(officer.letter())
    assert account.email not in certificate
    assert account.last_name not in certificate
    officer.screen.desk.close_preview()
    officer.step("letters-sent", channel="post")
    officer.step("close")
    officer.tab(1)
    officer.screen.keys(Qt.Key.Key_F5)
    officer.open(complaint)
    assert officer.steps()["reply"] is True
    assert file.batch.reference in officer.case_line


def test_an_account_that_is_read_when_the_lock_comes_is_shown_to_nobody(visit: Visit) -> None:
    """Who signs in after the lock sees the list and nothing of what was asked for before."""
    officer = visit.officer
    officer.sign_in(*visit.keys("officer"))
    officer.tab(4)
    house, window = officer.rooms.house, officer.screen.window
    assert house is not None
    officer.screen.wait(lambda: len(officer.screen.desk.table.rows()) > 0, "the list")
    read, begun = house.retention.open, threading.Event()
    found: list[str] = []

    def late(row: Candidate) -> Any:
        file = read(row)
        begun.set()
        never, tries = threading.Event(), 0
        while window.locked_panel is None and tries < 600:
            never.wait(0.05)
            tries += 1
        found.append(file[0].card.account.email)
        return file

    house.retention.open = late  # type: ignore[method-assign]
    officer.screen.desk.table.opened.emit(officer.screen.desk.table.rows()[0])
    officer.screen.wait(begun.is_set, "the account being read")
    officer.lock()
    officer.screen.wait(lambda: bool(found), "the account read under the lock")
    officer.sign_in(*visit.keys("officer"))
    officer.tab(4)
    assert found[0]
    assert not [label.text() for label in window.findChildren(Label) if found[0] in label.text()]
