"""The casebook: opened locked, unlocked by a person, and entered through `reading` and `transaction` only."""

import base64
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, select

from officer_app.base.clock import Clock, utc_now
from officer_app.base.errors import KnownError, Locked
from officer_app.casebook import audit, migrate, people, roster, schema, store, unlocking, verifying, witness
from officer_app.casebook.memory import Head, Memory
from officer_app.casebook.people import MANAGER, Actor, Directory, Keys, Person
from officer_app.casebook.sealing import Tampered, bound
from officer_app.casebook.store import Place, open_engine, place, refuse_unfit
from officer_app.casebook.transaction import Reading, Writing
from officer_app.casebook.trouble import sentences
from officer_app.casebook.vault import Vault, roots_of

log = logging.getLogger(__name__)

_ENDED = "Your access to this casebook has ended, or your keys were replaced. Sign in again or ask a manager."


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
    """One casebook. Its methods may be called from any thread; unlocking is slow on purpose.

    `read_only` says why nothing can be written ("" when it can); `older` is true when that is because somebody put back
    an older copy. `clock_warning` says what is odd about this computer's clock, or "".
    """

    def __init__(self, where: Place, engine: Engine, memory: Memory, clock: Clock = utc_now) -> None:
        self.where, self.engine, self.memory, self.clock = where, engine, memory, clock
        self._session: Session | None = None
        self._directory: Directory | None = None
        self._seen: Head | None = None
        self._checked = 0
        self._file = store.identity(where)
        self.read_only, self.older, self.clock_warning = "", False, ""
        with self._plain() as connection:
            row = connection.execute(select(*schema.stored(schema.store))).one_or_none()
        if row is None:
            raise KnownError("This casebook was never finished. Set up a new one at another place.")
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
            with sentences():
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
        """Return the people, as the rightly signed roster names them; Tampered when it is not."""
        with self._plain() as connection:
            return self._directory_now(connection, store.state(connection).line, newest=False)

    def unlock(self, sign_in: str, passphrase: str) -> Actor:
        """Open the casebook for a person and return who it is; wrong tries slow down (1 s, doubling to 60 s)."""
        with self._plain() as connection:
            known = roster.load(connection, self.id, self.root)
            now = self.clock()
            person, keys, failures = unlocking.prove(connection, self.id, known, self.memory, now, sign_in, passphrase)
            roots = roots_of(connection, self.id, person.id, keys.decrypt, known)
        if not roots:
            raise KnownError("The casebook holds no key for you. Ask a manager, or restore a backup.")
        self.adopt(Session(person, keys, Vault(self.id, roots)))
        try:
            self.examine()
            if not self.read_only:
                with self.transaction("view") as tx:
                    audit.append(tx, "unlock", details={"failed before": failures} if failures else None)
        except BaseException:
            self.lock()
            raise
        return person.actor()

    def examine(self) -> None:
        """Compare the casebook with what this computer remembers of it, and its clock with the newest entry."""
        self._directory = None
        self.read_only, self.older = "", False
        # Before the casebook is looked at: what another window adds meanwhile must not make it look old.
        seen = witness.remembered(self.memory, self.id)
        with self.reading() as tx:
            self.clock_warning = witness.clock_warning(tx)
            self._seen = seen.head
            if not witness.exchanged(tx.connection, seen.head):
                witness.check_roster(seen, self.memory, tx)
            elif witness.was_continued(tx, seen, self.root):
                self._seen = Head(*audit.head(tx))
                witness.start_anew(self.memory, tx)
            else:
                self._look_only()
            tx.vault.erased |= witness.erased(tx, self.memory)

    def _look_only(self) -> None:
        self.read_only, self.older = witness.OLDER, True

    def countersign(self, sign_in: str, passphrase: str) -> Countersignature:
        """Return a manager's word for one decision, given in another person's window."""
        person, keys = self._prove(sign_in, passphrase)
        if not people.may(person.actor(), "approve"):
            raise KnownError("Only a manager can approve this. Ask a manager to enter their passphrase.")
        return Countersignature(person, keys.signer(), person.id == self.session.person.id)

    def prove_again(self, passphrase: str) -> None:
        """Check the signed-in person's own passphrase once more; KnownError when it is wrong."""
        self._prove(self.session.person.sign_in, passphrase)

    def _prove(self, sign_in: str, passphrase: str) -> tuple[Person, Keys]:
        with self.reading() as tx:
            now = self.clock()
            return unlocking.prove(tx.connection, self.id, tx.directory, self.memory, now, sign_in, passphrase)[:2]

    def lock(self) -> None:
        """Drop the keys."""
        session, self._session = self._session, None
        if session is not None:
            session.vault.wipe()

    @property
    def session(self) -> Session:
        """The unlocked session; KnownError when locked."""
        session = self._session
        if session is None:
            raise Locked
        return session

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

    def require(self, permission: str, reference: str | None = None) -> None:
        """Refuse whoever's role may not do this, and write the refusal into the audit."""
        if not people.may(self.actor, permission):
            with self.transaction(permission, reference):
                pass

    # --- transactions ---

    @contextmanager
    def _plain(self) -> Iterator[Connection]:
        with sentences(), store.snapshot(self.engine) as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Open a transaction that reads one state of the casebook."""
        session = self.session
        with self._plain() as connection:
            session, known = self._follow(connection, session, newest=False)
            yield Reading(connection, session.vault, session.person.actor(), self.clock(), known)

    def _directory_now(self, connection: Connection, line: str | None, *, newest: bool) -> Directory:
        """Return the directory, read anew when another window added a line to the roster.

        A reading transaction may see a state from before the newest line; a writing one (`newest`) may not.
        """
        known = self._directory
        if known is not None and line == roster.row_id(known.seq):
            return known
        fresh = roster.load(connection, self.id, self.root)
        if known is not None:
            shared = known.seq if newest else min(known.seq, fresh.seq)
            if fresh.hashes[:shared] != known.hashes[:shared]:
                raise Tampered(witness.EXCHANGED)
        if known is None or fresh.seq > known.seq:
            self._directory = fresh
        return fresh

    def _follow(self, connection: Connection, session: Session, *, newest: bool) -> tuple[Session, Directory]:
        """Follow what other windows did: new roles, a new key epoch, an ended access, a destroyed case key."""
        state = store.state(connection)
        if state.revision != migrate.head():
            raise KnownError("This casebook was changed by another version of the program. Start the newest one.")
        known = self._directory_now(connection, state.line, newest=newest)
        signer = known.signer(session.person.id)
        welcome = signer is not None and signer[0] == session.person.verify
        if welcome and session.vault.outdated(known.epoch):
            roots = roots_of(connection, self.id, session.person.id, session.keys.decrypt, known)
            welcome = bool(roots)
            if known.epoch > session.vault.epoch:
                session.vault.take(roots)
            else:  # a state from before a new key that this window knows already; only for this transaction
                session = replace(session, vault=Vault(self.id, roots))
        if not welcome:
            if self._session is not None and self._session.vault is session.vault:
                self.lock()
            raise KnownError(_ENDED)
        person = known.people.get(session.person.id, session.person)
        if person != session.person:
            renewed = replace(session, person=person)
            if newest and self._session is session:
                self._session = renewed
            session = renewed
        if state.seq > self._checked:
            if self._checked:
                for reference in audit.destroyed_since(connection, self._checked):
                    session.vault.forget_case(reference)
            self._checked = state.seq
        return session, known

    @contextmanager
    def transaction(self, permission: str, reference: str | None = None) -> Iterator[Writing]:
        """Open a transaction that writes, for somebody whose role has the permission.

        A refused attempt is itself written to the audit. Every written row needs an audit entry before the end; the
        head is remembered outside the casebook after the commit.
        """
        if self.read_only:
            raise KnownError(self.read_only)
        with self.writing(permission, reference) as tx:
            yield tx

    @contextmanager
    def writing(self, permission: str, reference: str | None = None, *, even_older: bool = False) -> Iterator[Writing]:
        """Open a writing transaction, `even_older` also in a casebook that is otherwise read-only.

        What is written to an older copy is not remembered as its head: a restore on trial must not make the casebook
        itself look old.
        """
        session = self.session
        store.refuse_moved(self.where, self._file)
        with sentences(), store.exclusive(self.engine) as connection:
            session, known = self._follow(connection, session, newest=True)
            if not even_older and witness.exchanged(connection, self._seen):
                self._look_only()
                raise KnownError(self.read_only)
            vault, actor = session.vault.fork(), session.person.actor()
            tx = Writing(connection, vault, actor, self.clock(), known, self.root, session.keys.signer())
            allowed = people.may(actor, permission)
            if allowed:
                yield tx
            else:
                audit.append(tx, "refused", reference, permission=permission)
            tx.finish()
        session.vault.absorb(vault)
        self._directory = tx.directory
        if not even_older:
            self._remember(tx)
        if not allowed:
            who = " or ".join(sorted(people.MAY[permission]))
            raise KnownError(f"Your role may not do this. Ask somebody who is {who}.")

    def _remember(self, tx: Writing, *, restored: bool = False) -> None:
        """Remember a committed head outside the casebook; the commit stands, also when that fails."""
        try:
            if tx.head is not None:
                self._seen = Head(*tx.head)
                self.memory.see(self.id, self._seen, restored=restored)
            witness.remember_roster(self.memory, self.id, tx.directory, restored=restored)
            for reference, opened in tx.destroyed:
                self.memory.note_destroyed(self.id, reference, opened)
        except KnownError:
            log.warning("the newest head of the casebook could not be remembered")
        if tx.destroyed:
            store.scrub(self.engine)

    def continue_with(self, tx: Writing) -> None:
        """Go on after a manager's restore entry was committed: what this computer remembers starts anew from it."""
        self._remember(tx, restored=True)
        self.read_only, self.older = "", False

    def draft_key(self) -> Any:
        """Return the key that seals the signed-in person's drafts."""
        return self.session.keys.draft_key()

    # --- checking ---

    def verify(self, cancelled: Callable[[], bool] = lambda: False) -> verifying.Verdict:
        """Check the audit, who was who at the time, and every accounted row."""
        with self.reading() as tx:
            return verifying.verify(tx, self.root, cancelled)

    def head_mark(self) -> str:
        """Return the short head for the foot of every PDF: entry number and the hash's first 16 digits."""
        with self.reading() as tx:
            seq, digest = audit.head(tx)
        return f"{seq}-{digest[:16]}"


def countersigned(tx: Writing, action: str, reference: str, word: Countersignature) -> dict[str, str]:
    """Return the signed, clear part of an audit entry that proves a second person's word."""
    signer = tx.directory.signer(word.person.id)
    if signer is None or MANAGER not in signer[1] or signer[0] != word.person.verify:
        raise KnownError("Who approved this is no manager any more. Ask another manager.")
    message = bound("oa/cs/v1", tx.vault.store, action, reference, tx.operation)
    return {"by": word.person.id, "signature": base64.b64encode(word.sign(message)).decode(),
            "alone": "yes" if word.person.id == tx.actor.id else "no"}  # fmt: skip
