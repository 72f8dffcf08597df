"""The casebook: opened locked, unlocked by a person, and entered through `reading` and `transaction` only."""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import DBAPIError, OperationalError

from officer_app.base.clock import Clock, utc_now
from officer_app.base.errors import BugError, KnownError
from officer_app.casebook import audit, migrate, people, schema
from officer_app.casebook.memory import Head, Memory
from officer_app.casebook.people import Directory, Keys, Person
from officer_app.casebook.sealing import Kdf, Tampered, bound
from officer_app.casebook.store import Place, open_engine, place, refuse_unfit
from officer_app.casebook.transaction import Actor, Reading, Writing
from officer_app.casebook.vault import Vault, roots_of

_LOCKED = "The casebook is locked. Unlock it first."
_OLDER = (
    "This casebook is older than one this computer has seen: somebody put back an old copy. It can be looked at, "
    "not changed. A manager can record the restore under Settings, Backup, and go on."
)


@dataclass(frozen=True)
class Session:
    """An unlocked casebook: the person, their keys and the vault."""

    person: Person
    keys: Keys
    vault: Vault


@dataclass(frozen=True)
class Countersignature:
    """A second person's word, given by passphrase in another person's window; it opens nothing else.

    `alone` is true when it is the acting person themselves, because one person holds both roles.
    """

    person: Person
    sign: Callable[[bytes], bytes]
    alone: bool


class Casebook:
    """One casebook. Its methods may be called from any thread; unlocking is slow on purpose."""

    def __init__(self, where: Place, engine: Engine, memory: Memory, clock: Clock = utc_now) -> None:
        self.where, self.engine, self.memory, self.clock = where, engine, memory, clock
        self._session: Session | None = None
        self.read_only = ""
        with engine.connect() as connection:
            row = connection.execute(select(schema.store)).one()
        self.id: str = row.id
        self.demo = bool(row.demo)
        self.root = memory.pin(self.id, row.root)
        if self.root != row.root:
            raise Tampered(
                "The first manager's key of this casebook was exchanged from outside. Do not use it; restore a backup."
            )

    @classmethod
    def open(
        cls, address: str | Path, memory: Memory, *, password: str | None = None, clock: Clock = utc_now
    ) -> "Casebook":
        """Open a casebook, locked; KnownError says why it cannot be and what to do."""
        where = place(address)
        engine = open_engine(where, password)
        try:
            refuse_unfit(engine, migrate.head())
            migrate.upgrade(engine)
            return cls(where, engine, memory, clock)
        except BaseException:
            engine.dispose()
            raise

    def close(self) -> None:
        """Lock and give back the database connections."""
        self.lock()
        self.engine.dispose()

    # --- unlocking ---

    def directory(self) -> Directory:
        """Return the people whose records are rightly signed."""
        with self._plain() as connection:
            return people.trusted(connection, self.id, self.root)

    def unlock(self, sign_in: str, passphrase: str) -> Actor:
        """Open the casebook for a person and return who it is; wrong tries slow down (1 s, doubling to 60 s)."""
        name = people.normal_sign_in(sign_in)
        person, keys = self._prove(name, passphrase)
        with self._plain() as connection:
            roots = roots_of(connection, self.id, person.id, keys.decrypt)
        failures = self.memory.succeeded(self.id, name)
        self._session = Session(person, keys, Vault(self.id, roots))
        self.read_only = self._rolled_back()
        if not self.read_only:
            with self.transaction("view") as tx:
                audit.append(tx, "unlock", details={"failed before": failures} if failures else None)
        return person.actor()

    def _prove(self, name: str, passphrase: str) -> tuple[Person, Keys]:
        """Return the person and keys behind a sign-in name and passphrase, or refuse in one sentence."""
        now = self.clock()
        wait = self.memory.wait(self.id, name, now)
        if wait.total_seconds() > 0:
            raise KnownError(f"After wrong tries the next one must wait {int(wait.total_seconds()) + 1} seconds.")
        with self._plain() as connection:
            known = people.trusted(connection, self.id, self.root).people
            row = connection.execute(select(schema.people).where(schema.people.c.sign_in == name)).one_or_none()
        person = known.get(row.id) if row is not None else None
        keys = None
        if row is not None and person is not None and person.active:
            keys = people.unlock_keys(self.id, person, Kdf.read(row.kdf), bytes(row.private), passphrase)
        if person is None or keys is None:
            self.memory.failed(self.id, name, now)
            raise KnownError("Sign-in name or passphrase is wrong. Check both and try again.")
        return person, keys

    def countersign(self, sign_in: str, passphrase: str) -> Countersignature:
        """Return a manager's word for one decision, given in another person's window."""
        session = self.session
        name = people.normal_sign_in(sign_in)
        person, keys = self._prove(name, passphrase)
        self.memory.succeeded(self.id, name)
        if not people.may(person.actor(), "approve"):
            raise KnownError("Only a manager can approve this. Ask a manager to enter their passphrase.")
        return Countersignature(person, keys.signer(), person.id == session.person.id)

    def prove_again(self, passphrase: str) -> None:
        """Check the signed-in person's own passphrase once more; KnownError when it is wrong."""
        self._prove(self.session.person.sign_in, passphrase)

    def lock(self) -> None:
        """Drop the keys."""
        session, self._session = self._session, None
        if session is not None:
            session.vault.wipe()

    @property
    def session(self) -> Session:
        """The unlocked session; KnownError when locked."""
        if self._session is None:
            raise KnownError(_LOCKED)
        return self._session

    @property
    def unlocked(self) -> bool:
        """Whether a person has unlocked it."""
        return self._session is not None

    @property
    def actor(self) -> Actor:
        """Who acts now."""
        return self.session.person.actor()

    def adopt(self, session: Session) -> None:
        """Take up a session made by set-up or recovery."""
        self._session = session

    def _rolled_back(self) -> str:
        seen = self.memory.head(self.id)
        if seen is None:
            return ""
        with self.reading() as tx:
            return "" if audit.hash_at(tx, seen.seq) == seen.hash else _OLDER

    # --- transactions ---

    @contextmanager
    def _plain(self) -> Iterator[Connection]:
        with _sentences(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Open a transaction that reads."""
        session = self.session
        with self._plain() as connection:
            self._take_new_root(connection, session)
            yield Reading(connection, session.vault, session.person.actor(), self.clock())

    def _take_new_root(self, connection: Connection, session: Session) -> None:
        """Follow a new key epoch that another window made; a person whose access ended is shut out here."""
        epoch = connection.execute(select(schema.store.c.epoch)).scalar_one()
        if epoch == session.vault.epoch:
            return
        roots = roots_of(connection, self.id, session.person.id, session.keys.decrypt)
        if epoch not in roots:
            self.lock()
            raise KnownError("Your access to this casebook has ended. Ask a manager if this is a mistake.")
        for number, secret in roots.items():
            session.vault.add_root(number, secret)

    @contextmanager
    def transaction(self, permission: str, reference: str | None = None) -> Iterator[Writing]:
        """Open a transaction that writes, for somebody whose role has the permission.

        A refused attempt is itself written to the audit. Every written row needs an audit entry before the end; the
        head is remembered outside the casebook after the commit.
        """
        session = self.session
        if self.read_only:
            raise KnownError(self.read_only)
        if not people.may(session.person.actor(), permission):
            with self._write(session) as tx:
                audit.append(tx, "refused", reference, permission=permission)
            who = " or ".join(sorted(people.MAY[permission]))
            raise KnownError(f"Your role may not do this. Ask somebody who is {who}.")
        with self._write(session) as tx:
            yield tx

    @contextmanager
    def _write(self, session: Session) -> Iterator[Writing]:
        made: list[str] = []
        try:
            with _sentences(), self.engine.connect().execution_options(writing=True) as connection, connection.begin():
                # One lock for all writers: the chain is one line, and no two transactions can wait for each other.
                connection.execute(select(schema.audit_head).with_for_update())
                self._take_new_root(connection, session)
                actor, sign = session.person.actor(), session.keys.signer()
                tx = Writing(connection, session.vault, actor, self.clock(), sign)
                made = tx.made_cases
                yield tx
                tx.finish()
        except BaseException:
            for reference in made:
                session.vault.forget_case(reference)
            raise
        if tx.head is not None:
            self.memory.see(self.id, Head(*tx.head))

    def draft_key(self) -> Any:
        """Return the key that seals the signed-in person's drafts."""
        return self.session.keys.draft_key()

    # --- checking ---

    def verify(self, cancelled: Callable[[], bool] = lambda: False) -> audit.Verdict:
        """Check the audit and every accounted row, then the signed people records."""
        directory = self.directory()
        with self.reading() as tx:
            verdict = audit.verify(tx, directory.public, cancelled)
        if not verdict.broken and directory.distrusted:
            name = directory.distrusted[0]
            return audit.Verdict(verdict.entries, verdict.head, f"The record of person {name} is not rightly signed.")
        return verdict

    def head_mark(self) -> str:
        """Return the short head for the foot of every PDF: entry number and the hash's first 16 digits."""
        with self.reading() as tx:
            seq, digest = audit.head(tx)
        return f"{seq}-{digest[:16]}"


def countersigned(tx: Writing, action: str, reference: str, word: Countersignature) -> dict[str, str]:
    """Return the signed, clear part of an audit entry that proves a second person's word."""
    message = bound("oa/cs/v1", tx.vault.store, action, reference, tx.operation)
    return {"by": word.person.id, "signature": base64.b64encode(word.sign(message)).decode(),
            "alone": "yes" if word.alone else "no"}  # fmt: skip


@contextmanager
def _sentences() -> Iterator[None]:
    """Turn what a database says about the world into one sentence; what it says about our statements stays a bug."""
    try:
        yield
    except OperationalError as error:
        raise KnownError(_sentence(str(error.orig))) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise KnownError(_sentence("")) from error
        text = str(error.orig).casefold()
        if "malformed" in text or "not a database" in text:
            raise KnownError("This casebook is damaged. Restore the newest backup.") from error
        raise BugError(f"{type(error.orig).__name__} in the casebook") from error


def _sentence(text: str) -> str:
    low = text.casefold()
    if "locked" in low or "busy" in low:
        return "Another window is writing to this casebook. Try again in a moment; nothing was changed."
    if "full" in low:
        return "The disk is full. Free some space and try again; nothing was changed."
    if "readonly" in low or "read-only" in low:
        return "The casebook cannot be written here. Move it to a folder you may write to; nothing was changed."
    if "malformed" in low or "corrupt" in low:
        return "This casebook is damaged. Restore the newest backup."
    return "The casebook's database does not answer. What you typed is kept; try again when it is back."
