"""Reads a backup into a database: on trial into a temporary one, or for good into a new place."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine, Table, create_engine, insert

from officer_app.base.errors import Cancelled, KnownError
from officer_app.casebook import archive, cases, migrate, roster, schema, unlocking, verifying, witness
from officer_app.casebook.archive import Header, Opened, Progress, Sums, TableStart, Tally
from officer_app.casebook.book import Casebook
from officer_app.casebook.kit import read as read_kit
from officer_app.casebook.memory import Memory
from officer_app.casebook.newfile import plain_words, publish, unfinished
from officer_app.casebook.people import Actor, Keys
from officer_app.casebook.sealing import Tampered
from officer_app.casebook.store import (
    Place,
    column_names,
    open_engine,
    present_tables,
    raw_rows,
    refuse_network_drive,
    scratch_engine,
)
from officer_app.casebook.transaction import Reading, Writing
from officer_app.casebook.trouble import sentences
from officer_app.casebook.vault import Vault, roots_of

_DIFFERS = "The backup differs from the casebook after a trial restore. Try again; if it happens again, check the disk."
_BATCH = 200
_PREFIX = "restore-"

Cancel = Callable[[], bool]


@dataclass(frozen=True)
class Holder:
    """Who opens a backup: a person or kit, and the vault of the backup's epoch."""

    actor: Actor
    vault: Vault
    now: datetime


# --- who opens it ----------------------------------------------------------------------------------------------------


@contextmanager
def _unlock_rows(header: Header) -> Iterator[Connection]:
    """Give the header's rows as a small casebook in memory, so that they are read by the code that reads any."""
    engine = create_engine("sqlite://", hide_parameters=True)
    tables = [schema.metadata.tables[name] for name in header.unlock if name in schema.metadata.tables]
    with engine.connect() as connection:
        schema.metadata.create_all(connection, tables)
        for name, table in present_tables(connection).items():
            for row in header.unlock[name]:
                known = {column: value for column, value in row.items() if column in table.columns}
                connection.execute(insert(table).values(known))
        yield connection
    engine.dispose()


def holder(header: Header, memory: Memory, sign_in: str, passphrase: str, kit: str, now: datetime) -> Holder:
    """Return who opens a backup by passphrase, or by the text of a recovery kit, and its key."""
    pinned = memory.pinned(header.store)
    if pinned is not None and pinned != header.root:
        raise Tampered("This backup is of another casebook that claims to be yours. Do not use it.")
    with sentences(), _unlock_rows(header) as connection:
        known = roster.load(connection, header.store, header.root)
        if kit:
            keys = Keys.from_seed(read_kit(kit))
            name = unlocking.kit_of(known, keys)
            actor = Actor(name, "Recovery kit", ())
        else:
            person, keys, _ = unlocking.prove(connection, header.store, known, memory, now, sign_in, passphrase)
            actor = person.actor()
        return _with_key(connection, header, actor, keys, now)


def _own(book: Casebook, header: Header, now: datetime) -> Holder:
    if header.store != book.id:
        raise KnownError("This is a backup of another casebook.")
    session = book.session
    with sentences(), _unlock_rows(header) as connection:
        return _with_key(connection, header, session.person.actor(), session.keys, now)


def _with_key(connection: Connection, header: Header, actor: Actor, keys: Keys, now: datetime) -> Holder:
    known = roster.load(connection, header.store, header.root)
    roots = roots_of(connection, header.store, actor.id, keys.decrypt, known)
    if header.epoch not in roots:
        raise KnownError("This backup holds no key for you. Ask somebody who had access when it was made.")
    return Holder(actor, Vault(header.store, roots), now)


# --- on trial --------------------------------------------------------------------------------------------------------


def prove(book: Casebook, source: Path, progress: Progress, cancelled: Cancel) -> Header:
    """Restore a backup into a temporary database, check every row of it, and return its header."""
    with source.open("rb") as stream, _folder(book.memory.folder) as folder:
        opened = archive.read_header(stream)
        who = _own(book, opened.header, book.clock())
        engine = scratch_engine(folder / "trial.sqlite")
        _fill_and_close(engine, stream, opened, who, progress, cancelled)
    return opened.header


@contextmanager
def _folder(parent: Path) -> Iterator[Path]:
    """Give a folder that only this user reads; those that a kill left behind more than a day ago are removed."""
    yesterday = time.time() - 86_400
    for left in parent.glob(f"{_PREFIX}*"):
        if left.stat().st_mtime < yesterday:
            shutil.rmtree(left, ignore_errors=True)
    made = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _fill(
    engine: Engine, stream: IO[bytes], opened: Opened, who: Holder, progress: Progress, cancelled: Cancel
) -> None:
    """Make the tables as they were, put every row in, compare, migrate and check, all in one transaction."""
    header = opened.header
    if header.revision > migrate.head():
        raise KnownError("This backup was made by a newer version of the program. Install that version.")
    key = who.vault.backup_key(header.epoch)
    archive.check_key(opened, key)
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        if migrate.revision(connection) is not None:
            raise KnownError("This database holds a casebook already. Name another one.")
        migrate.upgrade_on(connection, header.revision)
        tables = present_tables(connection)
        frames = archive.read_rows(stream, key, opened.label)
        sums = _insert(connection, tables, frames, lambda done: progress(done, header.rows), cancelled)
        if _count(connection, tables) != sums:
            raise KnownError(_DIFFERS)
        migrate.upgrade_on(connection)
        fault = _fault(connection, header, who, cancelled)
        if fault:
            raise Tampered(f"This backup holds something damaged. {fault}")


def _fault(connection: Connection, header: Header, who: Holder, cancelled: Cancel) -> str:
    """Check the audit of what was restored, and open every sealed value and file in it."""
    known = roster.load(connection, header.store, header.root)
    tx = Reading(connection, who.vault, who.actor, who.now, known)
    verdict = verifying.verify(tx, header.root, cancelled)
    if not verdict.broken and (verdict.entries, verdict.head) != (header.seq, header.hash):
        return "Its heading does not belong to it."
    return verdict.broken or verifying.contents_fault(tx, lambda _done: None, cancelled)


def _insert(
    connection: Connection,
    tables: dict[str, Table],
    frames: Iterator[TableStart | list[Any] | Sums],
    progress: Callable[[int], None],
    cancelled: Cancel,
) -> Sums:
    """Insert the rows of a backup in batches and return the sums that stand at its end."""
    table: Table | None = None
    columns: tuple[str, ...] = ()
    batch: list[dict[str, Any]] = []
    done = 0

    def flush() -> None:
        if batch and table is not None:
            connection.execute(insert(table), batch)
            batch.clear()

    for frame in frames:
        if isinstance(frame, TableStart):
            flush()
            table, columns = tables.get(frame.name), frame.columns
            if table is None or set(columns) != set(table.columns.keys()):
                raise KnownError("This backup was made by another version of the program. Install the newest one.")
        elif isinstance(frame, list):
            done += 1
            batch.append(dict(zip(columns, frame, strict=True)))
            if len(batch) == _BATCH:
                flush()
                progress(done)
                if cancelled():
                    raise Cancelled("Cancelled. Nothing was restored.")
        else:
            flush()
            return frame
    raise Tampered("This backup is damaged or cut off. Use another copy.")


def _count(connection: Connection, tables: dict[str, Table]) -> Sums:
    tally = Tally()
    for table in tables.values():
        names = column_names(table)
        tally.start(str(table.name))
        for values in raw_rows(connection, table):
            tally.add(str(table.name), names, values)
    return tally.sums


# --- for good --------------------------------------------------------------------------------------------------------


def bring_back(
    stream: IO[bytes], opened: Opened, who: Holder, where: Place, password: str | None, progress: Progress,
    cancelled: Cancel,
) -> None:  # fmt: skip
    """Restore into a new place and check it there; at any trouble nothing is left at that place."""
    if where.file is None:
        _fill_and_close(open_engine(where, password, create=True), stream, opened, who, progress, cancelled)
        return
    file = where.file
    refuse_network_drive(file)
    with plain_words(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        with unfinished(file) as path:
            _fill_and_close(scratch_engine(path), stream, opened, who, progress, cancelled)
            publish(path, file)


def _fill_and_close(
    engine: Engine, stream: IO[bytes], opened: Opened, who: Holder, progress: Progress, cancelled: Cancel
) -> None:
    try:
        with sentences():
            _fill(engine, stream, opened, who, progress, cancelled)
    finally:
        engine.dispose()


def destroy_again(tx: Writing, memory: Memory) -> None:
    """Destroy the keys of cases that were destroyed in a newer copy."""
    for reference, _ in sorted(witness.still_there(tx, set(memory.destroyed(tx.vault.store)))):
        cases.destroy_key(tx, reference)
