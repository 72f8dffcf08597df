"""People come, change, leave, and recover: each step signed, audited, and in one transaction."""

import json
import os
from dataclasses import replace

from sqlalchemy import delete, select, update

from officer_app.base.errors import KnownError
from officer_app.casebook import audit, people, schema
from officer_app.casebook.book import Casebook, Session
from officer_app.casebook.kit import Kit, read
from officer_app.casebook.people import Directory, Keys, Person
from officer_app.casebook.sealing import Kdf, canonical
from officer_app.casebook.transaction import Actor, Writing, new_id
from officer_app.casebook.vault import Vault, roots_of


def put_person(tx: Writing, person: Person, keys: Keys, passphrase: str, kdf: Kdf) -> None:
    """Add a person with their keys and the root key wrapped to them."""
    record = person.record()
    tx.insert(
        schema.people, id=person.id, sign_in=person.sign_in, record=record.decode(), signed_by=tx.actor.id,
        signature=tx.sign(people.signed_record(tx.vault.store, record)), kdf=kdf.write(),
        private=people.lock_keys(tx.vault.store, person.id, keys, passphrase, kdf),
    )  # fmt: skip
    _wrap(tx, person.id, keys.public_decrypt)


def put_kit(tx: Writing, kit: Kit) -> None:
    """Add a recovery kit with the root key wrapped to it."""
    keys = kit.keys
    message = canonical([kit.id, keys.public_decrypt.hex(), keys.public_verify.hex()])
    tx.insert(
        schema.kits, id=kit.id, made=tx.now, decrypt=keys.public_decrypt, verify=keys.public_verify,
        signed_by=tx.actor.id, signature=tx.sign(people.signed_record(tx.vault.store, message)),
    )  # fmt: skip
    _wrap(tx, kit.id, keys.public_decrypt)


def _wrap(tx: Writing, holder: str, public: bytes) -> None:
    epoch = tx.vault.epoch
    tx.insert(
        schema.store_keys, id=f"{epoch}/{holder}", epoch=epoch, holder=holder, holder_key=public,
        wrapped=tx.vault.wrap_root(epoch, holder, public),
    )  # fmt: skip


def _sign_again(tx: Writing, person: Person) -> None:
    record = person.record()
    signature = tx.sign(people.signed_record(tx.vault.store, record))
    tx.update(schema.people, person.id, record=record.decode(), signed_by=tx.actor.id, signature=signature)


def _new_epoch(tx: Writing, directory: Directory, without: tuple[str, ...]) -> None:
    """Make a new root key for all but `without`, wrap every key below it anew, and drop the old wraps."""
    epoch = tx.vault.epoch + 1
    tx.vault.add_root(epoch, os.urandom(32))
    for name in tx.execute(select(schema.store_keys.c.id)).scalars().all():
        tx.delete(schema.store_keys, name, None)
    for one in directory.active():
        if one.id not in without:
            _wrap(tx, one.id, bytes.fromhex(one.decrypt))
    unused = select(schema.kits.c.id, schema.kits.c.decrypt).where(schema.kits.c.used.is_(None))
    for kit, public in tx.execute(unused).all():
        if kit in directory.kits and kit not in without:
            _wrap(tx, kit, bytes(public))
    tx.execute(update(schema.store).values(epoch=epoch))
    for table, key in tx.vault.rewrap(tx.connection):
        tx.touch(schema.metadata.tables[table], key, None)


# --- use cases -------------------------------------------------------------------------------------------------------


def add(
    book: Casebook, name: str, sign_in: str, roles: tuple[str, ...], passphrase: str, kdf: Kdf | None = None
) -> str:
    """Add a person, who typed their own first passphrase, and return their id."""
    shown, wanted = " ".join(name.split()), people.normal_sign_in(sign_in)
    if not shown or not wanted or not roles:
        raise KnownError("Give a name, a sign-in name and at least one role.")
    people.check_passphrase(passphrase, shown, wanted)
    with book.transaction("manage people") as tx:
        if any(one.sign_in == wanted for one in book.directory().people.values()):
            raise KnownError("This sign-in name is taken. Choose another one.")
        keys = Keys.fresh()
        person = Person(new_id(), wanted, shown, roles, keys.public_decrypt.hex(), keys.public_verify.hex(),
                        tx.now.isoformat())  # fmt: skip
        put_person(tx, person, keys, passphrase, kdf or Kdf.fresh())
        audit.append(tx, "person added", person=person.id, roles=list(roles))
    return person.id


def _known(book: Casebook, person: str) -> tuple[Directory, Person]:
    directory = book.directory()
    found = directory.people.get(person)
    if found is None or not found.active:
        raise KnownError("This person has no access any more. Refresh the list.")
    return directory, found


def _keep_a_manager(directory: Directory, person: Person) -> None:
    others = [one for one in directory.active() if people.MANAGER in one.roles and one.id != person.id]
    if people.MANAGER in person.roles and not others:
        raise KnownError("A casebook needs at least one manager. Make somebody else a manager first.")


def change_roles(book: Casebook, person: str, roles: tuple[str, ...]) -> None:
    """Give a person other roles."""
    if not roles or set(roles) - set(people.ROLES):
        raise KnownError("Choose at least one role: officer, manager, or both.")
    directory, known = _known(book, person)
    if people.MANAGER not in roles:
        _keep_a_manager(directory, known)
    with book.transaction("manage people") as tx:
        _adopt_records(tx, directory, known)
        _sign_again(tx, replace(known, roles=roles, serial=known.serial + 1))
        audit.append(tx, "roles changed", person=person, roles=list(roles))


def _adopt_records(tx: Writing, directory: Directory, leaving: Person) -> None:
    """Sign again what a person signed who stops being a manager, so that those records stay trusted."""
    table = schema.people
    for key in tx.execute(select(table.c.id).where(table.c.signed_by == leaving.id)).scalars().all():
        if key != leaving.id and key in directory.people:
            _sign_again(tx, directory.people[key])
    kits = schema.kits
    for row in tx.execute(select(kits).where(kits.c.signed_by == leaving.id)).all():
        if row.id in directory.kits:
            message = canonical([row.id, bytes(row.decrypt).hex(), bytes(row.verify).hex()])
            signature = tx.sign(people.signed_record(tx.vault.store, message))
            tx.update(kits, row.id, signed_by=tx.actor.id, signature=signature)


def end_access(book: Casebook, person: str) -> None:
    """End a person's access: their record says so, and a new root key is made that they never held."""
    directory, known = _known(book, person)
    if known.id == book.actor.id:
        raise KnownError("You cannot end your own access. Ask another manager.")
    _keep_a_manager(directory, known)
    with book.transaction("manage people") as tx:
        _adopt_records(tx, directory, known)
        _sign_again(tx, people.ended(known, tx.now))
        _new_epoch(tx, directory, without=(known.id,))
        audit.append(tx, "access ended", person=person, epoch=tx.vault.epoch)


def change_passphrase(book: Casebook, old: str, new: str, kdf: Kdf | None = None) -> None:
    """Change the signed-in person's own passphrase."""
    session = book.session
    person = session.person
    book.prove_again(old)
    people.check_passphrase(new, person.name, person.sign_in)
    fresh = kdf or Kdf.fresh()
    private = people.lock_keys(book.id, person.id, session.keys, new, fresh)
    with book.transaction("view") as tx:
        tx.update(schema.people, person.id, kdf=fresh.write(), private=private)
        audit.append(tx, "passphrase changed")


def confirm_kit(book: Casebook, text: str) -> None:
    """Finish set-up: one recovery kit typed back."""
    seed = read(text)
    verify = Keys.from_seed(seed).public_verify
    with book.transaction("manage people") as tx:
        table = schema.kits
        found = select(table.c.id).where(table.c.verify == verify, table.c.used.is_(None))
        kit = tx.execute(found).scalar_one_or_none()
        if kit is None:
            raise KnownError("This is a kit of another casebook, or it was used already. Take the sheet just printed.")
        tx.execute(update(schema.store).values(kit_confirmed=tx.now))
        audit.append(tx, "recovery kit confirmed", kit=kit)


def kit_confirmed(book: Casebook) -> bool:
    """Return whether one kit was typed back since the kits were made."""
    with book.reading() as tx:
        return tx.execute(select(schema.store.c.kit_confirmed)).scalar_one() is not None


def new_kits(book: Casebook) -> tuple[Kit, Kit]:
    """Make two new recovery kits; the old ones open nothing any more."""
    kits = (Kit.fresh(), Kit.fresh())
    directory = book.directory()
    with book.transaction("manage people") as tx:
        unused = select(schema.kits.c.id).where(schema.kits.c.used.is_(None))
        for key in tx.execute(unused).scalars().all():  # a used kit stays: it signed the record of whom it let in
            tx.delete(schema.kits, key, None)
        _new_epoch(tx, directory, without=tuple(directory.kits))
        for kit in kits:
            put_kit(tx, kit)
        tx.execute(update(schema.store).values(kit_confirmed=None))
        audit.append(tx, "recovery kits made", kits=[kit.id for kit in kits])
    return kits


def recover(book: Casebook, kit_text: str, sign_in: str, passphrase: str, kdf: Kdf | None = None) -> Actor:
    """Open a locked casebook with a recovery kit and give a person new keys and a new passphrase.

    The kit signs the person's record, is spent, and a new root key is made; the audit says so for good. Drafts of that
    person are lost, because only the old passphrase opened them.
    """
    seed = read(kit_text)
    keys = Keys.from_seed(seed)
    directory = book.directory()
    kit = next((key for key, public in directory.kits.items() if public == keys.public_verify.hex()), None)
    wanted = people.normal_sign_in(sign_in)
    known = next((one for one in directory.active() if one.sign_in == wanted), None)
    if kit is None:
        raise KnownError("This recovery kit does not belong to this casebook, or it was used already.")
    if known is None:
        raise KnownError("Nobody signs in under this name. Check the spelling.")
    people.check_passphrase(passphrase, known.name, known.sign_in)
    with book.engine.connect() as connection:
        roots = roots_of(connection, book.id, kit, keys.decrypt)
    if not roots:
        raise KnownError("This recovery kit was used already. Take the other one.")
    vault = Vault(book.id, roots)
    fresh, own = kdf or Kdf.fresh(), Keys.fresh()
    person = replace(known, decrypt=own.public_decrypt.hex(), verify=own.public_verify.hex(),
                     serial=known.serial + 1, former=(known.verify, *known.former))  # fmt: skip
    kit_person = Person(kit, kit, "Recovery kit", (people.MANAGER,), "", keys.public_verify.hex(), "")
    book.adopt(Session(kit_person, keys, vault))
    try:
        with book.transaction("manage people") as tx:
            private = people.lock_keys(book.id, person.id, own, passphrase, fresh)
            row = tx.get(schema.people, person.id) or {}
            prior = [*json.loads(row["prior"] or "[]"), [row["record"], bytes(row["signature"]).hex()]]
            _sign_again(tx, person)
            tx.update(schema.people, person.id, kdf=fresh.write(), private=private, prior=json.dumps(prior))
            tx.update(schema.kits, kit, used=tx.now)
            tx.execute(delete(schema.drafts).where(schema.drafts.c.person == person.id))
            tx.execute(update(schema.store).values(kit_confirmed=None))
            after = Directory({**directory.people, person.id: person}, directory.kits, ())
            _new_epoch(tx, after, without=(kit,))
            audit.append(tx, "opened by recovery kit", person=person.id, kit=kit, epoch=tx.vault.epoch)
    except BaseException:
        book.lock()
        raise
    book.adopt(Session(person, own, vault))
    return person.actor()
