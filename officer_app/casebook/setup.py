"""Making a casebook: its tables, its first person, its root key and two recovery kits."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, insert

from officer_app.base.clock import Clock, utc_now
from officer_app.base.errors import KnownError
from officer_app.casebook import audit, migrate, people, schema, staff
from officer_app.casebook.book import Casebook, Session
from officer_app.casebook.kit import Kit
from officer_app.casebook.memory import Memory
from officer_app.casebook.people import Directory, Keys, Person
from officer_app.casebook.sealing import Kdf
from officer_app.casebook.store import Place, open_engine, place
from officer_app.casebook.transaction import Writing, new_id
from officer_app.casebook.trouble import sentences
from officer_app.casebook.vault import INNER, Vault

KdfMaker = Callable[[], Kdf]


@dataclass(frozen=True)
class First:
    """The first person: they hold the manager's role, and the officer's too in a one-person shop."""

    name: str
    sign_in: str
    passphrase: str = field(repr=False)
    also_officer: bool = False


def create(
    address: str | Path,
    memory: Memory,
    first: First,
    *,
    password: str | None = None,
    demo: bool = False,
    clock: Clock = utc_now,
    kdf: KdfMaker = Kdf.fresh,
) -> tuple[Casebook, tuple[Kit, Kit]]:
    """Make a casebook, unlocked for its first person, and return it with its two recovery kits.

    Set-up counts as finished once one kit was typed back (`staff.confirm_kit`). KnownError when the place is taken or
    cannot be written.
    """
    shown, sign_in = people.check_names(first.name, first.sign_in)
    people.check_passphrase(first.passphrase, shown, sign_in)
    where = place(address)
    made = _make_file(where)
    engine = None
    try:
        engine = open_engine(where, password, create=True)
        keys, now = Keys.fresh(), clock()
        roles = (people.OFFICER, people.MANAGER) if first.also_officer else (people.MANAGER,)
        person = Person(
            id=new_id(), sign_in=sign_in, name=shown, roles=roles, decrypt=keys.public_decrypt.hex(),
            verify=keys.public_verify.hex(), since=schema.instant_text(now),
        )  # fmt: skip
        kits = (Kit.fresh(), Kit.fresh())
        with sentences():
            vault = _fill(engine, person, keys, first.passphrase, kdf(), kits, now, demo)
        book = Casebook(where, engine, memory, clock)
        book.adopt(Session(person, keys, vault))
        book.examine()
    except BaseException:
        if engine is not None:
            engine.dispose()
        if made is not None:
            remove_file(made)
        raise
    return book, kits


def _make_file(where: Place) -> Path | None:
    """Make the SQLite file, readable by its owner only, so that the database never stands open to others."""
    if where.file is None:
        return None
    try:
        where.file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(where.file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        raise KnownError(f"There is a file at {where.file} already. Choose another name.") from None
    except OSError:
        raise KnownError(f"Nothing can be written at {where.file.parent}. Choose another folder.") from None
    return where.file


def remove_file(file: Path) -> None:
    """Remove a SQLite file and what stands beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)


def _fill(
    engine: Engine, person: Person, keys: Keys, passphrase: str, kdf: Kdf, kits: tuple[Kit, Kit], now: datetime,
    demo: bool,
) -> Vault:  # fmt: skip
    """Make the tables and the first rows in one transaction; return the vault with the new keys."""
    store_id, root = new_id(), people.fingerprint(keys.public_verify)
    vault = Vault(store_id, {})
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        if migrate.revision(connection) is not None:
            raise KnownError("This database holds a casebook already. Open it, or name another database.")
        migrate.upgrade_on(connection)
        connection.execute(insert(schema.audit_head).values(id=1, seq=0, hash=audit.GENESIS))
        tx = Writing(connection, vault, person.actor(), now, Directory({}, {}), root, keys.signer())
        tx.insert(schema.store, id=store_id, created=now, root=root, demo=int(demo), kit_confirmed=None)
        staff.put_person(tx, person, keys, passphrase, kdf)
        for kit in kits:
            staff.put_kit(tx, kit)
        staff.new_epoch(tx)
        for name in INNER:
            tx.insert(schema.inner_keys, id=name, epoch=vault.epoch, wrapped=vault.make_inner(name))
        audit.append(tx, "casebook made", kits=[kit.id for kit in kits])
        tx.finish()
    return vault
