"""People come, change, leave, and recover: each step signed, audited, and in one transaction."""

from dataclasses import replace

from sqlalchemy import delete, select

from officer_app.base.errors import KnownError
from officer_app.casebook import audit, people, roster, schema, unlocking
from officer_app.casebook.book import Casebook, Session
from officer_app.casebook.kit import Kit, read
from officer_app.casebook.people import Actor, Keys, Person
from officer_app.casebook.sealing import Kdf
from officer_app.casebook.transaction import Writing, new_id
from officer_app.casebook.vault import Vault, roots_of


def put_person(tx: Writing, person: Person, keys: Keys, passphrase: str, kdf: Kdf) -> None:
    """Add a person to the roster, with their keys behind a passphrase."""
    roster.write(tx, roster.PERSON, person.record())
    private = people.lock_keys(tx.vault.store, person.id, keys, passphrase, kdf)
    tx.insert(schema.people, id=person.id, kdf=kdf.write(), private=private)


def put_kit(tx: Writing, kit: Kit) -> None:
    """Add a recovery kit to the roster."""
    keys = kit.keys
    value = {"id": kit.id, "decrypt": keys.public_decrypt.hex(), "verify": keys.public_verify.hex(),
             "made": schema.instant_text(tx.now)}  # fmt: skip
    roster.write(tx, roster.KIT, value)


def wrap(tx: Writing, holder: str, public: bytes) -> None:
    """Wrap the newest root key to a person or a kit."""
    epoch = tx.vault.epoch
    tx.insert(
        schema.store_keys, id=f"{epoch}/{holder}", epoch=epoch, holder=holder, holder_key=public,
        wrapped=tx.vault.wrap_root(epoch, holder, public),
    )  # fmt: skip


def new_epoch(tx: Writing, without: str = "") -> None:
    """Make a new root key for everybody the roster now names, but for one, and wrap every key below it anew."""
    commitment = tx.vault.new_root()
    roster.write(tx, roster.EPOCH, {"number": tx.vault.epoch, "commitment": commitment})
    for name in tx.execute(select(schema.store_keys.c.id)).scalars().all():
        tx.delete(schema.store_keys, name, None)
    for one in tx.directory.active():
        wrap(tx, one.id, bytes.fromhex(one.decrypt))
    for kit in tx.directory.kits.values():
        if not kit.spent and kit.id != without:
            wrap(tx, kit.id, bytes.fromhex(kit.decrypt))
    for table, key in tx.vault.rewrap(tx.connection):
        tx.touch(schema.metadata.tables[table], key, None)


# --- use cases -------------------------------------------------------------------------------------------------------


def _check_roles(roles: tuple[str, ...]) -> None:
    if not roles or set(roles) - set(people.ROLES):
        raise KnownError("Choose at least one role: officer, manager, or both.")


def add(
    book: Casebook, name: str, sign_in: str, roles: tuple[str, ...], passphrase: str, kdf: Kdf | None = None
) -> str:
    """Add a person, who typed their own first passphrase, and return their id."""
    shown, wanted = people.check_names(name, sign_in)
    _check_roles(roles)
    people.check_passphrase(passphrase, shown, wanted)
    book.require("manage people")
    keys, fresh = Keys.fresh(), kdf or Kdf.fresh()
    with book.transaction("manage people") as tx:
        if any(one.sign_in == wanted for one in tx.directory.people.values()):
            raise KnownError("This sign-in name is taken. Choose another one.")
        person = Person(new_id(), wanted, shown, roles, keys.public_decrypt.hex(), keys.public_verify.hex(),
                        schema.instant_text(tx.now))  # fmt: skip
        put_person(tx, person, keys, passphrase, fresh)
        wrap(tx, person.id, keys.public_decrypt)
        audit.append(tx, "person added", person=person.id, roles=list(roles))
    return person.id


def _known(tx: Writing, person: str) -> Person:
    found = tx.directory.people.get(person)
    if found is None or not found.active:
        raise KnownError("This person has no access any more. Refresh the list.")
    return found


def _keep_a_manager(tx: Writing, person: Person) -> None:
    others = [one for one in tx.directory.managers() if one.id != person.id]
    if people.MANAGER in person.roles and not others:
        raise KnownError("A casebook needs at least one manager. Make somebody else a manager first.")


def change_roles(book: Casebook, person: str, roles: tuple[str, ...]) -> None:
    """Give a person other roles."""
    _check_roles(roles)
    with book.transaction("manage people") as tx:
        known = _known(tx, person)
        if people.MANAGER not in roles:
            _keep_a_manager(tx, known)
        roster.write(tx, roster.PERSON, replace(known, roles=roles).record())
        audit.append(tx, "roles changed", person=person, roles=list(roles))


def end_access(book: Casebook, person: str) -> None:
    """End a person's access: the roster says so, and a new root key is made that they never held."""
    if person == book.actor.id:
        raise KnownError("You cannot end your own access. Ask another manager.")
    with book.transaction("manage people") as tx:
        known = _known(tx, person)
        _keep_a_manager(tx, known)
        roster.write(tx, roster.PERSON, replace(known, until=schema.instant_text(tx.now)).record())
        tx.delete(schema.people, person, None)
        tx.execute(delete(schema.drafts).where(schema.drafts.c.person == person))
        new_epoch(tx)
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


# --- recovery kits ---------------------------------------------------------------------------------------------------


def confirm_kit(book: Casebook, text: str) -> None:
    """Finish set-up: one recovery kit typed back."""
    keys = Keys.from_seed(read(text))
    with book.transaction("manage people") as tx:
        try:
            kit = unlocking.kit_of(tx.directory, keys)
        except KnownError:
            raise KnownError(
                "This is a kit of another casebook, or it was used already. Take the sheet just printed."
            ) from None
        tx.update(schema.store, book.id, kit_confirmed=tx.now)
        audit.append(tx, "recovery kit confirmed", kit=kit)


def kit_confirmed(book: Casebook) -> bool:
    """Return whether one kit was typed back since the kits were made."""
    with book.reading() as tx:
        return tx.execute(select(schema.store.c.kit_confirmed)).scalar_one() is not None


def new_kits(book: Casebook) -> tuple[Kit, Kit]:
    """Make two new recovery kits; the old ones open nothing any more."""
    kits = (Kit.fresh(), Kit.fresh())
    with book.transaction("manage people") as tx:
        for kit in [one for one in tx.directory.kits.values() if not one.spent]:
            roster.write(tx, roster.SPENT, {"id": kit.id})
        for made in kits:
            put_kit(tx, made)
        new_epoch(tx)
        tx.update(schema.store, book.id, kit_confirmed=None)
        audit.append(tx, "recovery kits made", kits=[kit.id for kit in kits])
    return kits


def recover(book: Casebook, kit_text: str, sign_in: str, passphrase: str, kdf: Kdf | None = None) -> Actor:
    """Open a locked casebook with a recovery kit and give a person new keys and a new passphrase.

    The kit signs the person's new keys, is spent, and a new root key is made; the audit says so for good. Drafts of
    that person are lost, because only the old passphrase opened them.
    """
    keys = Keys.from_seed(read(kit_text))
    directory = book.directory()
    kit = unlocking.kit_of(directory, keys)
    known = directory.signed_in_as(sign_in)
    if known is None:
        raise KnownError("Nobody signs in under this name. Check the spelling.")
    people.check_passphrase(passphrase, known.name, known.sign_in)
    with book.engine.connect() as connection:
        roots = roots_of(connection, book.id, kit, keys.decrypt, directory)
    if not roots:
        raise KnownError("The casebook holds no key for this recovery kit. Take the other one.")
    fresh, own = kdf or Kdf.fresh(), Keys.fresh()
    person = replace(known, decrypt=own.public_decrypt.hex(), verify=own.public_verify.hex())
    private = people.lock_keys(book.id, person.id, own, passphrase, fresh)
    as_kit = Person(kit, kit, "Recovery kit", (people.MANAGER,), "", keys.public_verify.hex(), "")
    vault = Vault(book.id, roots)
    book.adopt(Session(as_kit, keys, vault))
    try:
        book.examine()
        with book.writing("manage people", even_older=book.older) as tx:
            roster.write(tx, roster.PERSON, person.record())
            tx.update(schema.people, person.id, kdf=fresh.write(), private=private)
            tx.execute(delete(schema.drafts).where(schema.drafts.c.person == person.id))
            new_epoch(tx, without=kit)
            roster.write(tx, roster.SPENT, {"id": kit})  # last: a spent kit signs nothing more
            tx.update(schema.store, book.id, kit_confirmed=None)
            audit.append(tx, "opened by recovery kit", person=person.id, kit=kit, epoch=tx.vault.epoch)
    except BaseException:
        book.lock()
        raise
    book.adopt(Session(person, own, vault))
    return person.actor()
