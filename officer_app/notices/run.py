"""Print runs: any number of letters into print files, in constant memory, all or nothing."""

import hashlib
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from officer_app.base.errors import Cancelled, KnownError
from officer_app.notices.document import Document
from officer_app.notices.faults import CannotPrint

if TYPE_CHECKING:
    from officer_app.notices.pdf_volume import Volume

PER_VOLUME = 1_000
_STEP = 20
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


class Printed(NamedTuple):
    """A letter in a print file: its first page (from 1) and how many pages it has."""

    number: str
    first_page: int
    pages: int


@dataclass(frozen=True)
class PrintFile:
    """A finished print file with its SHA-256 and its letters in order."""

    path: Path
    sha256: str
    pages: int
    letters: tuple[Printed, ...]


@dataclass(frozen=True)
class Stopped:
    """A letter that could not be printed, and why."""

    number: str
    recipient: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class RunResult:
    """What a print run made."""

    files: tuple[PrintFile, ...]
    stopped: tuple[Stopped, ...]

    @property
    def printed(self) -> int:
        """How many letters were printed."""
        return sum(len(file.letters) for file in self.files)


def _ignore(_done: int, _total: int) -> None:
    pass


def print_run(
    documents: Iterable[Document],
    out: Path,
    *,
    name: str,
    total: int = 0,
    per_volume: int = PER_VOLUME,
    duplex: bool = False,
    demo: bool = False,
    footer: str = "",
    progress: Callable[[int, int], None] = _ignore,
    cancelled: Callable[[], bool] = lambda: False,
    finished: Callable[[PrintFile], None] = lambda _file: None,
) -> RunResult:
    """Print letters into `out`/`name`-0001.pdf, -0002.pdf and so on, `per_volume` letters each.

    With `duplex` every letter starts on an odd page. A letter that cannot be printed (no font has its characters,
    its address does not fit the window) is listed as stopped; the others are printed. `finished` hears of each
    file once it is safely on disk. After Cancelled, or KnownError when the disk refuses, none is left.
    Letters of one `text.Series` share their layout and are printed many times faster than letters that do not.
    """
    # reportlab is loaded only where letters are printed
    from officer_app.notices.pdf_volume import Settings, Volume  # noqa: PLC0415

    files: list[PrintFile] = []
    stopped: list[Stopped] = []
    start = partial(Volume, Settings(footer), duplex=duplex, demo=demo)
    press = _Press(out, name, per_volume, start)
    try:
        press.clear()
        done = 0
        for done, document in enumerate(documents, 1):
            if done % _STEP == 1 and cancelled():
                raise Cancelled("Cancelled. No print file was kept.")
            reason = press.add(document)
            if reason:
                stopped.append(Stopped(document.number, document.recipient, reason))
            if press.full:
                files.append(press.close())
                finished(files[-1])
            if done % _STEP == 0:
                progress(done, max(total, done))
        if not done:
            raise KnownError("There is no letter to print.")
        if press.letters:
            if cancelled():
                raise Cancelled("Cancelled. No print file was kept.")
            files.append(press.close())
            finished(files[-1])
        progress(done, max(total, done))
    except BaseException as fault:
        for path in press.made:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        if isinstance(fault, OSError):
            why = fault.strerror or "the disk refused"
            raise KnownError(f"The print files cannot be written to {out}: {why}. Mend it and start again.") from None
        raise
    return RunResult(tuple(files), tuple(stopped))


class _Press:
    """Fills one print file after the other."""

    def __init__(self, out: Path, name: str, per_volume: int, start: "Callable[[str], Volume]") -> None:
        self.out, self.name, self.per_volume = out, name, per_volume
        self.start = start
        self.letters: list[Printed] = []
        self.made: list[Path] = []
        self.volume: Volume | None = None

    @property
    def full(self) -> bool:
        """Whether the file has all the letters it may have."""
        return len(self.letters) >= self.per_volume

    def clear(self) -> None:
        """Make the folder, and remove what a run of this name left when it was killed."""
        self.out.mkdir(parents=True, exist_ok=True)
        for left in self.out.glob(f".{self.name}-*.part"):
            left.unlink()

    def add(self, document: Document) -> str:
        """Add a letter; return the reason when it cannot be printed."""
        if self.volume is None:
            self.volume = self.start(f"{self.name} {len(self.made) // 2 + 1:04d}")
        try:
            first, pages = self.volume.add(document)
        except CannotPrint as fault:
            return str(fault)
        self.letters.append(Printed(document.number, first, pages))
        return ""

    def close(self) -> PrintFile:
        """Put the file on disk: written aside, synced, renamed."""
        assert self.volume is not None
        content = self.volume.finish()
        path = self.out / f"{self.name}-{len(self.made) // 2 + 1:04d}.pdf"
        aside = self.out / f".{path.name}.part"
        self.made += [aside, path]
        with os.fdopen(os.open(aside, _NEW_FILE, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
        _sync(self.out)
        done = PrintFile(path, hashlib.sha256(content).hexdigest(), self.volume.pages, tuple(self.letters))
        self.volume, self.letters = None, []
        return done


def _sync(folder: Path) -> None:
    """Make a rename last through a power cut, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
