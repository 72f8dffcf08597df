"""How a person wants the window on this computer: a small file beside the log, read before anything opens."""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, get_args

from officer_app.base.errors import KnownError
from officer_app.casebook.memory import state_folder

Look = Literal["system", "light", "dark"]


@dataclass(frozen=True)
class WindowChoice:
    """Light, dark, or as the system has it."""

    look: Look = "system"


def _file() -> Path:
    return state_folder() / "window.json"


def load() -> WindowChoice:
    """Return the choice; a missing or damaged file means the usual window."""
    with suppress(OSError, ValueError, TypeError, AttributeError):
        look = json.loads(_file().read_text(encoding="utf-8")).get("look")
        if look in get_args(Look):
            return WindowChoice(look)
    return WindowChoice()


def save(choice: WindowChoice) -> None:
    """Keep the choice; KnownError when the folder cannot be written."""
    target = _file()
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        target.write_text(json.dumps(asdict(choice)), encoding="utf-8")
    except OSError:
        raise KnownError(f"Nothing can be kept in {target.parent}. The window looks so until it is closed.") from None
