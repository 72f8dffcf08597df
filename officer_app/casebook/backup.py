"""Backups: a casebook written to one sealed file that was restored on trial, and brought back from it."""

import hashlib
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Table, func, select

from officer_app.base.clock import Clock, utc_now
from officer_app.base.errors import Cancelled, KnownError
from officer_app.casebook import archive, audit, migrate, people, restoring, schema
from officer_app.casebook.archive import Header, Opened, Progress, TableStart, Tally
from officer_app.casebook.book import Casebook
from officer_app.casebook.memory import Head, Memory
from officer_app.casebook.newfile import full_path, plain_words, publish, unfinished
from officer_app.casebook.store import column_names, place, present_tables, raw_rows
from officer_app.casebook.transaction import Reading

_UNLOCK = (schema.store, schema.roster, schema.people, schema.store_keys)


def _quiet(_done: int, _total: int) -> None:
    """Report no progress."""


@dataclass(frozen=True)
class BackupFacts:
    """What a backup holds: file, size in bytes, SHA-256, newest audit entry and its hash, rows, when it was made."""

    path: Path
    size: int
    sha256: str
    seq: int
    hash: str
    rows: int
    created: str


# --- writing ---------------------------------------------------------------------------------------------------------


def write(
    book: Casebook, target: Path, progress: Progress = _quiet, cancelled: Callable[[], bool] = lambda: False
) -> BackupFacts:
    """Write a sealed backup, restore it on trial, and only then give it its name; return what it holds.

    It shows one state of the casebook, also while others write. KnownError when the target exists, the disk is full,
    the person may not, or the trial differs; then nothing is left at the target.
    """
    book.require("back up")
    target = full_path(target)
    with plain_words(target), unfinished(target) as path:
        with path.open("wb") as out:
            _write(book, out, lambda done, total: progress(done, 2 * total), cancelled)
        header = restoring.prove(book, path, lambda done, total: progress(total + done, 2 * total), cancelled)
        publish(path, target)
        facts = _facts(target, header)
    if not book.read_only:
        with book.transaction("back up") as tx:
            audit.append(tx, "backup written", None, {"file": target.name}, sha256=facts.sha256, entry=facts.seq)
    return facts


def check(
    book: Casebook, source: Path, progress: Progress = _quiet, cancelled: Callable[[], bool] = lambda: False
) -> BackupFacts:
    """Restore an existing backup of this casebook on trial and return what it holds; Tampered when it is damaged."""
    source = full_path(source)
    with plain_words(source):
        return _facts(source, restoring.prove(book, source, progress, cancelled))


def _write(book: Casebook, out: IO[bytes], progress: Progress, cancelled: Callable[[], bool]) -> None:
    with book.reading() as tx:
        tables = list(present_tables(tx.connection).values())
        rows = sum(tx.execute(select(func.count()).select_from(table)).scalar_one() for table in tables)
        header, key = _header(book, tx, rows)
        label = archive.write_header(out, header)
        with closing(_frames(tx.connection, tables, rows, progress, cancelled)) as frames:
            archive.write_rows(out, key, label, frames)


def _header(book: Casebook, tx: Reading, rows: int) -> tuple[Header, bytes]:
    seq, digest = audit.head(tx)
    unlock = {
        table.name: [_plain(row) for row in tx.execute(select(*schema.stored(table))).mappings()] for table in _UNLOCK
    }
    epoch = tx.vault.epoch
    key = tx.vault.backup_key(epoch)
    header = Header(
        store=book.id, root=book.root, epoch=epoch, seq=seq, hash=digest, revision=migrate.head(),
        created=tx.now.isoformat(), rows=rows, commitment=archive.commitment(key), unlock=unlock,
    )  # fmt: skip
    return header, key


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {name: bytes(value) if isinstance(value, memoryview) else value for name, value in row.items()}


def _frames(
    connection: Connection, tables: list[Table], total: int, progress: Progress, cancelled: Callable[[], bool]
) -> Generator[TableStart | list[Any] | archive.Sums, None, None]:
    tally, done = Tally(), 0
    for table in tables:
        names = column_names(table)
        yield TableStart(str(table.name), names)
        tally.start(str(table.name))
        with closing(raw_rows(connection, table)) as rows:
            for values in rows:
                if done % 100 == 0:
                    progress(done, total)
                    if cancelled():
                        raise Cancelled("Cancelled. No backup was written.")
                done += 1
                tally.add(str(table.name), names, values)
                yield values
    yield tally.sums


def _facts(path: Path, header: Header) -> BackupFacts:
    with path.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256").hexdigest()
    return BackupFacts(path, path.stat().st_size, digest, header.seq, header.hash, header.rows, header.created)


# --- restoring -------------------------------------------------------------------------------------------------------


def heading(source: Path) -> Header:
    """Return the clear header of a backup, to show what it is before a passphrase is asked for."""
    source = full_path(source)
    with plain_words(source), source.open("rb") as stream:
        return archive.read_header(stream).header


def restore(
    source: Path,
    address: str | Path,
    memory: Memory,
    sign_in: str = "",
    passphrase: str = "",
    *,
    kit: str = "",
    password: str | None = None,
    progress: Progress = _quiet,
    cancelled: Callable[[], bool] = lambda: False,
    clock: Clock = utc_now,
) -> Casebook:
    """Bring a backup back into a new place, SQLite or PostgreSQL, and return the casebook there.

    It comes back unlocked by the person, or locked when it was opened with the text of a recovery kit (then
    `staff.recover` is next). Older than what this computer has seen, it is read-only until `continue_restored`. Case
    keys that were destroyed since are destroyed again. KnownError leaves nothing at the new place.
    """
    source, where = full_path(source), place(address)
    with plain_words(source), source.open("rb") as stream:
        opened = archive.read_header(stream)
        who = restoring.holder(opened.header, memory, sign_in, passphrase, kit, clock())
        restoring.bring_back(stream, opened, who, where, password, progress, cancelled)
    book = Casebook.open(address, memory, password=password, clock=clock)
    try:
        if not kit:
            book.unlock(sign_in, passphrase)
            _record(book, opened)
    except BaseException:
        book.close()
        raise
    return book


def _record(book: Casebook, opened: Opened) -> None:
    """Write that this is a restored casebook, and destroy again the case keys that were destroyed since."""
    with book.writing("view", even_older=True) as tx:
        restoring.destroy_again(tx, book.memory)
        audit.append(tx, "restored from a backup", entry=opened.header.seq, hash=opened.header.hash)


def continue_restored(book: Casebook) -> None:
    """Go on with a casebook older than one this computer has seen: a manager's signed entry names both heads."""
    if not book.older:
        raise KnownError("This casebook is the newest this computer has seen. There is nothing to continue.")
    if not people.may(book.actor, "continue a restored casebook"):
        raise KnownError("Only a manager can go on with a restored casebook. Ask a manager to sign in.")
    seen, roster = book.memory.head(book.id), book.memory.roster(book.id)
    if roster is not None and book.actor.id not in roster.managers:
        raise KnownError("In the newer casebook you were no manager any more. Ask a manager who still was.")
    remembered = seen or Head(0, audit.GENESIS)
    with book.writing("continue a restored casebook", even_older=True) as tx:
        restoring.destroy_again(tx, book.memory)
        seq, digest = audit.head(tx)
        audit.append(tx, audit.CONTINUED, remembered=[remembered.seq, remembered.hash], restored=[seq, digest])
    book.continue_with(tx)
