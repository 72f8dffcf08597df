"""File names that come from outside: cleaned for showing, and made harmless for writing to disk."""

import contextlib
import mimetypes
import os
import re
import unicodedata
from pathlib import Path

from officer_app.base.errors import KnownError

MAX_BYTES = 120
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"|?*]')
# Only the built-in table: the system's own files differ from machine to machine.
_KINDS = mimetypes.MimeTypes()
_ENDINGS = {
    "text/calendar": ".ics",
    "message/rfc822": ".eml",
    "application/pgp-encrypted": ".asc",
    "application/pgp-signature": ".asc",
    "application/pkcs7-mime": ".p7m",
    "application/pkcs7-signature": ".p7s",
}


def display(name: str, fallback: str = "file") -> str:
    """Return the name to show: last path component, NFC, without control, format or unpaired characters.

    The ending shown is the real one: nothing invisible is left that could turn it round or hide it.
    """
    last = re.split(r"[/\\]", name[:4_000].replace("\0", ""))[-1]
    visible = (" " if ch.isspace() else ch for ch in last if ch.isspace() or unicodedata.category(ch)[0] != "C")
    text = unicodedata.normalize("NFC", " ".join("".join(visible).split())).strip(" .")
    return _shortened(text) or fallback


def for_export(name: str) -> str:
    """Return `display(name)` made writable on Linux, Windows and macOS, at most 120 bytes long."""
    text = _FORBIDDEN.sub("_", display(name)).strip(" .") or "file"
    if _RESERVED.fullmatch(text):
        text = _shortened("_" + text)
    return text


def for_kind(content_type: str, number: int) -> str:
    """Return a name for an attachment that was sent without one: "attachment-3.pdf"."""
    ending = _ENDINGS.get(content_type) or _KINDS.guess_extension(content_type, strict=True) or ".bin"
    return f"attachment-{number}{ending}"


def export_path(folder: Path, name: str, number: int = 1) -> Path:
    """Return a path directly inside `folder` for a foreign name; a `number` above 1 precedes the ending."""
    text = for_export(name)
    if number > 1:
        mark = f" ({number})"
        stem, ending = _split(text)
        while len((stem + mark + ending).encode()) > MAX_BYTES and stem:
            stem = stem[:-1]
        text = stem + mark + ending
    return folder / text


def export(folder: Path, name: str, content: bytes) -> Path:
    """Write `content` into a new file in `folder`, readable by its owner only, and return its path.

    An existing file is never touched, and a link is never followed: the next free number is taken. A write
    that fails leaves nothing behind. Raises KnownError when the folder cannot be written to.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    for number in range(1, 1_000):
        target = export_path(folder, name, number)
        try:
            handle = os.open(target, flags, 0o600)
        except FileExistsError:
            continue
        except OSError as error:
            text = f"Nothing could be written to {folder}: {error.strerror}. Choose another folder."
            raise KnownError(text) from error
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            with contextlib.suppress(OSError):
                target.unlink()
            text = f"{target.name} could not be written: {error.strerror}. Choose another folder."
            raise KnownError(text) from error
        _mark_as_foreign(target)
        return target
    raise KnownError(f"{folder} has too many files called {for_export(name)}. Choose another folder.")


def _mark_as_foreign(target: Path) -> None:
    """On Windows, mark the file as coming from the internet, so that other programs open it with care."""
    if os.name == "nt":
        with contextlib.suppress(OSError):
            Path(f"{target}:Zone.Identifier").write_text("[ZoneTransfer]\r\nZoneId=3\r\n", encoding="ascii")


def _split(text: str) -> tuple[str, str]:
    stem, dot, ending = text.rpartition(".")
    return (stem, dot + ending) if stem and len(ending.encode()) <= 20 else (text, "")


def _shortened(text: str) -> str:
    """Return `text` in at most 120 bytes of UTF-8, cut in front of its ending."""
    if len(text.encode()) <= MAX_BYTES:
        return text
    stem, ending = _split(text)
    room = MAX_BYTES - len(ending.encode()) - len("…".encode())
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip(" .") + "…" + ending
