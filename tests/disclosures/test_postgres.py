"""One demand from paper to hand-over on a casebook in PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from officer_app.base.errors import Conflict
from officer_app.casebook import setup, staff
from officer_app.casebook.book import Casebook
from officer_app.casebook.cases import Filter
from officer_app.casebook.memory import Memory
from officer_app.casebook.people import OFFICER
from officer_app.disclosures.demand import Telling
from officer_app.disclosures.gate import Refused
from tests import factory
from tests.disclosures import making
from tests.disclosures.making import START, Clock, Desk
from tests.notices import reading

pytestmark = pytest.mark.server


@pytest.fixture
def team(postgres_url: str, tmp_path: Path) -> Iterator[Desk]:
    """Return a desk whose casebook is a database of its own on the server."""
    server = make_url(postgres_url)
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE IF EXISTS disclosure_desk")
        connection.exec_driver_sql("CREATE DATABASE disclosure_desk")
    url = server.set(database="disclosure_desk").render_as_string(hide_password=False)

    def book(folder: Path, clock: Clock) -> Casebook:
        memory = Memory(folder / "state")
        first = setup.First("Phạm Quang Minh", factory.MANAGER_NAME, factory.MANAGER_PASS)
        made, kits = setup.create(url, memory, first, clock=clock, kdf=factory.cheap_kdf)
        staff.confirm_kit(made, " ".join(kits[0].groups))
        staff.add(made, "Trần Linh", factory.OFFICER_NAME, (OFFICER,), factory.OFFICER_PASS, factory.cheap_kdf())
        made.close()
        opened = Casebook.open(url, memory, clock=clock)
        opened.unlock(factory.OFFICER_NAME, factory.OFFICER_PASS)
        return opened

    made = making.make(tmp_path, book)
    yield made
    made.close()
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE disclosure_desk WITH (FORCE)")
    engine.dispose()


def test_a_demand_from_paper_to_hand_over(team: Desk) -> None:
    reference, service = team.ready(), team.service
    seen = team.version(reference)
    with pytest.raises(Refused):
        service.hand_over(reference, "Thành", "post", team.clock(), seen)
    team.choose(reference)
    with pytest.raises(Conflict):
        team.choose_at(reference, seen)
    team.clear(reference)
    at = team.clock.forward(hours=1)
    team.make_files(reference)
    files = service.frozen(reference)
    team.hand_over(reference)
    assert service.frozen(reference, "print") == files
    service.directory.change(service.directory.entries()[0].id, making.entry(phone="024 3939 0000"))
    assert "phone (was: 024 3939 3939)" in service.directory.entries()[0].history[-1].what
    service.decide_telling(reference, Telling("secrecy", "ordered", "", START), team.version(reference))
    case = team.case(reference)
    assert (case.state, case.outcome) == ("closed", "in part")
    assert case.release is not None and case.release.at == at
    assert [row.reference for row in service.queue.search("Hoa")] == [reference]
    assert "in part" in reading.everything(service.register.as_pdf(Filter(open_only=False)))
    assert team.refused(reference) == ["A manager has not cleared this. Nothing may be handed over yet."]
    team.verify()
