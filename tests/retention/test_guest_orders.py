"""Old orders of guests: listed without their e-mail, frozen with accounts, erased where no account owns the row."""

from contextlib import closing
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from officer_app.base.erasure import Person
from officer_app.base.errors import KnownError
from officer_app.casebook import audit, cases, holds
from officer_app.retention import batch as rules
from officer_app.retention import batch_panel, panel, trace_records
from officer_app.retention.rules import ORDERS
from officer_app.retention.tracing import Tracing
from officer_app.retention.view import RetentionView
from officer_app.shop import erasure, guest_orders, native
from officer_app.shop.erasure_facts import TAKEN, YOUNGER
from officer_app.shop.order_review import Past
from officer_app.widgets.bars import Filter
from officer_app.widgets.forms import Form
from officer_app.widgets.plain import Label
from tests.retention.conftest import Desk
from tests.retention.test_batches import batch, change_shop, counts, words
from tests.retention.test_erasure_trouble import Site, site  # noqa: F401  a fixture
from tests.retention.test_old_orders import aged, asked, buyers, listed
from tests.retention.test_view import view  # noqa: F401  a fixture

HANNA = "hanna.gast@example.de"
OLD, NEW = "2014-05-03 08:00:00", "2026-11-20 08:00:00"
EDGE = datetime(2016, 1, 1, tzinfo=UTC)


def guest(desk: Desk, email: str = HANNA, placed: str = OLD) -> list[int]:
    """Let everything that was ordered under an e-mail without an account have happened then; return the orders."""
    mine = f"SELECT id FROM orders WHERE email_normal = '{email}' AND customer_id IS NULL"
    change_shop(
        desk,
        f"UPDATE orders SET placed_at = '{placed}', state = 'delivered', payment_state = 'paid' WHERE id IN ({mine})",
        f"UPDATE payments SET paid_at = '{placed}' WHERE order_id IN ({mine})",
        f"UPDATE tickets SET state = 'closed' WHERE email_normal = '{email}'",
    )
    return [int(str(row[0])) for row in asked(desk, mine)]


def order(desk: Desk, email: str, placed: str) -> None:
    """Let somebody order without signing in."""
    change_shop(
        desk,
        "INSERT INTO orders (customer_id, number, email, email_normal, placed_at, state, payment_state, total_minor, "
        f"currency) VALUES (NULL, 'G' || abs(random()), '{email}', lower('{email}'), '{placed}', 'delivered', 'paid', "
        "100, 'VND')",
    )


def of_orders(desk: Desk, ids: list[int]) -> set[tuple[object, ...]]:
    among = ", ".join(map(str, ids))
    return set(asked(desk, f"SELECT email, email_normal, customer_id FROM orders WHERE id IN ({among})"))


def test_a_guest_and_an_account_lose_their_old_orders_in_one_batch(desk: Desk) -> None:
    """A guest stands on the list by an order, masked; in the batch by the e-mail; and the orders name nobody then."""
    (one,) = buyers(desk, 1)
    aged(desk, one)
    ids = guest(desk)
    assert ids
    found = listed(desk)
    (key,) = set(found) - {one}
    row = found[key]
    assert row.guest
    assert HANNA not in f"{row}"
    assert "•" in row.person
    assert not row.blocks
    service = desk.service
    assert service.old_orders.one(key) == row
    assert [one.key for one in service.search_orders(HANNA)] == [key]
    file = service.open(row)[0]
    assert file.card.guest
    assert panel.header(file).line == "Guest. Old orders."
    plan = {line.title: (line.action, line.rows) for line in file.plan}
    assert plan["Orders"] == ("change", len(ids))
    assert service.plan([key], ORDERS)[0] == file.plan
    change = service.batches.freeze([row, found[one]])
    assert "2 customers" in change.news
    (reference,) = change.references
    assert listed(desk)[key].batch == reference
    with pytest.raises(KnownError, match="in batch"):
        service.batches.freeze([listed(desk)[key]])
    assert service.batches.recheck(reference) == 0
    assert service.erasing.run(reference, 2).news == "The orders of 2 customers are anonymous."
    assert of_orders(desk, ids) == {(None, None, None)}
    assert not asked(desk, "SELECT 1 FROM order_addresses WHERE name <> '[erased]' AND order_id IN "
                           f"({', '.join(map(str, ids))})")  # fmt: skip
    assert not listed(desk)
    service.erasing.certify(reference, "2027-01-31")
    assert "the orders of 2 of 2 customers were made anonymous" in words(desk, batch(desk, reference).certificate)
    service.erasing.close(reference, batch(desk, reference).version)
    assert batch(desk, reference).state == rules.CLOSED
    assert not desk.book.verify().broken


def test_a_newer_order_keeps_all_of_a_guest(desk: Desk) -> None:
    """Under whatever spelling: a guest who ordered again is not listed, and leaves a batch by the last look."""
    ids = guest(desk)
    before = of_orders(desk, ids)
    order(desk, HANNA.upper(), NEW)
    assert not listed(desk)
    change_shop(desk, f"DELETE FROM orders WHERE placed_at = '{NEW}'")
    (reference,) = desk.service.freeze_all(ORDERS, 10, lambda: False).references
    order(desk, HANNA.upper(), NEW)
    desk.service.batches.recheck(reference)
    assert counts(desk, reference) == {rules.GONE: 1}
    assert of_orders(desk, ids) == before


def test_a_payment_of_a_guest_that_is_kept_longer_keeps_the_order(desk: Desk) -> None:
    """A payment belongs to a guest through the order only; while its time runs the order stays."""
    ids = guest(desk)
    change_shop(desk, "DELETE FROM payments WHERE order_id IN (SELECT id FROM orders WHERE customer_id IS NULL)",
                f"INSERT INTO payments (order_id, paid_at, method, payer_name) VALUES ({ids[0]}, '{NEW}', 'card', 'H')")
    assert not listed(desk)
    change_shop(desk, f"UPDATE payments SET paid_at = '{OLD}' WHERE order_id = {ids[0]}")
    assert len(listed(desk)) == 1


@pytest.mark.parametrize(("change", "why"), [("order", YOUNGER), ("account", TAKEN)])
def test_the_last_look_at_a_guest_is_in_the_erasing_transaction(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, change: str, why: str
) -> None:
    ids = guest(desk)
    before = of_orders(desk, ids)
    reference = desk.service.batches.freeze(list(listed(desk).values())).references[0]
    monkeypatch.setattr(desk.service.batches, "recheck", lambda *_args, **_named: 0)  # as if it came after that look
    if change == "order":
        order(desk, HANNA, NEW)
    else:
        key = buyers(desk, 1)[0]
        change_shop(desk, f"UPDATE customers SET email = '{HANNA}', email_normal = '{HANNA}' WHERE id = {key}")
    desk.service.erasing.run(reference, 1)
    assert desk.service.batches.file(reference).reasons == {why: 1}
    assert of_orders(desk, ids) == before


def test_what_an_account_ordered_without_signing_in_is_its_own(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Old ones count with the account and go with it; a newer one keeps all of it, in the last look too."""
    one, two = buyers(desk, 2)
    aged(desk, one, two)
    emails = {str(row[0]): str(row[1]) for row in asked(desk, "SELECT id, email_normal FROM customers")}
    order(desk, emails[one], OLD)
    order(desk, emails[two], NEW)
    found = listed(desk)
    assert set(found) == {one}
    own = len(asked(desk, f"SELECT 1 FROM orders WHERE customer_id = {one}"))
    assert found[one].kept.startswith(f"{own + 1} orders, ")
    change_shop(desk, f"DELETE FROM orders WHERE customer_id IS NULL AND email_normal = '{emails[two]}'")
    (reference,) = desk.service.freeze_all(ORDERS, 10, lambda: False).references
    monkeypatch.setattr(desk.service.batches, "recheck", lambda *_args, **_named: 0)
    order(desk, emails[two], NEW)
    desk.service.erasing.run(reference, 2)
    assert counts(desk, reference) == {"erased": 1, "skipped": 1}
    left = asked(desk, f"SELECT count(*) FROM orders WHERE email_normal IN ('{emails[one]}') OR customer_id = {one}")
    assert left == [(0,)]


def test_an_account_that_only_ordered_without_signing_in_is_listed_by_its_key(desk: Desk) -> None:
    ids = guest(desk)
    key = buyers(desk, 1)[0]
    change_shop(desk, f"DELETE FROM payments WHERE customer_id = {key}",
                f"DELETE FROM orders WHERE customer_id = {key}",
                f"UPDATE customers SET email = '{HANNA}', email_normal = '{HANNA}' WHERE id = {key}")  # fmt: skip
    aged(desk, key)
    found = listed(desk)
    assert set(found) == {key}
    assert not found[key].blocks
    (reference,) = desk.service.batches.freeze(list(found.values())).references
    desk.service.erasing.run(reference, 1)
    assert of_orders(desk, ids) == {(None, None, None)}
    assert asked(desk, f"SELECT email_normal FROM customers WHERE id = {key}") == [(HANNA,)]  # the account stays


def test_a_guest_is_blocked_by_a_hold_and_an_open_ticket(desk: Desk) -> None:
    guest(desk)
    change_shop(desk, f"UPDATE tickets SET state = 'open' WHERE email_normal = '{HANNA}'",
                "INSERT INTO tickets (email, email_normal, created_at, subject, state) VALUES "
                f"('{HANNA}', '{HANNA}', '{OLD}', 'Question', 'open')")  # fmt: skip
    with desk.book.transaction("work") as tx:
        reference = cases.open_case(tx, "disclosures", "court", "received", 2026)
        holds.place(tx, reference, "A court asked.", email=HANNA)
        audit.append(tx, "held", reference)
    (row,) = listed(desk).values()
    assert any("hold" in why for why in row.blocks)
    assert len(row.blocks) >= 2


def test_on_each_engine_a_guest_is_found_and_left_alone_by_the_same_rules(site: Site) -> None:  # noqa: F811
    """Page by page, guests first: old ones only, an account's own with it; then erased, and the rest as it was."""
    old, new = datetime(2014, 5, 3, 8), datetime(2026, 11, 20, 8)
    placed = [("a", old), ("a", old), ("b", old), ("b", new), ("c5", old), ("z", old), ("", old), (None, old)]
    with site.by_hand.begin() as db:
        for at, (name, moment) in enumerate(placed, 9001):
            email = f"{name}@example.vn" if name else name
            db.execute(sa.insert(native.orders), {
                "id": at, "customer_id": None, "number": f"G{at}", "email": email and email.title(),
                "email_normal": email, "placed_at": moment, "state": "delivered", "payment_state": "paid",
                "total_minor": 1, "currency": "VND",
            })  # fmt: skip
        db.execute(sa.update(native.orders).where(native.orders.c.id == 5).values(placed_at=old))
        db.execute(sa.update(native.payments).where(native.payments.c.order_id == 5).values(paid_at=old))
        db.execute(sa.update(native.orders).where(native.orders.c.id == 6).values(placed_at=old))
    with closing(site.open()) as shop:
        found: list[Past] = []
        after = None
        while True:
            page = guest_orders.page(shop, EDGE, after=after, limit=1)
            found += page.rows
            after = page.after
            if after is None:
                break
        assert [(one.email or one.key, one.orders) for one in found] == [
            ("a@example.vn", 2), ("z@example.vn", 1), ("5", 2),
        ]  # fmt: skip
        a, z, five = found
        assert guest_orders.emails_of(shop, [a.key, z.key, "5", "0"]) == {a.key: a.email, z.key: z.email}
        assert guest_orders.of(shop, EDGE, ["5", "6"], ["z@example.vn", "b@example.vn"]) == (five, z)
        people = [Person("1", "", "a@example.vn", ground=ORDERS), Person("2", "", "b@example.vn", ground=ORDERS),
                  Person("3", "", "c6@example.vn", ground=ORDERS), Person("4", "5", ground=ORDERS)]  # fmt: skip
        with closing(erasure.connect(shop, site.address.user, site.password)) as eraser:
            done = eraser.erase(people, ORDERS, "0" * 32, EDGE)
        assert set(done.done) == {"1", "4"}
        assert done.skipped == {"2": YOUNGER, "3": TAKEN}
        assert done.counts["orders"] == {"changed": 4}
    with site.by_hand.connect() as db:
        kept = db.execute(sa.select(native.orders.c.id, native.orders.c.email_normal).where(native.orders.c.id > 9000))
        assert dict(kept.all()) == {
            9001: None, 9002: None, 9003: "b@example.vn", 9004: "b@example.vn", 9005: None, 9006: "z@example.vn",
            9007: "", 9008: None,
        }  # fmt: skip


def test_the_check_reads_the_rows_themselves_and_finds_what_came_back(desk: Desk) -> None:
    """An order that has its name again, a guest's e-mail in any text: the check says where, and the certificate too."""
    (one,) = buyers(desk, 1)
    aged(desk, one)
    ids = guest(desk)
    own = [int(str(row[0])) for row in asked(desk, f"SELECT id FROM orders WHERE customer_id = {one}")]
    reference = desk.service.batches.freeze(list(listed(desk).values())).references[0]
    news = desk.service.erasing.run(reference, 2).news
    assert news == "The orders of 2 customers are anonymous."
    found = {(line.table, line.state): line.rows for line in batch(desk, reference).found}
    assert found["orders", "clean"] == len(ids) + len(own)
    assert not batch(desk, reference).left_over
    assert {line.table for line in batch(desk, reference).found} == {"orders", "order_addresses", "payments"}
    change_shop(  # without a key or an e-mail that would lead to anybody
        desk,
        f"UPDATE order_addresses SET name = 'Hanna Gast' WHERE order_id = {ids[0]}",
        f"UPDATE orders SET email = 'x@example.vn' WHERE id = {own[0]}",
        f"UPDATE payments SET method = 'asked {HANNA}' WHERE id = (SELECT min(id) FROM payments)",
    )
    assert "Left over in" in desk.service.erasing.check(reference).news
    left = {line.place: line.rows for line in batch(desk, reference).left_over}
    assert left == {"order_addresses": 1, "orders": 1, "payments.method": 1}
    shown = {fact.label: fact.value for fact in batch_panel._checked(batch(desk, reference), UTC)}
    assert shown["orders"].endswith(f"as the plan makes them: {len(ids) + len(own) - 1}")
    desk.service.erasing.certify(reference, "2027-01-31")
    certificate = words(desk, batch(desk, reference).certificate)
    assert f"Orders: {len(ids) + len(own) - 1}" in certificate
    assert "searched for the e-mails of the guests" in certificate
    assert "What was found is listed below" in certificate
    assert HANNA not in certificate
    with desk.book.reading() as tx:
        assert trace_records.keys(tx, reference)
    desk.service.erasing.close(reference, batch(desk, reference).version)
    with desk.book.reading() as tx:
        assert not trace_records.keys(tx, reference)  # what was noted is forgotten with the list
    assert not desk.book.verify().broken


def test_a_batch_whose_rows_were_not_noted_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that was begun before the rows were noted is checked by account, and the certificate claims no more."""
    guest(desk)
    reference = desk.service.batches.freeze(list(listed(desk).values())).references[0]
    monkeypatch.setattr(Tracing, "note", lambda *_args: 0)
    desk.service.erasing.run(reference, 1)
    desk.service.erasing.certify(reference, "2027-01-31")
    certificate = words(desk, batch(desk, reference).certificate)
    assert "were not read again" in certificate
    assert "one by one" not in certificate


def test_a_run_that_goes_on_notes_nobody_twice(desk: Desk) -> None:
    """Stopped before the first row was touched: the rows are noted once, and all of them are read again."""
    (one,) = buyers(desk, 1)
    aged(desk, one)
    guest(desk)
    service = desk.service
    reference = service.batches.freeze(list(listed(desk).values())).references[0]
    stop = service.erasing.stop_file(reference)
    stop.parent.mkdir(parents=True, exist_ok=True)
    stop.touch()
    assert "Stopped" in service.erasing.run(reference, 2).news
    stop.unlink()
    service.erasing.run(reference, None)
    with desk.book.reading() as tx:
        (part,) = trace_records.walk(tx, reference)
    assert len(part) == 2
    assert not batch(desk, reference).left_over


def test_in_the_window_a_guest_is_masked_opened_and_frozen(
    desk: Desk, view: RetentionView, qtbot: QtBot  # noqa: F811
) -> None:
    """The list says "guest" and no e-mail; the file has no customer card; the batch counts customers."""
    guest(desk)
    view.filters.changed.emit(Filter(chips=frozenset({ORDERS})))
    qtbot.waitUntil(lambda: [row.reason for row in view.table.rows()] == [ORDERS])
    (row,) = view.table.rows()
    assert row.guest and HANNA not in f"{row}"
    view.table.select(row.key)
    QTest.keyClick(view.table.view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "freeze" in view.file.actions_bar.buttons)
    assert "card" not in view.file.actions_bar.buttons
    QTest.mouseClick(view.file.actions_bar.buttons["freeze"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "run" in view.file.actions_bar.buttons)
    assert "frozen with 1 customer." in view.file.news.text
    QTest.mouseClick(view.file.actions_bar.buttons["run"], Qt.MouseButton.LeftButton)
    form = view.file.form
    assert isinstance(form, Form)
    typed = form.findChildren(QLineEdit)[0]
    QTest.keyClicks(typed, "1")
    form.submit_button.click()
    qtbot.waitUntil(lambda: "certify" in view.file.actions_bar.buttons, timeout=30_000)
    assert "The orders of 1 customer are anonymous." in view.file.news.text
    shown = " ".join(label.text() for label in view.file.findChildren(Label))
    assert "Rows read again by their own numbers and found as the plan makes them: 1" in shown
