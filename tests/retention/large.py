"""Takes one batch of many accounts through all its steps and prints what each costs: seconds and memory.

`python -m tests.retention.large 100000` builds a native shop and a casebook, both in files, and uses the real service.
"""

import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from officer_app.breaches.service import Breaches
from officer_app.casebook import audit
from officer_app.complaints import records as complaints
from officer_app.letters import shop_facts
from officer_app.letters.issue import Letters
from officer_app.letters.shop_facts import ShopFacts
from officer_app.retention.service import Retention
from officer_app.shop import native, profile
from officer_app.shop.address import Address
from officer_app.shop.connection import connect
from tests import factory
from tests.retention.conftest import NOW, Allowed, Hands, policy

_PLACE = ("'Hoa' || i || ' Trinh' || i", "NULL", "i || ' Le Loi'", "NULL", "'Hue'", "'530000'", "NULL", "'VN'",
          "'0' || (912000000 + i)", "'+84' || (912000000 + i)")  # fmt: skip
_OLD = "'2025-01-01 12:00:00'"
_EMAIL = "'c' || i || '@example.vn'"
_COLUMNS = "name, company, line1, line2, city, postcode, region, country, phone, phone_normal"


def build(path: Path, count: int) -> None:
    """Write a shop of so many silent customers, each with address, order, payment and login."""
    place = ", ".join(_PLACE)
    rows = {
        "customers (id, email, email_normal, first_name, last_name, name_forward, name_backward, phone, phone_normal, "
        "country, language, created_at, last_login_at, password_hash, state, is_staff, found_false, rule_breaking, "
        "consent_email, consent_phone)":
        f"i, {_EMAIL}, {_EMAIL}, 'Hoa' || i, 'Trinh' || i, 'hoa' || i, 'trinh' || i, {_PLACE[8]}, {_PLACE[9]}, 'VN', "
        f"'vi', {_OLD}, {_OLD}, 'x', 'active', 0, 0, 0, 1, 0",
        f"addresses (customer_id, {_COLUMNS}, is_default)": f"i, {place}, 1",
        "orders (id, customer_id, number, email, email_normal, placed_at, state, payment_state, total_minor, currency)":
        f"i, i, 'S' || i, {_EMAIL}, {_EMAIL}, {_OLD}, 'delivered', 'paid', 100, 'VND'",
        f"order_addresses (order_id, role, {_COLUMNS})": f"i, 'shipping', {place}",
        "payments (order_id, customer_id, paid_at, method, payer_name)": f"i, i, {_OLD}, 'card', 'Hoa' || i",
        "logins (customer_id, at, ip)": f"i, {_OLD}, '10.0.0.1'",
    }  # fmt: skip
    with closing(sqlite3.connect(path)) as db:
        db.executescript(";\n".join(native.ddl()))
        db.execute("CREATE TEMP TABLE n (i INTEGER PRIMARY KEY)")
        db.executemany("INSERT INTO n VALUES (?)", ((i,) for i in range(1, count + 1)))
        for table, values in rows.items():
            db.execute(f"INSERT INTO {table} SELECT {values} FROM n")
        db.commit()
        db.execute("ANALYZE")


def main(count: int) -> None:
    """Take the batch through its life and print the figures; what every step says is printed too."""
    with tempfile.TemporaryDirectory() as name:
        folder, clock = Path(name), Hands(NOW)
        build(folder / "shop.sqlite", count)
        address = Address(engine="sqlite", path=str(folder / "shop.sqlite"))
        with (
            closing(factory.officer(folder, clock)) as book,
            closing(connect(address, "", profile.load("native"), seconds=3600)) as shop,
        ):
            with book.transaction("change settings") as tx:
                facts = ShopFacts(name="Lotus", company="Lotus Co.", address=("12 Hàng Bài", "Hà Nội"),
                                  email="p@lotus.example", contact="Trần Linh")  # fmt: skip
                shop_facts.save(tx, facts)
                audit.append(tx, "shop details changed")
            letters, allowed = Letters(book, policy), Allowed()
            allowed.number = 100
            named = Breaches(book, policy, letters, lambda: shop).queue.named
            desk = Retention(book, policy, letters, lambda: shop, named, complaints.contacts, allowed)
            _life(desk, clock, count, folder)
            _told("the audit check", count, lambda: book.verify().broken or "whole")


def _life(desk: Retention, clock: Hands, count: int, folder: Path) -> None:
    frozen: list[str] = []

    def freeze() -> str:
        change = desk.freeze_all("inactive", count, lambda: False)
        frozen.extend(change.references)
        return change.news

    def version() -> int:
        return desk.batches.file(frozen[0]).batch.version

    _told("freezing", count, freeze)
    (reference,) = frozen
    _told("showing", count, lambda: f"{desk.batches.open(reference).batch.members:,} members")
    _told("the notices", count, lambda: desk.announcing.write_notices(reference).news)
    _told("the address list", count, lambda: desk.announcing.address_list(reference, folder / "list.csv").name)
    _told("sending", count, lambda: desk.announcing.notices_sent(reference, "post", desk.now(), version()).news)
    clock.now += timedelta(days=20)
    _told("approving", count,
          lambda: desk.approvals.approve(reference, factory.MANAGER_NAME, factory.MANAGER_PASS).news)  # fmt: skip
    _told("looking again", count, lambda: f"{desk.batches.recheck(reference):,} left")
    _told("erasing and checking", count, lambda: desk.erasing.run(reference, count).news)
    _told("checking again", count, lambda: desk.erasing.check(reference).news)
    _told("certifying", count, lambda: desk.erasing.certify(reference, "2027-01-31").news)
    _told("closing", count, lambda: desk.erasing.close(reference, version()).news)


def _told(step: str, count: int, do: Callable[[], str]) -> None:
    """Do one step, and print what it says and what it cost; memory is the most that the process had until then."""
    began = time.perf_counter()
    said = do()
    took = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"{step}: {took:,.2f} s, {took / count * 1000:.3f} ms each, peak {peak:,.0f} MB. {said}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
