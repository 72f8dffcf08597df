"""The demo's complaints: one of each kind that an officer meets, in several states, told by the services themselves."""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime, timedelta

from officer_app.complaints.rights import Wrong
from officer_app.complaints.rules import REFERRAL, REFUSAL, REPLY, Decision, Intake, Requester
from officer_app.demo import shop
from officer_app.house import House

OLDEST = timedelta(days=40)


@dataclass(frozen=True)
class Writer:
    """A customer of the demo shop who writes to it: as they write their own name, and what they can prove."""

    name: str
    email: str
    phone: str
    order: str
    key: str
    language: str


def writer(at: int) -> Writer:
    """Return the customer with this key; Vietnamese write their family name first."""
    one = shop.PEOPLE[at - 1]
    names = (one.last_name, one.first_name) if one.country == "VN" else (one.first_name, one.last_name)
    return Writer(" ".join(names), one.email, one.phone, one.order, one.key, "vi" if one.country == "VN" else "en")


HOA, EMILY, DUC, LUKASZ, BOB, QUANG, ANH = (writer(at) for at in (1, 2, 3, 4, 5, 8, 9))
MAILS = (EMILY, LUKASZ, HOA, BOB, DUC, ANH)
"""Who wrote the six mails, in their order: leak, access, other purpose, misuse, erasure, comment."""


Story = Generator[datetime, None, None]
"""A story yields the moment of its next step and goes on once that moment has come."""


def _receive(
    house: House, at: datetime, kind: str, who: Writer, subject: str, text: str, channel: str = "phone"
) -> str:
    requester = Requester(who.name, who.email, who.phone)
    intake = Intake(kind, channel, at, requester, subject, text, language=who.language)
    return house.complaints.receive_form(intake).references[0]


def _version(house: House, reference: str) -> int:
    return house.complaints.queue.open(reference).case.version


def _identify(house: House, reference: str, who: Writer, method: str = "call-back") -> None:
    service = house.complaints
    service.link(reference, who.key, _version(house, reference))
    claims = {"phone": who.phone, "order": who.order}
    service.identify(reference, claims, method, "", _version(house, reference))


def _acknowledge(house: House, reference: str, at: datetime, channel: str = "e-mail") -> None:
    number = house.complaints.acknowledge(reference).notices[0]
    house.complaints.sent(number, channel, at)


def _decide(house: House, reference: str, made: Decision) -> tuple[str, ...]:
    return house.complaints.decide(reference, made, _version(house, reference)).notices


def _corrected(house: House, now: datetime) -> Story:
    yield (at := now - timedelta(days=38))
    text = "Two digits of the phone number in my account are the wrong way round, and your carrier cannot reach me."
    reference = _receive(house, at, "correction", EMILY, "Wrong phone number", text)
    yield (at := at + timedelta(hours=3))
    _acknowledge(house, reference, at)
    _identify(house, reference, EMILY)
    wrong = (Wrong("phone", "+1 503 555 0124", EMILY.phone),)
    house.complaints.note_correction(reference, wrong, _version(house, reference))
    yield (at := at + timedelta(days=2))
    house.complaints.confirm_correction(reference, "Customer service", at.date(), _version(house, reference))
    made = Decision(REPLY, "You gave us the right number.")
    house.complaints.sent(_decide(house, reference, made)[0], "e-mail", at)


def _refused(house: House, now: datetime) -> Story:
    yield (at := now - timedelta(days=33))
    text = "Tôi yêu cầu xóa toàn bộ hóa đơn của tôi."
    reference = _receive(house, at, "erasure", QUANG, "Xóa hóa đơn", text, "letter")
    yield (at := at + timedelta(hours=20))
    _acknowledge(house, reference, at, "post")
    yield (at := at + timedelta(days=4))
    made = Decision(
        REFUSAL,
        "Hóa đơn phải được lưu giữ theo quy định của pháp luật về kế toán và thuế.",
        rule="Luật Kế toán 2015, Điều 41",
        done="Tài khoản và địa chỉ giao hàng của Quý khách đã được xóa.",
    )
    number = _decide(house, reference, made)[0]
    yield (at := at + timedelta(hours=5))
    house.complaints.sent(number, "post", at)


def _referred(house: House, now: datetime) -> Story:
    yield (at := now - timedelta(days=29))
    text = "Có người rao bán số điện thoại và địa chỉ của tôi trên mạng cùng với tên cửa hàng."
    reference = _receive(house, at, "unwanted-advertising", ANH, "Rao bán thông tin", text, "visit")
    yield (at := at + timedelta(hours=20))
    _acknowledge(house, reference, at)
    _identify(house, reference, ANH, "in person")
    yield (at := at + timedelta(days=9))
    made = Decision(
        REFERRAL,
        "Có dấu hiệu tội phạm mua bán dữ liệu cá nhân, vượt quá thẩm quyền của chúng tôi.",
        authority="Cục An ninh mạng và phòng, chống tội phạm sử dụng công nghệ cao (A05)\n47 Phạm Văn Đồng, Hà Nội",
    )
    numbers = _decide(house, reference, made)
    yield (at := at + timedelta(days=1))
    for number in numbers:
        house.complaints.sent(number, "post", at)


def _leak(house: House, now: datetime) -> Story:
    yield (at := now - timedelta(days=19, hours=4))
    text = (
        "Since October a courier company I never dealt with calls me on the number I gave only to your shop. I want to "
        "know who gave it away and why."
    )
    reference = _receive(house, at, "leak-to-third-party", HOA, "Who gave away my number?", text)
    yield (at := at + timedelta(days=1))
    _acknowledge(house, reference, at)
    yield at + timedelta(days=2)
    _identify(house, reference, HOA)


def _access(house: House, now: datetime) -> Story:
    yield (at := now - timedelta(days=9))
    text = "Please send me a copy of everything you hold about me, with the recipients."
    reference = _receive(house, at, "access", LUKASZ, "What do you hold about me?", text, "letter")
    yield (at := at + timedelta(hours=6))
    _acknowledge(house, reference, at, "post")
    house.complaints.link(reference, LUKASZ.key, _version(house, reference))


def _objection(house: House, now: datetime) -> Story:
    yield (at := now - timedelta(days=6))
    text = "I do not want my orders to be used for recommendations."
    reference = _receive(house, at, "objection", BOB, "No recommendations", text)
    yield (at := at + timedelta(hours=2))
    _acknowledge(house, reference, at)
    _identify(house, reference, BOB)
    yield at + timedelta(days=4)
    made = Decision(REPLY, "You may object to this use at any time.", done="Recommendations are switched off for you.")
    _decide(house, reference, made)


def _erasure(house: House, now: datetime) -> Story:
    yield (at := now - timedelta(days=3))
    text = "Tôi muốn hủy tài khoản và xóa dữ liệu của tôi."
    reference = _receive(house, at, "erasure", DUC, "Xóa tài khoản của tôi", text)
    house.complaints.link(reference, DUC.key, _version(house, reference))


def _purpose(house: House, now: datetime) -> Story:
    yield (at := now - timedelta(days=1, hours=20))
    text = "I get offers from a travel agency on the address that only you have. Is that allowed?"
    _receive(house, at, "other-purpose", EMILY, "Offers from a travel agency", text, "visit")


def _question(house: House, now: datetime) -> Story:
    yield (at := now - timedelta(hours=5))
    name, email, order = shop.GUEST
    guest = Writer(name, email, "", order, "", "en")
    text = "In which country is my data kept? I only ever ordered as a guest."
    reference = _receive(house, at, "other", guest, "Where is my data kept?", text)
    house.complaints.assign(reference, None, _version(house, reference))


STORIES = (_corrected, _refused, _referred, _leak, _access, _objection, _erasure, _purpose, _question)
