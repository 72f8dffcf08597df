"""From a fresh checkout to the open window: `python3 packaging/run.py`."""

import hashlib
import os
import shutil
import subprocess
import sys

from setup_env import PYTHON, ROOT, RUNTIME, prepare, run, say, stop, timed

DEMO = ROOT / "demo"
BUILDING = ROOT / "demo.building"
TOUR = ROOT / "tour-out"
APP = [str(PYTHON), "-m", "officer_app"]


def main() -> int:
    """Prepare, build the demo if there is none, and open the window on it; without a display run the tour."""
    prepare(RUNTIME)
    _demo()
    if _display():
        say(f"Opening the demo. Names and passphrases are in {DEMO}: officer.passphrase, manager.passphrase")
        return run([*APP, "--casebook", str(DEMO / "casebook.sqlite")])
    _tour()
    return 0


def _demo() -> None:
    """Build the demo unless a finished one is there."""
    if BUILDING.exists():  # the last attempt was interrupted: what it left is nobody's work
        shutil.rmtree(DEMO, ignore_errors=True)
    elif (DEMO / "casebook.sqlite").exists():
        return
    BUILDING.touch()
    with timed("Building the demo"):
        if run([*APP, "demo", str(DEMO)]):
            stop("The demo could not be built. Look at the lines above.")
    BUILDING.unlink()


def _display() -> bool:
    """Tell whether a window can really be opened here: Qt ends the process when it cannot."""
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    if os.environ.get("QT_QPA_PLATFORM") in ("offscreen", "minimal"):
        return False
    probe = "from PySide6.QtGui import QGuiApplication; QGuiApplication([])"
    return subprocess.run([PYTHON, "-c", probe], capture_output=True).returncode == 0


def _tour() -> None:
    """Run the tour without a display, unless its pictures are those of the present sources."""
    mark, sources = TOUR / "made-from.txt", _sources()
    if not (mark.exists() and mark.read_text() == sources):
        shutil.rmtree(TOUR, ignore_errors=True)
        with timed("No display here: running the tour without one"):
            if run([*APP, "tour", str(DEMO), "--out", str(TOUR)], QT_QPA_PLATFORM="offscreen"):
                stop("The tour stopped. Look at the lines above.")
        mark.write_text(sources)
    for kind, suffix in (("pictures", "png"), ("PDFs", "pdf")):
        say(f"{len(list(TOUR.rglob(f'*.{suffix}')))} {kind} are in {TOUR}")


def _sources() -> str:
    """Return a digest over the application and what it ships."""
    digest = hashlib.sha256()
    for folder in ("officer_app", "resources"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(f"{path.relative_to(ROOT)}\0".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
