"""The desk's use cases, on a SQLite casebook and the real demo shop."""

import csv
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pypdf
import pytest

from officer_app.breaches.affected import Asked
from officer_app.breaches.duty import INDIVIDUALS, POLICE
from tests.breaches import making
from tests.breaches.making import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = making.make(tmp_path)
    yield made
    made.close()


def test_from_the_first_note_to_the_closed_register(desk: Desk) -> None:
    service, reference = desk.service, desk.log()
    assert reference == "B-2026-0001"
    case = desk.case(reference)
    assert case.state == "logged"
    due = {duty.duty: duty.due - case.noticed for duty in case.duties}
    assert due == {POLICE: timedelta(hours=24), INDIVIDUALS: timedelta(hours=72)}
    desk.facts(reference)
    assert desk.case(reference).state == "assessing"
    service.affected.freeze(reference, Asked())
    desk.report(reference)
    desk.approve(reference, POLICE)
    number = service.notices.issue_report(reference).notices[0]
    service.sent(number, "in person", desk.clock(), "PC-118")
    desk.letters(reference)
    desk.approve(reference, INDIVIDUALS)
    printed = service.print_letters(reference, desk.out)
    assert printed.letters > 250
    service.sent(printed.number, "post", desk.clock())
    case = desk.case(reference)
    assert case.state == "informing" and all(duty.sent for duty in case.duties)
    service.conclude(reference, "Use a password manager.", case.version)
    assert desk.case(reference).state == "closed"
    assert service.register_sheet(reference).startswith(b"%PDF")
    desk.verify()
    assert json.loads((desk.out / "manifest.json").read_text())["letters"] == printed.letters
