"""What is kept of a run letter by letter: returned ones, further copies, and the lists as workers get them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, func, or_, select

from officer_app.breaches.person import CHUNK
from officer_app.breaches.records import persons, volumes
from officer_app.breaches.spans import Spans, has, joined, of, size, without
from officer_app.casebook.schema import Instant, accounted, case_reference, sealed
from officer_app.casebook.transaction import Reading, Writing

RETURNED, TAKEN_BACK = "returned", "taken back"
POSTED, NOT_POSTED = "posted", "not posted"

post: Table = accounted(
    "breach_post",
    Column("id", String(40), primary_key=True),  # run and entry
    case_reference(),
    Column("run", String(24), nullable=False),
    Column("entry", Integer, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("letters", BigInteger, nullable=False),
    Column("noted", Instant, nullable=False),
    sealed("body"),  # which letters, and why they came back or when they were posted
    Index("breach_post_run", "run", "entry"),
)

copies: Table = accounted(
    "breach_copies",
    Column("id", String(40), primary_key=True),  # run and copy
    case_reference(),
    Column("run", String(24), nullable=False),
    Column("copy", Integer, nullable=False),
    Column("letters", BigInteger, nullable=False),
    Column("pages", BigInteger, nullable=False),
    Column("made", Instant, nullable=False),
    sealed("body"),  # which letters, why, where the files went, their hashes
    Index("breach_copies_run", "run", "copy"),
)


def _pairs(rows: Sequence[Sequence[int]]) -> Spans:
    return tuple((first, last) for first, last in rows)


# --- what the post took and brought back -----------------------------------------------------------------------------


def note(tx: Writing, reference: str, run: str, kind: str, letters: Spans, why: str) -> None:
    """Add an entry on letters of a run; `why` is the instant (ISO 8601) where they were posted."""
    entry = _count(tx, post, run) + 1
    tx.insert(post, id=f"{run}/{entry:06d}", reference=reference, run=run, entry=entry, kind=kind,
              letters=size(letters), noted=tx.now, body={"letters": list(letters), "why": why})  # fmt: skip


def returned(tx: Reading, run: str) -> Spans:
    """Return the letters of a run that came back."""
    return _noted(tx, run, RETURNED, TAKEN_BACK)


def posted(tx: Reading, run: str) -> Spans:
    """Return the letters of a run that were noted as posted."""
    return _noted(tx, run, POSTED, NOT_POSTED)


def _noted(tx: Reading, run: str, there: str, gone: str) -> Spans:
    found: Spans = ()
    for row in tx.all(post, post.c.run == run, post.c.kind.in_((there, gone)), order=post.c.entry):
        pairs = _pairs(row["body"]["letters"])
        found = joined((*found, *pairs)) if row["kind"] == there else without(found, pairs)
    return found


def posted_at(tx: Reading, run: str, number: int) -> datetime | None:
    """Return when a letter was posted, None when that was not noted."""
    found: datetime | None = None
    for _noted_at, kind, why in entries(tx, run, number, POSTED, NOT_POSTED):
        found = datetime.fromisoformat(why) if kind == POSTED else None
    return found


def entries(tx: Reading, run: str, number: int, *kinds: str) -> tuple[tuple[datetime, str, str], ...]:
    """Return the entries of these kinds on one letter: when each was noted, its kind, and why."""
    return tuple(
        (row["noted"], row["kind"], row["body"]["why"])
        for row in tx.all(post, post.c.run == run, post.c.kind.in_(kinds), order=post.c.entry)
        if any(first <= number <= last for first, last in row["body"]["letters"])
    )


def _count(tx: Reading, table: Table, run: str) -> int:
    return int(tx.execute(select(func.count()).select_from(table).where(table.c.run == run)).scalar_one())


# --- further copies --------------------------------------------------------------------------------------------------


def next_copy(tx: Reading, run: str) -> int:
    """Return the number of the next further copy."""
    return _count(tx, copies, run) + 1


def add_copy(tx: Writing, reference: str, run: str, copy: int, *, letters: int, pages: int, **body: Any) -> None:
    """Record that some letters of a run were printed once more."""
    tx.insert(copies, id=f"{run}/{copy:04d}", reference=reference, run=run, copy=copy, letters=letters, pages=pages,
              made=tx.now, body=body)  # fmt: skip


def copies_of(tx: Reading, run: str) -> tuple[dict[str, Any], ...]:
    """Return the further copies of a run, the oldest first."""
    return tuple(tx.all(copies, copies.c.run == run, order=copies.c.copy))


# --- letter by letter ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Letters:
    """What became of the letters of a run: printed, not printable, back, further copies made, posted."""

    printed: Spans
    failed: Spans
    returned: Spans
    copies: int = 0
    posted: Spans = ()


def letters(tx: Reading, run: str) -> Letters:
    """Return what became of the letters of a run."""
    printed: list[tuple[int, int]] = []
    failed: list[int] = []
    for row in tx.all(volumes, volumes.c.run == run, order=volumes.c.volume):
        lost = [int(name.rpartition("/")[2]) for name, _why in row["body"]["stopped"]]
        printed += without(((row["first"], row["last"]),), of(lost))
        failed += lost
    again = copies_of(tx, run)
    done = joined((*printed, *(pair for row in again for pair in _pairs(row["body"]["printed"]))))
    return Letters(done, without(of(failed), done), returned(tx, run), len(again), posted(tx, run))


# --- the list as it leaves the casebook ------------------------------------------------------------------------------


def packed(tx: Reading, name: str, wanted: Spans) -> Iterator[tuple[int, bytes]]:
    """Yield the chunks of a list that have the wanted positions: the chunk's number, and its persons as JSON.

    They are opened and not read: a worker reads them, so that this process does not have to.
    """
    chunks = joined(((first - 1) // CHUNK, (last - 1) // CHUNK) for first, last in wanted)
    asked = select(persons.c.id, persons.c.reference, persons.c.chunk, persons.c.version, persons.c.body)
    asked = asked.where(persons.c.list == name, persons.c.chunk.between(chunks[0][0], chunks[-1][1]))
    if len(chunks) <= 200:  # more conditions than that help no database
        asked = asked.where(or_(*(persons.c.chunk.between(first, last) for first, last in chunks)))
    for row in tx.execute(asked.order_by(persons.c.chunk).execution_options(yield_per=4)):
        if not has(chunks, row.chunk):
            continue
        place = (tx.vault.store, persons.name, row.id, "body", row.version)
        yield row.chunk, tx.key_for(row.reference).open(bytes(row.body), *place)
