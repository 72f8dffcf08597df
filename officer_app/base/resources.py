"""The only finder of files shipped with the application."""

from functools import cache
from pathlib import Path

import officer_app


@cache
def root() -> Path:
    """Return the folder that holds policies, notices, shops, icons, translations and licences.

    A wheel carries it inside the package; a source checkout has it beside the package. An editable install's
    stale copy in site-packages is never looked at.
    """
    package = Path(officer_app.__file__).parent
    packed = package / "_resources"
    return packed if packed.is_dir() else package.parent / "resources"


def path(*parts: str) -> Path:
    """Return the path of one shipped file or folder; it raises FileNotFoundError when it does not exist."""
    found = root().joinpath(*parts)
    if not found.exists():
        raise FileNotFoundError(found)
    return found
