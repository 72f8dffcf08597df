"""How a person wants the window on this computer: one word in a file beside the log, read before anything opens."""

from contextlib import suppress
from pathlib import Path
from typing import Literal, get_args

from officer_app.base.errors import KnownError
from officer_app.base.folders import state_folder

Look = Literal["system", "light", "dark"]
"""Light, dark, or as the system has it."""


def _file() -> Path:
    return state_folder() / "look.txt"


def load() -> Look:
    """Return the choice; a missing or damaged file means the usual window."""
    with suppress(OSError, UnicodeDecodeError):
        words = _file().read_text(encoding="utf-8")
        for look in get_args(Look):
            if look == words.strip():
                return look  # type: ignore[no-any-return]
    return "system"


def save(look: Look) -> None:
    """Keep the choice; KnownError when the folder cannot be written."""
    target = _file()
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        target.write_text(look, encoding="utf-8")
    except OSError:
        raise KnownError(f"Nothing can be kept in {target.parent}. The window looks so until it is closed.") from None
