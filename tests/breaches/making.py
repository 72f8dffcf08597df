"""Makes the breach desk on a real casebook and the real demo shop, at a clock that the test turns."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from officer_app.base.errors import KnownError
from officer_app.breaches.asked import Asked
from officer_app.breaches.duty import INDIVIDUALS, LetterText, ReportDraft
from officer_app.breaches.event import Event
from officer_app.breaches.rules import Facts, Incident
from officer_app.breaches.service import Breaches
from officer_app.casebook import audit
from officer_app.casebook.book import Casebook
from officer_app.letters import shop_facts
from officer_app.letters.issue import Letters
from officer_app.letters.shop_facts import ShopFacts
from officer_app.policy.book import Book
from officer_app.shop import profile
from officer_app.shop.address import Address
from officer_app.shop.connection import Shop, connect
from tests import factory

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SHOP = ShopFacts(
    name="Lotus Shop",
    company="Lotus Shop Company Limited",
    address=("12 Lotus Street", "10000 Hanoi", "Vietnam"),
    email="privacy@lotus.example",
    phone="+84 24 5550 0123",
    contact="Trần Linh",
    signatory="Phạm Quang Minh, Director",
)
POLICE = ("Hanoi City Police", "Division for cyber security", "87 Tran Hung Dao", "Hanoi")


@dataclass
class Clock:
    """A clock that a test turns."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **more: float) -> None:
        self.now += timedelta(**more)


@dataclass
class Desk:
    """The desk with what is behind it."""

    folder: Path
    book: Casebook
    clock: Clock
    policy: Book
    shop: Shop | None
    service: Breaches
    out: Path = field(init=False)

    def __post_init__(self) -> None:
        self.out = self.folder / "out"

    def case(self, reference: str) -> Incident:
        return self.service.queue.open(reference).case

    def close(self) -> None:
        if self.shop is not None:
            self.shop.close()
        self.book.close()

    # The officer's verbs

    def log(self) -> str:
        return self.service.log(
            "The shop's server was hacked", self.clock() - timedelta(hours=1), "Trần Linh"
        ).references[0]

    def facts(self, reference: str, **more: object) -> None:
        case = self.case(reference)
        known = replace(
            case.facts, **{**facts(self.clock()).__dict__, "measures_before": case.facts.measures_before, **more}
        )
        self.service.record_facts(reference, known, case.version)

    def letters(self, reference: str, **more: object) -> None:
        draft = self.service.notices.propose_letters(reference)
        written = LetterText(
            what_happened="Kẻ gian đã sao chép dữ liệu khách hàng.",
            what_we_are_doing="Chúng tôi đã khóa máy chủ.",
            what_you_can_do="Hãy đổi mật khẩu.",
            more_information="Liên hệ privacy@lotus.example.",
        )
        made = replace(draft, texts={**draft.texts, "vi": written}, **more)  # type: ignore[arg-type]
        self.service.notices.draft_letters(reference, made, self.case(reference).version)

    def report(self, reference: str, late_reason: str = "") -> None:
        draft = ReportDraft("en", POLICE, "Please investigate.", suspects="Two addresses in the log: 203.0.113.7, .9")
        self.service.reports.draft(reference, draft, self.case(reference).version, late_reason)

    def events(self, reference: str) -> None:
        for hours, text in ((49, "first strange login"), (25, "the table was copied"), (1, "noticed")):
            event = Event(0, self.clock() - timedelta(hours=hours), text)
            self.service.course.add_event(reference, event, self.case(reference).version)

    def approve(self, reference: str, duty: str) -> None:
        self.service.notices.approve(reference, duty, factory.MANAGER_NAME, factory.MANAGER_PASS)

    def ready_to_print(self, asked: Asked | None = None) -> str:
        """Take an incident to where its letters can be printed."""
        reference = self.log()
        self.facts(reference)
        self.service.affected.freeze(reference, asked or Asked())
        self.letters(reference)
        self.approve(reference, INDIVIDUALS)
        return reference

    def verify(self) -> None:
        """Check that the audit accounts for everything."""
        verdict = self.book.verify()
        assert not verdict.broken, verdict.broken


def facts(now: datetime) -> Facts:
    """Return what is known of an incident once it was looked into."""
    return Facts(
        what="The shop's server was hacked",
        discovered_by="Trần Linh",
        happened_from=now - timedelta(days=2),
        happened_to=now - timedelta(days=1),
        nature=("confidentiality",),
        description="Somebody used a stolen password of the hosting panel and copied the customer table.",
        cause="A password that was used elsewhere too.",
        categories=("name", "email", "mobile", "address"),
        records=12345,
        records_counted="exact",
        measures="The password was changed, the panel was closed to the outside, and the log was kept.",
        consequences="Deceptive messages to customers.",
    )


def make(folder: Path, customers: int = 120, *, manager: bool = False) -> Desk:
    """Return a desk in `folder`, signed in as the officer (or the manager)."""
    clock = Clock()
    book = (factory.manager if manager else factory.officer)(folder, clock)
    return desk_on(folder, book, clock, customers)


def desk_on(folder: Path, book: Casebook, clock: Clock, customers: int = 120) -> Desk:
    """Return a desk on an unlocked casebook."""
    with book.transaction("change settings") as tx:
        shop_facts.save(tx, SHOP)
        audit.append(tx, "settings changed")
    shop = open_shop(folder, customers) if customers else None
    service = Breaches(book, factory.policy, Letters(book, factory.policy), lambda: shop)
    return Desk(folder, book, clock, factory.policy(), shop, service)


def open_shop(folder: Path, customers: int) -> Shop:
    """Return the demo shop with so many customers."""
    path = folder / "shop.sqlite"
    if not path.exists():
        factory.shop_file(path, NOW, customers)
    return connect(Address("sqlite", path=str(path)), "", profile.load("native"))


def sentence(action: Callable[[], object]) -> str:
    """Return the one sentence with which an action was refused."""
    try:
        action()
    except KnownError as error:
        text = str(error)
        assert text and text[-1] in ".", text
        return text
    raise AssertionError("this was not refused")
