"""Makes what the disclosure tests start from: a desk on a fresh casebook beside the demo shop, and a clock to turn."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from officer_app.base.errors import KnownError
from officer_app.casebook import audit
from officer_app.casebook.audit import Entry
from officer_app.casebook.book import Casebook
from officer_app.disclosures.demand import JUDICIAL, THIRD_PARTY, Contact, Demand, Disclosure, Intake
from officer_app.disclosures.service import Disclosures
from officer_app.letters import shop_facts
from officer_app.letters.issue import Letters
from officer_app.letters.shop_facts import ShopFacts
from officer_app.policy.book import Book
from officer_app.shop import profile
from officer_app.shop.address import Address
from officer_app.shop.connection import Shop, connect
from tests import factory

START = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
FACTS = ShopFacts(
    name="Lotus Shop",
    company="Lotus Trading Co., Ltd.",
    address=("12 Hàng Bài", "Hoàn Kiếm", "Hà Nội"),
    email="privacy@lotus.example",
    contact="Trần Linh, privacy officer",
)
POLICE = Demand(
    sort=JUDICIAL,
    body="police",
    agency="Hà Nội City Police, Cybercrime Division",
    asked="Name, address and orders of the customer with the e-mail hoa.le@example.vn.",
    scope=("name", "address", "orders"),
    number="118/PC02",
    dated=date(2026, 11, 20),
    legal_basis="Criminal Procedure Code 2015, Art. 88 and 168",
    signatory="Lt. Col. Nguyễn Văn Thành",
    matter="Case 44/2026, fraud",
    purpose="legal-duty",
    address="87 Trần Hưng Đạo\nHoàn Kiếm, HÀ NỘI",
    phone="+84 24 1111 1111",
)
BROKER = Demand(
    sort=THIRD_PARTY,
    body="buyer-confirmed",
    agency="Rồng Vàng Insurance",
    asked="Address and orders of a customer, for a claim.",
    scope=("name", "address", "orders"),
    purpose="other",
    purpose_words="to settle a transport damage claim",
    email="claims@rongvang.example",
)


class Clock:
    """A clock that is set by hand."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> datetime:
        """Turn it forward and return the new time."""
        self.now += timedelta(**span)
        return self.now


@dataclass
class Desk:
    """The desk on a casebook, spoken to in the officer's verbs."""

    book: Casebook
    shop: Shop
    clock: Clock
    service: Disclosures
    folder: Path

    def case(self, reference: str) -> Disclosure:
        return self.service.queue.open(reference).case

    def version(self, reference: str) -> int:
        return self.case(reference).version

    def paper(self, name: str = "demand.pdf", content: bytes = b"%PDF-1.4 scan") -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path

    def record(self, demand: Demand = POLICE, *, papers: bool = True, language: str = "en") -> str:
        intake = Intake(demand, "letter", self.clock(), language)
        return self.service.receive(intake, [self.paper()] if papers else []).references[0]

    def contact(self, phone: str = "024 3939 3939", body: str = "police") -> str:
        self.service.directory.add(entry(body=body, phone=phone))
        return self.service.directory.entries(body)[0].id

    def call_back(self, reference: str, *, passed: bool = True) -> None:
        at = self.clock.forward(minutes=10)
        self.service.call_back(reference, self.contact(), "duty officer Hùng", passed, "", at, self.version(reference))

    def ready(self) -> str:
        """Record a police demand and find out all that the gate asks."""
        reference = self.record()
        self.service.link(reference, "1", self.version(reference))
        self.call_back(reference)
        return reference

    def choose(self, reference: str, *fields: str) -> None:
        """Tick every item of these kinds of data."""
        wanted = fields or ("name", "address")
        lines = self.service.offer(reference).lines if self.case(reference).subject.linked else ()
        keys = tuple(one.item.key for one in lines if one.item.category in wanted)
        self.service.choose(reference, keys, "enough to summon", self.version(reference))

    def choose_at(self, reference: str, version: int) -> None:
        """Choose as somebody does whose window shows an older version."""
        self.service.choose(reference, ("name",), "enough", version)

    def make_files(self, reference: str) -> str:
        """Make the files of the hand-over and return their covering letter's number."""
        return self.service.make_files(reference, self.version(reference)).notices[0]

    def hand_over(self, reference: str, to: str = "Lt. Col. Thành") -> None:
        self.service.hand_over(reference, to, "in person", self.clock(), self.version(reference))

    def release(self, reference: str, *fields: str) -> None:
        """Choose, clear, make the files and hand them over."""
        self.choose(reference, *fields)
        self.clear(reference)
        self.make_files(reference)
        self.hand_over(reference)

    def clear(self, reference: str) -> None:
        self.service.clear(reference, self.version(reference), factory.MANAGER_NAME, factory.MANAGER_PASS)

    def audit(self, reference: str | None = None) -> tuple[Entry, ...]:
        with self.book.reading() as tx:
            return audit.page(tx, reference=reference, limit=1000)

    def refused(self, reference: str) -> list[str]:
        """Return the reasons of the refused attempts, newest first."""
        entries = self.audit(reference)
        return [str((one.details or {})["reason"]) for one in entries if one.action == "release refused"]

    def verify(self) -> None:
        broken = self.book.verify().broken
        assert not broken, broken

    def close(self) -> None:
        self.shop.close()
        self.book.close()


def entry(**values: Any) -> Contact:
    """Return a directory entry as an officer types it."""
    known: dict[str, Any] = {
        "id": "", "body": "police", "agency": "Hà Nội City Police", "phone": "024 3939 3939",
        "source": "the police's own website", "verified": START, "verified_by": "",
    }  # fmt: skip
    return Contact(**{**known, **values})


def make(folder: Path, book: Callable[[Path, Clock], Casebook] | None = None, packs: tuple[str, ...] = ()) -> Desk:
    """Return a desk with the shop's details entered."""
    clock = Clock()
    opened = book(folder, clock) if book else factory.officer(folder, clock)
    with opened.transaction("change settings") as tx:
        shop_facts.save(tx, FACTS)
        audit.append(tx, "shop details changed")
    path = factory.shop_file(folder / "shop.sqlite", START, 300)
    address = Address(engine="sqlite", path=str(path), profile="native")
    shop = connect(address, "", profile.load("native"))
    rules = book_of_rules(packs)
    service = Disclosures(opened, lambda: rules, Letters(opened, lambda: rules), lambda: shop)
    return Desk(opened, shop, clock, service, folder)


@cache
def book_of_rules(packs: tuple[str, ...] = ()) -> Book:
    """Return the shop's own policy, or these packs, for Vietnam."""
    return Book.load(packs or ("shop-policy",), country="VN", zone="Asia/Ho_Chi_Minh")


__all__ = [
    "BROKER", "FACTS", "POLICE", "START", "Clock", "Desk", "KnownError", "book_of_rules", "entry", "make", "replace",
]  # fmt: skip
