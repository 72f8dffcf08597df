"""Who orders again after their old orders were made anonymous: what is new is kept, and is nothing left over."""

from officer_app.shop.erasure_facts import YOUNGER
from tests.retention.conftest import Desk
from tests.retention.test_batches import batch, change_shop, words
from tests.retention.test_guest_orders import HANNA, NEW, guest, order
from tests.retention.test_old_orders import aged, buyers, listed


def test_whoever_orders_again_after_it_leaves_nothing_over(desk: Desk) -> None:
    """A newer order is kept, and named as that: of a guest, and of an account that stayed; older rows are found yet."""
    (one,) = buyers(desk, 1)
    aged(desk, one)
    ids = guest(desk)
    desk.allowed.share = 100
    reference = desk.service.batches.freeze(list(listed(desk).values())).references[0]
    desk.service.erasing.run(reference, 2)
    order(desk, HANNA, NEW)
    change_shop(desk, "INSERT INTO orders (customer_id, number, placed_at, state, payment_state, total_minor, "
                      f"currency) VALUES ({one}, 'A1', '{NEW}', 'delivered', 'paid', 100, 'VND')")  # fmt: skip
    assert "nothing in them names these customers" in desk.service.erasing.check(reference).news
    kept = [(line.table, line.rows, line.reason) for line in batch(desk, reference).found if line.state == "kept"]
    assert kept == [("orders", 2, YOUNGER)]
    change_shop(desk, f"UPDATE orders SET email = '{HANNA}', email_normal = '{HANNA}' WHERE id = {ids[0]}")
    assert desk.service.erasing.check(reference).news.startswith("Left over in orders")
    change_shop(desk, f"UPDATE orders SET email = NULL, email_normal = NULL WHERE id = {ids[0]}")
    desk.service.erasing.check(reference)
    desk.service.erasing.certify(reference, "2027-01-31")
    assert f"orders kept 2 {YOUNGER}" in words(desk, batch(desk, reference).certificate)
