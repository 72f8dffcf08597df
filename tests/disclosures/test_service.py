"""The desk's use cases, on a SQLite casebook and the real demo shop."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from officer_app.disclosures.demand import HandOver, Telling
from tests.disclosures import making
from tests.disclosures.making import START, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = making.make(tmp_path)
    yield made
    made.close()


def test_a_police_demand_granted_in_part(desk: Desk) -> None:
    reference = desk.ready()
    assert reference == "D-2026-0001"
    service = desk.service
    file = service.queue.open(reference)
    assert file.allowed == ("name", "address", "orders")
    assert all(check.met for check in file.checks)
    assert file.case.subject.name and file.case.subject.email == "hoa.le@example.vn"
    desk.choose(reference, "address", "name")
    assert desk.case(reference).choice is not None
    desk.clear(reference)
    at = desk.clock.forward(hours=2)
    made = HandOver(("name", "address"), "two lines on paper", "Lt. Col. Thành", "in person", at, "")
    service.hand_over(reference, made, desk.version(reference))
    case = desk.case(reference)
    assert (case.state, case.outcome) == ("released", "in part")
    met = {one.duty: one.met for one in service.queue.open(reference).deadlines}
    assert met == {"disclosure-acknowledge": at, "disclosure-answer": at}
    service.decide_telling(reference, Telling("secrecy", "ordered in the demand", "", START), case.version)
    assert desk.case(reference).state == "closed"
    desk.verify()
