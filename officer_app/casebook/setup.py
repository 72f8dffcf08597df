"""Making a casebook: its tables, its first person, its root key and two recovery kits."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from officer_app.base.clock import Clock, utc_now
from officer_app.base.errors import KnownError
from officer_app.casebook import audit, migrate, people, schema, staff
from officer_app.casebook.book import Casebook, Session
from officer_app.casebook.kit import Kit
from officer_app.casebook.memory import Memory
from officer_app.casebook.people import Keys, Person
from officer_app.casebook.sealing import Kdf
from officer_app.casebook.store import open_engine, place
from officer_app.casebook.transaction import Writing, new_id
from officer_app.casebook.vault import INNER, Vault

KdfMaker = Callable[[], Kdf]


@dataclass(frozen=True)
class First:
    """The first person: they hold the manager's role, and the officer's too in a one-person shop."""

    name: str
    sign_in: str
    passphrase: str
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
    people.check_passphrase(first.passphrase, first.name, first.sign_in)
    where = place(address)
    if where.file is not None:
        if where.file.exists():
            raise KnownError(f"There is a file at {where.file} already. Choose another name.")
        try:
            where.file.parent.mkdir(parents=True, exist_ok=True)
            where.file.touch(mode=0o600)
        except OSError:
            raise KnownError(f"Nothing can be written at {where.file.parent}. Choose another folder.") from None
    engine = open_engine(where, password, create=True)
    try:
        if migrate.current(engine) is not None:
            raise KnownError("This database holds a casebook already. Open it, or name another database.")
        migrate.upgrade(engine)
        store_id, now = new_id(), clock()
        keys, root = Keys.fresh(), Keys.fresh().decrypt
        roles = (people.OFFICER, people.MANAGER) if first.also_officer else (people.MANAGER,)
        person = Person(
            id=new_id(), sign_in=people.normal_sign_in(first.sign_in), name=first.name, roles=roles,
            decrypt=keys.public_decrypt.hex(), verify=keys.public_verify.hex(), since=now.isoformat(),
        )  # fmt: skip
        vault = Vault(store_id, {1: root})
        kits = (Kit.fresh(), Kit.fresh())
        with engine.connect().execution_options(writing=True) as connection, connection.begin():
            connection.execute(
                insert(schema.store).values(
                    id=store_id, created=now, root=people.fingerprint(keys.public_verify), demo=int(demo), epoch=1
                )
            )
            connection.execute(insert(schema.audit_head).values(id=1, seq=0, hash=audit.GENESIS))
            tx = Writing(connection, vault, person.actor(), now, keys.signer())
            for name in INNER:
                tx.insert(schema.inner_keys, id=name, epoch=1, wrapped=vault.make_inner(name))
            staff.put_person(tx, person, keys, first.passphrase, kdf())
            for kit in kits:
                staff.put_kit(tx, kit)
            audit.append(tx, "casebook made", kits=[kit.id for kit in kits])
            tx.finish()
    except DBAPIError:
        engine.dispose()
        raise KnownError("The casebook could not be written there. Check the address and your rights.") from None
    except BaseException:
        engine.dispose()
        raise
    book = Casebook(where, engine, memory, clock)
    book.adopt(Session(person, keys, vault))
    return book, kits
