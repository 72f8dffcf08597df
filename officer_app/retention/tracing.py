"""Notes the rows that a batch of old orders makes anonymous: nothing but their own keys leads to them afterwards."""

from collections.abc import Callable, Iterator

from officer_app.base.errors import Cancelled
from officer_app.casebook import audit
from officer_app.casebook.book import Casebook
from officer_app.retention import records, trace_records
from officer_app.retention.batch import Batch
from officer_app.retention.queue import Queue
from officer_app.retention.rules import ORDERS
from officer_app.shop import order_trace

Cancel = Callable[[], bool]
_PART = 1000


class Tracing:
    """Keeps the rows' own keys, sealed in the casebook until the batch is closed."""

    def __init__(self, book: Casebook, queue: Queue) -> None:
        self._book, self._queue = book, queue

    def note(self, case: Batch, cancelled: Cancel, still: Callable[[], None] = lambda: None) -> int:
        """Note the rows of whoever would be erased now and return of how many; nothing for a batch of accounts.

        What an interrupted run noted already stays. `still` is called after each part.
        """
        if case.ground != ORDERS:
            return 0
        with self._book.reading() as tx:
            known = {member for part in trace_records.walk(tx, case.reference) for member in part}
        done, after = 0, ""
        while True:
            with self._book.reading() as tx:
                part = records.of_batch(tx, case.reference, states=records.PENDING, after=after, limit=_PART)
            if not part:
                return done
            after = part[-1].id
            people = [one.person for one in part if one.person is not None and one.id not in known]
            if people:
                found = order_trace.of(self._queue.connected(), people, case.scope, cancelled)
                with self._book.transaction("work", case.reference) as tx:
                    trace_records.add(tx, case.reference, found)
                    audit.append(tx, "rows noted", case.reference, {"customers": len(found)})
            if cancelled():
                raise Cancelled
            done += len(people)
            still()

    def whole(self, reference: str) -> bool:
        """Return whether the rows of all who were erased are noted; an earlier version of the program noted none."""
        with self._book.reading() as tx:
            erased = set(records.ids_of(tx, reference, ("erased",)))
            for part in trace_records.walk(tx, reference):
                erased -= part.keys()
        return not erased

    def noted(self, reference: str) -> Iterator[dict[str, set[str]]]:
        """Yield by what they are the keys of the rows of those who were erased, one part in memory at a time."""
        with self._book.reading() as tx:
            erased = frozenset(records.ids_of(tx, reference, ("erased",)))
            names = trace_records.keys(tx, reference)
        for name in names:
            with self._book.reading() as tx:
                part = trace_records.get(tx, name)
            rows: dict[str, set[str]] = {}
            for member, theirs in part.items():
                for entity, keys in theirs.items() if member in erased else ():
                    rows.setdefault(entity, set()).update(keys)
            yield rows
