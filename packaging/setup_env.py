"""Makes `.venv` ready for run.py and test.py, with nothing but Python's standard library."""

import contextlib
import ctypes
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.txt"
VENV = ROOT / ".venv"
STAMP = VENV / "officer-app.stamp"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

RUNTIME, DEVELOPMENT = "runtime", "development"

QT_LIBRARIES = {
    # What Qt's window, offscreen and printing parts load on Linux, and the Debian package that brings it.
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libcups.so.2": "libcups2",
}


def prepare(scope: str) -> None:
    """See that Python and the system will do, make `.venv`, and install `scope` of the lock."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 14):
        found = sys.version.split()[0]
        stop(f"Python 3.11 to 3.14 is needed; this is {found}. Start the script with another one.")
    os.chdir(ROOT)
    system_packages()
    _virtual_environment()
    _dependencies(scope)


def say(text: str) -> None:
    """Print at once, so that the order with the output of child processes is kept."""
    print(text, flush=True)


def stop(sentence: str) -> NoReturn:
    """End with one sentence on stderr and exit status 1."""
    sys.stdout.flush()
    print(sentence, file=sys.stderr)
    raise SystemExit(1)


@contextlib.contextmanager
def timed(title: str) -> Iterator[None]:
    """Say what starts and how long it took."""
    say(f"== {title}")
    start = time.monotonic()
    yield
    say(f"== {title}: {time.monotonic() - start:.0f} s")


def run(command: Sequence[str], **env: str) -> int:
    """Run a command in the checkout with `env` added to the environment; return its exit status."""
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **env}).returncode


def on_debian() -> bool:
    """Tell whether packages come from apt here (Debian and what is built on it)."""
    return sys.platform == "linux" and shutil.which("apt-get") is not None


def install_debian(packages: Sequence[str]) -> None:
    """Install Debian packages as root; otherwise stop with the one line to run."""
    listed = " ".join(packages)
    if os.geteuid() != 0:
        stop(f"Packages are missing. Run this line, then start again:\n  sudo apt-get install -y {listed}")
    with timed(f"Installing from Debian: {listed}"):
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
        # The package lists of a fresh machine are empty or old.
        if run(["apt-get", "update", "-qq"], **quiet) or run(install, **quiet):
            stop(f"Debian's packages could not be installed; the lines above say why. Wanted: {listed}")


def locked_runtime(lock: str) -> str:
    """Return the part of the lock text that the application itself needs, without the developers' tools.

    The lock names below each entry who asked for it ("# via"); the walk starts from the project's own list.
    """
    entries: dict[str, list[str]] = {}
    for entry in re.split(r"\n(?=[a-z0-9])", lock):
        if name := re.match(r"[a-z0-9][a-z0-9._-]*(?===)", entry):
            entries.setdefault(name.group(), []).append(entry)
    asker = re.compile(r"^ +#(?: +via)? +(\S.*)$", re.MULTILINE)
    askers = {name: set(asker.findall("\n".join(found))) for name, found in entries.items()}
    needed = {"officer-app (pyproject.toml)"}
    while more := {name for name, who in askers.items() if who & needed} - needed:
        needed |= more
    kept = (entry for name in sorted(needed & entries.keys()) for entry in entries[name])
    return "".join(f"{entry.rstrip()}\n" for entry in kept)


def system_packages() -> None:
    """See that Python can make environments and that Qt finds its libraries."""
    packages = []
    if not PYTHON.exists() and not all(importlib.util.find_spec(part) for part in ("venv", "ensurepip")):
        packages.append(f"python{sys.version_info.major}.{sys.version_info.minor}-venv")
    missing = [name for name in QT_LIBRARIES if sys.platform == "linux" and not _loads(name)]
    packages += [QT_LIBRARIES[name] for name in missing]
    if packages and on_debian():
        install_debian(packages)
    elif packages:
        wanted = ", ".join([*missing, *(name for name in packages if name.endswith("-venv"))])
        stop(f"Missing: {wanted}. Install them with your system's package tool, then start again.")


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _virtual_environment() -> None:
    """Make `.venv`, also in place of one whose Python is gone or whose making was interrupted."""
    works = [str(PYTHON), "-m", "pip", "--version"]
    if PYTHON.exists() and subprocess.run(works, capture_output=True).returncode == 0:
        return
    with timed("Making .venv"):
        if run([sys.executable, "-m", "venv", "--clear", str(VENV)]):
            stop("The environment .venv could not be made. Look at the lines above.")


def _dependencies(scope: str) -> None:
    """Install the locked dependencies if the lock changed or more of it is needed than the stamp says."""
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    stamp = STAMP.read_text().split() if STAMP.exists() else []
    had = stamp[1] if len(stamp) == 2 else RUNTIME
    if stamp[:1] == [digest] and (scope == had or had == DEVELOPMENT):
        return
    scope = DEVELOPMENT if DEVELOPMENT in (scope, had) else RUNTIME
    # Without a stamp an interrupted installation is not taken for a finished one.
    STAMP.unlink(missing_ok=True)
    wanted = LOCK
    if scope == RUNTIME:
        wanted = VENV / "runtime-requirements.txt"
        wanted.write_text(locked_runtime(LOCK.read_text(encoding="utf-8")), encoding="utf-8")
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
    with timed(f"Installing the locked {scope} dependencies (about a minute)"):
        if run([*pip, "--require-hashes", "-r", str(wanted)]):
            stop("The dependencies could not be installed. Check the network, then start again.")
    STAMP.write_text(f"{digest} {scope}\n")
