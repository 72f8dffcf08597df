"""Proving who sits there: a sign-in name and passphrase, or a recovery kit, against a casebook's rows."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from officer_app.base.errors import KnownError
from officer_app.casebook import people, schema
from officer_app.casebook.memory import Memory
from officer_app.casebook.people import Directory, Keys, Person
from officer_app.casebook.sealing import Kdf

_NOBODY = "·"
"""Under this name tries with unknown names are counted: what was typed may be a passphrase in the wrong field."""


def prove(
    connection: Connection, store: str, directory: Directory, memory: Memory, now: datetime, sign_in: str,
    passphrase: str,
) -> tuple[Person, Keys, int]:  # fmt: skip
    """Return the person and keys behind a sign-in name and passphrase, and how many tries failed before.

    KnownError when they are wrong; wrong tries slow down (1 s, doubling to 60 s).
    """
    person = directory.signed_in_as(sign_in)
    name = person.sign_in if person else _NOBODY
    wait = pause(store, directory, memory, now, sign_in)
    if wait.total_seconds() > 0:
        raise KnownError(f"After wrong tries the next one must wait {int(wait.total_seconds()) + 1} seconds.")
    keys = None
    if person is not None:
        table = schema.people
        row = connection.execute(select(table.c.kdf, table.c.private).where(table.c.id == person.id)).one_or_none()
        if row is not None:
            keys = people.unlock_keys(store, person, Kdf.read(row.kdf), bytes(row.private), passphrase)
    if person is None or keys is None:
        memory.failed(store, name, now)
        raise KnownError("Sign-in name or passphrase is wrong. Check both and try again.")
    return person, keys, memory.succeeded(store, name)


def pause(store: str, directory: Directory, memory: Memory, now: datetime, sign_in: str) -> timedelta:
    """Return how long the next try under this name must wait."""
    person = directory.signed_in_as(sign_in)
    return memory.wait(store, person.sign_in if person else _NOBODY, now)


def kit_of(directory: Directory, keys: Keys) -> str:
    """Return the id of the unspent recovery kit that has these keys; KnownError when there is none."""
    public = keys.public_verify.hex()
    found = next((kit for kit in directory.kits.values() if kit.verify == public), None)
    if found is None:
        raise KnownError("This recovery kit does not belong to this casebook.")
    if found.spent:
        raise KnownError("This recovery kit was used or replaced already. Take another one.")
    return found.id
