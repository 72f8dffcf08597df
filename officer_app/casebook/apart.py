"""The casebook as long work holds it: for one case only, so that it goes on when the window is locked."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import replace

from officer_app.base.errors import Locked
from officer_app.casebook.book import Casebook, Session
from officer_app.casebook.sealing import Key
from officer_app.casebook.vault import Vault


class CaseVault(Vault):
    """Opens one case and nothing else: no other case, no index, no row and no audit entry without a case."""

    def __init__(self, store: str, reference: str, key: Key, epoch: int) -> None:
        super().__init__(store, {})
        self._cases[reference] = key
        self._epoch = epoch

    @property
    def open(self) -> bool:
        """Whether the key is still there."""
        return bool(self._cases)

    @property
    def epoch(self) -> int:
        """The epoch the casebook is at."""
        return self._epoch

    def outdated(self, epoch: int) -> bool:
        """Never: a case's own key stays the same, under whichever root key it is wrapped."""
        self._epoch = epoch
        return False

    def root(self, epoch: int) -> bytes:
        """Refuse, whichever it is: everything but the case is locked."""
        del epoch
        raise Locked


@contextmanager
def apart(book: Casebook, reference: str) -> Iterator[Casebook]:
    """Give the casebook for one case, signed by who is signed in now; the block may outlast the window's lock.

    It keeps the case's key and who signs, and not the key that opens what else there is. They are dropped when the
    block ends. Who loses access meanwhile, or whose case is erased, is refused as ever.
    """
    session = book.session
    with book.reading() as tx:
        vault = CaseVault(book.id, reference, tx.vault.case_key(tx.connection, reference), tx.vault.epoch)
        vault.erased |= tx.vault.erased
    kept = copy(book)
    kept.adopt(Session(session.person, replace(session.keys, decrypt=os.urandom(32)), vault))
    try:
        yield kept
    finally:
        kept.lock()
