"""Several windows on one casebook: nobody's work is lost, numbers have no gaps, a killed save leaves old or new."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa

from officer_app.base.errors import Conflict
from officer_app.casebook import audit, cases, drafts, evidence, numbers, schema, settings, staff, store
from officer_app.casebook.book import Casebook
from officer_app.casebook.memory import Head, Memory
from tests.casebook.places import Spot, new_case

_CLIENT = """
import sys
from pathlib import Path
from officer_app.base.errors import Conflict, KnownError
from officer_app.casebook import audit, cases, settings
from tests.casebook.places import Spot
address, folder, count, checked = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "checked"
names = sys.argv[5:]
book = Spot(address, ("", ""), folder).open()
print("ready", flush=True)
sys.stdin.readline()
done = conflicts = 0
for number in range(count):
    reference = names[number % len(names)]
    while True:
        with book.reading() as tx:
            head = cases.head(tx, reference)
        value = int(head.kind) + 1
        try:
            with book.transaction("work") as tx:
                cases.change(tx, reference, expected=head.version if checked else None, kind=str(value))
                audit.append(tx, "changed", reference)
        except Conflict:
            conflicts += 1
            continue
        except KnownError as error:
            if "Another window is writing" not in str(error):
                raise
            continue
        done += 1
        break
book.close()
print(done, conflicts)
"""


def _race(spot: Spot, clients: int, edits: int, count: int, mode: str) -> tuple[int, int]:
    """Let processes count up the kinds of some cases at once; return updates acknowledged and updates kept."""
    book = spot.open()
    names = [new_case(book, kind="0") for _ in range(count)]
    command = [sys.executable, "-c", _CLIENT, spot.address, str(spot.folder), str(edits), mode, *names]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    running = [subprocess.Popen(command, **pipes) for _ in range(clients)]  # type: ignore[call-overload]
    for one in running:
        assert one.stdout.readline() == "ready\n"
    for one in running:
        one.stdin.write("go\n")
        one.stdin.flush()
    said = [one.communicate(timeout=1200)[0].split() for one in running]
    assert all(one.returncode == 0 for one in running)
    with book.reading() as tx:
        kept = sum(int(cases.head(tx, name).kind) for name in names)
    assert book.verify().broken == ""
    book.close()
    return sum(int(done) for done, _ in said), kept


def test_no_update_of_eight_windows_is_lost(spot: Spot, trials: Callable[[int, int], int]) -> None:
    acknowledged, kept = _race(spot, trials(3, 8), trials(8, 2500), trials(2, 20), "checked")
    assert acknowledged == kept == trials(3, 8) * trials(8, 2500)


def test_the_race_finds_lost_updates_where_versions_are_not_checked(file_spot: Spot) -> None:
    """Without this the zero above would mean nothing."""
    acknowledged, kept = _race(file_spot, 3, 12, 1, "unchecked")
    assert kept < acknowledged


def test_the_second_of_two_windows_sees_both_versions(spot: Spot) -> None:
    first, second = spot.open(), spot.manager()
    reference = new_case(first)
    with first.reading() as tx, second.reading() as other:
        one, two = cases.head(tx, reference), cases.head(other, reference)
    with first.transaction("work") as tx:
        cases.change(tx, reference, expected=one.version, kind="access")
        audit.append(tx, "kind changed", reference)
    with pytest.raises(Conflict) as caught, second.transaction("view") as tx:
        cases.change(tx, reference, expected=two.version, kind="erasure")
    assert isinstance(caught.value.theirs, dict)
    assert isinstance(caught.value.mine, dict)
    assert (caught.value.theirs["kind"], caught.value.mine["kind"]) == ("access", "erasure")
    with second.reading() as tx:
        assert cases.head(tx, reference).kind == "access"
    assert second.verify().broken == ""
    first.close()
    second.close()


def test_numbers_have_no_gaps_when_many_take_them_and_some_give_up(spot: Spot) -> None:
    book = spot.open()
    taken: list[str] = []

    def take(part: int) -> None:
        for number in range(6):
            try:
                with book.transaction("work") as tx:
                    name = cases.open_case(tx, "breaches", "other", "open", 2026)
                    if (number + part) % 3 == 0:
                        raise ZeroDivisionError
                    audit.append(tx, "opened", name)
            except ZeroDivisionError:
                continue
            taken.append(name)

    threads = [threading.Thread(target=take, args=(part,)) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [f"B-2026-{number:04d}" for number in range(1, 17)]
    assert book.verify().broken == ""
    book.close()


def test_numbers_grow_past_four_digits_and_start_anew_each_year(file_spot: Spot) -> None:
    book = file_spot.open()
    with book.transaction("work") as tx:
        assert numbers.take(tx, "notices", 2026) == "N-2026-0001"
        tx.update(schema.numbers, "N-2026", last=9999)
        assert numbers.take(tx, "notices", 2026) == "N-2026-10000"
        assert numbers.take(tx, "notices", 2027) == "N-2027-0001"
        audit.append(tx, "numbers taken")
    book.close()


def test_many_threads_may_use_one_casebook(spot: Spot) -> None:
    book = spot.open()
    reference = new_case(book, b"x" * 100_000)
    troubles: list[BaseException] = []

    def read() -> None:
        try:
            for _ in range(10):
                with book.reading() as tx:
                    assert len(evidence.read(tx, evidence.of_case(tx, reference)[0].id)) == 100_000
                    audit.timeline(tx, reference)
        except BaseException as error:
            troubles.append(error)

    def write() -> None:
        try:
            for number in range(5):
                with book.transaction("work") as tx:
                    settings.put(tx, "a", {"n": number})
                    audit.append(tx, "setting")
        except BaseException as error:
            troubles.append(error)

    threads = [threading.Thread(target=step) for step in (read, read, read, write, write)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    assert book.verify().broken == ""
    book.close()


def test_a_reading_from_before_a_new_key_changes_nothing_for_the_writers(spot: Spot) -> None:
    """Two threads of one window: one reads an old state while the other makes a new key and goes on."""
    manager = spot.manager()
    staff.change_roles(manager, manager.actor.id, ("officer", "manager"))
    old = new_case(manager, b"old")
    with store.snapshot(manager.engine) as early:
        early.execute(sa.select(schema.audit_head)).all()
        staff.new_kits(manager)
        session, known = manager._follow(early, manager.session, newest=False)
        assert (session.vault.epoch, known.epoch) == (1, 1)
        assert session.vault.case_key(early, old)
        assert manager.session.vault.epoch == 2
        new = new_case(manager, b"new")
    manager.close()
    again = spot.manager()
    with again.reading() as tx:
        assert evidence.read(tx, evidence.of_case(tx, new)[0].id) == b"new"
    assert {row["key_epoch"] for row in spot.rows(schema.cases)} == {2}
    again.close()


def test_a_window_that_opens_while_others_write_is_not_called_old(spot: Spot) -> None:
    writer, stop = spot.open(), threading.Event()

    def write() -> None:
        while not stop.is_set():
            drafts.drop(writer, "x")
            new_case(writer)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for _ in range(6):
            window = spot.manager()
            assert window.read_only == ""
            window.close()
    finally:
        stop.set()
        thread.join()
    writer.close()


def test_evidence_keeps_its_order(file_spot: Spot) -> None:
    book = file_spot.open()
    reference = new_case(book, *(b"%d" % number for number in range(12)))
    with book.reading() as tx:
        assert [one.name for one in evidence.of_case(tx, reference)] == [f"file {number}" for number in range(12)]
    book.close()


def test_drafts_belong_to_one_person(spot: Spot) -> None:
    officer, manager = spot.open(), spot.manager()
    drafts.save(officer, "form", {"text": "Grüße"})
    assert drafts.load(officer, "form") == {"text": "Grüße"}
    assert drafts.load(manager, "form") == {}
    stored = spot.rows(schema.drafts)
    assert b"Gr" not in bytes(stored[0]["sealed"])
    officer.close()
    again = spot.open()
    assert drafts.load(again, "form") == {"text": "Grüße"}
    drafts.drop(again, "form")
    assert spot.rows(schema.drafts) == []
    again.close()
    manager.close()


_SAVE = """
import sys
from pathlib import Path
from officer_app.casebook import audit, cases, evidence
from tests.casebook.places import Spot
book = Spot(sys.argv[1], ("", ""), Path(sys.argv[2])).open()
print("ready", flush=True)
for number in range(1000):
    with book.transaction("work") as tx:
        cases.change(tx, sys.argv[3], kind=str(number))
        evidence.add(tx, sys.argv[3], str(number), "x/y", bytes([number % 256]) * 300_000)
        audit.append(tx, "saved", sys.argv[3])
    print(number, flush=True)
"""


def test_a_killed_save_leaves_the_old_case_or_the_new_one(
    file_spot: Spot, trials: Callable[[int, int], int], dice: Random
) -> None:
    book = file_spot.open()
    for _ in range(trials(3, 3000)):
        reference = new_case(book)
        command = [sys.executable, "-c", _SAVE, file_spot.address, str(file_spot.folder), reference]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        child.stdout.readline()
        lucky = dice.randrange(1, 6)
        for _ in range(lucky):
            child.stdout.readline()
        threading.Event().wait(dice.random() * 0.02)
        child.send_signal(signal.SIGKILL)
        acknowledged = lucky + len(child.communicate()[0].split())
        _check_saved(book, reference, acknowledged)
    book.close()


def _check_saved(book: Casebook, reference: str, acknowledged: int) -> None:
    assert book.verify().broken == ""
    with book.reading() as tx:
        pieces = evidence.of_case(tx, reference)
        assert cases.head(tx, reference).kind == str(len(pieces) - 1)
        assert len(pieces) >= acknowledged
        for number, piece in enumerate(pieces):
            assert evidence.read(tx, piece.id) == bytes([number % 256]) * 300_000


def test_a_full_disk_undoes_the_save_and_the_next_one_works(file_spot: Spot) -> None:
    book = file_spot.open()
    reference = new_case(book)
    book.close()
    code = _SAVE.split("print(")[0] + (
        "import resource\nfrom officer_app.base.errors import KnownError\n"
        "for size in range(1000, 1_500_000, 70_000):\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))\n"
        "    try:\n"
        "        with book.transaction('work') as tx:\n"
        "            evidence.add(tx, sys.argv[3], 'x', 'x/y', bytes(600_000))\n"
        "            audit.append(tx, 'saved', sys.argv[3])\n"
        "    except KnownError as error:\n"
        "        print(error)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))\n"
        "with book.transaction('work') as tx:\n"
        "    audit.append(tx, 'after', sys.argv[3])\n"
        "print('whole' if not book.verify().broken else 'broken')\n"
        "book.close()\n"
    )
    command = [sys.executable, "-c", code, file_spot.address, str(file_spot.folder), reference]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False, env={**os.environ})
    assert done.returncode == 0, done.stderr
    *refusals, last = done.stdout.splitlines()
    assert set(refusals) == {"The disk is full. Free some space and try again; nothing was changed."}
    assert last == "whole"
    assert Path(file_spot.address).exists()


def test_a_person_is_found_with_and_without_a_tag(spot: Spot) -> None:
    book = spot.open()
    with book.transaction("work") as tx:
        reference = cases.open_case(tx, "complaints", "other", "open", 2026)
        cases.index_person(tx, reference, "complainant", email="An+Shop@Example.org", phone="0912 345 678")
        audit.append(tx, "received", reference)
    with book.reading() as tx:
        for known in ("an@example.org", "an+shop@example.org"):
            assert [head.reference for head in cases.of_person(tx, emails=[known])] == [reference]
        assert cases.of_person(tx, emails=["an+other@example.com", ""]) == ()
        assert [head.reference for head in cases.of_person(tx, phones=["+84 912 345 678"])] == [reference]
    book.close()


def test_what_is_remembered_survives_many_windows_at_once(tmp_path: Path) -> None:
    """The newest head stays, and not one failed try is lost."""
    Memory(tmp_path)
    now, troubles = datetime.now(UTC), []

    def use(part: int) -> None:
        try:
            for number in range(15):
                memory = Memory(tmp_path)
                memory.see("store", Head(number * 4 + part, f"{number * 4 + part}"))
                memory.failed("store", "linh", now)
                memory.note_destroyed("store", f"C-{part}-{number}", "then")
        except BaseException as error:
            troubles.append(error)

    threads = [threading.Thread(target=use, args=(part,)) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    memory = Memory(tmp_path)
    assert troubles == []
    assert memory.head("store") == Head(59, "59")
    assert memory.succeeded("store", "linh") == 60
    assert len(memory.destroyed("store")) == 60
