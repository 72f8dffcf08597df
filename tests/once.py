"""Makes what is slow to make once for all workers of a run, which then copy it."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from officer_app.demo import build


def once(factory: pytest.TempPathFactory, title: str, make: Callable[[Path], object]) -> Path:
    """Return the folder that `make` filled; whoever asks first makes it and the others wait for them.

    Nobody may write to it. When `make` fails, its error is the error of who asked, and the next one tries again.
    """
    base = factory.getbasetemp()
    shared = (base.parent if base.name.startswith("popen-") else base) / f"once-{title}"
    claim, made = shared.with_suffix(".claim"), shared.with_suffix(".made")
    while not made.exists():
        try:
            claim.mkdir()
        except FileExistsError:
            time.sleep(0.05)
            continue
        try:
            if not made.exists():
                shutil.rmtree(shared, ignore_errors=True)
                shared.mkdir()
                make(shared)
                made.touch()
        finally:
            claim.rmdir()
    return shared


def made_demo(factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the demo in `demo` and what its computer remembers in `state`."""

    def make(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("OFFICER_APP_STATE", str(folder / "state"))
            build.build(folder / "demo")

    return once(factory, "demo", make)
