"""The breach desk's tables and the few queries over them; turns rows into incidents and back."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, insert, or_, select

from officer_app.base.errors import KnownError
from officer_app.base.person import normal_email
from officer_app.breaches.duty import Duty
from officer_app.breaches.person import Person
from officer_app.breaches.rules import AffectedList, Facts, Incident, Run, Score
from officer_app.casebook import cases, schema
from officer_app.casebook.cases import CaseHead
from officer_app.casebook.schema import Instant, accounted, case_reference, sealed
from officer_app.casebook.transaction import Reading, Writing

DESK = "breaches"
CHUNK = 1_000
"""Persons in one sealed row of a frozen list."""

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


# --- incidents -------------------------------------------------------------------------------------------------------


def _columns(case: Incident) -> dict[str, Any]:
    count, counted = case.persons
    return {
        "noticed": case.noticed,
        "happened": case.facts.happened_from,
        "nature": " ".join(case.facts.nature),
        "band": case.score.band if case.score else None,
        "persons": count,
        "counted": counted,
        "complaint": case.complaint or None,
        "concluded": case.concluded,
        "shown": {"what": case.facts.what},
        "body": msgspec.to_builtins({"facts": case.facts, "score": case.score}),
    }


def _duty_columns(duty: Duty) -> dict[str, Any]:
    return {
        "due": duty.due,
        "decision": duty.decision,
        "decided": duty.decided,
        "approved": duty.approval.at if duty.approval else None,
        "notice": duty.notice or None,
        "sent": duty.sent,
        "body": msgspec.to_builtins(duty),
    }


def add(tx: Writing, case: Incident) -> None:
    """Insert a new incident with its duties."""
    tx.insert(breaches, reference=case.reference, **_columns(case))
    for duty in case.duties:
        _add_duty(tx, case.reference, duty)


def _add_duty(tx: Writing, reference: str, duty: Duty) -> None:
    tx.insert(duties, id=f"{reference}/{duty.duty}", reference=reference, duty=duty.duty, **_duty_columns(duty))


def save(tx: Writing, case: Incident) -> None:
    """Save a changed incident: head, row and changed duties; Conflict when somebody saved it meanwhile."""
    reference = case.reference
    cases.change(tx, reference, expected=case.version, state=case.state, closed=case.concluded, assignee=case.assignee)
    tx.update(breaches, reference, **_columns(case))
    stored = {duty.duty: duty for duty in _duties(tx, reference)}
    for duty in case.duties:
        if duty.duty not in stored:
            _add_duty(tx, reference, duty)
        elif duty != stored[duty.duty]:
            tx.update(duties, f"{reference}/{duty.duty}", **_duty_columns(duty))


def get(tx: Reading, reference: str) -> Incident:
    """Return one incident; KnownError when there is none."""
    head = cases.head(tx, reference)
    row = tx.get(breaches, reference)
    if row is None:
        raise KnownError(f"{reference} is not an incident. Check the reference.")
    return Incident(
        reference=reference,
        noticed=row["noticed"],
        opened=head.opened,
        facts=msgspec.convert(row["body"]["facts"], Facts),
        duties=_duties(tx, reference),
        score=msgspec.convert(row["body"]["score"], Score | None),
        lists=_lists(tx, reference),
        runs=_runs(tx, reference),
        complaint=row["complaint"] or "",
        assignee=head.assignee,
        concluded=row["concluded"],
        version=head.version,
    )


def _duties(tx: Reading, reference: str) -> tuple[Duty, ...]:
    rows = tx.all(duties, duties.c.reference == reference, order=duties.c.due)
    return tuple(msgspec.convert(row["body"], Duty) for row in rows)


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
    tx: Writing, reference: str, number: int, people: Iterable[Person], how: str, unmatched: Sequence[str]
) -> AffectedList:
    """Seal a list in rows of 1,000 persons, in the order given, and return it."""
    name, whole = f"{reference}/{number}", hashlib.sha256()
    count = writable = guests = 0
    languages: dict[str, int] = {}
    firsts: dict[str, int] = {}
    for chunk, part in enumerate(_parts(people)):
        packed = [person.row() for person in part]
        whole.update(msgspec.json.encode(packed))
        tx.insert(persons, id=f"{name}/{chunk:06d}", reference=reference, list=name, chunk=chunk, persons=len(part),
                  body={"persons": packed})  # fmt: skip
        _mark(tx, reference, part)
        for at, person in enumerate(part, count + 1):
            guests += person.guest
            writable += person.writable
            if person.writable:
                languages[person.language] = languages.get(person.language, 0) + 1
                firsts.setdefault(person.language, at)
        count += len(part)
    body = {"how": how, "unmatched": list(unmatched), "languages": languages, "firsts": firsts,
            "by": tx.actor.id}  # fmt: skip
    tx.insert(lists, id=name, reference=reference, number=number, frozen=tx.now, persons=count, writable=writable,
              guests=guests, digest=whole.hexdigest(), body=body)  # fmt: skip
    digest = whole.hexdigest()
    return AffectedList(name, number, tx.now, count, writable, guests, len(unmatched), digest, how, languages)


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
        tx.execute(insert(marks).values([{"mark": mark, "reference": reference} for mark in sorted(fresh)]))


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


def _lists(tx: Reading, reference: str) -> tuple[AffectedList, ...]:
    return tuple(
        AffectedList(row["id"], row["number"], row["frozen"], row["persons"], row["writable"], row["guests"],
                     len(row["body"]["unmatched"]), row["digest"], row["body"]["how"], row["body"]["languages"])
        for row in tx.all(lists, lists.c.reference == reference, order=lists.c.number)
    )  # fmt: skip


def firsts(tx: Reading, name: str) -> dict[str, int]:
    """Return the position of the first person of each language, to preview a letter."""
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


# --- print runs ------------------------------------------------------------------------------------------------------


def start_run(tx: Writing, number: str, reference: str, case_list: AffectedList, per_volume: int, **body: Any) -> None:
    """Insert a run of a list; `body` is what its letters are made from."""
    tx.insert(runs, number=number, reference=reference, list=case_list.id, letters=case_list.writable,
              per_volume=per_volume, started=tx.now, finished=None, voided=None, stopped=0, body=body)  # fmt: skip


def change_run(tx: Writing, number: str, **values: Any) -> None:
    """Change a run's fields."""
    tx.update(runs, number, **values)


def run_row(tx: Reading, number: str) -> dict[str, Any]:
    """Return a run's whole row."""
    row = tx.get(runs, number)
    if row is None:
        raise KnownError(f"There is no print run {number}. Check the number.")
    return row


def _runs(tx: Reading, reference: str) -> tuple[Run, ...]:
    sent: dict[str, datetime | None] = {}
    notice = schema.notices
    for number, at in tx.execute(select(notice.c.number, notice.c.sent).where(notice.c.reference == reference)):
        sent[number] = at
    rows = tx.all(runs, runs.c.reference == reference, runs.c.voided.is_(None), order=runs.c.started)
    return tuple(
        Run(row["number"], row["list"], row["letters"], row["started"], row["finished"], sent.get(row["number"]),
            row["stopped"], row["body"].get("folder", ""), row["body"]["approval"]["name"])
        for row in rows
    )  # fmt: skip


def run_volumes(tx: Reading, number: str) -> tuple[dict[str, Any], ...]:
    """Return the volumes of a run that are recorded, in order."""
    return tuple(tx.all(volumes, volumes.c.run == number, order=volumes.c.volume))


def put_volume(tx: Writing, reference: str, number: str, volume: int, **values: Any) -> None:
    """Record a printed volume; a copy that came out with another hash is noted beside the first."""
    key = f"{number}/{volume:04d}"
    known = tx.get(volumes, key)
    if known is None:
        tx.insert(volumes, id=key, reference=reference, run=number, volume=volume, rebuilt=None, made=tx.now, **values)
    elif known["sha256"] != values["sha256"]:
        tx.update(volumes, key, rebuilt=values["sha256"])


def references_of(tx: Reading, text: str) -> tuple[CaseHead, ...]:
    """Return the incidents in whose lists somebody has this customer key or e-mail, newest first."""
    wanted = _blind_marks(tx, (text,), (text,))
    asked = select(marks.c.reference).where(or_(*(marks.c.mark == mark for mark in wanted))).distinct()
    found = sorted(tx.execute(asked).scalars(), reverse=True) if wanted else []
    return tuple(cases.head(tx, reference) for reference in found)
