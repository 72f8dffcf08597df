"""Forced failures of every kind: no password, bound value or name of a person reaches a message, a log or stderr."""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, Literal

import pytest
import sqlalchemy as sa

from officer_app.app import Guard
from officer_app.base.errors import BugError, KnownError
from officer_app.base.worker import Pool
from officer_app.casebook import audit, cases, schema, setup
from officer_app.casebook.book import Casebook
from officer_app.casebook.memory import Memory
from officer_app.casebook.sealing import Kdf, Tampered
from officer_app.cli import main as command_line
from officer_app.notices import text
from officer_app.shop import profile
from officer_app.shop.address import Address
from officer_app.shop.connection import connect
from officer_app.widgets import messages
from tests import factory
from tests.attacks import chores
from tests.casebook.places import Spot, sqlite_spot
from tests.widgets.conftest import Answers

CANARY = "kanarienvogel-7319"
NATIVE = profile.load("native")


class Ears:
    """Everything a person, a log file or a terminal gets to see of failures."""

    def __init__(self, guard: Guard, answers: Answers, capture: pytest.CaptureFixture[str]) -> None:
        self.guard, self.answers, self.capture, self.told = guard, answers, capture, ""

    def force(self, step: Callable[[], Any]) -> BaseException:
        """Run a step that must fail, and report its failure as the window does."""
        with pytest.raises(BaseException) as caught:
            step()
        if not isinstance(caught.value, KnownError):
            self.guard.report(caught.value)
        logging.getLogger("officer_app.test").error("failed", exc_info=caught.value)
        return caught.value

    def err(self) -> str:
        """Return all that was written to the terminal so far."""
        caught = self.capture.readouterr()
        self.told += caught.out + caught.err
        return self.told

    def heard(self) -> str:
        written = self.guard.path.read_text(encoding="utf-8") if self.guard.path.exists() else ""
        return "\n".join([written, self.err(), *self.answers.told, *self.answers.asked])


@pytest.fixture
def ears(qapp: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Ears]:
    answers = Answers()
    guard = Guard(tmp_path / "log" / "officer-app.log")
    with messages.answered_by(answers):
        yield Ears(guard, answers, capsys)
    guard.close()


@pytest.fixture
def spot(tmp_path: Path) -> Spot:
    return sqlite_spot(tmp_path / "book")


def shown(error: BaseException) -> str:
    """Return what a dialog may show of it, and what a debugger's one-line views of it would."""
    return f"{error} {error!r} {error.__cause__!r} {error.__context__!r}"


def test_the_harness_hears_a_canary(ears: Ears) -> None:
    def fail() -> None:
        raise BugError(CANARY)  # our own words do get written down

    ears.force(fail)
    assert CANARY in ears.heard()


def test_a_shop_that_refuses_says_no_password(ears: Ears, tmp_path: Path) -> None:
    engines: tuple[Literal["postgresql", "mysql"], ...] = ("postgresql", "mysql")
    for engine in engines:
        for host in ("127.0.0.1", "localhost", "::1"):
            where = Address(engine, host=host, port=1, database="shop", user="shop")
            error = ears.force(partial(connect, where, CANARY, NATIVE))
            assert CANARY not in shown(error)
            assert isinstance(error, KnownError)
    assert CANARY not in ears.heard()


def test_a_server_that_refuses_the_casebook_says_no_password(ears: Ears, tmp_path: Path) -> None:
    for address in ("postgresql://shop@127.0.0.1:1/book", "postgresql://shop@[::1]:1/book"):
        error = ears.force(partial(Casebook.open, address, Memory(tmp_path), password=CANARY))
        assert CANARY not in shown(error)
    error = ears.force(lambda: Casebook.open(f"postgresql://shop:{CANARY}@h/b", Memory(tmp_path)))
    assert CANARY not in shown(error)
    assert CANARY not in ears.heard()


def test_bound_values_of_a_failing_statement_are_not_printed(ears: Ears, spot: Spot) -> None:
    with closing(spot.open()) as book:

        def twice() -> None:
            with book.transaction("work") as tx:
                reference = cases.open_case(tx, "complaints", "other", "open", 2026, assignee=tx.actor.id)
                audit.append(tx, "received", reference, {"note": CANARY})
                row = {"id": CANARY, "reference": reference, "role": CANARY, "key": CANARY, "version": 1}
                known = set(schema.case_people.c.keys())
                for _ in range(2):
                    tx.execute(sa.insert(schema.case_people).values({k: v for k, v in row.items() if k in known}))

        def wrong_kind() -> None:
            with book.reading() as tx:
                tx.execute(sa.text("select :a from no_such_table").bindparams(a=CANARY))

        for step in (twice, wrong_kind):
            assert CANARY not in shown(ears.force(step))
    assert CANARY not in ears.heard()


def test_wrong_passphrases_and_kits_are_not_repeated(ears: Ears, spot: Spot, tmp_path: Path) -> None:
    memory = Memory(tmp_path / "s")
    steps: list[Callable[[], Any]] = [
        lambda: spot.open(passphrase=CANARY),
        lambda: spot.open(name=CANARY, passphrase=CANARY),
        lambda: setup.create(tmp_path / "n.sqlite", memory, setup.First(CANARY, "", CANARY), kdf=factory.cheap_kdf),
        lambda: setup.create(tmp_path / "n.sqlite", memory, setup.First("Ana", "ana", "kanari"), kdf=factory.cheap_kdf),
        lambda: Kdf.read(f'{{"memory": "{CANARY}"}}'),
    ]
    for step in steps:
        error = ears.force(step)
        assert CANARY not in f"{error} {error!r}", step
    assert CANARY not in ears.heard()
    assert CANARY.encode() not in b"".join(one.read_bytes() for one in (tmp_path / "s").iterdir())


def test_a_sealed_value_that_does_not_open_is_not_quoted(ears: Ears, spot: Spot) -> None:
    with closing(spot.open()) as book:
        with book.transaction("work") as tx:
            reference = cases.open_case(tx, "complaints", "other", "open", 2026, assignee=tx.actor.id)
            audit.append(tx, "received", reference, {"note": CANARY})
        with spot.by_hand() as connection:
            connection.execute(sa.update(schema.cases).values(case_key=CANARY.encode() * 4))

        def read() -> None:
            with closing(spot.open(computer="other")) as other, other.reading() as tx:
                other_key = tx.vault.case_key(tx.connection, reference)
                assert other_key is None

        error = ears.force(read)
        assert isinstance(error, Tampered | KnownError)
        assert CANARY not in shown(error)
    assert CANARY not in ears.heard()


def test_a_letter_that_cannot_be_made_is_not_quoted(ears: Ears) -> None:
    import datetime

    def letter(**fields: Any) -> None:
        text.compose("reply", "en", number="N", reference="C", date=datetime.date(2026, 1, 1), recipient=(CANARY,),
                     fields=fields, letterhead=None)  # type: ignore[arg-type] # fmt: skip

    ears.force(lambda: letter(reasons=CANARY))
    ears.force(lambda: letter(reasons=object(), finding=CANARY))
    assert CANARY not in ears.heard()


def test_a_child_process_sends_home_where_and_not_what(ears: Ears) -> None:
    with Pool(1) as pool:
        error = ears.force(lambda: pool.run(chores.stumble, CANARY))
    assert isinstance(error, BugError)
    assert "chores.stumble raised ValueError" in str(error)
    assert "chores.py" in str(error)
    assert CANARY not in shown(error) + ears.heard()


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux")
def test_a_child_process_is_hardened_too() -> None:
    with Pool(1) as pool:
        assert pool.run(chores.hardened) == (0, 0, 0o077)


def test_the_command_line_says_where_and_not_what(ears: Ears, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        int(CANARY)

    monkeypatch.setattr(command_line, "app", fail)
    with pytest.raises(SystemExit) as caught:
        command_line.main()
    assert caught.value.code == 1
    assert "ValueError" in ears.err() and "Traceback" not in ears.err()
    assert CANARY not in ears.err()


def test_no_secret_shows_in_what_keys_print_of_themselves(spot: Spot) -> None:
    with closing(spot.open()) as book:
        session = book.session
        printed = f"{session!r} {session.keys!r} {session.vault!r} {book!r}"
        secrets = [session.keys.decrypt, *session.vault._roots.values()]
        for secret in secrets:
            assert secret.hex() not in printed and repr(secret) not in printed
