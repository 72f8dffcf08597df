"""The demo's registers: two uses described and the others not yet, one processor, and a customer's consents."""

from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from officer_app.demo.cases import HOA, Story
from officer_app.disclosures.demand import CARRIER, Contact
from officer_app.house import House
from officer_app.uses.rules import MARKETING, Consent, Use

_CARRIER = "Nhanh Express"


def _uses(house: House, now: datetime) -> Story:
    """What the shop uses data for; four purposes of its policy still wait to be described."""
    yield (at := now - timedelta(days=38))
    house.disclosures.directory.add(
        Contact(
            id="", body=CARRIER, agency=_CARRIER, phone="+84 24 7300 1234", source="the contract", verified=at,
            verified_by="", contract="No. 7/2025 of 3 March 2025", task="Delivers parcels: name, address, mobile",
        )
    )  # fmt: skip
    basis = next((one.id for one in house.uses.grounds() if "contract" in one.id), "consent")
    house.uses.keep(
        Use(
            "", "service-and-delivery", "Providing services and delivering goods", basis,
            "The box in the order form, ticked by the buyer, wording 2026-10; kept with the order.",
            ("name", "address", "mobile", "orders"), processors=(_CARRIER,), kept="10 years with the invoice",
        )
    )  # fmt: skip
    house.uses.keep(
        Use("", "legal-duty", "A duty under the law", "law", "Accounting Law Art. 41.", ("name", "address", "orders"),
            ("The tax office, on its demand",), kept="10 years")
    )  # fmt: skip


def _consents(house: House, now: datetime) -> Story:
    """One consent with its proof, one without, withdrawn later."""
    yield (at := now - timedelta(days=20))

    def consent(title: str, wording: str, way: str) -> Consent:
        return Consent("", HOA.key, HOA.name, HOA.email, MARKETING, title, ("email",), wording, "2026-10", way, at)

    with TemporaryDirectory() as folder:
        slip = Path(folder) / "newsletter-slip.txt"
        slip.write_text("Tôi đồng ý nhận bản tin hằng tháng qua thư điện tử.\nLê Thị Hoa\n", encoding="utf-8")
        house.uses.record(
            consent("Bản tin hằng tháng", "Tôi đồng ý nhận bản tin hằng tháng qua thư điện tử.", "written"), [slip]
        )
    house.uses.record(consent("Khảo sát khách hàng", "Tôi đồng ý tham gia khảo sát.", "call"))
    yield (later := now - timedelta(days=6))
    survey = next(one for one in house.uses.person(HOA.key).ours if one.title == "Khảo sát khách hàng")
    house.uses.withdraw(survey.id, later, "qua điện thoại", survey.version)


STORIES = (_uses, _consents)
