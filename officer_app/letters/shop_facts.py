"""What the casebook knows of the shop itself: the letterhead, its policy text, and the measures in force."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from officer_app.casebook import settings
from officer_app.casebook.transaction import Reading, Writing
from officer_app.notices.document import Letterhead

_NAME = "shop"
_MEASURES = {
    "Transfers to and from the shop are encrypted (TLS).": "Dữ liệu gửi đến và đi từ cửa hàng được mã hóa (TLS).",
    "The data store is encrypted.": "Kho dữ liệu được mã hóa.",
}
"""The measures a shop starts with, in English and in Vietnamese."""


@dataclass(frozen=True)
class ShopFacts:
    """The shop's details; the letterhead is complete once `missing` names nothing.

    `measures` are the security measures in force (one each), `policy_text` and `policy_version` the published policy
    that incidents and reports start from. `language` is what a letter is written in when nothing else says so.
    """

    name: str = ""
    company: str = ""
    address: tuple[str, ...] = ()
    email: str = ""
    phone: str = ""
    contact: str = ""
    hours: str = ""
    registration: str = ""
    website: str = ""
    signatory: str = ""
    language: str = "en"
    country: str = "VN"
    measures: tuple[str, ...] = tuple(_MEASURES)
    policy_version: str = ""
    policy_text: str = ""

    def letterhead(self) -> Letterhead:
        """Return what every letter shows."""
        return Letterhead(
            name=self.name,
            company=self.company,
            address=self.address,
            email=self.email,
            contact=self.contact,
            phone=self.phone,
            hours=self.hours,
            registration=self.registration,
            website=self.website,
        )

    @property
    def missing(self) -> tuple[str, ...]:
        """What must be entered before the first PDF."""
        return self.letterhead().missing()


def load(tx: Reading) -> ShopFacts:
    """Return the shop's details as last saved."""
    stored: dict[str, Any] = settings.get(tx, _NAME)
    known = {field.name for field in fields(ShopFacts)}
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in stored.items() if key in known
    }
    return ShopFacts(**values)


def save(tx: Writing, facts: ShopFacts) -> None:
    """Save the shop's details; the caller writes the audit entry."""
    settings.put(tx, _NAME, asdict(facts))


def measure_in(measure: str, language: str) -> str:
    """Return a measure as a letter in `language` says it; one in the shop's own words stays as it is."""
    return _MEASURES.get(measure, measure) if language == "vi" else measure
