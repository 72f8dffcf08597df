"""What a person who asks learns of the disclosures of their data, and what an order keeps from them."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from officer_app.base.errors import KnownError
from officer_app.base.handover import Disclosed
from officer_app.casebook import audit, cases
from officer_app.disclosures.demand import Telling
from tests.disclosures import making
from tests.disclosures.making import POLICE, Desk

HOA = "hoa.le@example.vn"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = making.make(tmp_path)
    yield made
    made.close()


def released(desk: Desk) -> str:
    reference = desk.ready()
    desk.release(reference)
    return reference


def told(desk: Desk, customer: str = "1", email: str = HOA) -> list[Disclosed]:
    with desk.book.reading() as tx:
        return list(desk.service.of_person(tx, customer, email))


def decide(desk: Desk, reference: str, decision: str, days: int = 0) -> None:
    day = desk.clock() + timedelta(days=days) if days else None
    telling = Telling(decision, "ordered", "", desk.clock(), day)
    desk.service.decide_telling(reference, telling, desk.version(reference))


def test_another_account_of_the_same_e_mail_learns_nothing(desk: Desk) -> None:
    decide(desk, released(desk), "yes")
    assert told(desk, "2", HOA) == []
    assert len(told(desk, "1", HOA)) == 1


def test_a_disclosure_is_listed_unless_secrecy_holds(desk: Desk) -> None:
    assert told(desk) == []
    reference = released(desk)
    with pytest.raises(KnownError, match=f"Decide in {reference} first"):
        told(desk)
    decide(desk, reference, "yes")
    assert told(desk) == [Disclosed(reference, POLICE.agency, desk.clock(), ("name", "address"), POLICE.legal_basis)]
    assert told(desk, "", HOA) == told(desk, "1", "") == told(desk)
    assert told(desk, "2", "emily.johnson@example.com") == []
    decide(desk, reference, "secrecy")
    assert told(desk) == []
    case = desk.case(reference)
    assert case.closed is not None and "tell" in {step.id for step in desk.service.queue.open(reference).steps}
    decide(desk, reference, "yes")  # the secrecy has ended
    assert len(told(desk)) == 1
    case = desk.case(reference)
    assert (case.state, case.closed) == ("released", None)
    desk.service.told(reference, desk.clock(), "phone", case.version)
    with pytest.raises(KnownError, match="is closed"):
        decide(desk, reference, "secrecy")
    desk.verify()


def test_before_its_date_a_disclosure_is_not_listed(desk: Desk) -> None:
    decide(desk, released(desk), "not before", days=60)
    assert told(desk) == []
    desk.clock.forward(days=60)
    assert len(told(desk)) == 1


def test_what_never_left_or_was_destroyed_is_not_listed(desk: Desk) -> None:
    desk.ready()
    assert told(desk) == []
    reference = released(desk)
    decide(desk, reference, "yes")
    with desk.book.transaction("work", reference) as tx:
        cases.destroy_key(tx, reference)
        audit.append(tx, "key destroyed", reference)
    assert told(desk) == []
