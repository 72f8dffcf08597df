"""What a person confirmed to be given to third parties stands in their consent extract."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from officer_app.disclosures import confirmed
from officer_app.disclosures.demand import Confirmation
from officer_app.letters.issue import Letters
from officer_app.uses.service import Uses
from tests.disclosures import making
from tests.disclosures.making import BROKER, Desk
from tests.notices.reading import everything


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = making.make(tmp_path)
    yield made
    made.close()


def test_a_confirmation_of_a_disclosure_is_listed_with_its_case_and_its_withdrawal(desk: Desk) -> None:
    rules = making.book_of_rules()
    uses = Uses(desk.book, lambda: rules, Letters(desk.book, lambda: rules), lambda: desk.shop, tuple,
                confirmed.of_person)  # fmt: skip
    reference = desk.record(BROKER)
    desk.service.link(reference, "1", desk.version(reference))
    paper = desk.case(reference).papers[0]
    word = Confirmation(
        "", BROKER.agency, BROKER.purpose, ("address",), desk.clock(), desk.clock() + timedelta(days=30), paper,
        "e-mail", "", BROKER.purpose_words,
    )  # fmt: skip
    desk.service.confirm(reference, word, desk.version(reference))
    person = uses.person("1")
    assert [(one.case, one.recipient, one.withdrawn) for one in person.ours] == [(reference, BROKER.agency, None)]
    shown = everything(uses.extract_pdf(person, "en"))
    assert {reference, "Insurance", "filed", "holds"} <= set(shown.split())
    desk.clock.forward(days=31)
    assert "expired" in everything(uses.extract_pdf(uses.person("1"), "en"))
    desk.service.withdraw_confirmation(reference, "by phone", desk.version(reference))
    assert uses.person("1").ours[0].withdrawn == desk.clock()
    assert uses.person("2").ours == ()
