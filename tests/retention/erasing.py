"""A casebook with a batch, a native shop that can be written, and the members of a batch as a test keeps them."""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from officer_app.base.erasure import Outcome, Person
from officer_app.casebook import audit, cases, settings
from officer_app.casebook.book import Casebook
from officer_app.casebook.transaction import Reading, Writing
from officer_app.shop import native

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
CUTOFF = NOW - timedelta(days=60)
_NAME = "members of a test"


@dataclass
class Listed:
    """The members of a batch; what became of them stands in the casebook, in the run's own transactions."""

    people: Sequence[Person]
    refuse: Mapping[str, str] = field(default_factory=dict)

    def marks(self, tx: Reading) -> dict[str, list[str]]:
        """Return outcome and reason by id."""
        return dict(settings.get(tx, _NAME))

    def pending(self, tx: Reading, after: str, limit: int) -> Sequence[Person]:
        """Return who is neither erased nor left out."""
        marks = self.marks(tx)
        over = {key for key, (outcome, _) in marks.items() if outcome in ("erased", "skipped")}
        return [one for one in self.people if one.id > after and one.id not in over][:limit]

    def refused(self, tx: Writing, people: Sequence[Person]) -> Mapping[str, str]:
        """Return whom the test refuses."""
        assert tx.actor.id
        return {one.id: self.refuse[one.id] for one in people if one.id in self.refuse}

    def mark(self, tx: Writing, ids: Sequence[str], outcome: Outcome, reason: str = "") -> None:
        """Note it."""
        settings.put(tx, _NAME, self.marks(tx) | {key: [outcome, reason] for key in ids})

    def outcomes(self, book: Casebook) -> dict[str, str]:
        """Return what became of everybody."""
        with book.reading() as tx:
            return {key: outcome for key, (outcome, _) in self.marks(tx).items()}


def batch(book: Casebook) -> str:
    """Open a batch and return its reference."""
    with book.transaction("work") as tx:
        reference = cases.open_case(tx, "retention", "inactive", "approved", tx.now.year)
        audit.append(tx, "batch frozen", reference)
    return reference


def people(*keys: int, ground: str = "inactive") -> list[Person]:
    """Return the customers that `build` made, as a frozen list."""
    return [person(key, ground) for key in keys]


def person(key: int, ground: str = "inactive") -> Person:
    """Return one customer that `build` made."""
    return Person(f"{key:06}", str(key), f"c{key}@example.vn", f"0{900_000_000 + key}", f"Hoa{key} Trinh{key}", ground)


def fill(count: int) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of a native shop of `count` silent customers, each with rows in every table.

    Customer 1 has an open order, 2 signed in lately, 3 is staff, 4 has an open ticket; guests have e-mails only.
    """
    old = datetime(2025, 1, 1, 12, 0)
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in native.metadata.tables}
    for key in range(1, count + 1):
        first, last, email, phone = f"Hoa{key}", f"Trinh{key}", f"c{key}@example.vn", f"0{900_000_000 + key}"
        place = {"name": f"{first} {last}", "company": None, "line1": f"{key} Le Loi", "line2": None, "city": "Hue",
                 "postcode": "530000", "region": None, "country": "VN", "phone": phone,
                 "phone_normal": f"+84{900_000_000 + key}"}  # fmt: skip
        rows["customers"].append({
            "id": key, "email": email, "email_normal": email, "first_name": first, "last_name": last,
            "name_forward": f"{first} {last}".lower(), "name_backward": f"{last} {first}".lower(), "phone": phone,
            "phone_normal": f"+84{900_000_000 + key}", "country": "VN", "language": "vi", "created_at": old,
            "last_login_at": datetime(2026, 11, 20) if key == 2 else old, "password_hash": "x", "state": "active",
            "is_staff": key == 3, "found_false": False, "rule_breaking": False, "consent_email": True,
            "consent_phone": False,
        })  # fmt: skip
        rows["addresses"] += [{"customer_id": key, **place, "is_default": n == 0} for n in range(2)]
        rows["orders"].append({
            "id": key, "customer_id": key, "number": f"S{key}", "email": email, "email_normal": email, "placed_at": old,
            "state": "paid" if key == 1 else "delivered", "payment_state": "paid", "total_minor": 100,
            "currency": "VND",
        })  # fmt: skip
        rows["order_lines"].append({"order_id": key, "title": "Ao dai", "quantity": 1, "price_minor": 100})
        rows["order_addresses"].append({"order_id": key, "role": "shipping", **place})
        rows["payments"].append({"order_id": key, "customer_id": key, "paid_at": old, "method": "card",
                                 "payer_name": f"{first} {last}"})  # fmt: skip
        rows["logins"].append({"customer_id": key, "at": old, "ip": f"10.0.{key // 250}.{key % 250}"})
        rows["newsletter"].append({"customer_id": None, "email": email, "email_normal": email, "created_at": old,
                                   "state": "active"})  # fmt: skip
        rows["tickets"].append({
            "customer_id": key, "email": email, "email_normal": email, "created_at": old,
            "subject": f"Question of {first}", "state": "open" if key == 4 else "closed",
        })  # fmt: skip
    for guest in range(1, 6):
        email = f"guest{guest}@example.org"
        rows["newsletter"].append({"customer_id": None, "email": email, "email_normal": email, "created_at": old,
                                   "state": "active"})  # fmt: skip
    return rows


def build(path: Path, count: int) -> Path:
    """Write such a shop into a file."""
    with closing(sqlite3.connect(path)) as db:
        db.executescript(";\n".join(native.ddl()))
        for name, rows in fill(count).items():
            for row in rows:
                listed = ", ".join(row)
                values = [v.isoformat(" ") if isinstance(v, datetime) else v for v in row.values()]
                db.execute(f"INSERT INTO {name} ({listed}) VALUES ({', '.join('?' * len(row))})", values)
        db.commit()
    return path


def content(path: Path) -> dict[str, dict[Any, tuple[Any, ...]]]:
    """Return every row of the shop's file, by table and first column."""
    with closing(sqlite3.connect(path)) as db:
        names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: {row[0]: row for row in db.execute(f"SELECT * FROM {name}")} for name in names}
