"""People: who may do what, who comes and goes, and what somebody with the database's password cannot become."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from officer_app.base.errors import KnownError
from officer_app.casebook import audit, cases, evidence, people, roster, schema, setup, staff
from officer_app.casebook.book import Casebook, countersigned
from officer_app.casebook.people import MANAGER, OFFICER, Keys
from officer_app.casebook.sealing import Tampered, bound, canonical, wrap_to
from officer_app.casebook.vault import root_commitment, root_info
from tests import factory
from tests.casebook.places import Spot, new_case

NEW_PASS = "an entirely new passphrase 9"
THIRD, THIRD_PASS = "ana", "four meadows under the snow"


def third(manager: Casebook, *roles: str) -> str:
    return staff.add(manager, "Ana Silva", THIRD, roles or (MANAGER,), THIRD_PASS, factory.cheap_kdf())


# --- roles -----------------------------------------------------------------------------------------------------------


def test_a_refused_attempt_is_in_the_audit_and_changes_nothing(spot: Spot) -> None:
    book = spot.open()
    with pytest.raises(KnownError, match="Ask somebody who is manager"):
        staff.change_roles(book, book.actor.id, (OFFICER, MANAGER))
    with pytest.raises(KnownError, match="Ask somebody who is manager"):
        third(book)
    with book.reading() as tx:
        assert [entry.action for entry in audit.page(tx, limit=2)] == ["refused", "refused"]
    assert len(book.directory().people) == 2
    assert book.verify().broken == ""
    book.close()


def test_new_roles_reach_an_open_window_at_its_next_step(spot: Spot) -> None:
    manager = spot.manager()
    third(manager)
    window = spot.open(THIRD, THIRD_PASS)
    staff.change_roles(window, window.directory().signed_in_as(factory.OFFICER_NAME).id, (OFFICER,))  # type: ignore[union-attr]
    staff.change_roles(manager, window.actor.id, (OFFICER,))
    with pytest.raises(KnownError, match="Ask somebody who is manager"):
        staff.change_roles(window, window.actor.id, (MANAGER,))
    new_case(window)
    assert window.actor.roles == (OFFICER,)
    assert manager.verify().broken == ""
    window.close()
    manager.close()


def test_two_managers_cannot_make_each_other_officers(spot: Spot) -> None:
    manager = spot.manager()
    other = third(manager)
    window = spot.open(THIRD, THIRD_PASS)
    staff.change_roles(window, manager.actor.id, (OFFICER,))
    with pytest.raises(KnownError, match="Your role may not"):
        staff.change_roles(manager, other, (OFFICER,))
    with pytest.raises(KnownError, match="at least one manager"):
        staff.change_roles(window, other, (OFFICER,))
    window.close()
    manager.close()


@pytest.mark.parametrize(("name", "sign_in", "roles"), [("", "x", ("officer",)), ("A", " ", ("officer",)),
                         ("A" * 81, "x", ("officer",)), ("A", "x", ()), ("A", "x", ("admin",)),
                         ("A\x00", "x", ("officer",)),
                         ("A", "LINH", ("officer",))])  # fmt: skip
def test_who_cannot_be_added(spot: Spot, name: str, sign_in: str, roles: tuple[str, ...]) -> None:
    manager = spot.manager()
    with pytest.raises(KnownError):
        staff.add(manager, name, sign_in, roles, THIRD_PASS, factory.cheap_kdf())
    assert len(manager.directory().people) == 2
    manager.close()


# --- coming and going ------------------------------------------------------------------------------------------------


def test_who_left_opens_nothing_any_more_and_the_others_everything(spot: Spot) -> None:
    manager, officer = spot.manager(), spot.open()
    reference = new_case(officer, b"old evidence")
    store_keys = spot.rows(schema.store_keys)
    staff.end_access(manager, officer.actor.id)
    with pytest.raises(KnownError, match="access to this casebook has ended"), officer.reading():
        pass
    assert not officer.unlocked
    officer.close()
    with pytest.raises(KnownError, match="wrong"):
        spot.open()
    with manager.reading() as tx:
        assert evidence.read(tx, evidence.of_case(tx, reference)[0].id) == b"old evidence"
    assert {row["epoch"] for row in spot.rows(schema.store_keys)} == {2}
    assert not {row["wrapped"] for row in store_keys} & {row["wrapped"] for row in spot.rows(schema.store_keys)}
    assert {row["key_epoch"] for row in spot.rows(schema.cases)} == {2}
    assert manager.verify().broken == ""
    manager.close()
    again = spot.manager()
    with again.reading() as tx:
        assert evidence.read(tx, evidence.of_case(tx, reference)[0].id) == b"old evidence"
    again.close()


def test_the_first_manager_can_leave(spot: Spot) -> None:
    manager = spot.manager()
    first = manager.actor.id
    third(manager)
    manager.close()
    window = spot.open(THIRD, THIRD_PASS)
    with pytest.raises(KnownError, match="own access"):
        staff.end_access(window, window.actor.id)
    staff.end_access(window, first)
    staff.change_roles(window, window.actor.id, (MANAGER, OFFICER))
    new_case(window)
    assert window.verify().broken == ""
    window.close()
    again = spot.open(THIRD, THIRD_PASS)
    assert again.verify().broken == ""
    again.close()


def test_another_window_follows_a_new_key(spot: Spot) -> None:
    manager, officer = spot.manager(), spot.open()
    gone = third(manager, OFFICER)
    before = new_case(officer, b"before")
    staff.end_access(manager, gone)
    after = new_case(officer, b"after")
    staff.new_kits(manager)
    for book in (manager, officer):
        with book.reading() as tx:
            for reference, content in ((before, b"before"), (after, b"after")):
                assert evidence.read(tx, evidence.of_case(tx, reference)[0].id) == content
        assert book.verify().broken == ""
        book.close()


def test_an_undone_new_key_leaves_the_old_one_in_use(spot: Spot) -> None:
    """A case sealed under a key that was never committed would be lost for good."""
    manager, officer = spot.manager(), spot.open()
    with pytest.raises(ZeroDivisionError), manager.transaction("manage people") as tx:
        staff.new_epoch(tx)
        audit.append(tx, "half done")
        raise ZeroDivisionError
    with pytest.raises(ZeroDivisionError), officer.transaction("work") as tx:
        undone = cases.open_case(tx, "complaints", "other", "open", 2026)
        raise ZeroDivisionError
    third(manager)
    reference = new_case(officer, b"sealed")
    assert reference == undone
    manager.close()
    officer.close()
    again = spot.open()
    with again.reading() as tx:
        assert evidence.read(tx, evidence.of_case(tx, reference)[0].id) == b"sealed"
    assert again.verify().broken == ""
    again.close()


def test_a_new_passphrase_opens_and_the_old_does_not(spot: Spot) -> None:
    book = spot.open()
    with pytest.raises(KnownError, match="wrong"):
        staff.change_passphrase(book, "not the old one at all", NEW_PASS, factory.cheap_kdf())
    book.memory.succeeded(book.id, factory.OFFICER_NAME)
    with pytest.raises(KnownError, match="easily guessed"):
        staff.change_passphrase(book, factory.OFFICER_PASS, "password1234", factory.cheap_kdf())
    staff.change_passphrase(book, factory.OFFICER_PASS, NEW_PASS, factory.cheap_kdf())
    reference = new_case(book, b"x")
    book.close()
    with pytest.raises(KnownError, match="wrong"):
        spot.open()
    spot.memory.succeeded(book.id, factory.OFFICER_NAME)
    again = spot.open(passphrase=NEW_PASS)
    with again.reading() as tx:
        assert evidence.of_case(tx, reference)
    assert again.verify().broken == ""
    again.close()


def test_a_kit_opens_once_and_the_audit_says_so(spot: Spot) -> None:
    officer = spot.open()
    reference = new_case(officer, b"kept")
    locked = Casebook.open(spot.address, spot.memory)
    with pytest.raises(KnownError, match="Nobody signs in"):
        staff.recover(locked, spot.kits[0], "nobody", NEW_PASS, factory.cheap_kdf())
    staff.recover(locked, spot.kits[0], factory.OFFICER_NAME, NEW_PASS, factory.cheap_kdf())
    with locked.reading() as tx:
        assert evidence.read(tx, evidence.of_case(tx, reference)[0].id) == b"kept"
        assert audit.page(tx, limit=1)[0].action == "opened by recovery kit"
    new_case(locked)
    assert locked.verify().broken == ""
    assert staff.kit_confirmed(locked) is False
    with pytest.raises(KnownError, match=r"keys were replaced|has ended"):
        new_case(officer)  # the window that was open under the old keys
    again = Casebook.open(spot.address, spot.memory)
    with pytest.raises(KnownError, match="used or replaced"):
        staff.recover(again, spot.kits[0], factory.OFFICER_NAME, NEW_PASS, factory.cheap_kdf())
    staff.recover(again, spot.kits[1], factory.MANAGER_NAME, NEW_PASS, factory.cheap_kdf())
    kits = staff.new_kits(again)
    staff.confirm_kit(again, " ".join(kits[1].groups))
    assert staff.kit_confirmed(again)
    with pytest.raises(KnownError, match="used already"):
        staff.confirm_kit(again, spot.kits[1])
    assert again.verify().broken == ""
    for book in (officer, locked, again):
        book.close()


# --- signing in ------------------------------------------------------------------------------------------------------


def test_wrong_tries_slow_down_and_are_told_at_the_next_success(file_spot: Spot) -> None:
    now = [datetime.now().astimezone()]
    book = Casebook.open(file_spot.address, file_spot.memory, clock=lambda: now[0])
    waits = []
    for _ in range(9):
        with pytest.raises(KnownError, match="wrong"):
            book.unlock(factory.OFFICER_NAME, "a wrong passphrase")
        with pytest.raises(KnownError, match="must wait"):
            book.unlock(factory.OFFICER_NAME, factory.OFFICER_PASS)
        pause = book.memory.wait(book.id, factory.OFFICER_NAME, now[0])
        waits.append(int(pause.total_seconds()))
        now[0] += pause
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    now[0] -= timedelta(days=400)  # a clock put back is no lock for a year
    assert book.memory.wait(book.id, factory.OFFICER_NAME, now[0]) <= timedelta(seconds=60)
    now[0] += timedelta(days=400)
    book.unlock(factory.OFFICER_NAME, factory.OFFICER_PASS)
    with book.reading() as tx:
        assert audit.page(tx, limit=1)[0].details == {"failed before": 9}
    book.close()


def test_what_was_typed_as_an_unknown_name_is_not_kept(file_spot: Spot) -> None:
    book = Casebook.open(file_spot.address, file_spot.memory)
    with pytest.raises(KnownError, match="wrong"):
        book.unlock(factory.OFFICER_PASS, "")
    book.close()
    kept = b"".join(path.read_bytes() for path in file_spot.memory.folder.iterdir())
    assert factory.OFFICER_PASS.encode() not in kept


def test_a_manager_countersigns_in_the_officers_window(spot: Spot) -> None:
    book = spot.open()
    reference = new_case(book)
    with pytest.raises(KnownError, match="Only a manager"):
        book.countersign(factory.OFFICER_NAME, factory.OFFICER_PASS)
    word = book.countersign(factory.MANAGER_NAME, factory.MANAGER_PASS)
    assert not word.alone
    assert book.actor.roles == (OFFICER,)
    with book.transaction("work", reference) as tx:
        audit.append(tx, "approved", reference, proof=countersigned(tx, "approved", reference, word))
    assert book.verify().broken == ""
    manager = spot.manager()
    third(manager)
    other = spot.open(THIRD, THIRD_PASS)
    staff.end_access(other, manager.actor.id)
    other.close()
    with pytest.raises(KnownError, match="no manager any more"), book.transaction("work", reference) as tx:
        countersigned(tx, "approved", reference, word)
    manager.close()
    book.close()


def test_one_person_with_both_roles_decides_alone_and_the_audit_says_so(spot: Spot) -> None:
    manager = spot.manager()
    staff.change_roles(manager, manager.actor.id, (OFFICER, MANAGER))
    reference = new_case(manager)
    word = manager.countersign(factory.MANAGER_NAME, factory.MANAGER_PASS)
    assert word.alone
    with manager.transaction("work", reference) as tx:
        proof = countersigned(tx, "approved", reference, word)
        audit.append(tx, "approved", reference, proof=proof)
    assert proof["alone"] == "yes"
    assert manager.verify().broken == ""
    manager.close()


def test_locking_leaves_no_key_in_reach(spot: Spot) -> None:
    book = spot.open()
    reference = new_case(book, b"x")
    session = book.session
    book.lock()
    assert not session.vault.open
    for step in (lambda: book.actor, lambda: book.session, lambda: session.vault.root(1)):
        with pytest.raises(KnownError, match="locked"):
            step()
    with pytest.raises(KnownError, match="locked"), book.transaction("work", reference):
        pass
    holders = [session.vault._roots, session.vault._inner, session.vault._cases, session.vault._fields]
    assert holders == [{}, {}, {}, {}]
    book.close()


def test_a_lock_in_the_middle_of_a_step_undoes_it(spot: Spot) -> None:
    book = spot.open()
    with pytest.raises(KnownError, match="locked"), book.transaction("work") as tx:
        book.lock()
        cases.open_case(tx, "complaints", "other", "open", 2026)
    book.close()
    again = spot.open()
    assert again.verify().broken == ""
    again.close()
    assert spot.rows(schema.cases) == []


def test_secrets_do_not_show_in_what_is_printed() -> None:
    keys = Keys.fresh()
    shown = repr(keys) + repr(setup.First("A", "a", "the secret phrase"))
    assert keys.sign.hex() not in shown
    assert repr(keys.sign)[2:-1] not in shown
    assert "secret phrase" not in shown


# --- attacks ---------------------------------------------------------------------------------------------------------


def _sign(book: Casebook, keys: Keys, spot: Spot, kind: str, value: dict[str, Any], by: str) -> None:
    """Append a roster line by hand, signed with whatever key one has."""
    now = book.directory()
    body = canonical({"seq": now.seq + 1, "prev": now.hashes[-1], "kind": kind, "value": value, "by": by})
    signature = keys.signer()(bound("oa/roster/v1", book.id, body))
    with spot.by_hand() as connection:
        connection.execute(
            schema.roster.insert().values(
                id=roster.row_id(now.seq + 1), body=body.decode(), signature=signature, version=1
            )
        )


def test_a_manager_who_left_cannot_sign_themselves_back_in(spot: Spot) -> None:
    manager = spot.manager()
    third(manager)
    gone = spot.open(THIRD, THIRD_PASS)
    keys, record, ident = gone.session.keys, gone.session.person.record(), gone.actor.id
    staff.end_access(manager, ident)
    for kind, value in ((roster.PERSON, record), (roster.PERSON, {**record, "id": "x" * 32, "sign_in": "x"})):
        _sign(manager, keys, spot, kind, value, ident)
        stranger = Casebook.open(spot.address, spot.memory)
        with pytest.raises(Tampered, match=r"no manager then|changed outside"):
            stranger.unlock(factory.OFFICER_NAME, factory.OFFICER_PASS)
        stranger.close()
        with pytest.raises(KnownError):
            new_case(manager)
        with spot.by_hand() as connection:
            last = connection.execute(sa.select(sa.func.max(schema.roster.c.id))).scalar_one()
            connection.execute(schema.roster.delete().where(schema.roster.c.id == last))
    assert manager.verify().broken == ""
    manager.close()
    gone.close()


def test_an_older_list_of_people_is_noticed_by_who_saw_the_newer_one(spot: Spot) -> None:
    manager = spot.manager()
    other = third(manager, OFFICER, MANAGER)
    old = spot.rows(schema.store_keys)
    staff.end_access(manager, other)
    with spot.by_hand() as connection:
        connection.execute(schema.roster.delete().where(schema.roster.c.id > roster.row_id(6)))
        connection.execute(schema.store_keys.delete())
        connection.execute(schema.store_keys.insert(), old)
    with pytest.raises(KnownError, match="older than one this computer has seen"):
        new_case(manager)
    manager.close()
    with pytest.raises(KnownError):
        spot.open()


def test_a_root_key_of_ones_own_making_is_not_taken(spot: Spot) -> None:
    """Whoever writes to the database can wrap a key to everybody; nothing is ever sealed under it."""
    book, own = spot.open(), Keys.fresh().sign
    for row in spot.rows(schema.store_keys):
        info = root_info(book.id, row["epoch"], row["holder"], bytes(row["holder_key"]))
        wrapped = wrap_to(bytes(row["holder_key"]), own, info)
        with spot.by_hand() as connection:
            changed = schema.store_keys.update().where(schema.store_keys.c.id == row["id"]).values(wrapped=wrapped)
            connection.execute(changed)
    fresh = Casebook.open(spot.address, spot.memory)
    with pytest.raises(Tampered, match="exchanged from outside"):
        fresh.unlock(factory.OFFICER_NAME, factory.OFFICER_PASS)
    fresh.close()
    # Not even announced as a new epoch by an officer.
    value = {"number": 2, "commitment": root_commitment(own)}
    _sign(book, book.session.keys, spot, roster.EPOCH, value, book.actor.id)
    with pytest.raises(KnownError, match="no manager then"):
        new_case(book)
    book.close()


def test_random_edits_of_the_list_of_people_are_refused(
    file_spot: Spot, trials: Callable[[int, int], int], dice: Random
) -> None:
    book = file_spot.manager()
    rows, people_rows = file_spot.rows(schema.roster), file_spot.rows(schema.people)
    for _ in range(trials(40, 1000)):
        replay = roster.Replay(book.id, book.root)
        edited = [dict(row) for row in rows]
        which = dice.randrange(len(edited))
        body = json.loads(edited[which]["body"])
        match dice.choice(["role", "key", "name", "drop", "swap", "again", "signature"]):
            case "role" if body["kind"] == "person":
                body["value"]["roles"] = ["manager", "officer"] * 2
            case "key" if body["kind"] == "person":
                body["value"][dice.choice(["decrypt", "verify"])] = Keys.fresh().public_decrypt.hex()
            case "name":
                body["by"] = dice.choice(people_rows)["id"] + "0"
            case "drop":
                del edited[which]
                body = None
            case "swap":
                other = (which + 1) % len(edited)
                edited[which]["body"], edited[other]["body"] = edited[other]["body"], edited[which]["body"]
                body = None
            case "again":
                edited.insert(which, dict(edited[which]))
                body = None
            case _:
                edited[which]["signature"] = bytes(64)
                body = None
        if body is not None:
            edited[which]["body"] = canonical(body).decode()
        faults = [replay.follow(row["id"], row["body"], row["signature"]) for row in edited]
        short = len(edited) < len(rows) and not any(faults)
        assert any(faults) or short
    book.close()


def test_the_keys_of_another_person_do_not_open_by_moving_rows(file_spot: Spot) -> None:
    book = file_spot.open()
    officer, manager = book.actor.id, book.directory().managers()[0].id
    row = next(one for one in file_spot.rows(schema.people) if one["id"] == officer)
    with file_spot.by_hand() as connection:
        change = schema.people.update().where(schema.people.c.id == manager)
        connection.execute(change.values(kdf=row["kdf"], private=row["private"]))
    with pytest.raises(KnownError, match="wrong"):
        file_spot.open(factory.MANAGER_NAME, factory.OFFICER_PASS)
    assert "people row" in book.verify().broken
    book.close()


def test_the_first_managers_key_is_pinned(spot: Spot) -> None:
    spot.open().close()
    own = people.fingerprint(Keys.fresh().public_verify)
    with spot.by_hand() as connection:
        connection.execute(schema.store.update().values(root=own))
    with pytest.raises(Tampered, match="exchanged from outside"):
        spot.open()
