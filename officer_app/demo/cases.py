"""The demo's cases: one of each kind that an officer meets, in several states, told in the services' own words."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from officer_app.complaints.rules import REPLY, Decision, Intake, Requester
from officer_app.house import House
from officer_app.shop import customers

OLDEST = timedelta(days=40)


class Clock(Protocol):
    """The demo's clock: what it shows, the present, and how it is moved forward."""

    now: datetime

    def to(self, moment: datetime) -> None:
        """Move forward."""


@dataclass(frozen=True)
class DemoPerson:
    """A customer of the demo shop who writes to it."""

    key: str
    name: str
    email: str
    phone: str
    postcode: str
    language: str


def people(house: House) -> tuple[DemoPerson, ...]:
    """Return customers of the demo shop with a phone and an address, always the same ones."""
    shop = house.shop()
    assert shop is not None
    found: dict[str, DemoPerson] = {}
    for name in ("Nguyễn", "Trần", "Lê", "Phạm", "Müller", "Smith", "García"):
        matches = [one for one in customers.find(shop, name, limit=30).rows if one.key and one.phone and not one.staff]
        for match in matches[:3]:
            assert match.key is not None
            card = customers.card(shop, match.key)
            if card.addresses and card.addresses[0].postcode:
                language = "vi" if card.account.country == "VN" else "en"
                found[match.key] = DemoPerson(
                    match.key, match.name, match.email, match.phone, card.addresses[0].postcode, language
                )
    # One of each name in turn, so that the mails come from different families.
    return tuple(sorted(found.values(), key=lambda one: (int(one.key) % 7, int(one.key))))


def write(house: House, clock: Clock, known: tuple[DemoPerson, ...], manager: tuple[str, str]) -> None:
    """Write the cases, oldest first; `manager` is the sign-in name and passphrase that approve."""
    _complaints(house, clock, known)
    _ = manager


def _intake(kind: str, who: DemoPerson, at: datetime, subject: str, text: str, channel: str = "phone") -> Intake:
    requester = Requester(who.name, who.email, who.phone)
    return Intake(kind, channel, at, requester, subject, text, language=who.language)


def _complaints(house: House, clock: Clock, known: tuple[DemoPerson, ...]) -> None:
    service, now = house.complaints, clock.now
    answered, leaked, purpose, access, erasure, question = (known[(at + 6) % len(known)] for at in range(6))

    at = now - timedelta(days=30)
    clock.to(at)
    reference = _receive(house, _intake("correction", answered, at, "Wrong street", "My street is spelled wrong."))
    _identify(house, reference, answered)
    clock.to(at + timedelta(days=2))
    made = Decision(REPLY, "You showed us the right spelling.", done="We corrected the street in your account.")
    change = service.decide(reference, made, service.queue.open(reference).case.version)
    service.sent(change.notices[0], "e-mail", at + timedelta(days=2))

    at = now - timedelta(days=16)
    clock.to(at)
    said = (
        "A courier company I never dealt with calls me on the number I gave only to your shop. I want to know who gave "
        "it away and why."
    )
    reference = _receive(house, _intake("leak-to-third-party", leaked, at, "Who gave away my number?", said))
    clock.to(at + timedelta(days=1))
    change = service.acknowledge(reference)
    service.sent(change.notices[0], "e-mail", at + timedelta(days=1))
    _identify(house, reference, leaked)

    at = now - timedelta(days=9)
    clock.to(at)
    reference = _receive(
        house, _intake("access", access, at, "What do you hold about me?", "Please send me my data.", "letter")
    )
    change = service.acknowledge(reference)
    service.sent(change.notices[0], "post", at)

    at = now - timedelta(days=3)
    clock.to(at)
    _receive(house, _intake("erasure", erasure, at, "Delete my account", "Please delete my account and my data."))

    at = now - timedelta(days=1, hours=20)
    clock.to(at)
    said = "I get offers from a travel agency on the address that only you have. Is that allowed?"
    _receive(house, _intake("other-purpose", purpose, at, "Offers from a travel agency", said, "visit"))

    at = now - timedelta(hours=5)
    clock.to(at)
    _receive(house, _intake("other", question, at, "Where is my data kept?", "In which country is my data kept?"))


def _receive(house: House, intake: Intake) -> str:
    return house.complaints.receive_form(intake).references[0]


def _identify(house: House, reference: str, who: DemoPerson) -> None:
    service = house.complaints
    service.link(reference, who.key, service.queue.open(reference).case.version)
    claims = {"phone": who.phone, "postcode": who.postcode}
    service.identify(reference, claims, "call-back", "", service.queue.open(reference).case.version)
