"""The files that go with a print run: manifest, address list, and who cannot be written; each put down whole."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from glob import escape
from io import StringIO
from pathlib import Path
from typing import BinaryIO

from officer_app.base.cells import harmless
from officer_app.base.errors import KnownError
from officer_app.notices.volume_files import digest as digest  # what a paper is known again by
from officer_app.notices.volume_files import whole

_PIECE = 1 << 16


@dataclass(frozen=True)
class Paper:
    """A file put down: its name, lines without the head, and SHA-256."""

    file: str
    lines: int
    sha256: str


def folder(out: Path) -> Path:
    """Return the folder, made if need be; KnownError when nothing can be written there."""
    probe = out / ".officer-app.part"
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe.touch(mode=0o600)
        probe.unlink()
    except OSError as error:
        raise _sentence(out, error) from None
    return out


def _sentence(out: Path, error: OSError) -> KnownError:
    why = error.strerror or "the disk refused"
    return KnownError(f"Nothing can be written to {out}: {why}. Choose another folder, or mend it and go on.")


def clear_halves(out: Path, name: str) -> None:
    """Remove what was half-written when a run of this name was ended from outside."""
    for left in out.glob(f".{escape(name)}-*.part"):
        left.unlink(missing_ok=True)


@contextmanager
def refused(out: Path) -> Iterator[None]:
    """Turn what the disk says into one sentence."""
    try:
        yield
    except OSError as error:
        raise _sentence(out, error) from None


def put_csv(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Paper:
    """Write a table that spreadsheets read, in bounded memory."""
    count = 0

    def counted() -> Iterator[Sequence[object]]:
        nonlocal count
        for count, row in enumerate(rows, 1):  # noqa: B007  the last number is the count
            yield row

    with _aside(path) as file:
        for piece in csv_text(head, counted()):
            file.write(piece)
    return Paper(path.name, count, digest(path))


def csv_text(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Yield a table piece by piece, with the mark at the start by which spreadsheets read the names rightly."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    text.write("\ufeff")
    writer.writerow(head)
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
        if text.tell() > _PIECE:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def put_text(path: Path, text: str) -> Paper:
    """Write a text file."""
    with _aside(path) as file:
        file.write(text.encode())
    return Paper(path.name, text.count("\n"), digest(path))


@contextmanager
def _aside(path: Path) -> Iterator[BinaryIO]:
    """Give a file beside the wanted one, and put it in its place once it is safely on disk."""
    with refused(path.parent), whole(path) as file:
        yield file
