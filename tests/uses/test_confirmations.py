"""What a person confirmed to be given to third parties stands in their consent extract."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from officer_app.disclosures import panel
from officer_app.disclosures.demand import Confirmation
from officer_app.disclosures.gate import Refused
from officer_app.disclosures.service import Disclosures
from officer_app.letters.issue import Letters
from officer_app.policy.book import Book
from officer_app.uses import withdrawn
from officer_app.uses.rules import OTHER, Consent
from officer_app.uses.service import Uses
from tests.disclosures import making
from tests.disclosures.making import BROKER, Desk
from tests.notices.reading import everything


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = making.make(tmp_path)
    yield made
    made.close()


def beside(desk: Desk) -> tuple[Uses, Book]:
    """Put the register of consents beside the desk, each asking the other, and return it with the rules."""
    rules = making.book_of_rules()
    letters = Letters(desk.book, lambda: rules)
    desk.service = Disclosures(desk.book, lambda: rules, letters, lambda: desk.shop, withdrawn.of_person)
    return Uses(desk.book, lambda: rules, letters, lambda: desk.shop, tuple, desk.service.confirmations_of), rules


def confirmed(desk: Desk, reference: str, *fields: str) -> None:
    """Record the buyer's confirmation for thirty days from now."""
    paper = desk.case(reference).papers[0]
    word = Confirmation(
        "", BROKER.agency, BROKER.purpose, fields, desk.clock(), desk.clock() + timedelta(days=30), paper,
        "e-mail", "", BROKER.purpose_words,
    )  # fmt: skip
    desk.service.confirm(reference, word, desk.version(reference))


def test_a_confirmation_of_a_disclosure_is_listed_with_its_case_and_its_withdrawal(desk: Desk) -> None:
    uses, _rules = beside(desk)
    reference = desk.record(BROKER)
    desk.service.link(reference, "1", desk.version(reference))
    confirmed(desk, reference, "address")
    person = uses.person("1")
    assert [(one.case, one.recipient, one.withdrawn) for one in person.ours] == [(reference, BROKER.agency, None)]
    shown = everything(uses.extract_pdf(person, "en"))
    assert {reference, "Insurance", "filed", "holds"} <= set(shown.split())
    desk.clock.forward(days=31)
    assert "expired" in everything(uses.extract_pdf(uses.person("1"), "en"))
    desk.service.withdraw_confirmation(reference, "by phone", desk.version(reference))
    assert uses.person("1").ours[0].withdrawn == desk.clock()
    assert uses.person("2").ours == ()


def test_what_was_cleared_on_a_consent_stops_when_the_register_says_it_was_withdrawn(desk: Desk) -> None:
    uses, rules = beside(desk)
    reference = desk.record(BROKER)
    desk.service.link(reference, "1", desk.version(reference))
    said = Consent("", "1", "Hoa", "", OTHER, "The claim", ("name", "address"), "Yes.", "1", "written", desk.clock(),
                   recipient=BROKER.agency.upper())  # fmt: skip
    uses.record(said)
    confirmed(desk, reference, "name", "address")
    desk.choose(reference)
    desk.clear(reference)
    desk.make_files(reference)
    assert desk.service.frozen(reference)
    kept = next(one for one in uses.person("1").ours if one.id)
    uses.withdraw(kept.id, desk.clock.forward(hours=1), "by phone", kept.version)

    with pytest.raises(Refused, match="withdrew this in the register of consents"):
        desk.service.frozen(reference)
    with pytest.raises(Refused, match="withdrew this in the register of consents"):
        desk.hand_over(reference)
    assert "register of consents" in desk.refused(reference)[0]
    file = desk.service.queue.open(reference)
    step = next(one for one in file.steps if one.id == "hand_over")
    assert not step.enabled and "register of consents" in step.why_not
    shown = panel.sections(file, {}, {}, desk.clock(), rules.zone)
    told = next(one for one in shown if one.title == "The buyer's confirmation").facts[0]
    assert "in the register of consents" in told.value and told.pill is not None and "withdrawn" in told.pill.text
    assert {one.withdrawn for one in uses.person("1").ours} == {desk.clock()}  # the extract says it of both

    desk.clock.forward(hours=1)
    confirmed(desk, reference, "name", "address")
    desk.release(reference)
    assert desk.case(reference).release is not None


def test_only_the_desk_that_asks_the_register_reads_a_case_before_data_leaves() -> None:
    folder = Path(panel.__file__).parent
    raw = {one.name for one in folder.glob("*.py") if "records.get(" in one.read_text(encoding="utf-8")}
    assert raw == {"standing.py", "passed_on.py"}, "read it through Standing, which asks the register of consents"
