"""Papers that come with a case: files chosen or dropped, read once and never opened."""

import mimetypes
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from officer_app.base.errors import KnownError
from officer_app.post import safe_names

MOST_BYTES = 100 * 1024 * 1024
MOST_FILES = 50
_KINDS = mimetypes.MimeTypes()  # only the built-in table: the system's own files differ from machine to machine


@dataclass(frozen=True)
class Paper:
    """One file's bytes with a harmless name and its media type by the name's ending."""

    name: str
    kind: str
    content: bytes


def read(paths: Sequence[Path]) -> tuple[Paper, ...]:
    """Read the files; KnownError names the first that cannot be taken, and none is taken then."""
    if len(paths) > MOST_FILES:
        raise KnownError(f"These are more than {MOST_FILES} files. Add them in smaller groups.")
    return tuple(_read(path) for path in paths)


def _read(path: Path) -> Paper:
    try:
        # A named pipe would block for ever without O_NONBLOCK; on a file the flag means nothing.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(path, flags), "rb") as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode):
                raise KnownError(f"{path.name} is not a file. Choose the paper itself.")
            if about.st_size > MOST_BYTES:
                raise KnownError(f"{path.name} is larger than 100 MB. Scan it again with less detail.")
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise KnownError(f"{path.name} could not be read: {why}. Check the file.") from error
    if not content:
        raise KnownError(f"{path.name} is empty. Choose the paper itself.")
    kind = "message/rfc822" if path.suffix.casefold() == ".eml" else _KINDS.guess_type(path.name)[0]
    return Paper(safe_names.display(path.name), kind or "application/octet-stream", content)
