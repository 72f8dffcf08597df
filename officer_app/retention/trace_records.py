"""Which rows of the shop a batch of old orders is about, by their own keys, sealed until the batch is closed."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Column, Index, Integer, String, Table, select

from officer_app.casebook.schema import Instant, accounted, case_reference, sealed
from officer_app.casebook.transaction import Reading, Writing, new_id

Trace = Mapping[str, Mapping[str, list[str]]]
"""By member: the keys of rows, by what they are in the shop's profile."""

traces: Table = accounted(
    "retention_traces",
    Column("id", String(32), primary_key=True),
    case_reference(),
    Column("noted", Instant, nullable=False),
    Column("people", Integer, nullable=False),
    sealed(),  # the keys by member
    Index("retention_traces_batch", "reference"),
)


def add(tx: Writing, reference: str, trace: Trace) -> None:
    """Note the rows of some members; the caller writes the audit entry."""
    tx.insert(traces, id=new_id(), reference=reference, noted=tx.now, people=len(trace), sealed=dict(trace))


def keys(tx: Reading, reference: str) -> tuple[str, ...]:
    """Return the names of what was noted for a batch, one for each part of its list."""
    asked = select(traces.c.id).where(traces.c.reference == reference).order_by(traces.c.noted, traces.c.id)
    return tuple(tx.execute(asked).scalars())


def get(tx: Reading, key: str) -> Trace:
    """Return one part of what was noted, nothing once it is gone."""
    row = tx.get(traces, key)
    return row["sealed"] if row is not None and row["sealed"] is not None else {}


def walk(tx: Reading, reference: str) -> Iterator[Trace]:
    """Yield what was noted for a batch, one part in memory at a time."""
    for key in keys(tx, reference):
        yield get(tx, key)


def drop(tx: Writing, reference: str) -> None:
    """Forget what was noted for a batch; the caller writes the audit entry."""
    for key in keys(tx, reference):
        tx.delete(traces, key, reference)
