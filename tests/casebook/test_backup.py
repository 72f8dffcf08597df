"""Backups: consistent, sealed, proved on writing, restored across databases, and refused when anything is wrong."""

import hashlib
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa

from officer_app.base.errors import Cancelled, KnownError
from officer_app.casebook import archive, audit, backup, cases, drafts, evidence, restoring, schema, setup, staff
from officer_app.casebook.book import Casebook
from officer_app.casebook.memory import Memory
from officer_app.casebook.sealing import open_stream, seal_stream
from tests import factory
from tests.casebook.places import Spot, new_case, new_database

CONTENT = b"a letter of 200 kB " * 10_000


def content_of(book: Casebook, reference: str) -> bytes:
    with book.reading() as tx:
        return evidence.read(tx, evidence.of_case(tx, reference)[0].id)


def written(spot: Spot) -> tuple[Casebook, str, Path]:
    book = spot.open()
    reference = new_case(book, CONTENT)
    target = spot.folder / "copy.backup"
    backup.write(book, target)
    return book, reference, target


def test_a_backup_comes_back_on_another_computer(spot: Spot, tmp_path: Path) -> None:
    book, reference, target = written(spot)
    drafts.save(book, "new complaint", {"text": "half a sentence"})
    assert target.stat().st_mode & 0o777 == 0o600
    restored = backup.restore(
        target, tmp_path / "new" / "back.sqlite", Memory(tmp_path / "other"), factory.OFFICER_NAME, factory.OFFICER_PASS
    )
    assert restored.read_only == ""
    assert content_of(restored, reference) == CONTENT
    assert restored.verify().broken == ""
    assert restored.id == book.id
    new_case(restored)
    assert book.verify().broken == ""
    with book.reading() as tx:
        assert audit.page(tx, limit=2)[0].action == "backup written"
    restored.close()
    book.close()


@pytest.mark.server
def test_a_file_comes_back_on_a_server_and_a_server_in_a_file(
    postgres_url: str, file_spot: Spot, tmp_path: Path
) -> None:
    book, reference, target = written(file_spot)
    book.close()
    address = new_database(postgres_url, "restored")
    there = Memory(tmp_path / "there")
    moved = backup.restore(target, address, there, factory.OFFICER_NAME, factory.OFFICER_PASS)
    assert content_of(moved, reference) == CONTENT
    with pytest.raises(KnownError, match="holds a casebook already"):
        backup.restore(target, address, there, factory.OFFICER_NAME, factory.OFFICER_PASS)
    backup.write(moved, tmp_path / "second.backup")
    moved.close()
    elsewhere = Memory(tmp_path / "elsewhere")
    home = backup.restore(
        tmp_path / "second.backup", tmp_path / "home.sqlite", elsewhere, factory.OFFICER_NAME, factory.OFFICER_PASS
    )
    assert content_of(home, reference) == CONTENT
    assert home.verify().broken == ""
    home.close()


def test_a_restored_older_casebook_is_read_only_until_a_manager_continues_it(spot: Spot) -> None:
    book, reference, target = written(spot)
    new_case(book)
    book.close()
    place = spot.folder / "back.sqlite"
    restored = backup.restore(target, place, spot.memory, factory.OFFICER_NAME, factory.OFFICER_PASS)
    assert restored.older
    assert "older" in restored.read_only
    assert content_of(restored, reference) == CONTENT
    with pytest.raises(KnownError, match="older"):
        new_case(restored)
    with pytest.raises(KnownError, match="Only a manager"):
        backup.continue_restored(restored)
    restored.close()

    # The restore on trial did not make the casebook itself look old.
    live = spot.open()
    assert live.read_only == ""
    live.close()
    seen = spot.memory.head(live.id)
    assert seen is not None

    manager = Spot(str(place), spot.kits, spot.folder).manager()
    with manager.reading() as tx:
        before = audit.head(tx)
    backup.continue_restored(manager)
    assert manager.read_only == ""
    with manager.reading() as tx:
        entry = audit.page(tx, limit=1)[0]
    assert entry.action == audit.CONTINUED
    body = entry_more(manager, entry.seq)
    assert body["remembered"] == [seen.seq, seen.hash]
    assert body["restored"] == list(before)
    assert manager.verify().broken == ""
    with pytest.raises(KnownError, match="nothing to continue"):
        backup.continue_restored(manager)
    manager.close()
    continued = Spot(str(place), spot.kits, spot.folder).open()
    assert continued.read_only == ""
    new_case(continued)
    continued.close()
    left_behind = spot.open()
    assert left_behind.older
    left_behind.close()


def entry_more(book: Casebook, seq: int) -> dict[str, object]:
    with book.reading() as tx:
        found = sa.select(schema.audit.c.body).where(schema.audit.c.seq == seq)
        more: dict[str, object] = json.loads(tx.execute(found).scalar_one())["more"]
    return more


def test_another_computer_follows_a_manager_who_continued(file_spot: Spot) -> None:
    book, _, target = written(file_spot)
    reader = file_spot.open(computer="second")
    reader.close()
    new_case(book)
    book.close()
    stranger = file_spot.open(computer="third")  # saw more than the first computer will have
    new_case(stranger)
    stranger.close()
    place = file_spot.folder / "back.sqlite"
    backup.restore(target, place, file_spot.memory, factory.OFFICER_NAME, factory.OFFICER_PASS).close()
    there = Spot(str(place), file_spot.kits, file_spot.folder)
    manager = there.manager()
    backup.continue_restored(manager)
    manager.close()
    second = there.open(computer="second")
    assert second.read_only == ""
    second.close()
    third = there.open(computer="third")
    assert third.older
    third.close()


def test_destroyed_case_keys_are_destroyed_again(spot: Spot) -> None:
    book, reference, target = written(spot)
    with book.transaction("work") as tx:
        cases.destroy_key(tx, reference)
    assert book.memory.destroyed(book.id)[0][0] == reference
    book.close()
    place = spot.folder / "back.sqlite"
    restored = backup.restore(target, place, spot.memory, factory.OFFICER_NAME, factory.OFFICER_PASS)
    with pytest.raises(KnownError, match="were erased"):
        content_of(restored, reference)
    assert restored.verify().broken == ""
    restored.close()
    # Not only hidden: a computer that knows nothing of it cannot open the case either.
    elsewhere = Spot(str(place), spot.kits, spot.folder).open(computer="elsewhere")
    with pytest.raises(KnownError, match="were erased"):
        content_of(elsewhere, reference)
    elsewhere.close()


def test_an_old_file_put_back_by_hand_opens_no_erased_case(file_spot: Spot) -> None:
    book = file_spot.open()
    reference = new_case(book, CONTENT)
    book.close()
    old = Path(file_spot.address).read_bytes()
    book = file_spot.open()
    with book.transaction("work") as tx:
        cases.destroy_key(tx, reference)
    book.close()
    for suffix in ("-wal", "-shm"):
        Path(file_spot.address + suffix).unlink(missing_ok=True)
    Path(file_spot.address).write_bytes(old)
    put_back = file_spot.manager()
    assert put_back.older
    with pytest.raises(KnownError, match="were erased"):
        content_of(put_back, reference)
    backup.continue_restored(put_back)
    put_back.close()
    elsewhere = file_spot.open(computer="elsewhere")
    with pytest.raises(KnownError, match="were erased"):
        content_of(elsewhere, reference)
    elsewhere.close()


def test_a_backup_taken_while_others_write_shows_one_state(spot: Spot, tmp_path: Path) -> None:
    book, stop = spot.open(), threading.Event()
    new_case(book)

    def write_on() -> None:
        other = spot.open()
        while not stop.is_set():
            new_case(other, b"x" * 5000)
        other.close()

    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        facts = [backup.write(book, tmp_path / f"{number}.backup") for number in range(2)]
    finally:
        stop.set()
        writer.join()
    book.close()
    assert facts[0].seq < facts[1].seq
    for one in facts:
        memory = Memory(tmp_path / one.path.stem)
        restored = backup.restore(
            one.path, tmp_path / f"{one.path.stem}.sqlite", memory, factory.OFFICER_NAME, factory.OFFICER_PASS
        )
        assert restored.verify().broken == ""
        restored.close()


def test_a_flipped_bit_anywhere_is_found(file_spot: Spot, trials: Callable[[int, int], int], dice: Random) -> None:
    book, _, target = written(file_spot)
    assert backup.check(book, target).seq > 0
    whole = target.read_bytes()
    spoiled = file_spot.folder / "spoiled.backup"
    header = len(archive.MAGIC) + 4
    spots = [0, header, len(whole) - 1, *(dice.randrange(len(whole)) for _ in range(trials(6, 500)))]
    for at in spots:
        changed = bytearray(whole)
        changed[at] ^= 1 << dice.randrange(8)
        spoiled.write_bytes(changed)
        with pytest.raises(KnownError):
            backup.check(book, spoiled)
    for size in (0, 5, header, header + 100, len(whole) // 2, len(whole) - 1):
        spoiled.write_bytes(whole[:size])
        with pytest.raises(KnownError, match=r"no backup|damaged"):
            backup.check(book, spoiled)
    spoiled.write_bytes(whole + b"more")
    with pytest.raises(KnownError):
        backup.check(book, spoiled)
    assert list(book.memory.folder.glob("restore-*")) == []
    book.close()


def test_each_refusal_is_one_sentence_and_leaves_nothing(file_spot: Spot, tmp_path: Path) -> None:
    book, _, target = written(file_spot)
    new = tmp_path / "new.sqlite"
    memory = Memory(tmp_path / "other")
    with pytest.raises(KnownError, match="is a file at"):
        backup.write(book, target)
    with pytest.raises(KnownError, match="no file or folder"):
        backup.write(book, tmp_path / "nowhere" / "a.backup")
    with pytest.raises(KnownError, match="name or passphrase is wrong"):
        backup.restore(target, new, memory, factory.OFFICER_NAME, "not the passphrase at all")
    with pytest.raises(KnownError, match="must wait"):
        backup.restore(target, new, memory, factory.OFFICER_NAME, factory.OFFICER_PASS)
    with pytest.raises(KnownError, match="is a file at"):
        backup.restore(target, file_spot.address, memory, factory.MANAGER_NAME, factory.MANAGER_PASS)
    with pytest.raises(KnownError, match="no file or folder"):
        backup.restore(tmp_path / "none", new, memory, factory.MANAGER_NAME, factory.MANAGER_PASS)
    with pytest.raises(Cancelled):
        backup.restore(target, new, memory, factory.MANAGER_NAME, factory.MANAGER_PASS, cancelled=lambda: True)
    with pytest.raises(Cancelled):
        backup.write(book, tmp_path / "b.backup", cancelled=lambda: True)
    newer = target.read_bytes().replace(b'"format":1', b'"format":9')
    (tmp_path / "newer").write_bytes(_relabelled(newer))
    with pytest.raises(KnownError, match="newer version"):
        backup.restore(tmp_path / "newer", new, memory, factory.MANAGER_NAME, factory.MANAGER_PASS)
    later = target.read_bytes().replace(b'"revision":"0', b'"revision":"9')
    (tmp_path / "later").write_bytes(_relabelled(later))
    with pytest.raises(KnownError, match="newer version"):
        backup.restore(tmp_path / "later", new, memory, factory.MANAGER_NAME, factory.MANAGER_PASS)
    book.close()
    assert not new.exists()
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []


def _relabelled(raw: bytes) -> bytes:
    """Return a backup with its header's checksum made right again, as somebody who knows the format would."""
    size = len(archive.MAGIC) + 4 + int.from_bytes(raw[len(archive.MAGIC) : len(archive.MAGIC) + 4], "big")
    return raw[:size] + hashlib.sha256(raw[:size]).digest() + raw[size + 32 :]


def test_a_header_changed_with_its_checksum_is_refused(file_spot: Spot) -> None:
    book, _, target = written(file_spot)
    raw = target.read_bytes()
    created = backup.heading(target).created.encode()
    changed = file_spot.folder / "changed"
    changed.write_bytes(_relabelled(raw.replace(created, created.replace(b"20", b"19", 1))))
    with pytest.raises(KnownError, match="damaged"):
        backup.check(book, changed)
    book.close()


def test_a_backup_that_does_not_come_back_is_not_reported_as_done(
    file_spot: Spot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proof that the trial restore is one: a row lost on its way is found."""
    book = file_spot.open()
    new_case(book)
    insert = restoring._insert

    def forgetful(connection, tables, frames, progress, cancelled):  # type: ignore[no-untyped-def]
        sums = insert(connection, tables, frames, progress, cancelled)
        connection.execute(tables["case_people"].delete())
        return sums

    monkeypatch.setattr(restoring, "_insert", forgetful)
    with pytest.raises(KnownError, match="differs"):
        backup.write(book, file_spot.folder / "a.backup")
    assert not (file_spot.folder / "a.backup").exists()
    book.close()


def test_what_is_damaged_already_is_not_backed_up_as_sound(file_spot: Spot) -> None:
    book = file_spot.open()
    new_case(book, CONTENT)
    with file_spot.by_hand() as connection:
        connection.exec_driver_sql("update chunks set content = zeroblob(length(content))")
    with pytest.raises(KnownError, match="damaged"):
        backup.write(book, file_spot.folder / "a.backup")
    book.close()


def test_everybody_gone_a_kit_and_a_backup_bring_the_casebook_back(spot: Spot, tmp_path: Path) -> None:
    book, reference, target = written(spot)
    book.close()
    wrong = spot.kits[0][:-1] + ("A" if spot.kits[0][-1] != "A" else "B")
    place, memory = tmp_path / "drill.sqlite", Memory(tmp_path / "fresh")
    with pytest.raises(KnownError, match="Group 13"):
        backup.restore(target, place, memory, kit=wrong)
    drill = backup.restore(target, place, memory, kit=spot.kits[0])
    assert not drill.unlocked
    staff.recover(drill, spot.kits[0], factory.MANAGER_NAME, "an entirely new passphrase 9", factory.cheap_kdf())
    assert content_of(drill, reference) == CONTENT
    assert drill.verify().broken == ""
    drill.close()


_FULL_DISK = """
import resource, sys
from pathlib import Path
from tests import factory
from officer_app.base.errors import KnownError
from officer_app.casebook import backup
from tests.casebook.places import Spot
spot = Spot(sys.argv[1], ("", ""), Path(sys.argv[2]))
book = spot.open()
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
try:
    backup.write(book, spot.folder / "full.backup")
except KnownError as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print("then", backup.write(book, spot.folder / "after.backup").rows > 0)
book.close()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit")
@pytest.mark.parametrize("size", [4_000, 150_000, 210_000])
def test_a_full_disk_is_one_sentence_and_a_second_try_works(file_spot: Spot, size: int) -> None:
    book = file_spot.open()
    new_case(book, os.urandom(200_000))
    book.close()
    command = [sys.executable, "-c", _FULL_DISK, file_spot.address, str(file_spot.folder), str(size)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "The disk is full." in done.stdout
    assert "then True" in done.stdout
    assert not (file_spot.folder / "full.backup").exists()


def test_a_killed_backup_or_restore_leaves_no_half_thing(
    file_spot: Spot, trials: Callable[[int, int], int], dice: Random
) -> None:
    book, reference, target = written(file_spot)
    book.close()
    code = (
        "import sys, os, signal; from pathlib import Path\n"
        "from officer_app.casebook import backup; from tests.casebook.places import Spot\n"
        "from officer_app.casebook.memory import Memory; from tests import factory\n"
        "folder, at, what = Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]\n"
        "def stop(done, total):\n"
        "    global at\n"
        "    at -= 1\n"
        "    if at < 0: os.kill(os.getpid(), signal.SIGKILL)\n"
        "if what == 'write':\n"
        "    book = Spot(sys.argv[1], ('', ''), folder).open()\n"
        "    backup.write(book, folder / 'killed.backup', progress=stop)\n"
        "else:\n"
        "    backup.restore(folder / 'copy.backup', folder / 'killed.sqlite', Memory(folder / 'm'),\n"
        "        factory.OFFICER_NAME, factory.OFFICER_PASS, progress=stop)\n"
    )
    for number in range(trials(1, 20)):
        for what in ("write", "restore"):
            command = [sys.executable, "-c", code, file_spot.address, str(file_spot.folder), str(number % 2), what]
            subprocess.run(command, capture_output=True, timeout=120, check=False)
    for made in (file_spot.folder / "killed.backup", file_spot.folder / "killed.sqlite"):
        made.unlink(missing_ok=True)  # some runs end before the kill
    restored = backup.restore(
        target, file_spot.folder / "killed.sqlite", Memory(file_spot.folder / "z"), factory.OFFICER_NAME,
        factory.OFFICER_PASS,
    )  # fmt: skip
    assert content_of(restored, reference) == CONTENT
    restored.close()


def test_a_backup_of_another_casebook_is_named(file_spot: Spot, tmp_path: Path) -> None:
    book, _, target = written(file_spot)
    first = setup.First("Ana", "ana", factory.MANAGER_PASS)
    other, _ = setup.create(tmp_path / "o.sqlite", Memory(tmp_path / "m"), first, kdf=factory.cheap_kdf)
    with pytest.raises(KnownError, match="another casebook"):
        backup.check(other, target)
    other.close()
    book.close()


def test_the_sealed_files_reach_the_end_of_their_stream() -> None:
    """A chunk border exactly at the end must not lose or add a chunk."""
    for size in (0, 1, 65_535, 65_536, 65_537, 131_072, 200_000):
        plain = os.urandom(size)
        for cut in (1, 1000, 65_536, 300_000):
            pieces = iter([plain[at : at + cut] for at in range(0, size, cut)][:3000]) if cut > 1 else iter([plain])
            sealed = b"".join(seal_stream(b"k" * 32, pieces, b"label"))
            assert b"".join(open_stream(b"k" * 32, io.BytesIO(sealed).read, b"label")) == plain
