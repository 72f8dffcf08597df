"""Files that appear whole or not at all, readable by their owner only, and never in the place of another."""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from officer_app.base.errors import KnownError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def full_path(path: Path | str) -> Path:
    """Return the path a person named, made absolute."""
    return Path(path).expanduser().absolute()


@contextmanager
def unfinished(target: Path) -> Iterator[Path]:
    """Give a new empty file beside the target, and remove it in the end; `publish` has given it its name before."""
    if target.exists():
        raise FileExistsError(target)
    path = target.with_name(f".{target.name[:80]}.{secrets.token_hex(4)}.part")
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        yield path
    finally:
        for suffix in ("", "-journal", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)


def publish(path: Path, target: Path) -> None:
    """Make a finished file durable and give it its name."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    try:
        os.link(path, target)
    except FileExistsError:
        raise
    except OSError:  # this file system knows no second names
        if target.exists():
            raise FileExistsError(target) from None
        path.replace(target)
    if os.name == "posix":
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def plain_words(target: Path) -> Iterator[None]:
    """Turn what the system says about a file into one sentence."""
    try:
        yield
    except FileExistsError:
        raise KnownError(f"There is a file at {target} already. Choose another name.") from None
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        raise KnownError(f"There is no file or folder {target}. Check the path.") from None
    except OSError as error:
        if error.errno in _FULL:
            raise KnownError("The disk is full. Free some space or choose another one; nothing was written.") from None
        raise KnownError(f"{target} cannot be read or written. Choose another place.") from None
