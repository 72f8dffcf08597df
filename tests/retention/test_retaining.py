"""The retention commands: they list, plan and prepare by themselves; only a counted batch is erased."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from officer_app.base.errors import KnownError
from officer_app.casebook.book import Casebook
from officer_app.casebook.memory import Memory
from officer_app.cli.main import app
from officer_app.house import House
from officer_app.retention import batch as rules
from tests.once import made_demo

Say = Callable[..., str]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_demo(tmp_path_factory) / "demo"


@pytest.fixture
def demo(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    import shutil

    monkeypatch.setenv("OFFICER_APP_STATE", str(tmp_path / "state"))
    shutil.copytree(template, tmp_path / "demo")
    return tmp_path / "demo"


@pytest.fixture
def say(demo: Path) -> Say:
    """Run a retention command as the officer; return what it prints."""

    def run(*words: str) -> str:
        options = ["--casebook", str(demo / "casebook.sqlite"), "--passphrase-file", str(demo / "officer.passphrase")]
        result = CliRunner().invoke(app, ["retention", *words, *options])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.stdout

    return run


def house(demo: Path) -> House:
    book = Casebook.open(demo / "casebook.sqlite", Memory(demo / "state"))
    name, passphrase = (demo / "officer.passphrase").read_text(encoding="utf-8").splitlines()
    book.unlock(name, passphrase)
    made = House(book)
    made.connect_shop()
    return made


def frozen(demo: Path, *, on: bool = True) -> str:
    """Freeze two silent accounts of which nobody is told beforehand; return the batch."""
    made = house(demo)
    if on:
        made.settings.writing.switch_on("", "", keyring=False)
    rows = [row for row in made.retention.queue.page(["inactive"], limit=100).rows if not row.why_not][:2]
    reference = made.retention.batches.freeze(rows).references[0]
    version = made.retention.batches.file(reference).batch.version
    made.retention.batches.unannounced(reference, "Their addresses are unknown.", version)
    made.close()
    return reference


def test_a_timer_prepares_and_erases_nothing(demo: Path, say: Say) -> None:
    reference = frozen(demo)
    found = json.loads(say("prepare", "--json"))
    assert found["counts"]["inactive"] > 10
    batch = found["batches"][0]
    assert (batch["reference"], batch["state"], batch["accounts"], batch["waits"]) == (
        reference, rules.FROZEN, 2, "It can be erased."
    )  # fmt: skip
    assert json.loads(say("prepare", "--json")) == found
    assert f"{reference}  inactive  frozen" in say("prepare")


def test_a_plan_names_tables_and_what_is_kept(say: Say) -> None:
    lines = {one["title"]: one for one in json.loads(say("plan", "1", "2", "--json"))["lines"]}
    assert lines["Account"]["rows"] == 2
    assert lines["Orders"]["action"] == "keep"
    assert "tax" in say("plan", "1")
    with pytest.raises(KnownError, match="no account"):
        say("plan", "99999999")


def test_old_orders_are_listed_planned_and_frozen_by_their_scope(demo: Path, say: Say) -> None:
    assert "kept for 10 years from the end of their year" in say("review", "--scope", "orders")
    with closing(sqlite3.connect(demo / "shop.sqlite")) as shop, shop:
        (key,) = shop.execute(
            "SELECT customer_id FROM orders GROUP BY 1 HAVING customer_id NOT IN (SELECT customer_id FROM tickets WHERE"
            " customer_id IS NOT NULL) AND customer_id NOT IN (SELECT id FROM customers WHERE last_login_at > "
            "'2026-09-01') ORDER BY max(placed_at) LIMIT 1"
        ).fetchone()
        shop.execute("UPDATE orders SET placed_at = '2014-05-03 08:00:00', state = 'delivered', payment_state = 'paid' "
                     f"WHERE customer_id = {key}")  # fmt: skip
        shop.execute(f"UPDATE payments SET paid_at = '2014-05-03 08:00:00' WHERE customer_id = {key}")
    listed = json.loads(say("review", "--scope", "orders", "--json"))
    assert [(one["key"], one["blocks"]) for one in listed] == [(str(key), [])]
    told = json.loads(say("plan", str(key), "--scope", "orders", "--json"))["lines"]
    assert {one["title"]: one["action"] for one in told} == {"Order addresses": "change", "Payments": "change",
                                                             "Orders": "change"}  # fmt: skip
    made = house(demo)
    made.settings.writing.switch_on("", "", keyring=False)
    made.close()
    (reference,) = json.loads(say("freeze", str(key), "--scope", "orders", "--json"))["batches"]
    assert json.loads(say("run", reference, "--count", "1", "--json"))["counts"] == {"erased": 1}


def test_run_wants_the_count_and_says_what_was_done(demo: Path, say: Say) -> None:
    reference = frozen(demo)
    with pytest.raises(KnownError, match="2 accounts would be erased"):
        say("run", reference, "--count", "3")
    done = json.loads(say("run", reference, "--count", "2", "--json"))
    assert (done["state"], done["counts"]) == (rules.ERASED, {"erased": 2})
    assert say("resume") == ""
    assert say("recheck") == "No erased account came back.\n"


def test_erasing_is_off_until_switched_on(demo: Path, say: Say) -> None:
    reference = frozen(demo, on=False)
    with pytest.raises(KnownError, match="switched off"):
        say("run", reference, "--count", "2")


def test_a_restored_backup_brings_accounts_back_onto_the_list(demo: Path, say: Say) -> None:
    """Whoever a backup of the shop brings back is found, listed again with the batch as its origin."""
    before = (demo / "shop.sqlite").read_bytes()
    reference = frozen(demo)
    say("run", reference, "--count", "2")
    (demo / "shop.sqlite").write_bytes(before)
    back = json.loads(say("recheck", "--json"))
    assert {one["batch"] for one in back} == {reference}
    assert len(back) == 2
    listed = {one["key"]: one for one in json.loads(say("review", "--json"))}
    assert {listed[one["key"]]["origin"] for one in back} == {"finding"}
    assert len(json.loads(say("recheck", "--json"))) == 2
