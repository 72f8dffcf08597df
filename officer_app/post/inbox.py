"""Takes mails from files and bytes; the reading runs in a killable child process."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from officer_app.base.errors import BugError, KnownError
from officer_app.base.worker import Pool, WorkerError
from officer_app.post import caps
from officer_app.post.headers import looks_like_mail
from officer_app.post.message import Message, parse, parse_reduced, unread

SECONDS = 5.0
MEGABYTES = 512
_REDUCED_SECONDS = 0.8
_OUTLOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class Taken:
    """A mail that was taken: the bytes as they came, to be sealed, and what could be read of them."""

    raw: bytes
    message: Message


def read(path: Path, pool: Pool | None = None) -> Taken:
    """Read a mail file as `read_bytes` does; KnownError when it is missing, no file, or too large."""
    try:
        # A named pipe would block for ever without O_NONBLOCK; on a file the flag means nothing.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(path, flags), "rb") as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode):
                raise KnownError(f"{path.name} is not a file. Choose a mail file (.eml).")
            if about.st_size > caps.FILE_BYTES:
                raise _too_large(path.name)
            raw = file.read(caps.FILE_BYTES + 1)
    except FileNotFoundError:
        raise KnownError(f"There is no file {path}. Check its name.") from None
    except IsADirectoryError:
        raise KnownError(f"{path.name} is a folder. Choose a mail file (.eml).") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise KnownError(f"{path.name} could not be read: {why}. Check the file.") from error
    return read_bytes(raw, pool, name=path.name)


def read_bytes(raw: bytes, pool: Pool | None = None, *, name: str = "The file") -> Taken:
    """Return the mail, however odd it is: what cannot be read within 5 s and 512 MB is noted, never lost.

    Without a `pool` a child process is started for this call alone. Raises KnownError when these bytes are no
    mail.
    """
    if not raw.strip():
        raise KnownError(f"{name} is empty. Save the mail again as .eml.")
    if len(raw) > caps.FILE_BYTES:
        raise _too_large(name)
    if raw.startswith(_OUTLOOK):
        raise KnownError(f"{name} is an Outlook file (.msg). Save the mail as .eml and try again.")
    if not looks_like_mail(raw):
        raise KnownError(f"{name} is not a mail. Choose a mail file (.eml).")
    if pool is not None:
        return Taken(raw, _read(raw, pool))
    with Pool(1) as own:
        return Taken(raw, _read(raw, own))


def _read(raw: bytes, pool: Pool) -> Message:
    reason = caps.TOO_BIG
    if len(raw) <= caps.MAIL_BYTES:
        try:
            return pool.run(parse, raw, seconds=SECONDS, megabytes=MEGABYTES)
        except (WorkerError, BugError):
            reason = caps.TOO_HARD
    try:
        head = raw[: caps.REDUCED_BYTES]
        return pool.run(parse_reduced, head, reason, seconds=_REDUCED_SECONDS, megabytes=MEGABYTES)
    except (WorkerError, BugError):
        return unread(reason)


def _too_large(name: str) -> KnownError:
    return KnownError(f"{name} is larger than 100 MB. Enter the complaint by form instead.")
