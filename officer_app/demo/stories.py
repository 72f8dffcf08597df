"""The demo's demands and its incident: one waits for a call-back, one was refused, one for the manager's approval."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from officer_app.breaches.asked import Asked
from officer_app.breaches.duty import LetterText, ReportDraft
from officer_app.breaches.event import Event
from officer_app.demo.cases import QUANG, Story
from officer_app.demo.mails import page_picture
from officer_app.disclosures.demand import (
    BUYER_CONFIRMED,
    JUDICIAL,
    MARKETING,
    THIRD_PARTY,
    Contact,
    Demand,
    Intake,
    Refusal,
)
from officer_app.house import House
from officer_app.policy.severity import Answer

POLICE = "Công an thành phố Hà Nội, Phòng An ninh mạng"
_ADDRESS = ("87 Trần Hưng Đạo, Hoàn Kiếm", "Hà Nội")


def _refused_wish(house: House, now: datetime) -> Story:
    """An insurer that wants addresses for its advertising: never (policy A4)."""
    service = house.disclosures
    yield (received := now - timedelta(days=12))
    wish = Demand(
        sort=THIRD_PARTY,
        body=BUYER_CONFIRMED,
        agency="Rồng Vàng Insurance",
        asked="Names and addresses of customers who bought this year, to send them an offer.",
        scope=("name", "address"),
        purpose=MARKETING,
        email="partners@rongvang.example",
    )
    reference = service.receive(Intake(wish, "e-mail", received)).references[0]
    yield (at := received + timedelta(days=1))
    no = Refusal(
        "We give nobody our customers' data for marketing, whatever is offered.",
        "The shop's published policy, clause A",
        by=house.book.actor.id,
        at=at,
    )
    version = service.queue.open(reference).case.version
    number = service.refuse(reference, no, version).notices[0]
    service.sent(number, "e-mail", at)


def _police_demand(house: House, now: datetime) -> Story:
    """A demand of the police, complete on paper; nobody has called back yet."""
    service, received = house.disclosures, now - timedelta(days=1, hours=2)
    yield received - timedelta(days=1)
    known = Contact(
        id="", body="police", agency=POLICE, phone="+84 24 3942 4244", source="The department's own website",
        verified=received, verified_by="", address=", ".join(_ADDRESS),
    )  # fmt: skip
    service.directory.add(known)
    yield received
    demand = Demand(
        sort=JUDICIAL,
        body="police",
        agency=POLICE,
        asked=f"Name, address and orders of the customer with the e-mail {QUANG.email}, January to today.",
        scope=("name", "address", "orders"),
        number="118/PC02",
        dated=received.date() - timedelta(days=1),
        legal_basis="Criminal Procedure Code 2015, Articles 88 and 168",
        signatory="Lt. Col. Nguyễn Văn Thành",
        matter="Case 44/2026, fraud",
        purpose="legal-duty",
        address="\n".join(_ADDRESS),
        phone="+84 24 1111 1111",
    )
    with TemporaryDirectory() as folder:
        scan = Path(folder) / "118-PC02.png"
        scan.write_bytes(page_picture(420, 594))
        reference = service.receive(Intake(demand, "letter", received, "vi"), [scan]).references[0]
    service.link(reference, QUANG.key, service.queue.open(reference).case.version)


def _incident(house: House, now: datetime) -> Story:
    """A hacked server: customers frozen, letters and report drafted, the police clock running."""
    service, noticed = house.breaches, now - timedelta(hours=19)
    yield noticed + timedelta(minutes=20)
    what = "The shop's server was hacked and the customer table was copied"
    reference = service.log(what, noticed, "Trần Linh").references[0]
    yield noticed + timedelta(hours=2)
    case = service.queue.open(reference).case
    moments = ((50, "first strange login"), (26, "the customer table was copied"), (0, "the copy was noticed"))
    facts = replace(
        case.facts,
        happened_from=noticed - timedelta(hours=50),
        happened_to=noticed - timedelta(hours=26),
        nature=("confidentiality",),
        description="Somebody used a stolen password of the hosting panel and copied the customer table.",
        cause="A password that was used elsewhere too.",
        categories=("name", "email", "mobile", "address"),
        measures="The password was changed, the panel was closed to the outside, and the log was kept.",
        consequences="Deceptive calls and messages to customers.",
    )
    service.record_facts(reference, facts, case.version)
    for ago, text in moments:
        event = Event(0, noticed - timedelta(hours=ago), text)
        service.course.add_event(reference, event, service.queue.open(reference).case.version)
    answers = (
        Answer("dpc", "simple-1", "Contact data of a general shop."),
        Answer("ei", "maximum", "Name, e-mail, phone and address."),
        Answer("confidentiality", "unknown", "Nobody knows who has the copy."),
        Answer("integrity", "none", "The table was copied, not changed."),
        Answer("availability", "none", "The shop ran all the time."),
        Answer("malicious", "yes", "A stolen password was used."),
        Answer("unintelligible", "no", "The table is plain text."),
    )
    service.score(reference, answers, service.queue.open(reference).case.version)
    ordered = Asked(ordered_from=(noticed - timedelta(days=20)).date())
    service.affected.freeze(reference, ordered)
    yield noticed + timedelta(hours=4)
    _draft(house, reference)


def _draft(house: House, reference: str) -> None:
    notices = house.breaches.notices
    proposed = notices.propose_letters(reference)
    written = {
        "en": (
            "Somebody used a stolen password and copied the table in which your contact data are stored.",
            "We closed the way in at once, reported it to the police and are checking every access of the last weeks.",
            "Be careful with calls and messages that speak of your orders with us, and never give a code or a password "
            "to a caller.",
            "{email} and {phone} answer every question about this letter.",
        ),
        "vi": (
            "Một người lạ đã dùng mật khẩu bị đánh cắp và sao chép bảng dữ liệu có thông tin liên hệ của Quý khách.",
            "Chúng tôi đã khóa ngay lối vào, trình báo công an và đang kiểm tra mọi lượt truy cập những tuần qua.",
            "Hãy cẩn thận với các cuộc gọi và tin nhắn nhắc đến đơn hàng của Quý khách, không đưa mã hay mật khẩu cho "
            "người gọi.",
            "{email} và {phone} sẵn sàng trả lời mọi câu hỏi về thư này.",
        ),
    }
    shop = house.letters.shop()
    texts = {
        language: LetterText(*(text.format(email=shop.email, phone=shop.phone) for text in parts))
        for language, parts in written.items()
    }
    version = house.breaches.queue.open(reference).case.version
    notices.draft_letters(reference, replace(proposed, texts=texts), version)
    reports = house.breaches.reports
    report = reports.propose(reference)
    drafted = ReportDraft(
        report.language,
        (POLICE, *_ADDRESS),
        report.request,
        suspects="203.0.113.7, 203.0.113.9",
        country=report.country,
    )
    reports.draft(reference, drafted, house.breaches.queue.open(reference).case.version)


STORIES = (_refused_wish, _police_demand, _incident)
