"""The tour: one officer's and one manager's day on the real window, with a picture of every screen."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from officer_app.base.errors import KnownError

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # the tour needs no display, and none may disturb it

from officer_app.tour.chapters import CHAPTERS, Visit
from officer_app.tour.officer import at_the_window

_NEEDED = ("shop.sqlite", "casebook.sqlite", "officer.passphrase", "manager.passphrase", "mails")


def run(folder: Path, out: Path) -> Iterator[str]:
    """Take the tour through a copy of the demo in `folder`; yield a line for each thing done and saved.

    KnownError when the folder holds no demo or `out` holds something.
    """
    missing = [name for name in _NEEDED if not (folder / name).exists()]
    if missing:
        raise KnownError(f"{folder} holds no demo: {', '.join(missing)} is missing. Build one with officer-app demo.")
    if out.exists() and any(out.iterdir()):
        raise KnownError(f"{out} is not empty. Name a new folder for the pictures.")
    out.mkdir(parents=True, exist_ok=True)
    with _copy(folder) as copy, at_the_window(copy / "casebook.sqlite", out) as officer:
        visit = Visit(officer, copy, out)
        for chapter in CHAPTERS:
            yield chapter.__doc__.splitlines()[0] if chapter.__doc__ else chapter.__name__
            before = len(officer.screen.taken)
            chapter(visit)
            yield from (f"  {path.name}" for path in officer.screen.taken[before:])
    yield f"{len(officer.screen.taken)} pictures and documents in {out}."


@contextmanager
def _copy(folder: Path) -> Iterator[Path]:
    """Copy the demo, with a state folder of its own: the demo itself must not look older than its copy."""
    scratch = Path(tempfile.mkdtemp(prefix="officer-app-tour-"))
    before = os.environ.get("OFFICER_APP_STATE")
    os.environ["OFFICER_APP_STATE"] = str(scratch / "state")
    try:
        shutil.copytree(folder, scratch / "demo")
        yield scratch / "demo"
    finally:
        if before is None:
            del os.environ["OFFICER_APP_STATE"]
        else:
            os.environ["OFFICER_APP_STATE"] = before
        shutil.rmtree(scratch, ignore_errors=True)
