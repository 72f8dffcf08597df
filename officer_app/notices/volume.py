"""A print run in plain data: the job, the volumes that were made, the letters in them and those that could not be."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from officer_app.notices.document import Document


class Source(Protocol):
    """Gives the letters of a range, counted from 1, both ends included; must travel between processes."""

    def __call__(self, first: int, last: int) -> Iterable[Document]:
        """Yield the letters from `first` to `last`."""
        ...


@dataclass(frozen=True)
class Job:
    """What all volumes of a run share.

    `separate` puts one PDF for each letter into a ZIP per volume; `fast` is off only to compare with the plain path.
    """

    out: Path
    name: str
    duplex: bool = False
    demo: bool = False
    footer: str = ""
    separate: bool = False
    fast: bool = True
    covers: bool = False

    def path(self, volume: int) -> Path:
        """Return where a volume goes."""
        return self.out / f"{self.name}-{volume:04d}.{'zip' if self.separate else 'pdf'}"

    def cover(self, volume: int) -> Path:
        """Return where its cover sheet goes."""
        return self.out / f"{self.name}-{volume:04d}-cover.pdf"


class Printed(NamedTuple):
    """A letter in a print file: its first page (from 1) and how many pages it has."""

    number: str
    first_page: int
    pages: int


@dataclass(frozen=True)
class PrintFile:
    """A finished print file with its SHA-256; `letters` in order, where they are still at hand, else empty."""

    path: Path
    sha256: str
    pages: int
    letters: tuple[Printed, ...]
    count: int
    volume: int
    cover: Path | None = None


@dataclass(frozen=True)
class Stopped:
    """A letter that could not be printed, and why."""

    number: str
    recipient: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Done:
    """A volume that is through: its file, if a letter was printed, and the numbers it began and ended with."""

    volume: int
    file: PrintFile | None
    stopped: tuple[Stopped, ...]
    first: str
    last: str

    @property
    def taken(self) -> int:
        """How many letters it took in, printed or stopped."""
        return (self.file.count if self.file else 0) + len(self.stopped)
