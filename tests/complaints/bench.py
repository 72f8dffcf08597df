"""A complaint desk on a real casebook, beside a real demo shop, with the mails that the demo's customers wrote."""

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader

from officer_app.base.handover import IncidentFound
from officer_app.base.worker import Pool
from officer_app.casebook import audit, cases
from officer_app.casebook.book import Casebook
from officer_app.casebook.transaction import Writing
from officer_app.complaints.queue import File
from officer_app.complaints.rules import NOBODY, REPLY, Decision, Intake, Requester
from officer_app.complaints.service import Complaints
from officer_app.demo import mails
from officer_app.demo import shop as demo
from officer_app.demo.shop import PEOPLE
from officer_app.letters import shop_facts
from officer_app.letters.issue import Letters
from officer_app.letters.shop_facts import ShopFacts
from officer_app.policy.book import Book
from officer_app.shop import profile
from officer_app.shop.address import Address
from officer_app.shop.connection import Shop, connect
from tests import factory

NOW = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)  # Monday 10:30 in Hà Nội
FACTS = ShopFacts(
    name="Lotus Shop",
    company="Lotus Trading Co., Ltd.",
    address=("12 Hàng Bài, Hoàn Kiếm", "Hà Nội"),
    email="privacy@lotus.example",
    phone="+84 24 0000 0000",
    contact="Trần Linh, privacy officer",
)
_SESSION = os.environ.get("XDG_RUNTIME_DIR", tempfile.gettempdir())  # the folder that the session removes at its end
HOA = PEOPLE[0]
EMILY = PEOPLE[1]


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at

    def on(self, **by: float) -> datetime:
        """Move forward and return the new moment."""
        self.at += timedelta(**by)
        return self.at


@dataclass(frozen=True)
class Writer:
    """Who writes one of the demo's mails."""

    name: str
    email: str


@cache
def shop_file() -> Path:
    """Return a small demo shop, built once."""
    path = Path(tempfile.mkdtemp(dir=_SESSION)) / "shop.sqlite"
    demo.build(path, NOW, customers=40)
    return path


@cache
def policy() -> Book:
    """Return the shop's published policy."""
    return Book.load()


@dataclass
class Bench:
    """The desk and everything around it."""

    book: Casebook
    clock: Clock
    shop: Shop | None
    letters: Letters
    service: Complaints
    readers: Pool
    folder: Path
    incidents: list[IncidentFound] = field(default_factory=list)

    def mails(self) -> tuple[Path, ...]:
        """Write the six demo mails, of the shop's first customers, and return their paths."""
        people = [Writer(f"{one.first_name} {one.last_name}", one.email) for one in PEOPLE[:6]]
        return mails.write(self.folder / "mails", self.clock.at, people)

    def form(self, kind: str = "other", who: str = "Lê Thị Hoa", email: str = HOA.email, **more: str) -> str:
        """Open a case by form and return its reference."""
        wanted = {"subject": "A question", "text": "Where is my data?", "language": "en", **more}
        intake = Intake(kind, "phone", self.clock.at, Requester(who, email), **wanted)  # type: ignore[arg-type]
        return self.service.receive_form(intake).references[0]

    def file(self, reference: str) -> File:
        """Return the case as it is now."""
        return self.service.queue.open(reference)

    def version(self, reference: str) -> int:
        """Return the case's version."""
        return self.file(reference).case.version

    def steps(self, reference: str) -> dict[str, str]:
        """Return the steps by id with what each waits for, "" when it can be taken."""
        return {step.id: step.why_not for step in self.file(reference).steps}

    def identified(self, reference: str, customer: str = HOA.key) -> None:
        """Link the customer and pass the identity check."""
        person = next(one for one in PEOPLE if one.key == customer)
        self.service.link(reference, customer, self.version(reference))
        claims = {"phone": person.phone, "order": person.order}
        self.service.identify(reference, claims, "stored facts", "", self.version(reference))

    def decide(self, reference: str, **made: str) -> tuple[str, ...]:
        """Decide and return the numbers of the letters."""
        outcome, reasons = made.pop("outcome", REPLY), made.pop("reasons", "We looked into it with everybody.")
        found = made.pop("finding", "")
        if found:
            self.found(reference, found)
        decision = Decision(outcome, reasons, **made)  # type: ignore[arg-type]
        return self.service.decide(reference, decision, self.version(reference)).notices

    def found(self, reference: str, result: str, allegation: str = "My data was passed on") -> None:
        """Say who it is, if nobody did, and record a finding; a true leak is a breach."""
        if not self.file(reference).case.customer:
            self.service.link(reference, NOBODY, self.version(reference))
        purpose = "none" if result == "not kept" else "service-and-delivery"
        self.service.record_finding(
            reference, allegation, purpose, result, "We asked everybody.", self.version(reference)
        )
        case = self.file(reference).case
        if "breach" in case.made_of.needs and result == "not kept" and not case.incident:
            self.service.report_breach(reference, "A leak.", case.version)

    def send(self, number: str, channel: str = "e-mail") -> str:
        """Record a letter as sent now and return the news."""
        return self.service.sent(number, channel, self.clock.at).news

    def words(self, number: str) -> str:
        """Return the words of an issued letter, as a PDF reader sees them."""
        return text_of(self.letters.pdf(number)[1])

    def actions(self, reference: str | None = None) -> list[str]:
        """Return what the audit says, oldest first, without unlocking."""
        with self.book.reading() as tx:
            found = audit.page(tx, reference=reference, limit=1000)
        return [entry.action for entry in reversed(found)]

    def open_duties(self, reference: str) -> dict[str, datetime]:
        """Return the duties whose clocks run."""
        with self.book.reading() as tx:
            return {one.duty: one.due for one in cases.deadlines(tx, reference) if one.met is None}

    def colleague(self, clock: Callable[[], datetime] | None = None) -> "Bench":
        """Return the same officer in another window on the same casebook."""
        book = factory.signed_in(
            Path(str(self.book.where)), factory.OFFICER_NAME, factory.OFFICER_PASS, self.folder, clock or self.clock
        )
        return furnish(book, self.clock, self.shop, self.folder)

    def close(self) -> None:
        """Lock and let go."""
        self.readers.close()
        self.book.close()


def text_of(pdf: bytes) -> str:
    """Return the words of all pages in one line."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def furnish(book: Casebook, clock: Clock, shop: Shop | None, folder: Path) -> Bench:
    """Build the desk on an unlocked casebook."""
    letters, readers, incidents = Letters(book, policy), Pool(1), list[IncidentFound]()

    def log_incident(_tx: Writing, found: IncidentFound) -> str:
        incidents.append(found)
        return f"B-2026-{len(incidents):04}"

    service = Complaints(book, policy, letters, lambda: shop, log_incident, readers)
    return Bench(book, clock, shop, letters, service, readers, folder, incidents)


def saved_facts(book: Casebook, facts: ShopFacts = FACTS) -> None:
    """Enter the shop's details, as a manager does."""
    with book.transaction("change settings") as tx:
        shop_facts.save(tx, facts)
        audit.append(tx, "shop details changed")


@cache
def _casebook_file() -> Path:
    """Return a casebook with the shop's details entered, made once: signing in is slow on purpose."""
    folder = Path(tempfile.mkdtemp(dir=_SESSION))
    book = factory.manager(folder, Clock())
    saved_facts(book)
    with book.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    book.close()
    return folder / "casebook.sqlite"


def fresh(folder: Path) -> Bench:
    """Return a desk on a new casebook, the shop's details entered, the officer signed in."""
    clock, path = Clock(), folder / "casebook.sqlite"
    shutil.copy(_casebook_file(), path)
    book = factory.signed_in(path, factory.OFFICER_NAME, factory.OFFICER_PASS, folder, clock)
    copy = folder / "shop.sqlite"
    shutil.copy(shop_file(), copy)
    shop = connect(Address(engine="sqlite", path=str(copy), profile="native"), "", profile.load("native"))
    return furnish(book, clock, shop, folder)
