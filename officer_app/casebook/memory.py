"""What this computer remembers of each casebook outside it: the first manager's key, the head, failed sign-ins.

A casebook alone cannot show that it was rolled back; a head remembered outside it can.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from officer_app.base.errors import KnownError
from officer_app.base.folders import state_folder

__all__ = ["Head", "Memory", "RosterHead", "default_casebook", "state_folder"]

_SCHEMA = """
create table if not exists pins (store text primary key, root text not null) strict;
create table if not exists heads (store text primary key, seq integer not null, hash text not null) strict;
create table if not exists rosters (store text primary key, seq integer not null, hash text not null,
    managers text not null) strict;
create table if not exists attempts (store text, sign_in text, failures integer not null, last text not null,
    primary key (store, sign_in)) strict;
create table if not exists destroyed (store text, reference text, opened text,
    primary key (store, reference, opened)) strict;
"""
_LONGEST_WAIT = 60


@dataclass(frozen=True)
class Head:
    """The newest audit entry seen: its number and hash."""

    seq: int
    hash: str


@dataclass(frozen=True)
class RosterHead:
    """The newest line of the list of people seen, and who the managers were after it (ids)."""

    seq: int
    hash: str
    managers: tuple[str, ...]


class Memory:
    """The remembered facts, in a small database in the user's state folder (0700); several windows may use it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._path = folder / "casebooks.sqlite"
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._path.touch(mode=0o600)
        except OSError:
            raise KnownError(f"Nothing can be kept in {folder}. Free the disk, or set OFFICER_APP_STATE.") from None
        with self._open() as db:
            db.executescript(_SCHEMA)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self._path, timeout=10)) as db, db:
                yield db
        except sqlite3.Error:
            raise KnownError(
                f"What this computer remembers of its casebooks cannot be read or written ({self._path}). Free the "
                "disk; if the file is damaged, ask a manager before you remove it."
            ) from None

    def pin(self, store: str, root: str) -> str:
        """Remember the first manager's fingerprint at first sight, and return the one remembered."""
        with self._open() as db:
            db.execute("insert or ignore into pins values (?, ?)", (store, root))
            return str(db.execute("select root from pins where store = ?", (store,)).fetchone()[0])

    def pinned(self, store: str) -> str | None:
        """Return the remembered fingerprint, or None when the casebook was never seen here."""
        with self._open() as db:
            row = db.execute("select root from pins where store = ?", (store,)).fetchone()
        return None if row is None else str(row[0])

    # --- heads ---

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

    def roster(self, store: str) -> RosterHead | None:
        """Return the newest roster head seen, or None."""
        with self._open() as db:
            row = db.execute("select seq, hash, managers from rosters where store = ?", (store,)).fetchone()
        return None if row is None else RosterHead(row[0], row[1], tuple(json.loads(row[2])))

    def see_roster(self, store: str, head: RosterHead, *, restored: bool = False) -> None:
        """Remember a roster head if it is newer; after a manager's restore entry also if it is not."""
        with self._open() as db:
            db.execute(
                "insert into rosters values (?, ?, ?, ?) on conflict (store) do update set seq = excluded.seq, "
                "hash = excluded.hash, managers = excluded.managers where excluded.seq > seq or ?",
                (store, head.seq, head.hash, json.dumps(head.managers), restored),
            )

    # --- failed sign-ins ---

    def wait(self, store: str, sign_in: str, now: datetime) -> timedelta:
        """Return how long the next try must wait: 1, 2, 4 … 60 s after failures in a row."""
        moment = now.astimezone(UTC)
        with self._open() as db:
            found = "select failures, last from attempts where store = ? and sign_in = ?"
            row = db.execute(found, (store, sign_in)).fetchone()
            if row is None:
                return timedelta()
            failures, last = int(row[0]), datetime.fromisoformat(row[1])
            if moment < last:  # the clock was put back: wait once more, not until it has caught up
                last = moment
                change = "update attempts set last = ? where store = ? and sign_in = ?"
                db.execute(change, (last.isoformat(), store, sign_in))
        pause = timedelta(seconds=min(_LONGEST_WAIT, 2 ** min(failures - 1, 6)))
        return max(timedelta(), last + pause - moment)

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

    # --- destroyed case keys ---

    def destroyed(self, store: str) -> tuple[tuple[str, str], ...]:
        """Return the cases whose keys were destroyed, as far as this computer knows: reference and when opened.

        Both name a case, because after a restore a number may be given to another one.
        """
        with self._open() as db:
            found = "select reference, opened from destroyed where store = ? order by reference, opened"
            return tuple(db.execute(found, (store,)).fetchall())

    def note_destroyed(self, store: str, reference: str, opened: str) -> None:
        """Remember that a case key was destroyed, so that a restored backup does not bring it back."""
        with self._open() as db:
            db.execute("insert or ignore into destroyed values (?, ?, ?)", (store, reference, opened))


def default_casebook() -> Path:
    """Return where the casebook is when nobody says otherwise: in the user's data folder."""
    import platformdirs  # noqa: PLC0415  only needed once, kept off the start-up path of the window

    return Path(platformdirs.user_data_dir("officer-app", appauthor=False)) / "casebook.sqlite"
