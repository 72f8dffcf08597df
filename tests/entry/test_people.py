"""People come, change and leave; whoever may not is refused, and the refusal is in the audit."""

from pathlib import Path

import pytest

from officer_app.base.errors import KnownError
from officer_app.casebook import staff
from officer_app.casebook.book import Casebook
from officer_app.entry.people import People, Row
from officer_app.entry.service import Entry
from officer_app.letters.shop_facts import ShopFacts
from tests import factory
from tests.entry.conftest import FACTS, actions
from tests.entry.test_service import kit_in

PASS = "amber ladder beyond the orchard"


def people(book: Casebook, facts: ShopFacts = FACTS) -> People:
    return People(book, lambda: facts)


def row(of: People, sign_in: str) -> Row:
    return next(one for one in of.list() if one.sign_in == sign_in)


def test_a_person_added_by_the_manager_signs_in(manager: Casebook) -> None:
    people(manager).add("  Lê   Hoa ", "Hoa", ("officer",), PASS)
    book = Entry(str(manager.where)).unlock("hoa", PASS)
    assert (book.actor.name, book.actor.roles) == ("Lê Hoa", ("officer",))
    book.close()


def test_the_officer_is_refused_and_the_refusal_is_in_the_audit(officer: Casebook) -> None:
    of = people(officer)
    other = row(of, factory.MANAGER_NAME)
    for refused in (
        lambda: of.add("Lê Hoa", "hoa", ("manager",), PASS),
        lambda: of.change_roles(other.id, ("officer",)),
        lambda: of.end_access(other.id),
        of.new_kits,
    ):
        before = actions(officer).count("refused")
        with pytest.raises(KnownError, match="manager"):
            refused()
        assert actions(officer).count("refused") == before + 1
    assert {one.sign_in for one in of.list()} == {factory.MANAGER_NAME, factory.OFFICER_NAME}


def test_steps_say_why_not(officer: Casebook) -> None:
    of = people(officer)
    steps = {step.id: step for step in of.steps(row(of, factory.OFFICER_NAME))}
    assert steps["passphrase"].enabled
    assert {key for key, step in steps.items() if not step.enabled} == {"add", "roles", "end", "kits"}
    assert steps["add"].why_not == "Only a manager may do this."


def test_the_last_manager_stays(manager: Casebook) -> None:
    of = people(manager)
    mine = row(of, factory.MANAGER_NAME)
    steps = {step.id: step for step in of.steps(mine)}
    assert not steps["end"].enabled
    with pytest.raises(KnownError, match="at least one manager"):
        of.change_roles(mine.id, ("officer",))


def test_ended_access_opens_nothing_and_stays_in_the_list(manager: Casebook) -> None:
    of = people(manager)
    of.end_access(row(of, factory.OFFICER_NAME).id)
    left = row(of, factory.OFFICER_NAME)
    assert left.until is not None
    assert of.list()[-1] == left
    assert "roles" not in {step.id for step in of.steps(left)}
    with pytest.raises(KnownError, match="wrong"):
        Entry(str(manager.where)).unlock(factory.OFFICER_NAME, factory.OFFICER_PASS)


def test_own_passphrase_changes_only_with_the_old_one(officer: Casebook) -> None:
    of = people(officer)
    with pytest.raises(KnownError, match="wrong"):
        of.change_passphrase("not the old one at all", PASS)
    officer.memory.succeeded(officer.id, factory.OFFICER_NAME)  # so that the next try need not wait
    of.change_passphrase(factory.OFFICER_PASS, PASS)
    Entry(str(officer.where)).unlock(factory.OFFICER_NAME, PASS).close()


def test_new_kits_replace_the_old_ones_and_wait_to_be_typed_back(manager: Casebook, tmp_path: Path) -> None:
    of = people(manager)
    sheets = of.new_kits()
    assert not of.kits_confirmed()
    (tmp_path / "elsewhere").mkdir()
    old = factory.casebook_file(tmp_path / "elsewhere").kits[0]
    with pytest.raises(KnownError, match="Take the sheet just printed"):
        of.confirm_kit(old)
    assert "sealed" not in of.confirm_kit(kit_in(sheets.first)).news
    assert of.kits_confirmed()


def test_kits_that_could_not_be_printed_leave_the_old_ones_in_force(manager: Casebook) -> None:
    with pytest.raises(KnownError, match="the company's name"):
        people(manager, ShopFacts(name="Lotus")).new_kits()
    assert staff.kit_confirmed(manager)
