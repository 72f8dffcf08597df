"""Sets up and runs every check, with the time of each: `python3 packaging/test.py [--quick | --slow]`."""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from setup_env import DEVELOPMENT, PYTHON, ROOT, install_debian, on_debian, prepare, run, say, timed

PARTS = ("set-up", "checks", "tests")
MEMORY, ROOM = Path("/dev/shm"), 4 * 1024**3  # bytes; a run's folders take a tenth of it
SERVERS = {
    # Debian's package of each server the tests start themselves and of each program they run; where its program is.
    "mariadb-server": ("mariadbd", ("/usr/sbin",)),
    "openssl": ("openssl", ()),
    "poppler-utils": ("pdftotext", ()),
    "postgresql": ("initdb", tuple(str(path) for path in Path("/usr/lib/postgresql").glob("*/bin"))),
    "qpdf": ("qpdf", ()),
}


def main() -> int:
    """Run the parts asked for, later steps also when an earlier one failed; return 0 only if every one passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--quick", action="store_true", help="no servers")
    group.add_argument("--slow", action="store_true", help="every trial at its full number")
    parser.add_argument("--only", choices=PARTS, action="append", help="this part alone; may be given again")
    parser.add_argument("pytest", nargs="*", help="passed on to pytest, after --")
    chosen = parser.parse_args()
    parts = chosen.only or PARTS
    prepare(DEVELOPMENT)
    missing = [] if chosen.quick or "tests" not in parts else _servers()

    python = str(PYTHON)
    tool = {name: str(PYTHON.parent / name) for name in ("ruff", "lint-imports")}
    types = [python, "-m", "mypy", "--strict"]
    tests = [python, "-m", "pytest", "-q", "-ra", "--durations=10"]
    if chosen.quick:
        tests += ["-m", "not server and not slow"]
    elif not chosen.slow:
        tests += ["-m", "not slow"]
    steps: dict[str, tuple[list[str], dict[str, str]]] = {}
    if "checks" in parts:
        steps = {
            "lint": ([tool["ruff"], "check", "--output-format", "concise", "officer_app", "tests", "packaging"], {}),
            "types": (types, {}),
            "types of packaging": ([*types, "-m", "run", "-m", "test", "-m", "licences"], {"MYPYPATH": "packaging"}),
            "import contracts": ([tool["lint-imports"], "--no-cache", "--no-logo"], {}),
        }
    with _scratch() as scratch:
        effort = {"PATH": _path(), "OFFICER_APP_SLOW": "1" if chosen.slow else "0", **scratch}
        if "tests" in parts:
            # In the order of the folders: otherwise the files of one long test come last, and one worker waits.
            spread = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder", "--ignore", "tests/bench"]
            steps["tests"] = ([*tests, *spread, *chosen.pytest], effort)
        if "tests" in parts and any((ROOT / "tests" / "bench").rglob("test_*.py")):
            # Measured alone: a second process beside it would be measured too.
            steps["bench"] = ([*tests, "-s", "tests/bench"], effort)
        failed = []
        for title, (command, env) in steps.items():
            with timed(title):
                if run(command, **env):
                    failed.append(title)
    for package in missing:
        say(f"Not run: tests of {package}, which is not installed here.")
    say(f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


@contextmanager
def _scratch() -> Iterator[dict[str, str]]:
    """Give an environment whose temporary files are in memory where there is room, and are gone afterwards.

    The casebook waits for the disk at every commit: on a disk that is a sixth of the tests' time.
    """
    try:
        room = shutil.disk_usage(MEMORY).free >= ROOM
    except OSError:
        room = False
    if not room:
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="officer-app-tests-", dir=MEMORY) as folder:
        Path(folder).chmod(0o711)  # the servers' own users pass through
        yield {"TMPDIR": folder}


def _servers() -> list[str]:
    """Install the servers and programs that the tests start, as root on Debian; return those still missing."""
    missing = [package for package in SERVERS if not _there(package)]
    if missing and on_debian() and os.geteuid() == 0:
        install_debian(missing)
        return []
    return missing


def _there(package: str) -> bool:
    return shutil.which(SERVERS[package][0], path=_path()) is not None


def _path() -> str:
    """Return the search path with the folders where Debian puts servers, which a user's path lacks."""
    folders = [folder for _, places in SERVERS.values() for folder in places]
    return os.pathsep.join((os.environ.get("PATH", os.defpath), *folders))


if __name__ == "__main__":
    sys.exit(main())
