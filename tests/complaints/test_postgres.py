"""One complaint from mail to closed on a casebook in PostgreSQL, two officers' windows on it."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from officer_app.base.errors import Conflict
from officer_app.casebook import setup, staff
from officer_app.casebook.book import Casebook
from officer_app.casebook.memory import Memory
from officer_app.casebook.people import OFFICER
from officer_app.complaints.intake import TakenIn
from officer_app.complaints.rules import CLOSED
from officer_app.shop import profile
from officer_app.shop.address import Address
from officer_app.shop.connection import connect
from tests import factory
from tests.complaints import bench
from tests.complaints.bench import HOA, Bench

pytestmark = pytest.mark.server


@pytest.fixture
def team(postgres_url: str, tmp_path: Path) -> Iterator[Bench]:
    """Return a desk whose casebook is a database of its own on the server."""
    server = make_url(postgres_url)
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE IF EXISTS complaints_desk")
        connection.exec_driver_sql("CREATE DATABASE complaints_desk")
    url = server.set(database="complaints_desk").render_as_string(hide_password=False)
    clock, memory = bench.Clock(), Memory(tmp_path / "state")
    first = setup.First("Phạm Quang Minh", factory.MANAGER_NAME, factory.MANAGER_PASS)
    book, kits = setup.create(url, memory, first, clock=clock, kdf=factory.cheap_kdf)
    staff.confirm_kit(book, " ".join(kits[0].groups))
    staff.add(book, "Trần Linh", factory.OFFICER_NAME, (OFFICER,), factory.OFFICER_PASS, factory.cheap_kdf())
    bench.saved_facts(book)
    book.close()
    book = Casebook.open(url, memory, clock=clock)
    book.unlock(factory.OFFICER_NAME, factory.OFFICER_PASS)
    shop = connect(Address(engine="sqlite", path=str(bench.shop_file()), profile="native"), "", profile.load("native"))
    made = bench.furnish(book, clock, shop, tmp_path)
    yield made
    made.close()
    shop.close()
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE complaints_desk WITH (FORCE)")
    engine.dispose()


def test_a_complaint_from_mail_to_closed(team: Bench) -> None:
    reference = team.service.receive_mail(team.mails()[0]).references[0]
    seen = team.version(reference)
    team.service.change(reference, "leak-to-third-party", "en", "It is about a leak.", seen)
    with pytest.raises(Conflict):
        team.service.link(reference, HOA.key, seen)
    team.identified(reference)
    acknowledged = team.service.acknowledge(reference).notices[0]
    team.send(acknowledged)
    number = team.decide(reference, finding="not kept", done="Stopped.", guidance="Change your password.")[0]
    assert "Change your password." in team.words(number)
    team.clock.on(hours=2)
    team.send(number)
    assert team.file(reference).case.state == CLOSED
    assert team.open_duties(reference) == {}
    assert [row.reference for row in team.service.queue.search("Hoa")] == [reference]
    assert not team.book.verify().broken


def test_two_windows_that_watch_one_folder_open_each_mail_once(
    team: Bench, postgres_url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "incoming"
    folder.mkdir()
    for path in team.mails():
        (folder / path.name).write_bytes(path.read_bytes())
    url = make_url(postgres_url).set(database="complaints_desk").render_as_string(hide_password=False)
    book = Casebook.open(url, Memory(tmp_path / "other"), clock=team.clock)
    book.unlock(factory.OFFICER_NAME, factory.OFFICER_PASS)
    other = bench.furnish(book, team.clock, None, tmp_path)
    paths, results = sorted(folder.iterdir()), list[tuple[TakenIn, ...]]()
    windows = [threading.Thread(target=lambda one=one: results.append(one.service.receive_mails(paths)))
               for one in (team, other)]  # fmt: skip
    for window in windows:
        window.start()
    for window in windows:
        window.join()
    other.close()
    taken = [one for result in results for one in result]
    assert len(taken) == 2 * len(paths)
    assert sorted(one.reference for one in taken if one.reference) == [f"C-2026-{at:04d}" for at in range(1, 7)]
    assert [one.known for one in taken if one.refused] == [True] * len(paths)
    assert not team.book.verify().broken
