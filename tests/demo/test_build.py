"""The demo: whole or not there, marked for good, with people, mails and cases that tell a story on every desk."""

import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from officer_app.base.errors import KnownError
from officer_app.base.page import Sort
from officer_app.breaches.duty import INDIVIDUALS, POLICE
from officer_app.casebook import audit, issued
from officer_app.casebook.book import Casebook
from officer_app.casebook.cases import Filter
from officer_app.casebook.memory import Memory, state_folder
from officer_app.complaints import rules
from officer_app.demo import build, cases
from officer_app.disclosures import gate
from officer_app.house import House
from officer_app.post import inbox

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[build.Made]:
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OFFICER_APP_STATE", str(folder / "state"))
        yield build.build(folder / "demo", NOW)


@contextmanager
def _opened(made: build.Made, who: str, clock: Callable[[], datetime] = lambda: NOW) -> Iterator[House]:
    name, passphrase = (made.folder / f"{who}.passphrase").read_text(encoding="utf-8").splitlines()
    book = Casebook.open(made.casebook, Memory(state_folder()), clock=clock)
    book.unlock(name, passphrase)
    house = House(book)
    house.connect_shop()
    try:
        yield house
    finally:
        house.close()
        book.close()


def test_the_folder_holds_what_it_should_and_secrets_are_for_their_owner_only(made: build.Made) -> None:
    names = {path.name for path in made.folder.iterdir()}
    assert names >= {"shop.sqlite", "casebook.sqlite", "officer.passphrase", "manager.passphrase", "mails"}
    assert len(list((made.folder / "mails").glob("*.eml"))) == 6
    for who in ("officer", "manager"):
        assert stat.S_IMODE((made.folder / f"{who}.passphrase").stat().st_mode) == 0o600
    assert not [path for path in made.folder.parent.iterdir() if path.name.startswith(".demo-")]


def test_every_desk_has_its_story(made: build.Made) -> None:
    with _opened(made, "officer") as house:
        assert house.book.demo
        shown = house.complaints.queue.page(Filter(open_only=False), Sort("reference"))
        assert {row.state for row in shown.rows} == set(rules.STATES)
        leak = house.complaints.queue.open("C-2026-0004")
        assert leak.case.identified
        assert min(one.due for one in leak.deadlines if one.met is None) < NOW  # one is overdue
        unsent = [one for one in house.complaints.queue.open("C-2026-0006").notices if one.state == issued.ISSUED]
        assert len(unsent) == 1
        referred = house.complaints.queue.open("C-2026-0003")
        assert len([one for one in referred.notices if one.state == issued.SENT]) == 3

        waiting = house.disclosures.queue.open("D-2026-0002")
        lacking = gate.lacking(waiting.case, house.disclosures.packs(), NOW)
        assert [one.key for one in lacking] == ["call-back"]
        assert house.disclosures.queue.open("D-2026-0001").case.outcome == "refused"

        incident = house.breaches.queue.open("B-2026-0001").case
        assert incident.lists[0].writable > 100
        for name in (POLICE, INDIVIDUALS):
            duty = incident.duty(name)
            assert duty.drafted
            assert duty.approval is None
        assert NOW < incident.duty(POLICE).due < NOW + timedelta(hours=8)
        assert not house.book.verify().broken


def test_everything_lies_in_the_past_and_within_forty_days(made: build.Made) -> None:
    with _opened(made, "manager") as house:
        with house.book.reading() as tx:
            moments = [entry.at for entry in audit.page(tx, limit=1000)]
        assert all(NOW - cases.OLDEST <= at <= NOW for at in moments)
        shown = house.complaints.queue.page(Filter(open_only=False), Sort("opened"))
        assert [row.opened for row in shown.rows] == sorted(row.opened for row in shown.rows)


def test_the_mails_are_of_customers_whom_the_shop_knows(made: build.Made) -> None:
    with _opened(made, "officer") as house:
        for path, who in zip(sorted((made.folder / "mails").iterdir()), cases.MAILS, strict=True):
            taken = house.complaints.receive_mail(path)
            case = house.complaints.queue.open(taken.references[0]).case
            assert case.requester.email == who.email
            match = house.complaints.requesters.suggestions(case)
            assert [one.key for one in match] == [who.key]


def test_what_the_demo_proves_is_true(made: build.Made) -> None:
    with _opened(made, "officer") as house:
        reference = "C-2026-0007"
        claims = {"phone": cases.DUC.phone, "order": cases.DUC.order}
        version = house.complaints.queue.open(reference).case.version
        news = house.complaints.identify(reference, claims, "stored facts", "", version).news
        assert news == "Identity check passed."


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(KnownError, match="is not empty"):
        build.build(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_demo_that_cannot_be_finished_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise KnownError("The disk is full.")

    monkeypatch.setattr("officer_app.demo.mails.write", fail)
    with pytest.raises(KnownError, match="The disk is full"):
        build.build(tmp_path / "demo", NOW)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(KnownError, match="Nothing can be written at"):
        build.build(tmp_path / "file" / "below" / "demo", NOW)


def test_the_eml_files_are_mails(made: build.Made) -> None:
    assert all(inbox.read(path).message.complete for path in (made.folder / "mails").iterdir())
