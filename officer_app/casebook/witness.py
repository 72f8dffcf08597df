"""What a computer that saw more of a casebook can tell: it was rolled back, its people or clock changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from officer_app.casebook import audit, schema, verifying
from officer_app.casebook.memory import Head, Memory, RosterHead
from officer_app.casebook.people import Directory
from officer_app.casebook.sealing import Tampered
from officer_app.casebook.transaction import Reading

OLDER = (
    "This casebook is older than one this computer has seen: somebody put back an old copy. It can be looked at, "
    "not changed. A manager can record the restore under Menu, Backup, and go on."
)
EXCHANGED = (
    "The list of people in this casebook is older than one this computer has seen. Do not use it; restore a backup."
)
_DRIFT = timedelta(minutes=2)
_QUIET = timedelta(days=60)


@dataclass(frozen=True)
class Remembered:
    """What this computer had seen before the casebook was looked at."""

    head: Head | None
    roster: RosterHead | None


def remembered(memory: Memory, store: str) -> Remembered:
    """Return what this computer has seen of a casebook."""
    return Remembered(memory.head(store), memory.roster(store))


def exchanged(connection: Connection, seen: Head | None) -> bool:
    """Return whether the entry that was seen is not there any more: it is older than that, or branched off before."""
    return seen is not None and audit.hash_at(connection, seen.seq) != seen.hash


def was_continued(tx: Reading, seen: Remembered, root: str) -> bool:
    """Return whether a manager this computer knows went on with the older copy, on another computer, and said so.

    The whole audit is checked before that word is taken.
    """
    table = schema.audit
    found = select(table.c.actor, table.c.body).where(table.c.action == audit.CONTINUED).order_by(table.c.seq.desc())
    entries = [(row.actor, verifying.fields_of(row.body)) for row in tx.execute(found)]
    named = [actor for actor, fields in entries if seen.head is not None and _names(fields, seen.head)]
    if not any(seen.roster is None or actor in seen.roster.managers for actor in named):
        return False
    return not verifying.verify(tx, root).broken


def start_anew(memory: Memory, tx: Reading) -> None:
    """Remember a continued casebook from its own head on."""
    store = tx.vault.store
    memory.see(store, Head(*audit.head(tx)), restored=True)
    remember_roster(memory, store, tx.directory, restored=True)


def _names(fields: dict[str, object] | None, seen: Head) -> bool:
    more = (fields or {}).get("more")
    if not isinstance(more, dict):
        return False
    remembered, restored = more.get("remembered"), more.get("restored")
    if not (isinstance(remembered, list) and isinstance(restored, list)):
        return False
    if seen.seq == remembered[0]:
        return bool(seen.hash == remembered[1])
    return bool(restored[0] < seen.seq < remembered[0])


# --- people ----------------------------------------------------------------------------------------------------------


def check_roster(seen: Remembered, memory: Memory, tx: Reading) -> None:
    """Refuse a list of people that is older than, or branched off from, the one this computer remembers."""
    known = seen.roster
    if known is None:
        remember_roster(memory, tx.vault.store, tx.directory)
    elif tx.directory.hashes[known.seq - 1 : known.seq] != (known.hash,):
        raise Tampered(EXCHANGED)


def remember_roster(memory: Memory, store: str, directory: Directory, *, restored: bool = False) -> None:
    """Remember the newest line of the list of people, and who the managers are."""
    managers = tuple(one.id for one in directory.managers())
    memory.see_roster(store, RosterHead(directory.seq, directory.hashes[-1], managers), restored=restored)


# --- destroyed case keys ---------------------------------------------------------------------------------------------


def erased(tx: Reading, memory: Memory) -> frozenset[str]:
    """Return the cases that must not be opened, because their keys were destroyed here or in a newer copy."""
    case = schema.cases
    store = tx.vault.store
    known = set(memory.destroyed(store))
    gone = {(row.reference, row.opened) for row in _cases(tx, case.c.case_key.is_(None))}
    for reference, opened in sorted(gone - known):
        memory.note_destroyed(store, reference, opened)
    return frozenset(reference for reference, _ in gone | still_there(tx, known - gone))


def still_there(tx: Reading, marked: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return those of the destroyed cases whose key this copy still has."""
    case = schema.cases
    found: set[tuple[str, str]] = set()
    names = sorted({reference for reference, _ in marked})
    for start in range(0, len(names), 500):
        some = case.c.reference.in_(names[start : start + 500])
        found |= {(row.reference, row.opened) for row in _cases(tx, some, case.c.case_key.is_not(None))}
    return found & marked


def _cases(tx: Reading, *where: ColumnElement[bool]) -> Iterator[Any]:
    reference, opened = (column for column in schema.stored(schema.cases) if column.key in ("reference", "opened"))
    yield from tx.execute(select(reference, opened).where(*where))


# --- the clock -------------------------------------------------------------------------------------------------------


def clock_warning(tx: Reading) -> str:
    """Return what is odd about this computer's clock, or "": deadlines are counted by it.

    It is compared with the newest audit entry, and with the clock of a database server.
    """
    if tx.connection.dialect.name == "postgresql":
        server = tx.connection.execute(select(func.now())).scalar_one()
        if abs(server - tx.now) > _DRIFT:
            return f"This computer's clock differs from the server's, which shows {server:%d.%m.%Y %H:%M} UTC. Set it."
    table = schema.audit
    newest = tx.execute(select(table.c.at).order_by(table.c.seq.desc()).limit(1)).scalar_one_or_none()
    if newest is None:
        return ""
    if tx.now < newest - _DRIFT:
        return f"This computer's clock is behind: the newest entry is of {newest:%d.%m.%Y %H:%M} UTC. Set the clock."
    if tx.now > newest + _QUIET:
        return f"The newest entry is of {newest:%d.%m.%Y}, long ago. If that is odd, check this computer's clock."
    return ""
