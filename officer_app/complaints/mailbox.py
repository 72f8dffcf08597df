"""The folder whose mail files become cases by themselves: each is taken once, and none is moved, changed or deleted."""

import hashlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from officer_app.base import ownfile
from officer_app.base.errors import KnownError
from officer_app.base.folders import state_folder
from officer_app.casebook import audit, settings
from officer_app.casebook.book import Casebook
from officer_app.complaints.intake import Receiving, TakenIn, Tell, quiet

_SETTING = "complaint mail folder"
_SETTLED = 2.0  # seconds without a change before a file counts as written to its end
_AT_ONCE = 500  # files of one look; the next look goes on


@dataclass(frozen=True)
class _Found:
    path: Path
    mark: str


class Mailbox:
    """The watched folder of a casebook.

    What was taken is remembered on this computer, so that a look at the folder opens nothing twice; where that memory
    is lost, the casebook knows each mail by what it says.
    """

    def __init__(self, book: Casebook, intake: Receiving) -> None:
        self._book, self._intake = book, intake
        self._known: set[str] | None = None

    def folder(self) -> Path | None:
        """Return the watched folder, or None when none is watched."""
        with self._book.reading() as tx:
            known = str(settings.get(tx, _SETTING).get("path", ""))
        return Path(known) if known else None

    def watch(self, path: str) -> Path | None:
        """Watch this folder from now on, "" to stop; KnownError when it is none or cannot be read."""
        wanted = Path(path.strip()).expanduser() if path.strip() else None
        if wanted is not None:
            if not wanted.is_absolute() or not wanted.is_dir():
                raise KnownError(f"There is no folder {wanted}. Enter its whole path.")
            _entries(wanted)
        with self._book.transaction("work") as tx:
            settings.put(tx, _SETTING, {"path": str(wanted or "")})
            audit.append(tx, "mail folder chosen", details={"path": str(wanted or "")})
        self._known = None
        return wanted

    def fetch(
        self, tell: Tell = quiet, cancelled: Callable[[], bool] = lambda: False, now: Callable[[], float] = time.time
    ) -> tuple[TakenIn, ...]:
        """Take in what is new in the folder; mails that are in the casebook already are passed over in silence.

        What is no mail is listed once with its reason. KnownError when the folder cannot be read.
        """
        folder = self.folder()
        if folder is None:
            return ()
        fresh = self._fresh(folder, now())[:_AT_ONCE]
        done = list[TakenIn]()
        try:
            for at, found in enumerate(fresh):
                if cancelled():
                    break
                tell(at, len(fresh))
                one = self._intake.mails((found.path,))[0]
                self._memory().add(found.mark)
                if not one.known:
                    done.append(one)
        finally:
            if fresh:
                self._remember(folder)
        return tuple(done)

    def _fresh(self, folder: Path, now: float) -> list[_Found]:
        known, found = self._memory(), list[_Found]()
        for entry in _entries(folder):
            about = entry.stat(follow_symlinks=False)
            mark = self._mark(entry.name, about)
            if mark not in known and not 0 <= now - about.st_mtime < _SETTLED:
                found.append(_Found(Path(entry.path), mark))
        return sorted(found, key=lambda one: one.path.name)

    def _mark(self, name: str, about: os.stat_result) -> str:
        text = f"{self._book.id}\0{name}\0{about.st_size}\0{about.st_mtime_ns}"
        return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]

    @property
    def _file(self) -> Path:
        return state_folder() / f"mail-{self._book.id[:32]}.json"

    def _memory(self) -> set[str]:
        if self._known is None:
            try:
                read = json.loads(self._file.read_text("utf-8"))
            except (OSError, ValueError):
                read = []
            self._known = {one for one in read if isinstance(one, str)} if isinstance(read, list) else set()
        return self._known

    def _remember(self, folder: Path) -> None:
        """Keep the marks of the files that are still there."""
        there = {self._mark(entry.name, entry.stat(follow_symlinks=False)) for entry in _entries(folder)}
        self._known = self._memory() & there
        try:
            ownfile.put(self._file, json.dumps(sorted(self._known)).encode())
        except OSError:
            raise KnownError(f"Nothing can be kept in {self._file.parent}. Free the disk.") from None


def _entries(folder: Path) -> list["os.DirEntry[str]"]:
    """Return the mail files of a folder; links are not followed, they may lead anywhere."""
    try:
        with os.scandir(folder) as entries:
            return [one for one in entries if one.name.lower().endswith(".eml") and one.is_file(follow_symlinks=False)]
    except OSError as error:
        why = error.strerror or str(error)
        raise KnownError(
            f"The mail folder {folder} cannot be read: {why}. Choose it again, or stop watching."
        ) from None
