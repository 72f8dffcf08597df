"""Files that leave the program where the officer says: whole or not at all, and readable by the officer only."""

import os
import secrets
from pathlib import Path


def put(path: Path, content: bytes) -> Path:
    """Write a file (0600) in the place of any other of that name and return its path.

    What stood there stays until the new file is whole, and a link is replaced, never followed. Raises OSError.
    """
    aside = path.with_name(f".{path.name[:80]}.{secrets.token_hex(4)}.part")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(aside, flags, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return path
