"""Where things of one user of this computer are kept."""

import os
from pathlib import Path


def state_folder() -> Path:
    """Return the user's state folder (heads, log, choices of the window); OFFICER_APP_STATE names another one."""
    named = os.environ.get("OFFICER_APP_STATE")
    if named:
        return Path(named)
    import platformdirs  # noqa: PLC0415 - 7 ms of the start that are spent only where the folder is not given

    return Path(platformdirs.user_state_dir("officer-app", appauthor=False))
