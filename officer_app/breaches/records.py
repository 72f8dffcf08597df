"""The breach desk's tables, the list of incidents, and the frozen lists of persons."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, insert, or_, select

from officer_app.base.errors import KnownError
from officer_app.base.person import normal_email
from officer_app.breaches.person import CHUNK, Person
from officer_app.breaches.rules import AffectedList
from officer_app.casebook import cases, schema
from officer_app.casebook.cases import CaseHead
from officer_app.casebook.schema import Instant, accounted, case_reference, sealed
from officer_app.casebook.transaction import Reading, Writing

DESK = "breaches"
breaches: Table = accounted(
    "breaches",
    Column("reference", String(32), ForeignKey("cases.reference"), primary_key=True),
    Column("noticed", Instant, nullable=False),
    Column("happened", Instant),
    Column("nature", String(40), nullable=False),
    Column("band", String(12)),
    Column("persons", BigInteger, nullable=False),
    Column("counted", String(12), nullable=False),
    Column("complaint", String(32)),
    Column("concluded", Instant),
    sealed("shown"),  # what the list shows: what happened, in a few words
    sealed("body"),
    Index("breaches_noticed", "noticed"),
)

duties: Table = accounted(
    "breach_duties",
    Column("id", String(64), primary_key=True),  # reference and duty
    case_reference(),
    Column("duty", String(40), nullable=False),
    Column("due", Instant, nullable=False),
    Column("decision", String(12), nullable=False),
    Column("decided", Instant),
    Column("approved", Instant),
    Column("notice", String(24)),
    Column("sent", Instant),
    sealed("body"),
    Index("breach_duties_case", "reference"),
)

lists: Table = accounted(
    "breach_lists",
    Column("id", String(40), primary_key=True),  # reference and number
    case_reference(),
    Column("number", Integer, nullable=False),
    Column("frozen", Instant, nullable=False),
    Column("persons", BigInteger, nullable=False),
    Column("writable", BigInteger, nullable=False),
    Column("guests", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
    sealed("body"),  # how it was chosen, what was pasted and not found
    Index("breach_lists_case", "reference"),
)

persons: Table = accounted(
    "breach_persons",
    Column("id", String(56), primary_key=True),  # list and chunk
    case_reference(),
    Column("list", String(40), nullable=False),
    Column("chunk", Integer, nullable=False),
    Column("persons", Integer, nullable=False),
    sealed("body"),
    Index("breach_persons_list", "list", "chunk"),
)

# Who is in a list, by blind index: finds a person's incidents and blocks retention. Derived from the sealed lists, so
# that these rows need no digest of their own.
marks = Table(
    "breach_marks",
    schema.metadata,
    Column("mark", LargeBinary(16), primary_key=True),
    Column("reference", String(32), ForeignKey("cases.reference"), primary_key=True),
)

runs: Table = accounted(
    "breach_runs",
    Column("number", String(24), ForeignKey("notices.number"), primary_key=True),
    case_reference(),
    Column("list", String(40), nullable=False),
    Column("letters", BigInteger, nullable=False),
    Column("per_volume", Integer, nullable=False),
    Column("started", Instant, nullable=False),
    Column("finished", Instant),
    Column("voided", Instant),
    Column("stopped", BigInteger, nullable=False),
    sealed("body"),  # the text as approved, date, folder, who approved
    Index("breach_runs_case", "reference"),
)

volumes: Table = accounted(
    "breach_volumes",
    Column("id", String(32), primary_key=True),  # run and volume
    case_reference(),
    Column("run", String(24), nullable=False),
    Column("volume", Integer, nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("letters", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("rebuilt", String(64)),  # the hash of a later copy that came out differently
    Column("made", Instant, nullable=False),
    sealed("body"),  # letters that could not be printed
    Index("breach_volumes_run", "run", "volume"),
)


# --- the list of incidents --------------------------------------------------------------------------------------------


def shown(tx: Reading, heads: Sequence[CaseHead]) -> dict[str, dict[str, Any]]:
    """Return what the list shows of these incidents; those whose key was destroyed are left out."""
    columns = [breaches.c[name] for name in ("reference", "version", "shown", "persons", "counted", "band", "noticed")]
    found: dict[str, dict[str, Any]] = {}
    asked = select(*columns).where(breaches.c.reference.in_([head.reference for head in heads]))
    for row in tx.execute(asked).mappings():
        try:
            key = tx.key_for(row["reference"])
        except KnownError:
            continue
        place = (tx.vault.store, breaches.name, row["reference"], "shown", row["version"])
        found[row["reference"]] = {**row, "what": key.open_json(bytes(row["shown"]), *place)["what"]}
    return found


def walk(tx: Reading, cancelled: Callable[[], bool]) -> Iterator[tuple[CaseHead, dict[str, Any]]]:
    """Yield every incident with what the list shows, newest first; for searching by decrypting."""
    after: Any = None
    everything = cases.Filter(open_only=False)
    while not cancelled():
        page = cases.page(tx, DESK, everything, sort="opened", descending=True, after=after, limit=500)
        opened = shown(tx, page.rows)
        yield from ((head, opened[head.reference]) for head in page.rows if head.reference in opened)
        after = page.next
        if after is None:
            return


# --- frozen lists ----------------------------------------------------------------------------------------------------


def add_list(
    tx: Writing, reference: str, number: int, people: Iterable[Person], how: str, unmatched: Sequence[str],
    only: tuple[str, ...] = (),
) -> AffectedList:  # fmt: skip
    """Seal a list in rows of 1,000 persons, in the order given, and return it."""
    name, whole = f"{reference}/{number}", hashlib.sha256()
    count = writable = guests = 0
    kinds: dict[str, int] = {}
    firsts: dict[str, int] = {}
    everybody: dict[str, int] = {}
    for chunk, part in enumerate(_parts(people)):
        packed = [person.row() for person in part]
        whole.update(msgspec.json.encode(packed))
        tx.insert(persons, id=f"{name}/{chunk:06d}", reference=reference, list=name, chunk=chunk, persons=len(part),
                  body={"persons": packed})  # fmt: skip
        _mark(tx, reference, part)
        for at, person in enumerate(part, count + 1):
            guests += person.guest
            kind = person.kind
            everybody[kind] = everybody.get(kind, 0) + 1
            writable += person.writable
            if person.writable:
                kinds[kind] = kinds.get(kind, 0) + 1
                firsts.setdefault(kind, at)
        count += len(part)
    body = {"how": how, "unmatched": list(unmatched), "kinds": kinds, "everybody": everybody, "firsts": firsts,
            "only": list(only), "by": tx.actor.id}  # fmt: skip
    tx.insert(lists, id=name, reference=reference, number=number, frozen=tx.now, persons=count, writable=writable,
              guests=guests, digest=whole.hexdigest(), body=body)  # fmt: skip
    return AffectedList(name, number, tx.now, count, writable, guests, len(unmatched), whole.hexdigest(), how, kinds,
                        only, everybody)  # fmt: skip


def _parts(people: Iterable[Person]) -> Iterator[list[Person]]:
    part: list[Person] = []
    for person in people:
        part.append(person)
        if len(part) == CHUNK:
            yield part
            part = []
    if part:
        yield part


def _blind_marks(tx: Reading, keys: Iterable[str], emails: Iterable[str]) -> dict[bytes, str]:
    found = {tx.blind("customer", key): key for key in keys}
    found |= {tx.blind("email", normal_email(email)): email for email in emails}
    return {bytes.fromhex(mark): given for mark, given in found.items() if mark}


def _mark(tx: Writing, reference: str, part: list[Person]) -> None:
    found = _blind_marks(tx, (person.key for person in part), (person.email for person in part))
    known = tx.execute(select(marks.c.mark).where(marks.c.reference == reference, marks.c.mark.in_(found))).scalars()
    fresh = found.keys() - {bytes(mark) for mark in known}
    if fresh:
        # one statement for many rows: spelling them all out in SQL takes longer than the rest of freezing
        tx.connection.execute(insert(marks), [{"mark": mark, "reference": reference} for mark in sorted(fresh)])


def named(
    tx: Reading, keys: Sequence[str] = (), emails: Sequence[str] = (), *, open_only: bool = True
) -> dict[str, tuple[str, ...]]:
    """Return, by customer key or e-mail as given, the incidents in whose lists the person is."""
    wanted = _blind_marks(tx, keys, emails)
    case = schema.cases
    asked = select(marks.c.mark, marks.c.reference).where(marks.c.mark.in_(wanted)).order_by(marks.c.reference)
    if open_only:
        asked = asked.join(case, case.c.reference == marks.c.reference).where(case.c.closed.is_(None))
    found: dict[str, tuple[str, ...]] = {}
    for mark, reference in tx.execute(asked):
        given = wanted[bytes(mark)]
        found[given] = (*found.get(given, ()), reference)
    return found


def firsts(tx: Reading, name: str) -> dict[str, int]:
    """Return the position of the first person of each kind, to preview a letter."""
    row = tx.get(lists, name)
    return {} if row is None else dict(row["body"]["firsts"])


def unmatched(tx: Reading, name: str) -> tuple[str, ...]:
    """Return what was pasted for a list and not found in the shop."""
    row = tx.get(lists, name)
    return () if row is None else tuple(row["body"]["unmatched"])


def people(tx: Reading, name: str, first: int = 1, last: int | None = None) -> Iterator[tuple[int, Person]]:
    """Yield (position, person) of a list in its frozen order, from position `first` to `last`."""
    where = [persons.c.list == name, persons.c.chunk >= (first - 1) // CHUNK]
    if last is not None:
        where.append(persons.c.chunk <= (last - 1) // CHUNK)
    asked = select(persons).where(*where).order_by(persons.c.chunk).execution_options(yield_per=4)
    for row in tx.execute(asked).mappings():
        opened = tx.opened(persons, row)
        for at, packed in enumerate(opened["body"]["persons"], opened["chunk"] * CHUNK + 1):
            if at >= first and (last is None or at <= last):
                yield at, Person.of(packed)


def references_of(tx: Reading, text: str) -> tuple[CaseHead, ...]:
    """Return the incidents in whose lists somebody has this customer key or e-mail, newest first."""
    wanted = _blind_marks(tx, (text,), (text,))
    asked = select(marks.c.reference).where(or_(*(marks.c.mark == mark for mark in wanted))).distinct()
    found = sorted(tx.execute(asked).scalars(), reverse=True) if wanted else []
    return tuple(cases.head(tx, reference) for reference in found)
