"""What this computer remembers of each casebook outside it: the first manager's key, the head, failed sign-ins.

A casebook alone cannot show that it was rolled back; a head remembered outside it can.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

_SCHEMA = """
create table if not exists pins (store text primary key, root text not null) strict;
create table if not exists heads (store text primary key, seq integer not null, hash text not null) strict;
create table if not exists attempts (store text, sign_in text, failures integer not null, last text not null,
    primary key (store, sign_in)) strict;
create table if not exists destroyed (store text, reference text, primary key (store, reference)) strict;
"""


@dataclass(frozen=True)
class Head:
    """The newest audit entry seen: its number and hash."""

    seq: int
    hash: str


class Memory:
    """The remembered facts, in a small database in the user's state folder (0700)."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder = folder
        self._path = folder / "casebooks.sqlite"
        with self._open() as db:
            db.executescript(_SCHEMA)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=10)) as db, db:
            yield db

    def pin(self, store: str, root: str) -> str:
        """Remember the first manager's fingerprint at first sight, and return the one remembered."""
        with self._open() as db:
            db.execute("insert or ignore into pins values (?, ?)", (store, root))
            return str(db.execute("select root from pins where store = ?", (store,)).fetchone()[0])

    def head(self, store: str) -> Head | None:
        """Return the newest head seen, or None."""
        with self._open() as db:
            row = db.execute("select seq, hash from heads where store = ?", (store,)).fetchone()
        return None if row is None else Head(*row)

    def see(self, store: str, head: Head, *, restored: bool = False) -> None:
        """Remember a head if it is newer; after a manager's restore entry also if it is not."""
        with self._open() as db:
            db.execute(
                "insert into heads values (?, ?, ?) on conflict (store) do update set seq = excluded.seq, "
                "hash = excluded.hash where excluded.seq > seq or ?",
                (store, head.seq, head.hash, restored),
            )

    def wait(self, store: str, sign_in: str, now: datetime) -> timedelta:
        """Return how long the next try must wait: 1, 2, 4 … 60 s after failures in a row."""
        with self._open() as db:
            found = "select failures, last from attempts where store = ? and sign_in = ?"
            row = db.execute(found, (store, sign_in)).fetchone()
        if row is None:
            return timedelta()
        failures, last = row
        until = datetime.fromisoformat(last) + timedelta(seconds=min(60, 2 ** (failures - 1)))
        return max(timedelta(), until - now.astimezone(UTC))

    def failed(self, store: str, sign_in: str, now: datetime) -> None:
        """Count a failed try."""
        with self._open() as db:
            db.execute(
                "insert into attempts values (?, ?, 1, ?) on conflict (store, sign_in) do update set "
                "failures = failures + 1, last = excluded.last",
                (store, sign_in, now.astimezone(UTC).isoformat()),
            )

    def succeeded(self, store: str, sign_in: str) -> int:
        """Forget failed tries and return how many there were."""
        with self._open() as db:
            found = "delete from attempts where store = ? and sign_in = ? returning failures"
            row = db.execute(found, (store, sign_in)).fetchone()
        return int(row[0]) if row else 0

    def destroyed(self, store: str) -> tuple[str, ...]:
        """Return the cases whose keys were destroyed, as far as this computer knows."""
        with self._open() as db:
            rows = db.execute("select reference from destroyed where store = ? order by reference", (store,)).fetchall()
        return tuple(row[0] for row in rows)

    def note_destroyed(self, store: str, reference: str) -> None:
        """Remember that a case key was destroyed, so that a restored backup does not bring it back."""
        with self._open() as db:
            db.execute("insert or ignore into destroyed values (?, ?)", (store, reference))


def state_folder() -> Path:
    """Return the user's state folder; OFFICER_APP_STATE names another one."""
    import platformdirs  # noqa: PLC0415  only needed once, kept off the start-up path of the window

    named = os.environ.get("OFFICER_APP_STATE")
    return Path(named) if named else Path(platformdirs.user_state_dir("officer-app", appauthor=False))


def default_casebook() -> Path:
    """Return where the casebook is when nobody says otherwise: in the user's data folder."""
    import platformdirs  # noqa: PLC0415  as above

    return Path(platformdirs.user_data_dir("officer-app", appauthor=False)) / "casebook.sqlite"
