"""The keys of an unlocked casebook: root keys by epoch, the keys below them, and one key per case."""

import os
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, update

from officer_app.base.errors import KnownError, Locked
from officer_app.casebook import schema
from officer_app.casebook.people import Directory
from officer_app.casebook.sealing import (
    Key,
    Tampered,
    blind,
    blind_key,
    blinds,
    expand,
    same_key,
    unwrap_with,
    wrap_to,
)

INNER = ("index", "audit", "store")
"""The long-lived keys below the root: blind indexes; audit entries without a case; rows without a case."""


@dataclass(frozen=True)
class CaseKey:
    """A new case key: the wrapped form for the `cases` row, and its epoch."""

    wrapped: bytes
    epoch: int


def root_info(store: str, epoch: int, holder: str, public: bytes) -> bytes:
    """Return the context to which a wrapped root key is bound."""
    return f"oa/srk/v1|{store}|{epoch}|{holder}|{public.hex()}".encode()


class Vault:
    """Keys in memory while the window is unlocked; `wipe` forgets them.

    A writing transaction works on a `fork`: keys it makes are taken up with `absorb` only after its commit, so that
    nothing is ever sealed under a key that an undone transaction took with it.
    """

    def __init__(self, store: str, roots: dict[int, bytes], parent: "Vault | None" = None) -> None:
        self.store = store
        self._parent = parent
        self._roots = dict(roots)
        self._inner: dict[str, bytes] = {}
        self._cases: dict[str, Key] = {}
        self._fields: dict[str, bytes] = {}
        self._guard = threading.Lock()
        self.erased: frozenset[str] = parent.erased if parent else frozenset()  # cases not to be opened any more

    def fork(self) -> "Vault":
        """Return a vault for one transaction, which sees this one's keys and keeps new ones to itself."""
        return Vault(self.store, {}, self)

    def absorb(self, fork: "Vault") -> None:
        """Take up the keys of a committed transaction; of the root keys only the newest stays."""
        with self._guard:
            if self._roots:  # else it was locked meanwhile
                newest = max((*self._roots, *fork._roots))
                self._roots = {newest: {**self._roots, **fork._roots}[newest]}
                for mine, new in ((self._inner, fork._inner), (self._fields, fork._fields)):
                    mine.update(new)
                self._cases.update(fork._cases)
                for reference in fork.erased - self.erased:
                    self._cases.pop(reference, None)
                self.erased |= fork.erased

    def take(self, roots: dict[int, bytes]) -> None:
        """Hold the root key of a newer epoch, which another window made."""
        with self._guard:
            if self._roots and max(roots, default=0) > max(self._roots):
                self._roots = dict(roots)

    @property
    def epoch(self) -> int:
        """The newest epoch this person holds the root key of."""
        return max((*self._roots, self._parent.epoch if self._parent else 0), default=0)

    def outdated(self, epoch: int) -> bool:
        """Whether the root key has to be fetched anew, because the casebook is at another epoch."""
        return self.epoch != epoch

    @property
    def open(self) -> bool:
        """Whether the keys are still there."""
        return self._parent.open if self._parent else bool(self._roots)

    def wipe(self) -> None:
        """Forget every key. Python cannot promise that no copy is left in memory; the cipher objects are dropped."""
        with self._guard:
            self._roots.clear()
            self._inner.clear()
            self._cases.clear()
            self._fields.clear()

    def root(self, epoch: int) -> bytes:
        """Return the root key of an epoch."""
        if not self.open:
            raise Locked
        known = self._roots.get(epoch)
        if known is not None:
            return known
        if self._parent is not None:
            return self._parent.root(epoch)
        raise KnownError("A newer key was made for this casebook and you do not hold it. Ask a manager.")

    def _wrapping(self, epoch: int) -> Key:
        return Key(expand(self.root(epoch), "oa/wrap"), epoch)

    def backup_key(self, epoch: int) -> bytes:
        """Return the key that seals backups of an epoch."""
        return expand(self.root(epoch), "oa/backup")

    # --- keys below the root ---

    def make_inner(self, name: str) -> bytes:
        """Return a new inner key, wrapped for storing."""
        return self._wrapping(self.epoch).seal(os.urandom(32), "oa/inner/v1", self.store, name)

    def _inner_secret(self, connection: Connection, name: str) -> bytes:
        known = self._inner.get(name) or (self._parent._inner.get(name) if self._parent else None)
        if known is None:
            table = schema.inner_keys
            row = connection.execute(select(table.c.epoch, table.c.wrapped).where(table.c.id == name)).one_or_none()
            if row is None:
                raise Tampered("A key of this casebook is missing. Restore a backup.")
            known = self._wrapping(row.epoch).open(bytes(row.wrapped), "oa/inner/v1", self.store, name)
            self._keep(self._inner, name, known)
        return known

    def _keep(self, cache: dict[str, Any], name: str, value: Any) -> None:
        with self._guard:
            if self.open:  # else it was locked while the key was fetched
                cache[name] = value

    def inner(self, connection: Connection, name: str) -> Key:
        """Return the key for audit entries or rows without a case."""
        return Key(self._inner_secret(connection, name))

    def blind(self, connection: Connection, field: str, normal: str) -> str | None:
        """Return the blind index of a normal form; the fields are customer, email, phone and order."""
        return blind(self._field_key(connection, field), normal) if normal else None

    def blinds(self, connection: Connection, field: str, normals: Iterable[str]) -> list[str | None]:
        """Return the blind index of each normal form, for many at once."""
        return blinds(self._field_key(connection, field), normals)

    def _field_key(self, connection: Connection, field: str) -> bytes:
        known = self._fields.get(field) or (self._parent._fields.get(field) if self._parent else None)
        if known is None:
            known = blind_key(self._inner_secret(connection, "index"), field)
            self._keep(self._fields, field, known)
        return known

    # --- case keys ---

    def make_case_key(self, reference: str) -> CaseKey:
        """Make the key of a new case and keep it at hand."""
        secret = os.urandom(32)
        wrapped = self._wrapping(self.epoch).seal(secret, "oa/dek/v1", self.store, reference)
        with self._guard:
            self._cases[reference] = Key(secret)
        return CaseKey(wrapped, self.epoch)

    def case_key(self, connection: Connection, reference: str) -> Key:
        """Return a case's key; KnownError when it was destroyed."""
        if reference in self.erased:
            raise erased(reference)
        known = self._cases.get(reference) or (self._parent._cases.get(reference) if self._parent else None)
        if known is not None:
            return known
        table = schema.cases
        found = select(table.c.case_key, table.c.key_epoch).where(table.c.reference == reference)
        row = connection.execute(found).one_or_none()
        if row is None:
            raise KnownError(f"There is no case {reference}. Check the reference.")
        if row.case_key is None:
            raise erased(reference)
        known = Key(self._wrapping(row.key_epoch).open(bytes(row.case_key), "oa/dek/v1", self.store, reference))
        self._keep(self._cases, reference, known)
        return known

    def case_keys(self, connection: Connection, references: Sequence[str], *, keep: bool = False) -> dict[str, Key]:
        """Return the keys of many cases, fetched in one query; destroyed ones are left out.

        Only a list that is shown keeps them at hand: a search passes over all cases and would leave every key behind.
        """
        table = schema.cases
        keys = {one: key for one in references if (key := self._cases.get(one)) is not None}
        missing = [one for one in references if one not in keys]
        if not missing:
            return keys
        found = select(table.c.reference, table.c.case_key, table.c.key_epoch).where(
            table.c.reference.in_(missing), table.c.case_key.is_not(None)
        )
        wrapping: dict[int, Key] = {}
        for reference, wrapped, epoch in connection.execute(found):
            if reference in self.erased:
                continue
            if epoch not in wrapping:
                wrapping[epoch] = self._wrapping(epoch)
            keys[reference] = Key(wrapping[epoch].open(bytes(wrapped), "oa/dek/v1", self.store, reference))
            if keep:
                self._keep(self._cases, reference, keys[reference])
        return keys

    def forget_case(self, reference: str) -> None:
        """Drop a case key from memory because it was destroyed; it is not opened again from an older copy either."""
        with self._guard:
            self._cases.pop(reference, None)
            self.erased |= {reference}

    # --- epochs ---

    def wrap_root(self, epoch: int, holder: str, public: bytes) -> bytes:
        """Return the root key of an epoch for a person or a recovery kit."""
        return wrap_to(public, self.root(epoch), root_info(self.store, epoch, holder, public))

    def new_root(self) -> str:
        """Make the root key of a new epoch and return the commitment that goes into the roster."""
        secret = os.urandom(32)
        with self._guard:
            self._roots[self.epoch + 1] = secret
        return root_commitment(secret)

    def rewrap(self, connection: Connection) -> list[tuple[str, str]]:
        """Wrap every key below an older epoch's root anew; return the (table, row) pairs that changed.

        Each row carries its epoch, so that both epochs stay readable until the transaction commits.
        """
        changed: list[tuple[str, str]] = []
        places = ((schema.inner_keys, "id", "wrapped", "epoch", "oa/inner/v1"),
                  (schema.cases, "reference", "case_key", "key_epoch", "oa/dek/v1"))  # fmt: skip
        for table, key, column, epoch, label in places:
            found = select(table.c[key], table.c[column], table.c[epoch], table.c.version).where(
                table.c[epoch] != self.epoch, table.c[column].is_not(None)
            )
            for name, wrapped, old, version in connection.execute(found).all():
                secret = self._wrapping(old).open(wrapped, label, self.store, name)
                again = self._wrapping(self.epoch).seal(secret, label, self.store, name)
                connection.execute(
                    update(table)
                    .where(table.c[key] == name)
                    .values({column: again, epoch: self.epoch, "version": version + 1})
                )
                changed.append((table.name, name))
        return changed


def erased(reference: str) -> KnownError:
    """Return what is said of a case whose key was destroyed."""
    return Erased(f"The contents of {reference} were erased. Only its register entry is left.")


class Erased(KnownError):
    """A case's key was destroyed: its register entry and the audit stay, its contents cannot be opened."""


def root_commitment(root: bytes) -> str:
    """Return the public value by which the roster names the root key of an epoch."""
    return expand(root, "oa/commit").hex()


def roots_of(connection: Connection, store: str, holder: str, private: bytes, directory: Directory) -> dict[int, bytes]:
    """Return the root key of the newest epoch that a holder's private key opens, or nothing.

    Anybody can wrap a key to a public key: only the one that the roster commits to is taken.
    """
    table = schema.store_keys
    found = select(table.c.epoch, table.c.holder_key, table.c.wrapped).where(
        table.c.holder == holder, table.c.epoch == directory.epoch
    )
    row = connection.execute(found).one_or_none()
    if row is None:
        return {}
    info = root_info(store, row.epoch, holder, bytes(row.holder_key))
    secret = unwrap_with(private, bytes(row.wrapped), info)
    if not same_key(root_commitment(secret).encode(), directory.commitment.encode()):
        raise Tampered("A key of this casebook was exchanged from outside. Restore a backup.")
    return {row.epoch: secret}
