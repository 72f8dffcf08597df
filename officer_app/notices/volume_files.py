"""Puts files down whole: written aside, synced, renamed; after a crash a name stands for a finished file."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Protocol

_NEW_FILE = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_BUFFER = 1 << 18


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """Give a file beside `path`, which gets its name when the block ends well; else nothing of it is left.

    Its name aside is nobody else's: of two processes that write the same file each puts down a whole one.
    """
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(aside, _NEW_FILE, 0o600), "wb", buffering=_BUFFER) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)  # noqa: PTH105  the tests of crashes watch this door
    except BaseException:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
        raise
    sync(path.parent)


def sync(folder: Path) -> None:
    """Make a rename last through a power cut, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def digest(path: Path) -> str:
    """Return a file's SHA-256 as hex, nothing when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


class Shelf(Protocol):
    """Where the files of a volume are put, each whole or not at all."""

    def put(self, path: Path) -> AbstractContextManager[BinaryIO]:
        """Give a file to be filled; it is there once the block ends well."""
        ...

    def drop(self, path: Path) -> None:
        """Take a file away, if it is there."""
        ...

    def digest(self, path: Path) -> str:
        """Return a file's SHA-256 as hex."""
        ...


class Folder:
    """Files in their folder on disk."""

    def put(self, path: Path) -> AbstractContextManager[BinaryIO]:
        """Give a file that gets its name when the block ends well."""
        return whole(path)

    def drop(self, path: Path) -> None:
        """Delete a file, if it is there."""
        path.unlink(missing_ok=True)

    def digest(self, path: Path) -> str:
        """Return a file's SHA-256 as hex."""
        return digest(path)


class Memory:
    """Files held in memory under their names, for a worker that must not leave anything on its disk."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    @contextmanager
    def put(self, path: Path) -> Iterator[BinaryIO]:
        """Give a file that is kept when the block ends well."""
        target = BytesIO()
        yield target
        self.files[path.name] = target.getvalue()

    def drop(self, path: Path) -> None:
        """Forget a file, if it is there."""
        self.files.pop(path.name, None)

    def digest(self, path: Path) -> str:
        """Return a file's SHA-256 as hex."""
        return hashlib.sha256(self.files[path.name]).hexdigest()
