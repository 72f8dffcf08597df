"""The files that go with a print run: manifest, address list, and who cannot be written; each put down whole."""

import csv
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from officer_app.base.cells import harmless
from officer_app.base.errors import KnownError


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
    with _aside(path) as file:
        writer = csv.writer(file)
        writer.writerow(head)
        for count, row in enumerate(rows, 1):  # noqa: B007  the last number is the count
            writer.writerow([harmless(cell) for cell in row])
    return Paper(path.name, count, digest(path))


def put_text(path: Path, text: str) -> Paper:
    """Write a text file."""
    with _aside(path) as file:
        file.write(text)
    return Paper(path.name, text.count("\n"), digest(path))


@contextmanager
def _aside(path: Path) -> Iterator[TextIO]:
    """Give a file beside the wanted one, and put it in its place once it is safely on disk."""
    part = path.with_name(f".{path.name}.part")
    with refused(path.parent):
        part.unlink(missing_ok=True)
        try:
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            # the mark at the start lets spreadsheets read the names rightly
            encoding = "utf-8-sig" if path.suffix == ".csv" else "utf-8"
            with os.fdopen(handle, "w", encoding=encoding, newline="") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    sync(path.parent)


def digest(path: Path) -> str:
    """Return a file's SHA-256 as hex, "" when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def sync(out: Path) -> None:
    """Make a rename last through a power cut, where the system can."""
    if os.name == "posix":
        handle = os.open(out, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
