"""Old orders: listed once no law keeps them any longer, explained, and made anonymous in a batch of their own."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime

import pytest

from officer_app.base.errors import KnownError
from officer_app.casebook import audit
from officer_app.policy.entries import Keep
from officer_app.retention import batch as rules
from officer_app.retention import panel, records, trace_records
from officer_app.retention.rules import ORDERS, Candidate, order_period
from officer_app.retention.vietnamese import activity, said
from officer_app.shop import erasure_words, profile
from officer_app.shop.erasure_facts import ALIVE, GONE, NOT_SO, TAKEN, YOUNGER
from tests.retention.conftest import Desk
from tests.retention.test_batches import batch, change_shop, counts, frozen, words

LAW = "Accounting Law Art. 41; Decree 174/2016 Arts 12 to 15"
PLAIN = ("name", "email", "phone", "state", "subject", "password", "company", "postcode")
"""Columns that an officer would call so, too."""


def aged(desk: Desk, *keys: str, placed: str = "2014-05-03 08:00:00") -> None:
    """Let everything these accounts did have happened long ago."""
    for key in keys:
        change_shop(
            desk,
            f"UPDATE orders SET placed_at = '{placed}', state = 'delivered', payment_state = 'paid' "
            f"WHERE customer_id = {key}",
            f"UPDATE payments SET paid_at = '{placed}', customer_id = {key} WHERE order_id IN "
            f"(SELECT id FROM orders WHERE customer_id = {key})",
            f"UPDATE payments SET paid_at = '{placed}' WHERE customer_id = {key}",
            f"UPDATE customers SET last_login_at = NULL, created_at = '2013-01-01 00:00:00' WHERE id = {key}",
            f"DELETE FROM tickets WHERE customer_id = {key}",
        )


def buyers(desk: Desk, count: int = 4) -> list[str]:
    """Return silent accounts with orders and nothing against them."""
    rows = desk.service.queue.page(["inactive"], limit=300).rows
    free = [row.key for row in rows if not row.blocks]
    placed = {str(row[0]) for row in asked(desk, "SELECT DISTINCT customer_id FROM orders")}
    return [key for key in free if key in placed][:count]


def asked(desk: Desk, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(desk.shop.address.path)) as connection:
        return list(connection.execute(statement))


def rows_of(desk: Desk, key: str) -> list[tuple[object, ...]]:
    return asked(desk, f"SELECT number, email, customer_id FROM orders WHERE customer_id = {key}")


def listed(desk: Desk) -> dict[str, Candidate]:
    return {one.key: one for one in desk.service.old_orders.walk()}


@pytest.mark.parametrize(
    ("of_shop", "packs", "years"), [(10, (8,), 10), (5, (10, 6), 10), (0, (8,), 8), (7, (), 7), (0, (), None)]
)
def test_the_longest_time_holds(of_shop: int, packs: tuple[int, ...], years: int | None) -> None:
    """Of the profile's and the packs' times the longest counts; without any there is none."""
    keeps = [Keep("accounting-x", {}, number, 0, "end-of-year", "law", True, "p") for number in packs]
    keeps.append(Keep("breach-file", {}, 30, 0, "event", "another", True, "p"))
    found = order_period(keeps, of_shop)
    assert (found.years if found else None) == years


def test_an_order_is_kept_to_the_end_of_its_year_in_the_shops_zone(desk: Desk) -> None:
    """Ten years from the end of the year; what was placed on New Year's Eve in UTC is of the next year in Hanoi."""
    found = desk.service.old_orders.period
    assert found is not None
    zone = desk.service.announcing.around().zone
    assert (found.years, found.source) == (10, LAW)
    assert found.until(datetime(2014, 12, 31, 18, 0, tzinfo=UTC), zone) == date(2025, 12, 31)
    assert found.edge(datetime(2026, 11, 23, tzinfo=UTC), zone) == datetime(2016, 1, 1, tzinfo=zone)


def test_the_empty_list_says_how_long_orders_are_kept(desk: Desk) -> None:
    """Nothing in the demo is that old: the sentence names years, law and the day on which the first come up."""
    assert not listed(desk)
    first = min(str(row[0]) for row in asked(desk, "SELECT placed_at FROM orders WHERE customer_id IS NOT NULL"))
    said = desk.service.old_orders.explain()
    assert said == (
        f"Orders and invoices are kept for 10 years from the end of their year ({LAW}). The first come up here on "
        f"1 January {int(first[:4]) + 11}."
    )


def test_old_orders_are_made_anonymous_in_a_batch_of_their_own(desk: Desk) -> None:
    """Whose every order is past its time is listed with the law, frozen, counted, made anonymous and certified."""
    one, two, newer, active = buyers(desk)
    aged(desk, one, two, newer, active)
    change_shop(desk, f"UPDATE customers SET last_login_at = '2026-11-20 08:00:00' WHERE id = {active}")
    placed = "2016-03-01 08:00:00"
    change_shop(desk, f"UPDATE orders SET placed_at = '{placed}' WHERE id = (SELECT min(id) FROM orders WHERE "
                      f"customer_id = {newer})")  # fmt: skip
    found = listed(desk)
    assert set(found) == {one, two, active}  # one newer order keeps all of an account's
    assert found[one].kept.endswith(f"kept until 31 December 2024 ({LAW})")
    assert found[active].blocks == ("the account is in use: login on 20 November 2026",)
    numbers, others = ({row[0] for row in rows_of(desk, key)} for key in (one, two))
    other = asked(desk, f"SELECT * FROM orders WHERE customer_id NOT IN ({one}, {two})")
    service = desk.service
    plan = {line.title: line for line in service.old_orders.open(found[one]).plan}
    assert (plan["Orders"].action, plan["Orders"].rows) == ("change", len(numbers))
    reference = service.batches.freeze([found[one], found[two], found[active]]).references[0]
    assert (batch(desk, reference).ground, batch(desk, reference).members) == (ORDERS, 2)
    with pytest.raises(KnownError, match="2 customers would be erased"):
        service.erasing.run(reference, 3)
    assert service.erasing.run(reference, 2).news == "The orders of 2 customers are anonymous."
    assert not rows_of(desk, one)
    shown = asked(desk, f"SELECT email, email_normal, customer_id FROM orders WHERE number IN {tuple(numbers) * 2}")
    assert set(shown) == {(None, None, None)}
    parties = asked(desk, "SELECT name, line1, phone, phone_normal FROM order_addresses JOIN orders ON "
                          f"orders.id = order_id WHERE number IN {tuple(numbers) * 2}")  # fmt: skip
    assert set(parties) <= {("[erased]", "[erased]", None, None)}
    assert asked(desk, f"SELECT * FROM orders WHERE customer_id NOT IN ({one}, {two})") == other
    assert asked(desk, f"SELECT state FROM customers WHERE id = {one}") != [("erased",)]  # the account is another batch
    assert set(listed(desk)) == {active}
    service.erasing.certify(reference, "2027-01-31")
    certificate = words(desk, batch(desk, reference).certificate)
    assert "the orders of 2 of 2 customers were made anonymous" in certificate
    assert LAW in certificate
    assert "read again one by one" in certificate and f"Orders: {len(numbers) + len(others)}" in certificate
    assert "e-mails of the guests" not in certificate  # there was none
    assert "hold nothing of the erased accounts" not in certificate  # nobody was looked for by name
    service.erasing.close(reference, batch(desk, reference).version)
    assert batch(desk, reference).state == rules.CLOSED
    assert not desk.book.verify().broken
    with desk.book.reading() as tx:
        assert records.erased(tx, [one]) == frozenset()  # nobody's account went
    assert {row.key for row in service.queue.page(["inactive"], limit=300).rows} >= {one, two}


def test_an_order_placed_after_the_list_was_frozen_keeps_all(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last look at the shop is in the erasing transaction itself: a new order leaves that account out."""
    one, two = buyers(desk, 2)
    aged(desk, one, two)
    reference = desk.service.batches.freeze(list(listed(desk).values())).references[0]
    monkeypatch.setattr(desk.service.batches, "recheck", lambda *_args, **_named: 0)  # as if it came after that look
    change_shop(desk, f"UPDATE orders SET placed_at = '2026-11-22 08:00:00' WHERE customer_id = {two}")
    kept = rows_of(desk, two)
    desk.service.erasing.run(reference, 2)
    assert counts(desk, reference) == {"erased": 1, "skipped": 1}
    assert desk.service.batches.file(reference).reasons == {
        "There is an order, or a payment, that has to be kept longer.": 1
    }
    assert rows_of(desk, two) == kept


def test_orders_of_an_erased_account_come_up_when_their_time_is_over(desk: Desk) -> None:
    """An account erased now keeps its invoices; years later they are listed as an erased account's and go too."""
    chosen = buyers(desk, 1)
    reference = desk.service.batches.freeze(
        [row for row in desk.service.queue.page(["inactive"], limit=300).rows if row.key == chosen[0]]
    ).references[0]
    desk.service.batches.unannounced(reference, "test", batch(desk, reference).version)
    desk.service.erasing.run(reference, 1)
    desk.service.erasing.certify(reference, "2027-01-31")
    desk.service.announcing.withdraw_letters(reference, "test")
    desk.service.erasing.close(reference, batch(desk, reference).version)
    assert rows_of(desk, chosen[0])
    desk.later(days=366 * 12)
    found = listed(desk)
    assert found[chosen[0]].person == "erased account"
    assert not found[chosen[0]].blocks
    second = desk.service.batches.freeze([found[chosen[0]]]).references[0]
    desk.service.erasing.run(second, 1)
    assert not rows_of(desk, chosen[0])


def test_the_plan_speaks_in_words_and_names_the_law(desk: Desk) -> None:
    """An officer reads what is replaced and until when invoices are kept by which law, not the names of columns."""
    key = buyers(desk, 1)[0]
    placed = max(str(row[0]) for row in asked(desk, f"SELECT placed_at FROM orders WHERE customer_id = {key}"))
    change_shop(desk, f"UPDATE orders SET placed_at = '2024-12-31 17:30:00' WHERE placed_at = '{placed}'")
    (row,) = [one for one in desk.service.queue.page(["inactive"], limit=300).rows if one.key == key]
    file = desk.service.queue.open(row)
    facts = {one.label: one.value for one in panel.plan(file.plan).facts}
    assert facts["Account"] == "1 row: e-mail, name, phone, password, state, wish to cancel, consents will be replaced"
    assert f"kept until 31 December 2035 ({LAW}). Invoices are kept" in facts["Orders"]  # 1 January 2025 in Hanoi
    assert f"kept until 31 December 2035 ({LAW})" in facts["Order addresses"]  # which have no date of their own
    old = {one.title: one.what for one in desk.service.plan([key], "orders")[0]}
    assert old == {
        "Order addresses": "name, company, address lines, phone, postcode",
        "Payments": "name of the payer, link to the account",
        "Orders": "e-mail, link to the account",
    }


@pytest.mark.parametrize("name", ["native", "django-oscar"])
def test_no_column_of_a_plan_is_shown_by_its_technical_name(name: str) -> None:
    """Every column that our profiles change has words of its own."""
    layout = profile.load(name).layout
    for step in layout.erase:
        for column in step.set if step.action == "update" else filter(None, [step.column]):
            said = erasure_words.words(layout.entity[step.entity], [column])
            assert "_" not in said
            assert said != column.replace("_", " ") or column in PLAIN, (step, column)


def test_vietnamese_papers_speak_vietnamese() -> None:
    """Why somebody is kept, and the last activity, as the review list and the certificate print them."""
    assert said("open case C-2026-0001", "vi") == "hồ sơ đang giải quyết: C-2026-0001"
    assert said("Now against it: An order is still open.; legal hold of D-2026-0002.", "vi") == (
        "Nay có lý do không xóa: Còn đơn hàng chưa hoàn tất.; lệnh tạm giữ dữ liệu của D-2026-0002."
    )
    assert said("Active again: login on 9 December 2026.", "vi").startswith("Đã hoạt động trở lại: đăng nhập")
    assert activity("order", date(2026, 12, 9), "vi").endswith("(đặt hàng)")
    assert activity("unknown", None, "vi") == "không rõ"
    for name in ("native", "django-oscar"):
        layout = profile.load(name).layout
        for text in (*(one.title for one in layout.guard), *(one.reason for one in layout.erase if one.reason)):
            assert said(text, "vi") != text
    for text in (GONE, ALIVE, NOT_SO, YOUNGER, TAKEN):
        assert said(text, "vi") != text


def test_a_manager_approves_many_old_orders_too(desk: Desk) -> None:
    """The same limits hold as for accounts."""
    desk.allowed.number = 1
    one, two = buyers(desk, 2)
    aged(desk, one, two)
    reference = desk.service.freeze_all(ORDERS, 10, lambda: False).references[0]
    with pytest.raises(KnownError, match="a manager approves"):
        desk.service.erasing.run(reference, 2)
    assert frozen(desk)  # and the accounts themselves can be in a batch only once


def test_of_rows_that_an_earlier_version_did_not_note_nothing_is_claimed(desk: Desk) -> None:
    """A batch that was erased before rows were noted, wholly or in part: they count as not read again."""
    one, two = buyers(desk, 2)
    aged(desk, one, two)
    found = listed(desk)
    (reference,) = desk.service.batches.freeze([found[one], found[two]]).references
    desk.allowed.share = 100
    desk.service.erasing.run(reference, 2)
    assert "rows were read again" in desk.service.erasing.check(reference).news
    with desk.book.reading() as tx:
        noted = next(iter(trace_records.walk(tx, reference)))
    for kept in ((), sorted(noted)[:1]):
        with desk.book.transaction("work", reference) as tx:
            trace_records.drop(tx, reference)
            trace_records.add(tx, reference, {key: noted[key] for key in kept})
            audit.append(tx, "test", reference)
        news = desk.service.erasing.check(reference).news
        assert "were not read again" in news and "names these" not in news, kept
    desk.service.erasing.certify(reference, "2027-01-31")
    certificate = words(desk, batch(desk, reference).certificate)
    assert "were not read again" in certificate and "noted by their own numbers" not in certificate
