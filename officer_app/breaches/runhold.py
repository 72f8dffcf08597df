"""A print run in one pair of hands: the lease that its process keeps, says it still has, and gives back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic

from officer_app.base.errors import KnownError
from officer_app.casebook import audit, lease
from officer_app.casebook.book import Casebook
from officer_app.casebook.transaction import Writing

EVERY = 60.0
"""Seconds after which a run that has recorded nothing says that it still goes on."""

_LOST = "Another window took {} over because this one was silent for too long. Look at it there."


class Held:
    """The lease of one run, held by a process."""

    def __init__(self, book: Casebook, reference: str, number: str, process: str) -> None:
        self._book, self._reference, self._number, self._process = book, reference, number, process
        self._beaten = monotonic()

    def beat(self, tx: Writing) -> None:
        """Say in a transaction of the run that it goes on; KnownError, so that nothing is recorded, when it was lost.

        The caller writes the audit entry.
        """
        if not lease.beat(tx, self._reference, self._number, self._process):
            raise KnownError(_LOST.format(self._number))
        self._beaten = monotonic()

    def end(self, tx: Writing) -> None:
        """Give the lease back in the last transaction of the run, like `beat`."""
        if not lease.give_back(tx, self._reference, self._number, self._process):
            raise KnownError(_LOST.format(self._number))

    def looking(self, cancelled: Callable[[], bool]) -> Callable[[], bool]:
        """Return `cancelled`, which also says that the run goes on when nothing was recorded for a while."""

        def look() -> bool:
            if monotonic() - self._beaten > EVERY:
                with self._book.transaction("print letters", self._reference) as tx:
                    self.beat(tx)
                    audit.append(tx, "print run goes on", self._reference, notice=self._number)
            return cancelled()

        return look


@contextmanager
def held(book: Casebook, reference: str, number: str, process: str) -> Iterator[Held]:
    """Give the lease that a process has taken; one that was not ended well is given back, with an audit entry."""
    try:
        yield Held(book, reference, number, process)
    except BaseException:
        # When the casebook itself is gone the lease stays; elsewhere it is taken over once its silence is long enough.
        with suppress(KnownError), book.transaction("print letters", reference) as tx:
            if lease.give_back(tx, reference, number, process):
                audit.append(tx, "print run stopped", reference, notice=number)
        raise
