"""The keys of an unlocked casebook: root keys by epoch, the keys below them, and one key per case."""

import os
import threading
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from officer_app.base.errors import KnownError
from officer_app.casebook import schema
from officer_app.casebook.sealing import Key, blind, expand, unwrap_with, wrap_to

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
    """Keys in memory while the window is unlocked; `wipe` forgets them."""

    def __init__(self, store: str, roots: dict[int, bytes]) -> None:
        self.store = store
        self._roots = dict(roots)
        self._inner: dict[str, bytes] = {}
        self._cases: dict[str, Key] = {}
        self._guard = threading.Lock()

    @property
    def epoch(self) -> int:
        """The newest epoch this person holds the root key of."""
        return max(self._roots, default=0)

    @property
    def open(self) -> bool:
        """Whether the keys are still there."""
        return bool(self._roots)

    def wipe(self) -> None:
        """Forget every key. Python cannot promise that no copy is left in memory; the cipher objects are dropped."""
        with self._guard:
            self._roots.clear()
            self._inner.clear()
            self._cases.clear()

    def root(self, epoch: int) -> bytes:
        """Return the root key of an epoch."""
        try:
            return self._roots[epoch]
        except KeyError:
            text = "The casebook is locked. Unlock it first."
            if self._roots:
                text = "A newer key was made for this casebook and you do not hold it. Ask a manager."
            raise KnownError(text) from None

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
        with self._guard:
            known = self._inner.get(name)
        if known is None:
            table = schema.inner_keys
            row = connection.execute(select(table.c.epoch, table.c.wrapped).where(table.c.id == name)).one()
            known = self._wrapping(row.epoch).open(row.wrapped, "oa/inner/v1", self.store, name)
            with self._guard:
                self._inner[name] = known
        return known

    def inner(self, connection: Connection, name: str) -> Key:
        """Return the key for audit entries or rows without a case."""
        return Key(self._inner_secret(connection, name))

    def blind(self, connection: Connection, field: str, normal: str) -> str | None:
        """Return the blind index of a normal form; the fields are customer, email, phone and order."""
        return blind(self._inner_secret(connection, "index"), field, normal)

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
        with self._guard:
            known = self._cases.get(reference)
        if known is None:
            table = schema.cases
            found = select(table.c.case_key, table.c.key_epoch).where(table.c.reference == reference)
            row = connection.execute(found).one_or_none()
            if row is None or row.case_key is None:
                raise KnownError(f"The contents of {reference} were erased. Only its register entry is left.")
            known = Key(self._wrapping(row.key_epoch).open(row.case_key, "oa/dek/v1", self.store, reference))
            with self._guard:
                self._cases[reference] = known
        return known

    def forget_case(self, reference: str) -> None:
        """Drop a case key from memory, after its transaction was undone or the key destroyed."""
        with self._guard:
            self._cases.pop(reference, None)

    # --- epochs ---

    def wrap_root(self, epoch: int, holder: str, public: bytes) -> bytes:
        """Return the root key of an epoch for a person or a recovery kit."""
        return wrap_to(public, self.root(epoch), root_info(self.store, epoch, holder, public))

    def add_root(self, epoch: int, secret: bytes) -> None:
        """Take up the root key of a new epoch."""
        with self._guard:
            self._roots[epoch] = secret

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


def roots_of(connection: Connection, store: str, holder: str, private: bytes) -> dict[int, bytes]:
    """Return the root keys by epoch that a holder's private key opens."""
    table = schema.store_keys
    found = select(table.c.epoch, table.c.holder_key, table.c.wrapped).where(table.c.holder == holder)
    return {
        row.epoch: unwrap_with(private, row.wrapped, root_info(store, row.epoch, holder, row.holder_key))
        for row in connection.execute(found)
    }
