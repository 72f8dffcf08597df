"""Collects the licence texts of what the application ships; run it with `.venv`'s Python after a new lock."""

import re
import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path

from setup_env import LOCK, ROOT, locked_runtime, say

FOLDER = ROOT / "resources" / "licences"
SYSTEM = Path("/usr/share/common-licenses")
BY_HAND = {
    # Qt's wheels carry no text, psycopg's not the GPL that the LGPL builds on: the system's copies.
    "psycopg": ("LGPL-3", "GPL-3"),
    "psycopg-binary": ("LGPL-3", "GPL-3"),
    "pyside6-essentials": ("LGPL-3", "GPL-3"),
    "pyside6-addons": ("LGPL-3", "GPL-3"),
    "pyside6-pdf": ("LGPL-3", "GPL-3"),
    "shiboken6": ("LGPL-3", "GPL-3"),
}


def names() -> tuple[str, ...]:
    """Return the parts of the lock that the application itself needs, in order."""
    lock = locked_runtime(LOCK.read_text(encoding="utf-8"))
    return tuple(sorted(set(re.findall(r"^([a-z0-9][a-z0-9._-]*)==", lock, re.MULTILINE))))


def texts(part: Distribution) -> str:
    """Return every licence file of an installed part, one after the other."""
    name = re.compile(r"(licen[cs]e|copying|notice|ofl)[^.]*(\.(txt|md|rst))?", re.IGNORECASE)
    found = [file for file in part.files or () if name.fullmatch(file.name)]
    return "\n\n".join(dict.fromkeys(file.read_text(encoding="utf-8").strip() for file in found))


def main() -> int:
    """Write one text per part; name the parts that none was found for, which are then added by hand."""
    installed = {re.sub(r"[-_.]+", "-", part.metadata["Name"]).lower(): part for part in distributions()}
    lacking = []
    for name in names():
        target = FOLDER / f"{name}.txt"
        if name in BY_HAND:
            copies = [SYSTEM / licence for licence in BY_HAND[name]]
            text = "\n\n".join(copy.read_text(encoding="utf-8").strip() for copy in copies)
        else:
            text = texts(installed[name]) if name in installed else ""
        if text:
            target.write_text(f"{text}\n", encoding="utf-8")
        elif not target.exists():
            lacking.append(name)
    say(f"Without a text: {', '.join(lacking)}" if lacking else f"Every part has its text in {FOLDER}")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
