"""Backups of a casebook: written, checked, remembered, and an older copy continued by a manager."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from officer_app.base.change import Change
from officer_app.casebook import audit, backup, people, settings
from officer_app.casebook.backup import BackupFacts
from officer_app.casebook.book import Casebook

_NAME = "backup"

Progress = Callable[[int, int], None]
Cancel = Callable[[], bool]


@dataclass(frozen=True)
class Last:
    """The newest backup that was written: when, under which file name, and the audit entry it reaches to."""

    at: datetime
    file: str
    entry: int


class Backups:
    """What the page of backups does."""

    def __init__(self, book: Casebook) -> None:
        self._book = book

    @property
    def suggested_name(self) -> str:
        """Return a file name for the next backup."""
        return f"casebook-{self._book.clock():%Y-%m-%d}.backup"

    @property
    def older(self) -> str:
        """Return why the casebook is read-only because an older copy was put back, or ""."""
        return self._book.read_only if self._book.older else ""

    @property
    def may_continue(self) -> bool:
        """Return whether the signed-in person may go on with an older copy."""
        return people.may(self._book.actor, "continue a restored casebook")

    def now(self) -> datetime:
        """Return the current instant."""
        return self._book.clock()

    def last(self) -> Last | None:
        """Return the newest backup that was written, or None."""
        with self._book.reading() as tx:
            stored = settings.get(tx, _NAME)
        if not stored:
            return None
        return Last(datetime.fromisoformat(stored["at"]), stored["file"], int(stored["entry"]))

    def write(self, target: Path, progress: Progress, cancelled: Cancel) -> Change:
        """Write a backup that was restored on trial, and remember when."""
        facts = backup.write(self._book, target, progress, cancelled)
        if not self._book.read_only:
            with self._book.transaction("back up") as tx:
                stored = {"at": tx.now.isoformat(), "file": facts.path.name, "entry": facts.seq}
                settings.put(tx, _NAME, stored)
                audit.append(tx, "backup date noted", entry=facts.seq)
        return Change("backup", news=f"{facts.path.name} is written and was restored on trial: {facts.rows:,} rows.")

    def check(self, source: Path, progress: Progress, cancelled: Cancel) -> BackupFacts:
        """Restore an existing backup on trial and return what it holds."""
        return backup.check(self._book, source, progress, cancelled)

    def continue_restored(self) -> Change:
        """Go on with an older copy; a signed entry names what was seen before and what is continued."""
        backup.continue_restored(self._book)
        return Change("backup", news="The restore is recorded. The casebook can be changed again.")
